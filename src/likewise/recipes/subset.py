"""A part of related tables that can stand by itself: test data of a size to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.tables import columns_of
from likewise.core.counted import Counted
from likewise.core.dataset import Dataset, Relation
from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.modalities.relational.closure import Closure, Masks
from likewise.privacy.masking.document import Masking
from likewise.privacy.masking.key import Key
from likewise.recipes.mask import checked, masked_rows
from likewise.recipes.originals import Originals
from likewise.recipes.places import keep_apart

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Subset:
    """Hold how many rows of each table were taken, of how many, and the references that had no row before."""

    rows: Mapping[str, int]
    of: Mapping[str, int]
    orphans: Mapping[Relation, int]


def subset(
    data: Dataset,
    *,
    start: str,
    rows: int | None = None,
    share: float | None = None,
    where: str | None = None,
    seed: int = 0,
) -> Dataset:
    """Return part of a dataset in which no row refers to one that was left out.

    Some rows of the table `start` are taken: `rows` of them or a `share`, by chance, of those in which the rule `where`
    holds; then all that belongs to them (their orders, the items of these), and all that any of these refer to. Tables
    that nothing leads to are empty. Raises SettingsError where `start` is no table or more is asked for than there is.

    >>> from likewise.core.table import Table
    >>> tables = {"a": Table.from_any({"id": [1, 2, 3]}), "b": Table.from_any({"a": [1, 3, 3]})}
    >>> shop = Dataset(tables, (Relation(table="b", columns=("a",), to="a", key=("id",)),))
    >>> {name: table.rows for name, table in subset(shop, start="a", where="id == 3").tables.items()}
    {'a': 1, 'b': 2}
    """
    found = Closure(data).of({start: chosen(data[start], rows=rows, share=share, where=where, seed=seed)})
    return Dataset({name: data[name].take(found[name]) for name in data}, data.relations)


def subset_to(
    source: str | Path,
    out: str | Path,
    *,
    start: str,
    rows: int | None = None,
    share: float | None = None,
    where: str | None = None,
    whole: Sequence[str] = (),
    refers: Sequence[str] = (),
    masking: Masking | str | Path | Mapping[str, Any] | None = None,
    key: Key | str | Path | None = None,
    replace: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> Subset:
    """Write such a part of a database, or of a folder of files, into another one; with a `masking`, masked by a `key`.

    Tables of `whole` are taken with all their rows. A database is made with the constraints of the first one. The
    columns that refer are held in memory, and beside them one table at a time. Raises SourceError when a place cannot
    be read or written: then nothing is there.
    """
    keep_apart(source, out)
    ways, secret = _secrecy(masking, key)
    originals = Originals.of(source, refers)
    if ways is not None:
        ways.check_tables(list(originals.files))
        ways.check_relations(originals.relations)
    masks, orphans = _taken(originals, originals.named(start), [originals.named(name) for name in whole],
                            rows=rows, share=share, where=where, seed=seed)  # fmt: skip
    with originals.writing(out, replace=replace) as put:
        for done, name in enumerate(originals.files):
            progress(f"writing {name}", done, len(originals.files))
            part = originals.read(name).table.filter(pa.array(masks[name]))
            put(name, part if ways is None or secret is None else masked_rows(part, name, ways, secret))
    taken = {name: int(mask.sum()) for name, mask in masks.items()}
    return Subset(taken, {name: len(mask) for name, mask in masks.items()}, orphans)


def chosen(
    table: Table, *, rows: int | None = None, share: float | None = None, where: str | None = None, seed: int = 0
) -> Mask:  # fmt: skip
    """Return which rows of a table are taken first. Raises SettingsError for what cannot be taken."""
    if rows is not None and share is not None:
        raise SettingsError("settings.subset", "`rows` and `share` are both given", hint="choose one of them")
    if share is not None and not 0 < share <= 1:
        raise SettingsError("settings.subset", "a share lies above 0 and is at most 1", hint="write e.g. 0.1")
    found = np.ones(table.rows, bool)
    if where is not None:
        found &= np.asarray(evaluate(read_expression(where), columns_of(table), table.rows).values == 1)
    there = int(found.sum())
    wanted = there if rows is None and share is None else rows if share is None else round(share * there)
    assert wanted is not None
    if not 0 <= wanted <= there:
        raise SettingsError("settings.subset", f"{wanted:,} rows are asked for, and there are {there:,}",
                            hint="ask for fewer")  # fmt: skip
    order = np.where(found, Counted(seed, "subset").uniforms(np.arange(table.rows)), 2.0)
    found[np.argsort(order, kind="stable")[wanted:]] = False
    return found


def _taken(
    originals: Originals,
    start: str,
    whole: Sequence[str],
    *,
    rows: int | None,
    share: float | None,
    where: str | None,
    seed: int,
) -> tuple[Masks, dict[Relation, int]]:
    """Return which rows of each table are taken, holding only the columns that refer or are referred to."""
    tables: dict[str, Table] = {}
    for name in originals.files:
        raw = originals.read(name).table
        if name == start:
            mask = chosen(Table.from_arrow(raw), rows=rows, share=share, where=where, seed=seed)
        referring = {column for own in originals.relations if own.table == name for column in own.columns}
        keys = {column for own in originals.relations if own.to == name for column in own.key}
        kept = [column for column in raw.column_names if column in referring | keys] or raw.column_names[:1]
        tables[name] = Table.from_arrow(raw.select(kept))
    closure = Closure(Dataset(tables, originals.relations))
    return closure.of({start: mask}, whole), {own: count for own, count in closure.orphans().items() if count}


def _secrecy(masking: Any, key: Any) -> tuple[Masking | None, Key | None]:
    """Read a masking and its key, which come together."""
    if (masking is None) != (key is None):
        raise SettingsError("settings.mask", "a masking and a key come together", hint="give both: --mask and --key")
    if masking is None:
        return None, None
    return checked(masking), Key.of(key)
