"""From the text of a regular expression to the tree of what it is made of."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable
from typing import Any

from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.letters import Letters, Places
from likewise.techniques.rules.patterns.tree import (
    Again,
    Ahead,
    Edge,
    Either,
    Group,
    Node,
    One,
    Repeated,
    certain,
    series,
    size,
)

_LONGEST = 20_000
_REFUSED = {
    "ASSERT_NOT": ("lookbehind", ("(?<!", "(?<=")),
    "ASSERT": ("lookbehind", ("(?<=", "(?<!")),
    "GROUPREF_EXISTS": ("a choice that depends on a group", ("(?(",)),
    "POSSESSIVE_REPEAT": ("a possessive quantifier", ("*+", "++", "?+", "}+")),
    "ATOMIC_GROUP": ("an atomic group", ("(?>",)),
    "AT_BOUNDARY": ("a word boundary", (r"\b",)),
    "AT_NON_BOUNDARY": ("a word boundary", (r"\B",)),
}
_FIRST, _LAST = ("AT_BEGINNING", "AT_BEGINNING_STRING"), ("AT_END", "AT_END_STRING")


def parse_pattern(text: str) -> Node:
    """Return what a regular expression of Python is made of.

    Raises SettingsError (`settings.pattern`) for what is none and for what cannot be turned into strings, with its
    place.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            parsed = importlib.import_module("re._parser").parse(text)
        tree = _Reader(text, parsed).tree()
    except re.error as fault:
        place = "" if fault.pos is None else f" at character {fault.pos + 1}"
        raise SettingsError("settings.pattern", f"`{text}` is no regular expression: {fault.msg}{place}",
                            hint="put a backslash before a sign that stands for itself") from None  # fmt: skip
    except (OverflowError, RecursionError):
        raise too_much(text) from None
    if size(tree) > _LONGEST:
        raise too_much(text)
    if certain(tree) is None:
        raise SettingsError("settings.pattern", f"`{text}` refers back to a group that may hold nothing",
                            hint="put the group and what refers to it into the same part")  # fmt: skip
    return tree


def too_much(text: str) -> SettingsError:
    """Return the error of a pattern that is too long when it is written out."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return SettingsError("settings.pattern", f"`{shown}` is too long or nested too deeply to be made from",
                         hint="repeat less: `{0,200}` instead of `{0,100000}`")  # fmt: skip


class _Reader:
    """Turn what `re` parsed into the tree: first all but what is looked ahead for, then that in the same characters."""

    def __init__(self, text: str, parsed: Any) -> None:
        self.text, self.parsed, self.letters = text, parsed, set[int]()
        self.universe: Letters | None = None
        self.looks = 0

    def tree(self) -> Node:
        """Return the whole tree."""
        ahead, rest = self._leading(list(self.parsed))
        flags = self.parsed.state.flags
        body = self._all(rest, flags)
        if not ahead:
            return body
        self.universe = tuple(sorted(self.letters))
        looks: list[Node] = [Ahead(self._all(items, flags), wanted) for items, wanted in ahead]
        return series([*looks, body])

    def _leading(self, items: list[Any]) -> tuple[list[tuple[Any, bool]], list[Any]]:
        """Part the lookaheads at the beginning from the rest."""
        ahead, at = list[tuple[Any, bool]](), 0
        rest = list[Any]()
        while at < len(items):
            name, value = str(items[at][0]), items[at][1]
            if name in ("ASSERT", "ASSERT_NOT") and value[0] == 1:
                ahead.append((value[1], name == "ASSERT"))
            elif name == "AT" and str(value) in _FIRST:
                rest.append(items[at])
            else:
                break
            at += 1
        self.looks = len(ahead)
        return ahead, rest + items[at:]

    def _all(self, items: Iterable[Any], flags: int) -> Node:
        return series([self._node(str(name), value, flags) for name, value in items])

    def _node(self, name: str, value: Any, flags: int) -> Node:
        match name:
            case "LITERAL":
                return self._one([("LITERAL", value)], flags)
            case "NOT_LITERAL":
                return self._one([("NEGATE", None), ("LITERAL", value)], flags)
            case "ANY":
                return self._one([("NEGATE", None), *([] if flags & re.DOTALL else [("LITERAL", 10)])], flags)
            case "IN":
                return self._one(value, flags)
            case "BRANCH":
                return Either(tuple(self._all(part, flags) for part in value[1]))
            case "SUBPATTERN":
                number, add, remove, part = value
                inner = self._all(part, (flags | add) & ~remove)
                return inner if number is None else Group(number, inner)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, part = value
                endless = most == importlib.import_module("re._constants").MAXREPEAT
                return Repeated(self._all(part, flags), int(least), None if endless else int(most))
            case "GROUPREF":
                return Again(value)
            case "AT" if str(value) in _FIRST + _LAST:
                return Edge(first=str(value) in _FIRST)
            case "FAILURE":
                return Either(())
        raise self._refused(name, value)

    def _one(self, items: Any, flags: int) -> Node:
        places = Places(items, ignorecase=bool(flags & re.IGNORECASE), ascii=bool(flags & re.ASCII))
        if self.universe is not None:
            return One(tuple(letter for letter in self.universe if places.holds(letter)))
        letters = places.chosen()
        self.letters.update(letters)
        return One(letters)

    def _refused(self, name: str, value: Any) -> SettingsError:
        name = str(value) if name == "AT" else name
        what, marks = _REFUSED.get(name, (name.lower().replace("_", " "), ()))
        hint = "say it without, or make the column by a `formula` or a `template`"
        skip = 0
        if name in ("ASSERT", "ASSERT_NOT") and value[0] == 1:
            what, marks, skip = "lookahead after the beginning", ("(?=", "(?!"), self.looks
            hint = "put it at the beginning of the pattern, where it is understood"
        place = places_of(self.text, marks)[skip:]
        where = f" at character {place[0] + 1}" if place else ""
        return SettingsError("settings.pattern", f"`{self.text}`: {what}{where} cannot be turned into strings",
                             hint=hint)  # fmt: skip


def places_of(text: str, marks: tuple[str, ...]) -> list[int]:
    """Return where marks stand in a pattern, outside of classes and not behind a backslash.

    >>> places_of("[(?=](?=a)", ("(?=",))
    [5]
    """
    found, at, inside = list[int](), 0, False
    while at < len(text):
        if not inside and text.startswith(marks, at):
            found.append(at)
        if text[at] == "\\":
            at += 1
        elif text[at] == "[" and not inside:
            inside = True
            at += text.startswith("^", at + 1)
            at += text.startswith("]", at + 1)
        elif text[at] == "]":
            inside = False
        at += 1
    return found
