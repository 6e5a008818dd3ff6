"""Steps: all agents of a population act once, together or one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from likewise.core.seeds import generator
from likewise.techniques.agents.compiling import How, around
from likewise.techniques.agents.notes import put_in_order
from likewise.techniques.agents.population import living, of_columns
from likewise.techniques.agents.rule import Rule


def take_turns(rule: Rule, w: Any, *, seed: int, turn: int, how: How) -> None:
    """Let the agents of a rule act once, in a way that it can be run in: a shuffled one not on whole columns."""
    who = getattr(w, rule.who)
    who.turn[:] = turn
    places = living(who)
    if not len(places):
        return
    if rule.order == "shuffled":
        order = generator(seed, "order", turn).permutation(places)
        around(_one_after_another, rule.act, how)(order, who.id[order], who, w)
        return
    new = of_columns("new", {name: getattr(who, name).copy() for name in rule.sets})
    first = int(w.log.used[0])
    if how == "arrays":
        rule.act(places, w, new)
    else:
        around(_all_at_once, rule.act, how)(places, w, new)
    put_in_order(w.log, first)
    for name in rule.sets:
        getattr(who, name)[:] = getattr(new, name)


def _one_after_another(act: Any) -> Callable[..., None]:
    def run(order: Any, ids: Any, who: Any, w: Any) -> None:
        for n in range(len(order)):
            if who.id[order[n]] == ids[n]:  # not so of the dead, nor of who was born in their place
                act(order[n], w)

    return run


def _all_at_once(act: Any) -> Callable[..., None]:
    def run(places: Any, w: Any, new: Any) -> None:
        for n in range(len(places)):
            act(places[n], w, new)

    return run
