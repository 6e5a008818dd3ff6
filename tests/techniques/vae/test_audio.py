"""Hold the sounds of a VAE to their classes and lengths, to any odd set, to the same bytes, and to points and back."""

from __future__ import annotations

import numpy as np
import pytest

import likewise
from likewise.core.schema import Column, Schema
from likewise.errors import FitError, SchemaError
from likewise.modalities.audio.maps import SoundMaps

torch = pytest.importorskip("torch")

RATE = 8000
SCHEMA = Schema(columns=(Column(name="sound", kind="audio", rate=RATE),))
PITCHES = {"low": 500.0, "high": 2000.0}


def tones(n, *, ragged=True, channels=1, seed=0):
    """Tones, low ones long and high ones short where lengths differ, as loud as they like."""
    rng = np.random.default_rng(seed)
    names = ["low", "high"] * (n // 2) + ["low"] * (n % 2)
    sounds = []
    for name in names:
        samples = (1500 if name == "low" else 700) + rng.integers(0, 100) if ragged else 1000
        wave = rng.uniform(0.3, 0.8) * np.sin(2 * np.pi * PITCHES[name] * np.arange(samples) / RATE + rng.uniform(0, 6))
        sounds.append(np.repeat(wave.astype(np.float32)[:, None], channels, axis=1))
    return {"sound": sounds, "pitch": names}


def pitch_of(sound):
    heard = np.abs(np.fft.rfft(np.asarray(sound)[:, 0])).argmax() * RATE / len(sound)
    return min(PITCHES, key=lambda name: abs(np.log(max(heard, 1) / PITCHES[name])))


def agreeing(rows):
    return np.mean([pitch_of(sound) == name for sound, name in zip(rows["sound"], rows["pitch"], strict=True)])


def fitted_to(table, epochs):
    return likewise.fit(table, technique="vae", schema=SCHEMA, epochs=epochs, device="cpu")


@pytest.fixture(scope="module")
def model():
    return fitted_to(tones(96), 60)


def test_drawn_sounds_are_of_their_class_and_as_long(model):
    rows = model.sample(40)
    assert all(sound.dtype == np.float32 and sound.shape[1] == 1 for sound in rows["sound"])
    assert agreeing(rows) > 0.9
    lengths = {name: np.median([len(s) for s, own in zip(rows["sound"], rows["pitch"], strict=True) if own == name])
               for name in PITCHES}  # fmt: skip
    assert abs(lengths["low"] - 1550) < 150 and abs(lengths["high"] - 750) < 150
    assert all(0.02 < np.sqrt((np.asarray(sound) ** 2).mean()) < 0.8 for sound in rows["sound"])


def test_any_class_on_request(model):
    rows = model.sample(10, given={"pitch": "high"})
    assert set(rows["pitch"]) == {"high"} and agreeing(rows) > 0.8


def test_the_same_seed_gives_the_same_bytes_before_and_after_a_file(model, tmp_path):
    model.save(tmp_path / "model.lkw")
    first, again, other = (m.sample(20, seed=seed)["sound"] for m, seed in
                           ((model, 1), (likewise.load(tmp_path / "model.lkw"), 1), (model, 2)))  # fmt: skip
    assert [own.tobytes() for own in first] == [own.tobytes() for own in again]
    assert [own.tobytes() for own in first] != [own.tobytes() for own in other]


def test_sounds_come_back_from_their_points(model):
    table = tones(20, seed=9)
    points = model.encode(table)
    back = model.decode(points)["sound"]
    assert agreeing({"sound": back, "pitch": table["pitch"]}) > 0.9
    assert all(abs(len(own) - len(sound)) < 200 for own, sound in zip(back, table["sound"], strict=True))
    one = model.encode({name: cells[:1] for name, cells in table.items()})
    assert (one == points[:1]).all() and (np.asarray(model.decode(one)["sound"][0]) == np.asarray(back[0])).all()


def test_strange_sounds_are_told_from_usual_ones(model):
    usual, rng = tones(20, seed=9), np.random.default_rng(0)
    strange = {**usual, "sound": [rng.normal(0, 0.2, (1500, 1)).astype(np.float32) for _ in usual["sound"]]}
    assert np.median(model.anomaly(strange)) > 2 * np.median(model.anomaly(usual))


def test_sounds_of_other_channels_are_encoded_and_empty_ones_are_not(model):
    mono = tones(4)
    stereo = {**mono, "sound": [np.repeat(sound, 2, axis=1) for sound in mono["sound"]]}
    assert np.allclose(model.encode(mono), model.encode(stereo), atol=1e-3)
    with pytest.raises(SchemaError, match="no sample"):
        model.encode({**mono, "sound": [np.zeros((0, 1), np.float32)] * 4})


@pytest.mark.parametrize("channels", [1, 2])
def test_sounds_of_one_length_come_in_one_array(channels):
    fitted = fitted_to(tones(12, ragged=False, channels=channels), 2)
    drawn = fitted.sample(5)["sound"]
    assert np.asarray(drawn).shape == (5, 1000, channels)
    assert len(fitted.sample(0)["sound"]) == 0
    assert fitted.schema["sound"].rate == RATE and fitted.schema["sound"].shape == (1000, channels)


@pytest.mark.parametrize(
    "sounds",
    [
        [np.zeros((900, 1))] * 6,
        [np.ones((900, 1))] * 6,
        [np.full((1, 1), 0.5)] * 3,
        [np.linspace(-1, 1, own)[:, None] for own in (3, 900, 40, 7)],
        [np.linspace(-1, 1, 90_000)[:, None]],
        [np.zeros((0, 1)), np.linspace(-1, 1, 700)[:, None], np.linspace(-1, 1, 600)[:, None], None],
    ],
    ids=["silent", "constant", "one sample", "short and long", "one long", "empty and missing"],
)
def test_odd_sets_can_be_learned(sounds):
    cells = [None if own is None else own.astype(np.float32) for own in sounds]
    drawn = fitted_to({"sound": cells}, 2).sample(3)["sound"]
    assert all(np.isfinite(own).all() and np.abs(own).max() <= 1 and len(own) for own in drawn)


def test_no_sound_at_all_is_said():
    with pytest.raises(FitError, match="no sound") as caught:
        fitted_to({"sound": [np.zeros((0, 1), np.float32)] * 3}, 1)
    assert caught.value.hint


def test_long_sounds_are_cut_and_the_card_says_so():
    sounds = [np.random.default_rng(k).normal(0, 0.1, (30_000, 1)).astype(np.float32) for k in range(4)]
    fitted = fitted_to({"sound": sounds}, 1)
    assert any("2.05 seconds" in note for note in fitted.card.notes)
    assert np.asarray(fitted.sample(2)["sound"]).shape[1] < 16_400


def test_sounds_are_learned_at_other_paces_pitches_and_loudness_too():
    from likewise.techniques.vae.audio.changes import LOUDNESS, PACE, PITCH, UNCHANGED, Changes

    changes = Changes.of(SoundMaps.of(tones(4)["sound"], RATE, 64))

    def changed(maps):
        first, again = (changes(maps, torch.Generator().manual_seed(0)) for _ in range(2))
        assert (first == again).all() and first.shape == maps.shape
        return first

    even = changed(torch.zeros(200, 1, 40, 48)).flatten(1) / changes.decibel
    assert abs(float((even.abs().amax(1) < 1e-5).float().mean()) - UNCHANGED) < 0.1
    assert LOUDNESS - 0.5 < float(even.abs().max()) < LOUDNESS + 0.01
    crossing = torch.full((200, 1, 40, 48), changes.silence)
    crossing[:, :, 20], crossing[..., 30] = 0.5, 0.5
    seen = changed(crossing)[:, 0]
    for places, at, most in ((seen[:, :, 0].argmax(1), 20, PACE), (seen[:, 0].argmax(1), 30, PITCH)):
        assert 0.5 * most < float((places / at - 1).abs().max()) < most + 1 / at
    for quiet in (-1.0, changes.silence):
        alone = torch.full((200, 1, 40, 48), quiet)
        assert torch.allclose(changed(alone), alone, atol=1e-5)
