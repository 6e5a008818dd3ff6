"""Summaries of what follows what: shares of runs of activities, of a vocabulary taken from the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.summaries.summary import Summary, groups_of

START, END = "(start)", "(end)"
"""What stands before the first and after the last activity of a case."""


@dataclass(frozen=True)
class Vocabulary:
    """Hold the runs of `n` activities that are counted: the commonest of the observed, so that names stay the same.

    >>> words = Vocabulary.of(["a", "b", "a", "b"], by=[1, 1, 2, 2], n=2, size=2)
    >>> words.grams
    (('a', 'b'), ('b', '(end)'))
    >>> words.frequencies(["a", "c"]).names
    ('a > b', 'b > (end)', 'other runs')
    """

    grams: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, activities: Any, *, by: Any = None, order: Any = None, n: int = 2, size: int = 20) -> Vocabulary:
        """Return the `size` commonest runs of `n` activities; ties in the order of the alphabet, ends last.

        `by` says to which case each belongs, `order` when it happened (as they come where not given). Raises
        SettingsError where there are no activities, or no case has so many.
        """
        if n < 1 or size < 1 or not len(activities):
            raise SettingsError("settings.vocabulary", "a vocabulary is of at least one run of at least one activity",
                                where="activities", hint="give the activities of the real log")  # fmt: skip
        levels, runs = _runs(activities, by, order, n)
        if not len(runs):
            raise SettingsError("settings.vocabulary", f"no case has a run of {n} activities", where="n",
                                hint="use a smaller `n`")  # fmt: skip
        found, counts = np.unique(runs, axis=0, return_counts=True)
        first = np.lexsort((*found.T[::-1], -counts))[:size]
        return cls(tuple(tuple(levels[code] for code in found[i]) for i in first))

    def frequencies(self, activities: Any, *, by: Any = None, order: Any = None) -> Summary:
        """Return the share of each run of the vocabulary among all runs, and that of all others; NaN of no activity."""
        names = (*(" > ".join(gram) for gram in self.grams), "other runs")
        if not len(activities):
            return Summary(names, np.full(len(names), np.nan))
        levels, runs = _runs(activities, by, order, len(self.grams[0]))
        code = {level: i for i, level in enumerate(levels)}
        wanted = np.array([[code.get(a, len(levels)) for a in gram] for gram in self.grams])
        keys = _keys(np.concatenate([wanted, runs]), len(levels) + 1)
        counts = np.bincount(keys[len(wanted) :], minlength=keys.max() + 1)[keys[: len(wanted)]]
        shares = counts / max(len(runs), 1)
        return Summary(names, np.append(shares, max(0.0, 1 - shares.sum())))


def _runs(activities: Any, by: Any, order: Any, n: int) -> tuple[list[str], Any]:
    """Return the levels, START and END among them, and each run of `n` of them within a case as codes, (runs, n)."""
    found, codes = np.unique(np.asarray(activities).astype(str), return_inverse=True)
    levels: Sequence[str] = [*found.tolist(), START, END]
    when = np.arange(len(codes)) if order is None else np.asarray(order)
    sort, same = groups_of(by, when, len(codes))
    cases = np.concatenate([[0], np.cumsum(~same)])
    if n == 1:
        return list(levels), codes[sort][:, None]
    # Each case gets one place before and one after, whatever n is: a case shorter than n - 2 has no run.
    places = np.arange(len(codes)) + 2 * cases + 1
    line = np.empty(len(codes) + 2 * (cases[-1] + 1), dtype=np.int64)
    case_of = np.empty_like(line)
    firsts = np.flatnonzero(np.concatenate([[True], ~same]))
    lasts = np.flatnonzero(np.concatenate([~same, [True]]))
    line[places], case_of[places] = codes[sort], cases
    line[places[firsts] - 1], case_of[places[firsts] - 1] = len(levels) - 2, cases[firsts]
    line[places[lasts] + 1], case_of[places[lasts] + 1] = len(levels) - 1, cases[lasts]
    if len(line) < n:
        return list(levels), np.zeros((0, n), dtype=np.int64)
    runs = np.lib.stride_tricks.sliding_window_view(line, n)
    return list(levels), runs[case_of[: len(runs)] == case_of[n - 1 :]]


def _keys(runs: Any, base: int) -> Any:
    """Return one number for each run, the same for equal ones, from 0 on."""
    keys = np.zeros(len(runs), dtype=np.int64)
    for column in runs.T:
        keys = np.unique(keys * base + column, return_inverse=True)[1].reshape(-1)
    return keys
