"""The pace of clips: frames are left out or repeated, none are mixed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.video.pace import at_rate, evenly

RATES = st.integers(1, 60)


@given(st.integers(1, 40), RATES, RATES)
def test_a_clip_keeps_its_length_in_time_and_its_order(frames: int, rate: int, wanted: int) -> None:
    clip = np.arange(frames, dtype=np.uint8).reshape(-1, 1, 1, 1)
    made = at_rate(clip, rate, wanted).ravel()
    assert (
        abs(len(made) / wanted - frames / rate) <= max(1 / wanted, 0.5 / wanted)
        and (np.diff(made.astype(int)) >= 0).all()
    )
    middles = (np.arange(len(made)) + 0.5) / wanted
    shown = np.minimum((middles * rate).astype(int), frames - 1)
    assert np.array_equal(made, shown)


@given(st.lists(st.sampled_from([40, 80, 120, 400]), min_size=1, max_size=12))
def test_animations_of_uneven_times_are_shown_as_long(times: list[int]) -> None:
    frames = np.arange(len(times), dtype=np.uint8).reshape(-1, 1, 1, 1)
    made, rate = evenly(frames, np.array(times))
    step = 1000 / rate
    counts = np.bincount(made.ravel(), minlength=len(times))
    assert np.abs(counts * step - np.array(times)).max() <= step + 0.1 * max(times)


def test_an_empty_clip_stays_empty() -> None:
    assert at_rate(np.zeros((0, 2, 2, 3), np.uint8), 5, 10).shape == (0, 2, 2, 3)
