"""Draw rows of the real table with replacement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa

from likewise.core.card import Card, Privacy
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.schema import KINDS, Kind, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError


@dataclass(frozen=True, eq=False)
class BootstrapModel(Model):
    """Hold the real rows themselves."""

    rows: Table

    technique: ClassVar[str] = "bootstrap"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows with replacement, all of them among those that meet the conditions."""
        if given is not None and given.rows is not None:
            raise ConditionError("given.rows-unsupported", "technique `bootstrap` cannot complete partial rows",
                                 hint="fit with technique='autoregressive'")  # fmt: skip
        candidates = np.arange(self.rows.rows) if given is None else np.flatnonzero(given.matches(self.rows))
        if not len(candidates):
            raise ConditionError("given.unseen", f"no real row meets {given}", hint="loosen the conditions")
        return self.rows.take(rng.choice(candidates, size=n))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the rows as one Arrow stream."""
        return _packed(self.rows)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        columns = pa.ipc.open_stream(pa.py_buffer(arrays["rows"].tobytes())).read_all()
        return cls(schema, card, container, Table(columns, Schema.from_dict(meta["schema"])))


class Bootstrap(Synthesizer):
    """Draw whole rows of the real table with replacement; only ids are made anew.

    Keeps everything within a row; loses nothing but privacy: every row is a real row. The model file holds the data.

    Use when you want resamples of data you may show anyway: scenarios, ensembles, a baseline. Avoid when rows are
    people.

    >>> model = Bootstrap().fit({"age": [20, 30, 40]})
    >>> set(model.sample(5)["age"]) <= {20, 30, 40}
    True

    Efron, 1979, Annals of Statistics 7.
    """

    technique: ClassVar[str] = "bootstrap"
    model_class: ClassVar[type[BootstrapModel]] = BootstrapModel
    kinds: ClassVar[frozenset[Kind]] = KINDS
    privacy: ClassVar[Privacy] = Privacy(statement="none: every row drawn is a real row, and the model holds them all")

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes: two copies of the rows (measured: 17 bytes a cell)."""
        return 18 * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the table."""
        meta, arrays = _packed(table)
        return table.schema, meta, arrays, ("every row drawn is a real row: not for sharing",)


def _packed(rows: Table) -> tuple[dict[str, Any], Arrays]:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.columns.schema) as writer:
        writer.write_table(rows.columns)
    return {"schema": rows.schema.to_dict()}, {"rows": np.frombuffer(sink.getvalue(), dtype=np.uint8)}
