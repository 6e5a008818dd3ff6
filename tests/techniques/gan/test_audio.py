"""Hold the sounds of a GAN to their classes, to odd sets, and to the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

import likewise
from likewise.core.schema import Column, Schema

torch = pytest.importorskip("torch")

RATE = 8000
SCHEMA = Schema(columns=(Column(name="sound", kind="audio", rate=RATE),))


def hisses(n, samples=900):
    """Noise that falls silent in its first half, or in its second."""
    rng = np.random.default_rng(0)
    sounds = rng.normal(0, 0.2, (n, samples, 1)).astype(np.float32)
    first = np.arange(n) % 2 == 0
    sounds[first, samples // 2 :] = 0
    sounds[~first, : samples // 2] = 0
    return {"sound": sounds, "when": np.where(first, "early", "late").tolist()}


def fitted_to(table, epochs):
    return likewise.fit(table, technique="gan", schema=SCHEMA, epochs=epochs, device="cpu")


@pytest.fixture(scope="module")
def model():
    return fitted_to(hisses(128), 50)


def test_drawn_sounds_are_of_their_class(model):
    rows = model.sample(40)
    sounds = np.asarray(rows["sound"])
    assert sounds.shape == (40, 900, 1) and sounds.dtype == np.float32
    early = np.abs(sounds[:, :450]).mean((1, 2)) > np.abs(sounds[:, 450:]).mean((1, 2))
    assert (early == (np.asarray(rows["when"]) == "early")).mean() > 0.9


def test_the_same_seed_gives_the_same_bytes_before_and_after_a_file(model, tmp_path):
    model.save(tmp_path / "model.lkw")
    first, again = (np.asarray(m.sample(9, seed=4)["sound"]) for m in (model, likewise.load(tmp_path / "model.lkw")))
    assert first.tobytes() == again.tobytes()


def test_lengths_channels_and_conditions():
    rng = np.random.default_rng(0)
    sounds = [rng.normal(0, 0.1, (own, 2)).astype(np.float32) for own in (300, 500, 800, 0)]
    fitted = fitted_to({"sound": sounds, "kind": ["a", "b", "a", "b"]}, 1)
    drawn = fitted.sample(5, given={"kind": "b"})
    assert set(drawn["kind"]) == {"b"} and all(own.shape[1] == 2 and len(own) <= 800 for own in drawn["sound"])
