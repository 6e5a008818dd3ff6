"""Hold events to being read alike in any order and any unit, and windows to what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.behaviour.conftest import COLUMNS, make_frame

from likewise.core.table import Table
from likewise.evaluation.behaviour.events import (
    EventColumns,
    occasions_of,
    read_events,
    totals_within,
    window_ends,
)

PLAIN = EventColumns("who", "at")


def test_rows_in_any_order_are_the_same_events() -> None:
    frame = make_frame(20)
    first, second = (
        read_events(Table.from_any(rows), COLUMNS, seed=0)
        for rows in (frame, frame.sample(frac=1, random_state=1).reset_index(drop=True))
    )
    assert first.entities == second.entities == 20
    sizes = [np.sort(np.bincount(own.owner)) for own in (first, second)]
    assert np.array_equal(*sizes) and len(first) == len(frame)
    assert all(np.all(np.diff(own.time)[np.diff(own.owner) == 0] >= 0) for own in (first, second))
    assert np.isclose(first.span, second.span)


def test_rows_without_entity_or_time_are_no_events() -> None:
    table = Table.from_any(pd.DataFrame({"who": ["a", None, "b", "a"], "at": [1.5, 2.5, None, 3.5]}))
    events = read_events(table, PLAIN, seed=0)
    assert events.owner.tolist() == [0, 0] and events.time.tolist() == [1.5, 3.5] and events.entities == 1


@pytest.mark.parametrize("unit", ["s", "us"])
def test_times_are_seconds_whatever_they_came_in(unit: str) -> None:
    at = pd.to_datetime(["2024-01-01 00:00", "2024-01-03 12:00"]).astype(f"datetime64[{unit}]")
    moments = read_events(Table.from_any(pd.DataFrame({"who": ["a", "a"], "at": at})), PLAIN, seed=0)
    assert moments.span == 2.5 * 86_400
    days = Table.from_any(pd.DataFrame({"who": ["a", "a"], "at": at.date}))
    assert days.schema["at"].kind == "date" and read_events(days, PLAIN, seed=0).span == 2 * 86_400


def test_of_many_events_whole_entities_are_taken_the_same_for_a_seed() -> None:
    table = Table.from_any(make_frame(60))
    few = read_events(table, COLUMNS, seed=3, most=400)
    whole = np.bincount(read_events(table, COLUMNS, seed=3).owner)
    assert len(few) <= 400 and 5 < few.entities < 60
    assert {*np.bincount(few.owner).tolist()} <= {*whole.tolist()}
    again = read_events(table, COLUMNS, seed=3, most=400)
    assert np.array_equal(few.time, again.time) and np.array_equal(few.owner, again.owner)


def test_partners_are_matched_by_name() -> None:
    table = Table.from_any({"who": ["a", "b", "c", "a"], "at": [1.5, 2.5, 3.5, 4.5], "to": ["b", "a", "shop", None]})
    events = read_events(table, EventColumns("who", "at", counterparty="to"), seed=0)
    assert events.owner.tolist() == [0, 0, 1, 2] and events.partner is not None
    assert events.partner.tolist() == [1, -1, 0, -1]


def test_events_of_one_moment_are_one_occasion(paid) -> None:  # type: ignore[no-untyped-def]
    occasions = occasions_of(paid)
    assert int(occasions.size.sum()) == len(paid)
    pairs = {*zip(paid.owner.tolist(), paid.time.tolist(), strict=True)}
    assert len(occasions.owner) == len(pairs)
    assert (occasions.gaps[0] > 0).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), min_size=1, max_size=40), st.integers(1, 12))
def test_windows_hold_what_they_say(rows: list[tuple[int, int]], length: int) -> None:
    rows.sort()
    group = np.array([g for g, _ in rows], np.int32)
    time = np.array([t for _, t in rows], float)
    amounts = time + 1
    ends = window_ends(group, time, float(length))
    for place, (owner, at) in enumerate(rows):
        inside = (group == owner) & (time > at - length) & (time <= at)
        assert ends[1][place] - ends[0][place] == inside.sum()
        assert np.isclose(totals_within(ends, amounts)[place], amounts[inside].sum())


def test_an_empty_window_of_nothing() -> None:
    assert [len(end) for end in window_ends(np.zeros(0, np.int32), np.zeros(0), 1.0)] == [0, 0]
