"""Payment messages: what banks, shops and customers send one another, written from tables of transactions.

`columns` says which columns are read. Each writer streams blocks of rows into a file that appears when it is whole.
"""

from __future__ import annotations

from likewise.industries.finance.messages.camt053 import write_camt053
from likewise.industries.finance.messages.columns import ACCOUNTS, BOOKINGS, ENTRY_MODES, TRANSACTIONS, Expected
from likewise.industries.finance.messages.iso8583 import write_iso8583
from likewise.industries.finance.messages.mt940 import write_mt940
from likewise.industries.finance.messages.pacs008 import write_pacs008
from likewise.industries.finance.messages.pain001 import write_pain001
from likewise.industries.finance.messages.sink import Written

__all__ = [
    "ACCOUNTS", "BOOKINGS", "ENTRY_MODES", "TRANSACTIONS", "Expected", "Written", "write_camt053", "write_iso8583",
    "write_mt940", "write_pacs008", "write_pain001",
]  # fmt: skip
