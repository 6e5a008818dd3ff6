from __future__ import annotations

import pytest

from likewise.core.progress import quiet
from likewise.core.table import Table
from likewise.recipes.race.measure import MOST_ROWS, Field, drawn_from, field_of, measure
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.bootstrap import Bootstrap


@pytest.fixture(scope="module")
def field(people: Table) -> Field:
    return field_of(people, 0)


def test_rows_are_parted_by_the_seed_and_none_is_on_both_sides(people: Table, field: Field) -> None:
    assert (field.learned.rows, field.held.rows, field.rows) == (450, 150, 600)
    assert field_of(people, 0).held == field.held != field_of(people, 1).held
    assert field_of(people, 0, 100).rows == 100 < MOST_ROWS
    heights = sorted([*field.learned.numbers("height"), *field.held.numbers("height")])
    assert heights == sorted(people.numbers("height"))


def test_everything_is_measured_beside_its_natural_value(field: Field) -> None:
    drawn = drawn_from(Autoregressive().fit(field.learned, progress=quiet), field, 0)
    found = measure(field, drawn, goal="augment", target="churn", seed=0)
    assert found == measure(field, drawn, goal="augment", target="churn", seed=0)
    assert found.c2st is not None and 0.3 < found.c2st.value < 0.8 and found.c2st.error > 0
    assert found.tstr is not None and found.tstr.natural is not None and found.tstr.error > 0
    assert found.closeness is not None and found.closeness.natural == 0.5
    assert found.shape is not None and found.trend is not None and found.error > 0
    assert found.copies.value < 0.2 and not found.all_copies
    for said in ("AUC", "TSTR", "shape and trend", "nearer", "copies"):
        assert said in found.said()
    assert measure(field, drawn, goal="test", target=None, seed=0).tstr is None


def test_repeated_rows_are_seen_and_measured_no_further(field: Field) -> None:
    drawn = drawn_from(Bootstrap().fit(field.learned), field, 0)
    found = measure(field, drawn, goal="share", target=None, seed=0)
    assert found.copies.value == 1.0 and found.repeats and found.all_copies
    assert found.c2st is None and found.closeness is None
