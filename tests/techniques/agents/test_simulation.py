"""Worlds come to the same whatever way they are run, however far at once, and after any break."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.techniques.agents.worlds import Bank, Culture, Moods

from likewise.errors import SettingsError
from likewise.techniques.agents import notes
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.drift import Drift
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.rule import queued
from likewise.techniques.agents.run import events_of
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation


def events(simulation: Simulation, *untils: float) -> dict[str, Any]:
    """Run to some moments, one after another, and return all events."""
    blocks = [block for until in untils for block in simulation.stream(until)] + [simulation.rest()]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all((one[name] == other[name]).all() for name in one) and one.keys() == other.keys()


WAYS = [(Bank(agents=30), ("compiled",)), (Moods(), ("compiled", "arrays")), (Culture(), ("compiled",))]


@pytest.mark.parametrize(("scenario", "hows"), WAYS, ids=["bank", "moods", "culture"])
def test_all_ways_lead_to_the_same_bits(scenario: Scenario, hows: tuple[Any, ...]) -> None:
    plain = Simulation(scenario, seed=3, how="plain")
    wanted = events(plain, 10)
    assert len(wanted["time"]) > 20
    for how in hows:
        simulation = Simulation(scenario, seed=3, how=how)
        assert same(events(simulation, 10), wanted)
        state = simulation.state()
        assert all(np.array_equal(array, state[name]) for name, array in plain.state().items() if "log." not in name)


@pytest.mark.parametrize("scenario", [Bank(agents=20), Moods(), Culture()], ids=lambda s: s.name)
@given(cuts=st.lists(st.integers(1, 9), max_size=4))
@settings(max_examples=8, deadline=None)
def test_it_does_not_matter_how_far_time_goes_at_once(scenario: Scenario, cuts: list[int]) -> None:
    whole = events(Simulation(scenario, how="plain"), 10)
    parts = events(Simulation(scenario, how="plain"), *sorted({*cuts, 10}))
    assert same(whole, parts)


@pytest.mark.parametrize("scenario", [Bank(agents=20), Moods(), Culture()], ids=lambda s: s.name)
@given(cut=st.integers(1, 9))
@settings(max_examples=6, deadline=None)
def test_a_world_goes_on_from_its_state(scenario: Scenario, cut: int) -> None:
    first = Simulation(scenario, seed=1, how="plain")
    before = events(first, cut)
    second = Simulation(scenario, seed=1, how="plain")
    second.restore(first.state())
    after, whole = events(second, 10), events(Simulation(scenario, seed=1, how="plain"), 10)
    assert same({name: np.concatenate([before[name], after[name]]) for name in before}, whole)


def test_seeds_differ_and_repeat() -> None:
    one, two, other = (events(Simulation(Bank(), seed=seed, how="plain"), 3) for seed in (1, 1, 2))
    assert same(one, two)
    assert len(one["time"]) != len(other["time"]) or not same(one, other)


def test_money_is_kept_and_time_goes_forward() -> None:
    simulation = Simulation(Bank(agents=300), how="plain")
    found = events(simulation, 10)
    assert np.isclose(simulation.world.people.money.sum(), 30_000) and simulation.world.people.money.min() >= 0
    assert (np.diff(found["time"]) >= 0).all() and found["time"].max() < 10
    per_agent = np.bincount(found["who"], minlength=300)
    assert abs(per_agent.mean() - 10) < 1 and abs(per_agent.var() - 10) < 3  # as of a Poisson process of rate 1


def test_the_dead_do_not_act_and_ids_never_repeat() -> None:
    simulation = Simulation(Culture(dividing=0.5, dying=0.3), seed=5, how="plain")
    found = events(simulation, 10)
    births, deaths = found["who"][found["what"] == 0], found["who"][found["what"] == 1]
    assert len(np.unique(births)) == len(births) and len(np.unique(deaths)) == len(deaths)
    cells = simulation.world.cells
    alive = np.sort(cells.id[cells.id >= 0])
    assert np.array_equal(alive, np.setdiff1d(np.union1d(np.arange(20), births), deaths))


def test_nobody_left_is_no_fault() -> None:
    simulation = Simulation(Culture(dying=1.0), how="plain")
    assert len(events(simulation, 5)["time"]) == 20 and (simulation.world.cells.id < 0).all()
    assert len(events(Simulation(Culture(agents=0), how="plain"), 5)["time"]) == 0


def test_a_small_log_is_read_out_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [events(Simulation(scenario, how="plain"), 6) for scenario in (Bank(), Moods(), Culture())]
    monkeypatch.setattr(notes, "AT_ONCE", 7)
    for scenario, whole in zip((Bank(), Moods(), Culture()), wanted, strict=True):
        assert same(events(Simulation(scenario, how="plain"), 6), whole)


def test_parameters_drift_on_straight_lines() -> None:
    slow, fast = Bank(agents=200, rate=0.2), Bank(agents=200, rate=5.0)
    drift = Drift.of(slow, {"rate": {0: 0.2, 10: 5.0}})
    counts = [len(events(Simulation(scenario, drift=drift, how="plain"), 10)["time"]) for scenario in (slow, fast)]
    assert counts[0] == counts[1]  # what drifts does not depend on what it was
    assert 0.6 < counts[0] / (200 * 10 * 2.6) < 1.3
    moods = Simulation(Moods(), drift=Drift.of(Moods(), {"noise": {5: 0.0, 6: 2.0}}), how="plain")
    assert len(events(moods, 5)["time"]) == 0 and len(events(moods, 20)["time"]) > 50


@pytest.mark.parametrize(("points", "said"), [({"rat": {0: 1.0}}, "rate"), ({"agents": {0: 5}}, "no parameter"),
                                              ({"rate": {0: 1.0, 5: 200.0}}, "at most 100")])  # fmt: skip
def test_a_drift_out_of_range_is_refused(points: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Drift.of(Bank(), points)


@queued("people")
def hurry(i: Any, what: Any, w: Any, now: Any) -> None:
    """Do the same again at once."""
    schedule(w.queue, i, now, 0)


@queued("people")
def breed(i: Any, what: Any, w: Any, now: Any) -> None:
    """Put in two for one."""
    schedule(w.queue, i, now + 0.5, 0)
    schedule(w.queue, i, now + 0.6, 0)


@queued("people")
def mention(i: Any, what: Any, w: Any, now: Any) -> None:
    """Tell of one's event this or that."""
    row = note(w.log, True, i, w.people, 0)
    if i % 2 == 0:
        w.log.to[row] = i
    else:
        w.log.amount[row] = 1.5
    schedule(w.queue, i, now + 1.0, 0)


