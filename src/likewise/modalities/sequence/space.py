"""The space that networks learn series in: whitened frames, and where series are long, pieces that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays
from likewise.core.seeds import generator
from likewise.errors import FitError
from likewise.modalities.sequence.frames import Frames, held
from likewise.modalities.sequence.mapping import best_form
from likewise.modalities.sequence.tuning import Tuning, quantiles
from likewise.modalities.sequence.whitening import Whitening

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Make = Callable[[Vectors], Vectors]
"""Draw whitened coordinates for rows of conditions."""
Draw = Callable[[Vectors, np.random.Generator], Vectors]
"""The same by a generator that is given."""

FEW = 20
"""Series below which their beginnings are too few to learn from: pieces from anywhere begin new ones."""
LONGEST, LARGEST = 256, 2048
"""Steps, and numbers in all, up to which series are learned whole."""
PIECE, CONTEXT = 64, 24
"""Steps of a piece of a longer series, and the steps before it that it is learned after, where channels are few."""
APART, SHORT = 60, 8
"""Pieces side by side that a series has where series are few, if they then have so many steps: what follows what is
learned from these, and pieces that share steps tell little more."""
NUMBERS = 1024
"""Numbers of a piece, and half of them before it, that steps are cut down to where there are many channels."""
PIECES = 8192
"""Pieces that are cut from long series, at places drawn by chance."""
ROOM = 2**26
"""Numbers of all frames that are learned from: of more series some are left out."""
ENOUGH = 8
"""Pieces without which nothing can be learned."""
TUNED, MANY = 2048, 64
"""Pieces that are drawn to tune by, and pieces of a series beyond which that would take too long."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """Hold what a network learns: whitened coordinates (n x `size`) beside conditions (n x `width`).

    Beside it is what draws are tuned to: the `scores` of all steps (channels x quantiles), and what was `given`.
    """

    coordinates: Vectors
    conditions: Vectors
    scores: Floats
    given: Vectors


@dataclass(frozen=True, eq=False)
class SeriesSpace:
    """Turn series into whitened frames and back.

    A series of up to 256 steps is one frame (`follow` is None). A longer one is a first frame and pieces that follow:
    what the `context` steps before a piece tell of it linearly is taken out, what is left is whitened. Where there are
    fewer than 20 series, a first frame is from anywhere, so that one long series can be learned too. Memory is that
    of 67 million numbers at most, however many and long series are.
    """

    frames: Frames
    steps: int
    context: int
    placed: bool
    start: Whitening
    follow: Whitening | None
    tuning: Tuning | None = None

    @classmethod
    def fit(cls, cells: Sequence[Floats], given: Vectors, *, seed: int) -> tuple[SeriesSpace, Lessons]:
        """Learn from series (steps x channels, NaN where missing) and condition vectors, a row each."""
        if not sum(len(cell) for cell in cells):
            raise FitError("fit.no-series", "no series has a step", hint="give series of one step or more")
        rng = generator(seed, "series")
        frames = Frames.fit(cells, best_form(cells))
        steps, context = _sizes(cells, frames.width)
        encoded = frames.encode(cells, rng)
        known = quantiles(np.concatenate(encoded))
        whole = len(cells) >= FEW
        starts, of = first_frames(encoded, frames, steps, rng, anywhere=not whole)
        if len(starts) < ENOUGH:
            raise FitError("fit.too-few-series", f"{len(cells)} short series are too few to learn from",
                           hint=f"give {FEW} series or more, or longer ones")  # fmt: skip
        follows = _follows(encoded, steps, context, rng) if frames.longest > steps else None
        start = Whitening.fit(starts, given[of].astype(np.float64))
        if follows is None:
            space = cls(frames, steps, context, False, start, None)
            return space, Lessons(space.whitened(starts, given[of]), space.conditions(given[of]), known, given)
        before, after, owner, _ = follows
        beside = np.concatenate([given[owner], before.reshape(len(before), -1)], axis=1)
        space = cls(frames, steps, context, whole, start, Whitening.fit(after.reshape(len(after), -1), beside))
        return space, space._lessons(starts, of, follows, given, known)

    def _lessons(self, starts: Floats, of: Any, follows: Any, given: Vectors, known: Floats) -> Lessons:
        before, after, owner, place = follows
        again = np.arange(max(len(starts), len(after) // 4)) % len(starts)
        coordinates = [self.whitened(starts[again], given[of[again]]),
                       self.whitened(after.reshape(len(after), -1), given[owner], before)]  # fmt: skip
        conditions = [self.conditions(given[of[again]]), self.conditions(given[owner], before, place)]
        return Lessons(np.concatenate(coordinates), np.concatenate(conditions), known, given)

    def tuned(self, lessons: Lessons, draw: Draw, seed: int) -> SeriesSpace:
        """Return the space whose series have values as often as the real ones, as `draw` draws coordinates."""
        pieces = -(-self.frames.longest // self.steps)
        if pieces > MANY:
            return self
        rng = generator(seed, "series", "tuning")
        given = lessons.given[rng.integers(len(lessons.given), size=TUNED // pieces)]
        steps, sizes = self._made(given, lambda told: draw(told, rng), rng)
        drawn = np.concatenate([row[:size] for row, size in zip(steps, sizes, strict=True)])
        return replace(self, tuning=Tuning.fit(drawn, lessons.scores)) if len(drawn) else self

    @property
    def size(self) -> int:
        """How many numbers of a frame or piece are learned: one where nothing varies, for a network has to have one."""
        return max(1, self.start.numbers, 0 if self.follow is None else self.follow.numbers)

    def width(self, given: int) -> int:
        """Return the width of conditions where attributes are vectors of width `given`."""
        return given + (0 if self.follow is None else 1 + 2 * self.placed + self.context * self.frames.width)

    def whitened(self, rows: Floats, given: Vectors, before: Floats | None = None) -> Vectors:
        """Return what is learned of frames, or of pieces after what went before; zeros beyond."""
        white, beside = self._side(given, before)
        found = np.zeros((len(rows), self.size), dtype=np.float32)
        found[:, : white.numbers] = white.lessons(rows, beside)
        return found

    def _side(self, given: Vectors, before: Floats | None) -> tuple[Whitening, Floats]:
        if before is None:
            return self.start, given.astype(np.float64)
        assert self.follow is not None
        return self.follow, np.concatenate([given, before.reshape(len(before), -1)], axis=1).astype(np.float64)

    def conditions(self, given: Vectors, before: Floats | None = None, place: Floats | None = None) -> Vectors:
        """Return what a network is told: attributes, whether it follows anything, at which place, and what."""
        told = np.zeros((len(given), self.width(given.shape[1])), dtype=np.float32)
        told[:, : given.shape[1]] = given
        if before is not None and place is not None:
            at = given.shape[1]
            told[:, at] = 1
            if self.placed:
                told[:, at + 1 : at + 3] = place
            told[:, told.shape[1] - self.context * self.frames.width :] = before.reshape(len(before), -1)
        return told

    # -- back -------------------------------------------------------------------------------------------------------
    def make(self, given: Vectors, make: Make, rng: np.random.Generator) -> list[Floats]:
        """Return a series for each condition vector: coordinates are drawn by `make`, the unlearned ones by `rng`."""
        steps, sizes = self._made(given, make, rng)
        return self._cut(steps if self.tuning is None else self.tuning.applied(steps), sizes)

    def _made(self, given: Vectors, make: Make, rng: np.random.Generator) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return the encoded steps of series, and how many of them each has."""
        rows = self._drawn(given, None, self.conditions(given), make, rng)
        sizes = self.sizes(rows)
        made = [self._framed(rows)]
        while self.follow is not None and (reached := len(made) * self.steps) < sizes.max(initial=0):
            open_rows = np.flatnonzero(sizes > reached)
            before = made[-1][open_rows, -self.context :]
            own = given[open_rows]
            place = np.stack([np.full(len(own), reached / self.frames.longest), reached / sizes[open_rows]], axis=1)
            piece = np.zeros_like(made[-1])
            piece[open_rows] = self._framed(self._drawn(own, before, self.conditions(own, before, place), make, rng))
            made.append(piece)
        return np.concatenate(made, axis=1), sizes

    def cells(self, rows: Floats) -> list[Floats]:
        """Return the series of first frames, which are whole series."""
        return self._cut(self._framed(rows), self.sizes(rows))

    def _cut(self, steps: Floats, sizes: npt.NDArray[np.int64]) -> list[Floats]:
        return [row[:size] for row, size in zip(self.frames.decode(steps), sizes, strict=True)]

    # -- series that are there ----------------------------------------------------------------------------------------
    def rows(self, cells: Sequence[Floats]) -> Floats:
        """Return the first frames of series; nothing random is in them."""
        encoded = self.frames.encode(cells, None)
        return first_frames(encoded, self.frames, self.steps, None, anywhere=False)[0]

    def strangeness(self, cells: Sequence[Floats], given: Vectors) -> Floats:
        """Return for each series the mean square of its coordinates, given its attributes: 1 is usual."""
        encoded = self.frames.encode(cells, None)
        found = []
        for own, beside in zip(encoded, given[:, None], strict=True):
            rows = first_frames([own], self.frames, self.steps, None, anywhere=False)[0]
            squares = [self.start.encode(rows, beside)]
            for at in range(self.steps, len(own) if self.follow is not None else 0, self.steps):
                before = held(own, self.context, start=at - self.context)[None]
                white, told = self._side(beside, before)
                squares.append(white.encode(held(own, self.steps, start=at).reshape(1, -1), told))
            found.append(float(np.mean(np.concatenate(squares, axis=1) ** 2)))
        return np.array(found)

    def _drawn(self, given: Vectors, before: Floats | None, told: Vectors, make: Make, rng: Any) -> Floats:
        white, beside = self._side(given, before)
        return white.drawn(make(told)[:, : white.numbers].astype(np.float64), beside, rng)

    def sizes(self, rows: Floats) -> npt.NDArray[np.int64]:
        """Return the lengths of series by their first frames."""
        if self.frames.lengths is None:
            return np.full(len(rows), self.frames.longest)
        return np.rint(self.frames.lengths.decode(rows[:, -1])).astype(np.int64)

    def _framed(self, rows: Floats) -> Floats:
        return rows[:, : self.steps * self.frames.width].reshape(len(rows), self.steps, self.frames.width)

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        meta: dict[str, Any] = {"frames": self.frames.state(), "steps": self.steps, "context": self.context,
                                "placed": self.placed}  # fmt: skip
        if self.tuning is not None:
            meta["tuning"] = self.tuning.state()
        arrays: Arrays = {}
        for name, white in (("start", self.start), ("follow", self.follow)):
            if white is not None:
                meta[name], own = white.state()
                arrays |= {f"{name}.{key}": array for key, array in own.items()}
        return meta, arrays

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> SeriesSpace:
        """Rebuild it from a model file."""

        def white(name: str) -> Whitening:
            own = {k.removeprefix(f"{name}."): a for k, a in arrays.items() if k.startswith(f"{name}.")}
            return Whitening.from_state(meta[name], own)

        return cls(Frames.from_state(meta["frames"]), meta["steps"], meta["context"], meta["placed"], white("start"),
                   white("follow") if "follow" in meta else None, Tuning.from_state(meta.get("tuning")))  # fmt: skip


