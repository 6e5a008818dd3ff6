"""How drivers drive: what they keep to the one ahead, and when they change lanes.

Parameters are those of a scenario, `speed`, `headway`, `standing`, `power` and `braking`; each driver departs from them
by factors of their own, the columns `haste`, `care` and `vigour`, as far as the parameters `haste` and `spread` say.
"""

from __future__ import annotations

from typing import Any

from likewise.techniques.agents import exp, less, more, normal, sqrt, term, uniform, where
from likewise.techniques.agents.spaces.lanes import clearance


@term()
def followed(p: Any, who: Any, i: Any, room: Any, ahead: Any) -> Any:
    """Return the acceleration of a driver, m/s^2, with so many metres of room to one ahead who drives so fast, m/s.

    Treiber, Hennecke and Helbing, 2000, Physical Review E 62 (Intelligent Driver Model).
    """
    v, power = who.v[i], p.power * who.vigour[i]
    share = v / (p.speed * who.haste[i])
    brake = v * (v - ahead) / (2.0 * sqrt(power * p.braking))
    wanted = p.standing + more(v * p.headway * who.care[i] + brake, 0.0)
    near = wanted / more(room, 0.1)
    return power * (1.0 - share * share * share * share - near * near)


@term()
def steered(p: Any, lanes: Any, who: Any, i: Any, j: Any) -> Any:
    """Return the acceleration of a driver `i` who is behind `j`; 0 of nobody."""
    return where(i < 0, 0.0, followed(p, who, more(i, 0), clearance(lanes, who, i, j), who.v[j]))


@term()
def changes(p: Any, lanes: Any, who: Any, i: Any, now: Any) -> Any:
    """Return whether a driver changes to the lane beside, `now` being the acceleration without.

    There must be room, nobody may have to brake hard, and what is gained, that of followers counted by `politeness`,
    must be more than `threshold`.

    Kesting, Treiber and Helbing, 2007, Transportation Research Record 1999 (MOBIL).
    """
    ahead, behind = lanes.ahead[i], lanes.behind[i]
    next_ahead, next_behind = lanes.beside_ahead[i], lanes.beside_behind[i]
    mine, theirs = steered(p, lanes, who, i, next_ahead), steered(p, lanes, who, next_behind, i)
    lost = theirs - steered(p, lanes, who, next_behind, next_ahead)
    won = steered(p, lanes, who, behind, ahead) - steered(p, lanes, who, behind, i)
    apart = less(clearance(lanes, who, i, next_ahead), clearance(lanes, who, next_behind, i))
    is_safe = (theirs > -p.safe) & (mine > -p.safe) & (apart > p.standing)
    return is_safe & (mine - now + p.politeness * (lost + won) > p.threshold)


@term()
def drawn(p: Any, who: Any, i: Any) -> Any:
    """Draw what kind of driver one is, and what is driven: a car or a truck, which is long, slow and heavy."""
    is_truck = uniform(who, i, 10) < p.trucks
    who.is_truck[i] = is_truck
    who.length[i] = where(is_truck, 16.5, 4.5)
    who.haste[i] = where(is_truck, 0.75, 1.0) * exp(p.haste * normal(who, i, 11))
    who.care[i] = exp(p.spread * normal(who, i, 13))
    who.vigour[i] = where(is_truck, 0.5, 1.0) * exp(p.spread * normal(who, i, 15))
