"""What tells messages apart: numbers made of ids, so that the same transaction has the same ones in every format."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Bits, Counted
from likewise.industries.finance.messages.blocks import Block, Ints
from likewise.industries.finance.messages.pieces import Bytes, characters, fixed, joined

_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_PLACES = [place for place in range(36) if place not in (8, 13, 18, 23)]


def digests(ids: pa.Array, seed: int, *use: str) -> Bits:
    """Return 64 bits for each id: a function of the id, the seed and the use, and of nothing else.

    Two ids of at most eight characters have never the same; longer ones by a chance of one in 2**64.
    """
    sizes = pc.binary_length(ids).to_numpy()
    width = -(-int(sizes.max(initial=1)) // 8) * 8
    lanes = np.ascontiguousarray(characters(pc.ascii_rpad(ids, width, "\0"))).view("<u8").astype(np.uint64)
    found = np.zeros(len(ids), np.uint64)
    for place in range(lanes.shape[1]):
        mixed = Counted(seed, *use, place).bits((found ^ lanes[:, place]).view(np.int64))
        found = np.where(sizes > 8 * place, mixed, found)  # else a longer id in the block would change it
    return found


def hexadecimal(bits: Bits, digits: int = 16) -> Bytes:
    """Return the last hexadecimal digits of numbers, as characters.

    >>> hexadecimal(np.array([255], np.uint64), 4).tobytes()
    b'00ff'
    """
    read = bits.astype(">u8").view(np.uint8).reshape(-1, 8)
    return np.stack([_HEX[read >> 4], _HEX[read & 15]], axis=2).reshape(-1, 16)[:, 16 - digits :]


def uetrs(ids: pa.Array, seed: int) -> pa.Array:
    """Return a UUID of version 4 for each id, as payments are tracked by.

    >>> uetrs(pa.array(["T1"]), 0).to_pylist() == uetrs(pa.array(["T1"]), 0).to_pylist()
    True
    """
    grid = np.full((len(ids), 36), ord("-"), np.uint8)
    digits = np.concatenate([hexadecimal(digests(ids, seed, "uetr", half)) for half in ("one", "other")], axis=1)
    digits[:, 12] = ord("4")
    digits[:, 16] = np.frombuffer(b"89ab", np.uint8)[digits[:, 16] & 3]
    grid[:, _PLACES] = digits
    return fixed(grid)


def message_ids(kind: str, days: pa.Array, ids: pa.Array, seed: int) -> pa.Array:
    """Return an id for each message, from its kind, its day (YYYYMMDD) and the id of the first thing in it."""
    spelled = fixed(hexadecimal(digests(ids, seed, "message", kind)))
    return joined(f"{kind}-", days, "-", spelled)


class Seen:
    """Remember which ids there were, in 8 bytes each, and refuse those that come again."""

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.uint64]] = []

    def check(self, block: Block, column: str) -> None:
        """Raise SchemaError where an id of the block was there before, in it or in an earlier one."""
        bits = digests(block[column], 0, "seen")
        order = np.argsort(bits, kind="stable")
        run = bits[order]
        again = np.zeros(len(bits), bool)
        again[order[1:]] = run[1:] == run[:-1]
        for known in self._runs:
            places = np.minimum(np.searchsorted(known, bits), len(known) - 1)
            again |= known[places] == bits
        block.refuse("schema.repeated-id", "ids that other rows have too", column, again,
                     "give each row an id of its own")  # fmt: skip
        self._add(run)

    def _add(self, run: npt.NDArray[np.uint64]) -> None:
        """Keep sorted runs, each more than twice as long as the next, so that few are searched."""
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        if len(run):
            self._runs.append(run)


def spread(bits: Bits, below: int) -> Ints:
    """Return a whole number from 0 up to, but not, `below` for each 64 bits; `below` is at most 2**32."""
    return (((bits >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32)).astype(np.int64)
