"""Rows from a document alone: no real data is read."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.core.dataset import Dataset
from likewise.core.draw import check_n, stream
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import SettingsError
from likewise.io.cells import json_text
from likewise.io.format import is_database
from likewise.io.related import Into
from likewise.io.sink import open_sink
from likewise.io.tables import is_text, open_tables
from likewise.recipes.described import SCRIPTS, Described, described, located, url_of
from likewise.recipes.documents import check_asked, sampled, written
from likewise.recipes.files import as_texts, drawing_to
from likewise.recipes.industries import check_by_itself, check_none, generated, is_industry
from likewise.recipes.places import keep_apart
from likewise.techniques.rules.reading.numbered import is_numbered, numbered, object_named

if TYPE_CHECKING:
    from likewise.techniques.rules.document.document import Document
    from likewise.techniques.rules.explaining import Explanation
    from likewise.techniques.rules.model import TablesModel
    from likewise.techniques.sampling.declared import Declared
    from likewise.techniques.sampling.designs import Design


def generate(
    spec: str | Path | Mapping[str, Any] | Declared | Document | Described,
    *,
    n: int | None = None,
    given: Any = None,
    balance: Any = None,
    design: str | Mapping[str, Any] | Design | None = None,
    tables: Sequence[str] | None = None,
    seed: int | None = None,
    **parameters: Any,
) -> Any:
    """Return the rows of a declared table as a Table, or those of several related ones as a Dataset.

    `spec` is the path of a YAML document, the mapping in it, or one of its kind (a `Declared`, a `Document`); also what
    describes tables elsewhere, such as a script of SQL or a live database, of which no row is read (`described` has
    more to say of those), models of SQLAlchemy or a schema file of dbt. JSON Schema, OpenAPI, Avro and Protobuf give a
    list of documents, a pydantic model, dataclass or TypedDict a list of its instances, and the schema of an Arrow or
    Parquet file a Table in its types. The document says what `n`, `seed` and `design` are where they are not told here;
    of several tables `n` is for those that do not say how many rows they have, and `tables` are those that are wanted.
    `given` and `balance` are those of `Model.sample`, for one table; a design takes neither. The same
    document and seed give the same rows. The name of an industry (`finance`), with its `parameters`, gives the Dataset
    of its world. Raises SettingsError with the path of every fault in the document, and ConditionError when conditions
    cannot be met.

    >>> generate({"columns": {"age": {"poisson": 40}, "sex": {"categorical": ["F", "M"]}}}, n=3).rows
    3
    """
    if isinstance(spec, str) and is_industry(spec):
        check_by_itself({"n": n, "given": given, "balance": balance, "design": design})
        return generated(spec, parameters, tables=tables, seed=seed)
    check_none(spec, parameters)
    spec = object_named(spec)
    elsewhere = numbered(spec, seed=seed or 0)
    if elsewhere is not None:
        check_asked(given=given, balance=balance, design=design, tables=tables)
        return sampled(elsewhere, n)
    with located(spec):
        asked = _asked(spec, n=n, given=given, balance=balance, design=design, tables=tables, seed=seed)
        if isinstance(asked, _Several):
            found: Dataset = asked.model.sample(seed=asked.seed)
            return found
        if asked.design is not None:
            return asked.designed()
        return concat(list(stream(asked.model, asked.n, given=given, balance=balance, seed=asked.seed)))


def previewed(
    spec: Any, rows: int, *, n: int | None = None, tables: Sequence[str] | None = None, seed: int | None = None
) -> Iterator[tuple[str, Table]]:
    """Yield the first rows of each table, which are those that all of them begin with."""
    check_n(rows)
    spec = object_named(spec)
    elsewhere = numbered(spec, seed=seed or 0)
    if elsewhere is not None:
        yield "documents", Table.from_any(elsewhere.table(0, rows if n is None else min(rows, n)))
        return
    with located(spec):
        asked = _asked(spec, n=n, given=None, balance=None, design=None, tables=tables, seed=seed)
        if isinstance(asked, _Several):
            for name in asked.model.only:
                most = min(rows, asked.model.rows(name, seed=asked.seed))
                yield name, asked.model.at(name, np.arange(most), seed=asked.seed)
            return
        first = next(iter(stream(asked.model, asked.n, seed=asked.seed)))
        yield asked.name, first.slice(0, rows)


def explained(spec: Any, *, n: int | None = None, seed: int | None = None) -> Explanation:
    """Return what makes each column of a document, how each rule is met, and how fast and how large rows are.

    >>> explained({"columns": {"age": {"poisson": 40}}}).tables[0].columns[0].said
    'poisson (mean 40)'
    """
    from likewise.techniques.rules.explaining import explanation_of
    from likewise.techniques.rules.model import TablesModel

    check_asked(**({"explain": True} if is_numbered(spec) else {}))
    told = described(spec, n=n)
    with located(told):
        return told.reasoned(explanation_of(TablesModel.of(told.document, rows=n).tables(seed)))


def lines_at(
    spec: Any,
    rate: float,
    *,
    n: int | None = None,
    tables: Sequence[str] | None = None,
    seed: int | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Yield rows as lines of JSON, so many a second; of several tables each line names its own as `table`.

    Lines come in groups of a tenth of a second, and of one line where they are rarer. Raises SettingsError for a rate
    that is none.
    """
    if not 0 < rate < math.inf:
        raise SettingsError("settings.rate", "a rate is a number of rows a second above 0", where="rate",
                            hint="use e.g. --rate 1000")  # fmt: skip
    check_asked(**({"rate": rate} if is_numbered(spec) else {}))
    with located(spec):
        asked = _asked(spec, n=n, given=None, balance=None, design=None, tables=tables, seed=seed)
        if isinstance(asked, _Several):
            blocks: Iterator[tuple[str | None, Table]] = (
                (name, block) for name, block in asked.model.stream(seed=asked.seed)
            )
        else:
            blocks = ((None, block) for block in stream(asked.model, asked.n, seed=asked.seed))
        began, done, size = clock(), 0, max(int(rate / 10), 1)
        for name, block in blocks:
            for start in range(0, block.rows, size):
                part = block.slice(start, size).to_arrow().to_pylist()
                due = began + done / rate - clock()
                if due > 0:
                    sleep(due)
                done += len(part)
                for row in part:
                    yield json_text(row if name is None else {"table": name, **row}) + "\n"


