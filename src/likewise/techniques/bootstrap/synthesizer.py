"""Draw the rows of the real table anew, in any of the ways that are called a bootstrap."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, HeldBack, Synthesizer, learned_part
from likewise.core.schema import KINDS, Kind, Schema
from likewise.core.table import Table
from likewise.modalities.sequence.entities import held_entities
from likewise.modalities.sequence.ordering import held_end, order_of
from likewise.techniques.bootstrap.model import BootstrapModel, drawing_class, kept
from likewise.techniques.bootstrap.settings import SERIES, Settings


class Bootstrap(Settings, Synthesizer):
    """Draw rows of the real table with replacement, one by one, by entity, in blocks, or around a model.

    `method` says how. Rows one by one: `iid`; `stratified` (the column `strata` keeps its shares to the row),
    `weighted` (by the column `weights`), `m-out-of-n` (lots of `m` different rows), `bayesian` (with random weights).
    Whole entities: `cluster` (by the column `entity`). Rows with new numbers: `smoothed` (moved by a kernel of
    `bandwidth` deviations, by default Silverman's; covariances stay; `flip` redraws that share of levels),
    `parametric` (normal around what the levels let expect), `residual` and `wild` (the `target` as a `regressor`
    expects it, plus residuals; `multiplier` of the wild ones). Series, in the order of the column `order` (or of that
    role, or the only dates that always rise, else as rows come): `moving`, `circular`, `stationary` and `tapered`
    blocks of `block` rows, by default as long as the series needs, and `sieve` (an autoregression of `lags` lags).
    Blocks of an `entity` are drawn within its rows.

    Keeps everything within a row, and what its method is for between rows; loses privacy: rows are real rows or made
    from them. The model file holds the data. Settings that do not belong to the method are refused. Drawn values stay
    within the bounds of the schema, only times go on.

    Use when you want resamples of data you may show anyway: scenarios, ensembles, a baseline; for confidence intervals
    see `bootstrap_interval`. Avoid when rows are people.

    Raises FitError when a column that is named is not there or not of its kind, and for a series shorter than a block.

    >>> model = Bootstrap().fit({"age": [20, 30, 40]})
    >>> set(model.sample(5)["age"]) <= {20, 30, 40}
    True

    Efron, 1979, Annals of Statistics 7; those of each method are named in its README.
    """

    technique: ClassVar[str] = "bootstrap"
    model_class: ClassVar[type[BootstrapModel]] = BootstrapModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="none: every row drawn is a real row or made from one, and the model holds them all"
    )
    kinds: ClassVar[frozenset[Kind]] = KINDS

    def held_back(self, table: Table, share: float, rng: np.random.Generator) -> HeldBack:
        """Return which rows are held back to judge by: the end of a series, whole entities, else rows at random."""
        table = learned_part(table)
        if self.entity is not None:
            return held_entities(table, self.entity, self.order, share, rng)
        if self.method not in SERIES:
            return super().held_back(table, share, rng)
        return held_end(table, order_of(table, self.order, entities=False), share)

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes: two copies of the rows (measured: 17 bytes a cell)."""
        return 18 * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the table, in order where the method wants one, and what the method learns beside it."""
        settings = Settings(**self.model_dump())
        kind = drawing_class(settings)
        rows, learned, notes = kind.learn(settings, table, seed=seed)
        meta, arrays = kept(settings, rows, learned)
        said = "every row drawn is a real row or made from one: not for sharing"
        return kind.given_back(settings, rows), meta, arrays, (said, *notes)
