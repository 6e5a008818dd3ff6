import numpy as np
import pytest

from likewise.constraints.kinds import Constraints, Formula, Levels, Missing, Order, Range
from likewise.core.table import Table

TABLE = Table.from_any(
    {
        "start": ["2020-01-01", "2020-02-03", "2021-01-01"],
        "end": ["2020-01-03", "2020-02-01", None],
        "nights": [2, 3, None],
        "n": [3, 1, 2],
        "price": [1.5, 2.25, 0.75],
        "total": [4.5, 2.25, 1.5],
        "state": ["NY", "NJ", "CA"],
        "spouse": ["a", "b", None],
        "born": ["2000-01-01", "1990-02-04", "1980-01-01"],
        "age": [20, 29, 41],
    }
)

CASES = [
    ("start <= end", Order(low="start", high="end")),
    ("end >= start", Order(low="start", high="end")),
    ("0 <= n < 120", Range(column="n", low=0, high=120, below=True)),
    ("n == 3", Range(column="n", low=3, high=3)),
    ("n > 1 and 5 > n and n >= 0", Range(column="n", low=1, above=True, high=5, below=True)),
    ("start >= '2020-01-02'", Range(column="start", low=18263)),
    ("total == n * price", Formula(column="total", form="product", of=("n", "price"))),
    ("price == total / n", Formula(column="price", form="ratio", of=("total", "n"))),
    ("end == start + nights", Formula(column="end", form="sum", of=("start", "nights"))),
    ("nights == end - start", Formula(column="nights", form="sum", of=("end", "start"), minus=("start",))),
    ("total == 3 * price", Formula(column="total", form="multiple", of=("price",), factor=3)),
    ("age == age(born, start)", Formula(column="age", form="years", of=("born", "start"))),
    ("state in ['NY', 'NJ']", Levels(column="state", levels=("NJ", "NY"))),
    ("state != 'CA'", Levels(column="state", levels=("NJ", "NY"))),
    ("state matches 'N.'", Levels(column="state", levels=("NJ", "NY"))),
    ("if state == 'CA' then spouse is missing", Missing(column="spouse", by="state", levels=("CA",))),
    (
        "if state in ['CA'] or state is missing then spouse is missing else spouse is not missing",
        Missing(column="spouse", by="state", levels=("CA",), missing=True, exactly=True),
    ),
    *((text, None) for text in (
        "start < end", "n <= total or price > 3", "n != 3", "state <= spouse", "end == start + n * 2",
        "total == n ** 2", "if n > 3 then spouse is missing", "state is not missing", "end == start + price",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), CASES)
def test_a_check_is_recognised_and_says_the_same(text, kind):
    check = Constraints.of([{"check": text, "name": "x", "cost": 2}]).items[0]
    found = Constraints(items=(check,)).recognised(TABLE.schema).items[0]
    expected = check if kind is None else kind.model_copy(update={"name": "x", "cost": 2.0})
    assert found == expected
    assert np.array_equal(found.holds(TABLE), check.holds(TABLE))
