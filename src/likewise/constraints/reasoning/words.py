"""Texts as numbers: the rank of each among those that rules and columns name, so that texts compare as numbers do."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.expression import Expression, Value

Floats = npt.NDArray[np.float64]


class Words:
    """Rank texts in their order. One that is not listed lies half-way between its neighbours in the list.

    >>> Words(["b", "a"]).ranks(pa.array(["b", "aa", None])).tolist()
    [1.0, 0.5, nan]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.listed = tuple(sorted(set(words)))
        self._array = pa.array(self.listed, pa.string())

    @classmethod
    def of(cls, rules: Iterable[Expression], levels: Iterable[str] = ()) -> Words:
        """Return the texts that rules name, and some more."""
        named = (part.value for rule in rules for part in rule.walk() if isinstance(part, Value))
        return cls([*levels, *(value for value in named if isinstance(value, str))])

    def ranks(self, texts: pa.Array) -> Floats:
        """Return the rank of each text, NaN where missing."""
        if isinstance(texts, pa.DictionaryArray):
            own = np.append(self.ranks(texts.dictionary.cast(pa.string())), np.nan)
            return own[np.asarray(pc.fill_null(texts.indices.cast(pa.int32()), -1))]
        places = pc.index_in(texts.cast(pa.string()), value_set=self._array)
        found = np.array(pc.fill_null(places.cast(pa.float64()), np.nan))
        strange = np.isnan(found) & np.asarray(texts.is_valid())
        for row in np.flatnonzero(strange):
            found[row] = np.searchsorted(np.array(self.listed, dtype=object), texts[row].as_py()) - 0.5
        return found

    def texts_of(self, ranks: Floats) -> pa.Array:
        """Return the text of each rank, missing where it is NaN."""
        gone = np.isnan(ranks)
        return self._array.take(pa.array(np.where(gone, 0, ranks).astype(np.int64), mask=gone))
