"""Leader and parties over TCP: sums that are right, and everything that may go wrong on the way."""

from __future__ import annotations

import math
import os
import threading
import time
from queue import Queue
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp
from tests.privacy.federated.together import SIZES, Alter, Together, agreement, gone, rows, slow

from likewise.errors import PrivacyError
from likewise.privacy.answers import Axis
from likewise.privacy.federated import Agreement, Channel, Door, Held, Parties, Party, called
from likewise.privacy.federated.messages import Agreed, Ask, Hello, Keys, Stopped, read, written
from likewise.privacy.mechanisms import gaussian

STEPS = ["keys", "posted", "masked", "shares"]
FAR = 9
"""Sigmas: noise of a few hundred entries is farther with a probability below 1e-16."""


def code_of(ended: object) -> str:
    assert isinstance(ended, PrivacyError)
    return ended.code.removeprefix("privacy.federated-")


def test_sums_are_those_of_all_parties_with_the_noise_that_is_said() -> None:
    together = Together(agreement())
    parties = together.begin()
    answered = parties.measure([(0,), (0, 1)], mu=0.4, what="both")
    halves = parties.measure(
        [(0,), (1, 0)], mu=0.4, axes=[Axis(0, np.array([0, 0, 1, 1], np.int32)), Axis(1)], what="x"
    )
    parties.finish(b"the model")
    together.end()
    for clique, counts in zip([(0,), (0, 1)], answered.counts, strict=True):
        assert np.abs(counts - together.true(clique)).max() < FAR * answered.sigma
    assert np.abs(halves.counts[0] - together.true((0,)).reshape(2, 2).sum(axis=1)).max() < FAR * halves.sigma
    assert halves.counts[1].shape == (3, 2)
    assert set(together.ended.values()) == {b"the model"}
    assert not parties.lost


def test_every_party_pays_what_the_leader_pays() -> None:
    together = Together(agreement())
    parties = together.begin()
    answered = parties.measure([(0,), (0, 1)], mu=0.4, what="income ($)\n x age")
    parties.finish(b"")
    together.end()
    assert all(account.events == parties.account.events for account in together.accounts.values())
    assert parties.account.events[0].what == "income ($)_ x age"
    # four shares, of which one is enough: twice the sigma that the cost stands for
    assert answered.sigma == pytest.approx(2 * math.sqrt(2) / 0.4, rel=1e-2)
    assert 0.39 < parties.account.events[0].mu <= 0.4


def test_noise_is_that_of_rows_in_one_place_in_distribution() -> None:
    """Two samples of 40,000 differ so much in distribution with a probability below 1e-10 (Smirnov's test)."""
    sizes = (40_000, 1)
    nobody = {i: (lambda agreed, names: Held(np.zeros((0, 2), np.int32), sizes, agreed.account())) for i in range(3)}
    together = Together(agreement(3, threshold=3, colluding=0, sizes=sizes), prepare=nobody)
    parties = together.begin()
    answered = parties.measure([(0,)], mu=0.05, what="nothing")
    parties.finish(b"")
    together.end()
    central = gaussian(np.zeros(40_000, np.int64), sigma=20.0, account=agreement().account(), what="nothing")
    assert answered.sigma == pytest.approx(20.0, rel=1e-3)
    assert ks_2samp(answered.counts[0], central).pvalue > 1e-10
    assert abs(answered.counts[0].std() / answered.sigma - 1) < 7 / math.sqrt(2 * 40_000)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("twist", [gone, slow], ids=["gone", "slow"])
def test_the_sum_is_had_without_a_party_that_drops_out(step: str, twist: Alter) -> None:
    together = Together(agreement(wait=1.2 if twist is slow else 10.0), {1: (step, twist)})
    parties = together.begin()
    answered = parties.measure([(0, 1)], mu=0.5, what="pairs")
    without = () if step == "shares" else (1,)  # then its masked counts had come already
    assert np.abs(answered.counts[0] - together.true((0, 1), without)).max() < FAR * answered.sigma
    assert set(parties.lost) == {"p1"}
    later = parties.measure([(0,)], mu=0.5, what="later")
    parties.finish(b"m")
    together.end()
    scale = together.true((0,), without).sum() / together.true((0,), (1,)).sum()
    assert np.abs(later.counts[0] - scale * together.true((0,), (1,))).max() < FAR * later.sigma + 0.1 * 1600
    assert [together.ended[i] for i in (0, 2, 3)] == [b"m"] * 3


