"""Index arrays: shapes, sizes of strata, whole entities, seeds, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.techniques.bootstrap import indices
from likewise.techniques.bootstrap.resampling import resampling


@given(st.integers(1, 300), st.integers(1, 40), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_every_replicate_comes_once(n: int, replicates: int, seed: int) -> None:
    parts = list(indices(n, replicates=replicates, seed=seed))
    assert sum(len(part) for part in parts) == replicates
    assert all(part.shape[1] == n and part.dtype == np.int64 and part.min() >= 0 and part.max() < n for part in parts)


def test_memory_is_that_of_some_replicates() -> None:
    assert max(part.size for part in indices(1000, replicates=5000)) <= 32_768
    assert [part.shape for part in indices(100_000, replicates=2)] == [(1, 100_000)] * 2


def test_the_same_seed_gives_the_same_rows_and_more_replicates_begin_with_them() -> None:
    few, many = (np.concatenate(list(indices(50, replicates=r, seed=3))) for r in (10_000, 20_000))
    assert np.array_equal(few, many[:10_000])
    other = np.concatenate(list(indices(50, replicates=10_000, seed=4)))
    assert not np.array_equal(few, other)


def test_rows_are_drawn_evenly() -> None:
    counts = sum(np.bincount(part.ravel(), minlength=7) for part in indices(7, replicates=10_000))
    assert np.abs(counts / 10_000 - 1).max() < 0.04


def test_strata_keep_their_sizes() -> None:
    labels = np.array(["a", "b", None, "a", "b", "a", None, "c"], dtype=object)
    for part in indices(8, replicates=50, strata=labels):
        for rows in part:
            assert sorted(map(str, labels[rows])) == sorted(map(str, labels))


def test_entities_are_drawn_whole() -> None:
    labels = [1, 1, 2, 3, 3, 3, 2]
    for part in indices(7, replicates=30, entity=labels):
        times = np.bincount(part[0], minlength=7)
        assert times[0] == times[1] and times[2] == times[6] and times[3] == times[4] == times[5]
        assert times[0] + times[2] + times[3] == 3


def test_fewer_rows_can_be_drawn() -> None:
    assert next(indices(100, replicates=3, m=9)).shape == (3, 9)


def test_blocks_are_drawn() -> None:
    rows = next(indices(100, replicates=3, resample="moving", block=10))
    assert (np.diff(rows.reshape(3, 10, 10), axis=2) == 1).all()


BAD: list[tuple[dict[str, Any], str]] = [
    ({"n": -1}, "settings.n"),
    ({"n": 1.5}, "settings.n"),
    ({"n": True}, "settings.n"),
    ({"n": 0}, "fit.no-rows"),
    ({"replicates": 0}, "settings.replicates"),
    ({"replicates": 2.5}, "settings.replicates"),
    ({"seed": -1}, "settings.seed"),
    ({"resample": "statoinary"}, "settings.resample"),
    ({"resample": "bayesian"}, "settings.resample"),
    ({"resample": None}, "settings.resample"),
    ({"block": 5}, "settings.resample"),
    ({"resample": "moving", "block": 11}, "fit.short-series"),
    ({"resample": "moving", "block": 2.5}, "settings.block"),
    ({"resample": "circular", "block": 0}, "settings.block"),
    ({"resample": "circular"}, "settings.block"),
    ({"resample": "circular", "block": float("nan")}, "settings.block"),
    ({"resample": "circular", "block": "long"}, "settings.block"),
    ({"resample": "circular", "block": "auto"}, "settings.block"),
    ({"resample": "stationary", "block": 0.5}, "settings.block"),
    ({"resample": "stationary", "block": 3, "strata": [1] * 10}, "settings.resample"),
    ({"strata": [1] * 9}, "settings.strata"),
    ({"strata": [1] * 10, "entity": [1] * 10}, "settings.resample"),
    ({"entity": []}, "settings.entity"),
    ({"entity": 7}, "settings.entity"),
    ({"m": 0}, "settings.m"),
    ({"m": 11}, "settings.m"),
    ({"m": 2.0}, "settings.m"),
]


@pytest.mark.parametrize(("asked", "code"), BAD, ids=str)
def test_what_does_not_go_together_is_refused_at_once(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as caught:
        indices(**{"n": 10, **asked})
    assert caught.value.code == code and caught.value.hint


def test_an_automatic_block_is_the_longest_that_a_series_needs() -> None:
    noise = np.random.default_rng(0).normal(size=400)
    walk = np.cumsum(noise)
    alone = resampling(400, "circular", series=[walk]).block
    assert resampling(400, "circular", series=[noise, walk]).block == alone > 20
    with pytest.raises(FitError, match=r"fit\.short-series"):
        resampling(4, "circular", series=[noise[:4]])
    with pytest.raises(SettingsError, match=r"settings\.block"):
        resampling(400, "circular")
