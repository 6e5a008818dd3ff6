"""Pictures in files: read by Pillow as arrays of one number of channels, and written as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.extras import require
from likewise.core.machine import available_memory, gigabytes
from likewise.errors import SourceError
from likewise.modalities.image.pillow import MODES, Bytes, from_image, to_image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff"})
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
"""Modes of grey pictures of 16 bits, of which the upper 8 are kept."""

CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}
GREY = ("1", "L", *DEEP)


def read_pictures(paths: Sequence[Path | None], *, codes: bool = False) -> list[Bytes | None]:
    """Return the pictures of files as arrays (height x width x channels), None where there is no path.

    All have the channels that hold every one of them: grey, colour, or colour and opacity; the way up that the camera
    noted is kept, and of an animation the first picture. With `codes` the numbers of a palette stay numbers, as in
    label maps. Raises SourceError for a file that is no whole picture, with its name, and for more than fits in memory.
    """
    looked = [_opened(path, _look) for path in paths if path is not None]
    modes = {mode for mode, _ in looked}
    wanted = "RGB"
    if all(mode in GREY or (codes and mode == "P") for mode in modes):
        wanted = "L"
    elif any(mode in ("LA", "PA", "La", "RGBA", "RGBa", "P+") for mode in modes):
        wanted = "RGBA"
    _check_room(sum(pixels for _, pixels in looked) * CHANNELS[wanted], paths)
    return [None if path is None else _opened(path, lambda image: _pixels(image, wanted, codes)) for path in paths]


def _opened(path: Path, look: Any) -> Any:
    image_module = require("PIL.Image", extra="image")
    try:
        with image_module.open(path) as image:
            return look(image)
    except (OSError, SyntaxError, ValueError, EOFError, image_module.DecompressionBombError) as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise SourceError("source.damaged", f"`{path}` is no picture, or one with damage in it", where=str(path),
                          hint="fetch the file again, or take it out of the folder") from None  # fmt: skip


def _look(image: Any) -> tuple[str, int]:
    """Return the mode of a picture, `P+` for a palette with opacity, and its number of pixels; its header says so."""
    mode = "P+" if image.mode == "P" and "transparency" in image.info else str(image.mode)
    return mode, image.width * image.height


def _check_room(needed: int, paths: Sequence[Path | None]) -> None:
    """Refuse pictures that would not fit in memory, twice: as they are read and as a column."""
    room = available_memory()
    if room is not None and 2 * needed > room:
        what = (
            f"{len(paths):,} pictures take about {gigabytes(2 * needed)} of memory, and {gigabytes(room)} are available"
        )
        where = next((str(path.parent) for path in paths if path is not None), None)
        raise SourceError("source.memory", what, where=where, hint="read a part of them, or make them smaller first")


def _pixels(image: Any, wanted: str, codes: bool) -> Bytes:
    channels = CHANNELS[wanted]
    if codes and image.mode == "P":
        return np.asarray(image, dtype=np.uint8)[:, :, None]
    image = require("PIL.ImageOps", extra="image").exif_transpose(image)
    if image.mode in DEEP:
        deep = np.asarray(image).astype(np.int64)
        grey = (deep >> 8 if deep.max(initial=0) > 255 else deep).clip(0, 255).astype(np.uint8)[:, :, None]
        return grey if channels == 1 else from_image(to_image(grey).convert(wanted), channels)
    return from_image(image.convert(wanted), channels)


def png(picture: Bytes) -> bytes:
    """Return a picture of 1 to 4 channels as the bytes of a PNG file. Raises SourceError for more channels."""
    if picture.shape[2] not in MODES:
        raise SourceError("source.types", f"a picture of {picture.shape[2]} channels cannot be stored as PNG",
                          hint="write .npz or .parquet instead")  # fmt: skip
    stream = io.BytesIO()
    to_image(picture).save(stream, "PNG", compress_level=6)
    return stream.getvalue()
