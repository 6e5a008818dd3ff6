"""What is due month by month is paid so often, however many days are worked on at once."""

from __future__ import annotations

from datetime import date

import numpy as np

from likewise.core.seeds import generator
from likewise.industries.finance.books.payments import PURPOSES
from likewise.industries.finance.life.standing import Standing
from likewise.industries.finance.state import Span
from likewise.industries.finance.world.world import world_of

WORLD = world_of(600, 120, date(2026, 1, 1), 2)
STANDING = Standing(WORLD, generator(2, "test"))


def paid(step: int) -> dict[str, np.ndarray]:
    parts = [STANDING.payments(Span(day, min(step, 120 - day)), generator(0, "x", day)) for day in range(0, 120, step)]
    return {name: np.concatenate([part[name] for part in parts]) for name in ("purpose", "customer", "payer", "time")}


def test_spans_do_not_change_what_is_due() -> None:
    one, week = paid(1), paid(7)
    for name in ("purpose", "customer"):
        assert np.array_equal(np.sort(one[name]), np.sort(week[name]))


def test_everybody_with_work_is_paid_every_month() -> None:
    found = paid(7)
    salary = found["customer"][found["purpose"] == PURPOSES.index("salary")]
    counts = np.bincount(salary, minlength=600)[WORLD.employer >= 0]
    assert counts.min() >= 3 and counts.max() <= 5
    assert not np.bincount(salary, minlength=600)[WORLD.employer < 0].any()
