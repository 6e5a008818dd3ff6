"""An address: street, city, region, postcode, country, coordinates, time zone and telephone area, of one place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Counted
from likewise.techniques.rules.records.chances import Chances
from likewise.techniques.rules.records.locales import LOCALES, Locale, read_locale
from likewise.techniques.rules.records.names import names_of, provider, weighted
from likewise.techniques.rules.records.places import Places, places_of
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Codes, Texts, coded, joined

STREETS, UNITS = 8192, 60
"""How many names of streets a locale has, and how high its flats are numbered."""

WITH_UNIT = 0.3
"""The share of addresses that name a flat."""

PLACED = ("zip", "city", "county", "state code", "state")
"""Fields that tell where an address is: what a document makes otherwise, the rest of the address follows."""


class Address(Record):
    """Hold one address a row, of a real place: its postcode, city, region, coordinates, time zone and area agree.

    American postcodes are real ones with all that belongs to them. Elsewhere cities are real, drawn by how many live
    there, and a postcode is made so that it begins as those of its region do.
    """

    name: ClassVar[str] = "address"
    fields: ClassVar[Mapping[str, Field]] = {
        "street": Field("category", "name of the street"),
        "house number": Field("text", "number of the house, as text"),
        "street line": Field("text", "street and house number, in the order of the locale"),
        "unit": Field("text", "flat or suite; missing for most"),
        "city": Field("category", "city of the postcode"),
        "county": Field("category", "county of the postcode in the United States, the region elsewhere"),
        "state": Field("category", "state, province or region"),
        "state code": Field("category", "abbreviation of the state or region"),
        "zip": Field("category", "postcode"),
        "country": Field("category", "country, in the language of the locale"),
        "country code": Field("category", "country, as ISO 3166 writes it with two letters"),
        "latitude": Field("float", "degrees north, inside the city"),
        "longitude": Field("float", "degrees east, inside the city"),
        "time zone": Field("category", "time zone, by its name in the tz database"),
        "phone area": Field("category", "telephone area of the place; missing where the country has none, or too many"),
        "full address": Field("text", "the whole address on several lines, as the country writes it"),
    }

    @cached_property
    def _locale(self) -> Locale:
        return read_locale(self.setting.locale)

    @cached_property
    def _places(self) -> Places:
        return places_of(self._locale.code)

    @cached_property
    def _place(self) -> Codes:
        """The place of each row: any, or one that fits what the document made otherwise."""
        bits, places = self.random("place"), self._places
        known = {field: self.setting.known[field] for field in PLACED if field in self.setting.known}
        drawn = places.chances.draw(bits)
        if known:
            order, chances, group = _fitting(places, known)
            drawn = np.where(group < 0, drawn, order.take(chances.draw(bits, np.maximum(group, 0))))
        return drawn

    def _make(self, name: str) -> pa.Array:
        rows, locale = self.setting.numbers, self._locale
        if name in self._places.said:
            codes, texts = self._places.said[name]
            return coded(codes.take(self._place), texts)
        if name == "zip":
            return coded(self._place, self._places.zip)
        if name in ("country", "country code"):
            text = locale.country_name if name == "country" else locale.country
            return coded(np.zeros(len(rows), np.int32), pa.array([text]))
        if name in ("latitude", "longitude"):
            return pa.array(self._coordinate(name))
        if name == "street":
            return coded(streets_of(locale.code).codes(self.random(name)), streets_of(locale.code).texts)
        if name == "house number":
            return coded(numbers_of(locale.code).codes(self.random(name)), numbers_of(locale.code).texts)
        if name == "phone area":
            return self._area()
        if name == "unit":
            return self._unit()
        return self._written(locale.line if name == "street line" else locale.block)

    def _coordinate(self, axis: str) -> npt.NDArray[np.float64]:
        middle = self._places.latitude if axis == "latitude" else self._places.longitude
        off = self.setting.random.at(axis).uniforms(self.setting.numbers) * 2 - 1
        return np.round(middle.take(self._place) + off * self._places.radius.take(self._place), 6)

    def _area(self) -> pa.Array:
        codes, lists = self._places.said["phone areas"]
        of_place = codes.take(self._place)
        texts = areas_of(self._locale.code)
        unnamed = pc.equal(lists, "").to_numpy(zero_copy_only=False).take(of_place)
        return pa.DictionaryArray.from_arrays(
            pa.array(texts.codes(self.random("phone area"), of_place), mask=unnamed), texts.texts
        )

    def _unit(self) -> pa.Array:
        texts = units_of(self._locale.code)
        if texts is None:
            return pa.nulls(len(self.setting.numbers), pa.string())
        bits = self.random("unit")
        here = (self.setting.random.at("has unit").uniforms(self.setting.numbers)) < WITH_UNIT
        return pa.DictionaryArray.from_arrays(pa.array(texts.codes(bits), mask=~here), texts.texts)

    def _written(self, template: str) -> pa.Array:
        """Return a template filled: `{line}` is the street line with the flat, where there is one."""
        parts: list[pa.Array | str] = []
        for part in re.split(r"(\{[^}]*\})", template):
            if part == "{line}":
                parts += [self.of("street line"), self._unit_behind()]
            elif part.startswith("{"):
                parts.append(self.of({"{number}": "house number"}.get(part, part[1:-1])))
            elif part:
                parts.append(part)
        return joined(*parts)

    def _unit_behind(self) -> pa.Array:
        separator = " " if self._locale.language in ("ja", "zh", "ko") else ", "
        unit = self.of("unit")
        written = pc.binary_join_element_wise(pa.scalar(separator), unit.cast(pa.string()), "")
        return pc.fill_null(written, "").dictionary_encode()


def _fitting(places: Places, known: Mapping[str, pa.Array]) -> tuple[Codes, Chances, npt.NDArray[np.intp]]:
    """Return the places in groups that are alike in some fields, and the group of each row, -1 where none fits it."""
    place_key = np.zeros(len(places.zip), np.int64)
    row_key = np.zeros(len(next(iter(known.values()))), np.int64)
    for field, values in known.items():
        codes, texts = places.said.get(field, (np.arange(len(places.zip), dtype=np.int32), places.zip))
        found = pc.index_in(values.cast(pa.string()), texts)
        place_key = place_key * len(texts) + codes
        row_key = np.where(pc.is_valid(found), row_key * len(texts) + pc.fill_null(found, 0).to_numpy(), -(2**62))
    order = np.argsort(place_key, kind="stable").astype(np.int32)
    keys, sizes = np.unique(place_key, return_counts=True)
    group = np.minimum(np.searchsorted(keys, row_key), len(keys) - 1)
    return order, Chances(places.weights[order], sizes.tolist()), np.where(keys[group] == row_key, group, -1)


@cache
def streets_of(code: str) -> Texts:
    """Return the names of streets of a locale, each as likely: combinations of what its templates name."""
    locale = LOCALES[code]
    names, source = names_of(code), provider("address", code)
    made: dict[str, None] = {}
    for at, template in enumerate(locale.streets):
        parts = re.split(r"(\{[^}]*\}|\[[^\]]*\])", template)
        lists = [_choices(part, names.first.texts, names.last.texts, source) for part in parts if part]
        numbers = np.arange(STREETS // len(locale.streets))
        picks = [Counted(0, "streets", code, at, place).integers(numbers, len(own)) for place, own in enumerate(lists)]
        for row in zip(*picks, strict=True):
            made["".join(own[pick] for own, pick in zip(lists, row, strict=True))] = None
    return Texts(list(made))


def _choices(part: str, first: pa.Array, last: pa.Array, source: object) -> list[str]:
    if part.startswith("["):
        return part[1:-1].split("|")
    if part.startswith("{"):
        name = part[1:-1]
        own = {"first": first, "last": last}.get(name)
        return own.to_pylist() if own is not None else list(weighted(getattr(source, name)))
    return [part]


@cache
def numbers_of(code: str) -> Texts:
    """Return the house numbers of a locale: low ones are commoner, as streets differ in length."""
    locale = LOCALES[code]
    parts = locale.number.count("{n}")
    counts = itertools.product(range(1, locale.numbers + 1), repeat=parts)
    written = [(locale.number.replace("{n}", "{}").format(*count), 1 / (max(count) + 20)) for count in counts]
    return Texts([text for text, _ in written], [weight for _, weight in written])


@cache
def units_of(code: str) -> Texts | None:
    """Return how flats are named in a locale, or None where they are not."""
    patterns = [pattern for pattern in LOCALES[code].unit.split("|") if pattern]
    texts = [pattern.replace("{n}", str(n)) for pattern in patterns for n in range(1, UNITS + 1)]
    return Texts(texts) if texts else None


@cache
def areas_of(code: str) -> Texts:
    """Return the telephone areas of a locale, in a group for each list of areas that its places have."""
    lists = places_of(code).said["phone areas"][1].to_pylist()
    return Texts.grouped([dict.fromkeys(areas.split(","), 1.0) for areas in lists])
