"""Adding up, with whole numbers, what rows have to agree with; and looking up what they refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from likewise.constraints.aggregates import summed_table
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.total import Total
from likewise.constraints.language.expression import Call, Computed, Expression, Name
from likewise.constraints.verifying.expressions import Columns, Exact
from likewise.constraints.verifying.groups import is_known, keys_of
from likewise.constraints.verifying.values import Values, read_back, read_numbers, values_of
from likewise.core.dataset import Dataset, Relation


class Written:
    """Read the tables of a dataset back, a column at a time, each when it is first wanted."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self._read: dict[tuple[str, str], Values] = {}

    def columns(self, table: str) -> Columns:
        """Return what gives the values of the rows of a table, and as `other.column` of the rows they refer to."""

        def values(name: str) -> Values:
            if name in self.data[table].schema:
                return self.own(table, name)
            other, _, column = name.partition(".")
            if other == table:
                return self.own(table, column)
            values, rows = self.own(other, column), self.referred(table, other)
            cells = [None if row is None else values.cells[row] for row in rows]
            return Values(values.sort, cells, values.scale, values.spoken)

        return values

    def own(self, table: str, column: str) -> Values:
        """Return a column of a table."""
        if (table, column) not in self._read:
            part = self.data[table].select([column])
            self._read[table, column] = values_of(read_back(part), column)
        return self._read[table, column]

    def referred(self, table: str, other: str) -> list[int | None]:
        """Return which row of another table each row refers to, through as many tables as lie between."""
        found: list[int | None] = list(range(self.data[table].rows))
        for relation in path_to(self.data, table, other):
            steps = self.parents(relation)
            found = [None if row is None else steps[row] for row in found]
        return found

    def parents(self, relation: Relation) -> list[int | None]:
        """Return which row of the table that a relation goes to each row refers to."""
        keys = self._keys(relation.to, relation.key)
        places = {key: row for row, key in reversed(list(enumerate(keys))) if is_known(key)}
        return [places.get(key) if is_known(key) else None for key in self._keys(relation.table, relation.columns)]

    def _keys(self, table: str, names: Sequence[str]) -> list[Any]:
        """Return keys in which 1 and `1` are the same, for two tables may hold them as different kinds."""
        lists = [[None if cell is None else str(cell) for cell in self.own(table, name).cells] for name in names]
        return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))

    def refers(self, rule: Refers, home: str) -> list[int]:
        """Return the rows that refer to one that is not there."""
        relation = Relation(table=home, columns=rule.columns, to=rule.to, key=rule.key)
        own = self._keys(home, rule.columns)
        return [row for row, place in enumerate(self.parents(relation)) if place is None and is_known(own[row])]


def path_to(data: Dataset, table: str, other: str) -> list[Relation]:
    """Return the shortest chain of relations from one table to another, empty where there is none."""
    chains: list[list[Relation]] = [[]]
    seen = {table}
    while chains:
        chain = chains.pop(0)
        last = chain[-1].to if chain else table
        for relation in data.relations:
            if relation.table == last and relation.to not in seen:
                seen.add(relation.to)
                chains.append([*chain, relation])
                if relation.to == other:
                    return chains[-1]
    return []


def total(rule: Total, columns: Columns, rows: int, sums: Callable[[Call], Values]) -> list[int]:
    """Return the rows that do not agree with what `sums` gives for each sum in the rule."""
    stand_ins: dict[Expression, Computed] = {call: Computed(f"#{n}") for n, call in enumerate(rule.aggregates)}
    given = {f"#{n}": sums(call) for n, call in enumerate(rule.aggregates)}
    return Exact(lambda name: given.get(name) or columns(name), rows).broken(rule.expression.replaced(stand_ins))


def over_groups(call: Call, columns: Columns, rows: int, by: Sequence[str]) -> Values:
    """Return beside each row what a sum over the rows of its group comes to."""
    keys = keys_of(columns, by, rows)
    values = _summed(call, Exact(columns, rows).of(call.of[0]))
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, cell in zip(keys, values.cells, strict=True):
        if cell is not None:
            groups[key].append(cell)
    return _told(call.function, values, [groups.get(key, []) for key in keys])


def of_children(call: Call, written: Written, home: str) -> Values:
    """Return beside each row of a table what a sum over the rows that refer to it comes to."""
    child = str(summed_table(call, written.data))
    rows = written.data[child].rows
    whole = isinstance(call.of[0], Name) and call.of[0].full == child
    values = (
        Values("number", [1] * rows) if whole else _summed(call, Exact(written.columns(child), rows).of(call.of[0]))
    )
    groups: dict[int, list[Any]] = defaultdict(list)
    for parent, cell in zip(written.referred(child, home), values.cells, strict=True):
        if parent is not None and cell is not None:
            groups[parent].append(cell)
    return _told(call.function, values, [groups.get(row, []) for row in range(written.data[home].rows)])


def _summed(call: Call, values: Values) -> Values:
    """Return texts that write numbers as these, where they are not only counted."""
    return read_numbers(values) if values.sort == "text" and call.function != "count" else values


def _told(function: str, values: Values, groups: Sequence[list[Any]]) -> Values:
    """Return an aggregate of each group; groups that are one and the same list are reckoned once."""
    sort = "number" if values.sort == "truth" or function == "count" else values.sort
    made: dict[int, Any] = {}
    for group in groups:
        if id(group) not in made or not group:
            made[id(group)] = _aggregate(function, group, values.scale)
    scale = 0 if function == "count" else None if function == "mean" else values.scale
    return Values(sort, [made[id(group)] if group else _aggregate(function, group, scale) for group in groups], scale)


def _aggregate(function: str, group: Sequence[Any], scale: int | None) -> Any:
    if function == "count":
        return len(group)
    if function == "sum":
        return sum(group)
    if not group:
        return None
    if function == "mean":
        return fmean(group) / 10 ** (scale or 0)
    return min(group) if function == "min" else max(group)
