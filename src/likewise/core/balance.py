"""What `balance` asks of the rows to be drawn: how many of each level, or of each combination of levels."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Condition, Given, levels_of, pieces, understand, unquoted
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.spread import GOLDEN
from likewise.errors import ConditionError, SettingsError, suggest

Counts = npt.NDArray[np.int64]

MOST_GROUPS = 1000
"""Groups that rows can be balanced over, so that no block holds too few of each."""

_SHARES = re.compile(r"^\s*(?P<name>`[^`]+`|[^=]+?)\s*=(?P<shares>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Balance:
    """Hold what is wanted: columns to be even over, or one column with the share (or count) of each level.

    `wanted` pairs the condition for a level with its share (they sum to 1) or its count; None is even shares.
    """

    columns: tuple[str, ...]
    wanted: tuple[tuple[Condition, float], ...] | None = None

    def __str__(self) -> str:
        return ", ".join(f"`{name}`" for name in self.columns)


@dataclass(frozen=True, eq=False)
class Plan:
    """Say how many rows of each group a request holds, in all and from one row to another.

    Rows of a group are spread nearly evenly over the request: row `i` belongs to the group in whose stretch of 0..n-1
    the place `i * stride mod n` lies, and `stride`, about n times the golden ratio and without common divisor with n,
    goes through every place once. So counts are exact, and any stretch of rows is known without those before it.
    """

    groups: tuple[Given, ...]
    counts: Counts

    def part(self, start: int, size: int) -> Counts:
        """Return how many of the rows from `start` on belong to each group."""
        n = int(self.counts.sum())
        stride = next(s for s in range(max(1, round(GOLDEN * n)), 2 * n + 2) if math.gcd(s, n) == 1)
        places = (start * stride % n + np.arange(size, dtype=np.int64) * stride) % n
        group = np.searchsorted(np.cumsum(self.counts), places, side="right")
        return np.asarray(np.bincount(group, minlength=len(self.counts)), dtype=np.int64)


def understand_balance(asked: Any, schema: Schema, n: int, given: Given | None = None) -> Balance | None:
    """Turn what a user wrote into a Balance, checked against the schema; nothing asked for is None.

    A name or a list of names asks for even shares; `{"income": {"<=50K": 0.3, ">50K": 0.7}}` for shares that sum to 1
    or for counts that sum to `n`; a text is `income`, `income,sex` or `income=<=50K:0.3|>50K:0.7`. Raises
    ConditionError for unknown columns and levels and for columns without levels, SettingsError for shares that do not
    sum and for partial rows in `given`.
    """
    if asked is None:
        return None
    if given is not None and given.rows is not None:
        raise SettingsError("settings.balance", "partial rows are completed as they are, and cannot be balanced",
                            hint="give conditions, or leave `balance` out")  # fmt: skip
    if isinstance(asked, Balance):
        return asked
    if isinstance(asked, str) and asked not in schema:
        asked = _parse(asked)
    if isinstance(asked, Mapping):
        return _with_shares(asked, schema, n)
    names = [asked] if isinstance(asked, str) else list(asked) if isinstance(asked, Iterable) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise SettingsError("settings.balance", "`balance` is a column, a list of columns or shares for one column",
                            hint="use e.g. balance='churn' or balance={'churn': {'no': 0.3, 'yes': 0.7}}")  # fmt: skip
    _check(names, schema)
    return Balance(tuple(dict.fromkeys(names)))


def counts_for(shares: Iterable[float], n: int, seed: int) -> Counts:
    """Return whole numbers in proportion to `shares` that sum to `n`, by largest remainder; the seed settles ties."""
    wanted = np.asarray(list(shares), dtype=np.float64)
    exact = n * (wanted / wanted.sum())
    counts: Counts = np.floor(exact + 1e-9).astype(np.int64)
    remainders = np.round(exact - counts, 9)
    tied = generator(seed, "balance", "ties").random(len(wanted))
    counts[np.lexsort((tied, -remainders))[: n - int(counts.sum())]] += 1
    return counts


def conditions_of(name: str, schema: Schema) -> list[Condition]:
    """Return one condition for each level of a column."""
    return [Condition(schema[name], levels=frozenset([level])) for level in levels_of(schema[name])]


def joined(given: Given | None, group: Iterable[Condition]) -> Given:
    """Return the conditions of a request and those of one group together; refuse what nothing meets."""
    conditions = dict(given.conditions) if given is not None else {}
    for condition in group:
        name = condition.column.name
        conditions[name] = conditions[name].both(condition) if name in conditions else condition
    return Given(conditions)


def _with_shares(asked: Mapping[Any, Any], schema: Schema, n: int) -> Balance:
    if len(asked) != 1 or not all(isinstance(value, Mapping) and value for value in asked.values()):
        raise SettingsError("settings.balance", "shares are given for the levels of one column",
                            hint="use e.g. balance={'income': {'no': 0.3, 'yes': 0.7}}")  # fmt: skip
    name, levels = next((str(key), value) for key, value in asked.items())
    _check([name], schema)
    wanted: list[tuple[Condition, float]] = []
    for level, share in levels.items():
        understood = understand({name: None if level is None else [level]}, schema)
        assert understood is not None
        wanted.append((understood.conditions[name], _share(name, share)))
    total, whole = sum(share for _, share in wanted), all(share == int(share) for _, share in wanted)
    counted = whole and total == n
    if not counted and abs(total - 1) > 1e-6:
        most = "" if not whole else f" (nor to the {n:,} rows asked for)"
        raise SettingsError("settings.balance", f"the shares of `{name}` sum to {total:.6g}, not to 1{most}",
                            where=name, hint="give shares that sum to 1, or whole counts that sum to n")  # fmt: skip
    if len({condition.levels for condition, _ in wanted}) < len(wanted):
        raise SettingsError("settings.balance", f"a level of `{name}` is listed twice", where=name,
                            hint="give each level one share")  # fmt: skip
    return Balance((name,), tuple((condition, share) for condition, share in wanted if share))


def _share(name: str, share: Any) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float | np.number) or not 0 <= share < math.inf:
        raise SettingsError("settings.balance", f"a share of `{name}` is not a number of at least 0", where=name,
                            hint="give shares such as 0.3, or whole counts")  # fmt: skip
    return float(share)


def _check(names: list[str], schema: Schema) -> None:
    """Refuse columns that are not there or have no levels. Raises ConditionError."""
    for name in names:
        if name not in schema:
            raise ConditionError("given.unknown-column", f"`balance` names a column that is not there: `{name}`",
                                 where=name, hint=suggest(name, schema.names, "column"))  # fmt: skip
        column = schema[name]
        if not column.is_levels:
            raise ConditionError("given.kind", f"`{name}` ({column.kind}) has no levels to balance rows over",
                                 where=name, hint="balance a category or boolean column; restrict a number with "
                                                  "`given`")  # fmt: skip


def _parse(text: str) -> list[str] | dict[str, dict[str | None, float]]:
    """Read `income`, `income,sex` or `income=<=50K:0.3|>50K:0.7`; names and levels may be quoted as in `given`."""
    found = _SHARES.match(text)
    if found is None:
        return [part.strip().strip("`") for part in pieces(text, ",")]
    levels: dict[str | None, float] = {}
    for piece in pieces(found["shares"], "|"):
        level, colon, share = piece.rpartition(":")
        try:
            levels[unquoted(level) or None] = float(share)
        except ValueError:
            colon = ""
        if not colon:
            raise SettingsError("settings.balance", "a share is not of the form level:share", where=piece.strip(),
                                hint="write e.g. 'income=no:0.3|yes:0.7'")  # fmt: skip
    return {found["name"].strip("`"): levels}
