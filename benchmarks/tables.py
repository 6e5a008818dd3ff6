"""The four tables of the protocol, and how they are split: the same rows that the peers were measured on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from likewise.io.source import read_source

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Benchmark:
    """Name a table's files, the column to predict and the columns that are row numbers."""

    files: tuple[str, ...]
    target: str
    dropped: tuple[str, ...] = ()


TABLES = {
    "adult": Benchmark(("adult/train.csv.gz", "adult/test.csv.gz"), "income"),
    "default_credit_card": Benchmark(
        ("default_credit_card/default_credit_card.csv.gz",), "default.payment.next.month", ("ID",)
    ),
    "online_shoppers": Benchmark(("online_shoppers/online_shoppers.csv.gz",), "Revenue"),
    "magic_gamma": Benchmark(("magic_gamma/magic_gamma.csv.gz",), "class"),
}


def load(name: str, data: Path = DATA, tables: Mapping[str, Benchmark] = TABLES) -> pa.Table:
    """Return a table's cells as they are written in its files."""
    table = tables[name]
    parts = [read_source(data / file).table for file in table.files]
    return pa.concat_tables(parts).drop_columns(list(table.dropped))


def split(table: pa.Table, *, seed: int = 0, share: float = 0.8) -> tuple[pa.Table, pa.Table]:
    """Return train and holdout rows: a shuffle by numpy's default generator, cut at `share`.

    The generator is numpy's own rather than `likewise.core.seeds`, because the peers were measured on this very split.
    """
    order = np.random.default_rng(seed).permutation(table.num_rows)
    cut = round(share * table.num_rows)
    return table.take(order[:cut]), table.take(order[cut:])
