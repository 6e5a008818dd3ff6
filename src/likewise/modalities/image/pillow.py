"""Pictures moved, resized and compressed by Pillow: uint8 arrays in and out."""

from __future__ import annotations

import io
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.modalities.image.geometry import Floats, Size, identities, shifts

Bytes = npt.NDArray[np.uint8]
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's mode by the number of channels; pictures of more channels are handled one channel at a time."""


Fill = int | Literal["mirror"]
"""What comes in from outside a picture: a grey, or its mirror image."""


def warped(pictures: Bytes, matrices: Floats, size: Size, *, smooth: bool = True, fill: Fill = 0) -> Bytes:
    """Return pictures (n x height x width x channels) moved by their matrices, of a new `size`.

    Mirroring is exact, a crop that is made smaller is averaged, all else is interpolated between four pixels (`smooth`,
    bilinear) or takes the nearest one (for masks). What comes from outside a picture is `fill`; mirrored
    pictures end a picture's width and height away, and black follows.
    """
    mirrored = _mirrored(pictures, matrices, size)
    if mirrored is not None:
        return mirrored
    inverses = np.linalg.inv(matrices)
    inverses /= inverses[:, 2:, 2:]
    made = np.empty((len(pictures), *size, pictures.shape[3]), dtype=np.uint8)
    same = (matrices == identities(1)).all(axis=(1, 2)) & (pictures.shape[1:3] == size)
    for i, inverse in enumerate(inverses):
        made[i] = pictures[i] if same[i] else _by_channels(pictures[i], inverse, size, smooth, fill)
    return made


def _mirrored(pictures: Bytes, matrices: Floats, size: Size) -> Bytes | None:
    """Return pictures mirrored, None where any matrix does more than that."""
    height, width = pictures.shape[1:3]
    if (height, width) != size:
        return None
    across, down = matrices[:, 0, 0] == -1, matrices[:, 1, 1] == -1
    plain = identities(len(matrices))
    plain[across, 0, 0], plain[across, 0, 2] = -1, width
    plain[down, 1, 1], plain[down, 1, 2] = -1, height
    if not (plain == matrices).all():
        return None
    made = pictures.copy()
    made[across] = made[across, :, ::-1]
    made[down] = made[down, ::-1]
    return made


def _by_channels(picture: Bytes, inverse: Floats, size: Size, smooth: bool, fill: Fill) -> Bytes:
    if fill == "mirror":
        height, width = picture.shape[:2]
        around = np.pad(picture, ((height, height), (width, width), (0, 0)), mode="symmetric")
        aside = shifts(np.array([float(width)]), np.array([float(height)]))[0]
        return _by_channels(around, aside @ inverse, size, smooth, 0)
    if picture.shape[2] in MODES:
        return _warped_one(picture, inverse, size, smooth, fill)
    parts = [_warped_one(picture[:, :, c : c + 1], inverse, size, smooth, fill) for c in range(picture.shape[2])]
    return np.concatenate(parts, axis=2)


def _warped_one(picture: Bytes, inverse: Floats, size: Size, smooth: bool, fill: int) -> Bytes:
    image_module = require("PIL.Image", extra="image")
    image = to_image(picture)
    resample = image_module.Resampling.BILINEAR if smooth else image_module.Resampling.NEAREST
    out = (size[1], size[0])
    box = _upright(inverse, size, picture.shape[:2])
    if box is not None:
        return from_image(image.resize(out, resample, box=box), picture.shape[2])
    filled = fill if picture.shape[2] == 1 else (fill,) * picture.shape[2]
    affine = inverse[2, 0] == 0 and inverse[2, 1] == 0
    way = image_module.Transform.AFFINE if affine else image_module.Transform.PERSPECTIVE
    numbers = inverse.reshape(-1)[: 6 if affine else 8].tolist()
    return from_image(image.transform(out, way, numbers, resample, fillcolor=filled), picture.shape[2])


def _upright(inverse: Floats, size: Size, own: tuple[int, ...]) -> tuple[float, float, float, float] | None:
    """Return the box of a picture that a new one shows, None where it is turned, mirrored or not all inside."""
    if inverse[0, 1] or inverse[1, 0] or inverse[2, 0] or inverse[2, 1] or inverse[0, 0] <= 0 or inverse[1, 1] <= 0:
        return None
    x0, y0 = inverse[0, 2], inverse[1, 2]
    x1, y1 = x0 + inverse[0, 0] * size[1], y0 + inverse[1, 1] * size[0]
    slack = 1e-9 * max(own)
    if x0 < -slack or y0 < -slack or x1 > own[1] + slack or y1 > own[0] + slack:
        return None
    return max(x0, 0.0), max(y0, 0.0), min(x1, float(own[1])), min(y1, float(own[0]))


def compressed(picture: Bytes, quality: int) -> Bytes:
    """Return a grey or colour picture after JPEG of a quality from 1 to 100; a channel of opacity is kept as it was."""
    channels = picture.shape[2]
    kept = 3 if channels >= 3 else 1
    stream = io.BytesIO()
    to_image(picture[:, :, :kept]).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    made = from_image(require("PIL.Image", extra="image").open(stream), kept)
    return made if kept == channels else np.concatenate([made, picture[:, :, kept:]], axis=2)


def to_image(picture: Bytes) -> Any:
    """Return a picture of 1 to 4 channels as a Pillow image."""
    image_module = require("PIL.Image", extra="image")
    plain = picture[:, :, 0] if picture.shape[2] == 1 else picture
    return image_module.fromarray(np.ascontiguousarray(plain), MODES[picture.shape[2]])


def from_image(image: Any, channels: int) -> Bytes:
    """Return a Pillow image as an array of its channels."""
    return np.asarray(image, dtype=np.uint8).reshape(image.height, image.width, channels)