def test_below_the_threshold_all_stop() -> None:
    together = Together(agreement(3), {0: ("masked", gone), 1: ("masked", gone)})
    parties = together.begin()
    with pytest.raises(PrivacyError, match="federated-parties"):
        parties.measure([(0, 1)], mu=0.5, what="pairs")
    together.end()
    assert code_of(together.ended[2]) == "parties"


class Queues:
    """Carry messages within a process: another transport than TCP."""

    def __init__(self, out: Queue[bytes], into: Queue[bytes]) -> None:
        self.out, self.into = out, into

    def send(self, message: bytes, *, within: float) -> None:
        self.out.put(message)

    def receive(self, *, most: int, within: float) -> bytes:
        return self.into.get(timeout=within)

    def close(self) -> None:
        """There is nothing to end."""


def test_another_transport_can_carry_it() -> None:
    agreed, names = agreement(3), ("a", "b", "c")
    ends = [(Queue[bytes](), Queue[bytes]()) for _ in names]
    parties = Parties(agreed, names, {i: Queues(out, into) for i, (out, into) in enumerate(ends)})
    own = [Party(name, Queues(into, out), lambda agreed, names, i=i: Held(rows(i), SIZES, agreed.account()))
           for i, (name, (out, into)) in enumerate(zip(names, ends, strict=True))]  # fmt: skip
    serving = [threading.Thread(target=party.serve) for party in own]
    for thread in serving:
        thread.start()
    for channel in parties.channels.values():
        assert read(channel.receive(most=1000, within=5.0), Hello).said.kind == "hello"
    parties.agree()
    answered = parties.measure([(0, 1)], mu=0.5, what="pairs")
    parties.finish(b"")
    for thread in serving:
        thread.join(timeout=10)
    assert np.abs(answered.counts[0] - Together(agreed).true((0, 1))).max() < FAR * answered.sigma


def _noise(channel: Channel, message: bytes) -> bytes:
    head = 4 + int.from_bytes(message[:4])
    return message[:head] + os.urandom(len(message) - head)


def _short(channel: Channel, message: bytes) -> bytes:
    return message[:-4]


def _bytes(channel: Channel, message: bytes) -> bytes:
    return os.urandom(200)


def _twice(channel: Channel, message: bytes) -> bytes:
    channel.send(message, within=1.0)
    return message


def test_counts_that_are_garbage_are_found() -> None:
    together = Together(agreement(), {2: ("masked", _noise)})
    parties = together.begin()
    with pytest.raises(PrivacyError, match="federated-garbage"):
        parties.measure([(0, 1)], mu=0.5, what="pairs")
    together.end()
    assert {code_of(ended) for ended in together.ended.values()} == {"garbage"}


def _added(rows: int, cells: slice) -> Alter:
    """Return what adds so many rows to some of the cells that a party counted, masks and all."""

    def alter(channel: Channel, message: bytes) -> bytes:
        head = 4 + int.from_bytes(message[:4])
        words = np.frombuffer(message[head:], "<u4").copy()
        words[cells] += np.uint32(rows % 2**32)
        return message[:head] + words.tobytes()

    return alter


@pytest.mark.parametrize("twist", [
    _added(500, slice(None)), _added(-500, slice(0, 1)), _added(1000, slice(0, 4)),
], ids=["more rows than all may have", "fewer than none", "more in one clique than in the other"])  # fmt: skip
def test_counts_that_cannot_be_those_of_rows_are_found(twist: Alter) -> None:
    together = Together(agreement(), {2: ("masked", twist)})
    parties = together.begin()
    with pytest.raises(PrivacyError, match="federated-garbage"):
        parties.measure([(0,), (0, 1)], mu=0.5, what="both")
    together.end()


def test_counts_that_differ_from_one_sum_to_the_next_are_found() -> None:
    changed = iter([_added(0, slice(None)), _added(800, slice(0, 1))])
    together = Together(agreement(), {2: ("masked", lambda channel, message: next(changed)(channel, message))})
    parties = together.begin()
    parties.measure([(0,)], mu=0.4, what="first")
    with pytest.raises(PrivacyError, match="federated-garbage"):
        parties.measure([(0, 1)], mu=0.4, what="second")
    together.end()


