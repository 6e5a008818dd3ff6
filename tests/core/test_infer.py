from __future__ import annotations

import datetime as dt
import hashlib
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from likewise.core.infer import infer_schema_of, type_columns, written_columns
from likewise.core.schema import Column, Schema
from likewise.errors import SchemaError

DATA = Path(__file__).parents[3] / "shared" / "data"


def guess(values: list[object], name: str = "x", dtype: pa.DataType | None = None) -> Column:
    return infer_schema_of(pa.table({name: pa.array(values, dtype)}))[name]


def round_trip(raw: pa.Table) -> pa.Table:
    return written_columns(*type_columns(raw, infer_schema_of(raw)))


def read(path: Path) -> pa.Table:
    parse = pcsv.ParseOptions(newlines_in_values=True)
    names = pcsv.open_csv(path, parse_options=parse).schema.names
    convert = pcsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return pcsv.read_csv(path, parse_options=parse, convert_options=convert)


@pytest.mark.parametrize(
    ("values", "kind", "format"),
    [
        (["1", "22", "3"], "integer", None),
        (["1.0", "22.0", "3.0"], "integer", "1234.0"),
        (["1.5", "2.25", "3"], "decimal", None),
        (["1.50", "2.25", "3.00"], "decimal", "1234.50"),
        (["$1,234.50", "-$3.25", "$0.00"], "decimal", "$1,234.50"),
        (["1.234,5", "2,25", "0,5"], "decimal", "1.234,5"),
        (["1 234,50 €", "2,25 €", "10,00 €"], "decimal", "1 234,50 €"),
        (["12.5%", "3.0%", "7.5%"], "decimal", "1234.0%"),
        (["(1,234)", "55", "900"], "integer", "(1,234)"),
        (["+1", "-2", "+3"], "integer", "+1234"),
        (["1.5e-07", "2.5e+03", "1.0e+00"], "float", "1.0e-07"),
        (["0.12345678", "0.5", "1"], "float", None),
        (["EUR 5", "EUR 1,200", "EUR 17"], "integer", "EUR 1,234"),
        (["2024-02-03", "2024-12-31", "2023-01-01"], "date", "%Y-%m-%d"),
        (["13/02/2024", "01/02/2024", "05/06/2024"], "date", "%d/%m/%Y"),
        (["02/13/2024", "01/02/2024", "05/06/2024"], "date", "%m/%d/%Y"),
        (["3/2/2024", "13/12/2024", "5/6/2024"], "date", "%-d/%-m/%Y"),
        (["3-Jan-2024", "13-Feb-2024", "5-Mar-2024"], "date", "%-d-%b-%Y"),
        (["Jan 03, 2024", "Feb 13, 2024", "Mar 05, 2024"], "date", "%b %d, %Y"),
        (["20240103", "20240213", "19991231"], "date", "%Y%m%d"),
        (["08:15", "23:59", "00:00"], "time", "%H:%M"),
        (["2024-01-03T08:15:00Z", "2024-01-04T09:00:00Z"], "datetime", "%Y-%m-%dT%H:%M:%SZ"),
        (["2024-01-03 08:15:00.125", "2024-01-04 09:00:00.250"], "datetime", "%Y-%m-%d %H:%M:%S.%3f"),
        (["2024-01-03T08:15:00+02:00", "2024-01-04T09:00:00+02:00"], "datetime", "%Y-%m-%dT%H:%M:%S%:z"),
        (["1/3/2024 8:15 AM", "12/31/2024 12:05 PM"], "datetime", "%-m/%-d/%Y %-I:%M %p"),
        (["2024-01-03 00:00:00", "2024-01-04 00:00:00"], "date", "%Y-%m-%d 00:00:00"),
        (["TRUE", "FALSE", "TRUE"], "boolean", "TRUE/FALSE"),
        (["t", "f", "t"], "boolean", "t/f"),
        (["yes", "no", "yes"], "category", None),
        (["01234", "98765", "00501", "01234"], "category", None),
        (["0", "1", "0"], "category", None),
    ],
)  # fmt: skip
def test_spelled_columns_are_understood_and_written_back(values: list[str], kind: str, format: str | None) -> None:
    column = guess(values)
    assert (column.kind, column.format) == (kind, format)
    assert column.reason
    raw = pa.table({"x": values})
    assert round_trip(raw).equals(raw)


