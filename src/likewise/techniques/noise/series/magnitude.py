"""Changes of the values of a series, step by step or as a whole."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from likewise.modalities.sequence.warping import Floats, smooth_curves
from likewise.techniques.noise.series.operation import SeriesOperation, deviations, means
from likewise.techniques.noise.spans import Span, spread, within

Level = Literal["mean", "zero"]


def level_of(series: Floats, about: Level) -> Floats:
    """Return what the values of each channel are measured from: its own mean, or zero."""
    return means(series) if about == "mean" else np.zeros((len(series), 1, series.shape[2]))


class Jitter(SeriesOperation):
    """Add normal noise to every value; `sd` is its standard deviation, as a share of that of the series' own channel.

    Um et al., 2017, Data augmentation of wearable sensor data.

    >>> noise = Jitter(sd=(0.01, 0.1))
    """

    op: ClassVar[str] = "jitter"
    uniforms: ClassVar[int] = 1

    sd: Annotated[Span, within(0, 10)] = (0.01, 0.1)

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return noisy series."""
        size = deviations(series) * spread(self.sd, uniform[:, 0])[:, None, None]
        return series + size * rng.standard_normal(series.shape)


class Scaling(SeriesOperation):
    """Multiply each channel of a series by one normal number around 1, of standard deviation `sd`.

    About its own mean, so that its level stays; `about="zero"` multiplies the level too, where zero means nothing there
    (movements, power), as Um et al., 2017, do.

    >>> sizes = Scaling(sd=0.1)
    """

    op: ClassVar[str] = "scaling"
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 10.0

    sd: float = Field(default=0.1, ge=0, le=10)
    about: Level = "mean"

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return larger or smaller series."""
        level = level_of(series, self.about)
        return level + (series - level) * (1 + self.sd * rng.standard_normal(level.shape))


class Rotation(SeriesOperation):
    """Turn channels upside down, each with a probability of `probability`: a sensor worn the other way round.

    About its own mean, or about 0 (`about="zero"`: every value changes its sign). Use for sensors with a sign. Avoid
    where up and down mean something: prices, temperatures, heartbeats.

    Um et al., 2017; Iwana and Uchida, 2021, An empirical survey of data augmentation for time series.

    >>> turned = Rotation(probability=0.5)
    """

    op: ClassVar[str] = "rotation"
    strength: ClassVar[str] = "probability"

    probability: float = Field(default=0.5, ge=0, le=1)
    about: Level = "mean"

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series with some channels upside down."""
        turned = rng.random((len(series), 1, series.shape[2])) < self.probability
        return np.asarray(np.where(turned, 2 * level_of(series, self.about) - series, series))


class MagnitudeWarp(SeriesOperation):
    """Multiply each channel by a smooth curve through `knots` normal numbers around 1, of standard deviation `sd`.

    About its own mean, or about 0 (`about="zero"`), as for `Scaling`. Um et al., 2017. Needs SciPy.

    >>> bent = MagnitudeWarp(sd=0.2, knots=4)
    """

    op: ClassVar[str] = "magnitude_warp"
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 10.0

    sd: float = Field(default=0.2, ge=0, le=10)
    knots: int = Field(default=4, ge=2, le=100)
    about: Level = "mean"

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series that grow and shrink on their way."""
        level = level_of(series, self.about)
        values = 1 + self.sd * rng.standard_normal((len(series), self.knots, series.shape[2]))
        return level + (series - level) * smooth_curves(values, series.shape[1])


class ChannelDropout(SeriesOperation):
    """Lose whole channels, each with a probability of `probability`: they are 0, their own mean, or missing.

    One channel is always left, so that a series of one stays as it is.

    >>> lost = ChannelDropout(probability=0.2, fill="missing")
    """

    op: ClassVar[str] = "channel_dropout"
    strength: ClassVar[str] = "probability"

    probability: float = Field(default=0.2, ge=0, le=1)
    fill: Literal["zero", "mean", "missing"] = "zero"

    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return series without some channels."""
        draws = rng.random((len(series), 1, series.shape[2]))
        lost = (draws < self.probability) & (draws < draws.max(axis=2, keepdims=True))
        fill = means(series) if self.fill == "mean" else np.array(0.0 if self.fill == "zero" else np.nan)
        return np.asarray(np.where(lost & ~np.isnan(series), fill, series))
