"""Documents in YAML: what would be taken for something else, or dropped, is told or left as it is written."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.core.documents import parsed
from likewise.errors import SettingsError


def read(text: str) -> Any:
    return parsed(text, what="a list", where="a.yaml", error=SettingsError, family="settings")


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "a", 3),
        ("a: {b: 1, b: 2}\n", "b", 1),
        ("- {1: x}\n- {1: x, '1': y}\n", "1", 2),
    ],
)
def test_a_name_given_twice_is_refused(text: str, name: str, line: int) -> None:
    with pytest.raises(SettingsError, match=f"`{name}` is given twice") as fault:
        read(text)
    assert fault.value.code == "settings.twice" and fault.value.where == f"a.yaml:{line}" and fault.value.hint


def test_what_is_merged_in_may_be_named_again() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {<<: *a, y: 3}\nc: {<<: *b, x: 4}\nd: *b\n"
    assert read(text)["c"] == {"x": 4, "y": 3} and read(text)["d"] == {"x": 1, "y": 3}


def test_codes_and_times_stay_as_they_are_written() -> None:
    assert read("[010, 08, 12:30, 0, 7, -12, 1_000, 1.5]") == ["010", "08", "12:30", 0, 7, -12, 1000, 1.5]


def test_a_date_that_there_is_not_is_told() -> None:
    with pytest.raises(SettingsError) as caught:
        parsed("from: 2021-13-01", what="a document", where="a.yaml", error=SettingsError, family="settings")
    assert (caught.value.code, caught.value.where) == ("settings.not-yaml", "a.yaml")
    assert "month" in caught.value.what
