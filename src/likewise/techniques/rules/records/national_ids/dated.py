"""National numbers that say when a person was born."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.check_digits import luhn
from likewise.techniques.rules.records.national_ids.bearer import (
    Bearer,
    Digits,
    Ints,
    beside,
    characters,
    counted_on,
    spread,
    total,
    value,
    written,
)


def _year_first(who: Bearer, width: int = 2) -> Digits:
    return beside(spread(who.year, width), spread(who.month, 2), spread(who.day, 2))


def _day_first(who: Bearer) -> Digits:
    return beside(spread(who.day, 2), spread(who.month, 2), spread(who.year, 2))


def austria(who: Bearer) -> pa.Array:
    """Write the Austrian social insurance number: a serial number, its check digit, and the birth date."""
    born = _day_first(who)

    def make(serial: Ints) -> tuple[Digits, np.ndarray]:
        first = spread(serial, 3)
        check = (total(first, (3, 7, 9)) + total(born, (5, 8, 4, 2, 1, 6))) % 11
        return beside(first, check), check < 10

    head = counted_on(who, 100, 999, make)
    return written(head, " ", born)


def belgium(who: Bearer) -> pa.Array:
    """Write the Belgian national number: birth date, a serial number that is odd for men, and a remainder of 97."""
    born, serial = _year_first(who), spread(np.where(who.male, 1, 2) + who.serial(0, 497) * 2, 3)
    number = value(beside(born, serial)) + np.where(who.year >= 2000, 2 * 10**9, 0)
    return written(born[:, :2], ".", born[:, 2:4], ".", born[:, 4:], "-", serial, ".", spread(97 - number % 97, 2))


PROVINCES = {
    "BJ": 11, "TJ": 12, "HE": 13, "SX": 14, "NM": 15, "LN": 21, "JL": 22, "HL": 23, "SH": 31, "JS": 32, "ZJ": 33,
    "AH": 34, "FJ": 35, "JX": 36, "SD": 37, "HA": 41, "HB": 42, "HN": 43, "GD": 44, "GX": 45, "HI": 44, "CQ": 51,
    "SC": 51, "GZ": 52, "YN": 53, "XZ": 54, "SN": 61, "GS": 62, "QH": 63, "NX": 64, "XJ": 65,
}  # fmt: skip
"""Chinese provinces; Hainan and Chongqing were parts of others when most people were born."""


def china(who: Bearer) -> pa.Array:
    """Write the Chinese resident's number: place, birth date, a number odd for men, and a check of ISO 7064."""
    states = who.said("state code").cast(pa.string()).to_pylist()
    place = spread(np.array([PROVINCES.get(state or "", 11) for state in states]) * 10000 + 100, 6)
    body = beside(place, _year_first(who, 4), spread(who.parted(2, 999), 3))
    check = (12 - total(body, [2 ** (17 - place) % 11 for place in range(17)])) % 11
    return written(body, characters("0123456789X")[check])


def czechia(who: Bearer) -> pa.Array:
    """Write the Czech birth number: women's months are 50 later, and since 1954 it is divisible by 11."""
    month = who.month + np.where(who.male, 0, 50)
    born = beside(spread(who.year, 2), spread(month, 2), spread(who.day, 2))

    def make(serial: Ints) -> tuple[Digits, np.ndarray]:
        body = beside(born, spread(serial, 3))
        check = value(body) % 11
        return beside(body, check % 10), check < 10

    body = counted_on(who, 1, 999, make)
    long = written(body[:, :6], "/", body[:, 6:])
    return pc.if_else(pa.array(who.year >= 1954), long, written(body[:, :6], "/", body[:, 6:9]))


def denmark(who: Bearer) -> pa.Array:
    """Write the Danish number: birth date, the century in the next digit, and a last digit that is odd for men."""
    century = np.where(who.year < 2000, who.serial(0, 3, "century"), who.serial(5, 8, "century"))
    return written(_day_first(who), "-", century, spread(who.serial(0, 99, "middle"), 2), who.parted(0, 9))


def finland(who: Bearer) -> pa.Array:
    """Write the Finnish code: birth date, century, a number odd for men (from 900 on never issued), a check of 31."""
    born = _day_first(who)
    serial = who.parted(900, 999) if who.safe else who.parted(2, 899)
    check = (value(born) * 1000 + serial) % 31
    century = characters("+-A")[who.year // 100 - 18]
    return written(born, century, spread(serial, 3), characters("0123456789ABCDEFHJKLMNPRSTUVWXY")[check])


def france(who: Bearer) -> pa.Array:
    """Write the French social security number: sex, birth, department, commune, order, and a complement of 97."""
    heads = [(zip_ or "75")[:2] for zip_ in who.said("zip").cast(pa.string()).to_pylist()]
    corsica = np.array([head == "20" for head in heads])
    place = np.array([19 if head == "20" else int(head) for head in heads])
    first = beside(np.where(who.male, 1, 2), spread(who.year, 2), spread(who.month, 2))
    rest = spread(who.serial(1, 500, "commune") * 1000 + who.serial(1, 999), 6)
    check = 97 - value(beside(first, spread(place, 2), rest)) % 97
    department = spread(place, 2).astype(np.uint8) + np.uint8(ord("0"))
    department[corsica] = characters("2A")
    return written(first, department, rest, spread(check, 2))


def korea(who: Bearer) -> pa.Array:
    """Write the Korean resident's number: birth date, sex and century, place, order, and a check of 11."""
    sex = np.where(who.male, 1, 2) + np.where(who.year >= 2000, 2, 0)
    body = beside(_year_first(who), sex, spread(who.serial(0, 95, "place"), 2), spread(who.serial(0, 999), 3))
    check = (11 - total(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return written(body[:, :6], "-", body[:, 6:], check)


def norway(who: Bearer) -> pa.Array:
    """Write the Norwegian number: birth date, a number odd for men, and two checks of 11.

    Months of numbers for tests are 80 later: the tax office's synthetic people have such.
    """
    month = who.month + (80 if who.safe else 0)
    born = beside(spread(who.day, 2), spread(month, 2), spread(who.year, 2))

    def make(half: Ints) -> tuple[Digits, np.ndarray]:
        order = half * 2 + who.male + np.where(who.year >= 2000, 500, 0)
        body = beside(born, spread(order, 3))
        first = -total(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        second = -total(beside(body, first), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return beside(body, first, second), (first < 10) & (second < 10)

    return written(counted_on(who, 0, 249, make))


def poland(who: Bearer) -> pa.Array:
    """Write the Polish PESEL: birth date with the century in the month, an order odd for men, and a check digit."""
    month = who.month + np.where(who.year >= 2000, 20, 0)
    born = beside(spread(who.year, 2), spread(month, 2), spread(who.day, 2))
    body = beside(born, spread(who.parted(0, 9999), 4))
    return written(body, -total(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def sweden(who: Bearer) -> pa.Array:
    """Write the Swedish personal number: birth date, a number odd for men, and a Luhn digit."""
    born, serial = _year_first(who, 4), spread(who.parted(0, 999), 3)
    return written(born, "-", serial, luhn(beside(born[:, 2:], serial)))


def ukraine(who: Bearer) -> pa.Array:
    """Write the Ukrainian taxpayer's number: days since 1899, a number odd for men, and a check of 11."""
    dates = (who.year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (who.month - 1)
    days = dates.astype("datetime64[D]").astype(np.int64) + who.day - 1 + 25568
    body = beside(spread(days, 5), spread(who.parted(0, 9999), 4))
    return written(body, total(body, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)
