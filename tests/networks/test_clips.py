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
    assert Clips.of([clip(3, 40)] * 2, "c", frames=None, size=16, device=CPU).shape == (3, 16, 16, 1)


def test_a_setting_is_named_only_where_it_would_help() -> None:
    bounded = Clips.of([clip(9), clip(9)], "c", frames=4, size=None, device=CPU)
    usual = Clips.of([clip(4), clip(4), clip(9)], "c", frames=None, size=None, device=CPU)
    assert ["set `frames`" in note for note in (*bounded.notes, *usual.notes)] == [True, False]


def test_clips_of_one_frame_are_clips() -> None:
    assert Clips.of([clip(1), clip(1)], "c", frames=None, size=None, device=CPU).shape == (1, 4, 4, 1)


@pytest.mark.parametrize(("cells", "code"), [([clip(0)], "fit.no-clips"), ([clip(3), clip(0)], "fit.one-clip")])
def test_no_clip_and_one_alone_are_refused(cells: list[np.ndarray], code: str) -> None:
    with pytest.raises(FitError) as fault:
        Clips.of(cells, "c", frames=None, size=None, device=CPU)
    assert fault.value.code == code and fault.value.where == "c"
