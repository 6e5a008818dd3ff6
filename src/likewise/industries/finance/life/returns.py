"""Returns: what people send back some days later, and are paid back for."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Array, Draw
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import APPROVED, Payments, payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.world.trades import TRADES
from likewise.industries.finance.world.world import World

SHARE = {"web clothing": 0.16, "web marketplace": 0.06, "web electronics": 0.06, "clothing": 0.04, "electronics": 0.03,
         "department store": 0.025, "home supply": 0.02, "furniture": 0.02, "airline": 0.02, "tickets": 0.02,
         "travel agency": 0.03, "sports": 0.03}  # fmt: skip
"""How much of what a trade sells is sent back."""

SOONEST, LATEST = 7, 30
"""Days after which money comes back."""


def returns(world: World, rows: Payments, answer: Array, first: int, rng: Draw, *, abuse: int, stage: int) -> Payments:
    """Return what is paid back, days later, for some of the purchases that were approved and are numbered from `first`.

    Those of the typology `abuse` are all paid back, in full; it is labelled with a `stage`.
    """
    abused = rows["typology"] == abuse
    share = np.array([SHARE.get(trade.name, 0.0) for trade in TRADES])
    bought = np.flatnonzero((rows["kind"] == books.CARD) & (answer == APPROVED) & (rows["merchant"] >= 0)
                            & (abused | (rows["typology"] == 0)))  # fmt: skip
    back = np.where(abused[bought], 1.0, share[world.shops.trade[rows["merchant"][bought]]])
    which = bought[rng.random(len(bought)) < back]
    count = len(which)
    part = np.where(abused[which] | (rng.random(count) < 0.6), 1.0, rng.uniform(0.2, 0.9, count))
    time = rows["time"][which] + SOONEST * DAY + (rng.beta(1.2, 3.0, count) * (LATEST - SOONEST) * DAY).astype(np.int64)
    return payments(
        count, time=time, kind=books.REFUND, channel=books.ONLINE, purpose=books.PURPOSES.index("return"),
        billed=np.rint(rows["amount"][which] * part), payer=rows["payee"][which], payee=rows["payer"][which],
        customer=rows["customer"][which], card=rows["card"][which], merchant=rows["merchant"][which],
        reverses=first + which, typology=rows["typology"][which], ring=rows["ring"][which],
        stage=np.where(abused[which], stage, 0),
    )  # fmt: skip
