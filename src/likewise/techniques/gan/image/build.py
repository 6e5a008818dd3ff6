"""How large a discriminator is: as deep as pictures are large, as wide as the device can bear."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from likewise.networks.device import Device

SMALLEST = 4
"""Cells of the shorter side of the smallest map, at least."""

FINEST = {"cpu": 32, "cuda": 64}
"""Channels of the largest map, which has half the sides of pictures; each smaller map has twice as many."""

WIDEST = {"cpu": 64, "cuda": 512}
"""Channels of a map at most."""


@dataclass(frozen=True)
class Build:
    """Say how a discriminator of pictures is built.

    `base` has the sides of the smallest map, `channels` the channels of the maps from the smallest one on, each with
    twice the sides of the one before; pictures have twice the sides of the last one. `colours` are the channels of
    pictures, `condition` is the length of a vector of attributes.
    """

    base: tuple[int, int]
    channels: tuple[int, ...]
    colours: int
    condition: int

    @classmethod
    def of(cls, shape: tuple[int, int, int], condition: int, device: Device) -> Self:
        """Return what suits pictures of a shape (height, width, channels) on a device."""
        depth = max(1, int(math.log2(max(1, min(shape[:2]) / SMALLEST))))
        kind = "cpu" if device.name == "cpu" else "cuda"
        channels = tuple(min(WIDEST[kind], FINEST[kind] * 2**place) for place in reversed(range(depth)))
        base = math.ceil(shape[0] / 2**depth), math.ceil(shape[1] / 2**depth)
        return cls(base, channels, shape[2], condition)
