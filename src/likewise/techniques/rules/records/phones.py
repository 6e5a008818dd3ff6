"""Telephone numbers: those a country's plan allows, and those its regulator keeps free for fiction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.counted import Bits, Counted
from likewise.core.extras import require
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.places import places_of
from likewise.techniques.rules.records.reference import lines
from likewise.techniques.rules.records.texts import Texts, coded, joined, numerals

HEADS, RESERVED = 40, 1000
"""Into how many blocks the numbers of an area fall, and how many reserved numbers of an area are used at most."""

TAIL, LOW_TAIL = 4, 3
"""The digits at the end of a number that are drawn freely, in a plausible one and in one of low digits."""

AREA_IN_MOBILE = frozenset({"US", "CA", "BR"})
"""Countries whose mobile numbers begin with an area too."""

MOBILE, ANY = "mobile", ""

PREFIX: Mapping[str, int] = {"GB": 4, "IN": 5, "CH": 2, "IE": 2, "JP": 2, "KR": 2, "SE": 2, "UA": 2, "FR": 1, "NL": 1}
"""How many digits of a mobile number are written apart, where not three."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Hold the telephone numbers of a country, in blocks: how a number begins, in groups, and how many digits follow.

    `mobile` and `landline` tell the group of each area, and last that of places whose area is not known.
    """

    heads: Texts
    tail: int
    areas: pa.Array
    mobile: npt.NDArray[np.int64]
    landline: npt.NDArray[np.int64]

    def group(self, area: pa.DictionaryArray, mobile: bool) -> npt.NDArray[np.int64]:
        """Return the group that the number of each row is of."""
        found = pc.fill_null(pc.index_in(area.dictionary, self.areas), len(self.areas))
        groups = self.mobile if mobile else self.landline
        of_text = groups.take(np.append(found.to_numpy(zero_copy_only=False), len(self.areas)))
        codes = pc.fill_null(area.indices, len(area.dictionary)) if area.null_count else area.indices
        of_row: npt.NDArray[np.int64] = of_text.take(codes.to_numpy())
        return of_row

    def written(self, group: npt.NDArray[np.int64], bits: Bits, tail: Bits) -> pa.Array:
        """Return the number of each row."""
        heads = coded(self.heads.codes(bits, group), self.heads.texts)
        if not self.tail:
            return heads
        digits = (tail >> np.uint64(48)) * np.uint64(10**self.tail) >> np.uint64(16)
        return joined(heads, coded(digits.astype(np.int32), numerals(self.tail)))


@cache
def plan_of(code: str, safe: bool) -> Plan:
    """Return the numbers of a locale's country: where it keeps some for fiction and `safe`, only those."""
    country = LOCALES[code].country
    lists = places_of(code).said["phone areas"][1].to_pylist()
    areas = sorted({area for listed in lists for area in listed.split(",") if area})
    book = _Book(country)
    reserved = dict(_reserved(country, areas)) if safe else {}
    if reserved:
        blocks = {kind: [book.written(kind, number) for number in numbers] for kind, numbers in reserved.items()}
        if "" in lists:
            blocks.setdefault(ANY, [number for kind, numbers in blocks.items() if kind != MOBILE for number in numbers])
        tail = 0
    else:
        tail = LOW_TAIL if safe else TAIL
        kinds = [MOBILE, ANY, *areas, *(MOBILE + area for area in areas if country == "BR")]
        blocks = {kind: [book.written(kind, number) for number in book.blocks(kind, tail, low=safe)] for kind in kinds}
    named = {kind: dict.fromkeys(numbers, 1.0) for kind, numbers in blocks.items() if numbers}
    groups = {kind: at for at, kind in enumerate(named)}
    mobile, landline = (
        np.array([_group(groups, country, area, mobile=mobile) for area in [*areas, ANY]]) for mobile in (True, False)
    )
    return Plan(Texts.grouped(list(named.values())), tail, pa.array(areas, pa.string()), mobile, landline)


def _group(groups: Mapping[str, int], country: str, area: str, *, mobile: bool) -> int:
    """Return the group of an area, or the nearest to it that there is."""
    kinds = (area, ANY, MOBILE)
    if mobile:
        kinds = (MOBILE + area, area, MOBILE) if country in AREA_IN_MOBILE and area else (MOBILE, area, ANY)
    return next((groups[kind] for kind in kinds if kind in groups), 0)


@cache
def mobile_share(country: str, safe: bool) -> float:
    """Return how many of a country's numbers are mobile: none where the reserved ones do not pass as valid."""
    book = _Book(country)
    reserved = [number for kind, numbers in _reserved(country, []) if kind == MOBILE for number in numbers]
    return 0.0 if safe and reserved and not book.is_valid(MOBILE, reserved[0]) else 0.6


