from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table

Maker = Callable[..., Table]


def make_people(rows: int, seed: int = 0, *, gaps: float = 0.0) -> Table:
    """Return a table whose columns depend on one another, with a share of missing values."""
    rng = np.random.default_rng(seed)
    job = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    age = np.round(20 + 40 * rng.beta(2, 3, rows)).astype(np.int64)
    pay = np.round(np.exp(7 + 0.02 * age + 0.5 * job + 0.3 * rng.normal(size=rows)), 2)
    churn = rng.random(rows) < 1 / (1 + np.exp(3 - 0.05 * age - job))
    values: dict[str, Any] = {"age": age, "pay": pay, "job": job, "churn": churn}
    holes = {name: rng.random(rows) < gaps for name in values}
    levels = ("clerk", "nurse", "pilot")
    arrays = {
        "age": pa.array(age, mask=holes["age"]),
        "pay": pa.array(pay, mask=holes["pay"]),
        "job": pa.DictionaryArray.from_arrays(pa.array(job.astype(np.int32), mask=holes["job"]), pa.array(levels)),
        "churn": pa.array(churn, mask=holes["churn"]),
    }
    columns = (
        Column(name="age", kind="integer", dtype="int64", nullable=True),
        Column(name="pay", kind="decimal", dtype="double", decimals=2, nullable=True),
        Column(name="job", kind="category", levels=levels, nullable=True),
        Column(name="churn", kind="boolean", dtype="bool", nullable=True),
    )
    return Table(pa.table(arrays), Schema(columns=columns))


def make_table(**columns: tuple[str, Any]) -> Table:
    """Return a table of columns given as kind and typed values; the levels of a category are taken in order of use."""
    described, arrays = [], []
    for name, (kind, values) in columns.items():
        array = values if isinstance(values, pa.Array) else pa.array(values)
        levels = None
        if kind == "category":
            array = array.cast(pa.string()).dictionary_encode()
            levels = tuple(array.dictionary.to_pylist())
        described.append(Column(name=name, kind=kind, levels=levels))  # type: ignore[arg-type]
        arrays.append(array)
    return Table(pa.table(arrays, names=list(columns)), Schema(columns=tuple(described)))


@pytest.fixture
def people() -> Maker:
    return make_people


@pytest.fixture
def table_of() -> Maker:
    return make_table
