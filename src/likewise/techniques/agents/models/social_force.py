"""Social forces: what others and walls do to somebody who walks, as if they pushed.

Helbing and Molnár, 1995, Physical Review E 51, with the numbers given there.
"""

from __future__ import annotations

from typing import Any

from likewise.techniques.agents.language.arithmetic import exp, more, sqrt, where
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.spaces.plane import direction, length

AHEAD = 2.0
"""Seconds that people think ahead for others."""

WALL, WALL_REACH = 10.0, 0.2
"""How strongly walls push off, and the metres over which that falls to a third."""

SEEN, UNSEEN = -0.17364817766693033, 0.5
"""The cosine of 100 degrees to each side, within which people see; how much of a push counts that they do not see."""


@term()
def push(i: Any, j: Any, w: Any) -> Any:
    """Return how another accelerates somebody: away from where they are, and from where they are about to be."""
    people, p = w.people, w.p
    x, y = people.x[i] - people.x[j], people.y[i] - people.y[j]
    ahead_x, ahead_y = AHEAD * people.speed_x[j], AHEAD * people.speed_y[j]
    off, off_later = length(x, y), length(x - ahead_x, y - ahead_y)
    both = off + off_later
    room = 0.5 * sqrt(more(both * both - ahead_x * ahead_x - ahead_y * ahead_y, 1e-12))
    size = p.strength / p.reach * exp(-room / p.reach) * both / (4.0 * room)
    (now_x, now_y), (later_x, later_y) = direction(x, y), direction(x - ahead_x, y - ahead_y)
    push_x, push_y = size * (now_x + later_x), size * (now_y + later_y)
    in_face = -people.speed_x[i] * push_x - people.speed_y[i] * push_y
    is_seen = in_face >= SEEN * length(people.speed_x[i], people.speed_y[i]) * length(push_x, push_y)
    counts = where(is_seen, 1.0, UNSEEN)
    return counts * push_x, counts * push_y


@term()
def off_walls(y: Any, width: Any) -> Any:
    """Return how the walls of a corridor accelerate somebody who is so far from the lower one."""
    return WALL / WALL_REACH * (exp(-y / WALL_REACH) - exp((y - width) / WALL_REACH))
