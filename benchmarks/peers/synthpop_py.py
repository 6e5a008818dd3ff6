"""Fit synthpop-py (0.1.3) and draw from it: TRAIN.csv SYNTHETIC.csv ROWS SEED. Run by an interpreter that has it."""

from __future__ import annotations

import sys

import pandas as pd
from synthpop import Synthesiser


def main(train: str, synthetic: str, rows: str, seed: str) -> None:
    cells = pd.read_csv(train, keep_default_na=False, na_values=["", "nan", "NaN"])
    words = cells.select_dtypes(exclude="number").columns
    cells[words] = cells[words].astype(str).astype("category")
    made = Synthesiser(random_seed=int(seed))
    made.fit(cells)
    made.generate(int(rows)).to_csv(synthetic, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
