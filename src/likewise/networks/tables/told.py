"""Tables as symbols and places by a contract and noisy counts alone: no cell decides how another one is read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.networks.tables.column import ColumnEncoding, Floats, grouped
from likewise.networks.tables.encoding import Coded, TableEncoding
from likewise.privacy import contract as contracts
from likewise.privacy.accountant import Account
from likewise.privacy.contract.domain import Domain
from likewise.privacy.mechanisms import gaussian
from likewise.privacy.pieces import HIGHEST, Pieces, bought, cut, levels_of

ROWS, COLUMNS = 0.005, 0.1
"""The parts of a budget, in squares of `mu`, that the number of rows and the counts of columns take."""

SCARCE = 1e-9
"""Rows that a cell has at least: what is declared can come, if hardly ever."""

BINS, MOST = 32, 100
"""Groups of a number, about, and of levels at most."""


@dataclass(frozen=True, eq=False)
class Told:
    """Hold how a table is read, and about how many rows it has: all of it is public or was paid for."""

    encoding: TableEncoding
    cells: tuple[Cells, ...]
    rows: float

    def coded(self, codes: npt.NDArray[np.int32]) -> Coded:
        """Return rows of codes of the contract as symbols and places, each by itself: what comes is private."""
        symbols = np.zeros(codes.shape, dtype=np.int64)
        places = np.zeros(codes.shape, dtype=np.float32)
        for number, (own, cells) in enumerate(zip(self.encoding.columns, self.cells, strict=True)):
            of_row = codes[:, number]
            symbols[:, number], places[:, number] = own.placed(cells.fine[of_row], cells.within[of_row])
        return Coded(symbols, places)


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold for each code of a column the symbol of its codec, and how far within that it lies, from 0 to 1."""

    fine: npt.NDArray[np.int32]
    within: Floats


def told_of(coded: contracts.Coded, contract: contracts.Contract, account: Account) -> Told:
    """Buy noisy counts of all columns' cells, and return how the table is read by them.

    Cells of a column that is counted at several levels cost as much more, so that noise is alike in all columns. Raises
    PrivacyError where the account does not pay for it.
    """
    sigma = contract.most / min(account.share(ROWS), HIGHEST)
    rows = gaussian(np.array([coded.rows]), sigma=sigma, sensitivity=contract.most, account=account, what="rows")
    lines = [domain.line() is not None for domain in contract.coded]
    pairs = zip(contract.coded, lines, strict=True)
    levels = np.array([len(levels_of(domain.cells, ordered=ordered)) for domain, ordered in pairs])
    prices = account.share(COLUMNS) * np.sqrt(levels / levels.sum())
    columns, cells = [], []
    for place, domain in enumerate(contract.coded):
        pieces = bought(
            np.ascontiguousarray(coded.codes[:, place]), domain.size, ordered=lines[place], missing=domain.has_missing,
            most=contract.most, mu=float(prices[place]), account=account, what=domain.name,
        )  # fmt: skip
        own, known = read_as(domain, pieces)
        columns.append(own)
        cells.append(known)
    return Told(TableEncoding(tuple(columns), floor=0), tuple(cells), max(float(rows[0]), 1.0))


def cost_of(account: Account) -> float:
    """Return the `mu` of all that `told_of` buys."""
    return account.share(ROWS + COLUMNS)


def read_as(domain: Domain, pieces: Pieces) -> tuple[ColumnEncoding, Cells]:
    """Return how a column is read that noisy counts tell of."""
    missing = domain.has_missing
    last = pieces.masses[-1] if missing else 0.0
    inner = len(pieces.masses) - missing
    known = Pieces(pieces.starts[:inner], pieces.stops[:inner], pieces.masses[:inner])
    if domain.line() is not None:
        known = cut(known, known.total / BINS)
    codec = _codec(domain, known)
    widths = known.stops - known.starts
    masses = known.masses + SCARCE * widths
    barred = np.zeros(codec.symbols - len(masses))  # of levels, the symbol that stands for rare ones
    masses = np.concatenate([masses, barred, [last + SCARCE if missing else 0.0]])
    own = grouped(domain.column(), codec, masses / masses.sum(), bins=BINS, most=MOST)
    codes = np.arange(domain.cells)
    fine = np.searchsorted(known.stops, codes, side="right")
    within = (codes - known.starts[fine] + 0.5) / widths[fine]
    return own, Cells(np.append(fine, codec.symbols).astype(np.int32), np.append(within, 0.5))


def _codec(domain: Domain, pieces: Pieces) -> Codec:
    """Return the codec of a column: a symbol for each piece of a line, or for each level."""
    line = domain.line()
    if line is None:
        column = domain.column()
        return LevelsCodec(("false", "true") if column.kind == "boolean" else column.levels or ())
    low, high = line[0][pieces.starts], line[1][pieces.stops - 1]
    edges = np.append((high[:-1] + low[1:]) / 2, math.inf)
    return NumberCodec(low, high, edges, line[2])
