"""Constraints of many rows that no number of rows can meet: too few values, shares over one, sums out of bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.language.expression import Call, Comparison, Expression, Name, Not, Value
from likewise.constraints.reasoning.contradictions import Contradiction, contradiction
from likewise.constraints.reasoning.domain import Domain, Domains
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.propagating import propagate

ALONE = ""
"""What a table is called that needs no name, as it is the only one."""


@dataclass(frozen=True)
class Counts:
    """Hold what is known of tables before they are made: the domains of their columns, their rows, and how many each
    row of a table is referred to by: `children` maps (child, parent) to the least and the greatest number.
    """

    domains: Mapping[str, Domains]
    rows: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, Sequence[Premise | str]] = field(default_factory=dict)
    children: Mapping[tuple[str, str], tuple[int, int | None]] = field(default_factory=dict)

    def left(self, table: str) -> dict[str, Domain]:
        """Return what the rules of one row leave of the columns of a table."""
        return propagate(self.rules.get(table, ()), self.domains[table])


def miscounted(items: Iterable[Rule], counts: Counts) -> list[Contradiction]:
    """Return the constraints of many rows or tables that arithmetic shows to be out of reach, with the numbers.

    >>> letters = Domain.among("abcdefghijklmnopqrstuvwxyz")
    >>> found = miscounted([Unique(columns=("letter",))], Counts({"": {"letter": letters}}, {"": 1000}))
    >>> print(found[0].said())
    `letter` is unique can hold in no table: `letter` has 26 values, and the table 1,000 rows
    """
    listed = list(items)
    left = {table: counts.left(table) for table in counts.domains}
    found: list[Contradiction] = []
    for item in listed:
        table = _home(item, counts)
        if table is None:
            continue
        match item:
            case Unique() if item.where is None:
                found += _unique(item, left[table], counts.rows.get(table))
            case Quota():
                found += _quota(item, left[table], counts.rows.get(table))
            case Share():
                found += _share(item, counts, table)
            case Refers():
                found += _refers(item, listed, left, counts, table)
            case Total():
                found += _total(item, counts, table)
    return [*found, *_shares([item for item in listed if isinstance(item, Share)], counts)]


def _home(item: Rule, counts: Counts) -> str | None:
    """Return the table that a constraint is about, None where it is not known."""
    if item.table in counts.domains:
        return item.table
    if len(counts.domains) == 1:
        return next(iter(counts.domains))
    if not isinstance(item, Total):
        return None
    inside = {part.table for call in item.aggregates for part in call.walk() if isinstance(part, Name)}
    return next((table for table in item.expression.tables() - inside if table in counts.domains), None)


def _refused(item: Rule, why: str) -> Contradiction:
    return Contradiction((item.name or item.said(),), (), why, "can hold in no table")


def _sizes(columns: Sequence[str], domains: Domains) -> tuple[float, str]:
    """Return how many different combinations columns have, and the sum as it is told."""
    sizes = [domains[name].size for name in columns]
    told = [f"`{name}` has {size:,.0f} value{'s' * (size != 1)}" for name, size in zip(columns, sizes)]
    whole = math.prod(sizes)
    return whole, " and ".join(told) + (f", together {whole:,.0f}" if len(columns) > 1 else "")


def _unique(item: Unique, domains: Domains, rows: int | None) -> Iterator[Contradiction]:
    own = [name for name in item.columns if name in domains]
    known = all(domains[name].missing == "never" for name in own) and len(own) == len(item.columns)
    if rows is not None and known:
        size, told = _sizes(own, domains)
        if size < rows:
            yield _refused(item, f"{told}, and the table {rows:,} rows")


def _quota(item: Quota, domains: Domains, rows: int | None) -> Iterator[Contradiction]:
    if rows is None or not all(name in domains for name in item.columns):
        return
    if item.of:
        if item.least * len(item.of) > rows:
            whole = item.least * len(item.of)
            yield _refused(
                item, f"{len(item.of):,} times {item.least:,} are {whole:,} rows, and the table has {rows:,}"
            )
        return
    size, told = _sizes(item.columns, domains)
    full = all(domains[name].missing == "never" for name in item.columns)
    if item.most is not None and full and size * item.most < rows:
        together = f"at most {item.most:,} rows each are {size * item.most:,.0f}"
        yield _refused(item, f"{told}: {together}, and the table has {rows:,}")
    if full and 0 < rows < item.least:
        yield _refused(item, f"the table has {rows:,} rows, fewer than one group needs")


def _share(item: Share, counts: Counts, table: str) -> Iterator[Contradiction]:
    """Yield a share that what must hold in every row puts out of reach."""
    rules, domains = counts.rules.get(table, ()), counts.domains[table]
    told = Premise(item.expression, f"`{item.rule}`")
    for wanted, premise, share in ((item.low > 0, told.asked(), "none"), (item.high < 1, told.asked(Not), "all")):
        if wanted and (found := contradiction([*rules, premise], domains)) is not None:
            yield _refused(item, f"{share} can have it, as {found.said()}")


def _shares(items: Sequence[Share], counts: Counts) -> Iterator[Contradiction]:
    """Yield shares of one column's values that sum up to more than all rows, or, of all its values, to fewer."""
    groups: dict[tuple[str | None, str, tuple[str, ...]], dict[str, Share]] = {}
    for item in items:
        match item.expression:
            case Comparison("==", Name() as name, Value(value)):
                own = groups.setdefault((item.table, name.full, item.by), {})
                if str(value) in own:
                    yield from _apart(own[str(value)], item)
                own[str(value)] = item
    for (table, column, _), shares in groups.items():
        low, high = math.fsum(s.low for s in shares.values()), math.fsum(s.high for s in shares.values())
        said = tuple(s.name or s.said() for s in shares.values())
        if low > 1 + 1e-9:
            yield Contradiction(said, (), f"the least shares sum up to {100 * low:g} %")
        tables = [own for name, own in counts.domains.items() if column in own and table in (None, name)]
        domain = tables[0][column] if tables else None
        covered = domain is not None and domain.values is not None and set(domain.values) <= set(shares)
        if covered and domain is not None and domain.missing == "never" and high < 1 - 1e-9:
            why = f"these are all values of `{column}`, and the greatest shares sum up to {100 * high:g} %"
            yield Contradiction(said, (), why)


