"""What is to be generated: a document, a script of SQL or a live database, and a document laid over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from likewise.core.documents import read_document
from likewise.core.faults import reading
from likewise.errors import SettingsError
from likewise.io.format import is_database
from likewise.recipes.documents import check_asked
from likewise.techniques.rules.reading.numbered import is_numbered, object_named

if TYPE_CHECKING:
    from likewise.techniques.rules.document.document import Document
    from likewise.techniques.rules.explaining import Explanation
    from likewise.techniques.rules.reading.sql import Reading

SCRIPTS = frozenset({".sql", ".ddl"})
"""Suffixes of scripts of SQL."""

DOCUMENTS = frozenset({".yaml", ".yml", ".json"})
"""Suffixes of documents of tables."""


@dataclass(frozen=True)
class Described:
    """Hold a source, the document it comes to and, where it is SQL, what was read of that."""

    source: Any
    document: Document
    reading: Reading | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not read, or was taken to mean something."""
        return () if self.reading is None else tuple(f"{note.place}: {note.said}" for note in self.reading.notes)

    def reasoned(self, explanation: Explanation) -> Explanation:
        """Return an explanation with the reason of each guess."""
        if self.reading is None:
            return explanation
        reasons = self.reading.reasons
        tables = tuple(
            table.model_copy(update={"columns": tuple(
                column.model_copy(update={"said": f"{column.said} ({reason})"})
                if (reason := reasons.get(f"{table.name}.{column.name}")) else column
                for column in table.columns)})
            for table in explanation.tables
        )  # fmt: skip
        return explanation.model_copy(update={"tables": tables})


@contextmanager
def located(spec: Any) -> Iterator[None]:
    """Tell the faults of a document that are found once it is read by their file, line and column."""
    try:
        yield
    except SettingsError as fault:
        raise _placed(fault, spec) from None


def _placed(fault: SettingsError, spec: Any) -> SettingsError:
    """Return a fault with its place in the file that a document was read from, if it was read from one as it stands."""
    from likewise.core.plain_yaml import places_in
    from likewise.techniques.rules.document.document import Document
    from likewise.techniques.rules.document.faults import Faults

    source = spec.source if isinstance(spec, Described) else spec
    if not (fault.where or "").startswith("$") or not isinstance(source, str | Path):
        return fault
    if Path(source).suffix.lower() not in DOCUMENTS:
        return fault
    if isinstance(spec, Described) and Document.of(source) != spec.document:  # another document lies over it
        return fault
    faults = Faults(str(source), places_in(Path(source).read_text(encoding="utf-8")))
    return SettingsError(fault.code, fault.what, where=faults.place(fault), hint=fault.hint)


def described(
    spec: Any, *, n: int | None = None, over: str | Path | Mapping[str, Any] | None = None, dialect: str | None = None
) -> Described:
    """Return what a source says is to be generated.

    `spec` is a document of tables or its path, a script of SQL in a `dialect` (found where it is not told), the URL or
    file of a live database, of which no row is read, models of SQLAlchemy or a schema file of dbt. `over` is a document
    that is laid over it. Raises SourceError and SettingsError.
    """
    from likewise.techniques.rules.document.document import Document
    from likewise.techniques.rules.document.overlay import overlaid
    from likewise.techniques.rules.reading.sql.document import ROWS, read_sql

    if isinstance(spec, Described):
        if over is None:
            return spec
        document = Document.of(overlaid(spec.document.to_dict(), over_of(over), where=_shown(over)))
        return Described(spec.source, document, spec.reading)
    script = _script(spec)
    read: Reading | None = None
    if script is not None:
        text, known = script
        read = read_sql(text, dialect=dialect or known, rows=ROWS if n is None else n)
        document = Document.of(overlaid(read.document, over_of(over), where=_shown(over)))
        return Described(spec, document, read)
    if dialect is not None:
        raise SettingsError("settings.dialect", "a dialect is of scripts of SQL", where="dialect",
                            hint="leave it out")  # fmt: skip
    read = _models(spec, ROWS if n is None else n)
    if read is not None:
        return Described(spec, Document.of(overlaid(read.document, over_of(over), where=_shown(over))), read)
    document = Document.of(spec)
    if over is not None:
        document = Document.of(overlaid(document.to_dict(), over_of(over), where=_shown(over)))
    return Described(spec, document)


def source_of(
    spec: Any, *, n: int | None = None, over: str | Path | Mapping[str, Any] | None = None, dialect: str | None = None
) -> Any:
    """Return what `described` does, or what is named as it is where it describes documents, instances or rows."""
    spec = object_named(spec)
    if not is_numbered(spec):
        return described(spec, n=n, over=over, dialect=dialect)
    check_asked(over=over, dialect=dialect)
    return spec


def _script(spec: Any) -> tuple[str, str | None] | None:
    """Return the script that a source is, or that a live database comes to, and its dialect where that is known."""
    if not isinstance(spec, str | Path):
        return None
    if is_database(str(spec)):
        from likewise.io.catalogue import read_catalogue

        url = str(spec) if "://" in str(spec) else url_of(Path(spec))
        return read_catalogue(url)
    path = Path(spec)
    if path.suffix.lower() not in SCRIPTS:
        return None
    with reading(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"), None
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), None


def _models(spec: Any, rows: int) -> Reading | None:
    """Return what models of SQLAlchemy, or a schema file of dbt, come to."""
    from likewise.techniques.rules.reading.dbt import is_dbt, read_dbt
    from likewise.techniques.rules.reading.models import is_model, read_models
    from likewise.techniques.rules.reading.plain import YAML, plain_values

    if is_model(spec):
        return read_models(spec, rows=rows)
    if isinstance(spec, Mapping):
        return read_dbt(spec, rows=rows) if is_dbt(spec) else None
    if (
        isinstance(spec, str | Path)
        and Path(spec).suffix.lower() in YAML
        and is_dbt(plain_values(Path(spec), "a spec"))
    ):
        return read_dbt(spec, rows=rows)
    return None


def url_of(path: Path) -> str:
    """Return the URL of a database that is a file."""
    from likewise.io.format import format_of

    return f"{format_of(path).form}:///{path.expanduser()}"


def over_of(over: str | Path | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a document that is laid over another, read where it is a file. Raises SourceError and SettingsError."""
    if over is None or isinstance(over, Mapping):
        return over or {}
    return read_document(Path(over), what="a document to lay over another", error=SettingsError, family="settings",
                         hint="it begins with `tables:`")  # fmt: skip


def _shown(over: Any) -> str | None:
    return str(over) if isinstance(over, str | Path) else None
