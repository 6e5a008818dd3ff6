"""Payment cards: networks, their numbers and what is printed beside those."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.check_digits import DOUBLED
from likewise.core.counted import Bits, Counted
from likewise.techniques.rules.records.checks import chance, serial
from likewise.techniques.rules.records.texts import FOURS, Bytes, Ints, Texts, coded, fixed, put


@dataclass(frozen=True)
class Network:
    """Describe a network: how many digits its numbers have, how many its security code, and what numbers begin with.

    `tests` are beginnings of the numbers that networks and processors publish for tests; `issued` are ranges that are
    given out to banks.
    """

    name: str
    share: float
    length: int
    code: int
    tests: tuple[int, ...]
    issued: tuple[tuple[int, int], ...]


NETWORKS = (
    Network("Visa", 0.52, 16, 3, (411111, 401288, 400000, 424242), ((400000, 499999),)),
    Network("Mastercard", 0.30, 16, 3, (555555, 510510, 222300, 545454), ((510000, 559999), (222100, 272099))),
    Network("American Express", 0.09, 15, 4, (378282, 371449, 378734), ((340000, 349999), (370000, 379999))),
    Network("Discover", 0.04, 16, 3, (601111, 601100), ((601100, 601109), (644000, 659999))),
    Network("JCB", 0.02, 16, 3, (353011, 356600), ((352800, 358999),)),
    Network("UnionPay", 0.02, 16, 3, (620000,), ((620000, 621799), (622126, 622925))),
    Network("Diners Club", 0.01, 14, 3, (305693, 385200), ((300000, 305999), (380000, 389999))),
)

_NAMES = pa.array([network.name for network in NETWORKS], pa.string())
_SHARES = Texts([network.name for network in NETWORKS], [network.share for network in NETWORKS])
_LENGTHS = np.array([network.length for network in NETWORKS])

_MOST = max(len(network.tests) for network in NETWORKS)
_TESTS = np.array([[network.tests[place % len(network.tests)] for place in range(_MOST)] for network in NETWORKS])
_FIRST = np.array([[low for low, _ in (network.issued * 2)[:2]] for network in NETWORKS])
_SIZES = np.array([[high - low + 1 for low, high in (network.issued * 2)[:2]] for network in NETWORKS])
Words = npt.NDArray[np.uint32]

_AT_ONCE = 16_384
"""Rows that are written at a time, so that what is computed on the way stays in the processor's cache."""

_WIDEST = 16
"""Digits that a number has at most."""


def _summed() -> Bits:
    """Return of each four digits their characters and, above those, what they add to Luhn's sum, the first doubled."""
    own = np.arange(10_000)[:, None] // [1000, 100, 10, 1] % 10
    total = DOUBLED[own[:, ::2]].sum(axis=1) + own[:, 1::2].sum(axis=1)
    return np.asarray(FOURS.astype(np.uint64) | (total.astype(np.uint64) << np.uint64(32)))


_SUMMED = _summed()
_CHECKS = np.array([(-total % 10) << 24 for total in range(256)], dtype=np.uint64)
"""The check digit of each sum of Luhn's, where the last of four characters lies."""


def networks(bits: Bits) -> Ints:
    """Return the place in `NETWORKS` of each row's network."""
    return _SHARES.codes(bits).astype(np.int64)


def network_names(places: Ints) -> pa.Array:
    """Return the names of networks."""
    return coded(places, _NAMES)


def place_of(names: pa.Array) -> Ints:
    """Return the place in `NETWORKS` of names, Visa for those that are not known."""
    known = {network.name.casefold(): place for place, network in enumerate(NETWORKS)}
    uniques = names.dictionary_encode() if not isinstance(names, pa.DictionaryArray) else names
    found = [known.get(str(name).casefold(), 0) for name in uniques.dictionary.to_pylist()]
    codes = uniques.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    places: Ints = np.array([*found, 0], dtype=np.int64)[codes]
    return places


