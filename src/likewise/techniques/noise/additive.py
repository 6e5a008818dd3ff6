"""Add to numbers, or multiply them: independent noise, and noise that is correlated as the columns are."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from likewise.core.schema import NUMBERS, Column, Kind
from likewise.core.table import Table
from likewise.modalities.tabular.covariance import root
from likewise.techniques.noise.lines import Floats, Line, line_of
from likewise.techniques.noise.operation import Changed, ColumnOperation, Dice, Learned, RowOperation


class NumberOperation(ColumnOperation):
    """Change each number column by itself: an author writes `moved`."""

    kinds: ClassVar[frozenset[Kind]] = NUMBERS

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn where its values may lie, and how far they spread."""
        return Learned({**line_of(table, column).to_meta(), "spread": spread_of(table.numbers(column.name))})

    def change_column(self, rows: Table, column: Column, learned: Learned, dice: Dice) -> pa.Array:
        """Return the moved values within the column's bounds, on its grid."""
        own = rows.numbers(column.name)
        with np.errstate(over="ignore", invalid="ignore"):
            values = self.moved(own, learned, dice.rng)
        return Line.from_meta(column, learned.meta).typed(values, own)

    @abstractmethod
    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Return the new value of each, NaN where it is missing; it may still lie anywhere."""


class Gaussian(NumberOperation):
    """Add normal noise to numbers: `sd` in standard deviations of the column.

    Use when means must hold and a little more variance does no harm. Avoid on skewed columns and on those with many
    equal values (`Quantile` keeps their shape).
    """

    op: ClassVar[str] = "gaussian"
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 100.0

    sd: float = Field(default=0.1, ge=0, le=100)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Add it."""
        noise: Floats = rng.standard_normal(len(values)) * (self.sd * learned.meta["spread"])
        return values + noise


class Laplace(NumberOperation):
    """Add Laplace noise to numbers: `sd` in standard deviations of the column.

    Most values move less than by normal noise of that size, a few move far. It is no differential privacy: the noise is
    sized by the data.
    """

    op: ClassVar[str] = "laplace"
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 100.0

    sd: float = Field(default=0.1, ge=0, le=100)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Add it, by the inverse of its distribution function."""
        place = rng.random(len(values)) - 0.5
        noise: Floats = -np.sign(place) * np.log1p(-2 * np.abs(place)) * (self.sd * learned.meta["spread"] / 2**0.5)
        return values + noise


class Uniform(NumberOperation):
    """Add noise that is even from -`width` to `width`, in standard deviations of the column.

    Use when no value may move farther than that.
    """

    op: ClassVar[str] = "uniform"
    strength: ClassVar[str] = "width"
    most: ClassVar[float] = 100.0

    width: float = Field(default=0.2, ge=0, le=100)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Add it."""
        noise: Floats = (2 * rng.random(len(values)) - 1) * (self.width * learned.meta["spread"])
        return values + noise


class Multiplicative(NumberOperation):
    """Multiply numbers by log-normal factors of mean 1: large values move more, zeros and signs stay.

    `sd` is that of the factor's logarithm. Use on money and counts. Avoid on scales whose zero means nothing (degrees,
    dates), which it does not touch unless named. Kim and Winkler, 2003, US Census Bureau RR 2003-01.
    """

    op: ClassVar[str] = "multiplicative"
    unasked: ClassVar[frozenset[Kind] | None] = frozenset({"integer", "decimal", "float", "duration"})
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 10.0

    sd: float = Field(default=0.1, ge=0, le=10)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Multiply."""
        return values * np.exp(self.sd * rng.standard_normal(len(values)) - self.sd**2 / 2)


class Correlated(RowOperation):
    """Add normal noise whose covariance is that of the columns, so that correlations hold however strong it is.

    `sd` is in standard deviations of each column. Where `keep_variance`, the sum is drawn back to the mean so that
    variances hold too. Missing cells stay missing. Kim, 1986, Proceedings of the ASA Survey Research Section.
    """

    op: ClassVar[str] = "correlated"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 100.0

    sd: float = Field(default=0.2, ge=0, le=100)
    keep_variance: bool = True

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn means, spreads, and the root of the correlations."""
        values = [table.numbers(name) for name in names]
        spreads = np.array([spread_of(v) for v in values])
        means = np.array([centre_of(v) for v in values])
        scaled = [
            np.nan_to_num((v - m) / s) if s else np.zeros(len(v))
            for v, m, s in zip(values, means, spreads, strict=True)
        ]
        factor = root(correlations(np.array(scaled)), np.ones(len(names)))
        lines = [line_of(table, table.schema[name]).to_meta() for name in names]
        return Learned({"lines": lines}, {"root": factor, "mean": means, "spread": spreads})

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Add the noise of whole rows."""
        factor, means, spreads = (learned.arrays[name] for name in ("root", "mean", "spread"))
        noise = dice.rng.standard_normal((rows.rows, len(names))) @ factor.T * spreads * self.sd
        shrink = 1 / np.sqrt(1 + self.sd**2) if self.keep_variance else 1.0
        new = {}
        for place, (name, meta) in enumerate(zip(names, learned.meta["lines"], strict=True)):
            own = rows.numbers(name)
            with np.errstate(over="ignore", invalid="ignore"):
                values = means[place] + (own - means[place] + noise[:, place]) * shrink
            new[name] = Line.from_meta(rows.schema[name], meta).typed(values, own)
        return new


def spread_of(values: Floats) -> float:
    """Return the standard deviation of the values that are there, 0 for none; huge ones do not overflow."""
    known = values[~np.isnan(values)]
    size = float(np.abs(known).max()) if len(known) else 0.0
    return float(np.std(known / size) * size) if size else 0.0


def centre_of(values: Floats) -> float:
    """Return the mean of the values that are there, 0 for none; huge ones do not overflow."""
    known = values[~np.isnan(values)]
    size = float(np.abs(known).max()) if len(known) else 0.0
    return float(np.mean(known / size) * size) if size else 0.0


def correlations(columns: Floats) -> Floats:
    """Return the correlations of columns (columns x rows), 0 of one that does not vary, 1 with itself."""
    away = columns - columns.mean(axis=1, keepdims=True)
    spread = np.sqrt((away**2).sum(axis=1, keepdims=True))
    away = np.where(spread > 0, away / np.where(spread > 0, spread, 1.0), 0.0)
    found: Floats = away @ away.T
    np.fill_diagonal(found, 1.0)
    return found
