"""A clinic: nobody is seen when nobody works, nobody is lost, and lines are as long as theory says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.techniques.agents.models.running import equal, events

import likewise
from likewise.errors import SettingsError
from likewise.techniques.agents.calibration import ABC, calibrate
from likewise.techniques.agents.fitting import Trial, prior_of
from likewise.techniques.agents.models.clinic import (
    ARRIVED,
    DOCTOR,
    LEFT,
    REFUSED,
    TREATED,
    TREATMENT,
    TRIAGE,
    TRIAGED,
    WEEK,
    Clinic,
)
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.simulation import Simulation

DAY = 24 * 60.0
ALWAYS: dict[str, Any] = {
    "profile": {"Mo-Su 00:00-24:00": 1}, "opens": "24/7", "nurse_hours": "24/7", "doctor_hours": "24/7",
    "patience": 1e6, "seats": 1_000_000,
}  # fmt: skip
"""A clinic that never closes, and patients who wait for ever: theory has words for it."""


BUSY = Clinic(start="2026-04-01", country="DE", patients=700, doctors=2, seats=30, patience=240)
"""One to which more come than it can treat, over Easter."""


@pytest.fixture(scope="module")
def busy() -> tuple[Simulation, dict[str, Any]]:
    simulation = Simulation(BUSY, seed=2, how="plain")
    return simulation, events(simulation, 2 * WEEK)


def steady(until: float, **parameters: Any) -> dict[str, Any]:
    """Return the events of a clinic that never closes, without those of its first tenth."""
    found = events(Simulation(Clinic(**{**ALWAYS, **parameters}), seed=3), until)
    return {name: values[found["time"] > until / 10] for name, values in found.items()}


def of(found: dict[str, Any], activity: int, name: str = "time") -> Any:
    return found[name][found["what"] == activity]


def test_compiled_and_plain_come_to_the_same_bits() -> None:
    assert equal(Clinic(patients=900, seats=15), 3 * DAY, "compiled")


def test_nobody_is_seen_when_nobody_works(busy: tuple[Simulation, dict[str, Any]]) -> None:
    _, found = busy
    days, hours = np.divmod(found["time"], DAY)
    hours /= 60
    assert set(days.astype(int)) == {0, 1, 6, 7, 8, 9, 12, 13}  # Wednesday, Thursday; Friday and Monday are holidays
    for activity, parts in ((ARRIVED, [(8, 16)]), (TRIAGE, [(8, 17.5)]), (TREATMENT, [(8.5, 12.5), (13.25, 17.5)])):
        at = hours[found["what"] == activity]
        assert len(at) > 100 and all(any(a <= hour <= b for a, b in parts) for hour in at)
    assert (hours[found["what"] == LEFT] == 18).sum() > 5 and hours[found["what"] == LEFT].max() == 18  # it closes


def test_nobody_is_lost(busy: tuple[Simulation, dict[str, Any]]) -> None:
    simulation, found = busy
    ways = {(ARRIVED, REFUSED), (ARRIVED, LEFT), (ARRIVED, TRIAGE, TRIAGED, LEFT),
            (ARRIVED, TRIAGE, TRIAGED, TREATMENT, TREATED)}  # fmt: skip
    order = np.argsort(found["who"], kind="stable")
    told = np.split(found["what"][order], np.flatnonzero(np.diff(found["who"][order])) + 1)
    assert {tuple(way.tolist()) for way in told} == ways
    counts = np.bincount(found["what"])
    assert counts[ARRIVED] == counts[REFUSED] + counts[LEFT] + counts[TREATED] == found["who"].max() + 1
    staff = simulation.world.staff
    assert (staff.served[DOCTOR], staff.left.sum()) == (counts[TREATED], counts[LEFT])
    assert staff.busy.sum() == staff.waiting.sum() == 0


def test_nobody_sees_two_at_a_time_and_no_more_wait_than_there_are_seats(
    busy: tuple[Simulation, dict[str, Any]],
) -> None:
    what = busy[1]["what"]
    for begins, ends, staff in ((TRIAGE, TRIAGED, BUSY.nurses), (TREATMENT, TREATED, BUSY.doctors)):
        assert np.cumsum((what == begins).astype(int) - (what == ends)).max() == staff
    change = np.zeros(len(what), np.int64)
    change[np.isin(what, (ARRIVED, TRIAGED))] = 1
    change[np.isin(what, (REFUSED, TRIAGE, TREATMENT, LEFT))] = -1
    waiting, who = np.cumsum(change), busy[1]["who"]
    at_once = who[(what == TRIAGE) & (busy[1]["waited"] == 0)]
    sat_down = (what == ARRIVED) & ~np.isin(who, who[what == REFUSED]) & ~np.isin(who, at_once)
    assert waiting.min() == 0 and waiting[what == REFUSED].min() >= BUSY.seats == waiting[sat_down].max()


def test_waits_are_those_of_pollaczek_and_khinchine() -> None:
    """Of one nurse: half of rate x E[S^2] over 1 - load, where services are spread by a share of their mean."""
    for spread in (0.0, 0.8):
        load, minutes = 0.7, 10.0
        found = steady(500_000.0, patients=WEEK * load / minutes, nurses=1, doctors=100, triage=minutes, spread=spread,
                       treatment=1)  # fmt: skip
        expected = load / minutes * minutes**2 * (1 + spread**2) / 2 / (1 - load)
        assert of(found, TRIAGE, "waited").mean() == pytest.approx(expected, rel=0.08)


def test_without_seats_as_many_are_turned_away_as_erlang_says() -> None:
    """Erlang, 1917: that share depends on the load alone, not on how services are spread."""
    load, nurses = 3.0, 4
    terms = [load**k / math.factorial(k) for k in range(nurses + 1)]
    found = steady(200_000.0, patients=WEEK * load / 6, nurses=nurses, doctors=100, seats=0, spread=1.0, treatment=1)
    share = len(of(found, REFUSED)) / len(of(found, ARRIVED))
    assert share == pytest.approx(terms[-1] / sum(terms), rel=0.05)
    assert of(found, TRIAGE, "waited").max() == 0


def test_who_is_urgent_waits_less_and_the_others_pay_for_it() -> None:
    """Cobham, 1954: with urgent load a, waits are R / (1 - a) and R / ((1 - a) (1 - load)), R = rate E[S^2] / 2."""
    load, urgent, minutes, spread = 0.8, 0.4, 10.0, 0.5
    found = steady(800_000.0, patients=WEEK * load / minutes, nurses=100, doctors=1, triage=0.01, urgent=urgent,
                   treatment=minutes, spread=spread)  # fmt: skip
    is_urgent = dict(zip(of(found, TRIAGED, "who").tolist(), of(found, TRIAGED, "urgent").tolist(), strict=True))
    told = [(is_urgent[who], waited) for who, waited in zip(
        of(found, TREATMENT, "who").tolist(), of(found, TREATMENT, "waited").tolist(), strict=True
    ) if who in is_urgent]  # fmt: skip
    rest = load * minutes * (1 + spread**2) / 2
    first = rest / (1 - urgent * load)
    assert np.mean([waited for is_first, waited in told if is_first]) == pytest.approx(first, rel=0.1)
    assert np.mean([waited for is_first, waited in told if not is_first]) == pytest.approx(first / (1 - load), rel=0.15)


def test_patience_has_the_mean_that_is_said() -> None:
    found = steady(20_000.0, patients=2000, doctor_hours="off", triage=0.001, patience=45, nurses=20)
    came, left = of(found, ARRIVED), of(found, LEFT)
    assert len(of(found, TREATMENT)) == 0 and len(left) > 3000
    since = dict(zip(of(found, ARRIVED, "who").tolist(), came.tolist(), strict=True))
    stayed = [time - since[who] for who, time in zip(of(found, LEFT, "who").tolist(), left.tolist(), strict=True)
              if who in since]  # fmt: skip
    assert stats.kstest(stayed, "expon", (0, 45)).pvalue > 1e-3


def test_more_doctors_let_the_same_patients_wait_less() -> None:
    few, many = (likewise.simulate(Clinic(doctors=doctors), until="1w", seed=4).events.to_pandas()
                 for doctors in (2, 4))  # fmt: skip
    came = [run[run["activity"] == "arrived"]["time"].tolist() for run in (few, many)]
    assert came[0] == came[1] and len(came[0]) > 300
    waited = [run[run["activity"] == "treatment"]["waited"].mean() for run in (few, many)]
    assert waited[1] < waited[0] / 3


@pytest.mark.parametrize(("parameters", "said"), [
    ({"patients": -5}, "$.patients: more than 0"),
    ({"nurses": 0}, "$.nurses: at least 1"),
    ({"doctors": 101}, "$.doctors: at most 100"),
    ({"urgent": 1.5}, "$.urgent: at most 1"),
    ({"spread": -0.1, "triage": 0}, "$.triage: more than 0 is wanted; $.spread: at least 0"),
    ({"seats": -1}, "$.seats: at least 0"),
    ({"patience": 0.5}, "$.patience: at least 1"),
    ({"opens": "sometimes"}, "these are no opening hours (at clinic.opens)"),
    ({"doctor_hours": "Mo-Fr 25:00-26:00"}, "these are no opening hours (at clinic.doctor_hours)"),
    ({"profile": {"Mo 08:00-12:00": -1}}, "at least 0 times"),
    ({"profile": {"Xx": 1}}, "these are no opening hours"),
    ({"country": "XY"}, "the holidays of `XY` are not known"),
], ids=str)  # fmt: skip
def test_what_is_wrong_is_told_with_its_range(parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as told:
        likewise.simulate("clinic", until=1, **parameters)
    assert said in f"{told.value.what} (at {told.value.where})"


def test_what_made_the_data_is_found() -> None:
    data = simulated(Simulation(Clinic(treatment=24.0), seed=9), WEEK)
    told = Clinic().summaries(data)
    found = calibrate(Trial(Clinic(), WEEK, told.names), prior_of(Clinic(), {"treatment": (5.0, 60.0)}), told,
                      method=ABC(population=30), budget=90)  # fmt: skip
    assert found.mean()["treatment"] == pytest.approx(24.0, rel=0.1)
    alike = dict(zip(told.names, Clinic(spread=0).summaries(simulated(Simulation(Clinic(spread=0)), WEEK)).values))
    assert alike["minutes after triage q10"] == pytest.approx(6.0) == alike["minutes after triage q90"]
    assert alike["minutes after treatment q50"] == pytest.approx(17.0)
