"""Changes of the maps of sounds as speakers make them: slower, higher, louder; so that few sounds tell of more."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from likewise.modalities.audio.maps import SoundMaps

PACE, PITCH, LOUDNESS = 0.15, 0.05, 4.0
"""How much longer or shorter, higher or lower (as parts) and louder or softer (in dB) sounds become at most."""

UNCHANGED = 0.5
"""The share of maps that stay as they are."""


@dataclass(frozen=True)
class Changes:
    """Change maps (rows x 1 x frames x bands, from -1 to 1): each by its own pace, pitch and loudness.

    `silence` is the number of silence, below which lies what comes after the end of a sound, and `decibel` what a sound
    that is a decibel louder has more. Points tell how their sounds were changed, and points are drawn around those of
    unchanged ones, so that no change leaks into what is drawn (as by conditions in Karras et al. 2022, "Elucidating the
    design space of diffusion-based generative models").
    """

    silence: float
    decibel: float

    @classmethod
    def of(cls, maps: SoundMaps) -> Changes:
        """Return the changes of sounds that became such maps."""
        return cls(maps.silence / 127.5 - 1, math.log(10) / 20 / maps.step / 127.5)

    def __call__(self, maps: Tensor, rng: Generator) -> Tensor:
        """Return changed maps."""
        moving = (torch.rand(len(maps), generator=rng, device=maps.device) >= UNCHANGED).float()

        def within(most: float) -> Tensor:
            return most * moving * (2 * torch.rand(len(maps), generator=rng, device=maps.device) - 1)

        moved = _scaled(maps, within(math.log1p(PACE)).exp(), within(math.log1p(PITCH)).exp())
        louder = moved + self.decibel * within(LOUDNESS)[:, None, None, None]
        sounding = moved > self.silence + self.decibel / 2
        return torch.where(sounding, louder.clamp(self.silence, 1), moved)


def _scaled(maps: Tensor, frames: Tensor, bands: Tensor) -> Tensor:
    """Return maps whose frames and bands are read at so many times their places, counted from the first of both."""
    none = torch.zeros_like(frames)
    # Places lie from -1 to 1, so that the first one stays where it is by a shift of what it is scaled by.
    read = torch.stack([bands, none, bands - 1, none, frames, frames - 1], dim=1).reshape(-1, 2, 3)
    grid = F.affine_grid(read, list(maps.shape), align_corners=True)
    return F.grid_sample(maps, grid, padding_mode="border", align_corners=True)
