"""Clips by any technique that draws ways: as asked, saved, the same for the same seed, each for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.networks.frames.moving import clips, drawn, learned

import likewise
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import FitError

pytest.importorskip("torch")

TECHNIQUES = ("vae", "gan")


@pytest.fixture(scope="module", params=TECHNIQUES)
def model(request: Any) -> Any:
    return learned(request.param)


def test_clips_are_drawn_as_they_were_learned(model: Any) -> None:
    made = Table.from_any(model.sample(7, seed=1))
    column = made.schema["clip"]
    assert column.kind == "video" and column.shape == (5, 8, 8, 1) and model.schema["clip"].rate == 12
    again = from_bytes(to_bytes(model))
    assert np.array_equal(drawn(model, 7, seed=1), drawn(again, 7, seed=1))
    assert not np.array_equal(drawn(model, 7, seed=1), drawn(model, 7, seed=2))


def test_a_clip_does_not_depend_on_those_beside_it(model: Any) -> None:
    asked = Table.from_any({"way": ["falls"] * 70})
    many = model.cells.make(asked, np.random.default_rng(3))
    few = model.cells.make(asked.slice(0, 5), np.random.default_rng(3))
    assert np.array_equal(many[:5], few)
    assert model.cells.make(asked.slice(0, 0), np.random.default_rng(3)).shape == (0, 5, 8, 8, 1)


def test_motion_goes_the_way_that_is_asked_for(model: Any) -> None:
    rows = np.arange(8)[:, None]

    def path(way: str) -> Any:
        bright = np.maximum(drawn(model, 20, given={"way": way})[..., 0].astype(float) - 60, 0).sum(axis=3) + 1e-9
        return (bright * rows[None, None, :, 0]).sum(2) / bright.sum(2)

    falls, rises = path("falls"), path("rises")
    assert np.median(falls[:, -1] - falls[:, 0]) > 0.7 and np.median(rises[:, -1] - rises[:, 0]) < -0.7


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_clips_of_several_lengths_and_fewer_than_a_batch(technique: str) -> None:
    data = clips(6)["clip"]
    lengths = [data[0], data[1], data[2][:3], np.concatenate([data[3], data[4]]), data[5][:0], None]
    model = likewise.fit({"clip": lengths}, technique=technique, epochs=1)
    assert len(model.card.notes) == 3 and drawn(model, 2).shape == (2, 5, 8, 8, 1)
    still = likewise.fit({"clip": data[:3, :1]}, technique=technique, epochs=1)
    assert drawn(still, 2).shape == (2, 1, 8, 8, 1)
    with pytest.raises(FitError, match="one clip"):
        likewise.fit({"clip": data[:1]}, technique=technique)
