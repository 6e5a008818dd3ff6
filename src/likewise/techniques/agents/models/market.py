"""A market: traders who look at worth or at trends, copy one another, and meet in a book of orders.

Prices come out as real ones do: returns have fat tails and hardly hang together, their sizes do for long.

Kirman, 1993, Quarterly Journal of Economics 108 (herds); Lux and Marchesi, 1999, Nature 397 (fundamentalists and
chartists); Chiarella and Iori, 2002, Quantitative Finance 2 (in a book of limit orders).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Scenario,
    World,
    below,
    exp,
    less,
    log,
    more,
    normal,
    population,
    queued,
    schedule,
    term,
    uniform,
    waiting,
    whole,
)
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.models.prices import summary_of_prices
from likewise.techniques.agents.scenario import Floats, Ints
from likewise.techniques.agents.spaces.book import book, middle, settled, told, wait, withdraw

ORDER, TRADE, CANCEL = range(3)
MOST = 8
"""Shares of an order at most, and so trades that come of it."""

TICKS, CENT = 20_000, 0.01
"""Prices there are, and what one is more than the one below."""


class Tape(NamedTuple):
    """Hold what all traders see: the price, what it was on average of late, and when it was last looked at."""

    price: Floats
    average: Floats
    time: Floats


@queued("traders", notes=2 + MOST)
def trade(i: Any, what: Any, w: Any, now: Any) -> None:
    """Take back the old order, choose a style, and order at a price that seems worth it."""
    traders, book, tape = w.traders, w.book, w.tape
    schedule(w.queue, i, now + waiting(traders, i, 0, w.p.rate), 0)
    if traders.tick[i] >= 0:
        told(w.log, book, traders, i, CANCEL, traders.tick[i], traders.left[i], i)
        withdraw(book, traders, i)
    _choose_style(w.p, traders, i)
    tape.average[0] += (1.0 - exp((tape.time[0] - now) / w.p.memory)) * (tape.price[0] - tape.average[0])
    tape.time[0] = now
    worth = tape.price[0] * exp(_expected(w.p, traders, i, tape))
    sign = 1 if worth > tape.price[0] else -1
    tick = whole(worth * (1.0 - sign * w.p.margin * uniform(traders, i, 3)) / book.size + 0.5)
    tick = less(more(tick, 1), len(book.first) - 1)
    shares = 1 + below(traders, i, 4, MOST)
    told(w.log, book, traders, i, ORDER, tick, sign * shares, i)
    left = settled(book, traders, i, tick, sign, shares, w.log, TRADE)
    if left > 0:
        wait(book, traders, i, tick, sign * left)
    tape.price[0] = middle(book, tape.price[0])


@term()
def _expected(p: Any, who: Any, i: Any, tape: Any) -> Any:
    """Return by how much a trader expects the logarithm of the price to grow."""
    hope = p.pull * log(p.value / tape.price[0])
    if who.is_chartist[i]:
        trend = less(more(log(tape.price[0] / tape.average[0]), -p.guess), p.guess)
        return hope + p.chase * trend + p.guess * normal(who, i, 1)
    return hope + p.error * normal(who, i, 1)


@term()
def _choose_style(p: Any, who: Any, i: Any) -> Any:
    """Copy the style of another, or change one's own mind."""
    chance, count = uniform(who, i, 5), len(who.id)
    if chance < p.herding:
        who.is_chartist[i] = who.is_chartist[below(who, i, 6, count)]
    elif chance < p.herding * (1.0 + p.whim / count):
        who.is_chartist[i] = not who.is_chartist[i]


class Market(Scenario):
    """Let traders of two styles, who copy one another, order in a book; they may owe shares and cents."""

    agents: int = Field(500, ge=2, description="traders")
    rate: float = Field(5.0, gt=0, description="orders of a trader, a day")
    value: float = Field(100.0, ge=1, le=150, description="what a share is worth")
    pull: float = Field(0.003, ge=0, le=1, description="how much of the way to the worth is expected")
    error: float = Field(0.002, gt=0, le=0.5, description="spread of the expectations of those who look at the worth")
    guess: float = Field(0.01, gt=0, le=0.5, description="spread of the expectations of those who look at trends")
    chase: float = Field(0.02, ge=0, le=1, description="how much of a trend is expected to come again")
    memory: float = Field(1.0, gt=0, description="days over which a trend is taken")
    margin: float = Field(0.013, ge=0, le=0.5, description="gain that is asked for, at most")
    herding: float = Field(0.25, ge=0, le=1, description="chance to copy the style of another, at each order")
    whim: float = Field(2.0, ge=0, description="changes of style by oneself, for as many copies as there are traders")

    name: ClassVar[str] = "market"
    rules = (trade,)
    events: ClassVar = {"order": "traders", "trade": "traders", "cancel": "traders"}
    attributes: ClassVar = {"price": float, "shares": int, "other": int}
    objects: ClassVar = {"other": "traders"}
    unit: ClassVar[str] = "day"
    span: ClassVar[float] = 250.0
    needs: ClassVar = ("time", "agent", "activity", "price")
    free: ClassVar = ("error", "guess", "margin", "herding")

    def world(self, seed: int) -> dict[str, Any]:
        """Return traders without shares or debts, half of each style, and an empty book."""
        style = generator(seed, "market").random(self.agents) < 0.5
        traders = population(seed, "traders", self.agents, tick=-1, left=0, earlier=-1, later=-1, shares=0, cash=0,
                             is_chartist=style)  # fmt: skip
        worth = np.array([self.value])
        return {"traders": traders, "book": book(TICKS, CENT), "tape": Tape(worth, worth.copy(), np.zeros(1))}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Let each trader come once in the first while."""
        who = np.arange(self.agents)
        return who, (who + 0.5) / self.agents / self.rate, np.zeros(self.agents, np.int64)

    def measured(self, w: World) -> dict[str, float]:
        """Return the price in the middle, the spread, and the share of those who look at trends."""
        bid, ask = (float(side) for side in w.book.best)
        return {"price": float(w.tape.price[0]), "spread": (ask - bid) * CENT,
                "chartists": float(w.traders.is_chartist.mean())}  # fmt: skip

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated events of a book are compared by: their prices too."""
        activity = rows["activity"]
        prices = summary_of_prices(rows["time"], rows["price"], activity == ORDER, activity == TRADE)
        return super().summaries(rows) + prices
