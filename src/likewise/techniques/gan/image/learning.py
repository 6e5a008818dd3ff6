"""Learn the pictures of a column: first as what they are read as again, then by the game of two networks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from likewise.core.extras import require
from likewise.core.seeds import generator as seeded
from likewise.core.table import Table
from likewise.modalities.image.geometry import Size
from likewise.networks.building import built
from likewise.networks.conditioning import Conditioner
from likewise.networks.flow import normal_noise
from likewise.networks.gaussians import Gaussians, placed
from likewise.networks.pictures import SHOWN, Bytes, Pictures, sheet, to_maps, to_pixels
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort, Learnt
from likewise.networks.training import Phase, Plan, train
from likewise.techniques.gan.image.build import Build
from likewise.techniques.gan.image.maker import PictureMaker

if TYPE_CHECKING:
    from torch import Tensor

    from likewise.networks.gaussians import Floats
    from likewise.techniques.gan.image.networks import Autoencoder, Generator

READING = 0.25
"""The share of the time, or of the epochs, in which pictures are only read and drawn again."""

STEPS = 8000
"""Steps in all where neither time nor epochs are given."""

BATCH = 64

TELLING_RATE, PASSING_RATE, READING_RATE = 1e-3, 3e-4, 1e-3
"""Learning rates of the discriminator, the generator, and of both before the game. A generator that moves faster than
it is judged forgets what it could when the game began."""

GAMMA = 0.3
"""How strongly slopes of the discriminator are penalised."""

FEW = 20_000
"""Pictures below which some are changed before they are judged, once they are known by heart."""

BETAS = (0.5, 0.99)
"""How much of older gradients is kept, and of their squares; with none of the former a game is worth less."""

AT_ONCE = 256
"""Pictures that are turned into maps in one pass."""


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
    build = Build.of(pictures.shape, conditioner.width, effort.device)
    conditions = conditioner.encode(attributes, len(pictures.pixels))
    data = [_bytes(pictures, build.multiple), torch.from_numpy(conditions)]
    generator, prior = _trained(build, pictures.shape[:2], data, effort)
    return PictureMaker(generator, prior, conditioner, pictures.shape[:2])


def _bytes(pictures: Pictures, multiple: int) -> Tensor:
    """Return maps as whole numbers from 0 to 255, a quarter of the memory; losses make them numbers from -1 to 1."""
    torch = require("torch", extra="deep")
    parts = range(0, len(pictures.pixels), AT_ONCE)
    maps = [to_maps(pictures.pixels[start : start + AT_ONCE], multiple) for start in parts]
    joined: Tensor = torch.cat([own.add(1).mul(127.5).round().byte() for own in maps])
    return joined


def _trained(build: Build, size: Size, data: list[Tensor], effort: Effort) -> tuple[Generator, Gaussians]:
    """Return a generator of pictures of a size that was trained in both ways, and what its noise is drawn from."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.image.game import Game, rereading
    from likewise.techniques.gan.image.networks import Autoencoder, Discriminator, Generator

    seed = effort.seed
    generator = built(lambda: Generator(build), seed, "generator")
    discriminator = built(lambda: Discriminator(build), seed, "discriminator")
    reader = built(lambda: Autoencoder(generator, discriminator), seed, "reader")
    first = Phase("reading", reader, rereading(reader), rate=READING_RATE)
    plan = _plan(effort, game=False)
    train([first], data, plan, seed=seed, progress=effort.progress, what="drawing again")
    conditions = data[1].numpy()
    prior = Gaussians.fit(*_read(reader, data, effort.device.name), conditions)
    data = [*data, torch.from_numpy(prior.groups(conditions))]
    tensors = prior.tensors(effort.device.name)
    game = Game(generator, discriminator, tensors, GAMMA, changes=len(data[0]) < FEW)
    phases = [
        Phase("telling", discriminator, game.telling, rate=TELLING_RATE, betas=BETAS, warmup=50, average=None),
        Phase("passing", generator, game.passing, rate=PASSING_RATE, betas=BETAS, warmup=50),
    ]
    noise = normal_noise(seeded(seed, "preview"), (min(SHOWN, len(data[0])), build.noise), effort.device.name)
    asked, groups = (part[: len(noise)].to(effort.device.name) for part in data[1:])
    noise = placed(noise, asked, groups, tensors)

    def preview() -> Bytes:
        with torch.no_grad():
            return sheet(to_pixels(generator(noise, asked), size))

    plan = _plan(effort, game=True)
    train(phases, data, plan, seed=seed, progress=effort.progress, what="game of two networks", preview=preview)
    return generator, prior


def _read(reader: Autoencoder, data: list[Tensor], device: str) -> tuple[Floats, Floats]:
    """Return the mean and the variance of the noise that each picture is read as: rows x noise, both."""
    torch = require("torch", extra="deep")
    from likewise.techniques.gan.image.game import numbers

    with torch.no_grad():
        read = [torch.stack(reader.read(numbers(maps.to(device)))).cpu() for maps in data[0].split(AT_ONCE)]
    means, spreads = torch.cat(read, dim=1).numpy()
    return means, np.exp(spreads)


def _plan(effort: Effort, *, game: bool) -> Plan:
    """Return how long the game may take, of what is left, or what comes before it."""
    share = 1 - READING if game else READING
    epochs = effort.budget.epochs
    budget = effort.budget.part(1 if game else READING)
    budget = replace(budget, epochs=None if epochs is None else epochs * share)
    return Plan(max(1, round(STEPS * share)), effort.batch_size or BATCH, effort.device, budget)
