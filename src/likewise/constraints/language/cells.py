"""The values of an expression in every row, and what comparing and reckoning with them gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.moments import DAY
from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Sort = Literal["number", "moment", "duration", "text", "truth"]

SLACK = 1e-9
"""By how much of their size two computed numbers that lie on no decimal grid may differ and still be equal."""

ROUNDING = 1e-14
"""How far, relatively, a computed number may lie below a whole number, or below a half, and still be one."""

FINEST = 12
"""Decimals up to which computed numbers are taken to lie on a grid; finer ones are told apart by `SLACK`."""

_COMPARED = {"==": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater,
             ">=": pc.greater_equal}  # fmt: skip
_RECKONED: dict[str, Callable[..., Any]] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
                                            "**": np.power}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold a value for each row: floats (moments and durations in microseconds, truth as 1 and 0), NaN where missing;
    or texts, plain or as a dictionary, null where missing.

    `decimals` is how many decimals numbers have at most, None where that is not known. `whole` are the same numbers
    as int64 where some are too large for a float to be exact, and `spoken` how a truth is written (`yes/no`).
    """

    sort: Sort
    values: Floats | pa.Array
    decimals: int | None = None
    whole: pa.Array | None = None
    spoken: str | None = None

    def known(self) -> Mask:
        """Return where a value is there."""
        if isinstance(self.values, np.ndarray):
            return ~np.isnan(self.values)
        return np.asarray(self.values.is_valid())

    @property
    def floats(self) -> Floats:
        """The values as numbers. Raises SettingsError where they are texts."""
        if not isinstance(self.values, np.ndarray):
            raise SettingsError("settings.rule", "a text is used where a number or a truth is wanted",
                                hint="write len(name) for its length, or compare it with a text in quotes")  # fmt: skip
        return self.values

    @property
    def texts(self) -> pa.Array:
        """The values as plain texts. Raises SettingsError where they are none."""
        values = self.values
        if isinstance(values, np.ndarray):
            if np.isnan(values).all():
                return pa.nulls(len(values), pa.string())
            raise SettingsError("settings.rule", f"a {self.sort} is used where a text is wanted",
                                hint="quote texts and only texts")  # fmt: skip
        return values.dictionary_decode() if isinstance(values, pa.DictionaryArray) else values

    def single(self) -> Any:
        """Return the one text of all rows, None where there is none."""
        values = self.values
        if isinstance(values, pa.DictionaryArray) and len(values.dictionary) == 1 and not values.null_count:
            return values.dictionary[0]
        return None

    def mapped(self, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
        """Return what a function makes of each text, once for each entry where they are a dictionary."""
        values = self.values
        if isinstance(values, pa.DictionaryArray):
            return function(values.dictionary).take(values.indices)
        return function(self.texts)


Columns = Callable[[str], Cells]
"""What gives the cells of a column by its name, of another table as `table.column`."""


def truth(found: Any) -> Cells:
    """Return a column of Arrow booleans as a truth, unknown where null."""
    return Cells("truth", np.asarray(pc.fill_null(found.cast(pa.float64()), np.nan)))


def constant(value: Any, rows: int) -> Cells:
    """Return one value in every row."""
    if isinstance(value, str):
        return Cells("text", pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int32), [value]))
    if isinstance(value, bool):
        return Cells("truth", np.full(rows, float(value)), 0)
    if isinstance(value, dt.timedelta):
        return Cells("duration", np.full(rows, value / dt.timedelta(microseconds=1)), 0)
    if isinstance(value, dt.date):
        return Cells("moment", np.full(rows, microseconds(value)), 0)
    number = float("nan") if value is None else float(value)
    whole = pa.repeat(pa.scalar(value, pa.int64()), rows) if _large(value) else None
    return Cells("number", np.full(rows, number), decimals_of(value), whole)


def _large(value: Any) -> bool:
    return isinstance(value, int) and 2**53 < abs(value) < 2**63


