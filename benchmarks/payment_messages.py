"""Measure how many payment messages a CPU second writes, how much memory that takes, and what outside judges say.

    OMP_NUM_THREADS=1 python benchmarks/payment_messages.py [--rows 200000] [--repeats 5]
    OMP_NUM_THREADS=1 python benchmarks/payment_messages.py --judge 2000
    OMP_NUM_THREADS=1 python benchmarks/payment_messages.py --memory

Rows are made before the clock starts, of people and accounts of four countries: a third of the names has letters that
messages spell otherwise. What is timed reads and checks the rows, and writes and syncs the file; the best of
`--repeats`. `--judge` validates that many messages of each kind under their schema and reads the others back.
`--memory` streams a quarter of a million rows and a million, and prints the peak of each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import iso8583
import mt940
import numpy as np
import pyarrow as pa
from iso8583.specs import default_ascii
from lxml import etree
from metering import metered

from likewise.core.counted import Counted
from likewise.industries.finance.messages import (
    Written,
    write_camt053,
    write_iso8583,
    write_mt940,
    write_pacs008,
    write_pain001,
)
from likewise.techniques.rules.records.payment.payment import Payment
from likewise.techniques.rules.records.person import Person
from likewise.techniques.rules.records.record import Record, Setting

ACCOUNTS = 5000
LOCALES = {"DE": "de_DE", "NL": "nl_NL", "PL": "pl_PL", "GB": "en_GB"}
BLOCK = 65_536
DAYS = 90
Rows = Callable[[int], Iterator[pa.Table]]


def record(kind: type[Record], locale: str) -> Record:
    rows = np.arange(ACCOUNTS)
    return kind(Setting(locale, True, rows, Counted(1, kind.name), {}, lambda name: record(kind, locale)))


@cache
def customers() -> pa.Table:
    """Return accounts of four countries: `ACCOUNTS` of each."""
    parts = []
    for country, locale in LOCALES.items():
        payment = record(Payment, locale)
        parts.append(pa.table({
            "iban": payment.of("unique iban").cast(pa.string()), "bic": payment.of("bic").cast(pa.string()),
            "name": record(Person, locale).of("full name").cast(pa.string()), "country": [country] * ACCOUNTS,
        }))  # fmt: skip
    return pa.concat_tables(parts).combine_chunks()


def transactions(rows: int) -> Iterator[pa.Table]:
    """Yield transfers, by time."""
    known = customers()
    for begin in range(0, rows, BLOCK):
        size = min(BLOCK, rows - begin)
        rng = np.random.default_rng(begin)
        numbers = np.arange(begin, begin + size)
        made: dict[str, Any] = {
            "id": pa.array([f"TX{n:012d}" for n in numbers.tolist()]),
            "time": pa.array(1_704_067_200_000_000 + numbers * (DAYS * 86_400_000_000 // rows), pa.timestamp("us")),
            "amount": np.ceil(rng.lognormal(8, 1.5, size)).astype(np.int64),
            "currency": rng.choice(["EUR", "EUR", "EUR", "EUR", "GBP", "PLN"], size), "kind": ["transfer"] * size,
            "text": pa.array([f"Invoice {n} of this month" for n in numbers.tolist()]),
        }  # fmt: skip
        for side in ("debtor", "creditor"):
            own = known.take(rng.integers(0, known.num_rows, size))
            made |= {f"{side}_{column}": own[column] for column in own.column_names}
        yield pa.table(made)


def purchases(rows: int) -> Iterator[pa.Table]:
    """Yield purchases with cards, each answered."""
    for number, part in enumerate(transactions(rows)):
        size, begin = part.num_rows, number * BLOCK
        rng = np.random.default_rng(begin)
        yield part.select(["id", "time", "amount", "currency"]).append_column("kind", [["card"] * size]).append_column(
            "card_number", [[f"4{n % 10**6:015d}" for n in range(begin, begin + size)]]).append_column(
            "card_expiry", pa.array(np.full(size, 20_999, np.int32)).cast(pa.date32())).append_column(
            "entry_mode", [rng.choice(["chip", "contactless", "online"], size)]).append_column(
            "merchant_id", [[f"M{n:07d}" for n in rng.integers(0, 20_000, size).tolist()]]).append_column(
            "merchant_name", part["creditor_name"]).append_column(
            "merchant_town", [rng.choice(["Köln", "Utrecht", "Łódź", "Leeds"], size)]).append_column(
            "merchant_country", part["creditor_country"]).append_column(
            "mcc", [rng.choice(["5411", "5812", "5541"], size)]).append_column(
            "terminal_id", [["T0000001"] * size]).append_column("acquirer", [["476173"] * size]).append_column(
            "response_code", [rng.choice(["00", "00", "00", "51"], size)])  # fmt: skip


def bookings(rows: int) -> Iterator[pa.Table]:
    """Yield bookings by account and day, as many of each account."""
    known = customers()
    each = -(-rows // known.num_rows)
    balance = 0
    for begin in range(0, rows, BLOCK):
        numbers = np.arange(begin, min(begin + BLOCK, rows))
        rng = np.random.default_rng(begin)
        amounts = rng.integers(-50_000, 50_000, len(numbers))
        account, place = np.divmod(numbers, each)
        sums = np.cumsum(amounts) + balance
        before = np.where(place == 0, sums - amounts, 0)
        new = np.maximum.accumulate(np.where(place == 0, np.arange(len(numbers)), -1))
        balances = np.where(new >= 0, sums - before[np.maximum(new, 0)], sums)
        balance = int(balances[-1])
        days = pa.array((19_700 + place * DAYS // each).astype(np.int32)).cast(pa.date32())
        other = known.take(rng.integers(0, known.num_rows, len(numbers)))
        yield pa.table({
            "account": account, "booking_date": days, "value_date": days, "amount": amounts, "balance": balances,
            "transaction": [f"TX{n:012d}" for n in numbers.tolist()], "kind": ["transfer"] * len(numbers),
            "text": [f"Invoice {n} of this month" for n in numbers.tolist()], "counterparty_name": other["name"],
            "counterparty_iban": other["iban"], "counterparty_bic": other["bic"],
        })  # fmt: skip


def accounts() -> pa.Table:
    known = customers()
    return pa.table({"id": np.arange(known.num_rows), "iban": known["iban"], "bic": known["bic"],
                     "owner": known["name"], "currency": ["EUR"] * known.num_rows,
                     "opening": np.zeros(known.num_rows, np.int64)})  # fmt: skip


FORMS: dict[str, tuple[Rows, Callable[..., Written]]] = {
    "pacs.008, one transfer each": (transactions, write_pacs008),
    "pacs.008, up to 10,000 each": (transactions, lambda rows, path: write_pacs008(rows, path, most=10_000)),
    "pain.001, one account and day each": (transactions, write_pain001),
    "camt.053, one account and day each": (bookings, lambda rows, path: write_camt053(rows, accounts(), path)),
    "MT940, one account and day each": (bookings, lambda rows, path: write_mt940(rows, accounts(), path)),
    "ISO 8583, request and answer": (purchases, write_iso8583),
}
"""What is written: the rows, and how."""

SCHEMAS = {"pacs": ("pacs008", "templates/pacs.008.001.08/pacs.008.001.08.xsd"),
           "pain": ("pain001", "templates/pain.001.001.09/pain.001.001.09.xsd"),
           "camt": ("camt053", "xsd/camt.053.001.08.xsd")}  # fmt: skip


def speed(rows: int, repeats: int, place: Path) -> None:
    print(f"{rows:,} rows\n\n| | messages | bytes each | messages a CPU s | rows a CPU s | MB a CPU s |")
    print("|---|---|---|---|---|---|")
    for name, (make, write) in FORMS.items():
        parts = list(make(rows))
        best = np.inf
        for _ in range(repeats):
            begun = time.process_time()
            done = write(iter(parts), place)
            best = min(best, time.process_time() - begun)
        size = place.stat().st_size
        print(f"| {name} | {done.messages:,} | {size / done.messages:,.0f} | {done.messages / best:,.0f} | "
              f"{done.rows / best:,.0f} | {size / best / 1e6:,.0f} |")  # fmt: skip


def judge(rows: int, place: Path) -> None:
    print("| | messages | what the judge says |\n|---|---|---|")
    for name, (make, write) in FORMS.items():
        done = write(make(rows), place)
        said = _judged(name, place)
        print(f"| {name} | {done.messages:,} | {said} |")


def _judged(name: str, place: Path) -> str:
    if name.startswith("MT940"):
        found = mt940.parse_statements(str(place), options=mt940.Options.all())
        wrong = sum(_ends(statement) for statement in found)
        return (
            f"mt-940 reads {len(found):,} statements; the bookings of {len(found) - wrong:,} make the closing balance"
        )
    if name.startswith("ISO"):
        lines = place.read_bytes().splitlines()
        decoded = [iso8583.decode(line, spec=default_ascii)[0] for line in lines]
        begun = time.process_time()
        again = [bytes(iso8583.encode(message, spec=default_ascii)[0]) for message in decoded]
        rate = len(again) / (time.process_time() - begun)
        same = sum(a == b for a, b in zip(lines, again, strict=True))
        return f"pyiso8583 reads all and writes {same:,} of them the same, {rate:,.0f} a CPU second"
    package, path = SCHEMAS[name[:4]]
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    schema = etree.XMLSchema(etree.parse(str(Path(spec.origin).parent / path)))
    lines = place.read_bytes().splitlines()
    said = f"{sum(schema.validate(etree.fromstring(line)) for line in lines):,} are valid under the schema"
    if "one transfer" in name and find_spec("cbpr_validate"):
        import cbpr_validate

        kept = sum(cbpr_validate.validate_bytes(line, "sr2026").is_compliant for line in lines)
        said += f"; {kept:,} keep to CBPR+ (cbpr-validate, sr2026)"
    return said


def _ends(statement: Any) -> bool:
    """Return whether a statement's bookings do not lead from its first balance to its last."""
    begin, end = (statement.data[f"final_{side}_balance"].amount.amount for side in ("opening", "closing"))
    return bool(begin + sum(booking.data["amount"].amount for booking in statement) != end)


def memory() -> None:
    print("| | peak MB of 250,000 rows | of 1,000,000 rows |\n|---|---|---|")
    for number, name in enumerate(FORMS):
        peaks = [metered([sys.executable, __file__, "--one", str(number), "--rows", str(rows)]).peak_mb
                 for rows in (250_000, 1_000_000)]  # fmt: skip
        print(f"| {name} | {peaks[0]:,.0f} | {peaks[1]:,.0f} |")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--judge", type=int, default=0)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "messages"
        if options.one is not None:
            make, write = list(FORMS.values())[options.one]
            write(make(options.rows), "/dev/null")
        elif options.memory:
            memory()
        elif options.judge:
            judge(options.judge, place)
        else:
            speed(options.rows, options.repeats, place)


if __name__ == "__main__":
    main()
