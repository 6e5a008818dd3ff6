"""Ways between tables: what a name before a dot means, and over which rows a sum goes."""

from __future__ import annotations

from functools import lru_cache

from likewise.constraints.kinds.total import aggregates_of
from likewise.constraints.language.expression import Call, Expression, Name, Value
from likewise.constraints.language.reading import read_expression
from likewise.errors import suggest
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.formula import SUM


def path_of(document: Document, table: str) -> str:
    """Return the path of a table in its document."""
    return "$" if "columns" in document.written else f"$.tables.{table}"


def reference_of(document: Document, table: str, prefix: str, path: str) -> Reference:
    """Return the reference of a table that a name means: its own, or the only one to the table of that name.

    Raises SettingsError.
    """
    references = document.tables[table].references
    named = [reference for reference in references if reference.name == prefix]
    found = named or [reference for reference in references if reference.to == prefix]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{reference.name}`" for reference in found)
        raise told(path, f"several columns of `{table}` refer to `{prefix}`: {names}", f"write {found[0].name}.column")
    known = tuple(dict.fromkeys(name for reference in references for name in (reference.name, reference.to)))
    raise told(path, f"`{table}` does not refer to `{prefix}`",
               suggest(prefix, known, "reference") if known else "give it a column {refers: table.key}",
               "settings.reference")  # fmt: skip


def way_of(document: Document, table: str, prefix: str, path: str) -> tuple[Reference, ...]:
    """Return the references that lead from a table to what a name means, directly or over others, by the fewest."""
    own = document.tables[table].references
    if any(prefix in (reference.name, reference.to) for reference in own):
        return (reference_of(document, table, prefix, path),)
    ways: list[tuple[Reference, ...]] = [(reference,) for reference in own]
    seen = {table}
    while ways:
        found = [way for way in ways if way[-1].to == prefix]
        if found:
            return found[0]
        seen |= {way[-1].to for way in ways}
        ways = [(*way, further) for way in ways for further in document.tables[way[-1].to].references
                if further.to not in seen]  # fmt: skip
    return (reference_of(document, table, prefix, path),)


@lru_cache(maxsize=1024)
def _call(text: str) -> Call:
    (found,) = aggregates_of(read_expression(text))
    return found


def sum_of(document: Document, table: str, need: str, path: str) -> tuple[Call, str, Expression]:
    """Return the sum that a need means, the table over whose rows it goes, and what is summed of each of them."""
    call = _call(need.removeprefix(SUM))
    of = call.of[0]
    if isinstance(of, Name) and of.table is None and of.column in document.tables:
        return call, of.column, Value(1)
    named = sorted(of.tables())
    children = [name for name in named if any(own.to == table for own in document.tables[name].references)
                ] if all(name in document.tables for name in named) else []  # fmt: skip
    if len(children) != 1:
        raise told(path, f"`{need.removeprefix(SUM)}` does not go over the rows of one table that refer to `{table}`",
                   "write e.g. sum(items.amount), where items refer to the table", "settings.reference")  # fmt: skip
    own: dict[Expression, Expression] = {
        part: Name(part.column) for part in of.walk() if isinstance(part, Name) and part.table == children[0]
    }
    return call, children[0], of.replaced(own)
