"""The names of companies in each locale: how they are put together, of lists of Faker, read as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.techniques.rules.records.latin import latin
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.names import MALE, names_of, provider, weighted
from likewise.techniques.rules.records.texts import Texts

PARTS = 2048
"""How many beginnings and how many endings of names a form has."""

_TOKEN = re.compile(r"\{\{([^}]+)\}\}")
_CHINESE = re.compile("[\u3400-\u9fff]")
_LEGAL = frozenset({"company_suffix", "company_prefix", "company_limited_prefix", "company_limited_suffix"})
_OWN = {
    "en_US": ("{{last_name}} {{Inc.|LLC|Corp.|Group|Co.}}", "{{last_name}} & {{last_name}} {{LLC|Inc.|LLP}}"),
    "en_GB": ("{{last_name}} {{Ltd|PLC|LLP|Group}}", "{{last_name}} & {{last_name}} {{Ltd|LLP}}",
              "{{last_name}} & Sons {{Ltd|LLP}}"),
    "en_CA": ("{{last_name}} {{Inc.|Ltd.|Corp.}}", "{{last_name}} & {{last_name}} {{Inc.|Ltd.}}"),
    "en_AU": ("{{last_name}} {{Pty Ltd|Ltd|Group}}", "{{last_name}} & {{last_name}} {{Pty Ltd|Ltd}}"),
    "en_NZ": ("{{last_name}} {{Limited|Group}}", "{{last_name}} & {{last_name}} {{Limited|LP}}"),
    "en_IE": ("{{last_name}} {{Ltd|DAC|PLC}}", "{{last_name}} & {{last_name}} {{Ltd|DAC}}"),
    "en_IN": ("{{last_name}} {{Pvt Ltd|Ltd|LLP}}", "{{last_name}} & {{last_name}} {{Pvt Ltd|LLP}}"),
    "hi_IN": ("{{last_name}} {{प्रा. लि.|लिमिटेड}}", "{{last_name}} एंड संस {{प्रा. लि.|लिमिटेड}}"),
    "uk_UA": ("{{ТОВ|ПП|АТ}} «{{last_name}}»", "{{ТОВ|ПП}} «{{last_name}} і {{last_name}}»"),
}  # fmt: skip
"""Forms of locales that Faker has none of its own for; legal forms are listed where they stand."""

_FALLBACK = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "nl": "nl_NL", "es": "es_ES", "pt": "pt_PT"}


@dataclass(frozen=True)
class CompanyNames:
    """Hold beginnings and endings of names, `PARTS` of each form after one another: any of a form go together.

    Each is held thrice: as it is written, its legal form, and what stands for it in a domain.
    """

    many: int
    starts: tuple[pa.Array, pa.Array, pa.Array]
    ends: tuple[pa.Array, pa.Array, pa.Array]


@cache
def company_names(code: str) -> CompanyNames:
    """Return the names of companies of a locale."""
    source = provider("company", code) or provider("company", _FALLBACK.get(code[:2], "en_US"))
    forms = _OWN.get(code) or sorted({form for form in source.formats if _is_usable(source, form)})
    starts, ends = list[tuple[str, str, str]](), list[tuple[str, str, str]]()
    for number, form in enumerate(forms):
        random = Counted(0, "company", code, number)
        begun, ended = (_written(part, source, code, random.at(at)) for at, part in enumerate(_halves(form)))
        starts += [(text, legal, own or f"company{place}") for place, (text, legal, own) in enumerate(begun)]
        ends += [(text, legal, own and f"-{own}") for text, legal, own in ended]
    return CompanyNames(len(forms), _columns(starts), _columns(ends))


def _columns(parts: list[tuple[str, str, str]]) -> tuple[pa.Array, pa.Array, pa.Array]:
    texts, legal, slugs = (pa.array(column, pa.string()) for column in zip(*parts))
    return texts, legal, slugs


def _is_usable(source: Any, form: str) -> bool:
    """Return whether a form is made of last names and lists, without the names of companies that there are."""
    names = _TOKEN.findall(form)
    return all(name == "last_name" or (name != "large_company" and _listed(source, name)) for name in names) and bool(
        names
    )


def _listed(source: Any, name: str) -> dict[str, float]:
    """Return the texts of a list of Faker, by the name that its forms call one of them."""
    for attribute in (f"{name}s", f"{name}es", f"{name[:-1]}ies"):
        found = getattr(source, attribute, None)
        if found is not None and not callable(found):
            return weighted(found)
    return {}


def _halves(form: str) -> tuple[str, str]:
    """Return a form cut behind its first name, or behind its first word."""
    found = re.search(r"\{\{last_name\}\}", form) or _TOKEN.search(form)
    at = len(form) if found is None else found.end()
    return form[:at], form[at:]


def _written(form: str, source: Any, code: str, random: Counted) -> list[tuple[str, str, str]]:
    """Return texts of a part of a form, each with its legal form and what stands for it in a domain."""
    pieces, rows, names, language = _TOKEN.split(form), np.arange(PARTS), names_of(code), LOCALES[code].language
    legal, texts, slugs = [""] * PARTS, list[list[str]](), list[list[str]]()
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            column = [piece] * PARTS
        elif piece == "last_name":
            last = names.last
            column = last.texts.take(pa.array(last.codes(random.at(place).bits(rows), MALE))).to_pylist()
        else:
            listed = dict.fromkeys(piece.split("|"), 1.0) if "|" in piece else _listed(source, piece)
            column = Texts(list(listed), list(listed.values())).of(random.at(place), rows).cast(pa.string()).to_pylist()
            if "|" in piece or piece in _LEGAL:
                legal = column
        texts.append(column)
        slugs.append([names.latin.get(text, text) if _CHINESE.search(text) else text for text in column])
    own = [slug("".join(parts), language) for parts in zip(*slugs)]
    return list(zip(map("".join, zip(*texts)), legal, own))


def slug(text: str, language: str) -> str:
    """Return a text as it stands in a domain; Chinese characters, whose readings differ, are not written.

    >>> slug("Müller & Söhne", "de")
    'mueller-soehne'
    """
    return re.sub("[^a-z0-9]+", "-", latin(_CHINESE.sub("", text), language)).strip("-")
