"""The sampling loop: blocks, seeds, conditions and generated keys, the same for every technique."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from likewise.core.conditions import Given, understand
from likewise.core.keys import capacity, make_keys
from likewise.core.schema import Column, Pattern
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError

if TYPE_CHECKING:
    from likewise.core.protocol import Model

BLOCK = 65_536
"""Rows drawn from one generator: block i of a seed is the same on any machine and in any company."""

POOL = 4096
"""Rows that rejection draws at a time, at least."""

MOST_TRIES = 200
"""Pools that rejection draws for one block of rows before it gives up."""


def sample(model: Model, n: int, *, given: Any = None, seed: int = 0) -> Table:
    """Return `n` rows as one Table."""
    blocks = list(stream(model, n, given=given, seed=seed))
    return concat(blocks) if len(blocks) > 1 else blocks[0]


def check_n(n: int) -> None:
    """Refuse a number of rows that is none. Raises SettingsError."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise SettingsError("settings.n", "the number of rows is a whole number of at least 0", hint="use e.g. n=1000")


def stream(model: Model, n: int, *, given: Any = None, seed: int = 0) -> Iterator[Table]:
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
    return _blocks(model, int(n), wanted, seed)


def block(model: Model, index: int, n: int, given: Given | None, seed: int) -> Table:
    """Return block `index` of a request for `n` rows: all that a worker needs to do its share."""
    start = index * BLOCK
    size = min(BLOCK, n - start)
    rng = generator(seed, index)
    part = given
    if given is not None and given.rows is not None:
        part = Given(rows=given.rows.slice(start, size))
    if part is None or model.conditions == "native":
        drawn = model.draw(size, rng, part)
    else:
        drawn = _rejected(model, size, rng, part)
    return _complete(drawn, model, start, size, seed)


def pattern_of(column: Column) -> Pattern:
    """Return the pattern that an id column is made by; counting from 1 where none is known."""
    return column.pattern or Pattern(form="sequence")


def _blocks(model: Model, n: int, given: Given | None, seed: int) -> Iterator[Table]:
    for index in range(max(1, -(-n // BLOCK))):
        yield block(model, index, n, given, seed)


def _rejected(model: Model, n: int, rng: np.random.Generator, given: Given) -> Table:
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
    """Put the generated columns in and all columns in the schema's order."""
    arrays: list[pa.Array] = []
    for column in model.schema.columns:
        if column.is_generated:
            arrays.append(make_keys(pattern_of(column), start, size, _key_seed(seed, column.name)))
        else:
            arrays.append(drawn.column(column.name))
    return Table(pa.table(arrays, names=list(model.schema.names)), model.schema, model.container)


def _key_seed(seed: int, name: str) -> int:
    return int(generator(seed, "key", name).integers(2**62))
