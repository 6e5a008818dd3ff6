"""Populations hold their columns, and refuse what rules could not read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.errors import SettingsError
from likewise.techniques.agents.population import born, die, door, living, population, with_room
from likewise.techniques.agents.run import agents_of


def test_columns_have_the_types_of_rules() -> None:
    people = population(1, "people", 3, age=np.array([1, 2, 3], np.int8), size=np.float32(2.5), ill=[True, False, True])
    assert (people.age.dtype, people.size.dtype, people.ill.dtype) == (np.int64, np.float64, np.bool_)
    assert people.size.tolist() == [2.5] * 3 and people.age.flags.writeable


@pytest.mark.parametrize(("columns", "said"), [({"id": 0}, "by itself"), ({"name": ["a"] * 3}, "numbers and truths"),
                                               ({"age": [1, 2]}, "2 values for 3")])  # fmt: skip
def test_other_columns_are_refused(columns: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        population(0, "people", 3, **columns)
    assert fault.value.where and fault.value.hint


def test_places_of_the_dead_are_filled_again() -> None:
    people = with_room(population(0, "people", 3, age=[5, 6, 7]), 2)
    die(people, 1)
    assert living(people).tolist() == [0, 2]
    assert born(people) == 1 and born(people) == 3 and born(people) == 4
    assert people.id[:5].tolist() == [0, 3, 2, 4, 5] and living(people).tolist() == [0, 1, 2, 3, 4]
    assert with_room(people, 0) is people


def test_a_door_is_in_no_table_and_those_who_come_are_counted_from_0() -> None:
    people = with_room(door(0, "people", age=[3]), 3)
    assert living(people).tolist() == [] and agents_of(people).num_rows == 0
    assert [born(people) for _ in range(3)] == [1, 2, 3]
    assert agents_of(people)["id"].to_pylist() == [0, 1, 2]


def test_an_agent_takes_24_bytes_and_its_properties() -> None:
    people = population(0, "people", 100_000, age=1, size=0.5, is_ill=False)
    assert sum(values.nbytes for values in people) / 100_000 == pytest.approx(24 + 8 + 8 + 1, abs=0.01)
