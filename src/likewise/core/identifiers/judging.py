"""What a column identifies, judged by its name and by how many of its distinct values are what they look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.identifiers.catalogue import RECOGNISERS
from likewise.core.identifiers.gazetteer import cities, given_names, surnames
from likewise.core.identifiers.people import MAYBE_NAMES, NOT_NAMES, PERSON
from likewise.core.identifiers.recogniser import LEAST, Recogniser, folded, says, words_of

MOST = 1000
"""Distinct values that are looked at, spread evenly."""

FIRST = 60
"""Of these, those that are looked at first: what few of them match is not looked for in the rest."""

SELDOM = 1e-3
"""How seldom other values pass where a class is told by only half of a column's values."""

FULL, HALF = 0.9, 0.6
"""Shares of the values that must match where nothing but they, or also the name, speaks for a class."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Say what a column holds: which class, for what share of its distinct values, how surely (0 to 1) and why."""

    recogniser: Recogniser
    share: float
    confidence: float
    why: str


def judge(column: str, values: Sequence[str]) -> Judgement | None:
    """Return the class that a column's name and distinct values speak for most, None where there is none.

    Values are to be distinct; of more than 1,000 those at even steps are looked at. A class is told by the values alone
    only where chance would hardly make them all look so (less than one time in 10**6), check digits counted.

    >>> judge("contact", [f"a{i}@mail.example" for i in range(9)]).recogniser.label
    'email'
    >>> judge("order_no", [str(1000 + 7 * i) for i in range(500)]) is None
    True
    """
    kept = [value.strip() for value in evenly(values, MOST) if value.strip()]
    if not kept:
        return None
    found = [judged for own in RECOGNISERS if own is not PERSON and (judged := _judged(own, column, kept))]
    person = _person(column, kept)
    if person is not None:
        found.append(person)
    return min(found, key=lambda own: (-own.confidence, own.recogniser.chance), default=None)


def evenly(values: Sequence[str], size: int) -> Sequence[str]:
    """Return at most `size` of some values, at even steps."""
    if len(values) <= size:
        return values
    return [values[place] for place in np.linspace(0, len(values) - 1, size).astype(int).tolist()]


def _judged(own: Recogniser, column: str, values: Sequence[str]) -> Judgement | None:
    named = own.named(column)
    if not named and (own.strict is None or own.ruled_out(column)):
        return None
    first = evenly(values, FIRST)
    if own.looks(first, strict=not named).mean() < HALF * 0.8:
        return None
    if own.strict is not None:
        passing = float(own.passes(values, strict=True).mean())
        chance = own.chance ** (passing * len(values))
        most = FULL if named or own.chance > SELDOM else HALF  # forms of many countries are not all known
        if passing >= most and (named or chance <= LEAST):
            sure = 0.99 if named else max(0.9, 0.97 - own.chance) if passing >= FULL else 0.85
            return Judgement(own, passing, sure, _why(own, named, strict=True))
    if not named:
        return None
    passing, looking = float(own.passes(values).mean()), float(own.looks(values).mean())
    if passing >= HALF:
        return Judgement(own, passing, 0.95 if own.check else 0.9, _why(own, named, strict=own.check is not None))
    if looking >= 0.8:
        return Judgement(own, looking, 0.7, f"named so, and values look so; few check digits hold ({passing:.0%})")
    return None


def _why(own: Recogniser, named: bool, *, strict: bool) -> str:
    told = ["named so"] if named else []
    if strict and own.check is not None:
        told.append("check digits hold")
    else:
        told.append("values look so")
    return " and ".join(told)


# -- names ----------------------------------------------------------------------------------------------------------
_FIRMS = frozenset(
    ("sons", "inc", "ltd", "llc", "gmbh", "ag", "sa", "srl", "bv", "co", "corp", "company", "group", "county", "street",
     "st", "road", "avenue", "park", "university", "hospital", "school", "bank", "hotel", "center", "centre", "island",
     "lake", "river", "north", "south", "east", "west", "new", "saint", "the", "and", "of", "city", "club", "united")
)  # fmt: skip


def _person(column: str, values: Sequence[str]) -> Judgement | None:
    """Judge whether a column holds names of persons: by its name, by names that are common, by their form."""
    said = words_of(column)
    strong = PERSON.named(column)
    if not strong and (says(said, NOT_NAMES) or PERSON.ruled_out(column)):
        return None
    looking = PERSON.looks(values).mean()
    if looking < HALF:
        return None
    known, full, single = name_shares(values)
    if strong:
        sure = 0.97 if known >= 0.2 else 0.85
        return Judgement(PERSON, float(looking), sure, "named so" + (" and common names" if known >= 0.2 else ""))
    least = 0.05 if said in ("_first_", "_last_") else 0.3
    if says(said, MAYBE_NAMES) and known >= least:
        return Judgement(PERSON, known, 0.9, f"{known:.0%} of the values hold common names, and the name allows it")
    if (len(values) >= 20 and full >= 0.35) or (len(values) >= 4 and full >= 0.8):
        return Judgement(PERSON, full, 0.85, f"{full:.0%} of the values are a common given name with others")
    if len(values) >= 15 and single >= 0.75:
        return Judgement(PERSON, single, 0.75, f"{single:.0%} of the values are common given names")
    return None


def name_shares(values: Sequence[str]) -> tuple[float, float, float]:
    """Return which shares of values hold a common name, are a given name among two to four words, and are one alone.

    >>> name_shares(["Anna Schmidt", "Braun, Peter", "Lucy", "blue car"])
    (0.75, 0.5, 0.25)
    """
    given, family, places = given_names(), surnames(), cities()
    known = full = single = 0
    for value in values:
        words = [word for word in re.split(r"[^a-z]+", folded(value)) if len(word) > 1]
        own = [word for word in words if word in given]
        firm = any(word in _FIRMS for word in words)
        known += not firm and (bool(own) or any(word in family for word in words))
        alone = len(words) == 1
        single += alone and bool(own) and words[0] not in places
        full += 2 <= len(words) <= 4 and bool(own) and not firm and not any(word in places for word in words)
    return known / len(values), full / len(values), single / len(values)
