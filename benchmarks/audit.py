"""Audit records as other tools have been audited: what judges from outside say of 2,000 of them.

    python benchmarks/audit.py [--rows 2000] [--locales]

Prints for each check the share that holds, with documentation-safe and with plausible values. `--locales` adds, for
every locale, how many telephone numbers and national numbers are valid. A check takes the records of some rows, and
returns for each row whether it holds, or None where the judge does not know.
"""

from __future__ import annotations

import argparse
import functools
import importlib
from collections.abc import Callable
from typing import Any

import gender_guesser.detector
import numpy as np
import phonenumbers
import zipcodes

from likewise.core.counted import Counted
from likewise.techniques.rules.records.address import Address
from likewise.techniques.rules.records.ages import age_at
from likewise.techniques.rules.records.latin import local_part
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.person import Person
from likewise.techniques.rules.records.record import Record, Setting

KINDS: dict[str, type[Record]] = {"person": Person, "address": Address}
Judged = list[bool | None]
Check = Callable[["Rows"], Judged]

NATIONAL = {
    "AT": "at.vnr", "AU": "au.tfn", "BE": "be.nn", "BR": "br.cpf", "CA": "ca.sin", "CH": "ch.ssn", "CN": "cn.ric",
    "CZ": "cz.rc", "DE": "de.idnr", "DK": "dk.cpr", "ES": "es.dni", "FI": "fi.hetu", "FR": "fr.nir", "IE": "ie.pps",
    "IN": "in_.aadhaar", "IT": "it.codicefiscale", "JP": "jp.in_", "KR": "kr.rrn", "MX": "mx.curp", "NL": "nl.bsn",
    "NO": "no.fodselsnummer", "NZ": "nz.ird", "PL": "pl.pesel", "PT": "pt.nif", "RU": "ru.inn",
    "SE": "se.personnummer", "TR": "tr.tckimlik", "UA": "ua.rntrc", "US": "us.ssn",
}  # fmt: skip
"""The module of python-stdnum that judges each country's national number."""


class Rows:
    """Hold the records of some rows, made beside one another."""

    def __init__(self, locale: str, numbers: Any, *, safe: bool) -> None:
        self.locale, self._numbers, self._safe = locale, np.asarray(numbers), safe
        self._records: dict[str, Record] = {}

    def record(self, name: str) -> Record:
        """Return one of the records."""
        if name not in self._records:
            random = Counted(7, "record", name)
            self._records[name] = KINDS[name](Setting(self.locale, self._safe, self._numbers, random, {}, self.record))
        return self._records[name]

    def of(self, record: str, *fields: str) -> list[tuple[Any, ...]]:
        """Return fields of every row."""
        return list(zip(*(self.record(record).of(field).to_pylist() for field in fields), strict=True))


@functools.cache
def american() -> dict[str, dict[str, Any]]:
    """Return what the package `zipcodes` knows, by postcode."""
    return {found["zip_code"]: found for found in zipcodes.list_all()}


def phone_is_valid(rows: Rows) -> Judged:
    """Ask phonenumbers."""
    return [phonenumbers.is_valid_number(phonenumbers.parse(number)) for (number,) in rows.of("person", "phone")]


def name_tells_sex(rows: Rows) -> Judged:
    """Ask gender-guesser, of names that it calls male or female."""
    detector = gender_guesser.detector.Detector()
    told = [(detector.get_gender(first), sex) for first, sex in rows.of("person", "first name", "sex")]
    return [guess == sex if guess in ("male", "female") else None for guess, sex in told]


def zip_lies_in_state(rows: Rows) -> Judged:
    """Ask zipcodes."""
    return [american().get(code, {}).get("state") == state for code, state in rows.of("address", "zip", "state code")]


def zip_is_of_city(rows: Rows) -> Judged:
    """Ask zipcodes."""
    return [american().get(code, {}).get("city") == city for code, city in rows.of("address", "zip", "city")]


def mail_is_of_name(rows: Rows) -> Judged:
    """Look for the last name, and for the first name or its initial before it."""
    judged: Judged = []
    for email, first, last in rows.of("person", "email", "first name", "last name"):
        local = email.split("@")[0]
        judged.append(local_part(last) in local and local.startswith(local_part(first)[:1]))
    return judged


def title_is_of_sex(rows: Rows) -> Judged:
    """Compare with English titles."""
    return [(title == "Mr.") == (sex == "male") for title, sex in rows.of("person", "title", "sex")]


def area_is_of_zip(rows: Rows) -> Judged:
    """Ask zipcodes for the telephone areas of the postcode."""
    both = zip(rows.of("person", "phone"), rows.of("address", "zip"), strict=True)
    return [number[3:6] in american()[code]["area_codes"] for (number,), (code,) in both]


def zone_is_of_zip(rows: Rows) -> Judged:
    """Ask zipcodes."""
    return [american()[code]["timezone"] == zone for code, zone in rows.of("address", "zip", "time zone")]


def age_is_of_birth_date(rows: Rows) -> Judged:
    """Count years from the birth date to the date of reference."""
    as_of = rows.record("person").setting.as_of
    days = rows.record("person").of("birth date").cast("int32").to_numpy()
    return [bool(a == b) for (a,), b in zip(rows.of("person", "age"), age_at(days, as_of), strict=True)]


def national_id_is_valid(rows: Rows) -> Judged:
    """Ask python-stdnum, and compare the birth date and sex that it reads with the record's."""
    country = LOCALES[rows.locale].country
    if country not in NATIONAL:
        return [None for _ in rows.of("person", "sex")]
    judge = importlib.import_module(f"stdnum.{NATIONAL[country]}")
    judged: Judged = []
    for number, born, sex in rows.of("person", "national id", "birth date", "sex"):
        holds = judge.is_valid(number)
        if holds and hasattr(judge, "get_birth_date"):
            holds = judge.get_birth_date(number) == born
        if holds and hasattr(judge, "get_gender"):
            holds = judge.get_gender(number) == sex[0].upper()
        judged.append(bool(holds))
    return judged


CHECKS: dict[str, Check] = {
    "phone valid": phone_is_valid,
    "gender ~ name": name_tells_sex,
    "zip in state": zip_lies_in_state,
    "city ~ zip": zip_is_of_city,
    "e-mail ~ name": mail_is_of_name,
    "title ~ sex": title_is_of_sex,
    "phone area ~ zip": area_is_of_zip,
    "time zone ~ zip": zone_is_of_zip,
    "age ~ birth date": age_is_of_birth_date,
    "national id": national_id_is_valid,
}
"""What is checked of American records."""


def share(judged: Judged) -> str:
    """Return the percentage of rows that hold, of those that were judged."""
    known = [holds for holds in judged if holds is not None]
    return f"{100 * sum(known) / len(known):.2f}" if known else "–"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--locales", action="store_true")
    options = parser.parse_args()
    made = [Rows("en_US", range(options.rows), safe=safe) for safe in (True, False)]
    print(f"{options.rows} records, en_US\n\n| check | safe, % | plausible, % |\n|---|---|---|")
    for name, check in CHECKS.items():
        print(f"| {name} | {share(check(made[0]))} | {share(check(made[1]))} |")
    if options.locales:
        print("\n| locale | phone, safe | phone, plausible | national id, safe | national id, plausible |")
        print("|---|---|---|---|---|")
        for code in LOCALES:
            made = [Rows(code, range(options.rows), safe=safe) for safe in (True, False)]
            cells = [share(check(rows)) for check in (phone_is_valid, national_id_is_valid) for rows in made]
            print(f"| {code} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
