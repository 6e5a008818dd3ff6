"""How large the networks of pictures are: as deep as the pictures are large, as wide as the device can bear."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

from likewise.networks.device import Device

SMALLEST = 4
"""Cells of the shorter side of the smallest map, at least."""

FINEST = {"cpu": 32, "cuda": 64}
"""Channels of the largest map, which has half the sides of pictures; each smaller map has twice as many."""

WIDEST = {"cpu": 64, "cuda": 512}
"""Channels of a map at most."""

NOISE = 64
"""Numbers that a picture is made from, beside its conditions."""


@dataclass(frozen=True)
class Build:
    """Say how the two networks are built.

    `base` has the sides of the smallest map, `channels` the channels of the maps from the smallest one on, each with
    twice the sides of the one before; pictures have twice the sides of the last one. `colours` are the channels of
    pictures, `condition` is the length of a vector of attributes.
    """

    base: tuple[int, int]
    channels: tuple[int, ...]
    colours: int
    condition: int
    noise: int = NOISE

    @classmethod
    def of(cls, shape: tuple[int, int, int], condition: int, device: Device) -> Self:
        """Return what suits pictures of a shape (height, width, channels) on a device."""
        depth = max(1, int(math.log2(max(1, min(shape[:2]) / SMALLEST))))
        kind = "cpu" if device.name == "cpu" else "cuda"
        channels = tuple(min(WIDEST[kind], FINEST[kind] * 2**place) for place in reversed(range(depth)))
        base = math.ceil(shape[0] / 2**depth), math.ceil(shape[1] / 2**depth)
        return cls(base, channels, shape[2], condition)

    @property
    def multiple(self) -> int:
        """What the sides of pictures are brought to multiples of."""
        return 1 << len(self.channels)

    def state(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"base": list(self.base), "channels": list(self.channels), "colours": self.colours,
                "condition": self.condition, "noise": self.noise}  # fmt: skip

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Self:
        """Rebuild it from a model file."""
        return cls(tuple(meta["base"]), tuple(meta["channels"]), meta["colours"], meta["condition"], meta["noise"])
