"""A table and recipes that tests share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

ADULT = Path(__file__).parents[3] / "examples" / "adult.csv.gz"

CHAIN = """\
likewise: 1
source: adult.csv
target: income
steps:
  - fit: bootstrap
  - sample: 600
    as: drawn
  - balance: {technique: bootstrap, ratio: 0.9}
    as: even
  - mix: {weights: {even: 0.5, source: 0.5}, n: 300}
  - filter: {where: "age>=30"}
outputs:
  - {write: out.csv, mark: made}
  - {write: drawn.csv, take: drawn}
seed: 7
"""


@pytest.fixture(scope="session")
def adult() -> pd.DataFrame:
    return pd.read_csv(ADULT).head(1200)


@pytest.fixture
def folder(tmp_path: Path, adult: pd.DataFrame) -> Path:
    """A folder with a source and a recipe that reads it."""
    adult.to_csv(tmp_path / "adult.csv", index=False)
    (tmp_path / "chain.yaml").write_text(CHAIN)
    return tmp_path
