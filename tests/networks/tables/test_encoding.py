"""What a table is turned into for networks comes back with the same marginals, and with nothing that few rows hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.conditions import understand
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.networks.tables import TableEncoding
from likewise.testing.kinds import awkward_columns

ROWS = 3000


def mixed(rows: int = ROWS) -> Table:
    rng = generator(3, "mixed")
    return Table.from_any(
        {
            "spent": np.where(rng.random(rows) < 0.6, 0.0, rng.lognormal(3, 1, rows).round(2)),
            "age": rng.integers(18, 90, rows),
            "size": [None if v < 0.1 else float(v) for v in rng.random(rows)],
            "plan": rng.choice(["a", "b", "c"], rows, p=[0.7, 0.25, 0.05]),
            "code": [f"C{min(int(v), 700):03d}" for v in rng.zipf(1.4, rows)],
        }
    )


def returned(table: Table, **settings: Any) -> tuple[TableEncoding, Table]:
    encoding = TableEncoding.fit(table, seed=0, **settings)
    coded = encoding.encode(table, generator(0, "places"))
    return encoding, encoding.decode(coded.symbols, coded.places, generator(0, "values"))


def test_numbers_come_back_with_their_ranks_and_their_quantiles() -> None:
    table = mixed()
    _, again = returned(table)
    for name in ("spent", "age"):
        real, drawn = table.numbers(name), again.numbers(name)
        assert np.corrcoef(real, drawn)[0, 1] > 0.98
        both = np.sort(np.concatenate([real, drawn]))
        gap = np.abs(np.searchsorted(np.sort(real), both, "right") - np.searchsorted(np.sort(drawn), both, "right"))
        assert gap.max() < 0.03 * ROWS
    assert abs((again.numbers("spent") == 0).mean() - (table.numbers("spent") == 0).mean()) < 0.01
    assert (again.missing("size") == table.missing("size")).all()


def test_levels_come_back_as_they_were_and_those_beyond_the_most_share_a_symbol() -> None:
    table = mixed()
    encoding, again = returned(table, most=12)
    assert again.column("plan").to_pylist() == table.column("plan").to_pylist()
    assert encoding.cardinalities[-1] == 12
    assert encoding.cardinalities[1] <= 40
    counts = {level: again.column("code").to_pylist().count(level) for level in ("C001", "C002")}
    assert all(count == table.column("code").to_pylist().count(level) for level, count in counts.items())


def test_a_symbol_spans_the_ranks_of_its_values() -> None:
    encoding = TableEncoding.fit(mixed(), seed=0)
    spent, _, size, plan, _ = encoding.columns
    assert spent.spans[0, 1] == pytest.approx(0.6, abs=0.03)
    assert not spent.has_places[0] and spent.has_places[1:].all()
    assert spent.spans[-1].sum() == pytest.approx(1)
    assert size.spans[-1].tolist() == [0.5, 0.0]
    assert not plan.spans.any() and plan.shares.sum() == pytest.approx(1)


def test_values_that_few_rows_hold_do_not_come_back() -> None:
    table = mixed()
    _, again = returned(table)
    levels, counts = np.unique(table.column("code").to_pylist(), return_counts=True)
    rare = set(levels[counts < 10])
    assert rare and not rare & set(again.column("code").to_pylist())


def test_conditions_are_met_by_symbols_and_by_values() -> None:
    table = mixed()
    encoding = TableEncoding.fit(table, seed=0)
    asked = understand({"age": (33, 34), "spent": 0.0}, table.schema)
    assert asked is not None
    fine, coarse = encoding.columns[1].allowed(asked.conditions["age"])
    assert coarse.max() <= 1 and (coarse > 0).sum() <= 2
    rng = generator(0, "any")
    chosen = rng.choice(np.flatnonzero(fine > 0), size=200).astype(np.int32)
    drawn = encoding.columns[1].decode(chosen, rng, asked.conditions["age"])
    assert set(drawn.to_pylist()) <= {33, 34}
    unseen = understand({"code": next(x for x in table.schema["code"].levels or () if x > "C100")}, table.schema)
    assert unseen is not None
    with pytest.raises(ConditionError) as error:
        encoding.columns[4].allowed(unseen.conditions["code"])
    assert error.value.hint


def test_state_gives_the_same_encoding() -> None:
    table = mixed()
    encoding = TableEncoding.fit(table, seed=0)
    again = TableEncoding.from_state(table.schema, *encoding.state())
    coded = [e.encode(table, generator(0, "places")) for e in (encoding, again)]
    drawn = [e.decode(coded[0].symbols, coded[0].places, generator(0, "v")).digest() for e in (encoding, again)]
    assert drawn[0] == drawn[1]
    assert (coded[0].places == coded[1].places).all()


def test_a_column_that_another_decides_is_looked_up_and_its_conditions_asked_of_the_other() -> None:
    table = mixed()
    plans = table.column("plan").to_pylist()
    columns = {"code": [{"a": 10, "b": 20, "c": 20}[p] for p in plans], "plan": plans, "word": [p + p for p in plans]}
    columns["spent"] = table.column("spent").to_pylist()
    table = Table.from_any(columns)
    encoding, again = returned(table)
    assert encoding.cardinalities[:3] == (1, 3, 1)
    assert again.select(["code", "plan", "word"]).digest() == table.select(["code", "plan", "word"]).digest()
    asked = understand({"code": 20, "plan": ["a", "b"]}, table.schema)
    assert asked is not None
    _, coarse = encoding.allowed(asked.conditions)
    assert coarse[1].tolist() == [0.0, 1.0, 0.0]
    saved = TableEncoding.from_state(table.schema, *encoding.state())
    assert saved.cardinalities == encoding.cardinalities


def test_columns_that_agree_in_most_rows_are_learned() -> None:
    rng = generator(4, "nearly")
    one = rng.integers(3, size=ROWS)
    other = np.where(np.arange(ROWS) == ROWS - 1, 2 - one, one)
    assert TableEncoding.fit(Table.from_any({"a": one, "b": other}), seed=0).cardinalities == (3, 3)


@pytest.mark.parametrize("rows", [1, 2, 300])
def test_awkward_columns_are_taken(rows: int) -> None:
    table = Table.from_arrow(pa.table(awkward_columns(300)).slice(0, rows))
    table = table.select([c.name for c in table.schema.columns if not c.is_generated])
    encoding, again = returned(table)
    assert again.rows == rows and again.names == table.names
    assert all(cardinality >= 1 for cardinality in encoding.cardinalities)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 400), min_size=20, max_size=400), st.integers(2, 40))
def test_every_place_of_a_symbol_leads_back_to_it(values: list[int], bins: int) -> None:
    table = Table.from_any({"x": values, "y": [float(v) * 1.37 for v in values]})
    table = table.select([c.name for c in table.schema.columns if not c.is_generated])
    encoding = TableEncoding.fit(table, seed=0, bins=bins)
    coded = encoding.encode(table, generator(1, "places"))
    assert ((coded.places >= 0) & (coded.places <= 1)).all()
    for number, own in enumerate(encoding.columns):
        fine = own.fine(coded.symbols[:, number], coded.places[:, number].astype(float), generator(2, "any"))
        assert (own.group[fine] == coded.symbols[:, number]).all()
        again, _ = own.encode(fine, generator(3, "any"))
        assert (again == coded.symbols[:, number]).all()
