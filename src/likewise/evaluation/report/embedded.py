"""Pictures and sounds as texts that stand inside a page: PNG, WAV and SVG as data URIs, written without any library."""

from __future__ import annotations

import base64
import io
import struct
import wave
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
"""How PNG numbers the kinds of pictures of so many channels."""


def png(picture: Bytes) -> str:
    """Return a picture (height x width x 1 to 4 channels) as a data URI.

    >>> png(np.zeros((2, 2, 1), dtype=np.uint8))[:30]
    'data:image/png;base64,iVBORw0K'
    """
    height, width, channels = picture.shape
    head = struct.pack(">IIBBBBB", width, height, 8, COLOURS[channels], 0, 0, 0)
    lines = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    lines[:, 1:] = picture.reshape(height, -1)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)), _chunk(b"IEND", b""))
    return _uri("image/png", b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def wav(sound: npt.NDArray[Any], rate: int) -> str:
    """Return a sound (samples x channels, -1 to 1) as a data URI of 16 bits; what passes full scale is cut off."""
    whole = np.rint(np.clip(np.nan_to_num(sound), -1, 1 - 2**-15) * 32768).astype("<i2")
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(whole.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
    return _uri("audio/wav", stream.getvalue())


def svg(text: str) -> str:
    """Return a drawing as a data URI."""
    return _uri("image/svg+xml", text.encode())


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
