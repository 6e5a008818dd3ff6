"""Noise as a technique: the learned rows, changed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer

from likewise.core.card import Privacy
from likewise.core.packing import packed
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.techniques.noise.catalogue import named, operation_of
from likewise.techniques.noise.composition import compose
from likewise.techniques.noise.dates import Shift
from likewise.techniques.noise.levels import Pram
from likewise.techniques.noise.model import NoiseModel
from likewise.techniques.noise.operation import Operation
from likewise.techniques.noise.quantile import Quantile


def _steps(written: Any) -> Any:
    if not isinstance(written, list | tuple):
        return written
    return tuple(operation_of(step, f"$.steps[{number}]") for number, step in enumerate(written))


Steps = Annotated[
    tuple[Operation, ...],
    BeforeValidator(_steps),
    PlainSerializer(lambda steps: [named(step) for step in steps]),
]
"""Operations in their order; written as names, or as mappings of a name to its settings."""

USUAL: tuple[Operation, ...] = (Quantile(), Pram(), Shift())
"""What is done where nothing is said: something fit for every kind of column."""


class Noise(Synthesizer):
    """Change the learned rows: add noise, swap, shift, recode, in steps that follow each other.

    `steps` are operations in their order; where none are given, numbers move along their own ranks, a tenth of the
    levels is drawn anew, dates shift by row. Keys and the target stay unless a step names the target. Columns that
    tell one another one to one (copies, codes and their names) stay so where `linked`.

    A step moves real rows: a person is changed, not made up. Use to perturb data that may be seen by those who see it,
    to augment training data, or to try how a learner stands noise. Avoid as the only protection of a public file.

    >>> model = Noise(steps=[{"gaussian": {"sd": 0.1}}]).fit({"height": [1.62, 1.75, 1.81, 1.70] * 10})
    >>> len(model.sample(5)["height"])
    5

    Brand, 2002, LNCS 2316.
    """

    technique: ClassVar[str] = "noise"
    model_class: ClassVar[type[NoiseModel]] = NoiseModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee: every row is a real row, changed; the model holds the real rows"
    )

    steps: Steps | None = Field(default=None, min_length=1)
    linked: bool = True

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes: copies of the rows, and one column of numbers sorted."""
        return 40 * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the table, and learn what the steps need."""
        operations = USUAL if self.steps is None else self.steps
        composition = compose(table, operations, linked=self.linked, strict=self.steps is not None)
        schema, rows = packed(table)
        meta, arrays = composition.state()
        return (
            composition.output(table.schema),
            {"schema": schema, **meta},
            {"rows": rows, **arrays},
            ("every row drawn is a real row, changed: not for sharing without a judgement",),
        )
