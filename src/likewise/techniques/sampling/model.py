"""Draw rows from marginals and a copula, freely, under conditions, or around what is known of each row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.draw import check_n
from likewise.core.frames import Container
from likewise.core.picking import picked
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError
from likewise.modalities.tabular.copulas.copula import Copula, Floats
from likewise.modalities.tabular.copulas.saving import load_copula, save_copula
from likewise.techniques.sampling.completing import LEAST_LOG, completed
from likewise.techniques.sampling.designs import Design, factorial, points_of, with_keys
from likewise.techniques.sampling.limits import Asked, Latents
from likewise.techniques.sampling.marginals import Marginal, load_marginals, save_marginals

AT_ONCE = 8192
"""Rows drawn under conditions at a time, as pools of theirs are held in memory."""

POOL = 256
"""Rows drawn at least, where they are to be picked by their weights."""

POOLS = 4
"""Pools drawn at most, each twice the one before, until rows are picked by weighted draws, which may repeat."""

LEAST_LIKELY = float(np.log(1e-12))
"""Logarithm of the weight, for each limited latent, under which conditions are taken for impossible together."""


@dataclass(frozen=True, eq=False)
class SamplingModel(Model):
    """Hold a marginal for each learned or declared column, in order, and the copula that joins their latents."""

    marginals: tuple[Marginal, ...]
    copula: Copula

    technique: ClassVar[str] = "sampling"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def learned(self) -> Schema:
        """The schema of the columns that are drawn: all but ids."""
        return Schema(columns=tuple(c for c in self.schema.columns if not c.is_generated))

    @cached_property
    def numbering(self) -> Latents:
        """The latents of all columns, one after the other."""
        return Latents.of(self.marginals)

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions hold exactly, and the other columns follow from them as the copula says."""
        if given is None or n == 0:
            return self._decoded(self.copula.draw(n, rng), rng, None)
        if given.rows is not None:
            uniforms = completed(self.copula, self.numbering, given.rows, rng, fill=given.fill)
            return _with_known(self._decoded(uniforms, rng, None), given.rows)
        parts = (self._conditioned(min(AT_ONCE, n - start), rng, given) for start in range(0, n, AT_ONCE))
        return concat([*parts])

    def _conditioned(self, n: int, rng: np.random.Generator, given: Given) -> Table:
        """Keep draws with a probability in proportion to their weight; by weighted draws where few would be kept.

        Rejection is exact. A condition on one latent that is drawn first needs none: all weights are alike. Where
        conditions are too rare for it, rows are picked from all draws by their weights (Rubin, 1988), and may share
        their uniforms.
        """
        asked = Asked.by(self.numbering, given)
        weighs = self.copula.weighs(asked)
        pools, weights = list[Floats](), list[Floats]()
        for size in max(n, POOL) * 2 ** np.arange(POOLS):
            uniforms, weight = self.copula.draw_within(int(size) if weighs else n, rng, asked)
            pools.append(uniforms)
            weights.append(weight)
            mass = _scaled(np.concatenate(weights))
            if not weighs or mass.sum() > 1.1 * n + 50:
                break
        if not max(own.max() for own in weights) > LEAST_LIKELY * len(asked.latents):
            raise ConditionError("given.impossible", f"no row that was learned can meet all of: {given}",
                                 hint="drop some of the conditions")  # fmt: skip
        return self._decoded(np.concatenate(pools, axis=1)[:, picked(mass, n, rng)], rng, given)

    def _decoded(self, uniforms: Floats, rng: np.random.Generator, given: Given | None) -> Table:
        """Return rows for uniforms (latents, rows)."""
        conditions = {} if given is None else given.conditions
        arrays = [
            marginal.values(uniforms[self.numbering.own(column)], rng, conditions.get(marginal.column.name))
            for column, marginal in enumerate(self.marginals)
        ]
        schema = self.learned
        return Table(pa.table(arrays, names=list(schema.names)), schema)

    def design(self, n: int | None = None, *, kind: Any = "latin-hypercube", seed: int = 0) -> Any:
        """Return `n` rows of a design of experiments: spread more evenly than chance would, dependent as the rows are.

        `kind` is `latin-hypercube`, `sobol`, `halton`, `full-factorial` (of which the levels settle `n`), or a `Design`
        with its settings. All rows are held at once. Raises SettingsError for more than can be, and for a kind that the
        copula does not allow.
        """
        check_n(0 if n is None else n)
        wanted = Design.of(kind)
        rng = generator(seed, "design")
        if wanted.kind == "full-factorial":
            uniforms = factorial(wanted, self.marginals, rng)
            if n is not None and n != uniforms.shape[1]:
                raise SettingsError("settings.n", f"n is {n}, and the levels make {uniforms.shape[1]:,} rows",
                                    hint="leave `n` out of a full-factorial design")  # fmt: skip
        else:
            uniforms = points_of(wanted, self.copula, 1000 if n is None else int(n), rng)
        return with_keys(self._decoded(uniforms, rng, None), self, seed).to_native()

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return marginals and copula as JSON values and arrays."""
        metas, arrays = save_marginals(self.marginals)
        meta, own = save_copula(self.copula)
        return {"marginals": metas, "copula": meta}, {**arrays, **own}

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        marginals = load_marginals(meta["marginals"], arrays)
        return cls(schema, card, container, marginals, load_copula(meta["copula"], arrays))


def _scaled(logs: Floats) -> Floats:
    """Return weights of which the greatest is one."""
    return np.asarray(np.exp(logs - max(float(logs.max()), LEAST_LOG)))


def _with_known(drawn: Table, known: Table) -> Table:
    """Return drawn rows with the cells that are known put in."""
    columns = drawn.columns
    for name in known.names:
        own, new = known.column(name), drawn.column(name)
        if pa.types.is_dictionary(new.type):
            texts = pc.coalesce(own.dictionary_decode(), new.dictionary_decode())
            filled = pa.DictionaryArray.from_arrays(pc.index_in(texts, new.dictionary), new.dictionary)
        else:
            filled = pc.coalesce(own.cast(new.type), new)
        columns = columns.set_column(columns.schema.get_field_index(name), name, filled)
    return Table(columns, drawn.schema)
