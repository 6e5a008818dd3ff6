"""National numbers that are made of the name of a person."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.techniques.rules.records.national_ids.bearer import Bearer, characters, spread, written
from likewise.techniques.rules.records.reference import lines
from likewise.techniques.rules.records.texts import encoded

Characters = npt.NDArray[np.uint8]

_VOWELS = frozenset("AEIOU")


def _of_each(names: pa.Array, make: Callable[[str], str], missing: str) -> Characters:
    """Return the characters that a name gives, of shape (people, characters)."""
    coded = encoded(names)
    made = [make(_letters(name)) for name in coded.dictionary.to_pylist()]
    table = np.stack([characters(text) for text in [*made, missing]])
    places = coded.indices.fill_null(len(made)).to_numpy(zero_copy_only=False)
    of_row: Characters = table[places]
    return of_row


def _letters(name: str) -> str:
    return "".join(sign for sign in name.upper() if "A" <= sign <= "Z")


def _consonants(name: str) -> str:
    return "".join(letter for letter in name if letter not in _VOWELS)


def _three(name: str) -> str:
    vowels = "".join(letter for letter in name if letter in _VOWELS)
    return (_consonants(name) + vowels + "XXX")[:3]


def _three_of_first(name: str) -> str:
    consonants = _consonants(name)
    return consonants[0] + consonants[2:4] if len(consonants) > 3 else _three(name)


PLACES = {
    "Roma": "H501", "Milano": "F205", "Napoli": "F839", "Torino": "L219", "Palermo": "G273", "Genova": "D969",
    "Bologna": "A944", "Firenze": "D612", "Catania": "C351", "Bari": "A662", "Verona": "L781", "Venezia": "L736",
}  # fmt: skip
"""The land registry's codes of Italian cities; people of others are said to be born in Rome."""

_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]


def italy(who: Bearer) -> pa.Array:
    """Write the Italian tax code: name, birth date with the sex in the day, birthplace, and a letter that checks it."""
    places = _of_each(
        who.said("city"), lambda city: {_letters(k): v for k, v in PLACES.items()}.get(city, "H501"), "H501"
    )
    body = np.concatenate([
        _of_each(who.said("last name"), _three, "XXX"),
        _of_each(who.said("first name"), _three_of_first, "XXX"),
        beside_characters(spread(who.year, 2)),
        characters("ABCDEHLMPRST")[who.month - 1][:, None],
        beside_characters(spread(who.day + np.where(who.male, 0, 40), 2)),
        places,
    ], axis=1)  # fmt: skip
    values = np.where(body >= ord("A"), body - ord("A"), body - ord("0")).astype(np.int64)
    odd, even = np.array(_ODD)[values[:, 0::2]], values[:, 1::2]
    check = (odd.sum(axis=1) + even.sum(axis=1)) % 26
    return written(body, characters("ABCDEFGHIJKLMNOPQRSTUVWXYZ")[check])


STATES = {
    "AGS": "AS", "BC": "BC", "BCS": "BS", "CAMP": "CC", "CHIS": "CS", "CHIH": "CH", "COAH": "CL", "COL": "CM",
    "CDMX": "DF", "DGO": "DG", "GTO": "GT", "GRO": "GR", "HGO": "HG", "JAL": "JC", "MEX": "MC", "MICH": "MN",
    "MOR": "MS", "NAY": "NT", "NL": "NL", "OAX": "OC", "PUE": "PL", "QRO": "QT", "QROO": "QR", "SLP": "SP",
    "SIN": "SL", "SON": "SR", "TAB": "TC", "TAMPS": "TS", "TLAX": "TL", "VER": "VZ", "YUC": "YN", "ZAC": "ZS",
}  # fmt: skip
"""What a CURP calls each Mexican state."""


def mexico(who: Bearer) -> pa.Array:
    """Write the Mexican CURP: letters of the names, birth date, sex, state of birth, and a digit that checks them."""
    last, second, first = (who.said(name) for name in ("last name", "second last name", "first name"))
    head = np.concatenate([
        _of_each(last, _first_and_vowel, "XX"), _of_each(second, _first, "X"), _of_each(first, _first, "X"),
    ], axis=1)  # fmt: skip
    for word in lines("curp_words.txt"):
        head[(head == characters(word)).all(axis=1), 1] = ord("X")
    body = np.concatenate([
        head,
        beside_characters(spread(who.year, 2)), beside_characters(spread(who.month, 2)),
        beside_characters(spread(who.day, 2)),
        characters("MH")[who.male.astype(np.intp)][:, None],
        _of_each(who.said("state code"), lambda state: STATES.get(state, "DF"), "DF"),
        *(_of_each(name, _inner_consonant, "X") for name in (last, second, first)),
        np.where(who.year < 2000, ord("0"), ord("A")).astype(np.uint8)[:, None],
    ], axis=1)  # fmt: skip
    letters = body.astype(np.int64)
    values = np.where(letters >= ord("A"), letters - ord("A") + 10 + (letters > ord("N")), letters - ord("0"))
    return written(body, -(values @ np.arange(18, 1, -1)) % 10)


def _first(name: str) -> str:
    return name[:1] or "X"


def _first_and_vowel(name: str) -> str:
    return _first(name) + next((letter for letter in name[1:] if letter in _VOWELS), "X")


def _inner_consonant(name: str) -> str:
    return next((letter for letter in name[1:] if letter not in _VOWELS), "X")


def beside_characters(digits: npt.NDArray[np.int64]) -> Characters:
    """Return digits as characters."""
    return digits.astype(np.uint8) + np.uint8(ord("0"))
