"""The parts: ranks, places within spans, corrected logits, accepted points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.networks import building
from likewise.networks.tables import TableEncoding
from likewise.techniques.vae.tabular.drawing import Networks, _placed, built, shares_of
from likewise.techniques.vae.tabular.layout import Layout
from likewise.techniques.vae.tabular.learning import KEPT, Extent, _sure_from, corrected
from likewise.techniques.vae.tabular.network import _place_errors


def encoding() -> TableEncoding:
    rng = generator(0, "parts")
    n = 800
    data = {"x": rng.normal(size=n), "k": np.array(["a", "b", "c"])[rng.integers(3, size=n)], "one": ["yes"] * n}
    return TableEncoding.fit(Table.from_any(pa.table(data)), seed=0)


def untrained() -> Networks:
    layout = Layout.of(encoding())
    rows, velocity, ratio = building.built(lambda: built(layout, (4, 64, 1), (64, 1)), 0, "rows")
    blank = np.zeros(4, np.float32), np.ones(4, np.float32), np.zeros(layout.size, np.float32)
    return Networks(layout, (4, 64, 1), (64, 1), rows.eval(), velocity.eval(), ratio.eval(), *blank, sure=0.0)


def test_ranks_grow_with_values() -> None:
    own, rng = encoding(), generator(0, "rows")
    table = Table.from_any(pa.table({"x": rng.normal(size=300), "k": ["a"] * 300, "one": ["yes"] * 300}))
    layout = Layout.of(own)
    flat, ranks = layout.coded(own.encode(table, rng))
    assert layout.numbers == (0,) and ranks.shape == (300, 1) and -1 <= ranks.min() <= ranks.max() <= 1
    order = np.argsort(table.numbers("x"))
    assert np.all(np.diff(ranks[order, 0]) > -0.1)  # equal for as many values as share a symbol of the codec
    assert flat.shape == (300, 3) and all((flat[:, c] >= s.start).all() for c, s in enumerate(layout.slices))


@given(centre=st.floats(-0.5, 1.5), scale=st.floats(0.004, 5.0), start=st.floats(0, 0.9), length=st.floats(0.01, 0.1))
@settings(max_examples=40, deadline=None)
def test_places_have_a_density_and_are_drawn_by_it(centre: float, scale: float, start: float, length: float) -> None:
    spots = torch.linspace(0.5 / 400, 1 - 0.5 / 400, 400, dtype=torch.float64)
    ranks = 2 * (start + length * spots) - 1
    same = [torch.full((400,), v, dtype=torch.float64) for v in (centre, scale, start, length)]
    density = torch.exp(-_place_errors(same[0], same[1], ranks, same[2], same[3])).numpy()
    assert np.isfinite(density).all()
    assert density.mean() == pytest.approx(1, abs=0.1)
    drawn = _placed(np.full(4000, centre), np.full(4000, scale), np.tile([start, length], (4000, 1)), generator(0))
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert drawn.mean() == pytest.approx((density * spots.numpy()).sum() / density.sum(), abs=0.04)


def test_a_span_without_length_costs_nothing() -> None:
    none = torch.zeros(3)
    assert _place_errors(none, none + 1, none, none, none).tolist() == [0, 0, 0]


def test_corrected_logits_give_the_shares_that_were_learned() -> None:
    networks = untrained()
    with torch.no_grad():
        networks.rows.logits.bias.normal_(generator=torch.Generator().manual_seed(1))
    bias = corrected(networks, generator(0, "a"))
    mended = replace(networks, bias=bias)
    logits = np.concatenate([own for _, own, _, _ in mended.said(mended.points(4000, generator(0, "b")))])
    for own in networks.layout.slices:
        assert np.abs(shares_of(logits[:, own]).mean(axis=0) - networks.layout.shares[own]).max() < 0.01


def test_points_are_accepted_by_the_ratio() -> None:
    class Right(torch.nn.Module):  # type: ignore[misc]
        def forward(self, points: torch.Tensor) -> torch.Tensor:
            return torch.where(points[:, 0] > 0, 0.0, -8.0)

    found = replace(untrained(), ratio=Right()).points(500, generator(0, "c"))
    assert found.shape == (500, 4) and (found[:, 0] > 0).mean() > 0.99


def test_the_share_that_is_kept_is_the_one_asked_for() -> None:
    ratios = generator(0, "ratios").normal(size=5000)
    assert np.exp(np.minimum(ratios - _sure_from(ratios), 0)).mean() == pytest.approx(KEPT, abs=0.01)


def test_networks_and_steps_are_bounded_in_rows_and_columns() -> None:
    small, large = Extent.of(1000, 10, None), Extent.of(10**6, 50, None)
    assert max(large.steps) <= 2500 and large.batch == 1024 and large.sizes == (32, 256, 2)
    assert max(small.steps) < 700 and small.batch < 200
    assert Extent.of(1, 1, None).batch >= 2 and Extent.of(500, 3, 32).batch == 32
