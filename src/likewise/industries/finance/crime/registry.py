"""Which typologies there are, and how much of all fraud each makes up."""

from __future__ import annotations

from pydantic import Field

from likewise.core.spec import Spec
from likewise.industries.finance.crime import cards, mules, patterns, transfers
from likewise.industries.finance.crime.ring import Typology

TYPOLOGIES: tuple[Typology, ...] = (
    cards.CardTesting(), cards.StolenCard(), transfers.AccountTakeover(), cards.BustOut(), transfers.PushPayment(),
    cards.RefundAbuse(), mules.MuleNetwork(), mules.Smurfing(), patterns.FanIn(), patterns.FanOut(),
    patterns.ScatterGather(), patterns.GatherScatter(), patterns.Cycle(), patterns.Stack(), patterns.Bipartite(),
    patterns.Scattered(),
)  # fmt: skip
"""The typologies; the number of one in tables is its place here and one."""

NAMES = tuple(typology.name for typology in TYPOLOGIES)

USUAL = {
    "card testing": 16.0, "stolen card": 24.0, "account takeover": 9.0, "bust-out": 15.0,
    "authorised push payment": 4.5, "refund abuse": 5.5, "mule network": 4.5, "smurfing": 4.0, "fan-in": 2.2,
    "fan-out": 2.2, "scatter-gather": 2.2, "gather-scatter": 2.2, "cycle": 2.2, "stack": 2.2, "bipartite": 2.2,
    "random": 2.1,
}  # fmt: skip
"""How many of a hundred fraudulent payments are of which typology, where nothing is said."""


class Crime(Spec):
    """Say of a typology how often it comes, and how its rings behave.

    `share` is how much of all fraudulent payments it makes up, against the others. `stealth` is how near a ring keeps
    to ordinary amounts, hours, devices and shops, `budget` how many payments a ring makes, `camouflage` how likely
    ordinary payments go before a ring's own between the same accounts; what is not said is as in general.
    """

    share: float = Field(1.0, ge=0)
    stealth: float | None = Field(None, ge=0, le=1)
    budget: int | None = Field(None, ge=2, le=1000)
    camouflage: float | None = Field(None, ge=0, le=1)
