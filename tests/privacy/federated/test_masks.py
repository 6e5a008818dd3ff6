"""Sums behind masks: exactly the sum of those who stayed, whoever goes when, and nothing else."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import PrivacyError
from likewise.privacy.federated.masks import PROMISE, Parcels, Part, Sum, Words

CONTEXT = b"a test"


class Round:
    """Carry one sum through its steps, some parties leaving before some of them."""

    def __init__(self, parties: int, threshold: int, bits: int = 32, length: int = 20) -> None:
        rng = np.random.default_rng(parties)
        self.threshold, self.bits = threshold, bits
        self.parts = {p: Part(CONTEXT, p, threshold=threshold, bits=bits) for p in range(parties)}
        self.vectors = {p: rng.integers(0, 2**bits, length, dtype=f"u{bits // 8}") for p in self.parts}
        self.keys = {place: part.keys() for place, part in self.parts.items()}
        self.sent: dict[int, Parcels] = {}
        self.masked: dict[int, Words] = {}
        self.shares: dict[int, dict[int, bytes]] = {}

    def go(
        self, *, unsent: Collection[int] = (), unmasked: Collection[int] = (), unshared: Collection[int] = ()
    ) -> Words:
        self.sent = {p: part.parcels(self.keys) for p, part in self.parts.items() if p not in unsent}
        for place in set(self.sent) - set(unmasked):
            mail = {other: parcels.parcels[place] for other, parcels in self.sent.items() if other != place}
            self.masked[place] = self.parts[place].masked(self.vectors[place], mail)
        self.shares = {p: self.parts[p].shares(set(self.masked)) for p in self.masked if p not in unshared}
        return self.open()

    def open(self) -> Words:
        return self.sum().opened(self.masked, self.shares)

    def sum(self) -> Sum:
        promised = {
            (dealer, holder): (parcel[-2 * PROMISE : -PROMISE], parcel[-PROMISE:])
            for dealer, parcels in self.sent.items()
            for holder, parcel in {**parcels.parcels, dealer: parcels.own}.items()
        }
        seeds = {dealer: parcels.own[:PROMISE] for dealer, parcels in self.sent.items()}
        return Sum(CONTEXT, self.threshold, self.bits, self.keys, seeds, promised)

    def true(self) -> Words:
        total: Words = sum((self.vectors[p] for p in self.masked), np.zeros_like(self.vectors[0]))
        return total


@settings(max_examples=25, deadline=None)
@given(parties=st.integers(2, 6), bits=st.sampled_from([32, 64]), data=st.data())
def test_the_sum_is_exactly_that_of_those_who_stayed(parties: int, bits: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(1, parties))
    leaving = data.draw(st.lists(st.sampled_from(range(parties)), max_size=parties - threshold, unique=True))
    when = [data.draw(st.sampled_from(["unsent", "unmasked", "unshared"])) for _ in leaving]
    round = Round(parties, threshold, bits)
    gone = {step: [p for p, at in zip(leaving, when, strict=True) if at == step] for step in when}
    assert np.array_equal(round.go(**gone), round.true())


def test_fewer_than_the_threshold_open_nothing() -> None:
    round = Round(4, 3)
    with pytest.raises(PrivacyError, match="federated-parties"):
        round.go(unshared=(0, 1))


def test_what_a_party_sends_hides_its_vector() -> None:
    """Of zeros, masked words are as random as any: their mean is within 7 sigmas, missed once in 10 ** 11."""
    round = Round(3, 2, length=50_000)
    round.vectors = {p: np.zeros_like(vector) for p, vector in round.vectors.items()}
    round.go()
    for masked in round.masked.values():
        assert abs(masked.astype(float).mean() / 2**32 - 0.5) < 7 / np.sqrt(12 * len(masked))
        assert len(np.unique(masked)) > 0.999 * len(masked)


def test_the_sum_of_masks_tells_nothing_without_each_own_mask() -> None:
    round = Round(3, 2)
    round.go()
    pairs_cancel = sum(round.masked.values())
    assert not np.array_equal(pairs_cancel, round.true())  # each party's own mask is left


def test_a_step_is_taken_once_so_that_both_secrets_of_a_party_are_never_had() -> None:
    round = Round(3, 2)
    round.go()
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].shares({0, 1})
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].masked(round.vectors[0], {})


@pytest.mark.parametrize("kept", [{0}, {1, 2}, {0, 7}], ids=["too few", "without itself", "a stranger"])
def test_a_party_gives_no_shares_for_a_sum_that_was_not_agreed(kept: set[int]) -> None:
    round = Round(3, 2)
    round.sent = {p: part.parcels(round.keys) for p, part in round.parts.items()}
    round.parts[0].masked(round.vectors[0], {p: round.sent[p].parcels[0] for p in (1, 2)})
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].shares(kept)


def test_keys_that_are_not_the_partys_own_or_used_twice_are_refused() -> None:
    round = Round(3, 2)
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].parcels({**round.keys, 0: round.keys[1]})
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[1].parcels({**round.keys, 0: round.keys[2]})
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[2].parcels({2: round.keys[2]})


def test_a_key_of_low_order_is_refused() -> None:
    round = Round(3, 2)
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].parcels({**round.keys, 1: bytes(32) + round.keys[1][32:]})


@pytest.mark.parametrize("at", [0, 90, 130], ids=["letter", "promise", "other promise"])
def test_a_parcel_that_was_changed_is_refused(at: int) -> None:
    round = Round(3, 2)
    sent = {p: part.parcels(round.keys) for p, part in round.parts.items()}
    parcel = bytearray(sent[1].parcels[0])
    parcel[at] ^= 1
    with pytest.raises(PrivacyError, match="federated-order"):
        round.parts[0].masked(round.vectors[0], {1: bytes(parcel), 2: sent[2].parcels[0]})


def test_false_shares_are_passed_over_and_their_holder_is_known() -> None:
    round = Round(4, 2)
    round.go()
    round.shares[3] = {dealer: bytes(33) for dealer in round.shares[3]}
    behind = round.sum()
    assert np.array_equal(behind.opened(round.masked, round.shares), round.true())
    assert behind.false == {3}


def test_a_dealer_of_another_secret_is_found() -> None:
    round = Round(3, 2)
    round.parts[1]._seed, true = bytes(32), round.parts[1]._seed
    sent = {p: part.parcels(round.keys) for p, part in round.parts.items()}
    round.parts[1]._seed = true  # it masks by another seed than it shared out
    round.sent = {**sent, 1: Parcels(sent[1].parcels, b"x" * PROMISE + sent[1].own[PROMISE:])}
    for place, part in round.parts.items():
        round.masked[place] = part.masked(
            round.vectors[place], {o: p.parcels[place] for o, p in sent.items() if o != place}
        )
    round.shares = {p: part.shares(set(round.parts)) for p, part in round.parts.items()}
    with pytest.raises(PrivacyError, match="federated-secret") as caught:
        round.open()
    assert caught.value.where == "party 2"
