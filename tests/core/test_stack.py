"""Rows of several tables under one another: levels, bounds and gaps of all, and ids that no other row has."""

from __future__ import annotations

from string import ascii_uppercase

import numpy as np
import pytest

from likewise.core.schema import Column, Pattern, Schema
from likewise.core.stack import stacked, with_new_keys
from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError


def test_levels_bounds_and_gaps_are_those_of_all() -> None:
    first = Table.from_any({"age": [*range(20, 58), 20, 21], "sex": ["F", "M"] * 20})
    then = Table.from_any({"sex": ["X", "M"] * 20, "age": [None, *range(41, 79), 50]})
    both = stacked([first, then])
    assert both.rows == 80
    assert both.names == ("age", "sex")
    assert both.schema["sex"].levels == ("F", "M", "X")
    assert both.schema["age"].bounds == (20, 78)
    assert both.schema["age"].nullable
    assert both.to_arrow().to_pylist()[40] == {"age": None, "sex": "X"}
    assert both.codes("sex").tolist() == [0, 1] * 20 + [2, 1] * 20


def test_a_column_that_is_lacking_is_missing_and_one_too_many_is_left_out() -> None:
    first = Table.from_any({"a": list(range(30)), "note": ["x", "y", "z"] * 10})
    both = stacked([first, Table.from_any({"a": list(range(30)), "b": list(range(30))})])
    assert both.names == ("a", "note")
    assert both.column("note").null_count == 30
    assert both.to_native()["note"][30:] == [None] * 30


def test_a_constant_beside_another_becomes_a_category() -> None:
    both = stacked([Table.from_any({"c": ["x"] * 9}), Table.from_any({"c": ["y"] * 9})])
    assert (both.schema["c"].kind, both.schema["c"].levels) == ("category", ("x", "y"))


def test_an_empty_column_takes_the_kind_of_the_other() -> None:
    both = stacked([Table.from_any({"c": [None] * 30}), Table.from_any({"c": [*range(29), 3]})])
    assert (both.schema["c"].kind, both.column("c").null_count) == ("integer", 30)


def test_kinds_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(SchemaError, match=r"column `c` is integer in one table and category"):
        stacked([Table.from_any({"c": [*range(29), 3]}), Table.from_any({"c": ["x", "y"] * 15})])


def test_new_keys_are_none_of_the_real_ones() -> None:
    real = Table.from_any({"user_id": [f"u{i:04d}" for i in range(300)], "x": [0.5 * i for i in range(300)]})
    assert real.schema["user_id"].is_generated
    fresh = with_new_keys(real, real, seed=3)
    keys = {*fresh.texts("user_id").to_pylist()}
    assert len(keys) == 300
    assert not keys & {*real.texts("user_id").to_pylist()}


def test_a_pattern_that_is_used_up_is_said() -> None:
    pattern = Pattern(form="mask", mask="A9")
    schema = Schema(columns=(Column(name="user_id", kind="id", role="key", pattern=pattern),))
    real = Table.from_any({"user_id": [f"{c}{i}" for c in ascii_uppercase for i in range(10)]}, schema)
    with pytest.raises(SettingsError, match="too few values") as fault:
        with_new_keys(real, real, seed=0)
    assert fault.value.code == "key.exhausted"


def test_pictures_of_other_shapes_go_under_one_another() -> None:
    small, large = (Table.from_any({"p": np.full((4, size, size), 7, dtype=np.uint8)}) for size in (3, 5))
    both = stacked([small, large, Table.from_any({"q": [1.5] * 2})])
    cells = both.tensor("p")
    assert [None if cell is None else cell.shape for cell in cells] == [(3, 3, 1)] * 4 + [(5, 5, 1)] * 4 + [None] * 2
    assert both.schema["p"].shape == (None, None, 1)
    alike = stacked([small, small])
    assert (alike.schema["p"].shape, np.shape(alike.tensor("p"))) == ((3, 3, 1), (8, 3, 3, 1))
