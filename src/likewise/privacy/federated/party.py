"""One party: it keeps its rows, checks what it is asked for, and pays for each answer from its own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.answers import Axis, Codes, counted, seen, sizes_of
from likewise.privacy.federated.agreement import VERSION, Agreement, entries
from likewise.privacy.federated.channel import Channel
from likewise.privacy.federated.faults import fault, reason
from likewise.privacy.federated.masks import KEYS, PARCEL, Part, Words
from likewise.privacy.federated.messages import (
    BODY,
    Agreed,
    Ask,
    Delivered,
    Done,
    Everyone,
    Hello,
    Kept,
    Keys,
    Letter,
    Masked,
    Offer,
    Posted,
    Said,
    Shares,
    Stopped,
    read,
    written,
)
from likewise.privacy.federated.noise import LEAST, drawn, event_of


@dataclass(frozen=True, eq=False)
class Held:
    """Hold a party's rows as codes, one column each of so many cells, and the account that pays for what is said."""

    codes: Codes
    sizes: tuple[int, ...]
    account: Account


@dataclass
class Party:
    """Answer a leader from rows that stay here.

    `prepare` is given what is to be agreed to and the names of all parties, and returns the rows in its cells with the
    account that pays, or raises PrivacyError where this party does not agree. It waits up to `patience` seconds for the
    leader's next question.

    The leader and the others see sums of all parties with noise: docs/guides/federated.md says who is trusted how.
    """

    name: str
    channel: Channel
    prepare: Callable[[Agreement, tuple[str, ...]], Held]
    patience: float = 3600.0

    def serve(self) -> bytes:
        """Take part until the fit is done, and return the bytes of the model's file. Raises PrivacyError otherwise."""
        try:
            agreement, place, held = self._agree()
            sums = 0
            while True:
                letter = self._next(Ask, Done, within=self.patience)
                if isinstance(letter.said, Done):
                    return letter.body
                sums += 1
                self._answer(letter, sums, agreement, place, held)
        except LikewiseError as error:
            self._say_why(error)
            raise
        finally:
            self.channel.close()

    def _agree(self) -> tuple[Agreement, int, Held]:
        """Return what is agreed to, which of the parties this is, and its rows."""
        self.channel.send(written(Hello(version=VERSION, name=self.name)), within=self.patience)
        offer = self._next(Offer, within=self.patience).is_a(Offer, sum=0, size=0)
        try:
            agreement = Agreement.from_dict(offer.agreement, error=PrivacyError)
        except LikewiseError:
            raise fault("agreement") from None
        names = offer.names
        if len(set(names)) != agreement.parties or not offer.place < len(names) or names[offer.place] != self.name:
            raise fault("agreement")
        held = self.prepare(agreement, names)
        if held.sizes != agreement.sizes or len(held.codes) > agreement.rows:
            raise fault("agreement")
        self.channel.send(written(Agreed(digest=agreement.digest())), within=agreement.wait)
        return agreement, offer.place, held

    def _answer(self, letter: Letter, number: int, agreement: Agreement, place: int, held: Held) -> None:
        """Take part in one sum, having checked and paid for what is asked."""
        ask = letter.is_a(Ask, sum=number)
        axes = axes_of(ask, letter.body, agreement)
        total = entries(ask.cliques, sizes_of(agreement.sizes, axes))
        held.account.charge(event_of(
            ask.sigma, honest=agreement.honest, norm=agreement.norm(len(ask.cliques)),
            entries=agreement.touched(len(ask.cliques)), epsilon=held.account.epsilon, what=ask.what,
        ))  # fmt: skip
        part = Part(context_of(agreement, number), place, threshold=agreement.threshold, bits=agreement.bits)
        self._tell(Keys(sum=number), part.keys(), agreement)
        letter = self._next(Everyone, within=2 * agreement.wait)
        everyone = letter.is_a(Everyone, sum=number)
        parcels = part.parcels(_parted(letter.body, everyone.places, KEYS, agreement))
        self._tell(Posted(sum=number), parcels.own + b"".join(parcels.parcels.values()), agreement)
        letter = self._next(Delivered, within=2 * agreement.wait)
        delivered = letter.is_a(Delivered, sum=number)
        vector = self._vector(ask, axes, total, agreement, held)
        masked = part.masked(vector, _parted(letter.body, delivered.places, PARCEL, agreement))
        self._tell(Masked(sum=number), masked.tobytes(), agreement)
        kept = self._next(Kept, within=2 * agreement.wait).is_a(Kept, sum=number, size=0)
        shares = part.shares(kept.places)
        self._tell(Shares(sum=number), b"".join(shares[other] for other in sorted(shares)), agreement)

    @staticmethod
    def _vector(ask: Ask, axes: list[Axis], total: int, agreement: Agreement, held: Held) -> Words:
        """Return this party's counts with its share of noise, as they are summed."""
        codes, sizes = seen(held.codes, held.sizes, axes)
        counts = np.concatenate([counted(codes, sizes, clique).ravel() for clique in ask.cliques])
        noisy: Words = (
            (counts + drawn(total, ask.sigma)).astype(f"<i{agreement.bits // 8}").view(f"<u{agreement.bits // 8}")
        )
        return noisy

    def _next(self, *kinds: type[Said], within: float) -> Letter:
        """Return the leader's next message, which is one of some kinds."""
        letter = read(self.channel.receive(most=BODY, within=within), *kinds, Stopped)
        if isinstance(letter.said, Stopped):
            raise fault(letter.said.why)
        return letter

    def _tell(self, said: Said, body: bytes, agreement: Agreement) -> None:
        self.channel.send(written(said, body), within=agreement.wait)

    def _say_why(self, error: LikewiseError) -> None:
        """Tell the leader in one word why this party leaves, if it still listens."""
        try:
            self.channel.send(written(Stopped(why=reason(error))), within=1.0)
        except PrivacyError:
            return


def context_of(agreement: Agreement, number: int) -> bytes:
    """Return what binds all keys of a sum to it: what was agreed, and the sum's number."""
    return f"likewise federated {VERSION} {agreement.digest()} {number}".encode()


def axes_of(ask: Ask, body: bytes, agreement: Agreement) -> list[Axis]:
    """Return the axes of a question. Raises PrivacyError where it is none that was agreed to."""
    sizes = agreement.sizes
    if len(ask.bins) != len(ask.columns) or not all(0 <= column < len(sizes) for column in ask.columns):
        raise fault("question")
    if ask.sigma < LEAST or len(body) != 4 * sum(
        sizes[c] for c, bins in zip(ask.columns, ask.bins, strict=True) if bins
    ):
        raise fault("question")
    axes, cells = [], np.frombuffer(body, "<i4").astype(np.int32)
    for column, count in zip(ask.columns, ask.bins, strict=True):
        bins, cells = (cells[: sizes[column]], cells[sizes[column] :]) if count else (None, cells)
        if bins is not None and (bins.min() < 0 or int(bins.max()) + 1 != count):
            raise fault("question")
        axes.append(Axis(column, bins))
    if not agreement.allows(ask.cliques, sizes_of(sizes, axes)):
        raise fault("question")
    return axes


def _parted(body: bytes, places: tuple[int, ...], size: int, agreement: Agreement) -> dict[int, bytes]:
    """Return the parts of a body by place. Raises PrivacyError where places are out of order, or sizes wrong."""
    in_order = all(low < high for low, high in zip((-1, *places), (*places, agreement.parties), strict=True))
    if not in_order or len(body) != size * len(places):
        raise fault("order")
    return {place: body[i * size : (i + 1) * size] for i, place in enumerate(places)}
