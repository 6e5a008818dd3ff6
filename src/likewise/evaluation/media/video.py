"""How far drawn clips lie from real ones: in what a frame shows, and in how frames change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.media.distances import Floats, Vectors, frechet
from likewise.evaluation.media.features import Patches, Scale
from likewise.evaluation.media.shapes import Cell, Pixels, brought_to, joint_size

LARGEST = 24
"""Height or width of a frame that is measured, at most."""

LAGS = (1, 4)
"""Frames that lie between two whose difference is looked at: what moves at once, and where it goes."""

PARTS = 3
"""Parts of a clip that are looked at apart, one after another."""

WIDTH = 32
"""Principal components of what is seen that are kept at most."""

LEARNED = 600
"""Pictures that filters are learned from."""


@dataclass(frozen=True)
class ClipDistances:
    """Hold Frechet distances of drawn and of fresh real clips from the same real ones.

    `frames` is that of single frames, `motion` that of differences of frames; each is (drawn, fresh), and the second is
    the floor that comes of chance alone.
    """

    frames: tuple[float, float]
    motion: tuple[float, float]

    @property
    def ratios(self) -> tuple[float, float]:
        """How many times its floor each distance is: frames, motion."""
        return self.frames[0] / max(self.frames[1], 1e-12), self.motion[0] / max(self.motion[1], 1e-12)


def clip_distances(
    real: Sequence[Cell], drawn: Sequence[Cell], fresh: Sequence[Cell], *, seed: int = 0
) -> ClipDistances:
    """Return how far drawn clips (frames x height x width x channels, 0 to 255) lie from real ones, and fresh ones too.

    Clips are brought to one length (the middle of the real ones', longer ones cut, of shorter ones the last frame
    repeated) and to frames of at most 24 pixels. Features are what filters from patches of the real ones respond, of
    frames or of the differences between frames one and four apart, pooled over quarters of a frame and thirds of a
    clip; of these the principal components among real clips. Give as many drawn clips as fresh ones: the distance is
    biased upwards in small samples, equally for both. Costs about 10 CPU seconds for 500 clips of 16 x 32 x 32 each.

    >>> clips = np.random.default_rng(0).integers(0, 255, (30, 6, 8, 8, 1), dtype=np.uint8)
    >>> found = clip_distances(clips[:10], clips[10:20] // 2, clips[20:])
    >>> found.frames[0] > found.frames[1], found.motion[0] > found.motion[1]
    (True, True)
    """
    frames, motion = clip_points(real, drawn, fresh, seed=seed)
    return ClipDistances(*((frechet(p[0], p[1]), frechet(p[0], p[2])) for p in (frames, motion)))


def clip_points(
    real: Sequence[Cell], drawn: Sequence[Cell], fresh: Sequence[Cell], *, seed: int = 0
) -> tuple[list[Vectors], list[Vectors]]:
    """Return the vectors of the three kinds of clips: of what frames show, and of how they change."""
    length = int(np.median([len(clip) for clip in real]))
    size = joint_size([clip[0] for clip in real], largest=LARGEST)
    told = [_brought(clips, length, size) for clips in (real, drawn, fresh)]
    return _points(told, _stills, seed), _points(told, _changes, seed)


def _brought(clips: Sequence[Cell], length: int, size: tuple[int, int, int]) -> Pixels:
    """Return clips as one array: n x length x height x width x channels, from 0 to 1."""
    made = np.empty((len(clips), length, *size), dtype=np.float32)
    for row, clip in enumerate(clips):
        frames = brought_to(list(clip[:length]), size)
        made[row, : len(frames)], made[row, len(frames) :] = frames, frames[-1]
    return made


def _stills(clips: Pixels) -> Pixels:
    """Return one frame of each part of clips: n x parts x height x width x channels."""
    length = clips.shape[1]
    places = ((np.arange(PARTS) + 0.5) * length / PARTS).astype(int)
    return np.ascontiguousarray(clips[:, np.unique(places)])


def _changes(clips: Pixels) -> Pixels:
    """Return the differences of brightness, 0.5 for none: n x differences x height x width x lags."""
    grey = clips.mean(axis=4, dtype=np.float32)
    length = grey.shape[1]
    lags = [min(lag, length - 1) for lag in LAGS]
    count = max(1, length - max(lags))
    starts = np.arange(0, count, 1 + count // 12)
    return np.stack([(grey[:, starts + lag] - grey[:, starts] + 1) / 2 for lag in lags], axis=4)


def _points(told: Sequence[Pixels], looked_at: Callable[[Pixels], Pixels], seed: int) -> list[Vectors]:
    pictures = [looked_at(clips) for clips in told]
    flat = pictures[0].reshape(-1, *pictures[0].shape[2:])
    some = generator(seed, "clips").permutation(len(flat))[:LEARNED]
    patches = Patches.fit(flat[some], seed=seed)
    seen = [_pooled(patches, own) for own in pictures]
    middle = seen[0].mean(axis=0)
    _, lengths, axes = np.linalg.svd(seen[0] - middle, full_matrices=False)
    kept = max(1, min(WIDTH, int((lengths > 1e-6 * max(float(lengths[0]), 1e-12)).sum())))
    points: list[Vectors] = [np.asarray((own - middle) @ axes[:kept].T, dtype=np.float32) for own in seen]
    scale = Scale.of(points[0])
    return [scale.apply(own) for own in points]


def _pooled(patches: Patches, pictures: Pixels) -> Floats:
    """Return what is seen in the pictures of each clip, averaged over those of a part: clips x features."""
    count, length = pictures.shape[:2]
    seen = patches.responses(pictures.reshape(-1, *pictures.shape[2:])).reshape(count, length, -1)
    edges = np.linspace(0, length, min(PARTS, length) + 1).astype(int)
    return np.concatenate([seen[:, a:b].mean(axis=1) for a, b in pairwise(edges.tolist())], axis=1)
