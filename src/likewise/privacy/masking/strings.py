"""Strings replaced by others of the same form: each counts as a number in its form, and the number is encrypted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.privacy.masking.alphabets import Codes, split
from likewise.privacy.masking.ff1 import FF1

U64 = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Wide = tuple[U64, U64]
"""Numbers of up to 126 bits: what is above 2**63, and what is below."""

LOW = 63
FEWEST_BITS = 8
MOST_BITS = 126

_ONE, _SHIFT, _MASK = np.uint64(1), np.uint64(32), np.uint64(2**32 - 1)


def permuted(codes: Codes, fixed: Mask, cipher: Any, *, whole: bool = False, backwards: bool = False) -> Codes:
    """Return strings (rows x characters, 0 beyond their end) replaced by others of the same form, one to one.

    Characters that are `fixed`, or in no alphabet, stay. Of `whole` numbers the first of several digits is never 0. A
    string of more than about 36 digits is taken in pieces, each mixed with the one before, so that two strings that
    begin alike are masked alike as far as that. The same string gives the same whatever stands beside it. `backwards`
    undoes it.
    """
    digits, sizes, first = split(codes)
    sizes = np.where(fixed, 1, sizes)
    if whole:
        leading = _leading(sizes)
        digits, sizes, first = digits - leading, sizes - leading, first + leading
    digits = np.where(sizes > 1, digits, 0)
    pieces = _pieces(sizes)
    found, before = digits.copy(), np.zeros(len(codes), np.uint64)
    for piece in range(int(pieces.max(initial=-1)) + 1):
        inside = pieces == piece
        own = np.where(inside, sizes, 1)
        changed = _changed(np.where(inside, digits, 0), own, before ^ _form(own, first), cipher, backwards)
        found = np.where(inside, changed, found)
        before = _number(changed if not backwards else np.where(inside, digits, 0), own)[1]
    return np.where(sizes > 1, found + first, codes).astype(np.uint32)


def _leading(sizes: Ints) -> Ints:
    """Return 1 at the first digit of numbers that have several, else 0."""
    digit = sizes > 1
    first = digit & (np.cumsum(digit, axis=1) == 1)
    found: Ints = (first & (digit.sum(axis=1) > 1)[:, None]).astype(np.int64)
    return found


def _pieces(sizes: Ints) -> Ints:
    """Return in which piece each character lies: as many together as count to less than 2**126."""
    bits, piece = np.zeros(len(sizes)), np.zeros(len(sizes), np.int64)
    found = np.zeros(sizes.shape, np.int64)
    for place in range(sizes.shape[1]):
        own = np.log2(sizes[:, place])
        over = bits + own > MOST_BITS - 0.5
        piece, bits = piece + over, np.where(over, own, bits + own)
        found[:, place] = piece
    return found


def _form(sizes: Ints, first: Ints) -> U64:
    """Return a number for the form of each piece, so that each form has a permutation of its own."""
    found = np.zeros(len(sizes), np.uint64)
    for place in range(sizes.shape[1]):
        counted = sizes[:, place] > 1
        mixed = (found ^ first[:, place].astype(np.uint64)) * np.uint64(0x100000001B3) + sizes[:, place].astype(
            np.uint64
        )
        found = np.where(counted, mixed, found)
    return found


def _changed(digits: Ints, sizes: Ints, tweak: U64, cipher: Any, backwards: bool) -> Ints:
    """Return the digits of one piece of each string after encryption; numbers beyond the form are walked on."""
    number, count = _number(digits, sizes), _number(sizes - 1, sizes)  # the greatest number of the form
    bits = np.maximum(_bits(count), FEWEST_BITS)
    high, low = number[0].copy(), number[1].copy()
    open_ones = np.flatnonzero((sizes > 1).any(axis=1))
    while len(open_ones):
        for width in np.unique(bits[open_ones]).tolist():
            rows = open_ones[bits[open_ones] == width]
            high[rows], low[rows] = _turned(width, high[rows], low[rows], tweak[rows], cipher, backwards)
        beyond = (high > count[0]) | ((high == count[0]) & (low > count[1]))
        open_ones = open_ones[beyond[open_ones]]
    return _digits((high, low), sizes)


def _turned(width: int, high: U64, low: U64, tweak: U64, cipher: Any, backwards: bool) -> Wide:
    """Encrypt, or decrypt, numbers of one width in bits."""
    right = width - width // 2
    machine, extra = FF1(2, width), tweak.astype(">u8").view(np.uint8).reshape(-1, 8)
    left_half = (high << np.uint64(LOW - right)) | (low >> np.uint64(right))
    right_half = low & np.uint64(2**right - 1)
    turn = machine.decrypt if backwards else machine.encrypt
    left_half, right_half = turn(cipher, left_half, right_half, extra)
    return left_half >> np.uint64(LOW - right), (left_half << np.uint64(right) | right_half) & np.uint64(2**LOW - 1)


def _number(digits: Ints, sizes: Ints) -> Wide:
    """Return the number that digits of mixed sizes make."""
    parts = [np.zeros(len(digits), np.uint64) for _ in range(4)]  # of 32 bits each, the least first
    for place in range(digits.shape[1]):
        carry, size = digits[:, place].astype(np.uint64), sizes[:, place].astype(np.uint64)
        for number, part in enumerate(parts):
            grown = part * size + carry
            parts[number], carry = grown & _MASK, grown >> _SHIFT
    low = parts[0] | ((parts[1] & np.uint64(2**31 - 1)) << _SHIFT)
    return (parts[1] >> np.uint64(31)) | (parts[2] << _ONE) | (parts[3] << np.uint64(33)), low


def _digits(number: Wide, sizes: Ints) -> Ints:
    """Return the digits that make a number."""
    high, low = number
    parts = [
        low & _MASK,
        (low >> _SHIFT) | ((high & _ONE) << np.uint64(31)),
        (high >> _ONE) & _MASK,
        high >> np.uint64(33),
    ]
    found = np.zeros(sizes.shape, np.int64)
    for place in reversed(range(sizes.shape[1])):
        size, rest = sizes[:, place].astype(np.uint64), np.zeros(len(sizes), np.uint64)
        for at in reversed(range(4)):
            whole = (rest << _SHIFT) | parts[at]
            parts[at], rest = whole // size, whole % size
        found[:, place] = rest.astype(np.int64)
    return found


def _bits(number: Wide) -> Ints:
    """Return how many bits a number has."""
    high, low = (np.frexp(part.astype(np.float64))[1].astype(np.int64) for part in number)
    over = [(bits > 0) & ((np.uint64(1) << np.maximum(bits - 1, 0).astype(np.uint64)) > part)
            for bits, part in zip((high, low), number, strict=True)]  # fmt: skip
    high, low = high - over[0], low - over[1]  # where a float was rounded up to a power of two
    return np.where(high > 0, high + LOW, low)