def _sizes(cells: Sequence[Floats], width: int) -> tuple[int, int]:
    """Return the steps of a frame and of what is seen before one."""
    longest = max(len(cell) for cell in cells)
    if len(cells) >= FEW and longest <= LONGEST and longest * width <= LARGEST:
        return max(longest, 1), 0
    own = longest if len(cells) >= FEW else max(longest // APART, min(SHORT, longest // 3), 1)
    steps = int(np.clip(NUMBERS // width, 1, min(PIECE, own)))
    return steps, int(np.clip(NUMBERS // 2 // width, 1, min(CONTEXT, steps)))


def first_frames(
    encoded: Any, frames: Frames, steps: int, rng: np.random.Generator | None, *, anywhere: bool
) -> tuple[Floats, Any]:
    """Return first frames and whose they are, the length of the series behind the steps where that differs."""
    size = steps * frames.width
    if rng is None:
        owner, place = np.arange(len(encoded)), np.zeros(len(encoded), dtype=np.int64)
    elif anywhere:
        owner, place = _places(encoded, steps, 0, rng)
    else:
        owner = np.arange(len(encoded))
        if len(encoded) * size > ROOM:
            owner = np.sort(rng.permutation(len(encoded))[: max(FEW, ROOM // size)])
        place = np.zeros(len(owner), dtype=np.int64)
    cut = [held(encoded[i], steps, start=int(at)).reshape(-1) for i, at in zip(owner, place, strict=True)]
    rows = np.stack(cut) if cut else np.zeros((0, size))
    if frames.lengths is None:
        return rows, owner
    length = frames.lengths.encode(np.array([float(len(encoded[i])) for i in owner]))
    return np.concatenate([rows, length[:, None]], axis=1), owner


def _follows(encoded: Any, steps: int, context: int, rng: np.random.Generator) -> tuple[Floats, Floats, Any, Floats]:
    """Return what goes before, pieces, whose they are, and where in the series: of the longest and of its own."""
    owner, place = _places(encoded, steps, 1, rng)
    longest = max(len(own) for own in encoded)
    before = np.stack([held(encoded[i], context, start=at - context) for i, at in zip(owner, place, strict=True)])
    after = np.stack([held(encoded[i], steps, start=at) for i, at in zip(owner, place, strict=True)])
    sizes = np.array([len(encoded[i]) for i in owner])
    return before, after, owner, np.stack([place / longest, place / sizes], axis=1)


def _places(encoded: Any, steps: int, first: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Return places of whole pieces in series, none of them twice: rows and steps, `PIECES` at most."""
    counts = np.array([max(0, len(own) - steps - first + 1) for own in encoded])
    ends = np.cumsum(counts)
    total = int(ends[-1])
    chosen = np.sort(rng.choice(total, min(total, PIECES), replace=False, shuffle=False))
    owner = np.searchsorted(ends, chosen, side="right")
    return owner, chosen - (ends - counts)[owner] + first
