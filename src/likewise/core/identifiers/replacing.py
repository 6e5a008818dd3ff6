"""Columns that identify persons, marked as such, with what takes the place of their values."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.identifiers.catalogue import BY_LABEL, NONE
from likewise.core.identifiers.fakes import fake_like
from likewise.core.identifiers.judging import MOST, judge
from likewise.core.identifiers.recogniser import Recogniser
from likewise.core.keys import CLASSES, capacity, infer_pattern
from likewise.core.schema import Column, Kind, Pattern
from likewise.core.values import as_texts, blank, decoded, is_words, without_markers
from likewise.errors import SchemaError, suggest

JUDGED: frozenset[Kind] = frozenset({"text", "category", "id", "constant", "integer"})
"""Kinds of columns whose values may be identifiers that are made anew."""

_ENOUGH = 20
"""Distinct values that must share a character before it is kept in what is made."""

_ROOM = 16
"""How many times more values a pattern is to make than there are."""


def identified(column: Column, array: pa.Array) -> Column:
    """Return a column with the class of identifiers that it holds, and with what takes the place of its values.

    Texts of which hardly any repeats become ids, which are made anew; those that repeat, or that are missing in places,
    become categories whose levels are invented. A column that a schema says is `none` stays as it is.
    """
    if column.kind not in JUDGED or column.pii == NONE or not _readable(array):
        return column
    distinct, filled = distinct_texts(array, column)
    if column.pii is not None:
        recogniser = known(column.pii, column.name)
    else:
        judged = judge(column.name, spread(distinct, MOST).to_pylist())
        if judged is None:
            return column
        recogniser = judged.recogniser
    if not recogniser.directly or not len(distinct):
        return column
    return _replaced(column, recogniser, distinct, filled)


def known(label: str, where: str) -> Recogniser:
    """Return the recogniser of a label. Raises SchemaError for one that there is not."""
    if label not in BY_LABEL:
        raise SchemaError("schema.unknown-pii", f"there is no class of identifiers called `{label}`", where=where,
                          hint=suggest(label, [*BY_LABEL, NONE], "class"))  # fmt: skip
    return BY_LABEL[label]


def distinct_texts(array: pa.Array, column: Column) -> tuple[pa.Array, int]:
    """Return the distinct values of a column as texts, missing ones left out, and how many rows have any."""
    plain = decoded(array)
    if is_words(plain.type):
        plain = without_markers(plain.cast(pa.string()), column.missing)
        plain = pc.if_else(blank(plain), pa.scalar(None, pa.string()), plain)
    values = plain.unique().drop_null()
    if pa.types.is_floating(values.type):
        values = values.filter(pc.is_finite(values)).cast(pa.int64(), safe=False)
    return as_texts(values), len(plain) - plain.null_count


def spread(values: pa.Array, size: int) -> pa.Array:
    """Return at most `size` of some values, at even steps."""
    if len(values) <= size:
        return values
    return values.take(pa.array(np.linspace(0, len(values) - 1, size).astype(np.int64)))


def _readable(array: pa.Array) -> bool:
    dtype = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return bool(is_words(dtype) or pa.types.is_integer(dtype) or pa.types.is_floating(dtype))


def _replaced(column: Column, recogniser: Recogniser, distinct: pa.Array, filled: int) -> Column:
    kind: Kind = column.kind
    repeats = len(distinct) <= 0.5 * filled
    if kind in ("integer", "constant") or (kind == "text" and not repeats):
        kind = "category" if repeats or column.nullable or kind == "constant" else "id"
    elif kind == "text":
        kind = "category"
    pattern = column.pattern
    if pattern is None or pattern.form == "sequence" or recogniser.fake:
        pattern = pattern_for(recogniser, distinct)
    told = f"; identifiers ({recogniser.label}), so that invented ones take their place"
    reason = column.reason.split("; identifiers")[0] + told
    return column.model_copy(update={"kind": kind, "pii": recogniser.label, "pattern": pattern, "bounds": None,
                                     "format": None, "reason": reason})  # fmt: skip


def pattern_for(recogniser: Recogniser, distinct: pa.Array) -> Pattern:
    """Return the pattern of values that take the place of identifiers: their form, or an invented name or address.

    >>> from likewise.core.identifiers.catalogue import BY_LABEL
    >>> pattern_for(BY_LABEL["us ssn"], pa.array(["521-44-1234", "301-22-9876"])).mask
    '999-99-9999'
    """
    sample = spread(distinct, 5 * MOST)
    if recogniser.fake:
        return Pattern(form="fake", fake=fake_like(recogniser.fake, spread(sample, MOST).to_pylist()))
    lengths = pc.binary_length(sample)
    usual = sample.filter(pc.equal(lengths, pc.mode(lengths)[0]["mode"]))
    room = _ROOM * len(distinct)
    own = infer_pattern(usual) if len(usual) >= _ENOUGH else None
    if own is not None and own.form != "sequence" and capacity(own) >= room:
        return own
    shape = Pattern(form="mask", mask=_shape(usual.to_pylist()))
    if capacity(shape) >= room:
        return shape
    return Pattern(form="sequence", start=10 ** max(len(str(len(distinct))), 3))


def _shape(texts: list[str]) -> str:
    """Return the commonest form of some texts as a mask: digits, capitals and small letters; other signs stay."""
    shapes = Counter(re.sub(r"[^\W\d_]", lambda own: "A" if own[0].isupper() else "a", re.sub(r"\d", "9", text))
                     for text in texts)  # fmt: skip
    shape = min(shapes, key=lambda own: (-shapes[own], own))
    return "".join("\\" + sign if sign in (*(set(CLASSES) - set("9Aa")), "\\") else sign for sign in shape)
