"""Products, as outside judges see them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from stdnum import ean, isbn
from tests.techniques.rules.records.made import record, texts

from likewise.techniques.rules.records.payment.currencies import CURRENCIES
from likewise.techniques.rules.records.product import THINGS, Product


@pytest.mark.parametrize(("locale", "safe"), [("en_US", True), ("de_DE", False), ("ja_JP", False), ("fi_FI", True)])
def test_numbers_are_valid_and_differ(locale: str, safe: bool) -> None:
    made = record(Product, locale, safe=safe)
    for name in ("ean", "upc", "gtin"):
        assert all(ean.is_valid(number) for number in texts(made.of(name))), name
    assert all(isbn.is_valid(number) for name in ("isbn", "isbn10") for number in texts(made.of(name)))
    assert all(
        isbn.to_isbn13(ten) == long for ten, long in zip(texts(made.of("isbn10")), texts(made.of("isbn")), strict=True)
    )
    assert all(number[1:] == own for number, own in zip(texts(made.of("gtin")), texts(made.of("ean")), strict=True))
    assert all(len(set(texts(made.of(name)))) == 2000 for name, field in Product.fields.items() if field.distinct)


def test_safe_numbers_are_those_that_shops_give_out() -> None:
    assert {number[:2] for number in texts(record(Product).of("ean"))} == {"29"}
    assert {number[:2] for number in texts(record(Product, "de_DE", safe=False).of("ean"))} == {"40"}


def test_name_and_category_agree() -> None:
    made = record(Product)
    known = {(thing.category, thing.name) for thing in THINGS}
    rows = zip(*(texts(made.of(field)) for field in ("name", "brand", "category", "thing", "sku")), strict=True)
    for name, brand, category, thing, sku in rows:
        assert name.startswith(f"{brand} ") and thing in name and (category, thing) in known
        assert sku.startswith(category[:3].upper())


def test_prices_are_those_of_the_thing() -> None:
    made = record(Product, rows=4000)
    prices, things = np.array(made.of("price").to_pylist()), np.array(texts(made.of("thing")))
    assert 120 < np.median(prices[things == "Desk"]) < 260 and np.median(prices[things == "Pasta"]) < 5
    ends = np.round(prices * 100).astype(int) % 100
    assert 0.45 < np.mean(ends == 99) < 0.65 and prices.min() > 0


def test_prices_are_those_of_the_country() -> None:
    made = record(Product, "ja_JP")
    prices = np.array(made.of("price").to_pylist())
    assert set(texts(made.of("currency"))) == {CURRENCIES["JP"]}
    assert (prices == np.round(prices)).all() and np.median(prices) > 1000


def test_a_category_that_the_document_made_settles_the_thing() -> None:
    made = record(Product, rows=30, known={"category": pa.array(["Shoes", "Books", None] * 10)})
    shoes = {thing.name for thing in THINGS if thing.category == "Shoes"}
    assert set(texts(made.of("thing"))[::3]) <= shoes


def test_a_row_is_made_alone_as_among_others() -> None:
    whole, alone = record(Product), record(Product, numbers=[3, 1000])
    for name in Product.fields:
        assert alone.of(name).to_pylist() == [whole.of(name).to_pylist()[3], whole.of(name).to_pylist()[1000]], name
