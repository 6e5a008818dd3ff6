"""Names of people and of large cities that are common in a dozen countries, and words that names of things have."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from likewise.core.identifiers.recogniser import folded


@cache
def given_names() -> frozenset[str]:
    """Return common given names, folded to lower case without accents.

    >>> "giuseppe" in given_names(), "table" in given_names()
    (True, False)
    """
    return _listed("given.txt")


@cache
def surnames() -> frozenset[str]:
    """Return common family names, folded.

    >>> "schmidt" in surnames()
    True
    """
    return _listed("surnames.txt")


@cache
def cities() -> frozenset[str]:
    """Return large cities, folded.

    >>> "lisboa" in cities()
    True
    """
    return _listed("cities.txt")


@cache
def things() -> frozenset[str]:
    """Return words that names of firms, offices, places and times are made of, folded.

    >>> "commission" in things()
    True
    """
    return _listed("things.txt")


def _listed(name: str) -> frozenset[str]:
    return frozenset(folded(files(__package__).joinpath(name).read_text(encoding="utf-8")).split())
