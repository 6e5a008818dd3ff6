"""The classes of a target: which rows are of each, and what is wrong with a target that has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.scale import from_scale
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import FitError, SchemaError, SettingsError, suggest

Ints = npt.NDArray[np.int64]

MOST_CLASSES = 100
"""Different numbers that are taken for as many classes."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Hold the class of each row, and for each class its name and the target of its rows (a table of one row each)."""

    of: Ints
    names: tuple[str, ...]
    labels: Table

    @property
    def counts(self) -> Ints:
        """How many rows each class has."""
        return np.bincount(self.of, minlength=len(self.names))


def target_of(schema: Schema, asked: str | None) -> str | None:
    """Return the name of the target: the one asked for, else the schema's. Raises SchemaError for an unknown one."""
    if asked is None:
        target = schema.target
        return target if target is not None and not schema[target].is_generated else None
    if asked not in schema:
        raise SchemaError("schema.unknown-column", f"there is no column `{asked}` that can be the target", where=asked,
                          hint=suggest(asked, schema.names, "column"))  # fmt: skip
    return asked


def classes_of(table: Table, target: str) -> Classes:
    """Return the classes of a target: levels, truths, or different numbers.

    Raises FitError where there is but one class, where the target is missing, or holds free numbers or texts.
    """
    column = table.schema[target]
    check_known(table, target)
    values: npt.NDArray[Any]
    if column.is_levels:
        values = table.codes(target)
    elif column.is_number:
        values = table.numbers(target)
    else:
        raise FitError("fit.target", f"the target `{target}` is a column of kind {column.kind}, which has no classes",
                       where=target, hint="give a column of categories, truths or numbers")  # fmt: skip
    distinct, first, of = np.unique(values, return_index=True, return_inverse=True)
    if len(distinct) < 2:
        raise FitError("fit.one-class", f"the target `{target}` has one class only", where=target,
                       hint="give rows of two classes or more, or fit without a target")  # fmt: skip
    if column.is_number and len(distinct) > MOST_CLASSES:
        raise FitError("fit.target", f"the target `{target}` holds {len(distinct):,} different numbers, not classes",
                       where=target, hint="use variant='smoter' or 'smogn' for a target of numbers")  # fmt: skip
    shown = [from_scale(column, float(v)) for v in distinct] if column.is_number else _levels(table, target, first)
    names = [f"class {place + 1}" for place in range(len(shown))] if column.role == "sensitive" else shown
    return Classes(np.asarray(of, dtype=np.int64).ravel(), tuple(names), table.select([target]).take(first))


def check_known(table: Table, target: str) -> None:
    """Refuse a target that is missing in some rows. Raises FitError."""
    gone = int(table.missing(target).sum())
    if gone:
        raise FitError("fit.target-missing", f"the target `{target}` is missing in {gone:,} of {table.rows:,} rows",
                       where=target, hint="leave those rows out, or fill them with `impute`")  # fmt: skip


def check_texts(schema: Schema) -> None:
    """Refuse free texts beside a target: one made up would tell a learner which rows are new. Raises FitError."""
    words = [c.name for c in schema.columns if c.kind in ("text", "json")]
    if words:
        more = ", ..." if len(words) > 1 else ""
        listed = ", ".join(f"`{name}`" for name in words[:5]) + (", ..." if len(words) > 5 else "")
        raise FitError("fit.text", f"there is nothing between two texts, and columns of texts are {listed}",
                       where=words[0], hint="leave them empty in made rows by a schema file that says `columns: "
                       f"{{{words[0]}: {{kind: {schema[words[0]].kind}, role: ignore}}{more}}}`, or "
                       "take another technique")  # fmt: skip


def check_lacks(classes: Classes, lacks: Ints, ratio: float | None, target: str) -> None:
    """Refuse a ratio that every class has already, and a class of one row that would be drawn. Raises FitError."""
    counts = classes.counts
    if ratio is not None and not lacks.any():
        present = counts.min() / counts.max()
        hint = "leave `ratio` out to draw classes as they are"
        raise FitError("fit.ratio", f"no class of `{target}` lacks rows: the smallest has {present:.3g} times as many "
                       f"as the largest, and {ratio:g} is asked for", where=target,
                       hint=hint if present == 1 else f"ask for a ratio above {present:.3g}, up to 1")  # fmt: skip
    wanted = lacks > 0 if ratio is not None else np.ones(len(counts), dtype=bool)
    alone = [classes.names[place] for place in np.flatnonzero(wanted & (counts == 1))]
    if alone:
        said = ", ".join(f"`{name}`" for name in alone[:3]) + (", ..." if len(alone) > 3 else "")
        raise FitError("fit.one-row", f"one row has no neighbour, and classes of `{target}` that hold one are {said}",
                       where=target, hint="leave these rows out, or join such a class with another")  # fmt: skip


def check_numbers(table: Table, target: str, variant: str) -> None:
    """Refuse a target that is no number. Raises SettingsError."""
    if not table.schema[target].is_number:
        raise SettingsError("settings.variant", f"variant '{variant}' wants a target of numbers, and `{target}` is a "
                            f"column of kind {table.schema[target].kind}", where=target,
                            hint="use variant='smote' for classes")  # fmt: skip


def _levels(table: Table, target: str, rows: Ints) -> list[str]:
    return [str(value) for value in table.column(target).take(rows.tolist()).to_pylist()]
