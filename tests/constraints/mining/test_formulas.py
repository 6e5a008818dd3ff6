"""Sums of many columns, differences and ratios: found where they hold, and not where chance makes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.constraints.kinds import Formula
from likewise.constraints.mining.formulas import find_formulas
from likewise.core.table import Table

ROWS = 1000
RNG = np.random.default_rng(0)


def said(**columns: object) -> set[str]:
    return {formula.said() for formula in find_formulas(Table.from_any(pd.DataFrame(columns)))}


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 12), st.integers(0, 2**32 - 1), st.data())
def test_a_sum_of_any_columns_is_found_wherever_it_stands(parts: int, seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    columns = {f"c{number}": rng.integers(0, 400, 400) for number in range(parts + 2)}
    chosen = data.draw(st.permutations(sorted(columns)))[:parts]
    columns["all"] = np.sum([columns[name] for name in chosen], axis=0)
    table = Table.from_any(pd.DataFrame({name: columns[name] for name in data.draw(st.permutations(sorted(columns)))}))
    (found,) = find_formulas(table)
    assert (found.column, {*found.of}, found.minus) == ("all", {*chosen}, ())
    assert found.holds(table).all()


def test_a_balance_of_in_and_out_is_a_sum_with_a_minus() -> None:
    before, gain, loss = (RNG.integers(0, 500, ROWS) for _ in range(3))
    assert said(before=before, gain=gain, loss=loss, after=before + gain - loss) == {
        "`after` is `before` plus `gain` minus `loss`"
    }


def test_parts_are_rounded_more_finely_than_their_sum() -> None:
    parts = {name: np.round(RNG.gamma(2, 20, ROWS), 2) for name in "abc"}
    total = np.round(sum(parts.values()))
    assert said(total=total, **parts) == {"`total` is `a` plus `b` plus `c`"}


def test_a_ratio_is_found_rounded_and_in_percent() -> None:
    games = RNG.integers(1, 60, ROWS)
    wins = RNG.binomial(games, 0.4)
    assert said(games=games, wins=wins, share=np.round(wins / games, 2)) == {"`share` is `wins` divided by `games`"}
    percent = np.round(100 * wins / games, 1)
    assert said(games=games, wins=wins, percent=percent) == {"`percent` is 100 times `wins` divided by `games`"}


def test_a_ratio_is_missing_where_it_divides_by_zero() -> None:
    games = RNG.integers(0, 60, ROWS)
    wins = RNG.binomial(games, 0.4)
    share = pd.Series(wins / np.maximum(games, 1)).where(games > 0).round(2)
    assert said(games=games, wins=wins, share=share) == {"`share` is `wins` divided by `games`"}


def test_a_rounded_product_is_not_taken_for_a_ratio() -> None:
    net, rate = np.round(RNG.gamma(2, 40, ROWS), 2), RNG.choice([0.05, 0.07, 0.19, 0.25], ROWS)
    assert said(net=net, rate=rate, tax=np.round(net * rate, 2)) == {"`tax` is `net` times `rate`"}


def test_a_total_of_totals_comes_after_them() -> None:
    a, b, c = (RNG.integers(0, 500, ROWS) for _ in range(3))
    table = Table.from_any(pd.DataFrame({"all": a + b + c, "both": a + b, "a": a, "b": b, "c": c}))
    found = find_formulas(table)
    assert {f.column for f in found} == {"all", "both"}
    computed: set[str] = set()
    for formula in found:
        assert not {"all", "both"} & {*formula.of} - computed
        computed.add(formula.column)


def test_a_column_that_is_hardly_ever_known_hides_nothing() -> None:
    a, b, c = (RNG.integers(0, 500, ROWS) for _ in range(3))
    seldom = pd.Series(RNG.normal(size=ROWS)).where(np.arange(ROWS) < 3)
    assert said(a=a, b=b, seldom=seldom, c=c, all=a + b + c) == {"`all` is `a` plus `b` plus `c`"}


def test_a_part_that_is_zero_nearly_always_proves_nothing() -> None:
    a, rest = RNG.integers(0, 500, ROWS), np.zeros(ROWS, dtype=int)
    rest[:9] = range(1, 10)
    assert said(a=a, rest=rest, total=a + rest) == set()


def test_support_counts_the_rows_in_which_every_part_tells() -> None:
    a, b = RNG.integers(1, 500, ROWS), np.where(np.arange(ROWS) % 4 == 0, np.arange(ROWS) % 7 + 1, 0)
    (found,) = find_formulas(Table.from_any(pd.DataFrame({"a": a, "b": b, "c": a + b})))
    assert found.support == ROWS // 4


@pytest.mark.parametrize("columns", [20, 60])
def test_noise_holds_no_formula(columns: int) -> None:
    frame = pd.DataFrame(RNG.integers(0, 9, (ROWS, columns)), columns=[f"c{number}" for number in range(columns)])
    assert find_formulas(Table.from_any(frame)) == []


def test_formulas_survive_json() -> None:
    formula = Formula(column="d", form="sum", of=("a", "b", "c"), minus=("c",), support=40)
    assert Formula.model_validate_json(formula.model_dump_json()) == formula
