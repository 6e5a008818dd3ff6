from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table

Patients = Callable[..., Table]


def make_patients(rows: int, seed: int = 0) -> Table:
    """Return rows of six numbers and three categories, of which hardly two are alike."""
    rng = np.random.default_rng(seed)
    well = rng.normal(size=rows)
    values = {f"n{k}": np.round(10 * (well * (k % 3) / 2 + rng.normal(size=rows)), 2) for k in range(5)}
    values["cost"] = np.round(np.exp(4 + well + rng.normal(size=rows)), 2)
    values["ward"] = rng.choice(list("abcdef"), rows)
    values["sex"] = rng.choice(["f", "m"], rows)
    values["ill"] = np.where(well + rng.normal(size=rows) > 0, "yes", "no")
    return Table.from_any(pa.table(values))


def moved(table: Table, share: float = 0.01, seed: int = 0) -> Table:
    """Return the rows with each number moved by up to a share of its range."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for column in table.schema.columns:
        array = table.column(column.name)
        if column.is_number:
            values = np.asarray(table.numbers(column.name))
            array = pa.array(values + rng.uniform(-share, share, table.rows) * np.ptp(values))
        arrays[column.name] = array
    return Table(pa.table(arrays), table.schema, table.container)


@pytest.fixture
def patients() -> Patients:
    return make_patients