def test_a_party_that_lies_within_what_it_declared_is_not_found() -> None:
    """What the guide says: masks hide who says what, so that a lie is bounded by the rows that a party may have."""
    together = Together(agreement(), {2: ("masked", _added(100, slice(0, 1)))})
    parties = together.begin()
    answered = parties.measure([(0, 1)], mu=0.5, what="pairs")
    away = answered.counts[0] - together.true((0, 1))
    away[0, 0] -= 100
    assert np.abs(away).max() < FAR * answered.sigma
    parties.finish(b"")
    together.end()


def _rows_of_another_party(counts: int) -> Any:
    return lambda agreed, names: Held(rows(9, counts), agreed.sizes, agreed.account())


def test_more_rows_than_were_declared_are_not_taken_part_with() -> None:
    together = Together(agreement(rows=500), prepare={2: _rows_of_another_party(501)})
    with pytest.raises(PrivacyError, match="federated-agreement") as caught:
        together.begin()
    together.end()
    assert caught.value.where == "p2"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("twist", [_short, _bytes], ids=["too short", "no message"])
def test_a_party_that_sends_what_cannot_be_read_is_left_out(step: str, twist: Alter) -> None:
    together = Together(agreement(), {1: (step, twist)})
    parties = together.begin()
    answered = parties.measure([(0, 1)], mu=0.5, what="pairs")
    without = () if step == "shares" else (1,)
    assert np.abs(answered.counts[0] - together.true((0, 1), without)).max() < FAR * answered.sigma
    assert parties.lost == {"p1": "order"}
    parties.finish(b"m")
    together.end()
    assert together.ended[0] == b"m"


def test_keys_that_are_garbage_end_the_sum_or_are_left_out() -> None:
    """A key that is none of the sender's makes nobody else's counts known: parties that cannot go on say so."""
    together = Together(agreement(), {1: ("posted", _noise)})
    parties = together.begin()
    with pytest.raises(PrivacyError, match="federated-parties"):
        parties.measure([(0, 1)], mu=0.5, what="pairs")
    together.end()
    assert {code_of(together.ended[i]) for i in (0, 2, 3)} == {"order"}


def test_false_shares_are_passed_over() -> None:
    together = Together(agreement(), {1: ("shares", _noise)})
    parties = together.begin()
    answered = parties.measure([(0, 1)], mu=0.5, what="pairs")
    assert np.abs(answered.counts[0] - together.true((0, 1))).max() < FAR * answered.sigma
    assert parties.lost == {"p1": "secret"}
    parties.finish(b"")
    together.end()


@pytest.mark.parametrize("step", ["keys", "masked"])
def test_a_message_that_comes_twice_is_refused(step: str) -> None:
    together = Together(agreement(), {1: (step, _twice)})
    parties = together.begin()
    parties.measure([(0, 1)], mu=0.5, what="pairs")
    assert parties.lost == {"p1": "order"}
    parties.finish(b"")
    together.end()


def test_a_partys_own_account_refuses_to_overspend_whatever_it_is_asked() -> None:
    together = Together(agreement(2, most=10))
    parties = together.begin()
    parties.account.mu *= 10  # a leader that does not keep to the budget
    parties.measure([(0,)], mu=0.5, what="most of it")
    with pytest.raises(PrivacyError, match="federated-parties"):
        parties.measure([(0,)], mu=0.5, what="too much")
    together.end()
    assert parties.lost == {"p0": "overspent", "p1": "overspent"}
    assert {error.code for error in together.ended.values() if isinstance(error, PrivacyError)} == {"privacy.overspent"}


