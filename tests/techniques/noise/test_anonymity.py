"""k-anonymity is reached, counted, and said not to be where it cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.core.state import from_bytes, to_bytes
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, LikewiseError, SettingsError
from likewise.techniques.noise import Noise
from likewise.techniques.noise.anonymity import smallest_class

QUASI = ["age", "place", "sex", "born"]


def people(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = generator(seed)
    frame = pd.DataFrame({
        "age": rng.integers(18, 95, rows), "place": rng.choice([f"place {v}" for v in range(40)], rows),
        "sex": rng.choice(["f", "m"], rows),
        "born": pd.Timestamp("1990-01-01") + pd.to_timedelta(rng.integers(0, 99, rows), "D"),
        "pay": rng.lognormal(7, 1, rows),
    })  # fmt: skip
    frame.loc[rng.random(rows) < 0.1, "place"] = None
    return frame


@given(st.integers(2, 40), st.integers(40, 300), st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_every_combination_has_k_rows(k: int, rows: int, seed: int) -> None:
    frame = people(rows, seed)
    model = Noise(k_anonymity=k, quasi=QUASI).fit(frame)
    new = model.perturb(frame)
    assert new.groupby(QUASI, dropna=False).size().min() >= k
    assert new.pay.equals(frame.pay) and new.dtypes.equals(frame.dtypes)
    assert model.sample(rows, seed=3).groupby(QUASI, dropna=False).size().min() >= k


def test_combinations_that_are_common_stay() -> None:
    frame = pd.DataFrame({"age": [30] * 50 + [31, 32, 33, 34] + [60] * 50, "sex": ["f", "m"] * 52})
    new = Noise(k_anonymity=5, quasi=["age"]).fit(frame).perturb(frame)
    assert (new.age[:50] == 30).all() and (new.age[54:] == 60).all() and set(new.age[50:54]) <= {30, 60}
    assert new.sex.equals(frame.sex)


def test_rare_combinations_far_away_do_not_move_the_common_ones_that_they_join() -> None:
    frame = pd.DataFrame({"pay": [1000] * 96 + [9000, 8000, 7000, 9999], "x": range(100)})
    new = Noise(k_anonymity=5, quasi=["pay"]).fit(frame).perturb(frame)
    assert (new.pay == 1000).all()


def test_quasi_identifiers_of_the_schema_are_taken() -> None:
    table = Table.from_any(people(200))
    schema = table.schema.replace("age", role="quasi-identifier").replace("sex", role="quasi-identifier")
    model = Noise(k_anonymity=10).fit(table.with_schema(schema))
    assert model.composition.names == ("age", "sex")  # type: ignore[attr-defined]
    assert any("at least 1" in note and "age, sex" in note for note in model.card.notes)


def test_other_steps_keep_off_and_still_run() -> None:
    frame = people(300).assign(plan=["basic", "gold", "none"] * 100)
    new = Noise(steps=["gaussian", "pram"], k_anonymity=5, quasi=QUASI).fit(frame).perturb(frame)
    assert new.groupby(QUASI, dropna=False).size().min() >= 5 and not np.allclose(new.pay, frame.pay)
    assert not new.plan.equals(frame.plan)
    with pytest.raises(FitError) as caught:
        Noise(steps=[{"gaussian": {"columns": ["age"]}}], k_anonymity=5, quasi=QUASI).fit(frame)
    assert caught.value.code == "fit.reserved" and caught.value.where == "age"


def test_both_targets_together() -> None:
    frame = people(400)
    frame["twice"] = frame.pay * 2 + generator(5).normal(0, 300, 400)
    model = Noise(keep_correlation=0.9, k_anonymity=5, quasi=QUASI).fit(frame)
    new = model.perturb(frame)
    assert new.groupby(QUASI, dropna=False).size().min() >= 5
    assert new.pay.corr(new.twice, "spearman") > 0.8 * frame.pay.corr(frame.twice, "spearman")


@pytest.mark.parametrize(
    ("settings", "code", "hint"),
    [
        ({"k_anonymity": 201, "quasi": QUASI}, "fit.k-anonymity", "200"),
        ({"k_anonymity": 5, "quasi": ["agee"]}, "settings.unknown-column", "`age`"),
        ({"k_anonymity": 5}, "fit.no-columns", "`quasi`"),
        ({"k_anonymity": 5, "quasi": ["note"]}, "fit.kind", "quasi-identifiers"),
        ({"k_anonymity": 1, "quasi": QUASI}, "settings.invalid", None),
        ({"quasi": QUASI}, "settings.invalid", None),
        ({"k_anonymity": 5, "quasi": []}, "settings.invalid", None),
        ({"k_anonymity": 5, "quasi": "age"}, "settings.invalid", None),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, object], code: str, hint: str | None) -> None:
    frame = people(200).assign(note=[f"a long enough note about row {v} and so on" for v in range(200)])
    with pytest.raises(LikewiseError) as caught:
        Noise.from_dict(settings).fit(frame)
    assert caught.value.code == code and (hint is None or hint in (caught.value.hint or ""))
    assert isinstance(caught.value, FitError | SettingsError)


def test_conditions_pick_among_rows_that_are_shared_already() -> None:
    frame = people(300)
    model = Noise(steps=["gaussian"], k_anonymity=20, quasi=QUASI).fit(frame)
    shared = model.perturb(frame)[QUASI].drop_duplicates()
    drawn = model.sample(200, given={"age": (40, 60)}, seed=2)
    assert drawn.age.between(40, 60).all() and len(drawn.merge(shared)) == 200
    again = from_bytes(to_bytes(model))
    assert again.sample(200, given={"age": (40, 60)}, seed=2).equals(drawn)
    with pytest.raises(ConditionError):
        model.sample(5, given={"age": int(next(v for v in frame.age if v not in set(shared.age)))})


def test_the_smallest_class_counts_gaps_as_values() -> None:
    one, other = pa.array(["a", None, "a", None, "a"]), pa.array([1, 2, 1, 2, 1])
    assert smallest_class([one, other]) == 2 and smallest_class([one, pa.array([1, 2, 3, 4, 5])]) == 1
    assert smallest_class([one.dictionary_encode()]) == 2


def test_columns_of_one_value_are_counted_too() -> None:
    same = {"place": ["here"] * 4, "pay": [1.0, 2.0, 3.0, 4.0]}
    model = Noise(k_anonymity=4, quasi=["place"]).fit(same)
    assert any("at least 4 of the 4" in note for note in model.card.notes) and model.perturb(same) == same
    with pytest.raises(FitError) as fault:
        Noise(k_anonymity=5, quasi=["place"]).fit(same)
    assert fault.value.code == "fit.k-anonymity" and "at most 4" in str(fault.value.hint)
