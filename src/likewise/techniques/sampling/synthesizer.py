"""Learn the distribution of every column, and a copula that joins them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.techniques.sampling.copulas.choosing import joined
from likewise.techniques.sampling.copulas.saving import save_copula
from likewise.techniques.sampling.fitting import Seen
from likewise.techniques.sampling.marginals import save_marginals
from likewise.techniques.sampling.model import SamplingModel


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
        quantiles = [seen.smoothed(table, place) for place in range(len(seen.codecs))]
        marginals = seen.marginals(own.nodes, quantiles, apart=own.apart)
        metas, arrays = save_marginals(marginals)
        meta, more = save_copula(own.copula)
        schema = Schema(columns=tuple(m.shown() for m in marginals))
        notes = (f"copula: {own.copula.said()}, {why}",)
        return schema, {"marginals": metas, "copula": meta}, arrays | more, notes
