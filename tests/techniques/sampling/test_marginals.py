"""Marginals: uniforms lead to values, values back to uniforms, and conditions to what they allow."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.conditions import Condition
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.distributions import Normal
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.techniques.sampling.marginals import Levels, Line, Marginal, load_marginals, save_marginals
from likewise.techniques.sampling.ordering import tree
from likewise.techniques.sampling.quantiles import Family

FLOAT = Column(name="x", kind="float", dtype="double", nullable=True)


def levels(count: int, seed: int, *, missing: bool = True) -> Levels:
    rng = np.random.default_rng(seed)
    names = tuple(f"l{i}" for i in range(count))
    counts = np.append(rng.integers(1, 50, count), [0, 20 * missing]).astype(float)
    nodes = tree(rng.standard_normal((count + 2, 3)), counts)
    column = Column(name="x", kind="category", levels=names, nullable=missing)
    return Levels(column, LevelsCodec(names), counts / counts.sum(), nodes)


@given(st.integers(1, 12), st.integers(0, 999))
@settings(max_examples=25)
def test_levels_come_in_their_shares_and_lead_back(count: int, seed: int) -> None:
    marginal = levels(count, seed)
    uniforms = np.random.default_rng(seed).random((marginal.latents, 4000))
    symbols = marginal.symbols(uniforms)
    assert np.abs(np.bincount(symbols, minlength=len(marginal.shares)) / 4000 - marginal.shares).max() < 0.05
    table = Table(
        pa.table({"x": marginal.values(uniforms, np.random.default_rng(0))}), Schema(columns=(marginal.column,))
    )
    low, high = marginal.places(table)
    known = ~table.missing("x")
    told = np.stack([marginal.told(latent, uniforms) for latent in range(marginal.latents)])
    assert ((low <= uniforms) & (uniforms <= high))[:, known].all()
    assert ((high - low < 1) <= told)[:, known].all() and (low[:, ~known] == 0).all() and (high[:, ~known] == 1).all()


@given(st.integers(2, 12), st.integers(0, 999), st.data())
@settings(max_examples=25)
def test_what_is_wanted_of_levels_is_what_its_intervals_lead_to(count: int, seed: int, data: st.DataObject) -> None:
    marginal = levels(count, seed)
    wanted = data.draw(st.sets(st.sampled_from(marginal.codec.levels), min_size=1))
    spans = marginal.wanted(Condition(marginal.column, levels=frozenset(wanted)))
    uniforms = np.random.default_rng(seed).random((marginal.latents, 4000))
    inside = np.ones(4000, dtype=bool)
    for latent, own in enumerate(spans):
        met = np.any([(uniforms[latent] >= low) & (uniforms[latent] < high) for low, high in own], axis=0)
        inside &= met | ~marginal.told(latent, uniforms)
    names = np.array([*marginal.codec.levels, "", ""])[marginal.symbols(uniforms)]
    assert np.array_equal(inside, np.isin(names, [*wanted]))


@pytest.mark.parametrize("apart", [True, False])
def test_missing_numbers_have_a_latent_of_their_own_or_lie_below(apart: bool) -> None:
    line = Line(FLOAT, Family(Normal(0, 1), FLOAT), 0.25, apart)
    uniforms = np.random.default_rng(0).random((line.latents, 8000))
    assert line.latents == 1 + apart
    drawn = line.values(uniforms, np.random.default_rng(0))
    blank = np.asarray(drawn.is_null())
    assert blank.mean() == pytest.approx(0.25, abs=0.02)
    if not apart:
        assert np.array_equal(blank, uniforms[0] < 0.25)
    table = Table(pa.table({"x": drawn}), Schema(columns=(FLOAT,)))
    low, high = line.places(table)
    assert ((low <= uniforms) & (uniforms <= high))[:, ~blank].all()
    only = line.wanted(Condition(FLOAT, missing=True))
    assert only[0].tolist() == ([[0.75, 1.0]] if apart else [[0.0, 0.25]])
    known = line.known()
    assert known is not None and known[0].tolist() == ([[0.0, 0.75]] if apart else [[0.25, 1.0]])


def test_values_meet_a_condition_on_a_single_number() -> None:
    line = Line(FLOAT, Family(Normal(0, 1), FLOAT))
    condition = Condition(FLOAT, ranges=((0.5, 0.5),))
    ((low, high),) = line.wanted(condition)[0]
    drawn = line.values(np.linspace(low, high, 50)[None], np.random.default_rng(0), condition)
    assert set(drawn.to_pylist()) == {0.5} and 0 < high - low < 0.002


def test_what_cannot_be_is_refused() -> None:
    line, category = Line(FLOAT, None, 1.0), levels(3, 0, missing=False)
    with pytest.raises(ConditionError, match="no row that was learned"):
        line.wanted(Condition(FLOAT, ranges=((0.0, 1.0),)))
    with pytest.raises(ConditionError, match="no row that was learned"):
        category.wanted(Condition(category.column, missing=True))
    assert line.known() is None


def test_marginals_come_back_from_a_model_file() -> None:
    marginals: list[Marginal] = [levels(5, 1), Line(FLOAT, Family(Normal(1, 2), FLOAT), 0.1), Line(FLOAT, None, 1.0)]
    again = load_marginals(*save_marginals(marginals))
    for one, other in zip(marginals, again, strict=True):
        uniforms = np.random.default_rng(0).random((one.latents, 100))
        assert one.values(uniforms, np.random.default_rng(1)).equals(other.values(uniforms, np.random.default_rng(1)))
        assert one.shown() == other.shown()
