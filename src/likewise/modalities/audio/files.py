"""Sounds in files: WAV, FLAC, Ogg and MP3 by soundfile."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.faults import damaged_file

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif"})
WHOLE = 0.9
"""The share of the samples told of that an MP3 without damage holds: what it tells is not exact."""

PIPED = 0x7FFFF000
"""What the size of a file is said to be, or more, by writers to a pipe, who could not go back to say it."""

Samples = npt.NDArray[np.float32]


def read_sounds(
    paths: Sequence[Path | None], *, skipped: list[Path] | None = None
) -> tuple[list[Samples | None], int]:  # fmt: skip
    """Return the sounds of files (float32, samples x channels), None where there is no path, and their rate.

    Where rates differ all are brought to that of most files, of two as common to the higher one. Raises SourceError for
    a file that is no whole sound, with its name; with `skipped` it is noted there instead.
    """
    came = [None if path is None else _read(path, skipped) for path in paths]
    counts = Counter(own[1] for own in came if own is not None)
    usual = max(counts, key=lambda rate: (counts[rate], rate), default=0)
    return [None if own is None else _at_rate(*own, usual) for own in came], usual


def _at_rate(sound: Samples, rate: int, wanted: int) -> Samples:
    """Return a sound in another number of samples a second, without what the new rate cannot hold."""
    if rate == wanted or not len(sound):
        return sound
    from scipy.signal import resample_poly

    common = gcd(rate, wanted)
    return np.asarray(resample_poly(sound, wanted // common, rate // common, axis=0), dtype=np.float32)


def _read(path: Path, skipped: list[Path] | None) -> tuple[Samples, int] | None:
    soundfile = require("soundfile", extra="audio")
    try:
        with path.open("rb") as stream:
            if _is_cut(stream.read(8), path):
                raise soundfile.SoundFileError
            stream.seek(0)
            with soundfile.SoundFile(stream) as file:
                rate, sound = file.samplerate, file.read(dtype="float32", always_2d=True)
                if len(sound) < WHOLE * file.frames:
                    raise soundfile.SoundFileError
    except soundfile.SoundFileError:
        if skipped is not None:
            skipped.append(path)
            return None
        raise damaged_file(path, "sound") from None
    return np.where(np.isfinite(sound), sound, np.float32(0)), int(rate)


def _is_cut(head: bytes, path: Path) -> bool:
    """Whether a WAV or AIFF file is shorter than it says, which soundfile would read as a shorter sound."""
    if head[:4] not in (b"RIFF", b"FORM"):
        return False
    said = int.from_bytes(head[4:], "little" if head[:4] == b"RIFF" else "big")
    return path.stat().st_size < said < PIPED


def wav(sound: npt.NDArray[Any], rate: int) -> bytes:
    """Return a sound as the bytes of a WAV file of 16 bits; what passes full scale is cut off."""
    stream = io.BytesIO()
    whole = np.rint(np.clip(np.asarray(sound, dtype=np.float64), -1, 1 - 2**-15) * 32768).astype(np.int16)
    require("soundfile", extra="audio").write(stream, whole, rate, format="WAV", subtype="PCM_16")
    return stream.getvalue()
