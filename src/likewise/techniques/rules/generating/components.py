"""Which columns hang together by constraints, and so are made again together where a row breaks one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.constraints.language.expression import Comparison, Name
from likewise.techniques.rules.generating.constraints import RowRule
from likewise.techniques.rules.maker import Maker, Quantile
from likewise.techniques.rules.makers.recorded import Recorded
from likewise.techniques.rules.makers.refers import Refers

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.settling import Settled


@dataclass(frozen=True, eq=False)
class Component:
    """Hold rules that share columns, and the `columns` that are made again where one of them is broken.

    `open` are those that can be drawn within bounds, in the order of making; `records` are those made again. Each of
    the `chains` lists columns that are drawn alike and that the rules let rise.
    """

    rules: tuple[RowRule, ...]
    columns: frozenset[str]
    open: tuple[str, ...]
    records: frozenset[str]
    chains: tuple[tuple[str, ...], ...] = ()


def components_of(settled: Settled, fixed: frozenset[str], tied: frozenset[str]) -> tuple[Component, ...]:
    """Return the components of a table's rules; `fixed` are columns that stay as they are, such as keys, and `tied`
    those that a copula speaks of.
    """
    reach = [(rule, _made_again(settled, rule, fixed)) for rule in settled.rules]
    groups: list[tuple[list[RowRule], set[str]]] = []
    for rule, columns in reach:
        near = [group for group in groups if group[1] & columns]
        merged = ([own for group in near for own in group[0]] + [rule],
                  set().union(*(group[1] for group in near)) | columns)  # fmt: skip
        groups = [group for group in groups if group not in near] + [merged]
    return tuple(_component(settled, rules, columns, tied) for rules, columns in groups)


def _component(settled: Settled, rules: list[RowRule], columns: set[str], tied: frozenset[str]) -> Component:
    makers = settled.makers
    order = _ordered(makers, columns)
    recorded = [maker for maker in (makers[name] for name in order) if isinstance(maker, Recorded)]
    records = {maker.shared_as(maker.record, maker.called) for maker in recorded}
    drawn = tuple(name for name in order if isinstance(makers[name], Quantile))
    alike = [name for name in drawn if name not in tied and not settled.gaps[name].some
             and getattr(makers[name], "levels", None) is None]  # fmt: skip
    return Component(tuple(rules), frozenset(columns), drawn, frozenset(records), tuple(_chains(makers, rules, alike)))


def _chains(makers: Mapping[str, Maker], rules: list[RowRule], names: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield columns of one maker each of which a rule says to be at most the next."""
    after: dict[str, list[str]] = {}
    for rule in rules:
        match rule.expression:
            case Comparison(sign=sign, left=Name(table=None, column=one), right=Name(table=None, column=other)):
                low, high = (one, other) if sign in ("<", "<=") else (other, one)
                if sign in ("<", "<=", ">", ">=") and {low, high} <= {*names} and makers[low] == makers[high]:
                    after.setdefault(low, []).append(high)
    before = {high for highs in after.values() for high in highs}
    for name in after:
        chain = [name]
        while len(after.get(chain[-1], ())) == 1 and chain.count(chain[-1]) == 1:
            chain += after[chain[-1]]
        plain = len({*chain}) == len(chain) and chain[-1] not in after
        if name not in before and plain and sum(len({*highs} & {*chain}) for highs in after.values()) == len(chain) - 1:
            yield tuple(chain)


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
