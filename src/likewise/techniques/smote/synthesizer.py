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
from likewise.techniques.smote.cells import Cells, distinct, fit_space
from likewise.techniques.smote.closeness import closeness
from likewise.techniques.smote.geometry import fit_geometry
from likewise.techniques.smote.maker import Maker
from likewise.techniques.smote.model import SMOTEModel, packed
from likewise.techniques.smote.pools import Ints, Pool, lacking
from likewise.techniques.smote.targets import Classes, check_lacks, check_texts, classes_of, target_of
from likewise.techniques.smote.ways import Line


class SMOTE(Synthesizer):
    """Add rows of rare classes by moving between near neighbours of the same class.

    >>> rows = {"load": [0.1 * i for i in range(100)], "fault": ["no"] * 90 + ["yes"] * 10}
    >>> model = SMOTE(target="fault", ratio=0.5).fit(rows)
    >>> model.lacking, set(model.sample(model.lacking)["fault"])
    (35, {'yes'})

    Chawla et al., 2002, Journal of Artificial Intelligence Research 16.
    """

    technique: ClassVar[str] = "smote"
    model_class: ClassVar[type[Model]] = SMOTEModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="none: a row drawn lies between two real rows, and the model holds the real rows of the classes it draws"
    )

    target: str | None = None
    ratio: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    variant: Literal["smote"] = "smote"
    k_neighbors: int = Field(default=5, ge=1)
    space: Literal["values", "codes"] = "values"

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the rows of the classes that are drawn, and how far apart they are."""
        target = target_of(table.schema, self.target)
        classes = None
        if target is not None:
            classes = classes_of(table, target)
            check_texts(table.schema)
        features = table.select([name for name in table.names if name != target])
        space = fit_space(self.space, features, seed)
        cells = space.read(features)
        counts = np.array([table.rows]) if classes is None else classes.counts
        lacks = lacking(counts, self.ratio if classes else None)
        if classes is not None and target is not None:
            check_lacks(classes, lacks, self.ratio, target)
        drawn = lacks > 0 if lacks.any() else counts > 0
        of = np.zeros(table.rows, dtype=np.int64) if classes is None else classes.of
        rare = drawn[of]
        geometry = fit_geometry(
            cells, ~space.silent, np.ones(cells.numbers.shape[1], dtype=bool), None if classes is None else of, rare
        )
        kept = np.flatnonzero(rare)
        pools, shares = [], []
        start, parts = 0, []
        for group in np.flatnonzero(drawn).tolist():
            rows = np.flatnonzero(of == group)
            first, held = distinct(cells.take(rows))
            parts.append(rows[first])
            pools.append(Pool(group, np.arange(start, start + len(first)), held / held.sum(), np.zeros(len(first))))
            start += len(first)
            shares.append(float(lacks[group] if lacks.any() else counts[group]))
        own = cells.take(np.concatenate(parts))
        maker = Maker(space, geometry, own, tuple(pools), Line(), self.k_neighbors)
        weights = np.array(shares)
        labels = None if classes is None else classes.labels
        meta, arrays = packed(maker, labels, weights, lacks[drawn], self.model_dump(mode="json"))
        notes = (closeness(maker, weights, generator(seed, "closeness")),)
        shown = {c.name: c for c in space.shown.columns}
        schema = Schema(columns=tuple(shown.get(c.name, c) for c in table.schema.columns))
        return schema, meta, arrays, notes