def _reserved(country: str, areas: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Return the numbers that are kept for fiction, of each area."""
    found: dict[str, list[str]] = {}
    for line in lines("reserved_phones.txt"):
        of, area, head, free = line.split("|")
        if of == country:
            step = max(10 ** int(free) // RESERVED, 1)
            for kind in areas if area == "*" else [area]:
                start = "" if kind in (MOBILE, ANY) else kind
                ends = [f"{n * step:0{free}}" for n in range(min(10 ** int(free), RESERVED))] if int(free) else [""]
                found.setdefault(kind, []).extend(f"{start}{head}{end}" for end in ends)
    yield from found.items()


class _Book:
    """What `phonenumbers` knows of a country's numbers: which are valid."""

    def __init__(self, country: str) -> None:
        self._country = country
        package = require("phonenumbers", extra="rules")
        self._data: Any = package.PhoneMetadata.metadata_for_region(country)
        self._random = Counted(0, "phones", country)

    def written(self, kind: str, number: str) -> str:
        """Return a number as it is written abroad: country, area, and the rest."""
        area = "" if kind in (MOBILE, ANY) else kind.removeprefix(MOBILE)
        at = len(area) or (PREFIX.get(self._country, 3) if kind == MOBILE else 4 if self._country == "GB" else 3)
        rest = number[at:]
        if self._country in ("US", "CA"):
            rest = f"{rest[:3]}-{rest[3:]}"
        return f"+{self._data.country_code} {number[:at]}{'-' if self._country in ('US', 'CA') else ' '}{rest}"

    def is_valid(self, kind: str, number: str) -> bool:
        """Tell whether a national number is one of the plan."""
        pattern, _ = self._kind(kind)
        return bool(pattern.fullmatch(number))

    def blocks(self, kind: str, tail: int, *, low: bool) -> list[str]:
        """Return how valid numbers begin, all but their last digits; `low` ones go on with zeros, where they can."""
        pattern, lengths = self._kind(kind)
        wanted = HEADS * (5 if kind in (MOBILE, ANY) else 1)
        found: dict[str, None] = {}
        for head in self._heads(self._starts(kind), [length - tail for length in lengths], 2 * wanted, low):
            if all(pattern.fullmatch(head + filler * tail) for filler in "0591"):
                found[head] = None
            if len(found) == wanted:
                break
        return list(found)

    def _heads(self, starts: list[str], lengths: list[int], count: int, low: bool) -> Iterator[str]:
        """Return how numbers might begin: each beginning once in every round, with the usual length before others."""
        rounds = count // len(starts) + 1
        for length in lengths:
            free = [max(length - len(start), 0) for start in starts]
            drawn = [
                self._random.at(start).integers(np.arange(rounds), 10**digits).tolist()
                for start, digits in zip(starts, free, strict=True)
            ]
            for turn in range(min(rounds, 4) if low else rounds):
                for start, digits, numbers in zip(starts, free, drawn, strict=True):
                    rest = f"{turn:0{digits}}"[::-1] if low else f"{numbers[turn]:0{digits}}"
                    yield (start + rest)[:length]

    def _kind(self, kind: str) -> tuple[re.Pattern[str], list[int]]:
        return self._mobile if kind.startswith(MOBILE) else self._fixed

    @cached_property
    def _mobile(self) -> tuple[re.Pattern[str], list[int]]:
        return self._described(self._data.mobile)

    @cached_property
    def _fixed(self) -> tuple[re.Pattern[str], list[int]]:
        return self._described(self._data.fixed_line)

    @staticmethod
    def _described(described: Any) -> tuple[re.Pattern[str], list[int]]:
        usual = min(max(len(described.example_number), 9), 10)
        near = [length for length in described.possible_length if abs(length - usual) < 2]
        lengths = sorted(near or described.possible_length, key=lambda length: (abs(length - usual), -length))
        return re.compile(described.national_number_pattern), lengths

    def _starts(self, kind: str) -> list[str]:
        """Return the digits that numbers of a kind may begin with."""
        area = kind.removeprefix(MOBILE)
        if area:
            return [area + ("9" if kind.startswith(MOBILE) and self._country == "BR" else "")]
        pattern, lengths = self._kind(kind)
        found = [
            start
            for start in (f"{number:03}" for number in range(1000))
            if any(pattern.fullmatch(f"{start}{filler * (length - 3)}") for length in lengths[:2] for filler in "2571")
        ]
        order = self._random.at("starts").bits(np.arange(len(found))).argsort()
        return [found[at] for at in order]
