"""Designs through marginals and copulas: strata kept, dependence kept, levels combined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.sampling import Sampling
from likewise.techniques.sampling.declared import Declared
from likewise.techniques.sampling.designs import MOST_CELLS, Design
from likewise.techniques.sampling.model import SamplingModel

COLUMNS = {"a": {"normal": [0, 1]}, "b": {"exponential": 2}, "c": {"uniform": [5, 9]}}
PAIRS = [["a", "b", 0.7], ["b", "c", -0.4]]
COPULAS: dict[str, Any] = {
    "independent": None,
    "gaussian": {"gaussian": {"measure": "spearman", "pairs": PAIRS}},
    "student-t": {"student-t": {"df": 3, "measure": "spearman", "pairs": PAIRS}},
    "vine": {"vine": [{"pair": ["a", "b"], "family": "gumbel", "tau": 0.5}, {"pair": ["b", "c"], "tau": -0.3}]},
}


def model(copula: str = "gaussian", **columns: Any) -> SamplingModel:
    return Declared(columns=columns or COLUMNS, copula=COPULAS[copula]).model()


def ranks(table: Table) -> np.ndarray:
    return np.array([np.argsort(np.argsort(table.numbers(name))) for name in table.names])


@pytest.mark.parametrize("copula", COPULAS)
@pytest.mark.parametrize("optimize", [None, "maximin", "correlation"])
def test_a_latin_hypercube_keeps_its_strata_and_the_dependence(copula: str, optimize: Any) -> None:
    drawn = model(copula).design(200, kind=Design(optimize=optimize), seed=3)
    for name, (family, parameters) in ((name, next(iter(column.items()))) for name, column in COLUMNS.items()):
        shares = Declared(columns={name: {family: parameters}}).columns[name].distribution.cdf(drawn.numbers(name))
        assert (np.sort(np.floor(shares * 200 + 1e-9)) == np.arange(200)).all()
    found = np.corrcoef(ranks(drawn))
    if copula != "independent":
        assert found[0, 1] > 0.5
        assert found[1, 2] < -0.25
    else:
        assert np.abs(found - np.eye(3)).max() < 0.15


@pytest.mark.parametrize("kind", ["sobol", "halton"])
@pytest.mark.parametrize("copula", ["independent", "gaussian", "student-t"])
def test_sequences_are_even_and_dependent(kind: str, copula: str) -> None:
    drawn = model(copula).design(512, kind=kind)
    assert drawn.numbers("a").mean() == pytest.approx(0, abs=0.02)
    assert drawn.numbers("c").mean() == pytest.approx(7, abs=0.02)
    if copula != "independent":
        assert np.corrcoef(ranks(drawn))[0, 1] == pytest.approx(0.7, abs=0.04)


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol", "halton", "full-factorial"])
def test_the_same_seed_gives_the_same_rows(kind: str) -> None:
    n = None if kind == "full-factorial" else 20
    assert model().design(n, kind=kind, seed=4) == model().design(n, kind=kind, seed=4)
    if n:
        assert model().design(n, kind=kind, seed=4) != model().design(n, kind=kind, seed=5)
        assert model().design(0, kind=kind).rows == 0
        assert model().design(1, kind=kind).rows == 1


def test_a_full_factorial_combines_all_levels() -> None:
    columns = {
        "dose": {"uniform": [0, 90]}, "arm": {"categorical": ["x", "y"]}, "sex": {"bernoulli": 0.5},
        "id": {"pattern": {"form": "sequence"}}, "wet": {"poisson": 0.1, "missing": 0.2},
        "kind": {"categorical": {"p": 1, "q": 0}, "missing": 0.3}, "day": {"date-range": ["2024-01-01", "2024-01-10"]},
    }  # fmt: skip
    drawn = model("independent", **columns).design(kind=Design(kind="full-factorial", levels={"dose": 3, "day": 2}))
    assert drawn.rows == 3 * 2 * 2 * 1 * 1 * 2
    found = drawn.to_dict()
    assert sorted(set(found["dose"])) == pytest.approx([15, 45, 75])
    assert set(found["arm"]) == {"x", "y"}
    assert set(found["sex"]) == {False, True}
    assert set(found["wet"]) == {0}
    assert set(found["kind"]) == {"p"}
    assert found["id"] == list(range(1, 25))
    assert len(set(zip(*(found[name] for name in ("dose", "arm", "sex", "day")), strict=True))) == 24


def test_learned_and_missing_columns_are_spread_too() -> None:
    drawn = model("independent", x={"normal": [0, 1], "missing": 0.25}, y={"categorical": ["a", "b"], "missing": 1})
    found = drawn.design(400)
    assert found.missing("x").sum() == 100
    assert found.missing("y").all()


def test_a_fitted_model_has_designs_too() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    rows = {"x": x.tolist(), "y": np.round(2 * x + rng.normal(size=400), 1).tolist(), "id": list(range(1, 401)),
            "c": np.where(x > 0, "a", rng.choice(["b", "c"], 400)).tolist()}  # fmt: skip
    fitted = Sampling().fit(rows)
    drawn = fitted.design(200)
    assert np.corrcoef(drawn["x"], drawn["y"])[0, 1] > 0.7
    assert drawn["id"] == fitted.sample(200)["id"]
    assert {*fitted.design(kind="full-factorial")["c"]} == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("kind", "n", "said"),
    [
        ("lhs", 5, "kind"),
        ({"kind": "sobol", "optimize": "maximin"}, 5, "`optimize` is of a latin-hypercube"),
        ({"kind": "sobol", "levels": 3}, 5, "`levels` are of a full-factorial"),
        ({"kind": "full-factorial", "levels": 0}, None, "`levels` are from 1"),
        ({"kind": "full-factorial", "levels": {"x": 2}}, None, "not there: `x`"),
        ({"kind": "full-factorial", "levels": 9_999}, None, "too many to be held"),
        ("full-factorial", 7, "the levels make 8 rows"),
        ("latin-hypercube", MOST_CELLS, "is too large"),
        ("latin-hypercube", -1, "whole number"),
        ({"optimize": "maximin"}, 2_001, "too many to be moved apart"),
        ({"optimize": "correlation"}, 3, "always correlate"),
        (3, 5, "a mapping is wanted"),
    ],
)
def test_what_is_no_design_is_refused(kind: Any, n: int | None, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as found:
        model().design(n, kind=kind)
    assert found.value.hint


def test_a_sequence_is_not_carried_through_a_vine() -> None:
    with pytest.raises(SettingsError, match="cannot be carried through this copula"):
        model("vine").design(8, kind="sobol")


def test_ids_must_suffice() -> None:
    with pytest.raises(SettingsError, match=r"10 values for 20 rows"):
        model("independent", x={"normal": [0, 1]}, id={"pattern": {"form": "mask", "mask": "9"}}).design(20)
