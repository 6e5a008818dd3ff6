"""The sampling loop: blocks, seeds, conditions and generated keys, the same for every technique."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from likewise.core.balance import (
    MOST_GROUPS,
    Balance,
    Counts,
    Plan,
    conditions_of,
    counts_for,
    joined,
    understand_balance,
)
from likewise.core.conditions import Condition, Given, levels_of, understand
from likewise.core.keys import capacity, make_keys
from likewise.core.media import cell_bytes
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Column, Pattern, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError

if TYPE_CHECKING:
    from likewise.core.protocol import Model

BLOCK = 65_536
"""Rows drawn from one generator: block i of a seed is the same on any machine and in any company."""

BLOCK_BYTES = 2**26
"""Bytes of images, sounds, clips and series in a block, about: such blocks have fewer rows."""

POOL = 4096
"""Rows that rejection draws at a time, at least."""

MOST_TRIES = 200
"""Pools that rejection draws for one block of rows before it gives up."""


AT_ONCE = 8192
"""Rows that are completed at a time: each of them takes many candidates."""

PROBE = 4096
"""Rows drawn to see which levels come by themselves, before those that did not are tried one by one."""


def sample(model: Model, n: int, *, given: Any = None, balance: Any = None, seed: int = 0) -> Table:
    """Return `n` rows as one Table."""
    blocks = list(stream(model, n, given=given, balance=balance, seed=seed))
    return concat(blocks) if len(blocks) > 1 else blocks[0]


def check_n(n: int) -> None:
    """Refuse a number of rows that is none. Raises SettingsError."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise SettingsError("settings.n", "the number of rows is a whole number of at least 0", hint="use e.g. n=1000")


def stream(model: Model, n: int, *, given: Any = None, balance: Any = None, seed: int = 0) -> Iterator[Table]:
    """Check what is asked for at once, then return the blocks as they are wanted; at least one, perhaps empty."""
    check_n(n)
    generator(seed)
    wanted = understand(given, model.schema)
    if wanted is not None and wanted.rows is not None and wanted.rows.rows != n:
        raise SettingsError("settings.n", f"n is {n}, but `given` holds {wanted.rows.rows} partial rows",
                            hint="ask for as many rows as are given")  # fmt: skip
    for column in model.schema.columns:
        if column.is_generated and n > (room := capacity(pattern_of(column))):
            raise SettingsError(
                "key.exhausted",
                f"the pattern of `{column.name}` has {room:,} values, fewer than the {n:,} rows",
                where=column.name,
                hint="widen the column's pattern in the schema, or ask for fewer rows",
            )
    asked = understand_balance(balance, model.schema, int(n), wanted)
    plan = None if asked is None else plan_for(model, int(n), asked, wanted, seed)
    return _blocks(model, int(n), wanted, plan, seed)


def plan_for(model: Model, n: int, balance: Balance, given: Given | None, seed: int) -> Plan | None:
    """Return the groups that rows are balanced over and their counts; None for no rows.

    Even shares go to the levels (or combinations of levels) that the model can draw. Raises ConditionError when a level
    that a share is given for cannot be drawn.
    """
    if not n:
        return None
    if balance.wanted is not None:
        counts = counts_for((share for _, share in balance.wanted), n, seed)
        groups = [joined(given, [condition]) for condition, _ in balance.wanted]
        able = _can_draw(model, groups, generator(seed, "balance"))
        for group in (group for group, can in zip(groups, able, strict=True) if not can):
            _drawn(model, 1, generator(seed, "balance"), group)  # it says why, unless there is a row after all
        return Plan(tuple(groups), counts)
    several = len(balance.columns) > 1
    groups = (_combinations if several else _levels)(model, balance, given, seed)
    if not groups:
        raise ConditionError("given.unseen", f"no level of {balance} can be drawn", where=balance.columns[0],
                             hint="balance another column, or loosen the conditions")  # fmt: skip
    if len(groups) > MOST_GROUPS:
        raise SettingsError("settings.balance", f"{balance} make {len(groups):,} groups, more than {MOST_GROUPS:,}",
                            hint="balance fewer columns, or those with fewer levels")  # fmt: skip
    return Plan(tuple(groups), counts_for([1.0] * len(groups), n, seed))


