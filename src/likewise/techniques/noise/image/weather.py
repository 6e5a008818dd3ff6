"""What lies between a lens and a scene: blur, motion, fog, rain."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt

from likewise.modalities.image.geometry import Floats
from likewise.modalities.image.pillow import Bytes
from likewise.techniques.noise.image.operation import PictureOperation, painted, repainted
from likewise.techniques.noise.spans import Span, spread, within

Floats32 = npt.NDArray[np.float32]
HAZE, DROPS = 225.0, 210.0
"""The grey of fog and of falling rain."""

OCTAVES = 5


class Blur(PictureOperation):
    """Blur by a normal kernel of standard deviation `sigma`, in pixels: out of focus. Needs SciPy.

    >>> blur = Blur(sigma=(0.5, 2.0))
    """

    op: ClassVar[str] = "blur"
    uniforms: ClassVar[int] = 1

    sigma: Annotated[Span, within(0, 100)] = (0.3, 1.5)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return blurred pictures."""
        from scipy.ndimage import gaussian_filter

        seen = pictures[..., painted(pictures)]
        made = np.empty(seen.shape, dtype=np.float32)
        for picture, out, sigma in zip(seen, made, spread(self.sigma, uniform[:, 0]).tolist(), strict=True):
            gaussian_filter(picture, (sigma, sigma, 0), output=out, mode="nearest")
        return repainted(pictures, made)


class MotionBlur(PictureOperation):
    """Blur along a line of `length` pixels at an angle of `degrees`: a moving camera.

    >>> shake = MotionBlur(length=(3, 15), degrees=(0, 180))
    """

    op: ClassVar[str] = "motion_blur"
    uniforms: ClassVar[int] = 2

    length: Annotated[Span, within(1, 500)] = (3.0, 9.0)
    degrees: Annotated[Span, within(-360, 360)] = (0.0, 180.0)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures that moved while they were taken."""
        length, angle = spread(self.length, uniform[:, 0]), np.deg2rad(spread(self.degrees, uniform[:, 1]))
        seen = pictures[..., painted(pictures)]
        made = [
            _along(p.astype(np.float32), n, a) for p, n, a in zip(seen, length.tolist(), angle.tolist(), strict=True)
        ]
        return repainted(pictures, np.stack(made))


class Fog(PictureOperation):
    """Lay drifting fog over pictures: `density` is how much of the scene it hides where it is thickest.

    The drifts are value noise of five octaves (Perlin, 1985, An image synthesizer).

    >>> fog = Fog(density=(0.3, 0.7))
    """

    op: ClassVar[str] = "fog"
    uniforms: ClassVar[int] = 1

    density: Annotated[Span, within(0, 1)] = (0.3, 0.7)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures in fog."""
        drifts = _drifts(len(pictures), pictures.shape[1:3], rng)
        veil = drifts * spread(self.density, uniform[:, 0]).astype(np.float32)[:, None, None, None]
        seen = pictures[..., painted(pictures)].astype(np.float32)
        return repainted(pictures, seen + (HAZE - seen) * veil)


class Rain(PictureOperation):
    """Let it rain: `amount` is the share of pixels where a drop begins, `length` the length of its streak in pixels.

    Streaks fall at `degrees` from upright. The light dims a little, as it does under clouds.

    >>> rain = Rain(amount=(0.002, 0.01), length=(5, 20))
    """

    op: ClassVar[str] = "rain"
    uniforms: ClassVar[int] = 3

    amount: Annotated[Span, within(0, 1)] = (0.001, 0.004)
    length: Annotated[Span, within(1, 500)] = (8.0, 20.0)
    degrees: Annotated[Span, within(-90, 90)] = (-15.0, 15.0)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures in rain."""
        amount = spread(self.amount, uniform[:, 0]).astype(np.float32)[:, None, None]
        drops = rng.random(pictures.shape[:3], dtype=np.float32) < amount
        length = spread(self.length, uniform[:, 1])
        angle = np.deg2rad(90 - spread(self.degrees, uniform[:, 2]))
        streaks = np.stack([
            np.minimum(1, _along(d.astype(np.float32)[:, :, None], n, a) * n)
            for d, n, a in zip(drops, length.tolist(), angle.tolist(), strict=True)
        ])  # fmt: skip
        seen = pictures[..., painted(pictures)].astype(np.float32) * 0.9
        return repainted(pictures, seen + (DROPS - seen) * (0.6 * streaks))


def _along(picture: Floats32, length: float, angle: float) -> Floats32:
    """Return the mean of a picture over a line of pixels through each pixel; edges go on as they end."""
    steps = max(1, round(length))
    places = np.arange(steps) - (steps - 1) / 2
    x, y = np.rint(places * np.cos(angle)).astype(int), np.rint(-places * np.sin(angle)).astype(int)
    wide, high = int(np.abs(x).max()), int(np.abs(y).max())
    padded = np.pad(picture, ((high, high), (wide, wide), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    total = np.zeros_like(picture)
    for dx, dy in zip((x + wide).tolist(), (y + high).tolist(), strict=True):
        total += padded[dy : dy + height, dx : dx + width]
    return total / np.float32(steps)


def _drifts(n: int, size: tuple[int, ...], rng: np.random.Generator) -> Floats32:
    """Return smooth random clouds from 0 to 1 (n x height x width x 1)."""
    total: npt.NDArray[Any] = np.zeros((n, *size), dtype=np.float32)
    grids = rng.random((n, sum((2**octave + 1) ** 2 for octave in range(1, OCTAVES + 1))), dtype=np.float32)
    start = 0
    for octave in range(1, OCTAVES + 1):
        cells = 2**octave + 1
        grid = grids[:, start : start + cells**2].reshape(n, cells, cells)
        start += cells**2
        total += 0.5**octave * (_between(size[0], cells) @ grid @ _between(size[1], cells).T)
    low, high = total.min(axis=(1, 2), keepdims=True), total.max(axis=(1, 2), keepdims=True)
    return np.asarray(((total - low) / np.maximum(high - low, 1e-6))[..., None], dtype=np.float32)


def _between(pixels: int, cells: int) -> Floats32:
    """Return the weights (pixels x cells) that draw smooth curves between the values of a coarse grid."""
    places = (np.arange(pixels) + 0.5) / pixels * (cells - 1)
    left = np.minimum(places.astype(int), cells - 2)
    part = places - left
    part = part * part * (3 - 2 * part)
    weights = np.zeros((pixels, cells), dtype=np.float32)
    weights[np.arange(pixels), left], weights[np.arange(pixels), left + 1] = 1 - part, part
    return weights
