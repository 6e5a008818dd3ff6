"""What may be true before any data is seen: independent parameters, each between two bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, FiniteFloat, model_validator

from likewise.core.spec import Spec, Told
from likewise.errors import SettingsError, suggest

Floats = npt.NDArray[np.float64]

EDGE = 1e-13
"""How near to 0 and 1 a share of a prior comes, so that its normal deviate is finite."""


class Parameter(Spec, metaclass=Told):
    """Describe one parameter of a simulator: its name, its bounds, and where it lies between them before data is seen.

    On a `log` scale each factor is as likely as the next, which suits rates and sizes whose order of magnitude is not
    known. `shape` is `uniform` on the scale, or `normal` about `middle`, cut at the bounds: `spread` is one standard
    deviation, on a log scale the factor of one (2 for "half to twice"). A whole `integer` between the bounds, both
    included, is simulated where that is set.

    Use a normal where an expert names a value. Avoid bounds at which the answer may lie: nothing beyond them is found.
    Raises SettingsError.

    >>> Parameter(name="rate", low=0.1, high=10, scale="log").values(np.array([0.0, 0.5, 1.0])).round(6).tolist()
    [0.1, 1.0, 10.0]
    """

    name: str = Field(min_length=1)
    low: FiniteFloat
    high: FiniteFloat
    scale: Literal["linear", "log"] = "linear"
    integer: bool = False
    shape: Literal["uniform", "normal"] = "uniform"
    middle: FiniteFloat | None = None
    spread: FiniteFloat | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"parameter `{self.name}`: low ({self.low:g}) is not below high ({self.high:g})")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(
                f"parameter `{self.name}`: on a log scale both bounds are above 0, and low is {self.low:g}"
            )
        if self.integer and (self.low != round(self.low) or self.high != round(self.high)):
            raise ValueError(f"parameter `{self.name}`: the bounds of an integer are whole numbers")
        if (self.shape == "normal") != (self.middle is not None and self.spread is not None):
            raise ValueError(f"parameter `{self.name}`: `middle` and `spread` go with shape 'normal', both of them")
        if self.middle is not None and not self.low <= self.middle <= self.high:
            raise ValueError(f"parameter `{self.name}`: `middle` is not between the bounds")
        if self.spread is not None and self.spread <= (1.0 if self.scale == "log" else 0.0):
            raise ValueError(f"parameter `{self.name}`: `spread` is above 0, on a log scale a factor above 1")
        return self

    def values(self, shares: Floats) -> Floats:
        """Return the values below which the prior has `shares` (between 0 and 1) of its mass."""
        from scipy.special import ndtr, ndtri

        low, high = self._ends
        if self.shape == "normal":
            middle, spread = self._hill
            first, last = ndtr((low - middle) / spread), ndtr((high - middle) / spread)
            line = middle + spread * ndtri(first + (last - first) * shares)
        else:
            line = low + (high - low) * shares
        found = self._back(np.clip(line, low, high))
        return np.clip(np.rint(found) if self.integer else found, self.low, self.high)

    def shares(self, values: Floats) -> Floats:
        """Return the share of the prior's mass below each value."""
        from scipy.special import ndtr

        (low, high), line = self._ends, self._there(values)
        if self.shape == "uniform":
            return np.asarray((line - low) / (high - low))
        middle, spread = self._hill
        first, last = ndtr((low - middle) / spread), ndtr((high - middle) / spread)
        return np.asarray((ndtr((line - middle) / spread) - first) / (last - first))

    @property
    def _ends(self) -> tuple[float, float]:
        """The bounds on the line that the prior is told on; those of an integer reach half a step beyond."""
        step = 0.5 if self.integer else 0.0
        ends = self._there(np.array([self.low - step, self.high + step]))
        return float(ends[0]), float(ends[1])

    @property
    def _hill(self) -> tuple[float, float]:
        assert self.middle is not None and self.spread is not None
        middle, spread = self._there(np.array([self.middle, self.spread]))
        return float(middle), float(spread) if self.scale == "log" else self.spread

    def _there(self, values: Floats) -> Floats:
        return np.log(values) if self.scale == "log" else np.asarray(values, dtype=np.float64)

    def _back(self, line: Floats) -> Floats:
        return np.exp(line) if self.scale == "log" else line


