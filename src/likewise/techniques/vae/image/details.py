"""What points do not tell of a picture, drawn: a second flow adds to decoded pictures what they lack of real ones.

A decoder gives the mean of all pictures that a point may stand for, which is smooth. What is left over, texture and
edges, looks alike everywhere and in all pictures, so that a small convolutional flow learns it of few (Pandey et al.
2022, "DiffuseVAE", a generator and a refiner).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.core.seeds import generator
from likewise.networks.building import built
from likewise.networks.flow import condition_width, flow_draw, flow_loss
from likewise.networks.gaussians import Floats
from likewise.networks.pictures import SHOWN, Bytes, sheet, to_pixels
from likewise.networks.saving import nested, under, weights_of, with_weights
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Phase, Plan, train

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.flow import Velocity
    from likewise.networks.layers.autoencoder import Build, PictureVAE
    from likewise.networks.layers.maps import MapVelocity
    from likewise.networks.training.phase import Batch

STEPS, BATCH, RATE = 1250, 64, 2e-3
"""Steps in which details are learned, pictures a step, and the learning rate."""

WIDTHS, NARROW = (48, 96), (32, 64)
"""Channels of the two scales of the flow, and where a pixel is a place of its own, of which there is little to tell."""

DRAWN = 5
"""Heun steps from noise to details: given the picture there is little way to go."""

HIDDEN = 0.1
"""The share of pictures that are learned without their conditions, for points may be decoded without any."""

LEAST = 1e-3
"""The least spread of details: of pictures that come back as they were nothing is added."""


@dataclass(frozen=True, eq=False)
class Details:
    """Add to decoded pictures what they lack of real ones; `spread` is the standard deviation of that.

    Cells of `side` x `side` pixels are one place of the flow's maps. Conditions have `width` numbers.
    """

    flow: MapVelocity
    spread: float
    side: int
    width: int

    def added(self, pictures: Tensor, noise: Tensor, condition: Tensor | None) -> Tensor:
        """Return decoded pictures with details made of noise; both rows x channels x height x width.

        Of pictures whose conditions are not known it is None.
        """
        given, start = (self._cells(own) for own in (pictures, noise))
        told = given.new_zeros((len(given), self.width)) if condition is None else condition
        made = flow_draw(self._beside(given), start, told, steps=DRAWN, known=condition is not None)
        return pictures + self.spread * self._pixels(made)

    def loss(self, real: Tensor, pictures: Tensor, condition: Tensor, rng: Generator) -> Tensor:
        """Return the loss of the flow where `pictures` were decoded for real ones."""
        given = self._cells(pictures)
        lacking = self._cells((real - pictures) / self.spread)
        return flow_loss(self._beside(given), lacking, condition, rng, drop=HIDDEN)

    def _beside(self, given: Tensor) -> Velocity:
        flow: Any = self.flow
        return partial(flow, given=given)

    def _cells(self, pictures: Tensor) -> Tensor:
        torch = require("torch", extra="deep")
        return torch.nn.functional.pixel_unshuffle(pictures, self.side)

    def _pixels(self, cells: Tensor) -> Tensor:
        torch = require("torch", extra="deep")
        return torch.nn.functional.pixel_shuffle(cells, self.side)

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return nested("flow", weights_of(self.flow)) | {"spread": np.array([self.spread])}

    @classmethod
    def from_state(cls, build: Build, width: int, arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        flow = with_weights(_flow(build, width), under("flow", arrays))
        return cls(flow, float(arrays["spread"][0]), _side(build), width)


def learn_details(
    network: PictureVAE, maps: Tensor, points: tuple[Floats, Floats], condition: Floats, effort: Effort
) -> Details:
    """Learn what pictures (`maps`) have that those decoded at their points have not, under conditions.

    `points` are the means and the standard deviations of the points of each picture.
    """
    torch = require("torch", extra="deep")
    name = effort.device.name
    network.to(name).eval()
    means, deviations, told = map(torch.from_numpy, (*points, condition))
    flow = built(lambda: _flow(network.build, condition.shape[1]), effort.seed, "details")
    flow.to(memory_format=torch.channels_last)
    spread = _spread(network, maps, means, name)
    details = Details(flow, spread, _side(network.build), condition.shape[1])

    def loss(batch: Batch, rng: Generator) -> Tensor:
        real, mean, deviation, beside = batch
        with torch.no_grad():
            point = mean + deviation * torch.randn(mean.shape, generator=rng, device=mean.device)
            decoded = network.decode(point)
        return details.loss(real, decoded, beside, rng)

    noise = generator(effort.seed, "preview").standard_normal(maps[:SHOWN].shape, dtype=np.float32)

    def preview() -> Bytes:
        with torch.no_grad():
            decoded = network.decode(means[:SHOWN].to(name))
            drawn = details.added(decoded, torch.from_numpy(noise).to(name), told[:SHOWN].to(name))
            return sheet(to_pixels(drawn, network.build.shape[:2]))

    plan = Plan(STEPS, max(effort.batch_size or 0, BATCH), effort.device, effort.budget.part(1))
    phase = Phase("details", flow, loss, rate=RATE, warmup=100, average=0.1)
    data = [maps, means, deviations, told]
    train([phase], data, plan, seed=effort.seed, progress=effort.progress, what="learning details", preview=preview)
    return details


def _spread(network: PictureVAE, maps: Tensor, means: Tensor, device: str) -> float:
    """Return the standard deviation of what decoded pictures lack, of some of them."""
    torch = require("torch", extra="deep")
    some = slice(0, None, -(-len(maps) // 512))
    with torch.no_grad():
        lacking = maps[some].to(device) - network.decode(means[some].to(device))
    return max(LEAST, float(lacking.square().mean().sqrt()))


def _side(build: Build) -> int:
    """Return the pixels of a side that are one place: maps of twice the sides of the smallest of the network."""
    return build.multiple // 2


def _flow(build: Build, width: int) -> MapVelocity:
    from likewise.networks.layers.maps import MapVelocity

    channels = build.shape[2] * _side(build) ** 2
    return MapVelocity(channels, channels, condition_width(width), *(NARROW if _side(build) == 1 else WIDTHS))
