"""Social forces: what others and walls do to somebody who walks, as if they pushed.

Helbing and Molnár, 1995, Physical Review E 51, with the numbers given there. Others push from all of the way that they
are about to come closer by, and not, as in 1995, from that by which they move themselves: with that, people who go the
same way do not push each other aside, and lanes come about (Johansson, Helbing and Shukla, 2007, Advances in Complex
Systems 10).
"""

from __future__ import annotations

from typing import Any

from likewise.techniques.agents import direction, exp, length, more, sqrt, term, where

WALL, WALL_REACH = 10.0, 0.2
"""How strongly walls push off, and the metres over which that falls to a third."""

SEEN, UNSEEN = -0.17364817766693033, 0.5
"""The cosine of 100 degrees to each side, within which people see; how much of a push counts that they do not see."""


@term()
def push(i: Any, j: Any, w: Any) -> Any:
    """Return how another accelerates somebody: away from where they are, and from where they are about to be.

    It is the slope of `strength` * exp(-b / `reach`), where b is half the width of the ellipse about both places on
    which one stands; less of it where one does not see it.
    """
    people, p = w.people, w.p
    x, y = people.x[i] - people.x[j], people.y[i] - people.y[j]
    comes_x = p.ahead * (people.speed_x[j] - people.speed_x[i])
    comes_y = p.ahead * (people.speed_y[j] - people.speed_y[i])
    off, off_later = length(x, y), length(x - comes_x, y - comes_y)
    both = off + off_later
    room = 0.5 * sqrt(more(both * both - comes_x * comes_x - comes_y * comes_y, 1e-12))
    size = p.strength / p.reach * exp(-room / p.reach) * both / (4.0 * room)
    (now_x, now_y), (later_x, later_y) = direction(x, y), direction(x - comes_x, y - comes_y)
    push_x, push_y = size * (now_x + later_x), size * (now_y + later_y)
    in_face = -people.speed_x[i] * push_x - people.speed_y[i] * push_y
    is_seen = in_face >= SEEN * length(people.speed_x[i], people.speed_y[i]) * length(push_x, push_y)
    counts = where(is_seen, 1.0, UNSEEN)
    return counts * push_x, counts * push_y


@term()
def off_walls(y: Any, width: Any) -> Any:
    """Return how the walls of a corridor accelerate somebody who is so far from the lower one."""
    return WALL / WALL_REACH * (exp(-y / WALL_REACH) - exp((y - width) / WALL_REACH))
