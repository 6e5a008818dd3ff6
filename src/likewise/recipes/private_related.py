"""Related tables under a privacy budget: from a dataset, frames by name, a database or a folder to new tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import open_aside, together
from likewise.core.dataset import Dataset, Relation
from likewise.core.documents import read_document
from likewise.core.frames import to_raw
from likewise.core.progress import Progress
from likewise.core.state import to_bytes
from likewise.core.table import Table
from likewise.errors import PrivacyError
from likewise.io.declared import read_declared
from likewise.privacy.contract import cells_of
from likewise.recipes.originals import Originals
from likewise.recipes.places import keep_apart
from likewise.recipes.private import Guarantee
from likewise.techniques.marginals import Contracts, Related, RelatedModel


def is_related(source: Any, domain: Any) -> bool:
    """Say whether what is to be learned is several tables, by what holds them and by the contract alone.

    >>> is_related({"age": [31, 45]}, {"age": {"kind": "number"}}), is_related("sqlite:///a.db", {"tables": {}})
    (False, True)
    """
    if isinstance(source, str | Path):
        return "tables" in _document(domain)
    if isinstance(source, Mapping) and source:
        return all(isinstance(own, Mapping | Table | pa.Table) or hasattr(own, "columns") for own in source.values())
    return isinstance(source, Dataset)


@dataclass(frozen=True, eq=False)
class RelatedWritten:
    """Hold where the tables and the model of one run are, how many rows each table has, and the model."""

    data: str | Path
    model_file: Path
    rows: Mapping[str, int]
    model: RelatedModel


def fit_related(
    source: Any, promised: Guarantee, settings: Mapping[str, Any] | None = None, *, seed: int, progress: Progress
) -> RelatedModel:
    """Learn related tables under a guarantee for a row of the table `unit` and all rows that belong to it.

    `source` is a Dataset, a mapping of tables, the URL of a database or a folder. Contracts are checked, and the budget
    is reserved, before a row is read. Raises PrivacyError and SourceError.
    """
    asked = Related.from_dict({**(settings or {}), "epsilon": promised.epsilon, "delta": promised.delta}, where="units")
    originals = Originals.of(source) if isinstance(source, str | Path) else None
    known = originals.relations if originals is not None else source.relations if isinstance(source, Dataset) else ()
    contracts = _contracts(promised, known)
    account, ledger = asked.account(), promised.opened()
    reserved = None if ledger is None else ledger.reserve(
        asked.epsilon, asked.delta, people=promised.people or "", unit=contracts.unit, slack=0.0, technique="units",
        contract=contracts.tables[contracts.unit].digest,
    )  # fmt: skip
    try:
        raws = _tables(source, contracts, originals)
        model = asked.learned(raws, contracts, account, seed=seed, progress=progress)
    finally:
        receipt = None if reserved is None else reserved.commit(account.events)
    return model if receipt is None else model.receipted(receipt)


def related_to_files(
    source: str | Path, promised: Guarantee, settings: Mapping[str, Any] | None = None, *, out: str | Path | None,
    model: str | Path | None, n: int | None, replace: bool, seed: int, progress: Progress,
) -> RelatedWritten:  # fmt: skip
    """Write new tables into a folder or a database, and the model beside them: all of it appears, or nothing does."""
    name = Path(str(source).partition("?")[0]).stem or "tables"
    out = f"{name}-synthetic/" if out is None else out
    place = Path(f"{name}.model.likewise") if model is None else Path(model)
    keep_apart(source, out, place)
    with together(), open_aside(place) as file:
        fitted = fit_related(source, promised, settings, seed=seed, progress=progress)
        made = fitted.sample(n, seed=seed)
        _write(source, made, out, replace)
        file.write(to_bytes(fitted))  # type: ignore[arg-type]
        file.flush()
    return RelatedWritten(out, place, {name: made[name].rows for name in made}, fitted)


def is_related_model(model: Any) -> TypeGuard[RelatedModel]:
    """Say whether a model that was read is of related tables."""
    return isinstance(model, RelatedModel)


def drawn_to_files(
    model: RelatedModel, out: str | Path, n: int | None = None, *, given: Any = None, balance: Any = None, seed: int = 0
) -> dict[str, int]:
    """Write `n` new units and all rows that are theirs into a new folder; return how many rows each table has.

    Raises SourceError where the folder is there and not empty.
    """
    Guarantee(epsilon=None).check_one(given=given, balance=balance)
    made = model.sample(n, seed=seed)
    _write(out, made, out, False)
    return {name: made[name].rows for name in made}


def _write(source: str | Path, made: Dataset, out: str | Path, replace: bool) -> None:
    """Write a dataset as the source's own tables are declared where both are databases, else as files."""
    from likewise.io.tables import open_tables
    from likewise.modalities.relational.ordering import parents_first

    if "://" in str(out):
        with Originals.of(source).writing(out, replace=replace) as put:
            for name in parents_first(list(made), made.relations):
                put(name, _with_nulls(made[name]))
        return
    with open_tables(out, list(made)) as write:
        for name in made:
            write(name, made[name].written())


