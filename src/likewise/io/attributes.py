"""Attributes of logs: texts, each said to be of a type, as columns of that type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.io.iso import iso_texts

Ints = npt.NDArray[np.int64]
Said = Literal["string", "date", "int", "float", "boolean"]

MOMENT = pa.timestamp("us")
AWARE = pa.timestamp("us", tz="UTC")

_ENDING = r"(?:Z|[+-]\d{2}:?\d{2})$"
_LONG = r"(\.\d{6})\d+"
_EXACT = 2**53


def read_values(texts: pa.Array, said: Said) -> pa.Array:
    """Return texts as values of the type that they are said to be of; as they are where one of them is none.

    Moments with an offset are in UTC, others of no zone.

    >>> read_values(pa.array(["1", "-20"]), "int").type, read_values(pa.array(["1", "many"]), "int").type
    (DataType(int64), DataType(string))
    """
    try:
        if said == "int":
            return pc.replace_substring_regex(texts, r"^\+", "").cast(pa.int64())
        if said == "float":
            return pc.replace_substring_regex(texts, r"^\+", "").cast(pa.float64())
        if said == "boolean":
            return pc.utf8_lower(texts).cast(pa.bool_())
        return _moments(texts) if said == "date" else texts
    except pa.ArrowInvalid:
        return texts


def _moments(texts: pa.Array) -> pa.Array:
    """Return ISO 8601 texts as moments. Raises ArrowInvalid where one is none."""
    ended = pc.match_substring_regex(texts, _ENDING)
    aware = bool(pc.any(ended).as_py())
    if aware and not pc.all(ended).as_py():  # those that say no zone are taken to be in UTC
        texts = pc.if_else(ended, texts, pc.binary_join_element_wise(texts, "Z", ""))
    kind = AWARE if aware else MOMENT
    try:
        return texts.cast(kind)
    except pa.ArrowInvalid:
        pass
    try:
        return pc.replace_substring_regex(texts, _LONG, r"\1").cast(kind)
    except pa.ArrowInvalid:
        return pa.array([_moment(text, aware=aware) for text in texts.to_pylist()], kind)


def _moment(text: str | None, *, aware: bool) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise pa.ArrowInvalid("no moment") from None
    return moment.astimezone(UTC) if aware and moment.tzinfo else moment.replace(tzinfo=UTC if aware else None)


def offsets_of(texts: pa.Array) -> set[str]:
    """Return the offsets from UTC that moments are written with; an empty one where some say none.

    >>> sorted(offsets_of(pa.array(["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.5+02:00"])))
    ['+00:00', '+02:00']
    """
    if not pc.any(pc.match_substring_regex(texts, _ENDING)).as_py():
        return {""}
    in_utc = pc.ends_with(texts, "Z")
    others = pc.utf8_slice_codeunits(texts.filter(pc.invert(in_utc)), -6).unique()
    found = pc.extract_regex(others, r"(?P<z>[+-]\d{2}:?\d{2})$")
    listed = pc.fill_null(pc.struct_field(found, "z"), "").to_pylist()
    zones = {z if ":" in z or not z else f"{z[:3]}:{z[3:]}" for z in listed}
    return zones | ({"+00:00"} if pc.any(in_utc).as_py() else set())


@dataclass
class Attribute:
    """Collect the values of one attribute, part by part, and put them side by side as one column at the end."""

    parts: list[pa.Array] = field(default_factory=list)
    offsets: set[str] = field(default_factory=set)
    length: int = 0

    def add(self, size: int, found: Iterable[tuple[Said, Ints, pa.Array]]) -> None:
        """Append `size` rows: for each type that values are said to be of, the rows that have one, and their texts."""
        arrays: list[pa.Array] = []
        places = np.full(size, -1, dtype=np.int64)
        for said, rows, texts in found:
            if said == "date":
                self.offsets |= offsets_of(texts)
            places[rows] = np.arange(len(rows)) + sum(len(array) for array in arrays)
            arrays.append(read_values(texts, said))
        values = arrays[0] if len(arrays) == 1 else side_by_side(arrays)
        if len(values) != size or (np.diff(places) != 1).any() or (size and places[0] != 0):
            values = values.take(pa.array(places, mask=places < 0))
        self.parts.append(values)
        self.length += size

    def fill(self, length: int) -> None:
        """Append rows without a value until there are `length`."""
        if length > self.length:
            self.parts.append(pa.nulls(length - self.length))
            self.length = length

    def column(self) -> pa.ChunkedArray:
        """Return all parts as a column of the one type that holds them; moments in the zone that all are written in."""
        column = one_type(self.parts)
        zones = self.offsets - {"", "+00:00"}
        if column.type == AWARE and len(zones) == 1 and len(self.offsets) == 1:
            return column.cast(pa.timestamp("us", tz=zones.pop()))
        return column


def side_by_side(arrays: list[pa.Array]) -> pa.Array:
    """Return arrays of perhaps several types one after the other, in a type that holds them all."""
    column = one_type(arrays)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0)


def one_type(parts: list[pa.Array]) -> pa.ChunkedArray:
    """Return parts as one column: numbers as floats where that changes none, else what differs in type as texts."""
    kinds = {part.type for part in parts} - {pa.null()}
    if len(kinds) <= 1:
        kind = kinds.pop() if kinds else pa.null()
    elif kinds == {pa.int64(), pa.float64()} and all(_is_exact(part) for part in parts):
        kind = pa.float64()
    elif kinds == {MOMENT, AWARE}:
        kind = AWARE
    else:
        kind = pa.string()
    return pa.chunked_array([_as(part, kind) for part in parts], kind)


def _is_exact(part: pa.Array) -> bool:
    if not pa.types.is_integer(part.type) or not len(part.drop_null()):
        return True
    least, most = pc.min_max(part).as_py().values()
    return bool(max(-least, most) <= _EXACT)


def _as(part: pa.Array, kind: pa.DataType) -> pa.Array:
    if part.type == kind:
        return part
    if kind == pa.string() and pa.types.is_timestamp(part.type):
        return iso_texts(part)
    return part.cast(kind)
