"""Add rows of rare classes by moving between near neighbours of the same class."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.smote.cells import Cells
from likewise.techniques.smote.cleaning import Judge, left_by
from likewise.techniques.smote.closeness import closeness
from likewise.techniques.smote.geometry import Geometry, fit_geometry
from likewise.techniques.smote.learning import Learner, Pooled, needed
from likewise.techniques.smote.maker import Maker
from likewise.techniques.smote.model import CLEANED_BY, SMOTEModel, kept, way_of
from likewise.techniques.smote.spaces import Space, fit_space
from likewise.techniques.smote.strata import Strata, by_class, by_labels, by_relevance, one_stratum
from likewise.techniques.smote.targets import check_texts, target_of

Variant = Literal[
    "smote", "borderline-1", "borderline-2", "svm", "kmeans", "adasyn", "safe-level", "g-smote",
    "smoter", "smogn", "mlsmote",
]  # fmt: skip
FOR_NUMBERS = ("smoter", "smogn")


class SMOTE(Synthesizer):
    """Add rows of rare classes by moving between near neighbours of the same class.

    Numbers, dates and times lie between those of the two rows, on their grid; levels are what most of the neighbours
    have (SMOTE-NC; where all columns are levels, SMOTE-N); a cell is missing where it is in the nearer row. Keeps the
    shape of dense classes; loses outer corners and rare levels.

    Use when a class is rare and its rows lie close together, to train a learner. Avoid when classes overlap, or when
    rows are people: a new row lies on the line between two real ones, so it is *not* private.

    `target` is the column of classes (that of the schema by default; none: all rows are alike), or the labels of
    `mlsmote`. `ratio` is how many rows each class shall have beside the largest: `model.lacking` rows bring it there.
    Without, classes come as often as learned. `variant`: which rows new ones start from, and how they move.
    `k_neighbors` are moved between, `m_neighbors` tell what is at the border (borderline, svm). `clean` leaves out
    drawn rows that lie among another class. `space="codes"` moves between symbols, each of which ten rows or more
    share, so that single values are not repeated. `clusters` is for kmeans; `truncation`, `deformation` and `selection`
    are for g-smote;
    `relevance` (control points: value, relevance) and `threshold` for numbers as target; `noise` for smogn.

    >>> rows = {"load": [0.1 * i for i in range(100)], "fault": ["no"] * 90 + ["yes"] * 10}
    >>> model = SMOTE(target="fault", ratio=0.5).fit(rows)
    >>> model.lacking, set(model.sample(model.lacking)["fault"])
    (35, {'yes'})

    Cost: the neighbours of each row that new ones start from, found once (figures: docs/concepts/smote.md).

    Chawla et al., 2002, Journal of Artificial Intelligence Research 16.
    """

    technique: ClassVar[str] = "smote"
    model_class: ClassVar[type[Model]] = SMOTEModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="none: a row drawn lies between real rows, and the model holds the real rows of the classes it draws"
    )

    target: str | tuple[str, ...] | None = None
    ratio: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    variant: Variant = "smote"
    k_neighbors: int = Field(default=5, ge=1)
    m_neighbors: int = Field(default=10, ge=1)
    clean: Literal["none", "enn", "tomek"] = "none"
    space: Literal["values", "codes"] = "values"
    clusters: int | None = Field(default=None, ge=1)
    truncation: float = Field(default=1.0, ge=-1, le=1)
    deformation: float = Field(default=0.0, ge=0, le=1)
    selection: Literal["minority", "majority", "combined"] = "combined"
    relevance: tuple[tuple[float, float], ...] | None = Field(default=None, min_length=1)
    threshold: float = Field(default=0.8, gt=0, le=1)
    noise: float = Field(default=0.02, ge=0, le=1)

    @classmethod
    def candidates(cls) -> tuple[SMOTE, ...]:
        """Return none: what lies between two real rows leaks, and no setting of it is worth a race for sharing."""
        return ()

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes: cells, where they lie, and a tree of them (benchmarks/smote.py)."""
        return 60 * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the rows of the strata that are drawn, and how far apart they are."""
        strata = self._strata(table)
        apart = strata.targets if strata.labels is not None else ()
        features = table.select([name for name in table.names if name not in apart])
        if strata.targets:
            check_texts(features.schema)
        progress("reading rows", 0, table.rows)
        space = fit_space(self.space, features, seed)
        cells = space.read(features)
        geometry = _geometry(space, cells, strata)
        rng = generator(seed, "smote")
        learner = Learner(strata, cells, geometry, self.variant, self.k_neighbors, self.m_neighbors, self.clusters, rng)
        progress("finding bases", 0, table.rows)
        pooled = learner.pooled()
        settings = {**self.model_dump(mode="json"), "target": strata.targets}
        pools, own = needed(pooled.pools, cells)
        maker = Maker(space, geometry, own, pools, way_of(settings, space), self.k_neighbors)
        judge = self._judge(learner, maker, pooled, rng)
        left = () if judge is None else (left_by(judge, maker, strata.names, rng),)
        meta, arrays = kept(maker, strata.labels, pooled.shares, pooled.lacks, settings, judge)
        notes = (*pooled.notes, *left, closeness(maker, pooled.shares, rng))
        shown = {c.name: c for c in space.shown.columns}
        return Schema(columns=tuple(shown.get(c.name, c) for c in table.schema.columns)), meta, arrays, notes

    def _strata(self, table: Table) -> Strata:
        """Return what rows are parted into, having checked that the target and the variant go together."""
        several = (self.target,) if isinstance(self.target, str) else self.target or ()
        names = tuple(name for one in several or (None,) if (name := target_of(table.schema, one)) is not None)
        if not names:
            if self.variant != "smote" or self.ratio is not None or self.clean != "none":
                raise SettingsError("settings.target", "a ratio, cleaning and variants of SMOTE want a target",
                                    where="target", hint="name the column of classes: target=...")  # fmt: skip
            return one_stratum(table)
        if self.variant == "mlsmote":
            self._check_clean()
            return by_labels(table, names, self.ratio)
        if len(names) > 1:
            raise SettingsError("settings.target", f"variant '{self.variant}' takes one target, not {len(names)}",
                                where="target", hint="use variant='mlsmote' for several labels")  # fmt: skip
        if self.variant in FOR_NUMBERS:
            self._check_clean()
            return by_relevance(table, names[0], self.variant, self.ratio, self.relevance, self.threshold)
        return by_class(table, names[0], self.ratio)

    def _check_clean(self) -> None:
        if self.clean != "none":
            raise SettingsError("settings.clean", f"variant '{self.variant}' has no classes to clean by", where="clean",
                                hint="leave `clean` out")  # fmt: skip

    def _judge(self, learner: Learner, maker: Maker, pooled: Pooled, rng: np.random.Generator) -> Judge | None:
        """Return who says what rows lie among another class: the real rows, with the rows that classes lack."""
        if self.clean == "none" or learner.strata.of is None:
            return None
        made, pool = maker.made(pooled.lacks, rng)
        known, new = learner.points, learner.geometry.place(made)
        return Judge(
            known.with_others(new), np.concatenate([learner.strata.of, maker.groups[pool]]), self.clean, CLEANED_BY
        )


def _geometry(space: Space, cells: Cells, strata: Strata) -> Geometry:
    """Return how far apart rows are, by all columns but targets and texts."""
    counted = ~space.silent & ~np.isin(space.levels, strata.targets)
    numbers = ~np.isin(space.numbers, strata.targets) if space.numbers else np.zeros(0, dtype=bool)
    rare = np.zeros(len(cells), dtype=bool)
    rare[np.concatenate([strata.rows[group] for group in strata.drawn])] = True
    return fit_geometry(cells, counted, numbers, strata.of, rare)
