"""The document of a masking: what is done with each column of each table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field

from likewise.core.dataset import Relation
from likewise.core.documents import read_document
from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.privacy.masking.methods import Blank, Keep, Method, Replace, Shift, read_method

Columns = dict[str, Method]

ALONE = ""
"""The name under which the columns of an only table stand."""


class Masking(Spec):
    """Say for every column of every table how it is masked.

    A column that is not named is refused, so that none is forgotten; with `others: keep` it stays as it is. The
    columns of an only table stand at the top. Raises SettingsError with the path of every fault.

    >>> masking = Masking.of({"columns": {"id": "format", "born": {"shift": {"days": 30, "by": "id"}}}})
    >>> masking.tables[""]["born"].days
    30
    """

    likewise: Literal[1] = 1
    tables: dict[str, Columns] = Field(min_length=1)
    others: Literal["refuse", "keep"] = "refuse"

    @classmethod
    def of(cls, masking: Any) -> Masking:
        """Return a masking as it is, from a mapping, or from the path of a YAML document."""
        if isinstance(masking, Masking):
            return masking
        if isinstance(masking, Mapping):
            return cls._from_fields({str(name): value for name, value in masking.items()}, None)
        fields = read_document(Path(masking), what="a masking", error=SettingsError, family="settings",
                               hint="it begins with `columns:` or `tables:`")  # fmt: skip
        return cls._from_fields(fields, str(masking))

    @classmethod
    def _from_fields(cls, fields: dict[str, Any], where: str | None) -> Self:
        """Read the fields of a document; the faults of all columns are reported together."""
        found = dict(fields)
        tables: dict[str, Any] = {}
        faults: list[SettingsError] = []
        if "columns" in found:
            tables[ALONE] = _columns(found.pop("columns"), "$.columns", faults)
        for name, table in _mapping(found.pop("tables", {}), "$.tables", faults).items():
            path = f"$.tables.{name}"
            inside = _mapping(table, path, faults)
            for other in set(inside) - {"columns"}:
                faults.append(SettingsError("masking.invalid", f"{path}.{other}: there is no such field",
                                            hint=suggest(str(other), ["columns"], "field")))  # fmt: skip
            tables[str(name)] = _columns(inside.get("columns", {}), f"{path}.columns", faults)
        if faults:
            hints = [fault.hint for fault in faults if fault.hint]
            raise SettingsError(faults[0].code, "; ".join(fault.what for fault in faults), where=where,
                                hint=hints[0] if hints else None)  # fmt: skip
        return cls.from_dict({**found, "tables": tables}, where=where)

    def named(self, name: str) -> Columns:
        """Return how the columns of one table are masked that something is said of."""
        return self._of(name) or {}

    def check_tables(self, names: Collection[str]) -> None:
        """Raise SettingsError where a table is named that is none of `names`: it would go unmasked."""
        for name in self.tables:
            if name not in names and name != ALONE:
                raise SettingsError("masking.unknown-table", f"there is no table `{name}`", where=name,
                                    hint=suggest(name, list(names), "table"))  # fmt: skip

    def table(self, name: str, columns: Iterable[str]) -> Columns:
        """Return how the columns of one table are masked. Raises SettingsError where one is unknown or forgotten."""
        known = list(columns)
        methods = self._of(name)
        if methods is None and self.others == "refuse":
            raise SettingsError("masking.forgotten", f"nothing is said of the table `{name}`", where=name,
                                hint="list its columns, or say `others: keep`")  # fmt: skip
        methods = methods or {}
        for column, method in methods.items():
            for other in (column, *([method.by] if isinstance(method, Shift | Replace) else [])):
                if other not in known:
                    raise SettingsError("masking.unknown-column", f"there is no column `{other}`", where=name or None,
                                        hint=suggest(other, known, "column"))  # fmt: skip
        forgotten = [column for column in known if column not in methods]
        if forgotten and self.others == "refuse":
            listed = ", ".join(f"`{column}`" for column in forgotten[:12]) + (", ..." if len(forgotten) > 12 else "")
            raise SettingsError("masking.forgotten", f"nothing is said of {listed}", where=name or None,
                                hint="say `keep` where a column may stay as it is, or `others: keep`")  # fmt: skip
        return methods

    def _of(self, name: str) -> Columns | None:
        """Return what is said of a table, by its name or as the only one; None where nothing is."""
        return self.tables.get(name, self.tables.get(ALONE) if len(self.tables) == 1 else None)

    def check_relations(self, relations: Iterable[Relation]) -> None:
        """Refuse references whose two sides are masked in different ways, for they would not refer any more.

        A reference that is lost may be `blank`. Raises SettingsError.
        """
        for relation in relations:
            own, other = self.tables.get(relation.table, {}), self.tables.get(relation.to, {})
            for column, key in zip(relation.columns, relation.key, strict=True):
                method = own.get(column, Keep())
                if method != other.get(key, Keep()) and not isinstance(method, Blank):
                    what = f"{relation.said()}, and the two are masked in different ways"
                    raise SettingsError("masking.reference", what, where=f"{relation.table}.{column}",
                                        hint="say the same of both, e.g. `format`")  # fmt: skip


def _mapping(value: Any, path: str, faults: list[SettingsError]) -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    faults.append(SettingsError("masking.invalid", f"{path}: a mapping is wanted", hint="name what it is for"))
    return {}


def _columns(value: Any, path: str, faults: list[SettingsError]) -> Columns:
    found: Columns = {}
    for name, method in _mapping(value, path, faults).items():
        try:
            found[str(name)] = read_method(method, f"{path}.{name}")
        except SettingsError as fault:
            faults.append(fault)
    return found
