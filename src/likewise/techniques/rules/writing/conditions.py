"""Rules as conditions of SQL, in the words of one database."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
from likewise.modalities.relational.sql_names import Dialect, quoted

_PLAIN = {"abs": "abs", "round": "round", "lower": "lower", "upper": "upper", "trim": "trim", "coalesce": "coalesce",
          "floor": "floor", "ceil": "ceil", "sqrt": "sqrt", "exp": "exp", "log": "ln", "sign": "sign"}  # fmt: skip
_PARTS = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S"}


class Unwritable(Exception):
    """Carry what a database has no words for."""


def condition_of(rule: Expression, dialect: Dialect) -> str:
    """Return a rule as the condition of a CHECK. Raises Unwritable.

    >>> from likewise.constraints.language.reading import read_expression
    >>> condition_of(read_expression("if a > 1 then b in ['x']"), "sqlite")
    'CASE WHEN "a" > 1 THEN "b" IN (\\'x\\') ELSE TRUE END'
    """
    return _Conditions(dialect).of(rule)


class _Conditions:
    """Write expressions for one database."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def of(self, rule: Expression) -> str:
        match rule:
            case Name(column, None):
                return quoted(column, self.dialect)
            case Value(value):
                return self.constant(value)
            case Negative(of):
                return f"-({self.of(of)})"
            case Arithmetic(operation, left, right):
                return self.reckoned(operation, left, right)
            case Comparison(sign, left, right):
                written = {"==": "=", "!=": "<>"}.get(sign, sign)
                return f"{self.part(left)} {written} {self.part(right)}"
            case Within(of, among):
                return f"{self.part(of)} IN ({', '.join(self.constant(value.value) for value in among)})"
            case Matches(of, pattern):
                return self.matched(self.part(of), pattern)
            case Absent(of):
                return f"{self.part(of)} IS NULL"
            case Not(Absent(of)):
                return f"{self.part(of)} IS NOT NULL"
            case Not(of):
                return f"NOT ({self.of(of)})"
            case Every(of):
                return " AND ".join(self.part(part) for part in of)
            case Some(of):
                return " OR ".join(self.part(part) for part in of)
            case Choice(condition, then, otherwise):
                return f"CASE WHEN {self.of(condition)} THEN {self.of(then)} ELSE {self.of(otherwise)} END"
            case Call(function, of):
                return self.called(function, of)
        raise Unwritable(f"`{rule}`")

    def part(self, rule: Expression) -> str:
        text = self.of(rule)
        loose = isinstance(rule, Comparison | Within | Matches | Not | Absent | Every | Some | Arithmetic)
        return f"({text})" if loose else text

    def reckoned(self, operation: str, left: Expression, right: Expression) -> str:
        first, second = self.part(left), self.part(right)
        if isinstance(right, Value) and isinstance(right.value, dt.timedelta) and self.dialect == "sqlite":
            return f"datetime({first}, '{operation}{right.value.total_seconds():g} seconds')"
        if operation == "//":
            return (
                f"floor({first} / ({second}))" if self.dialect != "sqlite" else f"CAST({first} / ({second}) AS INTEGER)"
            )
        if operation == "**":
            return f"power({first}, {second})"
        return f"{first} {operation} {second}"

    def matched(self, of: str, pattern: str) -> str:
        """Return the condition that a text matches: SQLite knows no regular expressions."""
        plain = pattern.replace("(?s:.*)", ".*").replace("(?s:.)", ".")
        folded = plain.startswith("(?i:") and plain.endswith(")")
        plain = plain[4:-1] if folded else plain
        if "(?" in plain.replace("(?:", ""):
            raise Unwritable(f"the pattern `{pattern}`")
        match self.dialect:
            case "postgresql":
                return f"{of} {'~*' if folded else '~'} {self.constant(f'^(?:{plain})$')}"
            case "duckdb":
                return f"regexp_full_match({of}, {self.constant(plain)}, '{'si' if folded else 's'}')"
            case "mysql":
                return f"regexp_like({of}, {self.constant(f'^(?:{plain})$')}, '{'i' if folded else 'c'}')"
        likened = plain.replace(".*", "%").replace(".", "_")
        if any(sign in likened for sign in "\\[](){}+?|^$") or plain.replace(".*", "").count("_"):
            raise Unwritable(f"the pattern `{pattern}`, as SQLite has no regular expressions")
        return f"{of} LIKE {self.constant(likened)}"

    def called(self, function: str, of: tuple[Expression, ...]) -> str:
        arguments = [self.of(part) for part in of]
        if function in _PLAIN:
            return f"{_PLAIN[function]}({', '.join(arguments)})"
        if function == "len":
            return f"{'char_length' if self.dialect == 'mysql' else 'length'}({arguments[0]})"
        if function == "concat":
            return f"concat({', '.join(arguments)})" if self.dialect == "mysql" else " || ".join(map(self.part, of))
        if function == "substring":
            return f"substr({', '.join(arguments)})"
        if function in ("min", "max"):
            named = function if self.dialect == "sqlite" else {"min": "least", "max": "greatest"}[function]
            return f"{named}({', '.join(arguments)})"
        if function in _PARTS:
            if self.dialect == "sqlite":
                return f"CAST(strftime('{_PARTS[function]}', {arguments[0]}) AS INTEGER)"
            return f"EXTRACT({function} FROM {arguments[0]})"
        if function == "contains":
            found = {"sqlite": "instr({0}, {1})", "duckdb": "strpos({0}, {1})", "mysql": "instr({0}, {1})"}.get(
                self.dialect, "strpos({0}, {1})")  # fmt: skip
            return f"{found.format(*arguments)} > 0"
        raise Unwritable(f"the function {function}()")

    def constant(self, value: Any) -> str:
        """Return a constant as SQL writes it."""
        match value:
            case None:
                return "NULL"
            case bool():
                return "TRUE" if value else "FALSE"
            case int() | float():
                return repr(value)
            case dt.timedelta():
                if self.dialect == "sqlite":
                    return f"{value / dt.timedelta(days=1):g}"
                if self.dialect == "mysql":
                    return f"INTERVAL {value.total_seconds():g} SECOND"
                return f"INTERVAL '{value.total_seconds():g} seconds'"
            case dt.datetime():
                return f"'{value.isoformat(sep=' ') if value.time() != dt.time() else value.date().isoformat()}'"
        text = str(value).replace("'", "''")
        text = text.replace("\\", "\\\\") if self.dialect == "mysql" else text
        return f"'{text}'"
