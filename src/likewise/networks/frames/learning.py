"""Learning frames: a variational autoencoder whose points move evenly where frames do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.networks.building import built
from likewise.networks.clips import Clips
from likewise.networks.device import Device
from likewise.networks.pictures import Bytes, to_maps
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Budget, Phase, Plan, train

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from likewise.networks.frames.network import FrameVAE
    from likewise.networks.training.phase import Batch

Floats = npt.NDArray[np.float32]

FRAME_STEPS, FRAME_CLIPS, FRAME_RATE = 1000, 16, 2e-3
"""Steps in which frames are learned where nothing is said, clips a step, and the learning rate."""

TOLD = 5.0
"""How much it costs what points tell of frames: neighbouring pixels are alike, so that few numbers tell them all."""

OTHERS = 2
"""Frames of a clip that tell what stays in it."""

CURVE = 1.0
"""How much it costs when points of three frames in a row do not lie on a line, evenly spaced."""

AT_ONCE = 64
"""Clips that are encoded at once."""


def learn_frames(clips: Clips, effort: Effort, budget: Budget) -> FrameVAE:
    """Return the network of frames, trained on three neighbouring frames of each clip of a batch."""
    torch = require("torch", extra="deep")
    from likewise.networks.frames.network import Build, FrameVAE

    length, height, width, channels = clips.shape
    build = Build((height, width, channels))
    network = built(lambda: FrameVAE(build), effort.seed, "frames").to(memory_format=torch.channels_last)
    maps = to_maps(clips.pixels.reshape(-1, height, width, channels), build.multiple)
    data = maps.reshape(len(clips.pixels), length, *maps.shape[1:])
    phase = Phase("frames", network, Frames(network, min(length, 3)), rate=FRAME_RATE, warmup=40, clip=1.0)
    plan = Plan(FRAME_STEPS, FRAME_CLIPS, effort.device, budget)
    train([phase], [data], plan, seed=effort.seed, progress=effort.progress, what="learning frames")
    return cast("FrameVAE", network)


@dataclass(frozen=True, eq=False)
class Frames:
    """The loss of frames: how far pixels are off, what their points tell, and how crooked their ways are.

    Neighbouring frames are learned together; what stays in a clip is read from other frames of it, so that it cannot
    tell where things are. The variance of pixels is that of their errors (Rybkin et al. 2021, "Simple and effective VAE
    training with calibrated decoders"), so that nothing has to be weighed by hand.
    """

    network: FrameVAE
    span: int

    def __call__(self, batch: Batch, rng: Generator) -> Tensor:
        """Return the loss of some frames in a row of each clip of a batch, per pixel."""
        torch = require("torch", extra="deep")
        from likewise.networks.frames.network import unrolled

        (clips,) = batch
        rows, length = clips.shape[:2]
        start = torch.randint(length - self.span + 1, (rows, 1), generator=rng, device=clips.device)
        beside = torch.randint(length, (rows, OTHERS), generator=rng, device=clips.device)
        places = torch.cat([start + torch.arange(self.span, device=clips.device), beside], dim=1)
        seen = clips[torch.arange(rows, device=clips.device)[:, None], places]
        frames = seen[:, : self.span].flatten(0, 1)
        still = self.network.build.content
        mean, spread = (own.unflatten(0, (rows, -1)) for own in self.network.encode(seen.flatten(0, 1)))
        mean, spread = (torch.cat([own[:, self.span :, :still].mean(1), own[:, : self.span, still:].flatten(1)], dim=1)
                        for own in (mean, spread))  # fmt: skip
        ways = mean + (spread / 2).exp() * torch.randn(mean.shape, generator=rng, device=mean.device)
        error = (self.network.decode(unrolled(ways, self.network.build)) - frames).square().mean()
        told = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(dim=1).mean() / self.span
        numbers = frames[0].numel()
        loss = 0.5 * numbers * torch.log(error + 1e-5) + TOLD * told
        if self.span == 3:
            first, second, third = mean[:, still:].unflatten(1, (self.span, -1)).unbind(1)
            loss = loss + CURVE * (first - 2 * second + third).square().sum(dim=1).mean()
        return loss / numbers


def encoded(network: FrameVAE, pixels: Bytes, device: Device) -> tuple[Floats, Floats]:
    """Return the means of ways and the logarithms of their variances: clips x content + frames * motion, both."""
    torch = require("torch", extra="deep")
    build, frames = network.build, pixels.shape[1]
    found: list[list[Floats]] = [[np.empty((0, build.content + frames * build.motion), np.float32)] * 2]
    network = network.to(device.name).eval()
    with torch.no_grad():
        for start in range(0, len(pixels), AT_ONCE):
            own = pixels[start : start + AT_ONCE]
            maps = to_maps(own.reshape(-1, *own.shape[2:]), build.multiple).to(device.name)
            parts = (part.cpu().numpy().reshape(*own.shape[:2], -1) for part in network.encode(maps))
            found.append([_rolled(part, build.content) for part in parts])
    means, spreads = (np.concatenate(side) for side in zip(*found, strict=True))
    return means, spreads


def _rolled(points: Floats, content: int) -> Floats:
    """Return the points of frames (clips x frames x latent) as ways: what stays is the mean of all frames."""
    still, moving = points[:, :, :content].mean(axis=1), points[:, :, content:]
    return np.concatenate([still, moving.reshape(len(points), -1)], axis=1)
