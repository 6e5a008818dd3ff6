"""What else an event holds: learned and drawn beside what an agent does, and beside the event before it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import ndtri

from likewise.core.conditions import Given
from likewise.core.protocol import Model
from likewise.core.schema import Column, Schema
from likewise.core.table import Table, concat
from likewise.modalities.sequence.entities import codes_of
from likewise.recipes.acting.table import Roles
from likewise.techniques.agents.habits.axis import SPAN, UNIT, hour, weekday
from likewise.techniques.agents.habits.history import History

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LONGEST = 32
"""Events of an entity that are drawn one after another before a further one is drawn without the one before: so that
the longest history takes no more rounds than that."""

BEFORE, USUAL, SPREAD, OTHER = "before: ", "usual: ", "spread: ", "other: "
"""Before the names of columns: what the event before held; what the entity's events hold mostly, how far numbers spread
about it, and which share of events holds something else."""

NONE = -9.0
"""What stands for a number that is not known of an agent or an occasion; a missing one would be drawn."""

USUALS = 12
"""Columns of which an agent has something that is usual for it, the first ones."""


def usual(rows: Table, roles: Roles, history: History) -> Table:
    """Return what is usual for each entity: of numbers the mean and the spread of normal scores, of levels the one that
    is most frequent; and of both which share of its events holds something other than the most frequent.
    """
    columns: dict[str, pa.Array] = {}
    schema: list[Column] = []

    def add(name: str, values: Floats) -> None:
        columns[name] = pa.array(np.where(np.isnan(values), NONE, values))
        schema.append(Column(name=name, kind="float", dtype="double"))

    for name in roles.others[:USUALS]:
        column, held = rows.schema[name], rows.column(name)
        if not (column.is_number or column.is_levels):
            continue
        codes = codes_of(held)
        level, other = _mode(codes, history)
        if column.is_number:
            middle, spread = _scores(rows.numbers(name), history)
            add(USUAL + name, middle)
            add(SPREAD + name, spread)
        else:
            first = np.unique(codes, return_index=True)[1]
            columns[USUAL + name] = held.take(pa.array(first[level]))
            schema.append(column.model_copy(update={"name": USUAL + name}))
        add(OTHER + name, other)
    return Table(pa.table(columns), Schema(columns=tuple(schema)))


def _scores(values: Floats, history: History) -> tuple[Floats, Floats]:
    """Return the mean of each entity's values and their spread, as normal scores among all; NaN where none is known."""
    known = np.isfinite(values)
    _, inverse, count = np.unique(values[known], return_inverse=True, return_counts=True)
    scores = ndtri((np.cumsum(count) - count / 2) / max(len(inverse), 1))[inverse]
    who = history.owner[known]
    number = np.bincount(who, minlength=history.entities)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.bincount(who, scores, history.entities) / number
        spread = np.sqrt(np.bincount(who, (scores - middle[who]) ** 2, history.entities) / (number - 1))
    return middle, np.where(number > 1, spread, np.nan)


def _mode(codes: Ints, history: History) -> tuple[Ints, Floats]:
    """Return the most frequent value of each entity, and the share of its other ones."""
    many = int(codes.max()) + 1
    pairs, count = np.unique(history.owner * many + codes, return_counts=True)
    order = np.lexsort((-count, pairs // many))
    first = order[np.unique(pairs[order] // many, return_index=True)[1]]
    return pairs[first] % many, 1.0 - count[first] / history.events


def beside(history: History, roles: Roles, traits: Table, shared: Mapping[str, pa.Array], schema: Schema) -> Table:
    """Return what is known of each event before it is drawn: what is usual, and fixed, for its agent, at what time and
    in which place of what occasion it is, how long after the last one, and at which shared values.
    """
    axis, occasion = history.axis, history.of_occasion
    gap = np.where(history.gap > 0, np.log2(np.maximum(history.gap / axis.told[UNIT], 1.0)), NONE)[occasion]
    told = {
        "time": history.time / axis.told[SPAN], "day": np.asarray(weekday(axis, history.time), np.float64),
        "hour": np.asarray(hour(axis, history.time), np.float64), "place": history.place * 1.0,
        "size": history.size[occasion] * 1.0, "gap": gap,
    }  # fmt: skip
    columns = {f"{BEFORE}{name}": pa.array(values) for name, values in told.items()}
    own = [Column(name=name, kind="float", dtype="double") for name in columns]
    names = [name for name in traits.names if name.startswith((USUAL, SPREAD, OTHER)) or name in roles.fixed]
    for name in names:
        columns[name] = traits.column(name).take(pa.array(history.owner))
        own.append(traits.schema[name])
    for name, values in shared.items():
        columns[name] = values
        own.append(schema[name])
    return Table(pa.table(columns), Schema(columns=tuple(own)))


def learned_events(known: Table, rows: Table, roles: Roles, history: History) -> Table:
    """Return what trees learn events from: what is known of each, what the one before it held, and what it holds."""
    back = np.where(history.number > 0, np.arange(rows.rows) - 1, -1)
    held = rows.select(list(roles.others))
    return _joined(known, _before(held, back), held)


def drawn_events(model: Model, known: Table, roles: Roles, history: History, rng: np.random.Generator) -> Table:
    """Return what events hold, those of an entity one after another: each beside what the one before it held."""
    round_of = history.number % LONGEST
    parts: list[Table] = []
    order = [np.flatnonzero(round_of == number) for number in range(int(round_of.max(initial=-1)) + 1)]
    for number, rows in enumerate(order):
        last = parts[-1] if parts else None
        if last is None:
            given = known.take(rows)
        else:
            back = np.searchsorted(order[number - 1], rows - 1)
            given = _joined(known.take(rows), _before(last, back))
        drawn = model.draw(len(rows), rng, Given(rows=given))
        parts.append(drawn.select(list(roles.others)))
    return concat(parts).take(np.argsort(np.concatenate(order), kind="stable"))


def _before(held: Table, back: Ints) -> Table:
    """Return what was held in other rows, by number, as what was before; nothing where that is -1."""
    places = pa.array(back, mask=back < 0)
    names = [c.name for c in held.schema.columns if c.is_number or c.is_levels]
    columns = {BEFORE + name: held.column(name).take(places) for name in names}
    schema = tuple(held.schema[name].model_copy(update={"name": BEFORE + name, "nullable": True}) for name in names)
    return Table(pa.table(columns), Schema(columns=schema))


def _joined(*tables: Table) -> Table:
    """Return the columns of tables beside each other."""
    columns = {name: table.column(name) for table in tables for name in table.names}
    return Table(pa.table(columns), Schema(columns=tuple(c for table in tables for c in table.schema.columns)))
