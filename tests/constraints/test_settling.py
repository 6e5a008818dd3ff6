import pytest
from tests.constraints.shop import SHOP

from likewise.constraints.kinds import Constraints
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import LikewiseError, SettingsError

TABLE = Table.from_any(
    {
        "start": ["2020-01-01", "2020-02-03", "2021-01-01"],
        "n": [3, 1, None],
        "name": ["an a", "b c", "c d"],
        "vip": [True, False, None],
        "at": ["10:30", "11:45", "09:00"],
    }
)
LEVELS = Schema(
    columns=(
        Column(name="education_num", kind="category", levels=("1", "9", "16")),
        Column(name="zip", kind="category", levels=("01234", "x")),
        Column(name="address.city", kind="category", levels=("Rome", "Oslo")),
        Column(name="photo", kind="image"),
    )
)

FITS = [
    "start < '2020-02-01'", "start - 3 days < '2020-01-01'", "year('2020-01-01') == year(start)", "vip == 'true'",
    "vip", "at < '12:00'", "hour(at) < 12", "coalesce(start, '2020-01-01') < '2021-01-01'", "round(n, 2) == n",
    "n == missing", "if vip then n > 0 else name matches '[a-z ]+'", "start in ['2020-01-01']",
    "min(n, 3) <= max(n, 3)", "age(start, '2024-01-01') > 2", "days_between(start, '2024-01-01') > 2",
    "start + n > start",
]  # fmt: skip


@pytest.mark.parametrize("text", FITS)
def test_what_fits_can_be_told_of_rows(text):
    rules = Constraints.of([text]).settled(TABLE.schema)
    assert len(rules.items[0].holds(TABLE)) == 3


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("strat > '2020-01-01'", "there is no column `strat`", "did you mean `start`?"),
        ("start > 3", "compares a moment with a number", "'2024-05-31'"),
        ("start > '2020-13-01'", "neither a date nor a time", "2024-05-31T13:45"),
        ("name > 3", "compares a text with a number", "`name` holds texts"),
        ("n + name > 2", "`+` wants a number", None),
        ("name", "is a text, and a truth is wanted", "compare it"),
        ("if n then vip", "`n` is a number, and a truth is wanted", "compare it"),
        ("lower(n) == 'a'", "`lower` wants a text", None),
        ("start + start > '2020-01-01'", "two moments cannot be added", "end - start"),
        ("vip == 'perhaps'", "compares a truth with a text", "quote"),
        ("min(n, start) > 3", "moment and number", None),
        ("nested.x > 3", "there is no column `nested.x`", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_before_a_row_is_seen(text, said, hint):
    with pytest.raises(SettingsError) as fault:
        Constraints.of([text]).settled(TABLE.schema)
    assert said in fault.value.what
    assert hint is None or hint in (fault.value.hint or "")
    with pytest.raises(LikewiseError):  # and no row could have told either
        Constraints.of([text]).items[0].holds(TABLE)


def test_all_faults_of_all_constraints_are_told_together():
    given = ["nn > 3 and nme == 'a'", "n > 0", {"unique": ["n", "starts"]}, {"gap": "name", "at least": 3}]
    with pytest.raises(SettingsError) as fault:
        Constraints.of(given).settled(TABLE.schema)
    for said in ("$.constraints[0]: there is no column `nn`", "$.constraints[0]: there is no column `nme`",
                 "$.constraints[2]: there is no column `starts`", "$.constraints[3]: `name` is a"):  # fmt: skip
        assert said in fault.value.what


def test_levels_that_are_all_numbers_stand_beside_numbers_and_no_others_do():
    Constraints.of(["education_num <= 9"]).settled(LEVELS)
    with pytest.raises(SettingsError, match="`zip > 5` compares a text with a number"):
        Constraints.of(["zip > 5"]).settled(LEVELS)


def test_a_column_of_a_nested_one_is_no_other_table():
    assert Constraints.of(["address.city == 'Rome'"]).settled(LEVELS).items[0].rule == "`address.city` == 'Rome'"


def test_of_arrays_no_rule_can_speak():
    with pytest.raises(SettingsError, match="holds arrays"):
        Constraints.of(["photo is missing"]).settled(LEVELS)


def test_tables_and_their_columns_are_looked_up():
    schemas = {name: SHOP[name].schema for name in SHOP}
    Constraints.of(["orders.total == sum(items.amount)", "count(items) > 0"], table="orders").settled(schemas)
    with pytest.raises(SettingsError) as fault:
        Constraints.of(["order.total > 3", "orders.totl > 3", {"refers": "customer", "to": "customer.id"}]).settled(
            schemas
        )
    for said in ("there is no table `order`", "there is no column `orders.totl`", "there is no table `customer`"):
        assert said in fault.value.what
