"""Remember every release on the same people, in one file that cannot be overspent and whose damage is found."""

from likewise.privacy.ledger.entry import Entry
from likewise.privacy.ledger.ledger import Ledger
from likewise.privacy.ledger.reservation import Reservation
from likewise.privacy.ledger.standing import Standing

__all__ = ["Entry", "Ledger", "Reservation", "Standing"]
