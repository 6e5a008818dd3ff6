"""Texts that are made many at a time, and handed out to the documents one by one."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.documents.asking import Unmet
from likewise.techniques.rules.documents.work import Work
from likewise.techniques.rules.patterns.dialects import ecma
from likewise.techniques.rules.patterns.pattern import compiled

BLOCK, SHARED = 256, 1024
"""Documents whose texts are made together; texts that what comes later in a document is picked from."""

OWN = 4
"""Texts of one pattern that each document has for itself; of more, some may come twice among neighbours."""

KEPT = 512


class Pools:
    """Hand out texts of patterns: which one depends on the number of the document and on its place there, no more."""

    def __init__(self, numbers: Counted) -> None:
        self._numbers = numbers
        self._pools: dict[Hashable, list[str]] = {}

    def text(self, pattern: str, low: int, high: int | None, path: str, work: Work) -> str:
        """Return a text in which the pattern is found, of a length. Raises Unmet where there is none."""
        key = (pattern, low, high)
        place = work.taken[key]
        work.taken[key] += 1
        block, row = divmod(work.number, BLOCK)
        if place < OWN and not work.attempt:
            return self._pool(key, (block, place), BLOCK, path)[row]
        return work.draws.pick(self._pool(key, (block, OWN), SHARED, path))

    def _pool(self, key: tuple[str, int, int | None], part: tuple[int, int], size: int, path: str) -> list[str]:
        whole = (key, part)
        if whole not in self._pools:
            if len(self._pools) >= KEPT:
                del self._pools[next(iter(self._pools))]
            self._pools[whole] = self._made(key, part, size, path)
        return self._pools[whole]

    def _made(self, key: tuple[str, int, int | None], part: tuple[int, int], size: int, path: str) -> list[str]:
        text, low, high = key
        try:
            pattern = compiled(ecma(text), full=False, shortest=low, longest=high)
            made: list[str] = pattern.draw(self._numbers.at(*map(str, key), *part), np.arange(size)).to_pylist()
        except SettingsError as fault:
            raise Unmet(path, fault.what) from None
        return made
