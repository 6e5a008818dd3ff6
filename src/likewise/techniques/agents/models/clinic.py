"""A clinic: patients come by the hours of the week, wait for a nurse and for a doctor, and leave if that takes long.

Queues with one kind of server after another, whose servers keep hours: Erlang, 1917, Post Office Electrical Engineers'
Journal 10 (how many servers); Pollaczek, 1930, Mathematische Zeitschrift 32 (how long services spread); Palm, 1957,
Tele 2 (patience); Cobham, 1954, Journal of the Operations Research Society of America 2 (who is urgent).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from likewise.techniques.agents import (
    Scenario,
    World,
    born,
    die,
    exp,
    less,
    log,
    normal,
    note,
    queued,
    schedule,
    sqrt,
    term,
    uniform,
    waiting,
    where,
)
from likewise.techniques.agents.calibration.summaries.summary import Summary, groups_of, quantiles
from likewise.techniques.agents.clocks.arrivals import next_by_hour, profile
from likewise.techniques.agents.clocks.calendar import calendar
from likewise.techniques.agents.clocks.hours import hours, next_span, read_hours, weekly
from likewise.techniques.agents.population import door
from likewise.techniques.agents.resources import ask, gives_up, in_line, release, resources, set_capacity, wait_until
from likewise.techniques.agents.scenario import FEW, Floats, Ints

NURSE, DOCTOR, HOUSE = range(3)
ARRIVED, REFUSED, TRIAGE, TRIAGED, TREATMENT, TREATED, LEFT = range(7)
COME, SEEN, DONE, TIRED, SHIFT = range(5)
WEEK, MOST = 7 * 24 * 60.0, 100


class Shifts(NamedTuple):
    """Hold when nurses, doctors and the house will have closed next."""

    close: Floats


@queued("patients", births=1, notes=2, puts=MOST + 2)
def visit(i: Any, what: Any, w: Any, now: Any) -> None:
    """Come in, be seen, go on or leave; the door, which is agent 0, lets patients in and sends staff to work."""
    patients, goes_to = w.patients, -1
    if what == COME:
        schedule(w.queue, i, next_by_hour(patients, i, 0, now, w.p.patients / WEEK, w.profile, 0), COME)
        i = born(patients)
        goes_to = NURSE if has_room(i, w, now) else -1
    elif what == SEEN:
        begin(i, w, now)
    elif what == DONE:
        r = patients.stage[i]
        release(w.staff, w.queue, patients, r, 1, now)
        w.log.urgent[note(w.log, True, i, patients, where(r == NURSE, TRIAGED, TREATED))] = patients.is_urgent[i]
        if r == NURSE:
            goes_to = DOCTOR
        else:
            die(patients, i)
    elif what >= SHIFT:
        change(i, what - SHIFT, w, now)
    elif gives_up(w.staff, patients, i, now):
        note(w.log, True, i, patients, LEFT)
        die(patients, i)
    if goes_to >= 0:
        seek(i, goes_to, w, now)


@term()
def has_room(i: Any, w: Any, now: Any) -> Any:
    """Return whether one who comes finds a nurse or a seat, and say until when they will wait: not after closing."""
    patients, staff = w.patients, w.staff
    note(w.log, True, i, patients, ARRIVED)
    patients.leaves[i] = less(now + waiting(patients, i, 1, 1.0 / w.p.patience), w.shifts.close[HOUSE])
    patients.is_urgent[i] = uniform(patients, i, 2) < w.p.urgent
    if staff.busy[NURSE] < staff.capacity[NURSE] or staff.waiting[NURSE] + staff.waiting[DOCTOR] < w.p.seats:
        return True
    note(w.log, True, i, patients, REFUSED)
    die(patients, i)
    return False


@term()
def seek(i: Any, r: Any, w: Any, now: Any) -> Any:
    """Be seen by a nurse, or a doctor, or wait for one; doctors see first whom nurses found to be urgent."""
    patients = w.patients
    patients.stage[i], patients.since[i] = r, now
    rank = 1 if r == DOCTOR and not patients.is_urgent[i] else 0
    if ask(w.staff, patients, i, r, 1, rank, now, SEEN):
        schedule(w.queue, i, now, SEEN)
    else:
        wait_until(w.queue, patients, i, patients.leaves[i], TIRED)


@term()
def begin(i: Any, w: Any, now: Any) -> Any:
    """Begin to be seen, for a time whose logarithm is normal."""
    patients, r = w.patients, w.patients.stage[i]
    w.log.waited[note(w.log, True, i, patients, where(r == NURSE, TRIAGE, TREATMENT))] = now - patients.since[i]
    mean, square = where(r == NURSE, w.p.triage, w.p.treatment), log(1.0 + w.p.spread * w.p.spread)
    schedule(w.queue, i, now + mean * exp(sqrt(square) * normal(patients, i, 3) - square / 2.0), DONE)


@term()
def change(i: Any, r: Any, w: Any, now: Any) -> Any:
    """Let nurses or doctors begin or end to work, or the house open or close, and say when they do so next."""
    opens, closes = next_span(w.calendar, w.hours, r, now)
    many = 0 if opens > now or r == HOUSE else w.p.nurses if r == NURSE else w.p.doctors
    w.shifts.close[r] = closes
    set_capacity(w.staff, w.queue, w.patients, r, many, now)
    schedule(w.queue, i, opens if opens > now else closes, SHIFT + r)


class Clinic(Scenario):
    """Let patients come to a clinic, wait for a nurse and then for a doctor, and leave if that takes too long."""

    start: datetime = Field(datetime(2026, 1, 5), description="when it begins")
    country: str | None = Field(None, description="on whose public holidays nobody comes")
    patients: float = Field(400.0, gt=0, le=1e6, description="patients who come in an ordinary week")
    profile: Mapping[str, float] = Field({"Mo-Fr 08:00-11:00": 2, "Mo-Fr 11:00-16:00": 1},
                                         description="how often they come at which hours")  # fmt: skip
    opens: str = Field("Mo-Fr 08:00-18:00; PH off", description="when patients may wait")
    nurse_hours: str = Field("Mo-Fr 08:00-17:30; PH off", description="when nurses work")
    doctor_hours: str = Field("Mo-Fr 08:30-12:30,13:15-17:30; PH off", description="when doctors work")
    nurses: int = Field(2, ge=1, le=MOST, description="nurses")
    doctors: int = Field(3, ge=1, le=MOST, description="doctors")
    seats: int = Field(40, ge=0, le=1_000_000, description="patients who may wait at the same time")
    triage: float = Field(6.0, gt=0, le=600, description="minutes that a nurse takes on average")
    treatment: float = Field(17.0, gt=0, le=600, description="minutes that a doctor takes on average")
    spread: float = Field(0.6, ge=0, le=3, description="spread of these minutes, as a share of their mean")
    urgent: float = Field(0.1, ge=0, le=1, description="share of patients whom doctors see before others")
    patience: float = Field(120.0, ge=1, le=1e6, description="minutes after which a patient leaves, on average")

    name: ClassVar[str] = "clinic"
    rules = (visit,)
    events: ClassVar = dict.fromkeys(("arrived", "turned away", "triage", "triaged", "treatment", "treated",
                                      "left unseen"), "patients")  # fmt: skip
    attributes: ClassVar = {"waited": float, "urgent": int}
    unit: ClassVar[str] = "minute"
    span: ClassVar[float] = 4 * WEEK
    free: ClassVar = ("patients", "triage", "treatment", "patience")

    @field_validator("opens", "nurse_hours", "doctor_hours")
    @classmethod
    def _hours(cls, text: str, told: ValidationInfo) -> str:
        read_hours(text, f"{cls.name}.{told.field_name}")
        return text

    def world(self, seed: int) -> dict[str, Any]:
        """Return a house without patients, and those who work in it."""
        days = calendar(self.start, unit=self.unit, country=self.country)
        kept = hours(days, [self.nurse_hours, self.doctor_hours, self.opens])
        patients = door(seed, "patients", stage=0, since=0.0, leaves=0.0, is_urgent=False, **in_line())
        come = profile(days, [weekly(self.profile)], factors=1.0 - days.is_holiday)
        return {"patients": patients, "staff": resources([0, 0, 0], ranks=2), "shifts": Shifts(np.zeros(3)),
                "calendar": days, "hours": kept, "profile": come}  # fmt: skip

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Let staff come to work, and the first patient to the house."""
        come = next_by_hour(w.patients, 0, 5, 0.0, self.patients / WEEK, w.profile, 0)
        return np.zeros(4, np.int64), np.array([0.0, 0.0, 0.0, come]), np.array([SHIFT, SHIFT + 1, SHIFT + 2, COME])

    def is_short(self, until: float) -> bool:
        """Return whether less happens up to a moment than compiling takes time for: some seven acts a patient."""
        return 7.0 * self.patients * until / WEEK < FEW

    def measured(self, w: World) -> dict[str, float]:
        """Return how many wait and are being seen, and how many doctors saw and how many left."""
        staff = w.staff
        return {"wait for a nurse": float(staff.waiting[NURSE]), "wait for a doctor": float(staff.waiting[DOCTOR]),
                "with a nurse": float(staff.busy[NURSE]), "with a doctor": float(staff.busy[DOCTOR]),
                "seen": float(staff.served[DOCTOR]), "left": float(staff.left.sum())}  # fmt: skip

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated weeks are compared by: who leaves how, and how long each step of it takes."""
        time, what, names = np.asarray(rows["time"]), np.asarray(rows["activity"]), tuple(self.events)
        counts = np.bincount(what, minlength=len(names))
        order, same = groups_of(rows["agent"], time, len(time))
        minutes, after = np.diff(time[order])[same], what[order][:-1][same]
        found = Summary(("patients", *names), np.append(np.log1p(counts[ARRIVED]), counts / max(len(what), 1)))
        for step in (ARRIVED, TRIAGE, TRIAGED, TREATMENT):
            found += quantiles(minutes[after == step]).under(f"minutes after {names[step]}")
        return found
