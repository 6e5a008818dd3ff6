"""Hold the judgement of long tables to looking at series, beside rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.panels import one_each, row_parts, series_of
from likewise.evaluation.privacy.membership import membership, membership_scores


def walks(entities: int, seed: int, *, shuffled: bool = False) -> Table:
    """Walks of two kinds over 12 days; shuffled, their steps belong to no walk."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(entities, 12)).cumsum(axis=1).round(2)
    frame = pd.DataFrame({
        "who": np.repeat([f"{seed}-{number}" for number in range(entities)], 12),
        "kind": np.repeat(np.where(rng.random(entities) < 0.5, "a", "b"), 12),
        "day": np.tile(pd.date_range("2024-01-01", periods=12), entities),
        "x": x.ravel(), "y": (x * 2).round(1).ravel(),
    })  # fmt: skip
    return Table.from_any(frame.assign(x=rng.permutation(frame["x"])) if shuffled else frame)


@pytest.mark.parametrize("shuffled", [False, True])
def test_series_whose_steps_do_not_follow_are_told(shuffled: bool) -> None:
    tables = walks(60, 0), walks(60, 1, shuffled=shuffled)
    found = evaluate_tables(*tables, holdout=walks(60, 2), entity="who", order="day", brief=True)
    scores = {score.name: score for score in found.scores}
    assert (scores["media_cross_correlation"].verdict == "poor") is shuffled
    assert (scores["media_spectrum"].value or 0) > 4 * (scores["media_spectrum"].floor or 0) or not shuffled
    assert "who" not in {column.name for column in found.columns}


def test_one_series_is_judged_by_its_windows() -> None:
    tables = [Table.from_any({"t": np.arange(60.0) / 2, "x": np.arange(60) % 7}) for _ in range(2)]
    series, untold = series_of(tables, None, "t")
    assert not untold and [table.rows for table in series] == [37, 37]
    assert np.asarray(series[0].tensor("t"))[1, :, 0].tolist() == [(step + 1) % 7 for step in range(24)]
    assert [table.names for table in row_parts(tables, None, "t")] == [("x",)] * 2


def test_what_cannot_be_gathered_is_judged_as_rows_and_said() -> None:
    flat = Table.from_any({"who": ["a", "b"] * 30, "x": [1.5, 2.5] * 30})
    assert series_of([flat, flat], "who", None) == (
        [], "Rows were not judged as series: no column changes within an entity.")  # fmt: skip
    assert series_of([flat, flat], None, None) == ([], "")


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no column `whom`"):
        evaluate_tables(walks(5, 0), walks(5, 1), entity="whom")


def homes(people: int, seed: int, rows: int = 20) -> Table:
    """Return readings of people who live each in a place of their own, so that rows of one are alike."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 100, (people, 2)).repeat(rows, axis=0) + rng.normal(0, 0.01, (people * rows, 2))
    return Table.from_any(pd.DataFrame({
        "who": np.repeat([f"{seed}-{number}" for number in range(people)], rows),
        "day": np.tile(np.arange(rows), people), "north": places[:, 0].round(3), "east": places[:, 1].round(3),
    }))  # fmt: skip


def test_attacks_are_on_one_row_of_each_entity_so_that_rows_of_one_do_not_give_each_other_away() -> None:
    sides = homes(150, 0), homes(150, 1), homes(150, 2)
    together = pair_tables(*row_parts(sides, "who", None))
    apart = one_each(together, sides, "who", seed=0)
    scores = [membership_scores(membership(own.columns, own.real, own.synthetic, own.holdout, seed=0))[0]
              for own in (together, apart) if own.holdout is not None]  # fmt: skip
    assert [score.verdict for score in scores] == ["poor", "good"], "a false alarm, and none"
    assert one_each(together, sides, None, seed=0) is together


def test_reports_say_that_attacks_are_on_one_row_of_each_entity() -> None:
    sides = homes(60, 0), homes(60, 1), homes(60, 2)
    found = evaluate_tables(*sides[:2], holdout=sides[2], entity="who", order="day", brief=True)
    assert any("one row of each `who`" in note for note in found.notes)
