from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core import draw
from likewise.core.draw import BLOCK, block, sample, stream
from likewise.core.schema import Column, Pattern, Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, SettingsError
from likewise.techniques.bootstrap import Bootstrap

RAW = pa.table(
    {"customer": [f"C{i:03d}" for i in range(100)], "age": [i % 60 for i in range(100)], "sex": ["f", "m"] * 50}
)
MODEL = Bootstrap().fit(RAW)


@settings(max_examples=15)
@given(st.integers(0, 2 * BLOCK + 5), st.integers(0, 9))
def test_a_sample_is_its_blocks_in_any_order(n: int, seed: int) -> None:
    model = Bootstrap().fit(RAW.select(["age"]))
    count = max(1, -(-n // BLOCK))
    alone = {i: block(model, i, n, None, seed) for i in reversed(range(count))}
    whole = sample(model, n, seed=seed)
    assert whole.rows == n and whole.digest() == concat([alone[i] for i in range(count)]).digest()


@settings(max_examples=15)
@given(st.integers(0, 200), st.integers(0, 200))
def test_columns_learned_do_not_depend_on_ids(n: int, seed: int) -> None:
    drawn = sample(MODEL, n, seed=seed)
    assert drawn.rows == n and len(drawn.column("customer").unique()) == n


def test_streams_are_checked_at_once_and_drawn_when_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = draw._block
    monkeypatch.setattr(draw, "_block", lambda *args: drawn.append(args[1]) or real(*args))
    blocks = stream(Bootstrap().fit(RAW.select(["age"])), 10**5)
    assert drawn == []
    next(blocks)
    assert drawn == [0]
    for wrong in ({"n": -1}, {"n": 5, "seed": -1}, {"n": 5, "given": {"ag": 1}}):
        with pytest.raises((SettingsError, ConditionError)):
            stream(MODEL, **wrong)  # type: ignore[arg-type]


def test_more_rows_than_memory_holds_are_streamed() -> None:
    model = Bootstrap().fit({"age": [1, 2, 3]})
    blocks = stream(model, 10**8)
    next(blocks)
    tracemalloc.start()
    for _ in range(5):
        next(blocks)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 4_000_000


@pytest.mark.parametrize("n", [np.int32(4), np.uint8(4), 4])
def test_whole_numbers_of_any_kind_count_rows(n: Any) -> None:
    assert sample(MODEL, n).rows == 4


def test_keys_that_run_out_are_told_before_drawing() -> None:
    schema = Schema(columns=(Column(name="customer", kind="id", pattern=Pattern(form="mask", mask="C9")),))
    model = Bootstrap().fit(Table.from_arrow(RAW, schema))
    assert sample(model, 10).rows == 10
    with pytest.raises(SettingsError) as caught:
        stream(model, 11)
    assert caught.value.code == "key.exhausted" and caught.value.where == "customer" and caught.value.hint


def test_partial_rows_must_be_as_many_as_are_asked_for() -> None:
    from likewise.techniques.autoregressive import Autoregressive

    model = Autoregressive().fit(RAW)
    with pytest.raises(SettingsError, match="2 partial rows"):
        sample(model, 3, given=pa.table({"age": [1, 2]}))
    assert sample(model, 2, given=pa.table({"age": [1, 2]})).column("age").to_pylist() == [1, 2]


def test_partial_rows_go_to_their_own_blocks() -> None:
    from likewise.techniques.autoregressive import Autoregressive

    model = Autoregressive().fit(RAW.select(["age", "sex"]))
    known = pa.table({"age": (np.arange(BLOCK + 7) % 60)})
    assert sample(model, BLOCK + 7, given=known).column("age").equals(pa.array(known["age"].to_pylist()))


def test_a_key_alone_is_drawn() -> None:
    assert sample(Bootstrap().fit(RAW.select(["customer"])), 12).column("customer")[3].as_py().startswith("C")


def test_schema_and_container_are_those_of_the_model() -> None:
    assert type(MODEL.sample(3)) is pa.Table
    assert next(MODEL.stream(3)).schema == MODEL.schema
