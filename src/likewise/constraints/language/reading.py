"""From the text of a rule to the expression that it means.

`total == quantity * price`, `start <= end`, `if status == 'single' then spouse is missing`, `0 <= age <= 120`,
`state in ['NY', 'NJ'] and zip matches '[0-9]{5}'`, `end - start <= 30 days`, `` `unit price` > 0 ``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

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
    Operation,
    Sign,
    Some,
    Value,
    Within,
)
from likewise.constraints.language.functions import check_call
from likewise.constraints.language.patterns import check_pattern
from likewise.errors import SettingsError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<quoted>`(?:[^`]|``)+`)|(?P<word>[^\W\d]\w*)|(?P<sign>\*\*|//|==|!=|<>|<=|>=|[-+*/%()<>=,.\[\]]))"
)
WORDS = frozenset({"if", "then", "else", "and", "or", "not", "in", "is", "missing", "null", "none", "matches",
                    "between", "true", "false"})  # fmt: skip
_SIGNS = {"=": "==", "<>": "!="} | {sign: sign for sign in ("==", "!=", "<", "<=", ">", ">=")}
UNITS = {"week": 604_800, "day": 86_400, "hour": 3600, "minute": 60, "second": 1}

SHOWN = 200
"""Characters of a rule that an error shows, at most."""

DEEPEST, TALLEST = 40, 150
"""How deep a rule may be nested, and how many steps may lie above one another; what reads it goes down step by step."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def read_expression(text: str, *, where: str | None = None) -> Expression:
    """Return the expression that a text means. Raises SettingsError with the column of what cannot be read.

    >>> read_expression("start <= end").names()
    ('start', 'end')
    """
    reader = _Reader(text, where)
    found = reader.expression()
    reader.end()
    if _height(found) > TALLEST:
        raise reader.fault(len(text) - 1, f"more than {TALLEST} steps follow one another")
    return found


def _height(expression: Expression) -> int:
    """Return how many steps lie above one another."""
    height, level = 0, [expression]
    while level:
        height, level = height + 1, [part for above in level for part in above.parts()]
    return height


