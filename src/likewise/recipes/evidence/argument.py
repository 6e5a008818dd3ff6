"""Derive a model's guarantee once more from what its card says was released, trusting no total."""

from __future__ import annotations

import math
from collections.abc import Sequence

from likewise.core.card import Privacy
from likewise.privacy.accountant import CLOSE, Event, delta_of, spent
from likewise.recipes.evidence.facts import Argument, Step

ACCUSED = (0.001, 0.01, 0.05)
"""Shares of people wrongly accused at which it is said how many others an attacker can find."""
LISTED = 40
"""Steps beyond which those of one mechanism and price are told in one line."""


def argument_of(privacy: Privacy) -> Argument | None:
    """Return how the claimed guarantee follows; None where none is claimed.

    >>> claim = Privacy(statement="", epsilon=1.0, delta=1e-5, events=(Event.gaussian(4.0).to_dict(),))
    >>> found = argument_of(claim)
    >>> found.mu, found.holds, round(found.comes_to, 3)
    (0.25, True, 0.926)
    """
    if privacy.epsilon is None:
        return None
    delta = privacy.delta or 0.0
    events = [Event.from_dict(event) for event in privacy.events]
    whole = bool(events) and all(event.rate == 1 for event in events)
    mu = math.sqrt(sum(event.mu**2 for event in events)) if whole else None
    failing = sum(event.delta for event in events)
    comes_to = spent(events, delta) if events else None
    return Argument(
        epsilon=privacy.epsilon,
        delta=delta,
        unit=privacy.unit,
        neighbours=privacy.neighbours or "not said",
        parties=privacy.parties,
        steps=steps_of(events),
        mu=mu,
        failing=failing,
        reached=None if mu is None else delta_of(mu, privacy.epsilon) + failing,
        comes_to=comes_to,
        holds=None if comes_to is None else comes_to <= privacy.epsilon * (1 + 1000 * CLOSE),
        factor=math.exp(min(privacy.epsilon, 700.0)),
        found={f"{share:g}": most_found(share, privacy.epsilon, delta, mu, failing) for share in ACCUSED},
    )


def most_found(accused: float, epsilon: float, delta: float, mu: float | None = None, failing: float = 0.0) -> float:
    """Return the share of people in the data that any attacker finds who wrongly accuses a share of the others.

    >>> round(most_found(0.01, 1.0, 1e-5), 4), round(most_found(0.01, 1.0, 1e-5, mu=0.25), 4)
    (0.0272, 0.0189)
    """
    from scipy.special import ndtr, ndtri

    bounds = [1.0, math.exp(min(epsilon, 700.0)) * accused + delta, 1 - math.exp(-epsilon) * (1 - delta - accused)]
    if mu is not None:
        bounds.append(float(ndtr(ndtri(min(1.0, accused + failing)) + mu)) + failing)
    return min(bounds)


def steps_of(events: Sequence[Event]) -> tuple[Step, ...]:
    """Return one step an event, or one a mechanism and price where there are many."""
    if len(events) <= LISTED:
        return tuple(_step(event, [event.what or "not said"]) for event in events)
    alike: dict[Event, list[str]] = {}
    for event in events:
        alike.setdefault(event.model_copy(update={"what": ""}), []).append(event.what or "not said")
    return tuple(_step(event, whats) for event, whats in alike.items())


def _step(event: Event, whats: Sequence[str]) -> Step:
    return Step(what=_many(whats), mechanism=event.mechanism, times=len(whats), mu=event.mu, delta=event.delta,
                rate=event.rate, answers=event.steps)  # fmt: skip


def _many(whats: Sequence[str]) -> str:
    names = list(dict.fromkeys(whats))
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")
