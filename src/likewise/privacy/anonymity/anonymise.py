"""A table made less identifying by a plan, and what it reaches, counted from what is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.digest import digest_columns
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.core.tensors import is_tensor
from likewise.core.values import as_texts, one_array
from likewise.errors import PrivacyError
from likewise.privacy.anonymity.apply import changed, no_key
from likewise.privacy.anonymity.check import Reached, reached
from likewise.privacy.anonymity.coding import coded, secret
from likewise.privacy.anonymity.document import Anonymizing
from likewise.privacy.anonymity.generalise import Generalised, generalise
from likewise.privacy.anonymity.loss import Loss, discernibility, loss_of
from likewise.privacy.anonymity.profiles import no_quasi
from likewise.privacy.anonymity.ways import Quasi, Sensitive, Way
from likewise.privacy.masking.apply import Invent
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Keep

FEW = 20
"""Rows under which it says little that all values of a column differ."""

INEXACT = ("quasi", "cap", "round", "part", "zip3")
"""Ways by which a cell comes to stand for more than one value."""


class Summary(Spec):
    """Hold what was done and what is reached: of the written rows, and of them alone.

    `reached` is None where nothing was generalised. `discernibility` is how many rows a row cannot be told from on
    average. `telling` are columns that were kept as they are, and in which there are more than half as many values as
    rows: whoever knows one finds the row. `digest` is that of the cells that were written, as texts.
    """

    profile: str | None = None
    rows: int
    left_out: int
    columns: dict[str, str]
    method: str | None = None
    reached: Reached | None = None
    loss: dict[str, Loss] = {}
    discernibility: float | None = None
    telling: tuple[str, ...] = ()
    digest: str

    def said(self) -> list[str]:
        """Return what was done and reached in a few lines."""
        lines = [f"{name}: {way}" for name, way in self.columns.items() if way not in ("keep", "quasi", "sensitive")]
        kept = [name for name, way in self.columns.items() if way in ("keep", "sensitive")]
        lines.append(f"kept as they are: {', '.join(kept) if kept else 'none'}")
        if self.telling:
            lines.append(f"most rows have a value of their own, by which whoever knows it finds them: "
                         f"{', '.join(self.telling)} (drop, round or generalise them)")  # fmt: skip
        if self.reached is None:
            return lines
        for name, loss in self.loss.items():
            lines.append(f"{name}: generalised, {100 * loss.span:.0f} % of its span and {100 * loss.entropy:.0f} % of "
                         "its bits are lost")  # fmt: skip
        lines.append(f"{self.method}; {self.left_out:,} of {self.rows:,} rows are left out")
        risk = f"a guess at somebody's row is right in at most {100 * self.reached.risk:.2g} % of cases"
        classes = f"{self.reached.classes:,} class{'es' if self.reached.classes > 1 else ''}"
        lines.append(f"k = {self.reached.k:,} (counted again) in {classes}: {risk}")
        for name, own in self.reached.sensitive.items():
            lines.append(f"{name}: l = {own.distinct} (by entropy {own.entropy:.2f}), t = {own.t:.3f}")
        return lines


@dataclass(frozen=True, eq=False)
class Anonymised:
    """Hold the rows as they are to be written, and what is said of them."""

    rows: pa.Table
    summary: Summary


def anonymised(raw: pa.Table, schema: Schema | None, plan: Anonymizing, key: Key | None, invent: Invent) -> Anonymised:
    """Return the cells of a table, as they were written, made less identifying.

    Columns that are kept, and sensitive ones, are not touched. Raises PrivacyError where what is asked cannot be
    reached or is not, and SettingsError where the plan does not fit the table.
    """
    table = Table.from_arrow(raw, schema)
    ways = plan.table(raw.column_names)
    if plan.needs_key and key is None:
        raise no_key()
    if plan.needs_quasi and not plan.quasi:
        raise no_quasi()
    found = _generalised(raw, table, plan, ways) if plan.quasi else None
    changing = {name: way for name, way in ways.items() if not isinstance(way, Quasi | Sensitive)}
    rows = changed(raw, table, changing, key, invent)
    if found is not None:
        rows = rows.filter(pa.array(found.kept))
        for cells in found.columns:
            name = cells.hierarchy.name
            rows = rows.set_column(rows.column_names.index(name), pa.field(name, pa.string()), cells.texts)
    if not rows.num_columns:
        raise PrivacyError("privacy.nothing-left", "every column is dropped", hint="keep one at least")
    if plan.order == "sorted":
        texts = _texts(rows)
        keys = [(name, "ascending") for name in texts.column_names]
        rows = rows.take(pc.sort_indices(texts, sort_keys=keys)) if keys else rows
    return Anonymised(rows, _summary(rows, table, plan, ways, found))


def _texts(rows: pa.Table) -> pa.Table:
    """Return all cells as texts, without pictures and sounds."""
    kept = [name for name in rows.column_names if not is_tensor(rows.schema.field(name).type)]
    return pa.table({name: as_texts(one_array(rows.column(name))) for name in kept})


def _generalised(raw: pa.Table, table: Table, plan: Anonymizing, ways: Mapping[str, Way]) -> Generalised:
    codes, hierarchies = [], []
    if table.rows < plan.criteria.k:
        raise PrivacyError("privacy.k", f"a class of k = {plan.criteria.k:,} rows is wanted, and the table has fewer",
                           where="k", hint="ask for a smaller k, or give more rows")  # fmt: skip
    for name in plan.quasi:
        way = ways[name]
        assert isinstance(way, Quasi)
        own, hierarchy = coded(table, raw, name, way)
        codes.append(own)
        hierarchies.append(hierarchy)
    secrets = [secret(table, name) for name in plan.sensitive]
    return generalise(codes, hierarchies, secrets, plan.criteria, method=plan.method, suppress=plan.suppress)


def _telling(rows: pa.Table, ways: Mapping[str, Way]) -> tuple[str, ...]:
    """Return the columns kept as they are that have more than half as many values as rows (of 20 rows or more)."""
    texts = _texts(rows)
    kept = [name for name in texts.column_names if isinstance(ways[name], Keep | Sensitive)]
    if texts.num_rows < FEW:
        return ()
    return tuple(name for name in kept if 2 * pc.count_distinct(texts[name], "only_valid").as_py() > texts.num_rows)


def _summary(
    rows: pa.Table, table: Table, plan: Anonymizing, ways: Mapping[str, Way], found: Generalised | None
) -> Summary:  # fmt: skip
    columns = {name: way.word if hasattr(way, "word") else "replace" for name, way in ways.items()}
    summary = Summary(profile=plan.profile, rows=table.rows, left_out=table.rows - rows.num_rows, columns=columns,
                      telling=_telling(rows, ways), digest=digest_columns(_texts(rows)))  # fmt: skip
    if found is None:
        return summary
    return summary.model_copy(update={
        "method": found.said,
        "reached": reached(rows, table.schema, plan.quasi, plan.sensitive, plan.criteria),
        "loss": {cells.hierarchy.name: loss_of(cells, table.rows) for cells in found.columns},
        "discernibility": discernibility(found, table.rows),
    })  # fmt: skip
