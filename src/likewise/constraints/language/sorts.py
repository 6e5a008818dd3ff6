"""Whether an expression fits the columns that it names, told before a row is seen, with all faults at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from likewise.constraints.language.cells import Sort, read_moment, sort_of_result
from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Every,
    Expression,
    Matches,
    Name,
    Negative,
    Not,
    Some,
    Value,
    Within,
)
from likewise.constraints.language.functions import AGGREGATES, FUNCTIONS, PREVIOUS
from likewise.constraints.language.tables import are_numbers
from likewise.constraints.language.writing import write_expression
from likewise.core.schema import Column, Schema
from likewise.errors import SettingsError, suggest


@dataclass(frozen=True)
class Fault:
    """Hold what does not fit in an expression, and what to do about it."""

    what: str
    hint: str | None = None


class Sorts:
    """Tell the sorts of expressions over some tables; `home` is the one whose columns need no table before them."""

    def __init__(self, schemas: Mapping[str, Schema], home: str) -> None:
        self.schemas, self.home = schemas, home
        self.faults: list[Fault] = []

    def column(self, name: Name) -> Column | None:
        """Return the column that a name means, and note a fault where there is none."""
        own = self.schemas[self.home]
        if name.full in own:
            return own[name.full]
        if name.table is None:
            self.fault(f"there is no column `{name.column}`", suggest(name.column, own.names, "column"))
            return None
        if name.table not in self.schemas:
            one = len(self.schemas) == 1
            near = suggest(name.full, own.names, "column") if one else suggest(name.table, [*self.schemas], "table")
            self.fault(f"there is no {'column' if one else 'table'} `{name.full if one else name.table}`", near)
            return None
        schema = self.schemas[name.table]
        if name.column not in schema:
            self.fault(f"there is no column `{name.full}`", suggest(name.column, schema.names, "column"))
            return None
        return schema[name.column]

    def fault(self, what: str, hint: str | None = None) -> None:
        """Note something that does not fit, once."""
        if all(fault.what != what for fault in self.faults):
            self.faults.append(Fault(what, hint))

    def truth(self, expression: Expression) -> None:
        """Note a fault where an expression that is to be true or false is neither."""
        sort = self.of(expression)
        if sort not in (None, "truth"):
            self.fault(f"`{write_expression(expression)}` is a {sort}, and a truth is wanted",
                       "compare it with something: `a > 0`")  # fmt: skip

    def of(self, expression: Expression) -> Sort | None:
        """Return the sort of an expression, None where it is not known (after a fault, or of what is missing)."""
        match expression:
            case Name():
                return self.named(expression)
            case Value(value):
                return sort_of_value(value)
            case Negative(of):
                return self.wanted(of, ("number", "duration"), "-")
            case Arithmetic(operation, left, right):
                return self.reckoned(operation, left, right)
            case Comparison(sign, left, right):
                self.compared(sign, left, right)
            case Within(of, among):
                for one in among:
                    self.compared("==", of, one)
            case Matches(of, _):
                self.wanted(of, ("text",), "matches")
            case Absent(of):
                self.of(of)
            case Not(of):
                self.truth(of)
            case Every(of) | Some(of):
                for part in of:
                    self.truth(part)
            case Choice(condition, then, otherwise):
                self.truth(condition)
                return self.one_of(self.alike(then, otherwise), "if ... then ... else")
            case Call(function, of):
                return self.called(function, of)
            case _:
                raise AssertionError(expression)
        return "truth"

    def named(self, name: Name) -> Sort | None:
        """Return the sort of a column, and note a fault where it holds arrays."""
        column = self.column(name)
        if column is not None and column.is_media:
            self.fault(f"`{name.full}` holds arrays ({column.kind}), of which no rule can speak")
            return None
        return None if column is None else sort_of_column(column)

    def wanted(self, of: Expression, sorts: Sequence[Sort], by: str) -> Sort | None:
        """Return the sort of a part, and note a fault where it is none of those wanted."""
        sort = self.of(of)
        if sort is None or sort in sorts:
            return sort
        if sort == "text" and "number" in sorts and self.reads_as_number(of):
            return "number"
        self.fault(
            f"`{by}` wants {' or '.join(f'a {sort}' for sort in sorts)}, and `{write_expression(of)}` is a {sort}"
        )
        return None

    def alike(self, *of: Expression) -> list[tuple[Expression, Sort | None]]:
        """Return the sorts of parts that stand beside each other; a text beside a moment is read as one."""
        found = [(part, self.of(part)) for part in of]
        if not any(sort in ("moment", "duration") for _, sort in found):
            return found
        return [(part, self.moment(part) if _is_text(part) else sort) for part, sort in found]

    def moment(self, part: Expression) -> Sort | None:
        """Return the sort of the moment or time of day that a text says, and note a fault where it says none."""
        assert isinstance(part, Value)
        try:
            return "duration" if isinstance(read_moment(str(part.value)), dt.timedelta) else "moment"
        except SettingsError as fault:
            self.fault(fault.what, fault.hint)
            return None

    def reckoned(self, operation: str, left: Expression, right: Expression) -> Sort | None:
        """Return the sort of what an operation gives, and note a fault where it gives nothing."""
        lines: tuple[Sort, ...] = ("number", "moment", "duration")
        amounts: tuple[Sort, ...] = ("number", "duration")
        beside = dict(zip("lr", (sort for _, sort in self.alike(left, right)), strict=True))
        sorts: list[Sort | None] = []
        for part, sort in ((left, beside["l"]), (right, beside["r"])):
            read = sort if _is_text(part) and sort != "text" else self.wanted(
                part, lines if operation in ("+", "-") else amounts, operation)  # fmt: skip
            sorts.append(read)
        first, second = sorts
        if first is None or second is None:
            return None
        if operation == "+" and first == second == "moment":
            self.fault("two moments cannot be added", "take one from the other: `end - start`")
            return None
        if operation == "-" and second == "moment" and first != "moment":
            self.fault(f"a moment cannot be taken from a {first}")
            return None
        return sort_of_result(operation, first, second)

    def compared(self, sign: str, left: Expression, right: Expression) -> None:
        """Note a fault where two parts cannot be compared."""
        (_, first), (_, second) = self.alike(left, right)
        if first is None or second is None or first == second or {first, second} <= {"number", "truth"}:
            return
        if {first, second} == {"number", "duration"}:
            return
        text, other = (left, second) if first == "text" else (right, first)
        read = (other == "number" and self.reads_as_number(text)) or (other == "truth" and self.is_word(left, right))
        if "text" in (first, second) and read:
            return
        said = write_expression(Comparison(sign, left, right))  # type: ignore[arg-type]
        self.fault(f"`{said}` compares a {first} with a {second}", self.remedy(text, first, second))

    def remedy(self, text: Expression, first: Sort, second: Sort) -> str:
        """Return how to mend a comparison of two sorts."""
        if "moment" in (first, second):
            return "write a moment as '2024-05-31'"
        if isinstance(text, Name) and "number" in (first, second):
            return f"`{text.full}` holds texts: put what it is compared with in quotes"
        return "quote texts and only texts"

    def reads_as_number(self, part: Expression) -> bool:
        """Return whether a text is that of a column whose values all write numbers, in this row or another."""
        if isinstance(part, Call) and part.function in (PREVIOUS, *AGGREGATES) and len(part.of) == 1:
            return self.reads_as_number(part.of[0])
        column = self.column(part) if isinstance(part, Name) else None
        return column is not None and are_numbers(column)

    def is_word(self, left: Expression, right: Expression) -> bool:
        """Return whether a truth stands beside one of the words in which its column writes truths."""
        for name, text in ((left, right), (right, left)):
            column = self.column(name) if isinstance(name, Name) else None
            if column is not None and column.kind == "boolean" and _is_text(text) and isinstance(text, Value):
                words = (column.format or "true/false").casefold().split("/", 1)
                return str(text.value).casefold() in (*words, "true", "false")
        return False

    def called(self, function: str, of: Sequence[Expression]) -> Sort | None:
        """Return the sort of what a function gives, and note a fault for each argument that it does not take."""
        if function == PREVIOUS:
            return self.of(of[0])
        if function in AGGREGATES and len(of) == 1:
            return self.aggregated(function, of[0])
        told = FUNCTIONS[function]
        parts = self.alike(*of)
        sorts: list[tuple[Expression, Sort | None]] = []
        for place, (part, sort) in enumerate(parts):
            taken = told.taken(place)
            if "moment" in taken and "text" not in taken and _is_text(part):
                sort = self.moment(part)
            fits = sort is None or sort in taken or (_is_text(part) and sort in taken)
            sorts.append((part, sort if fits else self.wanted(part, sorted(taken), function)))
        return self.one_of(sorts, function) if told.gives == "same" else told.gives

    def aggregated(self, function: str, of: Expression) -> Sort | None:
        """Return the sort of a sum, count, mean or extreme, and note a fault where there is none of such values."""
        if function == "count":
            if not (isinstance(of, Name) and of.table is None and of.column in self.schemas):
                self.of(of)
            return "number"
        sort = self.wanted(of, ("number", "moment", "duration", "truth"), function)
        if sort == "moment" and function in ("sum", "mean"):
            self.fault(f"`{function}` cannot be taken of a {sort}")
        return "number" if sort == "truth" else sort

    def one_of(self, parts: Sequence[tuple[Expression, Sort | None]], by: str) -> Sort | None:
        """Return the one sort that parts have, and note a fault where they have several."""
        sorts = {sort for _, sort in parts if sort is not None}
        if len(sorts) > 1:
            self.fault(f"`{by}` is of one sort of values, and these are {' and '.join(sorted(sorts))}")
            return None
        return sorts.pop() if sorts else None


def sort_of_value(value: object) -> Sort | None:
    """Return the sort of a value; a missing one may be of any."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dt.timedelta | dt.time):
        return "duration"
    return "moment" if isinstance(value, dt.date) else "number"


def sort_of_column(column: Column) -> Sort | None:
    """Return the sort of the values of a column; one that is always missing may be of any."""
    if column.kind == "empty":
        return None
    if column.kind in ("date", "datetime"):
        return "moment"
    if column.kind in ("time", "duration"):
        return "duration"
    if column.kind == "boolean":
        return "truth"
    return "number" if column.is_number else "text"


def _is_text(part: Expression) -> bool:
    return isinstance(part, Value) and isinstance(part.value, str)
