"""Sampling fitted to data: what it keeps, conditions it meets, and what it says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from likewise.core.protocol import Model
from likewise.core.spec import Spec
from likewise.errors import LikewiseError, SettingsError
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vine.vine import Vine
from likewise.techniques.sampling import Sampling
from likewise.techniques.sampling.marginals import Levels
from likewise.techniques.sampling.model import SamplingModel

COPULAS = ("gaussian", "student-t", "vine")


def people(rows: int = 4000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    job = np.array(["clerk", "nurse", "cook", "pilot"])[np.clip(age // 16 + rng.integers(-2, 2, rows), 0, 3)]
    sex = np.where(rng.random(rows) < np.where(np.isin(job, ["nurse", "clerk"]), 0.8, 0.2), "f", "m")
    gain = np.where(rng.random(rows) < 0.9, 0, rng.integers(1, 900, rows) * 10)
    pay = np.round(900 + 20 * age + 700 * (job == "pilot") + 80 * rng.standard_normal(rows), 2)
    pay[rng.random(rows) < np.where(sex == "f", 0.4, 0.1)] = np.nan
    return pd.DataFrame({"age": age, "job": job, "sex": sex, "gain": gain, "pay": pay})


REAL = people()


@pytest.fixture(scope="module", params=COPULAS)
def model(request: pytest.FixtureRequest) -> Model:
    return Sampling(copula=request.param).fit(REAL)


@pytest.fixture(scope="module")
def free(model: Model) -> pd.DataFrame:
    drawn: pd.DataFrame = model.sample(100_000, seed=1)
    return drawn


def shares(frame: pd.DataFrame, name: str) -> Any:
    return frame[name].value_counts(normalize=True, dropna=False)


def test_every_column_keeps_its_shape(model: Model) -> None:
    drawn = model.sample(20_000)
    for name in ("job", "sex"):
        assert np.abs(shares(drawn, name) - shares(REAL, name)).max() < 0.02
    assert (drawn["gain"] == 0).mean() == pytest.approx((REAL["gain"] == 0).mean(), abs=0.01)
    assert drawn["pay"].isna().mean() == pytest.approx(REAL["pay"].isna().mean(), abs=0.015)
    for name in ("age", "pay"):
        levels = np.linspace(0.05, 0.95, 7)
        gaps = [
            (drawn[name] <= REAL[name].quantile(level)).sum() / drawn[name].notna().sum() - level for level in levels
        ]
        assert np.abs(gaps).max() < 0.03


def test_columns_go_together_as_they_do_in_the_data(model: Model) -> None:
    drawn = model.sample(20_000)
    assert drawn["age"].corr(drawn["pay"]) == pytest.approx(REAL["age"].corr(REAL["pay"]), abs=0.1)
    together = [pd.crosstab(frame["job"], frame["sex"], normalize=True) for frame in (drawn, REAL)]
    assert (together[0] - together[1]).abs().to_numpy().sum() / 2 < 0.05
    missing = [frame["pay"].isna().groupby(frame["sex"].astype(str)).mean() for frame in (drawn, REAL)]
    assert (missing[0] - missing[1]).abs().max() < 0.08


@pytest.mark.parametrize("given", [{"job": "pilot", "age": (30, 50)}, {"pay": (None, 1800), "sex": ["f"]},
                                   {"pay": None},
                                   {"age": (60, None)}, {"sex": "f"}, {"job": "pilot"},
                                   {"gain": 0, "job": ["cook", "nurse"], "sex": "m"}])  # fmt: skip
def test_conditions_are_met_as_rejection_meets_them(model: Model, free: pd.DataFrame, given: dict[str, Any]) -> None:
    drawn = model.sample(6000, given=given, seed=2)
    met = np.ones(len(free), dtype=bool)
    for name, wanted in given.items():
        if isinstance(wanted, tuple):
            low, high = (limit if limit is not None else bound for limit, bound in zip(wanted, (-np.inf, np.inf)))
            met &= free[name].between(low, high).to_numpy()
        elif wanted is None:
            met &= free[name].isna().to_numpy()
        else:
            met &= free[name].isin(wanted if isinstance(wanted, list) else [wanted]).to_numpy()
    like = free[met]
    assert len(like) > 300
    for name in ("age", "pay"):
        if not like[name].isna().all():
            spread = 5 * REAL[name].std() * np.sqrt(1 / len(like) + 1 / 6000)
            assert drawn[name].mean() == pytest.approx(like[name].mean(), abs=spread)
    for name in ("job", "sex"):
        gap = shares(drawn, name).reindex(REAL[name].unique()).fillna(0) - shares(like, name).reindex(
            REAL[name].unique()
        ).fillna(0)
        assert gap.abs().max() < 5 * np.sqrt(0.25 / len(like) + 0.25 / 6000)


def test_rows_are_completed_from_what_is_known(model: Model) -> None:
    known = pd.DataFrame({"age": [20.0, 70.0] * 300, "job": [None, "pilot"] * 300, "pay": [None, None] * 300})
    drawn = model.sample(600, given=known, seed=3)
    assert (drawn["age"] == known["age"]).all() and (drawn["job"][1::2] == "pilot").all()
    pay = drawn["pay"].groupby(drawn["age"]).mean()
    assert pay[70] - pay[20] > 700
    again = REAL.head(400).copy()
    again.loc[::3, "pay"] = np.nan
    filled = model.impute(again)
    known_pay = again["pay"].notna()
    assert filled["pay"].notna().all() and filled["pay"][known_pay].equals(again["pay"][known_pay])
    assert np.corrcoef(filled["pay"][::3], filled["age"][::3])[0, 1] > 0.6


def test_auto_takes_a_vine_where_a_column_bends_and_says_so() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 3000))
    bent = Sampling().fit(pa.table({"x": x, "y": y, "z": x**2 + 0.2 * rng.standard_normal(3000)}))
    assert isinstance(bent, SamplingModel) and isinstance(bent.copula, Vine)
    assert any("chosen by the likelihood of held-back rows" in note for note in bent.card.notes)
    straight = Sampling().fit(pa.table({"x": x, "y": x + y, "z": x - y}))
    assert isinstance(straight, SamplingModel) and isinstance(straight.copula, Elliptical)
    scale = np.sqrt(4 / rng.chisquare(4, 3000))
    heavy = Sampling().fit(pa.table({"x": x * scale, "y": (x + y) * scale, "z": y * scale}))
    assert isinstance(heavy, SamplingModel) and "Gaussian" not in heavy.copula.said()


def test_independent_columns_go_their_own_ways() -> None:
    model = Sampling(copula="independent").fit(REAL)
    drawn = model.sample(5000)
    assert abs(drawn["age"].corr(drawn["pay"])) < 0.06 and "copula: independent, asked for" in model.card.notes


def test_parametric_marginals_say_their_family_and_how_near_it_is() -> None:
    rng = np.random.default_rng(0)
    ragged = rng.integers(0, 8, 800) + rng.random(800) / 9
    data = pa.table({"height": rng.normal(170, 10, 800), "ragged": ragged})
    card = Sampling(marginals="parametric").fit(data).card
    assert any(note.startswith("`height`: normal (mean 1") and "KS distance 0.0" in note for note in card.notes)
    assert any(note.startswith("`ragged`: ") for note in card.notes)
    automatic = Sampling(marginals="auto").fit(data).card.notes
    assert any("`height`" in note for note in automatic) and not any("`ragged`" in note for note in automatic)


def test_columns_that_repeat_one_another_still_do() -> None:
    rng = np.random.default_rng(0)
    code = rng.integers(8, size=3000)
    data = pd.DataFrame({"code": code, "name": np.array(list("hbfdagce"))[code], "twice": 2 * code})
    drawn = Sampling(copula="gaussian").fit(data).sample(4000)
    names = np.array(list("hbfdagce"))[drawn["code"].to_numpy(dtype=int)]
    assert (names == drawn["name"]).mean() > 0.98 and (drawn["twice"] == 2 * drawn["code"]).mean() > 0.98


def test_rare_levels_never_come_back() -> None:
    levels = ["common"] * 900 + [f"{i * 7919 % 9973:04d}-x" for i in range(100)]
    model = Sampling().fit({"level": levels, "x": list(range(1000))})
    drawn = {*model.sample(3000)["level"]}
    assert len(drawn) > 20 and not drawn & {*levels[900:]}
    exact = Sampling(min_count=2).fit({"level": ["a"] * 500 + ["b"] * 3, "x": list(range(503))})
    assert "b" in {*exact.sample(3000)["level"]}


def test_a_category_is_a_tree_but_in_a_vine() -> None:
    nodes = {}
    for copula in COPULAS:
        fitted = Sampling(copula=copula).fit(REAL)  # type: ignore[arg-type]
        assert isinstance(fitted, SamplingModel)
        job = fitted.marginals[1]
        assert isinstance(job, Levels)
        nodes[copula] = len(job.nodes)
    assert nodes == {"gaussian": 3, "student-t": 3, "vine": 1}


def test_an_ordered_category_keeps_its_order() -> None:
    sizes = pd.Categorical(np.random.default_rng(0).choice(["S", "M", "L"], 600), ["S", "M", "L"], ordered=True)
    model = Sampling(copula="gaussian").fit(pd.DataFrame({"size": sizes, "x": sizes.codes * 1.0}))
    assert isinstance(model, SamplingModel) and isinstance(model.marginals[0], Levels)
    assert model.marginals[0].nodes[0].bins[:3].tolist() == [0, 1, 2]


@pytest.mark.parametrize("odd", [
    {"a": [1], "b": ["x"]},
    {"a": [1, 2], "b": ["x", "y"]},
    {"a": [None] * 9, "b": [1.5] * 9, "c": ["x", None, "y"] * 3},
    {"a": [1e300, -1e300, 0.0] * 30, "b": [1e-300, 0.0, 5e-324] * 30},
    {"a": [float("nan"), float("inf"), 1.0] * 30, "b": [True, False, None] * 30},
    {"t": [f"text {i} of {i % 5}" for i in range(60)], "x": list(range(60))},
    {"only": list(range(700))},
    {"id": [f"C-{i:05d}" for i in range(60)]},
])  # fmt: skip
@pytest.mark.parametrize("copula", ["auto", *COPULAS, "independent"])
def test_odd_tables_are_learned(odd: dict[str, Any], copula: Any) -> None:
    for marginals in ("empirical", "parametric"):
        model = Sampling(copula=copula, marginals=marginals).fit(odd)  # type: ignore[arg-type]
        assert [len(column) for column in model.sample(7).values()] == [7] * len(odd)


@pytest.mark.parametrize("fields", [{"copula": "clayton"}, {"marginals": "normal"}, {"min_count": 1}, {"vine": True}])
def test_bad_settings_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        Sampling.from_dict(fields)
    assert caught.value.code == "settings.invalid" and issubclass(Sampling, Spec)


def test_what_cannot_be_is_refused_by_name() -> None:
    model = Sampling(copula="gaussian").fit(REAL)
    for given, where in (
        ({"age": 5}, "age"),
        ({"job": "pilto"}, "job"),
        ({"age": None}, "age"),
        ({"nobody": 1}, "nobody"),
    ):
        with pytest.raises(LikewiseError) as caught:
            model.sample(5, given=given)
        assert caught.value.where == where and caught.value.code.startswith("given.")
    data = {"left": ["a", "b"] * 400, "right": ["x", "y"] * 400}
    with pytest.raises(LikewiseError) as caught:
        Sampling(copula="vine").fit(data).sample(5, given={"left": "a", "right": "y", "more": 1})
    assert caught.value.code == "given.unknown-column"


def test_many_exact_values_can_be_given_at_once() -> None:
    rng = np.random.default_rng(0)
    data = {f"x{i}": rng.standard_normal(2000) + i for i in range(12)}
    for copula in ("gaussian", "vine"):
        asked = {f"x{i}": float(i) + 0.25 for i in range(12)}
        drawn = Sampling(copula=copula).fit(pa.table(data)).sample(5, given=asked).to_pydict()  # type: ignore[arg-type]
        assert all(drawn[name] == [value] * 5 for name, value in asked.items())


def test_models_of_one_seed_are_one() -> None:
    one, other = (Sampling().fit(REAL, seed=3) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.state()[1].values(), other.state()[1].values(), strict=True))
    blocks = list(one.stream(130_000))
    assert [block.rows for block in blocks] == [65_536, 64_464]
    assert all(a.schema == b.schema for a, b in pairwise(blocks))
