"""Hold panels to their law: what is gathered and laid out again is what it was."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.conditions import understand
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, SchemaError
from likewise.modalities.sequence.panels import Panel


def machines(entities: int = 12, *, pace: str = "even", seed: int = 0) -> pd.DataFrame:
    """Machines that were looked at for 5 to 14 hours each, some cells missing."""
    rng, parts = np.random.default_rng(seed), []
    for number in range(entities):
        size = int(rng.integers(5, 15))
        hours = np.arange(size) + int(rng.integers(0, 30))
        if pace == "uneven":
            hours = np.sort(rng.permutation(10_000)[:size]) / 60
        there = np.ones(size, dtype=bool)
        if pace == "gapped":
            there[1:-1] = rng.random(size - 2) > 0.2
        load = rng.poisson(3, size).astype(float)
        load[rng.random(size) < 0.1] = np.nan
        part = pd.DataFrame({
            "machine": f"M{number:02d}", "kind": ["pump", "fan"][number % 2],
            "at": pd.Timestamp("2024-03-01") + pd.to_timedelta(hours * 3600, unit="s"),
            "heat": (20 + rng.normal(size=size)).round(1), "load": load,
            "state": np.where(rng.random(size) < 0.1, None, np.where(load > 3, "busy", "idle")), "on": load > 1,
        })  # fmt: skip
        parts.append(part[there])
    return pd.concat(parts, ignore_index=True)


def learned(frame: pd.DataFrame, entity: str | None = "machine", order: str | None = "at") -> tuple[Panel, Table]:
    """The panel of a long table, out of a model file, and what it gathers."""
    table = Table.from_any(frame)
    panel, _ = Panel.of(table, entity, order)
    whole = panel.gathered(table)
    kept = panel.given_back(whole.schema)
    return Panel.from_state(json.loads(json.dumps(kept.state()))), whole


def laid(panel: Panel, whole: Table, n: int, **asked: Any) -> pd.DataFrame:
    """Rows of a panel whose series come as they were gathered."""
    beside = whole.select([name for name in whole.names if name != panel.name])

    def make(count: int, rng: np.random.Generator, given: Any) -> Any:
        fits = np.arange(whole.rows) if given is None else np.flatnonzero(given.matches(beside))
        cells = whole.tensor(panel.name)
        return beside.take(fits), [np.asarray(cells[i]) for i in fits]

    given = understand(asked.get("given"), panel.schema)
    drawn = panel.draw(n, np.random.default_rng(0), given, make)
    frame: pd.DataFrame = panel.placed(drawn, 0, 0).to_pandas()
    return frame


@pytest.mark.parametrize("pace", ["even", "gapped", "uneven"])
def test_what_is_gathered_is_laid_out_as_it_was(pace: str) -> None:
    frame = machines(pace=pace)
    panel, whole = learned(frame.sample(frac=1, random_state=1).sort_values("machine", kind="stable"))
    assert panel.pace == pace and panel.attributes == ["kind"] and whole.rows == 12
    back = laid(panel, whole, len(frame))
    pd.testing.assert_frame_equal(back[frame.columns], frame, check_dtype=False)


def test_rows_without_times_stay_in_their_order() -> None:
    frame = machines().drop(columns="at")
    panel, whole = learned(frame, order=None)
    assert panel.order is None and panel.clock is None
    pd.testing.assert_frame_equal(laid(panel, whole, len(frame)), frame, check_dtype=False)


def test_rows_that_were_shuffled_are_put_in_order_again() -> None:
    panel, whole = learned(machines().drop(columns="at"), order=None)
    beside = whole.select(["kind"])
    drawn = panel.draw(60, np.random.default_rng(0), None, lambda *_: (beside, list(whole.tensor("machine"))))
    mixed = drawn.take(np.random.default_rng(1).permutation(60))
    first = panel.placed(mixed, 0, 0).to_pandas()
    again = {tuple(part["heat"]) for _, part in panel.placed(drawn, 0, 0).to_pandas().groupby("machine")}
    assert {tuple(part["heat"]) for _, part in first.groupby("machine")} == again
    assert first["machine"].is_monotonic_increasing


def test_the_last_entity_is_cut_short_and_blocks_have_ids_of_their_own() -> None:
    panel, whole = learned(machines())
    short = laid(panel, whole, 20)
    assert len(short) == 20 and short["machine"].iloc[0] == "M00"
    beside = whole.select(["kind", "at"])
    drawn = panel.draw(20, np.random.default_rng(0), None, lambda *_: (beside, list(whole.tensor("machine"))))
    later = panel.placed(drawn, 65_536, 0).to_pandas()
    assert not set(later["machine"]) & set(short["machine"])


def test_no_id_of_a_real_entity_is_in_the_file() -> None:
    frame = machines().assign(machine=lambda f: "engine " + f["machine"].str[1:].map(lambda n: "abcdefghijkl"[int(n)]))
    panel, _ = learned(frame)
    assert "engine b" not in json.dumps(panel.state())


def test_conditions_hold_in_every_row_of_an_entity() -> None:
    frame = machines(40)
    panel, whole = learned(frame)
    assert set(laid(panel, whole, 50, given="kind=fan")["kind"]) == {"fan"}
    warm = laid(panel, whole, 50, given="heat>=18")
    real = {tuple(part["heat"]) for _, part in frame.groupby("machine")}
    assert warm["heat"].min() >= 18 and len(warm) == 50
    assert {tuple(part["heat"]) for _, part in list(warm.groupby("machine"))[:-1]} <= real
    with pytest.raises(ConditionError, match="of which every row meets"):
        laid(panel, whole, 50, given={"heat": (20.0, 20.1)})
    with pytest.raises(ConditionError, match="one by one"):
        laid(panel, whole, 1, given=pd.DataFrame({"heat": [20.0]}))
    numbered = learned(frame.assign(machine=frame["machine"].str[1:].astype(int)))
    with pytest.raises(ConditionError, match="made anew"):
        laid(*numbered, 1, given="machine=3")


def test_one_series_goes_on_from_part_to_part() -> None:
    frame = machines(1).drop(columns=["machine", "kind"])
    panel, whole = learned(frame, entity=None)
    cells = [np.asarray(cell) for cell in whole.tensor("at")]
    drawn = panel.draw(3 * len(frame), np.random.default_rng(0), None, lambda *_: (whole.select([]), cells))
    back = panel.followed(drawn).to_pandas()
    assert (back["at"].diff().dropna() == pd.Timedelta("1h")).all() and back["at"].iloc[0] == frame["at"].iloc[0]
    with pytest.raises(ConditionError, match="cannot be picked"):
        panel.draw(5, np.random.default_rng(0), understand("on=true", panel.schema), lambda *_: (whole, cells))


def test_series_end_within_the_times_that_were_seen() -> None:
    panel, whole = learned(machines())
    beside = whole.select(["kind", "at"])
    late = Table.from_any({"kind": ["fan"] * 12, "at": np.full(12, 10**6)}, beside.schema)
    rows = panel.draw(80, np.random.default_rng(0), None, lambda *_: (late, list(whole.tensor("machine")))).to_pandas()
    assert rows["at"].max() == machines()["at"].max()


def bad(**changes: Any) -> pd.DataFrame:
    """Machines with something wrong."""
    return machines().assign(**changes)


@pytest.mark.parametrize(("frame", "error", "match"), [
    (bad(machine=lambda f: f["machine"].where(f.index > 3)), FitError, "belong to none"),
    (bad(at=pd.Timestamp("2024-03-01")), FitError, "the same `at`"),
    (bad(at=lambda f: f["at"].where(f.index > 3)), FitError, "is missing in 4 rows"),
    (bad(note=lambda f: [f"a note that was written on row {i}" for i in f.index]), SchemaError, "numbers and levels"),
    (machines()[["machine", "at", "kind"]], SchemaError, "no column changes"),
    (machines().drop(columns="at"), FitError, "not a column"),
], ids=["ids missing", "one time", "times missing", "notes", "nothing varies", "no time"])  # fmt: skip
def test_what_cannot_be_gathered_is_refused(frame: pd.DataFrame, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        learned(frame)
