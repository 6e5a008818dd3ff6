"""Bookings of accounts cut into statements: one for each account and day, in pages, whose balances add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.errors import SettingsError
from likewise.industries.finance.messages.accounts import Accounts
from likewise.industries.finance.messages.amounts import within
from likewise.industries.finance.messages.blocks import AT_ONCE, Block, Ints, Mask, blocks_of, whole_table
from likewise.industries.finance.messages.columns import BOOKINGS, columns_of
from likewise.industries.finance.messages.groups import Groups, changing
from likewise.industries.finance.messages.stamps import Days, dates

NEEDED = ("account", "booking_date", "value_date", "amount", "balance")
WANTED = tuple(column.name for column in BOOKINGS)
_CARRIED = ("account", "day", "amount", "balance")


@dataclass(frozen=True, eq=False)
class Statements:
    """Hold bookings, and the pages of statements that they stand on.

    `entry` is each booking's place on its statement, from 1. Of each page are told: the place of its account, its day,
    the statement's number in its year, the page's own number, whether it is the first and the last, the balances before
    and after it, and the day of the balance before the statement.
    """

    block: Block
    amounts: Ints
    pages: Groups
    entry: Ints
    account: Ints
    day: Ints
    number: Ints
    page: Ints
    is_first: Mask
    is_last: Mask
    opening: Ints
    closing: Ints
    since: Ints

    def runs(self) -> Iterator[Statements]:
        """Yield the pages a few at a time, as many as are written at once."""
        ends = np.append(self.pages.starts, self.pages.rows)
        first = 0
        while first < len(ends) - 1:
            last = max(first + 1, int(np.searchsorted(ends, ends[first] + AT_ONCE, side="right")) - 1)
            yield self._run(first, last, int(ends[first]), int(ends[last]))
            first = last

    def _run(self, first: int, last: int, begin: int, end: int) -> Statements:
        own = slice(first, last)
        return Statements(
            self.block.part(begin, end), self.amounts[begin:end], Groups(self.pages.starts[own] - begin, end - begin),
            self.entry[begin:end], self.account[own], self.day[own], self.number[own], self.page[own],
            self.is_first[own], self.is_last[own], self.opening[own], self.closing[own], self.since[own],
        )  # fmt: skip


@dataclass
class _Before:
    """Hold what the rows before a block settle: the last statement's account, day and number, and who is done."""

    done: Mask
    account: int = -1
    day: int = 0
    number: int = 0
    balance: int = 0
    last_row_day: int = 0
    last_row_account: int = -1


def statements_of(bookings: Any, accounts: Accounts, page: int) -> Iterator[Statements]:
    """Yield the statements of bookings, some pages at a time; an account's day is held until it has ended.

    A whole table is put in order first; a stream must hold each account's bookings together, by day. Raises
    SchemaError for bad rows: among them such whose balance is not the one before plus the amount.
    """
    if not 1 <= page <= AT_ONCE:
        raise SettingsError("settings.range", f"`page` is to be 1 to {AT_ONCE} bookings", where="page",
                            hint="a page does not go beyond what memory holds at once")  # fmt: skip
    before = _Before(np.zeros(len(accounts.ids), bool))
    held: tuple[Block, dict[str, Ints]] | None = None
    table = whole_table(bookings)
    source = _numbered(bookings) if table is None else _in_order(table, accounts)
    for block in source:
        numbers = _checked(block, accounts, before)
        if held is not None:
            block, numbers = _behind(held[0], block), {k: np.concatenate([held[1][k], v]) for k, v in numbers.items()}
        last = changing([numbers["account"], numbers["day"]], len(block)).starts[-1]
        if last:
            yield from _cut(block.part(0, last), {k: v[:last] for k, v in numbers.items()}, page, before).runs()
        held = block.part(last, len(block)), {k: v[last:] for k, v in numbers.items()}
    if held is not None:
        yield from _cut(*held, page, before).runs()


def _numbered(bookings: Any) -> Iterator[Block]:
    for start, table in blocks_of(bookings):
        columns = columns_of(table, "bookings", BOOKINGS, WANTED, NEEDED)
        if table.num_rows:
            yield Block("bookings", np.arange(start, start + table.num_rows), columns)


