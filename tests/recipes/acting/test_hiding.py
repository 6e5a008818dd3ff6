"""Values of few entities are hidden behind invented ones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.recipes.acting.hiding import without_rare

OWNER = np.repeat(np.arange(30), 4)


def table(shops: list[str | None]) -> Table:
    return Table.from_any({"shop": shops, "paid": list(range(len(shops)))})


@pytest.mark.parametrize("names", [("S{:03d}", "S{:03d}"), ("the shop at number {}", "shop-")])
def test_only_values_of_few_entities_are_replaced_each_by_one_of_its_own(names: tuple[str, str]) -> None:
    codes = np.where(np.arange(120) % 4 == 0, np.arange(120) % 3, 100 + OWNER)  # three that all use, and one for each
    real = table([names[0].format(code) for code in codes.tolist()])
    hidden = without_rare(real, "shop", OWNER, 3, seed=0)
    before, after = real.column("shop").to_pylist(), hidden.column("shop").to_pylist()
    common = {names[0].format(code) for code in range(3)}
    assert [a for a, b in zip(after, before, strict=True) if b in common] == [b for b in before if b in common]
    assert not {a for a, b in zip(after, before, strict=True) if b not in common} & set(before)
    assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))
    assert set(hidden.schema["shop"].levels or ()) == set(after)
    assert hidden.columns.column("paid").equals(real.columns.column("paid"))


def test_missing_values_stay_missing_and_nothing_changes_where_nothing_is_rare() -> None:
    shops: list[str | None] = ["north", None, "south", "south"] * 30
    assert without_rare(table(shops), "shop", OWNER, 3, seed=0).column("shop").to_pylist() == shops
    shops[0] = "lonely"
    hidden = without_rare(table(shops), "shop", OWNER, 3, seed=0).column("shop").to_pylist()
    assert hidden[1:] == shops[1:] and hidden[0] not in shops and hidden[0] is not None


@pytest.mark.parametrize(("dtype", "scale"), [("int8", 1), ("int64", 10**9), ("double", 0.25)])
def test_levels_that_are_numbers_stay_numbers(dtype: str, scale: float) -> None:
    codes = np.where(np.arange(120) % 4 == 0, 1, 90 + OWNER % 30)
    raw = pa.table({"shop": pa.array(codes * scale).cast(pa.float64()).cast(dtype)})
    real = Table.from_arrow(raw, Schema(columns=(Column(name="shop", kind="category", dtype=dtype),)))
    hidden = without_rare(real, "shop", OWNER, 3, seed=0).to_arrow()["shop"].to_pylist()
    own, others = codes * scale, set((codes * scale)[codes > 1].tolist())
    assert [new for new, old in zip(hidden, own, strict=True) if old == scale] == [scale] * 30
    assert not set(hidden) & others and len(set(hidden)) == len(set(own.tolist()))


def test_levels_that_are_neither_texts_nor_numbers_stay() -> None:
    days = pa.table({"shop": pa.array(np.datetime64("2026-01-01") + OWNER)})
    real = Table.from_arrow(days, Schema(columns=(Column(name="shop", kind="category", dtype="date32[day]"),)))
    assert without_rare(real, "shop", OWNER, 3, seed=0) is real
