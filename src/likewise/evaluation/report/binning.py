"""Bins for the charts of a report: few, round, and never showing an extreme or a rare level of the real data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column

Floats = npt.NDArray[np.float64]

MOST_BINS = 20
INNER_BINS = MOST_BINS - 3
"""Bins of a number between the open ones at both ends and the one for missing values."""
FEWEST_ROWS = 20
"""Known real values below which a number column gets one bin only."""
RARE = 10
"""Real rows below which a level is not named and an end of a number column is not cut off."""
LONGEST_LABEL = 60

CALENDAR: tuple[tuple[Literal["s", "m", "h", "D", "M", "Y"], tuple[int, ...]], ...] = (
    ("s", (1, 5, 15, 30)), ("m", (1, 5, 15, 30)), ("h", (1, 2, 3, 6, 12)), ("D", (1, 2, 7, 14)), ("M", (1, 2, 3, 6)),
    ("Y", (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)  # fmt: skip
CLOCK = tuple(1_000_000 * s for s in (1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400))
"""Round steps of times and durations, in microseconds."""


@dataclass(frozen=True, eq=False)
class Bins:
    """Hold the cuts of a number column: bin k runs from `edges[k]` (included) to `edges[k + 1]`; both ends are open."""

    edges: Floats
    inner: tuple[str, ...]
    first: str
    last: str

    def shares(self, values: Floats) -> Floats:
        """Return the shares of rows below, in each bin, above, and missing."""
        known = values[~np.isnan(values)]
        place = np.searchsorted(self.edges, known, side="right")
        counts = np.bincount(place, minlength=len(self.edges) + 1)
        return np.append(counts, len(values) - len(known)) / max(1, len(values))

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts of those shares."""
        return (self.first, *self.inner, self.last, "missing")


