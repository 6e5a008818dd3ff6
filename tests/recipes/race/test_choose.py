from __future__ import annotations

from typing import Any

import pytest

from likewise.recipes.race.choose import choose, fault
from likewise.recipes.race.result import Entry, Figure, Figures, Goal

GOALS: tuple[Goal, ...] = ("share", "test", "augment")


def runner(name: str, **told: Any) -> Entry:
    """Return a measured candidate; `auc`, `near` and `tstr` are a value, or a value and its standard error."""
    said = {key: told[key] if isinstance(told[key], tuple) else (told[key], 0.005) for key in ("auc", "near", "tstr")
            if key in told}  # fmt: skip
    made = {key: Figure(value=value, error=error) for key, (value, error) in said.items()}
    figures = Figures(
        copies=Figure(value=told.get("copies", 0.0), natural=told.get("natural", 0.01)),
        repeats=told.get("repeats", False),
        closeness=made.get("near", Figure(value=0.5, error=0.01)),
        shape=Figure(value=told.get("shape", 1.0)),
        trend=Figure(value=1.0),
        c2st=made.get("auc"),
        tstr=made.get("tstr"),
    )
    return Entry(technique=name, figures=figures, cpu_seconds=told.get("seconds", 1.0))


BOOTSTRAP = runner("bootstrap", auc=0.5, copies=1.0, repeats=True, near=1.0, tstr=0.99, seconds=0.01, shape=0.1)


def winner(goal: Goal, *entries: Entry) -> str:
    choice = choose(goal, entries)
    assert choice is not None
    return entries[choice.place].technique


@pytest.mark.parametrize("goal", GOALS)
def test_rows_that_are_repeated_win_nothing(goal: Goal) -> None:
    assert winner(goal, runner("trees", auc=0.9, tstr=0.6), BOOTSTRAP) == "trees"
    assert choose(goal, [BOOTSTRAP]) is None


@pytest.mark.parametrize("goal", GOALS)
def test_where_every_row_there_can_be_is_real_the_default_wins_by_place(goal: Goal) -> None:
    both = [
        runner(name, auc=0.5, copies=1.0, natural=1.0, seconds=s) for name, s in (("trees", 0.5), ("bootstrap", 0.1))
    ]
    assert winner(goal, *both) == "trees"
    choice = choose("share", both)
    assert choice is not None and not choice.kept


def test_to_share_the_most_faithful_of_those_that_keep_their_distance() -> None:
    near = runner("near", auc=0.51, near=0.54)
    kept = runner("kept", auc=0.53, near=0.505)
    far = runner("far", auc=0.6, near=0.5)
    assert winner("share", near, kept, far) == "kept"
    assert winner("test", near, kept, far) == "near"
    assert fault("share", near.figures) and not fault("test", near.figures)  # type: ignore[arg-type]


def test_repeating_more_than_nature_is_no_fault_of_test_data() -> None:
    some = runner("some", auc=0.51, copies=0.02, repeats=True)
    assert winner("share", some, runner("none", auc=0.6)) == "none"
    assert winner("test", some, runner("none", auc=0.6)) == "some"


def test_where_none_keeps_its_distance_the_least_near_is_taken_and_said() -> None:
    entries = [runner("a", auc=0.5, near=0.56), runner("b", auc=0.6, near=0.53), BOOTSTRAP]
    choice = choose("share", entries)
    assert choice is not None and entries[choice.place].technique == "b"
    assert not choice.kept and "read the report" in choice.why


def test_a_tie_within_the_intervals_goes_to_the_cheaper() -> None:
    dear, cheap = runner("dear", auc=(0.51, 0.01), seconds=60.0), runner("cheap", auc=(0.52, 0.01), seconds=3.0)
    assert winner("test", dear, cheap) == winner("share", dear, cheap) == winner("augment", dear, cheap) == "cheap"
    clear = runner("cheap", auc=(0.56, 0.01), seconds=3.0)
    assert winner("test", dear, clear) == winner("share", dear, clear) == "dear"


def test_the_jitter_of_a_clock_decides_nothing() -> None:
    for first, second in ((1.0, 1.3), (1.3, 1.0), (0.01, 0.9)):
        entries = [runner("a", auc=0.51, shape=1.0, seconds=first), runner("b", auc=0.51, shape=0.95, seconds=second)]
        assert winner("test", *entries) == "b"


def test_errors_of_shape_and_trend_part_what_the_detector_does_not() -> None:
    entries = [runner("off", auc=0.5, shape=3.0, seconds=1.0), runner("on", auc=0.503, shape=0.5, seconds=60.0)]
    assert winner("test", *entries) == "on"
    assert winner("augment", *entries) == "off"


def test_to_augment_the_best_prediction_else_the_least_told() -> None:
    entries = [runner("a", auc=0.5, tstr=0.80), runner("b", auc=0.7, tstr=0.90)]
    assert winner("augment", *entries) == "b"
    assert winner("augment", runner("a", auc=0.5), runner("b", auc=0.7, tstr=0.9)) == "a"


def test_what_was_not_measured_is_not_chosen() -> None:
    assert choose("test", [Entry(technique="late", verdict="not tried")]) is None
    assert winner("test", Entry(technique="late"), runner("a", auc=0.9)) == "a"