def test_missing_markers_are_words_that_stray_into_numbers() -> None:
    column = guess(["1", "NA", "2", "", "NA", "7"])
    assert (column.kind, column.missing, column.nullable) == ("integer", ("NA", ""), True)
    words = guess([str(i * i % 97) for i in range(60)] + ["not asked"] * 2)
    assert (words.kind, words.missing) == ("integer", ("not asked",))
    assert "'not asked'" in words.reason


def test_markers_stay_levels_in_a_column_of_words() -> None:
    assert guess(["None", "Norm", ">7", "None", ""]).levels is None
    _, schema = type_columns(raw := pa.table({"x": ["None", "Norm", "?", "None", ""]}), infer_schema_of(raw))
    assert (schema["x"].levels, schema["x"].nullable) == (("?", "None", "Norm"), True)


def test_numbers_mixed_with_many_words_are_no_numbers() -> None:
    assert guess(["1", "two", "3", "four", "5"]).kind == "category"
    assert guess(["0", "1", "2", "3+"] * 10).kind == "category"


def test_infinities_and_nan_are_missing_and_said_so() -> None:
    column = guess([1.5, math.inf, 2.25, math.nan])
    assert (column.kind, column.nullable) == ("decimal", True)
    assert "infinite" in column.reason
    typed, _ = type_columns(raw := pa.table({"x": [1.5, math.inf, math.nan]}), infer_schema_of(raw))
    assert typed["x"].null_count == 2
    assert "infinite" in guess(["1.5", "inf", "2.25", "-inf", "0.1"]).reason


