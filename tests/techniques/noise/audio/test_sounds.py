"""Laws of operations on sounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.modalities.audio.spectrum import power
from likewise.techniques.noise import Noise
from likewise.techniques.noise.audio import SOUNDS

RATE = 8000
RNG = np.random.default_rng(0)
TIME = np.arange(4000) / RATE
TONES = np.stack([0.4 * np.sin(2 * np.pi * hertz * TIME) for hertz in (200, 440, 700, 1000, 1500, 2000)])
STEPS = [step.op for step in SOUNDS]


def table_of(sounds: Any, rate: int | None = RATE, **more: Any) -> Table:
    columns = [Column(name="sound", kind="audio", rate=rate)]
    columns += [Column(name=name, kind="audio", rate=rate) for name in more]
    return Table.from_any(
        {"sound": sounds, **more, "label": [str(i) for i in range(len(sounds))]}, Schema(columns=tuple(columns))
    )


def changed(step: Any, sounds: Any = TONES, seed: int = 1, **more: Any) -> Any:
    table = table_of(sounds, **more)
    made = Noise(steps=[step]).fit(table).perturb(table, seed=seed)
    assert made["label"] == table.to_dict()["label"]
    return made["sound"]


def peak(sound: np.ndarray[Any, Any]) -> float:
    part = np.asarray(sound).reshape(-1)[len(sound) // 4 : -len(sound) // 4]
    size = np.abs(np.fft.rfft(part * np.hanning(len(part)), n=1 << 16))
    return float(np.argmax(size) * RATE / (1 << 16))


@pytest.mark.parametrize("op", STEPS)
@pytest.mark.parametrize("channels", [1, 2])
def test_type_and_range_are_kept_and_something_happens(op: str, channels: int) -> None:
    sounds = np.repeat(TONES[:, :, None], channels, axis=2).astype(np.float32)
    model = Noise(steps=[op]).fit(table_of(sounds))
    made = model.perturb(table_of(sounds), seed=1)["sound"]
    again = model.perturb(table_of(sounds[:3]), seed=1)["sound"]  # whatever follows
    assert len(made) == 6 and all(np.array_equal(a, b) for a, b in zip(made[:3], again, strict=True))
    for one, own in zip(made, sounds, strict=True):
        assert one.dtype == np.float32 and one.shape[1] == channels and np.abs(one).max() <= 1
        assert not np.array_equal(one, own) and np.isfinite(one).all()
        assert len(one) == len(own) or op == "time_stretch"


@pytest.mark.parametrize("op", STEPS)
def test_silence_short_clips_and_missing_ones(op: str) -> None:
    sounds: list[Any] = [np.zeros(500, np.float32), None, np.ones(1, np.float32) / 2, TONES[0, :37].astype(np.float32)]
    made = changed(op, sounds)
    assert made[1] is None and not np.any(made[0]) and all(np.isfinite(s).all() for s in made if s is not None)
    assert [len(s) for s in made if s is not None] == [500, 1, 37] or op == "time_stretch"


@pytest.mark.parametrize("snr", [-10.0, 0.0, 7.5, 30.0])
@pytest.mark.parametrize("colour", ["white", "pink", "brown"])
def test_noise_stands_as_far_below_as_asked(snr: float, colour: str) -> None:
    made = changed({"background_noise": {"snr": snr, "colour": colour}})
    for one, own in zip(made, TONES, strict=True):
        gain = float(np.dot(one, own) / np.dot(own, own)) if snr > 20 else _gain(one, own, snr)
        assert abs(10 * np.log10(power(gain * own) / power(one - gain * own)) - snr) < 0.1


def _gain(one: Any, own: Any, snr: float) -> float:
    """The factor that sound and noise were turned down by: the sum of their powers tells."""
    gains = np.linspace(0.01, 1, 9901)
    powers = np.array([power(one - g * own) for g in gains[::33]])
    ratio = 10 * np.log10(gains[::33] ** 2 * power(own) / powers)
    at = gains[::33][np.argmin(np.abs(ratio - snr))]
    near = np.linspace(at - 0.004, at + 0.004, 400)
    return float(near[np.argmin([abs(10 * np.log10(g * g * power(own) / power(one - g * own)) - snr) for g in near])])


def test_noise_from_clips_is_the_clip() -> None:
    clips = [RNG.normal(size=(900, 1)).astype(np.float32) / 9 for _ in range(6)]
    made = changed({"background_noise": {"snr": 20, "clips": "street"}}, TONES * 0.5, street=clips)
    for one, own, clip in zip(made, TONES * 0.5, clips, strict=True):
        noise = one - own
        assert abs(10 * np.log10(power(own) / power(noise)) - 20) < 0.1
        matches = [np.abs(np.corrcoef(np.roll(clip[:, 0], -s), noise[:900])[0, 1]) for s in range(900)]
        assert max(matches) > 0.999
    gone: list[Any] = [None] * 6
    with_gaps = changed({"background_noise": {"clips": "street"}}, TONES, street=[*gone[:5], clips[5]])
    assert np.allclose(with_gaps[0], TONES[0], atol=1e-6) and not np.allclose(with_gaps[5], TONES[5], atol=1e-4)


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_a_stretched_sound_keeps_its_pitch(factor: float) -> None:
    table = table_of(TONES)
    model = Noise(steps=[{"time_stretch": {"factor": factor}}]).fit(table)
    assert model.schema["sound"].shape == (round(4000 * factor), 1)
    made = model.perturb(table)["sound"]
    assert made.shape == (6, round(4000 * factor))
    assert all(abs(peak(one) - hertz) < 8 for one, hertz in zip(made, (200, 440, 700, 1000, 1500, 2000), strict=True))


@pytest.mark.parametrize("semitones", [-7, -1, 4, 12])
def test_a_shifted_pitch_keeps_the_length(semitones: int) -> None:
    made = changed({"pitch_shift": {"semitones": semitones}})
    assert made.shape == TONES.shape
    for one, hertz in zip(made[:5], (200, 440, 700, 1000, 1500), strict=True):
        assert abs(peak(one) / (hertz * 2 ** (semitones / 12)) - 1) < 0.03


def test_levels() -> None:
    assert np.allclose(changed({"gain": {"decibels": -6}}), TONES * 10**-0.3, atol=1e-6)
    assert np.abs(changed({"gain": {"decibels": 40}})).max() == 1
    loud = (TONES * 5).astype(np.float32)
    assert np.abs(changed({"gain": {"decibels": 40}}, loud)).max() <= 2.01
    cut = changed({"clipping": {"level": 0.25}})
    assert np.allclose(np.abs(cut).max(axis=1), 0.1, atol=1e-4)
    late = changed({"time_shift": {"shift": 0.25}})
    assert np.allclose(late[:, 1000:], TONES[:, :-1000], atol=1e-6) and not late[:, :1000].any()
    early = changed({"time_shift": {"shift": -0.25, "around": True}})
    assert np.allclose(early, np.roll(TONES, -1000, axis=1), atol=1e-6)
    assert np.allclose(changed({"time_shift": {"shift": 0}}), TONES, atol=1e-6)


def test_rooms_and_lines() -> None:
    click = np.zeros((6, 4000), dtype=np.float32)
    click[:, 100] = 0.5
    hall = changed({"reverb": {"decay": 0.4, "wet": 1}}, click)
    assert np.allclose([power(s) for s in hall], power(click), rtol=1e-3) and np.abs(hall[:, :100]).max() < 1e-9
    early, late = np.square(hall[:, 150:600]).mean(), np.square(hall[:, 2500:3000]).mean()
    assert 10 * np.log10(late / early) < -25
    rooms = [np.array([[1.0], [0], [0.5]], dtype=np.float32)] * 6
    own = changed({"reverb": {"response": "room"}}, click, room=rooms)
    assert abs(own[0, 102] / own[0, 100] - 0.5) < 1e-3
    line = changed({"band_filter": {"low": 600, "high": 1200}})
    left = [np.sqrt(power(a) / power(b)) for a, b in zip(line, TONES, strict=True)]
    assert left[0] < 0.1 and left[3] > 0.8 and left[5] < 0.25
    noise = RNG.normal(size=(6, 4000)).astype(np.float32) / 8
    holes = changed({"spec_augment": {"bands": 1, "width": 0.5, "spans": 0}}, noise)
    assert all(0.3 < power(a) / power(b) <= 1.001 for a, b in zip(holes, noise, strict=True))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"reverb": {}}, "fit.no-rate"),
        ({"band_filter": {}}, "fit.no-rate"),
        ({"background_noise": {"clips": "label"}}, "fit.kind"),
        ({"background_noise": {"clips": "street"}}, "settings.unknown-column"),
        ({"background_noise": {"colour": "blue"}}, "settings.invalid"),
        ({"time_stretch": {"factor": 0}}, "settings.invalid"),
        ({"clipping": {"level": [0.5, 2]}}, "settings.invalid"),
        ({"mirror": {}}, "fit.no-columns"),
    ],
)
def test_bad_settings(step: Any, code: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        Noise.from_dict({"steps": [step]}).fit(table_of(TONES, rate=None))
    assert fault.value.code == code
