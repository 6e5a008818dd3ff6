"""UUIDs: their hexadecimal digits stay such, and their version and variant stay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.privacy.masking.alphabets import Codes

Mask = npt.NDArray[np.bool_]

LENGTH = 36
_HYPHENS = np.isin(np.arange(LENGTH), (8, 13, 18, 23))
_KEPT = np.isin(np.arange(LENGTH), (14, 19))
_DIGITS = np.frombuffer("0123456789abcdef".encode("utf-32-le"), "<u4").astype(np.uint32)
_STAND = 0xE000
"""The first of the characters that stand for hexadecimal digits while they are masked."""


def is_uuid(codes: Codes) -> Mask:
    """Return which strings are UUIDs in small letters."""
    if codes.shape[1] < LENGTH:
        return np.zeros(len(codes), bool)
    head = codes[:, :LENGTH]
    found: Mask = (head[:, _HYPHENS] == ord("-")).all(axis=1) & (codes[:, LENGTH:] == 0).all(axis=1)
    found[found] = np.isin(head[found][:, ~_HYPHENS], _DIGITS).all(axis=1)
    return found


def versions(codes: Codes, uuids: Mask) -> Mask:
    """Return where the version and the variant stand."""
    found = np.zeros(codes.shape, bool)
    if uuids.any():
        found[:, :LENGTH] = uuids[:, None] & _KEPT
    return found


def to_hexadecimal(codes: Codes, uuids: Mask) -> Codes:
    """Return strings whose hexadecimal digits, in UUIDs, are characters of one alphabet."""
    if not uuids.any():
        return codes
    found, own = codes.copy(), codes[uuids]
    digit = np.isin(own, _DIGITS)
    own[digit] = _STAND + np.searchsorted(_DIGITS, own[digit]).astype(np.uint32)
    found[uuids] = own
    return found


def from_hexadecimal(codes: Codes, uuids: Mask) -> Codes:
    """Return strings as they were before `to_hexadecimal`."""
    if not uuids.any():
        return codes
    own = codes[uuids]
    digit = (own >= _STAND) & (own < _STAND + len(_DIGITS))
    own[digit] = _DIGITS[own[digit] - _STAND]
    codes[uuids] = own
    return codes
