"""The functions that expressions may call: the sorts that each takes and gives, and what it makes of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.calendar import Unit, number_in, whole_years
from likewise.constraints.language.cells import (
    FINEST,
    ROUNDING,
    SLACK,
    Cells,
    Floats,
    Sort,
    as_number,
    constant,
    read_moment,
    reckoned,
    truth,
)
from likewise.core.moments import DAY
from likewise.errors import SettingsError, suggest

EARTH = 6371.0088
"""The mean radius of the earth in kilometres."""

AGGREGATES = ("sum", "count", "mean", "min", "max")
"""Functions of the values of many rows, which only a `total` may call."""

PREVIOUS = "previous"
"""The function that stands for a column's value in the row before, which only a `running` rule may call."""

NUMBERS: frozenset[Sort] = frozenset({"number"})
AMOUNTS: frozenset[Sort] = frozenset({"number", "duration"})
LINES: frozenset[Sort] = frozenset({"number", "moment", "duration"})
MOMENTS: frozenset[Sort] = frozenset({"moment"})
CLOCKS: frozenset[Sort] = frozenset({"moment", "duration"})
TEXTS: frozenset[Sort] = frozenset({"text"})
ANY: frozenset[Sort] = frozenset({"number", "moment", "duration", "text", "truth"})

Make = Callable[..., Cells]


@dataclass(frozen=True)
class Function:
    """Declare a function: the sorts of its arguments, what it gives, and what it makes of them.

    `same` gives the sort of its first argument, and its arguments are all of one sort. The last argument may come
    again where there is no `most`.
    """

    takes: tuple[frozenset[Sort], ...]
    gives: Sort | Literal["same"]
    make: Make
    least: int
    most: int | None

    def taken(self, place: int) -> frozenset[Sort]:
        """Return the sorts that an argument may have."""
        return self.takes[min(place, len(self.takes) - 1)]

    def of(self, name: str, arguments: Sequence[Cells]) -> Cells:
        """Return what the function makes of its arguments. Raises SettingsError where one is of a sort not taken."""
        fit = [self._fit(name, place, cells) for place, cells in enumerate(arguments)]
        if self.gives == "same" and len({cells.sort for cells in fit if cells.known().any()}) > 1:
            sorts = " and ".join(sorted({cells.sort for cells in fit}))
            raise SettingsError("settings.rule", f"`{name}` takes values of one sort, and these are {sorts}")
        return self.make(*fit)

    def _fit(self, name: str, place: int, cells: Cells) -> Cells:
        wanted = self.taken(place)
        if cells.sort in wanted:
            return cells
        if not cells.known().any():
            nothing = np.full(len(cells.values), np.nan)
            return Cells("text", pa.nulls(len(nothing), pa.string())) if wanted == TEXTS else Cells("number", nothing)
        if cells.sort == "text" and "number" in wanted:
            return as_number(cells)
        if "moment" in wanted and (single := cells.single()) is not None:
            return self._fit(name, place, constant(read_moment(single.as_py()), len(cells.values)))
        listed = " or ".join(f"a {sort}" for sort in sorted(wanted))
        raise SettingsError("settings.rule", f"`{name}` takes {listed} at place {place + 1}, not a {cells.sort}")


def _function(gives: Sort | Literal["same"], make: Make, *takes: frozenset[Sort], optional: int = 0) -> Function:
    return Function(takes, gives, make, len(takes) - optional, len(takes))


def _many(gives: Sort | Literal["same"], make: Make, takes: frozenset[Sort]) -> Function:
    return Function((takes,), gives, make, 2, None)


# -- numbers ----------------------------------------------------------------------------------------------------------
def _abs(x: Cells) -> Cells:
    return replace(x, values=np.abs(x.floats), whole=None)


def _sign(x: Cells) -> Cells:
    return Cells("number", np.sign(x.floats), 0)


def _round(x: Cells, digits: Cells | None = None) -> Cells:
    """Round half away from zero, as SQL does; what lies a rounding error below a half is one."""
    places = np.zeros(len(x.floats)) if digits is None else digits.floats
    scale = 10.0**places
    size = np.abs(_on_grid(x)) * scale
    found = np.sign(x.floats) * np.floor(size + 0.5 + ROUNDING * np.maximum(size, 1.0)) / scale
    same = len(places) > 0 and bool((places == places[0]).all()) and 0 <= places[0] <= FINEST
    return Cells("number", found, int(places[0]) if same else None)


def _floor(x: Cells) -> Cells:
    values = _on_grid(x)
    return Cells("number", np.floor(values + ROUNDING * np.maximum(np.abs(values), 1.0)), 0)