def test_impossible_dates_are_missing_when_few() -> None:
    days = [f"2024-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
    column = guess([*days, "2024-02-31"])
    assert (column.kind, column.nullable) == ("date", True)
    assert "impossible" in column.reason
    assert guess(["2024-02-31", "2024-01-01"]).kind == "category"


def test_two_date_formats_are_both_read() -> None:
    days = [f"2024-01-{d:02d}" for d in range(1, 28)]
    column = guess([*days, *["15.03.2024", "16.03.2024"] * 6])
    assert (column.kind, column.format) == ("date", "%Y-%m-%d | %d.%m.%Y")
    typed, _ = type_columns(raw := pa.table({"x": [*days, "15.03.2024"] * 2}), infer_schema_of(raw))
    assert typed["x"][27].as_py() == dt.date(2024, 3, 15)


def test_epoch_numbers_stay_numbers() -> None:
    assert guess([1_700_000_000 + 977 * (i**2 % 31) for i in range(60)], "time").kind == "integer"


@pytest.mark.parametrize(
    ("values", "name", "kind", "role"),
    [
        (list(range(1, 60)), "anything", "id", "key"),
        ([7 * i % 61 for i in range(1, 60)], "score", "integer", "feature"),
        ([7 * i % 61 for i in range(1, 60)], "customer_id", "id", "key"),
        ([7 * i % 61 for i in range(1, 60)], "customerID", "id", "key"),
        ([round(i * 0.37, 2) for i in range(60)], "id_like_measure", "decimal", "feature"),
        ([f"INV-{i:05d}" for i in range(30)], "invoice", "id", "key"),
        ([f"INV-{i:05d}" for i in range(3)], "invoice", "category", "feature"),
        ([f"INV-{i:05d}" for i in range(3)], "invoice_id", "id", "key"),
        ([3, 1, 4, 1, 5, 9, 2, 6] * 5, "station_code", "category", "feature"),
        ([f"The {w} quick brown fox number {i} jumps" for i, w in enumerate(["a"] * 60)], "note", "text", "feature"),
        ([f"user{i}@example.org" for i in range(30)], "contact", "id", "key"),
        ([1.0, 2.0, 3.0, 2.0], "whole", "integer", "feature"),
        ([True, False, True], "flag", "boolean", "feature"),
        ([5, 5, 5], "same", "constant", "feature"),
        ([None, None], "nothing", "empty", "feature"),
        (["", ""], "blank", "empty", "feature"),
        ([5, None, 5], "once", "integer", "feature"),
        ([[1, 2], [3]], "lists", "json", "feature"),
        (['{"a": 1}', '{"a": "x"}', "[1]"], "odd", "json", "feature"),
        ([b"\x00\x01", b"\xff"], "bytes", "text", "feature"),
        ([dt.date(2020, 1, 1), dt.date(2020, 5, 5)], "day", "date", "feature"),
        ([dt.timedelta(seconds=5), dt.timedelta(days=3)], "gap", "duration", "feature"),
        ([Decimal("1.50"), Decimal("2.25"), Decimal("3.00")], "price", "decimal", "feature"),
    ],
)
def test_kinds_and_roles(values: list[object], name: str, kind: str, role: str) -> None:
    column = guess(values, name)
    assert (column.kind, column.role) == (kind, role), column.reason
    raw = pa.table({name: values})
    assert round_trip(raw).equals(raw)


def test_whole_numbers_beyond_64_bits_stay_what_they_are() -> None:
    raw = pa.table({"x": pa.array([2**63, 2**64 - 1], pa.uint64())})
    assert guess([2**63, 2**64 - 1], dtype=pa.uint64()).kind == "id"
    assert round_trip(raw).equals(raw)


def test_emails_are_marked() -> None:
    assert guess([f"user{i}@example.org" for i in range(30)], "contact").pii == "email"


def test_only_the_first_unique_column_is_the_key() -> None:
    schema = infer_schema_of(pa.table({"id": range(30), "row_id": range(30)}))
    assert [(c.kind, c.role) for c in schema.columns] == [("id", "key"), ("id", "feature")]


@pytest.mark.parametrize("rows", [0, 1])
def test_tiny_tables_work(rows: int) -> None:
    raw = pa.table({
        "i": pa.array([5] * rows, pa.int64()), "f": pa.array([1.5] * rows, pa.float32()), "s": pa.array(["a"] * rows),
        "b": pa.array([True] * rows), "d": pa.array([dt.date(2020, 1, 1)] * rows, pa.date32()),
        "t": pa.array([dt.datetime(2020, 1, 1, 5)] * rows, pa.timestamp("ns")), "n": pa.nulls(rows),
        "c": pa.array(["a"] * rows, pa.string()).dictionary_encode(), "l": pa.array([[1]] * rows, pa.list_(pa.int64())),
        "u": pa.array([dt.timedelta(1)] * rows, pa.duration("ms")), "h": pa.array([dt.time(5)] * rows, pa.time32("s")),
    })  # fmt: skip
    assert round_trip(raw).equals(raw)


def test_a_table_without_columns_or_with_two_of_one_name_is_refused() -> None:
    with pytest.raises(SchemaError, match="no columns"):
        infer_schema_of(pa.table({}))
    with pytest.raises(SchemaError, match=r"schema\.duplicate-column"):
        infer_schema_of(pa.table([[1], [2]], names=["a", "a"]))


def test_next_months_file_is_accepted() -> None:
    schema = infer_schema_of(
        pa.table({"n": ["1", "5", "9"], "c": ["a", "b", "a"], "d": ["2024-01-01", "2024-01-02", ""]})
    )
    _, schema = type_columns(pa.table({"n": ["1", "5"], "c": ["b", "a"], "d": ["2024-01-01", ""]}), schema)
    raw = pa.table({"n": ["12", ""], "c": ["z", "a"], "d": ["2025-07-01", "2024-01-02"]})
    _, later = type_columns(raw, schema)
    assert later["n"].bounds == (1, 12)
    assert later["n"].nullable
    assert later["c"].levels == ("a", "b", "z")
    assert later["d"].bounds == ("2024-01-01", "2025-07-01")


def test_a_partial_schema_is_completed_and_a_wrong_one_refused() -> None:
    raw = pa.table({"age": ["31", "45", "27"], "sex": ["F", "M", "F"]})
    _, schema = type_columns(raw, Schema(columns=(Column(name="sex", kind="category", levels=("M", "F")),)))
    assert schema["sex"].levels == ("M", "F")
    assert schema["age"].kind == "integer"
    with pytest.raises(SchemaError, match="did you mean `age`"):
        type_columns(raw, Schema(columns=(Column(name="agee", kind="integer"),)))
    with pytest.raises(SchemaError, match=r"schema\.not-integer"):
        type_columns(raw, Schema(columns=(Column(name="sex", kind="integer"),)))


def test_new_levels_are_refused_when_asked_and_never_shown_of_sensitive_columns() -> None:
    raw = pa.table({"icd": ["A1", "X99", "A1", "ZZ1"]})
    refusing = Column(name="icd", kind="category", levels=("A1",), other="refuse")
    with pytest.raises(SchemaError) as fault:
        type_columns(raw, Schema(columns=(refusing,)))
    assert fault.value.code == "schema.unknown-level"
    assert "'X99', 'ZZ1'" in fault.value.what
    assert fault.value.where == "icd (rows 2, 4)"
    with pytest.raises(SchemaError) as fault:
        type_columns(raw, Schema(columns=(refusing.model_copy(update={"role": "sensitive"}),)))
    assert "X99" not in str(fault.value)


def test_a_misfit_says_where_and_not_what() -> None:
    with pytest.raises(SchemaError) as fault:
        type_columns(pa.table({"n": ["1", "secret", "3"]}), Schema(columns=(Column(name="n", kind="integer"),)))
    assert "secret" not in str(fault.value)
    assert fault.value.where == "n (rows 2)"


cells = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1).map(str), min_size=1, max_size=30),
    st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=2, max_size=30),
    st.lists(st.decimals(-10_000, 10_000, places=2).map(lambda d: f"{d:.2f}").filter(lambda t: t != "-0.00"),
             min_size=2, max_size=30),
    st.lists(st.dates(dt.date(1000, 1, 1)).map(str), min_size=1, max_size=30),
    st.lists(st.datetimes(dt.datetime(1000, 1, 1)).map(lambda d: d.replace(microsecond=0).isoformat()), max_size=30),
    st.lists(st.times().map(lambda t: t.isoformat("minutes")), max_size=30),
    st.lists(st.text(min_size=1, max_size=8).filter(lambda t: t.strip()), max_size=30),
    st.lists(st.sampled_from(["True", "False"]), max_size=30),
    st.lists(st.integers(0, 10**6).map(lambda i: f"${i:,}.00"), min_size=1, max_size=30),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells, st.booleans())