def block(model: Model, index: int, n: int, given: Given | None, seed: int, plan: Plan | None = None) -> Table:
    """Return block `index` of a request for `n` rows: all that a worker needs to do its share.

    Of a model that finishes its rows together each block takes the drawing of all.
    """
    if model.finishes:
        return _finished(model, n, given, plan, seed).slice(index * block_rows(model.schema), block_rows(model.schema))
    return _block(model, index, n, given, seed, plan)


def _finished(model: Model, n: int, given: Given | None, plan: Plan | None, seed: int) -> Table:
    """Return all rows of a request of a model that finishes them together."""
    count = max(1, -(-n // block_rows(model.schema)))
    drawn = concat([_block(model, index, n, given, seed, plan) for index in range(count)])
    return model.finished(drawn, given, plan, seed)


def _block(model: Model, index: int, n: int, given: Given | None, seed: int, plan: Plan | None) -> Table:
    """Return a block as it is drawn, before anything is done to all rows together."""
    most = block_rows(model.schema)
    start = index * most
    size = min(most, n - start)
    rng = generator(seed, index)
    part = given
    if given is not None and given.rows is not None:
        part = Given(rows=given.rows.slice(start, size))
    if plan is None:
        return _complete(_drawn(model, size, rng, part), model, start, size, seed)
    counts = plan.part(start, size)
    asked = [group for group, count in zip(plan.groups, counts.tolist(), strict=True) if count]
    drawn = _of_groups(model, asked, counts[counts > 0], rng)
    return _complete(drawn.take(rng.permutation(size)), model, start, size, seed)


def complete(model: Model, rows: Table, *, seed: int = 0, progress: Progress = quiet) -> Table:
    """Return the learned columns of rows whose open cells are drawn given the known ones, none of them missing.

    A technique that cannot complete rows raises ConditionError; cells of columns without a known value stay missing.
    """
    parts = []
    for index, start in enumerate(range(0, max(rows.rows, 1), AT_ONCE)):
        progress("filling rows", start, rows.rows)
        part = rows.slice(start, AT_ONCE)
        parts.append(_drawn(model, part.rows, generator(seed, "fill", index), Given(rows=part, fill=True)))
    progress("filling rows", rows.rows, rows.rows)
    return concat(parts)


def pattern_of(column: Column) -> Pattern:
    """Return the pattern that an id column is made by; counting from 1 where none is known."""
    return column.pattern or Pattern(form="sequence")


def block_rows(schema: Schema) -> int:
    """Return how many rows of a schema make a block: 65,536, or a smaller power of two where cells are large arrays.

    >>> block_rows(Schema(columns=(Column(name="photo", kind="image", shape=(224, 224, 3)),)))
    256
    """
    size = sum(cell_bytes(column) for column in schema.columns if column.is_media)
    return BLOCK if size * BLOCK <= BLOCK_BYTES else 2 ** max(0, int(np.log2(BLOCK_BYTES / size)))


def _blocks(model: Model, n: int, given: Given | None, plan: Plan | None, seed: int) -> Iterator[Table]:
    most = block_rows(model.schema)
    whole = _finished(model, n, given, plan, seed) if model.finishes else None
    for index in range(max(1, -(-n // most))):
        drawn = _block(model, index, n, given, seed, plan) if whole is None else whole.slice(index * most, most)
        yield drawn


def _drawn(model: Model, n: int, rng: np.random.Generator, given: Given | None) -> Table:
    """Draw `n` rows of the learned columns that meet the conditions, by construction or by rejection."""
    if given is None or model.conditions == "native":
        return model.draw(n, rng, given)
    return rejected(model, n, rng, given)


def _looked_at(model: Model, n: int, rng: np.random.Generator, given: Given | None) -> Table:
    """Draw rows of which only the levels are looked at."""
    found = model.glance(n, rng, given)
    return _drawn(model, n, rng, given) if found is None else found


def _of_groups(model: Model, groups: Sequence[Given], counts: Counts, rng: np.random.Generator) -> Table:
    """Draw so many rows of each group, all at once where the technique can."""
    drawn = model.draw_groups(groups, counts, rng) if len(groups) > 1 else None
    if drawn is not None:
        return drawn
    pairs = zip(groups, counts.tolist(), strict=True)
    return concat([_drawn(model, count, rng, group) for group, count in pairs])


def _can_draw(model: Model, groups: Sequence[Given], rng: np.random.Generator) -> list[bool]:
    """Return which groups can be drawn."""
    found = model.can_draw(groups, rng) if groups else None
    if found is not None:
        return [bool(can) for can in found]
    able = []
    for group in groups:
        try:
            _looked_at(model, 1, rng, group)
        except ConditionError:
            able.append(False)
        else:
            able.append(True)
    return able


def _levels(model: Model, balance: Balance, given: Given | None, seed: int) -> list[Given]:
    """Return a group for each level of one column that the model can draw under the conditions."""
    name, rng = balance.columns[0], generator(seed, "balance")
    drawn = _looked_at(model, min(PROBE, block_rows(model.schema)), rng, given)
    seen = {levels_of(drawn.schema[name])[code] for code in np.unique(drawn.codes(name)).tolist() if code >= 0}
    groups: list[tuple[Given, bool]] = []
    for condition in conditions_of(name, model.schema):
        with suppress(ConditionError):
            groups.append((joined(given, [condition]), condition.levels <= seen))
    able = iter(_can_draw(model, [group for group, known in groups if not known], rng))
    return [group for group, known in groups if known or next(able)]


def _combinations(model: Model, balance: Balance, given: Given | None, seed: int) -> list[Given]:
    """Return a group for each combination of levels among a block of rows that are drawn to look."""
    drawn = _drawn(model, block_rows(model.schema), generator(seed, "balance"), given)
    codes = np.stack([drawn.codes(name) for name in balance.columns], axis=1)
    names = [levels_of(drawn.schema[name]) for name in balance.columns]
    groups: list[Given] = []
    for row in np.unique(codes[(codes >= 0).all(axis=1)], axis=0).tolist():
        levels = zip(balance.columns, names, row, strict=True)
        conditions = [Condition(model.schema[name], levels=frozenset([own[code]])) for name, own, code in levels]
        groups.append(joined(given, conditions))
    return groups


class Source(Protocol):
    """What rows can be drawn from to be rejected: a model, or a part of one."""

    @property
    def technique(self) -> str:
        """The name of the technique."""

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return rows, `n` of them or those of `n` candidates that it keeps itself."""


def rejected(model: Source, n: int, rng: np.random.Generator, given: Given) -> Table:
    """Draw until enough rows meet the conditions; for techniques that cannot condition by construction."""
    if given.rows is not None:
        raise ConditionError("given.rows-unsupported", f"technique `{model.technique}` cannot complete partial rows",
                             hint="fit with technique='autoregressive'")  # fmt: skip
    found: list[Table] = []
    have, pool = 0, max(n, POOL)
    for tries in range(1, MOST_TRIES + 1):
        drawn = model.draw(pool, rng, None)
        kept = drawn.take(given.matches(drawn))
        found.append(kept)
        have += kept.rows
        if have >= n:
            return concat(found).slice(0, n)
        if (have + 1) * MOST_TRIES < n * tries:  # at this pace all the tries would not do
            break
    raise ConditionError("given.unlikely", f"only {have:,} of the {tries * pool:,} rows drawn meet {given}",
                         hint="loosen the conditions, or fit with technique='autoregressive'")  # fmt: skip


def _complete(drawn: Table, model: Model, start: int, size: int, seed: int) -> Table:
    """Put in what depends on the place of the rows, and all columns in the schema's order."""
    drawn = model.placed(drawn, start, seed)
    arrays: list[pa.Array] = []
    for column in model.schema.columns:
        if column.is_generated:
            arrays.append(make_keys(pattern_of(column), start, size, key_seed(seed, column.name)))
        else:
            arrays.append(drawn.column(column.name))
    return Table(pa.table(arrays, names=list(model.schema.names)), model.schema, model.container)


def key_seed(seed: int, name: str) -> int:
    """Return the number that the ids of a column are made from."""
    return int(generator(seed, "key", name).integers(2**62))
