"""Names as they stand in SQL."""

from __future__ import annotations

from likewise.modalities.relational.sql_names import full, quoted


def test_quotes_in_names_are_doubled() -> None:
    assert (quoted('a"b'), quoted("a`b", "mysql"), quoted("a`b")) == ('"a""b"', "`a``b`", '"a`b"')


def test_only_sqlite_has_no_schemas() -> None:
    assert (full("shop.orders"), full("shop.orders", "sqlite")) == ('"shop"."orders"', '"shop.orders"')
