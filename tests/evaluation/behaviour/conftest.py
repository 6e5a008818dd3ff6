"""Payments of cards, made by hand: bursts of purchases at shops near home, on devices that rings share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.evaluation.behaviour.events import EventColumns, Events, read_events

Maker = Callable[..., Table]
COLUMNS = EventColumns("card", "at", "amount", ("shop", "device"), "to")
DAY = 86_400.0


def make_frame(cards: int = 120, seed: int = 0) -> pd.DataFrame:
    """Return payments over ninety days; every sixth card is of a ring of three that uses one device."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for card in range(cards):
        level = np.exp(rng.normal(3, 0.5))
        when = rng.uniform(0, 20 * DAY)
        home = rng.integers(0, 12)
        device = f"{seed}-ring-{card // 18}" if card % 6 == 0 else f"{seed}-{card}"
        for _ in range(rng.integers(3, 12)):
            for _ in range(rng.geometric(0.4)):
                shop = f"shop {12 * home + int(rng.integers(0, 12))}"
                rows.append({
                    "card": f"{seed}-{card}", "at": when, "amount": round(level * np.exp(rng.normal(0, 0.6)), 2),
                    "shop": shop, "device": device, "to": f"{seed}-{int(rng.integers(0, cards))}",
                })  # fmt: skip
                when += rng.exponential(900)
            when += rng.exponential(7 * DAY)
            when = DAY * np.floor(when / DAY) + rng.normal(14, 3) * 3600
    frame = pd.DataFrame(rows)
    return frame.assign(at=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.round(frame["at"]), unit="s"))


def make_payments(cards: int = 120, seed: int = 0) -> Table:
    """Return them as a table."""
    return Table.from_any(make_frame(cards, seed))


def dealt(frame: pd.DataFrame, *columns: str, seed: int = 0) -> pd.DataFrame:
    """Return the rows with some columns dealt to other rows: what rows hold alone is kept."""
    rng = np.random.default_rng(seed)
    return frame.assign(**{name: rng.permutation(frame[name]) for name in columns})


def events_of(owner: list[int], time: list[float], **more: Any) -> Events:
    """Return events, sorted as they should be."""
    order = np.lexsort((time, owner))
    values = {name: np.array(codes, np.int32)[order] for name, codes in more.pop("values", {}).items()}
    amount = np.array(more["amount"], float)[order] if "amount" in more else None
    partner = np.array(more["partner"], np.int32)[order] if "partner" in more else None
    entities = more.get("entities", max(owner, default=-1) + 1)
    return Events(entities, np.array(owner, np.int32)[order], np.array(time, float)[order], amount, values, partner)


@pytest.fixture
def payments() -> Maker:
    return make_payments


@pytest.fixture(scope="session")
def paid() -> Events:
    return read_events(make_payments(), COLUMNS, seed=0)
