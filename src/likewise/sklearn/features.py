"""Features as scikit-learn's users hold them: read as a Table, and rows given back in the kind that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.utils.validation import validate_data

from likewise.core.frames import to_raw
from likewise.core.machine import available_memory, gigabytes
from likewise.core.table import Table
from likewise.sklearn.refusals import InvalidData, validating

HINT = "give a frame, or a two-dimensional array with a row for each sample and a column for each feature"
BYTES_A_CELL = 24
"""Memory that a cell of a sparse matrix takes as a dense one: as an array, as a column and typed."""


@dataclass(frozen=True, eq=False)
class Features:
    """Hold features as a Table beside what they came as."""

    table: Table
    came: Any

    def measured(self) -> Features:
        """Return the features with every column of numbers a measure, never an id, and no level replaced.

        A learner is given all of them as they are, those that count rows too.
        """
        schema = self.table.schema
        for column in schema.columns:
            if column.is_generated and _is_number(column.dtype):
                schema = schema.replace(column.name, kind="integer", role="feature", pattern=None)
            elif column.is_pseudonymous:
                schema = schema.replace(column.name, pattern=None)
        return replace(self, table=Table.from_any(self.table, schema))

    def like(self, rows: Table) -> Any:
        """Return the features of rows as they came: in an array of the same dtype, a list, a sparse matrix, a frame."""
        rows = rows.select(self.table.names)
        rows = rows.with_schema(rows.schema.model_copy(update={"nested": self.table.schema.nested}))
        if isinstance(self.came, list):
            return _matrix(rows, _array(self.came).dtype).tolist()
        if _is_sparse(self.came):
            from scipy.sparse import csr_array, csr_matrix, sparray

            csr = csr_array if isinstance(self.came, sparray) else csr_matrix
            return csr(_matrix(rows, self.came.dtype)).asformat(self.came.format)
        if isinstance(self.came, np.ndarray):
            return _matrix(rows, self.came.dtype)
        if isinstance(self.came, pa.Table):
            return rows.to_arrow()
        native = rows.to_native()
        if _is_pandas(self.came):
            native.columns = self.came.columns
            return native.astype({n: d for n, d in self.came.dtypes.items() if native[n].dtype != d})
        return native

    def followed_by(self, rows: Table, kept: npt.NDArray[np.int64]) -> Any:
        """Return the `kept` features as they came, and new rows after them."""
        first, then = taken(self.came, kept), self.like(rows)
        if isinstance(first, list):
            return first + then
        if isinstance(first, Mapping):
            return {name: [*values, *then[name]] for name, values in first.items()}
        if isinstance(first, np.ndarray):
            return np.concatenate([first, then])
        if _is_sparse(first):
            from scipy.sparse import vstack

            return vstack([first, then], format=self.came.format)
        import narwhals as nw

        both = nw.concat([nw.from_native(first), nw.from_native(then)]).to_native()
        return both.reset_index(drop=True) if _is_pandas(both) else both


def read_features(estimator: Any, X: Any) -> Features:
    """Return features as a Table, and note their number and names on the estimator as scikit-learn wants.

    Raises InvalidData for what is not two-dimensional, has no rows, holds complex or infinite numbers, and for a sparse
    matrix that memory does not hold as a dense one.
    """
    rows = isinstance(X, list) and bool(X) and all(isinstance(row, Mapping) for row in X)
    if not rows and (isinstance(X, list | tuple | np.ndarray) or _is_sparse(X)):
        return _of_array(estimator, X)
    X = X.collect() if hasattr(X, "collect") else X  # a lazy frame of polars comes back as an eager one
    raw, natives, container = to_raw(_dense(X))
    _check_numbers(raw)
    with validating("X", HINT):
        validate_data(estimator, X if _is_pandas(X) else raw, skip_check_array=True)
    if not raw.num_rows:
        raise InvalidData("fit.no-rows", "`X` has 0 samples: there is nothing to learn from", where="X",
                          hint="give at least one row")  # fmt: skip
    table = X if isinstance(X, Table) else Table.from_arrow(raw, None, container, natives)
    came = {"arrow": raw, "table": raw, "dict": X if isinstance(X, Mapping) else table.to_dict()}
    return Features(table, came.get(container, X))


def taken(values: Any, places: npt.NDArray[np.int64]) -> Any:
    """Return rows of anything that holds rows, in its own kind; the index of a pandas frame starts anew."""
    if isinstance(values, Mapping):
        return {name: taken(column, places) for name, column in values.items()}
    if isinstance(values, list | tuple):
        return [values[place] for place in places.tolist()]
    if _is_pandas(values):
        return values.iloc[places].reset_index(drop=True)
    if isinstance(values, pa.Table | pa.Array | pa.ChunkedArray):
        return values.take(pa.array(places))
    return (values.tocsr() if _is_sparse(values) else values)[places]


def _of_array(estimator: Any, X: Any) -> Features:
    given = _array(X) if isinstance(X, list | tuple) else X
    with validating("X", HINT):
        matrix = validate_data(estimator, given, dtype=None, accept_sparse="csr", ensure_all_finite=False)
    if _is_sparse(matrix):
        _check_room(matrix.shape[0] * matrix.shape[1] * BYTES_A_CELL)
        matrix = matrix.toarray()
    columns = {f"x{i}": matrix[:, i] for i in range(matrix.shape[1])}
    raw, natives, container = to_raw(columns)
    _check_numbers(raw)
    came = list(X) if isinstance(X, tuple) else X if isinstance(X, list) else given
    return Features(Table.from_arrow(raw, None, container, natives), came).measured()


def _array(rows: Any) -> npt.NDArray[Any]:
    """Return a list of lists as an array in which numbers beside texts stay numbers."""
    with validating("X", HINT):
        found = np.asarray(rows)
        return np.asarray(rows, dtype=object) if found.dtype.kind in "US" else found


def _matrix(rows: Table, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    arrow = rows.to_arrow()
    matrix = np.empty(arrow.shape, dtype=dtype)
    for place, column in enumerate(arrow.columns):
        if dtype.kind == "O":
            gone = np.nan if rows.schema.columns[place].is_number else None
            matrix[:, place] = [gone if value is None else value for value in column.to_pylist()]
        else:
            matrix[:, place] = column.to_numpy()
    return matrix


def _dense(X: Any) -> Any:
    """Return a pandas frame without sparse columns; anything else as it is."""
    if not _is_pandas(X) or not (sparse := [place for place, d in enumerate(X.dtypes) if hasattr(d, "fill_value")]):
        return X
    _check_room(len(X) * len(sparse) * BYTES_A_CELL)
    return X.astype({X.columns[place]: X.dtypes.iloc[place].subtype for place in sparse})


def _check_room(needed: int) -> None:
    room = available_memory()
    if room is not None and needed > room:
        raise InvalidData("fit.memory", f"sparse features are learned as dense ones, which takes {gigabytes(needed)}, "
                          f"and {gigabytes(room)} are available", where="X",
                          hint="reduce the features first, for instance with TruncatedSVD")  # fmt: skip


def _check_numbers(raw: pa.Table) -> None:
    """Refuse infinite numbers, and whole ones that no 64-bit integer holds."""
    for name, column in zip(raw.column_names, raw.columns):
        if pa.types.is_floating(column.type) and pc.any(pc.is_inf(column.cast(pa.float64()))).as_py():
            raise InvalidData("fit.infinite", f"feature `{name}` contains infinity", where=name,
                              hint="replace infinite values by missing ones, or leave the rows out")  # fmt: skip
        if pa.types.is_uint64(column.type) and (pc.max(column).as_py() or 0) >= 2**63:
            raise InvalidData("fit.too-large", f"feature `{name}` holds whole numbers beyond 64 bits", where=name,
                              hint="make them floats if they measure something, texts if they name it")  # fmt: skip


def _is_number(dtype: str) -> bool:
    return dtype.startswith(("int", "uint", "float", "double", "halffloat"))


def _is_sparse(X: Any) -> bool:
    from scipy.sparse import issparse

    return bool(issparse(X))


def _is_pandas(X: Any) -> bool:
    return hasattr(X, "iloc")
