"""Finitely many values: categories, constants, whole numbers alike, draws without replacement, values as they were."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from likewise.core.schema import Kind
from likewise.errors import FitError
from likewise.modalities.tabular.distributions.distribution import GREATEST, Distribution, Floats
from likewise.modalities.tabular.distributions.likelihood import mean_of, sd_of


class Atoms(Distribution):
    """Finitely many values, each with a probability: a family lists them, the rest follows."""

    @abstractmethod
    def _listed(self) -> tuple[Floats, Floats]:
        """Return the values, rising, and what each weighs."""

    @cached_property
    def _table(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The values that have any probability, theirs, and the running sums from below and from above."""
        points, weights = self._listed()
        points, shares = points[weights > 0], weights[weights > 0] / weights.sum()
        above = np.append(np.cumsum(shares[:0:-1])[::-1], 0.0)
        below = np.cumsum(shares)
        return points, shares, below / below[-1], above

    @property
    def discrete(self) -> bool:
        """Whether all values are atoms."""
        return True

    @property
    def support(self) -> tuple[float, float]:
        """The least and the greatest value that has any probability."""
        points = self._table[0]
        return float(points[0]), float(points[-1])

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance; of categories, those of their places."""
        points, shares, _, _ = self._table
        with np.errstate(over="ignore", invalid="ignore"):
            return float(mean_of(points, shares)), float(sd_of(points, shares) ** 2)

    def _log_prob(self, x: Floats) -> Any:
        points, shares, _, _ = self._table
        place = np.searchsorted(points, x).clip(0, len(points) - 1)
        return np.where(points[place] == x, np.log(shares[place]), -np.inf)

    def _cdf(self, x: Floats) -> Any:
        points, _, below, _ = self._table
        return below[np.searchsorted(points, x, side="right") - 1]

    def _sf(self, x: Floats) -> Any:
        points, _, _, above = self._table
        return above[np.searchsorted(points, x, side="right") - 1]

    def _ppf(self, q: Floats) -> Any:
        points, _, below, _ = self._table
        return points[np.searchsorted(below, q)]

    def _isf(self, q: Floats) -> Any:
        points, _, _, above = self._table
        return points[np.searchsorted(-above, -q)]


class Categorical(Atoms):
    """Levels such as `{F: 0.52, M: 0.48}`; weights are shares of their sum, and all alike where there are none.

    As numbers the levels are their places in the list, from 0 on. A level that YAML reads as true or false is refused:
    quote it, or take `bernoulli`.

    >>> Categorical({"F": 0.52, "M": 0.48}).pdf([0, 1])
    array([0.52, 0.48])
    """

    name: ClassVar[str] = "categorical"

    levels: tuple[str, ...] = Field(min_length=1, max_length=1_000_000)
    weights: tuple[float, ...] = ()

    def __init__(self, *values: Any, **fields: Any) -> None:
        if len(values) == 1 and isinstance(values[0], Mapping):
            values = (tuple(values[0].keys()), tuple(values[0].values()))
        super().__init__(*values, **fields)

    @field_validator("levels", mode="before")
    @classmethod
    def _levels_are_texts(cls, levels: Any) -> Any:
        if not isinstance(levels, Sequence) or isinstance(levels, str):
            return levels
        if any(isinstance(level, bool) for level in levels):
            raise ValueError('true and false (in YAML also yes and no) are no levels: quote them, as "yes"')
        if any(level is None or not str(level).strip() for level in levels):
            raise ValueError("a level is a text that is not blank; missing cells are the column's `missing`")
        return tuple(str(level) for level in levels)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.levels)) < len(self.levels):
            raise ValueError("a level is listed twice")
        check_weights(self.weights, len(self.levels), "levels")
        return self

    @property
    def kind(self) -> Kind:
        """Categories."""
        return "category" if len(self.levels) > 1 else "constant"

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The levels."""
        return self.levels

    def _listed(self) -> tuple[Floats, Floats]:
        return np.arange(len(self.levels), dtype=np.float64), weights_of(self.weights, len(self.levels))

    @classmethod
    def fields_of(cls, parameters: Any, path: str) -> dict[str, Any]:
        """Take a mapping of levels to weights, or a list of levels, beside `levels` and `weights` by name."""
        if isinstance(parameters, Mapping) and not isinstance(parameters.get("levels"), list | tuple):
            return {"levels": tuple(parameters.keys()), "weights": tuple(parameters.values())}
        return {"levels": parameters} if isinstance(parameters, list | tuple) else super().fields_of(parameters, path)