def microseconds(value: dt.date) -> float:
    """Return a date or a moment as microseconds since 1970, one with an offset on the clocks of UTC."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return (moment - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1)


def decimals_of(value: float | None) -> int | None:
    """Return how many decimals a number is written with, None where that is too many to count."""
    if value is None or isinstance(value, int):
        return 0
    from decimal import Decimal

    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) and -exponent <= FINEST else None


def read_moment(text: str) -> dt.datetime | dt.timedelta:
    """Return the moment, or the time of day as a duration since midnight, that a text in ISO 8601 means.

    Raises SettingsError for others.
    """
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        time = dt.time.fromisoformat(text)
    except ValueError:
        raise SettingsError("settings.rule", f"`{text}` is neither a date nor a time",
                            hint="write 2024-05-31, 2024-05-31T13:45 or 13:45") from None  # fmt: skip
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)


def numbered(cells: Cells) -> Cells:
    """Return texts as the numbers that they write, and anything else as it is."""
    return as_number(cells) if cells.sort == "text" else cells


def as_number(cells: Cells) -> Cells:
    """Return texts as the numbers that they write. Raises SettingsError where one of them is no number."""
    try:
        numbers = cells.mapped(lambda texts: texts.cast(pa.float64()))
    except pa.ArrowInvalid:
        raise SettingsError("settings.rule", "texts that are no numbers stand where numbers are wanted",
                            hint="put texts in quotes, or write len(name) for a length") from None  # fmt: skip
    values = np.asarray(pc.fill_null(numbers, np.nan))
    texts = cells.values.dictionary if isinstance(cells.values, pa.DictionaryArray) else cells.values
    written = pc.all(pc.match_substring_regex(texts, r"^[-+]?[0-9]+([.][0-9]+)?$")).as_py()
    longest = pc.max(pc.utf8_length(pc.replace_substring_regex(texts, "^[^.]*[.]?", ""))).as_py() or 0
    return Cells("number", values, longest if written is not False and longest <= FINEST else None)


def compared(sign: str, left: Cells, right: Cells, column: int | None = None) -> Cells:
    """Return the truth of a comparison.

    `column` is the number of decimals of a column that is said to equal something computed, which then need only
    agree to half a unit of its last decimal.
    """
    if (left.sort == "text") != (right.sort == "text"):
        if not left.known().any() or not right.known().any():
            return Cells("truth", np.full(len(left.values), np.nan))
        left, right = _beside_text(left, right)
    if left.sort == "text":
        return _texts_compared(sign, left, right)
    if (exact := _exactly(left, right)) is not None:
        return truth(_COMPARED[sign](*exact))
    first, second = _on_one_scale(left, right)
    with np.errstate(invalid="ignore", over="ignore"):
        gap = first - second
        gap = np.where(first == second, 0.0, gap)  # also of infinities
        slack = _slack(left, right, first, second, column if sign in ("==", "!=") else None)
    found = {"==": np.abs(gap) <= slack, "!=": np.abs(gap) > slack, "<": gap < -slack, "<=": gap <= slack,
             ">": gap > slack, ">=": gap >= -slack}[sign]  # fmt: skip
    return Cells("truth", np.where(np.isnan(gap), np.nan, found))


def _slack(left: Cells, right: Cells, first: Floats, second: Floats, column: int | None) -> Floats | float:
    """Return by how much two sides may differ and still be equal: half a step of the grid on which both lie."""
    if left.decimals is not None and right.decimals is not None:
        finest = max(left.decimals, right.decimals)
        return 0.5 * 10.0**-finest if column is None or column >= finest else 0.5000001 * 10.0**-column
    relative: Floats = SLACK * np.maximum(np.abs(first), np.abs(second))
    return relative if column is None else np.maximum(relative, 0.5000001 * 10.0**-column)


def _beside_text(left: Cells, right: Cells) -> tuple[Cells, Cells]:
    """Return a text and what it is compared with as one sort: levels as numbers, `yes` as the truth it says."""
    text, other = (left, right) if left.sort == "text" else (right, left)
    if other.sort == "number":
        read = as_number(text)
    elif other.sort == "truth" and other.spoken is not None:
        read = _spoken(text, other.spoken)
    else:
        raise SettingsError("settings.rule", f"a {left.sort} is compared with a {right.sort}",
                            hint="quote texts and only texts")  # fmt: skip
    return (read, other) if left.sort == "text" else (other, read)


def _spoken(text: Cells, spoken: str) -> Cells:
    """Return texts as the truth that they say in the column's own words."""
    words = [word.casefold() for word in spoken.split("/", 1)]

    def said(texts: pa.Array) -> pa.Array:
        lowered = pc.utf8_lower(texts)
        known = pc.or_(pc.is_in(lowered, pa.array([*words, "true", "false"])), texts.is_null())
        if not pc.all(known).as_py():
            raise SettingsError("settings.rule", "a truth is compared with a text that is not one of its words",
                                hint="write true or false")  # fmt: skip
        return pc.is_in(lowered, pa.array([words[0], "true"]))

    found = text.mapped(said)
    return truth(pc.if_else(pa.array(text.known()), found, None))


