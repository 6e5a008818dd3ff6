"""Networks under a privacy budget: nothing passes but through mechanisms and private gradients; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.recipes.test_private import DOMAIN, NEIGHBOURS, _texts, blind, rows, told  # noqa: F401

torch = pytest.importorskip("torch")
pytest.importorskip("dp_accounting")

import likewise  # noqa: E402
from likewise.core.state import to_bytes  # noqa: E402
from likewise.errors import LikewiseError, PrivacyError  # noqa: E402
from likewise.privacy import dpsgd  # noqa: E402
from likewise.privacy.accountant import Event, spent  # noqa: E402
from likewise.privacy.ledger import Ledger  # noqa: E402

TECHNIQUES = ["gan", "vae"]
SHORT: dict[str, Any] = {"domain": DOMAIN, "rate": 0.5, "epochs": 1}

OWN: dict[str, tuple[Any, ...]] = {}
"""What a run on the rows themselves lets out, by technique."""


def fit(technique: str, data: Any = None, **others: Any) -> Any:
    asked = {"epsilon": 3.0, "delta": 1e-5, **SHORT, **others}
    return likewise.fit(rows() if data is None else data, technique=technique, **asked)


@pytest.fixture
def numb(blind: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: F811
    """Let private gradients be noise alone as well, the same each time, and charged as ever."""

    def noise(n: int, sigma: float) -> NDArray[np.int64]:
        return np.rint(np.random.default_rng(n).normal(0, sigma, n)).astype(np.int64)

    monkeypatch.setattr(dpsgd, "rounded_normal", noise)
    monkeypatch.setattr(dpsgd, "on_grid", lambda gradients, clip, most: torch.zeros_like(gradients))
    yield


@pytest.mark.usefixtures("numb")
@pytest.mark.parametrize("technique", TECHNIQUES)
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_nothing_passes_but_through_mechanisms(neighbour: dict[str, list[Any]], technique: str, tmp_path: Path) -> None:
    asked = {"technique": technique, "domain": DOMAIN, "settings": {"rate": 0.5, "epochs": 1}, "n": 50}
    if technique not in OWN:
        OWN[technique] = told(_texts(rows()), tmp_path, **asked)
    assert told(_texts(neighbour), tmp_path, **asked) == OWN[technique]


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_gradients_are_of_the_rows_and_the_seed_does_not_reach_the_noise(
    technique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without noise other rows give another model: so it is noise, and not blindness, that protects them."""
    assert to_bytes(fit(technique, seed=1)) != to_bytes(fit(technique, seed=1))
    seen: list[float] = []
    real = dpsgd.on_grid

    def grid(gradients: Any, clip: float, most: float) -> Any:
        seen.append(float(gradients.abs().sum()))
        return real(gradients, clip, most)

    monkeypatch.setattr(dpsgd, "on_grid", grid)
    fit(technique)
    assert seen and max(seen) > 0


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_the_card_tells_what_was_promised_and_bought(technique: str) -> None:
    model = fit(technique)
    privacy, steps = model.card.privacy, [e for e in model.card.privacy.events if e["mechanism"] == "sampled gaussian"]
    assert (privacy.epsilon, privacy.delta, privacy.unit, privacy.mu) == (3.0, 1e-5, "row", None)
    assert privacy.statement == "(3, 1e-05)-differential privacy for a row, added or removed"
    assert 2.99 < spent([Event.from_dict(event) for event in privacy.events], 1e-5) <= 3.0
    assert [(e["rate"], e["steps"]) for e in steps] == [(0.5, 2)]
    assert {e["what"] for e in privacy.events} >= {"rows", *DOMAIN}
    assert any("2 steps by private gradients" in note for note in model.card.notes)
    assert not any("hold" in note for note in model.card.notes)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_all_rows_of_a_unit_are_one(technique: str) -> None:
    data = {"who": [k // 3 for k in range(300)], **rows()}
    domain = {"columns": {"who": "ignore", **DOMAIN}, "unit": "who", "most": 2}
    model = fit(technique, data, domain=domain)
    assert model.card.privacy.unit == "who" and "at most 2 are used" in model.card.privacy.statement
    assert 0 < model.card.rows < 450  # a count of 200, with noise whose standard deviation is about 43
    assert model.sample(5).keys() == DOMAIN.keys()


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_ledger_adds_it_up_and_refuses_more(technique: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    Ledger.open(tmp_path / "l.jsonl", new=True).set_budget("staff", 4.0, 1e-4)
    model = fit(technique, ledger="l.jsonl", people="staff")
    assert Ledger.open("l.jsonl").holds(model.card.privacy.ledger)
    assert 0 < Ledger.open("l.jsonl").left("staff") < 3.5  # at the delta of the people
    with pytest.raises(PrivacyError):
        fit(technique, "no-such-file.csv", epsilon=3.9, ledger="l.jsonl", people="staff")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an open domain": ({"domain": "discover"}, "privacy.open"),
    "an open column": ({"domain": {**DOMAIN, "pay": "discover"}}, "privacy.open"),
    "no domain": ({"domain": None}, "privacy.no-domain"),
    "a folder": ({"folder": "runs"}, "privacy.beside"),
    "rows a step": ({"batch_size": 64}, "privacy.beside"),
    "a size of pictures": ({"size": 32}, "privacy.beside"),
    "time": ({"time": "10s"}, "privacy.beside"),
    "a target": ({"target": "sick"}, "privacy.beside"),
    "public rows": ({"public": rows(5)}, "privacy.beside"),
    "a race": ({"goal": "share"}, "privacy.beside"),
    "pictures": ({"domain": {**DOMAIN, "face": {"kind": "image"}}}, "privacy.invalid"),
    "an undeclared column": ({"domain": {"age": DOMAIN["age"]}}, "privacy.undeclared"),
}


@pytest.mark.parametrize("technique", TECHNIQUES)
@pytest.mark.parametrize(("asked", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_covered_is_refused(technique: str, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as found:
        fit(technique, **asked)
    assert found.value.code == code and found.value.hint


def test_pictures_beside_declared_columns_are_refused() -> None:
    data = {**rows(40), "face": np.zeros((40, 8, 8, 1), np.uint8)}
    with pytest.raises(PrivacyError) as found:
        fit("vae", data)
    assert found.value.code == "privacy.undeclared" and found.value.where == "face"


def test_a_domain_without_a_budget_is_refused() -> None:
    from likewise.techniques.vae import VAE

    for settings in ({"domain": DOMAIN}, {"rate": 0.1}):
        with pytest.raises(LikewiseError, match="epsilon"):
            VAE(**settings)


def test_verbs_that_look_at_rows_refuse_networks_with_a_budget() -> None:
    budget = {"epsilon": 3.0, "domain": DOMAIN}
    for call in (
        lambda: likewise.impute(rows(), technique="vae", settings=budget),
        lambda: likewise.augment(rows(), technique="gan", settings=budget),
        lambda: likewise.fit(rows(), technique="latent", target="sick", inner="vae", settings=budget),
    ):
        with pytest.raises(PrivacyError) as found:
            call()
        assert found.value.code in ("privacy.looked-at", "privacy.inferred")


def test_related_tables_are_refused() -> None:
    tables = {"people": {"id": [1, 2]}, "visits": {"of": [1, 2]}}
    domain = {"people": {"id": "id"}, "visits": {"of": {"kind": "id", "refers": "people.id"}}}
    with pytest.raises(PrivacyError) as found:
        likewise.fit(tables, technique="vae", epsilon=1.0, domain=domain, unit="people")
    assert found.value.code == "privacy.technique"
