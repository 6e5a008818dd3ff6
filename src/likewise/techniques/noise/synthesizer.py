"""Noise as a technique: the learned rows, changed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import KINDS, Kind, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.techniques.noise.anonymity import Anonymize
from likewise.techniques.noise.audio import BackgroundNoise
from likewise.techniques.noise.catalogue import named, operation_of
from likewise.techniques.noise.composition import Composition, compose
from likewise.techniques.noise.dates import Shift
from likewise.techniques.noise.image import GaussianNoise
from likewise.techniques.noise.levels import Pram
from likewise.techniques.noise.model import NoiseModel, learned_state
from likewise.techniques.noise.operation import KEPT, Operation
from likewise.techniques.noise.quantile import Quantile
from likewise.techniques.noise.series import Jitter
from likewise.techniques.noise.strength import Which, at, strongest
from likewise.techniques.noise.words import Words


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

USUAL: tuple[Operation, ...] = (Quantile(), Pram(), Shift(), Words())
"""What is done to tables where nothing is said."""


def usual(schema: Schema) -> tuple[Operation, ...]:
    """Return what is done where nothing is said: something fit for every kind of column.

    Pictures, sounds and series are changed alone: their labels stay true. Of several columns of pictures only the
    first of those with the most channels gets noise, as the others may be masks; series beside pictures or sounds get
    none, as they may be boxes, places or soft labels.
    """
    free = [column for column in schema.columns if column.role not in KEPT]
    kinds = {column.kind for column in free}
    if pictures := [column for column in free if column.kind == "image"]:
        main = max(pictures, key=lambda column: (column.shape and column.shape[2]) or 0)
        return GaussianNoise(columns=(main.name,)), BackgroundNoise()
    return (BackgroundNoise(),) if "audio" in kinds else (Jitter(),) if "series" in kinds else USUAL


class Noise(Synthesizer):
    """Change the learned rows: add noise, swap, shift, recode, in steps that follow each other.

    `steps` are operations in their order; where none are given, numbers move along their own ranks, a tenth of the
    levels is drawn anew, dates shift by row, words of texts are swapped and dropped; where there are pictures, sounds
    or series, these get a little noise, and all beside them (labels, masks, boxes) stays. Keys stay, and the target
    unless a step names it. Columns that tell one another (copies, codes and their names, a town and its country) stay
    so where `linked`.

    A step moves real rows: a person is changed, not made up. Use to perturb data that may be seen by those who see it,
    to augment training data, or to try how a learner stands noise. Avoid as the only protection of a public file.

    >>> model = Noise(steps=[{"gaussian": {"sd": 0.1}}]).fit({"height": [1.62, 1.75, 1.81, 1.70] * 10})
    >>> len(model.sample(5)["height"])
    5

    `keep_correlation` finds the strongest noise, as a multiple of what the steps say, that leaves so large a share of
    every correlation (`correlation="every"`), or of their mean; it is measured on the learned rows. `k_anonymity` gives
    each row the values of at least so many in the columns `quasi` (None: those of that role), and counts; without
    `steps` nothing else is done then.

    Raises FitError where a target cannot be met, with what can. Brand, 2002, LNCS 2316.
    """

    technique: ClassVar[str] = "noise"
    model_class: ClassVar[type[NoiseModel]] = NoiseModel
    kinds: ClassVar[frozenset[Kind]] = KINDS - {"video"}
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee: every row is a real row, changed; the model holds the real rows"
    )

    steps: Steps | None = Field(default=None, min_length=1)
    linked: bool = True
    keep_correlation: float | None = Field(default=None, gt=0, lt=1)
    correlation: Which = "every"
    k_anonymity: int | None = Field(default=None, ge=2)
    quasi: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _quasi_goes_with_k(self) -> Noise:
        if self.quasi is not None and self.k_anonymity is None:
            raise ValueError("`quasi` names the columns for `k_anonymity`, which is not given")
        return self

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return none: who wants real rows, changed, asks for them by name; a race is for rows that are new."""
        return ()

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes (measured: 14 to 27 a cell; k-anonymity lays levels out in space)."""
        spread = self.k_anonymity is not None or any(step.alone for step in self.steps or ())
        return (160 if spread else 30) * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Keep the table, and learn what the steps need."""
        steps, notes = self._strengthened(table, seed)
        last = self._anonymize()
        composition = compose(table, (*steps, *last), linked=self.linked,
                              wanted=(*last, *(steps if self.steps else ())))  # fmt: skip
        for step in composition.steps:
            if isinstance(step.operation, Anonymize):
                least, names = step.learned.meta["least"], ", ".join(step.names) or "columns of one value"
                notes += (f"over {names} each combination has at least {least} of the {table.rows:,} learned rows",)
        sure, _ = composition.parted()
        held = sure.changed(table, generator(seed), 0) if sure.steps else table
        meta, arrays = learned_state(table, held, composition)
        notes = ("every row drawn is a real row, changed: not for sharing without a judgement", *notes)
        return _output(composition, table), meta, arrays, notes

    def _anonymize(self) -> tuple[Operation, ...]:
        return () if self.k_anonymity is None else (Anonymize(k=self.k_anonymity, columns=self.quasi),)

    def _operations(self, schema: Schema) -> tuple[Operation, ...]:
        """Return the steps as they are written; the usual ones where nothing is."""
        if self.steps is not None:
            return self.steps
        return usual(schema) if self.k_anonymity is None or self.keep_correlation is not None else ()

    def _strengthened(self, table: Table, seed: int) -> tuple[tuple[Operation, ...], tuple[str, ...]]:
        """Return the steps at the strength that keeps what is asked, and what to say of it."""
        steps = self._operations(table.schema)
        if self.keep_correlation is None:
            return steps, ()
        quasi = self.quasi or tuple(c.name for c in table.schema.with_role("quasi-identifier"))
        names = quasi if self.k_anonymity is not None else ()
        found = strongest(table, steps, keep=self.keep_correlation, which=self.correlation, linked=self.linked,
                          seed=seed, reserved=names)  # fmt: skip
        of = (
            f"{self.correlation} of {found.pairs} correlations"
            if self.correlation == "every"
            else "the mean correlation"
        )
        note = f"{found.factor:.3g} times the steps keeps {found.kept:.3f} of {of}"
        return at(steps, found.factor), (note,)


def _output(composition: Composition, table: Table) -> Schema:
    """Return the schema of changed rows; where gaps are new, a frame or an Arrow table writes them as its own."""
    schema = composition.output(table.schema)
    for column in table.schema.columns if table.container != "table" else ():
        if schema[column.name].nullable and not column.nullable:
            schema = schema.replace(column.name, missing=())
    return schema
