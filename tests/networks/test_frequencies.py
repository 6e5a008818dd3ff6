"""Hold attributes that are few levels or few whole numbers to their counts, in any state of a file and by condition."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.conditions import understand
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.networks.frequencies import Frequencies


def table(rows=200, **more):
    label = np.arange(rows) % 5
    return Table.from_any({"label": label, "side": np.where(label < 2, "left", "right"), **more})


def learned(of=None):
    found = Frequencies.fit(table() if of is None else of)
    assert found is not None
    return found


def drawn(maker, n=1000, given=None):
    return maker.draw(n, np.random.default_rng(0), understand(given, maker.rows.schema))


def test_whole_numbers_are_drawn_as_often_as_seen_and_only_together_with_what_they_were_seen_with():
    rows = drawn(learned())
    label = rows.numbers("label")
    assert set(label) == {0, 1, 2, 3, 4} and np.bincount(label.astype(int)).min() > 150
    assert rows.schema["label"].kind == "integer"
    assert ((label < 2) == (rows.codes("side") == rows.schema["side"].levels.index("left"))).all()


@pytest.mark.parametrize(
    ("given", "wanted"), [({"label": 3}, {3}), ({"label": ">=2"}, {2, 3, 4}), ("side=left", {0, 1})]
)
def test_a_condition_on_whole_numbers_is_met(given, wanted):
    assert set(drawn(learned(), given=given).numbers("label")) == wanted


def test_partial_rows_are_completed():
    rows = drawn(learned(), 3, [{"label": 3}, {"label": 0}, {"label": 1}])
    assert rows.numbers("label").tolist() == [3, 0, 1] and rows.column("side").to_pylist() == ["right", "left", "left"]


@pytest.mark.parametrize("given", [{"label": 7}, [{"label": 7}], [{"label": 1, "side": "right"}]])
def test_what_was_never_seen_is_refused(given):
    with pytest.raises(ConditionError):
        drawn(learned(), 1, given)


def test_missing_whole_numbers_stay_as_often_missing():
    label = [None if i % 4 == 0 else i % 3 for i in range(240)]
    gone = np.isnan(drawn(learned(Table.from_any({"label": label}))).numbers("label"))
    assert 0.2 < gone.mean() < 0.3


def test_a_file_keeps_them():
    maker = learned()
    again = Frequencies.from_state(maker.rows.schema, *maker.state())
    assert drawn(maker).columns.equals(drawn(again).columns)


def test_many_numbers_and_broken_ones_are_left_to_a_network():
    rng = np.random.default_rng(0)
    assert Frequencies.fit(table(age=rng.integers(0, 90, 200))) is None
    assert Frequencies.fit(table(size=rng.integers(0, 9, 200) + 0.5)) is None


def test_combinations_of_few_rows_are_told():
    found = Frequencies.fit(Table.from_any({"kind": ["a"] * 20 + ["b"] * 3, "dull": ["x", "y"] * 11 + ["x"]}))
    assert found is not None and found.notes == (
        "`kind`, `dull` are drawn in the combinations that were seen, 2 of which fewer than 10 rows had",
    )
    many = Frequencies.fit(Table.from_any({"kind": ["a", "b"] * 20}))
    assert many is not None and not many.notes
