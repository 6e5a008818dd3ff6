"""The contract of a technique, kept by every method as far as the method can."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from likewise.core.draw import BLOCK, block, sample
from likewise.core.schema import Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError
from likewise.techniques.bootstrap import Bootstrap
from likewise.testing import PROMISES, Subject, check_promise
from likewise.testing.kinds import awkward_columns, values_fit
from likewise.testing.subject import people

SINGLE: list[dict[str, Any]] = [
    {"method": "stratified", "strata": "sex"},
    {"method": "m-out-of-n", "m": 80},
    {"method": "smoothed", "flip": 0.05},
    {"method": "wild", "target": "age", "multiplier": "mammen"},
]
"""Methods that draw rows one by one, with what they need of the tables of the suite."""

ORDERED: list[dict[str, Any]] = [
    {"method": "moving"},
    {"method": "circular", "block": 5},
    {"method": "stationary", "order": "seen"},
    {"method": "tapered", "order": "joined"},
    {"method": "cluster", "entity": "sex"},
    {"method": "moving", "entity": "sex", "order": "seen", "block": 4},
]
"""Methods that draw rows in an order."""

OTHER_TABLES = {
    "data_is_not_changed", "awkward_columns_are_taken", "ten_thousand_levels_are_taken", "few_rows_are_taken",
    "a_key_alone_is_taken", "ignored_columns_stay_away", "what_cannot_hold_together_is_refused",
    "listed_levels_can_be_given",
}  # fmt: skip
"""Promises that are tried on tables without the columns that the settings name."""

SHARED_CODE = {
    "other_processes_draw_the_same", "other_processes_fit_the_same", "streams_keep_no_block", "keys_never_repeat",
    "containers_come_back", "pandas_comes_back", "polars_comes_back", "damaged_files_are_refused", "blocks_differ",
}  # fmt: skip
"""Promises that no method can break by itself; the default is tried on them with all techniques."""


@pytest.fixture(scope="module", params=SINGLE, ids=lambda asked: asked["method"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(Bootstrap(**request.param), 120)


@pytest.mark.parametrize(
    "promise", [p for p in PROMISES if p.__name__ not in (OTHER_TABLES | SHARED_CODE)], ids=lambda p: p.__name__
)  # fmt: skip
def test_promise(subject: Subject, promise: Any) -> None:
    check_promise(promise, subject)


@pytest.mark.parametrize("asked", ORDERED, ids=str)
def test_ordered_methods_draw_by_blocks_and_come_back_from_files(asked: dict[str, Any], tmp_path: Any) -> None:
    data = people(200).drop_columns(["plan"])
    table = Table.from_any(data)
    table = table.take(~table.missing("joined")).take(table.numbers("joined").argsort(kind="stable"))
    model = Bootstrap(**asked).fit(
        table if asked.get("order") != "joined" else _without_repeats(table, "joined"), seed=1
    )
    n = BLOCK + 40
    whole = sample(model, n, seed=2)
    assert whole.rows == n and whole.schema == model.schema
    assert whole.names == table.names
    assert concat([block(model, i, n, None, 2) for i in (0, 1)]).digest() == whole.digest()
    values_fit(whole)
    model.save(tmp_path / "m.likewise")
    again = type(model).from_state(model.schema, model.card, model.container, *model.state())
    assert sample(again, 50, seed=3).digest() == sample(model, 50, seed=3).digest()
    assert whole.digest() != sample(model, n, seed=5).digest()
    assert [sample(model, few).rows for few in (0, 1)] == [0, 1]
    assert len(whole.column("customer").unique()) == n


def _without_repeats(table: Table, name: str) -> Table:
    import numpy as np

    return table.take(np.unique(table.numbers(name), return_index=True)[1])


@pytest.mark.parametrize("asked", ORDERED[:4], ids=str)
def test_rows_of_a_series_cannot_be_picked(asked: dict[str, Any]) -> None:
    model = Bootstrap(**{**asked, "order": "seen"}).fit(people(120))
    for given in ({"sex": "female"}, {"age": (20, 40)}):
        with pytest.raises(ConditionError, match=r"given\.series") as caught:
            model.sample(5, given=given)
        assert caught.value.hint
    with pytest.raises(ConditionError):
        model.sample(10, balance="sex")


METHODS_OF_ANY: list[dict[str, Any]] = [
    *({"method": m} for m in ("iid", "bayesian", "smoothed")),
    {"method": "moving", "block": 3},
    {"method": "stationary"},
    {"method": "tapered", "block": 6},
    {"method": "parametric"},
    {"method": "residual", "target": "anchor"},
    {"method": "wild", "target": "anchor"},
    {"method": "weighted", "weights": "anchor"},
    {"method": "stratified", "strata": "group"},
    {"method": "cluster", "entity": "group"},
    {"method": "circular", "entity": "group", "block": 2},
]


@pytest.mark.parametrize("asked", METHODS_OF_ANY, ids=str)
def test_awkward_columns_are_taken_by_every_method(asked: dict[str, Any]) -> None:
    rows = 150
    columns = awkward_columns(rows)
    anchors = {
        "anchor": pa.array([(i * 37) % 101 + 0.5 for i in range(rows)]),
        "group": pa.array([i % 7 for i in range(rows)]),
    }
    alone = ("constant", "one_value", "not_numbers", "huge", "tiny", "big_whole", "atoms", "beyond_int64")
    for data in (columns, *({name: columns[name]} for name in alone)):
        table = pa.table({**anchors, **data})
        model = Bootstrap(**asked).fit(table, seed=1)
        drawn = sample(model, 60, seed=1)
        assert drawn.rows == 60
        assert drawn.to_arrow().schema.types == table.schema.types
        values_fit(drawn)


@pytest.mark.parametrize("name", ["narrow_float", "huge", "tiny", "big_whole", "atoms", "cents", "one_value"])
def test_awkward_numbers_are_autoregressed(name: str) -> None:
    drawn = sample(Bootstrap(method="sieve").fit(pa.table({name: awkward_columns(150)[name]})), 60)
    assert drawn.rows == 60
    values_fit(drawn)


def test_a_model_file_of_another_method_is_not_mixed_up(tmp_path: Any) -> None:
    import likewise

    frame = {"x": [float(i % 7) for i in range(60)], "y": [float(i % 11) for i in range(60)]}
    for asked in ({"method": "sieve"}, {"method": "stationary", "block": 3.5}, {"method": "smoothed"}):
        model = Bootstrap(**asked).fit(Table.from_any(frame))
        path = tmp_path / f"{asked['method']}.likewise"
        model.save(path)
        assert likewise.load(path).sample(9, seed=4) == model.sample(9, seed=4)
    assert isinstance(model.schema, Schema)
