"""Pictures of any size and number of channels brought to one, small enough to be measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
Cell = npt.NDArray[Any]

LARGEST = 64
"""Height or width of a picture that is measured, at most: finer detail costs much and tells little."""


def joint_size(cells: Sequence[Cell], *, largest: int = LARGEST) -> tuple[int, int, int]:
    """Return the height, width and channels that pictures are brought to: the middle of their sizes, small at most.

    Where they differ in channels, an opacity is left out and grey pictures count as coloured ones.

    >>> joint_size([np.zeros((28, 28, 1)), np.zeros((30, 200, 3)), np.zeros((29, 100, 4))])
    (29, 64, 3)
    """
    sizes = np.array([cell.shape[:2] for cell in cells]).reshape(-1, 2)
    height, width = (int(np.clip(np.median(own), 1, largest)) for own in sizes.T)
    channels = {cell.shape[2] for cell in cells}
    return height, width, channels.pop() if len(channels) == 1 else 3 if max(channels) > 2 else 1


def brought_to(cells: Sequence[Cell], size: tuple[int, int, int]) -> Pixels:
    """Return pictures (0 to 255) as one array of a size, from 0 to 1.

    A smaller picture averages the pixels that fall into one, a larger one lies between its pixels.

    >>> brought_to([np.full((4, 6, 1), 255, dtype=np.uint8)], (2, 2, 3)).tolist()[0][0]
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    height, width, channels = size
    made = np.empty((len(cells), *size), dtype=np.float32)
    weights: dict[tuple[int, int], Pixels] = {}
    for number, cell in enumerate(cells):
        if not cell.size:
            made[number] = 0
            continue
        down, right = (_stride(own, wanted) for own, wanted in zip(cell.shape[:2], (height, width), strict=True))
        picture = _of_channels(cell[::down, ::right], channels)
        for axis, wanted in ((0, height), (1, width)):
            own = picture.shape[axis]
            if own != wanted:
                key = own, wanted
                weights[key] = matrix = weights[key] if key in weights else spread(own, wanted)
                picture = np.moveaxis(np.tensordot(matrix, picture, axes=(1, axis)), 0, axis)
        made[number] = picture
    made *= np.float32(1 / 255)
    return made


def _stride(own: int, wanted: int) -> int:
    """Return how many pixels apart a huge picture is read: four of them a pixel are enough."""
    return max(1, own // (4 * wanted))


def _of_channels(cell: Cell, channels: int) -> Pixels:
    picture: Pixels = cell.astype(np.float32)
    if picture.shape[2] == channels:
        return picture
    picture = picture[:, :, : 1 if picture.shape[2] < 3 else 3]
    if picture.shape[2] > channels:
        return np.asarray(picture.mean(axis=2, keepdims=True), dtype=np.float32)
    return np.repeat(picture, channels, axis=2) if picture.shape[2] < channels else picture


def spread(own: int, wanted: int) -> Pixels:
    """Return the weights (wanted x own) that bring a line of points to another number: each line of them sums to 1.

    >>> spread(4, 2).tolist(), spread(2, 3)[1].tolist()
    ([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]], [0.5, 0.5])
    """
    if own < wanted:
        places = np.clip((np.arange(wanted) + 0.5) * own / wanted - 0.5, 0, own - 1)
        near = 1 - np.abs(places[:, None] - np.arange(own)[None, :])
        return np.asarray(np.maximum(near, 0), dtype=np.float32)
    edges = np.arange(wanted + 1) * own / wanted
    points = np.arange(own)
    inside = np.minimum(edges[1:, None], points + 1) - np.maximum(edges[:-1, None], points)
    shares = np.maximum(inside, 0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)
