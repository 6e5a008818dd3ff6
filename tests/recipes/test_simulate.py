"""`simulate` takes scenarios as people write them, and says what is wrong with others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.techniques.agents.worlds import Bank, Culture, Moods

import likewise
from likewise.errors import LikewiseError
from likewise.io.logs import read_log
from likewise.recipes.simulate import simulate_to_file

PYTHON = Path(__file__).parents[1] / "techniques/agents/worlds.py"

ONE = '''
from typing import Any, ClassVar
from likewise.techniques.agents.population import population
from likewise.techniques.agents.rule import shuffled
from likewise.techniques.agents.scenario import Scenario


@shuffled("people")
def grow(i, w):
    w.people.age[i] += w.p.years


class Growing(Scenario):
    """Let people grow."""

    agents: int = 3
    years: int = 1
    name: ClassVar[str] = "growing"
    rules = (grow,)

    def world(self, seed: int) -> dict[str, Any]:
        return {"people": population(seed, "people", self.agents, age=0)}
'''


def test_a_run_has_events_agents_panels_and_a_series() -> None:
    run = likewise.simulate(Bank(agents=20), until="5d", start="2026-01-01", every="1d", how="plain", seed=2)
    assert run.events.names == ("time", "agent", "activity", "to", "amount")
    times = run.events.to_arrow()["time"].to_pylist()
    assert times == sorted(times) and datetime(2026, 1, 1) < times[0] and times[-1] < datetime(2026, 1, 6)
    assert run.agents["people"].rows == 20 and run.panels["people"].rows == 100
    assert run.series.to_dict()["money"] == pytest.approx([2000.0] * 5)
    assert run.panels["people"].to_arrow().slice(80).drop_columns(["time"]) == run.agents["people"].to_arrow()


def test_files_and_documents_are_taken(tmp_path: Path) -> None:
    (tmp_path / "growing.py").write_text(ONE)
    (tmp_path / "growing.yaml").write_text("simulate: growing.py\nparameters: {years: 2}\nuntil: 4\nseed: 3\n")
    for scenario, years in ((tmp_path / "growing.py", 4), (tmp_path / "growing.yaml", 8)):
        run = likewise.simulate(scenario, until=4, how="plain")
        assert run.agents["people"].to_dict()["age"] == [years] * 3 and run.events.rows == 0
    mapped = likewise.simulate({"simulate": "schelling", "parameters": {"agents": 50}, "until": 2}, how="plain")
    assert mapped.series.rows == 2


@pytest.mark.parametrize(("asked", "code", "said"), [
    ({"scenario": "schellin"}, "agents.scenario", "schelling"),
    ({"scenario": "schelling", "wanted": 1.5}, "settings.invalid", "at most 1"),
    ({"scenario": "schelling", "wonted": 0.5}, "settings.invalid", "wanted"),
    ({"scenario": "schelling", "until": 0}, "agents.until", "more than 0"),
    ({"scenario": "schelling", "until": "3d"}, "agents.until", "no length"),
    ({"scenario": "schelling", "start": "soon"}, "agents.start", "2026"),
    ({"scenario": "schelling", "start": "2026-01-01"}, "agents.start", "has no length"),
    ({"scenario": {"simulate": "schelling", "start": "2026-01-01"}}, "agents.start", "has no length"),
    ({"scenario": "schelling", "agents": 10**10}, "agents.memory", "fit"),
    ({"scenario": "schelling", "seed": -1}, "settings.seed", "seed"),
    ({"scenario": "schelling", "drift": {"wanted": 0.5}}, "settings.invalid", "mapping"),
    ({"scenario": "nowhere.py"}, "agents.scenario", "no such file"),
    ({"scenario": PYTHON}, "agents.scenario", "3 scenarios"),
    ({"scenario": "nowhere.yaml"}, "source.no-such-file", "nowhere"),
    ({"scenario": {"parameters": {}}}, "settings.invalid", "required"),
    ({"scenario": Bank(rate=1.0), "drift": {"rate": {"1d": -1.0}}}, "settings.invalid", "more than 0"),
], ids=str)  # fmt: skip
def test_bad_asking_is_told(asked: dict[str, Any], code: str, said: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        likewise.simulate(asked.pop("scenario"), how="plain", **asked)
    assert fault.value.code == code and said in str(fault.value)


def test_a_world_where_all_have_died_still_has_its_columns() -> None:
    run = likewise.simulate(Culture(dying=1.0), until=3, how="plain")
    assert run.agents["cells"].rows == 0 and run.events.rows == 20


@pytest.mark.parametrize("name", ["run.xes", "run.ocel.json", "run.ocel.sqlite"])
def test_a_log_of_events_has_a_case_for_each_agent(name: str, tmp_path: Path) -> None:
    simulate_to_file(Bank(agents=5), tmp_path / name, until=3, start="2026-01-01", how="plain")
    log = likewise.read(tmp_path / name)
    table = likewise.simulate(Bank(agents=5), until=3, start="2026-01-01", how="plain").events
    assert log.rows == table.rows and len(set(log.to_dict()["case"])) == 5


@pytest.mark.parametrize("name", ["run.jsonocel", "run.ocel.sqlite"])
def test_agents_are_objects_where_a_log_knows_any(name: str, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"agents": 200, "until": 20, "start": "2026-01-01", "how": "plain", "seed": 1}
    simulate_to_file("sir", tmp_path / name, **asked)
    log = read_log(tmp_path / name)
    ill = likewise.simulate("sir", **asked).events.to_dict()
    assert {column: said.type for column, said in log.objects.items()} == {
        "case": "case", "agent": "people", "by": "people"}  # fmt: skip
    by = [str(who) if isinstance(who, int) else None for who in ill["by"]]
    assert by.count(None) >= 10 and "-1" not in by  # from outside, and who recovers
    told = log.events.to_dict()["by"]
    assert sum(who in (None, "") for who in told) == by.count(None)


@pytest.mark.parametrize(("scenario", "said"), [(Bank(agents=5), "--start"), (Moods(agents=5), "no length")])
def test_a_log_of_events_is_of_moments(scenario: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(LikewiseError, match=said):
        simulate_to_file(scenario, tmp_path / "run.xes", until=3, how="plain")
    assert not (tmp_path / "run.xes").exists()


def test_a_folder_gets_all_tables(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"until": "3d", "start": "2026-01-01", "every": "1d", "how": "plain", "seed": 2}
    made = simulate_to_file(Bank(agents=5), f"{tmp_path}/run/", **asked)
    run = likewise.simulate(Bank(agents=5), **asked)
    assert sorted(place.name for place in (tmp_path / "run").iterdir()) == [
        "events.csv", "people-panel.csv", "people.csv", "series.csv"]  # fmt: skip
    assert made == {"events": run.events.rows, "people": 5}
    for name, table in (("events", run.events), ("people-panel", run.panels["people"]),
                        ("people", run.agents["people"]), ("series", run.series)):  # fmt: skip
        read = likewise.read(tmp_path / "run" / f"{name}.csv")
        assert (read.names, read.rows) == (table.names, table.rows)
    without = simulate_to_file(Moods(agents=5), tmp_path / "bare", until=2, how="plain", format="parquet")
    assert without["events"] == likewise.read(tmp_path / "bare" / "events.parquet").rows
    assert not (tmp_path / "bare" / "cells-panel.parquet").exists()


def test_agents_along_the_way_do_not_fit_beside_events_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(LikewiseError, match="-o run/") as fault:
        simulate_to_file(Bank(agents=5), tmp_path / "run.csv", until=3, every=1, how="plain")
    assert fault.value.code == "agents.every" and not (tmp_path / "run.csv").exists()


@pytest.mark.parametrize("text", ["import nothing_of_the_kind", "class A(:\n", "1 / 0"])
def test_a_file_that_does_not_run_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(LikewiseError, match="does not run") as fault:
        likewise.simulate(tmp_path / "mine.py")
    assert fault.value.code == "agents.file" and "python mine.py" in (fault.value.hint or "")
