"""Clips are brought to one length and size: long ones in parts, short ones by their last frame."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.errors import FitError
from likewise.networks.clips import MOST_WINDOWS, Clips
from likewise.networks.device import Device

CPU = Device("cpu", False)


def clip(frames: int, size: int = 4, channels: int = 1) -> np.ndarray:
    return np.arange(frames, dtype=np.uint8)[:, None, None, None] * np.ones((1, size, size, channels), np.uint8)


def times(clips: Clips) -> list[list[int]]:
    return clips.pixels[:, :, 0, 0, 0].tolist()


def test_clips_of_one_length_are_as_they_were() -> None:
    even = Clips.of([clip(5), clip(5)], "c", frames=None, size=None, device=CPU)
    assert even.shape == (5, 4, 4, 1) and even.notes == () and even.rows.tolist() == [0, 1]
    assert times(even) == [[0, 1, 2, 3, 4]] * 2


def test_long_clips_are_parted_and_short_ones_wait_on_their_last_frame() -> None:
    even = Clips.of([clip(4), clip(4), clip(9), clip(2), clip(0)], "c", frames=None, size=None, device=CPU)
    assert even.rows.tolist() == [0, 1, 2, 2, 3]
    assert times(even)[2:] == [[0, 1, 2, 3], [5, 6, 7, 8], [0, 1, 1, 1]]
    assert [note.split(":")[0] for note in even.notes] == ["`c`"] * 3
    assert len(Clips.of([clip(200)], "c", frames=2, size=None, device=CPU).rows) == MOST_WINDOWS


def test_frames_are_brought_to_one_size_and_number_of_channels() -> None:
    even = Clips.of([clip(3, 8, 3), clip(3, 8, 3), clip(3, 6, 1)], "c", frames=None, size=None, device=CPU)
    assert even.shape == (3, 8, 8, 3) and len(even.notes) == 2
    assert Clips.of([clip(3, 40)], "c", frames=None, size=16, device=CPU).shape == (3, 16, 16, 1)


def test_no_clip_at_all_is_refused() -> None:
    with pytest.raises(FitError, match="no clip"):
        Clips.of([clip(0)], "c", frames=None, size=None, device=CPU)
