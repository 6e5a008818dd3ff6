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

STEPS, BATCH, RATE = 1100, 64, 2e-3
"""Steps in which details are learned, pictures a step, and the learning rate."""

WIDTHS, NARROW = (48, 96), (32, 64)
"""Channels of the two scales of the flow, and where a pixel is a place of its own, of which there is little to tell."""

DRAWN = 5
"""Heun steps from noise to details: given the picture there is little way to go."""

LEAST = 1e-3
"""The least spread of details: of pictures that come back as they were nothing is added."""


@dataclass(frozen=True, eq=False)
class Details:
    """Add to decoded pictures what they lack of real ones; `spread` is the standard deviation of that.

    Cells of `side` x `side` pixels are one place of the flow's maps.
    """

    flow: MapVelocity
    spread: float
    side: int

    def added(self, pictures: Tensor, noise: Tensor) -> Tensor:
        """Return decoded pictures with details made of noise; both rows x channels x height x width."""
        given, start = (self._cells(own) for own in (pictures, noise))
        made = flow_draw(self._beside(given), start, _nothing(given), steps=DRAWN)
        return pictures + self.spread * self._pixels(made)

    def loss(self, real: Tensor, pictures: Tensor, rng: Generator) -> Tensor:
        """Return the loss of the flow where `pictures` were decoded for real ones."""
        given = self._cells(pictures)
        lacking = self._cells((real - pictures) / self.spread)
        return flow_loss(self._beside(given), lacking, _nothing(given), rng)

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
    def from_state(cls, build: Build, arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        flow = with_weights(_flow(build), under("flow", arrays))
        return cls(flow, float(arrays["spread"][0]), _side(build))


def learn_details(network: PictureVAE, maps: Tensor, points: tuple[Floats, Floats], effort: Effort) -> Details:
    """Learn what pictures (`maps`) have that those decoded at their points have not.

    `points` are the means and the standard deviations of the points of each picture.
    """
    torch = require("torch", extra="deep")
    name = effort.device.name
    network.to(name).eval()
    means, deviations = map(torch.from_numpy, points)
    flow = built(lambda: _flow(network.build), effort.seed, "details")
    flow.to(memory_format=torch.channels_last)
    spread = _spread(network, maps, means, name)
    details = Details(flow, spread, _side(network.build))

    def loss(batch: Batch, rng: Generator) -> Tensor:
        real, mean, deviation = batch
        with torch.no_grad():
            point = mean + deviation * torch.randn(mean.shape, generator=rng, device=mean.device)
            decoded = network.decode(point)
        return details.loss(real, decoded, rng)

    noise = generator(effort.seed, "preview").standard_normal(maps[:SHOWN].shape, dtype=np.float32)

    def preview() -> Bytes:
        with torch.no_grad():
            decoded = network.decode(means[:SHOWN].to(name))
            drawn = details.added(decoded, torch.from_numpy(noise).to(name))
            return sheet(to_pixels(drawn, network.build.shape[:2]))

    plan = Plan(STEPS, max(effort.batch_size or 0, BATCH), effort.device, effort.budget.part(1))
    phase = Phase("details", flow, loss, rate=RATE, warmup=100, average=0.1)
    data = [maps, means, deviations]
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


def _flow(build: Build) -> MapVelocity:
    from likewise.networks.layers.maps import MapVelocity

    channels = build.shape[2] * _side(build) ** 2
    return MapVelocity(channels, channels, condition_width(0), *(NARROW if _side(build) == 1 else WIDTHS))


def _nothing(rows: Tensor) -> Tensor:
    """Return conditions of no width: what pictures lack is told by the pictures."""
    return rows.new_zeros((len(rows), 0))
