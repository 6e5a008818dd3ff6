"""E-mail addresses and user names, made of the names of people."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Bits
from likewise.techniques.rules.records.ages import Days
from likewise.techniques.rules.records.texts import coded, joined

Lanes = npt.NDArray[np.uint8]

SAFE_DOMAINS = ("example.com",) * 5 + ("example.org",) * 2 + ("example.net",)
"""Domains that reach nobody (RFC 2606), each as often as it is drawn."""

DOMAINS = ("gmail.com",) * 4 + ("outlook.com", "yahoo.com", "hotmail.com", "icloud.com")
OWN_DOMAINS = {
    "DE": ("gmx.de", "web.de"), "AT": ("gmx.at",), "CH": ("bluewin.ch",), "FR": ("orange.fr", "free.fr"),
    "IT": ("libero.it", "virgilio.it"), "PL": ("wp.pl", "onet.pl"), "CZ": ("seznam.cz", "centrum.cz"),
    "RU": ("mail.ru", "yandex.ru"), "UA": ("ukr.net", "i.ua"), "CN": ("qq.com", "163.com"), "KR": ("naver.com",),
    "JP": ("yahoo.co.jp",), "BR": ("uol.com.br",), "PT": ("sapo.pt",), "NL": ("ziggo.nl",), "GB": ("btinternet.com",),
}  # fmt: skip
"""Domains that many people of a country have their mail at."""

_FIRST, _FIRST_DOT, _FIRST_LINE, _INITIAL = range(4)
STYLES = np.repeat([_FIRST_DOT, _FIRST, _FIRST_LINE, _INITIAL], [128, 40, 24, 64]).astype(np.int32)
"""How the first name is written before the last one, of 256 people."""

_NOTHING, _YEAR, _SHORT_YEAR, _NUMBER = range(4)
_ENDS = np.repeat([_NOTHING, _YEAR, _SHORT_YEAR, _NUMBER], [118, 40, 38, 60]).astype(np.int32)
"""What follows the last name, of 256 people."""

_FIRST_YEAR, _YEARS = 1880, 200


def local_parts(
    first: pa.DictionaryArray, last: pa.DictionaryArray, born: Days, bits: Bits
) -> list[pa.DictionaryArray]:
    """Return the parts of user names: the first name in some style, the last name, and perhaps a year or number.

    `first` and `last` are in Latin letters; `bits` are 64 random bits a row, of which the last 24 are used.
    """
    lanes = _lanes(bits)
    return [_styled(first, lanes), last, coded(_ends(born, lanes), _end_texts())]


def addresses(parts: list[pa.DictionaryArray], bits: Bits, domains: tuple[str, ...]) -> pa.Array:
    """Return e-mail addresses of the parts of user names; the fourth of eight bytes of `bits` chooses the domain."""
    ends = parts[-1]
    texts = _ended(domains)
    codes = ends.indices.to_numpy() * len(domains) + _domain(bits, domains)
    return joined(*parts[:-1], coded(codes, texts))


def unique_parts(
    first: pa.DictionaryArray, last: pa.DictionaryArray, rows: npt.NDArray[np.int64], bits: Bits
) -> list[pa.Array]:
    """Return the parts of user names that end with the number of the row, so that no two are the same."""
    return [_styled(first, _lanes(bits)), last, pa.array([f".{row + 1}" for row in rows.tolist()], pa.string())]


def at_domains(bits: Bits, domains: tuple[str, ...]) -> pa.DictionaryArray:
    """Return the domain of each row, with its @."""
    return coded(_domain(bits, domains), pa.array([f"@{domain}" for domain in domains]))


def domains_of(country: str, safe: bool) -> tuple[str, ...]:
    """Return the domains of a country's people, each as often as it is drawn."""
    if safe:
        return SAFE_DOMAINS
    own = OWN_DOMAINS.get(country, ())
    return DOMAINS[: 8 - 2 * len(own)] + own * 2


def _lanes(bits: Bits) -> Lanes:
    return bits.view(np.uint8).reshape(-1, 8)


def _domain(bits: Bits, domains: tuple[str, ...]) -> npt.NDArray[np.int32]:
    return (_lanes(bits)[:, 3].astype(np.int32) * len(domains)) >> 8


def _styled(first: pa.DictionaryArray, lanes: Lanes) -> pa.DictionaryArray:
    """Return first names as `john`, `john.`, `john_` or `j`."""
    names = first.dictionary
    texts = pa.concat_arrays([
        names,
        pc.binary_join_element_wise(names, ".", ""),
        pc.binary_join_element_wise(names, "_", ""),
        pc.utf8_slice_codeunits(names, 0, 1),
    ])  # fmt: skip
    codes = STYLES.take(lanes[:, 0])
    codes *= np.int32(len(names))
    codes += first.indices.to_numpy()
    return coded(codes, texts)


def _ends(born: Days, lanes: Lanes) -> npt.NDArray[np.int32]:
    """Return which end each user name has: nothing, the year of birth with four digits or two, or a number to 99."""
    kind = _ENDS.take(lanes[:, 1])
    number = (lanes[:, 2].astype(np.int32) * 99) >> 8
    said = np.where(kind == _NUMBER, number, _years().take(born + _DAYS_BEFORE, mode="clip"))
    said += kind * np.int32(_YEARS)
    return _end_codes().take(said)


@cache
def _end_codes() -> npt.NDArray[np.int32]:
    """Return the place in the texts of ends of each kind of end and each number that it says."""
    years = np.arange(_YEARS)
    kinds = [years * 0, 1 + years, 1 + _YEARS + (years + _FIRST_YEAR) % 100, 101 + _YEARS + years % 99]
    return np.concatenate(kinds).astype(np.int32)


@cache
def _end_texts() -> pa.Array:
    years = [str(_FIRST_YEAR + year) for year in range(_YEARS)]
    return pa.array(["", *years, *(f"{year:02}" for year in range(100)), *(str(number) for number in range(1, 100))])


@cache
def _ended(domains: tuple[str, ...]) -> pa.Array:
    return pa.array([f"{end}@{domain}" for end in _end_texts().to_pylist() for domain in domains])


_DAYS_BEFORE = int((np.datetime64("1970-01-01") - np.datetime64(f"{_FIRST_YEAR}-01-01")).astype(int))


@cache
def _years() -> npt.NDArray[np.int32]:
    """Return the year of each day, counted from the first one."""
    days = np.arange(-_DAYS_BEFORE, 365 * _YEARS - _DAYS_BEFORE)
    return (days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - _FIRST_YEAR).astype(np.int32)
