"""Alerts are what their rules say, across spans too; reports come after the payment, and some are wrong."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.industries.finance.made import bank

from likewise.core.seeds import generator
from likewise.industries.finance.books.payments import payments
from likewise.industries.finance.finance import Finance
from likewise.industries.finance.watching.alerts import RULES, Watch
from likewise.industries.finance.watching.analysts import NEVER, reports
from likewise.industries.finance.world.world import world_of


def of_rule(rule: str) -> np.ndarray:
    """Return the payments that a rule raised an alert on."""
    alerts = bank()["alerts"]
    return np.asarray(alerts.column("transaction"))[alerts.codes("rule") == RULES.index(rule)]


def test_the_fifth_use_of_a_card_within_an_hour_raises_an_alert() -> None:
    paid = bank()["transactions"]
    card = np.asarray(paid.column("card").fill_null(-1))
    time = np.asarray(paid.column("time").cast(pa.int64())) // 1_000_000
    rows = np.flatnonzero(card >= 0)
    order = rows[np.lexsort((rows, card[rows]))]
    own, when = card[order], time[order]
    fifth = np.flatnonzero((own[4:] == own[:-4]) & (when[4:] - when[:-4] < 3600)) + 4
    assert len(fifth) > 10
    assert np.array_equal(np.sort(order[fifth]), np.sort(of_rule("many payments in an hour")))


def test_the_other_rules_look_at_what_they_say() -> None:
    paid, devices = bank()["transactions"], bank()["devices"]
    unknown = devices.codes("kind") == 2
    device = np.asarray(paid.column("device").fill_null(0))
    assert unknown[device[of_rule("strange device")]].all()
    channel = paid.schema["channel"].levels or ()
    assert (paid.codes("channel")[of_rule("large transfer to somebody new")] == channel.index("app")).all()
    cash = paid.codes("kind")[of_rule("cash below the limit")]
    assert (cash == (paid.schema["kind"].levels or ()).index("cash")).all()
    assert len(of_rule("money passed on")) > 10


def test_rules_remember_earlier_spans() -> None:
    world = world_of(50, 20, bank_start(), 0)
    watch = Watch(world)

    def used(*times: int) -> int:
        rows = payments(len(times), time=list(times), card=3, billed=10, customer=3)
        return len(watch.alerts(rows, np.zeros(len(times), np.uint8), generator(0, "x")).row)

    assert used(0, 100, 200, 604_000) == 0
    assert used(604_900, 605_000, 605_100) == 0
    assert used(605_200) == 1
    assert used(700_000) == 0


def bank_start() -> object:
    return Finance().start


def test_alerts_are_decided_after_they_are_raised_and_mostly_right() -> None:
    alerts, paid = bank()["alerts"], bank()["transactions"]
    raised, decided = (np.asarray(alerts.column(name).cast(pa.int64())) for name in ("raised_at", "decided_at"))
    assert (decided > raised).all()
    fraud = np.asarray(paid.column("is_fraud"))[np.asarray(alerts.column("transaction"))]
    confirmed = alerts.codes("outcome") == 1
    assert confirmed[fraud].mean() > 0.6 and confirmed[~fraud].mean() < 0.05


def test_reports_come_later_and_some_are_wrong() -> None:
    paid = bank()["transactions"]
    told = np.asarray(paid.column("observed_fraud"))
    time, reported = (np.asarray(paid.column(name).cast(pa.int64()).fill_null(0)) for name in ("time", "reported_at"))
    assert (told == np.asarray(paid.column("reported_at").is_valid())).all()
    assert (reported[told] > time[told]).all()
    fraud = np.asarray(paid.column("is_fraud"))
    assert 0.45 < told[fraud].mean() < 0.95
    assert 0.01 < (~fraud)[told].mean() < 0.12


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_without_noise_no_report_is_wrong(noise: float) -> None:
    typology = np.zeros(60_000, np.uint8)
    typology[:3000] = 1
    found = reports(np.zeros(60_000, np.int64), typology, np.zeros(60_000, np.int64), 0.05, 9.0, noise,
                    generator(1, "x"))  # fmt: skip
    wrong = found.observed[3000:].sum() / found.observed.sum()
    assert wrong == 0 if noise == 0 else wrong == pytest.approx(noise, abs=0.08)
    assert found.observed[:3000].mean() == pytest.approx(0.85 * (1 - noise), abs=0.03)
    assert ((found.time == NEVER) == ~found.observed).all()
    days = found.time[found.observed] / 86_400
    assert np.median(days) == pytest.approx(9.0, rel=0.1)
