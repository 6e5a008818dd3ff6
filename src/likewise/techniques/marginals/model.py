"""Draw rows from the distribution that noisy counts tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.card import Card
from likewise.core.conditions import Condition, Given
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import ConditionError, SettingsError, suggest
from likewise.privacy.contract import Contract, decode
from likewise.techniques.marginals.answers import marginal, replicate
from likewise.techniques.marginals.conditions import TRIES, allowed, kept_within
from likewise.techniques.marginals.saving import loaded, saved
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MarginalsModel(Model):
    """Hold the contract, the noisy counts that were bought, and the distribution that they tell of: no exact count."""

    contract: Contract
    learned: Learned

    technique: ClassVar[str] = "marginals"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def rows(self) -> int:
        """How many rows the data seem to have had: a noisy count, and what to draw where nothing else is asked for."""
        return max(round(self.learned.total), 0)

    @property
    def columns(self) -> Schema:
        """The schema of the learned columns, in the contract's order."""
        return self.schema.select([domain.name for domain in self.contract.coded])

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions hold exactly, and the other columns follow from them as in the distribution."""
        if given is not None and given.rows is not None:
            return self._completed(given, rng)
        wanted = dict(given.conditions) if given is not None else {}
        bins, masks = self._bins(wanted)
        drawn = self.learned.graph.draw(n, rng, masks or None).astype(np.int64)
        cells = [own.cells(drawn[:, place], rng) for place, own in enumerate(bins)]
        arrays = [self._values(place, own, wanted, rng) for place, own in enumerate(cells)]
        return Table(pa.table(arrays, names=list(self.columns.names)), self.columns)

    def _bins(self, wanted: dict[str, Condition]) -> tuple[list[Bins], dict[int, npt.NDArray[np.float64]]]:
        """Return the bins with the cells that conditions allow, and the part of each bin that they are."""
        bins, masks = list(self.learned.bins), {}
        for place, domain in enumerate(self.contract.coded):
            if domain.name in wanted:
                cells = allowed(domain, wanted[domain.name])
                if not cells.any():
                    raise ConditionError("given.unseen", f"no row that can be drawn meets {wanted[domain.name]}",
                                         where=domain.name, hint="loosen the condition")  # fmt: skip
                bins[place], masks[place] = bins[place].within(cells)
        return bins, masks

    def _values(self, place: int, cells: Ints, wanted: dict[str, Condition], rng: np.random.Generator) -> pa.Array:
        """Return a value in each cell; where a condition cuts a cell in two, one on its side."""
        domain = self.contract.coded[place]
        codes = cells.astype(np.int32)
        drawn = decode(self.contract, domain.name, codes, rng)
        condition = wanted.get(domain.name)
        if condition is None or not condition.column.is_number or not condition.ranges:
            return drawn
        schema = Schema(columns=(self.columns[domain.name],))
        table = Table(pa.table([drawn], names=[domain.name]), schema)
        for _ in range(TRIES):
            beside = ~condition.matches(table)
            if not beside.any():
                return drawn
            again = decode(self.contract, domain.name, codes[beside], rng)
            drawn = pc.replace_with_mask(drawn, pa.array(beside), again)
            table = Table(pa.table([drawn], names=[domain.name]), schema)
        return kept_within(drawn, table, condition)

    def _completed(self, given: Given, rng: np.random.Generator) -> Table:
        """Return partial rows with their open cells drawn given the known ones."""
        assert given.rows is not None
        rows, bins = given.rows, list(self.learned.bins)
        known = np.full((rows.rows, len(bins)), -1, dtype=np.int32)
        masks: dict[int, Mask] = {}
        for place, domain in enumerate(self.contract.coded):
            if domain.name in rows.names:
                there = ~rows.missing(domain.name)
                known[there, place] = bins[place].of(domain.codes(rows.column(domain.name))[there])
            if given.fill and domain.has_missing:
                masks[place] = np.arange(bins[place].count) < bins[place].count - 1
        drawn = self.learned.graph.complete(known, rng, masks or None)
        arrays = []
        for place, (domain, own) in enumerate(zip(self.contract.coded, bins, strict=True)):
            values = self._values(place, own.cells(drawn[:, place], rng), {}, rng)
            arrays.append(
                values if given.fill or domain.name not in rows.names else beside(rows.column(domain.name), values)
            )
        return Table(pa.table(arrays, names=list(self.columns.names)), self.columns)

    def marginal(self, columns: str | Sequence[str]) -> pa.Table:
        """Return how many rows of the data each combination of some columns' bins has, with standard errors.

        The columns `rows` and `error` come last; `error` is null where no noisy counts tell of these columns together
        (see `error_bound` then). Raises SettingsError for unknown columns and too many combinations.

        >>> from likewise.techniques.marginals import Marginals
        >>> domain = {"sex": {"kind": "category", "levels": ["F", "M"]}}
        >>> Marginals(epsilon=1.0, domain=domain).fit({"sex": ["F", "M"] * 500}).marginal("sex").column_names
        ['sex', 'rows', 'error']
        """
        return marginal(self.contract, self.learned, self._places([columns] if isinstance(columns, str) else columns))

    def error_bound(self, one: str, other: str) -> float | None:
        """Return how many rows the counts of a pair of columns are off by in all, at most, with 95 % confidence.

        For pairs that no noisy counts tell of, by what was chosen before them; None where nothing was.
        """
        bound = float(self.learned.bounds[self._places([one, other])])
        return None if np.isnan(bound) else bound

    def replicates(self, m: int, n: int, *, seed: int = 0) -> list[Any]:
        """Return `m` tables of `n` rows, each from a model fitted to counts drawn anew around the noisy ones.

        Compute a statistic and its usual variance on each, and combine them (`combined`): the interval then allows for
        the noise, where that of one table would be too narrow. Nothing is spent.

        >>> from likewise.techniques.marginals import Marginals
        >>> domain = {"sex": {"kind": "category", "levels": ["F", "M"]}}
        >>> len(Marginals(epsilon=1.0, domain=domain).fit({"sex": ["F", "M"] * 500}).replicates(3, 100))
        3
        """
        found = []
        for number in range(m):
            learned = replicate(self.learned, generator(seed, "replicate", number))
            found.append(replace(self, learned=learned).sample(n, seed=seed))
        return found

    def _places(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return the places of learned columns. Raises SettingsError for others."""
        known = list(self.columns.names)
        for name in names:
            if name not in known:
                raise SettingsError("settings.marginal", f"there is no learned column `{name}`", where=name,
                                    hint=suggest(name, known, "column"))  # fmt: skip
        return tuple(known.index(name) for name in names)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the contract and what was learned."""
        return saved(self.contract, self.learned)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        return cls(schema, card, container, *loaded(meta, arrays))


def beside(known: pa.Array, drawn: pa.Array) -> pa.Array:
    """Return known values, and drawn ones where these are missing."""
    if not pa.types.is_dictionary(drawn.type):
        return pc.coalesce(known.cast(drawn.type), drawn)
    texts = pc.coalesce(known.dictionary_decode(), drawn.dictionary_decode())
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, drawn.dictionary), drawn.dictionary)