def _texts_compared(sign: str, left: Cells, right: Cells) -> Cells:
    """Return the truth of a comparison of texts, once for each entry where one side is a single text."""
    if (single := right.single()) is not None:
        return truth(left.mapped(lambda texts: _COMPARED[sign](texts, single)))
    if (single := left.single()) is not None:
        return truth(right.mapped(lambda texts: _COMPARED[sign](pa.repeat(single, len(texts)), texts)))
    return truth(_COMPARED[sign](left.texts, right.texts))


def _exactly(left: Cells, right: Cells) -> tuple[pa.Array, pa.Array] | None:
    """Return both sides as whole numbers where floats would not tell them apart; None where they do."""
    if left.whole is None and right.whole is None:
        return None
    sides = [_whole(side) for side in (left, right)]
    return None if sides[0] is None or sides[1] is None else (sides[0], sides[1])


def _whole(cells: Cells) -> pa.Array | None:
    if cells.whole is not None:
        return cells.whole
    if cells.sort != "number" or cells.decimals != 0:
        return None
    values, known = cells.floats, cells.known()
    if (np.abs(values[known]) > 2**53).any():
        return None
    return pa.array(np.where(known, values, 0).astype(np.int64), mask=~known)


def _on_one_scale(left: Cells, right: Cells) -> tuple[Floats, Floats]:
    """Return two sides as numbers; a plain number beside a duration counts days."""
    first, second = left.floats, right.floats
    if left.sort == "duration" and right.sort == "number":
        return first, second * DAY
    if right.sort == "duration" and left.sort == "number":
        return first * DAY, second
    if (left.sort == "moment") != (right.sort == "moment") and not _empty(first) and not _empty(second):
        raise SettingsError("settings.rule", f"a {left.sort} is compared with a {right.sort}",
                            hint="write a moment as '2024-05-31'")  # fmt: skip
    return first, second


def _empty(values: Floats) -> bool:
    return bool(np.isnan(values).all())


def reckoned(operation: str, left: Cells, right: Cells) -> Cells:
    """Return the result of an operation on two columns; a division by zero is missing.

    Raises SettingsError for a sum of moments.
    """
    left, right = numbered(left), numbered(right)
    first, second = left.floats, right.floats
    sorts = (left.sort, right.sort)
    if operation == "+" and sorts == ("moment", "moment"):
        raise SettingsError("settings.rule", "two moments cannot be added",
                            hint="take one from the other: `end - start`")  # fmt: skip
    days = operation in ("+", "-") and "number" in sorts and sorts != ("number", "number")
    if days:  # a number counts days
        first, second = (first * DAY, second) if left.sort == "number" else (first, second * DAY)
    with np.errstate(all="ignore"):
        if operation in ("//", "%"):
            found = _whole_times(first, second)
            found = found if operation == "//" else first - second * found
        else:
            found = _RECKONED[operation](first, second)
    values = np.where(np.isinf(found) & np.isfinite(first), np.nan, found)
    made = Cells(sort_of_result(operation, *sorts), values, None if days else _grid(operation, left, right))
    exact = _exactly(left, right) if operation in ("+", "-") and made.sort == "number" else None
    return made if exact is None else replace(made, whole=_summed(operation, *exact))


def _summed(operation: str, left: pa.Array, right: pa.Array) -> pa.Array | None:
    try:
        return pc.add_checked(left, right) if operation == "+" else pc.subtract_checked(left, right)
    except pa.ArrowInvalid:  # beyond int64
        return None


def _whole_times(first: Floats, second: Floats) -> Floats:
    """Return how often the second goes into the first; what lies a rounding error below a whole number is one."""
    times = np.divide(first, second)
    found: Floats = np.floor(times + ROUNDING * np.maximum(np.abs(times), 1.0))
    return np.where(np.isfinite(times), found, np.nan)


def sort_of_result(operation: str, left: Sort, right: Sort) -> Sort:
    """Return the sort of what an operation on two sorts gives."""
    sorts = (left, right)
    if operation in ("+", "-"):
        if sorts == ("moment", "moment"):
            return "duration"
        return "moment" if "moment" in sorts else "duration" if "duration" in sorts else "number"
    return "duration" if "duration" in sorts and (sorts != ("duration", "duration") or operation == "%") else "number"


def _grid(operation: str, left: Cells, right: Cells) -> int | None:
    """Return how many decimals the result of an operation has at most."""
    if operation == "//":
        return 0
    if left.decimals is None or right.decimals is None or operation in ("/", "**"):
        return None
    found = left.decimals + right.decimals if operation == "*" else max(left.decimals, right.decimals)
    return found if found <= FINEST else None
