"""A hybrid of two techniques: one gives a latent space and the way back from it, SMOTE moves between points of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from likewise.core import draw
from likewise.core.card import Card, Privacy
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.schema import KINDS, Column, Kind, Schema
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError
from likewise.recipes.nested import model_within, state_within
from likewise.techniques.smote import SMOTE
from likewise.techniques.smote.model import SMOTEModel

INNER, SMOTED = "inner/", "smote/"
"""Before the names of the arrays of the two models inside."""


@runtime_checkable
class Encoding(Protocol):
    """Take rows to a latent space and back: what the model of the technique inside must offer."""

    def encode(self, data: Any) -> npt.NDArray[np.float32]:
        """Return the point of each row, NaN where its media are missing."""

    def decode(self, latents: Any, *, seed: int = 0) -> Any:
        """Return the row of each point; beside media the media alone."""


@dataclass(frozen=True, eq=False)
class LatentModel(Model):
    """Draw points between those of neighbouring real rows, and decode them.

    `smote` draws the points (columns named `latent 1` and so on) and all columns that do not come back from a point.
    Where nothing is learned points have no `width`, and one column of zeros stands for them.
    """

    inner: Model
    smote: SMOTEModel
    width: int

    technique: ClassVar[str] = "latent"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def lacking(self) -> int:
        """How many rows, drawn and added, bring every class to at least `ratio` times the largest."""
        return self.smote.lacking

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions on the target choose among classes, others are met by drawing until they are."""
        if given is not None and not (given.rows is None and set(given.names) <= set(self.smote.schema.names)):
            return draw.rejected(self, n, rng, given)
        drawn = self.smote.draw(n, rng, given)
        axes = [name for name in drawn.names if name.startswith(AXIS)]
        points = np.stack([drawn.numbers(name) for name in axes], axis=1)[:, : self.width]
        names = [column.name for column in self.schema.columns if not column.is_generated]
        if not self.width:
            return Table(drawn.columns.select(names), self.schema.select(names))
        assert isinstance(self.inner, Encoding)
        decoded = Table.from_any(self.inner.decode(points, seed=int(rng.integers(2**62))))
        beside = set(drawn.names) - set(axes)
        columns = [(drawn if name in beside else decoded).column(name) for name in names]
        return Table(pa.table(columns, names=names), self.schema.select(names))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return both models."""
        inner, arrays = state_within(self.inner, INNER)
        smote, own = state_within(self.smote, SMOTED)
        return {"width": self.width, INNER: inner, SMOTED: smote}, {**arrays, **own}

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild both models."""
        inner, smote = (model_within(meta[prefix], prefix, arrays) for prefix in (INNER, SMOTED))
        assert isinstance(smote, SMOTEModel)
        return cls(schema, card, container, inner, smote, meta["width"])


AXIS = "latent "
"""Before the number of an axis of the latent space, in the names of the columns that SMOTE learns."""


class Latent(Synthesizer):
    """Add rows of rare classes by SMOTE between their points in the latent space of another technique.

    `inner` is a technique whose model has a latent space (`vae`), `settings` are its own; it learns all rows. Points
    lie between those of near rows of one class; what is decoded of them are pictures, sounds, series or rows, with the
    class of those rows. Keeps the class; loses what the latent space does not hold.

    Use when a class is rare and its rows have no distances that mean anything: pictures, sounds, series, tables of many
    levels. Avoid when rows are people: a point lies between those of two real rows, so new rows are *not* private; and
    for tables of numbers, where plain `smote` does as well for a hundredth of the time.

    >>> from likewise.core.registry import synthesizer
    >>> synthesizer("latent", {"target": "kind"}).inner
    'vae'

    Chawla et al., 2002, Journal of Artificial Intelligence Research 16; Dablain, Krawczyk and Chawla, 2022, IEEE
    Transactions on Neural Networks and Learning Systems (DeepSMOTE).
    """

    technique: ClassVar[str] = "latent"
    model_class: ClassVar[type[Model]] = LatentModel
    kinds: ClassVar[frozenset[Kind]] = KINDS
    privacy: ClassVar[Privacy] = Privacy(
        statement="none: a row drawn lies between real rows, and the model holds the points of real rows"
    )

    inner: str = "vae"
    settings: dict[str, Any] = {}
    target: str | None = None
    ratio: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    k_neighbors: int = Field(default=5, ge=1)

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return none: networks take minutes where a race has seconds."""
        return ()

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Fit the technique inside to all rows, and SMOTE to their points.

        Raises SettingsError where the technique inside has no latent space, FitError where no row has a point.
        """
        plain = Table(table.columns, table.schema, "table")
        inner = synthesizer(self.inner, self.settings).fit(plain, seed=seed, progress=progress)
        if not isinstance(inner, Encoding):
            raise SettingsError("settings.inner", f"technique `{self.inner}` has no latent space", where="inner",
                                hint="use inner='vae'")  # fmt: skip
        points = inner.encode(plain) if plain.names else np.zeros((plain.rows, 0), dtype=np.float32)
        there = np.flatnonzero(np.isfinite(points).all(axis=1))
        if not len(there):
            raise FitError("fit.no-points", "no row has anything that could be encoded", hint="give rows with media")
        known = _points_beside(plain.take(there), points[there], self._beside(plain))
        smote = SMOTE(target=self.target, ratio=self.ratio, k_neighbors=self.k_neighbors)
        drawn = smote.fit(known, seed=seed, progress=progress)
        columns = {c.name: c for c in (*inner.schema.columns, *drawn.schema.columns)}
        schema = Schema(columns=tuple(columns[name] for name in table.names))
        meta, arrays = LatentModel(schema, inner.card, "table", inner, _smoted(drawn), points.shape[1]).state()
        return schema, meta, arrays, (*inner.card.notes, *drawn.card.notes)

    def _beside(self, table: Table) -> Sequence[Column]:
        """Return the columns that SMOTE draws itself: what stands beside media; of a table the target."""
        media = any(column.is_media for column in table.schema.columns)
        target = self.target or table.schema.target
        return [c for c in table.schema.columns if (not c.is_media if media else c.name == target)]


def _points_beside(table: Table, points: npt.NDArray[np.float32], beside: Sequence[Column]) -> Table:
    """Return a table of points, an axis a column, and of the columns beside them."""
    spread = points.astype(np.float64) if points.shape[1] else np.zeros((len(points), 1))
    axes = Table.from_any({f"{AXIS}{k + 1}": column for k, column in enumerate(spread.T)})
    columns, schema = axes.columns, list(axes.schema.columns)
    for column in beside:
        columns = columns.append_column(column.name, table.column(column.name))
        schema.append(column)
    return Table(columns, Schema(columns=tuple(schema)))


def _smoted(model: Model) -> SMOTEModel:
    assert isinstance(model, SMOTEModel)
    return model
