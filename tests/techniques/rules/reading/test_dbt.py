"""Schema files of dbt: their tests hold of what is generated."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import likewise
from likewise.errors import SettingsError
from likewise.techniques.rules.reading.dbt import is_dbt, read_dbt

SHOP = """
version: 2
models:
  - name: customers
    columns:
      - {name: customer_id, tests: [unique, not_null]}
      - {name: email, data_type: varchar(80), data_tests: [unique]}
      - {name: created_at}
      - {name: is_active}
  - name: Orders
    columns:
      - {name: order_id, tests: [unique, not_null]}
      - name: customer_id
        tests: [not_null, {relationships: {to: ref('customers'), field: customer_id}}]
      - name: status
        tests:
          - accepted_values: {arguments: {values: [placed, shipped, returned]}}
          - dbt_utils.not_constant
      - name: amount
        tests: [{dbt_utils.accepted_range: {min_value: 0, max_value: 500, inclusive: false}}]
      - name: code
        tests: [{dbt_expectations.expect_column_values_to_match_regex: {regex: '^[A-Z]{2}[0-9]{3}$'}}]
      - {name: region_id, tests: [{relationships: {to: ref('regions'), field: id}}]}
    constraints: [{type: check, expression: amount >= 1}]
"""


def test_the_tests_hold(tmp_path: Path) -> None:
    path = tmp_path / "schema.yml"
    path.write_text(SHOP, encoding="utf-8")
    shop = likewise.generate(path, n=300, seed=1)
    customers, orders = (shop[name].to_arrow().to_pydict() for name in ("customers", "Orders"))
    assert len(set(customers["customer_id"])) == 300 and None not in orders["customer_id"]
    emails = [email for email in customers["email"] if email is not None]
    assert len(set(emails)) == len(emails) < 300
    assert set(orders["customer_id"]) <= set(customers["customer_id"])
    assert set(orders["status"]) - {None} == {"placed", "shipped", "returned"}
    assert all(1 <= amount < 500 for amount in orders["amount"] if amount is not None)
    assert all(len(code) == 5 and code[:2].isupper() and code[2:].isdigit() for code in orders["code"] if code)
    assert {type(flag) for flag in customers["is_active"]} == {bool, type(None)}


def test_what_is_not_read_is_noted() -> None:
    said = {(note.place, note.said) for note in read_dbt(yaml.safe_load(SHOP)).notes}
    assert ("Orders.status", "the test `not_constant` is not read") in said
    assert any(place == "Orders.region_id" and "regions" in text for place, text in said)


def test_contracts_sources_and_seeds_are_read() -> None:
    found = read_dbt({
        "sources": [{"name": "raw", "tables": [{"name": "a", "columns": [
            {"name": "x", "data_type": "int", "constraints": [{"type": "primary_key"}]}]}]}],
        "seeds": [{"name": "b", "columns": [{"name": "p"}, {"name": "x", "data_type": "int"}, {"name": "Odd Name"}],
                   "constraints": [{"type": "primary_key", "columns": ["p", "x"]}, {
                       "type": "foreign_key", "columns": ["x"], "to": "source('raw', 'a')", "to_columns": ["x"]}]}],
    }).document["tables"]  # fmt: skip
    assert found["a"]["key"] == "x" and found["b"]["key"] == ["p", "x"]
    assert found["b"]["columns"]["x"]["refers"] == "a.x" and "Odd Name" in found["b"]["columns"]


def test_other_files_are_none_of_dbt() -> None:
    assert is_dbt(yaml.safe_load(SHOP)) and not is_dbt({"tables": {}}) and not is_dbt([]) and not is_dbt({"models": {}})
    with pytest.raises(SettingsError, match=r"settings\.dbt"):
        read_dbt({"models": [{"name": "empty"}]})
