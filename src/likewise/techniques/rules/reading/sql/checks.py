"""Conditions of SQL as expressions of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from likewise.constraints.language.expression import (
    OPPOSITE,
    Absent,
    Call,
    Comparison,
    Every,
    Expression,
    Matches,
    Not,
    Sign,
    Some,
    Value,
    Within,
)
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.patterns import glob, like, searched, similar
from likewise.techniques.rules.reading.sql.schema import Node
from likewise.techniques.rules.reading.sql.terms import Lean, Terms, Unread, bare, constant

_SIGNS: dict[str, Sign] = {"EQ": "==", "NEQ": "!=", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_STORED = {"integer": "integer", "boolean": "integer", "decimal": "real", "float": "real", "text": "text",
           "date": "text", "datetime": "text", "time": "text", "uuid": "text", "enum": "text", "json": "text",
           "bytes": "blob"}  # fmt: skip
"""What SQLite's typeof() says of a value of each sort."""

_TRUE, _FALSE = Value(True), Value(False)


def conditions_of(node: Node, exp: Any) -> list[Node]:
    """Return the parts of a condition that all must hold."""
    node = bare(exp, node)
    if isinstance(node, exp.And):
        return [*conditions_of(node.this, exp), *conditions_of(node.expression, exp)]
    return [node]


def read_check(
    node: Node, dialect: str, meanings: Mapping[str, Meaning], *, value: str | None = None
) -> tuple[Expression, tuple[str, ...]]:
    """Return the rule that a condition means, and what was assumed; `value` is the column that `VALUE` stands for.

    A rule may be stricter than the condition where months, or the moment that is now, cannot be told exactly; what
    meets the rule meets the condition. Raises Unread.
    """
    terms = Terms(dialect, {name.lower(): name for name in meanings}, meanings, value)
    reader = _Conditions(terms)
    return reader.of(node, 1), tuple(dict.fromkeys(terms.notes))


