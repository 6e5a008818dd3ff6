"""Texts: by length, pattern, format and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from likewise.techniques.rules.documents.asking import Demand, Unmet
from likewise.techniques.rules.documents.formats import FORMATS, NARROW, WIDE, word
from likewise.techniques.rules.documents.pools import Pools
from likewise.techniques.rules.documents.work import Work

TRIES = 60
LONGEST = 60
"""Characters that a free text has at most where nothing asks for more."""


class Strings:
    """Make texts that meet all demands."""

    def __init__(self, demands: Iterable[Demand]) -> None:
        self._low = 0
        self._high: int | None = None
        self._patterns: list[tuple[str, re.Pattern[str], str]] = []
        self._unmatched: list[re.Pattern[str]] = []
        self._formats: list[str] = []
        self._unformatted: list[str] = []
        self._unlike: set[object] = set()
        self._path = "#"
        for demand in demands:
            self._take(demand)
        self._settle()

    def _settle(self) -> None:
        if self._high is not None and self._low > self._high:
            raise Unmet(self._path, f"`minLength` {self._low} is above `maxLength` {self._high}")

    def _take(self, demand: Demand) -> None:
        self._path, value = demand.node.path, demand.value
        self._checker = demand.node.document.validator.format_checker
        if demand.word == "minLength":
            self._low = max(self._low, int(value))
        elif demand.word == "maxLength":
            self._high = int(value) if self._high is None else min(self._high, int(value))
        elif demand.word in ("pattern", "unmatched"):
            compiled = _read(value, demand.node.path)
            if demand.word == "pattern":
                self._patterns.append((value, compiled, demand.node.path))
            else:
                self._unmatched.append(compiled)
        elif demand.word == "format":
            self._formats.append(value)
        elif demand.word == "unformatted":
            self._unformatted.append(value)
        elif demand.word == "unlike":
            self._unlike.update(value for value in demand.value if isinstance(value, str))

    def make(self, pools: Pools, work: Work, offer: Any) -> str:
        """Return a text: the one that is offered, where it meets all. Raises Unmet."""
        if isinstance(offer, str) and self._fits(offer):
            return offer
        for attempt in range(TRIES):
            text = self._drawn(pools, work, attempt)
            if self._fits(text):
                return text
        raise Unmet(self._path, f"no text was found in {TRIES} tries that meets all of {self._asked()}")

    def _asked(self) -> str:
        asked = [f"`pattern` {pattern}" for pattern, _, _ in self._patterns]
        asked += [f"`format` {name}" for name in self._formats]
        asked += [f"{self._low} to {'any number of' if self._high is None else self._high} characters"]
        return ", ".join(asked + (["`not`"] if self._unmatched or self._unformatted or self._unlike else []))

    def _drawn(self, pools: Pools, work: Work, attempt: int) -> str:
        if self._patterns:
            pattern, _, path = self._patterns[attempt % len(self._patterns)]
            return pools.text(pattern, self._low, self._high, path, work)
        known = [name for name in self._formats if name in FORMATS]
        if known:
            name = known[attempt % len(known)]
            if attempt >= TRIES // 3 and name in NARROW and self._high is not None:
                return NARROW[name](work.draws)
            text = FORMATS[name](work.draws)
            return WIDE[name](self._low) if len(text) < self._low and name in WIDE else text
        return self._free(work)

    def _free(self, work: Work) -> str:
        """Return words, cut or filled up to the length asked for."""
        high = self._high if self._high is not None else max(self._low + 20, LONGEST)
        draws, text = work.draws, word(work.draws) if self._high is None or self._high > 0 else ""
        wanted = draws.between(self._low, min(high, self._low + 20))
        while len(text) < wanted:
            text += " " + word(draws)
        if len(text) > high or self._low > LONGEST:
            text = text[: max(self._low, min(high, wanted))]
            text = text[:-1] + "x" if text.endswith(" ") else text
        return text

    def _fits(self, text: str) -> bool:
        if len(text) < self._low or (self._high is not None and len(text) > self._high) or text in self._unlike:
            return False
        if not all(compiled.search(text) for _, compiled, _ in self._patterns):
            return False
        if any(compiled.search(text) for compiled in self._unmatched):
            return False
        return all(self._checker.conforms(text, name) for name in self._formats) and not any(
            self._checker.conforms(text, name) for name in self._unformatted
        )


def _read(pattern: str, path: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as fault:
        raise Unmet(path, f"the pattern `{pattern}` cannot be read: {fault.msg}") from None
