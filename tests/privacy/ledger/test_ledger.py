"""Budgets, reservations and what is left: releases on the same people compose, and no budget is overspent."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.card import Receipt
from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.accountant import Account, Event, delta_of, epsilon_of, mu_for, spent
from likewise.privacy.ledger import Ledger


def refused(code: str, act: Callable[[], object]) -> PrivacyError:
    with pytest.raises(PrivacyError) as fault:
        act()
    assert fault.value.code == code and fault.value.hint
    return fault.value


def test_releases_compose_as_squares_and_not_as_sums(ledger: Ledger) -> None:
    for _ in range(4):
        ledger.reserve(1.0, 1e-5, people="patients")
    spent = ledger.spent("patients")
    assert spent.mu == pytest.approx(2 * mu_for(1.0, 1e-5))
    assert spent.spent == pytest.approx(epsilon_of(2 * mu_for(1.0, 1e-5), 1e-5)) and spent.spent < 3
    assert (spent.releases, spent.open) == (4, 4)


def test_a_commit_charges_what_was_charged_and_not_what_was_reserved(ledger: Ledger) -> None:
    account = Account(2.0, 1e-5)
    held = ledger.reserve(2.0, 1e-5, people="patients", technique="marginals", what="fit", contract="ab")
    account.charge(Event.gaussian(20.0, "age"))
    receipt = held.commit(account.events)
    assert ledger.spent("patients").mu == pytest.approx(0.05)
    assert ledger.holds(receipt) and not ledger.holds(receipt.model_copy(update={"hash": "0" * 64}))
    entry = ledger.history()[-1]
    assert (entry.kind, entry.technique, entry.contract, entry.events) == (
        "commit",
        "marginals",
        "ab",
        (account.events[0],),
    )


def test_a_fit_that_drew_nothing_gives_all_of_it_back(ledger: Ledger) -> None:
    before = ledger.left("patients")
    ledger.reserve(2.0, 1e-5, people="patients").commit([])
    assert ledger.left("patients") == before
    assert [entry.kind for entry in ledger.history()] == ["opened", "budget", "reserve", "return"]


def test_a_reservation_is_settled_once_and_never_for_more(ledger: Ledger) -> None:
    held = ledger.reserve(1.0, 1e-5, people="patients")
    refused("privacy.overspent", lambda: held.commit([Event.gaussian(1.0)]))
    refused("privacy.overspent", lambda: held.commit([Event(mechanism="threshold", mu=0.0, delta=1e-9)]))
    assert ledger.spent("patients").open == 1
    held.commit([Event.gaussian(100.0)])
    refused("privacy.ledger-settled", lambda: held.commit([]))


def test_a_spent_budget_is_refused_with_what_is_left(ledger: Ledger) -> None:
    ledger.reserve(2.5, 1e-5, people="patients")
    fault = refused("privacy.budget-spent", lambda: ledger.reserve(2.0, 1e-5, people="patients"))
    assert "epsilon 1.458 left" in fault.what and "at most" in str(fault.hint)
    assert math.floor(ledger.left("patients") * 1000) == 1458


def test_what_is_left_can_be_had_and_no_more(ledger: Ledger) -> None:
    ledger.reserve(1.3, 1e-5, people="patients")
    left = ledger.left("patients")
    refused("privacy.budget-spent", lambda: ledger.reserve(left * 1.001, 1e-5, people="patients"))
    ledger.reserve(left, 1e-5, people="patients")
    assert ledger.left("patients") < 1e-3


def test_slack_is_spent_of_delta(ledger: Ledger) -> None:
    held = ledger.reserve(1.0, 1e-5, slack=4e-6, people="patients")
    held.commit([Event.gaussian(10.0), Event(mechanism="threshold", mu=0.1, delta=4e-6)])
    refused("privacy.budget-spent", lambda: ledger.reserve(0.1, 9e-6, slack=7e-6, people="patients"))
    assert ledger.spent("patients").failing == 4e-6


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0.01, 4.0), st.floats(1e-9, 1e-5), st.floats(0.0, 0.9), st.booleans()), max_size=8))
def test_no_order_of_fits_ends_beyond_the_budget(fits: list[tuple[float, float, float, bool]]) -> None:
    with TemporaryDirectory() as folder:
        ledger = Ledger.open(f"{folder}/ledger.jsonl", new=True, witness=folder)
        ledger.set_budget("all", 3.0, 1e-5)
        spent: list[Event] = []
        for epsilon, delta, part, killed in fits:
            slack = delta * part
            try:
                held = ledger.reserve(epsilon, delta, slack=slack, people="all")
            except PrivacyError as fault:
                assert fault.code == "privacy.budget-spent"
                continue
            most = Event(mechanism="gaussian", mu=mu_for(epsilon, delta - slack), delta=slack)
            events = [most] if killed else [most.model_copy(update={"mu": most.mu * part})]
            if not killed:
                held.commit(events)
            spent += events
        mu, failing = math.sqrt(sum(e.mu**2 for e in spent)), sum(e.delta for e in spent)
        assert delta_of(mu, 3.0) + failing <= 1e-5 * (1 + 1e-6)
        assert ledger.spent("all").mu == pytest.approx(mu)


def test_a_budget_is_raised_with_a_reason_only(ledger: Ledger) -> None:
    refused("privacy.budget-raised", lambda: ledger.set_budget("patients", 4.0, 1e-5))
    refused("privacy.budget-raised", lambda: ledger.set_budget("patients", 1.0, 1e-4, reason=" "))
    ledger.set_budget("patients", 4.0, 1e-5, reason="the board agreed on 3 March")
    ledger.set_budget("patients", 0.5, 1e-6)
    assert [entry.epsilon for entry in ledger.history("patients")] == [3.0, 4.0, 0.5]
    assert len(ledger.history()) == 4 and ledger.set_budget("patients", 0.5, 1e-6).number == 4 == len(ledger.history())


def test_a_lowered_budget_leaves_nothing_below_what_was_spent(ledger: Ledger) -> None:
    ledger.reserve(2.0, 1e-5, people="patients")
    ledger.set_budget("patients", 1.0, 1e-5)
    assert ledger.left("patients") == 0 and ledger.spent("patients").spent == pytest.approx(2.0, rel=1e-6)
    refused("privacy.budget-spent", lambda: ledger.reserve(0.01, 1e-5, people="patients"))


def test_a_fit_that_runs_while_its_budget_is_lowered_is_still_written_down(ledger: Ledger) -> None:
    planned = Event.sampled(4.0, 0.05, 80)
    whole, parts = (ledger.reserve(2.0, 1e-5, people="patients", events=events) for events in ((), (planned,)))
    ledger.set_budget("patients", 0.5, 1e-5)
    whole.commit([Event.gaussian(4.0), Event.choice(0.1)])
    refused("privacy.overspent", lambda: parts.commit([Event.sampled(4.0, 0.05, 81)]))
    parts.commit([Event.sampled(4.0, 0.05, 60), Event.sampled(4.0, 0.05, 20)])
    assert [entry.kind for entry in ledger.history()[-2:]] == ["commit", "commit"]


def test_parts_compose_in_parallel_and_with_all(ledger: Ledger) -> None:
    for year in ("2023", "2024", "2025"):
        ledger.reserve(2.0, 1e-5, people=f"patients/{year}")
    assert ledger.spent("patients").mu == pytest.approx(mu_for(2.0, 1e-5))
    ledger.reserve(1.0, 1e-5, people="patients")
    together = math.hypot(mu_for(2.0, 1e-5), mu_for(1.0, 1e-5))
    assert ledger.spent("patients").mu == ledger.spent("patients/2024").mu == pytest.approx(together)
    assert ledger.spent("patients/2026").mu == pytest.approx(mu_for(1.0, 1e-5))
    refused("privacy.budget-spent", lambda: ledger.reserve(2.5, 1e-5, people="patients/2025"))
    ledger.reserve(2.5, 1e-5, people="patients/2026")


def test_a_part_keeps_to_its_own_budget_too_and_binds_what_is_asked_of_all(ledger: Ledger) -> None:
    ledger.set_budget("patients/minors", 0.5, 1e-6)
    refused("privacy.budget-spent", lambda: ledger.reserve(1.0, 1e-6, people="patients/minors"))
    refused("privacy.budget-spent", lambda: ledger.reserve(1.0, 1e-6, people="patients"))
    ledger.reserve(1.0, 1e-6, people="patients/adults")


def test_sets_of_other_names_do_not_meet(ledger: Ledger) -> None:
    ledger.set_budget("staff", 1.0, 1e-6)
    ledger.reserve(3.0, 1e-5, people="patients")
    assert ledger.left("staff") == pytest.approx(1.0)
    assert [(s.people, s.releases) for s in ledger.standings()] == [("patients", 1), ("staff", 0)]


def test_rows_and_persons_are_not_mixed(ledger: Ledger) -> None:
    refused("privacy.ledger-unit", lambda: ledger.reserve(1.0, 1e-6, people="patients", unit="patient_id"))
    refused("privacy.ledger-unit", lambda: ledger.set_budget("patients/2025", 1.0, 1e-6, unit="patient_id"))
    ledger.set_budget("patients", 2.0, 1e-5, unit="patient_id")  # nothing was released yet
    ledger.reserve(1.0, 1e-6, people="patients", unit="patient_id")
    refused("privacy.ledger-unit", lambda: ledger.set_budget("patients", 2.0, 1e-5, unit="row", reason="so"))


def test_people_without_a_budget_are_refused_and_told_how(ledger: Ledger) -> None:
    assert "likewise budget set staff" in str(
        refused("privacy.no-budget", lambda: ledger.reserve(1, 1e-6, people="staff")).hint
    )
    assert "patients" in str(refused("privacy.ledger-people", lambda: ledger.spent("patient")).hint)


@pytest.mark.parametrize("epsilon", [0, -1.0, math.inf, math.nan, "1", True])
def test_no_number_is_no_epsilon(ledger: Ledger, epsilon: float) -> None:
    refused("privacy.epsilon", lambda: ledger.reserve(epsilon, 1e-6, people="patients"))
    refused("privacy.epsilon", lambda: ledger.set_budget("patients", epsilon, 1e-6))


@pytest.mark.parametrize(("delta", "slack"), [(0, 0), (1, 0), (-1e-6, 0), (1e-6, 1e-6), (1e-6, -1e-9), ("0.1", 0)])
def test_no_share_is_no_delta(ledger: Ledger, delta: float, slack: float) -> None:
    refused("privacy.delta", lambda: ledger.reserve(1.0, delta, slack=slack, people="patients"))


@pytest.mark.parametrize("people", ["", "a/", "/a", "a//b", " a", "a\n", "x" * 201])
def test_people_are_named_by_a_short_text(ledger: Ledger, people: str) -> None:
    refused("privacy.ledger-name", lambda: ledger.set_budget(people, 1.0, 1e-6))


def test_a_line_can_be_read_by_anybody(ledger: Ledger) -> None:
    ledger.reserve(1.0, 1e-5, people="patients", what="visits of März")
    lines = [json.loads(line) for line in ledger.path.read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["opened", "budget", "reserve"]
    assert lines[2]["what"] == "visits of März" and lines[2]["time"].endswith("+00:00")
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def test_a_receipt_of_another_ledger_is_not_held(ledger: Ledger) -> None:
    assert not ledger.holds(Receipt(ledger="ab", people="patients", number=99, hash="0" * 64))
    assert not ledger.holds(Receipt(ledger="ab", people="patients", number=0, hash="0" * 64))


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    for place, code in ((tmp_path / "none.jsonl", "privacy.no-ledger"), (tmp_path, "source.folder")):
        with pytest.raises(LikewiseError) as fault:
            Ledger.open(place, witness=tmp_path / "state")
        assert fault.value.code == code
    with pytest.raises(LikewiseError) as fault:
        Ledger.open(tmp_path / "no" / "ledger.jsonl", new=True, witness=tmp_path / "state")
    assert fault.value.code == "source.no-such-folder"


def test_read_only_places_are_told_before_anything_is_written(ledger: Ledger, tmp_path: Path) -> None:
    def codes() -> list[str]:
        found = []
        for act in (
            lambda: Ledger.open(ledger.path, witness=tmp_path / "state").reserve(1.0, 1e-5, people="patients"),
            lambda: Ledger.open(tmp_path / "new.jsonl", new=True, witness=tmp_path / "state"),
            lambda: Ledger.open(ledger.path, witness=tmp_path / "sealed" / "state").reserve(
                1.0, 1e-5, people="patients"
            ),
        ):
            try:
                act()
            except LikewiseError as fault:
                found.append(fault.code)
        return found

    before = ledger.path.read_bytes()
    (tmp_path / "sealed").mkdir(mode=0o555)
    ledger.path.chmod(0o444)
    for folder in (tmp_path, tmp_path / "state"):
        folder.chmod(0o555)
    assert as_nobody(tmp_path, codes) == ["source.read-only"] * 3
    assert ledger.path.read_bytes() == before
    tmp_path.chmod(0o755)


def as_nobody(folder: Path, act: Callable[[], list[str]]) -> list[str]:
    """Return what `act` finds in a process that is not root, whom no mode holds back."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.chdir("/")
            if os.geteuid() == 0:
                for parent in folder.parents[:-2]:
                    parent.chmod(0o755)
                os.setgid(65534)
                os.setuid(65534)
            os.write(writing, json.dumps(act()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found: list[str] = json.loads(pipe.read() or b"[]")
    os.waitpid(child, 0)
    return found


def test_releases_about_random_parts_compose_by_their_own_loss(ledger: Ledger) -> None:
    pytest.importorskip("dp_accounting")
    planned = Event.sampled(4.0, 0.05, 80, "training")
    epsilon = spent([planned], 1e-5)
    refused("privacy.overspent", lambda: ledger.reserve(epsilon / 2, 1e-5, events=[planned], people="patients"))
    held = ledger.reserve(epsilon * 1.001, 1e-5, events=[planned], people="patients")
    ledger.reserve(1.0, 1e-5, people="patients")
    held.commit([Event.sampled(4.0, 0.05, 60, "training")])
    both = spent([Event.sampled(4.0, 0.05, 60), Event(mechanism="gaussian", mu=mu_for(1.0, 1e-5))], 1e-5)
    assert ledger.spent("patients").spent == pytest.approx(both) and both < 1.5


def test_a_fit_to_random_parts_that_did_not_say_so_is_held_to_every_budget(ledger: Ledger) -> None:
    pytest.importorskip("dp_accounting")
    training = Event.sampled(2.0, 0.05, 60)
    epsilon = spent([training], 1e-5)
    ledger.set_budget("patients", epsilon, 1e-5)
    ledger.reserve(epsilon, 1e-5, people="patients").commit([training])
    assert ledger.history()[-1].events == (training,)
    refused("privacy.budget-spent", lambda: ledger.reserve(0.5, 1e-5, people="patients"))
