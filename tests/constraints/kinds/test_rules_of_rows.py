"""What each kind of several rows says of a table, by the code that keeps it and the code that counts."""

import numpy as np
import pytest
from tests.constraints.shop import SHOP, VISITS

from likewise.constraints.kinds import Constraints
from likewise.constraints.verifying.verify import verify
from likewise.errors import SettingsError

CASES = [
    ({"unique": ["patient", "kind"]}, [2, 4]),
    ({"unique": "number"}, [0, 1, 3, 4, 5]),
    ({"unique": "number", "where": "kind == 'first'"}, [1, 5]),
    ({"share": "kind == 'again'", "between": [0.3, 0.6], "by": "patient"}, [0, 2, 4, 5]),
    ({"share": "paid > 1", "at least": 0.5}, []),
    ({"share": "paid > 1", "exactly": 0.5}, [0, 1, 2, 3, 4, 5]),
    ({"quota": "patient", "exactly": 3}, [1, 3]),
    ({"quota": "patient", "at least": 3, "of": ["a", "b"]}, [1, 3]),
    ({"quota": "patient", "at least": 1, "of": ["a", "nobody"]}, [0, 1, 2, 3, 4, 5]),
    ({"quota": ["patient", "kind"], "at most": 1}, [2, 4]),
    ({"running": "balance == previous(balance) + paid", "by": "patient", "order": "number", "start": 0}, [3]),
    ({"running": "balance == previous(balance) + paid", "by": "patient", "order": "number"}, [3]),
    ({"running": "balance == previous(balance) + paid", "by": "patient", "order": "at", "floor": 0.5}, [3, 4]),
    ({"gap": "at", "by": "patient", "at least": "30 minutes"}, [2]),
    ({"gap": "at", "by": "patient", "at least": "30 minutes", "at most": 1}, [2, 3]),
    ({"gap": "at", "by": "patient", "order": "number", "strictly": True}, []),
    ({"gap": "at", "strictly": True}, [1, 5]),
    ({"gap": "paid", "by": "patient", "at least": 2.1}, [3]),
    ({"within": ["lat", "lon"], "circle": {"at": [52.5, 13.4], "km": 900}}, [3, 4, 5]),
    ({"within": ["lat", "lon"], "box": {"south": -90, "north": 20, "west": 160, "east": -170}}, [0, 1, 5]),
    ({"within": ["lat", "lon"], "polygon": [[0, 0], [60, 0], [60, 40], [0, 40]]}, [3, 4]),
    (
        {"within": ["lat", "lon"], "polygon": [[[0, 0], [60, 0], [60, 40], [0, 40]],
                                               [[5, 15], [15, 15], [15, 25], [5, 25]]]},
        [3, 4, 5],
    ),
    ({"total": "paid <= mean(paid)", "by": "patient"}, [0, 3]),
    ({"total": "balance == max(balance)", "by": "kind"}, [0, 1, 3, 4]),
    ("count(paid) == 6", []),
    ("sum(paid) == 20.4", []),
    ("sum(paid) > 20.4", [0, 1, 2, 3, 4, 5]),
    ({"determined": "patient", "by": "lon"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("written", "broken"), CASES)
def test_rows_that_break_a_constraint_are_told_by_both(written, broken):
    rule = Constraints.of([written]).settled(VISITS.schema).items[0]
    assert np.flatnonzero(~rule.holds(VISITS)).tolist() == broken
    found = verify(Constraints(items=(rule,)), VISITS)[0]
    assert (found.violations, found.rows) == (len(broken), VISITS.rows)
    assert list(found.first) == broken[:5]


TABLES = [
    ("orders.total == sum(items.amount)", "orders", [1, 3]),
    ("orders.total == 0 or count(items) >= 1", "orders", [3]),
    ("orders.ordered >= customers.since", "orders", [1]),
    ("items.amount <= orders.total - 2", "items", [1, 2]),
    ("customers.id == 'z' or sum(items.amount) > 3.1", "customers", [0]),
    ({"total": "orders.total > mean(orders.total)", "table": "orders"}, "orders", [2, 3]),
    ({"refers": "customer", "to": "customers.id"}, "orders", [3]),
    ({"refers": "order_id", "to": "orders", "key": "id"}, "items", [4]),
    ({"unique": "order_id", "table": "items"}, "items", [0, 1, 2, 3]),
]


@pytest.mark.parametrize(("written", "home", "broken"), TABLES)
def test_rows_of_related_tables_are_told_by_both(written, home, broken):
    schemas = {name: SHOP[name].schema for name in SHOP}
    rule = Constraints.of([written]).settled(schemas).items[0]
    assert rule.home(SHOP) == home
    assert np.flatnonzero(~rule.holds_in(SHOP)).tolist() == broken
    found = verify(Constraints(items=(rule,)), SHOP)[0]
    assert (found.table, list(found.first)) == (home, broken)


def test_a_constraint_on_tables_says_that_it_needs_them():
    rule = Constraints.of([{"refers": "kind", "to": "kinds.id"}]).items[0]
    with pytest.raises(SettingsError, match="more than one table is needed"):
        rule.holds(VISITS)
    with pytest.raises(SettingsError, match="more than one table is needed"):
        verify(Constraints(items=(rule,)), VISITS)


def test_a_table_that_is_not_told_is_asked_for():
    with pytest.raises(SettingsError, match="which of the tables"):
        Constraints.of([{"unique": "id"}]).items[0].holds_in(SHOP)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"within": ["lat", "lon"], "polygon": [[0, 170], [10, -170], [10, 170]]}, "crosses the date line"),
        ({"within": ["lat", "lon"], "polygon": [[0, 0], [1, 1]]}, "three corners"),
        ({"within": ["lat", "lon"], "box": {"south": 5, "north": 1, "west": 0, "east": 1}}, "south lies above north"),
        ({"within": ["lat", "lon"], "circle": {"at": [95, 0], "km": 3}}, "at most 90"),
        ({"running": "balance == paid"}, "says nothing of the row before"),
        ({"gap": "at", "at least": "2 days", "at most": "1 day"}, "is no time"),
        ({"gap": "at", "at least": "-2 days"}, "is no length of time"),
        ({"share": "kind", "between": [0.5, 0.1]}, "lies no share"),
        ({"quota": "kind", "at least": 5, "at most": 1}, "is no number of rows"),
        ({"total": "paid > 3"}, "sums and counts nothing"),
        ({"unique": "kind", "cost": 0}, "more than 0"),
        ({"refers": ["a", "b"], "to": "t.id"}, "cannot refer to a key of 1"),
    ],
)  # fmt: skip
def test_what_no_row_could_meet_is_refused(written, said):
    with pytest.raises(SettingsError, match=said):
        Constraints.of([written])
