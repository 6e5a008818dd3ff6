"""What every operation on sounds is: each clip with random numbers of its own."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Kind, Schema
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.modalities.audio.spectrum import Floats
from likewise.techniques.noise.cells import batches, cells_of, column_of, reshaped
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation


class SoundOperation(Operation):
    """Change sounds: an author names how many numbers each clip draws (`uniforms`), and writes `alter`.

    Sounds are float32 from -1 to 1, samples x channels. A clip that would leave this range is turned down as a whole,
    unless it came louder. `share` is the share of clips that are changed. The label stays as it is.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset({"audio"})
    reads: ClassVar[frozenset[Kind]] = kinds
    uniforms: ClassVar[int]
    needs_rate: ClassVar[bool] = False

    @abstractmethod
    def alter(
        self, sound: Floats, uniform: Floats, rng: np.random.Generator, rate: int | None, beside: Floats | None
    ) -> Floats:
        """Return a changed sound (samples x channels).

        `uniform` are its numbers from 0 to 1, `rng` draws sample by sample, `beside` is the row's clip in the column
        that the operation reads.
        """

    @property
    def beside(self) -> str | None:
        """The column that it reads beside the sounds."""
        return None

    def needs(self) -> tuple[str, ...]:
        """Return the column that it reads."""
        return () if self.beside is None else (self.beside,)

    def resized(self, samples: int | None) -> int | None:
        """Return the number of samples of a clip after it, None where clips differ."""
        return samples

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn nothing, but see that a rate is known where one is needed."""
        for name in names:
            if self.needs_rate and table.schema[name].rate is None:
                what = f"operation `{self.op}` counts in Hz or seconds, and the rate of `{name}` is not known"
                raise FitError("fit.no-rate", what, where=name, hint="set `rate` on the column in the schema")
        return Learned()

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change the sounds of every column."""
        schema, others, made = self.output(rows.schema, names), self._others(rows), {}
        for name, own in zip(names, dice.split(len(names)), strict=True):
            cells, rate = cells_of(rows.column(name)), rows.schema[name].rate
            for batch in batches(list(cells), self.share, self.uniforms, own):
                for row, clip, uniform in zip(batch.rows.tolist(), batch.cells, batch.uniform, strict=True):
                    other = others[row] if others else None
                    other = other.astype(np.float64) if other is not None and len(other) else None
                    new = self.alter(clip.astype(np.float64), uniform, batch.rng, rate, other)
                    cells[row] = turned_down(new, clip)
            made[name] = column_of(cells, schema[name], rows.column(name))
        return made

    def output(self, schema: Schema, names: tuple[str, ...]) -> Schema:
        """Return the schema of changed rows: sounds may have another length."""
        for name in names:
            shape = schema[name].shape
            schema = reshaped(schema, name, shape and (self.resized(shape[0]), shape[1]))
        return schema

    def _others(self, rows: Table) -> list[npt.NDArray[Any] | None]:
        if self.beside is None:
            return []
        return cells_of(rows.column(self.beside))


def turned_down(new: Floats, own: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return a sound that is no louder than full scale, or than it came where that is louder."""
    most, peak = max(1.0, float(np.abs(own).max(initial=0))), float(np.abs(new).max(initial=0))
    return (new * (most / peak) if peak > most else new).astype(np.float32)


def of_channels(other: Floats, samples: int, channels: int, start: float) -> Floats:
    """Return a clip repeated to a length, from a part `start` (0 to 1) of it on, in so many channels."""
    places = (round(start * (len(other) - 1)) + np.arange(samples)) % len(other)
    part = other[places]
    return part if part.shape[1] == channels else np.repeat(part.mean(axis=1, keepdims=True), channels, axis=1)
