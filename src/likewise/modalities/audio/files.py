"""Sounds in files: WAV, FLAC and Ogg by soundfile."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.errors import SourceError

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".oga", ".aiff", ".aif"})
Samples = npt.NDArray[np.float32]


def read_sounds(paths: Sequence[Path | None]) -> tuple[list[Samples | None], int]:
    """Return the sounds of files (float32, samples x channels), None where there is no path, and their common rate.

    Raises SourceError for a file that is no whole sound, with its name, and where rates differ.
    """
    sounds: list[Samples | None] = []
    rates: dict[int, Path] = {}
    counts: Counter[int] = Counter()
    for path in paths:
        sound, rate = (None, 0) if path is None else _read(path)
        sounds.append(sound)
        if path is not None:
            rates.setdefault(rate, path)
            counts[rate] += 1
    if len(rates) > 1:
        usual = counts.most_common(1)[0][0]
        other, odd = next((rate, path) for rate, path in rates.items() if rate != usual)
        what = f"the sounds have {len(rates)} different rates: most {usual} Hz, `{odd}` {other} Hz"
        raise SourceError("source.rates", what, where=str(odd), hint="resample all files to one rate")
    return sounds, next(iter(rates), 0)


def _read(path: Path) -> tuple[Samples, int]:
    soundfile = require("soundfile", extra="audio")
    try:
        with path.open("rb") as stream:
            sound, rate = soundfile.read(stream, dtype="float32", always_2d=True)
    except soundfile.SoundFileError:
        raise SourceError("source.damaged", f"`{path}` is no sound, or one with damage in it", where=str(path),
                          hint="fetch the file again, or take it out of the folder") from None  # fmt: skip
    return np.where(np.isfinite(sound), sound, np.float32(0)), int(rate)


def wav(sound: npt.NDArray[Any], rate: int) -> bytes:
    """Return a sound as the bytes of a WAV file of 16 bits; what passes full scale is cut off."""
    stream = io.BytesIO()
    whole = np.rint(np.clip(np.asarray(sound, dtype=np.float64), -1, 1 - 2**-15) * 32768).astype(np.int16)
    require("soundfile", extra="audio").write(stream, whole, rate, format="WAV", subtype="PCM_16")
    return stream.getvalue()
