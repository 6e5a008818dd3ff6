"""Strings replaced by others of the same form: each counts as a number in its form, and the number is encrypted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.privacy.masking.alphabets import FIRST, SIZE, Codes
from likewise.privacy.masking.ff1 import FF1

U64 = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Wide = tuple[U64, U64]
"""Numbers of up to 126 bits: what is above 2**63, and what is below."""

LOW = 63
FEWEST_BITS = 8
MOST_BITS = 126

_SHIFT, _MASK = np.uint64(32), np.uint64(2**32 - 1)


def permuted(codes: Codes, fixed: Mask, leading: Mask, cipher: Any, *, backwards: bool = False) -> Codes:
    """Return strings (rows x characters, 0 beyond their end) replaced by others of the same form, one to one.

    Characters that are `fixed`, or in no alphabet, stay. Digits that are `leading` are not 0 and do not become it. A
    string of more than about 36 digits is taken in pieces, each mixed with the one before, so that two strings that
    begin alike are masked alike as far as that. The same string gives the same whatever stands beside it. `backwards`
    undoes it.
    """
    own = np.ascontiguousarray(codes.T)  # from here on characters x rows
    ahead = (leading & ~fixed).T
    sizes = (np.where(fixed.T, np.uint32(1), SIZE[own]) - ahead).astype(np.uint64)
    first = FIRST[own] + ahead
    digits = np.where(sizes > 1, own - first, 0).astype(np.uint64)
    pieces, bits = _pieces(sizes)
    limbs = int(bits.max(initial=0) // 32) + 1
    before = np.zeros(len(codes), np.uint64)
    for piece in range(int(pieces.max(initial=0)) + 1):
        places = np.flatnonzero((pieces == piece).any(axis=1))
        part = slice(places[0], places[-1] + 1)
        inside = pieces[part] == piece
        base = np.where(inside, sizes[part], np.uint64(1))
        plain = np.where(inside, digits[part], np.uint64(0))
        changed = _changed(plain, base, before ^ _form(base, first[part]), limbs, cipher, backwards)
        digits[part] = np.where(inside, changed, digits[part])
        before = _wide(_number(changed if backwards else plain, base, limbs))[1]
    return np.ascontiguousarray(np.where(sizes > 1, digits.astype(np.uint32) + first, own).T)


def _pieces(sizes: U64) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return in which piece each character lies, as many together as count to less than 2**126, and their bits."""
    bits, piece = np.zeros(sizes.shape[1]), np.zeros(sizes.shape[1], np.int64)
    most, found = bits.copy(), np.zeros(sizes.shape, np.int64)
    for place, own in enumerate(np.log2(sizes)):
        over = bits + own > MOST_BITS - 0.5
        piece += over
        bits = np.where(over, own, bits + own)
        np.maximum(most, bits, out=most)
        found[place] = piece
    return found, most


def _form(sizes: U64, first: Codes) -> U64:
    """Return a number for the form of each piece, so that each form has a permutation of its own."""
    found = np.zeros(sizes.shape[1], np.uint64)
    for size, start in zip(sizes, first, strict=True):
        found = np.where(size > 1, (found ^ start) * np.uint64(0x100000001B3) + size, found)
    return found


def _changed(digits: U64, sizes: U64, tweak: U64, limbs: int, cipher: Any, backwards: bool) -> U64:
    """Return the digits of one piece of each string after encryption; numbers beyond the form are walked on."""
    high, low = _wide(_number(digits, sizes, limbs))
    count = _wide(_number(sizes - np.uint64(1), sizes, limbs))  # the greatest number of the form
    bits = np.maximum(_bits(count), FEWEST_BITS)
    open_ones = np.flatnonzero((sizes > 1).any(axis=0))
    while len(open_ones):
        for width in np.unique(bits[open_ones]).tolist():
            rows = open_ones[bits[open_ones] == width]
            high[rows], low[rows] = _turned(width, high[rows], low[rows], tweak[rows], cipher, backwards)
        own = high[open_ones], low[open_ones]
        most = count[0][open_ones], count[1][open_ones]
        open_ones = open_ones[(own[0] > most[0]) | ((own[0] == most[0]) & (own[1] > most[1]))]
    return _digits(_limbs(high, low, limbs), sizes)


def _turned(width: int, high: U64, low: U64, tweak: U64, cipher: Any, backwards: bool) -> Wide:
    """Encrypt, or decrypt, numbers of one width in bits."""
    right = width - width // 2
    machine, extra = FF1(2, width), tweak.astype(">u8").view(np.uint8).reshape(-1, 8)
    left_half = (high << np.uint64(LOW - right)) | (low >> np.uint64(right))
    right_half = low & np.uint64(2**right - 1)
    turn = machine.decrypt if backwards else machine.encrypt
    left_half, right_half = turn(cipher, left_half, right_half, extra)
    return left_half >> np.uint64(LOW - right), (left_half << np.uint64(right) | right_half) & np.uint64(2**LOW - 1)


def _number(digits: U64, sizes: U64, limbs: int) -> list[U64]:
    """Return the number that digits of mixed sizes make, in limbs of 32 bits, the least first."""
    found = [np.zeros(digits.shape[1], np.uint64) for _ in range(limbs)]
    for digit, size in zip(digits, sizes, strict=True):
        carry = digit
        for limb in found:
            limb *= size
            limb += carry
            carry = limb >> _SHIFT
            limb &= _MASK
    return found


def _digits(number: list[U64], sizes: U64) -> U64:
    """Return the digits that make a number; its limbs are used up."""
    found = np.zeros_like(sizes)
    for place in reversed(range(len(sizes))):
        size, rest = sizes[place], np.zeros(sizes.shape[1], np.uint64)
        for limb in reversed(number):
            whole = (rest << _SHIFT) | limb
            np.floor_divide(whole, size, out=limb)
            rest = whole - limb * size
        found[place] = rest
    return found


def _wide(limbs: list[U64]) -> Wide:
    """Return the two parts of numbers that are given in limbs."""
    none = np.zeros_like(limbs[0])
    one, two, three, four = (limbs + [none] * 3)[:4]
    low = one | ((two & np.uint64(2**31 - 1)) << _SHIFT)
    return (two >> np.uint64(31)) | (three << np.uint64(1)) | (four << np.uint64(33)), low


def _limbs(high: U64, low: U64, limbs: int) -> list[U64]:
    """Return numbers in limbs of 32 bits, the least first."""
    two = (low >> _SHIFT) | ((high & np.uint64(1)) << np.uint64(31))
    return [low & _MASK, two, (high >> np.uint64(1)) & _MASK, high >> np.uint64(33)][:limbs]


def _bits(number: Wide) -> Ints:
    """Return how many bits a number has."""
    high, low = (np.frexp(part.astype(np.float64))[1].astype(np.int64) for part in number)
    over = [(bits > 0) & ((np.uint64(1) << np.maximum(bits - 1, 0).astype(np.uint64)) > part)
            for bits, part in zip((high, low), number, strict=True)]  # fmt: skip
    high, low = high - over[0], low - over[1]  # where a float was rounded up to a power of two
    return np.where(high > 0, high + LOW, low)
