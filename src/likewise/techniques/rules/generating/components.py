"""Which columns hang together by constraints, and so are made again together where a row breaks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.techniques.rules.generating.constraints import RowRule
from likewise.techniques.rules.maker import Maker, Quantile
from likewise.techniques.rules.makers.recorded import Recorded
from likewise.techniques.rules.makers.refers import Refers

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.settling import Settled


@dataclass(frozen=True, eq=False)
class Component:
    """Hold rules that share columns, and the `columns` that are made again where one of them is broken.

    `open` are those that can be drawn within bounds, in the order of making; `records` are those made again.
    """

    rules: tuple[RowRule, ...]
    columns: frozenset[str]
    open: tuple[str, ...]
    records: frozenset[str]


def components_of(settled: Settled, fixed: frozenset[str]) -> tuple[Component, ...]:
    """Return the components of a table's rules; `fixed` are columns that stay as they are, such as keys."""
    reach = [(rule, _made_again(settled, rule, fixed)) for rule in settled.rules]
    groups: list[tuple[list[RowRule], set[str]]] = []
    for rule, columns in reach:
        near = [group for group in groups if group[1] & columns]
        merged = ([own for group in near for own in group[0]] + [rule],
                  set().union(*(group[1] for group in near)) | columns)  # fmt: skip
        groups = [group for group in groups if group not in near] + [merged]
    return tuple(_component(settled.makers, rules, columns) for rules, columns in groups)


def _component(makers: Mapping[str, Maker], rules: list[RowRule], columns: set[str]) -> Component:
    order = _ordered(makers, columns)
    recorded = [maker for maker in (makers[name] for name in order) if isinstance(maker, Recorded)]
    records = {maker.shared_as(maker.record, maker.called) for maker in recorded}
    drawn = tuple(name for name in order if isinstance(makers[name], Quantile))
    return Component(tuple(rules), frozenset(columns), drawn, frozenset(records))


def _ordered(makers: Mapping[str, Maker], columns: set[str]) -> list[str]:
    """Return columns, each after those that it is made from; otherwise in the order of the document."""
    found: list[str] = []

    def add(name: str) -> None:
        if name in found or name not in columns:
            return
        for need in makers[name].needs():
            add(need)
        found.append(name)

    for name in makers:
        add(name)
    return found


def _made_again(settled: Settled, rule: RowRule, fixed: frozenset[str]) -> set[str]:
    """Return the columns that a rule depends on and that chance, or other columns, may make otherwise."""
    found: set[str] = set()
    waiting = [*rule.needs]
    while waiting:
        name = waiting.pop()
        if name in found or name not in settled.makers or name in fixed:
            continue
        maker = settled.makers[name]
        if maker.placed or maker.follows or isinstance(maker, Refers):
            continue
        found.add(name)
        waiting += [*maker.needs(), *settled.gaps[name].needs()]
        waiting += [other for other, own in settled.makers.items() if _one_record(maker, own)]
    return found


def _one_record(maker: Maker, other: Maker) -> bool:
    """Return whether two columns are fields of one record."""
    return (isinstance(maker, Recorded) and isinstance(other, Recorded)
            and (maker.record, maker.called) == (other.record, other.called))  # fmt: skip
