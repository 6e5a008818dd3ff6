"""Motions of a picture: mirror, crop, affine, perspective."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.modalities.image.geometry import Floats, Size, crops, flips, perspectives, shifts, turns
from likewise.modalities.image.pillow import Fill
from likewise.techniques.noise.image.operation import Motion
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within


class Mirror(Motion):
    """Flip pictures left to right (`across`) and top to bottom (`down`), each with its probability.

    Use when a mirrored picture is as good as the real one. Avoid where sides mean something: letters, road signs,
    X-rays of the chest.

    >>> flip = Mirror(across=1.0)
    """

    op: ClassVar[str] = "mirror"
    uniforms: ClassVar[int] = 2

    across: float = Field(default=0.5, ge=0, le=1)
    down: float = Field(default=0.0, ge=0, le=1)

    def matrices(self, uniform: Floats, size: Size) -> Floats:
        """Return mirrors."""
        return flips(uniform[:, 0] < self.across, uniform[:, 1] < self.down, size)


class Crop(Motion):
    """Cut out a random part and stretch it over the whole picture, or over a picture of `size` (height, width).

    `scale` is the part's share of the area, `ratio` its width by its height, both relative to the picture's own. A part
    that must be made smaller is averaged, not sampled.

    Szegedy et al., 2015, Going deeper with convolutions.

    >>> crop = Crop(scale=(0.3, 1.0), size=(224, 224))
    """

    op: ClassVar[str] = "crop"
    uniforms: ClassVar[int] = 4

    scale: Annotated[Span, within(1e-4, 1)] = (0.5, 1.0)
    ratio: Annotated[Span, within(0.01, 100)] = (3 / 4, 4 / 3)
    size: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _size_is_whole(self) -> Self:
        if self.size is not None and not (min(self.size) >= 1 and max(self.size) <= 16_384):
            raise ValueError("`size` is a height and a width from 1 to 16384")
        if self.size is not None and self.share < 1:
            raise ValueError("`size` makes pictures of one size, so that `share` must be 1")
        return self

    def resized(self, size: Size) -> Size:
        """Return the size that is asked for."""
        return size if self.size is None else self.size

    def matrices(self, uniform: Floats, size: Size) -> Floats:
        """Return the stretches of parts of at least a pixel."""
        area = spread(self.scale, uniform[:, 0])
        ratio = np.sqrt(spread_evenly(self.ratio, uniform[:, 1]))
        width = np.clip(np.sqrt(area) * ratio, 1 / size[1], 1) * size[1]
        height = np.clip(np.sqrt(area) / ratio, 1 / size[0], 1) * size[0]
        x0, y0 = uniform[:, 2] * (size[1] - width), uniform[:, 3] * (size[0] - height)
        return crops(np.stack([x0, y0, x0 + width, y0 + height], axis=1), self.resized(size))


class Affine(Motion):
    """Turn, magnify, shear and shift pictures about their middle.

    What comes in from outside is `fill`: a grey (0 is black), or "mirror" for the mirror image of the picture, on which
    no box or mask is drawn.

    `degrees` turn anticlockwise, `scale` is 1 for no change, `shear` is in degrees, `shift` in shares of width and
    height, each way drawn on its own.

    >>> turn = Affine(degrees=(-10, 10))
    """

    op: ClassVar[str] = "affine"
    uniforms: ClassVar[int] = 5

    degrees: Annotated[Span, within(-360, 360)] = (-15.0, 15.0)
    scale: Annotated[Span, within(0.05, 20)] = (0.9, 1.1)
    shear: Annotated[Span, within(-80, 80)] = (0.0, 0.0)
    shift: Annotated[Span, within(-1, 1)] = (-0.1, 0.1)
    fill: Annotated[int, Field(ge=0, le=255)] | Literal["mirror"] = 0

    @property
    def outside(self) -> Fill:
        """What comes in from outside."""
        return self.fill

    def matrices(self, uniform: Floats, size: Size) -> Floats:
        """Return turns, then shifts."""
        turned = turns(
            spread(self.degrees, uniform[:, 0]), spread_evenly(self.scale, uniform[:, 1]),
            spread(self.shear, uniform[:, 2]), size,
        )  # fmt: skip
        return shifts(spread(self.shift, uniform[:, 3]) * size[1], spread(self.shift, uniform[:, 4]) * size[0]) @ turned


class Perspective(Motion):
    """Look at pictures from a little aside: each corner moves inward by up to `distortion` of half the picture's sides.

    What comes in from outside is `fill`, as for `Affine`.

    >>> tilt = Perspective(distortion=0.3)
    """

    op: ClassVar[str] = "perspective"
    uniforms: ClassVar[int] = 8
    strength: ClassVar[str] = "distortion"
    most: ClassVar[float] = 0.9

    distortion: float = Field(default=0.3, ge=0, le=0.9)
    fill: Annotated[int, Field(ge=0, le=255)] | Literal["mirror"] = 0

    @property
    def outside(self) -> Fill:
        """What comes in from outside."""
        return self.fill

    def matrices(self, uniform: Floats, size: Size) -> Floats:
        """Return the maps of the corners to places nearer to the middle."""
        half = np.array([size[1], size[0]]) / 2
        moved = self.distortion * uniform.reshape(-1, 4, 2) * half
        corners = np.array([[0, 0], [size[1], 0], [size[1], size[0]], [0, size[0]]], dtype=np.float64)
        inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], dtype=np.float64)
        return perspectives(corners + inward * moved, size)
