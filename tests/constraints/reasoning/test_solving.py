"""Open cells are filled in so that every row meets all rules, each row by itself."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.constraints.reasoning.worlds import DOMAINS, RULES, VALUES, cells_of, solutions

from likewise.constraints.language.cells import Cells
from likewise.constraints.reasoning import solving
from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.solving import Solved, solve
from likewise.core.counted import Counted

WHOLE = Domain.between(0, 1000, step=1)
COLUMNS = {
    "a": WHOLE, "b": WHOLE, "q": Domain.between(1, 20, step=1), "m": Domain.between(0, 100, step=1, missing="may"),
    "t": Domain.between(0, 1e6, step=0.01), "p": Domain.between(0.5, 99, step=0.01), "x": Domain.between(-10, 10),
    "y": Domain.between(), "c": Domain.among("uvwxyz"), "s": Domain("text"),
}  # fmt: skip
HARD = ["a + b + q + m == 1000", "a % 7 == 3", "(b + a) % 11 == 5", "q * 3 == m"]


def solved(rules: list[str], names: str, rows: int = 40, **known: Cells) -> Solved:
    return solve(rules, {name: COLUMNS[name] for name in names}, known, Counted(5), np.arange(rows))


def values(found: Solved) -> dict[str, list[object]]:
    return {name: np.asarray(cells.values).tolist() for name, cells in found.columns.items()}


@settings(max_examples=40, deadline=None)
@given(RULES)
def test_rows_are_met_where_any_can_be(rules: list[str]) -> None:
    found = solve(rules, DOMAINS, {}, Counted(1), np.arange(3))
    possible = solutions(rules).any()
    assert found.met.all() == possible, rules
    for row in np.flatnonzero(found.met):
        for name, cells in found.columns.items():
            value = np.asarray(cells.values)[row]
            assert (None if value != value else value) in VALUES[name]


@settings(max_examples=25, deadline=None)
@given(RULES)
def test_a_search_meets_rows_where_any_can_be(rules: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(solving, "DIVES", 0)
        known = {"a": cells_of([{"a": v} for v in VALUES["a"]], "a", DOMAINS["a"])}
        found = solve(rules, DOMAINS, known, Counted(1), np.arange(6))
    from tests.constraints.reasoning.worlds import CELLS

    met = solutions(rules)
    assert found.met.tolist() == [bool(met[CELLS["a"].values == value].any()) for value in VALUES["a"]]


def test_a_row_comes_out_the_same_alone() -> None:
    start = Cells("number", np.arange(0, 900, 30.0), 0)
    together = solved(["a < b", "b < a + 5", "b % 3 == 0", "c != 'u'"], "abc", 30, a=start)
    alone = solve(["a < b", "b < a + 5", "b % 3 == 0", "c != 'u'"], {n: COLUMNS[n] for n in "abc"},
                  {"a": Cells("number", start.values[[17, 4]], 0)}, Counted(5), np.array([17, 4]))  # fmt: skip
    assert alone.columns["b"].values.tolist() == together.columns["b"].values[[17, 4]].tolist()
    assert alone.columns["c"].values.to_pylist() == together.columns["c"].values.take(pa.array([17, 4])).to_pylist()


def test_a_searched_row_comes_out_the_same_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "DIVES", 0)
    together = values(solved(HARD, "abqm", 8))
    alone = solve(HARD, {n: COLUMNS[n] for n in "abqm"}, {}, Counted(5), np.array([6]))
    assert alone.searched == 1
    assert {n: own[0] for n, own in values(alone).items()} == {n: own[6] for n, own in together.items()}


def test_values_are_spread() -> None:
    found = solved(["a < b", "b <= 900"], "ab", 400)
    assert found.met.all()
    own = np.asarray(found.columns["a"].values)
    assert len(np.unique(own)) > 200
    assert 100 < np.median(own) < 700


def test_no_value_is_left_out_to_dodge_a_rule() -> None:
    found = solved(HARD, "abqm", 12)
    assert found.met.all()
    assert not np.isnan(np.asarray(found.columns["m"].values)).any()


def test_preferred_values_are_kept_where_they_can_be() -> None:
    preferred = {"a": Cells("number", np.array([5.0, 900.0]), 0), "b": Cells("number", np.array([9.0, 3.0]), 0)}
    found = solve(["a < b"], {n: COLUMNS[n] for n in "ab"}, {}, Counted(0), np.arange(2), preferred=preferred)
    assert found.columns["a"].values.tolist() == [5, 900]
    assert found.columns["b"].values[0] == 9
    assert found.columns["b"].values[1] > 900


def test_free_texts_are_taken_from_the_preferred_ones() -> None:
    preferred = {"s": Cells("text", pa.array(["abc", "x1", "b"]))}
    known = {"q": Cells("number", np.array([1.0, 1.0, 2.0]), 0)}
    rules = ["if q == 1 then s matches '[a-z]+'"]
    found = solve(rules, {"q": COLUMNS["q"], "s": COLUMNS["s"]}, known, Counted(0), np.arange(3), preferred=preferred)
    texts = found.columns["s"].values.to_pylist()
    assert (texts[0], texts[2]) == ("abc", "b")
    assert texts[1] in ("abc", "b")


def test_numbers_on_no_grid_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "DIVES", 0)
    found = solved(["x == y * 1.5", "y > 2"], "xy", 4)
    assert found.searched == 4
    own = values(found)
    assert own["x"] == pytest.approx([1.5 * float(str(y)) for y in own["y"]])


def test_rows_that_cannot_be_met_are_told() -> None:
    known = {"a": Cells("number", np.array([999.0, 1000.0]), 0)}
    found = solved(["a < b"], "ab", 2, a=known["a"])
    assert found.met.tolist() == [True, False]
    assert np.isnan(found.columns["b"].values[1])