def number_bins(column: Column, real: Floats) -> Bins | None:
    """Cut a number column at round values between the tails of its real values; None where too few are known.

    A tail is half a percent of the values, and at least 10: it falls into an open bin. No end of a bin is an extreme,
    be it by chance, unless at least 10 rows share it or it is zero, which tells nothing.
    """
    known = np.sort(real[~np.isnan(real)])
    if len(known) < FEWEST_ROWS:
        return None
    tail = min(max(RARE, ceil(0.005 * len(known))), (len(known) - 1) // 2)
    low, high = float(known[tail]), float(known[-1 - tail])
    ends = [float(end) for end in (known[0], known[-1]) if end and (known == end).sum() < RARE]
    if column.kind in ("date", "datetime"):
        return _calendar_bins(column, low, high, ends)
    if column.kind in ("time", "duration"):
        return _clock_bins(low, high, ends)
    return _decimal_bins(column, low, high, ends)


def _clear_of(edges: Floats, ends: Sequence[float], unit: float = 0.0) -> Floats:
    """Open the outermost bins further where an edge, or the last value of a bin one `unit` below, is a rare extreme."""
    while len(edges) > 1 and edges[0] in ends:
        edges = edges[1:]
    while len(edges) > 1 and (edges[-1] in ends or edges[-1] - unit in ends):
        edges = edges[:-1]
    return edges


def _decimal_bins(column: Column, low: float, high: float, ends: Sequence[float]) -> Bins:
    smallest = 1.0 if column.kind == "integer" else 10.0**-column.decimals if column.decimals is not None else 0.0
    step = max(_round_step((high - low) / (INNER_BINS - 2)), smallest, _round_step(max(abs(low), abs(high)) * 1e-9))
    if low == high and not smallest:
        step = _round_step(abs(low) / 10) or 1.0
    edges = step * np.arange(floor(low / step + 1e-9), floor(high / step + 1e-9) + 2, dtype=np.float64)
    places = max(0, -floor(log10(step) + 1e-9))
    edges = _clear_of(
        np.round(edges, places) if 0 < places < 300 else edges, ends, 1.0 if column.kind == "integer" else 0.0
    )

    def text(value: float) -> str:
        return f"{value:,.{places}f}" if places <= 6 and abs(value) < 1e12 else f"{value:.6g}"

    if column.kind == "integer":
        inner = [text(e) if step == 1 else f"{text(e)} to {text(e + step - 1)}" for e in edges[:-1]]
    else:
        inner = [f"{text(a)} to {text(b)}" for a, b in pairwise(edges)]
    return Bins(edges, tuple(inner), f"under {text(edges[0])}", f"{text(edges[-1])} or more")


def _round_step(width: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is at least `width`."""
    if width <= 0:
        return 0.0
    power = 10.0 ** floor(log10(width))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= width * (1 - 1e-9)))


def _calendar_bins(column: Column, low: float, high: float, ends: Sequence[float]) -> Bins:
    unit_of_values = "D" if column.kind == "date" else "us"
    first, last = np.array([low, high]).astype(np.int64).astype(f"datetime64[{unit_of_values}]")
    for unit, steps in CALENDAR:
        if column.kind == "date" and unit in ("s", "m", "h"):
            continue
        shift = 1970 if unit == "Y" else 0
        a, b = (int(v.astype(f"datetime64[{unit}]").astype(np.int64)) + shift for v in (first, last))
        for step in steps:
            if b // step - a // step < INNER_BINS:
                cuts = np.arange(a // step * step, b // step * step + 2 * step, step) - shift
                return _dated(cuts.astype(f"datetime64[{unit}]"), unit, step, unit_of_values, ends)
    return _dated(np.array([first, last + 1]), unit_of_values, 1, unit_of_values, ends)


def _dated(cuts: npt.NDArray[Any], unit: str, step: int, unit_of_values: str, rare: Sequence[float]) -> Bins:
    edges = cuts.astype(f"datetime64[{unit_of_values}]").astype(np.int64).astype(np.float64)
    # The name of a month or a year tells no day.
    kept = edges if unit in "MY" else _clear_of(edges, rare, 1.0 if unit == unit_of_values == "D" else 0.0)
    edges, cuts = kept, cuts[np.isin(edges, kept)]
    texts = [str(c).replace("T", " ") + (":00" if unit == "h" else "") for c in cuts]
    ends = [str(c - 1).replace("T", " ") for c in cuts[1:]]
    inner = [t if step == 1 or unit in ("s", "m", "h") else f"{t} to {e}" for t, e in zip(texts[:-1], ends)]
    return Bins(edges, tuple(inner), f"before {texts[0]}", f"{texts[-1]} or later")


def _clock_bins(low: float, high: float, ends: Sequence[float]) -> Bins:
    fine = (step for step in CLOCK if (high // step - low // step) < INNER_BINS)
    step = next(fine, 86_400_000_000 * max(1, ceil(_round_step((high - low) / 86_400_000_000 / (INNER_BINS - 2)))))
    edges = _clear_of(step * np.arange(floor(low / step), floor(high / step) + 2, dtype=np.float64), ends)
    texts = [_clock(int(e)) for e in edges]
    return Bins(edges, tuple(f"{a} to {b}" for a, b in pairwise(texts)), f"under {texts[0]}", f"{texts[-1]} or more")


def _clock(microseconds: int) -> str:
    days, rest = divmod(microseconds // 1_000_000, 86_400)
    hours, minutes, seconds = rest // 3_600, rest // 60 % 60, rest % 60
    clock = f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
    return f"{days:,} d" + (f" {clock}" if rest else "") if days else clock


def level_groups(levels: tuple[str, ...], real: npt.NDArray[Any], *, ordered: bool) -> list[int]:
    """Return the levels that get a bin of their own: the commonest real ones, none of fewer than 10 real rows."""
    counts = np.bincount(real[real >= 0], minlength=len(levels))
    ranked = sorted((i for i in range(len(levels)) if counts[i] >= RARE), key=lambda i: (-int(counts[i]), levels[i]))
    kept = ranked[: MOST_BINS - 2]
    return sorted(kept) if ordered else kept


def level_label(text: str) -> str:
    """Return the text of a level as a label that cannot be taken for a bin of ours."""
    shown = text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
    return f"'{shown}'" if shown.strip() in ("", "missing", "other levels") else shown
