from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table


def make_people(rows: int) -> Table:
    draw = np.random.Generator(np.random.PCG64DXSM(5))
    age = draw.integers(18, 90, rows)
    columns: dict[str, Any] = {
        "age": age,
        "sex": draw.choice(["F", "M"], rows),
        "height": np.round(draw.normal(170, 9, rows), 1),
        "churn": np.where(age + draw.normal(0, 9, rows) > 60, "yes", "no"),
    }
    return Table.from_any(pa.table(columns))


@pytest.fixture(scope="session")
def people() -> Table:
    return make_people(600)
