"""What cases do: the one rule that runs every declared process.

A case is a token that goes from node to node; where a flow goes several ways at once, each way has a token of its own,
and the first waits. Token 0 is the door, by which cases come in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.techniques.agents.clocks.arrivals import next_by_hour
from likewise.techniques.agents.clocks.hours import next_span
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.language.chance import uniform
from likewise.techniques.agents.language.draws import drawn
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import born, die
from likewise.techniques.agents.process.conditions import outcome
from likewise.techniques.agents.process.program import (
    BY,
    CHANCE,
    COST,
    DO,
    END,
    FIRST,
    FORK,
    FROM,
    JOIN,
    KIND,
    LAST,
    NEXT,
    OTHERWISE,
    PATIENCE,
    RESOURCE,
    SIZE,
    TAKES,
    UNITS,
    UNTIL,
    WAIT,
    WAIT_FOR,
    WHAT,
)  # fmt: skip
from likewise.techniques.agents.process.state import (
    BEGAN,
    CAME,
    CASE,
    COME,
    COSTS,
    COUNT,
    FELLOW,
    GATHERED,
    GATHERING,
    GONE,
    HEAD,
    LATEST,
    LEFT,
    NEED,
    NODE,
    OFFSET,
    PARENT,
    RANKING,
    ROOT,
    TAIL,
    TIRED_AT,
    TOOK,
    UNIT,
    WAYS,
)  # fmt: skip
from likewise.techniques.agents.resources import LINE, ask, gives_up, release, set_capacity, wait_until
from likewise.techniques.agents.rule import queued

GO, GRANTED, DONE, TIRED, SPLIT, GATHER, JOIN_IN, COME_OUT, ARRIVE, SHIFT = range(10)
"""What tokens do: go on from their node, begin when they have a resource, end, give up, part, wait for fellows, begin
and end with them, come; and, with the number of a resource added, begin or end to work."""

STARTED, COMPLETED, WITHDRAWN = range(3)
"""What is noted of an activity: its lifecycle."""

A_SPAN, A_PATIENCE, A_WAY, ATTRIBUTES = 1, 2, 3, 16
"""What chances are asked for; attributes of a case from `ATTRIBUTES` on."""

PUTS = 4096
"""Events that one act may put into the queue: whoever waits, when a resource begins to work."""


@queued("cases", births=1, notes=2, puts=PUTS)
def act(i: Any, what: Any, w: Any, now: Any) -> None:
    """Let a token do what it is at, then go on until something takes time, then ask for what it needs."""
    tokens = w.cases
    goes_on, asks = what == GO, -1
    if what == GRANTED:
        tokens.at_[i, NEED] += 1
        asks = i
    elif what in (DONE, COME_OUT):
        if what == DONE:
            _give_back(w, i, now)
        _complete(w, i, now)
        goes_on = True
    elif what == TIRED:
        goes_on = gives_up(w.resources, tokens, i, now) and _withdraws(w, i, now)
    elif what == SPLIT:
        _split(w, i, now)
    elif what == GATHER:
        asks = _gathered(w, i, now)
    elif what == JOIN_IN:
        _start(w, i, now)
    elif what == ARRIVE:
        i = _arrived(w, i, now)
        goes_on = True
    elif what >= SHIFT:
        _change_shift(w, i, what - SHIFT, now)
    if goes_on:
        asks = _go_on(w, i, now)
    if asks >= 0:
        _acquire(w, asks, now)


@term()
def _arrived(w: Any, i: Any, now: Any) -> Any:
    """Return the token of a case that comes in, with attributes of its own; say when the next one comes."""
    tokens, state = w.cases, w.state
    number = state.counts[COME]
    state.counts[COME] = number + 1
    if number + 1 < w.settings.most:
        if w.settings.every >= 0:
            then = now + drawn(w.draws, w.settings.every, uniform(tokens, i, A_SPAN))
        else:
            then = next_by_hour(tokens, i, A_SPAN, now, w.settings.rate, w.profile, 0)
        schedule(w.queue, i, then, ARRIVE)
    j = born(tokens)
    _begin_at(w, j, w.settings.begin)
    tokens.at_[j, CASE], tokens.at_[j, ROOT], tokens.times_[j, CAME] = number, j, now
    for k in range(tokens.attributes_.shape[1]):
        tokens.attributes_[j, k] = drawn(w.draws, w.settings.attributes + k, uniform(tokens, j, ATTRIBUTES + k))
    return j


@term()
def _begin_at(w: Any, i: Any, node: Any) -> Any:
    """Make a token that is born a new one, at a node."""
    tokens = w.cases
    tokens.at_[i, NODE], tokens.at_[i, PARENT], tokens.at_[i, WAYS] = node, -1, 0
    tokens.line_[i, LINE], tokens.until_[i], tokens.at_[i, FELLOW], tokens.at_[i, UNIT] = -1, np.inf, -1, -1


@term()
def _go_on(w: Any, i: Any, now: Any) -> Any:
    """Go from node to node until something takes time; return who is then to ask for resources, -1 for nobody."""
    tokens, nodes = w.cases, w.nodes
    while True:
        n = tokens.at_[i, NODE]
        kind = nodes.rows[n, KIND]
        if kind == DO:
            return _come_to(w, i, nodes.rows[n, WHAT], now)
        if kind == WAIT:
            tokens.at_[i, NODE] = nodes.rows[n, NEXT]
            schedule(w.queue, i, now + drawn(w.draws, nodes.rows[n, WHAT], uniform(tokens, i, A_SPAN)), GO)
            return -1
        if kind == FORK:
            tokens.at_[i, WAYS] = nodes.rows[n, LAST] - nodes.rows[n, FIRST]
            tokens.at_[i, NEED] = 0
            schedule(w.queue, i, now, SPLIT)
            return -1
        if kind == END:
            w.state.counts[GONE] += 1
            w.state.sums[TOOK] += now - tokens.times_[i, CAME]
            die(tokens, i)
            return -1
        if kind == JOIN:
            parent = tokens.at_[i, PARENT]
            die(tokens, i)
            tokens.at_[parent, WAYS] -= 1
            if tokens.at_[parent, WAYS] > 0:
                return -1
            i = parent
            tokens.at_[i, NODE] = nodes.rows[tokens.at_[i, NODE], NEXT]
        elif kind == CHANCE:
            way, chance = nodes.rows[n, FIRST], uniform(tokens, i, A_WAY)
            while nodes.ends[way] < chance:
                way += 1
            tokens.at_[i, NODE] = nodes.ways[way]
            tokens.turn[i] += 1  # the next way is one of other luck
        else:
            way = outcome(w.tests, tokens.attributes_, tokens.at_[i, ROOT], nodes.rows[n, WHAT])
            tokens.at_[i, NODE] = nodes.ways[nodes.rows[n, FIRST] + way]


@term()
def _split(w: Any, i: Any, now: Any) -> Any:
    """Send a token off on the next of several ways at once."""
    tokens, nodes = w.cases, w.nodes
    n = tokens.at_[i, NODE]
    way = nodes.rows[n, FIRST] + tokens.at_[i, NEED]
    j = born(tokens)
    _begin_at(w, j, nodes.ways[way])
    tokens.at_[j, PARENT], tokens.at_[j, ROOT] = i, tokens.at_[i, ROOT]
    tokens.at_[j, CASE], tokens.times_[j, CAME] = tokens.at_[i, CASE], tokens.times_[i, CAME]
    schedule(w.queue, j, now, GO)
    tokens.at_[i, NEED] += 1
    if way + 1 < nodes.rows[n, LAST]:
        schedule(w.queue, i, now, SPLIT)


@term()
def _come_to(w: Any, i: Any, a: Any, now: Any) -> Any:
    """Come to an activity; return who is to ask for what it needs: the first of several who do it together, or -1."""
    tokens, state = w.cases, w.state
    size = w.activities.rows[a, SIZE]
    tokens.at_[i, NEED] = 0
    tokens.times_[i, TIRED_AT] = now + drawn(w.draws, w.activities.rows[a, PATIENCE], uniform(tokens, i, A_PATIENCE))
    if size == 1:
        return i
    if state.groups[a, GATHERED] == 0:
        state.groups[a, GATHERING], state.until[a] = i, now + w.activities.costs[a, WAIT_FOR]
        schedule(w.queue, i, state.until[a], GATHER)
    else:
        tokens.at_[state.groups[a, LATEST], FELLOW] = i
    state.groups[a, LATEST] = i
    state.groups[a, GATHERED] += 1
    return _set_off(w, a) if state.groups[a, GATHERED] == size else -1


@term()
def _gathered(w: Any, i: Any, now: Any) -> Any:
    """Return a token if it waited long enough for fellows."""
    a = w.nodes.rows[w.cases.at_[i, NODE], WHAT]
    return _set_off(w, a) if w.state.groups[a, GATHERING] == i and now >= w.state.until[a] else -1


@term()
def _set_off(w: Any, a: Any) -> Any:
    """Return the first of those who gathered for an activity, which asks for all of them."""
    i = w.state.groups[a, GATHERING]
    w.state.groups[a, GATHERING], w.state.groups[a, GATHERED] = -1, 0
    return i


@term()
def _acquire(w: Any, i: Any, now: Any) -> Any:
    """Ask for one resource after another, and start when all are there."""
    tokens, activities = w.cases, w.activities
    a = w.nodes.rows[tokens.at_[i, NODE], WHAT]
    first, last = activities.rows[a, FROM], activities.rows[a, UNTIL]
    while first + tokens.at_[i, NEED] < last:
        r = activities.needs[first + tokens.at_[i, NEED], RESOURCE]
        units = activities.needs[first + tokens.at_[i, NEED], UNITS]
        rank = outcome(w.tests, tokens.attributes_, tokens.at_[i, ROOT], w.staff.rows[r, RANKING])
        if not ask(w.resources, tokens, i, r, units, rank, now, GRANTED):
            if tokens.times_[i, TIRED_AT] < 1e99:
                wait_until(w.queue, tokens, i, tokens.times_[i, TIRED_AT], TIRED)
            return
        tokens.at_[i, NEED] += 1
    _take_on(w, i, a)
    schedule(w.queue, i, now + drawn(w.draws, activities.rows[a, TAKES], uniform(tokens, i, A_SPAN)), DONE)
    _start(w, i, now)


@term()
def _take_on(w: Any, i: Any, a: Any) -> Any:
    """Say who of a resource does an activity: whoever has been free for longest."""
    tokens, staff = w.cases, w.staff
    by = w.activities.rows[a, BY]
    tokens.at_[i, UNIT] = -1
    if by >= 0:
        head = staff.rows[by, HEAD]
        tokens.at_[i, UNIT] = staff.free[by, head]
        staff.rows[by, HEAD] = (head + 1) % staff.rows[by, COUNT]


@term()
def _start(w: Any, i: Any, now: Any) -> Any:
    """Note that a case starts an activity, and let its fellow do so too."""
    tokens = w.cases
    tokens.times_[i, BEGAN] = now
    _note(w, i, STARTED, 0.0)
    j = tokens.at_[i, FELLOW]
    if j >= 0:
        tokens.at_[j, UNIT] = tokens.at_[i, UNIT]
        schedule(w.queue, j, now, JOIN_IN)


@term()
def _give_back(w: Any, i: Any, now: Any) -> Any:
    """Give back what an activity needed."""
    tokens, staff = w.cases, w.staff
    a = w.nodes.rows[tokens.at_[i, NODE], WHAT]
    by = w.activities.rows[a, BY]
    if by >= 0:
        tail = staff.rows[by, TAIL]
        staff.free[by, tail] = tokens.at_[i, UNIT]
        staff.rows[by, TAIL] = (tail + 1) % staff.rows[by, COUNT]
    for n in range(w.activities.rows[a, FROM], w.activities.rows[a, UNTIL]):
        release(w.resources, w.queue, tokens, w.activities.needs[n, RESOURCE], w.activities.needs[n, UNITS], now)


@term()
def _complete(w: Any, i: Any, now: Any) -> Any:
    """Note that a case completes an activity, and let its fellow do so too."""
    tokens, activities = w.cases, w.activities
    a = w.nodes.rows[tokens.at_[i, NODE], WHAT]
    cost, hours = activities.costs[a, COST], (now - tokens.times_[i, BEGAN]) / 60.0
    for n in range(activities.rows[a, FROM], activities.rows[a, FROM] + tokens.at_[i, NEED]):  # the first pays for all
        cost += hours * activities.needs[n, UNITS] * w.staff.cost[activities.needs[n, RESOURCE]]
    _note(w, i, COMPLETED, cost)
    w.state.sums[COSTS] += cost
    j = tokens.at_[i, FELLOW]
    tokens.at_[i, FELLOW] = -1
    if j >= 0:
        schedule(w.queue, j, now, COME_OUT)
    tokens.at_[i, NODE] = w.nodes.rows[tokens.at_[i, NODE], NEXT]


@term()
def _withdraws(w: Any, i: Any, now: Any) -> Any:
    """Let a case that waited too long give back what it has, and leave, or return True: it has something else to do."""
    tokens = w.cases
    n = tokens.at_[i, NODE]
    a = w.nodes.rows[n, WHAT]
    first = w.activities.rows[a, FROM]
    for need in range(first, first + tokens.at_[i, NEED]):
        release(w.resources, w.queue, tokens, w.activities.needs[need, RESOURCE], w.activities.needs[need, UNITS], now)
    tokens.at_[i, UNIT] = -1
    _note(w, i, WITHDRAWN, 0.0)
    otherwise = w.nodes.rows[n, OTHERWISE]
    if otherwise < 0:
        w.state.counts[LEFT] += 1
        die(tokens, i)
        return False
    tokens.at_[i, NODE] = otherwise
    return True


@term()
def _note(w: Any, i: Any, lifecycle: Any, cost: Any) -> Any:
    tokens, log = w.cases, w.log
    row = note(log, True, i, tokens, w.nodes.rows[tokens.at_[i, NODE], WHAT])
    log.who[row] = tokens.at_[i, CASE]
    log.lifecycle[row] = lifecycle
    log.cost[row] = cost
    by = w.activities.rows[w.nodes.rows[tokens.at_[i, NODE], WHAT], BY]
    log.resource[row] = -1
    if by >= 0 and tokens.at_[i, UNIT] >= 0:
        log.resource[row] = w.staff.rows[by, OFFSET] + tokens.at_[i, UNIT]
    for k in range(tokens.attributes_.shape[1]):
        log.attributes[row, k] = tokens.attributes_[tokens.at_[i, ROOT], k]


@term()
def _change_shift(w: Any, i: Any, r: Any, now: Any) -> Any:
    """Let a resource begin or end to work, and say when it does so next."""
    opens, closes = next_span(w.calendar, w.hours, r, now)
    is_at_work = opens <= now
    set_capacity(w.resources, w.queue, w.cases, r, w.staff.rows[r, COUNT] if is_at_work else 0, now)
    schedule(w.queue, i, closes if is_at_work else opens, SHIFT + r)
