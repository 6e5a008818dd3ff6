"""Steps as they are written, and what is said of bad ones."""

from __future__ import annotations

import pandas as pd
import pytest

from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.techniques.noise import Noise
from likewise.techniques.noise.additive import Gaussian
from likewise.techniques.noise.catalogue import OPERATIONS

FRAME = pd.DataFrame(
    {"id": [f"A{v:04d}" for v in range(100)], "age": [v % 37 for v in range(100)], "sex": ["f", "m"] * 50}
)


def test_a_step_is_a_name_a_mapping_or_an_operation() -> None:
    same = [
        Noise.from_dict({"steps": [written]})
        for written in ("gaussian", {"gaussian": {}}, {"gaussian": None}, Gaussian())
    ]
    assert all(each == same[0] for each in same) and same[0].to_dict() == {"steps": [{"gaussian": {}}]}
    assert Noise(steps=[{"gaussian": {"sd": 0.2}}]) == Noise(steps=[Gaussian(sd=0.2)])


def test_steps_follow_each_other() -> None:
    steps = [{"round": {"base": 10, "columns": ["age"]}}, {"missing": {"share": 0.5, "columns": ["age"]}}]
    new = Noise(steps=steps).fit(FRAME).perturb(FRAME)
    assert set(new.age.dropna()) <= {0, 10, 20, 30} and 0.3 < new.age.isna().mean() < 0.7


@pytest.mark.parametrize(
    ("steps", "code", "where", "hint"),
    [
        (["gausian"], "settings.unknown-operation", "$.steps[0]", "`gaussian`"),
        (["pram", {"zzz": {}}], "settings.unknown-operation", "$.steps[1]", "gaussian"),
        ([{"gaussian": {"sd": -1}}], "settings.invalid", "$.steps[0].gaussian", None),
        ([{"gaussian": {"sd": float("inf")}}], "settings.invalid", "$.steps[0].gaussian", None),
        ([{"gaussian": {"std": 1}}], "settings.invalid", "$.steps[0].gaussian", "`sd`"),
        ([{"gaussian": 0.1}], "settings.step", "$.steps[0].gaussian", "gaussian"),
        ([{"gaussian": {}, "pram": {}}], "settings.step", "$.steps[0]", "gaussian"),
        ([7], "settings.step", "$.steps[0]", "gaussian"),
        ([{"pram": {"share": 2}}], "settings.invalid", "$.steps[0].pram", None),
        ([{"pram": {"columns": []}}], "settings.invalid", "$.steps[0].pram", None),
        ([{"pram": {"columns": "sex"}}], "settings.invalid", "$.steps[0].pram", None),
        ([{"microaggregate": {"k": 1}}], "settings.invalid", "$.steps[0].microaggregate", None),
        ([{"swap": {"percent": 101}}], "settings.invalid", "$.steps[0].swap", None),
        ([{"round": {"base": 0}}], "settings.invalid", "$.steps[0].round", None),
        ([{"topcode": {"top": 0.6}}], "settings.invalid", "$.steps[0].topcode", None),
        ([{"missing": {"how": "mar"}}], "settings.invalid", "$.steps[0].missing", None),
        ([{"missing": {"by": "age"}}], "settings.invalid", "$.steps[0].missing", None),
        (["exchange"], "settings.invalid", "$.steps[0].exchange", None),
        ([{"shift": {"days": -3}}], "settings.invalid", "$.steps[0].shift", None),
        ([], "settings.invalid", None, None),
        ("gaussian", "settings.invalid", None, None),
    ],
)  # fmt: skip
def test_bad_steps_are_refused_at_their_place(steps: object, code: str, where: str | None, hint: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        Noise.from_dict({"steps": steps})
    assert caught.value.code == code and caught.value.where == where
    assert hint is None or hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("step", "code", "hint"),
    [
        ({"gaussian": {"columns": ["agee"]}}, "settings.unknown-column", "`age`"),
        ({"gaussian": {"columns": ["sex"]}}, "fit.kind", "integer"),
        ({"gaussian": {"columns": ["id"]}}, "settings.unknown-column", "the columns are"),
        ({"shift": {}}, "fit.no-columns", "date"),
        ({"typos": {}}, "fit.no-columns", "text"),
        ({"shuffle": {"beside": ["agee"]}}, "settings.unknown-column", "`age`"),
        ({"shuffle": {"beside": ["sex"]}}, "fit.kind", "integer"),
        ({"exchange": {"columns": ["age"], "within": ["age"]}}, "fit.kind", "category"),
        ({"exchange": {"columns": ["id"]}}, "settings.unknown-column", "the columns are"),
        ({"missing": {"how": "mar", "by": "sexx"}}, "settings.unknown-column", "`sex`"),
        ({"anonymize": {"k": 101, "columns": ["age"]}}, "fit.k-anonymity", "100"),
    ],
)
def test_steps_that_do_not_fit_the_table_are_refused(step: dict[str, object], code: str, hint: str) -> None:
    with pytest.raises(LikewiseError) as caught:
        Noise(steps=[step]).fit(FRAME)
    assert caught.value.code == code and hint in str(caught.value.hint)


def test_a_key_is_never_changed() -> None:
    frame = FRAME.assign(number=range(100))
    with pytest.raises(LikewiseError) as caught:
        Noise(steps=[{"gaussian": {"columns": ["number"]}}]).fit(frame.drop(columns="id"))
    assert isinstance(caught.value, FitError | SettingsError)


def test_named_columns_of_one_value_are_left_in_peace() -> None:
    frame = FRAME.assign(flat=5, none=None)
    new = Noise(steps=[{"gaussian": {"columns": ["flat", "none", "age"]}}]).fit(frame).perturb(frame)
    assert (new.flat == 5).all() and new.none.isna().all() and not new.age.equals(frame.age)


def test_gaps_depend_on_what_is_said() -> None:
    frame = pd.DataFrame(
        {"age": [v * 7 % 1000 % 97 for v in range(8000)], "pay": [v * 13 % 999 / 4 for v in range(8000)]}
    )
    for how, by in (("mcar", None), ("mar", "age"), ("mnar", None)):
        fields = {"how": how, "share": 0.2, "columns": ["pay"]} | ({"by": by} if by else {})
        gone = Noise(steps=[{"missing": fields}]).fit(frame).perturb(frame).pay.isna()
        assert 0.18 < gone.mean() < 0.22
        high = {"age": frame.age > frame.age.median(), "pay": frame.pay > frame.pay.median()}
        told = {name: gone[mask].mean() - gone[~mask].mean() for name, mask in high.items()}
        wanted = {"mar": "age", "mnar": "pay"}.get(how)
        assert all((told[name] > 0.15) == (name == wanted) and abs(told[name]) < 0.25 for name in told)


def test_every_operation_says_what_it_does_and_who_found_it() -> None:
    for name, operation in OPERATIONS.items():
        assert operation.op == name and (operation.__doc__ or "").splitlines()[0].endswith((".", "."))
