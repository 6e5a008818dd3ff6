"""Which rows stay when those that their neighbours contradict go."""

from __future__ import annotations

import numpy as np

from likewise.core.table import Table
from likewise.recipes.neighbours import uncontradicted
from likewise.techniques.smote import cleaned


def test_places_are_those_of_the_rows_that_cleaning_keeps():
    rng = np.random.default_rng(2)
    label = np.where(rng.random(300) < 0.3, "yes", "no")
    load = rng.normal(size=300) + (label == "yes")
    rows = {"place": [f"p-{n:04d}" for n in range(300)], "load": np.round(load, 2), "fault": label}
    table = Table.from_any(rows)
    for method in ("enn", "tomek"):
        kept = uncontradicted(table, "fault", method=method)
        assert 100 < len(kept) < 300 and np.all(np.diff(kept) > 0)
        assert table.take(kept).to_dict() == cleaned(table, "fault", method=method)
