"""The verdict in words gainsays no score."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.evaluation.report.headline import headline
from likewise.evaluation.score import Score


def score(name: str, family: Any = "fidelity", verdict: Any = "good", **other: Any) -> Score:
    fields = {
        "title": name.replace("_", " ").title(),
        "value": 1.0,
        "unit": "%",
        "ideal": 0.0,
        "n": 100,
        "meaning": ".",
    }
    return Score.model_validate({"name": name, "family": family, "verdict": verdict, **fields, **other})


def said(*other: Score, holdout: bool = True) -> str:
    core = [score(n) for n in ("shape_error", "trend_error", "c2st")]
    whole = [*core, score("tstr_ratio", "utility", value=1.0), score("exact_copies", "privacy"), *other]
    return headline({s.name: s for s in whole}, holdout=holdout, trusted=True)


def test_all_good_is_said_to_be_hard_to_tell() -> None:
    assert "hard to tell" in said()
    assert "as good as the real data" in said()
    assert "no guarantee" in said()


@pytest.mark.parametrize(("verdict", "words"), [("poor", "differs clearly"), ("fair", "to some degree")])
def test_a_fault_that_no_well_known_figure_shows_is_named(verdict: str, words: str) -> None:
    told = said(score("tails", verdict=verdict), score("crowding", verdict=verdict))
    assert words in told
    assert "extreme values are off; there is something wrong with crowding" in told
    assert "hard to tell" not in told


def test_cells_are_called_what_they_are() -> None:
    told = said(*(score(f"media_{n}", verdict="poor", of="sounds a side") for n in ("frechet", "detail", "coverage")))
    assert "sounds are spread differently over their kinds; the fine structure of sounds is off" in told
    assert "kinds of real sounds are missing" in told


def test_each_family_has_its_say() -> None:
    assert "falls short in: tstr loss" in said(score("tstr_loss", "utility", "poor"))
    assert "do not fare alike (worst subgroup)" in said(score("worst_subgroup", "fairness", "fair"))
    assert "gives clearly more away" in said(score("membership", "privacy", "poor"))
    assert "too little to judge" in said(score("near_copies", "privacy", "unknown", value=None))


def worth(value: float | None, verdict: Any, chance: float | None = None) -> str:
    return said(score("tstr_ratio", "utility", verdict, value=value, chance=chance))


def test_worth_for_training_is_told_as_its_verdict_is() -> None:
    assert "worth 93 % of the real data; by chance fresh real rows may differ as much" in worth(0.93, "good", 0.4)
    assert "worth 80 % of the real data." in worth(0.8, "poor", 1e-6)
    assert "too few rows to say what it is worth" in worth(0.93, "unknown", 0.4)
    assert "training" not in worth(None, "unknown")


def test_missing_columns_come_first() -> None:
    missing = score("columns_compared", verdict="poor", meaning="Of 5 columns 1 is missing.")
    assert said(missing).startswith("Of 5 columns 1 is missing. The synthetic data differs clearly")


def test_read_outs_have_no_say() -> None:
    assert said(score("dcr_share", "privacy", "poor", readout=True)) == said()
    assert said(score("recall", "fidelity", "poor", readout=True)) == said()
