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
from likewise.modalities.tabular.copulas.saving import save_copula
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.sampling.choosing import joined
from likewise.techniques.sampling.families import best_family
from likewise.techniques.sampling.fitting import Seen
from likewise.techniques.sampling.marginals import save_marginals
from likewise.techniques.sampling.model import SamplingModel
from likewise.techniques.sampling.quantiles import Quantiles

BYTES, BYTES_A_ROW, BYTES_A_CELL = 60_000_000, 100, 20
"""What a fit takes beside its table at its peak: above what was measured on 20,000 to 400,000 rows of 10 to 200
columns."""


class Sampling(Synthesizer):
    """Learn the distribution of every column, and a copula that joins them.

    Keeps the shape of every column, with its atoms, its missing values and how its numbers end, and how columns go
    together two at a time; loses what only three or more columns tell together, formulas, and values that fewer than
    `min_count` rows hold. No row is stored: a model holds marginals and, for each two columns, a few numbers. Without
    formal privacy guarantee.

    Use when the model should be small, quick and simple to explain, or when rows are to be drawn under conditions or
    completed. Avoid when rows must look real in every combination of columns: take `autoregressive`.

    `marginals`: `empirical` draws from the smoothed quantile function of each column; `parametric` from the family
    under which held-back values are likeliest; `auto` from that family where the values are no farther from it than its
    own draws would be. `copula`: `gaussian` joins ranks by correlations, and gives a category a few latents of its own;
    `student-t` lets extremes come together; `vine` joins pairs by families of their own, given those before, and can
    bend; `independent` joins nothing; `auto` takes the one of them that makes held-back rows likeliest. `min_count`:
    rows that must share a level or an interval; fewer in tables of under 500 rows.

    >>> model = Sampling().fit({"age": [20, 30, 40] * 60, "grown": ["no", "yes", "yes"] * 60})
    >>> set(model.sample(100, given={"age": 20})["grown"])
    {'no'}

    Cost: rows times columns squared; Adult (39,074 x 15) in half a CPU second with `gaussian` or `vine` and 1.5 with
    `auto`, beside reading it. Nelsen, 2006, An Introduction to Copulas; Hoff, 2007, Annals of Applied Statistics 1;
    Liu, Lafferty and Wasserman, 2009, JMLR 10; Dissmann and others, 2013, CSDA 59.
    """

    technique: ClassVar[str] = "sampling"
    model_class: ClassVar[type[SamplingModel]] = SamplingModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee; rare values and extremes are protected, no row is stored"
    )

    marginals: Literal["empirical", "parametric", "auto"] = "empirical"
    copula: Literal["auto", "gaussian", "student-t", "vine", "independent"] = "auto"
    min_count: int = Field(default=10, ge=2)

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes beside its table: symbols, and scores of 20 million cells at most."""
        return BYTES + rows * (BYTES_A_ROW + BYTES_A_CELL * columns)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Learn marginals, and the copula of their ranks."""
        k = int(np.clip(table.rows // 50, 2, self.min_count))
        progress("learning columns", 0, 2)
        seen = Seen.of(table, k=k, seed=seed)
        progress("learning how they go together", 1, 2)
        own, why = joined(seen, self.copula, seed=seed)
        quantiles, shown = self._quantiles(table, seen, seed)
        marginals = seen.marginals(own.nodes, quantiles, apart=own.apart)
        metas, arrays = save_marginals(marginals)
        meta, more = save_copula(own.copula)
        progress("learning how they go together", 2, 2)
        schema = Schema(columns=tuple(m.shown() for m in marginals))
        notes = (f"values and levels that fewer than {k} rows hold are not repeated", *seen.notes(),
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
            fitted = best_family(table.numbers(column.name), column, codec, generator(seed, "family", column.name))
            if fitted is not None and (self.marginals == "parametric" or fitted.close):
                found[-1] = fitted.family
                notes.append(f"`{column.name}`: {fitted.said()}")
        return found, notes