@pytest.mark.parametrize("changes", [
    {"columns": (0, 7)}, {"bins": (9, 0)}, {"cliques": ((0, 5),)}, {"cliques": ()}, {"sigma": 0.5}, {"sigma": 1e8},
    {"sum": 2}, {"cliques": ((0, 0),)}, {"bins": (0,)}, {"columns": (0, -1)}, {"cliques": ((0,), (0,))},
])  # fmt: skip
def test_a_party_refuses_what_was_not_agreed(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    together = Together(agreement(2))
    parties = together.begin()
    monkeypatch.setattr(
        "likewise.privacy.federated.leader.Ask", lambda **fields: Ask.model_construct(**{**fields, **changes})
    )
    with pytest.raises(PrivacyError, match="federated-parties"):
        parties.measure([(0, 1)], mu=0.3, what="pairs")
    together.end()
    assert {code_of(ended).removeprefix("privacy.") for ended in together.ended.values()} <= {
        "question",
        "order",
        "sigma",
    }
    assert all(not account.events for account in together.accounts.values())


def test_a_question_that_is_too_large_is_not_asked() -> None:
    together = Together(agreement(2, entries=11))
    parties = together.begin()
    with pytest.raises(PrivacyError, match="federated-question"):
        parties.measure([(0, 1)], mu=0.3, what="pairs")
    parties.stop(PrivacyError("privacy.federated-question", ""))
    together.end()
    assert code_of(together.ended[0]) == "question"


def _unwilling(agreed: Agreement, names: tuple[str, ...]) -> Held:
    raise PrivacyError("privacy.federated-agreement", "no")


def test_all_stop_before_a_row_is_counted_where_one_does_not_agree() -> None:
    together = Together(agreement(3), prepare={1: _unwilling})
    with pytest.raises(PrivacyError, match="federated-agreement") as caught:
        together.begin()
    together.end()
    assert caught.value.where == "p1"
    assert code_of(together.ended[0]) == "agreement"


def _other_digest(channel: Channel, message: bytes) -> bytes:
    return written(Agreed(digest="0" * 64))


def test_all_stop_where_one_agrees_to_something_else() -> None:
    together = Together(agreement(3), {1: ("agreed", _other_digest)})
    with pytest.raises(PrivacyError, match="federated-agreement"):
        together.begin()
    together.end()


def test_a_party_that_holds_other_columns_does_not_agree() -> None:
    other = Together(agreement(2), prepare={0: lambda agreed, names: Held(rows(0), (4, 4), agreed.account())})
    with pytest.raises(PrivacyError, match="federated-agreement"):
        other.begin()
    other.end()


def _told(address: str, message: bytes) -> str:
    """Return the word that a caller who sends some message is told."""
    channel = called(address, within=2.0)
    try:
        channel.send(message, within=1.0)
        said = read(channel.receive(most=10_000, within=2.0), Stopped).said
        return str(getattr(said, "why", "nothing"))
    except PrivacyError as error:
        return code_of(error)
    finally:
        channel.close()


def test_who_calls_wrongly_is_told_why_and_the_others_go_on() -> None:
    together, told = Together(agreement(2)), {}
    together.door = Door("127.0.0.1:0")

    def outside() -> None:
        first = threading.Thread(target=together.serve, args=(0,))
        first.start()
        while "p0" not in together.door.called:
            time.sleep(0.01)
        for label, message in {
            "version": written(Hello(version=99, name="p1")), "name taken": written(Hello(version=1, name="p0")),
            "no name": written(Hello(version=1, name="../p1\n")), "no hello": written(Keys()), "noise": os.urandom(64),
        }.items():  # fmt: skip
            told[label] = _told(together.door.address, message)
        together.serve(1)
        first.join()

    calling = threading.Thread(target=outside)
    calling.start()
    parties = together.door.parties(together.agreed, within=10.0)
    parties.finish(b"m")
    calling.join()
    assert told == {
        "version": "version",
        "name taken": "name",
        "no name": "name",
        "no hello": "stopped",
        "noise": "stopped",
    }
    assert together.ended == {0: b"m", 1: b"m"}


def test_parties_that_do_not_come_are_not_awaited_for_ever() -> None:
    door = Door("127.0.0.1:0")
    with pytest.raises(PrivacyError, match="federated-parties"):
        door.parties(agreement(2), within=0.2)


def test_a_party_waits_no_longer_than_its_patience() -> None:
    door = Door("127.0.0.1:0")
    party = Party(
        "p", called(door.address, within=1.0), lambda agreed, names: Held(rows(0), SIZES, agreed.account()), 0.1
    )
    with pytest.raises(PrivacyError, match="federated-late"):
        party.serve()
    door.close()


@pytest.mark.parametrize("fields", [
    {"threshold": 1, "colluding": 1}, {"threshold": 5}, {"overlap": 5}, {"sizes": (0,)}, {"epsilon": 0.0},
    {"epsilon": float("nan")}, {"delta": 0.5}, {"parties": 1, "threshold": 1, "colluding": 0},
])  # fmt: skip
def test_an_agreement_that_cannot_be_kept_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        agreement(**fields)
