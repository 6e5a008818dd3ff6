"""Hold the GAN of pictures to what it was taught: classes that look right, any sizes, odd sets, the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import likewise
from likewise.techniques.gan import GAN

torch = pytest.importorskip("torch")

from likewise.networks.device import Device  # noqa: E402
from likewise.networks.layers import autoencoder  # noqa: E402
from likewise.techniques.gan.image.augment import augmented  # noqa: E402
from likewise.techniques.gan.image.build import Build  # noqa: E402
from likewise.techniques.gan.image.game import Game  # noqa: E402
from likewise.techniques.gan.image.networks import NOISE, Discriminator, Generator  # noqa: E402

PROCESSOR, CARD = Device("cpu", half=False), Device("cuda", half=True)


def lit(n: int, side: int = 8, colours: int = 1):
    """Pictures whose upper (`up`) or lower half is light, by a little more or less."""
    rng = np.random.default_rng(0)
    up = rng.random(n) < 0.5
    pictures = np.full((n, side, side, colours), 20, dtype=np.uint8)
    bright = rng.integers(180, 250, n)
    for k in range(n):
        pictures[k, : side // 2] = bright[k] if up[k] else 20
        pictures[k, side // 2 :] = 20 if up[k] else bright[k]
    return pictures, np.where(up, "up", "down")


@pytest.fixture(scope="module")
def model():
    pictures, half = lit(200)
    return GAN(epochs=40, device="cpu").fit({"picture": pictures, "half": half}, seed=1)


def halves(pictures):
    upper, lower = pictures[:, :4].mean((1, 2, 3)), pictures[:, 4:].mean((1, 2, 3))
    return upper - lower


def test_classes_are_drawn_as_they_look(model):
    drawn = model.sample(200, seed=3)
    assert drawn["picture"].shape == (200, 8, 8, 1) and drawn["picture"].dtype == np.uint8
    up = np.asarray(drawn["half"]) == "up"
    contrast = halves(drawn["picture"].astype(float))
    assert 60 < up.sum() < 140
    assert (contrast[up] > 60).mean() > 0.95 and (contrast[~up] < -60).mean() > 0.95


def test_a_class_is_drawn_on_request(model):
    drawn = model.sample(20, given={"half": "down"}, seed=3)
    assert (halves(drawn["picture"].astype(float)) < 0).all()


def test_pictures_differ_from_each_other(model):
    pictures = model.sample(50, given={"half": "up"}, seed=3)["picture"].reshape(50, -1)
    assert len(np.unique(pictures, axis=0)) > 45 and pictures[:, :32].mean(1).std() > 3


def test_the_same_seed_gives_the_same_bytes_also_after_saving(model, tmp_path):
    path = tmp_path / "it.likewise"
    model.save(path)
    again = likewise.load(path)
    one, two = model.sample(9, seed=5)["picture"], again.sample(9, seed=5)["picture"]
    assert (one == two).all() and (one != model.sample(9, seed=6)["picture"]).any()


def test_the_same_seed_trains_the_same_networks():
    pictures, half = lit(30)
    one, two = (GAN(epochs=2, device="cpu").fit({"it": pictures, "half": half}, seed=4) for _ in range(2))
    assert (one.sample(5, seed=0)["it"] == two.sample(5, seed=0)["it"]).all()


@pytest.mark.parametrize("shape", [(6, 9, 3), (5, 5, 4), (1, 1, 1), (16, 7, 2), (33, 20, 3)])
def test_pictures_of_any_shape_keep_it(shape):
    pictures = np.random.default_rng(0).integers(0, 256, (6, *shape), dtype=np.uint8)
    drawn = GAN(epochs=1, device="cpu").fit({"it": pictures}, seed=0).sample(3, seed=0)["it"]
    assert drawn.shape == (3, *shape)


def test_attributes_may_be_several_with_gaps_and_levels_that_one_picture_has():
    pictures, half = lit(40)
    table = {"it": pictures, "half": [*half[:30], *[None] * 10], "kind": [*["a"] * 39, "alone"]}
    drawn = GAN(epochs=1, device="cpu").fit(table, seed=0).sample(200, seed=0)
    assert drawn["it"].shape == (200, 8, 8, 1) and "alone" in set(drawn["kind"])


def test_constant_pictures_are_drawn_about_constant():
    pictures = np.full((40, 8, 8, 1), 200, dtype=np.uint8)
    drawn = GAN(epochs=100, device="cpu").fit({"it": pictures}, seed=0).sample(5, seed=0)["it"]
    assert abs(drawn.astype(float) - 200).mean() < 40


def test_missing_pictures_are_left_out():
    pictures, _ = lit(10)
    drawn = GAN(epochs=1, device="cpu").fit({"it": [None, *pictures[1:]]}, seed=0).sample(4, seed=0)["it"]
    assert all(cell is not None for cell in drawn)


def test_a_discriminator_grows_with_pictures_and_with_the_device():
    builds = [Build.of((side, side, 3), 0, PROCESSOR) for side in (8, 28, 32, 64, 128)]
    assert [len(b.channels) for b in builds] == [1, 2, 3, 4, 5]
    assert all(min(a.base) >= 4 for a in builds)
    wide = Build.of((64, 64, 3), 0, CARD).channels
    assert all(a > b for a, b in zip(wide, builds[3].channels, strict=True))


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (12, 10), (15, 15), (16, 16), (20, 33), (28, 28), (64, 17), (9, 64)])
def test_a_discriminator_sees_pictures_as_an_autoencoder_pads_them(shape):
    pad = picture_build(shape).multiple
    sides = [-(-side // pad) * pad for side in shape]
    build = Build.of((*sides, 1), 0, PROCESSOR)
    assert Discriminator(build)(torch.zeros(2, 1, *sides), torch.zeros(2, 0)).shape == (2,)


def picture_build(shape, channels=1):
    return autoencoder.Build((*shape, channels), 4)


def test_a_slope_is_measured_by_small_steps():
    """The penalty of a discriminator that is a straight line is the square of its slope."""

    class Line(torch.nn.Module):
        def forward(self, pictures, condition):
            return 3.0 * pictures[:, 0, 0, 0] + 4.0 * pictures[:, 0, 5, 5]

    rng = torch.Generator().manual_seed(0)
    generator = Generator(autoencoder.PictureVAE(picture_build((8, 8))))
    points = torch.zeros(4000, 4)
    batch = [torch.rand(4000, 1, 8, 8, generator=rng) * 2 - 1, torch.zeros(4000, 0),
             torch.zeros(4000, dtype=torch.int64), points, points]  # fmt: skip
    prior = (torch.zeros(1, 4), *torch.eye(4).expand(2, 1, -1, -1))
    games = [Game(generator, Line(), prior, gamma, changes=False) for gamma in (0.0, 1.0)]
    losses = [game.telling(batch, torch.Generator().manual_seed(1)) for game in games]
    assert float(losses[1] - losses[0]) == pytest.approx(25.0, rel=0.1)


def test_half_of_what_is_drawn_is_of_points_of_the_real_pictures():
    generator = Generator(autoencoder.PictureVAE(picture_build((8, 8)))).eval()
    means = torch.arange(8.0)[:, None].expand(8, 4)
    batch = [torch.zeros(8, 1, 8, 8), torch.zeros(8, 0), torch.zeros(8, dtype=torch.int64), means, 0 * means]
    prior = (torch.zeros(1, 4), *torch.eye(4).expand(2, 1, -1, -1))
    game = Game(generator, Discriminator(Build.of((8, 8, 1), 0, PROCESSOR)), prior, 1.0, changes=False)
    with torch.no_grad():
        drawn = game.drawn(batch, torch.Generator().manual_seed(0))
        read = generator(means, torch.zeros(8, NOISE))  # noise means nothing before training
    assert torch.allclose(drawn[:4], read[:4], atol=1e-5) and not torch.allclose(drawn[4:], read[4:], atol=1e-2)


def test_gradients_flow_through_changed_pictures():
    pictures = torch.rand(6, 3, 9, 12, requires_grad=True)
    augmented(pictures, torch.tensor(1.0), torch.Generator().manual_seed(0)).square().sum().backward()
    assert pictures.grad is not None and (pictures.grad != 0).any(3).any(2).any(1).all()


@pytest.mark.parametrize("colours", [1, 2, 3, 4])
def test_a_share_of_pictures_is_changed_and_opacity_only_moved(colours):
    pictures = torch.rand(400, colours, 9, 12)
    kept = augmented(pictures, torch.tensor(0.25), torch.Generator().manual_seed(0))
    same = (kept == pictures).flatten(1).all(1).float().mean()
    assert 0.68 < float(same) < 0.88  # a few moves are by nothing
    assert (augmented(pictures, torch.tensor(0.0), torch.Generator().manual_seed(0)) == pictures).all()
    if colours == 4:
        solid = torch.cat([pictures[:, :3], torch.ones(400, 1, 9, 12)], dim=1)
        opacity = augmented(solid, torch.tensor(1.0), torch.Generator().manual_seed(0))[:, 3]
        assert set(opacity.unique().tolist()) <= {0.0, 1.0}


def test_a_discriminator_that_knows_pictures_by_heart_sees_more_of_them_changed():
    judge = Discriminator(Build.of((8, 8, 1), 0, PROCESSOR))
    shares = []
    for told in (1.0, 1.0, 0.7, 0.5):
        judge.heed(torch.tensor(told))
        shares.append(float(judge.changed))
    assert 0 < shares[0] < shares[1] > shares[2] > shares[3] == 0


def test_a_discriminator_reads_what_a_generator_makes():
    made = Generator(autoencoder.PictureVAE(picture_build((28, 44), 3)))(torch.randn(2, 4), torch.randn(2, NOISE))
    assert made.shape == (2, 3, 32, 48)
    judge = Discriminator(Build.of((32, 48, 3), 5, PROCESSOR))
    assert judge(made, torch.zeros(2, 5)).shape == (2,)


def test_previews_of_a_run_show_what_is_drawn_by_then(tmp_path: Path) -> None:
    cells = np.random.default_rng(0).integers(0, 255, (40, 8, 10, 3), dtype=np.uint8)
    plain = GAN(epochs=8).fit({"picture": cells}, seed=0)
    kept = GAN(epochs=8, folder=str(tmp_path)).fit({"picture": cells}, seed=0)
    found = sorted((tmp_path / "game-of-two-networks").glob("preview-*.png"))
    assert found
    with Image.open(found[-1]) as picture:
        assert picture.size == (8 * 10, 4 * 8)
    assert (kept.sample(5)["picture"] == plain.sample(5)["picture"]).all()
