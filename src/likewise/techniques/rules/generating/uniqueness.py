"""How columns are kept from repeating: alone, or several of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from likewise.errors import SettingsError
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.generating.allotting import allotted
from likewise.techniques.rules.generating.combining import Combination, Combined, Listed, check_room
from likewise.techniques.rules.generating.links import Contiguous, Link
from likewise.techniques.rules.maker import Maker, told
from likewise.techniques.rules.makers.distinct import Distinct, points_of
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.pattern import Matching
from likewise.techniques.rules.makers.refers import Refers
from likewise.techniques.rules.makers.sequence import Sequence

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.plan import TablePlan
    from likewise.techniques.rules.generating.tables import Tables


@dataclass(eq=False)
class Uniqueness:
    """Hold what takes the place of makers and links of a table so that rows differ, and how that is said."""

    makers: dict[str, Maker] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    counted: bool = False

    @property
    def counts_rows(self) -> bool:
        """Whether what is made depends on how many rows there are."""
        return (
            self.counted
            or bool(self.links)
            or any(isinstance(maker, Distinct | Listed | Matching) for maker in self.makers.values())
        )


def single(plan: TablePlan) -> tuple[str, ...]:
    """Return the columns in which no two rows may agree."""
    own = [name for name, rule in plan.rules.columns.items() if rule.settings.unique]
    alone = [group[0] for group in (plan.rules.key, *plan.settled.unique) if len(group) == 1]
    return tuple(dict.fromkeys([*own, *alone]))


def groups(plan: TablePlan) -> tuple[tuple[str, ...], ...]:
    """Return the groups of columns in all of which no two rows may agree."""
    return tuple(group for group in dict.fromkeys((plan.rules.key, *plan.settled.unique)) if len(group) > 1)


def unique_of(tables: Tables, table: str) -> Uniqueness:
    """Return how the rows of a table are kept apart. Raises SettingsError where they cannot be."""
    plan = tables.plan.tables[table]
    rows = tables.rows(table)
    found = Uniqueness()
    for name in single(plan):
        maker = plan.makers[name]
        if isinstance(maker, Refers):
            continue  # the link sees to it
        found.makers[name] = maker.distinct(rows, f"{plan.path}.columns.{name}")
    for group in groups(plan):
        _together(tables, table, group, found)
    for quota in dict.fromkeys(plan.settled.quotas.values()):
        if {*quota.columns} <= {*plan.settled.quotas} and not isinstance(plan.makers[quota.columns[0]], Refers):
            found.makers.update(allotted(tables, table, quota))
    found.counted = any(own.along is None for own in plan.settled.chosen.values())
    return found


def _together(tables: Tables, table: str, group: tuple[str, ...], found: Uniqueness) -> None:
    """Keep rows apart in several columns."""
    plan, rows = tables.plan.tables[table], tables.rows(table)
    path = f"{plan.path}.columns.{group[0]}"
    alone = single(plan)
    if any(name in alone for name in group):
        return
    makers: Mapping[str, Maker] = {name: plan.makers[name] for name in group}
    references = [own for own in plan.references.values() if {*own.columns} <= {*group}]
    if any(isinstance(maker, Sequence) and (maker.within is None or maker.within in {own.name for own in references})
           for maker in makers.values()):  # fmt: skip
        return
    leading = next((own for own in references if own.children.settles and plan.rules.rows is None), None)
    if _combined(tables, table, group, references, leading, found):
        return
    for name, maker in makers.items():
        if isinstance(maker, Refers):
            continue
        try:
            found.makers[name] = maker.distinct(rows, path)
        except SettingsError:
            continue
        found.said.append(f"{' and '.join(group)} are unique together, for `{name}` alone is")
        return
    listed = ", ".join(f"`{name}`" for name in group)
    raise told(path, f"nothing keeps {listed} from repeating together in {rows:,} rows",
               "make one of them a sequence, a uuid, a pattern or a distribution of more values",
               "settings.unique")  # fmt: skip


def _combined(
    tables: Tables,
    table: str,
    group: tuple[str, ...],
    references: list[Reference],
    leading: Reference | None,
    found: Uniqueness,
) -> bool:
    """Let rows take combinations of the things that stand in a group, where all of them can be listed."""
    plan, rows = tables.plan.tables[table], tables.rows(table)
    covered = {column for reference in references for column in reference.columns}
    drawn: dict[str, Drawn] = {}
    for name in group:
        maker = plan.makers[name]
        if name not in covered:
            if not isinstance(maker, Drawn) or points_of(maker.distribution) is None:
                return False
            drawn[name] = maker
    links = [own for own in references if own is not leading]
    if any(own.missing or own.to == table or own.where for own in references):
        return False
    values = {name: points_of(maker.distribution) for name, maker in drawn.items()}
    sizes = (
        *(tables.rows(own.to) for own in links),
        *(len(points) for points in values.values() if points is not None),
    )
    path = f"{plan.path}.columns.{group[0]}"
    if leading is None:
        combination = Combination(sizes, tables.random(table, "together", *group))
        check_room(combination.size, rows, group, path)
    else:
        link = tables.link(table, leading.name)
        assert isinstance(link, Contiguous)
        combination = Combination(sizes, tables.random(table, "together", *group), link)
    for place, reference in enumerate(links):
        found.links[reference.name] = Combined(combination, place)
    for place, (name, maker) in enumerate(drawn.items(), start=len(links)):
        found.makers[name] = Listed(drawn=maker, values=values[name], combination=combination, place=place)
    found.said.append(f"{' and '.join(group)} are unique together: each row has a combination of its own")
    return True


def children_allowed(tables: Tables, table: str, reference: Reference) -> tuple[int, int | None]:
    """Return how many rows have to refer to one row, and how many may; None for any number."""
    quota = tables.plan.tables[table].settled.quotas.get(reference.name)
    own = _most_apart(tables, table, reference)
    if quota is None:
        return 0, own
    return quota.least, min((most for most in (own, quota.most) if most is not None), default=None)


def _most_apart(tables: Tables, table: str, reference: Reference) -> int | None:
    """Return how many rows may refer to one row at most, so that those of a parent can differ; None for any number."""
    plan = tables.plan.tables[table]
    if reference.columns[0] in single(plan) or reference.alone:
        return 1
    for group in groups(plan):
        if not {*reference.columns} <= {*group}:
            continue
        others = [own for own in plan.references.values() if own is not reference and {*own.columns} <= {*group}]
        covered = {column for own in (*others, reference) for column in own.columns}
        rest = [plan.makers[name] for name in group if name not in covered]
        points = [points_of(maker.distribution) for maker in rest if isinstance(maker, Drawn)]
        if len(points) == len(rest) and all(own is not None for own in points):
            size = 1
            for other in others:
                size *= tables.rows(other.to)
            for own in points:
                size *= len(own) if own is not None else 1
            return size
    return None
