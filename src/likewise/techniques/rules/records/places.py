"""Where people live: the postcodes of a country, each with its city, region, coordinates and time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from likewise.core.counted import Counted
from likewise.techniques.rules.records.chances import Chances
from likewise.techniques.rules.records.cities import City, cities_of
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.reference import HERE, lines
from likewise.techniques.rules.records.texts import Codes

PEOPLE_A_POSTCODE, MOST_OF_A_CITY, MOST_OF_A_COUNTRY = 10_000, 60, 10_000
"""How many people share a postcode outside the United States, and how many postcodes there are at most."""

_LETTERS = {
    "#": "0123456789",
    "@": "ABCEGHJKLMNPRSTVXY",
    "^": "ABDEFGHJLNPQRSTUWXYZ",
    "%": "0123456789ACDEFHKNPRTVWXY",
}
"""What a sign in the shape of a postcode stands for: a digit, a letter, one that ends a British, one of an Irish."""


@dataclass(frozen=True, eq=False)
class Places:
    """Hold the places of a locale, one a postcode: what is said of each, as places in lists of texts, and where it is.

    `radius` is how far from its middle, in degrees, a place reaches.
    """

    zip: pa.Array
    weights: npt.NDArray[np.float64]
    chances: Chances
    said: Mapping[str, tuple[Codes, pa.Array]]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    radius: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """Hold a region, or a city that differs from its region: how its postcodes and telephone numbers begin."""

    code: str
    name: str
    heads: tuple[str, ...]
    areas: str


@cache
def places_of(code: str) -> Places:
    """Return the places of a locale."""
    return _american() if LOCALES[code].country == "US" else _elsewhere(code)


def _american() -> Places:
    table = pq.read_table(HERE / "us_zips.parquet")
    names = {line.split("|")[0]: line.split("|")[1] for line in lines("us_states.txt")}
    said = {
        field: _listed(table[column].combine_chunks())
        for field, column in {"city": "city", "county": "county", "state code": "state", "time zone": "zone",
                              "phone areas": "areas"}.items()
    }  # fmt: skip
    said["state"] = (said["state code"][0], pa.array([names[state] for state in said["state code"][1].to_pylist()]))
    latitude, longitude = (table[axis].to_numpy().astype(float) for axis in ("latitude", "longitude"))
    even = np.ones(len(table))
    return Places(table["zip"].combine_chunks(), even, Chances(even), said, latitude, longitude, even * 0.01)


def _elsewhere(code: str) -> Places:
    locale = LOCALES[code]
    shape, regions, exceptions = _regions(locale.country)
    cities = [city for city in cities_of(code) if city.region in regions]
    each = max(PEOPLE_A_POSTCODE, sum(city.people for city in cities) // MOST_OF_A_COUNTRY)
    counts = np.array([int(np.clip(round(city.people / each), 1, MOST_OF_A_CITY)) for city in cities])
    of = np.repeat(np.arange(len(cities)), counts)
    zips, city_of = _postcodes(shape, cities, of, regions, exceptions)
    people = np.array([cities[at].people for at in city_of], float)
    weight = people / np.bincount(city_of)[city_of]
    where = [regions[cities[at].region] for at in city_of]
    listed = {
        "city": [cities[at].name for at in city_of],
        "county": [region.name for region in where],
        "state": [region.name for region in where],
        "state code": [region.code for region in where],
        "time zone": [cities[at].zone for at in city_of],
        "phone areas": [
            exceptions.get(cities[at].name, region).areas for at, region in zip(city_of, where, strict=True)
        ],
    }
    return Places(
        pa.array(zips),
        weight,
        Chances(weight),
        {field: _listed(values) for field, values in listed.items()},
        np.array([cities[at].latitude for at in city_of]),
        np.array([cities[at].longitude for at in city_of]),
        np.minimum(0.004 * np.sqrt(people / 1e4), 0.05),
    )


def _postcodes(
    shape: str, cities: Sequence[City], of: npt.NDArray[np.intp], regions: Mapping[str, Region],
    exceptions: Mapping[str, Region],
) -> tuple[list[str], list[int]]:  # fmt: skip
    """Return postcodes and the city of each: none stands for two cities."""
    bits = Counted(0, "postcodes").bits(np.arange(len(of) * 2)).tolist()
    seen: set[str] = set()
    zips, city_of = [], []
    for at, city in enumerate(of.tolist()):
        heads = exceptions.get(cities[city].name, regions[cities[city].region]).heads
        own = heads if cities[city].name in exceptions else heads[city % len(heads) :][:1]
        written = _filled(own[at % len(own)], shape, bits[2 * at] ^ bits[2 * at + 1])
        if written not in seen:
            seen.add(written)
            zips.append(written)
            city_of.append(city)
    return zips, city_of


def _filled(head: str, shape: str, bits: int) -> str:
    """Return a postcode that begins in a way, or has a shape of its own, with random signs for the rest."""
    pattern = head if " " in head or not shape else _after(head, shape)
    made = []
    for sign in pattern:
        letters = _LETTERS.get(sign)
        if letters is None:
            made.append(sign)
        else:
            bits, at = divmod(bits, len(letters))
            made.append(letters[at])
    return "".join(made)


def _after(head: str, shape: str) -> str:
    """Return the shape of a postcode with its beginning written in."""
    written, rest = "", list(shape)
    for sign in head:
        while rest and rest[0] not in _LETTERS:
            written += rest.pop(0)
        written += sign
        rest = rest[1:]
    return written + "".join(rest)


def _listed(values: Sequence[str] | pa.Array) -> tuple[Codes, pa.Array]:
    coded = pa.array(values, pa.string()).dictionary_encode()
    return coded.indices.to_numpy(), coded.dictionary


def _regions(country: str) -> tuple[str, dict[str, Region], dict[str, Region]]:
    """Return the shape of a country's postcodes, its regions by GeoNames' code, and cities that differ from them."""
    shape, regions, exceptions, inside = "", {}, {}, False
    for line in lines("regions.txt"):
        if line.startswith("= "):
            inside = line.split(" ")[1] == country
            shape = line[5:] if inside else shape
        elif inside and line.startswith("@"):
            name, heads, areas = line[1:].split("|")
            exceptions[name] = Region("", name, _heads(heads), areas)
        elif inside:
            place, code, name, heads, areas = line.split("|")
            regions[place] = Region(code, name, _heads(heads), areas)
    return shape, regions, exceptions


def _heads(written: str) -> tuple[str, ...]:
    """Return beginnings of postcodes; `68-79` stands for all from 68 to 79.

    >>> _heads("06,39-41")
    ('06', '39', '40', '41')
    """
    heads: list[str] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        heads += [f"{head:0{len(first)}}" for head in range(int(first), int(last) + 1)] if last else [first]
    return tuple(heads)
