"""Which encoding text is in, and the text as UTF-8."""

from __future__ import annotations

import codecs
from pathlib import Path

from likewise.errors import SourceError

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27} | {127}
_SAMPLE = 1 << 16


def to_utf8(data: bytes, path: Path, encoding: str | None = None) -> tuple[bytes, str]:
    """Return the text as UTF-8 bytes without a byte-order mark, and the encoding it was in.

    The encoding is found where it is not given: by its mark, by the zeros of UTF-16, as UTF-8 if it is that, else as
    Latin-1 or Windows-1252. Raises SourceError, with the place, when bytes do not fit the encoding, when the data is
    binary, or when nearly all of it is UTF-8 but some bytes are not.
    """
    if encoding is not None:
        return _decoded(data, path, codec_of(encoding)), codec_of(encoding)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decoded(data, path, name), name
    wide = _wide(data[:_SAMPLE])
    if wide and not _is_binary(data[:_SAMPLE].decode(wide, errors="replace").encode(errors="replace")):
        return _decoded(data, path, wide), wide
    if _is_binary(data[:_SAMPLE]):
        raise SourceError("source.binary", f"`{path}` holds binary data, not text", where=str(path),
                          hint="check that it is the file you mean, or name its encoding")  # fmt: skip
    if data.isascii():
        return data, "utf-8"
    try:
        data.decode()
        return data, "utf-8"
    except UnicodeDecodeError as fault:
        guess = _single_byte(data)
        if guess is None:
            raise _wrong(data, path, "utf-8", fault) from None
        return _decoded(data, path, guess), guess


def codec_of(encoding: str) -> str:
    """Return the name of an encoding as Python has it. Raises SourceError where there is none."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise SourceError(
            "source.unknown-encoding",
            f"there is no encoding `{encoding}`",
            hint="common ones are utf-8, utf-16, cp1252, latin-1, cp1251, shift_jis, gb18030",
        ) from None


def _decoded(data: bytes, path: Path, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
        return text.removeprefix("\ufeff").encode()
    except UnicodeEncodeError:
        raise SourceError("source.encoding", f"`{path}` holds half characters (lone surrogates)", where=str(path),
                          hint=f"is it really {encoding}?") from None  # fmt: skip
    except UnicodeDecodeError as fault:
        raise _wrong(data, path, encoding, fault) from None


def _wrong(data: bytes, path: Path, encoding: str, fault: UnicodeDecodeError) -> SourceError:
    before = data[: fault.start]
    step = 2 if encoding.startswith("utf-16") else 1
    start = before.rfind(b"\n") + 1
    line, column = before.count(b"\n") + 1, (fault.start - start) // step + 1
    return SourceError(
        "source.encoding", f"a byte does not fit the encoding {encoding}", where=f"{path}:{line} (byte {column})",
        hint="name the encoding the file is in, such as cp1252 or latin-1, or mend that byte",
    )  # fmt: skip


def _wide(sample: bytes) -> str | None:
    """Return which UTF-16 without a mark this is: Western text in it has a zero in every second byte."""
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.1 * half else None


def _is_binary(sample: bytes) -> bool:
    odd = sum(sample.count(code) for code in _CONTROLS)
    return sample.count(0) > 0 or odd > max(8, 0.02 * len(sample))  # a few stray ones make no binary file


def _single_byte(data: bytes) -> str | None:
    """Return the single-byte encoding of text that is not UTF-8, None when it is UTF-8 with faults or no text."""
    sample = data[: 1 << 24]
    text = sample.decode("utf-8", errors="replace")
    faults = text.count("\ufffd")
    good = sum(1 for c in text if c > "\x7f") - faults
    if good > faults:
        return None
    high = sample.translate(None, bytes(range(128)) + bytes(range(160, 256)))
    if not high:
        return "latin-1" if data.translate(None, bytes(range(128)) + bytes(range(160, 256))) == b"" else "cp1252"
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return "cp1252"
