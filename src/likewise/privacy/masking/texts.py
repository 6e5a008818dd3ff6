"""Columns of texts and whole numbers, masked value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SettingsError
from likewise.privacy.masking.alphabets import Codes, split
from likewise.privacy.masking.checks import Check, checked, checking, valid
from likewise.privacy.masking.strings import permuted

Mask = npt.NDArray[np.bool_]

GREATEST = 10**18
"""Whole numbers from which on a masked one might not fit 64 bits."""


def masked_texts(
    texts: pa.Array, cipher: Any, *, first: int = 0, last: int = 0, check: Check | None = None, backwards: bool = False
) -> pa.Array:
    """Return texts replaced by others of the same form; equal ones stay equal, different ones different.

    The `first` and the `last` letters and digits of each stay. With a `check` the check digits are right again, and
    have to be right before: raises SettingsError else. Missing values stay missing.
    """
    distinct = texts.dictionary_encode()
    values = distinct.dictionary.to_pylist()
    found: list[str] = [""] * len(values)
    for places, codes in _blocks(values):
        if check is not None and not valid(codes, check).all():
            count = int((~valid(codes, check)).sum())
            raise SettingsError("masking.check", f"{count:,} values have no right check digit ({check})",
                                hint="leave `check` out: they are masked all the same")  # fmt: skip
        fixed = _ends(codes, first, last)
        if check is not None:
            fixed |= checking(codes, check)
        changed = permuted(codes, fixed, cipher, backwards=backwards)
        for place, text in zip(places, _texts(checked(changed, check) if check else changed), strict=True):
            found[place] = text
    return pa.array(found, pa.string()).take(distinct.indices)


def masked_numbers(numbers: pa.Array, cipher: Any, *, backwards: bool = False) -> pa.Array:
    """Return whole numbers replaced by others with as many digits and the same sign.

    Raises SettingsError for numbers of 19 digits.
    """
    distinct = numbers.dictionary_encode()
    if len(numbers.drop_null()) and pc.max(pc.abs(distinct.dictionary)).as_py() >= GREATEST:
        raise SettingsError("masking.too-wide", "numbers of 19 digits are out of reach", hint="store them as texts")
    values = [str(value) for value in distinct.dictionary.to_pylist()]
    found = np.zeros(len(values), np.int64)
    for places, codes in _blocks(values):
        changed = permuted(codes, np.zeros(codes.shape, bool), cipher, whole=True, backwards=backwards)
        found[places] = [int(text) for text in _texts(changed)]
    return pa.array(found, pa.int64()).take(distinct.indices)


def _blocks(values: list[str]) -> Iterator[tuple[npt.NDArray[np.intp], Codes]]:
    """Yield texts of like length as code points, with their places."""
    lengths = np.array([len(value) for value in values], np.int64)
    for width in np.unique(np.ceil(np.log2(np.maximum(lengths, 1)))).tolist():
        places = np.flatnonzero((np.ceil(np.log2(np.maximum(lengths, 1))) == width) & (lengths > 0))
        most = max(1, 2**20 >> int(width))
        for start in range(0, len(places), most):
            block = places[start : start + most]
            yield block, _codes([values[place] for place in block.tolist()])


def _codes(values: list[str]) -> Codes:
    texts = np.array(values)
    return texts.view(np.uint32).reshape(len(values), -1)


def _texts(codes: Codes) -> list[str]:
    found: list[str] = np.ascontiguousarray(codes).view(f"<U{codes.shape[1]}").reshape(-1).tolist()
    return found


def _ends(codes: Codes, first: int, last: int) -> Mask:
    """Return which letters and digits are among the first or the last so many of their text."""
    counted = split(codes)[1] > 1
    before, behind = np.cumsum(counted, axis=1), np.cumsum(counted[:, ::-1], axis=1)[:, ::-1]
    found: Mask = counted & ((before <= first) | (behind <= last))
    return found
