"""Series read at other places, and long tables gathered to series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.errors import SchemaError
from likewise.modalities.sequence.long import gathered
from likewise.modalities.sequence.warping import paths, read_at, smooth_curves


@given(st.integers(1, 30))
def test_a_series_read_at_its_own_steps_is_itself(steps: int) -> None:
    series = np.random.default_rng(steps).normal(size=(3, steps, 2))
    series[0, steps // 2] = np.nan
    assert np.array_equal(read_at(series, np.tile(np.arange(steps, dtype=float), (3, 1))), series, equal_nan=True)


def test_curves_and_paths() -> None:
    knots = np.array([[[1.0], [2.0], [0.5], [1.0]]])
    curve = smooth_curves(knots, 7)
    assert np.allclose(curve[0, ::2, 0], knots[0, :, 0]) and np.allclose(smooth_curves(np.ones((2, 2, 1)), 9), 1)
    assert np.allclose(paths(np.ones((1, 5))), np.arange(5)) and paths(np.ones((1, 1))).tolist() == [[0]]


def test_long_tables_become_series() -> None:
    long = {
        "who": ["b", "a", "b", "a", "b"], "day": ["2024-01-03", "2024-01-01", "2024-01-01", "2024-01-02", "2024-01-02"],
        "pulse": [1, 2, 3, None, 5], "mood": list("xyxyx"), "step": [1.5, 2.5, 3.5, 4.5, 5.5], "word": list("pqrst"),
    }  # fmt: skip
    table = gathered(long, entity="who", time="day")
    assert table.names == ("who", "mood", "series") and table.to_dict()["who"] == ["b", "a"]
    b, a = table.tensor("series")
    assert b.tolist() == [[3, 3.5], [5, 5.5], [1, 1.5]] and np.array_equal(a, [[2, 2.5], [np.nan, 4.5]], equal_nan=True)
    one = gathered(long, entity="who", values=["step"], name="path")
    assert one.schema["path"].shape == (None, 1) and one.tensor("path")[0][:, 0].tolist() == [1.5, 3.5, 5.5]
    assert Table.from_any(table).rows == 2


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"entity": "whom"}, "schema.unknown-column"),
        ({"entity": "who", "time": "when"}, "schema.unknown-column"),
        ({"entity": "who", "values": ["sex"]}, "schema.kind"),
        ({"entity": "who"}, "schema.no-series"),
    ],
)
def test_what_cannot_be_gathered(asked: dict[str, object], code: str) -> None:
    long = {"who": list("aabb"), "height": [1.5, 1.5, 1.7, 1.7], "sex": list("ffmm")}
    with pytest.raises(SchemaError) as fault:
        gathered(long, **asked)  # type: ignore[arg-type]
    assert fault.value.code == code and fault.value.hint
