"""Laws of post-randomisation and of wrong labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError, SettingsError
from likewise.techniques.noise import Noise
from likewise.techniques.noise.levels import Pram
from likewise.techniques.noise.operation import Learned

ROWS = 20_000


def drawn(shares: list[float], seed: int = 0) -> pd.DataFrame:
    shares = list(np.array(shares) / sum(shares))
    return pd.DataFrame({"level": generator(seed).choice(list("abcdefgh")[: len(shares)], size=ROWS, p=shares)})


@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=8),
    st.floats(0.05, 1),
    st.sampled_from(["marginal", "uniform"]),
    st.integers(0, 50),
)
@settings(max_examples=20, deadline=None)
def test_invariant_pram_keeps_the_marginal_in_expectation(weights: list[int], share: float, to: str, seed: int) -> None:
    shares = np.array(weights) / sum(weights)
    operation = Pram.from_dict({"share": share, "to": to})
    codes = generator(seed).choice(len(shares), size=ROWS, p=shares).astype(np.int32)
    changed = generator(seed, 1).random(ROWS) < share
    new = operation.drawn(codes, Learned({}, {"shares": shares}), generator(seed, 2))
    after = np.bincount(np.where(changed, new, codes), minlength=len(shares)) / ROWS
    before = np.bincount(codes, minlength=len(shares)) / ROWS
    # A level's share moves by what comes minus what goes, each at most a share of the rows: five standard errors.
    assert (np.abs(after - before) < 5 * np.sqrt(2 * share * shares * (1 - shares) / ROWS) + 1e-3).all()
    if to == "uniform" and np.count_nonzero(shares) > 2:
        plain = operation.model_copy(update={"invariant": False}).drawn(
            codes, Learned({}, {"shares": shares}), generator(seed, 3)
        )
        assert (plain != codes).all()


def test_uniform_pram_takes_another_level_and_pulls_shares_together() -> None:
    frame = drawn([8, 1, 1])
    new = Noise(steps=[{"pram": {"share": 0.5, "to": "uniform", "invariant": False}}]).fit(frame).perturb(frame)
    assert (new.level != frame.level).mean() == pytest.approx(0.5, abs=0.02)
    assert new.level.value_counts(normalize=True)["a"] == pytest.approx(0.8 * 0.5 + 0.2 * 0.5 * 0.5, abs=0.02)


def test_booleans_ten_thousand_levels_and_missing_cells() -> None:
    rng = generator(1)
    frame = pd.DataFrame({"yes": rng.random(ROWS) < 0.2, "level": [f"level {v}" for v in rng.zipf(1.3, ROWS) % 10_000]})
    frame.loc[::7, "level"] = None
    new = Noise(steps=[{"pram": {"share": 0.5}}]).fit(frame).perturb(frame)
    assert new.yes.dtype == bool and new.yes.mean() == pytest.approx(frame.yes.mean(), abs=0.015)
    assert new.level.isna().equals(frame.level.isna()) and set(new.level.dropna()) <= set(frame.level.dropna())


def test_levels_that_were_not_learned_stay() -> None:
    model = Noise(steps=[{"pram": {"share": 1.0}}]).fit(drawn([1, 1]))
    new = model.perturb(pd.DataFrame({"level": ["a", "z"] * 200}))
    assert (new.level[1::2] == "z").all() and set(new.level[::2]) == {"a", "b"}


def test_one_level_has_no_other() -> None:
    frame = pd.DataFrame({"level": ["a"] * 30, "other": ["x", "y"] * 15})
    new = Noise(steps=[{"pram": {"share": 1.0, "to": "uniform"}}]).fit(frame).perturb(frame)
    assert (new.level == "a").all()


def test_labels_are_wrong_as_often_as_is_said() -> None:
    table = Table.from_any(drawn([3, 2, 1]).assign(x=range(ROWS)))
    model = Noise(steps=[{"flip": {"share": 0.2}}]).fit(table.with_schema(table.schema.with_target("level")))
    new = model.perturb(table.to_pandas())
    assert (new.level != table.to_pandas().level).mean() == pytest.approx(0.2, abs=0.015)
    assert (new.x == table.to_pandas().x).all()


def test_class_conditional_noise_follows_its_rates() -> None:
    frame = drawn([1, 1, 1])
    flips = {"a": {"b": 0.3, "c": 0.1}, "b": {"a": 1.0}}
    new = Noise(steps=[{"flip": {"columns": ["level"], "flips": flips}}]).fit(frame).perturb(frame)
    rates = pd.crosstab(frame.level, new.level, normalize="index")
    assert np.allclose(rates, [[0.6, 0.3, 0.1], [1, 0, 0], [0, 0, 1]], atol=0.02)


def test_the_target_is_left_alone_by_all_others() -> None:
    table = Table.from_any(drawn([1, 1]).assign(other=list("xy") * (ROWS // 2), x=np.arange(ROWS) * 1.5))
    table = table.with_schema(table.schema.with_target("level"))
    new = Noise().fit(table).perturb(table.to_pandas())
    assert new.level.equals(table.to_pandas().level) and not new.other.equals(table.to_pandas().other)


@pytest.mark.parametrize(
    ("flips", "code"),
    [({"a": {"z": 0.1}}, "settings.unknown-level"), ({"a": {"b": 0.7, "c": 0.7}}, "settings.invalid"),
     ({"a": {"b": -0.1}}, "settings.invalid")],
)  # fmt: skip
def test_rates_that_cannot_be_are_refused(flips: dict[str, dict[str, float]], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Noise.from_dict({"steps": [{"flip": {"columns": ["level"], "flips": flips}}]}).fit(drawn([1, 1, 1]))
    assert caught.value.code == code


def test_no_target_no_flip() -> None:
    with pytest.raises(FitError) as caught:
        Noise(steps=["flip"]).fit(drawn([1, 1]))
    assert caught.value.code == "fit.no-columns" and "target" in str(caught.value.hint)


def test_exchanged_columns_go_together_and_within() -> None:
    rng = generator(4)
    phone = rng.choice(["yes", "no"], ROWS)
    frame = pd.DataFrame({"phone": phone, "lines": np.where(phone == "no", "none", rng.choice(["one", "two"], ROWS)),
                          "sex": rng.choice(["f", "m"], ROWS)})  # fmt: skip
    frame["child"] = np.where(frame.sex == "m", "no", rng.choice(["yes", "no"], ROWS))
    child = {"columns": ["child"], "within": ["sex"], "share": 1}
    steps = [{"exchange": {"columns": ["phone", "lines"]}}, {"exchange": child}]
    new = Noise(steps=steps, linked=False).fit(frame).perturb(frame)
    pairs = set(zip(frame.phone, frame.lines))
    assert set(zip(new.phone, new.lines)) == pairs and not (new.child[new.sex == "m"] == "yes").any()
    assert 0.03 < (new.lines != frame.lines).mean() < 0.1 and (new.child != frame.child).mean() > 0.2
    assert (new.lines.value_counts(normalize=True) - frame.lines.value_counts(normalize=True)).abs().max() < 0.02
    strange = Noise(steps=steps).fit(frame).perturb(frame.assign(sex="x"))
    assert strange.child.equals(frame.child)
