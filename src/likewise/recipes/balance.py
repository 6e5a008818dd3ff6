"""Even out a table: the real rows first, then made ones of what is rare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from pydantic import Field, model_validator

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.declared import Declared
from likewise.core.conditions import levels_of
from likewise.core.draw import stream
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import technique
from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, FitError, SettingsError
from likewise.recipes.fair import evened
from likewise.recipes.gain import Candidate, best_for_balance
from likewise.recipes.looking import looking
from likewise.recipes.rows import Rows

Groups = list[tuple[dict[str, str], int]]
"""Conditions, and how many rows that meet them are drawn."""


@runtime_checkable
class Lacking(Protocol):
    """Know how many rows a table lacks to be balanced: what a model of SMOTE offers."""

    @property
    def lacking(self) -> int:
        """The number of rows that are to be added."""


class Balancing(Spec):
    """Say what is to be evened out, and how.

    Every level of `column` (the schema's target if not given) is brought to at least `ratio` times the rows of the
    largest one, by rows of `technique` with its `settings`; `auto` takes the one that helps a learner most on the rows
    themselves. `surplus` draws that many times what lacks, for a filter to choose from. `fair` names a sensitive column
    whose groups are to have the same rates of each level, in `equal_groups` with as many rows each.
    Rows that are added meet the `constraints`.
    """

    column: str | None = None
    ratio: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False)
    technique: str = "smote"
    settings: dict[str, Any] = {}
    surplus: float = Field(default=1.0, ge=1, le=100, allow_inf_nan=False)
    fair: str | None = None
    equal_groups: bool = False
    constraints: Declared = ()

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.fair is None and self.equal_groups:
            raise ValueError("`equal_groups` belongs to a `fair` balance: name the column of groups")
        if self.fair is not None and self.surplus != 1:
            raise ValueError("a `fair` balance has no `surplus`: its counts are what makes it fair")
        if self.fair is not None and self.technique == "auto":
            raise ValueError("`auto` chooses what helps a learner, which is not what `fair` is for: name a technique")
        return self

    def by(self, candidate: Candidate) -> Balancing:
        """Return the same by a candidate of a race; settings that are given stay."""
        settings = {**candidate.settings, **self.settings}
        return self.model_copy(update={"technique": candidate.technique, "settings": settings})


def balanced(rows: Rows, asked: Balancing, *, seed: int = 0, progress: Progress = quiet) -> Rows:
    """Return the rows and after them those that balance them, with notes on what was done.

    A number as `column` is balanced by SMOTE alone, which knows the rare ends of a line. Raises SettingsError for a
    column without levels and for a ratio below the present one, FitError where there is one class only or nothing to
    make rows of a class from.
    """
    name = column_to_balance(asked, rows.table)
    table = rows.table
    if asked.fair is not None:
        cells = evened(table, name, asked.fair, ratio=asked.ratio, equal=asked.equal_groups)
        return cells.weighted(_enlarged(rows, asked, name, cells.lacking, seed, progress))
    if table.schema[name].is_number:
        settings = {"variant": "smoter", **asked.settings}
        asked = asked.model_copy(update={"technique": "smote", "settings": settings})
        return _enlarged(rows, asked, name, None, seed, progress).unrepresentative(_set(name))
    lacks = lacking(table, name, asked.ratio)
    if not lacks:
        return rows.having(f"every class of `{name}` has its share of rows already: nothing was added")
    asked, notes = _settled(table, name, asked, seed, progress)
    groups = None if knows_lack(asked.technique) else _groups(name, lacks, asked)
    return _enlarged(rows, asked, name, groups, seed, progress).unrepresentative(_set(name)).having(*notes)


def filled(
    rows: Rows, asked: Balancing, lacks: Mapping[str, int], *, seed: int = 0, progress: Progress = quiet
) -> Rows:
    """Return the rows and after them as many of each level of the column as `lacks` says, or `surplus` times that.

    Raises SettingsError for a column without levels, FitError where there is nothing to make rows of a class from.
    """
    name = column_to_balance(asked, rows.table)
    if not any(lacks.values()):
        return rows
    asked, notes = _settled(rows.table, name, asked, seed, progress)
    if knows_lack(asked.technique) and "ratio" not in asked.settings:
        # Distances are those among the classes that are drawn: with a ratio, all but the largest.
        codes = rows.table.codes(name)
        counts = dict(zip(levels_of(rows.table.schema[name]), np.bincount(codes[codes >= 0]).tolist()))
        rarer = all(counts[level] < max(counts.values()) for level, count in lacks.items() if count)
        asked = asked.model_copy(update={"settings": {**asked.settings, "ratio": 1.0 if rarer else None}})
    made = _enlarged(rows, asked, name, _groups(name, lacks, asked), seed, progress)
    return made.unrepresentative(_set(name)).having(*notes)


def _settled(
    table: Table, name: str, asked: Balancing, seed: int, progress: Progress
) -> tuple[Balancing, tuple[str, ...]]:
    """Return what is asked with a technique chosen where that is `auto`, and a note on how it was."""
    if asked.technique != "auto":
        return asked, ()

    def balance(candidate: Candidate, part: Table) -> Table:
        return balanced(Rows.real(part), asked.by(candidate), seed=seed).table

    chosen = best_for_balance(table, name, balance, seed=seed, progress=progress)
    return asked.by(chosen.candidate), (chosen.said,)


def _groups(name: str, lacks: Mapping[str, int], asked: Balancing) -> Groups:
    return [({name: level}, round(count * asked.surplus)) for level, count in lacks.items()]


def column_to_balance(asked: Balancing, table: Table) -> str:
    """Return the column that is to be balanced. Raises SettingsError where there is none or it has no levels."""
    name = asked.column or table.schema.target
    if name is None:
        raise SettingsError("settings.target", "it is not said which column is to be balanced", where="target",
                            hint="name the column to predict as `target`")  # fmt: skip
    refuse_to_balance(table.schema[name], asked)
    return name


def refuse_to_balance(column: Column, asked: Balancing) -> None:
    """Refuse a column that cannot be balanced as it is asked. Raises SettingsError."""
    name, kind = column.name, column.kind
    if column.is_pseudonymous or not (column.is_levels or column.is_number):
        raise SettingsError("settings.target", f"`{name}` ({kind}) has no classes to balance", where=name,
                            hint="balance a category, a boolean or a number")  # fmt: skip
    if column.is_number and (asked.fair is not None or asked.technique not in ("smote", "auto")):
        what = "a fair balance" if asked.fair is not None else f"`{asked.technique}`"
        raise SettingsError("settings.target", f"`{name}` ({kind}) is a number, which {what} cannot balance",
                            where=name, hint="use technique smote, or cut the number into classes first")  # fmt: skip


def lacking(table: Table, name: str, ratio: float) -> dict[str, int]:
    """Return how many rows each level of a column lacks to have `ratio` times those of the largest.

    Raises FitError for one class only and SettingsError where every class has more than that already.

    >>> lacking(Table.from_any({"y": ["a"] * 8 + ["b"] * 3}), "y", 0.5)
    {'b': 1}
    """
    levels = levels_of(table.schema[name])
    codes = table.codes(name)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    if (counts > 0).sum() < 2:
        raise FitError("fit.one-class", f"`{name}` has one class only, so there is nothing to balance", where=name,
                       hint="give rows of at least two classes")  # fmt: skip
    wanted = int(np.ceil(ratio * counts.max() - 1e-9))
    least = int(counts[counts > 0].min())
    if least > wanted:
        what = f"a ratio of {ratio:g} lies below the present one: every class of `{name}` has at least"
        raise SettingsError("settings.ratio", f"{what} {least / counts.max():.3g} times the rows of the largest",
                            where="ratio", hint="give a higher ratio: rows are added, never taken")  # fmt: skip
    return {level: wanted - int(count) for level, count in zip(levels, counts) if 0 < count < wanted}


def knows_lack(name: str) -> bool:
    """Say whether a technique itself knows what a table lacks: it is told the target and the ratio."""
    return {"target", "ratio"} <= technique(name).model_fields.keys()


def balancer(asked: Balancing, name: str | None) -> Synthesizer:
    """Return the technique with its settings checked. Raises SettingsError."""
    settings = dict(asked.settings)
    if knows_lack(asked.technique):
        settings = {"target": name, "ratio": None if asked.fair else asked.ratio, **settings}
    return Constrained.around(looking(asked.technique, settings), asked.constraints, strict=False)


def _set(name: str) -> str:
    return f"shares of `{name}` were set, so what is learned of how common each value is does not hold outside"


def _enlarged(rows: Rows, asked: Balancing, name: str, groups: Groups | None, seed: int, progress: Progress) -> Rows:
    """Add so many rows of each group; without groups, what a model that knows what is lacking says."""
    known = rows.table.take(~rows.table.missing(name))
    learned = known.with_schema(known.schema.with_target(name))
    model = balancer(asked, name).fit(learned, seed=seed, progress=progress)
    if groups is not None:
        parts = _drawn(model, [(given, count) for given, count in groups if count], name, seed, progress)
    elif isinstance(model, Lacking):
        parts = list(stream(model, round(model.lacking * asked.surplus), seed=seed))
    else:
        raise FitError("fit.lacking", f"`{asked.technique}` does not say what lacks", where=name,
                       hint="take technique smote")  # fmt: skip
    if not parts:
        return rows
    said = f"privacy of the made rows: {model.card.privacy.statement}"
    return rows.and_made(concat(parts), seed).having(said, *model.card.notes)


def _drawn(
    model: Model, groups: Groups, name: str, seed: int, progress: Progress
) -> list[Table]:  # fmt: skip
    parts: list[Table] = []
    for place, (given, count) in enumerate(groups):
        progress("balancing", place, len(groups))
        try:
            own = int(generator(seed, "balance", place).integers(2**62))
            parts += stream(model, count, given=given, seed=own)
        except ConditionError as fault:
            others = " or ".join(other for other in ("smote", "bootstrap") if other != model.technique)
            raise FitError("fit.cannot-balance", f"`{model.technique}` cannot draw rows of every class: {fault.what}",
                           where=name, hint=f"take technique {others}, or join the class with another"
                           ) from None  # fmt: skip
    progress("balancing", len(groups), len(groups))
    return parts
