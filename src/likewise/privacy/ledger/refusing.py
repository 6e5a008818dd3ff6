"""What a ledger refuses, and what it says then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from likewise.errors import PrivacyError, suggest
from likewise.privacy.accountant import CLOSE, Event
from likewise.privacy.accountant import spent as epsilon_spent
from likewise.privacy.ledger.entry import Entry
from likewise.privacy.ledger.standing import Sets, epsilon_left, lines_through, path_of

LEAST = 0.001
"""An epsilon below which nothing is offered."""


def check_name(people: str, path: Path) -> None:
    """Raise PrivacyError for a name that cannot be told in a line."""
    parts = people.split("/")
    if len(people) > 200 or not people.isprintable() or any(part != part.strip() or not part for part in parts):
        raise PrivacyError("privacy.ledger-name", "people are named by a short text, their parts behind a slash",
                           where=str(path), hint="write e.g. patients or patients/2025")  # fmt: skip


def check_budget(epsilon: float, delta: float, slack: float = 0.0) -> None:
    """Raise PrivacyError for numbers that are no budget."""
    if not (_is_number(epsilon) and 0 < epsilon < math.inf):
        raise PrivacyError("privacy.epsilon", "epsilon is a number above 0", hint="1 is a common choice, 10 a weak one")
    if not (_is_number(delta) and 0 < delta < 1):
        raise PrivacyError("privacy.delta", "delta is a number between 0 and 1",
                           hint="far below one in the number of people, such as 1e-6")  # fmt: skip
    if not 0 <= slack < delta:
        raise PrivacyError("privacy.delta", "the slack is a part of delta", hint="give less slack than delta")


def check_claim(reservation: Entry, events: Sequence[Event], path: Path) -> None:
    """Raise PrivacyError where releases cost more than the epsilon and delta that are reserved for them."""
    assert reservation.epsilon is not None and reservation.delta is not None
    failing = sum(event.delta for event in events)
    rest = reservation.delta - reservation.slack + failing  # no more may be spent of delta than what is no slack
    if failing > reservation.slack * (1 + CLOSE) or (
        events and epsilon_spent(events, rest) > reservation.epsilon * (1 + 10 * CLOSE)
    ):
        raise overspent(reservation, path)


def check_unit(sets: Sets, people: str, unit: str, path: Path) -> None:
    """Raise PrivacyError where people have no budget, or one that protects something else."""
    budgets = [p.budget for line in lines_through(sets, people) for p in line if p.budget is not None]
    if not budgets:
        raise PrivacyError("privacy.no-budget", f"no budget is set for `{people}`", where=str(path), hint=_how(people))
    for budget in budgets:
        if budget.unit != unit:
            raise PrivacyError("privacy.ledger-unit", f"the budget of `{budget.people}` protects {_said(budget.unit)}, "
                               f"and this would protect {_said(unit)}", where=str(path),
                               hint=f"fit with the unit `{budget.unit}`")  # fmt: skip


def check_unit_kept(sets: Sets, people: str, unit: str, path: Path) -> None:
    """Raise PrivacyError where a budget would protect something else than those of a set that it overlaps.

    What was released to protect rows says nothing of what it gave away of somebody with many of them.
    """
    top = path_of(people)[0]
    kin = [known for name, known in sets.items() if path_of(name)[0] == top]
    for other in [known.budget for known in kin if known.budget is not None and (known.name != people or known.costs)]:
        if other.unit != unit:
            raise PrivacyError("privacy.ledger-unit", f"the budget of `{other.people}` protects {_said(other.unit)}, "
                               f"and this one would protect {_said(unit)}", where=str(path),
                               hint=f"set it with the unit `{other.unit}`")  # fmt: skip


def check_not_raised(before: Entry, epsilon: float, delta: float, path: Path) -> None:
    """Raise PrivacyError where a budget would be larger than before."""
    assert before.epsilon is not None and before.delta is not None
    if epsilon > before.epsilon or delta > before.delta:
        raise PrivacyError("privacy.budget-raised", f"the budget of `{before.people}` is epsilon {before.epsilon:g} at "
                           f"delta {before.delta:g}, and raising it needs a reason", where=str(path),
                           hint="say why with `reason`: it stands in the history for good")  # fmt: skip


def spent(room: float, wanted: Entry, path: Path) -> PrivacyError:
    """Return the error of a reservation for which the `mu` that is left is too little."""
    assert wanted.epsilon is not None and wanted.delta is not None
    left = epsilon_left(room, wanted.delta - wanted.slack)
    hint = f"ask for epsilon {_floored(left)} at most" if left >= LEAST else "use what was made before"
    return PrivacyError("privacy.budget-spent", f"the budget of `{wanted.people}` has epsilon {_floored(left)} left at "
                        f"delta {wanted.delta:g}, and this would take {wanted.epsilon:g}", where=str(path),
                        hint=f"{hint}, or raise the budget with a reason: likewise budget set")  # fmt: skip


def settled(reservation: Entry, path: Path) -> PrivacyError:
    """Return the error of a reservation that is not open."""
    return PrivacyError("privacy.ledger-settled", "the reservation was settled before, or is not of this ledger",
                        where=f"{path}:{reservation.number}", hint="commit a reservation once")  # fmt: skip


def overspent(reservation: Entry, path: Path) -> PrivacyError:
    """Return the error of a fit that was charged more than it had reserved."""
    return PrivacyError("privacy.overspent", "the releases cost more than was reserved for them",
                        where=f"{path}:{reservation.number}", hint="release nothing of this fit")  # fmt: skip


def unknown(people: str, known: Sequence[str], path: Path) -> PrivacyError:
    """Return the error of a set that the ledger does not know."""
    return PrivacyError("privacy.ledger-people", f"the ledger knows no people `{people}`", where=str(path),
                        hint=suggest(people, known, "set") if known else _how(people))  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _floored(epsilon: float) -> str:
    """Write an epsilon with three decimals, rounded down, so that what is offered can be had."""
    return f"{math.floor(epsilon * 1000) / 1000:g}"


def _said(unit: str) -> str:
    return "rows" if unit == "row" else f"all rows of one `{unit}`"


def _how(people: str) -> str:
    return f"set one: likewise budget set {people} --epsilon 3 --delta 1e-6"
