"""Changes of light and colour."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.modalities.image.geometry import Floats
from likewise.modalities.image.pillow import Bytes
from likewise.techniques.noise.image.operation import FULL, PictureOperation, painted, repainted
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within

LUMA = np.array([0.299, 0.587, 0.114])
"""How bright red, green and blue look (ITU-R BT.601)."""

TO_YIQ = np.array([LUMA, [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])


class Colour(PictureOperation):
    """Change brightness, contrast, saturation (each 1 for no change), hue (degrees), gamma, and drop colour.

    `grey` is the share of pictures that lose their colour. Grey pictures keep to brightness, contrast and gamma.

    >>> light = Colour(brightness=(0.7, 1.3), hue=(-20, 20), grey=0.1)
    """

    op: ClassVar[str] = "colour"
    uniforms: ClassVar[int] = 6

    brightness: Annotated[Span, within(0, 10)] = (0.8, 1.2)
    contrast: Annotated[Span, within(0, 10)] = (0.8, 1.2)
    saturation: Annotated[Span, within(0, 10)] = (0.8, 1.2)
    hue: Annotated[Span, within(-180, 180)] = (-10.0, 10.0)
    gamma: Annotated[Span, within(0.05, 20)] = (1.0, 1.0)
    grey: float = Field(default=0.0, ge=0, le=1)

    def alter(self, pictures: Bytes, uniform: Floats, rng: np.random.Generator) -> Bytes:
        """Return pictures in another light: gamma first, then all the rest as one linear map a picture."""
        seen = _bent(pictures[..., painted(pictures)], spread_evenly(self.gamma, uniform[:, 4]))
        brightness, contrast = spread(self.brightness, uniform[:, 0]), spread(self.contrast, uniform[:, 1])
        middle = _mean_light(seen) * brightness * (1 - contrast)
        gain = (brightness * contrast)[:, None, None]
        if seen.shape[3] == 3:
            saturation = np.where(uniform[:, 5] < self.grey, 0.0, spread(self.saturation, uniform[:, 2]))
            mixing = gain * _mixing(saturation, np.deg2rad(spread(self.hue, uniform[:, 3])))
            flat = seen.reshape(len(seen), -1, 3).astype(np.float32)
            changed = (flat @ mixing.transpose(0, 2, 1).astype(np.float32)).reshape(seen.shape)
        else:
            changed = seen * gain[:, :, :, None].astype(np.float32)
        changed += middle.astype(np.float32)[:, None, None, None]
        return repainted(pictures, changed)


def _bent(seen: Bytes, gamma: Floats) -> Bytes:
    """Return brightness to the power of gamma, by a table of its 256 values."""
    if (gamma == 1).all():
        return seen
    tables = np.rint(FULL * (np.arange(256) / FULL) ** gamma[:, None]).astype(np.uint8)
    return np.stack([table[picture] for table, picture in zip(tables, seen, strict=True)])


def _mean_light(seen: Bytes) -> Floats:
    """Return the mean brightness of each picture."""
    means = seen.reshape(len(seen), -1, seen.shape[3]).mean(axis=1)
    return np.asarray(means @ LUMA if seen.shape[3] == 3 else means.mean(axis=1))


def _mixing(saturation: Floats, hue: Floats) -> npt.NDArray[Any]:
    """Return what mixes red, green and blue: a turn and a stretch of the colour plane that leaves brightness alone."""
    plane = np.zeros((len(hue), 3, 3))
    plane[:, 0, 0] = 1
    plane[:, 1, 1] = plane[:, 2, 2] = saturation * np.cos(hue)
    plane[:, 1, 2], plane[:, 2, 1] = -saturation * np.sin(hue), saturation * np.sin(hue)
    return np.asarray(np.linalg.inv(TO_YIQ) @ plane @ TO_YIQ)
