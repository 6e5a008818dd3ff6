"""What a column's name says."""

from __future__ import annotations

import pytest

from likewise.core.naming import named_id
from likewise.core.table import Table


@pytest.mark.parametrize("name", ["labid", "jobid", "uniquepid", "patientunitstayid", "customerID", "track_id"])
def test_names_of_ids(name: str) -> None:
    assert named_id(name)


@pytest.mark.parametrize("name", ["highestbid", "thyroid", "total_lipid", "opioid", "covid", "unpaid", "zipdecode"])
def test_words_that_only_end_like_ids(name: str) -> None:
    assert not named_id(name)


def test_codes_of_two_lengths_that_repeat_are_ids_where_the_name_says_so() -> None:
    codes = [f"002-{17 * i + 900}" for i in range(120)]
    rows = {"uniquepid": codes + codes[:60], "note": codes + codes[:60]}
    schema = Table.from_any(rows).schema
    assert schema["uniquepid"].kind == "id" and schema["note"].kind == "text"
