"""What is said of one person agrees, in every locale."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.techniques.rules.records.people import KINDS, Made

from likewise.errors import SettingsError
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.person import Person

EVERY = sorted(LOCALES)


@pytest.mark.parametrize("code", EVERY)
def test_every_field_is_made_and_none_is_missing(code: str) -> None:
    made = Made(code, 20)
    for kind, record in KINDS.items():
        for field in record.fields:
            column = made[kind].of(field)
            assert len(column) == 20
            assert field in ("unit", "phone area") or column.null_count == 0
            if isinstance(column, pa.DictionaryArray):
                assert len(set(column.dictionary.to_pylist())) == len(column.dictionary)


@pytest.mark.parametrize("code", EVERY)
def test_titles_and_names_are_of_the_sex(code: str) -> None:
    said: dict[str, dict[str, set[str]]] = {"title": {}, "first name": {}}
    for title, first, sex in Made(code, 300).of("person", "title", "first name", "sex"):
        said["title"].setdefault(title, set()).add(sex)
        said["first name"].setdefault(first, set()).add(sex)
    assert all(len(sexes) == 1 for sexes in said["first name"].values())
    assert LOCALES[code].language in ("ja", "ko") or all(len(sexes) == 1 for sexes in said["title"].values())


@pytest.mark.parametrize("code", EVERY)
def test_full_names_are_made_of_their_parts(code: str) -> None:
    fields = ("full name", "first name", "last name", "formal name", "title")
    for full, first, last, formal, title in Made(code, 30).of("person", *fields):
        assert first in full and last in full and full in formal and title in formal


def test_a_spanish_name_has_two_last_names_and_a_russian_one_a_patronymic() -> None:
    for full, *parts in Made("es_ES", 20).of("person", "full name", "first name", "last name", "second last name"):
        assert full == " ".join(parts)
    for full, *parts in Made("ru_RU", 20).of("person", "full name", "last name", "first name", "middle name"):
        assert full == " ".join(parts)


def test_last_names_have_the_form_of_the_sex() -> None:
    for code, of_a_man in (("pl_PL", "ski"), ("cs_CZ", "ý"), ("ru_RU", "ов"), ("uk_UA", "ський")):
        rows = Made(code, 2000).of("person", "last name", "sex")
        assert {sex for last, sex in rows if last.endswith(of_a_man)} == {"male"}


@pytest.mark.parametrize("code", EVERY)
def test_addresses_in_mail_and_latin_names_are_ascii(code: str) -> None:
    for field in ("email", "user name", "latin name", "unique email"):
        assert all(text.isascii() and text for text in Made(code, 100).of("person", field))


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)))
@settings(max_examples=25, deadline=None)
def test_ages_are_whole_years_from_birth_to_the_date_of_reference(as_of: dt.date) -> None:
    for born, age in Made("en_US", 40, as_of=as_of).of("person", "birth date", "age"):
        anniversary = (born.month, born.day) <= (as_of.month, as_of.day)
        assert age == as_of.year - born.year - (not anniversary)
        assert 18 <= age <= 95


def test_a_known_age_gives_a_birth_date_that_fits() -> None:
    ages = pa.array([0, 30, None, 99])
    born = Made(rows=4, known={"person": {"age": ages}}, as_of=dt.date(2024, 2, 29)).of("person", "birth date")
    assert born[2] is None
    again = Made(rows=4, known={"person": {"birth date": pa.array(born)}}, as_of=dt.date(2024, 2, 29))
    assert again.of("person", "age") == [0, 30, None, 99]


@pytest.mark.parametrize(("written", "sexes"), [
    (["F", "M"], ["female", "male"]), (["w", "m"], ["female", "male"]), (["Frau", "Herr"], ["female", "male"]),
    (["2", "1"], ["female", "male"]), (["Mrs.", "Mr."], ["female", "male"]), (["女", "男"], ["female", "male"]),
])  # fmt: skip
def test_a_sex_that_is_known_is_adopted_in_its_spelling(written: list[str], sexes: list[str]) -> None:
    known = pa.array(written * 50).dictionary_encode()
    made = Made(rows=100, known={"person": {"sex": known}})
    assert made.of("person", "sex") == written * 50
    women = set(Made(rows=3000, known={"person": {"sex": pa.array(["female"] * 3000)}}).of("person", "first name"))
    for first, sex in zip(made.of("person", "first name"), sexes * 50, strict=True):
        assert (first in women) == (sex == "female")


def test_a_sex_that_tells_nothing_is_drawn() -> None:
    made = Made(rows=200, known={"person": {"sex": pa.array([None, "x"] * 100)}})
    assert len(set(made.of("person", "first name"))) > 50


def test_a_name_that_is_known_is_in_the_e_mail() -> None:
    known = {"first name": pa.array(["Zoë", "Bob"]), "last name": pa.array(["O'Neill", "Ünal"])}
    emails = Made("de_DE", 2, known={"person": known}).of("person", "email")
    assert "oneill" in emails[0] and "uenal" in emails[1]
    whole = {"full name": pa.array(["Ada Lovelace", "Grace Hopper"])}
    emails = Made(rows=2, known={"person": whole}).of("person", "email")
    assert "lovelace" in emails[0] and "hopper" in emails[1]


def test_a_known_e_mail_gives_its_user_name_and_a_missing_one_none() -> None:
    known = {"person": {"email": pa.array(["a.b@c.example", None])}}
    assert Made(rows=2, known=known).of("person", "user name") == ["a.b", None]


def test_a_missing_birth_date_leaves_the_national_number_missing() -> None:
    known = {"person": {"birth date": pa.array([dt.date(1990, 5, 17), None])}}
    numbers = Made("pl_PL", 2, known=known).of("person", "national id")
    assert numbers[0].startswith("900517") and numbers[1] is None


@pytest.mark.parametrize("code", ["en_US", "ja_JP", "ru_RU"])
def test_distinct_fields_hold_no_value_twice(code: str) -> None:
    distinct = {field.distinct for field in Person.fields.values() if field.distinct}
    assert distinct == {"unique email", "unique user name"}
    for field in distinct:
        assert len(set(Made(code, 5000).of("person", field))) == 5000


def test_plausible_people_have_mail_where_people_have_it() -> None:
    domains = {email.split("@")[1] for email in Made("de_DE", 500, safe=False).of("person", "email")}
    assert "gmx.de" in domains and not any("example" in domain for domain in domains)


@given(st.sampled_from(EVERY), st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.booleans())
@settings(max_examples=20, deadline=None)
def test_any_row_can_be_made_alone(code: str, rows: list[int], safe: bool) -> None:
    together = Made(code, np.array(rows), safe=safe)
    alone = Made(code, np.array(rows[-1:]), safe=safe)
    for kind, record in KINDS.items():
        for field in record.fields:
            assert together[kind].of(field).to_pylist()[-1:] == alone[kind].of(field).to_pylist()


def test_another_seed_makes_other_people() -> None:
    assert Made(seed=1).of("person", "full name") != Made(seed=2).of("person", "full name")


def test_weight_and_marital_status_are_as_usual_for_height_and_age() -> None:
    rows = Made(rows=2000).of("person", "age", "marital status", "height", "weight", "sex")
    young = [status for age, status, *_ in rows if age < 25]
    assert young.count("single") > 0.85 * len(young) and "widowed" not in young
    tall = {sex: np.mean([height for *_, height, _, own in rows if own == sex]) for sex in ("female", "male")}
    assert tall["male"] - tall["female"] > 10
    assert all(11 < weight / (height / 100) ** 2 < 40 for _, _, height, weight, _ in rows)


def test_an_unknown_field_is_told_with_the_nearest_and_the_list() -> None:
    with pytest.raises(SettingsError) as caught:
        Made()["person"].of("e-mail")
    assert caught.value.code == "settings.unknown-field"
    assert "did you mean `email`?" in str(caught.value.hint) and "national id" in str(caught.value.hint)


def test_no_rows_are_no_people() -> None:
    made = Made(rows=0)
    for kind, record in KINDS.items():
        for field in record.fields:
            assert len(made[kind].of(field)) == 0
