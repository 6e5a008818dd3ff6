"""What packages that know addresses, telephone numbers, names and national numbers say of 2,000 records."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable
from typing import Any

import gender_guesser.detector
import phonenumbers
import pytest
import zipcodes
from tests.techniques.rules.records.people import Made

from likewise.techniques.rules.records.latin import local_part
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.names import names_of
from likewise.techniques.rules.records.national_ids.countries import MAKERS

ROWS = 2000

NEVER_ISSUED = frozenset({"CA", "DE", "FI", "GB", "IN", "NO", "US"})
"""Countries that keep some numbers free, for tests or by how they are built: those are the safe ones."""

NO_MOBILE = {"GB", "FR", "IE"}
"""Countries whose reserved mobile numbers phonenumbers does not count as valid, and for Ireland landlines neither."""

JUDGES = {
    "AT": "at.vnr", "AU": "au.tfn", "BE": "be.nn", "BR": "br.cpf", "CA": "ca.sin", "CH": "ch.ssn", "CN": "cn.ric",
    "CZ": "cz.rc", "DE": "de.idnr", "DK": "dk.cpr", "ES": "es.dni", "FI": "fi.hetu", "FR": "fr.nir", "IE": "ie.pps",
    "IN": "in_.aadhaar", "IT": "it.codicefiscale", "JP": "jp.in_", "KR": "kr.rrn", "MX": "mx.curp", "NL": "nl.bsn",
    "NO": "no.fodselsnummer", "NZ": "nz.ird", "PL": "pl.pesel", "PT": "pt.nif", "RU": "ru.inn",
    "SE": "se.personnummer", "TR": "tr.tckimlik", "UA": "ua.rntrc", "US": "us.ssn",
}  # fmt: skip


@functools.cache
def real() -> dict[str, dict[str, Any]]:
    return {found["zip_code"]: found for found in zipcodes.list_all()}


@functools.cache
def american() -> Made:
    return Made("en_US", ROWS)


@pytest.fixture(scope="module")
def detector() -> Any:
    return gender_guesser.detector.Detector()


def test_every_american_postcode_lies_in_its_city_county_state_and_time_zone() -> None:
    rows = american().of("address", "zip", "city", "county", "state code", "time zone")
    for code, *rest in rows:
        found = real()[code]
        assert [found[field] for field in ("city", "county", "state", "timezone")] == rest
        assert found["active"]


def test_american_places_lie_near_the_middle_of_their_postcode() -> None:
    for code, latitude, longitude in american().of("address", "zip", "latitude", "longitude"):
        found = real()[code]
        assert abs(float(found["lat"]) - latitude) < 0.011 and abs(float(found["long"]) - longitude) < 0.011


def test_american_telephone_numbers_are_of_the_area_of_their_postcode() -> None:
    made = american()
    for code, number in zip(made.of("address", "zip"), made.of("person", "phone"), strict=True):
        assert number[3:6] in real()[code]["area_codes"]


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_telephone_numbers_are_valid(code: str) -> None:
    for safe in (False, True):
        made = Made(code, 150, safe=safe)
        fields = ["phone", "landline", "mobile"]
        if safe and code[-2:] in NO_MOBILE:
            fields = [] if code[-2:] == "IE" else ["phone", "landline"]
        for field in fields:
            for number in made.of("person", field):
                read = phonenumbers.parse(number)
                assert phonenumbers.is_valid_number(read), (code, safe, number)
                assert phonenumbers.region_code_for_number(read) == code[-2:] or read.country_code in (
                    1,
                    7,
                    39,
                    44,
                    358,
                )


def test_safe_american_telephone_numbers_are_those_of_films() -> None:
    assert all(re.fullmatch(r"\+1 \d{3}-555-01\d\d", number) for number in american().of("person", "phone"))


@pytest.mark.parametrize(("code", "country"), [
    ("en_US", "usa"), ("en_GB", "great_britain"), ("de_DE", "germany"), ("fr_FR", "france"), ("es_ES", "spain"),
    ("it_IT", "italy"), ("sv_SE", "sweden"), ("pl_PL", "poland"), ("pt_BR", "portugal"), ("no_NO", "norway"),
    ("fi_FI", "finland"), ("cs_CZ", "czech_republic"),
])  # fmt: skip
def test_first_names_tell_the_sex(code: str, country: str, detector: Any) -> None:
    told = [
        (detector.get_gender(name, country), sex) for name, sex in Made(code, ROWS).of("person", "first name", "sex")
    ]
    clear = [(guess, sex) for guess, sex in told if guess in ("male", "female")]
    assert len(clear) > ROWS / 5
    assert sum(guess == sex for guess, sex in clear) >= 0.995 * len(clear)


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_e_mail_addresses_are_of_the_name(code: str) -> None:
    latin, language = names_of(code).latin, code[:2]
    for email, user, first, last in Made(code, 400).of("person", "email", "user name", "first name", "last name"):
        names = [latin.get(name) or local_part(name, language) for name in (first, last)]
        assert email.split("@") == [user, email.split("@")[1]]
        assert re.fullmatch(rf"({names[0]}[._]?|{names[0][0]}){names[1]}\d*@example\.(com|org|net)", email), (
            code,
            email,
        )


@pytest.mark.parametrize("country", sorted(JUDGES))
def test_national_numbers_are_valid_and_say_what_the_record_says(country: str) -> None:
    judge = importlib.import_module(f"stdnum.{JUDGES[country]}")
    code = next(code for code, locale in LOCALES.items() if locale.country == country)
    rows = Made(code, ROWS, safe=False).of("person", "national id", "birth date", "sex")
    assert all(judge.is_valid(number) for number, _, _ in rows)
    readers: list[tuple[str, Callable[[Any, Any], Any]]] = [
        ("get_birth_date", lambda born, _: born), ("get_gender", lambda _, sex: sex[0].upper()),
    ]  # fmt: skip
    for reader, said in readers:
        if hasattr(judge, reader):
            assert all(getattr(judge, reader)(number) == said(born, sex) for number, born, sex in rows)


def test_every_country_has_a_national_number_and_a_judge_but_the_british() -> None:
    assert set(MAKERS) == {locale.country for locale in LOCALES.values()}
    assert set(JUDGES) == set(MAKERS) - {"GB"}


@pytest.mark.parametrize("country", sorted(NEVER_ISSUED - {"GB"}))
def test_safe_national_numbers_are_none_that_is_issued(country: str) -> None:
    judge = importlib.import_module(f"stdnum.{JUDGES[country]}")
    code = next(code for code, locale in LOCALES.items() if locale.country == country)
    assert not any(judge.is_valid(number) for number in Made(code, 200).of("person", "national id"))


def test_british_national_numbers_have_their_shape() -> None:
    for safe, prefix in ((True, "QQ"), (False, "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")):
        numbers = Made("en_GB", 400, safe=safe).of("person", "national id")
        assert all(re.fullmatch(rf"{prefix}\d{{6}}[A-D]", number) for number in numbers)
        assert not {number[:2] for number in numbers} & {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
