from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import control_tables, scorecard


def score(value: float | None, verdict: str = "good", **fields: Any) -> Score:
    usual = {"name": "c2st", "title": "Detection", "family": "fidelity", "unit": "AUC", "ideal": 0.5, "floor": 0.5}
    return Score.model_validate({**usual, "value": value, "verdict": verdict, "n": 100, "meaning": "", **fields})


@given(st.floats(0.5, 1.0), st.floats(0.51, 1.0), st.floats(0.0, 0.5))
def test_marks_lie_between_the_control_and_fresh_rows_and_fall_with_the_fault(value: float, zero: float, floor: float):
    card = scorecard([score(value, floor=floor)], {"independent": [score(zero, "poor", floor=floor)]})
    mark = card.families[0].worst.mark
    assert 0 <= mark <= 100
    worse = scorecard([score(value + 0.1, floor=floor)], {"independent": [score(zero, "poor", floor=floor)]})
    assert worse.families[0].worst.mark <= mark


def test_a_score_that_the_first_control_does_not_move_takes_the_next_and_none_where_none_does() -> None:
    shape = {"name": "shape_error", "title": "Shape", "floor": 1.0}
    controls = {"independent": [score(1.1, "good", **shape)], "noise": [score(21.0, "poor", **shape)]}
    card = scorecard([score(6.0, **shape)], controls)
    assert card.families[0].worst.control == "noise" and card.families[0].mean == 75.0
    unmoved = scorecard([score(6.0, **shape), score(0.6)], {"independent": [score(0.9, "poor")]})
    assert unmoved.families[0].unplaced == ("Shape",)


def test_fresh_rows_that_beat_guessing_set_no_hundred() -> None:
    card = scorecard([score(0.5, floor=0.4)], {"independent": [score(0.6, "poor", floor=0.4)]})
    assert card.families[0].mean == 100.0


def test_no_mark_gainsays_a_verdict() -> None:
    controls = {"independent": [score(100.0, "poor", floor=0.5)]}
    marks = [scorecard([score(1.5, v, floor=0.5)], controls).families[0].mean for v in ("good", "fair", "poor")]
    assert marks == [99.0, 80.0, 50.0]
    assert scorecard([score(1.0, "unknown", floor=0.0)], controls).families == ()


def test_what_could_not_be_judged_is_said_beside_the_mark() -> None:
    found = [score(0.0, name="a", title="A", family="privacy"), score(0.0, "unknown", title="B", family="privacy")]
    zero = [score(9.0, "poor", name="a", family="privacy"), score(9.0, "poor", family="privacy")]
    card = scorecard([*found, score(0.5, name="f")], {"memoriser": zero, "independent": [score(0.9, "poor", name="f")]})
    assert card.families[1].unjudged == ("B",) and "Underpowered" in card.words[0]


def test_read_outs_and_what_was_not_measured_have_no_part_in_a_mark() -> None:
    controls = {"independent": [score(0.9, "poor")]}
    assert scorecard([score(None, "unknown")], controls).families == ()
    assert scorecard([score(0.6, readout=True)], controls).families == ()


def test_noise_is_never_read_as_safe(split: Callable[..., Any]) -> None:
    parts = split("small", rows=800, held=800)
    tables = control_tables(parts.train, parts.holdout, 800)
    assert set(tables) == {"independent", "noise", "memoriser"}
    found = {
        name: evaluate_tables(parts.train, table, holdout=parts.holdout, brief=True).scores
        for name, table in tables.items()
    }
    fresh = scorecard(evaluate_tables(parts.train, parts.reserve, holdout=parts.holdout, brief=True).scores, found)
    for family in ("fidelity", "utility", "privacy"):
        card = fresh.of(family)  # type: ignore[arg-type]
        assert card is not None and card.mean > 80, family
    assert not any("noise" in words for words in fresh.words)
    noise = scorecard(found["noise"], found)
    fidelity, privacy = noise.of("fidelity"), noise.of("privacy")
    assert fidelity is not None and privacy is not None
    assert fidelity.mean < 10 and privacy.mean > 90
    assert "no safety" in noise.words[0]
    copied = scorecard(found["memoriser"], found).of("privacy")
    assert copied is not None and copied.mean == 0
