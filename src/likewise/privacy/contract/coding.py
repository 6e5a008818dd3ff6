"""Data as the numbers of its cells, each by the contract alone, and back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import PrivacyError, SchemaError, nearest
from likewise.privacy.contract.contract import Contract
from likewise.privacy.contract.domain import Codes, Domain
from likewise.privacy.contract.outside import Ignored
from likewise.privacy.contract.reading import moment_texts, numbers_of, pieces, texts_of, whole_texts

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Hold the codes of rows: rows x columns, in the order of `names`, each from 0 up to the column's size.

    `units` numbers whose each row is, None where every row is a unit. All of it is private, the number of rows too.
    """

    codes: Codes
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    units: Ints | None = None

    @property
    def rows(self) -> int:
        """The number of rows, which is private."""
        return len(self.codes)


def encode(raw: pa.Table, contract: Contract) -> Coded:
    """Return data as codes: those of a row follow from its own cells and the contract, and no cell ever fails.

    What is missing or cannot be read gets the last code where the contract lets cells be missing, else the default of
    the column. Under `unit` the first `most` rows of each unit stay, and those of no unit are left out. Raises
    PrivacyError for columns that only one of contract and data has, before any cell is looked at.

    >>> contract = Contract.of({"age": {"kind": "number", "integer": True, "min": 0, "max": 99, "missing": True}})
    >>> encode(pa.table({"age": ["30", " 30.0", "old", "1e3"]}), contract).codes[:, 0].tolist()
    [30, 30, 100, 99]
    """
    check_columns(raw.column_names, contract)
    if contract.is_open:
        raise PrivacyError("privacy.undiscovered", "the contract leaves domains to be discovered",
                           hint="discover them first, or declare them")  # fmt: skip
    codes = np.empty((raw.num_rows, len(contract.coded)), dtype=np.int32, order="F")
    for place, domain in enumerate(contract.coded):
        codes[:, place] = codes_of(raw.column(domain.name), domain)
    names = tuple(domain.name for domain in contract.coded)
    if contract.unit is None:
        return Coded(codes, names, contract.sizes)
    units, kept = units_of(raw.column(contract.unit), contract.most)
    return Coded(np.asfortranarray(codes[kept]), names, contract.sizes, units[kept])


def decode(contract: Contract, name: str, codes: Codes, rng: np.random.Generator) -> pa.Array:
    """Return a value for each code of a column, drawn evenly from its cell, as `Table` holds it under `schema_of`."""
    return contract[name].decoded(codes, rng)


def codes_of(column: pa.ChunkedArray, domain: Domain) -> Codes:
    """Return the code of each cell of a column."""
    parts = [domain.codes(chunk) for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def check_columns(names: list[str], contract: Contract) -> None:
    """Refuse data whose columns are not those of the contract. Raises PrivacyError or SchemaError."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise SchemaError("schema.duplicate-column", f"column names appear twice: {', '.join(twice)}",
                          hint="rename one of them")  # fmt: skip
    declared = {domain.name for domain in contract.columns}
    extra = [name for name in names if name not in declared] if contract.rest == "refuse" else []
    needed = [d.name for d in contract.columns if not isinstance(d, Ignored) or d.name == contract.unit]
    absent = [name for name in needed if name not in names]
    if extra:
        listed = ", ".join(f"`{name}`" for name in extra)
        raise PrivacyError("privacy.undeclared", f"the contract does not say what may be in {listed}",
                           where=extra[0], hint=_lines(extra[0], absent))  # fmt: skip
    if absent:
        close = nearest(absent[0], names)
        listed = ", ".join(f"`{name}`" for name in absent)
        raise PrivacyError("privacy.absent", f"the contract declares {listed}, which the data does not have",
                           where=absent[0],
                           hint=f"did you mean `{close}`?" if close else "take it out of the contract")  # fmt: skip


def _lines(name: str, absent: list[str]) -> str:
    close = nearest(name, absent)
    meant = f"did you mean `{close}`, which is declared and not in the data? else " if close else ""
    return (f"{meant}declare it, e.g. `{name}: {{kind: number, min: 0, max: 100}}` or `{name}: {{kind: category, "
            f"levels: [...]}}`, or write `{name}: discover` or `{name}: ignore`")  # fmt: skip


def units_of(column: pa.ChunkedArray, most: int) -> tuple[Ints, Ints]:
    """Return the number of each row's unit, and the rows that stay: the first `most` of each unit."""
    coded = keys_of(column).dictionary_encode()
    units = np.asarray(coded.indices.fill_null(-1)).astype(np.int64)
    order = np.argsort(units, kind="stable")
    first = np.searchsorted(units[order], units[order], side="left")
    rank = np.empty(len(units), dtype=np.int64)
    rank[order] = np.arange(len(units)) - first
    return units, np.flatnonzero((rank < most) & (units >= 0))


def keys_of(column: pa.ChunkedArray) -> pa.Array:
    """Return what ids are told apart by: exact texts, numbers and moments as they are written; null where none is."""
    keys = [_keys(piece) for chunk in column.chunks for piece in pieces(chunk)]
    return pa.chunked_array(keys, pa.string()).cast(pa.large_string()).combine_chunks()


def _keys(array: pa.Array) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary.take(array.indices)
    if pa.types.is_integer(array.type):
        return array.cast(pa.string())
    if pa.types.is_boolean(array.type):
        return pc.if_else(array, "true", "false")
    if pa.types.is_floating(array.type):
        texts = _written(array)
    elif pa.types.is_decimal(array.type):
        texts = array.cast(pa.string())
    else:
        texts = moment_texts(array) if pa.types.is_temporal(array.type) else texts_of(array)
    texts = pc.replace_substring_regex(texts, r"^(-?[0-9]+)\.0+$", r"\1")
    return pc.if_else(pc.not_equal(texts, ""), texts, pa.scalar(None, pa.string()))


def _written(array: pa.Array) -> pa.Array:
    """Return floats as Python writes them, whole ones as whole numbers as long as these are exact."""
    infinite = np.asarray(pc.is_inf(array).fill_null(False))
    numbers = np.where(infinite, np.asarray(array.cast(pa.float64()).fill_null(0.0)), numbers_of(array))
    others = [None if np.isnan(x) else repr(x) for x in numbers.tolist()]
    return pc.coalesce(whole_texts(numbers), pa.array(others, pa.string()))
