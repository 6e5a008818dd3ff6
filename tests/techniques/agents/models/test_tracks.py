"""Tracks tell the same of people whether they are real or simulated, and in whatever order their rows are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.errors import SettingsError
from likewise.techniques.agents.models.tracks import summaries, walks_of


def circle(people: int = 5, moments: int = 60) -> pd.DataFrame:
    """Return people on a half circle of 10 metres, one after another, each with a speed of its own."""
    rows = []
    for i in range(people):
        turn = np.linspace(0, np.pi, moments)
        place = np.stack([10 * np.cos(turn), 10 * np.sin(turn)])
        rows.append(pd.DataFrame({"agent": i * 7, "time": np.arange(moments) * (0.4 + 0.1 * i) + i, "x": place[0],
                                  "y": place[1]}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def named(tracks: object) -> dict[str, float]:
    told = summaries(tracks)
    return dict(zip(told.names, told.values.tolist(), strict=True))


def test_what_is_told_is_what_was_walked() -> None:
    told = named(circle())
    speeds = 10 * np.pi / (59 * (0.4 + 0.1 * np.arange(5)))
    assert told["speed mean"] == pytest.approx(speeds.mean(), rel=1e-3)
    assert told["speed sd"] == pytest.approx(speeds.std(), rel=1e-3)
    assert told["detour"] == pytest.approx(np.pi / 2 - 1, rel=1e-3)
    assert told["deviation"] == pytest.approx(10 * 2 / np.pi, rel=0.03)
    assert told["pace sd"] < 1e-6


def test_the_order_of_rows_and_the_names_of_agents_do_not_matter() -> None:
    tracks = circle()
    mixed = tracks.sample(frac=1.0, random_state=1)
    mixed["agent"] = mixed["agent"].map(lambda i: f"person {i}")
    assert named(mixed) == pytest.approx(named(tracks))
    assert named(tracks.rename(columns={"agent": "id"})) == named(tracks)
    assert walks_of(mixed) == walks_of(tracks)


def test_only_others_of_the_same_moment_are_near() -> None:
    tracks = {"agent": [1, 2, 1, 2, 3], "time": [0, 0, 1, 1, 2], "x": [0, 4, 1, 3, 1], "y": [0.0, 0.0, 0.0, 0.0, 0.0]}
    told = named(tracks)
    assert (told["nearest q10"], told["nearest q50"], told["nearest q90"]) == (2.0, 3.0, 4.0)


def test_where_there_is_nobody_it_is_no_number() -> None:
    told = named({"agent": [1], "time": [0.0], "x": [0.0], "y": [0.0]})
    assert all(np.isnan(value) for value in told.values())
    assert walks_of({"agent": [1], "time": [0.0], "x": [0.0], "y": [0.0]}) == ()


def test_someone_who_stands_has_no_deviation() -> None:
    told = named({"agent": [1, 1, 2, 2], "time": [0, 1, 0, 1], "x": [5.0, 5.0, 0.0, 1.0], "y": [5.0, 5.0, 0.0, 0.0]})
    assert told["deviation"] == 0.0 and told["speed mean"] == 0.5


@pytest.mark.parametrize("tracks", [{"agent": [1], "time": [0.0], "x": [0.0]},
                                    {"agent": [1], "time": [0.0], "x": [0.0], "y": [float("nan")]}])  # fmt: skip
def test_tracks_without_what_is_needed_are_refused(tracks: dict[str, list[float]]) -> None:
    with pytest.raises(SettingsError) as fault:
        summaries(tracks)
    assert fault.value.where == "tracks" and fault.value.hint
