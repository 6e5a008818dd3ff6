"""Hold the tuning of drawn scores to giving them the quantiles of the real ones, and to leaving order alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.sequence.space import SeriesSpace
from likewise.modalities.sequence.tuning import Tuning, quantiles


@given(st.floats(0.5, 2.0), st.floats(-1.0, 1.0))
def test_drawn_scores_get_the_quantiles_of_the_real_ones(scale, shift):
    rng = np.random.default_rng(0)
    real, drawn = rng.normal(size=(4000, 2)), rng.standard_t(4, size=(4000, 2)) * scale + shift
    tuning = Tuning.fit(drawn, quantiles(real))
    tuned = tuning.applied(drawn)
    shares = [0.05, 0.5, 0.95]
    assert np.allclose(np.quantile(tuned, shares, axis=0), np.quantile(real, shares, axis=0), atol=0.05)
    order = np.argsort(drawn[:, 0])
    assert (np.diff(tuned[order, 0]) >= 0).all()
    assert np.array_equal(tuning.applied(drawn[:3]), tuned[:3])
    again = Tuning.from_state(tuning.state())
    assert again is not None and np.array_equal(again.applied(drawn), tuned)


def test_a_channel_that_never_changes_stays():
    steps = np.stack([np.zeros(50), np.arange(50.0)], axis=1)
    assert np.allclose(Tuning.fit(steps, quantiles(steps)).applied(steps), steps)


def test_a_space_is_tuned_to_draws_that_are_too_narrow_and_kept_so_in_its_file():
    rng = np.random.default_rng(0)
    cells, given_ = list(rng.normal(size=(400, 6, 1))), np.zeros((400, 0), dtype=np.float32)
    space, lessons = SeriesSpace.fit(cells, given_, seed=0)

    def narrow(told, rng):
        return (0.7 * rng.normal(size=(len(told), space.size))).astype(np.float32)

    tuned = space.tuned(lessons, narrow, 0)
    again = SeriesSpace.from_state(*tuned.state())
    made, as_read, plain = (
        np.stack(own.make(given_, lambda told: narrow(told, np.random.default_rng(1)), np.random.default_rng(1)))
        for own in (tuned, again, space)
    )
    assert plain.std() < 0.8 < 0.95 < made.std() < 1.05
    assert np.array_equal(made, as_read)
