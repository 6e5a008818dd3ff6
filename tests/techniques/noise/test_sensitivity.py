"""The curve of what noise costs and what it hides."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError
from likewise.techniques.noise import Noise, NoiseModel, Sensitivity
from likewise.techniques.noise.sensitivity import relinked

RNG = generator(0, "sensitivity")
FRAME = pd.DataFrame({"x": RNG.normal(5, 2, 1500), "level": RNG.choice(["a", "b", "c"], 1500)})
FRAME["y"] = FRAME.x + RNG.normal(0, 1, 1500)
FRAME["note"] = [f"we called {v} times about the late order" for v in range(1500)]


def fitted(*steps: object) -> NoiseModel:
    model = Noise.from_dict({"steps": list(steps)} if steps else {}).fit(FRAME)
    assert isinstance(model, NoiseModel)
    return model


def test_no_noise_costs_and_hides_nothing() -> None:
    point = fitted().sensitivity(FRAME, [0]).points[0]
    assert point.relinked == 1 and point.correlations == point.least == 1
    assert all(effect.changed == 0 and (effect.distance or 0) == 0 for effect in point.columns)


def test_stronger_noise_costs_and_hides_more() -> None:
    points = fitted("gaussian", "pram").sensitivity(FRAME, [0.5, 1, 2, 4, 8]).points
    for name in ("correlations", "relinked"):
        values = [getattr(point, name) for point in points]
        assert values == sorted(values, reverse=True) and values[0] > 1.2 * values[-1]
    spread = [point.columns[0].spread or 0 for point in points]
    assert spread[-1] > 1.05 and points[-1].columns[0].column == "x"
    assert [p.strength for p in points] == [0.5, 1, 2, 4, 8]


def test_the_figures_are_what_they_say() -> None:
    point = fitted({"gaussian": {"columns": ["x"], "sd": 1.0}}).sensitivity(FRAME, [1]).points[0]
    (effect,) = point.columns
    assert effect.changed == 1 and abs(effect.shift or 9) < 0.1 and 1.1 < (effect.spread or 0) < 1.5
    assert 0.01 < (effect.distance or 0) < 0.15


def test_it_is_printed_as_a_table_and_goes_through_json() -> None:
    found = fitted().sensitivity(FRAME, [1, 2])
    text = str(found)
    assert "rows found again" in text and text.count("\n") == 8 + 2 * 4 and "nan" not in text
    assert Sensitivity.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert found == fitted().sensitivity(FRAME, [1, 2])


def test_rows_are_found_by_chance_among_equals() -> None:
    table = Table.from_any(pd.DataFrame({"x": [1.0, 1.0, 1.0, 1.0, 5.0], "z": [1, 2, 1, 2, 3]}))
    assert relinked(table, table, ["x"]) == pytest.approx((4 * 0.25 + 1) / 5)
    assert relinked(table.slice(0, 0), table.slice(0, 0), ["x"]) is None


def test_rows_that_are_not_looked_for_are_not_said_to_be_hidden() -> None:
    data = {"note": FRAME.note.tolist(), "photo": RNG.integers(0, 255, (1500, 4, 4), dtype=np.uint8)}
    for steps in (["words"], ["gaussian_noise"]):
        found = Noise.from_dict({"steps": steps}).fit(data).sensitivity(data, [1])  # type: ignore[attr-defined]
        assert found.points[0].relinked is None and str(found).splitlines()[5].endswith("-")


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows(rows: int) -> None:
    assert len(str(fitted().sensitivity(FRAME.iloc[:rows]))) > 100


def test_bad_strengths_and_bad_data_are_refused() -> None:
    for strengths in ([], [-1], [np.nan], [np.inf]):
        with pytest.raises(SettingsError, match=r"settings\.strengths"):
            fitted().sensitivity(FRAME, strengths)
    with pytest.raises(SchemaError):
        fitted().sensitivity(FRAME.drop(columns="x"))
