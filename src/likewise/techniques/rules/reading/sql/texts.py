"""What makes the texts of a column: out of its name, its length and the patterns of conditions."""

from __future__ import annotations

import re
from dataclasses import replace

from likewise.techniques.rules.reading.sql.asking import DISTINCT, RECORDS, Asked, Making, own, said, shares
from likewise.techniques.rules.reading.sql.names import TEXTS, Guess, guesses_of
from likewise.techniques.rules.reading.sql.words import (
    NUMBERED,
    NUMBERED_LENGTH,
    SENTENCE,
    SENTENCE_LENGTH,
    SHORT,
    SHORT_LENGTH,
    TITLE,
    TITLE_LENGTH,
)

SHORTEST = {"vin": 17, "mac": 17, "ean": 13, "upc": 12, "isbn": 13, "card number": 16, "iban": 34, "ipv6": 39}
"""How long texts of fields of records are that do not come shorter."""

CASED = frozenset({"email", "user name", "hostname", "url", "website"})
"""Fields of records that are in small letters."""


def text(asked: Asked) -> Making:
    """Return texts that fit the length of the column."""
    facts = asked.facts
    most = min((size for size in (asked.meaning.length, facts.longest) if size is not None), default=None)
    guesses = list(guesses_of(TEXTS, asked.table, asked.name))
    if facts.patterns:
        return _matching(asked, guesses)
    found = (_guessed(asked, guess, most) for guess in guesses)
    return next((making for making in found if making is not None), None) or words(asked, most)


def _guessed(asked: Asked, guess: Guess, most: int | None) -> Making | None:
    """Return what the name says, where it fits the length and is unique enough."""
    word, value = next(iter(guess.made.items()))
    if word in ("pattern", "uuid"):
        least: float = guess.length
    elif word in RECORDS:
        least = SHORTEST.get(str(value), 0.6 * guess.length)
    else:
        least = 0.8 * guess.length
    if most is not None and guess.length > most and (most < 8 or most < least):
        return None
    if asked.facts.shortest > 3 and word != "uuid":
        return None
    made = own(asked, guess)
    if word == "categorical" and isinstance(asked.default, str) and asked.default.strip():
        weights = dict(value) if isinstance(value, dict) else dict.fromkeys(value, 1)
        heavy = max(weights.values())
        made = {"categorical": {asked.default: heavy * 2, **{k: v for k, v in weights.items() if k != asked.default}}}
    if word == "categorical" and isinstance(next(iter(made.values())), dict):
        weights = dict(next(iter(made.values())))
        names = list(weights)
        made = {"categorical": dict(zip(names, shares([weights[name] for name in names]), strict=True))}
    if asked.unique and word == "categorical":
        return None
    if asked.unique and word in RECORDS:
        return Making(made, said(guess), length=guess.length) if str(value) in DISTINCT else None
    if asked.unique and word == "pattern" and value in (TITLE, SENTENCE):
        return None
    values = len(value) if word == "categorical" else 36.0**5 if word == "pattern" else 1e6
    return Making(made, said(guess), values, guess.length)


def words(asked: Asked, most: int | None) -> Making:
    """Return words, or letters and digits where there is no room for words."""
    least, long = asked.facts.shortest, most if most is not None else 255
    if asked.unique:
        if long >= NUMBERED_LENGTH and least <= 10:
            return Making({"pattern": NUMBERED}, "its type; unique", 4e6, NUMBERED_LENGTH)
        size = min(max(least, 8), long)
        return Making({"pattern": f"[A-Z0-9]{{{size}}}"}, "its type; unique", 36.0**size, size)
    if least > 10 or (long < SHORT_LENGTH) or (long < least + 6 and least > 3):
        size = min(max(least, 1), long) if least else long
        return Making({"pattern": f"[A-Z]{{{size}}}"}, "its length", 26.0**size, size)
    if most is None or long >= 4 * SENTENCE_LENGTH:
        return Making({"pattern": SENTENCE}, "its type: texts", 480, SENTENCE_LENGTH)
    if long >= TITLE_LENGTH:
        return Making({"pattern": TITLE}, "its type: words", 400, TITLE_LENGTH)
    return Making({"pattern": f"({SHORT})"}, "its type: words", 20, SHORT_LENGTH)


def cased(asked: Asked, making: Making | None) -> Making | None:
    """Return what makes texts in the case that a condition asks for; words, where the name says what is in neither."""
    case = asked.facts.case
    if case is None or making is None:
        return making
    word, value = next(iter(making.made.items()))
    if word in RECORDS and not (case == "lower" and value in CASED):
        making = words(asked, min((n for n in (asked.meaning.length, asked.facts.longest) if n), default=None))
        word, value = next(iter(making.made.items()))
    if word == "pattern" and "\\" not in value.replace("\\.", ""):
        return replace(making, made={word: value.lower() if case == "lower" else value.upper()})
    if word == "categorical" and isinstance(value, list):
        return replace(making, made={word: list(dict.fromkeys(getattr(one, case)() for one in value))})
    return making


def _matching(asked: Asked, guesses: list[Guess]) -> Making:
    """Return texts that match the patterns of the conditions."""
    patterns = asked.facts.patterns
    for guess in guesses:
        if all(_suits(guess, pattern) for pattern in patterns):
            return Making(own(asked, guess), said(guess), length=guess.length)
    chosen = max(patterns, key=lambda pattern: len(pattern.replace("(?s:.*)", "")))
    made = chosen.replace("(?s:.*)", "[a-z]{0,8}" if "@" in chosen else "[A-Za-z0-9]{0,8}").replace(
        "(?s:.)", "[A-Za-z0-9]"
    )
    if made == "[a-z]{0,8}@[a-z]{0,8}":
        made = r"[a-z]{3,9}@example\.(com|org|net)"
    return Making({"pattern": made}, "the pattern of a CHECK", 36.0**5)


_SAMPLES = {"email": ("anna.smith@example.com", "li_wu2@example.org"), "url": ("https://www.example.com/abc/12",)}


def _suits(guess: Guess, pattern: str) -> bool:
    """Return whether a guess by name already gives what a pattern asks for."""
    value = str(next(iter(guess.made.values())))
    samples = _SAMPLES.get(value, _SAMPLES["url"] if value.startswith("https") else ())
    try:
        return bool(samples) and all(re.fullmatch(pattern, sample) for sample in samples)
    except re.error:
        return False