@dataclass(frozen=True, eq=False)
class Generated:
    """Hold how many rows were written of each table, and what is to be said of them."""

    tables: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(self.tables.values())


def generate_to_file(
    spec: str | Path | Mapping[str, Any] | Document | Described,
    out: str | Path,
    *,
    n: int | None = None,
    given: Any = None,
    balance: Any = None,
    design: str | Mapping[str, Any] | Design | None = None,
    tables: Sequence[str] | None = None,
    format: str | None = None,
    into: Into = "new",
    seed: int | None = None,
    model: str | Path | None = None,
    replace: bool = False,
    progress: Progress = quiet,
) -> Generated:
    """Write the same rows to a file, a database by URL or standard output (`-`), block by block.

    Several tables go to a folder, a file each in `format` (`csv` where none is said), to a database in one transaction,
    with every constraint on, or to a script of SQL (`.sql`), whose language `format` says. `into` fills tables of a
    database that are there, empty or not. `model` is where the compiled model goes, to be sampled from again. A design
    is held whole; all else at the memory of one block. Raises SourceError when a place cannot be written: then nothing
    is.
    """
    source = spec.source if isinstance(spec, Described) else spec
    places = [out, *([] if model is None else [model])]
    keep_apart(*([source, *places] if isinstance(source, str | Path) and into == "new" else places))
    spec = object_named(spec)
    elsewhere = numbered(spec, seed=seed or 0)
    if elsewhere is not None:
        check_asked(given=given, balance=balance, design=design, tables=tables, format=format, model=model)
        return Generated({"documents": written(elsewhere, out, n=n, replace=replace, progress=progress)})
    place = str(out)
    related = Path(place).suffix.lower() in SCRIPTS or (is_database(place) and "#" not in place)
    with located(spec):
        asked = _asked(spec, n=n, given=given, balance=balance, design=design, tables=tables, seed=seed,
                       related=related)  # fmt: skip
        if isinstance(asked, _Several):
            return asked.written(out, format=format, into=into, model=model, replace=replace, progress=progress)
        if into != "new":
            raise SettingsError("settings.into", "only several tables go into those of a database that are there",
                                where="into", hint="leave it out, or choose the table with `tables`")  # fmt: skip
        if asked.design is not None:
            table = asked.designed()
            with open_sink(out, replace=replace) as sink:
                sink.write(table.written() if as_texts(out, None) else table.to_arrow())
            rows = table.rows
        else:
            with drawing_to(
                asked.model,
                out,
                asked.n,
                given=given,
                balance=balance,
                seed=asked.seed,
                replace=replace,
                progress=progress,
            ) as blocks:
                rows = sum(block.rows for block in blocks)
        if model is not None:
            asked.model.save(model)
        return Generated({asked.name: rows}, asked.model.card.notes)


@dataclass(frozen=True, eq=False)
class _Asked:
    """Hold the compiled model of one table, and how rows are drawn from it."""

    name: str
    model: Model
    n: int
    n_told: bool
    seed: int
    design: Design | None

    def designed(self) -> Table:
        """Return the rows of the design; of a full-factorial as many as its levels make, where no number was told."""
        from likewise.techniques.sampling.model import SamplingModel

        assert self.design is not None and isinstance(self.model, SamplingModel)
        free = self.design.kind == "full-factorial" and not self.n_told
        rows: Table = self.model.design(None if free else self.n, kind=self.design, seed=self.seed)
        return rows


