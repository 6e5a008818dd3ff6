"""Columns of running text: titles, sentences and paragraphs of words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Counted, Ints
from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.records.locales import read_locale
from likewise.techniques.rules.records.names import provider

Form = Literal["word", "title", "sentence", "paragraph"]

WORDS: dict[Form, tuple[int, int]] = {"word": (1, 1), "title": (2, 6), "sentence": (5, 14), "paragraph": (5, 14)}
"""How many words a text of a form has, or each of its sentences."""

SENTENCES = (3, 6)
"""How many sentences a paragraph has."""

_SPACELESS = frozenset({"ja", "zh"})
_PLACES = 1 << 12
"""Words that a text has at most."""


class Text(Maker):
    """Make texts of words of the locale's language: `{text: sentence}`, `{text: title, words: [2, 4], longest: 40}`.

    `words` is how many a text has, or each sentence of a paragraph: a number or a range. A text that were longer than
    `longest` characters loses words at its end. Languages without a list of their own write Latin. Use for what nobody
    reads closely; the words of a text have no meaning together.
    """

    word: ClassVar[str] = "text"
    beside: ClassVar[tuple[str, ...]] = ("words", "longest", "locale")

    form: Form
    words: tuple[int, int] | None = None
    longest: int | None = None
    locale: str | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Text:
        """Read the form of the text, beside how long it is."""
        fields = dict(value) if isinstance(value, Mapping) else {"text": value}
        form, words = fields.pop("text", None) or "sentence", fields.get("words")
        if isinstance(words, int) and not isinstance(words, bool):
            fields["words"] = (words, words)
        try:
            found = cls.from_dict({"form": form, **fields})
        except SettingsError as fault:
            raise at(path, fault) from None
        if found.words is not None and not 1 <= found.words[0] <= found.words[1] <= 200:
            raise told(f"{path}.words", "1 to 200 words are wanted, the smaller number first", "write words: [3, 8]")
        if found.longest is not None and found.longest < 1:
            raise told(f"{path}.longest", "at least one character is wanted", "write longest: 80")
        return found

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the texts of some rows."""
        low, high = self.words or WORDS[self.form]
        language = read_locale(self.locale or "en_US").code
        sentences = _between(rows.random.at("sentences"), rows.numbers, SENTENCES) if self.form == "paragraph" else None
        many = np.ones(len(rows.numbers), dtype=np.int64) if sentences is None else sentences
        row, place = _laid_out(many)
        lengths = _between(rows.random.at("words"), rows.numbers[row] * _PLACES + place, (low, high))
        written = _joined(lengths, row, rows, language, self.form)
        return written if self.longest is None else _cut(written, self.longest, language)


def _between(random: Counted, numbers: Ints, ends: tuple[int, int]) -> Ints:
    return ends[0] + random.integers(numbers, ends[1] - ends[0] + 1)


def _laid_out(many: Ints) -> tuple[Ints, Ints]:
    """Return, where each of some things has many parts, whose each part is and its place there."""
    owner = np.repeat(np.arange(len(many)), many)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)


def _joined(lengths: Ints, row: Ints, rows: Rows, locale: str, form: Form) -> pa.Array:
    """Return the texts of rows from how many words each of their sentences has."""
    words, size = _lexicon(locale)
    sentence, place = _laid_out(lengths)
    owner = row[sentence]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    within = np.arange(len(owner)) - np.repeat(starts, np.diff(np.append(starts, len(owner))))
    picked = rows.random.integers(rows.numbers[owner] * _PLACES + within, size)
    shape = np.zeros(len(owner), dtype=np.int64)
    if form != "word":
        shape += place == 0
    if form in ("sentence", "paragraph"):
        shape += 2 * (place == lengths[sentence] - 1)
    texts = words.take(pa.array(picked + size * shape))
    lists = pa.ListArray.from_arrays(pa.array(np.append(starts, len(owner)), pa.int32()), texts)
    return pc.binary_join(lists, "" if locale[:2] in _SPACELESS else " ")


@cache
def _lexicon(locale: str) -> tuple[pa.Array, int]:
    """Return the words of a locale four times: as they are, with a capital, with a full stop, and with both."""
    near = [f"{locale[:2]}_{country}" for country in ("US", "DE", "FR", "ES", "NL", "CN", "RU")]
    source = next(found for own in (locale, *near, "la") if (found := provider("lorem", own)) is not None)
    listed = list(dict.fromkeys(source.word_list))
    capital = [f"{word[:1].upper()}{word[1:]}" for word in listed]
    stop = "。" if locale[:2] in _SPACELESS else "."
    ended = [word + stop for part in (listed, capital) for word in part]
    return pa.array([*listed, *capital, *ended]), len(listed)


def _cut(texts: pa.Array, longest: int, locale: str) -> pa.Array:
    """Return texts of which those that are too long end with their last whole word that fits."""
    short = pc.utf8_slice_codeunits(texts, 0, longest)
    if locale[:2] not in _SPACELESS:
        inside = pc.not_equal(pc.utf8_slice_codeunits(texts, longest, longest + 1), " ")
        whole = pc.replace_substring_regex(short, r"\s+\S*$", "")
        short = pc.if_else(inside, whole, short)
    return pc.if_else(pc.less_equal(pc.utf8_length(texts), longest), texts, short)
