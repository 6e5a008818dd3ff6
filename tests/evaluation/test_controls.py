from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.controls import CONTROLS, PARITY, make_control, plant_parity
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.copies import count_copies, row_keys

ROWS = 600
NO_PLACE = {("spread-spike", "small"), ("moved-dates", "small"), ("spread-spike", "wide"), ("moved-dates", "wide")}
"""Neither shape has dates, nor a number of which many rows hold one value."""


@pytest.mark.parametrize("shape", ["small", "mixed", "wide"])
@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_breaks_every_shape_in_the_columns_it_has(
    name: str, shape: str, split: Callable[..., Any]
) -> None:  # fmt: skip
    parts = split(shape, rows=ROWS, parity=True)
    broken = make_control(name, parts.train, parts.reserve, ROWS)
    assert (broken is None) is ((name, shape) in NO_PLACE)
    if broken is not None:
        assert broken.rows == ROWS and broken.names == parts.train.names
        assert broken == make_control(name, parts.train, parts.reserve, ROWS)
        assert (broken == make_control("fresh", parts.train, parts.reserve, ROWS)) is (name == "fresh")
        assert pair_tables(parts.train, broken, parts.holdout).columns


@pytest.mark.parametrize("name", [c.name for c in CONTROLS.values() if c.owner not in ("privacy",)])
def test_faults_other_than_copies_hold_no_more_real_rows_than_fresh_ones(name: str, split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control(name, parts.train, parts.reserve, ROWS)
    if broken is not None:
        paired = pair_tables(parts.train, broken, parts.holdout)
        assert count_copies(row_keys(paired.real), row_keys(paired.synthetic), None).copied == 0


@pytest.mark.parametrize("name, dose", [("copies-0.5", 3), ("copies-1", 6), ("outlier-copies", 6), ("memoriser", ROWS)])
def test_copies_are_planted_in_their_dose(name: str, dose: int, split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control(name, parts.train, parts.reserve, ROWS)
    assert broken is not None
    paired = pair_tables(parts.train, broken, parts.holdout)
    assert count_copies(row_keys(paired.real), row_keys(paired.synthetic), None).copied == dose


def test_a_repeated_secret_is_one_real_row(split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control("repeated-secret", parts.train, parts.reserve, ROWS)
    assert broken is not None
    real, made = ([tuple(row.values()) for row in t.to_arrow().to_pylist()] for t in (parts.train, broken))
    copied = [row for row in made if row in set(real)]
    assert len(copied) == ROWS // 100 and len(set(copied)) == 1


def test_spliced_copies_hold_half_of_a_real_row_each(table_of: Callable[..., Table]) -> None:
    names = ("a", "b", "c", "d")
    train, fresh = (table_of(**{n: ("float", np.arange(200.0) + shift) for n in names}) for shift in (0.0, 1_000.0))
    broken = make_control("spliced-copies", train, fresh, 200)
    assert broken is not None
    copied = np.column_stack([broken.numbers(n) for n in names])
    rows = [row[row < 1_000] for row in copied if (row < 1_000).any()]
    assert len(rows) == 4 and all(len(row) == 2 and row[0] == row[1] for row in rows)
    assert len({row[0] for row in rows}) == 4


def test_faults_of_a_group_leave_all_other_rows_as_they_were(split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=4_000)
    fresh, mislabelled, redrawn = (make_control(name, parts.train, parts.reserve, 4_000)
                                   for name in ("fresh", "group-labels", "drawn-as-majority"))  # fmt: skip
    assert fresh is not None and mislabelled is not None and redrawn is not None
    women = fresh.codes("sex") == 0
    assert (mislabelled.codes("sex") == fresh.codes("sex")).all() and (redrawn.codes("sex") == fresh.codes("sex")).all()
    group = women if women.sum() < 2_000 else ~women
    wrong = mislabelled.codes("rich") != fresh.codes("rich")
    assert 0.15 < wrong[group].mean() < 0.25 and not wrong[~group].any()
    same = redrawn.numbers("free") == fresh.numbers("free")
    assert same[~group].all() and same[group].mean() < 0.05
    # Whole rows were drawn: they keep the tie of the others, which is not the group's own.
    others = {(a, b) for a, b in zip(fresh.numbers("free")[~group], fresh.numbers("pay")[~group])}
    assert {(a, b) for a, b in zip(redrawn.numbers("free"), redrawn.numbers("pay"))} <= others


def test_wrong_triples_leave_every_pair_as_it_was(split: Callable[..., Any]) -> None:
    parts = split("small", rows=4_000, parity=True)
    broken = make_control("wrong-triples", parts.train, parts.reserve, 4_000)
    assert broken is not None
    a, b, c = (broken.codes(n) for n in PARITY)
    assert abs(np.mean(a == c) - 0.5) < 0.05 and abs(np.mean(b == c) - 0.5) < 0.05
    assert abs(np.mean((a ^ b) == c) - 0.5) < 0.05
    real = [parts.train.codes(n) for n in PARITY]
    assert np.mean((real[0] ^ real[1]) == real[2]) > 0.9


def test_what_has_no_place_is_not_made(table_of: Callable[..., Table]) -> None:
    words = table_of(sex=("category", ["F", "M"] * 50), town=("category", ["a", "b", "b", "b"] * 25))
    assert make_control("clipped-tails", words, words, 50) is None
    assert make_control("wrong-triples", words, words, 50) is None
    assert make_control("wrong-triples", plant_parity(words), plant_parity(words), 50) is not None
    numbers = table_of(x=("float", np.arange(100.0)), z=("float", np.arange(100.0) ** 2))
    assert make_control("shuffled-labels", numbers, numbers, 50) is None
    assert make_control("lost-levels", numbers, numbers, 50) is None
    assert make_control("drawn-as-majority", numbers, numbers, 50) is None
    assert make_control("group-labels", numbers, numbers, 50) is None
    assert make_control("spliced-copies", *[table_of(x=("float", np.arange(100.0)))] * 2, 50) is None


def test_every_control_is_described() -> None:
    page = (Path(__file__).parents[2] / "docs" / "concepts" / "controls.md").read_text()
    assert [name for name in CONTROLS if page.count(f"`{name}`") < 2] == []


def test_unknown_names_and_small_reserves_are_refused(split: Callable[..., Any]) -> None:
    parts = split("small", rows=100)
    with pytest.raises(EvaluationError, match="memoriser"):
        make_control("memorizer", parts.train, parts.reserve, 10)
    with pytest.raises(EvaluationError, match="101"):
        make_control("fresh", parts.train, parts.reserve, 101)


@pytest.mark.parametrize(
    ("name", "column", "doses"),
    [("far-values", "pay", (0.01, 0.03)), ("heaped-numbers", "pay", (0.3, 0.5)), ("spread-spike", "gain", (0.4, 0.5)),
     ("moved-dates", "joined", (1, 1)), ("exchanged-numbers", "gain", (0.03, 0.07)),
     ("swollen-level", "plan", (0, 0)), ("respelled-level", "region", (0, 0.03)),
     ("lopsided-labels", "rich", (0.02, 0.3))],
)  # fmt: skip
def test_faults_change_as_many_rows_as_they_say(
    name: str, column: str, doses: tuple[float, float], split: Callable[..., Any]
) -> None:
    parts = split("mixed", rows=4_000)
    fresh, broken = (make_control(n, parts.train, parts.reserve, 4_000) for n in ("fresh", name))
    assert broken is not None and fresh is not None
    before, after = (t.column(column).to_pylist() for t in (fresh, broken))
    assert doses[0] <= np.mean([a != b for a, b in zip(before, after, strict=True)]) <= doses[1]


def test_repeated_rows_are_a_tenth(split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control("repeated-rows", parts.train, parts.reserve, ROWS)
    assert broken is not None
    assert len({tuple(row.values()) for row in broken.to_arrow().to_pylist()}) == ROWS - ROWS // 10


def test_filled_gaps_leave_none(split: Callable[..., Any]) -> None:
    parts = split("mixed", rows=ROWS)
    broken = make_control("filled-gaps", parts.train, parts.reserve, ROWS)
    assert broken is not None
    assert not any(broken.missing(n).any() for n in broken.names)


def test_a_turned_tie_turns_in_one_group_only(table_of: Callable[..., Table]) -> None:
    x = np.random.default_rng(0).normal(size=900)
    group = ["a", "a", "b"] * 300
    table = table_of(x=("float", x), y=("float", x + 0.1), group=("category", group))
    broken = make_control("turned-tie", table, table, 900)
    assert broken is not None
    turned = np.corrcoef(*(broken.numbers(n)[broken.codes("group") == 0] for n in ("x", "y")))[0, 1]
    kept = np.corrcoef(*(broken.numbers(n)[broken.codes("group") == 1] for n in ("x", "y")))[0, 1]
    assert turned < -0.9 and kept > 0.99
