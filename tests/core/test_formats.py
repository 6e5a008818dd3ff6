from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.dtypes import arrow_type
from likewise.core.formats import NumberStyle, find_style, plain_texts, write_numbers
from likewise.core.moments import DATES, TIMES, candidates, kind_of_format, read_moments, write_moments
from likewise.errors import SchemaError

styles = st.builds(
    NumberStyle,
    prefix=st.sampled_from(["", "$", "EUR ", "€"]), suffix=st.sampled_from(["", "%", " kr"]),
    group=st.sampled_from(["", "'", " ", "\u00a0"]), decimal=st.sampled_from([".", ","]),
    least=st.integers(0, 4), negative=st.sampled_from(["before", "brackets", "after"]),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(styles)
def test_a_worked_number_says_the_whole_style(style: NumberStyle) -> None:
    assert NumberStyle.from_worked(style.worked()) == style


@settings(max_examples=200, deadline=None)
@given(styles, st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9), st.integers(0, 4))
def test_written_numbers_are_read_again(style: NumberStyle, numbers: list[int], decimals: int) -> None:
    values = [n / 10**decimals for n in numbers]
    texts = write_numbers(pa.array(values), style, decimals)
    assert plain_texts(texts, style).cast(pa.float64()).to_pylist() == pytest.approx(values, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9))
def test_floats_keep_every_digit(values: list[float]) -> None:
    assert write_numbers(pa.array(values), NumberStyle(), None).cast(pa.float64()).to_pylist() == values


def test_nulls_stay_null_and_no_minus_stands_before_zero() -> None:
    assert write_numbers(pa.array([None, -0.001, 2.0]), NumberStyle(least=2), 2).to_pylist() == [None, "0.00", "2.00"]


@pytest.mark.parametrize(
    ("texts", "worked"),
    [
        (["1,234", "5,678", "12,345,678"], "1,234"),
        (["1,234", "0,5"], "1234,5"),
        (["1.234.567", "12"], "1.234,5"),
        (["1.234", "5.678"], "1234.500"),
        (["12 345,6", "7,25"], "1 234,5"),
        (["5-", "7"], "1234-"),
        ([".5", ".25"], ".5"),
        (["R$ 5", "R$ 1.234"], "R$ 1234.5"),
    ],
)
def test_separators_are_decided_by_all_values(texts: list[str], worked: str) -> None:
    style = find_style(pa.array(texts))
    assert style is not None
    if worked != "R$ 1234.5":
        assert style.worked() == worked
    assert plain_texts(pa.array(texts), style).null_count == 0


@pytest.mark.parametrize("texts", [["$5", "€6"], ["a", "b"], ["1,2,3", "4,5,6"], ["1-2", "3-4"], ["5 kg", "6 kg"]])
def test_what_is_no_number_has_no_style(texts: list[str]) -> None:
    style = find_style(pa.array(texts))
    assert style is None or plain_texts(pa.array(texts), style).null_count > 0


@settings(max_examples=150, deadline=None)
@given(st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2068, 1, 1)), st.sampled_from(DATES), st.sampled_from(TIMES))
def test_written_moments_are_read_again(moment: dt.datetime, day: str, time: str) -> None:
    exact = moment.replace(microsecond=0, second=0 if "%S" not in time else moment.second)
    micros = np.array([int((exact - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))])
    written = f"{day} {time}"
    texts = write_moments(micros, written)
    assert read_moments(texts, written).micros.tolist() == micros.tolist()
    assert written in candidates(texts[0].as_py())
    if "%3f" not in written:
        assert texts[0].as_py() == exact.strftime(written)
    assert kind_of_format(written) == "datetime"


@pytest.mark.parametrize("text", ["2023-02-29", "2024-13-01", "2024-00-10", "0000-01-01", "2024-01-32", "x"])
def test_dates_that_do_not_exist_are_not_valid(text: str) -> None:
    assert read_moments(pa.array([text]), "%Y-%m-%d").valid.tolist() == [False]


def test_offsets_are_taken_off() -> None:
    moments = read_moments(pa.array(["2024-01-01T02:00:00+02:00", "2023-12-31T19:30:00-04:30"]), "%Y-%m-%dT%H:%M:%S%:z")
    assert len(set(moments.micros.tolist())) == 1
    assert moments.offsets is not None
    assert moments.offsets.tolist() == [120, -270]


@pytest.mark.parametrize(
    "dtype",
    [
        pa.int8(), pa.uint64(), pa.float16(), pa.bool_(), pa.null(), pa.large_string(), pa.string_view(), pa.date32(),
        pa.date64(), pa.time32("s"), pa.time64("ns"), pa.timestamp("ns"), pa.timestamp("us", "Europe/Berlin"),
        pa.timestamp("s", "+02:00"), pa.duration("ms"), pa.decimal128(10, 2), pa.decimal256(50, -2), pa.binary(7),
        pa.dictionary(pa.int8(), pa.string(), True), pa.list_(pa.string()), pa.list_(pa.float32(), 3),
        pa.large_list(pa.struct([("a", pa.int64()), ("b", pa.list_(pa.timestamp("us", "UTC")))])),
        pa.struct([("x", pa.decimal128(5, 1)), ("in", pa.struct([("y", pa.dictionary(pa.int32(), pa.string()))]))]),
    ],
    ids=str,
)  # fmt: skip
def test_arrow_types_are_known_by_their_names(dtype: pa.DataType) -> None:
    assert arrow_type(str(dtype)) == dtype


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"schema\.dtype"):
        arrow_type("int65")
