"""The characters that one place of a pattern may hold, of those that belong in data."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

Letters = tuple[int, ...]
"""Code points, sorted."""

PRINTABLE: Letters = tuple(range(0x20, 0x7F))
_MOST = 4096
_ELSEWHERE = (range(0xA1, 0x250), range(0x370, 0x530), range(0x3040, 0x3100), range(0x4E00, 0x5000), range(1, 0x10000))
"""Where characters are looked for when a class leaves no printable one of ASCII."""


class Places:
    """Tell whether a character is in a class: its items are as `re` parses them.

    >>> Places([("RANGE", (97, 122))], ignorecase=True, ascii=False).holds(ord("Q"))
    True
    """

    def __init__(self, items: Iterable[tuple[Any, Any]], *, ignorecase: bool, ascii: bool) -> None:
        found = [(str(name), value) for name, value in items]
        self.negated = any(name == "NEGATE" for name, _ in found)
        self.single = {value for name, value in found if name == "LITERAL"}
        self.ranges = [value for name, value in found if name == "RANGE"]
        self.categories = [str(value).removeprefix("CATEGORY_") for name, value in found if name == "CATEGORY"]
        self.ignorecase, self.ascii = ignorecase, ascii

    def holds(self, letter: int) -> bool:
        """Return whether the class matches the character, as `re` does."""
        letters = _cases(letter) if self.ignorecase else (letter,)
        return any(self._names(each) for each in letters) != self.negated

    def chosen(self) -> Letters:
        """Return the characters to make: never NUL or half a surrogate, control characters only where written.

        Case is as written. Categories and what is left by a negation are taken from printable ASCII while it has any;
        a range of thousands is cut to it too.
        """
        if self.negated:
            return next((found for part in (PRINTABLE, *_ELSEWHERE) if (found := self._usable(part))), ())
        written = {letter for letter in self.single if _can_be(letter)}
        for low, high in self.ranges:
            written.update(_of_range(low, high))
        for category in self.categories:
            alone = Places([("CATEGORY", f"CATEGORY_{category}")], ignorecase=False, ascii=self.ascii)
            space = (0x20,) if category == "SPACE" else ()
            written.update(space or [letter for letter in PRINTABLE if alone.holds(letter)])
        return tuple(sorted(written))

    def _usable(self, part: Sequence[int]) -> Letters:
        return tuple(c for c in part if _is_assigned(c) and self.holds(c))[:_MOST]

    def _names(self, letter: int) -> bool:
        """Return whether an item names the character, negation left aside."""
        if letter in self.single or any(low <= letter <= high for low, high in self.ranges):
            return True
        return any(_is_of(category, letter, self.ascii) for category in self.categories)


def _of_range(low: int, high: int) -> Sequence[int]:
    if high - low >= _MOST:
        inside = [letter for letter in PRINTABLE if low <= letter <= high]
        if inside:
            return inside
    found: list[int] = []
    for letter in range(low, high + 1):
        if _is_assigned(letter):
            found.append(letter)
            if len(found) == _MOST:
                break
    return found or [letter for letter in range(low, min(high, low + _MOST) + 1) if _can_be(letter)]


def _can_be(letter: int) -> bool:
    return letter != 0 and not 0xD800 <= letter <= 0xDFFF


def _is_assigned(letter: int) -> bool:
    return unicodedata.category(chr(letter)) not in ("Cc", "Cn", "Co", "Cs")


def _cases(letter: int) -> set[int]:
    own = chr(letter)
    forms = {own, own.lower(), own.upper(), own.lower().upper(), own.upper().lower()}
    return {ord(form) for form in forms if len(form) == 1}


def _is_of(category: str, letter: int, ascii: bool) -> bool:
    """Return whether `\\d`, `\\w`, `\\s` or one of their opposites matches a character."""
    own = chr(letter)
    within = letter < 128 or not ascii
    name = category.removeprefix("NOT_")
    found = {"DIGIT": own.isdecimal(), "WORD": own.isalnum() or own == "_", "SPACE": own.isspace()}[name] and within
    return found != category.startswith("NOT_")
