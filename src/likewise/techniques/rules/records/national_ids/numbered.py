"""National numbers that say nothing of a person: digits that are drawn, and digits that check them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

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
    written,
)


def australia(who: Bearer) -> pa.Array:
    """Write the Australian tax file number: a check of 11."""

    def make(serial: Ints) -> tuple[Digits, np.ndarray]:
        body = spread(serial, 8)
        check = total(body, (1, 4, 3, 7, 5, 8, 6, 9)) % 11
        return beside(body, check), check < 10

    number = counted_on(who, 10**7, 10**8 - 1, make)
    return written(number[:, :3], " ", number[:, 3:6], " ", number[:, 6:])


def brazil(who: Bearer) -> pa.Array:
    """Write the Brazilian CPF: two checks of 11."""
    body = spread(who.serial(1, 10**9 - 1), 9)
    first = total(body, range(10, 1, -1)) * 10 % 11 % 10
    second = total(beside(body, first), range(11, 1, -1)) * 10 % 11 % 10
    return written(body[:, :3], ".", body[:, 3:6], ".", body[:, 6:], "-", first, second)


def britain(who: Bearer) -> pa.Array:
    """Write the British national insurance number; `QQ` is never issued."""
    pairs = "QQ" if who.safe else "ABCEHJKLMPRSWXYZ"
    first, second = who.picked(pairs, "first"), who.picked("QQ" if who.safe else "ABCEHJKLMPRSWXZ", "second")
    for taken in () if who.safe else ("GB", "BG", "NK", "KN", "TN", "NT", "ZZ"):
        held = (first[:, 0] == ord(taken[0])) & (second[:, 0] == ord(taken[1]))
        second[held] = ord("A")
    return written(first, second, spread(who.serial(0, 999_999), 6), who.picked("ABCD", "suffix"))


def canada(who: Bearer) -> pa.Array:
    """Write the Canadian social insurance number: a Luhn digit; none begins with 0."""
    first = np.zeros(len(who.rows), np.int64) if who.safe else who.serial(1, 7, "first")
    body = beside(first, spread(who.serial(0, 10**7 - 1), 7))
    return written(body[:, :3], "-", body[:, 3:6], "-", body[:, 6:], luhn(body))


def germany(who: Bearer) -> pa.Array:
    """Write the German tax identification number: of ten digits one stands twice, and a check of ISO 7064 follows.

    Numbers that begin with 0 are for tests.
    """
    order = np.stack([who.random.at("order", place).uniforms(who.rows) for place in range(10)], axis=1).argsort(axis=1)
    body, rows = order.astype(np.int64), np.arange(len(order))
    to_front = (body == 0).argmax(axis=1) if who.safe else (body[:, 0] == 0).astype(np.intp)
    body[rows, 0], body[rows, to_front] = body[rows, to_front], body[rows, 0]
    body[:, 9] = body[rows, who.serial(1, 8, "again")]
    return written(body, _check_11_10(body))


def _check_11_10(body: Digits) -> Ints:
    """Return the check digit of ISO 7064, mod 11,10."""
    rest = np.full(len(body), 10, np.int64)
    for place in range(body.shape[1]):
        summed = (rest + body[:, place]) % 10
        rest = np.where(summed == 0, 10, summed) * 2 % 11
    return (11 - rest) % 10


_DIHEDRAL = np.array([[(a + b) % 5 if a < 5 and b < 5 else (a + b) % 5 + 5 if a < 5 else (a - b) % 5 + 5 if b < 5
                       else (a - b) % 5 for b in range(10)] for a in range(10)])  # fmt: skip
_TURNED = [np.arange(10)]
for _ in range(7):
    _TURNED.append(np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])[_TURNED[-1]])


def _verhoeff(body: Digits) -> Ints:
    """Return the check digit of Verhoeff, 1969."""
    rest = np.zeros(len(body), np.int64)
    for place in range(body.shape[1]):
        rest = _DIHEDRAL[rest, _TURNED[(place + 1) % 8][body[:, -1 - place]]]
    return np.array([0, 4, 3, 2, 1, 5, 6, 7, 8, 9])[rest]


def india(who: Bearer) -> pa.Array:
    """Write the Indian Aadhaar number: twelve digits with Verhoeff's check; none begins with 0 or 1."""
    first = who.serial(0, 1, "first") if who.safe else who.serial(2, 9, "first")
    body = beside(first, spread(who.serial(0, 2**32 - 1, "high") % 10**10, 10))
    return written(body[:, :4], " ", body[:, 4:8], " ", body[:, 8:], _verhoeff(body))


