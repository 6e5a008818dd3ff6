"""The law of contracts: the codes of a row follow from that row and the contract alone, and no cell ever fails."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.privacy.contract import Contract, decode, encode, schema_of
from likewise.privacy.contract.coding import codes_of
from likewise.privacy.contract.domain import Domain

DOMAINS = {
    "whole": {"kind": "number", "integer": True, "min": -5, "max": 120},
    "wide": {"kind": "number", "decimals": 2, "min": -1000, "max": 1e9, "missing": True},
    "real": {"kind": "number", "min": -1.5, "max": 3, "missing": True},
    "stepped": {"kind": "number", "min": 1, "max": 9, "step": 0.25},
    "far": {"kind": "number", "decimals": 2, "min": -50, "max": 1e12, "grid": "log"},
    "farther": {"kind": "number", "min": 0, "max": 1e30, "grid": "log"},
    "edges": {"kind": "number", "integer": True, "min": 0, "max": 100, "grid": [0, 1, 10, 100]},
    "money": {"kind": "number", "decimals": 2, "min": 0, "max": 5000, "format": "$1,234.50", "missing": True},
    "level": {
        "kind": "category",
        "levels": ["1", "2.5", "true", "007", "ä b", "2020-01-01 10:00:00", "12:30:00"],
        "other": True,
        "missing": True,
    },
    "strict": {"kind": "category", "levels": ["0", "1", "1e3"]},
    "truth": {"kind": "boolean", "missing": ["unknown"]},
    "day": {"kind": "date", "min": "1900-01-01", "max": "2100-12-31", "missing": True},
    "german": {"kind": "date", "min": "1900-01-01", "max": "2100-12-31", "format": "%d.%m.%Y"},
    "moment": {"kind": "datetime", "min": "1970-01-01", "max": "2040-01-01", "zone": "+02:00", "missing": True},
    "clock": {"kind": "time", "missing": True},
    "wait": {"kind": "duration", "min": 0, "max": "PT7200S", "missing": True},
}
CONTRACT = Contract.of(DOMAINS)

WORDS = [
    *["", " ", "30", " 30 ", "30.0", "+30", "-0", "-0.0", "1e3", "1E+3", "1e999", "1" + "0" * 400, "-" + "9" * 400],
    *["nan", "NaN", "inf", "-Infinity", "٣٠", "１２", "007", "7", "0x1F", "1_000", "1,000", "$1,234.50", "($5.00)"],
    *["true", "True", "FALSE", "yes", "t", "unknown", "ä b", "a\u0308 b", "x" * 5000, "\x00", "\ud7ff", "\n", '"'],
    *["2020-02-30", "2020-02-29", "0000-01-01", "9999-12-31", "2020-01-01 00:00:00", "2020-01-01T23:59:60"],
    *["2020-01-01 10:00:00.123456+02:00", "31.12.1999", "31.2.1999", "12:30", "25:00:00", "23:59:59.999999"],
    *["\u00a030\u00a0", "None", "<NA>", "?", "--5", "5.", ".5", ".", "e5", "0.125"],
]
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.floats().map(repr), st.integers().map(str))
BYTES = st.one_of(st.sampled_from([b"30", b"1", b"true", b"yes", b"2020-01-01", b"\xff"]), st.binary(max_size=6))
FLOATS = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 30.0, 0.1, 2.5, 1e308, -1e308, float("nan"), float("inf")]))
NAIVE = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))
COLUMNS = [
    (pa.int8(), st.integers(-128, 127)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.float64(), FLOATS), (pa.float32(), st.floats(width=32)), (pa.float16(), st.floats(width=16).map(np.float16)),
    (pa.string(), TEXTS),
    (pa.large_string(), TEXTS),
    (pa.string_view(), TEXTS),
    (pa.dictionary(pa.int8(), pa.string()), TEXTS),
    (pa.dictionary(pa.int32(), pa.float64()), st.floats(allow_nan=False)), (pa.bool_(), st.booleans()),
    (pa.binary(), BYTES),
    (pa.binary(2), BYTES.filter(lambda cell: len(cell) == 2)),
    (pa.large_binary(), BYTES),
    (pa.decimal128(20, 3), st.decimals(-(10**9), 10**9, places=3)),
    (pa.decimal256(60, 3), st.decimals(-(10**9), 10**9, places=3)),
    (pa.date32(), st.dates()), (pa.date64(), st.dates()), (pa.date32(), st.integers(-(2**31), 2**31 - 1)),
    (pa.timestamp("us"), NAIVE), (pa.timestamp("ns", tz="Europe/Berlin"), st.integers(-(2**63), 2**63 - 1)),
    (pa.timestamp("s"), st.integers(-(2**63), 2**63 - 1)),
    (pa.time64("us"), st.times()),
    (pa.time32("s"), st.integers(0, 86_399)),
    (pa.duration("s"), st.integers(-(2**62), 2**62)), (pa.list_(pa.int64()), st.lists(st.integers(0, 9), max_size=3)),
    (pa.struct([("a", pa.string())]), st.fixed_dictionaries({"a": st.text(max_size=2)})),
    (pa.map_(pa.string(), pa.int8()), st.just([("a", 1)])), (pa.null(), st.none()),
]  # fmt: skip


def _code(array: pa.Array, domain: Domain) -> list[int]:
    return codes_of(pa.chunked_array([array]), domain).tolist()


@pytest.mark.parametrize(("dtype", "cells"), COLUMNS, ids=[str(dtype) for dtype, _ in COLUMNS])
@given(st.data())
@settings(max_examples=15)
def test_a_cell_is_coded_by_itself_whatever_its_type_and_company(dtype: pa.DataType, cells: Any, data: Any) -> None:
    array = pa.array(data.draw(st.lists(st.one_of(st.none(), cells, cells), min_size=2, max_size=12)), dtype)
    alone = data.draw(st.integers(0, len(array) - 1))
    for name in ("whole", "real", "money", "level", "truth", "german", "moment", "clock", "wait"):
        together = _code(array, CONTRACT[name])
        assert together[alone] == _code(array.slice(alone, 1), CONTRACT[name])[0]
        assert all(0 <= code < CONTRACT[name].size for code in together)


@given(st.data())
@settings(max_examples=8)
def test_rows_are_coded_one_by_one_across_chunks(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 6))
    cells = st.lists(st.one_of(st.none(), TEXTS), min_size=rows, max_size=rows)
    raw = pa.table({name: pa.array(data.draw(cells), pa.string()) for name in DOMAINS})
    whole = encode(raw, CONTRACT).codes
    split = encode(pa.concat_tables([raw.slice(0, rows // 2), raw.slice(rows // 2)]), CONTRACT).codes
    single = np.concatenate([encode(raw.slice(i, 1), CONTRACT).codes for i in range(rows)])
    assert (whole == single).all() and (whole == split).all()


def _forms(value: int) -> list[pa.Array]:
    written = [str(value), f" {value} ", f"{value}.0", f"{value}.", f"{value}e0"]
    types = [pa.int16(), pa.int64(), pa.float32(), pa.float64(), pa.decimal128(9, 2), pa.large_string(), pa.binary()]
    numbers = [pa.array([str(value)]).cast(kind) for kind in types]
    return [pa.array(written), *numbers, numbers[1].dictionary_encode()]


@given(st.integers(-999, 9999))
@settings(max_examples=10)
def test_texts_integers_and_floats_of_one_number_are_one_and_the_same(value: int) -> None:
    for domain in CONTRACT.coded:
        assert len({code for array in _forms(value) for code in _code(array, domain)}) == 1, domain.name


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=40)
def test_a_float_is_its_shortest_text(value: float) -> None:
    for domain in CONTRACT.coded:
        if domain.kind in ("number", "category"):
            assert _code(pa.array([value]), domain) == _code(pa.array([repr(value)]), domain)
    narrow = np.float32(value) if abs(value) < 1e38 else np.float32(1)
    assert _code(pa.array([narrow]), CONTRACT["real"]) == _code(pa.array([str(narrow)]), CONTRACT["real"])


@given(st.dates())
@settings(max_examples=30)
def test_a_date_is_the_same_in_every_type(day: dt.date) -> None:
    midnight = dt.datetime.combine(day, dt.time())
    arrays = [pa.array([day]), pa.array([day], pa.date64()), pa.array([midnight], pa.timestamp("s")),
    pa.array([day.isoformat()]),
              pa.array([str(midnight)]), pa.array([day.isoformat()]).dictionary_encode()]  # fmt: skip
    for name in ("day", "german", "moment"):
        assert len({tuple(_code(array, CONTRACT[name])) for array in arrays}) == 1


def test_a_duration_is_the_same_in_every_writing() -> None:
    forms = [pa.array([90]), pa.array([90.0]), pa.array(["90"]), pa.array([" PT90S"]), pa.array([90], pa.duration("s"))]
    assert {tuple(_code(array, CONTRACT["wait"])) for array in forms} == {(90,)}
    assert _code(pa.array(["soon", "PT1e9S", "-1", None]), CONTRACT["wait"]) == [7201, 7200, 0, 7201]
    assert decode(CONTRACT, "wait", np.array([90], np.int32), np.random.default_rng(0)).to_pylist() == [
        dt.timedelta(seconds=90)
    ]


def test_a_truth_value_is_its_word_and_its_number() -> None:
    for truth in (True, False):
        forms = [pa.array([truth]), pa.array([str(truth)]), pa.array([str(truth).lower()]), pa.array([int(truth)])]
        for name in ("truth", "whole", "strict"):
            assert len({tuple(_code(array, CONTRACT[name])) for array in forms}) == 1


def test_one_missing_cell_changes_no_other_though_pandas_turns_integers_into_floats() -> None:
    pd = pytest.importorskip("pandas")
    domain = CONTRACT["level"]
    before, after = (pa.Array.from_pandas(pd.Series(values)) for values in ([1, 7, 30], [1, None, 30]))
    assert before.type != after.type
    assert _code(before, domain)[::2] == _code(after, domain)[::2]


@pytest.mark.parametrize("name", DOMAINS)
def test_what_is_drawn_in_a_cell_lies_in_it_however_it_is_written(name: str) -> None:
    domain, rng = CONTRACT[name], np.random.default_rng(0)
    codes = np.concatenate([[0, domain.cells - 1, domain.size - 1], rng.integers(0, domain.size, 3000)]).astype(
        np.int32
    )
    array = decode(CONTRACT, name, codes, rng)
    assert _code(array, domain) == codes.tolist()
    table = Table(pa.table({name: array}), schema_of(CONTRACT).select([name]))
    written = table.written().column(0)
    assert codes_of(written, domain).tolist() == codes.tolist()
    texts = pa.array([None if v is None else str(v) for v in written.to_pylist()], pa.string())
    assert _code(texts, domain) == codes.tolist()
    retyped = Table.from_arrow(pa.table({name: written}), table.schema)
    assert retyped.schema == table.schema


def test_values_out_of_bounds_count_as_the_nearest_and_unreadable_ones_as_missing() -> None:
    texts = pa.array(["-99", "999", "1e300", "old", None, "1e999", "x" * 9000])
    assert _code(texts, CONTRACT["whole"]) == [0, 125, 125, 62, 62, 62, 62]
    last = CONTRACT["real"].cells
    assert _code(texts, CONTRACT["real"]) == [0, last - 1, last - 1, last, last, last, last]
    assert _code(pa.array(["1e3", "2", None, "z"]), CONTRACT["strict"]) == [2, 0, 0, 0]
    assert _code(pa.array(["1.0", "7", "007", "", "z", "TRUE", "2.50"]), CONTRACT["level"]) == [0, 7, 3, 8, 7, 2, 1]


def test_wide_columns_have_cells_of_equal_width_and_one_each_for_ends_and_zero() -> None:
    wide = CONTRACT["wide"]
    assert wide.cells <= 2**16
    rng = np.random.default_rng(1)
    for value in (-1000, 0, 1e9):
        code = _code(pa.array([value]), wide)
        drawn = decode(CONTRACT, "wide", np.array(code * 50, dtype=np.int32), rng)
        assert set(drawn.to_pylist()) == {value}
    near = decode(CONTRACT, "wide", np.array(_code(pa.array([5e8]), wide) * 500, dtype=np.int32), rng).to_pylist()
    assert max(near) - min(near) <= 1e9 / 65_000 and len(set(near)) > 400
    assert all(Decimal(repr(v)).as_tuple().exponent >= -2 for v in near)  # type: ignore[operator]


def test_declared_edges_part_a_column() -> None:
    assert _code(pa.array([0, 1, 9, 10, 99, 100, 500]), CONTRACT["edges"]) == [0, 1, 1, 2, 2, 2, 2]
    width = Contract.of({"x": {"kind": "number", "min": 0, "max": 1, "grid": 0.25}})
    assert width.sizes == (4,) and _code(pa.array([0, 0.25, 0.9, 1]), width["x"]) == [0, 1, 3, 3]


@given(st.data())
def test_units_are_cut_to_their_first_rows_whatever_other_units_have(data: st.DataObject) -> None:
    contract = Contract.of({"columns": {"who": "id", "n": {"kind": "number", "integer": True, "min": 0, "max": 99}},
                            "unit": "who", "most": 2})  # fmt: skip
    who = data.draw(
        st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "1", "1.0", ""])), min_size=1, max_size=30)
    )
    coded = encode(pa.table({"who": pa.array(who, pa.string()), "n": range(len(who))}), contract)
    keys = [{"1.0": "1", "": None}.get(w or "", w) for w in who]
    wanted = [i for i, k in enumerate(keys) if k is not None and keys[:i].count(k) < 2]
    assert coded.codes[:, 0].tolist() == wanted
    assert coded.units is not None and len(set(coded.units.tolist())) == len({keys[i] for i in wanted})


def test_units_that_differ_beyond_doubles_are_two() -> None:
    contract = Contract.of({"columns": {"who": "ignore", "n": {"kind": "boolean"}}, "unit": "who"})
    assert encode(pa.table({"who": [2**53, 2**53 + 1], "n": [True, True]}), contract).rows == 2
