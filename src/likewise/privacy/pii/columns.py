"""Which columns of a table identify persons, alone or with others."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.identifiers.catalogue import BY_LABEL, NONE
from likewise.core.identifiers.judging import MOST, Judgement, judge
from likewise.core.identifiers.recogniser import Recogniser
from likewise.core.identifiers.replacing import distinct_texts, known, spread
from likewise.core.schema import NUMBERS, Column
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.privacy.pii.profiles import gdpr, safe_harbor
from likewise.privacy.pii.texts import find_in_texts

TEXTS = 200
"""Texts of a column that are searched for identifiers inside them."""

PROSE = 5
"""Words that texts have at least on average where they are searched: shorter ones are names of things."""

SURE = 0.7
"""How sure a span inside a text must be to count for its column."""

OLD = 89
"""Years of age beyond which Safe Harbor wants them in one group."""

LIVES = (BY_LABEL["date of birth"], BY_LABEL["date of death"])
"""Dates that are known of people."""

_UNIQUE = Recogniser("unique code", pattern=r"\S+", hipaa="R")


class Finding(Spec):
    """Say that a column identifies: the class, the share of its cells (of at most 1,000 distinct ones that were looked
    at), how sure it is (0 to 1), why, and what becomes of it in a fit: replaced by invented values, or learned.

    >>> find_pii({"mail": ["a@b.example", "c@d.example", "e@f.example"]})[0].label
    'email'
    """

    column: str
    label: str
    share: float
    confidence: float
    why: str
    replaced: bool
    directly: bool = True
    hipaa: str = ""
    gdpr: str = ""


def find_pii(data: Table | object) -> tuple[Finding, ...]:
    """Return the columns of a table that identify persons, directly or together with others, in their order.

    A column is judged by its name, by the form and the check digits of up to 1,000 of its distinct values, and by how
    many of them differ. Use it before a table is given away. It finds what is common in some dozen countries, not
    everything: nobody is safe because nothing was found. Cost: a second or two for 1,000,000 rows x 15 columns.

    >>> table = {"born": ["1990-03-01", "1954-10-30", "1971-07-12"] * 9, "paid": [3, 5, 9] * 9}
    >>> [(found.column, found.label, found.replaced) for found in find_pii(table)]
    [('born', 'date of birth', False)]
    """
    table = data if isinstance(data, Table) else Table.from_any(data)
    return tuple(found for column in table.schema.columns for found in _found(table, column))


def _found(table: Table, column: Column) -> list[Finding]:
    if column.pii == NONE or column.role == "ignore" or not table.rows:
        return []
    judged = _media(column) if column.is_media else _by_kind(table, column)
    replaced = column.is_generated or column.is_pseudonymous
    if judged is not None:
        return [_finding(column, judged, replaced)]
    return _inside(table, column) if column.kind in ("text", "json") else []


def _finding(column: Column, judged: Judgement, replaced: bool) -> Finding:
    own = judged.recogniser
    return Finding(column=column.name, label=own.label, share=round(judged.share, 4), confidence=judged.confidence,
                   why=judged.why, replaced=replaced, directly=own.directly, hipaa=safe_harbor(own),
                   gdpr=gdpr(own))  # fmt: skip


def _media(column: Column) -> Judgement | None:
    """Judge media by what they are called; pictures and clips of what nobody says may show faces."""
    body = [BY_LABEL["biometric"], BY_LABEL["photo"]]
    own = next((own for own in body if own.named(column.name)), None)
    if own is not None:
        return Judgement(own, 1.0, 0.9, "named so")
    shown = {"image": "pictures", "video": "clips"}.get(column.kind)
    return None if shown is None else Judgement(BY_LABEL["photo"], 1.0, 0.4, f"{shown}, which may show faces")


def _by_kind(table: Table, column: Column) -> Judgement | None:
    if column.kind in NUMBERS and column.kind not in ("integer", "decimal", "float"):
        return _dates(table, column)
    texts, filled = _distinct(table, column)
    if not len(texts):
        return None
    if column.pii is not None:
        judged = judge(column.name, spread(texts, MOST).to_pylist())
        own = known(column.pii, column.name)
        return judged if judged is not None and judged.recogniser is own else Judgement(own, 1.0, 1.0, "told so")
    judged = judge(column.name, spread(texts, MOST).to_pylist())
    if judged is not None and judged.recogniser.label == "age over 89":
        judged = None
    return judged or _ages(table, column) or _coded(column, len(texts), filled)


def _distinct(table: Table, column: Column) -> tuple[pa.Array, int]:
    """Return the distinct values of a column as texts, and how many rows have one."""
    array = table.column(column.name)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if column.kind in ("decimal", "float"):
        values = array.unique().drop_null()
        written = spread(values, MOST).to_pylist()
        return pa.array([f"{value:.{column.decimals or 6}f}" for value in written], pa.string()), len(array)
    return distinct_texts(array, column)


def _dates(table: Table, column: Column) -> Judgement | None:
    if column.kind not in ("date", "datetime"):
        return None
    own = next((own for own in LIVES if own.named(column.name)), None)
    if own is None:
        return None
    return Judgement(own, 1 - float(table.missing(column.name).mean()), 0.95, "a date, and named so")


def _ages(table: Table, column: Column) -> Judgement | None:
    own = BY_LABEL["age over 89"]
    if column.kind not in ("integer", "decimal", "float") or not own.named(column.name):
        return None
    values = table.numbers(column.name)
    values = values[~np.isnan(values)]
    over = float((values > OLD).mean()) if len(values) else 0.0
    if not over or values.max() > 130:
        return None
    return Judgement(own, over, 0.9, "named so, and some are over 89")


def _coded(column: Column, distinct: int, filled: int) -> Judgement | None:
    """Judge codes that belong to one row, or one person, each: by their kind, and by the bits that tell rows apart."""
    if not (column.is_generated or column.is_pseudonymous):
        return None
    bits = math.log2(max(distinct, 1))
    share = distinct / max(filled, 1)
    return Judgement(_UNIQUE, 1.0, 0.8 if share > 0.5 else 0.7, f"codes that differ in {share:.0%} of the rows, "
                     f"{bits:.0f} bits")  # fmt: skip


def _inside(table: Table, column: Column) -> list[Finding]:
    """Return the classes that are found inside running texts, by the share of the texts that hold them."""
    array = pc.drop_null(table.texts(column.name).unique())
    texts = spread(array, TEXTS).to_pylist()
    if not texts or sum(len(text.split()) for text in texts) < PROSE * len(texts):
        return []
    held: dict[str, int] = {}
    for spans in find_in_texts(texts):
        for label in {span.label for span in spans if span.confidence >= SURE}:
            held[label] = held.get(label, 0) + 1
    return [_finding(column, Judgement(BY_LABEL[label], count / len(texts), 0.8, "inside running text"), False)
            for label, count in sorted(held.items()) if count >= 0.01 * len(texts)]  # fmt: skip
