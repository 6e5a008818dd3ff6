"""Columns and sentences that look like identifiers and are none."""

from __future__ import annotations

import random

from identifiers.values import Maker, code, of


def _price(rng: random.Random) -> str:
    return f"{rng.uniform(1, 9999):.2f}"


def _version(rng: random.Random) -> str:
    return ".".join(str(rng.randint(0, 30)) for _ in range(4))


def _score(rng: random.Random) -> str:
    return f"{rng.gauss(0, 1):.6f}"


def _day(rng: random.Random) -> str:
    return of("en_US", "date")(rng)


def _isbn(rng: random.Random) -> str:
    return str(of("en_US", "isbn10")(rng)).replace("-", "")


def _product(rng: random.Random) -> str:
    kinds, things = (
        ("Soft", "Hard", "Blue", "Round", "Long", "Flat"),
        ("Chair", "Lamp", "Table", "Sofa", "Mirror", "Shelf"),
    )
    return f"{rng.choice(kinds)} {rng.choice(things)} {rng.randint(10, 99)}"


def _review(rng: random.Random) -> str:
    words = "the room was clean and quiet but service took long we would come back again for breakfast"
    return " ".join(rng.choices(words.split(), k=9))


def columns() -> dict[str, tuple[tuple[str, ...], Maker]]:
    """Return columns that hold no identifier of a person: how they are called, and a maker of their values."""
    return {
        "order number": (("order_no", "bestellnummer", "field_7"), code("##########")),
        "invoice": (("invoice", "rechnung"), code("INV-######")),
        "sixteen digits": (("tracking", "transaction_ref", "field_7"), code("################")),
        "nine digits": (("batch", "field_7", "revenue_code"), code("#########")),
        "eleven digits": (("batch", "field_7"), code("###########")),
        "fifteen digits": (("field_7", "sensor"), code("###############")),
        "version": (("version", "firmware", "field_7"), _version),
        "price": (("price", "betrag", "field_7"), _price),
        "decimal": (("score", "field_7"), _score),
        "product code": (("sku", "product_code", "artikel"), code("??-####")),
        "product name": (("product_name", "item", "name"), _product),
        "company": (("company", "employer_name", "name"), of("en_US", "company")),
        "job": (("job", "occupation", "beruf"), of("en_US", "job")),
        "colour": (("color", "farbe"), of("en_US", "color_name")),
        "country": (("country", "land", "pays"), of("en_US", "country")),
        "state": (("state", "field_7"), of("en_US", "state")),
        "day": (("order_date", "field_7", "created"), _day),
        "five digits": (("steps", "units", "field_7"), code("1####")),
        "age": (("age", "alter"), lambda rng: str(rng.randint(18, 80))),
        "isbn": (("isbn", "book_isbn"), _isbn),
        "ean": (("ean", "barcode"), of("en_US", "ean13")),
        "phone type": (("phone_type", "contact_method"), lambda rng: rng.choice(["home", "work", "mobile"])),
        "consent": (("email_opt_in", "has_phone"), lambda rng: rng.choice(["yes", "no"])),
        "address type": (("address_type", "address_status"), lambda rng: rng.choice(["billing", "shipping", "both"])),
        "sentence": (("comment", "review"), _review),
        "file": (("file_name", "path"), code("report_####.csv")),
        "time": (("time", "field_7"), lambda rng: f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"),
        "ratio": (("ratio", "field_7"), lambda rng: f"{rng.randint(1, 20)}:{rng.randint(1, 20)}"),
        "chromosome": (("position", "field_7"), code("chr#:########")),
        "currency": (("currency",), of("en_US", "currency_code")),
        "icd code": (("icd10", "diagnosis_code"), code("?##.#")),
        "flight": (("flight", "field_7"), code("??####")),
        "hash": (("checksum", "field_7"), lambda rng: f"{rng.getrandbits(128):032x}"),
    }  # fmt: skip


SENTENCES = (
    "Order {d10} was shipped on {day} for {price} euro.",
    "Upgrade from version {version} to {version} before Monday.",
    "The European Commission met the Central Bank in North America on Tuesday.",
    "Invoice INV-{d6}: {d2} units at {price}, total {price}.",
    "We measured {score} and {score} at 12:30 and 14:45.",
    "Le taux est de {price} pour cent, soit {d5} unités.",
    "Die Rechnung {d10} vom {day} beträgt {price} EUR.",
    "Batch {d9} of article {d11} passed; tracking {d16}.",
    "Monday Morning Meeting moved to Room {d2} of the Main Building.",
    "See section 4.2.1.3 of the Annual Report 2023, pages 12-48.",
    "La temperatura media fue {price} grados en Enero.",
    "The Supreme Court heard Deutsche Telekom and Bayer Leverkusen on the matter.",
    "They compared Microsoft Office with Google Chrome during the Champions League.",
    "La Universidad Complutense y el Banco Santander firmaron el Acuerdo Marco.",
    "Am Montag traf die Deutsche Bahn den Betriebsrat in Halle.",
    "{company} of {city} hired a {job} for its plant in {country}.",
    "Flights from {city} to {city} cost {price} in {country}.",
    "The Nobel Prize in Physics was awarded in Stockholm.",
    "Our Customer Success Manager will join the Quarterly Business Review.",
    "Das Bundesministerium der Finanzen hat in Frankfurt am Main neue Regeln erlassen.",
    "Le Conseil de Paris vote le Budget Primitif avant les Jeux Olympiques.",
    "Patients received Amoxicillin and Ibuprofen at {price} mg for {d2} days.",
    "Read chapter {d2} of War and Peace before the Spring Break.",
    "Het gemiddelde was {price} over {d5} metingen.",
)


def sentence(rng: random.Random) -> str:
    """Return a sentence without identifiers."""
    parts = {f"d{count}": code("1" + "#" * (count - 1))(rng) for count in (2, 5, 6, 9, 10, 11, 16)}
    text = rng.choice(SENTENCES)
    return text.format(**parts, day=_day(rng), price=_price(rng), city=of("en_US", "city")(rng),
                       company=of("en_US", "company")(rng), job=of("en_US", "job")(rng),
                       country=of("en_US", "country")(rng), version=_version(rng), score=_score(rng))  # fmt: skip
