"""Settings, bad inputs, and what the card says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, LikewiseError, SchemaError, SettingsError
from likewise.techniques.smote import SMOTE

ROWS = {"x": [i**1.5 for i in range(40)], "z": ["k", "l"] * 20, "y": ["p"] * 30 + ["q"] * 10}


def refused(data: Any, error: type[LikewiseError], code: str, **settings: Any) -> LikewiseError:
    with pytest.raises(error) as caught:
        SMOTE.from_dict(settings).fit(data)
    assert caught.value.code == code and caught.value.hint and caught.value.where
    return caught.value


@pytest.mark.parametrize("ratio", [float("inf"), float("nan"), 0, -1, 1.5, "much"])
def test_a_ratio_is_a_share(ratio: Any) -> None:
    with pytest.raises(SettingsError, match=r"\$\.ratio"):
        SMOTE.from_dict({"ratio": ratio, "target": "y"})


@pytest.mark.parametrize(
    "settings",
    [
        {"variant": "smoote"}, {"k_neighbors": 0}, {"m_neighbors": 0}, {"clean": "tomec"}, {"space": "latent"},
        {"truncation": 2}, {"deformation": -0.1}, {"selection": "all"}, {"threshold": 0}, {"noise": 2}, {"clusters": 0},
        {"relevance": []}, {"relevance": [[1, 2, 3]]}, {"k_neighbours": 5},
    ],
)  # fmt: skip
def test_settings_have_bounds(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"settings\.invalid"):
        SMOTE.from_dict(settings)


def test_a_ratio_that_classes_have_already_is_refused() -> None:
    told = refused(ROWS, FitError, "fit.ratio", target="y", ratio=0.2)
    assert "0.333" in str(told.hint)
    even = {"x": [1.0, 2.5, 3.1, 4.7], "y": ["p", "p", "q", "q"]}
    assert "leave `ratio` out" in str(refused(even, FitError, "fit.ratio", target="y", ratio=1.0).hint)


def test_a_target_must_be_there_be_known_and_have_classes() -> None:
    told = refused({"income": [1, 2, 3] * 9, "churned": ["no", "yes", "no"] * 9}, SchemaError,
                   "schema.unknown-column", target="chorned")  # fmt: skip
    assert told.hint == "did you mean `churned`?"
    refused({**ROWS, "y": [None, *ROWS["y"][1:]]}, FitError, "fit.target-missing", target="y")
    refused({**ROWS, "y": ["p"] * 40}, FitError, "fit.one-class", target="y")
    free = {"x": [i**1.5 for i in range(200)], "y": [i**0.5 for i in range(200)]}
    assert "smoter" in str(refused(free, FitError, "fit.target", target="y").hint)
    texts = {"x": [i**1.5 for i in range(60)], "y": [f"call {i} about order {i * 7}" for i in range(60)]}
    refused(texts, FitError, "fit.target", target="y")


def test_a_class_of_one_row_is_named_but_not_where_it_is_not_drawn() -> None:
    rows = {**ROWS, "y": ["p"] * 30 + ["q"] * 9 + ["r"]}
    assert "`r`" in refused(rows, FitError, "fit.one-row", target="y").what
    assert "`r`" in refused(rows, FitError, "fit.one-row", target="y", ratio=0.5).what
    assert SMOTE(target="y", ratio=0.3).fit({**rows, "y": ["p"] * 30 + ["q"] * 9 + ["p"]}).lacking == 1


def test_a_label_or_a_stretch_of_one_row_is_named() -> None:
    labels = {"x": ROWS["x"], "one": [True] + [False] * 39, "some": [True, False] * 20}
    fault = refused(labels, FitError, "fit.one-row", target=("one", "some"), variant="mlsmote", ratio=1.0)
    assert fault.what == "one row has no neighbour, and a single row is in `one`"
    dear = {"x": ROWS["x"], "y": [*(float(i % 7) for i in range(39)), 90.0]}
    how = {"target": "y", "variant": "smoter", "ratio": 1.0, "relevance": [[6, 0], [80, 1]]}
    assert "in `stretch 2 of y`" in refused(dear, FitError, "fit.one-row", **how).what


def test_a_sensitive_class_is_not_named() -> None:
    table = Table.from_any({**ROWS, "y": ["p"] * 30 + ["q"] * 9 + ["hiv"]})
    with pytest.raises(FitError) as caught:
        SMOTE(target="y").fit(table.with_schema(table.schema.replace("y", role="sensitive")))
    assert "hiv" not in str(caught.value) and caught.value.code == "fit.one-row"


def test_texts_beside_a_target_are_refused_by_name() -> None:
    words = np.random.default_rng(0).choice(["called", "paid", "asked", "late", "again", "refund"], (40, 6))
    rows = {**ROWS, "note": [f"{' '.join(row)} {i}" for i, row in enumerate(words)]}
    told = refused(rows, FitError, "fit.text", target="y")
    assert told.where == "note" and "`columns: {note: {kind: text, role: ignore}}`" in str(told.hint)
    table = Table.from_any(rows)
    model = SMOTE(target="y", ratio=1.0).fit(table.with_schema(table.schema.replace("note", role="ignore")))
    assert list(model.sample(5)) == ["x", "z", "y"]


def test_fewer_rows_than_neighbours_are_noted() -> None:
    rows = {**ROWS, "y": ["p"] * 37 + ["q"] * 3}
    model = SMOTE(target="y", ratio=1.0).fit(rows)
    assert "`q` has 3 different rows: 2 neighbours instead of 5" in model.card.notes
    assert set(model.sample(34)["y"]) == {"q"}


@pytest.mark.parametrize(
    "variant", ["borderline-1", "borderline-2", "svm", "kmeans", "adasyn", "safe-level", "g-smote"]
)
def test_two_rare_rows_are_enough_for_every_variant(variant: str) -> None:
    rows = {**ROWS, "y": ["p"] * 38 + ["q"] * 2}
    model = SMOTE.from_dict({"target": "y", "ratio": 1.0, "variant": variant}).fit(rows)
    assert len(model.sample(36)["y"]) == 36


def test_repeated_rows_are_one_base_and_said() -> None:
    rows = {"x": [*range(30), *[50] * 10], "y": ["p"] * 30 + ["q"] * 10}
    model = SMOTE(target="y", ratio=1.0).fit(rows)
    assert any("one row, if repeated" in note for note in model.card.notes)
    assert set(model.sample(20)["x"]) == {50}


@pytest.mark.parametrize(
    "settings", [{"ratio": 0.5}, {"variant": "adasyn"}, {"clean": "enn"}, {"variant": "smogn"}, {"variant": "mlsmote"}]
)
def test_what_needs_a_target_says_so(settings: dict[str, Any]) -> None:
    refused(ROWS, SettingsError, "settings.target", **settings)


def test_variants_and_targets_go_together() -> None:
    refused(ROWS, SettingsError, "settings.variant", target="y", variant="smoter")
    refused(ROWS, SettingsError, "settings.target", target=["y", "z"])
    refused(ROWS, FitError, "fit.target", target=["y", "x"], variant="mlsmote")
    refused(ROWS, SettingsError, "settings.clean", target=["y", "z"], variant="mlsmote", clean="enn")
    numbers = {"x": [float(i) ** 1.5 for i in range(50)], "y": [float(i % 17) / 7 for i in range(50)]}
    refused(numbers, FitError, "fit.relevance", target="y", variant="smoter")
    refused(numbers, SettingsError, "settings.clean", target="y", variant="smogn", clean="enn")


def test_the_targets_of_the_schema_are_taken() -> None:
    table = Table.from_any(ROWS)
    model = SMOTE(ratio=1.0).fit(table.with_schema(table.schema.with_target("y")))
    assert model.lacking == 20


@pytest.mark.parametrize("settings", [{}, {"space": "codes"}, {"variant": "adasyn"}, {"variant": "g-smote"}])
def test_odd_columns_beside_a_target(settings: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    rows: dict[str, Any] = {
        "constant": ["k"] * 120, "nothing": [None] * 120, "one": [1.5] + [None] * 119,
        "id": [f"K-{i:06}" for i in range(120)],
        "huge": rng.normal(size=120) * 1e300, "tiny": rng.normal(size=120) * 1e-300,
        "not_numbers": np.where(rng.random(120) < 0.2, np.inf, rng.normal(size=120)),
        "mostly_nan": np.where(rng.random(120) < 0.95, np.nan, 1.0), "truth": rng.random(120) < 0.5,
        "moment": pd.date_range("2024-01-01", periods=120, freq="17h", tz="Europe/Rome"),
        "levels": [f"L{i:04}" for i in rng.integers(60, size=120)], "same": [3] * 120,
        "y": ["p"] * 100 + ["q"] * 20,
    }  # fmt: skip
    frame = pd.DataFrame(rows)
    model = SMOTE.from_dict({"target": "y", "ratio": 1.0, **settings}).fit(frame)
    drawn = model.sample(80)
    assert drawn.dtypes.equals(frame.dtypes) and drawn.id.is_unique
    assert drawn.nothing.isna().all() and set(drawn.constant) == {"k"}


def test_partial_rows_are_refused_by_name() -> None:
    with pytest.raises(ConditionError, match=r"given\.rows-unsupported"):
        SMOTE(target="y").fit(ROWS).sample(1, given=pd.DataFrame({"z": ["k"]}))


def test_nothing_but_a_target_is_taken() -> None:
    model = SMOTE(target="y", ratio=1.0).fit({"y": ["p"] * 30 + ["q"] * 10})
    assert model.sample(20)["y"] == ["q"] * 20


def test_it_is_kept_out_of_races() -> None:
    assert SMOTE.candidates() == ()


def test_the_model_says_that_it_holds_real_rows() -> None:
    card = SMOTE(target="y").fit(ROWS).card
    assert "holds the real rows" in card.privacy.statement and card.privacy.epsilon is None
    assert "coincide with a real row" in card.notes[-1] and "nearer to one" in card.notes[-1]
