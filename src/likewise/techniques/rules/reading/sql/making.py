"""What makes a column that a script declares: out of its type, its name and what conditions say of it."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from typing import Any

from likewise.modalities.tabular.distributions import parse
from likewise.techniques.rules.reading.sql.asking import DISTINCT, RECORDS, Asked, Making, own, said, shares
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.names import DATES, FLAGS, NUMBERS, TEXTS, guesses_of
from likewise.techniques.rules.reading.sql.numeric import number
from likewise.techniques.rules.reading.sql.texts import cased, text
from likewise.techniques.rules.reading.sql.words import SHORT

_LISTED = {"point": r"\([1-9][0-9]?,[1-9][0-9]?\)", "int4range": r"\[[1-9],[1-9][0-9]\)",
           "int8range": r"\[[1-9],[1-9][0-9]\)",
           "numrange": r"\[[1-9],[1-9][0-9]\)", "tsvector": f"({SHORT}) ({SHORT})", "xml": "<note/>",
           "interval": "[1-9] days", "macaddr": "00:00:5e:00:53:[0-9a-f]{2}", "inet": r"192\.0\.2\.[1-9][0-9]",
           "cidr": r"192\.0\.2\.0/24"}  # fmt: skip
"""Texts that types of PostgreSQL which hold no plain values understand."""


def making_of(asked: Asked) -> Making | None:
    """Return what makes a column; None where nothing that its type allows is known."""
    made = cased(asked, _made(asked))
    return None if made is None else replace(made, values=min(made.values, room_of(made.made)))


def room_of(made: dict[str, Any]) -> float:
    """Return how many different values a maker has, about: of a pattern its strings, of a distribution what it draws.

    >>> room_of({"pattern": "[A-Z][0-9]"}), room_of({"discrete-uniform": [1, 6]})
    (260.0, 6.0)
    """
    from likewise.techniques.rules.patterns.pattern import compiled

    if "pattern" in made:
        return float(min(compiled(made["pattern"]).room, 10**18))
    settings = {name: value for name, value in made.items() if name not in ("decimals", "kind", "as", "missing")}
    word = next(iter(settings))
    if word in RECORDS:
        return math.inf if settings[word] in DISTINCT else 50.0
    if word in ("uuid", "sequence"):
        return math.inf
    if word == "categorical":
        return float(len(settings[word]))
    drawn = parse(settings)
    if drawn.discrete or made.get("decimals") is not None or made.get("kind") == "integer":
        step = 1.0 if drawn.discrete else 10.0 ** -made.get("decimals", 0)
        return float((drawn.isf(1e-4) - drawn.ppf(1e-4)) / step + 1)
    return math.inf


def _made(asked: Asked) -> Making | None:
    """Return what makes a column."""
    meaning, facts = asked.meaning, asked.facts
    if facts.values is not None and (listed := _listed(asked, tuple(facts.values), "the values that a CHECK lists")):
        return listed
    match meaning.sort:
        case "enum":
            return _listed(asked, meaning.values, "the values of its type")
        case "boolean":
            return _flag(asked)
        case "integer" | "decimal" | "float":
            return number(asked)
        case "date" | "datetime":
            return _moment(asked)
        case "time":
            return Making({"date-range": ["08:00:00", "20:00:00"]}, "a time of day")
        case "uuid":
            return Making({"uuid": 4}, "its type", length=36)
        case "json":
            documents = {"{}": 0.3, '{"source": "web"}': 0.5, '{"source": "shop", "checked": true}': 0.2}
            return Making({"categorical": documents}, "its type holds JSON", 3)
        case "bytes":
            limits = [size for size in (meaning.length, facts.longest) if size is not None]
            size = min([max(8, facts.shortest), *limits])
            return Making({"pattern": f"[0-9a-f]{{{size}}}"}, "its type holds bytes", 16.0**size, size)
        case "array":
            return _array(meaning)
        case "address":
            return _address(asked)
        case "text":
            return text(asked)
    return _unknown(asked)


def _listed(asked: Asked, values: tuple[Any, ...], reason: str) -> Making | None:
    """Return the values of a list, the default among them more often than the others."""
    meaning, facts = asked.meaning, asked.facts
    kept = [value for value in values if str(value).strip() and all(
        re.fullmatch(pattern, str(value)) for pattern in facts.patterns)]  # fmt: skip
    if meaning.sort == "boolean" or not kept:
        return None
    if meaning.is_number:
        numbers = [value for value in kept if isinstance(value, int | float)]
        whole = all(float(value).is_integer() for value in numbers)
        weights = [3 if value == asked.default else 1 for value in numbers]
        if len(numbers) != len(kept):
            return None
        parts = [{"constant": int(value) if whole else value} for value in numbers]
        drawn: dict[str, Any] = (
            dict(parts[0]) if len(parts) == 1 else {"mixture": {"of": parts, "weights": shares(weights)}}
        )
        return Making(drawn, reason, len(numbers))
    if meaning.sort in ("date", "datetime", "time"):
        return None
    weights = [3 if value == asked.default else 1 for value in kept]
    made: dict[str, Any] = {"categorical": dict(zip(map(str, kept), shares(weights), strict=True))}
    if len(set(weights)) == 1:
        made = {"categorical": [str(value) for value in kept]}
    return Making(made, reason, len(kept), max(len(str(value)) for value in kept))


def _flag(asked: Asked) -> Making:
    share = float(next(guesses_of(FLAGS, asked.table, asked.name)).made["bernoulli"])
    if isinstance(asked.default, bool) and share == 0.5:
        share = 0.8 if asked.default else 0.2
    return Making({"bernoulli": share, "kind": "boolean"}, "true or false", 2)


def _moment(asked: Asked) -> Making:
    """Return a range of dates or moments, within what the conditions allow."""
    guess = next(guesses_of(DATES, asked.table, asked.name))
    facts, moments = asked.facts, asked.meaning.sort == "datetime"
    bounded = facts.low is not None or facts.high is not None
    if "person" in guess.made:
        if not moments and not bounded and not asked.unique:
            return Making(own(asked, guess), said(guess))
        first, last = dt.datetime(1940, 1, 1), dt.datetime(2006, 12, 31)
    else:
        first, last = (dt.datetime.fromisoformat(end) for end in guess.made["date-range"])
    low, high = (_moment_of(edge) for edge in (facts.low, facts.high))
    if low is not None and low > first:
        first, last = low, max(last, low + dt.timedelta(days=1460))
    if high is not None and high < last:
        last, first = high, first if first < high - dt.timedelta(days=30) else max(
            low or dt.datetime.min, high - dt.timedelta(days=1460))  # fmt: skip
    ends = [end.isoformat() if moments else end.date().isoformat() for end in (first, last)]
    if first > last:
        return Making({"date-range": sorted(ends)}, "its type")
    reason = "its type" + (" within its bounds" if bounded else "")
    return Making({"date-range": ends}, reason, max((last - first).days, 1) * (86_400 if moments else 1))


def _moment_of(edge: tuple[Any, bool] | None) -> dt.datetime | None:
    if edge is None:
        return None
    value = edge[0]
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        found = dt.datetime(found.year, found.month, found.day)
    if not isinstance(found, dt.datetime):
        return None
    return found.replace(tzinfo=None)


def _address(asked: Asked) -> Making:
    """Return addresses of machines, which a type of the database checks."""
    if "macaddr" in asked.native:
        return Making({"device": "mac"}, "its type", length=17)
    if asked.unique:
        return Making({"pattern": r"10(\.[1-9]?[0-9]){3}"}, "its type; unique", 1e6, 11)
    return Making({"device": "ipv4"}, "its type", length=15)


def _array(meaning: Meaning) -> Making:
    """Return arrays as PostgreSQL writes them."""
    inner = meaning.of.sort if meaning.of is not None else "text"
    if inner in ("integer", "decimal", "float"):
        return Making({"pattern": r"\{[1-9],[1-9][0-9]?(,[1-9][0-9]?)?\}"}, "its type holds lists of numbers")
    if inner == "text":
        return Making({"pattern": rf"\{{({SHORT})(,({SHORT}))?\}}"}, "its type holds lists of words")
    if inner == "enum" and meaning.of is not None:
        values = "|".join(re.escape(value) for value in meaning.of.values)
        return Making({"pattern": rf"\{{({values})\}}"}, "its type holds lists of values")
    return Making({"constant": "{}"}, "its type holds lists: empty ones", 1)


def _unknown(asked: Asked) -> Making | None:
    native = asked.native.lower()
    if native in _LISTED:
        return Making({"pattern": _LISTED[native]}, f"its type, {native}")
    if native:
        return None
    texts, numbers = (next(guesses_of(rules, asked.table, asked.name), None) for rules in (TEXTS, NUMBERS))
    return number(asked) if texts is None and numbers is not None else text(asked)
