"""A document made ready: what each column means, what it is made from, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from likewise.constraints.language.writing import write_expression
from likewise.constraints.reasoning.contradictions import contradiction
from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.propagating import propagate
from likewise.core.dataset import Relation
from likewise.core.schema import Column, Schema
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.copulas.copula import Copula
from likewise.techniques.rules.document.column import ColumnRule
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.document.table import TableRules
from likewise.techniques.rules.generating.choosing import CHOSEN
from likewise.techniques.rules.generating.circles import check_circles
from likewise.techniques.rules.generating.components import Component, components_of
from likewise.techniques.rules.generating.constraints import sorted_constraints
from likewise.techniques.rules.generating.gaps import Gaps
from likewise.techniques.rules.generating.premises import domains_of, premises_of
from likewise.techniques.rules.generating.settling import Settled, settled
from likewise.techniques.rules.generating.tying import copula_for, tied_columns
from likewise.techniques.rules.generating.uniqueness import groups, single
from likewise.techniques.rules.generating.ways import path_of, reference_of, sum_of, way_of
from likewise.techniques.rules.maker import Maker, told
from likewise.techniques.rules.makers.formula import SUM, Formula
from likewise.techniques.rules.makers.recorded import Recorded
from likewise.techniques.rules.makers.refers import Refers


@dataclass(frozen=True, eq=False)
class TablePlan:
    """Hold what one table's rows are made by."""

    name: str
    path: str
    rules: TableRules
    settled: Settled
    schema: Schema
    premises: dict[int, tuple[tuple[Premise, ...], Mapping[str, Domain]]] = field(default_factory=dict)

    @property
    def makers(self) -> Mapping[str, Maker]:
        """What makes each column."""
        return self.settled.makers

    @property
    def gaps(self) -> Mapping[str, Gaps]:
        """Where the cells of each column are missing."""
        return self.settled.gaps

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The rules that are still to be met, with the columns that are made again for them."""
        unique = (*single(self), *(name for group in groups(self) for name in group))
        fixed = {name for name in unique if not isinstance(self.makers[name], Recorded)}
        return components_of(self.settled, frozenset(fixed | {*self.settled.quotas}), frozenset(self.tied))

    @cached_property
    def component_of(self) -> Mapping[str, int]:
        """The component of each column that belongs to one."""
        return {name: number for number, own in enumerate(self.components) for name in own.columns}

    @cached_property
    def tied(self) -> Mapping[str, int]:
        """The columns that a copula ties together, with their places in it."""
        return {} if self.rules.copula is None else tied_columns(self)

    @cached_property
    def copula(self) -> Copula | None:
        """What ties columns together."""
        return None if self.rules.copula is None else copula_for(self)

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """The references by name."""
        return {reference.name: reference for reference in self.rules.references}

    def check(self) -> None:
        """Refuse cells that cannot go missing, or be spoilt, as is said. Raises SettingsError with the path."""
        columns = {column.name: column for column in self.schema.columns}
        for name, gaps in self.gaps.items():
            gaps.check(columns, f"{self.path}.columns.{name}")
        if self.rules.dirty is not None:
            self.rules.dirty.check(columns, f"{self.path}.dirty")

    def settings(self, name: str) -> ColumnRule:
        """Return the rule of a column."""
        return self.rules.columns[name]


@dataclass(frozen=True, eq=False)
class Plan:
    """Hold the tables of a document, ready to be made."""

    document: Document
    tables: Mapping[str, TablePlan]
    meanings: Meanings
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, document: Document) -> Plan:
        """Compile a document. Raises SettingsError for columns that are not there, and for circles, which it names."""
        meanings = Meanings(document)
        tables = {}
        for name, rules in document.tables.items():
            columns = tuple(meanings.of(name, column) for column in rules.columns)
            plan = TablePlan(name, path_of(document, name), rules, meanings.settled(name), Schema(columns=columns))
            plan.check()
            meanings.check(plan)
            tables[name] = plan
        found = cls(document, tables, meanings)
        check_circles(found)
        for plan in tables.values():
            found._reason(plan)
        return found

    def _reason(self, table: TablePlan) -> None:
        """Find what the rules leave of each column. Raises SettingsError where they cannot hold together."""
        for number, component in enumerate(table.components):
            premises = premises_of(table, component)
            domains = domains_of(self, table, premises)
            left = propagate(premises, domains)
            if any(domain.empty for domain in left.values()):
                found = contradiction(premises, domains)
                if found is not None:
                    named = (rule.path for rule in component.rules if rule.said().strip("`") in found.rules)
                    raise found.error(next(named, component.rules[0].path))
            table.premises[number] = (premises, left)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The tables, each after those that it refers to; where they refer to each other, as they were written."""
        found: list[str] = []
        waiting = [*self.tables]
        while waiting:
            free = [name for name in waiting if not self._above(name) & {*waiting} - {name}]
            for name in free or waiting[:1]:
                found.append(name)
                waiting.remove(name)
        return tuple(found)

    def _above(self, table: str) -> set[str]:
        return {reference.to for reference in self.tables[table].rules.references}

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Which columns refer to which."""
        return tuple(
            Relation(table=name, columns=reference.columns, to=reference.to, key=reference.key)
            for name, table in self.tables.items()
            for reference in table.rules.references
        )


class Meanings:
    """Find what columns mean, each after those that it is made from."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[tuple[str, str], Column] = {}
        self._open: list[tuple[str, str]] = []
        self._constraints = sorted_constraints(document)
        self._settled: dict[str, Settled] = {}

    def settled(self, table: str) -> Settled:
        """Return what makes a table, its constraints seen to."""
        if table not in self._settled:
            self._settled[table] = settled(self.document, table, self._constraints[table])
        return self._settled[table]

    def check(self, plan: TablePlan) -> None:
        """Refuse rules that name what is not there, or that depend on themselves by way of other tables."""
        for component in plan.components:
            for rule in component.rules:
                for need in rule.needs:
                    try:
                        self.needed(plan.name, need)
                    except SettingsError as fault:
                        raise told(rule.path, _without_path(fault), fault.hint, fault.code) from None

    def of(self, table: str, name: str) -> Column:
        """Return what a column means. Raises SettingsError for a circle."""
        place = (table, name)
        if place in self._found:
            return self._found[place]
        if place in self._open:
            raise self._circle(place)
        self._open.append(place)
        rule = self.document.tables[table].columns[name]
        own = self.settled(table)
        maker, gaps = own.makers[name], own.gaps[name]
        known = {need: self.needed(table, need, name) for need in maker.needs()}
        for need in gaps.needs():
            self.needed(table, need, name)
        found = _with_settings(maker.column(name, known), rule, gaps, name in self.document.tables[table].key)
        self._open.pop()
        self._found[place] = found
        return found

    def needed(self, table: str, need: str, name: str = "") -> Column:
        """Return what is meant by a name that the column `name` of a table is made from. Raises SettingsError."""
        path = f"{path_of(self.document, table)}.columns.{name}" if name else path_of(self.document, table)
        if need in self.document.tables[table].columns:
            return self.of(table, need)
        if need.startswith("#"):
            reference_of(self.document, table, need[1:], path)
            return Column(name=need, kind="integer", dtype="int64")
        if need.startswith(CHOSEN):
            return Column(name=need, kind="boolean", dtype="bool")
        if need.startswith(SUM):
            return self._sum(table, need, path)
        prefix, dot, column = need.partition(".")
        if not dot or (prefix == table and column in self.document.tables[table].columns):
            self._known(table, column or need, path)
            return self.of(table, column or need)
        reference = way_of(self.document, table, prefix, path)[0]
        if "." in column or (reference.to != prefix and reference.name != prefix):
            rest = column if "." in column or reference.name == prefix else need
            return self.needed(reference.to, rest, name)
        self._known(reference.to, column, path)
        if reference.to == table and reference.tree == "tree" and (table, column) in self._open:
            return self._provisional(table, column, path)
        return self.of(reference.to, column)

    def _sum(self, table: str, need: str, path: str) -> Column:
        """Return what a sum over the rows that refer to a row of a table means."""
        call, child, of = sum_of(self.document, table, need, path)
        if call.function == "count":
            return Column(name=need, kind="integer", dtype="int64")
        formula = Formula(text=write_expression(of))
        found = formula.column(need, {name: self.needed(child, name) for name in formula.needs()})
        if call.function == "mean" and found.kind in ("integer", "decimal"):
            return Column(name=need, kind="float", dtype="double", nullable=True)
        return found.model_copy(update={"nullable": call.function != "sum"})

    def _provisional(self, table: str, column: str, path: str) -> Column:
        """Return what a column means that is made from that of the row above it in a tree."""
        rule = self.document.tables[table].columns[column]
        if isinstance(rule.maker, Refers):
            raise self._circle((table, column))
        return Column(name=column, kind=rule.settings.kind or "float", dtype="double", nullable=True)

    def _known(self, table: str, column: str, path: str) -> None:
        columns = tuple(self.document.tables[table].columns)
        if column not in columns:
            raise told(path, f"`{table}` has no column `{column}`", suggest(column, columns, "column"))

    def _circle(self, place: tuple[str, str]) -> SettingsError:
        circle = [*self._open[self._open.index(place) :], place]
        names = " -> ".join(
            f"{table}.{column}" if len(self.document.tables) > 1 else column for table, column in circle
        )
        return told(f"{path_of(self.document, place[0])}.columns.{place[1]}",
                    f"columns are made from each other in a circle: {names}",
                    "let one of them be drawn by itself", "settings.circle")  # fmt: skip


def _without_path(fault: SettingsError) -> str:
    return fault.what.removeprefix(f"{fault.where}: ")


def _with_settings(column: Column, rule: ColumnRule, gaps: Gaps, key: bool) -> Column:
    """Return what a column means with what its settings say."""
    settings = rule.settings
    changes: dict[str, object] = {"missing": (), "nullable": gaps.some or column.nullable}
    if settings.role != "feature" or key:
        changes["role"] = settings.role if settings.role != "feature" or isinstance(rule.maker, Refers) else "key"
    return column.model_copy(update=changes)
