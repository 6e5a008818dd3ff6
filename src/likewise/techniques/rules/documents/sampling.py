"""Texts that a regular expression finds itself in."""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as c, _parser  # type: ignore[attr-defined]
from typing import Any

from likewise.techniques.rules.documents.asking import Unmet
from likewise.techniques.rules.documents.draws import Draws

ALPHABET = [chr(code) for code in range(32, 127)]


class Sampler:
    def __init__(self, pattern: str) -> None:
        self.tree = _parser.parse(pattern)

    def text(self, draws: Draws, low: int, high: int | None) -> str:
        extra = 0
        for _ in range(30):
            text = self._seq(self.tree, draws, extra, {})
            if len(text) < low:
                extra += max(1, (low - len(text)))
                if extra > 100 or low - len(text) < 200:
                    text = text + "".join(draws.pick("abcdefgh") for _ in range(low - len(text)))
                    return text
                continue
            return text
        return text

    def _seq(self, seq: Any, draws: Draws, extra: int, groups: dict[int, str]) -> str:
        return "".join(self._one(op, arg, draws, extra, groups) for op, arg in seq)

    def _one(self, op: Any, arg: Any, draws: Draws, extra: int, groups: dict[int, str]) -> str:
        if op is c.LITERAL:
            return chr(arg)
        if op is c.NOT_LITERAL:
            return draws.pick([x for x in ALPHABET if ord(x) != arg])
        if op is c.ANY:
            return draws.pick(ALPHABET)
        if op is c.IN:
            return draws.pick(_set(arg))
        if op is c.BRANCH:
            return self._seq(draws.pick(arg[1]), draws, extra, groups)
        if op is c.SUBPATTERN:
            text = self._seq(arg[3], draws, extra, groups)
            if arg[0] is not None:
                groups[arg[0]] = text
            return text
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            low, high, sub = arg
            high = low + 4 + extra if high is c.MAXREPEAT else high
            return "".join(self._seq(sub, draws, extra, groups) for _ in range(draws.between(low, min(high, low + 8 + extra))))
        if op is c.AT:
            return ""
        if op is c.ASSERT or op is c.ASSERT_NOT:
            return self._seq(arg[1], draws, extra, groups) if op is c.ASSERT and arg[0] < 0 else ""
        if op is c.GROUPREF:
            return groups.get(arg, "")
        if op is c.ATOMIC_GROUP:
            return self._seq(arg, draws, extra, groups)
        raise ValueError(str(op))


@lru_cache(maxsize=2000)
def _setted(text: str) -> tuple[str, ...]:
    found = tuple(x for x in ALPHABET if re.match(text, x))
    return found or tuple(chr(x) for x in range(160, 0x3000) if re.match(text, chr(x)))


def _set(arg: Any) -> list[str]:
    out = [x for x in ALPHABET if _in(arg, ord(x))]
    return out or [chr(x) for x in [*range(32), *range(127, 0x3000), *range(0x1F400, 0x1F500)] if _in(arg, x)]


def _in(arg: Any, code: int) -> bool:
    neg = False
    hit = False
    for op, a in arg:
        if op is c.NEGATE:
            neg = True
        elif op is c.LITERAL:
            hit |= a == code
        elif op is c.RANGE:
            hit |= a[0] <= code <= a[1]
        elif op is c.CATEGORY:
            name = {c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s",
                    c.CATEGORY_NOT_SPACE: r"\S", c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W"}[a]
            hit |= bool(re.match(name, chr(code)))
    return hit != neg


@lru_cache(maxsize=1000)
def _sampler(pattern: str) -> Sampler:
    return Sampler(pattern)


def sampler(pattern: str, path: str) -> Sampler:
    try:
        return _sampler(pattern)
    except (re.error, ValueError) as fault:
        raise Unmet(path, f"no text can be made of the pattern `{pattern}`: {fault}") from None
