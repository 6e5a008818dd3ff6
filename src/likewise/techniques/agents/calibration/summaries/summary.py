"""What a simulation and the real data are compared by: numbers with names, always as many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Summary:
    """Hold summary statistics: names, and as many values. Summaries are joined by `+`; NumPy sees the values.

    A statistic that the data does not allow (the median gap of one event) is NaN, never left out.

    >>> both = Summary(("mean",), np.array([2.0])) + Summary(("spread",), np.array([0.5])).under("speed")
    >>> both.names, np.asarray(both).tolist()
    (('mean', 'speed spread'), [2.0, 0.5])
    """

    names: tuple[str, ...]
    values: Floats

    @classmethod
    def of(cls, named: Mapping[str, Any]) -> Self:
        """Return the summary of numbers by name."""
        return cls(tuple(named), np.array([float(v) for v in named.values()]))

    def under(self, prefix: str) -> Summary:
        """Return the same values, with a word before each name."""
        return Summary(tuple(f"{prefix} {name}" for name in self.names), self.values)

    def __add__(self, other: Summary) -> Summary:
        return Summary((*self.names, *other.names), np.concatenate([self.values, other.values]))

    def __len__(self) -> int:
        return len(self.names)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.values, dtype=dtype, copy=copy)


def observed_summary(observed: Any, names: Sequence[str] | None = None) -> Summary:
    """Return what was observed as a Summary: from one, from a mapping of names, or from an array.

    Raises SettingsError where it is empty, has more than one axis, or holds a value that is not finite.
    """
    if isinstance(observed, Mapping):
        observed = Summary.of(observed)
    known = observed.names if isinstance(observed, Summary) else None
    values = np.array(observed, dtype=np.float64, ndmin=1)
    if values.ndim != 1 or not len(values):
        raise SettingsError("settings.observed", "what was observed is one row of summary statistics, at least one",
                            where="observed", hint="give what `simulate` returns, of the real data")  # fmt: skip
    listed = tuple(names or known or (f"summary {i + 1}" for i in range(len(values))))
    if len(listed) != len(values) or len(set(listed)) < len(listed):
        raise SettingsError("settings.observed", f"{len(values)} summaries were observed and {len(set(listed))} names "
                            "are given", where="names", hint="give one name each, no two alike")  # fmt: skip
    if not np.isfinite(values).all():
        missing = [name for name, value in zip(listed, values) if not np.isfinite(value)]
        raise SettingsError("settings.observed", f"{len(missing)} observed summaries are missing or infinite: "
                            + ", ".join(f"`{name}`" for name in missing[:5]), where="observed",
                            hint="leave them out, of the simulator's answer too")  # fmt: skip
    return Summary(listed, values)


def groups_of(by: Any, order: npt.NDArray[Any], rows: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return the rows sorted by group and then by `order`, and where a row has the one before it in its group."""
    if by is None:
        sort = np.argsort(order, kind="stable")
        same = np.ones(max(rows - 1, 0), dtype=bool)
    else:
        _, codes = np.unique(np.asarray(by), return_inverse=True)
        sort = np.lexsort((order, codes))
        same = np.diff(codes[sort]) == 0
    return sort, same


def quantiles(values: Any, at: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9), *, log: bool = False) -> Summary:
    """Return quantiles of numbers, of their logarithms where `log`; NaN where there are none.

    Of a logarithm only numbers above 0 are taken. For amounts, durations and sizes.

    >>> quantiles([1, 2, 3, 4, 5], at=(0.5,)).names
    ('q50',)
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    numbers = np.log(numbers[numbers > 0]) if log else numbers[np.isfinite(numbers)]
    found = np.quantile(numbers, at) if len(numbers) else np.full(len(at), np.nan)
    return Summary(tuple(f"{'log ' if log else ''}q{100 * q:g}" for q in at), found)
