"""Hold conditions to telling apart what attributes tell apart."""

from __future__ import annotations

import json

import numpy as np

from likewise.core.table import Table
from likewise.networks.conditioning import Conditioner


def test_classes_that_are_numbers_are_told_apart_as_classes():
    table = Table.from_any({"digit": np.arange(200) % 10, "weight": np.random.default_rng(0).normal(size=200)})
    found = Conditioner.fit(table)
    vectors = found.encode(table)
    assert list(found.marks) == ["digit"] and vectors.shape == (200, found.width)
    assert (vectors[:, -10:].argmax(axis=1) == np.arange(200) % 10).all() and (vectors[:, -10:].sum(axis=1) == 1).all()


def test_whole_numbers_of_many_values_are_numbers_only():
    found = Conditioner.fit(Table.from_any({"age": np.arange(200) % 70, "rare": np.arange(200) // 2}))
    assert not found.marks and found.width == 4


def test_it_is_the_same_after_a_file():
    columns = {"sex": ["f", "m"] * 30, "digit": np.arange(60) % 3, "kind": ["a", "b", "c"] * 20}
    table = Table.from_any({**columns, "x": np.linspace(0, 1, 60), "age": np.linspace(9, 1, 60)})
    found = Conditioner.fit(table)
    written = json.loads(json.dumps(found.state(), sort_keys=True))
    assert (Conditioner.from_state(written).encode(table) == found.encode(table)).all()
