"""The constraints of one table or of several, and how they are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.union import Constraint
from likewise.core.schema import Schema
from likewise.core.spec import Spec

# What reads, writes and settles constraints knows their kinds, so that it is imported where it is called.


class Constraints(Spec):
    """List what must hold, in the rows of one table or of several.

    >>> rules = Constraints.of(["start <= end", {"unique": ["order", "line"]}])
    >>> [rule.said() for rule in rules.items]
    ['`start <= end`', '`order` and `line` together are unique']
    """

    items: tuple[Constraint, ...] = ()

    @classmethod
    def of(cls, given: Any, *, table: str | None = None, path: str = "$.constraints") -> Constraints:
        """Return what was given as constraints: a list of texts, mappings and constraints, a path, or nothing.

        `table` is the table that they are about where they do not say, `path` where they stand in a document. Raises
        SettingsError with all faults, each with its path.

        >>> Constraints.of(None).items
        ()
        """
        from likewise.constraints.document.reading import read_constraints

        if isinstance(given, Constraints):
            return given
        if isinstance(given, str | Path):
            return cls.read(given)
        return cls(items=read_constraints(given, table=table, path=path))

    @classmethod
    def read(cls, path: str | Path) -> Constraints:
        """Read a `rules.yaml`: a list, or a mapping with `constraints`.

        Raises SourceError where there is none, SettingsError with the lines of all faults.
        """
        from likewise.constraints.document.reading import read_constraints_file

        return cls(items=read_constraints_file(Path(path)))

    def to_yaml(self) -> str:
        """Return the constraints as a document that can be edited and that `read` reads.

        What an expression says is written as one, so that it is read back as a check; `recognised` gives the kind back.

        >>> print(Constraints.of(["start<=end"]).to_yaml(), end="")
        likewise: 1
        constraints:
        - start <= end
        """
        from likewise.constraints.document.writing import write_constraints

        return write_constraints(self.items)

    def settled(self, schema: Schema | Mapping[str, Schema], *, path: str = "$.constraints") -> Constraints:
        """Return the constraints after checking that they fit a table, or several tables by name.

        Raises SettingsError with every fault: unknown columns and tables, and sorts of values that do not go together.

        >>> from likewise.core.table import Table
        >>> Constraints.of(["ages < 18"]).settled(Table.from_any({"age": [3, 5]}).schema)
        Traceback (most recent call last):
        likewise.errors.SettingsError: error[settings.rule]: $.constraints[0]: there is no column `ages`
          hint: did you mean `age`?
        """
        from likewise.constraints.settling import settled

        return self.model_copy(update={"items": settled(self.items, schema, path)})

    def recognised(self, schema: Schema) -> Constraints:
        """Return the constraints, each check as the kind that says the same where there is one."""
        from likewise.constraints.recognising import recognised

        return Constraints(
            items=tuple(recognised(item, schema) if isinstance(item, Check) else item for item in self.items)
        )

    @property
    def orders(self) -> tuple[Order, ...]:
        """The constraints on the order of two columns."""
        return tuple(item for item in self.items if isinstance(item, Order))

    @property
    def shown(self) -> tuple[Constraint, ...]:
        """The constraints worth showing: all but orders that follow from two others."""
        pairs = {(o.low, o.high) for o in self.orders}
        names = {name for pair in pairs for name in pair}

        def follows(item: Constraint) -> bool:
            if not isinstance(item, Order):
                return False
            return any((item.low, between) in pairs and (between, item.high) in pairs for between in names)

        return tuple(item for item in self.items if not follows(item))

    @property
    def kept(self) -> Constraints:
        """The constraints of kinds that are found in data and can be held row by row."""
        found = (Order, Formula, Part, Determined, Missing)
        return Constraints(items=tuple(item for item in self.items if isinstance(item, found)))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The columns that follow from others by a formula."""
        return tuple(item for item in self.items if isinstance(item, Formula))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The columns that are a part of a date."""
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def computed(self) -> tuple[Formula | Part, ...]:
        """The formulas and the parts of dates, each after those that compute what it follows from."""
        waiting: list[Formula | Part] = [*self.parts, *self.formulas]
        found: list[Formula | Part] = []
        while waiting:
            open_ones = {rule.column for rule in waiting}
            ready = next(rule for rule in waiting if not open_ones & {*([rule.of] if rule.kind == "part" else rule.of)})
            waiting.remove(ready)
            found.append(ready)
        return tuple(found)

    @property
    def absences(self) -> tuple[Missing, ...]:
        """The columns that are missing where another says so."""
        return tuple(item for item in self.items if isinstance(item, Missing))

    @property
    def determined(self) -> tuple[Determined, ...]:
        """The columns that another one decides."""
        return tuple(item for item in self.items if isinstance(item, Determined))
