"""Attributes beside media come back as their own maker draws them: protected, and as the schema says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.core.draw import sample
from likewise.core.registry import synthesizer
from likewise.core.schema import Column, Schema
from likewise.core.table import Table

ROWS = 240
CELLS: dict[str, tuple[type[np.generic], tuple[int, ...]]] = {
    "image": (np.uint8, (8, 8, 1)), "audio": (np.float32, (400, 1)), "video": (np.uint8, (4, 8, 8, 1)),
    "series": (np.float64, (6, 2)),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("technique", ["vae", "gan"])
def test_rare_levels_and_extremes_are_in_no_schema(technique: str, kind: Any) -> None:
    rng = np.random.default_rng(0)
    dtype, shape = CELLS[kind]
    cells = rng.random((ROWS, *shape))
    column = Column(name="cell", kind=kind, rate=8000 if kind == "audio" else None)
    made = Table.from_any({"cell": (255 * cells).astype(dtype) if dtype is np.uint8 else cells.astype(dtype)},
                          Schema(columns=(column,)))  # fmt: skip
    site = ["only here", *(["north", "south"][k % 2] for k in range(ROWS - 1))]
    age = np.append(rng.normal(40, 5, ROWS - 1).round(1), 99.9)
    beside = Table.from_any({"site": site, "age": age})
    columns = beside.columns.append_column("cell", made.column("cell"))
    table = Table(columns, Schema(columns=(*beside.schema.columns, *made.schema.columns)))
    model = synthesizer(technique, {"epochs": 1}).fit(table)
    assert "only here" not in (model.schema["site"].levels or ())
    assert model.schema["age"].bounds is not None and float(model.schema["age"].bounds[1]) < 99.9
    drawn = sample(model, 60)
    assert tuple(drawn.column("site").dictionary.to_pylist()) == model.schema["site"].levels
    assert {"north", "south"} <= set(drawn.column("site").to_pylist())
