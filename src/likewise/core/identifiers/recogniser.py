"""One class of identifiers: how its values look, what checks they pass, and what columns of it are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.core.naming import name_tokens

Mask = npt.NDArray[np.bool_]
Grid = npt.NDArray[np.int64]
Check = Callable[[Grid], Mask]
"""Judges rows of digits and letters (as 0 to 35) of one width, separators left out."""

LEAST = 1e-6
"""How likely chance may be to make all the values of a column look as they do, where its name says nothing."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Describe one class of identifiers.

    `pattern` is what a whole value looks like, for columns and texts that are named as such. `strict` is what it looks
    like where nothing names it (None: then nothing is told), and `chance` how often other values of that look pass,
    the check digits included. `names` are words of column names, in several languages, `near` words that stand before
    a value in a text (else the names); `never` are words of column names that rule it out. `inside` says whether it is
    looked for in running text: by its looks alone (those of `text`, where they differ from `strict`), only near a word,
    or not at all. Values of the class identify
    somebody `directly` or only with others. `hipaa` is its letter in the Safe Harbor list, `fake` the kind of invented
    value that takes its place (where "", one of the same pattern does).
    """

    label: str
    pattern: str
    names: tuple[str, ...] = ()
    strict: str | None = None
    check: Check | None = None
    chance: float = 0.1
    near: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    inside: Literal["alone", "near", "no"] = "no"
    text: str | None = None
    directly: bool = True
    hipaa: str = "R"
    fake: str = ""

    def looks(self, values: Sequence[str], *, strict: bool = False) -> Mask:
        """Return which values look like it, check digits aside."""
        pattern = self.strict if strict else self.pattern
        if pattern is None:
            return np.zeros(len(values), bool)
        match = compiled(pattern).fullmatch
        return np.array([match(value) is not None for value in values], bool)

    def passes(self, values: Sequence[str], *, strict: bool = False) -> Mask:
        """Return which values look like it and have the right check digits."""
        found = self.looks(values, strict=strict)
        if self.check is None or not found.any():
            return found
        places = np.flatnonzero(found)
        found[places] = _checked([values[place] for place in places.tolist()], self.check)
        return found

    def named(self, column: str) -> bool:
        """Return whether a column is named like it."""
        said = words_of(column)
        return says(said, self.names) and not says(said, (*self.never, *NEVER))

    def ruled_out(self, column: str) -> bool:
        """Return whether a column is named like what has the looks of it but is something else."""
        return says(words_of(column), (*self.never, *NEVER))


NEVER = (
    "type", "types", "kind", "count", "flag", "has", "is", "verified", "valid", "status", "length", "len", "score",
    "rate", "ratio", "nb", "qty", "quantity", "opt", "optin", "consent", "preference", "category",
    "version", "price", "amount", "total", "size", "model", "weight", "height", "usage", "per", "avg", "mean", "max",
    "min", "sum", "diff", "delta", "typ", "anzahl", "menge", "preis", "betrag", "nombre_de", "prix",
)  # fmt: skip
"""Words of names of columns that speak about identifiers, or of amounts, rather than hold them."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern compiled once."""
    return re.compile(pattern)


def folded(text: str) -> str:
    """Return a text in lower case without accents.

    >>> folded("Prénom Straße Łódź")
    'prenom strasse lodz'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


_PLAIN = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "ı": "i"})


@lru_cache(maxsize=4096)
def words_of(column: str) -> str:
    """Return a column's name as words between underscores, accents and trailing digits left out.

    >>> words_of("billingEMailAddress2")
    '_billing_e_mail_address_'
    """
    spelled = unicodedata.normalize("NFKD", column.translate(_PLAIN))
    tokens = name_tokens("".join(sign for sign in spelled if not unicodedata.combining(sign)))
    kept = [token.rstrip("0123456789") or token for token in tokens]
    return "_" + "_".join(kept) + "_"


def says(said: str, names: Sequence[str]) -> bool:
    """Return whether the words of a name hold one of some names, or run together make one.

    >>> says(words_of("CustomerFirstName"), ("first_name",)), says(words_of("firstname"), ("first_name",))
    (True, True)
    """
    whole = said.replace("_", "")
    return any(f"_{name}_" in said or name.replace("_", "") == whole for name in names)


def bare(value: str) -> str:
    """Return the letters and digits of a value, in capitals."""
    return "".join(sign for sign in value if sign.isascii() and sign.isalnum()).upper()


def _checked(values: Sequence[str], check: Check) -> Mask:
    """Return which values pass a check, those of one width together."""
    plain = [bare(value) for value in values]
    widths = np.array([len(text) for text in plain])
    found = np.zeros(len(values), bool)
    for width in np.unique(widths[widths > 0]).tolist():
        places = np.flatnonzero(widths == width)
        signs = np.frombuffer("".join(plain[place] for place in places.tolist()).encode(), np.uint8)
        grid = signs.reshape(len(places), width).astype(np.int64)
        found[places] = check(np.where(grid >= 65, grid - 55, grid - 48))
    return found
