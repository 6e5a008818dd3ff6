"""No training row, rare level, unique number or real extreme can be read out of the default technique's model file."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import load as load_arrays

from likewise.core.scale import reach
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.state import to_bytes
from likewise.core.table import Table
from likewise.techniques.autoregressive import Autoregressive

ADULT = Path(__file__).parents[3] / "examples" / "adult.csv.gz"
ROWS = 4_000

SECRETS = {
    "town": "Nether Wallop",
    "code": "QZX-77431",
    "note": "paid in krugerrands by my neighbour Xanthippe",
    "salary": 7_654_321,
    "balance": 98_765.4321,
    "born": "1871-03-09",
}
"""One planted row that nobody else shares: rare levels, unique numbers, extremes."""


class Bundle:
    """Hold what anyone finds who opens a model file."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            self.members = {name: bundle.read(name) for name in bundle.namelist()}
        self.document: dict[str, Any] = json.loads(self.members["model.json"])
        self.arrays = load_arrays(self.members["arrays.safetensors"])
        self.texts = self.members["model.json"].decode() + self.members["card.json"].decode()
        self.numbers = np.concatenate([a.ravel().astype(np.float64) for a in self.value_arrays().values()])

    def value_arrays(self) -> dict[str, Any]:
        """The arrays that hold values of columns rather than codes of them."""
        return {n: a for n, a in self.arrays.items() if a.dtype.kind == "f"}

    def json_numbers(self) -> set[float]:
        found: set[float] = set()

        def walk(node: Any) -> None:
            if isinstance(node, dict):
                for child in node.values():
                    walk(child)
            elif isinstance(node, list):
                for child in node:
                    walk(child)
            elif isinstance(node, int | float) and not isinstance(node, bool):
                found.add(float(node))

        walk(self.document)
        return found


def made_up() -> pa.Table:
    rng = generator(0, "planted")
    towns = np.array(["York", "Bath", "Leeds", "Truro"])[rng.integers(4, size=ROWS)].astype(object)
    codes = np.array([f"AAA-{v:05d}" for v in rng.integers(20, size=ROWS)], dtype=object)
    notes = np.array(
        [" ".join(rng.choice(["paid", "late", "by", "card", "in", "cash"], size=5)) for _ in range(ROWS)], dtype=object
    )
    salary = rng.integers(20_000, 90_000, size=ROWS)
    balance = np.round(rng.normal(1000, 300, size=ROWS), 4)
    born = np.array(
        [f"{y}-{m:02d}-15" for y, m in zip(rng.integers(1950, 2000, ROWS), rng.integers(1, 13, ROWS))], object
    )
    towns[7], codes[7], notes[7] = SECRETS["town"], SECRETS["code"], SECRETS["note"]
    salary[7], balance[7], born[7] = SECRETS["salary"], SECRETS["balance"], SECRETS["born"]
    columns = {"town": towns, "code": codes, "note": notes, "salary": salary, "balance": balance, "born": born}
    return pa.table({name: pa.array(values) for name, values in columns.items()})


@pytest.fixture(scope="module")
def planted() -> tuple[Table, Bundle]:
    raw = made_up()
    schema = Schema(
        columns=(
            Column(name="town", kind="category"),
            Column(name="code", kind="category"),
            Column(name="note", kind="text"),
        )
    )
    table = Table.from_arrow(raw, schema)
    return table, Bundle(to_bytes(Autoregressive().fit(table)))


@pytest.fixture(scope="module")
def adult() -> tuple[Table, Bundle]:
    pytest.importorskip("likewise.io.source")
    if not ADULT.exists():
        pytest.skip("examples/adult.csv.gz is not here")
    from likewise.io.source import read_source

    table = Table.from_arrow(read_source(ADULT).table)
    return table, Bundle(to_bytes(Autoregressive().fit(table)))


@pytest.fixture(params=["planted", "adult"])
def case(request: pytest.FixtureRequest) -> tuple[Table, Bundle]:
    found: tuple[Table, Bundle] = request.getfixturevalue(request.param)
    return found


def test_the_file_holds_json_and_arrays_of_numbers_only(case: tuple[Table, Bundle]) -> None:
    bundle = case[1]
    assert set(bundle.members) == {"model.json", "card.json", "arrays.safetensors"}
    assert {a.dtype.kind for a in bundle.arrays.values()} <= {"i", "u", "f"}


def test_donors_are_sorted_within_leaves_so_that_no_row_can_be_followed(case: tuple[Table, Bundle]) -> None:
    table, bundle = case
    for name, donors in bundle.arrays.items():
        if ".boosted." in name:
            continue  # sums over twenty rows or more, at every leaf of every tree
        if not name.endswith(".donors"):
            # Nothing else may have an entry a row.
            assert bundle.arrays[name].size < table.rows / 2, name
            continue
        symbols = donors.astype(np.int64)
        if name.endswith(".ways.donors"):  # how the number of each donor ends, in the order of the donors
            symbols = 256 * bundle.arrays[name.replace(".ways", "")].astype(np.int64) + symbols
        start = bundle.arrays[name.replace(".ways", "").replace(".donors", ".start")]
        steps = np.diff(symbols)
        inside = np.ones(len(steps), dtype=bool)
        inside[start[(start > 0) & (start < len(donors))] - 1] = False
        assert (steps[inside] >= 0).all(), name


