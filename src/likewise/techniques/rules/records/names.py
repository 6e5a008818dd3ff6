"""The names of people in each locale: lists and weights of Faker, read as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from likewise.core.extras import require
from likewise.errors import MissingExtra
from likewise.techniques.rules.records.latin import local_part
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.reference import lines
from likewise.techniques.rules.records.texts import Texts

FEMALE, MALE = 0, 1
"""The groups of lists that differ by sex."""


@dataclass(frozen=True)
class Names:
    """Hold the names of a locale: first, middle and last ones, female names before male ones.

    `latin` gives of each what stands for it before the @ of an e-mail address.
    """

    first: Texts
    middle: Texts
    last: Texts
    latin: Mapping[str, str]


@cache
def provider(kind: str, locale: str) -> Any:
    """Return the class that holds Faker's lists of a kind (`person`, `address`, `job`), or None where there is none."""
    try:
        return require(f"faker.providers.{kind}.{locale}", extra="rules").Provider
    except MissingExtra:
        require("faker", extra="rules")
        return None


def weighted(*lists: Any) -> dict[str, float]:
    """Return the chance of each text of some lists, in the order of the alphabet where they give no weights.

    A list may repeat a text instead of weighing it, or have lost its order to a set: the alphabet is the same in every
    process.
    """
    found: dict[str, float] = {}
    for values in lists:
        if isinstance(values, Mapping):
            found.update(values)
        else:
            found.update(sorted(Counter(value for value in values if isinstance(value, str)).items()))
    return {text: float(weight) for text, weight in found.items() if text.strip() and weight > 0}


@cache
def names_of(code: str) -> Names:
    """Return the names of a locale.

    A first name that both sexes bear is left out, so that a name tells the sex; so is one that cannot be written in
    Latin letters, as an e-mail address needs.
    """
    locale = LOCALES[code]
    source = provider("person", locale.source)
    latin = {text: written.lower() for _, text, written in _read_names(source)}

    def kept(names: dict[str, float]) -> dict[str, float]:
        for name in names:
            latin.setdefault(name, local_part(name, locale.language))
        return {name: weight for name, weight in names.items() if latin[name]}

    female, male = (kept(weighted(getattr(source, f"first_names_{sex}"))) for sex in ("female", "male"))
    shared = {*(female.keys() & male.keys()), *_shared(locale.language)}
    first = [{name: weight for name, weight in own.items() if name not in shared} for own in (female, male)]
    last = [kept(names) for names in _last_names(source)]
    middle = [weighted(getattr(source, f"middle_names_{sex}", ())) or own for sex, own in
              zip(("female", "male"), first, strict=True)]  # fmt: skip
    return Names(Texts.grouped(first), Texts.grouped(middle), Texts.grouped(last), latin)


def _shared(language: str) -> Iterable[str]:
    """Return names that lists give to one sex, and that do not tell it."""
    for line in lines("shared_names.txt"):
        if line.startswith(f"{language}|"):
            yield from line[3:].split(",")


def _last_names(source: Any) -> list[dict[str, float]]:
    if hasattr(source, "male_last_names"):  # Polish: names in -ski are -ska of a woman
        shared, male = weighted(source.unisex_last_names), weighted(source.male_last_names)
        return [{**shared, **{f"{name[:-1]}a": weight for name, weight in male.items()}}, {**shared, **male}]
    if hasattr(source, "last_names_female"):
        return [weighted(source.last_names_female), weighted(source.last_names_male)]
    return [weighted(source.last_names)] * 2


def _read_names(source: Any) -> Iterable[tuple[str, str, str]]:
    """Return names as (written, in Latin letters) where Faker says how they are read: Japanese ones."""
    for pairs in ("first_name_pairs", "last_name_pairs"):
        for written, _, roman in getattr(source, pairs, ()):
            yield pairs, written, roman
