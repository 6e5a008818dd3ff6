"""Strings that look like those of a column without being any of them: shapes and common words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_CLASSES = {
    "9": np.array([ord(c) for c in "0123456789"], dtype=np.uint32),
    "A": np.array([ord(c) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"], dtype=np.uint32),
    "a": np.array([ord(c) for c in "abcdefghijklmnopqrstuvwxyz"], dtype=np.uint32),
}
_MOST_WORDS = 40


@dataclass(frozen=True, eq=False)
class Template:
    """Make strings from shapes that many values share, or from words that many values hold.

    A shape is a mask as in `Pattern`: 9, A and a for a digit, a capital and another letter, any other character for
    itself, and after a backslash too. Only shapes and words of `k` values or more are kept, with the characters that
    all of them share; where no shape is that common, only letters and digits are kept. Words are drawn by their
    frequency, the number of words from the lengths seen: the text is a protected stand-in, it reads like nobody's.
    """

    shapes: tuple[str, ...]
    shape_weights: npt.NDArray[np.float64]
    words: tuple[str, ...]
    word_weights: npt.NDArray[np.float64]
    lengths: npt.NDArray[np.float64]

    def make(self, n: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
        """Return `n` strings."""
        if self.words:
            return self._sentences(n, rng)
        made = np.empty(n, dtype=object)
        picked = rng.choice(len(self.shapes), size=n, p=self.shape_weights)
        for number, shape in enumerate(self.shapes):
            rows = np.flatnonzero(picked == number)
            if len(rows):
                made[rows] = _fill(shape, len(rows), rng)
        return made

    def _sentences(self, n: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
        counts = rng.choice(len(self.lengths), size=n, p=self.lengths) + 1
        words = np.array(self.words, dtype=object)[
            rng.choice(len(self.words), size=int(counts.sum()), p=self.word_weights)
        ]
        ends = np.cumsum(counts)
        made = np.empty(n, dtype=object)
        made[:] = [" ".join(words[end - count : end]) for end, count in zip(ends, counts, strict=True)]
        return made

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps of it."""
        return {"shapes": list(self.shapes), "words": list(self.words)}, {
            "shape_weights": self.shape_weights,
            "word_weights": self.word_weights,
            "lengths": self.lengths,
        }

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Template:
        """Rebuild it from a model file."""
        return cls(tuple(meta["shapes"]), arrays["shape_weights"], tuple(meta["words"]), arrays["word_weights"],
                   arrays["lengths"])  # fmt: skip


def fit_template(values: Sequence[str], weights: Sequence[int], *, k: int) -> Template:
    """Learn a template from distinct values and how many rows hold each."""
    words: Counter[str] = Counter()
    lengths = np.zeros(_MOST_WORDS)
    shapes: Counter[str] = Counter()
    alike: dict[str, list[str]] = {}
    for value, weight in zip(values, weights, strict=True):
        shape = shape_of(value)
        shapes[shape] += weight
        alike.setdefault(shape, []).append(value)
        parts = value.split()
        lengths[min(max(len(parts), 1), _MOST_WORDS) - 1] += weight
        for part in set(parts):
            words[part] += weight
    common = {w: c for w, c in sorted(words.items()) if c >= k and not any(ch.isdigit() for ch in w)}
    mean_words = float((lengths * np.arange(1, _MOST_WORDS + 1)).sum() / max(lengths.sum(), 1))
    if mean_words >= 2 and len(common) >= 3:
        return Template((), np.empty(0), tuple(common), _shares(list(common.values())), _shares(lengths))
    kept = {_mask(shape, alike[shape]): count for shape, count in sorted(shapes.items()) if count >= k}
    if not kept:
        plain: Counter[str] = Counter()
        for shape, count in shapes.items():
            plain[re.sub(r"[^9Aa]", "", shape)[:12] or "a"] += count
        kept = dict(sorted(plain.most_common(32)))
    return Template(tuple(kept), _shares(list(kept.values())), (), np.empty(0), np.empty(0))


def shape_of(value: str) -> str:
    """Return the shape of a string: 9 for digits, A for capitals, a for other letters, the rest as it is."""
    return "".join("9" if c.isdigit() else ("A" if c.isupper() else "a") if c.isalpha() else c for c in value)


def _mask(shape: str, values: Sequence[str]) -> str:
    """Return the mask of values of one shape: a character that all of them share stands for itself."""
    shared = [place[0] if len(set(place)) == 1 else None for place in zip(*values, strict=True)]
    return "".join(kind if own is None else f"\\{own}" for kind, own in zip(shape, shared, strict=True))


def _fill(mask: str, n: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    """Return `n` strings of one mask, drawn character by character."""
    slots = re.findall(r"\\.|.", mask, flags=re.DOTALL)
    if not slots:
        return np.full(n, "")
    points = np.empty((n, len(slots)), dtype=np.uint32)
    for place, slot in enumerate(slots):
        drawn = _CLASSES.get(slot)
        points[:, place] = ord(slot[-1]) if drawn is None else drawn[rng.integers(len(drawn), size=n)]
    return points.view(f"<U{len(slots)}").reshape(n)


def _shares(weights: Any) -> npt.NDArray[np.float64]:
    values: npt.NDArray[np.float64] = np.asarray(weights, dtype=np.float64)
    return values / float(values.sum())
