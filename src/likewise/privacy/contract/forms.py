"""What form each cell is written in: one of a fixed list, so that a row adds one to one of the counts and no more."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.formats import PLAIN, NumberStyle
from likewise.core.moments import DAY
from likewise.core.values import MARKERS
from likewise.privacy.contract.reading import CLOCKS, ISO, doubles, floats_of, is_number, moments_of, texts_of

Places = npt.NDArray[np.int64]

DECIMALS = 6
"""Decimals of a plain number that are told apart; numbers with more are real."""

WORDS = ("yes/no", "Yes/No", "YES/NO", "y/n", "Y/N")
"""Truth values in words that are found; `true` and `false` are some however they are written, and `F` is a sex."""

WRITTEN = (("%d/%m/%Y", "%m/%d/%Y"), ("%-d/%-m/%Y", "%-m/%-d/%Y"), ("%d-%m-%Y", "%m-%d-%Y"), ("%d.%m.%Y",),
           ("%-d.%-m.%Y",), ("%Y/%m/%d",), ("%d-%b-%Y",), ("%d %b %Y",), ("%b %d, %Y",),
           ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"), ("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"),
           ("%d.%m.%Y %H:%M",), ("%d.%m.%Y %H:%M:%S",))  # fmt: skip
"""Formats of dates that are found beside ISO 8601; of two, many a date can be read as both."""

AFFIXES = (("", ""), ("$", ""), ("€", ""), ("£", ""), ("", "%"), ("", " %"), ("", "€"), ("", " €"))
"""What numbers are found with before and after them."""

SIGNS = (("", "."), (",", "."), ("", ","), (".", ","))
"""The signs that group the digits and that part off the decimals."""

PLACES = 3
"""Decimals of a styled number that are told apart; three stand for more."""

STYLED = (r"^[-+]?(?P<prefix>[$€£]?)[-+]?(?P<body>[0-9][0-9.,]*)(?P<suffix>(?: ?%| ?€)?)$",
          (r"^[0-9]+(?:\.(?P<d>[0-9]*))?$", r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.(?P<d>[0-9]*))?$",
           r"^[0-9]+,(?P<d>[0-9]{1,2}|[0-9]{4,})$",
           r"^[0-9]{1,3}(?:\.[0-9]{3})+,(?P<d>[0-9]+)$"))  # fmt: skip
"""A styled number, and its digits with each of `SIGNS`; `1,234` is taken for grouped, and `1.234` for plain."""

CODE = r"^[+-]?0[0-9]"
"""What codes begin with: `02139` is no number."""

LIKE_MOMENTS = r"^[0-9]{1,4}[-/. ][0-9A-Za-z]{1,3}[-/. ][0-9]|^[0-9]{1,2}:[0-9]{2}|^[A-Za-z]{3} [0-9]{1,2}, [0-9]"
"""What dates and times begin with: all else need not be tried."""

PROSE = r"\S\s+\S+\s+\S"
"""Three words and more."""


class Form(NamedTuple):
    """Hold a way of writing a cell: its kind, the formats it may be in, and decimals, style and sign of a number."""

    kind: Literal["missing", "text", "prose", "number", "boolean", "date", "datetime", "time"]
    formats: tuple[str, ...] = ()
    digits: int = 0
    style: NumberStyle = NumberStyle()
    below: bool = False


def _styles() -> list[NumberStyle]:
    found = [NumberStyle(*affix, group=group, decimal=point) for affix in AFFIXES for group, point in SIGNS]
    return [style for style in found if style != NumberStyle()]


def _moments() -> list[Form]:
    found = [(written,) for pair in WRITTEN for written in pair] + [pair for pair in WRITTEN if len(pair) > 1]
    return [Form("datetime" if "%H" in ways[0] else "date", ways) for ways in found]


FORMS: tuple[Form, ...] = (
    Form("missing"), Form("text"), Form("prose"),
    *(Form("number", digits=d, below=sign) for sign in (False, True) for d in range(DECIMALS + 2)),
    Form("boolean"), *(Form("boolean", (words,)) for words in WORDS), Form("date"), Form("datetime"), Form("time"),
    *_moments(), *(Form("number", digits=d, style=style) for style in _styles() for d in range(PLACES + 1)),
)  # fmt: skip
"""The forms; every cell has one of them."""

PLACE = {form: place for place, form in enumerate(FORMS)}
MISSING, TEXT, BOOLEAN = PLACE[Form("missing")], PLACE[Form("text")], PLACE[Form("boolean")]
NUMBER = PLACE[Form("number")]


def forms_of(array: pa.Array) -> Places:
    """Return the place among `FORMS` of each cell of an array without dictionary.

    >>> [FORMS[place].kind for place in forms_of(pa.array(["1.50", "yes", "31.12.1999", "$1,234", "", "F"]))]
    ['number', 'boolean', 'date', 'number', 'missing', 'text']
    """
    if pa.types.is_boolean(array.type):
        return np.where(np.asarray(array.is_null()), MISSING, BOOLEAN)
    if is_number(array.type):
        values = floats_of(array)
        return np.where(np.isinf(values), TEXT, _plain_numbers(np.where(np.isinf(values), 0.0, values), MISSING))
    if pa.types.is_temporal(array.type):
        return _typed_moments(array)
    coded = texts_of(array).dictionary_encode()
    known = np.append(_of_texts(coded.dictionary), MISSING)
    return known[np.asarray(coded.indices.fill_null(len(known) - 1)).astype(np.int64)]


def _plain_numbers(values: npt.NDArray[np.float64], gone: int) -> Places:
    """Return the forms of numbers, by their decimals and whether they are below 0."""
    digits = np.full(len(values), DECIMALS + 1)
    near = np.where(np.abs(values) < 2.0**53, values, 0.0)  # all that are farther are whole
    for places in range(DECIMALS, -1, -1):
        digits[np.round(near, places) == near] = places
    return np.where(np.isnan(values), gone, NUMBER + digits + (DECIMALS + 2) * (values < 0))


def _typed_moments(array: pa.Array) -> Places:
    micros, is_moment = moments_of(array, ())
    is_clock = moments_of(array, (), clock=True)[1]
    found = np.where(micros % DAY == 0, PLACE[Form("date")], PLACE[Form("datetime")])
    found = np.where(is_clock, PLACE[Form("time")], np.where(is_moment, found, TEXT))
    return np.where(np.asarray(array.is_null()), MISSING, found)


def _of_texts(texts: pa.Array) -> Places:
    """Return the forms of different texts, each by itself."""
    is_number = _matches(texts, PLAIN) & ~_matches(texts, CODE)
    found = _plain_numbers(doubles(pc.if_else(pa.array(is_number), texts, None)), TEXT)
    rows = np.flatnonzero(~is_number)
    others = texts.take(pa.array(rows, pa.int64()))
    own = np.where(_matches(others, PROSE), PLACE[Form("prose")], TEXT)
    for tried in (_styled, _written, _words):
        tells = tried(others)
        own = np.where(tells < 0, own, tells)
    blank = pc.is_in(others, value_set=pa.array(["", *MARKERS, None], pa.string()))
    found[rows] = np.where(np.asarray(blank), MISSING, own)
    return found


def _matches(texts: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False))


def _words(texts: pa.Array) -> Places:
    found = np.full(len(texts), -1)
    for words in WORDS:
        found[np.asarray(pc.is_in(texts, value_set=pa.array(words.split("/"))))] = PLACE[Form("boolean", (words,))]
    found[np.asarray(pc.is_in(pc.utf8_lower(texts), value_set=pa.array(["true", "false"])))] = BOOLEAN
    return found


def _written(texts: pa.Array) -> Places:
    """Return the forms of dates, times and both, -1 for other texts."""
    found = np.full(len(texts), -1)
    rows = np.flatnonzero(_matches(texts, LIKE_MOMENTS))
    texts = texts.take(pa.array(rows, pa.int64()))
    own = np.full(len(rows), -1)
    for pair in reversed(WRITTEN):
        read = [moments_of(texts, (written,))[1] for written in pair]
        for written, is_read in zip(pair, read, strict=True):
            own[is_read] = PLACE[_moment(written)]
        if len(pair) > 1:
            own[read[0] & read[1]] = PLACE[_moment(*pair)]
    micros, is_iso = moments_of(texts, ISO)
    own[is_iso] = np.where(micros % DAY == 0, PLACE[Form("date")], PLACE[Form("datetime")])[is_iso]
    own[moments_of(texts, CLOCKS, clock=True)[1]] = PLACE[Form("time")]
    found[rows] = own
    return found


def _moment(*formats: str) -> Form:
    return Form("datetime" if "%H" in formats[0] else "date", formats)


def _styled(texts: pa.Array) -> Places:
    """Return the forms of numbers with signs of money, percent or groups of digits, -1 for other texts."""
    pattern, bodies = STYLED
    parts = pc.extract_regex(texts, pattern)
    body, affix = pc.struct_field(parts, "body"), [pc.struct_field(parts, name) for name in ("prefix", "suffix")]
    found = np.full(len(texts), -1)
    for (group, point), signs in zip(SIGNS, bodies, strict=True):
        part = pc.struct_field(pc.extract_regex(body, signs), "d")
        digits = np.minimum(np.asarray(pc.fill_null(pc.utf8_length(part), 0)), PLACES)
        fits = np.asarray(pc.is_valid(part))
        for before, after in AFFIXES:
            style = NumberStyle(before, after, group=group, decimal=point)
            own = fits & np.asarray(pc.fill_null(pc.and_(pc.equal(affix[0], before), pc.equal(affix[1], after)), False))
            if style != NumberStyle():
                found[own] = PLACE[Form("number", style=style)] + digits[own]
    return found