def test_written_is_the_inverse_of_typed(values: list[str], gaps: bool) -> None:
    column = [v if i % 3 or not gaps else "" for i, v in enumerate(values)]
    raw = pa.table({"x": pa.array(column, pa.string())})
    typed, schema = type_columns(raw, infer_schema_of(raw))
    written = written_columns(typed, schema)
    again, _ = type_columns(written, schema)
    assert again.equals(typed)
    if schema["x"].kind not in ("float", "decimal", "integer"):
        assert written.equals(raw), schema["x"]


typed_columns = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-(2**53), 2**53))).map(lambda v: pa.array(v, pa.int64())),
    st.lists(st.integers(0, 255)).map(lambda v: pa.array(v, pa.uint8())),
    st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(lambda v: pa.array(v, pa.float64())),
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False)).map(lambda v: pa.array(v, pa.float32())),
    st.lists(st.one_of(st.none(), st.booleans())).map(lambda v: pa.array(v, pa.bool_())),
    st.lists(st.one_of(st.none(), st.dates())).map(lambda v: pa.array(v, pa.date32())),
    st.lists(st.one_of(st.none(), st.datetimes())).map(lambda v: pa.array(v, pa.timestamp("us", "Europe/Berlin"))),
    st.lists(st.one_of(st.none(), st.times())).map(lambda v: pa.array(v, pa.time64("ns"))),
    st.lists(st.decimals(-999, 999, places=2)).map(lambda v: pa.array(v, pa.decimal128(7, 2))),
    st.lists(st.one_of(st.none(), st.sampled_from("abc"))).map(lambda v: pa.array(v, pa.string()).dictionary_encode()),
    st.lists(st.binary(max_size=4)).map(lambda v: pa.array(v, pa.binary())),
    st.lists(st.lists(st.integers(0, 9), max_size=3)).map(lambda v: pa.array(v, pa.list_(pa.int64()))),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(typed_columns)
