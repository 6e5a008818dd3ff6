"""Rules: what agents do at their turn, and in which order they do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Order = Literal["shuffled", "together", "queued"]


PUTS = 8
"""Events that one act may put into the queue where its rule says no other number."""


@dataclass(frozen=True)
class Rule:
    """Hold a rule: what an agent of a population does, and how much it may do in one act.

    How many agents it may give birth to, how many events it may note, and how many it may put into the queue. Those
    that are born belong `into` a population, by default that of the agent.
    """

    act: Callable[..., Any]
    who: str
    order: Order
    sets: tuple[str, ...] = ()
    births: int = 0
    notes: int = 1
    into: str = ""
    puts: int = PUTS

    @property
    def children(self) -> str:
        """The population that is given birth to."""
        return self.into or self.who


def shuffled(who: str, *, births: int = 0, into: str = "", notes: int = 1) -> Callable[[Callable[..., Any]], Rule]:
    """Let agents act one after another, in a new order at each step; each sees what those before it did.

    The rule is called as `rule(i, w)`: the place of an agent and the world.
    """
    return lambda act: Rule(act, who, "shuffled", births=births, notes=notes, into=into)


def together(who: str, *, sets: tuple[str, ...], notes: int = 1) -> Callable[[Callable[..., Any]], Rule]:
    """Let all agents act at once; each sees the world as it was before.

    The rule is called as `rule(i, w, new)` and writes the columns that it `sets` into `new`. One without `if` and
    without loops over agents runs on whole columns as well.
    """
    return lambda act: Rule(act, who, "together", sets=sets, notes=notes)


def queued(
    who: str, *, births: int = 0, into: str = "", notes: int = 1, puts: int = PUTS
) -> Callable[[Callable[..., Any]], Rule]:
    """Let agents act when their time comes, at any moment; each act may put further ones into the queue.

    The rule is called as `rule(i, what, w, now)`: what is to be done is a number that it put there itself.
    """
    return lambda act: Rule(act, who, "queued", births=births, notes=notes, into=into, puts=puts)
