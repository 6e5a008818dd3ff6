"""Rows of a small table: what goes together stays together, conditions hold, partial rows are completed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.draw import sample
from likewise.core.protocol import Model
from likewise.core.seeds import generator
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import ConditionError, SettingsError
from likewise.techniques.vae import VAE, VAEModel

pytest.importorskip("torch")


def shop(rows: int = 1200) -> pa.Table:
    """Return goods: what they are settles nearly all of their price, and where they are sold."""
    rng = generator(0, "shop")
    kind = rng.integers(3, size=rows)
    price = np.round(np.exp(rng.normal(np.array([1.0, 3.0, 5.0])[kind], 0.3)), 2)
    sold = np.where(rng.random(rows) < 0.95, kind, rng.integers(3, size=rows))
    stars = pa.array(rng.integers(1, 6, size=rows), mask=rng.random(rows) < 0.2)
    names, places = np.array(["pen", "bag", "sofa"])[kind], np.array(["kiosk", "shop", "hall"])[sold]
    return pa.table({"kind": names, "price": price, "sold": places, "stars": stars})


@cache
def model() -> Model:
    return VAE(epochs=30).fit(shop(), seed=1)


def shares(table: Table, *names: str) -> dict[tuple[str, ...], float]:
    pairs = list(zip(*(table.column(name).to_pylist() for name in names), strict=True))
    return {pair: pairs.count(pair) / len(pairs) for pair in set(pairs)}


def test_columns_and_pairs_come_as_often_as_in_the_data() -> None:
    real, drawn = Table.from_any(shop()), sample(model(), 3000, seed=2)
    for columns in (["kind"], ["sold"], ["kind", "sold"]):
        wanted, found = shares(real, *columns), shares(drawn, *columns)
        apart = sum(abs(wanted.get(k, 0) - found.get(k, 0)) for k in {*wanted, *found}) / 2
        assert apart < (0.03 if len(columns) == 1 else 0.1), columns
    assert abs(drawn.missing("stars").mean() - real.missing("stars").mean()) < 0.03
    prices = [np.quantile(t.numbers("price"), [0.1, 0.5, 0.9]) for t in (real, drawn)]
    assert np.allclose(np.log(prices[0]), np.log(prices[1]), atol=0.25)
    logs, kinds = np.log(drawn.numbers("price")), drawn.codes("kind")
    names = drawn.schema["kind"].levels or ()
    middle = {names[code]: np.median(logs[kinds == code]) for code in np.unique(kinds).tolist()}
    assert abs(middle["pen"] - 1) < 0.3 and abs(middle["bag"] - 3) < 0.3 and abs(middle["sofa"] - 5) < 0.3


def test_conditions_hold_and_other_columns_follow() -> None:
    drawn = sample(model(), 500, given={"kind": "sofa"}, seed=3)
    assert {*drawn.column("kind").to_pylist()} == {"sofa"}
    assert shares(drawn, "sold").get(("hall",), 0) > 0.8
    drawn = sample(model(), 300, given={"price": (15, 25), "stars": [4, 5]}, seed=3)
    assert drawn.numbers("price").min() >= 15 and drawn.numbers("price").max() <= 25
    assert {*drawn.column("stars").to_pylist()} <= {4, 5}
    assert shares(drawn, "kind").get(("bag",), 0) > 0.8
    drawn = sample(model(), 50, given={"stars": None}, seed=3)
    assert drawn.missing("stars").all()


def test_what_hardly_ever_comes_is_refused_or_honoured() -> None:
    data = pa.table({"left": ["a", "b"] * 400, "right": ["x", "y"] * 400, "n": list(range(800))})
    never = VAE(epochs=10).fit(data, seed=1)
    try:
        drawn = sample(never, 20, given={"left": "a", "right": "y"})
    except ConditionError as error:
        assert error.hint
    else:
        assert {*drawn.column("left").to_pylist()} == {"a"} and {*drawn.column("right").to_pylist()} == {"y"}
    with pytest.raises(ConditionError, match="no row that was learned"):
        sample(model(), 5, given={"price": (1e6, None)})


def test_partial_rows_keep_what_is_known_and_the_rest_follows() -> None:
    known = pa.table({"kind": ["pen", "sofa", None, None] * 50, "sold": [None, None, "shop", None] * 50})
    drawn = sample(model(), 200, given=known, seed=4)
    pairs = zip(known["kind"].to_pylist(), drawn.column("kind").to_pylist(), strict=True)
    assert all(k is None or k == d for k, d in pairs)
    kinds = np.array(drawn.column("kind").to_pylist())
    prices = np.log(drawn.numbers("price"))
    assert np.median(prices[0::4]) < 2 and np.median(prices[1::4]) > 4
    assert (kinds[2::4] == "bag").mean() > 0.7
    assert len({*kinds[3::4]}) == 3


def test_gaps_are_filled_by_what_goes_with_the_rest() -> None:
    filled = model().impute({"kind": [None] * 60, "price": [2.7] * 30 + [150.0] * 30, "stars": [None] * 60}, seed=1)
    assert filled["kind"][:30].count("pen") > 19 and filled["kind"][30:].count("sofa") > 19
    assert None not in filled["stars"] and filled["price"] == [2.7] * 30 + [150.0] * 30


@pytest.mark.parametrize("n", [0, 1, 7])
@pytest.mark.parametrize("given", [None, {"kind": "bag"}])
def test_any_number_of_rows(n: int, given: dict[str, str] | None) -> None:
    assert sample(model(), n, given=given).rows == n


def test_points_come_back_as_their_rows() -> None:
    real = Table.from_any(shop())
    fitted = model()
    assert isinstance(fitted, VAEModel)
    points = fitted.encode(shop())
    assert points.shape == (1200, 8) and points.dtype == np.float32
    assert np.array_equal(points, fitted.encode(shop()))
    back = Table.from_any(fitted.reconstruct(shop()))
    same = np.array(back.column("kind").to_pylist()) == np.array(real.column("kind").to_pylist())
    assert same.mean() > 0.9
    loaded = from_bytes(to_bytes(fitted))
    assert isinstance(loaded, VAEModel) and np.array_equal(points, loaded.encode(shop()))
    assert loaded.decode(points[:5], seed=1).equals(fitted.decode(points[:5], seed=1))
    with pytest.raises(SettingsError, match="8 numbers"):
        fitted.decode(np.zeros((3, 5)))
    with pytest.raises(SettingsError, match="rows x width"):
        fitted.decode(np.full((3, 8), np.nan))


def test_the_way_between_two_rows_has_both_at_its_ends() -> None:
    fitted = model()
    assert isinstance(fitted, VAEModel)
    pen = {"kind": ["pen"], "price": [2.7], "sold": ["kiosk"], "stars": [3]}
    sofa = {"kind": ["sofa"], "price": [150.0], "sold": ["hall"], "stars": [3]}
    way = fitted.interpolate(pen, sofa, 6, seed=0).to_pydict()
    assert len(way["kind"]) == 6 and way["kind"][0] == "pen" and way["kind"][-1] == "sofa"
    with pytest.raises(SettingsError, match="two ends"):
        fitted.interpolate(pen, sofa, 1)
    with pytest.raises(SettingsError, match="one row each"):
        fitted.interpolate(shop(), sofa)


def test_odd_rows_are_strange() -> None:
    fitted = model()
    assert isinstance(fitted, VAEModel)
    good = shop().slice(0, 200)
    odd = good.set_column(1, "price", pa.array(good["price"].to_numpy()[::-1].copy()))
    unseen = good.set_column(0, "kind", pa.array(["harp"] * 200))
    usual = np.median(fitted.anomaly(good))
    swapped = np.array(good["kind"].to_pylist()) != np.array(good["kind"].to_pylist()[::-1])
    assert np.median(fitted.anomaly(odd)[swapped]) > usual + 2
    assert np.median(fitted.anomaly(unseen)) > usual + 5