def _apart(first: Share, second: Share) -> Iterator[Contradiction]:
    low, high = max(first.low, second.low), min(first.high, second.high)
    if low > high:
        why = f"one wants at least {100 * low:g} %, the other at most {100 * high:g} %"
        yield Contradiction((first.said(), second.said()), (), why)


def _refers(
    item: Refers, items: Sequence[Rule], left: Mapping[str, Domains], counts: Counts, table: str
) -> Iterator[Contradiction]:
    if item.to not in left:
        return
    own, other = left[table], left[item.to]
    if not all(name in own for name in item.columns) or any(own[name].missing != "never" for name in item.columns):
        return
    rows, parents = counts.rows.get(table), counts.rows.get(item.to)
    if rows and parents == 0:
        yield _refused(item, f"`{item.to}` has no rows, and `{', '.join(item.columns)}` is never missing")
    single = [u for u in items if isinstance(u, Unique) and u.where is None and set(u.columns) <= set(item.columns)]
    if single and rows is not None and parents is not None and rows > parents:
        why = f"`{table}` has {rows:,} rows, and `{item.to}` only {parents:,} to refer to"
        yield Contradiction((item.said(), single[0].said()), (), why)
    for name, key in zip(item.columns, item.key):
        if key in other and own[name].sort == other[key].sort and not _meet(own[name], other[key]):
            yield _refused(item, f"`{name}` is {own[name].said()}, and `{item.to}.{key}` is {other[key].said()}")


def _meet(first: Domain, second: Domain) -> bool:
    if first.sort == "text":
        return first.values is None or second.values is None or bool({*first.values} & {*second.values})
    return bool(first.within(second.spans).spans)


def _total(item: Total, counts: Counts, table: str) -> Iterator[Contradiction]:
    """Yield a sum, count or extreme of other rows that bounds put out of reach, beside the rules of its own row."""
    changes: dict[Expression, Expression] = {}
    labels: list[str] = []
    domains, told = dict(counts.domains[table]), list[str]()
    for call in item.aggregates:
        found = _aggregated(call, counts, table)
        if found is None:
            return
        label = f"{call.function}({', '.join(call.names())})"
        changes[call], domains[label] = Name(label), found
        labels.append(label)
        told.append(f"`{label}` is {found.said()}")
    names = [part for part in item.expression.walk() if isinstance(part, Name) and part.table == table]
    own: dict[Expression, Expression] = {name: Name(name.column) for name in names}
    rule = Premise(item.expression.replaced(changes).replaced(own), item.name or item.said())
    wrong = contradiction([*counts.rules.get(table, ()), rule], domains)
    if wrong is not None and rule.said in wrong.rules:
        facts = tuple(fact for fact in wrong.facts if not any(label in fact for label in labels))
        yield Contradiction(wrong.rules, facts, f"{'; '.join(told)}; {wrong.why}")


def _aggregated(call: Call, counts: Counts, table: str) -> Domain | None:
    """Return what a sum, count or extreme of the rows that refer to a row may be; None where it is not known."""
    of = call.of[0] if call.of else None
    if not isinstance(of, Name):
        return None
    child = of.table or (of.column if of.column in counts.domains else None)
    if child is None or (child, table) not in counts.children:
        return None
    least, most = counts.children[child, table]
    if call.function == "count" and of.table is not None:
        return None
    return aggregated(call.function, counts.left(child).get(of.column), least, most)


def aggregated(function: str, domain: Domain | None, least: int, most: int | None) -> Domain | None:
    """Return what a sum, count or extreme over `least` to `most` values may be; None where it is not known.

    >>> aggregated("sum", Domain.between(5, 100), 3, 8).said()
    'from 15 to 800'
    """
    if function == "count":
        return Domain.between(least, math.inf if most is None else most, step=1)
    if domain is None or domain.missing != "never" or domain.sort == "text":
        return None
    if function in ("min", "max", "mean"):
        return Domain.between(domain.low, domain.high, sort=domain.sort, missing="never" if least else "may")
    low = domain.low * (least if domain.low >= 0 else math.inf if most is None else most) if domain.low else 0.0
    high = domain.high * (least if domain.high <= 0 else math.inf if most is None else most) if domain.high else 0.0
    return Domain.between(low, high, step=domain.step, sort=domain.sort)