class Quiet(Bank):
    """Tell only a part."""

    rules = (mention,)


@queued("people")
def speak(i: Any, what: Any, w: Any, now: Any) -> None:
    """Do what no processor knows."""
    sorted({str(i): now}.items(), key=lambda pair: pair[1])


class Worded(Bank):
    """Act by a rule that is not compiled."""

    rules = (speak,)


class Hurried(Bank):
    """Never let time go on."""

    rules = (hurry,)


class Overflowing(Bank):
    """Put in more than happens."""

    rules = (breed,)


@pytest.mark.parametrize(("kind", "code"), [(Hurried, "agents.still"), (Overflowing, "agents.queue")])
def test_a_queue_that_never_drains_is_stopped(kind: type[Bank], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("likewise.techniques.agents.simulation.STILL", 3000)
    with pytest.raises(SettingsError) as fault:
        events(Simulation(kind(agents=2), how="plain"), 1e6)
    assert fault.value.code == code and "time" in (fault.value.where or "") and fault.value.hint


@pytest.mark.parametrize(("scenario", "order"), [(Culture(), "shuffled"), (Bank(), "queued")])
def test_a_rule_that_sees_what_others_did_does_not_run_on_columns(scenario: Scenario, order: str) -> None:
    with pytest.raises(SettingsError, match=f"whole columns: agents of a {order}"):
        Simulation(scenario, how="arrays")


def test_a_way_to_run_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="compiled, on arrays, or plain") as fault:
        Simulation(Bank(), how="compild")  # type: ignore[arg-type]
    assert "`compiled`" in (fault.value.hint or "")


def test_a_rule_that_cannot_be_compiled_is_told() -> None:
    simulation = Simulation(Worded(agents=2), how="compiled")
    with pytest.raises(SettingsError, match="`speak` cannot be compiled") as fault:
        list(simulation.stream(3))
    assert "plain" in (fault.value.hint or "")
    assert len(events(Simulation(Worded(agents=2), how="plain"), 3)["time"]) == 0


def test_what_is_not_told_of_an_event_is_missing() -> None:
    simulation = Simulation(Quiet(agents=30), how="plain")
    blocks = [*simulation.stream(3), simulation.rest(), *simulation.stream(6), simulation.rest()]
    rows = pa.concat_tables(events_of(simulation.scenario, block, None) for block in blocks)
    told = np.array([agent % 2 == 0 for agent in rows["agent"].to_pylist()])
    assert rows.num_rows > 60 and rows["to"].is_null().to_pylist() == (~told).tolist()
    assert rows["amount"].is_null().to_pylist() == told.tolist()
