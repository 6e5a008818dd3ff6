"""Runs: blocks of a series, and their sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.techniques.bootstrap.runs import BLOCKS, Blocks, draw, draw_runs

KINDS = pytest.mark.parametrize("kind", BLOCKS)


@KINDS
@given(st.integers(1, 60), st.integers(1, 150), st.integers(1, 4), st.integers(1, 60), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_rows_are_of_the_series_and_follow_one_another(
    kind: Blocks, rows: int, length: int, count: int, block: int, seed: int
) -> None:
    block = min(block, rows)
    runs = draw_runs(kind, generator(seed), rows=rows, length=length, count=count, block=block)
    found = runs.indices()
    assert found.shape == (count, length)
    assert found.min() >= 0 and found.max() < rows
    breaks = (np.diff(found, axis=1) % rows != 1 % rows).sum()
    assert breaks <= len(runs.starts) - count
    if kind != "stationary":
        assert len(runs.starts) == count * -(-length // block)
    if kind == "moving":
        starts = found[:, ::block]
        assert starts.max() <= rows - block


@KINDS
def test_sums_are_those_of_the_rows(kind: Blocks) -> None:
    values = np.random.default_rng(0).normal(size=(40, 3))
    prefix = np.concatenate([np.zeros((1, 3)), np.cumsum(np.concatenate([values, values]), axis=0)])
    runs = draw_runs(kind, generator(1), rows=40, length=40, count=30, block=7)
    assert np.allclose(runs.sums(prefix), values[runs.indices()].sum(axis=1))


def test_stationary_blocks_are_geometric() -> None:
    runs = draw_runs("stationary", generator(2), rows=500, length=50_000, count=1, block=8)
    inner = runs.lengths[:-1]
    assert abs(inner.mean() - 8) < 0.3
    assert abs((inner == 1).mean() - 1 / 8) < 0.015
    assert abs((inner > 8).mean() - (7 / 8) ** 8) < 0.02


def test_stationary_blocks_of_one_row_are_rows() -> None:
    runs = draw_runs("stationary", generator(2), rows=50, length=100, count=2, block=1)
    assert len(runs.starts) == 200


def test_circular_blocks_reach_every_row_equally_often() -> None:
    found = draw_runs("circular", generator(3), rows=20, length=20, count=5_000, block=6).indices()
    assert np.bincount(found.ravel()).std() / 5_000 < 0.04


def test_narrow_draws_are_even() -> None:
    for below in (3, 60_000, 70_000):
        drawn = draw(generator(4), below, 60_000)
        assert drawn.max() < below and abs(drawn.mean() / (below - 1) - 0.5) < 0.006
