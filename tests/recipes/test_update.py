"""The verb that lets a model follow new data, in Python and on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.errors import FitError


def rows(later: bool) -> pd.DataFrame:
    rng = np.random.default_rng(later)
    plans = ["b", "c"] if later else ["a", "b"]
    return pd.DataFrame({"age": rng.integers(18, 60, 500), "plan": rng.choice(plans, 500)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, later in (("june", False), ("july", True)):
        rows(later).to_csv(tmp_path / f"{name}.csv", index=False)
    likewise.fit(tmp_path / "june.csv").save(tmp_path / "june.likewise")
    return tmp_path


def test_from_file_to_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    june, july, new = (str(folder / name) for name in ("june.likewise", "july.csv", "july.likewise"))
    before = Path(june).read_bytes()
    assert exit_code(["update", june, july, "-o", new, "--keep", "0.5"]) == 0
    assert "followed 500 more rows" in capsys.readouterr().err
    assert Path(june).read_bytes() == before
    model = likewise.load(new)
    assert model.schema["plan"].levels == ("a", "b", "c")
    again = likewise.update(june, july)
    assert again.card == model.card and again.sample(20).to_arrow().equals(model.sample(20).to_arrow())


def test_nothing_that_was_read_is_written_over(folder: Path) -> None:
    june, july = str(folder / "june.likewise"), str(folder / "july.csv")
    for out in (june, july):
        assert exit_code(["update", june, july, "-o", out]) == 1
    (folder / "bad.csv").write_text("age\n3\n")
    assert exit_code(["update", june, str(folder / "bad.csv"), "-o", str(folder / "new.likewise")]) == 1
    assert not (folder / "new.likewise").exists()


def test_a_technique_that_cannot_follow_says_so() -> None:
    model = likewise.fit(rows(False), technique="bootstrap")
    with pytest.raises(FitError) as fault:
        likewise.update(model, rows(True))
    assert fault.value.code == "fit.not-updatable" and fault.value.hint
