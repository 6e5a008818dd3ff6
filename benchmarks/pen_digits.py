"""Digits as a pen writes them, rendered: an MNIST-type set where the real one is not at hand.

A digit is a few strokes, curves through points that hands place differently; each picture moves the points, slants,
turns and stretches the whole, and takes a pen of its own width. Some digits are written in two ways. The pictures are
28 x 28, white on black, as those of MNIST are; they are no handwriting of people.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw
from scipy.interpolate import CubicSpline

SIDE, FINE = 28, 3
"""Pixels of a side, and how many times finer the pen is drawn."""

WAYS: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [[[(.5, .05), (.2, .3), (.2, .7), (.5, .95), (.8, .7), (.8, .3), (.5, .05)]]],
    1: [[[(.5, .05), (.5, .5), (.48, .95)]], [[(.3, .25), (.55, .05)], [(.55, .05), (.54, .5), (.52, .95)]]],
    2: [[[(.22, .28), (.5, .05), (.76, .28), (.55, .6), (.2, .93)], [(.2, .93), (.5, .9), (.82, .93)]],
        [[(.25, .2), (.6, .07), (.7, .35), (.4, .75), (.22, .9), (.35, .78), (.6, .9), (.85, .85)]]],
    3: [[[(.25, .15), (.55, .05), (.72, .25), (.45, .47)], [(.45, .47), (.78, .65), (.55, .93), (.22, .82)]]],
    4: [[[(.35, .05), (.2, .55)], [(.2, .55), (.5, .57), (.82, .53)], [(.65, .2), (.63, .6), (.6, .95)]],
        [[(.65, .05), (.4, .35), (.18, .65)], [(.18, .65), (.5, .64), (.85, .65)],
         [(.65, .05), (.65, .5), (.63, .95)]]],
    5: [[[(.75, .08), (.5, .07), (.3, .1)], [(.3, .1), (.27, .45)],
         [(.27, .45), (.6, .42), (.77, .68), (.5, .93), (.2, .85)]]],
    6: [[[(.68, .06), (.35, .35), (.22, .7), (.5, .95), (.75, .72), (.5, .52), (.25, .7)]]],
    7: [[[(.2, .1), (.5, .1), (.8, .08)], [(.8, .08), (.55, .5), (.42, .95)]],
        [[(.2, .1), (.5, .1), (.8, .08)], [(.8, .08), (.55, .5), (.42, .95)], [(.35, .5), (.55, .48), (.72, .5)]]],
    8: [[[(.7, .2), (.5, .05), (.3, .22), (.5, .47), (.75, .72), (.5, .95), (.25, .72), (.5, .47), (.7, .2)]]],
    9: [[[(.72, .3), (.5, .06), (.26, .28), (.48, .5), (.72, .3)], [(.72, .3), (.7, .6), (.6, .95)]],
        [[(.72, .25), (.45, .06), (.27, .3), (.5, .48), (.72, .25), (.73, .65), (.5, .94), (.28, .85)]]],
}  # fmt: skip


def pen_digits(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `n` pictures (n x 28 x 28, uint8) and their digits, as many of each."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 10)
    return np.stack([_picture(int(label), rng) for label in labels]), labels


def _picture(digit: int, rng: np.random.Generator) -> np.ndarray:
    strokes = WAYS[digit][rng.integers(len(WAYS[digit]))]
    moved = _hand(rng)
    image = Image.new("L", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(image)
    width = rng.uniform(1.6, 3.6) * FINE
    last: tuple[np.ndarray, np.ndarray] | None = None
    for stroke in strokes:
        points = np.array(stroke) + rng.normal(scale=0.05, size=(len(stroke), 2))
        if last is not None and stroke[0] == tuple(last[0]):
            points[0] = last[1]  # a stroke that goes on where another ended
        last = np.array(stroke[-1]), points[-1]
        path = moved(_curve(tuple(stroke)) @ points)
        pen.line(path.ravel().tolist(), fill=255, width=round(width), joint="curve")
        for x, y in path[[0, -1]]:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    small = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64)
    return np.clip(small * rng.uniform(0.85, 1.1), 0, 255).astype(np.uint8)


def _hand(rng: np.random.Generator):
    """Return how a hand slants, turns, stretches and places what it writes, from the unit square to fine pixels."""
    angle, slant = rng.normal(scale=0.1), rng.normal(0.1, 0.2)
    size = 20 * FINE * np.array([rng.uniform(0.7, 1.0), rng.uniform(0.85, 1.05)])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, -slant], [0, 1]]) @ np.diag(size)
    middle = SIDE * FINE / 2 + rng.normal(scale=0.8 * FINE, size=2)
    return lambda points: (points - 0.5) @ matrix.T + middle


@lru_cache
def _curve(points: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Return the matrix that takes points near these to 24 places of the smooth curve through them."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return CubicSpline(along, np.eye(len(points)))(np.linspace(0, along[-1], 24))