@example(pa.array([Decimal("0.00"), Decimal("75.00")], pa.decimal128(7, 2)))
def test_typed_columns_come_back_as_they_were(array: pa.Array) -> None:
    raw = pa.table({"x": array})
    assert round_trip(raw).equals(raw)


@pytest.mark.skipif(not DATA.exists(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    "file",
    ["adult/train", "telco_churn/telco_churn", "german_credit/german_credit", "california_housing/california_housing",
     "cta_ridership/cta_ridership", "etth1/ETTh1", "pima_diabetes/pima_diabetes", "magic_gamma/magic_gamma"],
)  # fmt: skip
def test_real_files_are_written_back_to_the_letter(file: str) -> None:
    raw = read(DATA / f"{file}.csv.gz")
    assert round_trip(raw).equals(raw)


@pytest.mark.skipif(not DATA.exists(), reason="the shared data sets are not here")
def test_adult_is_taken_for_what_it_is() -> None:
    raw = read(DATA / "adult" / "train.csv.gz")
    numbers = {"age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week"}
    kinds = {c.name: c.kind for c in infer_schema_of(raw).columns}
    assert kinds == {name: "integer" if name in numbers else "category" for name in raw.column_names}


def test_many_rows_are_quick_to_read() -> None:
    import time

    rng = np.random.default_rng(0)
    raw = pa.table(
        {"n": pa.array(rng.integers(0, 10**6, 300_000)).cast(pa.string()), "c": rng.choice(list("abc"), 300_000)}
    )
    start = time.process_time()
    infer_schema_of(raw)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("name", "level", "replaced"),
    [
        ("customer_id", "C{:04}", True),
        ("CustomerID", "{}", True),
        ("patient_nbr", "{}7", True),
        ("patientunitstayid", "14{:04}", True),
        ("account", "DE{:020}", True),
        ("id", "{}", True),
        ("visit", "0b0b0b0b-1c1c-4d4d-8e8e-00000000{:04x}", True),
        ("product_id", "{}", False),
        ("admission_type_id", "{}", False),
        ("zip", "9{:04}", False),
        ("zip_code", "9{:04}", False),
        ("customer_town", "Town {}", False),
        ("customer_type_code", "T{:03}", False),
    ],
)
@pytest.mark.parametrize("dtype", [pa.string(), pa.dictionary(pa.int32(), pa.string())])
def test_identifiers_that_repeat_are_told_from_codes(name: str, level: str, replaced: bool, dtype: pa.DataType) -> None:
    values = [level.format(17 * (i % 60) + 40) for i in range(600)]
    column = infer_schema_of(pa.table({name: pa.array(values).cast(dtype)}))[name]
    assert column.is_pseudonymous == replaced
    assert ("identifiers" in column.reason) == replaced


def test_random_codes_are_identifiers_whatever_they_are_called() -> None:
    assert guess(["C01", "C02", "C03"] * 50, "customer_id").pattern is None
    assert guess([hashlib.md5(b"%d" % i).hexdigest() for i in range(30)] * 20, "token").is_pseudonymous
    assert guess([f"0b0b0b0b-1c1c-4d4d-8e8e-00000000000{i}" for i in range(3)] * 50, "x").is_pseudonymous
