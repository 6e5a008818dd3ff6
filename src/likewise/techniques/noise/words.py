"""Edit texts word by word: drop, swap, duplicate, replace by synonyms or by words of the corpus."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.techniques.noise.operation import Dice, Learned
from likewise.techniques.noise.texts import TextOperation, bare, chosen, is_kept, pieces_of

Edit = Literal["swap", "drop", "duplicate", "synonym", "insert"]

VOCABULARY = 20_000
"""Words of a corpus that are kept for replacing, the commonest."""
TEXTS_A_WORD = 5
"""Texts that a word must be in to come into others: what few have written may tell who wrote it."""


class Words(TextOperation):
    """Edit a share `rate` of the words of texts, as EDA does.

    `edits` are drawn from evenly: "swap" with another word of the text, "drop", "duplicate", "synonym" (of `synonyms`,
    a mapping of words to words; no other source is used), "insert" a synonym of the word somewhere. An edit that a word
    does not allow leaves it. One word is always left. White space, and the words of `keep`, stay as they are.

    Use to augment short texts whose label hangs on what is said rather than how. Wei and Zou, 2019, EMNLP.
    """

    op: ClassVar[str] = "words"

    edits: tuple[Edit, ...] = Field(default=("swap", "drop"), min_length=1)
    synonyms: dict[str, tuple[str, ...]] | None = None

    @model_validator(mode="after")
    def _synonyms_are_given(self) -> Words:
        wants = any(edit in ("synonym", "insert") for edit in self.edits)
        if wants and not self.synonyms:
            raise ValueError(
                "`synonyms` is wanted for the edits synonym and insert: a mapping of words to lists of words"
            )
        if any(not others for others in (self.synonyms or {}).values()):
            raise ValueError("a word in `synonyms` has no other words")
        return self

    def edited(self, texts: list[str | None], learned: Learned, dice: Dice) -> Iterator[str | None]:
        """Yield the texts edited."""
        keep = {word.casefold() for word in self.keep}
        synonyms = {word.casefold(): others for word, others in (self.synonyms or {}).items()}
        where, how = dice.split(2)
        parts = [pieces_of(text or "") for text in texts]
        words = [[i for i, piece in enumerate(p) if not piece.isspace()] for p in parts]
        hits = chosen([len(w) for w in words], self.rate, where.rng)
        for text, own, places, found in zip(texts, parts, words, hits, strict=True):
            if not found:
                yield text
                continue
            for hit in found:
                self._edit(own, places, hit, keep, synonyms, how.rng)
            yield "".join(own)

    def _edit(self, parts: list[str], places: list[int], hit: int, keep: set[str],
              synonyms: dict[str, tuple[str, ...]], rng: np.random.Generator) -> None:  # fmt: skip
        """Edit one word in place; a dropped one leaves an empty piece, so that others are found."""
        edit, other = self.edits[int(rng.integers(len(self.edits)))], float(rng.random())
        place = places[hit]
        word = parts[place]
        if not word or is_kept(word, keep):
            return
        beside = places[int(other * len(places))]
        beside = place if not parts[beside] or is_kept(parts[beside], keep) else beside
        found = synonyms.get(bare(word), ())
        new = _dressed(word, found[int(rng.integers(len(found)))]) if found else word
        if edit == "swap":
            parts[place], parts[beside] = parts[beside], parts[place]
        elif edit == "drop" and any(parts[p] for p in places if p != place):
            parts[place] = ""
            gap = place + 1 if place + 1 < len(parts) else place - 1
            parts[gap] = "" if parts[gap].isspace() else parts[gap]
        elif edit == "duplicate":
            parts[place] = f"{word} {word}"
        elif edit == "synonym":
            parts[place] = new
        elif edit == "insert" and found:
            parts[beside] += f" {new}"


class TfIdf(TextOperation):
    """Replace words that say little of their text by words that say little in the corpus.

    A word is the likelier replaced the lower its TF-IDF in the text; what comes in its place is drawn from the corpus,
    the likelier the lower its own. So the words that tell texts apart stay. Only words that five texts have come in,
    none with a digit. Xie et al., 2020, NeurIPS 33 (UDA).
    """

    op: ClassVar[str] = "tfidf"

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn in how many texts each word of the vocabulary is, and how often it is said."""
        texts, said = Counter[str](), Counter[str]()
        for text in table.texts(column.name).to_pylist():
            words = [bare(p) for p in pieces_of(text or "") if not p.isspace()]
            said.update(words)
            texts.update({*words})
        common = [w for w in said if texts[w] >= TEXTS_A_WORD and w and not any(c.isdigit() for c in w)]
        kept = sorted(common, key=lambda word: (-said[word], word))[:VOCABULARY]
        rarity = np.array([np.log((1 + table.rows) / (1 + texts[word])) for word in kept])
        weights = np.array([said[word] for word in kept], dtype=np.float64) * rarity
        scores = weights.max() - weights if len(kept) else weights
        return Learned({"words": kept, "rows": table.rows}, {"rarity": rarity, "scores": scores})

    def edited(self, texts: list[str | None], learned: Learned, dice: Dice) -> Iterator[str | None]:
        """Yield the texts with words replaced."""
        keep = {word.casefold() for word in self.keep}
        known: list[str] = learned.meta["words"]
        rarity = dict(zip(known, learned.arrays["rarity"].tolist(), strict=True))
        rarest = float(np.log(1 + learned.meta["rows"]))
        ends: list[float] = np.cumsum(learned.arrays["scores"]).tolist()
        if not ends or not ends[-1]:
            yield from texts
            return
        parts = [pieces_of(text or "") for text in texts]
        places = [[i for i, p in enumerate(own) if not p.isspace() and not is_kept(p, keep)] for own in parts]
        draws = iter(dice.rng.random((sum(map(len, places)), 2)).tolist())
        for text, own, where in zip(texts, parts, places, strict=True):
            words = [bare(own[i]) for i in where]
            counts = Counter(words)
            told = [counts[word] * rarity.get(word, rarest) for word in words]
            for place, chance in zip(where, self._chances(told), strict=True):
                hit, which = next(draws)
                if hit < chance:
                    own[place] = _dressed(own[place], known[min(bisect(ends, which * ends[-1]), len(known) - 1)])
            yield "".join(own) if text is not None else None

    def _chances(self, told: list[float]) -> list[float]:
        """Return the chance of each word, on average the rate, lower the more it tells."""
        room = [max(told) - each for each in told]
        mean = sum(room) / max(len(room), 1)
        return [min(1.0, self.rate * each / mean) if mean > 0 else self.rate for each in room]


def _dressed(word: str, new: str) -> str:
    """Return a new word in the case and the punctuation of the old one.

    >>> _dressed("(Good!", "fine")
    '(Fine!'
    """
    core = bare(word)
    start = word.casefold().find(core) if core else -1
    if start < 0 or len(core) != len(word.casefold()[start : start + len(core)]) or len(word) != len(word.casefold()):
        return new
    old = word[start : start + len(core)]
    new = new.upper() if len(old) > 1 and old.isupper() else new[:1].upper() + new[1:] if old[:1].isupper() else new
    return word[:start] + new + word[start + len(core) :]
