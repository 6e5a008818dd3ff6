"""The events of a log by case, and by time within each: what happened after what, how often, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

SECOND = 1e6
"""Microseconds in a second."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_DENSE = 1 << 22


@dataclass(frozen=True, eq=False)
class Traces:
    """Hold the events of a log case by case, each in order of time; events of one time stay in the order of the log.

    `rows` are their places in the log, `times` microseconds since 1970, `codes` positions in `activities`; all three
    are as long as the log. Case i has the id `cases[i]` and the events from `offsets[i]` up to `offsets[i + 1]`; cases
    come in the order in which the log first names them.

    >>> traces = Traces.of(pa.array(["b", "a", "b"]), np.array([5_000_000, 1, 2_000_000]), np.array([1, 0, 0]), "xy")
    >>> traces.cases.to_pylist(), traces.offsets.tolist(), traces.rows.tolist(), traces.gaps().tolist()
    (['b', 'a'], [0, 2, 3], [2, 0, 1], [3.0])
    """

    cases: pa.Array
    offsets: Ints
    rows: Ints
    times: Ints
    codes: Codes
    activities: tuple[str, ...]

    @classmethod
    def of(cls, case: pa.Array, times: Ints, codes: npt.NDArray[np.integer], activities: Sequence[str]) -> Traces:
        """Put events in order; `case`, `times` (microseconds) and `codes` are as long as the log."""
        coded = (case.dictionary_decode() if pa.types.is_dictionary(case.type) else case).dictionary_encode("encode")
        owner = np.asarray(coded.indices).astype(np.int64)
        rows = in_order(owner, times)
        offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(coded.dictionary)))])
        return cls(coded.dictionary, offsets.astype(np.int64), rows, times[rows], codes[rows].astype(np.int32),
                   tuple(activities))  # fmt: skip

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def lengths(self) -> Ints:
        """The number of events of each case."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> Ints:
        """The number of the case that each event belongs to."""
        return np.repeat(np.arange(len(self.cases)), self.lengths)

    def sequence(self, case: int) -> tuple[str, ...]:
        """Return the activities of one case by its number, in order."""
        return tuple(self.activities[code] for code in self.codes[self.offsets[case] : self.offsets[case + 1]])

    def gaps(self) -> Floats:
        """Return the seconds from each event to the next of its case: as many as there are events, less the cases."""
        return (np.diff(self.times) / SECOND)[self._within()]

    def spans(self) -> Floats:
        """Return the seconds from the first to the last event of each case."""
        return (self.times[self.offsets[1:] - 1] - self.times[self.offsets[:-1]]) / SECOND

    def follows(self) -> Follows:
        """Return how often each activity is directly followed by each other in a case, and how cases begin and end."""
        kinds = len(self.activities)
        pairs = (self.codes[:-1].astype(np.int64) * kinds + self.codes[1:])[self._within()]
        if kinds * kinds <= max(_DENSE, len(self.codes)):
            every = np.bincount(pairs, minlength=kinds * kinds)
            seen = np.flatnonzero(every)
            counts = every[seen]
        else:
            seen, counts = np.unique(pairs, return_counts=True)
        starts = np.bincount(self.codes[self.offsets[:-1]], minlength=kinds)
        ends = np.bincount(self.codes[self.offsets[1:] - 1], minlength=kinds)
        return Follows(self.activities, seen // max(kinds, 1), seen % max(kinds, 1), counts, starts, ends)

    def variants(self) -> Variants:
        """Return the different sequences of activities, the most frequent first, and which of them each case has."""
        marks = self._marks()
        _, first, alike, counts = np.unique(marks, return_index=True, return_inverse=True, return_counts=True)
        ranks = np.lexsort((first, -counts))
        place = np.empty_like(ranks)
        place[ranks] = np.arange(len(ranks))
        found = Variants(self, first[ranks], counts[ranks], place[alike])
        return found if found.is_exact() else _by_hand(self)

    def _within(self) -> npt.NDArray[np.bool_]:
        """Return which events have another of their case after them; one less than there are events."""
        inside = np.ones(max(len(self.rows) - 1, 0), dtype=bool)
        inside[self.offsets[1:-1] - 1] = False
        return inside

    def _marks(self) -> npt.NDArray[np.uint64]:
        """Return a number a case, the same for the same sequence: a polynomial hash of its activities."""
        if not len(self.rows):
            return np.zeros(0, dtype=np.uint64)
        with np.errstate(over="ignore"):
            powers = np.multiply.accumulate(np.full(int(self.lengths.max()), _STEP, dtype=np.uint64))
            steps = np.arange(len(self.rows)) - np.repeat(self.offsets[:-1], self.lengths)
            mixed = (self.codes.astype(np.uint64) + np.uint64(1)) * _STEP
            mixed ^= mixed >> np.uint64(29)
            return np.asarray(np.add.reduceat(mixed * powers[steps], self.offsets[:-1]), dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class Follows:
    """Count the directly-follows pairs of a log: `after[i]` came right after `before[i]` in `counts[i]` places.

    `before` and `after` are positions in `activities`; `starts` and `ends` count, for each activity, the cases that
    begin and end with it. Pairs that never occur are left out.
    """

    activities: tuple[str, ...]
    before: Ints
    after: Ints
    counts: Ints
    starts: Ints
    ends: Ints

    def matrix(self) -> Ints:
        """Return the counts as a square of activities: rows are followed by columns."""
        square = np.zeros((len(self.activities), len(self.activities)), dtype=np.int64)
        square[self.before, self.after] = self.counts
        return square


@dataclass(frozen=True, eq=False)
class Variants:
    """Hold the different sequences of activities of a log, the most frequent first (of equals the one seen first).

    Variant k is the sequence of the case `examples[k]` and of `counts[k]` cases in all; `of_case` says which one each
    case has.
    """

    traces: Traces
    examples: Ints
    counts: Ints
    of_case: Ints

    def __len__(self) -> int:
        return len(self.examples)

    def sequence(self, variant: int) -> tuple[str, ...]:
        """Return the activities of a variant, in order."""
        return self.traces.sequence(int(self.examples[variant]))

    def is_exact(self) -> bool:
        """Return whether every case has the very sequence of its variant; hashes alone cannot say so."""
        traces, model = self.traces, self.examples[self.of_case]
        if not np.array_equal(traces.lengths, traces.lengths[model]):
            return False
        shift = np.repeat(traces.offsets[model] - traces.offsets[:-1], traces.lengths)
        return np.array_equal(traces.codes, traces.codes[np.arange(len(traces.codes)) + shift])


def in_order(owner: Ints, times: Ints) -> Ints:
    """Return the rows by owner, then by time, then as they come.

    >>> in_order(np.array([1, 0, 1, 0]), np.array([7, 5, 3, 5])).tolist()
    [1, 3, 2, 0]
    """
    rows = np.arange(len(owner), dtype=np.int64)
    if len(rows) and (np.diff(times) < 0).any():
        rows = np.argsort(times, kind="stable")
    bits = len(rows).bit_length()  # a plain sort of numbers that hold owner and place is quicker than a stable one
    keys = np.sort((owner[rows] << bits) | np.arange(len(rows)))
    return np.asarray(rows[keys & ((1 << bits) - 1)])


def _by_hand(traces: Traces) -> Variants:
    """Tell variants apart by the sequences themselves: for hashes that clash."""
    known: dict[bytes, int] = {}
    parts = [traces.codes[begin:end].tobytes() for begin, end in pairwise(traces.offsets.tolist())]
    alike = np.array([known.setdefault(part, len(known)) for part in parts], dtype=np.int64)
    _, first, counts = np.unique(alike, return_index=True, return_counts=True)
    ranks = np.lexsort((first, -counts))
    place = np.empty_like(ranks)
    place[ranks] = np.arange(len(ranks))
    return Variants(traces, first[ranks], counts[ranks], place[alike])
