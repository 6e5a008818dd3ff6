"""Columns changed one by one, each row by itself: dropped, hashed, capped, rounded, shortened, masked."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.core.values import as_texts, one_array
from likewise.errors import SettingsError
from likewise.privacy.anonymity.coding import number_like
from likewise.privacy.anonymity.steps import calendar_rungs, step_rungs
from likewise.privacy.anonymity.ways import Cap, Drop, Hash, Part, Round, Way, Zip3
from likewise.privacy.masking.apply import Invent, masked
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Blank, Format, Keep, Replace, Shift

Floats = npt.NDArray[np.float64]

FEW_PEOPLE = ("036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884",
              "890", "893")  # fmt: skip
"""First three digits of ZIP codes where 20,000 people or fewer lived in the census of 2000.

US Department of Health and Human Services, 2012: Guidance regarding methods for de-identification of protected health
information in accordance with the HIPAA Privacy Rule, on 45 CFR 164.514(b)(2)(i)(B).
"""

_PARTS = ("month", "quarter", "year", "decade")


def changed(raw: pa.Table, table: Table, ways: Mapping[str, Way], key: Key | None, invent: Invent) -> pa.Table:
    """Return the cells as they are written with every column changed that has a way of its own.

    `table` holds the same cells typed. Equal values are masked and hashed alike. Raises SettingsError for a column of a
    kind that a way cannot change, and where a way needs a key and there is none.
    """
    found = raw
    masking = {name: way for name, way in ways.items() if isinstance(way, Keep | Blank | Format | Shift | Replace)}
    if any(not isinstance(way, Keep | Blank) for way in masking.values()) and key is None:
        raise no_key()
    if any(not isinstance(way, Keep) for way in masking.values()):
        found = masked(raw, masking, key or Key.new(), invent=invent)
    for name, way in ways.items():
        if isinstance(way, Hash):
            if key is None:
                raise no_key()
            found = _put(found, name, hashed(one_array(raw.column(name)), key, way))
        elif isinstance(way, Zip3):
            found = _put(found, name, _zip3(as_texts(one_array(raw.column(name)))))
        elif isinstance(way, Cap | Round | Part):
            found = _put(found, name, _shortened(table, as_texts(one_array(raw.column(name))), name, way))
    return found.drop_columns([name for name, way in ways.items() if isinstance(way, Drop)])


def no_key() -> SettingsError:
    """Return the error that a key is wanted."""
    return SettingsError("settings.key", "columns are masked or hashed, and there is no key", where="key",
                         hint="--key FILE, or --new-key FILE the first time")  # fmt: skip


def hashed(values: pa.Array, key: Key, way: Hash) -> pa.Array:
    """Return the keyed hash of each value as hexadecimal text; equal values have equal ones, missing ones none.

    >>> hashed(pa.array(["a", "b", "a"]), Key(bytes(32)), Hash(length=8)).unique().to_pylist().__len__()
    2
    """
    secret = key.derived("hash", way.domain)
    coded = as_texts(values).dictionary_encode()
    texts = (text.encode("utf-8", "surrogatepass") for text in coded.dictionary.to_pylist())
    hashes = [hmac.digest(secret, text, "sha256").hex()[: way.length] for text in texts]
    return pa.array(hashes, pa.string()).take(coded.indices)


def _shortened(table: Table, texts: pa.Array, name: str, way: Cap | Round | Part) -> pa.Array:
    """Return numbers or dates as less exact texts."""
    kind, values = table.schema[name].kind, number_like(table, name)
    if kind == "empty":
        return texts
    if values is None or isinstance(way, Part) != (kind in ("date", "datetime")):
        raise SettingsError("settings.way", f"`{name}` ({kind}) cannot be changed by `{way.word}`", where=name,
                            hint="`part` takes dates, `cap` and `round` take numbers")  # fmt: skip
    if isinstance(way, Cap):
        return _capped(values, texts, way, whole=_are_whole(values))
    distinct, inverse = np.unique(values, return_inverse=True)
    there = np.append(np.nan, distinct[~np.isnan(distinct)])
    if isinstance(way, Round):
        names = step_rungs(there, [way.step], whole=_are_whole(values) and way.step.is_integer())[0]
    else:
        calendar = calendar_rungs(there, kind)[-len(_PARTS) :]
        names, years = calendar[_PARTS.index(way.of)], calendar[2].cast(pa.int64())
        if way.first is not None:
            names = pc.if_else(pc.less(years, way.first), f"<{way.first}", names)
    names = pa.concat_arrays([names.cast(pa.string()), pa.nulls(1, pa.string())])
    return names.take(pa.array(np.minimum(inverse.reshape(-1), len(names) - 1)))


def _are_whole(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return bool((known == np.rint(known)).all())


def _capped(values: Floats, texts: pa.Array, way: Cap, *, whole: bool) -> pa.Array:
    found = pc.if_else(pa.array(np.isnan(values)), None, texts)
    if way.most is not None:
        above = f"{way.most + 1:.12g}+" if whole and way.most.is_integer() else f">{way.most:.12g}"
        found = pc.if_else(pa.array(values > way.most), above, found)
    if way.least is not None:
        found = pc.if_else(pa.array(values < way.least), f"<{way.least:.12g}", found)
    return found


def _zip3(texts: pa.Array) -> pa.Array:
    """Return the first three digits of ZIP codes, which may have lost their leading zeros as numbers do."""
    plain = pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), r"^(\d{3,5})\.0$", r"\1")
    full = pc.if_else(pc.match_substring_regex(plain, r"^\d{3,4}$"), pc.utf8_lpad(plain, 5, "0"), plain)
    full = pc.if_else(pc.match_substring_regex(full, r"^\d{5}(-?\d{4})?$"), full, pa.scalar(None, pa.string()))
    first = pc.utf8_slice_codeunits(full, 0, 3)
    return pc.if_else(pc.is_in(first, value_set=pa.array(FEW_PEOPLE)), "000", first)


def _put(rows: pa.Table, name: str, array: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), pa.field(name, array.type), array)
