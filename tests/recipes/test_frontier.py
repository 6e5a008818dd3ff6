from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from likewise.cli.main import exit_code
from likewise.errors import FitError, SettingsError
from likewise.recipes import frontier as module
from likewise.recipes.frontier import EPSILONS, frontier, settings_to_try
from likewise.techniques.bootstrap.synthesizer import Bootstrap


def rows(n: int) -> dict[str, list[object]]:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, n)
    pay = np.round(np.exp(6 + age / 40 + rng.normal(0, 0.4, n)), 2)
    return {"age": age.tolist(), "pay": pay.tolist(), "churn": np.where(rng.random(n) * 90 < age, "y", "n").tolist()}


def test_each_setting_is_a_point_and_the_best_ones_are_named() -> None:
    curve = frontier(rows(320), settings={"effort": "fast", "order": "given"})
    assert [p.mark for p in curve.points] == ["1", "2", "3", "4"]
    assert curve.learned == 240 and curve.held == 80 and curve.target == "churn"
    assert all(p.told and p.near and p.worth for p in curve.points)
    assert any(p.edge for p in curve.points) and any("share" in " ".join(p.best_for) for p in curve.points)
    assert curve == frontier(rows(320), settings={"effort": "fast", "order": "given"})


def test_a_memoriser_is_shown_for_what_it_is() -> None:
    (point,) = frontier(rows(300), technique="bootstrap").points
    assert point.copies == 1.0 and point.told is None and not point.edge


def test_a_technique_with_a_budget_is_tried_at_several(monkeypatch: pytest.MonkeyPatch) -> None:
    class Budgeted(Bootstrap):
        epsilon: float | None = None

    monkeypatch.setattr(module, "techniques", lambda: {"budgeted": None})
    monkeypatch.setattr(module, "family_of", lambda name: Budgeted)
    tried = settings_to_try("auto")
    assert [t.epsilon for t in tried if isinstance(t, Budgeted)] == list(EPSILONS)
    assert len(tried) > len(EPSILONS)


def test_few_rows_and_unknown_techniques_are_refused() -> None:
    with pytest.raises(FitError, match="199 rows"):
        frontier(rows(199))
    with pytest.raises(SettingsError):
        frontier(rows(300), technique="nope")


def test_the_command_prints_a_table_and_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, page = tmp_path / "people.csv", tmp_path / "curve.html"
    table = rows(300)
    source.write_text(",".join(table) + "\n" + "\n".join(",".join(map(str, r)) for r in zip(*table.values())) + "\n")
    assert exit_code(["frontier", str(source), "--set", "effort=fast", "--report", str(page)]) == 0
    assert "| 2 | effort=fast min_leaf=40" in capsys.readouterr().out and "Likeness" in page.read_text()
    assert exit_code(["frontier", str(source), "--report", str(tmp_path / "curve.pdf")]) == 1
