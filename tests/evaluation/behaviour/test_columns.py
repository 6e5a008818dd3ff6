"""Hold guesses to columns that entities do share, and events to coming irregularly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.evaluation.behaviour.conftest import make_frame

from likewise.core.table import Table
from likewise.evaluation.behaviour.columns import event_columns, is_irregular
from likewise.evaluation.behaviour.events import EventColumns, Occasions, occasions_of, read_events


def test_what_is_shared_and_what_is_paid_are_found_by_name_and_use() -> None:
    frame = make_frame(150)
    frame = frame.assign(receipt=[f"r{k}" for k in range(len(frame))], kind=np.where(frame["amount"] > 20, "a", "b"))
    columns, notes = event_columns(Table.from_any(frame), "card", "at")
    assert columns == EventColumns("card", "at", "amount", ("shop", "device"))
    assert len(notes) == 2 and "`shop` and `device`" in notes[0] and "`amount`" in notes[1]


def test_names_are_taken_at_their_word() -> None:
    table = Table.from_any(make_frame(30))
    columns, notes = event_columns(table, "card", "at", shared=["device"], amount="amount", counterparty="to")
    assert columns == EventColumns("card", "at", "amount", ("device",), "to") and notes == ()
    assert columns.attributes == ("device", "to")


def test_what_nobody_shares_is_not_guessed() -> None:
    rows = 300
    table = Table.from_any(pd.DataFrame({
        "who": [f"p{k % 60}" for k in range(rows)], "at": np.arange(rows) ** 1.5,
        "receipt": [f"r{k:05d}" for k in range(rows)], "device": [f"d{k % 60}" for k in range(rows)],
        "colour": ["red", "blue", "green"] * 100,
    }))  # fmt: skip
    columns, notes = event_columns(table, "who", "at")
    assert columns == EventColumns("who", "at") and notes == ()


def test_steps_of_a_series_are_no_events() -> None:
    weekdays = np.array([day for day in range(400) if day % 7 < 5], float)
    owner = np.zeros(len(weekdays), np.int32)
    assert not is_irregular(Occasions(owner, weekdays, owner + 1))
    assert not is_irregular(Occasions(owner[:1], weekdays[:1], owner[:1] + 1))
    paid = read_events(Table.from_any(make_frame(20)), EventColumns("card", "at"), seed=0)
    assert is_irregular(occasions_of(paid))
