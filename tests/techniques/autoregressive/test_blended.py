"""Trees with a network mixed in: what it learns, that conditions hold, and how it is saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from likewise.core.state import load, to_bytes
from likewise.errors import MissingExtra
from likewise.techniques.autoregressive import Autoregressive
from likewise.techniques.autoregressive.blended import FEWEST, Blended
from likewise.techniques.autoregressive.model import AutoregressiveModel

ROWS = 1500


def made(rows: int = ROWS, seed: int = 0) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    kind = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    size = np.round(rng.normal(0, 1, rows) + 4 * (kind == "b"), 2)
    low = rng.integers(0, 50, rows)
    return {
        "kind": kind.tolist(),
        "size": [None if i % 11 == 0 else float(s) for i, s in enumerate(size)],
        "low": low.tolist(),
        "high": (low + rng.integers(0, 9, rows)).tolist(),
        "big": (size > 2).tolist(),
        "code": [{"a": "x1", "b": "y2", "c": "z3"}[k] for k in kind],
    }


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    found = Autoregressive(network=True).fit(made(), seed=3)
    assert isinstance(found, AutoregressiveModel)
    return found


def only(model: AutoregressiveModel, share: float) -> AutoregressiveModel:
    """Return the model with another share of rows from the network."""
    from dataclasses import replace

    steps = tuple(replace(s, share_of_network=share) if isinstance(s, Blended) else s for s in model.steps)
    return replace(model, steps=steps)


@pytest.mark.parametrize(("share", "least"), [(0.5, 0.93), (1.0, 0.87)])
def test_dependence_and_rules_are_kept(model, share, least):
    drawn = only(model, share).sample(3000, seed=1)
    kind, size = np.array(drawn["kind"]), np.array(drawn["size"], dtype=float)
    assert abs(np.mean(kind == "a") - 0.5) < 0.03
    assert np.nanmean(size[kind == "b"]) > np.nanmean(size[kind == "a"]) + 3
    assert abs(np.mean([s is None or np.isnan(s) for s in size]) - 1 / 11) < 0.03
    known = ~np.isnan(size)
    assert np.mean((size[known] > 2) == np.array(drawn["big"])[known]) > least  # by chance: 0.58
    assert all(low <= high for low, high in zip(drawn["low"], drawn["high"]))
    assert {*zip(drawn["kind"], drawn["code"])} == {("a", "x1"), ("b", "y2"), ("c", "z3")}


def test_the_same_seed_gives_the_same_model_and_rows(model):
    again = Autoregressive(network=True).fit(made(), seed=3)
    assert to_bytes(again) == to_bytes(model)
    assert again.sample(200, seed=5) == model.sample(200, seed=5)
    assert to_bytes(Autoregressive(network=True).fit(made(), seed=4)) != to_bytes(model)


def test_conditions_and_partial_rows_hold(model):
    drawn = model.sample(200, given={"big": True, "kind": ["b", "c"], "low": (10, 20)}, seed=2)
    assert set(drawn["big"]) == {True} and set(drawn["kind"]) <= {"b", "c"}
    assert all(10 <= low <= 20 for low in drawn["low"])
    whole = model.sample(3, given=[{"size": 4.0}, {"size": 4.5}, {"kind": "b"}], seed=2)
    assert whole["size"][:2] == [4.0, 4.5] and whole["kind"][2] == "b"
    assert sum(kind == "b" for kind in whole["kind"]) >= 2


def test_shares_of_a_step_sum_to_one(model):
    step = next(s for s in model.steps if isinstance(s, Blended) and s.place == 1)
    symbols = model._propose(50, np.random.default_rng(0), {}, {})[0]
    total = sum(step.share(symbols, np.full(50, s, dtype=np.int32)) for s in range(step.forest.count))
    np.testing.assert_allclose(total, 1, atol=1e-3)


def test_it_tells_real_rows_from_others(model):
    real = made(400, seed=9)
    turned = {**real, "big": [not b for b in real["big"]]}
    assert model.log_prob(real).mean() > model.log_prob(turned).mean() + 1


def test_small_tables_are_left_to_the_trees():
    model = Autoregressive(network=True).fit(made(FEWEST - 1))
    assert not [s for s in model.steps if isinstance(s, Blended)]


def test_a_model_is_read_and_drawn_from_without_torch(model, tmp_path: Path):
    model.save(tmp_path / "m.likewise")
    assert load(tmp_path / "m.likewise").sample(50, seed=1) == model.sample(50, seed=1)
    code = (
        "import sys; sys.modules['torch'] = None; import likewise; "
        f"print(len(likewise.load({str(tmp_path / 'm.likewise')!r}).sample(5)['kind']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "5", done.stderr


def test_without_torch_it_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra) as refused:
        Autoregressive(network=True).fit(made())
    assert "likewise[torch]" in str(refused.value.hint)


def test_torch_is_left_as_it_was():
    import torch

    before, state = torch.get_num_threads(), torch.random.get_rng_state()
    Autoregressive(network=True).fit({k: v[:FEWEST] for k, v in made().items()})
    assert torch.get_num_threads() == before and torch.equal(torch.random.get_rng_state(), state)
