"""Maps hold sounds of any length, tell where they end, and are heard as what they were seen from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.modalities.audio.maps import SILENCE, SoundMaps

RATE = 8000


def tone(samples: int, hertz: float = 700, channels: int = 1) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(samples) / RATE).astype(np.float32)
    return np.repeat(wave[:, None], channels, axis=1)


@pytest.mark.parametrize("lengths", [(4000, 2500, 3000), (3000, 3000, 3000)])
def test_sounds_come_back_from_their_maps(lengths: tuple[int, ...]) -> None:
    sounds = [tone(own, 300 * k + 400) for k, own in enumerate(lengths)]
    maps = SoundMaps.of(sounds, RATE, 64)
    assert maps.ragged == (len(set(lengths)) > 1)
    again = maps.heard(maps.seen(sounds))
    for sound, back in zip(sounds, again, strict=True):
        assert abs(len(back) - len(sound)) <= maps.hop and back.dtype == np.float32
        pitch = np.abs(np.fft.rfft(back[:, 0])).argmax() / len(back)
        assert pitch == pytest.approx(np.abs(np.fft.rfft(sound[:, 0])).argmax() / len(sound), rel=0.05)
        assert np.sqrt((back**2).mean()) == pytest.approx(np.sqrt((sound**2).mean()), rel=0.25)


def test_the_end_of_a_sound_is_told_from_silence() -> None:
    ends_silent = np.concatenate([tone(2000), np.zeros((2000, 1), np.float32)])
    maps = SoundMaps.of([ends_silent, tone(4000), tone(1000)], RATE, 64)
    seen = maps.seen([ends_silent, tone(1000)])
    assert abs(maps.lengths(seen)[0] - 4000) <= maps.hop and abs(maps.lengths(seen)[1] - 1000) <= maps.hop
    assert seen[0, -1].min() == SILENCE and seen[1, -1].max() == 0


def test_long_sounds_are_cut_and_frames_overlap_less() -> None:
    short, long = (SoundMaps.of([tone(own)], RATE, 64) for own in (8000, 80_000))
    assert (short.hop, long.hop) == (128, 256)
    assert (
        long.shape[0] == 64
        and long.samples < 64 * 256
        and len(long.heard(long.seen([tone(80_000)]))[0]) == long.samples
    )


def test_one_long_sound_does_not_stretch_the_map_of_all() -> None:
    maps = SoundMaps.of([tone(2000)] * 99 + [tone(9000)], RATE, 64)
    assert maps.samples == 2000


def test_bands_are_finer_the_more_is_heard_and_channels_come_back_alike() -> None:
    assert [SoundMaps.of([tone(20_000)], rate, 64).bands for rate in (8000, 16_000, 44_100)] == [48, 64, 64]
    maps = SoundMaps.of([tone(3000, channels=2)], RATE, 64)
    (back,) = maps.heard(maps.seen([tone(3000, channels=2)]))
    assert back.shape == (3000, 2) and (back[:, 0] == back[:, 1]).all()


def test_silence_alone_stays_silent() -> None:
    silent = np.zeros((3000, 1), np.float32)
    maps = SoundMaps.of([silent, silent[:2000]], RATE, 64)
    assert not np.concatenate(maps.heard(maps.seen([silent]))).any()


def test_a_constant_and_a_full_scale_square_stay_within_full_scale() -> None:
    for sound in (np.ones((3000, 1), np.float32), np.sign(tone(3000))):
        maps = SoundMaps.of([sound], RATE, 64)
        assert np.abs(maps.heard(maps.seen([sound]))[0]).max() <= 1


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(1, 3000), min_size=1, max_size=4), rate=st.sampled_from([1, 8000, 48_000]))
def test_any_lengths(lengths: list[int], rate: int) -> None:
    sounds = [tone(own) for own in lengths]
    maps = SoundMaps.of(sounds, rate, 64)
    seen = maps.seen(sounds)
    assert seen.shape == (len(sounds), *maps.shape)
    for sound, back in zip(sounds, maps.heard(seen), strict=True):
        assert abs(len(back) - min(len(sound), maps.samples)) <= maps.hop and np.isfinite(back).all()


def test_they_come_back_from_a_file() -> None:
    maps = SoundMaps.of([tone(3000), tone(1000)], RATE, 64)
    assert SoundMaps.from_state(maps.state()) == maps
