"""Columns that are fields of records: what a person, an address or a card says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.schema import Column
from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.cells import DTYPES
from likewise.techniques.rules.records.record import Record, Setting

_RECORDS = "likewise.techniques.rules.records"

RECORDS: dict[str, str] = {
    "person": f"{_RECORDS}.person:Person",
    "address": f"{_RECORDS}.address:Address",
    "company": f"{_RECORDS}.company.company:Company",
    "payment": f"{_RECORDS}.payment.payment:Payment",
    "vehicle": f"{_RECORDS}.vehicle:Vehicle",
    "device": f"{_RECORDS}.device:Device",
    "product": f"{_RECORDS}.product:Product",
}
"""Where the record of each word lies."""


def record_of(word: str) -> type[Record]:
    """Return the class of a record."""
    module, _, name = RECORDS[word].partition(":")
    found: type[Record] = getattr(import_module(module), name)
    return found


class Recorded(Maker):
    """Take a field of a record: `{person: email}`. Fields of one record agree with one another in every row.

    A second record of the same kind in a row has a name, `as: spouse`. `known` says which columns settle fields of the
    record: `{person: full name, known: {sex: gender}}`; a column that is called as a field settles it unasked where it
    is one of `TAKEN`. `others` says the same of the records beside it. `locale` and `safe` are those of the table and the document where they are not given.
    """

    word: ClassVar[str] = "record"
    beside: ClassVar[tuple[str, ...]] = ("as", "known", "locale", "safe")

    record: str
    field: str
    called: str = ""
    known: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    locale: str | None = None
    safe: bool | None = None
    as_of: dt.date = dt.date(2026, 1, 1)

    @classmethod
    def read(cls, value: Any, path: str) -> Recorded:
        """Read a field of a record, beside which record it is and where it lives."""
        word = next(name for name in value if name in RECORDS)
        written = value[word]
        try:
            record = record_of(word)
            field = " ".join(str(written).replace("_", " ").replace("-", " ").split())
            if field not in record.fields and str(written) in record.fields:
                field = str(written)
            record.field(field)
        except SettingsError as fault:
            raise told(path, fault.what, fault.hint, fault.code) from None
        known = value.get("known") or {}
        if not isinstance(known, Mapping):
            raise told(f"{path}.known", "which columns settle which fields is wanted", "write known: {sex: gender}")
        for name in known:
            if name not in record.fields:
                raise told(f"{path}.known", f"a {word} has no field `{name}`",
                           suggest(str(name), tuple(record.fields), "field"))  # fmt: skip
        own = {name: value[name] for name in ("locale", "safe") if name in value}
        settled = tuple((str(name), str(column)) for name, column in known.items())
        return cls(record=word, field=field, called=str(value.get("as", "")), known=settled, **own)

    def needs(self) -> tuple[str, ...]:
        """Return the columns that settle fields of the record."""
        beside = record_of(self.record).field(self.field).beside
        others = (column for word, known in self.others if word in beside for _, column in known)
        return tuple(dict.fromkeys([*(column for _, column in self.known), *others]))

    def distinct(self, rows: int, path: str) -> Maker:
        """Return the field that says the same with no value twice. Raises SettingsError where there is none."""
        other = record_of(self.record).field(self.field).distinct
        if other is None:
            raise told(path, f"the {self.field} of a {self.record} cannot be kept from repeating",
                       "leave `unique` out, or take another field", "settings.unique")  # fmt: skip
        return self.model_copy(update={"field": other})

    def said(self) -> str:
        """Return the field and where it lives."""
        called = f" `{self.called}`" if self.called else ""
        return f"the {self.field} of a {self.record}{called} ({self.locale})"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the field is."""
        kind = record_of(self.record).field(self.field).kind
        kind = "text" if kind == "category" else kind  # its levels are not known before it is made
        return Column(name=name, kind=kind, dtype=DTYPES.get(kind, "string"))

    def make(self, rows: Rows) -> pa.Array:
        """Return the field in some rows."""
        return self._of(rows, self.record, self.called).of(self.field)

    def _of(self, rows: Rows, word: str, called: str) -> Record:
        """Return a record of the rows, the same for all columns that ask for it."""
        own = word == self.record and called == self.called
        settled = self.known if own else dict(self.others).get(word, ())

        def make(random: Counted) -> Record:
            return record_of(word)(Setting(
                locale=self.locale or "en_US", safe=self.safe is not False, numbers=rows.numbers, random=random,
                known={field: rows.column(column) for field, column in settled},
                beside=lambda name: self._of(rows, name, ""), as_of=self.as_of))  # fmt: skip

        return rows.shared(f"{word} {called} {self.locale} {self.safe}", make)
