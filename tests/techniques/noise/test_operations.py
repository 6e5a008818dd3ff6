"""What holds for every operation: bounds, kinds, decimals, shares, and bytes that do not hang on the company."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from likewise.core.draw import BLOCK, sample
from likewise.core.scale import grid_of, reach
from likewise.core.seeds import generator
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.techniques.noise import Noise, NoiseModel
from likewise.techniques.noise.catalogue import OPERATIONS, TABLES, TEXTS
from likewise.testing.kinds import awkward_columns, values_fit
from likewise.testing.subject import people

OPS = [operation.op for operation in (*TABLES, *TEXTS)]
NUMBERS = ("age", "income", "wakes", "stays")
SETTINGS: dict[str, dict[str, Any]] = {
    "flip": {"columns": ["plan"], "share": 0.3},
    "anonymize": {"columns": ["age", "sex", "vip"]},
    "typos": {"rate": 0.2},
    "exchange": {"columns": ["income", "plan", "vip", "note"], "within": ["sex"]},
}


def step(op: str, **more: Any) -> dict[str, Any]:
    return {op: {**SETTINGS.get(op, {}), **more}}


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return people(400)


@cache
def fitted(op: str) -> NoiseModel:
    model = Noise(steps=[step(op)]).fit(people(400))
    assert isinstance(model, NoiseModel)
    return model


@cache
def perturbed(op: str, seed: int) -> pa.Table:
    return fitted(op).perturb(people(400), seed=seed)


@cache
def awkward(rows: int) -> Table:
    return Table.from_any(pa.table(awkward_columns(300)).slice(0, rows))


@cache
def odd() -> dict[str, tuple[pd.DataFrame, Table]]:
    frames = {
        "huge": pd.DataFrame({"a": [1e308, -1e308, 5e307, 0.0] * 15, "b": [2**62, -(2**62), 5, 7] * 15}),
        "tiny": pd.DataFrame({"a": [5e-324, 1e-310, 0.0, 2e-308] * 15}),
        "infinite": pd.DataFrame({"a": [np.inf, -np.inf, np.nan, 1.0] * 15}),
        "early": pd.DataFrame({"d": pd.date_range("1677-09-22", periods=60), "t": pd.Timedelta("1s") * np.arange(60)}),
        "zoned": pd.DataFrame({"t": pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin")}),
        "typed": pd.DataFrame({
            "c": pd.Categorical(["a", "b", "c"] * 20, categories=["c", "b", "a", "z"], ordered=True),
            "i": pd.array([1, None, 3] * 20, dtype="Int64"), "s": pd.array(["q", None, "r"] * 20, dtype="string"),
        }),
        "equal": pd.DataFrame({"a": [1.5] * 60, "b": ["x"] * 60}),
        "one": pd.DataFrame({"a": [1.5], "b": ["x"], "d": pd.to_datetime(["2024-01-01"])}),
    }  # fmt: skip
    return {name: (frame, Table.from_any(frame)) for name, frame in frames.items()}


@pytest.mark.parametrize("op", OPS)
def test_schema_bounds_and_grids_hold(op: str, table: pa.Table) -> None:
    model = fitted(op)
    real, new = Table.from_any(table), Table.from_any(perturbed(op, 3))
    drawn = sample(model, 400, seed=2)
    assert perturbed(op, 3).schema.equals(table.schema)
    values_fit(drawn)
    for column in real.schema.columns:
        assert new.schema[column.name].levels == column.levels or op == "missing"
        if column.is_number:
            values = drawn.numbers(column.name)
            values = values[~np.isnan(values)]
            low, high = reach(column) or (0, 0)
            assert values.min() >= low and values.max() <= high
            grid = grid_of(column)
            assert np.allclose(values / grid, np.round(values / grid), atol=1e-6)


@pytest.mark.parametrize("op", OPS)
def test_keys_and_missing_cells_stay(op: str, table: pa.Table) -> None:
    new = perturbed(op, 1)
    assert new["customer"].equals(table["customer"])
    for name in ("income", "plan"):
        gone = np.asarray(table[name].is_null())
        assert np.asarray(new[name].is_null())[gone].all() or op == "exchange"


@pytest.mark.parametrize("op", OPS)
def test_something_changes_and_the_seed_says_what(op: str, table: pa.Table) -> None:
    one, again, other = perturbed(op, 1), fitted(op).perturb(table, seed=1), perturbed(op, 2)
    assert one.equals(again) and not one.equals(table)
    assert op in ("microaggregate", "anonymize", "topcode", "round") or not one.equals(other)


@pytest.mark.parametrize("op", OPS)
def test_rows_come_out_the_same_whatever_follows_them(op: str, table: pa.Table) -> None:
    assert fitted(op).perturb(table.slice(0, 37), seed=1).equals(perturbed(op, 1).slice(0, 37))


def test_blocks_are_changed_alone() -> None:
    rng = generator(0, "test")
    data = pa.table({"x": rng.normal(size=BLOCK + 100), "y": rng.choice(["a", "b", "c"], size=BLOCK + 100)})
    model = Noise(steps=["gaussian", "pram"]).fit(data.slice(0, 1000))
    whole = model.perturb(data, seed=4)
    assert model.perturb(data.slice(0, BLOCK + 7), seed=4).equals(whole.slice(0, BLOCK + 7))
    assert not whole["x"].slice(0, 100).equals(whole["x"].slice(BLOCK, 100))


@pytest.mark.parametrize("op", OPS)
def test_awkward_columns_are_taken(op: str) -> None:
    settings = {
        "flip": {"columns": ["truth"]},
        "anonymize": {"columns": ["atoms", "truth"]},
        "exchange": {"columns": ["atoms", "many_levels", "unique_words", "cents"], "within": ["truth", "constant"]},
    }.get(op, SETTINGS.get(op, {}))
    try:
        model = Noise(steps=[{op: settings}]).fit(awkward(300))
    except FitError as error:
        assert op == "shift" and error.code == "fit.no-columns"
        return
    values_fit(sample(model, 100, seed=1))
    data = pa.table(awkward_columns(300))
    model.perturb(data, seed=1)
    for rows in (0, 1, 2):
        assert model.perturb(data.slice(0, rows)).num_rows == rows
        if rows and op != "anonymize":
            sample(Noise(steps=[{op: settings}]).fit(awkward(60 * rows)), 5)


@pytest.mark.parametrize("op", OPS)
def test_odd_frames_come_back_as_they_are(op: str) -> None:
    for name, (frame, read) in odd().items():
        own = {"columns": [str(frame.columns[0])]} if op in ("exchange", "anonymize", "flip") else {}
        try:
            model = Noise(steps=[{op: own}]).fit(read)
        except FitError as error:
            assert error.code in ("fit.no-columns", "fit.kind", "fit.k-anonymity"), name
            continue
        new = model.perturb(frame, seed=1)
        assert len(new) == len(frame) and (op == "missing" or new.dtypes.equals(frame.dtypes)), name
        assert len(model.sample(7)) == 7


@pytest.mark.parametrize("op", [op for op in OPS if op not in ("microaggregate", "anonymize", "topcode")])
def test_shares_are_respected(op: str) -> None:
    data = people(1500)
    fields = {**SETTINGS.get(op, {}), "share": 0.25}
    fields |= {"rate": 1.0} if "rate" in OPERATIONS[op].model_fields else {}
    new = Noise(steps=[{op: fields}]).fit(data).perturb(data, seed=1)
    for name in data.column_names:
        changed = np.array([a != b for a, b in zip(data[name].to_pylist(), new[name].to_pylist(), strict=True)])
        assert changed.mean() < 0.25 + 4 * np.sqrt(0.25 * 0.75 / 1500)


@pytest.mark.parametrize("op", OPS)
def test_no_strength_is_no_change(op: str, table: pa.Table) -> None:
    if op == "anonymize":
        return
    scaled = OPERATIONS[op].from_dict(SETTINGS.get(op, {})).scaled(0.0)
    model = Noise(steps=[scaled]).fit(table)
    new = model.perturb(table, seed=1)
    for name in table.column_names:
        assert new[name].equals(table[name]), name


@pytest.mark.parametrize("op", OPS)
def test_models_of_every_operation_are_saved(op: str, table: pa.Table) -> None:
    assert from_bytes(to_bytes(fitted(op))).perturb(table, seed=2).equals(perturbed(op, 2))
    written = Noise(steps=[step(op)])
    assert Noise.from_dict(written.to_dict()) == written
