"""Changes of the steps of a series: their pace, their order, the part of it that is seen."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from likewise.modalities.sequence.warping import Floats, paths, read_at, smooth_curves
from likewise.techniques.noise.series.operation import SeriesOperation
from likewise.techniques.noise.spans import Span, spread, spread_evenly, within

SLOWEST = 0.1
"""The slowest pace of a warped series, so that no step is passed twice."""


class TimeWarp(SeriesOperation):
    """Let time run faster and slower: the pace is a smooth curve through `knots` normal numbers around 1, of sd `sd`.

    All channels of a series share one pace; it begins and ends where it did. Um et al., 2017. Needs SciPy.

    >>> pace = TimeWarp(sd=0.2)
    """

    op: ClassVar[str] = "time_warp"
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 5.0

    sd: float = Field(default=0.2, ge=0, le=5)
    knots: int = Field(default=4, ge=2, le=100)

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series at another pace."""
        values = 1 + self.sd * rng.standard_normal((len(series), self.knots, 1))
        speeds = np.maximum(smooth_curves(values, series.shape[1])[:, :, 0], SLOWEST)
        return read_at(series, paths(speeds))


class WindowSlice(SeriesOperation):
    """Show a part of each series, `part` of its length, stretched to the whole length.

    Le Guennec et al., 2016, Data augmentation for time series classification.

    >>> parts = WindowSlice(part=(0.7, 0.95))
    """

    op: ClassVar[str] = "window_slice"
    uniforms: ClassVar[int] = 2

    part: Annotated[Span, within(0.01, 1)] = (0.8, 0.95)

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return parts of series."""
        last = series.shape[1] - 1
        long = spread(self.part, uniform[:, 0]) * last
        start = uniform[:, 1] * (last - long)
        return read_at(series, start[:, None] + long[:, None] * np.linspace(0, 1, last + 1))


class WindowWarp(SeriesOperation):
    """Let a window of each series, `window` of its length, run `factor` times as long, and the rest make room for it.

    Le Guennec et al., 2016.

    >>> slow = WindowWarp(window=0.1, factor=(0.5, 2))
    """

    op: ClassVar[str] = "window_warp"
    uniforms: ClassVar[int] = 2

    window: float = Field(default=0.1, gt=0, le=1)
    factor: Annotated[Span, within(0.1, 10)] = (0.5, 2.0)

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series with a window at another pace."""
        steps = series.shape[1]
        start = uniform[:, 0] * (1 - self.window)
        factor = spread_evenly(self.factor, uniform[:, 1])
        whole = 1 + self.window * (factor - 1)  # how long it all takes now
        time = np.linspace(0, 1, steps)[None, :] * whole[:, None]
        inside = time - start[:, None]
        lasting = (self.window * factor)[:, None]
        place = np.where(inside <= 0, time, np.where(inside >= lasting, time - lasting + self.window,
                                                     start[:, None] + inside / factor[:, None]))  # fmt: skip
        return read_at(series, place * (steps - 1))


class Permutation(SeriesOperation):
    """Cut each series into `segments` parts, about as long as one another, and shuffle them.

    Use where the order of parts says nothing (vibration, repeated motions). Avoid where it does. Um et al., 2017.

    >>> shuffled = Permutation(segments=(2, 5))
    """

    op: ClassVar[str] = "permutation"
    uniforms: ClassVar[int] = 101
    MOST: ClassVar[int] = 100

    segments: Annotated[Span, within(1, 100)] = (2.0, 5.0)

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series in another order."""
        steps = series.shape[1]
        low, high = np.ceil(self.segments[0]), np.floor(self.segments[1])
        counts = np.minimum(np.maximum(low + np.floor(uniform[:, 0] * (high - low + 1)), 1), min(steps, self.MOST))
        part = (np.arange(steps)[None, :] * counts[:, None] // steps).astype(np.int64)
        order = np.argsort(np.take_along_axis(uniform[:, 1:], part, axis=1), axis=1, kind="stable")
        return np.asarray(np.take_along_axis(series, order[:, :, None], axis=1))
