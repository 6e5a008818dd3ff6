"""The pace of clips: frames a second, changed by leaving out and repeating frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.modalities.image.pillow import Bytes

SAME = 10
"""Milliseconds by which the times of an even animation may differ, for a GIF counts in hundredths of a second."""


def at_rate(clip: Bytes, rate: int, wanted: int) -> Bytes:
    """Return a clip in another number of frames a second: at each moment the frame that is shown then.

    >>> at_rate(np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1), 2, 4).ravel().tolist()
    [0, 0, 1, 1, 2, 2, 3, 3]
    """
    if rate == wanted or not len(clip):
        return clip
    count = max(1, round(len(clip) * wanted / rate))
    places = ((np.arange(count) + 0.5) * rate / wanted).astype(np.intp)
    return clip[np.minimum(places, len(clip) - 1)]


def evenly(frames: Bytes, times: npt.NDArray[Any]) -> tuple[Bytes, int]:
    """Return pictures that are shown for their own times, in milliseconds, as frames of one length, and their rate.

    Where the times differ the shortest is the length of a frame.

    >>> clip, rate = evenly(np.arange(2, dtype=np.uint8).reshape(2, 1, 1, 1), np.array([100, 300]))
    >>> clip.ravel().tolist(), rate
    ([0, 1, 1, 1], 10)
    """
    if np.ptp(times) <= SAME:
        return frames, max(1, round(1000 * len(frames) / int(times.sum())))
    step = int(times.min())
    ends = np.cumsum(times)
    middles = (np.arange(max(1, round(int(ends[-1]) / step))) + 0.5) * step
    return frames[np.minimum(np.searchsorted(ends, middles, side="right"), len(frames) - 1)], max(1, round(1000 / step))