class Constant(Atoms):
    """Always one value, a number or a text."""

    name: ClassVar[str] = "constant"
    learnable: ClassVar[bool] = True

    value: int | float | str

    @model_validator(mode="after")
    def _is_a_value(self) -> Self:
        if isinstance(self.value, str) and not self.value.strip():
            raise ValueError("`value` is a number or a text that is not blank")
        if not isinstance(self.value, str) and not abs(self.value) <= GREATEST:
            raise ValueError("`value` is a finite number or a text")
        return self

    @property
    def kind(self) -> Kind:
        """A constant text, or the kind of the number."""
        if isinstance(self.value, str):
            return "constant"
        return "integer" if float(self.value).is_integer() and abs(self.value) < 2**63 else "float"

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The one text, None for a number."""
        return (self.value,) if isinstance(self.value, str) else None

    def _listed(self) -> tuple[Floats, Floats]:
        return np.array([0.0 if isinstance(self.value, str) else float(self.value)]), np.ones(1)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        if values.min() != values.max():
            raise FitError("fit.support", "the values are not all one", where=cls.name, hint="take another family")
        return cls._fitted(values[0])


class DiscreteUniform(Atoms):
    """Every whole number from `low` to `high` alike, both included."""

    name: ClassVar[str] = "discrete-uniform"
    learnable: ClassVar[bool] = True

    low: int = Field(ge=-(2**53), le=2**53)
    high: int = Field(ge=-(2**53), le=2**53)

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("`low` is not above `high`")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return float(self.low), float(self.high)

    @property
    def _size(self) -> int:
        return self.high - self.low + 1

    def moments(self) -> tuple[float, float]:
        """Return the middle and the variance."""
        return (self.low + self.high) / 2, (float(self._size) ** 2 - 1) / 12

    def _listed(self) -> tuple[Floats, Floats]:
        return np.arange(self.low, self.high + 1, dtype=np.float64), np.ones(self._size)

    def _log_prob(self, x: Floats) -> Any:
        return np.where(x == np.floor(x), -np.log(float(self._size)), -np.inf)

    def _cdf(self, x: Floats) -> Any:
        return (np.floor(x) - self.low + 1) / self._size

    def _sf(self, x: Floats) -> Any:
        return (self.high - np.floor(x)) / self._size

    def _ppf(self, q: Floats) -> Any:
        found = np.ceil(self.low - 1 + q * self._size)
        return np.where(self._cdf(found - 1) >= q, found - 1, found)

    def _isf(self, q: Floats) -> Any:
        found = np.ceil(self.high - q * self._size)
        return np.where(self._sf(found - 1) <= q, found - 1, found)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.integers(self.low, self.high, n, endpoint=True)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        if (values != np.floor(values)).any() or np.abs(values).max() > 2**53:
            raise FitError("fit.support", "a `discrete-uniform` holds whole numbers", where=cls.name,
                           hint="take `uniform`")  # fmt: skip
        return cls(int(values.min()), int(values.max()))


class Hypergeometric(Atoms):
    """How many of `draws` are successes, drawn without replacement from a `population` that holds `successes`."""

    name: ClassVar[str] = "hypergeometric"

    population: int = Field(ge=1, le=10**9)
    successes: int = Field(ge=0)
    draws: int = Field(ge=0)

    @model_validator(mode="after")
    def _fits_in(self) -> Self:
        if max(self.successes, self.draws) > self.population:
            raise ValueError("`successes` and `draws` are no more than the `population`")
        return self

    def _listed(self) -> tuple[Floats, Floats]:
        """Weigh outward from the most likely number, as far as a weight is above nothing."""
        total, good, drawn = self.population, self.successes, self.draws
        low, high = max(0, drawn + good - total), min(drawn, good)
        mode = (drawn + 1) * (good + 1) // (total + 2)
        reach = int(45 * np.sqrt(drawn * (good / total) * (1 - good / total)) + 800)
        k = np.arange(max(low, mode - reach), min(high, mode + reach) + 1, dtype=np.float64)
        ratios = np.log((good - k[:-1]) * (drawn - k[:-1])) - np.log((k[:-1] + 1) * (total - good - drawn + k[:-1] + 1))
        logs = np.append(0.0, np.cumsum(ratios))
        return k, np.exp(logs - logs.max())


class Empirical(Atoms):
    """Numbers as they were seen, each as often as its weight; all alike where there are no weights."""

    name: ClassVar[str] = "empirical"
    learnable: ClassVar[bool] = True

    values: tuple[float, ...] = Field(min_length=1, max_length=10_000_000)
    weights: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not (np.abs(self.values) <= GREATEST).all():
            raise ValueError("`values` are finite; missing cells are the column's `missing`")
        check_weights(self.weights, len(self.values), "values")
        return self

    @property
    def kind(self) -> Kind:
        """Whole numbers where all are, else any numbers."""
        values = self._table[0]
        return "integer" if (values == np.floor(values)).all() and np.abs(values).max() < 2**63 else "float"

    def _listed(self) -> tuple[Floats, Floats]:
        distinct, places = np.unique(np.asarray(self.values), return_inverse=True)
        return distinct, np.bincount(places, weights_of(self.weights, len(self.values))).astype(np.float64)

    @classmethod
    def fields_of(cls, parameters: Any, path: str) -> dict[str, Any]:
        """Take a list of values, beside `values` and `weights` by name."""
        return {"values": parameters} if isinstance(parameters, list | tuple) else super().fields_of(parameters, path)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        distinct, places = np.unique(values, return_inverse=True)
        return cls(tuple(distinct.tolist()), tuple(np.bincount(places, weights).tolist()))


def check_weights(weights: tuple[float, ...], size: int, things: str) -> None:
    """Refuse weights that are not one a thing, or no shares of a sum. Raises ValueError."""
    if weights and len(weights) != size:
        raise ValueError(f"there are {size} {things} and {len(weights)} `weights`: one for each is wanted")
    found = np.asarray(weights, dtype=np.float64)
    if weights and not (np.isfinite(found).all() and (found >= 0).all() and 0 < found.sum() < np.inf):
        raise ValueError("`weights` are numbers of at least 0, not all of them 0")


def weights_of(weights: tuple[float, ...], size: int) -> Floats:
    """Return weights as an array, ones where there are none."""
    return np.asarray(weights, dtype=np.float64) if weights else np.ones(size)