def _ceil(x: Cells) -> Cells:
    values = _on_grid(x)
    return Cells("number", np.ceil(values - ROUNDING * np.maximum(np.abs(values), 1.0)), 0)


def _on_grid(x: Cells) -> Floats:
    """Return numbers of known decimals as the floats next to these, without what reckoning left over."""
    return x.floats if x.decimals is None else np.round(x.floats * 10.0**x.decimals) / 10.0**x.decimals


def _finite(make: Callable[[Floats], Floats]) -> Make:
    """Return a function of numbers whose result is missing where there is none (a root of -1, the logarithm of 0)."""

    def made(x: Cells) -> Cells:
        with np.errstate(all="ignore"):
            found = make(x.floats)
        return Cells("number", np.where(np.isfinite(found), found, np.nan))

    return made


def _mod(x: Cells, y: Cells) -> Cells:
    return reckoned("%", x, y)


def _extreme(choose: Callable[[Floats, Floats], Floats]) -> Make:
    def made(*of: Cells) -> Cells:
        decimals = [x.decimals for x in of]
        finest = None if None in decimals else max(d for d in decimals if d is not None)
        return Cells(of[0].sort, reduce(choose, (x.floats for x in of)), finest)

    return made


def _is_integer(x: Cells) -> Cells:
    values = _on_grid(x)
    size = np.abs(values - np.round(values))
    found = size <= (0.0 if x.decimals is not None else SLACK * np.maximum(np.abs(values), 1.0))
    return Cells("truth", np.where(np.isnan(size), np.nan, found))


def kilometres(lat: Floats, lon: Floats, other_lat: Floats | float, other_lon: Floats | float) -> Floats:
    """Return the great-circle distance in kilometres of points given in degrees (haversine, on a sphere).

    >>> kilometres(np.array([52.52]), np.array([13.405]), 48.8566, 2.3522).round().tolist()
    [877.0]
    """
    a, b, c, d = (np.radians(x) for x in (lat, lon, other_lat, other_lon))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    found: Floats = 2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return found


def _distance(*of: Cells) -> Cells:
    return Cells("number", kilometres(*(x.floats for x in of)))


# -- texts ------------------------------------------------------------------------------------------------------------
def _text(make: Callable[[pa.Array], pa.Array]) -> Make:
    return lambda x: Cells("text", x.mapped(make))


def _len(x: Cells) -> Cells:
    lengths = x.mapped(pc.utf8_length)
    return Cells("number", np.asarray(pc.fill_null(lengths.cast(pa.float64()), np.nan)), 0)


def _concat(*of: Cells) -> Cells:
    return Cells("text", pc.binary_join_element_wise(*(x.texts for x in of), ""))


def _substring(x: Cells, start: Cells, length: Cells | None = None) -> Cells:
    """Return a piece of each text, from a position that counts from 1."""
    starts = start.floats
    ends = np.full(len(starts), np.inf) if length is None else starts + length.floats
    if len(starts) and bool((starts == starts[0]).all() and (ends == ends[0]).all()):
        first, last = max(int(starts[0]) - 1, 0), None if np.isinf(ends[0]) else max(int(ends[0]) - 1, 0)
        return Cells("text", x.mapped(lambda texts: pc.utf8_slice_codeunits(texts, first, last)))
    known = ~np.isnan(starts) & ~np.isnan(ends)
    pieces = [
        text[max(int(a) - 1, 0) : None if np.isinf(b) else max(int(b) - 1, 0)] if there and text is not None else None
        for text, a, b, there in zip(x.texts.to_pylist(), starts, ends, known, strict=True)
    ]
    return Cells("text", pa.array(pieces, pa.string()))


def _holding(fast: Callable[..., pa.Array], slow: Callable[[str, str], bool]) -> Make:
    """Return the test of a text for a piece, which mostly is the same one for all rows."""

    def made(x: Cells, piece: Cells) -> Cells:
        if (single := piece.single()) is not None:
            return truth(x.mapped(lambda texts: fast(texts, single.as_py())))
        pairs = zip(x.texts.to_pylist(), piece.texts.to_pylist(), strict=True)
        return truth(pa.array([None if a is None or b is None else slow(a, b) for a, b in pairs], pa.bool_()))

    return made


# -- moments ----------------------------------------------------------------------------------------------------------
def _part(unit: Unit) -> Make:
    return lambda x: Cells("number", number_in(unit, x.floats), 0)


