"""Learning pictures by a game of two networks, which begins where an autoencoder of them ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.core.table import Table
from likewise.networks.building import built
from likewise.networks.conditioning import Conditioner
from likewise.networks.gaussians import Gaussians
from likewise.networks.pictures import SHOWN, Bytes, Pictures, sheet, to_pixels
from likewise.networks.points import STEPS, TOLD, encoded, latent_numbers, learn_points
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.image.build import Build
from likewise.techniques.gan.image.maker import PictureMaker

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.layers.autoencoder import PictureVAE
    from likewise.techniques.gan.image.game import Game
    from likewise.techniques.gan.image.networks import Generator

READING = 0.2
"""The share of the time, or of the epochs, in which pictures are only read and drawn again."""

GAME_STEPS, BATCH = 6000, 64
"""Steps of the game where neither time nor epochs are given, and pictures a step."""

TELLING_RATE, PASSING_RATE = 1e-3, 2e-4
"""Learning rates of the discriminator and the generator. A generator that moves faster than it is judged forgets what
it could when the game began."""

GAMMA = 0.3
"""How strongly slopes of the discriminator are penalised."""

FEW = 20_000
"""Pictures below which some are changed before they are judged, once they are known by heart."""

BETAS = (0.5, 0.99)
"""How much of older gradients is kept, and of their squares; with none of the former a game is worth less."""


def learn_pictures(subject: Subject, effort: Effort) -> Learnt:
    """Return a maker of pictures like those of a column, under the attributes beside them.

    Raises FitError where there are fewer than two pictures, one without pixels, or channels that do not go together.
    """
    assert subject.media is not None
    cells, attributes = subject.cells()
    pictures = Pictures.of(cells, subject.media.name, effort.size, effort.device)
    maker = learn_maker(pictures, attributes, effort)
    column = subject.media.model_copy(update={"shape": pictures.shape, "nullable": False, "reason": ""})
    return Learnt(maker, (column,), pictures.notes)


def learn_maker(pictures: Pictures, attributes: Table, effort: Effort) -> PictureMaker:
    """Return a maker of pictures (two at least, of whatever they show) under attributes, a row of them for each."""
    torch = require("torch", extra="deep")
    conditioner = Conditioner.fit(attributes)
    condition = conditioner.encode(attributes, len(pictures.pixels))
    latent = latent_numbers(pictures.shape)
    reading, playing = (_with_epochs(effort, share) for share in (READING, 1 - READING))
    network, maps = learn_points(pictures, reading, latent=latent, steps=STEPS, share=READING, told=TOLD)
    means, spreads = encoded(network, pictures.pixels, effort.device)
    deviations = np.exp(spreads / 2)
    prior = Gaussians.fit(means, deviations**2, condition)
    data = (maps, condition, prior.groups(condition), means, deviations)
    generator = _played(network, prior, [torch.as_tensor(part) for part in data], playing)
    return PictureMaker(generator, prior, conditioner, effort.device)


def _with_epochs(effort: Effort, share: float) -> Effort:
    """Return the effort with a share of the epochs, if there are any; seconds are parted as they are spent."""
    epochs = effort.budget.epochs
    return effort if epochs is None else replace(effort, budget=replace(effort.budget, epochs=epochs * share))


def _played(network: PictureVAE, prior: Gaussians, data: list[Tensor], effort: Effort) -> Generator:
    """Return a generator that began as the decoder of `network`, when it has played."""
    from likewise.techniques.gan.image.game import Game
    from likewise.techniques.gan.image.networks import Discriminator, Generator

    maps, condition = data[:2]
    build = Build.of((*maps.shape[2:], maps.shape[1]), condition.shape[1], effort.device)
    generator = built(lambda: Generator(network), effort.seed, "generator")
    discriminator = built(lambda: Discriminator(build), effort.seed, "discriminator")
    tensors = prior.tensors(effort.device.name)
    game = Game(generator, discriminator, tensors, GAMMA, changes=len(maps) < FEW)
    phases = [
        Phase("telling", discriminator, game.telling, rate=TELLING_RATE, betas=BETAS, warmup=50, average=None),
        Phase("passing", generator, game.passing, rate=PASSING_RATE, betas=BETAS, warmup=200),
    ]
    plan = Plan(GAME_STEPS, effort.batch_size or BATCH, effort.device, effort.budget.part(1))
    preview = _preview(game, [part[:SHOWN].to(effort.device.name) for part in data], effort.seed)
    train(phases, data, plan, seed=effort.seed, progress=effort.progress, what="game of two networks", preview=preview)
    return generator


def _preview(game: Game, shown: list[Tensor], seed: int) -> Callable[[], Bytes]:
    """Return what draws the pictures of a preview, of the same points each time."""
    torch = require("torch", extra="deep")

    def preview() -> Bytes:
        rng = torch.Generator(shown[0].device).manual_seed(seed)
        with torch.no_grad():
            return sheet(to_pixels(game.drawn(shown, rng), game.generator.build.shape[:2]))

    return preview
