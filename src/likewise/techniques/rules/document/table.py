"""One table of the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.copulas.dependence import GaussianCopula, StudentCopula, copula_of, read_pairs
from likewise.modalities.tabular.copulas.vines import VineCopula
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.document.column import ColumnRule
from likewise.techniques.rules.document.faults import Faults
from likewise.techniques.rules.document.reference import Children, Reference
from likewise.techniques.rules.makers.refers import Refers

FIELDS = ("rows", "columns", "key", "unique", "refers", "constraints", "correlation", "copula", "locale", "safe")
"""What a table of a document may say."""

ROWS = 1000
"""Rows of a table that says nothing of how many there are."""


class TableRules(Spec):
    """Say what makes the rows of a table.

    `rows` is None where the references settle how many there are. `constraints` are as they were written.
    """

    columns: dict[str, ColumnRule]
    rows: int | None = Field(default=None, ge=0)
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    constraints: tuple[Any, ...] = ()
    copula: GaussianCopula | StudentCopula | VineCopula | None = None
    locale: str | None = None
    safe: bool | None = None

    @classmethod
    def read(cls, value: Any, path: str, faults: Faults) -> TableRules | None:
        """Read a table, noting what is wrong with it; None where nothing of it can be used."""
        if not isinstance(value, Mapping) or not isinstance(value.get("columns"), Mapping) or not value["columns"]:
            faults.add(path, "a table with `columns` is wanted", "write e.g. columns: {id: {sequence: {start: 1}}}")
            return None
        written = {str(name): found for name, found in value.items()}
        faults.unknown(path, written, FIELDS, "setting")
        before = len(faults.found)
        composite = _composite(written.get("refers"), f"{path}.refers", faults)
        columns, references = _columns(written["columns"], composite, f"{path}.columns", faults)
        known = tuple(str(name) for name in written["columns"]) + tuple(columns)
        fields: dict[str, Any] = {
            "key": _names(written.get("key"), known, f"{path}.key", faults),
            "unique": _groups(written.get("unique"), known, f"{path}.unique", faults),
            "constraints": _list(written.get("constraints"), f"{path}.constraints", faults),
        }
        with faults.caught(path):
            fields["copula"] = _copula(written, path)
        fields |= {name: written[name] for name in ("rows", "locale", "safe") if name in written}
        if len(faults.found) > before:
            return None
        with faults.caught(path):
            try:
                return cls.from_dict({"columns": columns, "references": (*references, *composite), **fields})
            except SettingsError as fault:
                raise at(path, fault) from None
        return None


def _columns(
    value: Mapping[Any, Any], composite: list[Reference], path: str, faults: Faults
) -> tuple[dict[str, ColumnRule], list[Reference]]:
    """Read the columns in their order, and the references of single ones."""
    taken = {column: reference for reference in composite for column in reference.columns}
    columns: dict[str, ColumnRule] = {}
    references: list[Reference] = []
    for written, found in value.items():
        if written is None or isinstance(written, bool):
            faults.add(path, f"`{written}` is no name", 'YAML takes it for a value: quote the name, as "no"')
            continue
        name = str(written)
        own = f"{path}.{name}"
        if not name.strip():
            faults.add(own, "a name is not blank", "name the column")
            continue
        with faults.caught(own):
            if found in (None, {}) and name in taken:
                columns[name] = _taken_over(taken[name], name)
                continue
            columns[name] = ColumnRule.read(found, own)
            if isinstance(columns[name].maker, Refers):
                references.append(_reference(name, columns[name], found, own))
    for name, reference in taken.items():
        if name not in columns and name not in {str(written) for written in value}:
            columns[name] = _taken_over(reference, name)
    return columns, references


def _taken_over(reference: Reference, name: str) -> ColumnRule:
    key = reference.key[reference.columns.index(name)]
    return ColumnRule(maker=Refers(reference=reference.name, to=reference.to, key=key))


def _reference(name: str, rule: ColumnRule, value: Mapping[str, Any], path: str) -> Reference:
    """Return the reference of one column."""
    maker = rule.maker
    assert isinstance(maker, Refers)
    return Reference(name=name, columns=(name,), to=maker.to, key=(maker.key,), missing=rule.settings.missing,
                     alone=rule.settings.unique, **_beside(value, path))  # fmt: skip


def _beside(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Read what stands beside a reference."""
    found: dict[str, Any] = {"children": Children.read(value.get("children"), f"{path}.children")}
    if value.get("where") is not None:
        found["where"] = str(value["where"])
    if "tree" in value:
        if not isinstance(value["tree"], bool):
            raise SettingsError("settings.rules", f"{path}.tree: true or false is wanted", where=f"{path}.tree",
                                hint="false lets rows refer to any row of their table")  # fmt: skip
        found["tree"] = "tree" if value["tree"] else "free"
    return found


def _composite(value: Any, path: str, faults: Faults) -> list[Reference]:
    """Read the references of several columns."""
    found: list[Reference] = []
    fields = ("columns", "to", "key", "children", "where", "tree", "missing", "unique", "name")
    for place, one in enumerate(_list(value, path, faults)):
        own = f"{path}[{place}]"
        with faults.caught(own):
            if not isinstance(one, Mapping) or not {"columns", "to", "key"} <= set(one):
                raise SettingsError("settings.rules", f"{own}: `columns`, `to` and `key` are wanted", where=own,
                                    hint="write {columns: [a, b], to: table, key: [x, y]}")  # fmt: skip
            faults.unknown(own, {str(name): None for name in one}, fields, "setting")
            columns, key = (tuple(map(str, one[name])) if isinstance(one[name], list | tuple) else (str(one[name]),)
                            for name in ("columns", "key"))  # fmt: skip
            if len(columns) != len(key):
                raise SettingsError("settings.rules", f"{own}: {len(columns)} columns refer to {len(key)}", where=own,
                                    hint="name as many in `key` as in `columns`")  # fmt: skip
            plain = {"name": str(one.get("name", columns[0])), "columns": columns, "to": str(one["to"]), "key": key,
                     "missing": one.get("missing", 0.0), "alone": one.get("unique", False)}  # fmt: skip
            found.append(Reference.from_dict({**plain, **_beside(one, own)}))
    return found


def _list(value: Any, path: str, faults: Faults) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        faults.add(path, "a list is wanted", "put a dash before each")
        return ()
    return tuple(value)


def _names(value: Any, known: tuple[str, ...], path: str, faults: Faults) -> tuple[str, ...]:
    """Read one name of a column or several."""
    names = () if value is None else tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
    for name in names:
        if name not in known:
            faults.add(path, f"there is no column `{name}`", suggest(name, known, "column"))
    return names


def _groups(value: Any, known: tuple[str, ...], path: str, faults: Faults) -> tuple[tuple[str, ...], ...]:
    """Read which columns are unique: names of single ones, and lists of several."""
    parts = _list(value, path, faults)
    return tuple(_names(part, known, f"{path}[{place}]", faults) for place, part in enumerate(parts))


def _copula(written: Mapping[str, Any], path: str) -> Any:
    """Read what ties columns together."""
    if "correlation" not in written:
        try:
            return copula_of(written.get("copula"))
        except SettingsError as fault:
            raise at(path, fault) from None
    if written.get("copula") is not None:
        raise SettingsError("settings.copula", f"{path}: `correlation` and `copula` are both given", where=path,
                            hint="put `pairs` into the copula: {student-t: {df: 4, pairs: [...]}}")  # fmt: skip
    asked = written["correlation"]
    return asked if isinstance(asked, GaussianCopula) else read_pairs(GaussianCopula, asked, f"{path}.correlation")
