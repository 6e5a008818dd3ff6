"""A leader and parties on the loopback, of which some do what they should not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from likewise.errors import PrivacyError
from likewise.privacy.answers import Codes, Counts, counted
from likewise.privacy.federated import Agreement, Channel, Door, Held, Parties, Party, called

SIZES = (4, 3)
Alter = Callable[[Channel, bytes], bytes | None]
"""Does something with a message that is to be sent: returns it, or another, or None for none at all."""


def rows(seed: int, n: int = 400) -> Codes:
    """Return rows of two columns."""
    return np.random.default_rng(seed).integers(0, SIZES, (n, 2)).astype(np.int32)


def agreement(parties: int = 4, **more: Any) -> Agreement:
    """Return an agreement about such rows."""
    fields = {"sizes": SIZES, "epsilon": 3.0, "delta": 1e-6, "threshold": 2, "colluding": 1, "wait": 10.0, "rows": 1000}
    return Agreement.model_validate({"contract": {"columns": {}}, "parties": parties, **fields, **more})


@dataclass
class Twisted:
    """Carry messages as another channel does, except that those of one kind are altered."""

    inner: Channel
    kind: str
    alter: Alter

    def send(self, message: bytes, *, within: float) -> None:
        head = message[4 : 4 + int.from_bytes(message[:4])]
        altered = self.alter(self.inner, message) if f'"kind": "{self.kind}"'.encode() in head else message
        if altered is not None:
            self.inner.send(altered, within=within)

    def receive(self, *, most: int, within: float) -> bytes:
        return self.inner.receive(most=most, within=within)

    def close(self) -> None:
        self.inner.close()


@dataclass
class Together:
    """Run parties in threads, each over a TCP connection of its own, and keep what came of each."""

    agreed: Agreement
    twists: dict[int, tuple[str, Alter]] = field(default_factory=dict)
    prepare: dict[int, Callable[[Agreement, tuple[str, ...]], Held]] = field(default_factory=dict)
    ended: dict[int, bytes | PrivacyError] = field(default_factory=dict)
    accounts: dict[int, Any] = field(default_factory=dict)

    def begin(self) -> Parties:
        """Return the leader's side, when all have agreed."""
        self.door = Door("127.0.0.1:0")
        self.threads = [threading.Thread(target=self.serve, args=(i,)) for i in range(self.agreed.parties)]
        for thread in self.threads:
            thread.start()
        return self.door.parties(self.agreed, within=5.0)

    def end(self) -> None:
        """Wait for all parties."""
        for thread in self.threads:
            thread.join(timeout=10)
            assert not thread.is_alive()

    def true(self, clique: tuple[int, ...], without: tuple[int, ...] = ()) -> Counts:
        """Return the exact counts of all parties but some."""
        kept = [i for i in range(self.agreed.parties) if i not in without]
        total: Counts = np.sum([counted(rows(i), SIZES, clique) for i in kept], axis=0)
        return total

    def serve(self, number: int) -> None:
        """Be a party until the end."""
        channel: Channel = called(self.door.address, within=5.0)
        if number in self.twists:
            channel = Twisted(channel, *self.twists[number])
        try:
            party = Party(
                f"p{number}", channel, self.prepare.get(number, lambda agreed, names: self._held(number, agreed))
            )
            self.ended[number] = party.serve()
        except PrivacyError as error:
            self.ended[number] = error

    def _held(self, number: int, agreed: Agreement) -> Held:
        self.accounts[number] = agreed.account()
        return Held(rows(number), agreed.sizes, self.accounts[number])


def gone(channel: Channel, message: bytes) -> None:
    """Hang up instead of sending."""
    channel.close()


def slow(channel: Channel, message: bytes) -> bytes:
    """Send too late."""
    time.sleep(1.8)
    return message
