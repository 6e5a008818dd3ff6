"""Vehicles, as outside judges see them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from tests.techniques.rules.records.made import record, texts
from vininfo import Vin

from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.vehicle import FUELS, MODELS, PLATES, Vehicle


def test_vins_say_their_maker_and_year() -> None:
    made = record(Vehicle)
    makers = {model.make: model.maker for model in MODELS}
    rows = zip(*(texts(made.of(name)) for name in ("vin", "make", "model year")), strict=True)
    for number, make, year in rows:
        judged = Vin(number)
        assert judged.verify_checksum() and judged.wmi == makers[make]
        assert year in judged.years or year > max(judged.years)
    assert len(set(texts(made.of("vin")))) == 2000


def test_model_body_and_fuel_are_those_of_the_make() -> None:
    made = record(Vehicle)
    known = {(model.make, model.model): model for model in MODELS}
    rows = zip(*(texts(made.of(name)) for name in ("make", "model", "body", "fuel", "model year")), strict=True)
    for make, model, body, fuel, year in rows:
        own = known[make, model]
        assert body == own.body and fuel in [FUELS[letter] for letter in own.fuels]
        assert fuel != "electric" or int(year) >= 2015


def test_makes_of_the_country_are_frequent() -> None:
    german = {model.make for model in MODELS if model.country == "DE"}
    shares = [
        np.mean([make in german for make in texts(record(Vehicle, locale).of("make"))]) for locale in ("de_DE", "ja_JP")
    ]
    assert shares[0] > 2 * shares[1]


def test_a_make_that_the_document_made_settles_the_rest() -> None:
    made = record(Vehicle, rows=60, known={"make": pa.array(["Tesla", "Fiat", None] * 20)})
    assert set(texts(made.of("fuel"))[::3]) == {"electric"}
    assert {number[:3] for number in texts(made.of("vin"))[1::3]} == {"ZFA"}


def test_older_vehicles_went_further() -> None:
    made = record(Vehicle)
    years, far = np.array(made.of("model year").to_pylist()), np.array(made.of("mileage").to_pylist())
    assert far[years < 2010].mean() > 3 * far[years > 2022].mean()


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_plates_are_written_as_in_the_country(locale: str) -> None:
    assert all(re.fullmatch(PLATES[locale[-2:]], plate) for plate in texts(record(Vehicle, locale, 50).of("plate")))


def test_a_row_is_made_alone_as_among_others() -> None:
    whole, alone = record(Vehicle), record(Vehicle, numbers=[1999])
    for name in Vehicle.fields:
        assert alone.of(name).to_pylist() == [whole.of(name).to_pylist()[1999]], name
