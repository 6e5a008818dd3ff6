"""Trades: what shops sell, by merchant category code (ISO 18245), at which prices, when they are open and sought."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Floats, Ints


class Trade(NamedTuple):
    """Hold what is to be known of a trade.

    `share` is how often people go there, `median` and `spread` the prices (lognormal, in euros), `ends` how prices end,
    `hours` which opening hours its shops have, `sought` at which hours people go, `shops` how many there are for 10,000
    people, and `reach` how far people go for it in shops along the way, 0 where they do not mind how far. `web` is
    true of what is sold online only.
    """

    name: str
    mcc: str
    share: float
    median: float
    spread: float
    ends: str
    hours: str
    sought: str
    shops: float
    reach: float
    web: bool = False


TRADES = (
    Trade("groceries", "5411", 24.0, 26.0, 0.80, "any", "market", "errand", 9.0, 0.8),
    Trade("bakery", "5462", 10.0, 5.8, 0.50, "tens", "early", "morning", 7.0, 0.5),
    Trade("kiosk", "5499", 7.0, 7.5, 0.60, "tens", "late", "any", 5.0, 0.5),
    Trade("fast food", "5814", 8.5, 11.5, 0.45, "charm", "late", "meals", 6.0, 1.5),
    Trade("restaurant", "5812", 6.5, 36.0, 0.60, "round", "meals", "meals", 8.0, 3.0),
    Trade("bar", "5813", 3.0, 19.0, 0.65, "round", "nights", "night", 3.0, 2.0),
    Trade("fuel", "5541", 6.0, 52.0, 0.42, "fuel", "always", "any", 3.0, 2.0),
    Trade("pharmacy", "5912", 3.8, 16.5, 0.70, "charm", "shop", "errand", 3.0, 0.7),
    Trade("clothing", "5651", 3.6, 44.0, 0.75, "charm", "shop", "stroll", 6.0, 0.0),
    Trade("department store", "5311", 2.2, 38.0, 0.85, "charm", "shop", "stroll", 1.0, 0.0),
    Trade("electronics", "5732", 1.1, 78.0, 1.10, "charm", "shop", "stroll", 1.5, 0.0),
    Trade("home supply", "5200", 2.4, 39.0, 0.90, "charm", "market", "errand", 1.5, 0.0),
    Trade("furniture", "5712", 0.6, 145.0, 1.00, "charm", "shop", "stroll", 1.0, 0.0),
    Trade("books", "5942", 0.9, 19.0, 0.55, "charm", "shop", "stroll", 1.5, 0.0),
    Trade("toys", "5945", 0.9, 27.0, 0.65, "charm", "shop", "stroll", 1.0, 0.0),
    Trade("cosmetics", "5977", 2.4, 17.0, 0.65, "charm", "shop", "stroll", 2.0, 1.5),
    Trade("hairdresser", "7230", 1.4, 38.0, 0.50, "round", "shop", "day", 5.0, 1.0),
    Trade("local transport", "4111", 5.5, 3.4, 0.55, "tens", "always", "commute", 1.0, 0.0),
    Trade("railway", "4112", 1.5, 31.0, 0.80, "tens", "long", "commute", 0.5, 0.0),
    Trade("taxi", "4121", 1.3, 17.5, 0.50, "tens", "always", "night", 2.0, 0.0),
    Trade("cinema", "7832", 1.0, 21.0, 0.40, "round", "evenings", "night", 0.8, 0.0),
    Trade("sports", "5941", 1.0, 42.0, 0.75, "charm", "shop", "stroll", 1.0, 0.0),
    Trade("doctor", "8011", 1.0, 55.0, 0.80, "any", "office", "day", 3.0, 1.5),
    Trade("garage", "7538", 0.6, 190.0, 0.90, "any", "office", "day", 2.0, 2.0),
    Trade("jewellery", "5944", 0.25, 95.0, 1.00, "round", "shop", "stroll", 0.8, 0.0),
    Trade("hotel", "7011", 0.3, 118.0, 0.50, "round", "always", "any", 1.2, 0.0),
    Trade("cash machine", "6011", 6.5, 80.0, 0.70, "notes", "always", "any", 4.0, 1.0),
    Trade("web marketplace", "5999", 26.0, 24.0, 0.95, "charm", "always", "web", 0.5, 0.0, True),
    Trade("web clothing", "5691", 13.0, 48.0, 0.70, "charm", "always", "web", 0.6, 0.0, True),
    Trade("web electronics", "5734", 6.0, 85.0, 1.10, "charm", "always", "web", 0.5, 0.0, True),
    Trade("delivered food", "5811", 15.0, 24.0, 0.40, "charm", "always", "web", 0.4, 0.0, True),
    Trade("digital goods", "5815", 12.0, 8.0, 0.75, "charm", "always", "web", 0.4, 0.0, True),
    Trade("games", "5816", 6.0, 12.0, 0.80, "charm", "always", "web", 0.3, 0.0, True),
    Trade("airline", "4511", 2.4, 165.0, 0.75, "any", "always", "web", 0.2, 0.0, True),
    Trade("travel agency", "4722", 2.6, 210.0, 0.90, "any", "always", "web", 0.3, 0.0, True),
    Trade("tickets", "7922", 4.0, 48.0, 0.60, "round", "always", "web", 0.3, 0.0, True),
    Trade("web pharmacy", "5122", 4.0, 27.0, 0.60, "charm", "always", "web", 0.3, 0.0, True),
    Trade("gambling", "7995", 4.5, 22.0, 0.90, "round", "always", "web", 0.2, 0.0, True),
    Trade("crypto exchange", "6051", 1.2, 120.0, 1.20, "round", "always", "web", 0.1, 0.0, True),
)

NAMES = tuple(trade.name for trade in TRADES)
SHOPS = tuple(k for k, trade in enumerate(TRADES) if not trade.web)
WEB = tuple(k for k, trade in enumerate(TRADES) if trade.web)
CASH = NAMES.index("cash machine")

HOURS = {
    "always": ((0, 1440),) * 3,
    "market": ((420, 1290), (420, 1260), (0, 0)),
    "early": ((360, 1110), (360, 960), (450, 690)),
    "late": ((390, 1380), (420, 1410), (480, 1320)),
    "meals": ((690, 1410), (690, 1440), (690, 1320)),
    "nights": ((1020, 1500), (1020, 1620), (1020, 1440)),
    "shop": ((570, 1140), (570, 1110), (0, 0)),
    "office": ((480, 1080), (0, 0), (0, 0)),
    "long": ((300, 1440), (300, 1440), (330, 1440)),
    "evenings": ((840, 1430), (720, 1440), (720, 1400)),
}
"""Minutes of the day from and until when shops are open: on working days, Saturdays, and Sundays and holidays."""

SOUGHT = {
    "errand": "0 0 0 0 0 0 1 3 5 6 7 7 6 5 6 7 9 11 10 6 3 1 0 0",
    "morning": "0 0 0 0 0 1 5 10 9 7 6 4 4 3 3 3 3 3 1 0 0 0 0 0",
    "meals": "0 0 0 0 0 0 0 1 1 1 2 7 12 9 3 2 2 4 9 12 8 4 2 1",
    "night": "6 5 3 1 0 0 0 0 0 0 0 1 2 2 2 3 4 6 8 10 12 12 11 9",
    "stroll": "0 0 0 0 0 0 0 0 1 3 6 8 8 8 9 10 9 8 6 3 1 0 0 0",
    "day": "0 0 0 0 0 0 0 1 6 8 9 8 5 5 7 8 7 5 2 1 0 0 0 0",
    "commute": "1 0 0 0 1 3 8 12 8 4 3 3 4 4 4 6 9 11 7 4 3 3 2 2",
    "any": "1 1 0 0 1 2 4 6 6 6 6 7 8 7 6 7 8 9 8 6 5 4 3 2",
    "web": "3 1 1 0 0 0 1 2 3 4 5 5 6 5 4 4 5 6 7 9 11 12 10 6",
}
"""How often people go at each hour of the day."""

ENDS = {
    "any": "* " * 9 + "99",
    "tens": "0 0 10 20 20 30 40 50 50 50 60 70 80 80 90 90 95 0 50 *",
    "charm": "99 99 99 99 99 95 95 90 98 49 50 0 0 * * * * * * *",
    "round": "0 0 0 0 0 0 50 50 50 0 * * * 80 90 20 40 60 0 *",
    "fuel": "0 * * * * * * 1 * *",
    "notes": "0",
}
"""Cents that prices end in, each as likely as the others; * is whatever comes out."""

NOTES = (20, 20, 30, 40, 50, 50, 50, 50, 60, 80, 100, 100, 100, 100, 150, 200, 200, 300, 400, 500)
"""What cash machines are asked for, in units of the cheapest currency."""

AS_IT_IS = 255
QUANTILES = 1024


def prices() -> Floats:
    """Return for each trade prices in cents that are equally likely."""
    from scipy.special import ndtri

    middle = (np.arange(QUANTILES) + 0.5) / QUANTILES
    median = np.array([[trade.median * 100.0] for trade in TRADES])
    spread = np.array([[trade.spread] for trade in TRADES])
    return np.asarray(median * np.exp(spread * ndtri(middle)), np.float64)


def endings() -> Array:
    """Return for each trade 256 cents that prices end in, `AS_IT_IS` where they are left."""
    rows = []
    for trade in TRADES:
        ends = [AS_IT_IS if end == "*" else int(end) for end in ENDS[trade.ends].split()]
        rows.append([ends[k * len(ends) // 256] for k in range(256)])
    return np.array(rows, np.uint8)


def sought() -> Floats:
    """Return how often people go to each trade at each hour of the day; a row sums to 1."""
    hours = np.array([[float(h) for h in SOUGHT[trade.sought].split()] for trade in TRADES])
    return np.asarray(hours / hours.sum(1, keepdims=True))


def open_hours() -> Ints:
    """Return from and until when each trade is open, in minutes, by kind of day: trades x 3 x 2."""
    return np.array([HOURS[trade.hours] for trade in TRADES], np.int64)
