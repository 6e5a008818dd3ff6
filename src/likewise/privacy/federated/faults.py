"""Why one side goes no further: one word on the wire, a sentence for whoever reads it."""

from __future__ import annotations

from typing import Literal, get_args

from likewise.errors import LikewiseError, PrivacyError

Reason = Literal[
    "agreement",
    "full",
    "garbage",
    "late",
    "name",
    "order",
    "overspent",
    "parties",
    "question",
    "secret",
    "stopped",
    "version",
]

SAID: dict[Reason, str] = {
    "agreement": "a party does not agree to the contract or the budget",
    "full": "all parties that were awaited are there",
    "garbage": "what all parties sent does not add up to counts of rows",
    "late": "the other side did not answer in time",
    "name": "another party has that name, or it is none that a party may have",
    "order": "a message came that the protocol does not allow",
    "overspent": "a release would cost more than what is left of a party's budget",
    "parties": "fewer parties are left than it takes to open their sum",
    "question": "a party was asked for what was not agreed",
    "secret": "a party shared out another secret than it masked its counts by",
    "stopped": "the other side stopped",
    "version": "the other side speaks another version of the protocol",
}

HINTS: dict[Reason, str] = {
    "agreement": "agree on one contract and budget: every party is shown them before it counts a row",
    "garbage": "one of the parties sent what it should not; the masks hide which",
    "name": "give each party a name of its own, of letters, digits, dots, dashes and underscores",
    "parties": "start again with the parties that are there, or with a lower threshold",
    "version": "install the same version of likewise everywhere",
}


def fault(why: Reason, where: str | None = None) -> PrivacyError:
    """Return the error of a side that goes no further."""
    return PrivacyError(f"privacy.federated-{why}", SAID[why], where=where, hint=HINTS.get(why))


def reason(error: LikewiseError) -> Reason:
    """Return the word for an error: all that the other side is told of it."""
    word = error.code.removeprefix("privacy.").removeprefix("federated-")
    return next((known for known in get_args(Reason) if known == word), "stopped")
