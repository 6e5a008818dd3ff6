from __future__ import annotations

import numpy as np
import pytest

from likewise.core.registry import synthesizer
from likewise.core.state import from_bytes, to_bytes
from likewise.errors import SettingsError
from likewise.recipes.latent import LatentModel

ROWS = 400


@pytest.fixture(scope="module")
def rows() -> dict[str, list[object]]:
    rng = np.random.default_rng(0)
    rare = rng.random(ROWS) < 0.15
    return {
        "load": (rng.normal(size=ROWS) + 3 * rare).round(3).tolist(),
        "site": np.where(rng.random(ROWS) < np.where(rare, 0.9, 0.3), "north", "south").tolist(),
        "fault": np.where(rare, "yes", "no").tolist(),
    }


@pytest.fixture(scope="module")
def model(rows: dict[str, list[object]]) -> LatentModel:
    settings = {"target": "fault", "ratio": 1.0, "settings": {"epochs": 40}}
    found = synthesizer("latent", settings).fit(rows, seed=1)
    assert isinstance(found, LatentModel)
    return found


def test_rare_rows_are_added_that_look_rare(model: LatentModel, rows: dict[str, list[object]]) -> None:
    assert model.lacking == ROWS - 2 * rows["fault"].count("yes")
    made = model.sample(model.lacking)
    assert list(made) == ["load", "site", "fault"] and set(made["fault"]) == {"yes"}
    usual = np.mean([load for load, fault in zip(rows["load"], rows["fault"]) if fault == "no"])  # type: ignore[arg-type]
    assert np.mean(made["load"]) > usual + 0.8
    assert not set(made["load"]) <= set(rows["load"])


def test_conditions_hold_on_any_column(model: LatentModel) -> None:
    made = model.sample(20, given={"fault": "yes", "site": "north"})
    assert set(made["site"]) == {"north"} and set(made["fault"]) == {"yes"}


def test_a_model_file_draws_the_same_rows(model: LatentModel) -> None:
    again = from_bytes(to_bytes(model))
    assert again.sample(30, seed=4) == model.sample(30, seed=4)


def test_a_technique_without_a_latent_space_is_refused(rows: dict[str, list[object]]) -> None:
    with pytest.raises(SettingsError, match="no latent space"):
        synthesizer("latent", {"inner": "bootstrap", "target": "fault"}).fit(rows)
