"""The document: it goes to YAML and back unchanged, and every fault in it is told at once, with its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import LikewiseError, RecipeError, SourceError
from likewise.recipes.recipe.document import Recipe

names = st.text("abcdefgh-_ü $:#", min_size=1, max_size=8).filter(lambda text: not text.startswith("$"))
scalars = st.one_of(st.integers(-99, 99), st.booleans(), st.none(), names, st.dates(), st.floats(-9, 9))
values = st.dictionaries(names, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=3)
shares = st.floats(0.01, 1)

steps = st.one_of(
    st.fixed_dictionaries({"fit": names}, optional={"settings": values, "target": names}),
    st.fixed_dictionaries(
        {"sample": st.one_of(st.integers(0, 10**6), st.just("same"))},
        optional={"given": st.one_of(names, values), "balance": st.one_of(names, st.lists(names, min_size=1))},
    ),
    st.fixed_dictionaries(
        {"balance": st.fixed_dictionaries({}, optional={"column": names, "ratio": shares, "fair": names})}
    ),
    st.fixed_dictionaries({"augment": st.fixed_dictionaries({}, optional={"n": st.integers(0, 99)})}),
    st.fixed_dictionaries({"perturb": values}),
    st.fixed_dictionaries({"filter": st.fixed_dictionaries({"where": st.one_of(names, values)})}),
    st.fixed_dictionaries(
        {"filter": st.fixed_dictionaries({"discriminator": st.just("top")}, optional={"keep": shares, "each": names})}
    ),
    st.fixed_dictionaries(
        {"mix": st.fixed_dictionaries({"weights": st.dictionaries(names, shares, min_size=2, max_size=3)})}
    ),
    st.fixed_dictionaries({"impute": st.fixed_dictionaries({}, optional={"technique": names})}),
)  # fmt: skip
named = st.fixed_dictionaries({}, optional={"take": names, "as": names, "seed": st.integers(0, 99)})
documents = st.fixed_dictionaries(
    {"steps": st.lists(st.tuples(steps, named).map(lambda pair: {**pair[0], **pair[1]}), min_size=1, max_size=4)},
    optional={
        "name": names, "target": names, "holdout": st.floats(0, 0.9), "seed": st.integers(0, 9), "schema": names,
        "source": st.one_of(names, st.fixed_dictionaries({"read": names}, optional={"header": st.booleans()})),
        "constraints": st.just("found"), "privacy": st.just("none"), "gates": st.one_of(names, values),
        "outputs": st.lists(st.one_of(
            st.fixed_dictionaries({"write": names}, optional={"mark": names, "take": names, "weight": names}),
            st.fixed_dictionaries({"report": names}), st.fixed_dictionaries({"model": names}),
        ), max_size=2),
    },
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(documents)
def test_a_recipe_goes_to_yaml_and_back(document: dict[str, Any]) -> None:
    recipe = Recipe.from_dict(document)
    assert Recipe.from_yaml(recipe.to_yaml()) == recipe
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    assert [type(step) for step in recipe.steps] == [type(step) for step in Recipe.from_yaml(recipe.to_yaml()).steps]


@settings(max_examples=80, deadline=None)
@given(st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
    st.sampled_from(["steps", "source", "fit", "sample", "mix", "weights", "filter", "outputs", "parameters", "as"]),
    inner, max_size=4)), max_leaves=12))  # fmt: skip
def test_whatever_stands_in_a_document_is_read_or_refused(document: Any) -> None:
    try:
        Recipe.from_dict(document if isinstance(document, dict) else {"steps": document})
    except LikewiseError as fault:
        assert fault.code == "recipe.invalid"
        assert "$" in fault.what


def faults_of(document: dict[str, Any], **values: Any) -> str:
    with pytest.raises(RecipeError) as fault:
        Recipe.from_dict(document, where="r.yaml", values=values)
    assert (fault.value.code, fault.value.where) == ("recipe.invalid", "r.yaml")
    return fault.value.what


def test_all_faults_are_told_together_each_with_its_path() -> None:
    said = faults_of({
        "steps": [
            {"fit": "autoregresive", "settings": {"min_leaf": 3}},
            {"sampel": 100},
            {"balance": {"techniqe": "smote", "ratio": float("inf")}},
            {"fit": "bootstrap", "sample": 3},
            {"fit": "autoregressive", "settings": {"min_leef": 3}},
            "clean",
        ],
        "hold_out": 0.2,
        "privacy": {"delta": 1e-6},
        "outputs": [{"write": "a.csv", "report": "b.html"}],
    })  # fmt: skip
    for line in (
        "$.steps[0].fit: there is no technique `autoregresive` (did you mean `autoregressive`?)",
        "$.steps[1]: there is no step `sampel` (did you mean `sample`?)",
        "$.steps[2].balance.techniqe: there is no such field (did you mean `technique`?)",
        "$.steps[2].balance.ratio: a finite number is wanted",
        "$.steps[3]: a step does one thing, and this one says `sample` and `fit`",
        "$.steps[4].settings.min_leef: there is no such field (did you mean `min_leaf`?)",
        "$.steps[5]: a step is a mapping such as `fit: autoregressive`",
        "$.hold_out: there is no such field (did you mean `holdout`?)",
        "$.privacy.epsilon: it is required",
        "$.outputs[0]: an output says one of `write`, `report` and `model`",
    ):
        assert line in said
    assert said.startswith("10 faults\n")


def test_parameters_are_put_in_with_their_types() -> None:
    document = {
        "parameters": {"share": {"type": "number", "default": 0.5}, "to": {"type": "text"}, "n": {"type": "integer"}},
        "steps": [{"balance": {"column": "$to", "ratio": "$share"}}, {"augment": {"n": "$n"}}],
    }
    recipe = Recipe.from_dict(document, values={"to": "churn", "n": 7})
    assert recipe.to_dict()["steps"] == [{"balance": {"column": "churn", "ratio": 0.5}}, {"augment": {"n": 7}}]
    said = faults_of({**document, "target": "$tu"}, n="many", shaer=1)
    assert "$.parameters.shaer: the recipe has no such parameter (did you mean `share`?)" in said
    assert "$.parameters.to: a text is wanted: give it, for it has no default" in said
    assert "$.parameters.n: a integer is wanted" in said
    assert "$.target: there is no parameter `tu` (did you mean `to`?)" in said


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ([1], "a mapping of names"),
        ({"k": 3}, "a mapping with a `type`"),
        ({"k": {"type": "nmber"}}, "$.parameters.k.type"),
    ],
)
def test_parameters_that_are_not_declared_well_are_refused(parameters: Any, said: str) -> None:
    assert said in faults_of({"parameters": parameters, "steps": [{"fit": "bootstrap"}]})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "recipe.invalid"),
        ("- fit: x", "recipe.invalid"),
        ("steps: [", "recipe.not-yaml"),
        ("likewise: 2\nsteps: [{fit: bootstrap}]", "recipe.invalid"),
    ],
)
def test_what_is_no_recipe_is_refused(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(RecipeError) as fault:
        Recipe.read(tmp_path / "r.yaml")
    assert fault.value.code == code


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no file"):
        Recipe.read(tmp_path / "r.yaml")
    (tmp_path / "r.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="text in UTF-8"):
        Recipe.read(tmp_path / "r.yaml")
