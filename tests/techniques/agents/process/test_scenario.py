"""Declared processes: what comes of them, against what is declared and against theory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.techniques.agents.process.declared import CLINIC

from likewise.errors import SettingsError
from likewise.recipes.simulate import simulate, simulate_to_file
from likewise.techniques.agents.process.scenario import Process

Rows = list[dict[str, Any]]


def rows(until: str | float = "12w", how: Any = "plain", seed: int = 0, **parameters: Any) -> Rows:
    events = simulate(Process(**{**CLINIC, **parameters}), until=until, how=how, seed=seed).events
    columns = events.to_dict()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture(scope="module")
def clinic() -> Rows:
    return rows()


def test_an_event_has_what_logs_of_processes_have(clinic: Rows) -> None:
    assert list(clinic[0]) == ["time", "case", "activity", "lifecycle:transition", "agent", "cost:total", "case:age",
                               "case:urgency"]  # fmt: skip
    times = [event["time"] for event in clinic]
    assert times == sorted(times)
    assert {event["case"] for event in clinic} == set(range(250))
    assert {event["agent"] for event in clinic} == {None, "nurse 1", "nurse 2", "doctor 1", "doctor 2", "lab"}
    for case in range(250):
        assert len({(event["case:age"], event["case:urgency"]) for event in clinic if event["case"] == case}) == 1


def test_what_starts_completes_and_nobody_does_two_things_at_once(clinic: Rows) -> None:
    open_at: Counter[tuple[int, str]] = Counter()
    at_work: dict[str, tuple[int, str]] = {}
    in_lab: set[int] = set()
    for event in clinic:
        own, who = (event["case"], event["activity"]), event["agent"]
        if event["lifecycle:transition"] == "start":
            open_at[own] += 1
            if who == "lab":
                in_lab.add(event["case"])
                assert len(in_lab) <= 4
            elif who is not None:
                assert who not in at_work
                at_work[who] = own
        elif event["lifecycle:transition"] == "complete":
            open_at[own] -= 1
            assert open_at[own] == 0
            if who == "lab":
                in_lab.remove(event["case"])
            elif who is not None:
                assert at_work.pop(who) == own
    assert set(open_at.values()) == {0}
    assert not at_work


def test_blood_is_tested_together(clinic: Rows) -> None:
    starts = Counter(event["time"] for event in clinic
                     if event["activity"] == "blood test" and event["lifecycle:transition"] == "start")  # fmt: skip
    assert 1 <= min(starts.values()) <= max(starts.values()) <= 4
    assert max(starts.values()) > 1


def test_everyone_goes_the_way_that_their_attributes_say(clinic: Rows) -> None:
    for case in range(250):
        own = [event for event in clinic if event["case"] == case]
        done = {event["activity"] for event in own}
        is_old = own[0]["case:age"] > 60 and own[0]["case:urgency"] == "high"
        assert ("blood test" in done) == is_old
        assert ("x-ray" in done) == (is_old or own[0]["case:age"] < 10)
        assert own[-1]["activity"] == "discharge"


def test_costs_are_those_of_the_time_and_of_the_activity(clinic: Rows) -> None:
    began: dict[tuple[int, str], float] = {}
    for event in clinic:
        own = (event["case"], event["activity"])
        if event["lifecycle:transition"] == "start":
            began[own] = event["time"]
            assert event["cost:total"] == 0
        elif event["activity"] in ("triage", "x-ray") and event["lifecycle:transition"] == "complete":
            hours = (event["time"] - began[own]).total_seconds() / 3600
            assert event["cost:total"] == pytest.approx(40 * hours, abs=1e-4)
    assert {event["cost:total"] for event in clinic if event["activity"] == "see doctor"} == {0.0, 5.0}


def test_nothing_begins_when_nobody_works(clinic: Rows) -> None:
    begun = [event["time"] for event in clinic
             if str(event["agent"])[:3] in ("nur", "doc") and event["lifecycle:transition"] == "start"]  # fmt: skip
    assert {time.weekday() for time in begun} <= set(range(5))
    assert {time.hour for time in begun} <= set(range(8, 18))
    assert {str(time.date()) for time in begun}.isdisjoint({"2026-01-01", "2026-04-03", "2026-04-06"})


def test_it_is_the_same_to_the_bit_compiled() -> None:
    events = [simulate(Process(**CLINIC), until="2w", how=how, seed=3).events for how in ("compiled", "plain")]
    assert events[0].to_dict() == events[1].to_dict()
    assert events[0].rows > 1000


QUEUE: dict[str, Any] = {
    "arrivals": {"every": {"exponential": 10}},
    "resources": {"clerk": {"capacity": 2}},
    "activities": {"serve": {"takes": {"exponential": 16}, "needs": "clerk"}},
    "flow": "serve",
}


def test_the_line_is_that_of_theory() -> None:
    """M/M/2 at load 0.8: the chance to wait is 0.7111, the mean wait 28.44 minutes (Erlang, 1917)."""
    run = simulate(Process(**QUEUE), until="40w", seed=1, how="plain")
    done = run.series.to_dict()
    assert run.series.names == ("time", "open", "done", "left", "cost", "clerk busy", "clerk waited for")
    assert np.mean(done["open"]) == pytest.approx(2.844 + 1.6, rel=0.25)  # Little, of a hundred looks
    assert np.mean(done["clerk busy"]) == pytest.approx(1.6, rel=0.1)


def test_as_many_come_as_are_said() -> None:
    declared = {**QUEUE, "arrivals": {"per_week": 600, "profile": {"Mo-Fr 09:00-12:30": 1, "Sa": 0.25}}}
    found = rows("10w", **{**declared, "cases": {}})
    starts = [event["time"] for event in found if event["lifecycle:transition"] == "start"]
    assert len(starts) == pytest.approx(6000, abs=4 * np.sqrt(6000))


def test_who_waits_too_long_leaves() -> None:
    declared = {**QUEUE, "activities": {"serve": {**QUEUE["activities"]["serve"], "patience": 10.0}}, "cases": {}}
    found = rows("4w", **declared)
    gone = {event["case"] for event in found if event["lifecycle:transition"] == "withdraw"}
    served = {event["case"] for event in found if event["lifecycle:transition"] == "start"}
    assert len(gone) > 50
    assert gone.isdisjoint(served)


def test_who_is_first_by_a_condition_waits_less() -> None:
    """Of two ranks with equal services, the second waits 1 / (1 - load) times as long as the first."""
    declared = {**QUEUE, "cases": {"vip": {"bernoulli": 0.5}},
                "activities": {"come": {}, **QUEUE["activities"]}, "flow": ["come", "serve"],
                "resources": {"clerk": {"capacity": 2, "first": ["vip == 1"]}}}  # fmt: skip
    came: dict[int, Any] = {}
    waits: dict[float, list[float]] = {0.0: [], 1.0: []}
    for event in rows("30w", **declared):
        if event["activity"] == "come":
            came[event["case"]] = event["time"]
        elif event["lifecycle:transition"] == "start":
            waits[event["case:vip"]].append((event["time"] - came[event["case"]]).total_seconds() / 60)
    first = 28.44 * (1 - 0.8) / (1 - 0.4)
    assert np.mean(waits[1.0]) == pytest.approx(first, rel=0.15)
    assert np.mean(waits[0.0]) == pytest.approx(first / (1 - 0.8), rel=0.25)


def test_a_process_goes_on_after_a_break_and_is_itself_when_read_again(tmp_path: Path) -> None:
    process = Process(**CLINIC)
    assert Process.from_dict(process.model_dump(mode="json")) == process
    whole = simulate_to_file(process, tmp_path / "whole.csv", until="2w", seed=2)
    simulate_to_file(process, tmp_path / "first.csv", until="1w", seed=2, checkpoint=tmp_path / "kept")
    assert simulate_to_file(process, tmp_path / "rest.csv", until="2w", seed=2, checkpoint=tmp_path / "kept") == whole
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "rest.csv").read_bytes()


def test_more_than_can_be_done_is_warned_of() -> None:
    busy = {**QUEUE, "arrivals": {"every": {"exponential": 5}}}
    assert Process(**busy).load() == {"clerk": pytest.approx(1.6)}
    with pytest.warns(UserWarning, match="`clerk` would have to work 160% of its time"):
        simulate(Process(**busy), until="1d")
    patient = {**busy, "activities": {"serve": {**QUEUE["activities"]["serve"], "patience": 60}}}
    simulate(Process(**patient), until="1d")  # they leave: the line does not grow without bound


def test_loads_follow_choices_loops_hours_and_batches() -> None:
    load = Process(**{**CLINIC, "arrivals": {"per_week": 300}}).load()
    doctor = 300 / 0.8 * np.exp(2.4 + 0.125) / (2 * 50 * 60)
    assert load["doctor"] == pytest.approx(doctor, rel=1e-6)
    old = Process(**CLINIC).cases["age"].sf(60) * 0.2
    assert load["lab"] == pytest.approx(300 * old * 10 / 4 / (7 * 24 * 60), rel=0.1)


FAULTY: dict[str, Any] = {
    "country": "DR",
    "arrivals": {"per_week": 10, "profile": {"Mo-Fr 08:00-24:00": 1, "Xx": 1}},
    "cases": {"age": {"normal": [50, 10]}, "kind": {"categorical": ["a", "b"]}},
    "resources": {
        "nurse": {"capacity": 1, "first": ["agee > 5", "kind > 'a'"], "hours": "always"}, "idle": {"capacity": 1},
    },
    "activities": {
        "triage": {"needs": {"nurse": 2}},
        "treat": {"needs": "nurce", "otherwise": []},
        "lonely": {},
        "a": {"needs": "nurse", "patience": 5, "otherwise": ["b"]},
        "b": {"needs": "nurse", "patience": 5, "otherwise": ["a"]},
        "c": {"needs": "nurse", "patience": 5},
        "d": {"patience": 5},
    },
    "flow": [
        "triaje", "a", "d",
        {"choice": [{"share": 0.5, "flow": ["treat"]}, {"share": 0.4, "flow": []}]},
        {"choice": [{"when": "kind == 'c'", "flow": []}, {"when": "age > 5"}]},
        {"repeat": {"flow": ["treat"], "again": 1}},
        {"parallel": [["c"], ["treat"]]},
        {"parallel": [["c"]]},
        {"loop": []},
        {"wait": "soon"},
    ],
}  # fmt: skip


def test_all_faults_are_told_together_with_their_paths() -> None:
    with pytest.raises(SettingsError) as told:
        Process(**FAULTY)
    assert (told.value.code, told.value.where) == ("process.invalid", "process")
    for said in (
        "$.country: the holidays of `DR` are not known",
        "$.arrivals.profile.Mo-Fr 08:00-25:00: these are no opening hours"
        if False
        else "$.arrivals.profile.Xx: these are",
        "$.resources.nurse.first[0]: there is no attribute `agee`",
        "$.resources.nurse.first[1]: levels of `kind` have no order",
        "$.resources.nurse.hours: these are no opening hours",
        "$.resources.idle: no activity needs it",
        "$.activities.triage.needs.nurse: 2 are wanted, and there are 1",
        "$.activities.treat.needs: there is no resource `nurce`; is it `nurse`?",
        "$.activities.treat.otherwise: a case without `patience` never does otherwise",
        "$.activities.lonely: no flow leads to it",
        "$.activities.a.otherwise: it leads back to `a`: it never ends",
        "$.activities.d.patience: nobody waits",
        "$.flow[0]: there is no activity `triaje`; is it `triage`?",
        "$.flow[3].choice: the shares come to 0.9, not to 1",
        "$.flow[4].choice[0].when: `kind` has no level `c`",
        "$.flow[4].choice[1]: `flow` is wanted",
        "$.flow[5].repeat.again: it never ends",
        "$.flow[6]: a case cannot leave from here: say what it does `otherwise` than `c`",
        "$.flow[7].parallel: a list of at least two flows is wanted",
        "$.flow[8]: a step is an activity, or one of choice, parallel, repeat, wait",
        "$.flow[9].wait: a span of time is a number of minutes",
    ):
        assert said in told.value.what, said


@pytest.mark.parametrize(("parameters", "said"), [
    ({"arrivals": {"per_week": -3}}, "$.arrivals.per_week: more than 0 is wanted"),
    ({"arrivals": {}}, "$.arrivals: either `per_week` or `every` is wanted"),
    ({"arrivals": {"every": 5, "profile": {"Mo": 1}}}, "$.arrivals: `profile` and `holidays` go with `per_week`"),
    ({"arrivals": {"per_week": 5, "profile": {"Mo": 0}}}, "$.arrivals.profile: no case ever comes"),
    ({"arrivals": {"per_week": 5, "profile": {"Mo": -1}}}, "$.arrivals.profile.Mo: a number of at least 0 is wanted"),
    ({"resources": {"clerk": {"capacity": 0}}}, "$.resources.clerk.capacity: at least 1 is wanted"),
    ({"resources": {"clerk": {}}}, "$.resources.clerk.capacity: it is required"),
    ({"activities": {"serve": {"takes": {"normal": [5, 1]}}}}, "$.activities.serve.takes: it may take less than no"),
    ({"activities": {"serve": {"takes": {"norml": [5, 1]}}}}, "there is no distribution `norml`"),
], ids=str)  # fmt: skip
def test_a_fault_is_told_with_its_path(parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as told:
        Process(**{**QUEUE, "cases": {"age": {"uniform": [0, 9]}}, **parameters})
    assert said in told.value.what


@pytest.mark.parametrize(("ways", "said"), [
    ([{"share": 2, "flow": []}, {"flow": []}], "$.flow[0].choice[0].share: a number from 0 to 1 is wanted"),
    ([{"share": 1, "flow": []}, {"flow": ["serve"]}], "$.flow[0].choice[1].share: no case ever goes this way"),
    ([{"when": "age > 1 + 1", "flow": []}, {"flow": ["serve"]}], "choice[0].when: conditions compare attributes"),
    ([{"when": "age > age", "flow": []}, {"flow": ["serve"]}], "choice[0].when: one side is an attribute"),
    ([{"when": "age > 'x'", "flow": []}, {"flow": ["serve"]}], "choice[0].when: `age` is a number"),
    ([{"when": "age", "flow": []}, {"flow": ["serve"]}], "choice[0].when: a condition compares"),
    ([{"when": "age > 1", "flow": []}, {"share": 0.5, "flow": ["serve"]}], "choice: ways have a `share`, or they have"),
    ([{"when": "age > 1", "flow": []}, {"when": "age > 2", "flow": ["serve"]}], "choice: a last way without `when`"),
    ([{"flow": []}, {"share": 0.5, "flow": ["serve"]}], "choice: one way, the last, may have neither"),
    ([{"share": 0.7, "flow": []}, {"share": 0.5, "flow": ["serve"]}, {"flow": []}], "choice: the shares come to 1.2"),
    ([{"flow": []}], "choice: a list of at least two ways is wanted"),
], ids=str)  # fmt: skip
def test_a_choice_that_is_none_is_told(ways: Any, said: str) -> None:
    with pytest.raises(SettingsError) as told:
        Process(**{**QUEUE, "cases": {"age": {"uniform": [0, 9]}}, "flow": ["serve", {"choice": ways}]})
    assert said.replace("$.flow[0]", "$.flow[1]") in told.value.what


def test_faults_of_fields_and_of_flows_are_told_together() -> None:
    with pytest.raises(SettingsError) as told:
        Process(resources={"clerk": {"capacity": 0}}, flow=[{"repeat": 3}])
    assert "$.resources.clerk.capacity: at least 1" in told.value.what
    assert "$.flow[0].repeat: `flow` and `again` are wanted" in told.value.what
