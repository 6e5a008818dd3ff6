"""What entities differ in: how often they come, for how long, how regularly, at which hours, to how many values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.habits.axis import FORM, HOURS, SPAN, Axis, hour
from likewise.techniques.agents.habits.history import History

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DIFFERENT = "different "
"""Before the number of a kind of values, in the name of the trait that says how many of them an agent uses."""

FEWEST_GAPS = 4
"""Gaps from which on it is told how one hangs together with the next."""


def trait_names(axis: Axis, kinds: int) -> tuple[str, ...]:
    """Return the names of the traits of agents that use so many kinds of values."""
    hours = ("hour", "uneven hours") if axis.told[FORM] == HOURS else ()
    kinds_of = (f"{DIFFERENT}{j + 1}" for j in range(kinds))
    return "events", "occasions", "first", "lasting", *kinds_of, "uneven", "memory", "uneven sizes", *hours


class Budget(NamedTuple):
    """Hold what each agent is to come to: how many events on how many occasions, from when to when, and how many
    different values of each kind (agents, kinds) it uses.
    """

    events: Ints
    occasions: Ints
    first: Floats
    last: Floats
    distinct: Ints


def traits_of(history: History) -> dict[str, npt.NDArray[np.generic]]:
    """Return what is told of each entity, by name: first what makes up its budget, then what tells how it uses it.

    `first` is a share of the time of the table, `lasting` one of what is left of it then. What an entity is too short
    for to tell is NaN.
    """
    axis, who, when = history.axis, history.who, history.when
    entities, span = history.entities, history.axis.told[SPAN]
    begun = when[history.first]
    with np.errstate(divide="ignore", invalid="ignore"):
        lasting = np.where(history.occasions > 1, (history.end - begun) / (span - begun), np.nan)
        gaps = history.gap > 0
        logs = np.log(history.gap[gaps])
    found: dict[str, npt.NDArray[np.generic]] = {
        "events": history.events, "occasions": history.occasions, "first": begun / span, "lasting": lasting,
    }  # fmt: skip
    found |= {f"{DIFFERENT}{j + 1}": returns.distinct for j, returns in enumerate(history.returns)}
    found["uneven"] = _spread(logs, who[gaps], entities)
    found["memory"] = _memory(history)
    found["uneven sizes"] = _spread(np.log(history.size), who, entities)
    if axis.told[FORM] == HOURS:
        hours = np.asarray(hour(axis, when))
        found["hour"], found["uneven hours"] = _mean(hours, who, entities), _spread(hours, who, entities)
    return {name: found[name] for name in trait_names(axis, len(history.values))}


def budget_of(traits: dict[str, Floats], span: float, kinds: int) -> Budget:
    """Return what agents of such traits are to come to, mended where the traits contradict each other."""
    events = np.maximum(np.rint(traits["events"]), 1).astype(np.int64)
    occasions = np.clip(np.rint(traits["occasions"]), 1, events).astype(np.int64)
    first = np.clip(traits["first"], 0.0, 1.0) * span
    lasting = np.where(occasions > 1, np.nan_to_num(traits["lasting"], nan=0.5).clip(0.0, 1.0), 0.0)
    distinct = np.zeros((len(events), kinds), np.int64)
    for j in range(kinds):
        distinct[:, j] = np.clip(np.rint(traits[f"{DIFFERENT}{j + 1}"]), 1, events)
    return Budget(events, occasions, first, first + lasting * (span - first), distinct)


def _memory(history: History) -> Floats:
    """Return how the logarithms of successive gaps of an entity hang together."""
    pairs = np.flatnonzero(history.gap_before > 0)
    who, first, second = history.who[pairs], np.log(history.gap_before[pairs]), np.log(history.gap[pairs])
    entities = history.entities
    count = np.bincount(who, minlength=entities)
    one, two = (own - _mean(own, who, entities)[who] for own in (first, second))
    together, *spreads = (np.bincount(who, own, entities) for own in (one * two, one**2, two**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = together / np.sqrt(spreads[0] * spreads[1])
    return np.where((count >= FEWEST_GAPS) & np.isfinite(found), found, np.nan)


def _mean(values: Floats, who: Ints, entities: int) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(who, values, entities) / np.bincount(who, minlength=entities))


def _spread(values: Floats, who: Ints, entities: int) -> Floats:
    """Return the standard deviation of each entity's values, NaN where it has fewer than two."""
    count = np.bincount(who, minlength=entities)
    squares = np.bincount(who, (values - _mean(values, who, entities)[who]) ** 2, entities)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def as_seen(traits: dict[str, npt.NDArray[np.generic]]) -> Floats:
    """Return traits as the columns that decisions look at: counts by their logarithm."""
    return np.column_stack([np.log(np.maximum(own, 1)) if _is_count(name) else own for name, own in traits.items()])


def _is_count(name: str) -> bool:
    return name in ("events", "occasions") or name.startswith(DIFFERENT)
