"""Clips of shapes that move: a ball or a square of one of several colours, in one of several ways."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MOTIONS = ("across", "up and down", "circle", "still")
COLOURS = {"red": (230, 60, 50), "green": (70, 190, 80), "blue": (60, 110, 230), "yellow": (240, 200, 60)}
SHAPES = ("ball", "square")
GROUND = 24
"""How bright it is behind the shapes."""

Clips = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


def moving_shapes(n: int, rng: np.random.Generator, *, frames: int = 16, size: int = 32) -> dict[str, object]:
    """Return `n` clips (frames x size x size x 3) with their kind of motion, colour and shape.

    A shape bounces to and fro from edge to edge, runs along a circle or stands; where it begins, which way it goes and
    how large it is differ from clip to clip. Edges are smooth, so that a shape may lie between pixels.
    """
    motion, colour, shape = (
        rng.integers(len(MOTIONS), size=n),
        rng.integers(len(COLOURS), size=n),
        rng.integers(2, size=n),
    )
    radius = rng.uniform(0.13, 0.19, n) * size
    x, y = _paths(motion, radius, size, frames, rng)
    grid = np.arange(size) + 0.5
    across, down = grid - x[:, :, None], grid - y[:, :, None]
    ball = np.hypot(across[:, :, None, :], down[:, :, :, None])
    square = np.maximum(np.abs(across)[:, :, None, :], np.abs(down)[:, :, :, None])
    reach = np.where((shape == 0)[:, None, None, None], ball, 1.13 * square)
    cover = np.clip(radius[:, None, None, None] + 0.5 - reach, 0, 1)[..., None]
    paint = np.array(list(COLOURS.values()))[colour][:, None, None, None, :]
    clips = np.rint(GROUND + cover * (paint - GROUND)).astype(np.uint8)
    names = list(COLOURS)
    return {"clip": clips, "motion": [MOTIONS[i] for i in motion], "colour": [names[i] for i in colour],
            "shape": [SHAPES[i] for i in shape]}  # fmt: skip


def _paths(
    motion: npt.NDArray[np.int64], radius: Floats, size: int, frames: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return where the middle of each shape is in each frame: n x frames, across and down."""
    n = len(motion)
    time = np.arange(frames)[None, :]
    room = size - 2 * radius[:, None]
    phase, way = rng.random(n)[:, None], rng.choice([-1.0, 1.0], n)[:, None]
    to_and_fro = radius[:, None] + room * np.abs((2 * (phase + way * time / 16)) % 2 - 1)
    still = radius[:, None] + room * rng.random((2, n, 1))
    angle = 2 * np.pi * (phase + way * time / 16)
    orbit = (size / 2 - radius[:, None]) * 0.75
    along, around = [(motion == way)[:, None] for way in (0, 1)], (motion == 2)[:, None]
    x = np.select([along[0], around], [to_and_fro, size / 2 + orbit * np.cos(angle)], still[0])
    y = np.select([along[1], around], [to_and_fro, size / 2 + orbit * np.sin(angle)], still[1])
    return x, y
