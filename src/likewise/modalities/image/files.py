"""Pictures in files: read by Pillow as arrays of one number of channels, and written as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.extras import require
from likewise.core.faults import damaged_file
from likewise.core.machine import available_memory, gigabytes
from likewise.errors import SourceError
from likewise.modalities.image.pillow import MODES, Bytes, from_image, to_image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff"})
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
"""Modes of grey pictures of 16 bits, of which the upper 8 are kept."""

CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}
GREY = ("1", "L", "F", *DEEP)
DEEPEST = 2**16


def read_pictures(
    paths: Sequence[Path | None], *, codes: bool = False, skipped: list[Path] | None = None
) -> list[Bytes | None]:
    """Return the pictures of files as arrays (height x width x channels), None where there is no path.

    All have the channels that hold every one of them: grey, colour, or colour and opacity; the way up that the camera
    noted is kept, and of an animation the first picture. With `codes` the numbers of a palette stay numbers, as in
    label maps. Raises SourceError for a file that is no whole picture, with its name (with `skipped` it is noted there
    instead), and for more than fits in memory.
    """
    looks = [_opened(path, _look, skipped) for path in paths if path is not None]
    looked = [own for own in looks if own is not None]
    modes = {mode for mode, _ in looked}
    wanted = "RGB"
    if all(mode in GREY or (codes and mode == "P") for mode in modes):
        wanted = "L"
    elif any(mode in ("LA", "PA", "La", "RGBA", "RGBa", "P+") for mode in modes):
        wanted = "RGBA"
    check_room(sum(pixels for _, pixels in looked) * CHANNELS[wanted], paths)
    gone = set() if skipped is None else set(skipped)
    return [None if path is None or path in gone else
            _opened(path, lambda image: _pixels(image, wanted, codes), skipped) for path in paths]  # fmt: skip


class _NoScale(Exception):
    """Tell of a picture whose numbers no one knows how to show."""


def _opened(path: Path, look: Any, skipped: list[Path] | None) -> Any:
    image_module = require("PIL.Image", extra="image")
    try:
        with image_module.open(path) as image:
            return look(image)
    except _NoScale:
        raise SourceError("source.types", f"`{path}` holds numbers that are no brightness from 0 to 1, 255 or 65,535",
                          where=str(path), hint="scale them, or keep them as arrays in .npz") from None  # fmt: skip
    except (OSError, SyntaxError, ValueError, EOFError, image_module.DecompressionBombError) as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        if skipped is not None:
            skipped.append(path)
            return None
        raise damaged_file(path, "picture") from None


def _look(image: Any) -> tuple[str, int]:
    """Return the mode of a picture, `P+` for a palette with opacity, and its number of pixels; its header says so."""
    mode = "P+" if image.mode == "P" and "transparency" in image.info else str(image.mode)
    return mode, image.width * image.height


def check_room(needed: int, paths: Sequence[Path | None], things: str = "pictures") -> None:
    """Refuse pictures or clips that would not fit in memory, twice: as they are read and as a column."""
    room = available_memory()
    if room is not None and 2 * needed > room:
        what = (
            f"{len(paths):,} {things} take about {gigabytes(2 * needed)} of memory, and {gigabytes(room)} are available"
        )
        where = next((str(path.parent) for path in paths if path is not None), None)
        raise SourceError("source.memory", what, where=where, hint="read a part of them, or make them smaller first")


def _pixels(image: Any, wanted: str, codes: bool) -> Bytes:
    channels = CHANNELS[wanted]
    if codes and image.mode == "P":
        return np.asarray(image, dtype=np.uint8)[:, :, None]
    image = require("PIL.ImageOps", extra="image").exif_transpose(image)
    if image.mode in ("F", *DEEP):
        grey = _eight_bits(np.asarray(image))[:, :, None]
        return grey if channels == 1 else from_image(to_image(grey).convert(wanted), channels)
    return from_image(image.convert(wanted), channels)


def _eight_bits(values: Any) -> Bytes:
    """Return the numbers of a grey picture as bytes: of 16 bits the upper 8, of fractions from 0 to 1 the 255ths."""
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if not 0 <= low <= high < DEEPEST:  # NaN too
        raise _NoScale
    if values.dtype.kind == "f" and high <= 1:
        values = values * 255
    elif high > 255:
        values = np.floor(values / 256) if values.dtype.kind == "f" else values.astype(np.int64) >> 8
    eight: Bytes = np.rint(values).astype(np.uint8)
    return eight


def png(picture: Bytes) -> bytes:
    """Return a picture of 1 to 4 channels as the bytes of a PNG file. Raises SourceError for more channels."""
    if picture.shape[2] not in MODES:
        raise SourceError("source.types", f"a picture of {picture.shape[2]} channels cannot be stored as PNG",
                          hint="write .npz or .parquet instead")  # fmt: skip
    stream = io.BytesIO()
    to_image(picture).save(stream, "PNG", compress_level=6)
    return stream.getvalue()
