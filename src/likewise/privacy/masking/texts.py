"""Columns of texts and whole numbers, masked value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.errors import SettingsError
from likewise.privacy.masking.alphabets import Codes, is_counted
from likewise.privacy.masking.checks import checked, checking, valid
from likewise.privacy.masking.methods import Format
from likewise.privacy.masking.strings import permuted
from likewise.privacy.masking.uuids import from_hexadecimal, is_uuid, to_hexadecimal, versions

Mask = npt.NDArray[np.bool_]

CHARACTERS = 2**19
"""Characters that are masked at a time."""

_ZERO, _NINE, _MINUS = ord("0"), ord("9"), ord("-")


def masked_texts(texts: pa.Array, cipher: Any, method: Format, *, backwards: bool = False) -> pa.Array:
    """Return texts replaced by others of the same form; equal ones stay equal, different ones different.

    What a text becomes depends on nothing but itself. Missing values stay missing. Raises SettingsError where a check
    digit that is to be right again is not right before.
    """
    distinct = texts.dictionary_encode()
    values = distinct.dictionary.to_pylist()
    found: list[str] = [""] * len(values)
    for places, codes in _blocks(values):
        changed = _masked(codes, cipher, method, backwards)
        for place, text in zip(places.tolist(), _texts(changed), strict=True):
            found[place] = text[: len(values[place])]
    return pa.array(found, pa.string()).take(distinct.indices)


def masked_numbers(numbers: pa.Array, cipher: Any, method: Format, *, backwards: bool = False) -> pa.Array:
    """Return whole numbers replaced by others with as many digits and the same sign, as texts of them would be.

    Raises SettingsError where one is masked to a number that the type of the column does not hold.
    """
    whole = method.model_copy(update={"whole": True})
    found = masked_texts(numbers.cast(pa.int64()).cast(pa.string()), cipher, whole, backwards=backwards)
    try:
        wide = found.cast(pa.int64()) if pa.types.is_floating(numbers.type) else found
        return wide.cast(numbers.type)
    except pa.ArrowInvalid:
        raise SettingsError("masking.too-wide", f"numbers of as many digits do not all fit {numbers.type}",
                            hint="store them in a wider type, or as texts") from None  # fmt: skip


def _masked(codes: Codes, cipher: Any, method: Format, backwards: bool) -> Codes:
    """Return strings of one block after masking."""
    if method.check is not None and not valid(codes, method.check).all():
        count = int((~valid(codes, method.check)).sum())
        raise SettingsError("masking.check", f"{count:,} values have no right check digit ({method.check})",
                            hint="leave `check` out: they are masked all the same")  # fmt: skip
    uuids = is_uuid(codes)
    fixed = _ends(codes, method.first, method.last) | versions(codes, uuids)
    if method.check is not None:
        fixed |= checking(codes, method.check)
    leading = _leading(codes) if method.whole else np.zeros(codes.shape, bool)
    fixed |= leading & (codes == _ZERO)
    found = from_hexadecimal(permuted(to_hexadecimal(codes, uuids), fixed, leading, cipher, backwards=backwards), uuids)
    while (astray := is_uuid(found) & ~uuids).any():  # what is no UUID never becomes one: walked on
        found[astray] = permuted(found[astray], fixed[astray], leading[astray], cipher, backwards=backwards)
    return checked(found, method.check) if method.check else found


def _blocks(values: list[str]) -> Iterator[tuple[npt.NDArray[np.intp], Codes]]:
    """Yield texts of like length as code points, with their places."""
    lengths = np.array([len(value) for value in values], np.int64)
    classes = np.ceil(np.log2(np.maximum(lengths, 1)))
    for width in np.unique(classes).tolist():
        places = np.flatnonzero((classes == width) & (lengths > 0))
        most = max(1, CHARACTERS >> int(width))
        for start in range(0, len(places), most):
            block = places[start : start + most]
            yield block, _codes([values[place] for place in block.tolist()])


def _codes(values: list[str]) -> Codes:
    texts = np.array(values)
    return texts.view(np.uint32).reshape(len(values), -1)


def _texts(codes: Codes) -> Iterator[str]:
    """Yield strings with what stands beyond their end, so that none loses a NUL."""
    width = codes.shape[1]
    together = codes.astype("<u4").tobytes().decode("utf-32-le")
    return (together[start : start + width] for start in range(0, len(together), width))


def _ends(codes: Codes, first: int, last: int) -> Mask:
    """Return which letters and digits are among the first or the last so many of their text."""
    if not first and not last:
        return np.zeros(codes.shape, bool)
    counted = is_counted(codes)
    before, behind = np.cumsum(counted, axis=1), np.cumsum(counted[:, ::-1], axis=1)[:, ::-1]
    found: Mask = counted & ((before <= first) | (behind <= last))
    return found


def _leading(codes: Codes) -> Mask:
    """Return the first digit of each text that is a whole number of several digits, or a negative one."""
    digit = (codes >= _ZERO) & (codes <= _NINE)
    negative = codes[:, 0] == _MINUS
    digits = digit.sum(axis=1)
    whole = (digits + negative == (codes != 0).sum(axis=1)) & (digits + negative > 1)
    found = np.zeros(codes.shape, bool)
    found[np.flatnonzero(whole), negative[whole].astype(np.intp)] = True
    return found & digit
