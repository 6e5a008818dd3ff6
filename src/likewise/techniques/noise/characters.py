"""Misspell texts: slips of the fingers, of the eye, and of a scanner."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import ClassVar

import numpy as np
from pydantic import Field

from likewise.modalities.text.slips import SLIPS, Slip
from likewise.techniques.noise.operation import Dice, Learned
from likewise.techniques.noise.texts import WORD, TextOperation, characters, chosen, is_kept


class Typos(TextOperation):
    """Misspell a share `rate` of the letters and digits of texts.

    `slips` are drawn from evenly: "swap" two neighbours, "drop", "repeat", "insert" a letter of the text, "keyboard" (a
    key beside, QWERTY), "ocr" (what a scanner confuses: 0 and O, rn and m), "case". A slip that a character does not
    allow is another one that it does. White space, punctuation and emoji stay; accents stay on their letters. Use when
    trying how a reader of texts stands errors. Belinkov and Bisk, 2018, ICLR.
    """

    op: ClassVar[str] = "typos"

    rate: float = Field(default=0.03, ge=0, le=1)
    slips: tuple[Slip, ...] = Field(default=("swap", "drop", "repeat", "insert", "keyboard"), min_length=1)

    def edited(self, texts: list[str | None], learned: Learned, dice: Dice) -> Iterator[str | None]:
        """Yield the texts misspelled."""
        keep = {word.casefold() for word in self.keep}
        where, how = dice.split(2)
        parts = [characters(text or "") for text in texts]
        for text, own, hits in zip(texts, parts, chosen([len(p) for p in parts], self.rate, where.rng), strict=True):
            if not hits:
                yield text
                continue
            kept = _kept(text or "", own, keep)
            for place in hits:
                if own[place][:1].isalnum() and not kept[place]:
                    self._slip(own, place, kept, how.rng)
            yield "".join(own)

    def _slip(self, parts: list[str], place: int, kept: list[bool], rng: np.random.Generator) -> None:
        """Edit one character of a text in place; an emptied one keeps its place, so that others are found."""
        first = int(rng.integers(len(self.slips)))
        other = float(rng.random())
        for turn in range(len(self.slips)):
            if SLIPS[self.slips[(first + turn) % len(self.slips)]](parts, place, kept, other):
                return


def _kept(text: str, parts: list[str], keep: set[str]) -> list[bool]:
    """Return which characters are part of words that are left alone."""
    if not keep:
        return [False] * len(parts)
    spans = [m.span() for m in WORD.finditer(text) if is_kept(m[0], keep)]
    starts = [0, *accumulate(len(p) for p in parts)]
    return [any(low <= start < high for low, high in spans) for start in starts[:-1]]
