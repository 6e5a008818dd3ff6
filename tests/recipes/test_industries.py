"""The name of an industry generates its world, and what is said of it is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.errors import LikewiseError
from likewise.recipes.industries import industry_to_files, is_industry


def test_a_name_generates_related_tables() -> None:
    bank = likewise.generate("finance", customers=30, days=4, tables=["customers", "accounts"], seed=3)
    assert list(bank) == ["customers", "accounts"] and bank["customers"].rows == 30
    assert bank["accounts"].names[0] == "id"


def test_files_are_what_is_asked_for(tmp_path: Path) -> None:
    done = industry_to_files("finance", tmp_path / "bank", tables=["banks"], customers=30, days=2)
    assert {path.name for path in (tmp_path / "bank").iterdir()} == {"banks.csv", "card.json", "README.md"}
    assert done.tables == {"banks": 24}


def test_a_file_of_that_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_industry("finance")
    Path("finance").write_text("columns: {}")
    assert not is_industry("finance")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"spec": "finance", "n": 5}, "settings.industry"),
        ({"spec": "finance", "given": "a=1"}, "settings.industry"),
        ({"spec": "finance", "days": -1}, "settings.invalid"),
        ({"spec": "finance", "customers": 30, "seed": -1}, "settings.seed"),
        ({"spec": "finance", "tables": ["custmers"]}, "settings.tables"),
        ({"spec": "finanse", "days": 3}, "settings.industry"),
        ({"spec": {"columns": {"age": {"poisson": 4}}}, "days": 3}, "settings.parameter"),
    ],
)
def test_what_does_not_fit_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        likewise.generate(asked.pop("spec"), **asked)
    assert fault.value.code == code
