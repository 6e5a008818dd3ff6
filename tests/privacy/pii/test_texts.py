"""Identifiers inside running text: where they stand, of what class, and never two in one place."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from likewise.privacy.pii import find_in_text


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in find_in_text(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jo.doe@mail.example.", [("jo.doe@mail.example", "email")]),
        ("Call +44 20 7946 0958 today", [("+44 20 7946 0958", "phone")]),
        ("SSN 521-44-1234, DOB 03/04/1956.", [("521-44-1234", "us ssn"), ("03/04/1956", "date of birth")]),
        ("IBAN DE89 3704 0044 0532 0130 00 und", [("DE89 3704 0044 0532 0130 00", "iban")]),
        ("Steuer-ID: 86095742719.", [("86095742719", "de steuer-id")]),
        ("Karte 4111-1111-1111-1111 belastet", [("4111-1111-1111-1111", "payment card")]),
        ("from 10.11.12.200 to 2001:db8::17", [("10.11.12.200", "ip address"), ("2001:db8::17", "ip address")]),
        ("passeport n° 12AB34567", [("12AB34567", "passport")]),
        ("numéro de série: SN12345678", [("SN12345678", "device id")]),
        ("Kennzeichen B-MW 1234 fuhr", [("B-MW 1234", "licence plate")]),
        ("aged 93 years", [("93", "age over 89")]),
        ("er wohnt Lindenstraße 12 seit", [("Lindenstraße 12", "postal address")]),
        ("vive en Calle Mayor 12 ahora", [("Calle Mayor 12", "postal address")]),
        ("seen at 52.52001, 13.40495 today", [("52.52001, 13.40495", "coordinates")]),
        ("car 1M8GDM9AXKP042788 sold", [("1M8GDM9AXKP042788", "vin")]),
        ("thanks @jo_doe for it", [("@jo_doe", "user name")]),
        ("see https://a.example/x?y=1.", [("https://a.example/x?y=1", "url")]),
        ("Frau Dr. Keller kam mit Herrn Wójcik", [("Dr. Keller", "person name"), ("Wójcik", "person name")]),
        ("we asked Maria del Carmen Ruiz again", [("Maria del Carmen Ruiz", "person name")]),
        ("El paciente José Álvarez, DNI 12345678Z", [("José Álvarez", "person name"), ("12345678Z", "es dni")]),
    ],
)  # fmt: skip
def test_what_stands_in_texts_of_several_languages(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Order 4829130045 was shipped on 2024-03-01 for 1,234.56 euro.",
        "Upgrade from version 1.2.3.4 to 10.0.1.2 before Monday.",
        "The European Commission met the Central Bank in North America on Tuesday.",
        "See section 4.2.1.3 of the Annual Report 2023, pages 12-48.",
        "Invoice INV-204812: 17 units at 9.99, total 169.83.",
        "Patients were aged 34 to 67.",
        "We met in April; June was warm. Will they mark it? May be.",
        "",
        " ",
    ],
)
def test_what_only_looks_like_identifiers_is_left(text: str) -> None:
    assert found(text) == []


@settings(max_examples=150)
@given(st.text(max_size=200))
@example("a@" * 100)
@example("1" * 2000)
@example("1-" * 1000)
@example("A" * 2000)
@example("Aa " * 500)
def test_any_text_is_read_and_no_two_overlap(text: str) -> None:
    spans = find_in_text(text)
    ends = [0, *(span.end for span in spans)]
    assert all(0 <= end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))


def test_where_two_classes_claim_a_place_the_surer_stands() -> None:
    text = "SSN: 521-44-1234"
    assert [label for _, label in found(text)] == ["us ssn"]
    assert [label for _, label in found("mail 4111111111111111@bank.example")] == ["email"]
