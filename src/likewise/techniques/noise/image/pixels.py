"""Changes of single pixels: noise of sensors and of transmission, holes, and traces of compression."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from likewise.modalities.image.geometry import Floats
from likewise.modalities.image.pillow import Bytes, compressed
from likewise.techniques.noise.image.operation import FULL, PictureOperation, painted, repainted
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within


def _beside(numbers: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return a number a picture in the shape that lies beside its pixels."""
    return numbers.astype(np.float32)[:, None, None, None]


class GaussianNoise(PictureOperation):
    """Add normal noise to every pixel and channel; `sd` is its standard deviation, as a share of full brightness.

    >>> noise = GaussianNoise(sd=(0.02, 0.1))
    """

    op: ClassVar[str] = "gaussian_noise"
    uniforms: ClassVar[int] = 1

    sd: Annotated[Span, within(0, 1)] = (0.02, 0.1)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return noisy pictures."""
        seen = pictures[..., painted(pictures)]
        noise = rng.standard_normal(seen.shape, dtype=np.float32)
        noise *= _beside(spread(self.sd, uniform[:, 0]) * FULL)
        noise += seen
        return repainted(pictures, noise)


class Speckle(PictureOperation):
    """Multiply every pixel by normal noise around 1, of standard deviation `sd`: radar, ultrasound, laser light.

    >>> noise = Speckle(sd=(0.05, 0.2))
    """

    op: ClassVar[str] = "speckle"
    uniforms: ClassVar[int] = 1

    sd: Annotated[Span, within(0, 2)] = (0.05, 0.2)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return speckled pictures."""
        seen = pictures[..., painted(pictures)]
        noise = rng.standard_normal(seen.shape, dtype=np.float32)
        noise *= _beside(spread(self.sd, uniform[:, 0]))
        noise += 1
        noise *= seen
        return repainted(pictures, noise)


class SaltAndPepper(PictureOperation):
    """Make a share of the pixels (`amount`) white or black in all channels: dead pixels, lost bits.

    >>> noise = SaltAndPepper(amount=(0.01, 0.05))
    """

    op: ClassVar[str] = "salt_and_pepper"
    uniforms: ClassVar[int] = 1

    amount: Annotated[Span, within(0, 1)] = (0.01, 0.05)
    salt: float = Field(default=0.5, ge=0, le=1)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures with white and black dots."""
        amount = _beside(spread(self.amount, uniform[:, 0]))
        chance = rng.random((*pictures.shape[:3], 1), dtype=np.float32)
        made, seen = pictures.copy(), painted(pictures)
        made[..., seen] = np.where(chance < amount, np.where(chance < amount * self.salt, np.uint8(255), np.uint8(0)),
                                   pictures[..., seen])  # fmt: skip
        return made


class ShotNoise(PictureOperation):
    """Count photons: a pixel of full brightness stands for `photons` of them, and the count is Poisson.

    Fewer photons are more noise, and dark places are noisier than bright ones relative to their light.

    >>> dusk = ShotNoise(photons=(10, 100))
    """

    op: ClassVar[str] = "shot_noise"
    uniforms: ClassVar[int] = 1

    photons: Annotated[Span, within(1, 1e6)] = (20.0, 200.0)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures of counted light."""
        photons = spread_evenly(self.photons, uniform[:, 0])[:, None, None, None]
        counts = rng.poisson(pictures[..., painted(pictures)] * (photons / FULL))
        return repainted(pictures, counts * (FULL / photons))


class Cutout(PictureOperation):
    """Paint over `holes` rectangles of each picture, `size` of its sides long; they may hang over its edges.

    DeVries and Taylor, 2017, Improved regularization of convolutional neural networks with cutout.

    >>> holes = Cutout(holes=2, size=(0.1, 0.3))
    """

    op: ClassVar[str] = "cutout"
    uniforms: ClassVar[int] = 64
    MOST_HOLES: ClassVar[int] = 16

    holes: int = Field(default=1, ge=1, le=16)
    size: Annotated[Span, within(0, 1)] = (0.2, 0.5)
    fill: int = Field(default=0, ge=0, le=255)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures with holes."""
        made, seen = pictures.copy(), painted(pictures)
        sides = np.array(pictures.shape[1:3])
        drawn = uniform.reshape(len(pictures), self.MOST_HOLES, 2, 2)[:, : self.holes]
        long = np.maximum(1, np.rint(spread(self.size, drawn[:, :, 0]) * sides)).astype(np.int64)
        start = np.rint(drawn[:, :, 1] * sides - long / 2).astype(np.int64)
        for picture, first, last in zip(made, np.maximum(start, 0), start + long, strict=True):
            for (top, left), (bottom, right) in zip(first.tolist(), last.tolist(), strict=True):
                picture[top:bottom, left:right, seen] = self.fill
        return made


class Jpeg(PictureOperation):
    """Compress pictures as JPEG of a low `quality` (1 to 100) and open them again: blocks and ringing. Needs Pillow.

    >>> artefacts = Jpeg(quality=(10, 50))
    """

    op: ClassVar[str] = "jpeg"
    uniforms: ClassVar[int] = 1

    quality: Annotated[Span, within(1, 100)] = (15.0, 70.0)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures as JPEG leaves them."""
        quality = np.rint(spread(self.quality, uniform[:, 0])).astype(int).tolist()
        return np.stack([compressed(picture, q) for picture, q in zip(pictures, quality, strict=True)])
