"""The leader: it asks all parties at once, adds up what they mask, and sees sums with noise and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.answers import Answered, Axis, Clique, Counts, sizes_of
from likewise.privacy.federated.agreement import Agreement, entries
from likewise.privacy.federated.channel import Channel
from likewise.privacy.federated.faults import Reason, fault, reason
from likewise.privacy.federated.masks import KEYS, OWN, PARCEL, PROMISE, Sum, Words
from likewise.privacy.federated.messages import (
    HEAD,
    Agreed,
    Ask,
    Delivered,
    Done,
    Everyone,
    Kept,
    Keys,
    Letter,
    Masked,
    Offer,
    Posted,
    Said,
    Shares,
    Stopped,
    plain,
    read,
    written,
)
from likewise.privacy.federated.noise import event_of, share_for
from likewise.privacy.federated.party import context_of
from likewise.privacy.federated.sharing import SHARE

SURE = 12
"""How many sigmas noise never reaches: by chance once in 10**32 entries."""


@dataclass(eq=False)
class Parties:
    """Be the answers of parties that keep their rows: `channels` are theirs, in the order of their `names`.

    `lost` says who dropped out so far, and why. As long as `threshold` parties are left the fit goes on: what is asked
    from then on is counted over the rows of those who are left, and scaled to the rows that there were at first.
    """

    agreement: Agreement
    names: tuple[str, ...]
    channels: dict[int, Channel]
    account: Account = field(init=False)
    lost: dict[str, Reason] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.account = self.agreement.account()
        self._sums = 0
        self._rows: dict[frozenset[int], tuple[float, float]] = {}
        self._first: tuple[frozenset[int], float] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many cells each column has."""
        return self.agreement.sizes

    def agree(self) -> None:
        """Have every party confirm the agreement. Raises PrivacyError, and stops all, where one does not."""
        terms = self.agreement.model_dump(mode="json")
        offers = {place: written(Offer(agreement=terms, names=self.names, place=place)) for place in self.channels}
        answers = self._exchange(offers, Agreed)
        digest = self.agreement.digest()
        for place, letter in answers.items():
            if letter.is_a(Agreed, sum=0).digest != digest:
                self._drop(place, "agreement")
        for name, why in self.lost.items():
            self._stop(fault("agreement" if why == "order" else why, where=name))

    def measure(
        self, cliques: Sequence[Clique], *, mu: float, axes: Sequence[Axis] | None = None, what: str
    ) -> Answered:
        """Return the counts of all cliques over all parties. Raises PrivacyError without `mu` or enough parties."""
        asked, sizes, norm = tuple(cliques), sizes_of(self.sizes, axes), self.agreement.norm(len(cliques))
        if not self.agreement.allows(asked, sizes):
            raise fault("question")
        what = plain(what)
        share = share_for(mu, honest=self.agreement.honest, norm=norm)
        event = event_of(share, honest=self.agreement.honest, norm=norm, entries=self.agreement.touched(len(asked)),
                         epsilon=self.account.epsilon, what=what)  # fmt: skip
        self.account.charge(event)
        self._sums += 1
        ways = [Axis(column) for column in range(len(self.sizes))] if axes is None else axes
        ask = Ask(sum=self._sums, cliques=asked, columns=tuple(way.column for way in ways),
                  bins=tuple(0 if way.bins is None else way.size(self.sizes) for way in ways),
                  sigma=share, what=what)  # fmt: skip
        body = b"".join(way.bins.astype("<i4").tobytes() for way in ways if way.bins is not None)
        kept, total = self._added_up(written(ask, body), entries(asked, sizes))
        sigma = share * float(np.sqrt(len(kept)))
        counts = _shaped(total, asked, sizes)
        self._check(counts, sigma, kept)
        return self._scaled(counts, sigma, kept)

    def finish(self, model: bytes) -> None:
        """Send every party the model's file, and end."""
        self._exchange({place: written(Done(), model) for place in self.channels})
        self.close()

    def stop(self, error: PrivacyError) -> None:
        """Tell every party in one word why there is no model, and end."""
        self._exchange({place: written(Stopped(why=reason(error))) for place in self.channels})
        self.close()

    def close(self) -> None:
        """End all connections."""
        for channel in self.channels.values():
            channel.close()
        self.channels.clear()

    def _added_up(self, question: bytes, length: int) -> tuple[frozenset[int], Words]:
        """Return whose counts are in a sum, and the sum with their noise."""
        number, bits, asked = self._sums, self.agreement.bits, dict.fromkeys(self.channels, question)
        keys = {place: letter.body for place, letter in self._exchange(asked, Keys, number, KEYS).items()}
        told = written(Everyone(sum=number, places=tuple(keys)), b"".join(keys.values()))
        posted = self._exchange(dict.fromkeys(keys, told), Posted, number, OWN + PARCEL * (len(keys) - 1))
        parcels = {place: _parcels(place, letter.body, list(keys)) for place, letter in posted.items()}
        mail = {place: _mail(place, parcels, number) for place in parcels}
        masked = {
            place: np.frombuffer(letter.body, f"<u{bits // 8}")
            for place, letter in self._exchange(mail, Masked, number, length * bits // 8).items()
        }
        told = written(Kept(sum=number, places=tuple(masked)))
        shares = {
            holder: {dealer: letter.body[i * SHARE : (i + 1) * SHARE] for i, dealer in enumerate(parcels)}
            for holder, letter in self._exchange(
                dict.fromkeys(masked, told), Shares, number, SHARE * len(parcels)
            ).items()
        }
        behind = Sum(
            context_of(self.agreement, number), self.agreement.threshold, bits, keys,
            {place: own[place][:PROMISE] for place, own in parcels.items()},
            {(dealer, holder): (sent[holder][-2 * PROMISE : -PROMISE], sent[holder][-PROMISE:])
             for dealer, sent in parcels.items() for holder in sent},
        )  # fmt: skip
        total = self._or_stop(lambda: behind.opened(masked, shares))
        for place in behind.false:
            self._drop(place, "secret")
        return frozenset(masked), total

    def _exchange(
        self, messages: Mapping[int, bytes], answer: type[Said] | None = None, number: int = 0, size: int = 0
    ) -> dict[int, Letter]:
        """Send each party its message and return the answers by place, in order; who does not answer well is dropped.

        Raises PrivacyError, and stops all, where fewer parties are left for a sum than the threshold.
        """
        places = sorted(messages)
        with ThreadPoolExecutor(max(len(places), 1)) as pool:
            said = pool.map(lambda place: self._answer(place, messages[place], answer, number, size), places)
            answers = dict(zip(places, said, strict=True))
        for place, letter in answers.items():
            if isinstance(letter, PrivacyError):
                self._drop(place, reason(letter))
        for place in set(self.channels) - set(messages):
            self._drop(place, "order")
        if answer is not None and number and len(self.channels) < self.agreement.threshold:
            self._stop(fault("parties"))
        return {place: letter for place, letter in answers.items() if isinstance(letter, Letter)}

    def _answer(
        self, place: int, message: bytes, answer: type[Said] | None, number: int, size: int
    ) -> Letter | PrivacyError | None:
        """Return what a party answers, or why it does not; None where no answer is wanted."""
        channel, wait = self.channels[place], self.agreement.wait
        try:
            channel.send(message, within=wait)
            if answer is None:
                return None
            letter = read(channel.receive(most=4 + HEAD + size, within=wait), answer, Stopped)
            if isinstance(letter.said, Stopped):
                return fault(letter.said.why)
            letter.is_a(answer, sum=number, size=size)
            return letter
        except PrivacyError as error:
            return error

    def _drop(self, place: int, why: Reason) -> None:
        """Go on without a party."""
        channel = self.channels.pop(place, None)
        if channel is not None:
            self.lost[self.names[place]] = why
            channel.close()

    def _stop(self, error: PrivacyError) -> NoReturn:
        self.stop(error)
        raise error

    def _or_stop(self, work: Callable[[], Words]) -> Words:
        """Return what some work gives, and stop all where it fails."""
        try:
            return work()
        except PrivacyError as error:
            self._stop(error)

    def _check(self, counts: Sequence[Counts], sigma: float, kept: frozenset[int]) -> None:
        """Stop where sums cannot be those of rows: negative, too many, or unlike from one clique or sum to another."""
        noise = SURE * sigma
        totals = [(int(each.sum()), noise * float(np.sqrt(each.size))) for each in counts]
        known = self._rows.get(kept, (0.0, float(len(kept) * self.agreement.rows)))
        least = max(known[0], max(total - spread for total, spread in totals))
        most = min(known[1], min(total + spread for total, spread in totals))
        if min(int(each.min()) for each in counts) < -noise or least > most:
            self._stop(fault("garbage"))
        self._rows[kept] = least, most

    def _scaled(self, counts: list[Counts], sigma: float, kept: frozenset[int]) -> Answered:
        """Return counts over fewer parties than at first as if they were over all of them."""
        total = float(max(min(counts, key=lambda each: each.size).sum(), 1))
        self._first = self._first or (kept, total)
        factor = 1.0 if self._first[0] == kept else self._first[1] / total
        return Answered([np.rint(each * factor).astype(np.int64) for each in counts], sigma * factor)


def _shaped(total: Words, cliques: Sequence[Clique], sizes: Sequence[int]) -> list[Counts]:
    """Return a sum as counts, one array a clique: what is above the half of all that words can hold is below zero."""
    signed = total.view(f"<i{total.itemsize}").astype(np.int64)
    shapes = [tuple(sizes[column] for column in clique) for clique in cliques]
    parts = np.split(signed, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _parcels(place: int, body: bytes, places: list[int]) -> dict[int, bytes]:
    """Return a party's parcels by receiver, with what binds itself at its own place."""
    others = [other for other in places if other != place]
    sent = {other: body[OWN + i * PARCEL : OWN + (i + 1) * PARCEL] for i, other in enumerate(others)}
    return {place: body[:OWN], **sent}


def _mail(place: int, parcels: Mapping[int, Mapping[int, bytes]], number: int) -> bytes:
    """Return the message that brings a party the parcels of the others."""
    senders = tuple(other for other in parcels if other != place)
    return written(Delivered(sum=number, places=senders), b"".join(parcels[other][place] for other in senders))
