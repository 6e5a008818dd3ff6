"""What a statistic is worked out on: arrays, frames and Tables, and some of their rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.table import Table
from likewise.errors import LikewiseError, SettingsError
from likewise.techniques.bootstrap.runs import Indices

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observed:
    """Hold the data of one sample in the kind of object that it came in."""

    data: Any
    rows: int

    @classmethod
    def of(cls, data: Any) -> Observed:
        """Take an array, a list of numbers, a frame, an Arrow table, a Table or a dict of columns."""
        if isinstance(data, Mapping):
            data = Table.from_any(data)
        if isinstance(data, list):
            data = _array(data)
        if isinstance(data, np.ndarray):
            if data.ndim not in (1, 2) or data.dtype == object:
                raise SettingsError("settings.data", "an array of data has one or two dimensions and one type",
                                    hint="give a frame for columns of several types")  # fmt: skip
            return cls(data, len(data))
        if isinstance(data, Table):
            return cls(data, data.rows)
        if isinstance(data, pa.Table):
            return cls(data, data.num_rows)
        if hasattr(data, "__len__") and any(hasattr(data, name) for name in ("columns", "iloc", "to_arrow")):
            return cls(data, len(data))
        raise SettingsError("settings.data", f"a {type(data).__name__} holds no rows",
                            hint="give an array, a frame, a Table, or a tuple of them")  # fmt: skip

    @property
    def width(self) -> int:
        """The number of columns of an array, 1 for anything else."""
        return int(self.data.shape[1]) if isinstance(self.data, np.ndarray) and self.data.ndim == 2 else 1

    def take(self, rows: Indices) -> Any:
        """Return some rows; of an array also several resamples at once, (replicates, rows, ...)."""
        if isinstance(self.data, np.ndarray):
            return self.data.take(rows, axis=0, mode="clip")
        if isinstance(self.data, Table):
            return self.data.take(rows)
        if isinstance(self.data, pa.Table):
            return self.data.take(pa.array(rows))
        return self.data.iloc[rows] if hasattr(self.data, "iloc") else self.data[rows]

    def column(self, name: str) -> list[Any]:
        """Return one named column as a list. Raises SettingsError or SchemaError when there is none."""
        if isinstance(self.data, np.ndarray):
            raise SettingsError("settings.data", f"an array has no column `{name}`", hint="give one label a row")
        table = Table.from_any(self.data)
        table.schema[name]
        values: list[Any] = table.column(name).to_pylist()
        return values

    def numbers(self) -> Floats:
        """Return the numbers, (rows, columns); of a frame those of its number columns, in order."""
        if isinstance(self.data, np.ndarray):
            if self.data.dtype.kind not in "biuf":
                raise SettingsError("settings.data", "the array holds no numbers", hint="give numbers")
            values = self.data.astype(np.float64)
            return values[:, None] if values.ndim == 1 else values
        table = Table.from_any(self.data.to_frame() if hasattr(self.data, "to_frame") else self.data)
        names = [c.name for c in table.schema.columns if c.kind in ("integer", "decimal", "float")]
        if not names:
            raise SettingsError("settings.data", "no column holds numbers", hint="give at least one number column")
        return np.stack([table.numbers(name) for name in names], axis=1)

    def series(self) -> list[Floats]:
        """Return the number columns without those that hold a gap, for what is to be found of a series."""
        try:
            values = self.numbers()
        except LikewiseError:
            return []
        return [column for column in values.T if np.isfinite(column).all()]


def _array(values: list[Any]) -> npt.NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:  # rows of different lengths
        return np.array([None], dtype=object)


def parameters(statistic: Callable[..., Any]) -> set[str]:
    """Return the names of a function's parameters; none where they cannot be known."""
    try:
        return set(inspect.signature(statistic).parameters)
    except (TypeError, ValueError):
        return set()


def results(found: Any, count: int | None = None) -> Floats:
    """Return what a statistic gave as numbers. Raises SettingsError when it is no number, or not one a replicate."""
    try:
        values = np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError):
        raise SettingsError("settings.statistic", f"the statistic gives a {type(found).__name__}, not a number",
                            hint="return a number or an array of numbers") from None  # fmt: skip
    if count is not None and (not values.ndim or len(values) != count):
        raise SettingsError("settings.statistic", "the statistic takes `axis` but does not keep the replicates apart",
                            hint="reduce along `axis` alone, or take no `axis`")  # fmt: skip
    return values


def stacked(replicates: list[Floats]) -> Floats:
    """Return what a statistic gave for many resamples as one array. Raises SettingsError where shapes differ."""
    if any(each.shape != replicates[0].shape for each in replicates):
        raise SettingsError("settings.statistic", "the statistic gives arrays of different shapes for different rows",
                            hint="return as many numbers for every resample")  # fmt: skip
    return np.stack(replicates)


def finite(replicates: Floats, what: str) -> Floats:
    """Return replicates that are all numbers. Raises SettingsError saying how many are not."""
    bad = ~np.isfinite(replicates.reshape(len(replicates), -1)).all(axis=1)
    if bad.any():
        raise SettingsError("settings.statistic", f"the statistic is not a number {what} ({bad.sum():,} times)",
                            hint="leave missing values out, and see that the statistic holds for any resample: "
                            "`strata` keeps every class in each")  # fmt: skip
    return replicates


def as_tuple(data: Any) -> Sequence[Any]:
    """Return the samples: those of a tuple, or the one that is given."""
    return data if isinstance(data, tuple) else (data,)
