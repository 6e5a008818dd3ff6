"""Vectors that tell pictures: what filters learned from patches of real ones respond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.media.distances import Floats, Vectors
from likewise.evaluation.media.shapes import Pixels

PATCH, FILTERS = 6, 48
"""Pixels that a patch is wide, and patches of real pictures that are taken as filters."""
SEEN = 20_000
"""Patches that their usual spread is learned from."""
WIDTH = 48
"""Principal components of the responses that are kept at most."""
EVEN = 0.01
"""What is added to the variance of a patch before it is divided by it: flat patches are not blown up to noise."""
LEAST = np.float32(0.25)
"""Responses below it count as none."""
AT_ONCE = 8_000_000
"""Numbers in the patches that are looked at together."""


class Extractor(Protocol):
    """Turn pictures into vectors of features: rows x features."""

    def vectors(self, pictures: Pixels) -> Vectors:
        """Return a vector for each picture."""
        ...


@dataclass(frozen=True, eq=False)
class Scale:
    """Bring vectors to mean 0 and, averaged over features, variance 1 among real pictures.

    So a Frechet distance is in units of the spread of real pictures, whatever made the vectors.
    """

    middle: Floats
    spread: float

    @classmethod
    def of(cls, real: Vectors) -> Scale:
        """Learn the scale from vectors of real pictures."""
        values = real.astype(np.float64)
        return cls(values.mean(axis=0), max(float(np.sqrt(values.var(axis=0).sum())), 1e-6))

    def apply(self, vectors: Vectors) -> Vectors:
        """Return vectors on the scale."""
        return np.asarray((vectors - self.middle) / self.spread, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Patches:
    """Respond to patches of real pictures, wherever they lie, and pool the responses over quarters of a picture.

    Filters are patches drawn from real pictures and whitened, so that fine structure weighs as much as coarse. Coates,
    Ng and Lee, 2011, AISTATS. `responses` are all that they say, `vectors` their principal components.
    """

    centre: Floats
    whitening: Floats
    filters: Floats
    middle: Floats
    components: Floats

    @classmethod
    def fit(cls, pictures: Pixels, *, seed: int) -> Patches:
        """Learn filters from patches of real pictures, and the components of what they respond."""
        rng = generator(seed, "patches")
        values = _evened(_some_patches(pictures, SEEN, rng))
        centre = values.mean(axis=0)
        spread, axes = np.linalg.eigh(np.atleast_2d(np.cov(values - centre, rowvar=False)))
        whitening = (axes / np.sqrt(np.maximum(spread, 0) + 0.01 * max(float(spread[-1]), 1e-6))) @ axes.T
        filters = (_evened(_some_patches(pictures, FILTERS, rng)) - centre) @ whitening
        filters /= np.maximum(np.linalg.norm(filters, axis=1, keepdims=True), 1e-9)
        plain = cls(centre, whitening, filters, np.zeros(1), np.zeros((1, 1)))
        pooled = plain.responses(pictures)
        middle = pooled.mean(axis=0)
        _, lengths, axes = np.linalg.svd(pooled - middle, full_matrices=False)
        kept = max(1, min(WIDTH, int((lengths > 1e-6 * max(float(lengths[0]), 1e-12)).sum())))
        return cls(centre, whitening, filters, middle, axes[:kept].T)

    def vectors(self, pictures: Pixels) -> Vectors:
        """Return the components of the responses."""
        return np.asarray((self.responses(pictures) - self.middle) @ self.components, dtype=np.float32)

    def responses(self, pictures: Pixels) -> Floats:
        """Return the mean response of each filter, of either sign, in each quarter; brightness and contrast too."""
        step = max(1, AT_ONCE // _windows(pictures[:1]).size) if len(pictures) else 1
        return np.concatenate([self._responses(pictures[k : k + step]) for k in range(0, len(pictures), step)])

    def _responses(self, pictures: Pixels) -> Floats:
        windows = _windows(pictures)
        count, high, wide = windows.shape[:3]
        flat = windows.reshape(count * high * wide, -1)
        means = flat.mean(axis=1, keepdims=True)
        contrast = np.sqrt(((flat - means) ** 2).mean(axis=1, keepdims=True) + np.float32(EVEN))
        turned = self.whitening @ self.filters.T
        seen = ((flat - means) / contrast) @ turned.astype(np.float32) - (self.centre @ turned).astype(np.float32)
        seen = np.concatenate([np.maximum(seen - LEAST, 0), np.maximum(-seen - LEAST, 0), 4 * means, 4 * contrast],
                              axis=1).reshape(count, high, wide, -1)  # fmt: skip
        parts = [seen[:, r, c].mean(axis=(1, 2)) for r in _halves(high) for c in _halves(wide)]
        return np.concatenate(parts, axis=1).astype(np.float64)


def _halves(size: int) -> tuple[slice, ...]:
    """Return the two halves of a side, or all of it where there is nothing to part."""
    return (slice(0, size // 2), slice(size // 2, size)) if size > 1 else (slice(0, size),)


def _evened(patches: Floats) -> Floats:
    """Return patches of mean 0 and about one contrast."""
    patches = patches - patches.mean(axis=1, keepdims=True)
    return np.asarray(patches / np.sqrt(patches.var(axis=1, keepdims=True) + EVEN))


def _patch_of(pictures: Pixels) -> tuple[int, int]:
    """Return the height and width of a patch: that of small pictures where they are smaller."""
    return min(PATCH, pictures.shape[1]), min(PATCH, pictures.shape[2])


def _windows(pictures: Pixels) -> Pixels:
    """Return all patches of pictures, two pixels apart where pictures are large."""
    steps = [1 + (side > 40) for side in pictures.shape[1:3]]
    windows = np.lib.stride_tricks.sliding_window_view(pictures, _patch_of(pictures), axis=(1, 2))
    return np.ascontiguousarray(windows[:, :: steps[0], :: steps[1]])


def _some_patches(pictures: Pixels, count: int, rng: np.random.Generator) -> Floats:
    high, wide = _patch_of(pictures)
    which = rng.integers(len(pictures), size=count)
    tops = rng.integers(pictures.shape[1] - high + 1, size=count)
    lefts = rng.integers(pictures.shape[2] - wide + 1, size=count)
    drawn = [pictures[i, t : t + high, s : s + wide] for i, t, s in zip(which, tops, lefts, strict=True)]
    return np.stack(drawn).transpose(0, 3, 1, 2).reshape(count, -1).astype(np.float64)
