"""Lanes: who drives where along a road, who is ahead and behind, and beside."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.language.arithmetic import where
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.population import living

Ints = npt.NDArray[np.int64]

FAR = 1e9
"""The room before a vehicle that has none ahead, in metres."""


class Lanes(NamedTuple):
    """Hold lanes of one length side by side, numbered from the right, and who is next to whom; -1 for nobody.

    `ahead` and `behind` are of the own lane, `beside_ahead` and `beside_behind` of the one to the `side`, left (1) or
    right (-1): one side at each step, so that no two who change at once come into each other's way. `front` and `rear`
    are the first and the last in each lane. The population has the columns `lane`, `x` (where its front is) and
    `length`.
    """

    length: float
    number: int
    is_ring: bool
    ahead: Ints
    behind: Ints
    beside_ahead: Ints
    beside_behind: Ints
    front: Ints
    rear: Ints
    order: Ints
    side: Ints


def lanes(length: float, number: int, is_ring: bool) -> Lanes:
    """Return lanes on which nobody has been looked for yet."""
    nobody, none = np.full(number, -1), np.zeros(0, np.int64)
    return Lanes(float(length), number, is_ring, none, none, none, none, nobody, nobody, none, np.array([-1]))


def arranged(lanes: Lanes, who: Any) -> Lanes:
    """Return lanes with everybody where they are now, and the other side to change to."""
    order = _known(lanes.order, who)
    stride = 2.0 * lanes.length
    key = who.lane[order] * stride + who.x[order]
    # Few have overtaken since the last step: of what is nearly in order, a stable sort is a matter of one pass.
    by = np.argsort(key, kind="stable")
    order, key = order[by], key[by]
    every = np.arange(lanes.number)
    first = np.searchsorted(key, np.arange(lanes.number + 1) * stride)
    # One list of all lanes, in which two places stand before and after each: nobody, or on a ring its other end.
    heads, tails = first[:-1] + 2 * every, first[1:] + 2 * every + 1
    listed = np.full(len(order) + 2 * lanes.number, -1)
    lane, side = who.lane[order], -lanes.side
    at = np.arange(1, len(order) + 1) + 2 * lane
    listed[at] = order
    rear, front = listed[heads + 1], listed[tails - 1]
    if lanes.is_ring:
        listed[heads], listed[tails] = front, rear
    to = np.clip(lane + side, 0, lanes.number - 1)
    beside = np.searchsorted(key, key + (to - lane) * stride) + 2 * to
    held = np.full((4, len(who.id)), -1)
    held[:, order] = listed[at + 1], listed[at - 1], listed[beside + 1], listed[beside]
    return lanes._replace(ahead=held[0], behind=held[1], beside_ahead=held[2], beside_behind=held[3],
                          front=front, rear=rear, order=order, side=side)  # fmt: skip


def _known(order: Ints, who: Any) -> Ints:
    """Return all who live, those who did before in the order that they had."""
    kept = order[who.id[order] >= 0]
    is_new = np.zeros(len(who.id), np.bool_)
    is_new[living(who)] = True
    is_new[kept] = False
    return np.concatenate([kept, np.flatnonzero(is_new)])


@term()
def clearance(lanes: Any, who: Any, i: Any, j: Any) -> Any:
    """Return the room from the front of one to the rear of another ahead, in metres; `FAR` where either is nobody."""
    room = who.x[j] - who.x[i]
    room = room + where(lanes.is_ring & ((room < 0.0) | (i == j)), lanes.length, 0.0)
    return where((i < 0) | (j < 0), FAR, room - who.length[j])
