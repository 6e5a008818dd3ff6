"""What properties most likely hold, by their names: one record an object, so that its parts agree with one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

import numpy as np

from likewise.errors import MissingExtra
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.documents.kinds import Kind
from likewise.techniques.rules.documents.pools import BLOCK, KEPT, OWN, SHARED
from likewise.techniques.rules.documents.work import Work
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables
from likewise.techniques.rules.makers.recorded import RECORDS, record_of
from likewise.techniques.rules.reading.sql.names import DATES, NUMBERS, TEXTS, Guess, guesses_of, role_of

ROWS, PART = 1 << 48, 1 << 40
"""Rows that a profile has; those that belong to one place of its object in documents."""

FORMATS: Mapping[str, Mapping[str, Any]] = {"email": {"person": "email"}, "ipv4": {"device": "ipv4"}}
"""What texts of a format are, whatever they are called."""

ID = Guess(r"\bids?$", {"pattern": "[0-9a-f]{12}"}, 12)
"""Texts that tell things apart, where no other name fits."""

Values = dict[str, Any]


class Profile:
    """Guess the properties of one schema's objects; `row` gives the guesses for one object, by their names.

    Guesses are offered: what the schema says of a property decides whether one is taken.
    """

    def __init__(self, seed: int, name: str, columns: Mapping[str, Mapping[str, Any]]) -> None:
        table = name.replace(".", "-") or "#"
        document = Document.of({"tables": {table: {"columns": dict(columns)}}})
        self._table, self._columns = table, list(columns)
        self._tables = Tables(Plan.of(document), seed=seed, fixed={table: ROWS})
        self._blocks: dict[Hashable, list[Values]] = {}

    def row(self, work: Work) -> Values:
        """Return the guesses for the next object of the schema in a document."""
        place = work.taken[self]
        work.taken[self] += 1
        block, row = divmod(work.number, BLOCK)
        if place < OWN:
            return self._block(place, block, BLOCK)[row]
        return work.draws.pick(self._block(OWN, block, SHARED))

    def _block(self, place: int, block: int, size: int) -> list[Values]:
        key = (place, block)
        if key not in self._blocks:
            if len(self._blocks) >= KEPT:
                del self._blocks[next(iter(self._blocks))]
            numbers = np.arange(size) + (place * PART + block * size)
            made = self._tables.made(self._table, numbers, self._columns)
            cells = [column.to_pylist() for column in made]
            self._blocks[key] = [dict(zip(self._columns, row, strict=True)) for row in zip(*cells, strict=True)]
        return self._blocks[key]


def profile_of(seed: int, path: str, about: str, wanted: Mapping[str, tuple[set[Kind], str | None]]) -> Profile | None:
    """Return the profile of objects at a path; `wanted` are the kinds and the formats of their properties.

    `about` is what the objects are called. None where no name says anything.
    """
    columns: dict[str, Mapping[str, Any]] = {}
    for name, (kinds, form) in wanted.items():
        made = _made(about, name, kinds, form)
        if "." not in name and name.strip() and made is not None and all(map(_is_there, made.keys() - {"as"})):
            columns[name] = made
    return Profile(seed, path, columns) if columns else None


def _made(about: str, name: str, kinds: set[Kind], form: str | None) -> Mapping[str, Any] | None:
    if form is not None and form not in ("date", "date-time"):
        return FORMATS.get(form)
    if form is not None:
        rules = DATES[:1]
    elif "string" in kinds:
        rules = (*TEXTS, ID)
    elif kinds & {"integer", "number"}:
        rules = NUMBERS
    else:
        return None
    found = next(guesses_of(rules, about, name), None)
    if found is None:
        return None
    role = role_of(name)
    return found.made if role is None or not RECORDS.keys() & found.made else {**found.made, "as": role}


@cache
def _is_there(word: str) -> bool:
    """Return whether the packages are installed that fields of a record need; without them words are made."""
    if word not in RECORDS:
        return True
    try:
        field = next(iter(record_of(word).fields))
        Profile(0, "#", {"it": {word: field}}).row(Work.blank())
    except MissingExtra:
        return False
    return True


def offered(value: Any, kinds: set[Kind]) -> Any:
    """Return a guess as JSON has it: dates as texts, numbers rounded."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float):
        return round(value) if "number" not in kinds else round(value, 2)
    return value
