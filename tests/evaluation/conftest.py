from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.evaluation.controls import plant_parity

Maker = Callable[..., Table]
Described = tuple[str, Any, dict[str, Any]]


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


# -- the three shapes of table that the whole suite is held to --------------------------------------------------------
def make_small(rows: int = 1_000, seed: int = 0) -> Table:
    """Return five columns: numbers, a sensitive group, a category and a target that depend on one another."""
    rng = np.random.default_rng([seed, 5])
    group = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    age = np.round(20 + 45 * rng.beta(2, 3, rows) + 3 * group)
    gap = rng.random(rows) < np.where(age > 45, 0.25, 0.02)
    pay = np.round(np.exp(7 + 0.02 * age + 0.3 * group + 0.4 * rng.normal(size=rows)), 2)
    branch = rng.choice(6, rows, p=[0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
    yes = rng.random(rows) < 1 / (1 + np.exp(4.5 - 0.1 * age - 0.8 * group + 0.3 * branch))
    return build(
        age=("integer", age, {}),
        pay=("decimal", pay, {"decimals": 2}),
        group=("category", group, {"levels": named("group", 3), "role": "sensitive"}),
        branch=("category", np.where(gap, -1, branch), {"levels": named("branch", 6)}),
        bought=("category", yes.astype(int), {"levels": ("no", "yes"), "role": "target"}),
    )


def make_mixed(rows: int = 20_000, seed: int = 0) -> Table:
    """Return fifteen columns: gaps that depend on others, atoms, decimals, dates, 2 to 40 levels, a free column."""
    rng = np.random.default_rng([seed, 15])
    sex = (rng.random(rows) < 0.45).astype(int)
    age = np.round(18 + 62 * rng.beta(1.6, 2.6, rows))
    school = np.clip(np.round(8 + 0.05 * (60 - np.abs(age - 45)) + 2.5 * rng.normal(size=rows)), 0, 15).astype(int)
    job = np.clip(np.round(school * 0.7 + 1.6 * rng.normal(size=rows)), 0, 11).astype(int)
    region = rng.choice(40, rows, p=zipf(40))
    hours = np.where(rng.random(rows) < 0.45, 40, np.clip(np.round(41 + 11 * rng.normal(size=rows)), 5, 90))
    pay = np.round(np.exp(6.2 + 0.11 * school + 0.012 * age + 0.2 * sex + 0.4 * rng.normal(size=rows)), 2)
    gain = np.where(rng.random(rows) < 0.88, 0.0, np.round(np.exp(7 + 0.1 * school + rng.normal(size=rows))))
    married = (rng.random(rows) < 1 / (1 + np.exp(2 - 0.06 * age))).astype(int)
    weight = np.round(64 + 13 * sex + 0.08 * age + 11 * rng.normal(size=rows), 1)
    score = np.where(rng.random(rows) < np.where(age > 55, 0.35, 0.04), np.nan, np.round(500 + 9 * school
                     + 60 * rng.normal(size=rows)))  # fmt: skip
    joined = 12_000 + np.floor(7_000 * rng.beta(3, 1.5, rows))
    free = np.round(rng.gamma(2.0, 3.0, rows), 2)
    plan = np.where(rng.random(rows) < np.where(hours > 45, 0.3, 0.03), -1, rng.choice(5, rows, p=zipf(5)))
    rich = rng.random(rows) < 1 / (1 + np.exp(9.5 - 0.35 * school - 0.04 * age - 0.9 * married - 0.03 * hours))
    return build(
        age=("integer", age, {}),
        sex=("category", sex, {"levels": ("F", "M"), "role": "sensitive"}),
        school=("category", school, {"levels": named("school", 16)}),
        job=("category", job, {"levels": named("job", 12)}),
        region=("category", region, {"levels": named("region", 40)}),
        hours=("integer", hours, {}),
        pay=("decimal", pay, {"decimals": 2}),
        gain=("float", gain, {}),
        married=("boolean", married, {}),
        weight=("decimal", np.where(rng.random(rows) < 0.15 * sex, np.nan, weight), {"decimals": 1}),
        score=("integer", score, {}),
        joined=("date", joined, {}),
        free=("decimal", free, {"decimals": 2}),
        plan=("category", plan, {"levels": named("plan", 5)}),
        rich=("category", rich.astype(int), {"levels": ("no", "yes"), "role": "target"}),
    )


def make_wide(rows: int = 3_000, seed: int = 0) -> Table:
    """Return sixty columns from six hidden causes: 42 numbers, 16 categories, a sensitive group and a target."""
    loadings = np.random.default_rng(60).normal(size=(6, 59)) * (np.random.default_rng(61).random((6, 59)) < 0.35)
    rng = np.random.default_rng([seed, 60])
    causes = rng.normal(size=(rows, 6))
    latent = causes @ loadings + rng.normal(size=(rows, 59))
    columns: dict[str, Described] = {}
    for i in range(42):
        values = np.round(np.exp(0.4 * latent[:, i]) * 20, 2) if i % 3 == 0 else np.round(10 * latent[:, i], 1 + i % 2)
        if i % 7 == 1:
            values = np.where(rng.random(rows) < np.where(causes[:, 0] > 0.5, 0.3, 0.03), np.nan, values)
        columns[f"n{i}"] = ("decimal", values, {"decimals": 2 if i % 3 == 0 else 1 + i % 2})
    for i in range(16):
        levels = (2, 3, 4, 6, 8, 12, 16, 20)[i % 8]
        cuts = np.quantile(np.random.default_rng(62).normal(size=4_000) * 1.3, np.cumsum(zipf(levels))[:-1])
        columns[f"c{i}"] = ("category", np.searchsorted(cuts, latent[:, 42 + i]), {"levels": named(f"c{i}", levels)})
    group = np.searchsorted([0.2, 1.2], causes[:, 0] + 0.7 * rng.normal(size=rows))
    columns["group"] = ("category", group, {"levels": named("group", 3), "role": "sensitive"})
    yes = latent[:, 58] + 0.5 * causes[:, 1] + 0.4 * group > 0.6
    columns["outcome"] = ("category", yes.astype(int), {"levels": ("no", "yes"), "role": "target"})
    return build(**columns)


def build(**columns: Described) -> Table:
    """Return a table of columns given as kind, values (NaN or -1 where missing) and further fields of the schema."""
    described, arrays = [], []
    for name, (kind, values, fields) in columns.items():
        values = np.asarray(values, dtype=np.float64)
        gone = np.isnan(values) if kind not in ("category", "boolean") else values < 0
        plain = np.where(gone, 0, values)
        if kind == "category":
            indices = pa.array(plain.astype(np.int32), mask=gone)
            array: Any = pa.DictionaryArray.from_arrays(indices, pa.array(fields["levels"]))
        elif kind == "boolean":
            array = pa.array(plain == 1, mask=gone)
        elif kind == "date":
            array = pa.array(plain.astype(np.int32), mask=gone).cast(pa.date32())
        else:
            array = pa.array(plain.astype(np.int64) if kind == "integer" else plain, mask=gone)
        described.append(Column(name=name, kind=kind, nullable=bool(gone.any()), **fields))
        arrays.append(array)
    return Table(pa.table(arrays, names=list(columns)), Schema(columns=tuple(described)))


def named(what: str, levels: int) -> tuple[str, ...]:
    return tuple(f"{what} {i}" for i in range(levels))


def zipf(levels: int) -> Any:
    weights = 1 / np.arange(1.5, levels + 1.5)
    return weights / weights.sum()


@dataclass(frozen=True)
class Split:
    """Hold disjoint real rows of one shape: learned from, held back, and a reserve that controls are made of."""

    train: Table
    holdout: Table
    reserve: Table


SHAPES: dict[str, tuple[Maker, int]] = {"small": (make_small, 1_000), "mixed": (make_mixed, 20_000),
                                        "wide": (make_wide, 3_000)}  # fmt: skip


def split_of(
    shape: str, seed: int = 0, *, rows: int | None = None, held: int | None = None, parity: bool = False
) -> Split:
    """Return three disjoint parts of a shape: train and reserve of `rows` rows (its own size), a holdout a quarter."""
    maker, usual = SHAPES[shape]
    size = rows or usual
    held = held or size // 4
    table = maker(2 * size + held, seed)
    table = plant_parity(table, seed=seed) if parity else table
    return Split(table.slice(0, size), table.slice(size, held), table.slice(size + held))


@pytest.fixture(scope="session")
def split() -> Callable[..., Split]:
    return split_of
