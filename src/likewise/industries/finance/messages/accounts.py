"""The accounts whose statements are written, checked once and held whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.frames import to_raw
from likewise.industries.finance.messages.amounts import MOST, currencies_of, within
from likewise.industries.finance.messages.blocks import Block, Ints
from likewise.industries.finance.messages.checking import check_bics, check_ibans, text_of
from likewise.industries.finance.messages.columns import ACCOUNTS, columns_of
from likewise.industries.finance.messages.transfers import NAMELESS

_NEEDED = tuple(column.name for column in ACCOUNTS)


@dataclass(frozen=True, eq=False)
class Accounts:
    """Hold accounts by their places: ids, IBANs, banks, owners, currencies and the balances they begin with."""

    ids: dict[str, int]
    iban: pa.Array
    bic: pa.Array
    owner: pa.Array
    currency: Ints
    opening: Ints

    @classmethod
    def of(cls, data: Any, largest: int = MOST) -> Accounts:
        """Check a table of accounts; raises SchemaError for missing columns, bad rows, balances above the largest."""
        table = to_raw(data)[0]
        columns = columns_of(table, "accounts", ACCOUNTS, _NEEDED, _NEEDED)
        block = Block("accounts", np.arange(table.num_rows), columns)
        block.filled("id", "iban", "bic", "opening")
        ids: dict[str, int] = {}
        for place, name in enumerate(block["id"].to_pylist()):
            ids.setdefault(name, place)
        repeated = np.array([ids[name] != place for place, name in enumerate(block["id"].to_pylist())], bool)
        block.refuse("schema.repeated-id", "ids that other rows have too", "id", repeated,
                     "give each row an id of its own")  # fmt: skip
        check_ibans(block, "iban")
        check_bics(block, "bic")
        opening = block["opening"].to_numpy()
        within(block, "opening", opening, largest)
        owner = pc.fill_null(text_of(block, "owner", 140), NAMELESS)
        return cls(ids, block["iban"], block["bic"], owner, currencies_of(block), opening)

    def places(self, block: Block, column: str) -> Ints:
        """Return the place of each row's account; raises SchemaError for accounts that are not there."""
        block.filled(column)
        coded = block[column].dictionary_encode()
        known = np.array([self.ids.get(name, -1) for name in coded.dictionary.to_pylist()], np.int64)
        places = known[coded.indices.to_numpy()] if len(block) else known
        block.refuse("schema.account", "ids of accounts that the table of accounts does not have", column, places < 0,
                     "add the accounts, or leave the rows out")  # fmt: skip
        return places
