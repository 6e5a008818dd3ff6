"""Numbers as symbols: what comes back is in place, on the grid, and nobody's alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.schema import Column
from likewise.modalities.tabular.numbers import NumberCodec, fit_number_codec, grid_step, typed_numbers

INTEGER = Column(name="x", kind="integer")
FLOAT = Column(name="x", kind="float")
CENTS = Column(name="x", kind="decimal", decimals=2)


def fitted(values: list[float] | np.ndarray, column: Column = INTEGER, k: int = 3) -> NumberCodec:
    return fit_number_codec(np.asarray(values, dtype=float), column, k=k)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=300), st.integers(2, 8))
def test_symbols_keep_the_order_of_values(values: list[int], k: int) -> None:
    codec = fitted(values, k=k)
    ordered = np.sort(np.asarray(values, dtype=float))
    symbols = codec.encode(ordered)
    assert (np.diff(symbols) >= 0).all()
    assert symbols.max() < codec.symbols


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=300), st.integers(2, 8))
def test_decoded_values_lie_within_the_real_ones_and_read_as_their_symbol(values: list[int], k: int) -> None:
    codec = fitted(values, k=k)
    symbols = np.repeat(np.arange(codec.symbols, dtype=np.int32), 20)
    drawn = codec.decode(symbols, np.random.default_rng(0))
    assert drawn.min() >= min(values)
    assert drawn.max() <= max(values)
    assert (drawn == np.round(drawn)).all()
    np.testing.assert_array_equal(codec.encode(drawn), symbols)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=30, max_size=300), st.integers(2, 8))
def test_every_symbol_stands_for_k_rows(values: list[int], k: int) -> None:
    codec = fitted(values, k=k)
    counts = np.bincount(codec.encode(np.asarray(values, dtype=float)), minlength=codec.symbols)
    assert counts.min() >= k


def test_a_common_value_is_an_atom_and_comes_back_exactly() -> None:
    values = np.concatenate([np.zeros(500), np.random.default_rng(0).lognormal(8, 2, 500)])
    codec = fitted(values, FLOAT, k=10)
    zero = codec.encode(np.zeros(1))[0]
    assert codec.low[zero] == codec.high[zero] == 0.0
    drawn = codec.decode(codec.encode(values), np.random.default_rng(1))
    assert (drawn == 0).mean() == 0.5


def test_a_rare_value_beside_an_atom_joins_it() -> None:
    codec = fitted([0] * 50 + [1] + [2] * 50, k=10)
    drawn = codec.decode(np.repeat(np.arange(codec.symbols), 50), np.random.default_rng(0))
    assert set(drawn.tolist()) == {0.0, 2.0}


def test_extremes_do_not_come_back() -> None:
    values = np.append(np.random.default_rng(0).integers(0, 1000, 5000), [123_456, -98_765])
    codec = fitted(values, k=10)
    assert codec.high.max() < 100_000
    assert codec.low.min() > -50_000
    assert codec.encode(np.array([1e9]))[0] == codec.symbols - 1


def test_no_unique_value_is_in_the_codec() -> None:
    values = np.random.default_rng(0).normal(size=2000)
    codec = fitted(values, FLOAT, k=10)
    kept = np.concatenate([codec.low, codec.high, codec.edges])
    assert not np.isin(kept, values).any()


def test_missing_has_the_symbol_after_the_last() -> None:
    codec = fitted([1, 2, 3, np.nan] * 20)
    assert codec.encode(np.array([np.nan]))[0] == codec.symbols
    assert np.isnan(codec.decode(np.array([codec.symbols]), np.random.default_rng(0)))[0]


def test_all_missing_gives_a_codec_without_symbols() -> None:
    codec = fitted([np.nan] * 5)
    assert codec.symbols == 0
    assert np.isnan(codec.decode(codec.encode(np.full(3, np.nan)), np.random.default_rng(0))).all()


def test_the_grid_is_found() -> None:
    assert grid_step(np.array([10_000.0, 50_000, 20_000]), INTEGER) == 10_000
    assert grid_step(np.array([0.25, 0.5, 1.75]), CENTS) == 0.25
    assert grid_step(np.array([0.1, 0.33]), FLOAT) == 0.0


def test_shares_of_a_range_add_up() -> None:
    codec = fitted(list(range(100)) * 3, k=20)
    whole = codec.allowed(-np.inf, np.inf)
    parts = codec.allowed(-np.inf, 41) + codec.allowed(42, np.inf)
    np.testing.assert_allclose(whole, 1)
    np.testing.assert_allclose(parts, 1)


def test_narrowed_draws_stay_in_the_range() -> None:
    codec = fitted(list(range(100)) * 3, k=20)
    symbols = np.flatnonzero(codec.allowed(37, 58) > 0)
    drawn = codec.narrowed(37, 58).decode(np.repeat(symbols, 30), np.random.default_rng(0))
    assert drawn.min() >= 37
    assert drawn.max() <= 58


def test_the_distribution_survives_a_round_trip() -> None:
    values = np.random.default_rng(3).gamma(2, 1000, 20_000)
    codec = fitted(values, FLOAT, k=10)
    drawn = codec.decode(codec.encode(values), np.random.default_rng(4))
    grid = np.quantile(values, np.linspace(0, 1, 200))
    gap = np.searchsorted(np.sort(values), grid) - np.searchsorted(np.sort(drawn), grid)
    assert np.abs(gap).max() / 20_000 < 0.005


def test_typed_numbers_take_every_arrow_form() -> None:
    values = np.array([1.0, np.nan, 3.0])
    date = typed_numbers(values, Column(name="d", kind="date"), pa.date32())
    assert date.null_count == 1
    assert str(date[0]) == "1970-01-02"
    assert typed_numbers(values, INTEGER, pa.int64()).to_pylist() == [1, None, 3]