class Prior(Spec, metaclass=Told):
    """Hold the parameters of a simulator, independent of one another.

    Everything inside works on `deviates`: a parameter's share of its prior, as the normal deviate of that share. There
    each prior is a standard normal without bounds, whatever its own shape, so that no move can leave the bounds.

    >>> prior = Prior.of(rate=(0.1, 10, "log"), servers=Parameter(name="servers", low=1, high=8, integer=True))
    >>> prior.named(prior.values(prior.deviates({"rate": 2.0, "servers": 3}))[0])
    {'rate': 2.0, 'servers': 3}
    """

    parameters: tuple[Parameter, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        if twice := sorted({name for name in self.names if self.names.count(name) > 1}):
            raise ValueError(f"parameters are listed twice: {', '.join(twice)}")
        return self

    @classmethod
    def of(cls, parameters: Prior | Iterable[Parameter] | None = None, /, **bounds: Any) -> Prior:
        """Return a prior of parameters, or of bounds by name: `(low, high)`, `(low, high, "log")` or a Parameter.

        Raises SettingsError for a parameter without bounds.
        """
        if isinstance(parameters, Prior):
            return parameters
        listed = list(parameters or ())
        for name, given in bounds.items():
            if isinstance(given, Parameter):
                listed.append(given)
            elif isinstance(given, Sequence) and not isinstance(given, str) and len(given) in (2, 3):
                listed.append(Parameter(name=name, **dict(zip(("low", "high", "scale"), given))))
            else:
                raise SettingsError("settings.bounds", f"parameter `{name}` has no bounds", where=name,
                                    hint=f"write {name}=(low, high) or {name}=(low, high, 'log')")  # fmt: skip
        if not listed:
            raise SettingsError("settings.parameters", "there is no parameter to calibrate",
                                hint="name one with its bounds: Prior.of(rate=(0.1, 10))")  # fmt: skip
        return cls(parameters=tuple(listed))

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(p.name for p in self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return the deviates of `n` draws, (n, parameters)."""
        return rng.standard_normal((n, len(self)))

    def values(self, deviates: Floats) -> Floats:
        """Return the values that deviates stand for, (n, parameters), within the bounds."""
        from scipy.special import ndtr

        shares = ndtr(deviates)
        return np.stack([p.values(shares[:, i]) for i, p in enumerate(self.parameters)], axis=1)

    def shares(self, values: Floats) -> Floats:
        """Return the share of each parameter's prior below each value, (n, parameters)."""
        return np.stack([p.shares(values[:, i]) for i, p in enumerate(self.parameters)], axis=1)

    def deviates(self, values: Mapping[str, float] | Floats) -> Floats:
        """Return the deviates of values, given by name or as an array (n, parameters).

        Raises SettingsError for a name that is not there and for a value outside its bounds.
        """
        from scipy.special import ndtri

        table = self.checked(values)
        return np.asarray(ndtri(np.clip(self.shares(table), EDGE, 1 - EDGE)))

    def checked(self, values: Mapping[str, float] | Floats) -> Floats:
        """Return values as an array (n, parameters), where all of them are there and within their bounds.

        Raises SettingsError.
        """
        if isinstance(values, Mapping):
            for name in sorted(set(values) ^ set(self.names)):
                known = name in self.names
                raise SettingsError("settings.parameter", f"parameter `{name}` has no value" if known else
                                    f"there is no parameter `{name}`", where=name, hint=f"give {name}=..." if known
                                    else suggest(name, self.names, "parameter"))  # fmt: skip
            table = np.array([[float(values[name]) for name in self.names]])
        else:
            table = np.atleast_2d(np.asarray(values, dtype=np.float64))
        for place, p in enumerate(self.parameters):
            if not ((table[:, place] >= p.low) & (table[:, place] <= p.high)).all():
                raise SettingsError("settings.outside-range", f"parameter `{p.name}` lies outside its range, "
                                    f"{p.low:g} to {p.high:g}", where=p.name,
                                    hint="give a value within it, or a wider prior")  # fmt: skip
        return table

    def named(self, row: Floats) -> dict[str, float]:
        """Return one row of values by name, as a simulator takes it: integers as whole numbers."""
        return {p.name: int(value) if p.integer else value for p, value in zip(self.parameters, row.tolist())}

    def log_density(self, deviates: Floats) -> Floats:
        """Return the log density of deviates, but for a constant that is the same for all."""
        return np.asarray(-0.5 * (deviates**2).sum(axis=1))
