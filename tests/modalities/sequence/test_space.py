"""Hold the space that series are learned in to giving them back, whatever they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import FitError
from likewise.modalities.sequence.channels import Channel, Channels
from likewise.modalities.sequence.frames import Frames
from likewise.modalities.sequence.mapping import best_form
from likewise.modalities.sequence.space import SeriesSpace
from likewise.modalities.sequence.whitening import Whitening

floats = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=60)


def nothing(rows):
    return np.zeros((rows, 0), dtype=np.float32)


def walks(rows, steps, channels=2, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(steps, channels)).cumsum(axis=0) for _ in range(rows)]


@given(floats, st.sampled_from(["normal", "plain"]))
def test_values_come_back_from_their_scores(values, form):
    known = np.array(values)
    channel = Channel.fit(known, form)
    scores = channel.encode(known)
    assert np.allclose(channel.decode(scores), known, atol=2e-3 + 1e-9 * np.ptp(known))
    order = np.argsort(known)
    assert (np.diff(scores[order]) >= 0).all()
    anywhere = channel.decode(np.linspace(-9, 9, 50))
    assert anywhere.min() >= known.min() and anywhere.max() <= known.max()


def test_a_value_far_out_of_a_plain_channel_has_a_score():
    known = np.append(np.zeros(400), 1e6)
    assert np.isfinite(Channel.fit(known, "plain").encode(known, np.random.default_rng(0))).all()


def test_levels_and_grids_of_a_channel_are_kept():
    rng = np.random.default_rng(0)
    known = np.where(rng.random(4000) < 0.6, 0, rng.poisson(3, 4000)).astype(float)
    channel = Channel.fit(known)
    scores = channel.encode(known, rng)
    assert abs(scores.mean()) < 0.05 and abs(scores.std() - 1) < 0.05
    assert np.array_equal(channel.decode(scores), known)
    drawn = channel.decode(rng.normal(size=4000))
    assert abs(np.mean(drawn == 0) - np.mean(known == 0)) < 0.03 and set(drawn) <= set(range(11))
    quarters = Channel.fit(np.array([0.25, 0.5, 1.75])).decode(rng.normal(size=50))
    assert np.array_equal(quarters, quarters.round(2))


def test_a_constant_and_an_empty_channel_come_back():
    cells = [np.array([[5.0, np.nan]] * 4)] * 30
    channels = Channels.fit(cells)
    assert np.array_equal(channels.decode(channels.encode(cells[0])), cells[0], equal_nan=True)
    space, lessons = SeriesSpace.fit(cells, nothing(30), seed=0)
    assert space.size == 1 and not lessons.coordinates.any()
    made = space.make(nothing(3), lambda told: np.ones((len(told), 1), np.float32), np.random.default_rng(0))
    assert all(np.array_equal(cell, cells[0], equal_nan=True) for cell in made)


def test_the_map_is_chosen_by_what_is_nearer_to_normal():
    rng = np.random.default_rng(0)
    waves = [np.sin(0.05 * np.arange(24) + s)[:, None] for s in rng.uniform(0, 6.28, 300)]
    skewed = [np.exp(2 * walk) for walk in walks(300, 24, 1)]
    assert best_form(waves) == "plain" and best_form(skewed) == "normal"


def test_whitened_rows_are_uncorrelated_given_what_tells_of_them():
    rng = np.random.default_rng(0)
    beside = rng.normal(size=(3000, 2))
    rows = beside @ rng.normal(size=(2, 5)) + rng.normal(size=(3000, 5)) @ rng.normal(size=(5, 5)) + 7
    white = Whitening.fit(rows, beside)
    found = white.encode(rows, beside)
    assert white.size == 5 == white.learned
    assert np.allclose(np.cov(found.T), np.eye(5), atol=5e-3)
    assert np.allclose(white.decode(found, beside), rows)
    assert np.abs(np.corrcoef(found[:, 0], beside[:, 0])[0, 1]) < 0.01


def test_of_few_rows_little_is_learned_and_variances_are_kept():
    rows = np.random.default_rng(0).normal(size=(40, 100))
    white = Whitening.fit(rows, nothing(40))
    assert white.learned == 10 < white.size <= 40
    drawn = white.decode(np.random.default_rng(1).normal(size=(4000, white.size)), nothing(4000))
    assert np.isclose(drawn.var(axis=0).sum(), rows.var(axis=0, ddof=1).sum(), rtol=0.03)


def test_series_of_several_lengths_with_gaps_come_back():
    rng = np.random.default_rng(0)
    cells = [walk[: rng.integers(5, 13)].round(2) for walk in walks(60, 12)]
    for cell in cells[::2]:
        cell[1:3, 0] = np.nan
    space, _ = SeriesSpace.fit(cells, nothing(60), seed=0)
    assert space.follow is None and space.width(0) == 0
    back = space.cells(space.start.decode(space.start.encode(space.rows(cells), nothing(60)), nothing(60)))
    for cell, again in zip(cells, back, strict=True):
        assert np.array_equal(np.isnan(cell), np.isnan(again)) and np.allclose(cell, again, atol=0.02, equal_nan=True)


def test_gaps_are_as_frequent_as_they_were():
    rng = np.random.default_rng(0)
    cells = walks(400, 6)
    for cell in cells:
        cell[rng.random(6) < 0.1, 1] = np.nan
    frames = Frames.fit(cells, "normal")
    marks = np.concatenate(frames.encode(cells, rng))[:, 2]
    assert abs(marks.mean()) < 0.1 and abs(marks.std() - 1) < 0.1
    made = frames.decode(np.random.default_rng(1).normal(size=(4000, 3)))
    assert abs(np.isnan(made[:, 1]).mean() - 0.1) < 0.02 and not np.isnan(made[:, 0]).any()


@pytest.mark.parametrize(("rows", "steps"), [(1, 900), (5, 120), (40, 400)])
def test_long_series_are_made_of_pieces(rows, steps):
    cells = walks(rows, steps)
    space, lessons = SeriesSpace.fit(cells, nothing(rows), seed=0)
    assert space.follow is not None and lessons.conditions.shape == (len(lessons.coordinates), space.width(0))
    made = space.make(nothing(3), lambda told: np.random.default_rng(len(told)).normal(size=(len(told), space.size))
                      .astype(np.float32), np.random.default_rng(0))  # fmt: skip
    assert [cell.shape for cell in made] == [(steps, 2)] * 3
    jumps = np.abs(np.diff(made[0], axis=0))
    assert jumps[space.steps - 1 :: space.steps].mean() < 3 * jumps.mean()


def test_attributes_move_what_they_tell_of():
    cells = [walk + 20 * (i % 2) for i, walk in enumerate(walks(200, 10))]
    given = np.array([[i % 2 == 0, i % 2 == 1] for i in range(200)], dtype=np.float32)
    space, _ = SeriesSpace.fit(cells, given, seed=0)
    made = space.make(given, lambda told: np.zeros((len(told), space.size), np.float32), np.random.default_rng(0))
    means = np.array([cell.mean() for cell in made])
    assert abs(means[::2].mean()) < 5 and abs(means[1::2].mean() - 20) < 5


def test_strange_series_are_told():
    cells = walks(200, 12)
    space, _ = SeriesSpace.fit(cells, nothing(200), seed=0)
    odd = [cell[::-1] * (-1) ** np.arange(12)[:, None] for cell in cells[:20]]
    usual, strange = space.strangeness(cells, nothing(200)), space.strangeness(odd, nothing(20))
    assert np.isclose(usual.mean(), 1, atol=0.1) and strange.min() > np.quantile(usual, 0.9)


def test_a_space_is_the_same_from_its_file():
    space, _ = SeriesSpace.fit(walks(3, 200), nothing(3), seed=0)
    again = SeriesSpace.from_state(*space.state())
    assert again.state()[0] == space.state()[0]
    assert all(np.array_equal(a, b) for a, b in zip(again.state()[1].values(), space.state()[1].values(), strict=True))


@pytest.mark.parametrize("cells", [[np.zeros((0, 2))] * 30, [np.ones((1, 1))] * 3])
def test_too_little_is_said(cells):
    with pytest.raises(FitError):
        SeriesSpace.fit(cells, nothing(len(cells)), seed=0)


def test_what_the_first_component_says_of_the_others_is_taken_out():
    rng = np.random.default_rng(0)
    level = rng.normal(size=4000)
    rows = np.stack([9 * level, np.exp(level) * rng.normal(size=4000), level**2 + rng.normal(size=4000)], axis=1)
    white = Whitening.fit(rows, nothing(4000))
    found = white.encode(rows, nothing(4000))
    assert np.allclose(white.decode(found, nothing(4000)), rows)
    high = np.abs(found[:, 0]) > 1
    assert np.allclose(found[high].std(axis=0)[1:], found[~high].std(axis=0)[1:], rtol=0.15)
    assert np.allclose(found[high].mean(axis=0)[1:], found[~high].mean(axis=0)[1:], atol=0.15)
