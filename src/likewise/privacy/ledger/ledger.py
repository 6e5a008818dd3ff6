"""A ledger: one file that remembers every release on the same people, across runs, techniques and processes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from likewise.core.card import Receipt
from likewise.privacy.accountant import Event
from likewise.privacy.ledger import refusing, standing
from likewise.privacy.ledger.chain import entries_of
from likewise.privacy.ledger.entry import FORMAT, NOTHING, Entry
from likewise.privacy.ledger.file import LedgerFile, locked
from likewise.privacy.ledger.reservation import Reservation
from likewise.privacy.ledger.standing import Standing
from likewise.privacy.ledger.witness import Witness

DEFAULT = "ledger.jsonl"
"""The name of a ledger where none is given."""


class Ledger:
    """Keep budgets for sets of people, and every release on them, in one file of a line an entry.

    A fit reserves what it may cost before it sees data and commits what it did cost. Each line holds a hash of itself
    and of the line before, and a witness in the user's state folder knows how far the ledger had come, so that edits
    and older copies are found; that somebody who may write both rewrote both is not. The file must lie on a local disk:
    locks on network drives cannot be relied on.

    Use when: people are in the data of more than one release, which they are as soon as a model is fitted twice.

    >>> import tempfile; folder = Path(tempfile.mkdtemp())
    >>> ledger = Ledger.open(folder / "ledger.jsonl", new=True, witness=folder)
    >>> ledger.set_budget("patients", 3.0, 1e-5).number
    2
    >>> held = ledger.reserve(1.0, 1e-5, people="patients")
    >>> round(ledger.left("patients"), 2)
    2.76
    """

    def __init__(self, path: Path, witness: Witness) -> None:
        self.path, self._witness = path, witness

    @classmethod
    def open(cls, path: str | Path = DEFAULT, *, new: bool = False, witness: str | Path | None = None) -> Self:
        """Return the ledger at a path after checking all of it; `new` begins one where there is none.

        `witness` is the folder that remembers how far ledgers had come; the user's state folder where none is given.
        Raises SourceError where the file cannot be read, PrivacyError where it was changed or is older than one seen.
        """
        ledger = cls(Path(path), Witness(None if witness is None else Path(witness)))
        if new:
            ledger._begin()
        ledger.history()
        return ledger

    def history(self, people: str | None = None) -> tuple[Entry, ...]:
        """Return all entries, or those of a set of people and its parts."""
        with locked(self.path, write=False) as file:
            entries, _ = self._checked(file)
        if people is None:
            return entries
        return tuple(e for e in entries if e.people == people or e.people.startswith(f"{people}/"))

    def standings(self) -> tuple[Standing, ...]:
        """Return how every set of people stands, in the order of their names."""
        sets = standing.sets_of(self.history())
        return tuple(standing.standing_of(sets, name) for name in sorted(sets, key=lambda name: name.split("/")))

    def spent(self, people: str) -> Standing:
        """Return how a set of people stands. Raises PrivacyError where the ledger does not know it."""
        sets = standing.sets_of(self.history())
        if standing.budget_of(sets, people) is None and people not in sets:
            raise refusing.unknown(people, sorted(sets), self.path)
        return standing.standing_of(sets, people)

    def left(self, people: str) -> float:
        """Return the epsilon that one more release on these people may have, at their budget's delta."""
        return self.spent(people).left

    def set_budget(self, people: str, epsilon: float, delta: float, *, unit: str = "row", reason: str = "") -> Entry:
        """Set what may be spent on a set of people, and return the entry; the one that stands where nothing changes.

        `unit` is what is protected: `row`, or the column by whose values rows belong to somebody. Raises PrivacyError
        where a budget is raised without a `reason`, or its unit changed after a release; lowering is always allowed.
        """
        refusing.check_name(people, self.path)
        refusing.check_budget(epsilon, delta)
        with locked(self.path, write=True) as file:
            entries, end = self._checked(file)
            sets = standing.sets_of(entries)
            before = sets[people].budget if people in sets else None
            if before is not None and (before.epsilon, before.delta, before.unit) == (epsilon, delta, unit):
                return before
            refusing.check_unit_kept(sets, people, unit, self.path)
            if before is not None and not reason.strip():
                refusing.check_not_raised(before, epsilon, delta, self.path)
            return self._add(file, entries, end, kind="budget", people=people, unit=unit, epsilon=float(epsilon),
                             delta=float(delta), reason=reason)  # fmt: skip

    def reserve(
        self, epsilon: float, delta: float, *, people: str, unit: str = "row", slack: float = 0.0,
        events: Sequence[Event] = (), technique: str = "", what: str = "", contract: str = "",
    ) -> Reservation:  # fmt: skip
        """Set aside what a fit may cost, before it sees the data; `slack` is that of its `Account`.

        Where it is known what will be released, `events` say it: a fit to random parts of the data (DP-SGD) must, as
        it is no Gaussian release of that epsilon. `contract` is the digest of the domains that it declares. Raises
        PrivacyError where any budget that protects these people has less left, where they have none, or where it
        protects another unit.
        """
        refusing.check_name(people, self.path)
        refusing.check_budget(epsilon, delta, slack)
        with locked(self.path, write=True) as file:
            entries, end = self._checked(file)
            sets = standing.sets_of(entries)
            refusing.check_unit(sets, people, unit, self.path)
            wanted = Entry(number=len(entries) + 1, time=_now(), kind="reserve", people=people, unit=unit,
                           epsilon=float(epsilon), delta=float(delta), slack=slack, technique=technique, what=what,
                           contract=contract, events=tuple(events), previous="")  # fmt: skip
            refusing.check_claim(wanted, events, self.path)
            if not standing.fits(sets, people, standing.held(wanted)):
                raise refusing.spent(standing.room(sets, people, slack), wanted, self.path)
            return Reservation(self, self._append(file, entries, end, wanted))

    def settle(self, reservation: Entry, events: tuple[Event, ...]) -> Receipt:
        """Write down what a reservation came to; see `Reservation.commit`."""
        with locked(self.path, write=True) as file:
            entries, end = self._checked(file)
            sets = standing.sets_of(entries)
            known = sets.get(reservation.people)
            if known is None or known.open.get(reservation.number) != reservation:
                raise refusing.settled(reservation, self.path)
            refusing.check_claim(reservation, events, self.path)
            if not standing.covers(standing.held(reservation), events) and not standing.fits(
                sets, reservation.people, events, instead=reservation.number
            ):
                raise refusing.overspent(reservation, self.path)
            same = {name: getattr(reservation, name) for name in ("people", "unit", "technique", "what", "contract")}
            found = {"kind": "commit", "events": events} if events else {"kind": "return"}
            return self._receipt(entries, self._add(file, entries, end, **same, **found, reserved=reservation.number))

    def holds(self, receipt: Receipt) -> bool:
        """Say whether a release that a model's card names stands in this ledger, as it was written."""
        entries = self.history()
        return receipt in (self._receipt(entries, e) for e in entries[receipt.number - 1 : receipt.number])

    def _begin(self) -> None:
        self._witness.ready()
        with locked(self.path, write=True, new=True) as file:
            entries, end = self._checked(file)
            if not entries:
                self._add(file, entries, end, kind="opened", format=FORMAT, ledger=uuid.uuid4().hex)

    def _checked(self, file: LedgerFile) -> tuple[tuple[Entry, ...], int]:
        found = entries_of(file.content(), str(self.path))
        self._witness.check(found[0], self.path)
        return found

    def _add(self, file: LedgerFile, entries: Sequence[Entry], end: int, **fields: Any) -> Entry:
        return self._append(file, entries, end, Entry(number=len(entries) + 1, time=_now(), previous="", **fields))

    def _append(self, file: LedgerFile, entries: Sequence[Entry], end: int, entry: Entry) -> Entry:
        """Write an entry behind the others, then let the witness know: a ledger may be ahead of it, never behind."""
        self._witness.ready()
        line = entry.model_copy(update={"previous": entries[-1].hash if entries else NOTHING}).line()
        written = Entry.read(line.rstrip(b"\n"))
        assert written is not None
        file.add(line, end)
        self._witness.note(entries[0].ledger if entries else written.ledger, written, self.path)
        return written

    def _receipt(self, entries: Sequence[Entry], entry: Entry) -> Receipt:
        return Receipt(ledger=entries[0].ledger, people=entry.people, number=entry.number, hash=entry.hash)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
