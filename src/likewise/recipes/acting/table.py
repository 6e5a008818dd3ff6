"""A table of events, as agents and trees learn it: whose each row is, when, at which shared values, and what else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError, suggest
from likewise.evaluation.behaviour.columns import FEWEST_VALUES, LEAST_USERS
from likewise.modalities.sequence.entities import Naming, codes_of, entity_of
from likewise.modalities.sequence.ordering import order_of
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.recipes.acting.hiding import without_rare
from likewise.recipes.acting.telling import tells
from likewise.techniques.agents.habits.axis import axis_of, numbers_of, seconds_of
from likewise.techniques.agents.habits.history import History
from likewise.techniques.agents.habits.leaves import several

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RULE = 0.9
"""Share of cases in which something must hold for the others to be taken for exceptions."""

TRAIT = "trait: "
"""Before the names of traits of agents, beside columns of the table that never change."""

LEVELLED = ("category", "text")
"""Kinds of columns whose values may be shared, told, or new at each occasion; whole numbers may be the last, too."""


@dataclass(frozen=True, eq=False)
class Roles:
    """Say what each column of a table of events is: whose it is (`naming`), when (`order`), at which of `shared`
    values, what one of these tells (`told`, with its number), what is a new one at each occasion (`tickets`: receipt
    numbers), what never changes of an entity (`fixed`), or what else an event holds (`others`).

    `start` is where times begin, `by_time` whether rows are in the order of time, not by entity.
    """

    naming: Naming
    order: Column
    shared: tuple[str, ...]
    told: Mapping[str, int]
    tickets: tuple[Naming, ...]
    fixed: tuple[str, ...]
    others: tuple[str, ...]
    start: float
    by_time: bool

    @classmethod
    def of(
        cls, table: Table, entity: str, order: str | None, shared: tuple[str, ...] | None, *, seed: int
    ) -> tuple[Roles, Sorted]:  # fmt: skip
        """Return what columns are, and the rows by entity and time, with invented values for those that few entities
        use.

        Raises FitError for columns that name no entities or no time, SettingsError for others that nothing shares.
        """
        owner = entity_of(table, entity)
        when = order_of(table, order, entities=True)
        if when is None:
            raise FitError("fit.order", "agents act in time, and no column says when", where=entity,
                           hint="name a column of dates, moments or numbers: order=...")  # fmt: skip
        rest = [c for c in table.schema.columns if c.name not in (owner.name, when.name)]
        codes, times = codes_of(table.column(owner.name)), table.numbers(when.name)
        rows = np.lexsort((times, codes))
        sorted_table, codes = table.take(rows), codes[rows]
        inside = np.diff(codes) == 0
        fixed = [c.name for c in rest if not np.diff(codes_of(sorted_table.column(c.name)))[inside].any()]
        fixed = fixed if inside.any() else []  # of entities of one row nothing is known to stay
        moving = [c for c in rest if c.name not in fixed]
        axis, start = axis_of(when, seconds_of(when, times))
        history = History(axis, codes, seconds_of(when, times[rows]) - start, ())
        coded = {c: codes_of(sorted_table.column(c.name)) for c in moving if c.kind in (*LEVELLED, "integer")}
        tickets = [c.name for c, own in coded.items() if _is_ticket(own, history)]
        levels = {c.name: own for c, own in coded.items() if c.kind in LEVELLED and c.role != "target"
                  and c.name not in tickets}  # fmt: skip
        names = _shared(levels, codes) if shared is None else _named(shared, levels, table.schema.names, fixed)
        told = _told(levels, names)
        others = tuple(c.name for c in moving if c.name not in {*names, *told, *tickets})
        namings = tuple(Naming.of(table, table.schema[name]) for name in tickets)
        roles = cls(Naming.of(table, owner), when, names, told, namings, tuple(fixed), others, start,
                    bool((np.diff(times) >= 0).all()))  # fmt: skip
        for name in (*names, *told):
            sorted_table = without_rare(sorted_table, name, codes, several(history.entities), seed=seed)
        return roles, Sorted(sorted_table, replace(history, values=[levels[name] for name in names]), levels)

    @property
    def entity(self) -> str:
        """The name of the column that says whose an event is."""
        return self.naming.column.name

    def schema(self, schema: Schema) -> Schema:
        """Return the schema of drawn rows for that of real ones: entities have new names."""
        own = {naming.column.name: naming.column for naming in (self.naming, *self.tickets)}
        return Schema(columns=tuple(own.get(c.name, c) for c in schema.columns), nested=schema.nested)

    def moments(self, times: Floats) -> pa.Array:
        """Return times of agents as the column of the table has them."""
        numbers = numbers_of(self.order, times + self.start)
        return typed_numbers(rounded(numbers, self.order), self.order, arrow_type(self.order))

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"naming": self.naming.state(), "order": self.order.to_dict(), "shared": self.shared, "told": self.told,
                "tickets": [naming.state() for naming in self.tickets], "fixed": self.fixed, "others": self.others,
                "start": self.start, "by_time": self.by_time}  # fmt: skip

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Roles:
        """Rebuild it from a model file."""
        lists = {name: tuple(meta[name]) for name in ("shared", "fixed", "others")}
        made = {"naming": Naming.from_state(meta["naming"]), "order": Column.from_dict(meta["order"]),
                "tickets": tuple(Naming.from_state(own) for own in meta["tickets"])}  # fmt: skip
        return cls(**{**meta, **lists, **made})


@dataclass(frozen=True, eq=False)
class Sorted:
    """Hold the rows of a table by entity and time, what they tell of what entities did, and their levels as numbers."""

    rows: Table
    history: History
    levels: Mapping[str, Ints]


def _named(
    shared: tuple[str, ...], levels: Mapping[str, Ints], names: Sequence[str], fixed: Sequence[str]
) -> tuple[str, ...]:
    """Return the named columns. Raises SettingsError for one that holds nothing that entities could share."""
    for name in shared:
        if name not in levels:
            what = ("there is no column `{}`" if name not in names else "`{}` never changes within an entity"
                    if name in fixed else "`{}` holds no levels that entities could share")  # fmt: skip
            raise SettingsError("settings.shared", what.format(name), where="shared",
                                hint=suggest(name, sorted(levels), "column"))  # fmt: skip
    return shared


def _shared(levels: Mapping[str, Ints], owner: Ints) -> tuple[str, ...]:
    """Return the columns of many levels that several entities use, but for those that another of these tells."""
    found: list[str] = []
    for name, codes in levels.items():
        many = int(codes.max(initial=-1)) + 1
        if (many >= FEWEST_VALUES and len(np.unique(owner * many + codes)) >= LEAST_USERS * many
                and not any(tells(levels[other], codes) for other in found)):  # fmt: skip
            found.append(name)
    return tuple(found)


def _told(levels: Mapping[str, Ints], shared: Sequence[str]) -> dict[str, int]:
    """Return the columns that a shared one of many levels tells, and the number of that one."""
    found: dict[str, int] = {}
    for j, name in enumerate(shared):
        if levels[name].max(initial=0) >= FEWEST_VALUES:
            found |= {other: j for other, own in levels.items() if other not in {*shared, *found}
                      and tells(levels[name], own)}  # fmt: skip
    return found


def _is_ticket(codes: Ints, history: History) -> bool:
    """Return whether all events of an occasion have one value that no other occasion has, with few exceptions."""
    several = history.size[history.of_occasion] > 1
    same = codes == codes[history.starts][history.of_occasion]
    many = int(codes.max(initial=-1)) + 1
    return bool(several.any() and same[several].mean() >= RULE and many >= RULE * len(history.who)
                and len(np.unique(history.owner * many + codes)) * RULE <= many)  # fmt: skip


def levels_of_codes(column: pa.Array) -> tuple[str | None, ...]:
    """Return what each number stands for that `codes_of` gives to the values of a column; None where it is missing."""
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    first = np.unique(codes_of(column), return_index=True)[1]
    return tuple(plain.take(pa.array(first)).to_pylist())


def as_levels(levels: Sequence[str | None], codes: Ints, column: Column) -> pa.Array:
    """Return levels by their numbers as a column of the table."""
    texts = pa.array(levels, pa.string()).take(pa.array(codes))
    if column.kind != "category":
        return texts
    known = pa.array(column.levels or (), pa.string())
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, known), known)
