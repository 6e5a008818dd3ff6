"""Tables read by a contract and noisy counts: every cell by itself, and back to values that the contract allows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.privacy.contract.test_law import CONTRACT as EVERY

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.networks.tables.told import BINS, MOST, cost_of, read_as, told_of
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, cells_of, encode, schema_of
from likewise.privacy.contract.domain import Domain
from likewise.privacy.pieces import Pieces

PEOPLE = Contract.of({
    "age": {"kind": "number", "integer": True, "min": 0, "max": 120, "missing": True},
    "pay": {"kind": "number", "min": 0, "max": 1000, "grid": "log"},
    "sex": {"kind": "category", "levels": ["F", "M", "none had"]},
    "sick": {"kind": "boolean", "missing": True},
})  # fmt: skip


def people(rows: int) -> dict[str, list[Any]]:
    rng = np.random.default_rng(0)
    return {
        "age": [None if k % 10 == 0 else 20 + k % 50 for k in range(rows)],
        "pay": rng.exponential(20, rows).round(3).tolist(),
        "sex": ["F" if k % 3 else "M" for k in range(rows)],
        "sick": [None if k % 7 == 0 else k % 4 == 0 for k in range(rows)],
    }


def pieces_for(domain: Domain, rng: np.random.Generator) -> Pieces:
    """Return what noisy counts might tell of a column: a missing cell is a piece of its own."""
    inner = domain.cells
    cuts = np.unique([0, *rng.integers(0, inner, size=min(inner, 20)).tolist(), inner])
    if domain.line() is None:
        cuts = np.arange(inner + 1)
    masses = rng.exponential(100, len(cuts) - 1) * (rng.random(len(cuts) - 1) < 0.7)
    own = Pieces(cuts[:-1], cuts[1:], masses)
    if not domain.has_missing:
        return own
    return Pieces(np.append(own.starts, inner), np.append(own.stops, inner + 1), np.append(own.masses, 30.0))


@pytest.mark.parametrize("domain", EVERY.coded, ids=lambda domain: domain.name)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_cell_comes_back_within_the_piece_that_it_was_read_as(domain: Domain, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pieces = pieces_for(domain, rng)
    own, cells = read_as(domain, pieces)
    codes = rng.integers(0, domain.size, size=200)
    symbols, places = own.placed(cells.fine[codes], cells.within[codes])
    assert symbols.min() >= 0 and symbols.max() < own.cardinality <= max(MOST, 2 * BINS + 2)
    assert places.min() >= 0 and places.max() <= 1
    typed = own.decode(own.fine(symbols, places, rng), rng)
    back = domain.codes(
        Table(pa.table({domain.name: typed}), schema_of(Contract(columns=(domain,)))).column(domain.name)
    )
    assert ((back == domain.cells) == (codes == domain.cells)).all() or not domain.has_missing
    heavy = own.mass[cells.fine[codes]] > 1e-6
    assert heavy.any() and (cells.fine[back] == cells.fine[codes])[heavy].all()


@pytest.mark.parametrize("domain", [d for d in EVERY.coded if d.line() is not None], ids=lambda domain: domain.name)
def test_the_values_of_a_cell_lie_between_its_ends(domain: Domain) -> None:
    line = domain.line()
    assert line is not None
    low, high, step = line
    assert len(low) == len(high) == domain.cells and (low <= high).all() and step >= 0
    codes = np.random.default_rng(1).integers(0, domain.cells, size=500).astype(np.int32)
    schema = schema_of(Contract(columns=(domain,)))
    drawn = Table(pa.table({domain.name: domain.decoded(codes, np.random.default_rng(2))}), schema)
    values = drawn.numbers(domain.name)
    assert (values >= low[codes] - 1e-6).all() and (values <= high[codes] + 1e-6).all()


def test_shares_are_those_of_the_rows_where_noise_is_small_and_cost_what_was_said() -> None:
    account, coded = Account(300.0, 1e-5), encode(cells_of(people(2000))[0], PEOPLE)
    told = told_of(coded, PEOPLE, account)
    assert np.sqrt(sum(event.mu**2 for event in account.events)) == pytest.approx(cost_of(account), rel=1e-9)
    assert abs(told.rows - 2000) < 5
    age, _, sex, sick = told.encoding.columns
    assert sex.shares[:2] == pytest.approx([0.6665, 0.3335], abs=0.005)
    assert 0 < sex.shares[2] < 0.005  # what is declared can come
    assert [own.shares[-1] for own in (age, sick)] == pytest.approx([0.1, 1 / 7], abs=0.005)
    rows = told.coded(coded.codes)
    back = told.encoding.decode(rows.symbols, rows.places, generator(0, "values"))
    ages = np.array([np.nan if age is None else age for age in people(2000)["age"]])
    assert np.nanmax(np.abs(back.numbers("age") - ages)) <= 2
    assert (np.isnan(back.numbers("age")) == np.isnan(ages)).all()
    assert back.schema.columns == schema_of(PEOPLE).columns


def test_a_row_is_read_by_itself() -> None:
    coded = encode(cells_of(people(300))[0], PEOPLE)
    told = told_of(coded, PEOPLE, Account(1.0, 1e-5))
    whole, part = told.coded(coded.codes), told.coded(coded.codes[100:101])
    assert (whole.symbols[100] == part.symbols[0]).all() and (whole.places[100] == part.places[0]).all()


def test_noise_that_nothing_is_left_of_still_reads_all_cells() -> None:
    told = told_of(encode(cells_of(people(0), PEOPLE.listed)[0], PEOPLE), PEOPLE, Account(0.01, 1e-9))
    assert told.rows >= 1 and all(own.shares.min() > 0 for own in told.encoding.columns)
