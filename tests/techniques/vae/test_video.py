"""Clips by a VAE are taken to their ways and back."""

from __future__ import annotations

import numpy as np
import pytest
from tests.networks.frames.moving import clips, learned

from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError

pytest.importorskip("torch")


def test_clips_are_taken_to_points_and_back() -> None:
    model, data = learned("vae"), clips(6)
    points = model.encode(data)
    first = {name: values[:2] for name, values in data.items()}
    assert points.shape[0] == 6 and np.allclose(points[:2], model.encode(first), atol=1e-4)
    back = np.asarray(Table.from_any(model.reconstruct(data)).tensor("clip"))
    assert np.abs(back.astype(int) - data["clip"]).mean() < 30
    odd = {"clip": 255 - data["clip"], "way": data["way"]}
    assert np.median(model.anomaly(odd)) > np.median(model.anomaly(data))
    with pytest.raises(SettingsError):
        model.decode(points[:, :-1])
    with pytest.raises(SchemaError, match="channels"):
        model.encode({"clip": np.repeat(data["clip"], 3, axis=4), "way": data["way"]})