def ireland(who: Bearer) -> pa.Array:
    """Write the Irish public service number: a letter checks it."""
    body = spread(who.serial(10**6, 10**7 - 1), 7)
    return written(body, characters("WABCDEFGHIJKLMNOPQRSTUV")[total(body, range(8, 1, -1)) % 23])


def japan(who: Bearer) -> pa.Array:
    """Write the Japanese individual number: a check of 11."""
    body = beside(spread(who.serial(0, 10**5 - 1, "high"), 5), spread(who.serial(0, 10**6 - 1), 6))
    rest = total(body, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return written(body, np.where(rest < 2, 0, 11 - rest))


def netherlands(who: Bearer) -> pa.Array:
    """Write the Dutch citizen's number: a check of 11."""

    def make(serial: Ints) -> tuple[Digits, np.ndarray]:
        body = spread(serial, 8)
        check = total(body, range(9, 1, -1)) % 11
        return beside(body, check), check < 10

    return written(counted_on(who, 10**7, 10**8 - 1, make))


def new_zealand(who: Bearer) -> pa.Array:
    """Write the New Zealand tax number: a check of 11."""

    def make(serial: Ints) -> tuple[Digits, np.ndarray]:
        body = spread(serial, 8)
        check = -total(body, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return beside(body, check), check < 10

    number = counted_on(who, 10**7, 13_999_999, make)
    return written(number[:, :3], "-", number[:, 3:6], "-", number[:, 6:])


def portugal(who: Bearer) -> pa.Array:
    """Write the Portuguese tax number of a person: a check of 11."""
    body = spread(who.serial(10**7, 3 * 10**7 - 1), 8)
    rest = total(body, range(9, 1, -1)) % 11
    return written(body, np.where(rest < 2, 0, 11 - rest))


def russia(who: Bearer) -> pa.Array:
    """Write the Russian taxpayer's number of a person: two checks of 11."""
    body = beside(spread(who.serial(1, 79, "region"), 2), spread(who.serial(1, 10**8 - 1), 8))
    first = total(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = total(beside(body, first), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return written(body, first, second)


def spain(who: Bearer) -> pa.Array:
    """Write the Spanish identity number: a letter checks it."""
    number = who.serial(10**6, 10**8 - 1)
    return written(spread(number, 8), characters("TRWAGMYFPDXBNJZSQVHLCKE")[number % 23])


def switzerland(who: Bearer) -> pa.Array:
    """Write the Swiss insurance number: 756 and a check as of EAN."""
    drawn = spread(who.serial(0, 10**9 - 1), 9)
    body = beside(np.broadcast_to(np.array([7, 5, 6]), (len(drawn), 3)), drawn)
    check = -total(body, (1, 3) * 6) % 10
    return written("756.", drawn[:, :4], ".", drawn[:, 4:8], ".", drawn[:, 8:], check)


def turkey(who: Bearer) -> pa.Array:
    """Write the Turkish identity number: two check digits."""
    body = spread(who.serial(10**8, 10**9 - 1), 9)
    first = (total(body, (7, 0, 7, 0, 7, 0, 7, 0, 7)) - total(body, (0, 1, 0, 1, 0, 1, 0, 1))) % 10
    return written(body, first, (body.sum(axis=1) + first) % 10)


def america(who: Bearer) -> pa.Array:
    """Write the American social security number; none begins with 9, and these are no taxpayer's numbers either."""
    if who.safe:
        area, group = who.serial(900, 999, "area"), who.serial(1, 49, "group")
    else:
        area, group = who.serial(1, 898, "area"), who.serial(1, 99, "group")
        area = np.where(area >= 666, area + 1, area)
    return written(spread(area, 3), "-", spread(group, 2), "-", spread(who.serial(1, 9999), 4))
