"""Ids: the pattern they are built by, and endless lists of new ones without repeats."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.check_digits import luhn, ninety_seven
from likewise.core.counted import Counted, Ints
from likewise.core.identifiers.fakes import fake_capacity, fakes_at
from likewise.core.permutation import order_of
from likewise.core.schema import Column, Pattern, Role
from likewise.errors import SettingsError

Bytes = npt.NDArray[np.uint8]
Check = Literal["luhn", "mod11", "mod97"]

CLASSES = {
    "9": "0123456789",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "a": "abcdefghijklmnopqrstuvwxyz",
    "h": "0123456789abcdef",
    "*": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
}
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_WIDEST = 2**62
_UUID_SPACE = 2**60
_BLOCK = 1 << 20
_ENOUGH = 8
"""Ids below which a passed check digit may be chance (one in ten passes by luck)."""


# -- finding --------------------------------------------------------------------------------------------------------
def infer_pattern(strings: pa.Array) -> Pattern | None:
    """Return how distinct ids are built, None when they follow no pattern.

    >>> infer_pattern(pa.array(["INV-001", "INV-002", "INV-003"])).prefix
    'INV-'
    """
    texts = strings.cast(pa.string()).drop_null()
    if len(texts) == 0:
        return None
    if pc.all(pc.match_substring_regex(texts, _UUID)).as_py():
        return Pattern(form="uuid")
    sequence, dense = _sequence(texts)
    if dense:
        return sequence
    mask = _mask(_usual_length(texts))
    return mask if mask is not None else sequence


def _shared(texts: pa.Array) -> tuple[str, str]:
    """Return the prefix and the suffix that all texts share, digits left out."""
    low, high = pc.min(texts).as_py(), pc.max(texts).as_py()
    size = next((i for i, (a, b) in enumerate(zip(low, high)) if a != b), min(len(low), len(high)))
    prefix = re.sub(r"[0-9]+$", "", low[:size]) if not low[:size].isdigit() else ""
    backward = pc.utf8_reverse(texts)
    low, high = pc.min(backward).as_py(), pc.max(backward).as_py()
    size = next((i for i, (a, b) in enumerate(zip(low, high)) if a != b), min(len(low), len(high)))
    suffix = re.sub(r"^[0-9]+", "", low[:size][::-1])
    return prefix, suffix if len(prefix) + len(suffix) < int(pc.min(pc.utf8_length(texts)).as_py()) else ""


def _sequence(texts: pa.Array) -> tuple[Pattern | None, bool]:
    """Return a counting pattern when the texts are a shared frame around whole numbers, and whether it is dense."""
    prefix, suffix = _shared(texts)
    middle = pc.utf8_slice_codeunits(texts, len(prefix), -len(suffix) if suffix else None)
    if not pc.all(pc.match_substring_regex(middle, r"^(?:-?[1-9][0-9]{0,17}|0|0[0-9]{1,17})$")).as_py():
        return None, False
    lengths = np.asarray(pc.utf8_length(middle))
    padded = bool(pc.any(pc.match_substring_regex(middle, r"^0[0-9]")).as_py())
    if padded and lengths.min() != lengths.max():
        return None, False
    numbers = np.unique(np.asarray(middle.cast(pa.int64())))
    width = int(lengths.max()) if padded else 0
    gaps = np.diff(numbers)
    low, span = int(numbers[0]), int(numbers[-1]) - int(numbers[0])
    step = int(np.gcd.reduce(gaps)) if len(gaps) else 1
    if 2 * len(numbers) >= span // max(step, 1) + 1:
        return Pattern(form="sequence", prefix=prefix, suffix=suffix, start=low, step=max(step, 1), width=width), True
    # Thinly spread numbers: count through the same range evenly, from a round start rather than from a real one.
    start = 10 ** (len(str(low)) - 1) if low > 0 else low
    return Pattern(form="sequence", prefix=prefix, suffix=suffix, start=start,
                   step=max((int(numbers[-1]) - start) // len(numbers), 1), width=width), False  # fmt: skip


def _usual_length(texts: pa.Array) -> pa.Array:
    """Return the texts of the one length that nearly all have: a mistyped id in a thousand is no other pattern."""
    lengths = pc.binary_length(texts)
    usual = pc.mode(lengths)[0]
    return texts.filter(pc.equal(lengths, usual["mode"])) if usual["count"].as_py() >= 0.998 * len(texts) else texts


def _mask(texts: pa.Array) -> Pattern | None:
    """Return one character class a position, when all texts are of one length and alike."""
    sizes = pc.min_max(pc.binary_length(texts))
    width = int(sizes["max"].as_py())
    if sizes["min"].as_py() != width or not 3 <= width <= 64 or len(texts) < 3:
        return None
    flat = np.frombuffer("".join(texts.to_pylist()).encode(), dtype=np.uint8)
    if flat.max() >= 128:
        return None
    grid = flat.reshape(-1, width)
    seen = [set(map(chr, np.unique(grid[:, i]).tolist())) for i in range(width)]
    hexed = _is_hex(seen)
    mask, free = "", 0
    for chars in seen:
        symbol = _symbol(chars, hexed)
        if symbol is None:
            return None
        mask += symbol
        free += len(symbol) == 1 and symbol in CLASSES
    check = _find_check(texts, grid, mask)
    pattern = Pattern(form="mask", mask=mask, check=check)
    return pattern if free and capacity(pattern) >= len(texts) else None


def _is_hex(seen: list[set[str]]) -> bool:
    mixed = [c for c in seen if len(c) > 1]
    letters = set("abcdef")
    return bool(mixed) and all(c <= set(CLASSES["h"]) for c in mixed) and sum(bool(c & letters) for c in mixed) >= 2


def _symbol(chars: set[str], hexed: bool) -> str | None:
    if len(chars) == 1:
        only = next(iter(chars))
        return "\\" + only if only in CLASSES or only == "\\" else only
    if hexed:
        return "h"
    return next((s for s in "9Aa*" if chars <= set(CLASSES[s])), None)


def _find_check(texts: pa.Array, grid: Bytes, mask: str) -> Check | None:
    """Return the check-digit rule that all ids obey, when there are too many of them for chance."""
    if len(texts) < _ENOUGH:
        return None
    slots = _slots(mask)
    free = [i for i, s in enumerate(slots) if s.symbol]
    sample = grid[:5000]
    digits = sample.astype(np.int64) - 48
    is_digits = bool(np.all((digits >= 0) & (digits <= 9)))
    if len(slots) >= 10 and slots[2].symbol in ("9", "*") and slots[3].symbol in ("9", "*") and _is_iban(sample):
        return "mod97"
    if is_digits and len(slots) >= 8 and len(free) > 4 and bool(np.all(luhn(digits[:, :-1]) == digits[:, -1])):
        return "luhn"
    if len(slots) == 10 and bool(np.all((digits[:, :9] >= 0) & (digits[:, :9] <= 9))):
        last = np.where(sample[:, 9] == ord("X"), 10, digits[:, 9])
        if bool(np.all((_eleven_sum(digits[:, :9]) + last) % 11 == 0)):
            return "mod11"
    return None


def _eleven_sum(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray((digits * np.arange(10, 1, -1)).sum(axis=1))


def _ninety_seven(grid: Bytes) -> npt.NDArray[np.int64]:
    """Return the remainder by 97 of ids read as ISO 13616 reads them: four characters moved to the end."""
    moved = np.concatenate([grid[:, 4:], grid[:, :4]], axis=1).astype(np.int64)
    return ninety_seven(np.where(moved >= 65, (moved & 0xDF) - 55, moved - 48))


def _is_iban(grid: Bytes) -> bool:
    alphanumeric = ((grid >= 48) & (grid <= 57)) | ((grid >= 65) & (grid <= 90))
    return bool(alphanumeric.all() and np.all(_ninety_seven(grid) == 1))


# -- making ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Slot:
    """Hold one position of a mask: a class of characters to draw from, or a character that stands for itself."""

    symbol: str
    literal: str

    @property
    def chars(self) -> str:
        """The characters that may stand here."""
        return CLASSES[self.symbol] if self.symbol else self.literal


def _slots(mask: str) -> list[Slot]:
    tokens = re.findall(r"\\.|[^\\]", mask, flags=re.DOTALL)
    return [Slot(t, "") if t in CLASSES else Slot("", t[-1]) for t in tokens]


def _checked_at(pattern: Pattern, slots: list[Slot]) -> tuple[int, ...]:
    """Return the positions that a check rule fills."""
    if pattern.check is None:
        return ()
    return (2, 3) if pattern.check == "mod97" else (len(slots) - 1,)


def capacity(pattern: Pattern) -> int:
    """Return how many different ids a pattern can make.

    >>> capacity(Pattern(form="mask", mask="A99"))
    2600
    """
    if pattern.form == "uuid":
        return _UUID_SPACE
    if pattern.form == "fake":
        return fake_capacity(pattern.fake or "word")
    if pattern.form == "sequence":
        if not pattern.width:
            return (2**63 - 1 - max(pattern.start, 0)) // pattern.step
        last = int(10**pattern.width) - 1
        return max((last - pattern.start) // pattern.step + 1, 0)
    slots = _slots(pattern.mask)
    filled = _checked_at(pattern, slots)
    return math.prod(len(s.chars) for i, s in enumerate(slots) if i not in filled)


def id_column(name: str, pattern: Pattern, role: Role = "feature") -> Column:
    """Return the column of ids that a pattern makes; those that only count go back to whole numbers.

    >>> id_column("order", Pattern(form="sequence")).dtype
    'int64'
    """
    counts = pattern.form == "sequence" and not (pattern.prefix or pattern.suffix or pattern.width or pattern.check)
    return Column(name=name, kind="id", role=role, pattern=pattern, dtype="int64" if counts else "string")


def make_keys(pattern: Pattern, start: int, n: int, seed: int) -> pa.Array:
    """Return ids `start` to `start + n` of the pattern's endless list without repeats, as strings.

    The same seed and position give the same id, so that blocks made anywhere fit together. Masks walk through their
    space in an order that a keyed permutation shuffles. Raises SettingsError when the list ends sooner.

    >>> make_keys(Pattern(form="sequence", prefix="A", width=3), 4, 2, seed=0).to_pylist()
    ['A005', 'A006']
    """
    room = capacity(pattern)
    if start < 0 or n < 0 or start + n > room:
        raise SettingsError("key.exhausted", f"this id's pattern can make {max(room, 0):,} values, not {start + n:,}",
                            hint="ask for fewer rows, or widen the column's `pattern` in the schema")  # fmt: skip
    random = Counted(seed, "keys", pattern.form, pattern.mask)
    parts = [keys_at(pattern, np.arange(at, min(at + _BLOCK, start + n)), random)
             for at in range(start, start + n, _BLOCK)]  # fmt: skip
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def keys_at(pattern: Pattern, places: Ints, random: Counted) -> pa.Array:
    """Return the ids at some places of the pattern's endless list, in any order.

    >>> keys_at(Pattern(form="sequence", prefix="A"), np.array([6, 2]), Counted(0)).to_pylist()
    ['A7', 'A3']
    """
    if pattern.form == "sequence":
        return _counted(pattern, places)
    if pattern.form == "fake":
        return fakes_at(pattern.fake or "word", places, random)
    return _strings(_uuids(places, random) if pattern.form == "uuid" else _masked(pattern, places, random))


def _counted(pattern: Pattern, places: Ints) -> pa.Array:
    texts = pa.array(pattern.start + pattern.step * places).cast(pa.string())
    if pattern.width:
        texts = pc.utf8_lpad(texts, pattern.width, "0")
    if pattern.prefix or pattern.suffix:
        texts = pc.binary_join_element_wise(pattern.prefix, texts, pattern.suffix, "")
    return texts


def _strings(grid: Bytes) -> pa.Array:
    rows, width = grid.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    return pa.Array.from_buffers(
        pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(grid))]
    )


def _masked(pattern: Pattern, positions: Ints, random: Counted) -> Bytes:
    slots = _slots(pattern.mask)
    filled = _checked_at(pattern, slots)
    grid = np.empty((len(positions), len(slots)), dtype=np.uint8)
    walked: list[int] = []
    size = 1
    for i, slot in enumerate(slots):
        if not slot.symbol:
            grid[:, i] = ord(slot.literal)
        elif i not in filled:
            if size * len(slot.chars) <= _WIDEST:
                walked.append(i)
                size *= len(slot.chars)
            else:
                # The walked positions alone keep ids different; these only look random.
                picked = random.at(i).integers(positions, len(slot.chars))
                grid[:, i] = _chars(slot.chars)[picked]
    rest = order_of(size, random).at(positions)
    for i in reversed(walked):
        rest, digit = np.divmod(rest, len(slots[i].chars))
        grid[:, i] = _chars(slots[i].chars)[digit]
    if pattern.check is not None:
        _fill_check(grid, pattern.check)
    return grid


def _chars(chars: str) -> Bytes:
    return np.frombuffer(chars.encode(), dtype=np.uint8)


def _fill_check(grid: Bytes, check: Check) -> None:
    """Write the check digits of ids in place."""
    if check == "mod97":
        grid[:, 2:4] = ord("0")
        number = 98 - _ninety_seven(grid)
        grid[:, 2], grid[:, 3] = 48 + number // 10, 48 + number % 10
        return
    digits = grid.astype(np.int64) - 48
    if check == "luhn":
        grid[:, -1] = 48 + luhn(digits[:, :-1])
        return
    last = (-_eleven_sum(digits[:, :9])) % 11
    grid[:, 9] = np.where(last == 10, ord("X"), 48 + last)


def _uuids(positions: Ints, random: Counted) -> Bytes:
    """Return texts that look like version-4 UUIDs; 60 permuted bits keep them different."""
    high, low = order_of(_UUID_SPACE, random).at(positions).astype(np.uint64), random.bits(positions)
    hexes = _chars(CLASSES["h"])
    grid = np.empty((len(positions), 36), dtype=np.uint8)
    places = [i for i in range(36) if i not in (8, 13, 18, 23)]
    grid[:, [8, 13, 18, 23]] = ord("-")
    free = [p for p in places[:16] if p != 14]
    for at, place in enumerate(free):
        grid[:, place] = hexes[(high >> np.uint64(4 * at)) & np.uint64(15)]
    for at, place in enumerate(places[16:]):
        grid[:, place] = hexes[(low >> np.uint64(4 * at)) & np.uint64(15)]
    grid[:, 14] = ord("4")
    grid[:, 19] = _chars("89ab")[(low & np.uint64(3))]
    return grid