def _with_nulls(table: Table) -> pa.Table:
    """Return values for a database, which knows missing ones."""
    rows = table.to_arrow()
    columns = [pc.if_else(pa.array(table.missing(name)), pa.scalar(None, rows.column(name).type), rows.column(name))
               for name in table.names]  # fmt: skip
    return pa.table(columns, names=list(table.names))


def _document(domain: Any) -> dict[str, Any]:
    """Return the document of a contract, whatever it is of; none where it is no mapping."""
    if isinstance(domain, str | Path) and domain not in ("discover", "ignore"):
        return read_document(Path(domain).expanduser(), what="a contract", error=PrivacyError, family="privacy",
                             hint="write {tables: {customers: {columns: {id: id, ...}}}}")  # fmt: skip
    return dict(domain) if isinstance(domain, Mapping) else {}


def _contracts(promised: Guarantee, relations: Sequence[Relation]) -> Contracts:
    """Return the contracts that are asked for. Raises PrivacyError where the unit is not said."""
    fields = _document(promised.domain)
    told = fields.get("tables", fields)
    unit = promised.unit or fields.get("unit")
    if unit is None:
        raise PrivacyError("privacy.no-unit", "nothing says whose rows are protected together", where="unit",
                           hint="name the table: unit='customers'")  # fmt: skip
    if promised.public is not None:
        raise PrivacyError("privacy.public", "public rows do not help to learn related tables", where="public",
                           hint="declare public tables in the contract: `products: public`")  # fmt: skip
    return Contracts.of(told, unit, relations)


def _tables(source: Any, contracts: Contracts, originals: Originals | None) -> dict[str, pa.Table]:
    """Return the tables that contracts name, as they are written. Raises PrivacyError where one is not there."""
    names = [*contracts.tables, *contracts.public]
    there = list(originals.files) if originals is not None else list(source)
    for name in names:
        if name not in there:
            raise PrivacyError("privacy.absent", f"the contract declares the table `{name}`, which is not there",
                               where=name, hint=f"the tables are: {', '.join(there)}")  # fmt: skip
    if originals is not None:
        return {name: _read(originals, name, contracts) for name in names}
    private = {name: cells_of(source[name], own.listed)[0] for name, own in contracts.tables.items()}
    return {**private, **{name: _raw(source[name]) for name in contracts.public}}


def _read(originals: Originals, name: str, contracts: Contracts) -> pa.Table:
    """Return a table of a database, or of a file whose rows are read each by itself."""
    place = originals.files[name]
    if "://" in place or name in contracts.public:
        return originals.read(name).table
    return read_declared(place, contracts.tables[name].listed).table


def _raw(table: Any) -> pa.Table:
    """Return a public table as it came."""
    return table.written() if isinstance(table, Table) else to_raw(table)[0]
