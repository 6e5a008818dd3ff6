"""Columns are judged by name and values; what only looks like an identifier is left alone."""

from __future__ import annotations

import random

import pytest

from likewise.core.identifiers.judging import judge


def of(column: str, values: list[str]) -> str | None:
    judged = judge(column, values)
    return judged.recogniser.label if judged else None


def numbers(digits: int, n: int = 300, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [str(rng.randrange(10 ** (digits - 1), 10**digits)) for _ in range(n)]


@pytest.mark.parametrize("digits", range(4, 20))
@pytest.mark.parametrize("column", ["order_no", "field", "amount", "revenue"])
def test_numbers_of_any_width_are_no_identifiers(column: str, digits: int) -> None:
    """A tenth of them pass Luhn's formula by chance."""
    assert of(column, numbers(digits)) is None


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("version", [f"{i % 9}.{i % 5}.{i % 7}.{i}" for i in range(60)]),
        ("release", [f"10.0.{i % 7}.{i % 30}" for i in range(60)]),
        ("measure", [f"{i * 7919 % 10007 / 100:.2f}" for i in range(99)]),
        ("phone_type", ["home", "work", "mobile"]),
        ("email_opt_in", ["yes", "no"]),
        ("has_ssn", ["true", "false"]),
        ("isbn", ["0306406152", "0131103628", "0201633612"] * 9),
        ("product_name", ["Madison Chair", "Austin Lamp", "Charlotte Table", "Jackson Desk"] * 5),
        ("city", ["Paris", "Madison", "Charlotte", "Florence"] * 5),
        ("units", [str(10000 + 37 * i) for i in range(99)]),
        ("day", [f"2023-0{1 + i % 9}-1{i % 10}" for i in range(90)]),
        ("name", ["chevrolet malibu", "buick skylark", "plymouth duster", "amc rebel sst"] * 9),
        ("class", ["First", "Second", "Third"]),
        ("address_type", ["billing", "shipping"]),
        ("score", ["4.1", "4.2", "3.9"]),
    ],
)  # fmt: skip
def test_what_looks_like_an_identifier_and_is_none(column: str, values: list[str]) -> None:
    judged = judge(column, values)
    assert judged is None or not judged.recogniser.directly


def test_a_name_decides_between_classes_of_one_form() -> None:
    rng = random.Random(5)
    from stdnum.nl import bsn

    values = [text for text in (f"{rng.randrange(10**8, 10**9)}" for _ in range(4000)) if bsn.is_valid(text)]
    assert of("bsn", values) == "nl bsn"
    assert of("burgerservicenummer", values) == "nl bsn"
    assert of("x", values) == "nl bsn"


def test_numbers_named_so_are_believed_although_their_digits_do_not_hold() -> None:
    """Test data seldom has right check digits, and is replaced all the same."""
    judged = judge("iban", ["DE00123412341234123412", "DE01123412341234123413"])
    assert judged is not None and judged.confidence < 0.9


def test_few_values_prove_nothing_without_a_name() -> None:
    assert of("x", ["111222333"]) is None
    assert of("x", ["4111111111111111"] * 1) is None
    assert of("card", ["4111111111111111"]) == "payment card"


def test_people_are_found_without_a_name_and_whatever_comes_first() -> None:
    people = ["Anna Schmidt", "Peter Braun", "Maria Lopez", "John Smith", "Chiara Rossi", "Pierre Dubois"] * 4
    assert of("x", people) == "person name"
    assert of("x", [f"{who.split()[1]}, {who.split()[0]}" for who in people]) == "person name"
    assert of("vorname", ["Wiebke", "Xaver", "Ottilie"]) == "person name"


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["", " "],
        ["\x00"],
        ["x" * 10_000],
        ["é" * 50, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")],
    ],
)
def test_odd_values_are_no_trouble(values: list[str]) -> None:
    assert judge("x", values) is None


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("uniquepid", [f"0{i:02}-{1000 + 37 * i}" for i in range(90)]),
        ("ZIP", [f"0{1000 + 37 * i}-{1000 + 91 * i}" for i in range(90)]),
        ("x", [f"0{1000 + 37 * i}-{1000 + 91 * i}" for i in range(90)]),
    ],
)
def test_codes_with_a_dash_are_no_phones(column: str, values: list[str]) -> None:
    assert of(column, values) in (None, "postal code")


def test_names_and_numbers_of_test_data_are_found() -> None:
    """Synthetic patients are called `Damon455`, and have social security numbers that nobody is given."""
    assert of("FIRST", ["Damon455", "Maria12", "Peter9", "Anna7", "Kyle88"]) == "person name"
    assert of("SSN", [f"999-{10 + i}-{1000 + 7 * i}" for i in range(60)]) == "us ssn"
