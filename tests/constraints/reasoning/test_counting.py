"""What no number of rows can meet is refused with the numbers; what some can is not."""

from __future__ import annotations

import pytest

from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.reasoning.counting import Counts, miscounted
from likewise.constraints.reasoning.domain import Domain

DOMAINS = {
    "orders": {
        "id": Domain.between(1, step=1), "total": Domain.between(0, 1000, step=0.01), "status": Domain.among("ab"),
        "code": Domain.between(1, 26, step=1), "part": Domain.between(1, 26, step=1, missing="may"),
    },
    "items": {"order_id": Domain.between(1, step=1), "amount": Domain.between(5, 100, step=0.01)},
}  # fmt: skip
COUNTS = Counts(DOMAINS, {"orders": 1000, "items": 3000}, {"orders": ["total <= 10"]}, {("items", "orders"): (3, 8)})


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([Unique(columns=("code",), table="orders")], "`code` has 26 values, and the table 1,000 rows"),
        ([Unique(columns=("code", "status"), table="orders")],
         "`code` has 26 values and `status` has 2 values, together 52, and the table 1,000 rows"),
        ([Quota(columns=("code",), most=10, table="orders")],
         "`code` has 26 values: at most 10 rows each are 260, and the table has 1,000"),
        ([Quota(columns=("status",), least=600, of=("a", "b"), table="orders")],
         "2 times 600 are 1,200 rows, and the table has 1,000"),
        ([Share(rule="status == 'a'", low=0.7, table="orders"), Share(rule="status == 'b'", low=0.6, table="orders")],
         "the least shares sum up to 130 %"),
        ([Share(rule="status == 'a'", high=0.3, table="orders"), Share(rule="status == 'b'", high=0.6, table="orders")],
         "these are all values of `status`, and the greatest shares sum up to 90 %"),
        ([Share(rule="total > 500", low=0.1, table="orders")], "none can have it, as `total <= 10` and `total > 500`"),
        ([Share(rule="total >= 0", high=0.9, table="orders")], "all can have it, as not `total >= 0`"),
        ([Refers(columns=("order_id",), to="orders", key=("id",), table="items"),
          Unique(columns=("order_id",), table="items")],
         "`items` has 3,000 rows, and `orders` only 1,000 to refer to"),
        ([Refers(columns=("amount",), to="orders", key=("code",), table="items")], ""),
        ([Total(rule="orders.total == sum(items.amount)")],
         "`sum(items.amount)` is from 15 to 800; by `orders.total == sum(items.amount)`, `total` is at least 15"),
        ([Total(rule="orders.code == count(items) + 30", table="orders")], "`count(items)` is from 3 to 8"),
    ],
)  # fmt: skip
def test_the_numbers_are_told(items: list[Rule], why: str) -> None:
    found = miscounted(items, COUNTS)
    if why:
        assert len(found) == 1
        assert why in found[0].said()
    else:
        assert found == []


@pytest.mark.parametrize(
    "item",
    [Unique(columns=("part",), table="orders"), Unique(columns=("id",), table="orders"),
     Unique(columns=("code",), where="status == 'a'", table="orders"),
     Quota(columns=("code",), most=39, table="orders"),
     Share(rule="total > 5", low=0.1, high=0.2, table="orders"), Total(rule="orders.total <= sum(items.amount)")],
    ids=lambda item: item.said(),
)  # fmt: skip
def test_what_some_rows_can_meet_is_not_refused(item: Rule) -> None:
    assert miscounted([item], COUNTS) == []
