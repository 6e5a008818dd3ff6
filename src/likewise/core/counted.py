"""Random numbers by their place: number k is a function of the seed, the stream and k, and of nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]

AT_ONCE = 8192
"""Rows that are mixed at a time, few enough to stay in the processor's cache."""

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Counted:
    """Give random numbers for any rows, in any order, without those before them.

    A stream is named by a path, as a generator of `core.seeds` is; each has a start and an odd step of its own, and the
    number of row k is the place `start + k * step`, mixed. So any part of a table can be made alone, by any number of
    workers, and comes out the same. Where a whole block is drawn at once and nobody asks for single rows,
    `core.seeds.generator` does.

    >>> numbers = Counted(7, "orders", "price")
    >>> rows = np.arange(10)
    >>> bool((numbers.uniforms(rows)[[8, 2]] == numbers.uniforms(np.array([8, 2]))).all())
    True

    Steele, Lea and Flood, 2014, OOPSLA (SplitMix); Salmon et al., 2011, SC (counters instead of states).
    """

    __slots__ = ("_path", "_seed", "_start", "_step")

    def __init__(self, seed: int, *path: int | str) -> None:
        generator(seed)  # refuses what is no seed
        self._begin(int(seed), path)

    def _begin(self, seed: int, path: tuple[int | str, ...]) -> None:
        self._seed, self._path = seed, path
        name = "\x1f".join(f"{type(part).__name__}:{part}" for part in (self._seed, *path))
        digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
        self._start = np.uint64(int.from_bytes(digest[:8]))
        self._step = np.uint64(int.from_bytes(digest[8:]) | 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counted) and (self._start, self._step) == (other._start, other._step)

    def __hash__(self) -> int:
        return hash((int(self._start), int(self._step)))

    def at(self, *path: int | str) -> Counted:
        """Return the stream that lies further down the path.

        >>> Counted(7, "a").at("b").bits(np.arange(3)).tolist() == Counted(7, "a", "b").bits(np.arange(3)).tolist()
        True
        """
        further = Counted.__new__(Counted)  # the seed has been checked
        further._begin(self._seed, (*self._path, *path))
        return further

    def bits(self, rows: Ints) -> Bits:
        """Return 64 random bits for each row."""
        found = np.empty(len(rows), np.uint64)
        scratch = np.empty(min(len(rows), AT_ONCE), np.uint64)
        for first in range(0, len(rows), AT_ONCE):
            mixed = found[first : first + AT_ONCE]
            shifted = scratch[: len(mixed)]
            mixed[:] = rows[first : first + AT_ONCE]
            mixed *= self._step
            mixed += self._start
            mixed ^= np.right_shift(mixed, np.uint64(30), out=shifted)
            mixed *= _FIRST
            mixed ^= np.right_shift(mixed, np.uint64(27), out=shifted)
            mixed *= _SECOND
            mixed ^= np.right_shift(mixed, np.uint64(31), out=shifted)
        return found

    def uniforms(self, rows: Ints) -> npt.NDArray[np.float64]:
        """Return a number above 0 and below 1 for each row."""
        return ((self.bits(rows) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def integers(self, rows: Ints, high: int) -> Ints:
        """Return a whole number from 0 up to, but not, `high` for each row; `high` is at most 2**32.

        The chances differ by less than one in 2**32 / `high`.

        >>> int(Counted(0, "dice").integers(np.arange(6000), 6).max())
        5
        """
        return (((self.bits(rows) >> np.uint64(32)) * np.uint64(high)) >> np.uint64(32)).astype(np.int64)
