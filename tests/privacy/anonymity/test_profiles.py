"""Plans to begin with: what each profile makes of columns."""

from __future__ import annotations

import datetime as dt

import pytest

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.privacy.anonymity.criteria import Criteria
from likewise.privacy.anonymity.document import Anonymizing
from likewise.privacy.anonymity.identifiers import helps
from likewise.privacy.anonymity.profiles import plan_of

NAMED = ["FirstName", "last_name", "Maiden", "patient name", "Nachname", "Street Address", "LAT", "longitude",
         "birthplace", "PhoneNumber", "mobile", "Fax", "email", "E-Mail", "SSN", "social security number", "MRN",
         "medical_record_number", "member_number", "policy_no", "IBAN", "card_number", "license_no", "passport",
         "VIN", "plate", "device_id", "IMEI", "website", "profile_url", "ip", "client_ip", "fingerprint",
         "voice_print", "photo", "City", "county", "birth_month", "Day"]  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_name_tells_an_identifier_whatever_stands_in_the_column(name: str) -> None:
    table = Table.from_any({name: ["a", "b", "-", "c"] * 9, "x": [k * k % 97 / 3 for k in range(36)]})
    assert words(plan_of(table, "hipaa", year=2025)) == {name: "drop", "x": "keep"}


@pytest.mark.parametrize("name", ["income", "occupation", "is_active", "blood_pressure", "shipping_cost", "surface",
                                  "workclass", "description", "relationship", "phone_type", "state", "weekday",
                                  "hours_per_day_off"])  # fmt: skip
def test_other_names_tell_nothing(name: str) -> None:
    table = Table.from_any({name: ["a", "b", "-", "c"] * 9})
    assert words(plan_of(table, "hipaa", year=2025)) == {name: "keep"}


def test_what_others_may_know_is_told_by_names() -> None:
    for name in ("age", "Sex", "birthDate", "marital_status", "native_country", "RACE"):
        assert helps(Column(name=name, kind="category"), None), name
    for name in ("income", "glucose", "stage"):
        assert not helps(Column(name=name, kind="category"), None), name


def test_an_identifier_is_found_by_its_values_whatever_the_column_is_called() -> None:
    table = Table.from_any({"x1": [f"ann{i}@mail.example" for i in range(40)], "x2": [f"10.0.{i}.7" for i in range(40)],
                            "x3": ["low", "high"] * 20})  # fmt: skip
    assert words(plan_of(table, "hipaa", year=2025)) == {"x1": "drop", "x2": "drop", "x3": "keep"}


GIVEN = ("Anna", "John", "Mary", "Peter", "Lucy", "James", "Laura", "Paul", "Emma", "David")


