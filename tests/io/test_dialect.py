"""Delimiters and headers, found by looking."""

from __future__ import annotations

import pytest

from likewise.io.dialect import find_dialect, has_header


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("age,sex 31,F 45,M 19,F", True),
        ("31,F 45,M 19,F", False),
        ("country,2019,2020,2021 DE,1,2,3 FR,3,4,5", True),
        ("name,city Ann,Rome Bob,Oslo", True),
        ("F,yes M,no F,no M,yes", False),
        ("a,b", True),
        ("1,2", False),
        ("id,born 1,2020-01-01 2,2021-01-01", True),
        ("2020-01-01,5 2020-01-02,6", False),
        ("x,y ?,NA ?,NA", True),
        ("?,1 2,3 4,5", False),
    ],
)
def test_headers(rows: str, expected: bool) -> None:
    assert has_header([row.split(",") for row in rows.split(" ")]) is expected


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3;4\n", ";"),
        ("a\tb, c\n1\t2, 3\n", "\t"),
        ('"a;x",b\n"1;2",2\n', ","),
        ("name,note\nx,one; two\ny,three\n", ","),
        ("word\nx\n", ","),
    ],
)
def test_delimiters(text: str, delimiter: str) -> None:
    assert find_dialect(text.encode(), delimiter=None, header=None).delimiter == delimiter


def test_a_suffix_that_promises_a_delimiter_wins() -> None:
    found = find_dialect(b"a,b\tc\n1,2\t3\n", delimiter=None, header=None, prefer="\t")
    assert found.first == ("a,b", "c")
    assert find_dialect(b"a,b\n1,2\n", delimiter=None, header=None, prefer="\t").delimiter == ","


def test_quotes_are_only_kept_where_every_cell_has_them() -> None:
    found = find_dialect(b'a,b,c\n"x",y,"1,5"\n"z",,2\n', delimiter=None, header=None)
    assert (found.quoted, found.quoted_header) == ((0,), False)