class _Conditions:
    """Turn conditions into rules. `stand` is 1 where a condition may be met more strictly, -1 more loosely, else 0."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.exp, self.dialect = terms, terms.exp, terms.dialect
        terms.condition = self.of

    def of(self, node: Node, stand: Lean = 0) -> Expression:
        """Return a rule. Raises Unread."""
        exp, kind = self.exp, type(node).__name__
        if node.args.get("negate"):
            plain = node.copy()
            plain.set("negate", False)
            return self.negated(self.of(plain, _turned(stand)))
        match node:
            case exp.Paren():
                return self.of(node.this, stand)
            case exp.And():
                return Every(tuple(self.of(part, stand) for part in conditions_of(node, exp)))
            case exp.Or():
                return Some((*self.alternatives(node.this, stand), *self.alternatives(node.expression, stand)))
            case exp.Not():
                return self.negated(self.of(node.this, _turned(stand)))
            case exp.Xor():
                return Comparison("!=", self.of(node.this), self.of(node.expression))
            case exp.Between():
                low, high = node.args["low"], node.args["high"]
                return Every((self.compared(">=", node.this, low, stand), self.compared("<=", node.this, high, stand)))
            case exp.In():
                return self.among(node, stand)
            case exp.Is():
                return self.known(node)
            case exp.NullSafeEQ() | exp.NullSafeNEQ():
                return self.distinct(node)
            case exp.Escape():
                return self.matched(node.this, stand, escape=str(node.expression.this))
            case exp.Like() | exp.ILike() | exp.Glob() | exp.RegexpLike() | exp.RegexpILike() | exp.SimilarTo():
                return self.matched(node, stand)
            case exp.Boolean():
                return Value(bool(node.this))
            case exp.Column():
                return self.flag(node)
            case exp.Case() | exp.If():
                return self.terms.case(node)
            case exp.Anonymous() if str(node.this).lower() in ("json_valid", "isjson"):
                return self.valid(node)
        if kind in _SIGNS:
            return self.compared(_SIGNS[kind], node.this, node.expression, stand)
        return self.terms.of(node)

    def alternatives(self, node: Node, stand: Lean) -> tuple[Expression, ...]:
        node = bare(self.exp, node)
        if isinstance(node, self.exp.Or):
            return (*self.alternatives(node.this, stand), *self.alternatives(node.expression, stand))
        return (self.of(node, stand),)

    def negated(self, rule: Expression) -> Expression:
        """Return the opposite, in its simplest form."""
        if isinstance(rule, Comparison):
            return Comparison(OPPOSITE[rule.sign], rule.left, rule.right)
        return rule.of if isinstance(rule, Not) else Not(rule)

    def flag(self, node: Node) -> Expression:
        """Return what a column alone says as a condition."""
        name = self.terms.of(node)
        return Comparison("==" if self.terms.sort(node) == "boolean" else "!=", name,
                          _TRUE if self.terms.sort(node) == "boolean" else Value(0))  # fmt: skip

    def known(self, node: Node) -> Expression:
        """Return what IS says: of NULL, or of a truth that may be unknown."""
        exp, what = self.exp, bare(self.exp, node.expression)
        if isinstance(what, exp.Null):
            inner = bare(exp, node.this)
            if isinstance(inner, exp.Date | exp.TsOrDsToDate | exp.TsOrDsToTimestamp):  # a text that is no date is NULL
                inner = inner.this
            return Absent(self.terms.either(inner))
        if isinstance(what, exp.Boolean):
            inner_rule = self.of(node.this)
            wanted = inner_rule if what.this else self.negated(inner_rule)
            return Every((Not(Absent(inner_rule)), wanted))
        return self.distinct(node)

    def distinct(self, node: Node) -> Expression:
        """Return IS [NOT] DISTINCT FROM, for which missing values are equal to one another."""
        left, right = self.terms.of(node.this), self.terms.of(node.expression)
        if isinstance(right, Value) and right.value is not None:
            same: Expression = Every((Not(Absent(left)), Comparison("==", left, right)))
            return Some((Absent(left), Comparison("!=", left, right))) if self._unlike(node) else same
        both = Every((Not(Absent(left)), Not(Absent(right)), Comparison("==", left, right)))
        same = Some((Every((Absent(left), Absent(right))), both))
        return Not(same) if self._unlike(node) else same

    def _unlike(self, node: Node) -> bool:
        return isinstance(node, self.exp.NullSafeNEQ)

    def valid(self, node: Node) -> Expression:
        """Return json_valid() of a column of JSON, which all values meet."""
        column = self.terms.column(node.expressions[0])
        if self.terms.meanings[column].sort != "json":
            raise Unread(f"`{column}` is to be JSON")
        return _TRUE

    def compared(self, sign: Sign, left: Node, right: Node, stand: Lean) -> Expression:
        """Return a comparison."""
        exp, terms = self.exp, self.terms
        left, right = bare(exp, left), bare(exp, right)
        if isinstance(right, exp.Any | exp.All) or (
            isinstance(right, exp.Anonymous) and str(right.this).upper() == "ALL"
        ):
            return self.any_of(sign, left, right)
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple) and sign == "==":
            return Every(tuple(self.compared("==", a, b, stand)
                               for a, b in zip(left.expressions, right.expressions, strict=True)))  # fmt: skip
        if (special := self.idiom(sign, left, right)) is not None:
            return special
        if _is_condition(exp, left) or _is_condition(exp, right):
            return Comparison(sign, terms.either(left) if not _is_condition(exp, left) else self.of(left),
                              terms.either(right) if not _is_condition(exp, right) else self.of(right))  # fmt: skip
        lean = {"<": 1, "<=": 1, ">": -1, ">=": -1}.get(sign, 0) * stand
        first, second = terms.of(left, lean), terms.of(right, -lean)  # type: ignore[arg-type]
        first, second = self.fitted(left, right, first, second)
        if "NOCASE" in f"{left} {right}".upper() and isinstance(second, Value):
            first, second = Call("lower", (first,)), Value(str(second.value).lower())
        return Comparison(sign, first, second)

    def fitted(self, left: Node, right: Node, first: Expression, second: Expression) -> tuple[Expression, Expression]:
        """Return two sides whose constants have the sort of what they stand beside."""
        if isinstance(second, Value):
            return first, self.as_sort(second, left, first)
        if isinstance(first, Value):
            return self.as_sort(first, right, second), second
        return first, second

    def as_sort(self, value: Value, beside: Node, other: Expression) -> Value:
        """Return a constant in the sort of a column: truth of 0 and 1, numbers of texts."""
        sort, found = self.terms.sort(beside), value.value
        if sort == "boolean" and not isinstance(found, bool) and found is not None:
            text = str(found).lower()
            if text in ("0", "1", "t", "f", "true", "false", "y", "n"):
                return Value(text in ("1", "t", "true", "y"))
            raise Unread(f"a truth compared with `{found}`")
        part = isinstance(other, Call) and other.function in ("year", "month", "day", "hour", "minute", "second")
        number = part or sort in ("integer", "decimal", "float")
        if number and isinstance(found, str) and re.fullmatch(r"[-+]?\d+(\.\d+)?", found):
            return Value(float(found) if "." in found else int(found))
        return value

    def idiom(self, sign: Sign, left: Node, right: Node) -> Expression | None:
        """Return what some usual ways of writing mean: typeof(), a date that is one, a piece that is in a text."""
        exp, terms = self.exp, self.terms
        if isinstance(left, exp.Typeof) and isinstance(right, exp.Literal) and sign in ("==", "!="):
            return self.stored(left, (str(right.this),), sign == "!=")
        date = exp.Date | exp.TsOrDsToDate
        if isinstance(left, date) and isinstance(right, exp.Column) and sign == "==":
            left, right = right, left
        if isinstance(right, date) and isinstance(left, exp.Column) and sign == "==" and right.this == left:
            if terms.sort(left) in ("date", "datetime"):
                return _TRUE
            raise Unread(f"`{left.name}` is to be a date")
        if isinstance(left, exp.StrPosition) and isinstance(right, exp.Literal) and not right.is_string:
            found, number = Call("contains", (terms.of(left.this), terms.of(left.args["substr"]))), int(str(right.this))
            if (sign, number) in ((">", 0), ("!=", 0), (">=", 1)):
                return found
            if (sign, number) in (("==", 0), ("<", 1), ("<=", 0)):
                return Not(found)
        return None

    def stored(self, node: Node, kinds: tuple[str, ...], unlike: bool = False) -> Expression:
        """Return what typeof() says, which is known from the type of the column."""
        column = self.terms.column(bare(self.exp, node.this))
        own = _STORED.get(self.terms.meanings[column].sort)
        if own is None or unlike:
            raise Unread(f"typeof({column})")
        missing, present = "null" in kinds, own in kinds
        name = self.terms.of(bare(self.exp, node.this))
        if present:
            return _TRUE if missing else Not(Absent(name))
        return Absent(name) if missing else _FALSE

    def any_of(self, sign: Sign, left: Node, right: Node) -> Expression:
        """Return `= ANY (ARRAY[...])` and `<> ALL (ARRAY[...])` as a list."""
        exp = self.exp
        listed = right.expressions[0] if isinstance(right, exp.Anonymous) else right.this
        while isinstance(listed, exp.Paren | exp.Cast):
            listed = listed.this
        if not isinstance(listed, exp.Array) or (sign, isinstance(right, exp.Any)) not in (("==", True), ("!=", False)):
            raise Unread(f"`{right.sql()[:60]}`")
        values = tuple(self.as_sort(self._value(item), left, _TRUE) for item in listed.expressions)
        found = Within(self.terms.of(left), values)
        return found if sign == "==" else Not(found)

    def _value(self, node: Node) -> Value:
        found = self.terms.of(node)
        if not isinstance(found, Value):
            raise Unread(f"`{node.sql()[:60]}` in a list")
        return found

    def among(self, node: Node, stand: Lean) -> Expression:
        """Return IN: a list of constants, or alternatives."""
        exp = self.exp
        if node.args.get("query") is not None or not node.expressions:
            raise Unread("a query inside a condition")
        left = bare(exp, node.this)
        if isinstance(left, exp.Typeof):
            return self.stored(left, tuple(str(item.this) for item in node.expressions))
        try:
            of = self.terms.of(left)
            return Within(of, tuple(self.as_sort(self._value(item), left, of) for item in node.expressions))
        except Unread:
            return Some(tuple(self.compared("==", left, item, stand) for item in node.expressions))

    def matched(self, node: Node, stand: Lean, *, escape: str | None = None) -> Expression:
        """Return a pattern; where letters of both cases are met, one case will do unless the opposite is asked."""
        exp = self.exp
        if node.args.get("negate"):
            plain = node.copy()
            plain.set("negate", False)
            return Not(self.matched(plain, _turned(stand), escape=escape))
        pattern = bare(exp, node.expression)
        while isinstance(pattern, exp.Cast):
            pattern = bare(exp, pattern.this)
        if isinstance(pattern, exp.Any):
            listed = bare(exp, pattern.this)
            items = listed.expressions if isinstance(listed, exp.Array) else []
            if not items:
                raise Unread(f"`{pattern.sql()[:60]}`")
            return Some(tuple(self.matched(type(node)(this=node.this, expression=item), stand) for item in items))
        if not isinstance(pattern, exp.Literal | exp.ByteString):
            raise Unread(f"the pattern `{pattern.sql()[:60]}`")
        text, of = str(constant(exp, pattern)), self.terms.of(node.this)
        folded = isinstance(node, exp.ILike | exp.RegexpILike) or (
            isinstance(node, exp.Like) and self.dialect in ("sqlite", "mysql", "tsql"))  # fmt: skip
        if isinstance(node, exp.Glob):
            made = glob(text)
        elif isinstance(node, exp.Like | exp.ILike):
            made = like(
                text, escape=escape if escape is not None else "" if self.dialect in ("sqlite", "tsql") else "\\"
            )
        else:
            made = similar(text) if isinstance(node, exp.SimilarTo) else searched(text)
        if self.terms.sort(node.this) not in ("text", "enum", "uuid", "unknown", ""):
            raise Unread(f"a pattern of a {self.terms.sort(node.this)}")
        return Matches(of, f"(?i:{made})" if folded and stand <= 0 else made)


def _turned(stand: Lean) -> Lean:
    return -stand  # type: ignore[return-value]


def _is_condition(exp: Any, node: Node) -> bool:
    return isinstance(
        bare(exp, node), exp.Predicate | exp.Connector | exp.Not | exp.Is | exp.Between | exp.In
    ) and not (isinstance(bare(exp, node), exp.Boolean))
