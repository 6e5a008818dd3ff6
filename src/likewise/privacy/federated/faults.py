"""Why one side goes no further: one word on the wire, a sentence for whoever reads it."""

from __future__ import annotations

from typing import Literal

from likewise.errors import LikewiseError, PrivacyError

Reason = Literal[
    "absent", "agreement", "budget-spent", "full", "garbage", "late", "name", "order", "overspent", "parties",
    "question", "secret", "stopped", "undeclared", "version",
]  # fmt: skip

FAULTS: dict[Reason, PrivacyError] = {
    "absent": PrivacyError(
        "privacy.absent", "a party's rows lack a column that the contract declares",
        hint="let each party read the contract, and name its columns so"),
    "agreement": PrivacyError(
        "privacy.federated-agreement", "a party does not agree to the contract or the budget",
        hint="agree on one contract and budget: every party is shown them before it counts a row"),
    "budget-spent": PrivacyError(
        "privacy.budget-spent", "a party's ledger has less left than the fit would take",
        hint="ask for a smaller epsilon, or let the party see `likewise budget show`"),
    "full": PrivacyError("privacy.federated-full", "all parties that were awaited are there"),
    "garbage": PrivacyError(
        "privacy.federated-garbage", "what all parties sent does not add up to counts of rows",
        hint="one of the parties sent what it should not; the masks hide which"),
    "late": PrivacyError("privacy.federated-late", "the other side did not answer in time"),
    "name": PrivacyError(
        "privacy.federated-name", "another party has that name, or it is none that a party may have",
        hint="give each party a name of its own, of letters, digits, dots, dashes and underscores"),
    "order": PrivacyError("privacy.federated-order", "a message came that the protocol does not allow"),
    "overspent": PrivacyError(
        "privacy.federated-overspent", "a release would cost more than what is left of a party's budget"),
    "parties": PrivacyError(
        "privacy.federated-parties", "fewer parties are there than it takes to open their sum",
        hint="start again with the parties that are there, or with a lower threshold"),
    "question": PrivacyError("privacy.federated-question", "a party was asked for what was not agreed"),
    "secret": PrivacyError(
        "privacy.federated-secret", "a party shared out another secret than it masked its counts by"),
    "stopped": PrivacyError("privacy.federated-stopped", "the other side stopped"),
    "undeclared": PrivacyError(
        "privacy.undeclared", "a party's rows have a column that the contract does not declare",
        hint="let the party leave it out, or declare `rest: ignore`"),
    "version": PrivacyError(
        "privacy.federated-version", "the other side speaks another version of the protocol",
        hint="install the same version of likewise everywhere"),
}  # fmt: skip


def fault(why: Reason, where: str | None = None) -> PrivacyError:
    """Return the error of a side that goes no further.

    >>> fault("late", "hospital-a").code
    'privacy.federated-late'
    """
    told = FAULTS[why]
    return PrivacyError(told.code, told.what, where=where, hint=told.hint)


def reason(error: LikewiseError) -> Reason:
    """Return the word for an error: all that the other side is told of it."""
    word = error.code.removeprefix("privacy.").removeprefix("federated-")
    return next((known for known in FAULTS if known == word), "stopped")
