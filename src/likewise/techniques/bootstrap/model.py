"""The model of the bootstrap: the real rows, what was learned beside them, and a way to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np

from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.packing import packed, unpacked
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.techniques.bootstrap.drawing import Drawing
from likewise.techniques.bootstrap.entities import Entities
from likewise.techniques.bootstrap.modelled import Parametric, Residual, Wild
from likewise.techniques.bootstrap.rows import Bayesian, Rows, Stratified, Subsamples, Weighted
from likewise.techniques.bootstrap.series import Series, Sieve
from likewise.techniques.bootstrap.settings import Settings
from likewise.techniques.bootstrap.smoothed import Smoothed

DRAWINGS: dict[str, type[Drawing]] = {
    "iid": Rows,
    "stratified": Stratified,
    "weighted": Weighted,
    "m-out-of-n": Subsamples,
    "bayesian": Bayesian,
    "cluster": Entities,
    "smoothed": Smoothed,
    "parametric": Parametric,
    "residual": Residual,
    "wild": Wild,
    "moving": Series,
    "circular": Series,
    "stationary": Series,
    "tapered": Series,
    "sieve": Sieve,
}


@dataclass(frozen=True, eq=False)
class BootstrapModel(Model):
    """Hold the real rows themselves, and how they are drawn."""

    drawing: Drawing

    technique: ClassVar[str] = "bootstrap"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows by the method that the settings name."""
        return self.drawing.draw(n, rng, given)

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Put in the times of a series and the ids of entities."""
        return self.drawing.placed(drawn, start, seed)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the rows as one Arrow stream, beside what was learned."""
        return kept(self.drawing.settings, self.drawing.rows, dict(self.drawing.arrays))

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        rows = unpacked(meta["schema"], arrays["rows"])
        settings = Settings.from_dict(meta.get("settings", {}))
        learned = {name: array for name, array in arrays.items() if name != "rows"}
        return cls(schema, card, container, drawing_class(settings)(settings, rows, learned))


def drawing_class(settings: Settings) -> type[Drawing]:
    """Return how a method draws; blocks are drawn within entities where these are named."""
    return DRAWINGS[settings.method] if settings.entity is None else Entities


def kept(settings: Settings, rows: Table, learned: Arrays) -> tuple[dict[str, Any], Arrays]:
    """Return what a model file keeps."""
    schema, stream = packed(rows)
    return {"schema": schema, "settings": settings.to_dict()}, {**learned, "rows": stream}
