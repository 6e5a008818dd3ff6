"""Hold details to what decoded pictures lack, and to their row alone."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.progress import quiet
from likewise.core.table import Table
from likewise.networks.building import built
from likewise.networks.device import Device, one_thread
from likewise.networks.pictures import Pictures, to_maps
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Budget

torch = pytest.importorskip("torch")

from likewise.networks.layers.autoencoder import Build, PictureVAE  # noqa: E402
from likewise.techniques.vae.image import learning  # noqa: E402
from likewise.techniques.vae.image.details import Details, learn_details  # noqa: E402

PROCESSOR = Device("cpu", half=False)


def effort(epochs):
    return Effort(Budget(epochs, None), None, PROCESSOR, 0, quiet)


def speckled(n=128):
    """Grey pictures of 4 x 4 with a texture that no point could tell: columns that are bright or dark by chance."""
    dark = np.random.default_rng(0).integers(0, 2, (n, 1, 4, 1))
    return np.broadcast_to(90 + 80 * dark, (n, 4, 4, 1)).astype(np.uint8)


def shade(maps):
    """Conditions: whether most columns are bright."""
    return (maps.mean(dim=(1, 2, 3))[:, None] > 0.05).numpy().astype(np.float32)


@pytest.fixture(scope="module")
def learned():
    build = Build((4, 4, 1), 4)
    network = built(lambda: PictureVAE(build), 0, "pictures").eval()
    maps = to_maps(speckled(), build.multiple)
    points = np.zeros((len(maps), 4), dtype=np.float32)
    with one_thread():
        return network, maps, learn_details(network, maps, (points, points + 0.1), shade(maps), effort(110))


def added(learned, details, rows=200, bright=None):
    network, _, _ = learned
    rng = torch.Generator().manual_seed(1)
    told = None if bright is None else torch.full((rows, 1), float(bright))
    with one_thread(), torch.no_grad():
        decoded = network.decode(torch.zeros(rows, 4))
        return decoded, details.added(decoded, torch.randn(decoded.shape, generator=rng), told)


def test_what_decoded_pictures_lack_is_added(learned):
    _, maps, details = learned
    decoded, drawn = added(learned, details)
    columns = drawn[:, 0].mean(dim=1).flatten()
    assert drawn[:, 0].std(dim=1).mean() < 0.15 < maps.std(), "a column is of one shade"
    assert (columns - maps[:, 0].mean(dim=1).flatten().quantile(0.25)).abs().quantile(0.2) < 0.2
    assert abs(float(columns.std()) - float(maps.std())) < 0.25 * float(maps.std())
    assert float((decoded[: len(maps)] - maps).square().mean().sqrt()) == pytest.approx(details.spread, rel=0.2)


def test_they_go_with_conditions(learned):
    dark, bright = (added(learned, learned[2], bright=level)[1].mean() for level in (0, 1))
    assert bright - dark > 0.1


def test_they_are_the_same_from_a_file(learned):
    network, _, details = learned
    again = Details.from_state(network.build, 1, details.state())
    assert torch.equal(added(learned, details)[1], added(learned, again)[1])


def test_details_of_a_row_do_not_hang_on_how_many_follow(monkeypatch):
    monkeypatch.setattr(learning, "PLAIN", learning.DETAILED)  # as on a graphics card
    pixels = speckled(32)
    maker = learning.learn_maker(Pictures(pixels, ()), Table.from_any({"kind": ["a", "b"] * 16}), effort(1))
    assert maker.details is not None
    few, more = (maker.make(Table.from_any({"kind": ["a"] * n}), np.random.default_rng(0)) for n in (3, 90))
    assert (few == more[:3]).all() and not (few[0] == few[1]).all()
