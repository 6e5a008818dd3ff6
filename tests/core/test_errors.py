from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise import errors
from likewise.errors import LikewiseError, SchemaError, nearest, suggest

FAMILY = [
    errors.SourceError, errors.SchemaError, errors.SettingsError, errors.ConditionError, errors.FitError,
    errors.ModelFileError, errors.EvaluationError, errors.MissingExtra,
]  # fmt: skip


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = SchemaError("schema.empty", "no columns", where="x.csv:1", hint="add a header")
    assert str(error) == "error[schema.empty]: no columns\n  at x.csv:1\n  hint: add a header"
    assert json.loads(json.dumps(error.to_dict())) == {
        "code": "schema.empty", "what": "no columns", "where": "x.csv:1", "hint": "add a header",
    }  # fmt: skip
    assert str(LikewiseError("a.b", "c")) == "error[a.b]: c"


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_is_ours_and_crosses_processes(kind: type[LikewiseError]) -> None:
    error = kind("a.b", "what", where="here", hint="do")
    assert isinstance(error, LikewiseError)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and again.to_dict() == error.to_dict()


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6, unique_by=str.casefold), st.data())
def test_a_known_name_is_nearest_to_itself(known: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(known))
    assert nearest(name, known) == name


def test_nearest_name() -> None:
    assert nearest("AGE", ["age", "wage"]) == "age"
    assert nearest("zzz", ["age"]) is None
    assert suggest("zzz", ["age", "sex"], "column") == "the columns are: age, sex"
    assert suggest("zzz", [str(i) for i in range(40)], "level").endswith("11, ...")
