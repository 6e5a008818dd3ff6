"""Identifiers inside running text: where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from likewise.core.identifiers.catalogue import RECOGNISERS
from likewise.core.identifiers.gazetteer import cities, given_names, surnames, things
from likewise.core.identifiers.people import PERSON
from likewise.core.identifiers.recogniser import Recogniser, folded
from likewise.core.spec import Spec

BEFORE = 48
"""Characters before a value in which a word must stand that says what it is."""


class Span(Spec):
    """Say where an identifier stands in a text (`text[start:end]`), of which class, and how sure it is (0 to 1)."""

    start: int
    end: int
    label: str
    confidence: float


def find_in_text(text: str) -> tuple[Span, ...]:
    """Return the identifiers in a running text, in order; none overlaps another.

    Where two classes claim the same characters the surer one stands, then the longer one. Numbers without a check that
    chance seldom passes count only near a word that names them, such as `passport` or `Steuer-ID`. Use it on notes and
    letters before they are given away. Names of people are found where a common name or a form of address shows them.
    Cost: about 0.2 ms for 100 characters.

    >>> text = "Mrs Anna Keller, anna@keller.example, paid with 4111 1111 1111 1111."
    >>> [(text[span.start : span.end], span.label) for span in find_in_text(text)][1:]
    [('anna@keller.example', 'email'), ('4111 1111 1111 1111', 'payment card')]
    """
    return _apart([*_numbers(text), *_names(text)])


def find_in_texts(texts: Sequence[str]) -> Iterable[tuple[Span, ...]]:
    """Yield what `find_in_text` finds in each of some texts."""
    return map(find_in_text, texts)


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans that do not overlap: the surest, then the longest, then the first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda own: (-own.confidence, own.start - own.end, own.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda own: own.start))


# -- numbers, addresses, networks -----------------------------------------------------------------------------------
@cache
def _searched(pattern: str) -> re.Pattern[str]:
    """Return a pattern of whole values as one that is found between other characters."""
    return re.compile(rf"(?<![\w@])(?<!\d[.,/ -])(?:{_bounded(pattern)})(?![\w@])(?![-/]\d)")


_NARROWED = {
    r"(?=(?:.*\d){4})": r"(?=(?:[^\n,;]{0,8}\d){4})",
    r"(?=.*\d)": r"(?=[A-Za-z0-9ÄÖÜ ./·-]{0,12}\d)",
    "(?=.*[A-Za-zÄÖÜ])": r"(?=[\d ·-]{0,6}[A-Za-zÄÖÜ])",
}


def _bounded(pattern: str) -> str:
    """Return a pattern whose looks ahead stay within a word or two, as a value does."""
    for wide, narrow in _NARROWED.items():
        pattern = pattern.replace(wide, narrow)
    return pattern


def _numbers(text: str) -> Iterable[Span]:
    plain = folded(text)
    for own in RECOGNISERS:
        if own is PERSON or own.inside == "no":
            continue
        looks = own.text or own.strict
        if own.inside == "alone" and looks is not None:
            yield from _matches(text, own, looks, 0.9 - own.chance)
        words = _words(own)
        if any(word in plain for word in words):
            yield from _near(text, own, words)


@cache
def _words(own: Recogniser) -> tuple[str, ...]:
    """Return the words that name a class in a text; those of columns where it has none and needs some."""
    return own.near or (tuple(name.replace("_", " ") for name in own.names) if own.inside == "near" else ())


def _matches(text: str, own: Recogniser, pattern: str, sure: float) -> Iterable[Span]:
    for found in _searched(pattern).finditer(text):
        value = found[0].rstrip(" .,;:)'\"")
        if value and (own.text is not None or own.passes([value], strict=True)[0]):
            yield Span(start=found.start(), end=found.start() + len(value), label=own.label, confidence=sure)


def _near(text: str, own: Recogniser, words: tuple[str, ...]) -> Iterable[Span]:
    """Yield the first value of a class behind each word that names it, in the same breath."""
    for word in _named(words).finditer(_aligned(text)):
        part = text[word.end() : word.end() + BEFORE]
        for found in _searched(own.pattern).finditer(part):
            value = _cut(found[0])
            if own.looks([value])[0]:
                sure = 0.95 if own.passes([value])[0] else 0.85
                start = word.end() + found.start()
                yield Span(start=start, end=start + len(value), label=own.label, confidence=sure)
                break


def _cut(value: str) -> str:
    """Return a value without the plain words that a loose pattern runs on into."""
    return re.sub(r"(?:[ .,;:/-]+[A-Za-z]*[a-z][A-Za-z]*)*[ .,;:)/-]*$", "", value)


@cache
def _named(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")(?!\w)")


def _aligned(text: str) -> str:
    """Return a text folded character by character, so that places stay."""
    return "".join((folded(sign) or " ")[0] for sign in text)


# -- names of people ------------------------------------------------------------------------------------------------
_TITLE = (
    r"(?:Mrs?|Ms|Ing|Miss|Mx|Dr|Prof|Sir|Lady|Herrn?|Frau|Hr|Fr|Monsieur|Madame|Mademoiselle|Mme|Mlle|M|Me|Señora?|Sra?|Don"
    r"|Doña|Signora?|Sig|Sig\.ra|Dott|Dott\.ssa|Meneer|Mevrouw|Dhr|Mevr|Mw|Senhora?|Pan|Pani|Pana|Fru|Herr|Dear|Patient"
    r"|patient|Patientin|paciente|paziente|Liebe|Lieber|Cher|Chère|Querid[oa]|Car[oa]|Beste|Szanown[ya])"
)
_PART = r"(?:[^\W\d_a-zà-öø-ÿ][\w'’]*[a-zà-öø-ÿ][\w'’]*(?:-[^\W\d_][\w'’]+)?|[^\W\d_a-z]{2,}(?:-[^\W\d_a-z]{2,})?)"
_JOIN = r"(?:(?:van|von|der|den|de|del|della|di|da|do|dos|das|la|le|el|bin|al|ten|ter|zu|y|e|i|und) )*"
_NAMES = re.compile(
    rf"(?<![\w@.])(?P<title>(?:{_TITLE}\.?,? )*)(?P<name>{_PART}(?: {_JOIN}(?:[^\W\d_]\. ?)?{_PART}){{0,3}})(?![\w@])"
)


def _names(text: str) -> Iterable[Span]:
    for found in _NAMES.finditer(text):
        span = _person(found)
        if span is not None:
            yield span


def _person(found: re.Match[str]) -> Span | None:
    """Return the name among capitalised words, None where none of them is common and no title stands before."""
    words = [(m.start(), m.end(), folded(m[0])) for m in re.finditer(r"[^\W\d_][\w'’-]*", found["name"])]
    if not found["title"] and _begins(found) and words[0][2] not in given_names() | surnames():
        while words and (words[0][0] == 0 or words[0][2] in _LITTLE):  # what a sentence begins with
            words = words[1:]
    titled = bool(found["title"])
    given, family = given_names(), surnames()
    first = next((i for i, (_, _, word) in enumerate(words) if _in(word, given)), None)
    kin = next((i for i, (_, _, word) in enumerate(words) if word in family and word not in cities()), None)
    lone = [word for _, _, word in words if word not in things()]
    if not lone:
        return None
    start = 0
    if first is not None and len(words) - first >= 2:
        start, sure = _back(words, first), 0.85
    elif titled:
        sure = 0.8
    elif first is not None and kin is not None and kin < first:
        start, sure = words[kin][0], 0.8
    elif kin is not None and kin >= 1 and words[kin - 1][2] not in things():
        start, sure = _back(words, kin - 1), 0.7
    elif first is None and 2 <= len(words) <= 5 and _stranger(found, words):
        start, sure = words[0][0], 0.5
    elif first is not None and len(words) == 1 and words[0][2] not in cities() | _WORDS:
        sure = 0.6
    else:
        return None
    base = found.start("name")
    learned = _LEARNED.search(found["title"]) if start == 0 else None
    return Span(
        start=base + start if learned is None else found.start() + learned.start(),
        end=found.end("name"),
        label=PERSON.label,
        confidence=sure,
    )


def _back(words: list[tuple[int, int, str]], place: int) -> int:
    """Return where a name begins: words before a known part belong to it unless things are called by them."""
    while place and words[place - 1][2] not in things() and words[place - 1][2] not in _LITTLE:
        place -= 1
    return words[place][0]


_LEARNED = re.compile(r"(?:(?:Dr|Prof|Ing|Dott|Dott\.ssa)\.? )+$")
"""Titles that are written as a part of a name."""


def _stranger(found: re.Match[str], words: list[tuple[int, int, str]]) -> bool:
    """Return whether capitalised words in the middle of a sentence are none that things and firms are called by."""
    if (words[0][0] == 0 and _begins(found)) or any(len(word) < 3 for _, _, word in words if word not in _LITTLE):
        return False
    return not any(part in things() or part in cities()
                   for _, _, word in words for part in word.split("-"))  # fmt: skip


def _begins(found: re.Match[str]) -> bool:
    """Return whether a sentence begins here, where any word stands in capitals."""
    before = found.string[: found.start()].rstrip()
    return not before or before[-1] in ".!?:;"


def _in(word: str, names: frozenset[str]) -> bool:
    return word in names or ("-" in word and word.split("-")[0] in names)


_LITTLE = frozenset(
    ("van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "la", "le", "el", "bin", "al",
    "ten",
     "ter", "zu", "y", "e", "i", "und")
)  # fmt: skip

_WORDS = frozenset(
    ("april", "june", "august", "summer", "autumn", "hope", "grace", "faith", "joy", "rose", "may", "mark", "will",
    "bill",
     "don", "art", "sue", "pat", "dale", "rusty", "dawn", "christian", "france", "chase", "hunter", "drew", "amber",
     "crystal")
)  # fmt: skip
"""Given names that are words as well, and say nothing alone."""
