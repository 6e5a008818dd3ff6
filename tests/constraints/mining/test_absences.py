"""Why columns are missing: found where it holds in every row and chance does not explain it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.constraints.kinds import Missing
from likewise.constraints.mining.absences import find_absences
from likewise.core.table import Table

ROWS = 2000
RNG = np.random.default_rng(0)
STATUS = RNG.choice(["single", "married", "widowed"], ROWS)


def found(**columns: object) -> list[Missing]:
    return find_absences(Table.from_any(pd.DataFrame(columns)), set())


def test_levels_that_say_when_a_column_is_missing() -> None:
    spouse = pd.Series(RNG.integers(18, 90, ROWS)).where(STATUS == "married").astype("Int64")
    (reason,) = found(spouse=spouse, status=STATUS)
    assert reason.said() == "`spouse` is missing exactly where `status` has one of 2 levels"
    assert {*reason.levels} == {"single", "widowed"}
    assert reason.support == (STATUS != "married").sum()


def test_levels_beside_which_it_is_always_missing_and_elsewhere_at_times() -> None:
    spouse = pd.Series(RNG.integers(18, 90, ROWS)).where((STATUS == "married") & (RNG.random(ROWS) < 0.8))
    (reason,) = found(spouse=spouse.astype("Int64"), status=STATUS)
    assert (reason.exactly, {*reason.levels}) == (False, {"single", "widowed"})


def test_columns_that_are_missing_together_or_one_with_the_other() -> None:
    gone, more = RNG.random(ROWS) < 0.3, RNG.random(ROWS) < 0.3
    columns = {name: pd.Series(RNG.normal(size=ROWS)).where(~gone) for name in "ab"}
    columns["c"] = pd.Series(RNG.normal(size=ROWS)).where(~(gone | more))
    said = {reason.said() for reason in found(**columns)}
    assert said == {"`b` is missing exactly where `a` is missing", "`c` is missing wherever `a` is missing"}


def test_reasons_that_follow_from_two_others_are_left_out() -> None:
    chance = RNG.random(ROWS)
    columns = {name: pd.Series(RNG.normal(size=ROWS)).where(chance > share) for name, share in
               (("plane", 0.1), ("start", 0.2), ("again", 0.2), ("landing", 0.3))}  # fmt: skip
    assert [reason.said() for reason in found(**columns)] == [
        "`again` is missing exactly where `start` is missing", "`start` is missing wherever `plane` is missing",
        "`landing` is missing wherever `start` is missing"]  # fmt: skip


def test_values_missing_at_random_have_no_reason() -> None:
    columns = {name: pd.Series(RNG.normal(size=ROWS)).where(RNG.random(ROWS) < 0.3) for name in "abcde"}
    assert found(**columns, status=STATUS) == []


def test_a_column_that_is_nearly_always_missing_is_so_by_chance() -> None:
    seldom = pd.Series(RNG.normal(size=ROWS)).where(np.arange(ROWS) % 40 == 0)
    few = np.where(np.arange(ROWS) % 80 == 1, "few", "many")
    assert found(seldom=seldom, few=few) == []


def test_one_row_is_enough_to_break_it_and_holds_says_which() -> None:
    table = Table.from_any(pd.DataFrame({"a": [1.5, None, None, 2.5], "s": ["x", "y", "x", "y"]}))
    assert Missing(column="a", by="s", levels=("y",)).holds(table).tolist() == [True, True, True, False]
    exactly = Missing(column="a", by="s", levels=("y",), exactly=True)
    assert exactly.holds(table).tolist() == [True, True, False, False]
    assert Missing.model_validate_json(exactly.model_dump_json()) == exactly
