"""What rules leave of domains: nothing that could be is lost, and what plainly cannot be is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.constraints.reasoning.worlds import DOMAINS, ROWS, RULES, solutions

from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.propagating import propagate
from likewise.errors import SettingsError

WIDE = Domain.between(0, 1000, step=1)
DAY = 86_400_000_000


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_no_row_that_could_be_is_lost(rules: list[str]) -> None:
    left = propagate(rules, DOMAINS)
    for place in np.flatnonzero(solutions(rules)):
        lost = {name: value for name, value in ROWS[place].items() if not left[name].holds(value)}
        assert not lost, (rules, ROWS[place])


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (["a < b", "b <= 10"], {"a": "from 0 to 9", "b": "from 1 to 10"}),
        (["a < 3 or a > 7"], {"a": "from 0 to 2 or from 8 to 1000"}),
        (["a != 5"], {"a": "from 0 to 4 or from 6 to 1000"}),
        (["if c == 'x' then a > 500", "a < 500"], {"c": "one of 'y', 'z'", "a": "from 0 to 499"}),
        (["a * b == 35", "b > a"], {"a": "from 1 to 7", "b": "from 5 to 35"}),
        (["a + b <= 3", "a >= 2"], {"a": "from 2 to 3", "b": "from 0 to 1"}),
        (["abs(a - 500) <= 3"], {"a": "from 497 to 503"}),
        (["a ** 2 <= 81"], {"a": "from 0 to 9"}),
        (["a // 10 == 3"], {"a": "from 30 to 40"}),
        (["min(a, b) >= 5", "max(a, b) < 8"], {"a": "from 5 to 7", "b": "from 5 to 7"}),
        (["c matches '[xy]'", "c != 'y'"], {"c": "one of 'x'"}),
        (["d >= '2020-01-01'", "d < '2020-02-01' or d == '2021-05-05'"],
         {"d": "from 2020-01-01 to 2020-01-31 or 2021-05-05"}),
        (["year(d) == 2020"], {"d": "from 2020-01-01 to 2020-12-31"}),
        (["d between '2020-01-01' and '2020-12-31'", "e - d <= 3 days", "e > d"],
         {"d": "from 2020-01-01 to 2020-12-31", "e": "from 2020-01-02 to 2021-01-03"}),
        (["age(d, '2024-02-29') >= 18"], {"d": "at most 2006-02-28"}),
        (["m is missing"], {"m": "missing"}),
        (["if c in ['x', 'y'] then m is missing", "m is not missing"], {"c": "one of 'z'", "m": "from 0 to 1000"}),
        (["a >= m", "a <= 5"], {"a": "from 0 to 5", "m": "from 0 to 5"}),
        (["m >= a", "m <= 5"], {"m": "from 0 to 5"}),
        (["m >= a", "m <= 5", "m is not missing"], {"a": "from 0 to 5", "m": "from 0 to 5"}),
        (["p == a * 1.1", "p > 5", "p < 7"], {"a": "from 5 to 6", "p": "from 5.5 to 6.6"}),
    ],
)  # fmt: skip
def test_what_is_left_is_said(rules: list[str], said: dict[str, str]) -> None:
    domains = {
        "a": WIDE, "b": WIDE, "c": Domain.among("xyz"), "d": Domain.between(sort="moment", step=DAY),
        "e": Domain.between(sort="moment", step=DAY), "m": Domain.between(0, 1000, missing="may"),
        "p": Domain.between(0, 10_000, step=0.01),
    }  # fmt: skip
    left = propagate(rules, domains)
    assert {name: domain.said() for name, domain in left.items() if domain != domains[name]} == said


def test_what_cannot_be_leaves_nothing() -> None:
    left = propagate(["a + b <= 3", "a > 2", "b > 1"], {"a": WIDE, "b": WIDE, "c": WIDE})
    assert all(domain.empty for domain in left.values())


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="speaks of `stat`") as fault:
        propagate(["stat <= end"], {"start": WIDE, "end": WIDE})
    assert fault.value.hint == "did you mean `start`?"
