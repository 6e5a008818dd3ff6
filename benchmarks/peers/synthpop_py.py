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
    drawn = made.generate(int(rows))
    for name in cells.select_dtypes(include="float").columns:
        # Drawn as 32-bit floats: rounded as the real ones are written, so that copies can be seen.
        decimals = cells[name].dropna().astype(str).str.partition(".")[2].str.len().max()
        drawn[name] = drawn[name].astype(float).round(int(decimals))
    drawn.to_csv(synthetic, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
