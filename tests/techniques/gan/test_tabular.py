"""Rows by a generator: what belongs together stays together, marginals are right, conditions hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

torch = pytest.importorskip("torch")

import likewise  # noqa: E402
from likewise.core.draw import sample  # noqa: E402
from likewise.core.protocol import Model  # noqa: E402
from likewise.core.seeds import generator  # noqa: E402
from likewise.core.table import Table  # noqa: E402
from likewise.errors import ConditionError  # noqa: E402
from likewise.networks.tables import TableEncoding  # noqa: E402
from likewise.techniques.gan import GAN, GANModel  # noqa: E402
from likewise.techniques.gan.tabular.learning import _chances, batch_for, groups_for  # noqa: E402
from likewise.techniques.gan.tabular.losses import Game  # noqa: E402
from likewise.techniques.gan.tabular.maker import NetworkRows  # noqa: E402
from likewise.techniques.gan.tabular.networks import Layout, RowDiscriminator, RowGenerator  # noqa: E402

ROWS = 2000


def related(rows: int = ROWS) -> pa.Table:
    """Return rows of which the height goes with the sex, the sport with both, and the code with the sport."""
    rng = generator(1, "related")
    male = rng.random(rows) < 0.4
    height = np.where(male, rng.normal(178, 7, rows), rng.normal(165, 6, rows)).round(1)
    sport = np.where(height > 175, rng.choice(["ball", "run"], rows, p=[0.8, 0.2]), "run")
    sport = np.where(rng.random(rows) < 0.05, "none", sport)
    code = np.select([sport == "ball", sport == "run"], [1, 2], 3)
    spent = np.where(rng.random(rows) < 0.5, 0.0, rng.lognormal(3, 1, rows).round(2))
    return pa.table({"sex": np.where(male, "m", "f"), "height": height, "sport": sport, "code": code, "spent": spent})


@pytest.fixture(scope="module")
def model() -> Model:
    return GAN(epochs=30, batch_size=128).fit(related())


def texts(table: Table, name: str) -> np.ndarray:
    return np.array(table.column(name).to_pylist())


def test_what_belongs_together_is_drawn_together_and_marginals_are_right(model: Model) -> None:
    real, drawn = Table.from_arrow(related(8000)), sample(model, 8000, seed=1)
    for sex in ("m", "f"):
        ours, theirs = (t.numbers("height")[texts(t, "sex") == sex] for t in (drawn, real))
        assert abs(len(ours) - len(theirs)) < 0.04 * 8000
        assert abs(np.median(ours) - np.median(theirs)) < 2.5
    tall = drawn.numbers("height") > 180
    assert (texts(drawn, "sport")[tall] == "ball").mean() > 0.6
    assert (texts(drawn, "sport")[drawn.numbers("height") < 165] == "ball").mean() < 0.1
    gaps = np.quantile(drawn.numbers("height"), [0.1, 0.5, 0.9]) - np.quantile(real.numbers("height"), [0.1, 0.5, 0.9])
    assert np.abs(gaps).max() < 1.5
    assert abs((drawn.numbers("spent") == 0).mean() - 0.5) < 0.05


def test_what_another_column_decides_is_never_wrong(model: Model) -> None:
    drawn = sample(model, 3000, seed=2)
    pairs = set(zip(texts(drawn, "sport"), texts(drawn, "code"), strict=True))
    assert pairs == {("ball", "1"), ("run", "2"), ("none", "3")}


@pytest.mark.parametrize(
    "given", [{"sport": "none"}, {"code": 3, "sex": "m"}, {"height": (185.0, 188.0)}, {"sex": "f", "spent": ">20"}]
)
def test_conditions_hold(model: Model, given: dict[str, object]) -> None:
    drawn = sample(model, 200, given=given, seed=3)
    assert drawn.rows == 200
    asked = likewise.core.conditions.understand(given, model.schema)
    assert asked is not None and asked.matches(drawn).all()


def test_a_level_that_is_put_in_goes_with_what_it_should(model: Model) -> None:
    drawn = sample(model, 500, given={"sport": "ball"}, seed=3)
    assert np.median(drawn.numbers("height")) > 175


def test_partial_rows_are_refused_with_a_hint(model: Model) -> None:
    with pytest.raises(ConditionError) as error:
        model.sample(1, given=[{"sex": "m"}])
    assert error.value.code == "given.rows-unsupported" and error.value.hint


def test_what_a_column_decides_otherwise_is_refused_at_once(model: Model) -> None:
    with pytest.raises(ConditionError) as error:
        model.sample(1, given={"sport": "ball", "code": 3})
    assert error.value.code == "given.unseen" and error.value.hint


def test_a_model_file_gives_the_same_rows(model: Model, tmp_path: object) -> None:
    path = f"{tmp_path}/rows.likewise"
    model.save(path)
    assert likewise.load(path).sample(50, seed=4).equals(model.sample(50, seed=4))
    assert isinstance(model, GANModel) and isinstance(model.rows, NetworkRows)
    assert model.rows.networks is not None and model.rows.networks.judge is not None


def test_the_same_seed_learns_the_same() -> None:
    drawn = [GAN(epochs=2).fit(related(300), seed=s).sample(40, seed=0) for s in (1, 1, 2)]
    assert drawn[0].equals(drawn[1]) and not drawn[0].equals(drawn[2])


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_tables_without_two_columns_that_vary_need_no_networks(rows: int) -> None:
    model = GAN().fit(pa.table({"same": ["x"] * rows, "x": [i % 3 for i in range(rows)], "none": pa.nulls(rows)}))
    drawn = model.sample(30, seed=1)
    assert drawn.num_rows == 30 and set(drawn["same"].to_pylist()) == {"x"}
    assert isinstance(model, GANModel) and isinstance(model.rows, NetworkRows) and model.rows.networks is None


def prepared() -> tuple[TableEncoding, Game]:
    table = Table.from_arrow(related())
    encoding = TableEncoding.fit(table, seed=0)
    coded, layout = encoding.encode(table, generator(0, "places")), Layout.of(encoding)
    places = torch.from_numpy(coded.places[:, list(layout.numbers)])
    maker, teller = RowGenerator(layout, 16, 1), RowDiscriminator(layout, 16, 1)
    return encoding, Game(layout, torch.from_numpy(coded.symbols), places, maker, teller)


def test_ranks_rise_with_numbers_and_are_evenly_spread() -> None:
    encoding, game = prepared()
    ranks = game.real(game.symbols, game.places)[:, game.layout.width :].numpy()
    height = Table.from_arrow(related()).numbers("height")
    assert np.corrcoef(np.argsort(np.argsort(height)), ranks[:, 0])[0, 1] > 0.995
    assert abs(ranks[:, 0].mean()) < 0.02 and abs(ranks[:, 0].std() - 1) < 0.02
    assert encoding.cardinalities[2] == 1 and encoding.cardinalities[3] == 3


def test_pairs_are_at_no_distance_from_themselves_and_far_from_rows_that_were_torn_apart() -> None:
    _, game = prepared()
    order = torch.from_numpy(generator(0, "order").permutation(ROWS))
    symbols, places = game.symbols[order], game.places[order]
    torn = torch.stack([symbols[torch.from_numpy(generator(c, "torn").permutation(ROWS)), c] for c in range(5)], dim=1)
    own, other = (float(game.pairs(game.real(s, places))) for s in (symbols, torn))
    assert abs(own) < 0.1 * other


def test_chosen_levels_are_those_of_the_rows_that_are_taken() -> None:
    _, game = prepared()
    rng = torch.Generator().manual_seed(0)
    real, condition, columns = game.asked([game.symbols[:400], game.places[:400]], rng)
    asked = condition.sum(dim=1) > 0
    assert asked.sum() == 100 and not asked[:300].any()
    assert torch.equal(condition.sum(dim=1), columns.sum(dim=1))
    assert ((real[:, : game.layout.width] * condition).sum(dim=1)[asked] == 1).all()
    fake, _, _ = game.fake(condition, columns, rng)
    assert ((fake[:, : game.layout.width] * condition).sum(dim=1)[asked] == 1).all()
    assert set(columns.sum(dim=0).nonzero().flatten().tolist()) == {0, 1, 3, 4}


def test_chances_are_the_ratio_of_densities() -> None:
    rng = generator(0, "scores")
    of_real, of_made = rng.normal(1.0, 1, 20_000), rng.normal(-1.0, 1, 20_000)
    sharpness, offset = _chances(
        of_real * 3, of_made * 3
    )  # the logarithm of the ratio is twice the score, here a third of that
    assert sharpness == pytest.approx(2 / 3, rel=0.05)
    kept = np.exp(np.minimum(sharpness * of_made * 3 + offset, 0))
    assert kept.mean() >= 0.2
    assert (kept * of_made).sum() / kept.sum() > 0.1


def test_many_columns_have_fewer_symbols_each() -> None:
    assert groups_for(15) == {"bins": 32, "most": 100}
    assert groups_for(300) == {"bins": 10, "most": 10}
    assert groups_for(5000)["bins"] == 4
    assert (batch_for(100_000, None), batch_for(60, None), batch_for(60, 7)) == (512, 32, 7)
