"""The tables that the suite is run over hold every kind of column."""

from __future__ import annotations

import pytest

from likewise.core.schema import LEVELS, NUMBERS
from likewise.core.table import Table
from likewise.techniques.bootstrap import Bootstrap
from likewise.testing import PROMISES, Subject, check_promise, check_synthesizer
from likewise.testing.subject import people


def test_a_column_of_every_kind() -> None:
    kinds = {c.kind for c in Table.from_any(people(300)).schema.columns}
    assert kinds >= (NUMBERS - {"float"}) | LEVELS | {"id", "text", "empty"}


@pytest.mark.parametrize("rows", [100, 300, 1000])
def test_columns_are_read_alike_at_every_size(rows: int) -> None:
    kinds = [c.kind for c in Table.from_any(people(rows)).schema.columns]
    assert kinds == [c.kind for c in Table.from_any(people(300)).schema.columns]


def test_the_tables_are_the_same_every_time() -> None:
    assert people(50).equals(people(50)) and not people(50).equals(people(50, late=True))


def test_every_promise_is_a_sentence_and_has_a_name_of_its_own() -> None:
    assert all((promise.__doc__ or "").splitlines()[0].endswith(".") for promise in PROMISES)
    assert len({promise.__name__ for promise in PROMISES}) == len(PROMISES) >= 40


def test_the_first_broken_promise_is_named() -> None:
    class Misnamed(Bootstrap):
        technique = "misnamed"

    with pytest.raises(
        AssertionError, match=r"`misnamed` breaks the promise `is_installed_under_its_name` .*pyproject"
    ):
        check_synthesizer(Misnamed(), rows=100)


def test_what_a_technique_raises_by_itself_is_told_as_a_broken_promise() -> None:
    def crashes(subject: Subject) -> None:
        """It crashes."""
        raise ZeroDivisionError("oh")

    with pytest.raises(AssertionError, match=r"`crashes`.*ZeroDivisionError: oh"):
        check_promise(crashes, Subject(Bootstrap()))