def _in_order(bookings: pa.Table, accounts: Accounts) -> Iterator[Block]:
    """Yield the bookings of a whole table by account and day, each with its row's number."""
    keys = columns_of(bookings, "bookings", BOOKINGS, ("account", "booking_date"), NEEDED)
    block = Block("bookings", np.arange(bookings.num_rows), keys)
    account, day = accounts.places(block, "account"), dates(block, "booking_date").days
    order = np.lexsort((day, account))
    for begin in range(0, len(order), AT_ONCE):
        rows = order[begin : begin + AT_ONCE]
        columns = columns_of(bookings.take(pa.array(rows)), "bookings", BOOKINGS, WANTED, NEEDED)
        yield Block("bookings", rows, columns)


def _behind(first: Block, second: Block) -> Block:
    columns = {name: pa.concat_arrays([array, second[name]]) for name, array in first.columns.items()}
    return Block(first.table, np.concatenate([first.rows, second.rows]), columns)


def _checked(block: Block, accounts: Accounts, before: _Before) -> dict[str, Ints]:
    """Return accounts, days, amounts and balances of a block, in order and adding up; raises SchemaError if not."""
    block.filled(*NEEDED)
    account, day = accounts.places(block, "account"), dates(block, "booking_date").days
    dates(block, "value_date")
    amount, balance = block["amount"].to_numpy(), block["balance"].to_numpy()
    within(block, "amount", amount)
    within(block, "balance", balance)
    is_new = np.empty(len(block), bool)
    is_new[0], is_new[1:] = account[0] != before.last_row_account, account[1:] != account[:-1]
    back = np.diff(day, prepend=before.last_row_day) < 0
    again = np.zeros(len(block), bool)
    begun = np.flatnonzero(is_new)
    met, first_met = np.unique(account[begun], return_index=True)
    again[begun] = True
    again[begun[first_met]] = before.done[met]
    block.refuse("schema.order", "values that come back after those of other accounts, or an earlier day", "account",
                 again | (back & ~is_new),
                 "sort the stream by account and day, or give a whole table, which is sorted here")  # fmt: skip
    previous = np.concatenate([[before.balance], balance[:-1]])
    previous[is_new] = accounts.opening[account[is_new]]
    block.refuse("schema.balance", "balances that are not the one before plus the amount", "balance",
                 previous + amount != balance,
                 "an account's first booking follows its `opening` balance")  # fmt: skip
    before.done[met] = True
    before.balance, before.last_row_day, before.last_row_account = int(balance[-1]), int(day[-1]), int(account[-1])
    return {"account": account, "day": day, "amount": amount, "balance": balance}


def _cut(block: Block, numbers: dict[str, Ints], most: int, before: _Before) -> Statements:
    """Return whole statements with their pages."""
    account, day, amount, balance = (numbers[name] for name in _CARRIED)
    whole = changing([account, day], len(block))
    pages = changing([account, day], most)
    block.refuse("schema.amount-size", "amounts that begin a page with too large a sum", "amount",
                 pages.too_large(amount), "write fewer bookings a page")  # fmt: skip
    statement = np.searchsorted(whole.starts, pages.starts, side="right") - 1
    number, since = _numbers(account[whole.starts], day[whole.starts], before)
    page = pages.starts - whole.starts[statement]
    return Statements(
        block, amount, pages, whole.within + 1, account[pages.starts], day[pages.starts],
        number[statement], page // most + 1, page == 0, pages.ends == whole.ends[statement],
        balance[pages.starts] - amount[pages.starts], balance[pages.ends], since[statement],
    )  # fmt: skip


def _numbers(account: Ints, day: Ints, before: _Before) -> tuple[Ints, Ints]:
    """Return the number of each statement among its account's of the year, and the day of the statement before."""
    year = Days(day).years
    earlier_account = np.concatenate([[before.account], account[:-1]])
    earlier_day = np.concatenate([[before.day], day[:-1]])
    is_same = account == earlier_account
    is_new = ~is_same | (year != Days(earlier_day).years)
    begun = np.maximum.accumulate(np.where(is_new, np.arange(len(day)), -1))
    number = np.where(begun < 0, np.arange(len(day)) + before.number, np.arange(len(day)) - begun) + 1
    before.account, before.day, before.number = int(account[-1]), int(day[-1]), int(number[-1])
    return number, np.where(is_same, earlier_day, day)
