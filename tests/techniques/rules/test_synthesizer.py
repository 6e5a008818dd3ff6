"""A document learned from a sample: read, edited, and held."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.draw import sample
from likewise.core.table import Table
from likewise.techniques.rules import Document, Rules, RulesModel


def orders(rows: int = 2000) -> Table:
    rng = np.random.default_rng(0)
    price, count = np.round(rng.lognormal(3, 1, rows), 2), rng.integers(1, 9, rows)
    placed = rng.integers(18_000, 19_000, rows).astype("datetime64[D]")
    level = np.where(np.arange(rows) < 3, "rare", rng.choice(["a", "b"], rows, p=[0.8, 0.2]))
    return Table.from_any({
        "price": price.tolist(), "count": count.tolist(), "total": np.round(price * count, 2).tolist(),
        "placed": placed.tolist(), "sent": (placed + rng.integers(0, 9, rows)).tolist(), "level": level.tolist(),
    })  # fmt: skip


def test_the_document_tells_neither_rare_values_nor_extremes() -> None:
    data = orders()
    model = Rules().fit(data)
    assert isinstance(model, RulesModel)
    written = model.document.to_yaml()
    assert "rare" not in written
    for name in ("price", "total"):
        values = data.numbers(name)
        points = model.document.to_dict()["columns"][name]["quantiles"]
        assert values.min() < points[0] and points[-1] < values.max()
    assert Document.from_yaml(written) == model.document


def test_rules_that_were_found_are_held() -> None:
    drawn = sample(Rules().fit(orders()), 3000)
    assert np.allclose(drawn.numbers("total"), drawn.numbers("price") * drawn.numbers("count"), atol=0.006)
    assert (drawn.numbers("sent") >= drawn.numbers("placed")).all()
    assert "constraints" not in Rules(rules=False).fit(orders()).document.to_dict()


def test_columns_keep_their_shape() -> None:
    data = orders()
    drawn = sample(Rules().fit(data), 4000)
    for name in ("price", "count"):
        real, made = data.numbers(name), drawn.numbers(name)
        assert np.abs(np.quantile(real, [0.1, 0.5, 0.9]) / np.quantile(made, [0.1, 0.5, 0.9]) - 1).max() < 0.15
    assert abs((drawn.codes("level") == drawn.schema["level"].levels.index("a")).mean() - 0.8) < 0.05  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("column", "secrets"),
    [
        ([*[None] * 299, 734567], ["734567"]),
        ([*[None] * 299, "1951-07-13"], ["1951-07-13"]),
        ([*range(290), *[987654] * 6], ["987654"]),
        (["Oslo", "Rome", "Bern"] * 4, ["Oslo", "Rome", "Bern"]),
        ([100 + 7 * i * i for i in range(12)], ["100", "107", "947"]),
        (["Oslo"] * 8, ["Oslo"]),
        ([*[str(i * i) for i in range(295)], "Smith", "Smith"], ["Smith"]),
    ],
)
def test_nothing_is_told_that_fewer_than_ten_rows_hold(column: list[object], secrets: list[str]) -> None:
    model = Rules().fit({"x": column})
    told = str(model.document.to_dict()) + model.schema.to_yaml()
    assert not [secret for secret in secrets if secret in told]
