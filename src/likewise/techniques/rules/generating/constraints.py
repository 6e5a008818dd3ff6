"""The constraints of a document, sorted by how they are held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from likewise.constraints.kinds import Constraints
from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.total import Total, aggregates_of
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.language.expression import (
    Absent,
    Choice,
    Every,
    Expression,
    Name,
    Not,
    Some,
    Value,
)
from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.generating.ways import path_of, way_of
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.formula import needed, with_sums


@dataclass(frozen=True)
class RowRule:
    """Hold a constraint that can be told row by row, and where it stands in the document."""

    rule: Rule
    path: str
    expression: Expression | None

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The columns that it is about, as columns of the table see them."""
        if self.expression is not None:
            return needed(self.expression)
        columns: tuple[str, ...] = getattr(self.rule, "columns", ())
        return columns

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return self.rule.said()


@dataclass(eq=False)
class Sorted:
    """Hold the constraints of one table by how they are held."""

    rules: list[RowRule] = field(default_factory=list)
    among: list[tuple[Rule, str]] = field(default_factory=list)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    determined: dict[str, str] = field(default_factory=dict)
    emptied: dict[str, list[Expression]] = field(default_factory=dict)
    filled: dict[str, list[Expression]] = field(default_factory=dict)

    def add(self, rule: RowRule) -> None:
        """Put a rule of one row among those that say where a column is missing, or among the others."""
        expression = rule.expression
        if isinstance(expression, Every):
            for part in expression.of:
                self.add(RowRule(rule.rule, rule.path, part))
            return
        for condition, then in _implied(expression):
            if isinstance(then, Absent) and _plain(then.of):
                self.emptied.setdefault(then.of.names()[0], []).append(condition)
                return
            if isinstance(then, Not) and isinstance(then.of, Absent) and _plain(then.of.of):
                self.filled.setdefault(then.names()[0], []).append(condition)
                return
        self.rules.append(rule)


def sorted_constraints(document: Document) -> Mapping[str, Sorted]:
    """Return the constraints of each table. Raises SettingsError for those that cannot be read or held."""
    found = {name: Sorted() for name in document.tables}
    for name, table in document.tables.items():
        path = f"{path_of(document, name)}.constraints"
        for place, rule in enumerate(Constraints.of(list(table.constraints), table=name, path=path).items):
            _sort(document, found, rule, f"{path}[{place}]")
    for place, rule in enumerate(Constraints.of(list(document.constraints)).items):
        _sort(document, found, rule, f"$.constraints[{place}]")
    return found


def _sort(document: Document, found: Mapping[str, Sorted], rule: Rule, path: str) -> None:
    """Put a constraint where it belongs."""
    home = _home(document, rule, path)
    own, columns = found[home], tuple(document.tables[home].columns)
    if isinstance(rule, Unique) and rule.where is None:
        _check_columns(rule.columns, columns, path)
        own.unique.append(rule.columns)
    elif isinstance(rule, Determined):
        _check_columns(rule.columns, columns, path)
        own.determined[rule.column] = rule.by
    elif isinstance(rule, Refers):
        if not any(set(rule.columns) <= set(each.columns) for each in document.tables[home].references):
            raise told(path, f"nothing makes {rule.said()} true", "give the column a maker {refers: table.key}",
                       "settings.unheld")  # fmt: skip
    elif isinstance(rule, Check | Total) and not getattr(rule, "by", ()):
        expression = at_home(rule.expression, home)
        for call in aggregates_of(rule.expression):
            if not call.of[0].tables() - {home} and not _counts(call.of[0], document):
                raise told(path, f"no row is made with all others in view, as this needs: {rule.said()}",
                           "say `by` which reference rows belong together, or hold it on the finished tables",
                           "settings.unheld")  # fmt: skip
        own.add(RowRule(rule, path, with_sums(expression)))
    elif rule.scope == "row":
        _check_columns(getattr(rule, "columns", ()), columns, path)
        own.rules.append(RowRule(rule, path, None))
    else:
        own.among.append((rule, path))


def _counts(of: Expression, document: Document) -> bool:
    return isinstance(of, Name) and of.table is None and of.column in document.tables


def _check_columns(names: tuple[str, ...], known: tuple[str, ...], path: str) -> None:
    for name in names:
        if name not in known:
            raise told(path, f"there is no column `{name}`", suggest(name, known, "column"))


def _home(document: Document, rule: Rule, path: str) -> str:
    """Return the table whose rows meet a constraint or break it. Raises SettingsError where that is not clear."""
    if rule.table is not None:
        if rule.table not in document.tables:
            raise told(path, f"there is no table `{rule.table}`",
                       suggest(rule.table, tuple(document.tables), "table"))  # fmt: skip
        return rule.table
    if len(document.tables) == 1:
        return next(iter(document.tables))
    named: set[str] = set()
    if isinstance(rule, Check | Total):
        outside = rule.expression.replaced({call: Value(None) for call in aggregates_of(rule.expression)})
        named = set(outside.tables())
    for name in sorted(named):
        if name not in document.tables:
            raise told(path, f"there is no table `{name}`", suggest(name, tuple(document.tables), "table"))
    able = [name for name in sorted(named) if all(other == name or _leads(document, name, other) for other in named)]
    if len(able) != 1:
        raise told(path, f"which table is it about: {rule.said()}?", "say it with `table:`")
    return able[0]


def _leads(document: Document, table: str, other: str) -> bool:
    try:
        way_of(document, table, other, "$")
    except SettingsError:
        return False
    return True


def at_home(expression: Expression, home: str) -> Expression:
    """Return an expression whose names of the table itself stand alone."""
    own: dict[Expression, Expression] = {part: Name(part.column) for part in expression.walk()
                                         if isinstance(part, Name) and part.table == home}  # fmt: skip
    return expression.replaced(own)


def _plain(expression: Expression) -> bool:
    return isinstance(expression, Name) and expression.table is None


def _implied(expression: Expression | None) -> Iterator[tuple[Expression, Expression]]:
    """Yield each condition with what a rule says where it holds."""
    if isinstance(expression, Choice) and expression.otherwise == Value(True):
        yield expression.condition, expression.then
    elif isinstance(expression, Absent) or (isinstance(expression, Not) and isinstance(expression.of, Absent)):
        yield Value(True), expression
    elif isinstance(expression, Some) and len(expression.of) == 2:
        for first, second in (expression.of, expression.of[::-1]):
            if isinstance(first, Not) and not isinstance(first.of, Absent):
                yield first.of, second