def _days_between(first: Cells, last: Cells) -> Cells:
    return Cells("number", np.floor(last.floats / DAY) - np.floor(first.floats / DAY), 0)


def _age(born: Cells, at: Cells) -> Cells:
    return Cells("number", whole_years(np.floor(born.floats / DAY), np.floor(at.floats / DAY)), 0)


# -- any --------------------------------------------------------------------------------------------------------------
def _coalesce(*of: Cells) -> Cells:
    if of[0].sort == "text":
        return Cells("text", pc.coalesce(*(x.texts for x in of)))
    decimals = [x.decimals for x in of]
    finest = None if None in decimals else max(d for d in decimals if d is not None)
    return Cells(of[0].sort, reduce(lambda a, b: np.where(np.isnan(a), b, a), (x.floats for x in of)), finest)


FUNCTIONS: dict[str, Function] = {
    "abs": _function("same", _abs, AMOUNTS),
    "sign": _function("number", _sign, AMOUNTS),
    "round": _function("number", _round, NUMBERS, NUMBERS, optional=1),
    "floor": _function("number", _floor, NUMBERS),
    "ceil": _function("number", _ceil, NUMBERS),
    "sqrt": _function("number", _finite(np.sqrt), NUMBERS),
    "exp": _function("number", _finite(np.exp), NUMBERS),
    "log": _function("number", _finite(np.log), NUMBERS),
    "mod": _function("same", _mod, AMOUNTS, AMOUNTS),
    "min": _many("same", _extreme(np.minimum), LINES),
    "max": _many("same", _extreme(np.maximum), LINES),
    "is_integer": _function("truth", _is_integer, NUMBERS),
    "distance": _function("number", _distance, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    "len": _function("number", _len, TEXTS),
    "lower": _function("text", _text(pc.utf8_lower), TEXTS),
    "upper": _function("text", _text(pc.utf8_upper), TEXTS),
    "trim": _function("text", _text(pc.utf8_trim_whitespace), TEXTS),
    "concat": _many("text", _concat, TEXTS),
    "substring": _function("text", _substring, TEXTS, NUMBERS, NUMBERS, optional=1),
    "starts_with": _function("truth", _holding(pc.starts_with, str.startswith), TEXTS, TEXTS),
    "ends_with": _function("truth", _holding(pc.ends_with, str.endswith), TEXTS, TEXTS),
    "contains": _function("truth", _holding(pc.match_substring, str.__contains__), TEXTS, TEXTS),
    "year": _function("number", _part("year"), MOMENTS),
    "quarter": _function("number", _part("quarter"), MOMENTS),
    "month": _function("number", _part("month"), MOMENTS),
    "week": _function("number", _part("week"), MOMENTS),
    "day": _function("number", _part("day"), MOMENTS),
    "weekday": _function("number", _part("weekday"), MOMENTS),
    "hour": _function("number", _part("hour"), CLOCKS),
    "minute": _function("number", _part("minute"), CLOCKS),
    "second": _function("number", _part("second"), CLOCKS),
    "days_between": _function("number", _days_between, MOMENTS, MOMENTS),
    "age": _function("number", _age, MOMENTS, MOMENTS),
    "coalesce": _many("same", _coalesce, ANY),
}
"""All functions of one row by name; Monday is weekday 0, `log` is the natural one, `distance` in km of two places."""

_NOT_REPEATABLE = frozenset({"today", "now", "current_date", "current_timestamp", "random", "rand"})


def check_call(name: str, arguments: int) -> None:
    """Refuse a function that is not known, or not with so many arguments. Raises SettingsError."""
    if name in _NOT_REPEATABLE:
        raise SettingsError("settings.rule", f"`{name}()` gives another value at another time, so no rule may use it",
                            hint="write the date itself, such as '2024-05-31'")  # fmt: skip
    if name == PREVIOUS or (name in AGGREGATES and arguments <= 1):
        if arguments == 1:
            return
        raise SettingsError("settings.rule", f"`{name}` takes 1 argument, not {arguments}")
    if name not in FUNCTIONS:
        known = sorted({*FUNCTIONS, *AGGREGATES, PREVIOUS})
        raise SettingsError("settings.rule", f"there is no function `{name}`", hint=suggest(name, known, "function"))
    function = FUNCTIONS[name]
    if arguments < function.least or (function.most is not None and arguments > function.most):
        wanted = f"{function.least}{'' if function.least == function.most else f' to {function.most}'}"
        wanted = f"at least {function.least}" if function.most is None else wanted
        raise SettingsError("settings.rule", f"`{name}` takes {wanted} arguments, not {arguments}")
