"""Changes of real and drawn pictures alike, so that few of them are not learned by heart (Zhao et al. 2020)."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

MOVED = 8
"""The part of a side that pictures are moved by at most: an eighth."""


def augmented(pictures: Tensor, share: Tensor, rng: Generator) -> Tensor:
    """Return pictures (rows x channels x height x width), a share of them changed: moved, and coloured where they are.

    `share` is one number from 0 to 1.
    """
    changed = _moved(_coloured(pictures, rng) if pictures.shape[1] >= 3 else pictures, rng)
    return torch.where(_drawn(rng, len(pictures)) < share, changed, pictures)


def _drawn(rng: Generator, rows: int) -> Tensor:
    return torch.rand(rows, 1, 1, 1, generator=rng, device=rng.device)


def _coloured(pictures: Tensor, rng: Generator) -> Tensor:
    """Return pictures with another brightness, saturation and contrast; opacity stays."""
    rows, colours = len(pictures), pictures[:, :3] + _drawn(rng, len(pictures)) - 0.5
    grey = colours.mean(1, keepdim=True)
    colours = grey + (colours - grey) * 2 * _drawn(rng, rows)
    middle = colours.mean((1, 2, 3), keepdim=True)
    colours = middle + (colours - middle) * (0.5 + _drawn(rng, rows))
    return torch.cat([colours, pictures[:, 3:]], dim=1)


def _moved(pictures: Tensor, rng: Generator) -> Tensor:
    """Return pictures moved by up to an eighth of their sides; what comes in is grey, so that a move is seen as one."""
    rows, _, height, width = pictures.shape
    padded = F.pad(pictures, (1, 1, 1, 1)).permute(0, 2, 3, 1)
    down, right = (_places(rows, size, rng) for size in (height, width))
    row = torch.arange(rows, device=pictures.device)[:, None, None]
    return padded[row, down[:, :, None], right[:, None, :]].permute(0, 3, 1, 2)


def _places(rows: int, size: int, rng: Generator) -> Tensor:
    """Return which line of padded pictures comes to each line: rows x size."""
    most = max(1, size // MOVED)
    moves = torch.randint(-most, most + 1, (rows, 1), generator=rng, device=rng.device)
    return (torch.arange(1, size + 1, device=rng.device) + moves).clamp(0, size + 1)
