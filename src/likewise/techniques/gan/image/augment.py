"""Changes of pictures that gradients flow through, so that few of them are not learned by heart (Zhao et al. 2020)."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F


def augmented(pictures: Tensor, rng: Generator) -> Tensor:
    """Return pictures moved by up to an eighth, a square of them blanked, and with colours changed where they have some."""
    if pictures.shape[1] >= 3:
        pictures = _coloured(pictures, rng)
    return _cut(_moved(pictures, rng), rng)


def _drawn(rng: Generator, rows: int) -> Tensor:
    return torch.rand(rows, 1, 1, 1, generator=rng, device=rng.device)


def _coloured(pictures: Tensor, rng: Generator) -> Tensor:
    rows = len(pictures)
    pictures = pictures + _drawn(rng, rows) - 0.5
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * 2 * _drawn(rng, rows)
    middle = pictures.mean((1, 2, 3), keepdim=True)
    return middle + (pictures - middle) * (0.5 + _drawn(rng, rows))


def _places(rows: int, size: int, most: int, rng: Generator) -> Tensor:
    """Return for each row the places of a line's cells after a move of up to `most`, rows x size."""
    moves = torch.randint(-most, most + 1, (rows, 1), generator=rng, device=rng.device)
    return torch.arange(size, device=rng.device) + moves


def _moved(pictures: Tensor, rng: Generator) -> Tensor:
    rows, _, height, width = pictures.shape
    down = _places(rows, height, max(1, height // 8), rng)
    right = _places(rows, width, max(1, width // 8), rng)
    padded = F.pad(pictures, (1, 1, 1, 1), value=-1.0)
    down = (down + 1).clamp(0, height + 1)
    right = (right + 1).clamp(0, width + 1)
    row = torch.arange(rows, device=pictures.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[row, down[:, :, None], right[:, None, :]].permute(0, 3, 1, 2)


def _cut(pictures: Tensor, rng: Generator) -> Tensor:
    rows, _, height, width = pictures.shape
    keeps = []
    for size in (height, width):
        half = size // 4
        middle = torch.randint(0, size, (rows, 1), generator=rng, device=rng.device)
        keeps.append((torch.arange(size, device=rng.device) - middle).abs() <= half)
    hole = keeps[0][:, None, :, None] & keeps[1][:, None, None, :]
    return pictures.masked_fill(hole, 0.0)