@pytest.fixture
def people() -> Table:
    n = 40
    return Table.from_any({
        "patient_id": [f"P{i:04}" for i in range(n)],
        "name": [f"{first} {last}" for first in GIVEN for last in ("Smith", "Jones", "Baker", "Young")],
        "age": [20 + i * i % 83 for i in range(n)], "birth_year": [1920 + i * i % 83 for i in range(n)],
        "born": [dt.date(1920 + 2 * i, 3, 1 + i % 20) for i in range(n)], "zip": [f"0210{i % 9}" for i in range(n)],
        "city": ["Hull", "Lynn"] * (n // 2), "state": ["MA", "NH"] * (n // 2), "visited": ["2024-02-03"] * n,
        "sex": ["F", "M"] * (n // 2), "illness": ["flu", "gout", "none", "none"] * (n // 4),
        "notes": [f"patient {i} was seen by me on that day and felt well enough, case {i * 7919}" for i in range(n)],
        "glucose": [80.5 + i for i in range(n)],
    })  # fmt: skip


def words(plan: Anonymizing) -> dict[str, str]:
    return {name: way.word for name, way in plan.columns.items()}


def test_the_safe_harbor_leaves_none_of_its_classes(people: Table) -> None:
    plan = plan_of(people, "hipaa", year=2025)
    assert words(plan) == {
        "patient_id": "drop", "name": "drop", "age": "cap", "birth_year": "cap", "born": "part", "zip": "zip3",
        "city": "drop", "state": "keep", "visited": "drop", "sex": "keep", "illness": "keep", "notes": "drop",
        "glucose": "keep",
    }  # fmt: skip
    assert (plan.columns["born"].first, plan.columns["birth_year"].least, plan.columns["age"].most) == (1936, 1936, 89)


def test_a_code_that_is_named_as_a_number_of_one_person_is_dropped_under_the_gdpr() -> None:
    numbers = [f"999-{i % 90 + 10}-{1000 + i * 37 % 9000}" for i in range(60)]
    table = Table.from_any({"SSN": numbers, "sample": [f"{i * 7919 % 99991:05}-x" for i in range(60)],
                            "sex": ["F", "M"] * 30})  # fmt: skip
    assert words(plan_of(table, "gdpr", year=2025)) == {"SSN": "drop", "sample": "hash", "sex": "quasi"}


def test_ids_are_hashed_and_quasi_identifiers_generalised_under_the_gdpr(people: Table) -> None:
    plan = plan_of(people, "gdpr", sensitive=["illness"], criteria=Criteria(k=4, l=2), year=2025)  # type: ignore[arg-type]
    assert words(plan) == {
        "patient_id": "hash", "name": "drop", "age": "quasi", "birth_year": "quasi", "born": "quasi", "zip": "quasi",
        "city": "quasi", "state": "quasi", "visited": "keep", "sex": "quasi", "illness": "sensitive", "notes": "drop",
        "glucose": "keep",
    }  # fmt: skip
    assert plan.needs_key and plan.criteria.k == 4 and plan.sensitive == ("illness",)
    named = plan_of(people, "k-anonymity", quasi=["age", "sex"], year=2025)
    assert named.quasi == ("age", "sex") and words(named)["patient_id"] == "drop" and not named.needs_key


def test_roles_of_the_schema_come_before_names(people: Table) -> None:
    schema = people.schema.replace("glucose", role="quasi-identifier").replace("illness", role="sensitive")
    plan = plan_of(people.with_schema(schema), "gdpr", year=2025)
    assert plan.quasi == ("glucose",) and plan.sensitive == ("illness",)


@pytest.mark.parametrize("profile", ["hipaa", "gdpr", "k-anonymity"])
def test_a_plan_is_read_as_it_is_written(people: Table, profile: str, tmp_path) -> None:
    criteria = Criteria.from_dict({"k": 7, "l": {"entropy": 1.5}, "t": 0.5})
    plan = plan_of(people, profile, quasi=["sex"], sensitive=["illness"], criteria=criteria, method="lattice",
                   suppress=0.01, year=2025)  # type: ignore[arg-type]  # fmt: skip
    (tmp_path / "plan.yaml").write_text(plan.to_yaml())
    assert Anonymizing.of(tmp_path / "plan.yaml") == plan


@pytest.mark.parametrize(("profile", "asked", "code"), [
    ("k-anonymity", {"quasi": ["agee"]}, "privacy.unknown-column"),
    ("hipaa", {"quasi": ["age"]}, "privacy.hipaa"), ("hipaa", {"sensitive": ["notes"]}, "privacy.hipaa"),
    ("gdpr", {"quasi": ["age", "sex"], "sensitive": ["sex"]}, "privacy.both"),
])  # fmt: skip
def test_what_a_profile_cannot_take_is_refused(people: Table, profile, asked, code) -> None:
    with pytest.raises(LikewiseError, match=code):
        plan_of(people, profile, **asked, year=2025)


def test_there_must_be_a_quasi_identifier() -> None:
    table = Table.from_any({"glucose": [k * k % 97 / 3 for k in range(36)], "id": [f"A{k}" for k in range(36)]})
    for profile in ("gdpr", "k-anonymity"):
        with pytest.raises(LikewiseError, match=r"privacy\.no-quasi"):
            plan_of(table, profile, year=2025)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ages", "way"), [
    (["[0-40)", "[40-90)", "[90-100)"], "keep"), (["0-89", "90-94", "95+"], "drop"), ([30, 95, 30, 95], "cap"),
    ([95, 95, 95], "cap"), (["old", "young", "old"], "keep"),
])  # fmt: skip
def test_great_ages_are_found_however_ages_are_told(ages, way) -> None:
    table = Table.from_any({"age": ages * 20, "x": [k * k % 97 / 3 for k in range(20 * len(ages))]})
    assert words(plan_of(table, "hipaa", year=2025))["age"] == way