@dataclass(frozen=True, eq=False)
class _Several:
    """Hold the compiled model of several tables, and the seed that they are made under."""

    model: TablesModel
    seed: int
    described: Described

    def written(
        self, out: str | Path, *, format: str | None, into: Into, model: str | Path | None, replace: bool,
        progress: Progress,
    ) -> Generated:  # fmt: skip
        """Write all tables."""
        if model is not None:
            self.model.save(model)
        if is_database(str(out)) or Path(out).suffix.lower() in SCRIPTS:
            if self.model.document.dirty:
                raise SettingsError("settings.dirty", "a database refuses rows with errors in them", where="out",
                                    hint="name a folder: -o dirty/")  # fmt: skip
            return self.as_sql(out, format=format, into=into, replace=replace, progress=progress)
        if into != "new":
            raise SettingsError("settings.into", "only a database holds tables to fill", where="into",
                                hint="name a database: -o sqlite:///shop.db")  # fmt: skip
        total = sum(self.model.rows(name, seed=self.seed) for name in self.model.only if name in self.model.plan.tables)
        rows = dict.fromkeys(self.model.only, 0)
        as_text = is_text(out, format)
        with open_tables(out, self.model.only, format=format) as write:
            for name, block in self.model.stream(seed=self.seed):
                write(name, block.written() if as_text else block.to_arrow())
                rows[name] += block.rows
                progress(f"drawing rows: {name}", sum(rows.values()), total)
        return Generated(rows, (*self.described.notes, *self.model.plan.notes))

    def as_sql(
        self, out: str | Path, *, format: str | None, into: Into, replace: bool, progress: Progress
    ) -> Generated:
        """Write all tables into a database, or to a script that makes and fills them."""
        from likewise.recipes.databases import dump, load

        reading = self.described.reading
        if not is_database(str(out)):
            made = dump(self.model, out, reading=reading, language=format, seed=self.seed, progress=progress)
        else:
            url = str(out) if "://" in str(out) else url_of(Path(out))
            made = load(self.model, url, reading=reading, seed=self.seed, into=into, replace=replace, progress=progress)
        return Generated(made.tables, (*self.described.notes, *self.model.plan.notes, *made.notes))


def _asked(
    spec: Any, *, n: int | None, given: Any, balance: Any, design: Any, tables: Sequence[str] | None, seed: int | None,
    related: bool = False,
) -> _Asked | _Several:  # fmt: skip
    """Compile a document and settle what is asked of it. Raises SettingsError."""
    from likewise.techniques.rules.model import RulesModel, TablesModel
    from likewise.techniques.sampling.declared import Declared

    if n is not None:
        check_n(n)
    if seed is not None:
        generator(seed)
    if isinstance(spec, Declared):
        return _sampled(spec, n=n, given=given, balance=balance, design=design, seed=seed)
    told = described(spec, n=n)
    document = told.document
    if document.sampled is not None and tables is None:
        declared = Declared.of(document.sampled)
        return _sampled(declared, n=n, given=given, balance=balance, design=design, seed=seed)
    if design is not None:
        raise SettingsError("settings.design", "designs are of one table of distributions alone", where="design",
                            hint="leave the design out, or what is made by other rules")  # fmt: skip
    own = document.seed if seed is None else seed
    if len(document.tables) > 1 or tables is not None or document.dirty or (related and told.reading is not None):
        if given is not None or balance is not None:
            raise SettingsError("settings.given", "conditions and shares are of one table", where="given",
                                hint="leave them out, or declare one table")  # fmt: skip
        return _Several(TablesModel.of(document, rows=n, tables=None if tables is None else tuple(tables)), own,
                        told)  # fmt: skip
    model = RulesModel.of(document, rows=n)
    return _Asked(model.table, model, model.rows, n is not None, own, None)


def _sampled(
    declared: Declared, *, n: int | None, given: Any, balance: Any, design: Any, seed: int | None
) -> _Asked:  # fmt: skip
    """Compile a table of distributions alone, which conditions exactly and is drawn by design."""
    from likewise.techniques.sampling.designs import Design

    wanted = Design.of(design) if design is not None else declared.design
    if wanted is not None and (given is not None or balance is not None):
        raise SettingsError("settings.design", "a design takes neither conditions nor a balance", where="design",
                            hint="leave the design out, or the conditions")  # fmt: skip
    rows = n if n is not None else declared.n
    return _Asked("table", declared.model(), rows, n is not None or "n" in declared.model_fields_set,
                  declared.seed if seed is None else seed, wanted)  # fmt: skip
