"""Counting, by dicts and sets, the rows that break a constraint on several rows of a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.running import Running
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.language.expression import Comparison, Computed, Expression, Name, Value
from likewise.constraints.verifying.arithmetic import compare
from likewise.constraints.verifying.expressions import Columns, Exact
from likewise.constraints.verifying.values import DAY, Values, constant_values, read_numbers


def keys_of(columns: Columns, names: Sequence[str], rows: int) -> list[Any]:
    """Return the values of some columns together, one for each row; None where there are no columns."""
    lists = [columns(name).cells for name in names]
    if not lists:
        return [None] * rows
    return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


def is_known(key: Any) -> bool:
    """Return whether no part of a key is missing."""
    return None not in key if isinstance(key, tuple) else key is not None


def unique(rule: Unique, columns: Columns, rows: int) -> list[int]:
    """Return the rows whose values another row has too."""
    keys = keys_of(columns, rule.columns, rows)
    asked = (
        [True] * rows if rule.condition is None else [t is True for t in Exact(columns, rows).truths(rule.condition)]
    )
    counts = Counter(key for key, there in zip(keys, asked, strict=True) if there and is_known(key))
    return [row for row, key in enumerate(keys) if asked[row] and counts.get(key, 1) > 1]


def determined(rule: Determined, columns: Columns, rows: int) -> list[int]:
    """Return the rows that have another value than the commonest one beside the value that decides it."""
    told: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    pairs = list(zip(columns(rule.by).cells, columns(rule.column).cells, strict=True))
    for by, value in pairs:
        told[by][value] += 1
    most = {by: max(counts.values()) for by, counts in told.items()}
    # Of several that are as common, one is right: the rows of all others break it.
    right = {by: next(v for v in counts if counts[v] == most[by]) for by, counts in told.items()}
    return [row for row, (by, value) in enumerate(pairs) if value != right[by]]


def share(rule: Share, columns: Columns, rows: int) -> list[int]:
    """Return the rows of the groups whose share is out of its range."""
    keys = keys_of(columns, rule.by, rows)
    met, known = Counter[Any](), Counter[Any]()
    for key, truth in zip(keys, Exact(columns, rows).truths(rule.expression), strict=True):
        known[key] += truth is not None
        met[key] += truth is True
    wrong = {
        key for key, n in known.items() if met[key] < rule.low * n - 1e-9 * n or met[key] > rule.high * n + 1e-9 * n
    }
    return [row for row, key in enumerate(keys) if key in wrong]


def quota(rule: Quota, columns: Columns, rows: int) -> list[int]:
    """Return the rows of the groups that have too few or too many rows; all rows where a listed group has none."""
    keys = keys_of(columns, rule.columns, rows)
    counts = Counter(key for key in keys if is_known(key))
    if rule.of:
        named = {_told(key): key for key in counts}
        if rule.least and any(value not in named for value in rule.of):
            return list(range(rows))
        counts = Counter({named[value]: counts[named[value]] for value in rule.of if value in named})
    wrong = {key for key, n in counts.items() if n < rule.least or (rule.most is not None and n > rule.most)}
    return [row for row, key in enumerate(keys) if key in wrong]


def _told(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _sortable(cells: Iterable[Any]) -> list[tuple[bool, Any]]:
    """Return values as what they can be sorted by, missing ones last."""
    return [(cell is None, 0 if cell is None else cell) for cell in cells]


def _in_order(
    columns: Columns, by: Sequence[str], order: Sequence[str], rows: Iterable[int], n: int
) -> list[list[int]]:
    """Return the rows of each entity in the order in which they follow one another."""
    keys = keys_of(columns, by, n)
    values = [columns(name) for name in order]
    ranks = [_sortable((read_numbers(one) if one.counting else one).cells) for one in values]
    entities: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        entities[keys[row]].append(row)
    if ranks:
        for own in entities.values():
            own.sort(key=lambda row: [rank[row] for rank in ranks])
    return [*entities.values()]


def running(rule: Running, columns: Columns, rows: int) -> list[int]:
    """Return the rows that do not agree with the row before them, or lie below the floor."""
    before: list[int | None] = [None] * rows
    for own in _in_order(columns, rule.by, rule.order, range(rows), rows):
        for last, row in pairwise(own):
            before[row] = last
    exact, stand_ins = Exact(columns, rows), dict[Expression, Computed]()
    given: dict[str, Values] = {}
    for number, call in enumerate(rule.previous):
        stand_ins[call] = Computed(f"#{number}")
        given[f"#{number}"] = _moved(exact.of(call.of[0]), before, rule, starts=call.of[0] == Name(str(rule.column)))
    found = Exact(lambda name: given.get(name) or columns(name), rows)
    broken = {*found.broken(rule.expression.replaced(stand_ins))}
    if rule.floor is not None and rule.column is not None:
        broken |= {*exact.broken(Comparison(">=", Name(rule.column), Value(rule.floor)))}
    return sorted(broken)


def _moved(values: Values, before: list[int | None], rule: Running, *, starts: bool) -> Values:
    """Return beside each row the value of the row before it."""
    if not starts or rule.start is None:
        cells = [None if last is None else values.cells[last] for last in before]
        return Values(values.sort, cells, values.scale)
    start = constant_values(rule.start, 1)
    if start.scale is not None and values.scale is not None and start.scale <= values.scale:
        first = start.cells[0] * 10 ** (values.scale - start.scale)
        return Values(values.sort, [first if last is None else values.cells[last] for last in before], values.scale)
    floats = values.floats()
    return Values(values.sort, [rule.start if last is None else floats[last] for last in before], None)


def gap(rule: Gap, columns: Columns, rows: int) -> list[int]:
    """Return the rows that come too soon or too late after the one before them."""
    times = columns(rule.column)
    known = [row for row, cell in enumerate(times.cells) if cell is not None]
    pairs = [
        (row, times.cells[row] - times.cells[last])
        for own in _in_order(columns, rule.by, rule.order or (rule.column,), known, rows)
        for last, row in pairwise(own)
    ]
    apart = Values("number", [length for _, length in pairs], times.scale)
    wrong = {pairs[k][0] for k in _outside(rule, apart, times)}
    if rule.order:
        wrong |= {row for row, length in pairs if length < 0}
    if rule.strictly:
        wrong |= {row for row, length in pairs if length <= 0}
    return sorted(wrong)


def _outside(rule: Gap, apart: Values, times: Values) -> set[int]:
    """Return which gaps are too short or too long."""
    found: set[int] = set()
    for end, limit, sign in ((rule.least, rule.shortest, ">="), (rule.most, rule.longest, "<=")):
        if end is not None and limit is not None:
            days = times.sort != "number" and end.replace(".", "", 1).isdigit()
            bound = constant_values(limit * (DAY if days else 1), len(apart.cells))
            found |= {k for k, met in enumerate(compare(sign, apart, bound)) if met is False}
    return found