def numbers(places: Ints, random: Counted, rows: Ints, *, safe: bool, unique: bool) -> pa.Array:
    """Return card numbers that pass Luhn's formula and begin as the network's do; with `unique`, none twice."""
    first, later, drawn = random.at("start"), random.at("rest"), serial if unique else chance
    written, lengths = np.empty((len(rows), _WIDEST), dtype=np.uint8), _LENGTHS[places]
    for begin in range(0, len(rows), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        starts = _starts(places[part], first.bits(rows[part]), safe=safe)
        _write(written[part], lengths[part], starts, drawn(later, rows[part], 10**9))
    return _packed(written, lengths)


def _write(out: Bytes, lengths: Ints, starts: Ints, rest: Ints) -> None:
    """Write numbers from their first six and next nine digits; shorter ones are written with zeros that are cut off."""
    own = np.flatnonzero(lengths < _WIDEST)
    short = _WIDEST - lengths[own]
    scale = 10 ** (9 - short)
    whole = starts[own] * scale + rest[own] % scale
    starts[own] = whole // 10**9
    rest[own] = whole - starts[own] * 10**9
    _write_groups(out.view(np.uint32), starts, rest)
    for size in np.unique(short).tolist():
        shorter = own[short == size]
        out[shorter, : _WIDEST - size] = out[shorter, size:]


def _write_groups(out: Words, starts: Ints, rest: Ints) -> None:
    """Write 16 digits, the last for Luhn's formula, from the first six and the next nine: in four groups of four."""
    first = starts // 100
    second = rest // 10**7
    behind = rest - second * 10**7
    third = behind // 1000
    last = (behind - third * 1000) * 10
    second += (starts - first * 100) * 100
    groups = [_SUMMED[group] for group in (first, second, third, last)]
    total = (groups[0] + groups[1] + groups[2] + groups[3]) >> np.uint64(32)
    groups[3] += _CHECKS[total.view(np.int64)]
    for column, group in enumerate(groups):
        out[:, column] = group


def _starts(places: Ints, bits: Bits, *, safe: bool) -> Ints:
    """Return the first six digits, of the network's beginnings for tests or of those that are issued."""
    low = (bits & np.uint64(0xFFFFFFFF)).astype(np.int64)
    if safe:
        return np.asarray(_TESTS.ravel()[places * _TESTS.shape[1] + (low * _TESTS.shape[1] >> 32)])
    which = places * 2 + (bits >> np.uint64(63)).astype(np.int64)
    return np.asarray(_FIRST.ravel()[which] + (low * _SIZES.ravel()[which] >> 32))


def _packed(written: Bytes, lengths: Ints) -> pa.Array:
    """Return texts of 16 bytes at most: what a row has beyond its own length, the next row overwrites."""
    ends = np.zeros(len(written) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    buffer = pa.allocate_buffer(int(ends[-1]) + _WIDEST)
    target = np.ndarray((int(ends[-1]) + 1,), np.complex128, np.frombuffer(buffer, np.uint8), strides=(1,))
    target[ends[:-1]] = written.view(np.complex128).ravel()
    return pa.Array.from_buffers(pa.string(), len(written), [None, pa.py_buffer(ends.astype(np.int32)), buffer])


def codes(places: Ints, bits: Bits) -> pa.Array:
    """Return security codes, of three digits or the network's four."""
    four = np.array([network.code == 4 for network in NETWORKS])[places]
    number = ((bits >> np.uint64(32)).astype(np.int64) * 10_000) >> 32
    written = np.empty((len(places), 4), dtype=np.uint8)
    put(written, np.where(four, number, number % 1000))
    keep = np.ones(written.shape, dtype=bool)
    keep[:, 0] = four
    ends = np.zeros(len(places) + 1, dtype=np.int32)
    np.cumsum(keep.sum(axis=1), out=ends[1:])
    return pa.Array.from_buffers(pa.string(), len(places), [None, pa.py_buffer(ends), pa.py_buffer(written[keep])])


def expiries(bits: Bits, year: int, month: int) -> pa.Array:
    """Return until when cards are good, as `MM/YY`: one to sixty months after the month they are seen in."""
    after = year * 12 + month - 1 + 1 + (((bits >> np.uint64(32)).astype(np.int64) * 60) >> 32)
    written = np.empty((len(bits), 5), dtype=np.uint8)
    put(written[:, :2], after % 12 + 1)
    written[:, 2] = ord("/")
    put(written[:, 3:], after // 12 % 100)
    return fixed(written)


def masked(numbers_: pa.Array) -> pa.Array:
    """Return numbers with all but the last four digits hidden."""
    import pyarrow.compute as pc

    last = pc.utf8_slice_codeunits(numbers_, -4)
    return pc.binary_join_element_wise("**** **** ****", last, " ")
