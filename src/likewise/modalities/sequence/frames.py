"""Series of any length and with gaps as frames of a fixed number of steps, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from likewise.modalities.sequence.channels import Channel, Channels, Form

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Frames:
    """Turn `steps` steps of a series into a vector: the scores of its channels and marks of its gaps, step by step.

    Gaps are bridged from the step before to the step behind; beyond its end a series stays as it was. `gaps` has the
    share of missing values of each channel: one that has any has a mark a step, a normal number that is great where the
    value is missing. `lengths` maps the number of steps where series differ in it.
    """

    channels: Channels
    gaps: Floats
    lengths: Channel | None
    longest: int

    @classmethod
    def fit(cls, cells: Sequence[Floats], form: Form) -> Frames:
        """Learn the channels, how often values are missing, and lengths."""
        sizes = np.array([float(len(cell)) for cell in cells])
        values = np.concatenate(list(cells))
        lengths = Channel.fit(sizes) if sizes.min() < sizes.max() else None
        return cls(Channels.fit(cells, form), np.isnan(values).mean(axis=0), lengths, int(sizes.max()))

    @property
    def marked(self) -> npt.NDArray[np.bool_]:
        """Which channels have values that are missing, but not all of them."""
        return np.asarray((self.gaps > 0) & (self.gaps < 1))

    @property
    def width(self) -> int:
        """The numbers that a step comes to."""
        return len(self.gaps) + int(self.marked.sum())

    def encode(self, cells: Sequence[Floats], rng: np.random.Generator | None) -> list[Floats]:
        """Return series as steps x `width`: scores without gaps, and marks; `rng` draws what is open."""
        values = np.concatenate(list(cells))
        scores, share = self.channels.encode(values, rng), self.gaps[self.marked]
        gone = np.isnan(values[:, self.marked])
        place = np.full(gone.shape, 0.5) if rng is None else rng.random(gone.shape)
        marks = ndtri(np.clip(np.where(gone, 1 - share * place, (1 - share) * place), 1e-4, 1 - 1e-4))
        ends = np.cumsum([len(cell) for cell in cells])[:-1]
        return [np.concatenate([bridged(own), mark], axis=1)
                for own, mark in zip(np.split(scores, ends), np.split(marks, ends), strict=True)]  # fmt: skip

    def decode(self, steps: Floats) -> Floats:
        """Return values of encoded steps (any shape whose last axis is `width`), NaN where marks say so."""
        count = len(self.gaps)
        values = self.channels.decode(steps[..., :count])
        gone = np.zeros(values.shape, dtype=bool)
        gone[..., self.marked] = ndtr(steps[..., count:]) > 1 - self.gaps[self.marked]
        values[gone] = np.nan
        return values

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        length = None if self.lengths is None else Channels((self.lengths,)).state()
        return {"channels": self.channels.state(), "gaps": self.gaps.tolist(), "lengths": length,
                "longest": self.longest}  # fmt: skip

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Frames:
        """Rebuild it from a model file."""
        length = None if meta["lengths"] is None else Channels.from_state(meta["lengths"]).each[0]
        return cls(Channels.from_state(meta["channels"]), np.array(meta["gaps"]), length, meta["longest"])


def held(steps: Floats, size: int, *, start: int = 0) -> Floats:
    """Return `size` steps from `start` on (it may be negative): outside a series its nearest step is repeated."""
    if not len(steps):
        return np.zeros((size, steps.shape[1]))
    return steps[np.clip(np.arange(start, start + size), 0, len(steps) - 1)]


def bridged(steps: Floats) -> Floats:
    """Return steps (n x channels) with straight lines across gaps; a channel without any value is all zeros."""
    gone = np.isnan(steps)
    if not gone.any():
        return steps
    filled = steps.copy()
    for own, missing in zip(filled.T, gone.T, strict=True):
        known = np.flatnonzero(~missing)
        own[missing] = np.interp(np.flatnonzero(missing), known, own[known]) if len(known) else 0.0
    return filled
