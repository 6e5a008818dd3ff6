"""The whole document: its tables, and what holds across them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field

from likewise.core.documents import parsed, read_document
from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.distributions import Distribution
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.document.checks import check_references, check_rows
from likewise.techniques.rules.document.faults import Faults
from likewise.techniques.rules.document.table import FIELDS, TableRules
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.pattern import Ids

TOP = ("likewise", "seed", "locale", "safe", "as_of")
"""What any document may say of all its tables."""

WHOLE = (*TOP, "tables", "constraints")
"""What a document of several tables may say."""

SHORT = (*dict.fromkeys((*TOP, "n", "name", "design", *FIELDS)),)
"""What a document of one table may say, whose columns stand at the top."""

ONLY = "table"
"""The name of the table of such a document, where it gives none."""


class Document(Spec):
    """Say what is generated: tables of columns, each made by a rule, related, and held to constraints.

    A document of one table may have its `columns` at the top. Ages are counted at `as_of`, never at today. `written`
    is the document as plain values, from which it is read again. Raises SettingsError that tells every fault with its
    path, and with its line in a YAML file.

    >>> shop = Document.of({"tables": {
    ...     "customers": {"rows": 10, "columns": {"id": "sequence", "age": {"poisson": 40}}, "key": "id"},
    ...     "orders": {"columns": {"customer": {"refers": "customers.id", "children": {"poisson": 3}}}}}})
    >>> list(shop.tables)
    ['customers', 'orders']
    """

    likewise: Literal[1] = 1
    seed: int = Field(default=0, ge=0)
    locale: str = "en_US"
    safe: bool = True
    as_of: dt.date = dt.date(2026, 1, 1)
    tables: dict[str, TableRules] = Field(min_length=1)
    constraints: tuple[Any, ...] = ()
    written: dict[str, Any] = Field(default={}, repr=False)

    @property
    def dirty(self) -> bool:
        """Whether a table has errors, and so an answer key beside it."""
        return any(table.dirty is not None for table in self.tables.values())

    @classmethod
    def of(cls, spec: Any) -> Document:
        """Return a document as it is, from a mapping, or from the path of a YAML file.

        Raises SettingsError with all faults.
        """
        if isinstance(spec, Document):
            return spec
        if isinstance(spec, str | Path):
            return cls.read(spec)
        if isinstance(spec, Mapping):
            return _document(spec, Faults())
        raise SettingsError("settings.declared", f"`{type(spec).__name__}` is not a document of tables",
                            hint="give the path of a YAML document, a mapping or a Document")  # fmt: skip

    @classmethod
    def read(cls, path: str | Path) -> Document:
        """Read a YAML file. Raises SourceError where there is none and SettingsError where it declares no table."""
        fields = read_document(Path(path), what="a declared table", error=SettingsError, family="settings",
                               hint="it begins with `tables:`, or with `columns:` for one table")  # fmt: skip
        return _document(fields, _marked(Path(path).read_text(encoding="utf-8"), str(path)))

    @classmethod
    def from_yaml(cls, text: str, *, where: str | None = None) -> Document:
        """Read the text of a YAML document."""
        fields = parsed(text, what="a declared table", where=where, error=SettingsError, family="settings")
        return _document(fields, _marked(text, where))

    @classmethod
    def from_dict(cls, fields: dict[str, Any], **_: Any) -> Self:
        """Read a mapping."""
        found = _document(fields, Faults())
        assert isinstance(found, cls)
        return found

    @property
    def sampled(self) -> dict[str, Any] | None:
        """The document as that of one table of distributions, ids and correlations alone; None where it is more."""
        if "columns" not in self.written:
            return None
        (table,) = self.tables.values()
        more = table.key or table.unique or table.references or table.constraints or table.locale
        plain = all(isinstance(rule.maker, Drawn | Ids) and not rule.settings.unique for rule in table.columns.values())
        if more or not plain:
            return None
        kept = ("likewise", "seed", "n", "columns", "correlation", "copula", "design")
        rows = {} if "rows" not in self.written else {"n": self.written["rows"]}
        return {**rows, **{name: self.written[name] for name in kept if name in self.written}}

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain values."""
        return dict(self.written)

    def to_yaml(self) -> str:
        """Return the document as YAML."""
        import yaml

        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=120)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and other.written == self.written

    def __hash__(self) -> int:
        return hash(repr(self.written))


def _marked(text: str, source: str | None) -> Faults:
    from likewise.core.plain_yaml import places_in

    return Faults(source=source, marks=places_in(text))


def _document(fields: Any, faults: Faults) -> Document:
    """Read a document, all its faults told together."""
    if not isinstance(fields, Mapping):
        raise SettingsError("settings.invalid", "$: a mapping is wanted", where=faults.source or "$",
                            hint="it begins with `tables:`, or with `columns:` for one table")  # fmt: skip
    written = {str(name): value for name, value in fields.items()}
    whole = _several(written, faults)
    tables: dict[str, TableRules] = {}
    for name, value in whole["tables"].items():
        path = "$" if "columns" in written else f"$.tables.{name}"
        table = TableRules.read(value, path, faults)
        if table is not None:
            tables[str(name)] = table
    faults.end()
    plain = _plain(written)
    try:
        found = Document.model_validate({**whole, "tables": tables, "written": plain})
    except ValueError as fault:
        from pydantic import ValidationError

        from likewise.core.spec import readable

        assert isinstance(fault, ValidationError)
        told = readable(fault, Document, where=None)
        faults.found.append(at("$", SettingsError(told.code, told.what, where="$", hint=told.hint)))
        faults.end()
        raise
    check_references(found.tables, faults, short="columns" in written)
    check_rows(found.tables, faults)
    faults.end()
    return found


def _several(written: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Return a document with its tables by name, its short form written out."""
    if "columns" in written:
        faults.unknown("$", written, SHORT, "setting")
        if "tables" in written:
            faults.add("$", "`columns` and `tables` are both given", "put the columns into one of the tables")
        own = {name: value for name, value in written.items() if name in FIELDS and name not in ("locale", "safe")}
        rows = written.get("n", written.get("rows"))
        top = {name: written[name] for name in TOP if name in written}
        table = {**own, **({} if rows is None else {"rows": rows})}
        return {**top, "tables": {str(written.get("name", ONLY)): table}}
    faults.unknown("$", written, WHOLE, "setting")
    tables = written.get("tables")
    if not isinstance(tables, Mapping) or not tables:
        close = suggest(next(iter(written), ""), ("tables", "columns"), "part")
        faults.add("$", "`tables` or `columns` are wanted", close)
        faults.end()
    assert isinstance(tables, Mapping)
    for name in tables:
        if not isinstance(name, str) or not name.strip() or "." in name:
            faults.add("$.tables", f"`{name}` is no name of a table", "quote it; a name holds no dot")
    constraints = written.get("constraints") or ()
    if not isinstance(constraints, list | tuple):
        faults.add("$.constraints", "a list is wanted", "put a dash before each")
        constraints = ()
    return {**{name: written[name] for name in WHOLE if name in written}, "tables": tables,
            "constraints": tuple(constraints)}  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: distributions as documents write them, dates as texts."""
    if isinstance(value, Distribution):
        return _plain(value.to_dict())
    if isinstance(value, Spec):
        return _plain(value.to_dict())
    if isinstance(value, Mapping):
        return {str(name): _plain(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