def test_no_array_is_aligned_with_the_rows(case: tuple[Table, Bundle]) -> None:
    """No array as long as the table tells more about a column, row by row, than chance does."""
    table, bundle = case
    long = [a for a in bundle.arrays.values() if a.size == table.rows]
    for column in table.schema.columns:
        if not column.is_number:
            continue
        values = table.numbers(column.name)
        order = np.unique(np.nan_to_num(values), return_inverse=True)[1]
        for array in long:
            if array.min() < array.max() and order.any():
                assert abs(np.corrcoef(order, array.ravel())[0, 1]) < 0.06, column.name


def test_no_planted_value_is_anywhere(planted: tuple[Table, Bundle]) -> None:
    bundle = planted[1]
    whole = b"".join(bundle.members.values())
    for name in ("town", "code", "note", "born"):
        assert str(SECRETS[name]).encode() not in whole, name
    for word in ("Wallop", "Nether", "77431", "QZX", "krugerrands", "Xanthippe", "1871"):
        assert word not in bundle.texts, word
    numbers = bundle.json_numbers() | set(bundle.numbers.tolist())
    born = (np.datetime64(str(SECRETS["born"])) - np.datetime64("1970-01-01")).astype(int)
    for secret in (SECRETS["salary"], SECRETS["balance"], float(born)):
        assert not any(np.isclose(float(secret), n, rtol=1e-9, atol=0) for n in numbers)


def test_no_level_that_few_rows_hold_is_anywhere(case: tuple[Table, Bundle]) -> None:
    table, bundle = case
    words = {*_strings(bundle.document)}
    for column in table.schema.columns:
        if column.kind not in ("category", "text"):
            continue
        counts = Counter(table.column(column.name).drop_null().to_pylist())
        rare = {value for value, count in counts.items() if count < 10}
        assert not rare & words, column.name


def test_no_number_that_few_rows_hold_is_anywhere(case: tuple[Table, Bundle]) -> None:
    """An interval may begin or end on a value of the grid by chance, but not where the table has one."""
    table, bundle = case
    for place, column in enumerate(table.schema.columns):
        low = bundle.arrays.get(f"codec.{place}.low")
        if low is None or column.kind != "decimal":
            continue
        values = table.numbers(column.name)
        distinct, counts = np.unique(values[~np.isnan(values)], return_counts=True)
        rare = distinct[counts < 10]
        for part in ("low", "high", "edges"):
            array = bundle.arrays[f"codec.{place}.{part}"]
            shared = np.isin(np.round(array, 6), np.round(rare, 6)).mean()
            assert shared < 0.02 + 3 * len(rare) * 10.0**-4 / np.ptp(values), (column.name, part, shared)


def test_bounds_are_not_the_extremes_and_reasons_are_blank(case: tuple[Table, Bundle]) -> None:
    table, bundle = case
    schema = Schema.from_dict(bundle.document["schema"])
    assert all(column.reason == "" for column in schema.columns)
    for column in schema.columns:
        ends = reach(column) if column.is_number else None
        if ends is None:
            continue
        values = table.numbers(column.name)
        values = values[~np.isnan(values)]
        for end, extreme in zip(ends, (values.min(), values.max()), strict=True):
            alone = (values == extreme).sum() < 10
            assert not (alone and np.isclose(end, extreme)), column.name


def test_the_card_tells_no_value(case: tuple[Table, Bundle]) -> None:
    table, bundle = case
    card = bundle.members["card.json"].decode()
    for column in table.schema.columns:
        if column.is_levels and column.role != "target":
            assert not any(f'"{level}"' in card for level in column.levels or () if len(level) > 3), column.name


def test_levels_of_rows_that_were_held_out_stay_away() -> None:
    towns = ["York", "Bath"] * 300
    towns[7] = "Nether Wallop"
    whole = Table.from_any({"town": towns, "age": [i % 70 for i in range(600)]})
    declared = Table.from_any(
        pa.table({"town": pa.array(towns).dictionary_encode(), "age": [i % 70 for i in range(600)]})
    )
    for table in (whole, declared):
        bundle = Bundle(to_bytes(Autoregressive().fit(table.take(np.arange(100, 600)))))
        assert "Wallop" not in bundle.texts


def test_a_single_value_in_an_empty_column_stays_away() -> None:
    table = Table.from_any({"remark": [None] * 50 + ["Xanthippe"] + [None] * 549, "age": [i % 70 for i in range(600)]})
    assert "Xanthippe" not in Bundle(to_bytes(Autoregressive().fit(table))).texts


def test_reasons_of_keys_are_blank_and_patterns_tell_no_key() -> None:
    keys = [f"K{v:07d}" for v in generator(0, "keys").permutation(10**7)[:600]]
    bundle = Bundle(to_bytes(Autoregressive().fit({"customer_id": keys, "age": [i % 70 for i in range(600)]})))
    schema = Schema.from_dict(bundle.document["schema"])
    assert schema["customer_id"].is_generated and schema["customer_id"].reason == ""
    assert not any(key in bundle.texts for key in keys)


def _strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [s for child in node.values() for s in _strings(child)]
    return [s for child in node for s in _strings(child)] if isinstance(node, list) else []
