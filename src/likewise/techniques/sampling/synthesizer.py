"""Learn the distribution of every column, and a copula that joins them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.sampling.copulas.choosing import joined
from likewise.techniques.sampling.copulas.saving import save_copula
from likewise.techniques.sampling.families import best_family
from likewise.techniques.sampling.fitting import Seen
from likewise.techniques.sampling.marginals import save_marginals
from likewise.techniques.sampling.model import SamplingModel
from likewise.techniques.sampling.quantiles import Quantiles

FEW = 200
"""Known values up to which a family that fits takes the place of the empirical quantile function."""


class Sampling(Synthesizer):
    """Learn the distribution of every column, and a copula that joins them.
    """

    technique: ClassVar[str] = "sampling"
    model_class: ClassVar[type[SamplingModel]] = SamplingModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee; rare values and extremes are protected, no row is stored"
    )

    marginals: Literal["auto", "empirical", "parametric"] = "auto"
    copula: Literal["auto", "gaussian", "student-t", "vine", "independent"] = "auto"
    min_count: int = Field(default=10, ge=2)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Learn marginals, and the copula of their ranks."""
        k = int(np.clip(table.rows // 50, 2, self.min_count))
        seen = Seen.of(table, k=k, seed=seed)
        own, why = joined(seen, self.copula, seed=seed)
        quantiles, shown = self._quantiles(table, seen, seed)
        marginals = seen.marginals(own.nodes, quantiles, apart=own.apart)
        metas, arrays = save_marginals(marginals)
        meta, more = save_copula(own.copula)
        schema = Schema(columns=tuple(m.shown() for m in marginals))
        notes = (f"values and levels that fewer than {k} rows hold are not repeated",
                 f"copula: {own.copula.said()}, {why}", *shown)  # fmt: skip
        return schema, {"marginals": metas, "copula": meta}, arrays | more, notes

    def _quantiles(self, table: Table, seen: Seen, seed: int) -> tuple[list[Quantiles | None], list[str]]:
        """Return the quantile function of every number (None for other columns), and notes on those of a family."""
        found: list[Quantiles | None] = []
        notes: list[str] = []
        for place, (column, codec) in enumerate(zip(seen.columns, seen.codecs, strict=True)):
            own = seen.smoothed(table, place)
            found.append(own)
            if own is None or not isinstance(codec, NumberCodec) or self.marginals == "empirical":
                continue
            if self.marginals == "auto" and seen.counts[place][:-1].sum() > FEW:
                continue
            fitted = best_family(table.numbers(column.name), column, codec, generator(seed, "family", column.name))
            if fitted is not None and (self.marginals == "parametric" or fitted.close):
                found[-1] = fitted.family
                notes.append(f"`{column.name}`: {fitted.said()}")
        return found, notes
