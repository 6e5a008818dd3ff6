"""What every distribution offers: probabilities, quantiles, draws, moments and a fit."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, dataclass_transform

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, ValidationError

from likewise.core.schema import Kind
from likewise.core.spec import Spec, readable
from likewise.errors import FitError, LikewiseError, SettingsError

Floats = npt.NDArray[np.float64]

LEAST = 2.0**-54
"""What a uniform draw of zero counts as, so that no draw is infinite."""

GREATEST = 1e150
"""What a scale, an end or a value is at most, so that its square is a number."""


def _scale(value: float) -> float:
    if not 0 < value <= GREATEST:
        raise ValueError("a number above 0, up to 1e150, is wanted")
    return value


def _end(value: float) -> float:
    if not abs(value) <= GREATEST:
        raise ValueError("a finite number, from -1e150 to 1e150, is wanted")
    return value


Scale = Annotated[float, AfterValidator(_scale)]
"""A parameter that stretches values."""
End = Annotated[float, AfterValidator(_end)]
"""A parameter that is a value itself."""

FAMILIES: dict[str, type[Distribution]] = {}
"""Every family by its name in documents; filled as the families are defined."""


@dataclass_transform(kw_only_default=False, field_specifiers=(Field,))
class Distribution(Spec, ABC):
    """Hold one distribution of numbers: frozen, equal when its parameters are, and written as it is read.

    Parameters may be given by place or by name. Functions take anything that numpy makes an array of doubles of, and
    return one of its shape. Categories are numbers too, their places in the list of levels; dates are days and moments
    microseconds since 1970. Raises SettingsError for parameters out of their range.

    >>> from likewise.modalities.tabular.distributions import Normal
    >>> Normal(170, 10) == Distribution.from_dict({"normal": [170, 10]}), Normal(170, 10).cdf(170).item()
    (True, 0.5)
    """

    name: ClassVar[str]
    learnable: ClassVar[bool] = False

    def __init__(self, *values: Any, **fields: Any) -> None:
        own = type(self)
        given = by_name(own, values, own.__name__)
        if twice := sorted(given.keys() & fields.keys()):
            raise SettingsError("settings.distribution", f"{own.__name__} is given `{twice[0]}` twice",
                                where=own.__name__, hint="give it by place or by name")  # fmt: skip
        try:
            super().__init__(**given, **fields)
        except ValidationError as fault:
            found = readable(fault, own, where=own.__name__)
            raise SettingsError("settings.distribution", found.what, where=found.where, hint=found.hint) from None

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._parameters == self._parameters

    def __hash__(self) -> int:
        return hash((type(self), self._parameters))

    @property
    def _parameters(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "name" in vars(cls):
            FAMILIES[cls.name] = cls

    # -- what each family says of itself ----------------------------------------------------------------------------
    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The least and the greatest value, infinite where there is none."""

    @abstractmethod
    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, infinite or NaN where they do not exist."""

    @property
    def discrete(self) -> bool:
        """Whether all values are atoms: single values with a probability of their own."""
        return False

    @property
    def kind(self) -> Kind:
        """The kind of column that such values make, where none is asked for."""
        return "integer" if self.discrete else "float"

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The levels whose places the values are, None where they are numbers."""
        return None

    @abstractmethod
    def _log_prob(self, x: Floats) -> Any: ...

    @abstractmethod
    def _cdf(self, x: Floats) -> Any: ...

    @abstractmethod
    def _sf(self, x: Floats) -> Any: ...

    @abstractmethod
    def _ppf(self, q: Floats) -> Any: ...

    @abstractmethod
    def _isf(self, q: Floats) -> Any: ...

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self._ppf(np.maximum(rng.random(n), LEAST))

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        raise FitError("fit.family", f"the family `{cls.name}` is not learned from data", where=cls.name,
                       hint="declare its parameters")  # fmt: skip

    # -- what users call --------------------------------------------------------------------------------------------
    def log_prob(self, x: npt.ArrayLike) -> Floats:
        """Return the log of the density; of atoms (whole numbers, categories, added zeros) of their probability."""
        low, high = self.support
        return _apply(self._log_prob, x, lambda v: (v >= low) & (v <= high) & np.isfinite(v), below=-np.inf)

    def pdf(self, x: npt.ArrayLike) -> Floats:
        """Return the density; of atoms their probability."""
        return np.exp(self.log_prob(x))

    def mass(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of exactly these values: none but for atoms."""
        return self.pdf(x) if self.discrete else np.zeros(np.shape(x))

    def cdf(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of a value of at most `x`."""
        low, high = self.support
        return _apply(self._cdf, x, lambda v: (v >= low) & (v < high), below=0.0, above=1.0, split=high).clip(0, 1)

    def sf(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of a value above `x`, precise where it is tiny."""
        low, high = self.support
        return _apply(self._sf, x, lambda v: (v >= low) & (v < high), below=1.0, above=0.0, split=high).clip(0, 1)

    def ppf(self, q: npt.ArrayLike) -> Floats:
        """Return the quantile: the least value whose `cdf` is at least `q`; NaN outside [0, 1]."""
        low, high = self.support
        found = _apply(self._ppf, q, lambda v: (v > 0) & (v < 1), below=low, above=high, split=1.0)
        return _within(found.clip(low, high), q)

    def isf(self, q: npt.ArrayLike) -> Floats:
        """Return the least value whose `sf` is at most `q`: the quantile from above, precise where `q` is tiny."""
        low, high = self.support
        found = _apply(self._isf, q, lambda v: (v > 0) & (v < 1), below=high, above=low, split=1.0)
        return _within(found.clip(low, high), q)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """Return `n` independent draws."""
        with np.errstate(all="ignore"):
            return np.asarray(self._sample(n, rng), dtype=np.float64)

    @classmethod
    def fit(cls, values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Self:
        """Return the member of the family under which the values are most likely, each counting its weight.

        Raises FitError when there are no values or weights, one of them is not finite or outside what the family can
        hold, no member is the most likely one (all values are one), or the family is not `learnable`.
        """
        known = np.asarray(values, dtype=np.float64).ravel()
        counts = np.ones(len(known)) if weights is None else np.asarray(weights, dtype=np.float64).ravel()
        if counts.shape != known.shape or not (np.isfinite(counts).all() and (np.abs(known) <= GREATEST).all()):
            raise FitError("fit.values", "values or weights are not finite, or not as many as each other",
                           where=cls.name, hint="leave missing and infinite values out")  # fmt: skip
        if (counts < 0).any() or not (counts > 0).any():
            raise FitError("fit.values", "there are no values to learn from", where=cls.name,
                           hint="give at least one value, with a weight above 0")  # fmt: skip
        with np.errstate(all="ignore"):
            return cls._fit(known[counts > 0], counts[counts > 0])

    @classmethod
    def _fitted(cls, *parameters: float) -> Self:
        """Return the member with learned parameters. Raises FitError where they are none."""
        try:
            return cls(*(float(p) for p in parameters))
        except SettingsError:
            raise FitError("fit.degenerate", f"no `{cls.name}` fits these values best", where=cls.name,
                           hint="take another family: the values are all one, or outside of it") from None  # fmt: skip

    # -- how it is written ------------------------------------------------------------------------------------------
    def to_dict(self) -> dict[str, Any]:
        """Return it as it stands in a document: `{"normal": {"mean": 170.0, "sd": 10.0}}`."""
        own = ((name, getattr(self, name), field) for name, field in type(self).model_fields.items())
        return {self.name: {name: _plain(value) for name, value, field in own if value != field.default}}

    @classmethod
    def from_dict(
        cls, fields: dict[str, Any], *, where: str | None = None, error: type[LikewiseError] = SettingsError
    ) -> Self:
        """Read `{normal: [170, 10]}` or `{normal: {mean: 170, sd: 10}}`. Raises SettingsError, with a `$.path`."""
        from likewise.modalities.tabular.distributions.reading import parse

        found = parse(fields)
        if not isinstance(found, cls):
            raise error("settings.distribution", f"$: `{cls.name}` is wanted, not `{found.name}`", where=where)
        return found

    @classmethod
    def fields_of(cls, parameters: Any, path: str) -> dict[str, Any]:
        """Return the fields that a document's parameters settle: a mapping, a list by place, or the first one alone."""
        if isinstance(parameters, Mapping):
            return {str(name): value for name, value in parameters.items()}
        if isinstance(parameters, Sequence) and not isinstance(parameters, str):
            return by_name(cls, parameters, path)
        return {} if parameters is None else by_name(cls, (parameters,), path)


def by_name(family: type[Distribution], values: Sequence[Any], where: str) -> dict[str, Any]:
    """Return parameters that were given by place under their names. Raises SettingsError for too many."""
    names = list(family.model_fields)
    if len(values) > len(names):
        takes = f"{len(names)} parameters" if len(names) != 1 else "1 parameter"
        raise SettingsError("settings.distribution", f"{where}: `{family.name}` takes {takes}, not {len(values)}",
                            where=where, hint=f"they are: {', '.join(names)}")  # fmt: skip
    return dict(zip(names, values, strict=False))


def _apply(
    function: Callable[[Floats], Floats],
    x: npt.ArrayLike,
    inside: Callable[[Floats], npt.NDArray[np.bool_]],
    *,
    below: float,
    above: float = -np.inf,
    split: float = np.inf,
) -> Floats:
    """Apply a function where values lie inside; `below` the split, or `above` it, elsewhere, and NaN for NaN."""
    values = np.asarray(x, dtype=np.float64)
    flat = values.ravel()
    known = inside(flat)
    with np.errstate(all="ignore"):
        if known.all():
            return np.asarray(function(flat), dtype=np.float64).reshape(values.shape)
        found = np.where(flat >= split, above, below)
        found[np.isnan(flat)] = np.nan
        found[known] = function(flat[known])
    return found.reshape(values.shape)


def _within(found: Floats, q: npt.ArrayLike) -> Floats:
    shares = np.asarray(q, dtype=np.float64)
    return np.where((shares >= 0) & (shares <= 1), found, np.nan)


def _plain(value: Any) -> Any:
    if isinstance(value, Distribution):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
