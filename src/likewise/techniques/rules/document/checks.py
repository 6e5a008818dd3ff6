"""What must fit between the tables of a document, before anything is compiled."""

from __future__ import annotations

from collections.abc import Mapping

from likewise.errors import suggest
from likewise.techniques.rules.document.faults import Faults
from likewise.techniques.rules.document.table import TableRules


def check_references(tables: Mapping[str, TableRules], faults: Faults, *, short: bool) -> None:
    """Note references to tables and columns that are not there, and two references of one name."""
    for name, table in tables.items():
        at = "$" if short else f"$.tables.{name}"
        for reference in table.references:
            path = f"{at}.columns.{reference.name}" if len(reference.columns) == 1 else f"{at}.refers"
            if reference.to not in tables:
                faults.add(path, f"there is no table `{reference.to}` to refer to",
                           suggest(reference.to, tuple(tables), "table"), "settings.reference")  # fmt: skip
                continue
            known = tuple(tables[reference.to].columns)
            for column in reference.key:
                if column not in known:
                    faults.add(path, f"`{reference.to}` has no column `{column}` to refer to",
                               suggest(column, known, "column"), "settings.reference")  # fmt: skip
        names = [reference.name for reference in table.references]
        for again in sorted({each for each in names if names.count(each) > 1}):
            faults.add(at, f"two references are called `{again}`", "give one of them a `name`", "settings.reference")


def check_rows(tables: Mapping[str, TableRules], faults: Faults) -> None:
    """Note tables whose number of rows follows, in a circle, from their own."""
    settled = {name: table.rows is not None for name, table in tables.items()}
    for name in tables:
        seen = [name]
        while not settled[seen[-1]] and (above := counted_by(tables[seen[-1]])) is not None and above in tables:
            if above in seen:
                circle = " -> ".join([*seen[seen.index(above) :], above])
                faults.add(f"$.tables.{name}", f"the numbers of rows follow from each other in a circle: {circle}",
                           "give one of these tables its `rows`", "settings.circle")  # fmt: skip
                return
            seen.append(above)


def counted_by(table: TableRules) -> str | None:
    """Return the table whose rows settle how many this one has, where it does not say so itself."""
    if table.rows is not None:
        return None
    return next((reference.to for reference in table.references if reference.children.settles), None)
