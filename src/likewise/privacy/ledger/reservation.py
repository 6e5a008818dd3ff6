"""What a fit may cost, set aside before it sees any data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likewise.core.card import Receipt
from likewise.privacy.accountant import Event
from likewise.privacy.ledger.entry import Entry

if TYPE_CHECKING:
    from likewise.privacy.ledger.ledger import Ledger


@dataclass(frozen=True)
class Reservation:
    """Hold a part of a budget until it is known what a fit really cost.

    A process that dies before it settles leaves the reservation spent: nobody can know what it had drawn.
    """

    ledger: Ledger
    entry: Entry

    def commit(self, events: Sequence[Event]) -> Receipt:
        """Write down what was charged, in the place of what was reserved, and return where it stands in the ledger.

        Nothing charged gives all of it back; a fit that failed commits what its account had charged until then. Call
        it once, in a `finally`. Raises PrivacyError where the events come to more than was reserved, or where they are
        settled already: then nothing of them may be released, and the reservation stays spent.
        """
        return self.ledger.settle(self.entry, tuple(events))