class _Reader:
    """Read one text from left to right: what binds least is read first."""

    def __init__(self, text: str, where: str | None) -> None:
        self.text, self.where, self.place, self.depth = text, where, 0, 0
        self.tokens: list[_Token] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise self.fault(at, f"`{text[at]}` is not understood")
            kind = str(found.lastgroup)
            word, start = found[kind], found.start(kind)
            if kind == "word" and word.lower() in WORDS:
                kind, word = "key", word.lower()
            self.tokens.append(_Token(kind, word, start))
            at = found.end()

    def fault(self, at: int, what: str) -> SettingsError:
        """Return the error that something cannot be read at a place in the text."""
        return SettingsError("settings.rule", f"{what}, at column {at + 1} of `{self.around(at)}`", where=self.where,
                             hint="write e.g. `total == quantity * price` or `if a > 0 then b is missing`")  # fmt: skip

    @contextmanager
    def at(self, token: _Token) -> Iterator[None]:
        """Say where in the text the fault of a part lies."""
        try:
            yield
        except SettingsError as fault:
            what = f"{fault.what}, at column {token.place + 1} of `{self.around(token.place)}`"
            raise SettingsError(fault.code, what, where=self.where, hint=fault.hint) from None

    def around(self, at: int) -> str:
        """Return the text, of a long one what lies around a place."""
        if len(self.text) <= SHOWN:
            return self.text
        start = max(at - SHOWN // 2, 0)
        return f"{'... ' * (start > 0)}{self.text[start : start + SHOWN]}{' ...' * (start + SHOWN < len(self.text))}"

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Refuse what is nested deeper than anybody means."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(self.peek().place, f"the rule is nested more than {DEEPEST} deep")
        yield
        self.depth -= 1

    def peek(self) -> _Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else _Token("end", "", len(self.text))

    def take(self, *texts: str, kind: str | None = None) -> _Token | None:
        """Return the next token and go on where it is one of those asked for."""
        token = self.peek()
        asked = token.kind == kind if kind else token.kind in ("sign", "key") and token.text in texts
        if not asked:
            return None
        self.place += 1
        return token

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise self.unexpected(f"`{text}` is wanted")

    def unexpected(self, wanted: str) -> SettingsError:
        token = self.peek()
        return self.fault(
            token.place, f"{wanted}, not `{token.text}`" if token.text else f"{wanted}, and nothing follows"
        )

    def end(self) -> None:
        if self.peek().kind != "end":
            raise self.unexpected("the rule ends here")

    def expression(self) -> Expression:
        with self.deeper():
            return self.alternatives()

    def alternatives(self) -> Expression:
        if self.take("if"):
            condition = self.expression()
            self.need("then")
            then = self.expression()
            return Choice(condition, then, self.expression() if self.take("else") else Value(True))
        found = [self.conjunction()]
        while self.take("or"):
            found.append(self.conjunction())
        return found[0] if len(found) == 1 else Some(tuple(found))

    def conjunction(self) -> Expression:
        found = [self.negation()]
        while self.take("and"):
            found.append(self.negation())
        return found[0] if len(found) == 1 else Every(tuple(found))

    def negation(self) -> Expression:
        if not self.take("not"):
            return self.comparison()
        with self.deeper():
            return Not(self.negation())

    def comparison(self) -> Expression:
        left = self.sum()
        if self.take("is"):
            negated = self.take("not")
            if self.take("missing", "null", "none") is None:
                raise self.unexpected("`missing` is wanted")
            return Not(Absent(left)) if negated else Absent(left)
        negated = self.take("not")
        found = self._told(left)
        if found is not None:
            return Not(found) if negated else found
        if negated:
            raise self.unexpected("`in`, `matches` or `between` is wanted")
        links: list[Expression] = []
        while token := self.take(*_SIGNS):
            right = self.sum()
            links.append(Comparison(cast(Sign, _SIGNS[token.text]), left, right))
            left = right
        return left if not links else links[0] if len(links) == 1 else Every(tuple(links))

    def _told(self, left: Expression) -> Expression | None:
        """Return what a word says of a value: in, matches, between."""
        if self.take("in"):
            return Within(left, self.listed())
        if self.take("matches"):
            token = self.take(kind="text")
            if token is None:
                raise self.unexpected("a regular expression in quotes is wanted")
            pattern = _unquoted(token.text)
            with self.at(token):
                check_pattern(pattern)
            return Matches(left, pattern)
        if self.take("between"):
            low = self.sum()
            self.need("and")
            return Every((Comparison(">=", left, low), Comparison("<=", left, self.sum())))
        return None

    def listed(self) -> tuple[Value, ...]:
        opened = self.take("[", "(")
        if opened is None:
            raise self.unexpected("a list such as ['a', 'b'] is wanted")
        closing = "]" if opened.text == "[" else ")"
        found: list[Value] = []
        while not self.take(closing):
            if found:
                self.need(",")
            place = self.peek().place
            value = self.sum()
            if not isinstance(value, Value):
                raise self.fault(place, "a list holds values only")
            found.append(value)
        return tuple(found)

    def sum(self) -> Expression:
        found = self.term()
        while token := self.take("+", "-"):
            found = Arithmetic(cast(Operation, token.text), found, self.term())
        return found

    def term(self) -> Expression:
        found = self.signed()
        while token := self.take("*", "/", "//", "%"):
            found = Arithmetic(cast(Operation, token.text), found, self.signed())
        return found

    def signed(self) -> Expression:
        if self.take("-"):
            with self.deeper():
                found = self.signed()
            number = found.value if isinstance(found, Value) and not isinstance(found.value, bool) else None
            return Value(-number) if isinstance(number, int | float | dt.timedelta) else Negative(found)
        found = self.atom()
        if not self.take("**"):
            return found
        with self.deeper():
            return Arithmetic("**", found, self.signed())

    def atom(self) -> Expression:
        if self.take("("):
            found = self.expression()
            self.need(")")
            return found
        if token := self.take("true", "false", "missing", "null", "none"):
            return Value({"true": True, "false": False}.get(token.text))
        if token := self.take(kind="number"):
            return self.counted(token)
        if token := self.take(kind="text"):
            return Value(_unquoted(token.text))
        return self.named()

    def counted(self, token: _Token) -> Value:
        """Return a number, or a duration where a unit follows it: `30 days`."""
        number = float(token.text) if re.search("[.eE]", token.text) else int(token.text)
        following = self.peek()
        unit = following.text.lower().removesuffix("s") if following.kind == "word" else ""
        if unit not in UNITS:
            return Value(number)
        self.place += 1
        return Value(dt.timedelta(seconds=number * UNITS[unit]))

    def named(self) -> Expression:
        token = self.take(kind="word") or self.take(kind="quoted")
        if token is None:
            raise self.unexpected("a column or a value is wanted")
        if token.kind == "word" and self.take("("):
            arguments: list[Expression] = []
            while not self.take(")"):
                if arguments:
                    self.need(",")
                arguments.append(self.expression())
            with self.at(token):
                check_call(token.text.lower(), len(arguments))
            return Call(token.text.lower(), tuple(arguments))
        if self.take("."):
            column = self.take(kind="word") or self.take(kind="quoted")
            if column is None:
                raise self.unexpected("a column is wanted")
            return Name(_bare(column), _bare(token))
        return Name(_bare(token))


def _bare(token: _Token) -> str:
    return token.text[1:-1].replace("``", "`") if token.kind == "quoted" else token.text


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])
