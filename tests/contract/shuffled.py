"""A plug-in technique for the tests: every column drawn by itself; it cannot condition, so the loop must reject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from likewise.core.card import Card, Privacy
from likewise.core.conditions import Given
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Container, Table


@dataclass(frozen=True, eq=False)
class ShuffledModel(Model):
    rows: Table

    technique: ClassVar[str] = "shuffled"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        assert given is None
        arrays = [
            self.rows.column(name).take(pa.array(rng.integers(self.rows.rows, size=n))) for name in self.rows.names
        ]
        return Table(pa.table(arrays, names=list(self.rows.names)), self.rows.schema)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        return packed(self.rows)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        columns = pa.ipc.open_stream(pa.py_buffer(arrays["rows"].tobytes())).read_all()
        return cls(schema, card, container, Table(columns, Schema.from_dict(meta["schema"])))


class Shuffled(Synthesizer):
    technique: ClassVar[str] = "shuffled"
    model_class: ClassVar[type[Model]] = ShuffledModel
    privacy: ClassVar[Privacy] = Privacy(statement="none: it holds the data")

    strength: int = 1

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        return table.schema, *packed(table), ()


def packed(rows: Table) -> tuple[dict[str, Any], Arrays]:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.columns.schema) as writer:
        writer.write_table(rows.columns)
    return {"schema": rows.schema.to_dict()}, {"rows": np.frombuffer(sink.getvalue(), dtype=np.uint8)}
