"""Judge payments, companies, vehicles, devices and products, and measure how fast they and patterns are made.

    OMP_NUM_THREADS=1 python benchmarks/things.py [--rows 2000] [--blocks 20]

Outside judges (python-stdnum, vininfo) say how many of `--rows` values are valid, in every country that there are rules
for. Speeds are of blocks of 65,536 rows, the best of `--blocks`: what the code takes when nothing else runs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from importlib import import_module

import numpy as np
import pyarrow as pa
from stdnum import bic, ean, iban, imei, isbn, lei, luhn
from stdnum.eu import vat
from stdnum.us import rtn
from vininfo import Vin

from likewise.core.counted import Counted
from likewise.techniques.rules.makers.uuid import uuid_bits, written
from likewise.techniques.rules.patterns.pattern import compiled
from likewise.techniques.rules.records.company.company import Company
from likewise.techniques.rules.records.company.taxes import TAXES, tax_numbers
from likewise.techniques.rules.records.device import Device
from likewise.techniques.rules.records.payment.layouts import LAYOUTS
from likewise.techniques.rules.records.payment.payment import Payment
from likewise.techniques.rules.records.product import Product
from likewise.techniques.rules.records.record import Record, Setting
from likewise.techniques.rules.records.texts import fixed
from likewise.techniques.rules.records.vehicle import Vehicle

BLOCK = 65_536
ELSEWHERE = {
    "AU": "au.abn", "BR": "br.cnpj", "CA": "ca.bn", "CH": "ch.vat", "CN": "cn.uscc", "GB": "gb.vat", "IN": "in_.gstin",
    "JP": "jp.cn", "KR": "kr.brn", "MX": "mx.rfc", "NO": "no.mva", "NZ": "nz.ird", "RU": "ru.inn", "TR": "tr.vkn",
    "UA": "ua.edrpou", "US": "us.ein",
}  # fmt: skip
TIMED = {
    "card number": (Payment, "en_US"), "iban": (Payment, "de_DE"), "name": (Company, "en_US"),
    "email": (Company, "en_US"),
    "tax id": (Company, "en_US"), "vin": (Vehicle, "en_US"), "user agent": (Device, "en_US"), "ipv4": (Device, "en_US"),
    "ean": (Product, "en_US"), "price": (Product, "en_US"),
}  # fmt: skip
PATTERNS = ("[A-Z]{3}-[0-9]{4}", "[A-Z]{2}[0-9]{6}[A-Z]", "[0-9a-f]{40}", r"[a-z]+@[a-z]+\.(com|org)")


def record(kind: type[Record], locale: str, rows: Iterable[int], *, safe: bool = True) -> Record:
    numbers = np.array(rows)
    return kind(Setting(locale, safe, numbers, Counted(1, kind.name), {}, lambda name: record(kind, locale, numbers)))


def judged(rows: int) -> Iterable[tuple[str, list[bool]]]:
    """Yield what is judged, and whether each value passed."""
    own = range(rows)
    for safe in (True, False):
        how = "safe" if safe else "plausible"
        pay, firm = (record(kind, "en_US", own, safe=safe) for kind in (Payment, Company))
        thing, device = (record(kind, "en_US", own, safe=safe) for kind in (Product, Device))
        vehicle = record(Vehicle, "en_US", own, safe=safe)
        yield f"card numbers, {how}", [luhn.is_valid(text) for text in pay.of("card number").to_pylist()]
        yield f"routing numbers, {how}", [rtn.is_valid(text) for text in pay.of("routing number").to_pylist()]
        yield f"NPI, {how}", [luhn.is_valid(f"80840{text}") for text in firm.of("npi").to_pylist()]
        yield f"LEI, {how}", [lei.is_valid(text) for text in firm.of("lei").to_pylist()]
        yield f"VIN, {how}", [Vin(text).verify_checksum() for text in vehicle.of("vin").to_pylist()]
        yield f"EAN, {how}", [ean.is_valid(text) for text in thing.of("ean").to_pylist()]
        yield f"ISBN, {how}", [isbn.is_valid(text) for text in thing.of("isbn10").to_pylist()]
        yield f"IMEI, {how}", [imei.is_valid(text) for text in device.of("imei").to_pylist()]
        found = [
            text for land in LAYOUTS for text in record(Payment, f"xx_{land}", own, safe=safe).of("iban").to_pylist()
        ]
        yield f"IBAN of {len(LAYOUTS)} countries, {how}", [iban.is_valid(text) for text in found]
        codes = [
            text
            for land in LAYOUTS
            for text in record(Payment, f"xx_{land}", range(50), safe=safe).of("bic").to_pylist()
        ]
        yield f"BIC of {len(LAYOUTS)} countries, {how}", [bic.is_valid(text) for text in codes]
    passed = list[bool]()
    for land in TAXES:
        judge = import_module(f"stdnum.{ELSEWHERE[land]}") if land in ELSEWHERE else vat
        texts = fixed(tax_numbers(land, Counted(2, land), np.arange(rows))).to_pylist()
        passed += [judge.is_valid(text) for text in texts]
    yield f"tax numbers of {len(TAXES)} countries", passed


def best(make: Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], pa.Array], blocks: int) -> float:
    """Return the nanoseconds that a row of the fastest block takes."""
    make(np.arange(BLOCK))
    found = np.inf
    for number in range(blocks):
        rows = np.arange(BLOCK) + number * BLOCK
        begun = time.process_time()
        make(rows)
        found = min(found, time.process_time() - begun)
    return found / BLOCK * 1e9


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--blocks", type=int, default=20)
    options = parser.parse_args()
    print("| judged | valid | of |\n|---|---|---|")
    for name, passed in judged(options.rows):
        print(f"| {name} | {sum(passed):,} | {len(passed):,} |")
    print("\n| column | ns a row |\n|---|---|")
    for name, (kind, locale) in TIMED.items():
        print(f"| {kind.name}: {name} | {best(lambda rows: record(kind, locale, rows).of(name), options.blocks):.0f} |")  # noqa: B023
    print(f"| uuid | {best(lambda rows: written(*uuid_bits(rows, Counted(0, 'id'), 4)), options.blocks):.0f} |")
    print("\n| pattern | drawn, million strings a CPU second | numbered |\n|---|---|---|")
    for text in PATTERNS:
        made = compiled(text)
        drawn = best(lambda rows: made.draw(Counted(0, "pattern"), rows), options.blocks)  # noqa: B023
        numbered = best(lambda rows: made.at(rows), max(options.blocks // 4, 1))  # noqa: B023
        print(f"| `{text}` | {1e3 / drawn:.1f} | {1e3 / numbered:.1f} |")


if __name__ == "__main__":
    main()
