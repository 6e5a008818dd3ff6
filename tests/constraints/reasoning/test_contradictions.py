"""Rules that no row can meet are found, with the smallest set of them; others are not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings

from likewise.constraints.reasoning.contradictions import contradiction, examine
from likewise.constraints.reasoning.cores import cheapest_hitting, cheapest_to_drop, smallest_core
from likewise.constraints.reasoning.domain import Domain
from likewise.constraints.reasoning.premise import Premise
from tests.constraints.reasoning.worlds import DOMAINS, RULES, solutions

DAY = 86_400_000_000
START = Domain.between(1609459200e6, step=DAY, sort="moment")
WHOLE = Domain.between(0, 1000, step=1)
COLUMNS = {
    "start": START, "end": Domain.between(step=DAY, sort="moment"), "a": WHOLE, "b": WHOLE, "c": Domain.among("xyz"),
    "m": Domain.between(0, 10, missing="may"), "total": Domain.between(0, step=0.01),
    "price": Domain.between(5, step=0.01), "q": Domain.between(3, step=1), "x": Domain.between(), "y": Domain.between(),
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(RULES)
def test_a_contradiction_is_found_where_no_row_meets_all(rules: list[str]) -> None:
    found = examine(rules, DOMAINS)
    possible = solutions(rules).any()
    assert not (found.contradictions and possible), rules
    assert possible or found.contradictions or found.undecided, rules


@settings(max_examples=40, deadline=None)
@given(RULES)
def test_without_any_one_of_its_rules_the_others_can_hold(rules: list[str]) -> None:
    for found in examine(rules, DOMAINS).contradictions:
        texts = [rule.strip("`") for rule in found.rules]
        assert not solutions(texts).any()
        for left_out in range(len(texts)):
            assert solutions(texts[:left_out] + texts[left_out + 1 :]).any()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (["start <= end", "end <= '2020-01-01'", "a < b"],
         "`start <= end`, `end <= '2020-01-01'` and `start` of at least 2021-01-01 cannot hold together: "
         "by `start <= end`, `end` is at least 2021-01-01; so `end <= '2020-01-01'` is false"),
        (["a < b", "b < a"],
         "`a < b` and `b < a` cannot hold together: added up, `a < b` and `b < a` say that 0 < 0"),
        (["a + b <= 3", "a > 2", "b >= 2"],
         "`a + b <= 3`, `a > 2` and `b >= 2` cannot hold together: by `a > 2`, `a` is at least 3; by `b >= 2`, `b` is "
         "at least 2; so `a + b` is at least 5, and `a + b <= 3` is false"),
        (["total == price * q", "total <= 10"],
         "`total == price * q`, `total <= 10`, `price` of at least 5 and `q` of at least 3 cannot hold together: "
         "by `total == price * q`, `total` is at least 15; so `total <= 10` is false"),
        (["m is missing", "m is not missing"],
         "`m is missing` and `m is not missing` cannot hold together: by `m is missing`, `m` is missing; "
         "so nothing is left that meets `m is not missing`"),
        (["a > a"], "`a > a` can hold in no row: added up, `a > a` say that 0 < 0"),
    ],
)  # fmt: skip
def test_the_reason_is_told(rules: list[str], said: str) -> None:
    found = contradiction(rules, COLUMNS)
    assert found is not None
    assert found.said() == said


@pytest.mark.parametrize(
    "rules",
    [["a % 2 == 0", "a % 2 == 1"], ["x * x + y * y == 3", "x * x == 2", "y * y == 2"], ["2 * a == 2 * b + 1"],
     ["c matches '[ab]'"], ["if a > 5 then b > 5", "if b > 5 then a <= 5", "a > 7"], ["age(start, end) >= 18", "end < '2030-01-01'"],
     ["min(a, b) > 5", "max(a, b) < 5"], ["floor(x) == 3", "x >= 4"], ["round(x, 1) == 0.3", "x < 0.2"]],
)  # fmt: skip
def test_exact_numbers_decide(rules: list[str]) -> None:
    found = contradiction(rules, COLUMNS)
    assert found is not None
    assert [rule.strip("`") for rule in found.rules] == rules


@pytest.mark.parametrize(
    "rules",
    [["m is missing", "m > 3"], ["a < b", "b < a + 2"], ["x * x == 2"], ["total == price * q", "total <= 15"],
     ["if c == 'x' then a > 500", "a < 500"], ["m > 10"], ["x == y / a"], ["floor(x) == 3", "x > 3.5"]],
)  # fmt: skip
def test_what_can_hold_is_no_contradiction(rules: list[str]) -> None:
    found = examine(rules, COLUMNS)
    assert (found.contradictions, found.undecided) == ((), ())


def test_rules_that_share_no_column_are_told_apart() -> None:
    assert len(examine(["a > 5", "a < 3", "x > 5", "x < 3", "q > 4"], COLUMNS).contradictions) == 2


def test_the_cheapest_rules_are_dropped() -> None:
    rules = [Premise.of("a > 5", 2), Premise.of("a < 5", 1.5), Premise.of("a < 4", 1), Premise.of("a != 9")]
    found = examine(rules, COLUMNS)
    assert (found.contradictions, found.dropped) == ((), ("`a > 5`",))
    dearer = [Premise.of("a > 5", 3), *rules[1:]]
    assert examine(dearer, COLUMNS).dropped == ("`a < 5`", "`a < 4`")


def test_rules_without_a_cost_are_never_dropped() -> None:
    found = examine([Premise.of("a > 5"), Premise.of("a < 5"), Premise.of("b > 5", 1)], COLUMNS)
    assert (len(found.contradictions), found.dropped) == (1, ())


def test_what_a_solver_gives_up_is_undecided() -> None:
    found = examine(["x ** 3 + y ** 3 == a ** 3", "x > 1", "y > 1", "a > 1", "x * y * a == 12345677"], COLUMNS, effort=10)
    assert found.contradictions == ()
    assert "was not decided within the effort allowed" in found.undecided[0]


def test_a_missing_solver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "z3", None)
    found = examine(["a % 2 == 0", "a % 2 == 1"], COLUMNS)
    assert found.contradictions == ()
    assert "z3-solver" in found.undecided[0]
    assert contradiction(["a < 3", "a > 5"], COLUMNS) is not None


def test_the_error_has_all_of_it() -> None:
    found = contradiction(["a < 3", "a > 5"], COLUMNS)
    assert found is not None
    error = found.error("shop.yaml $.constraints")
    assert (error.code, error.what, error.where) == ("settings.contradiction", found.said(), "shop.yaml $.constraints")


def test_the_smallest_core_is_found_though_a_larger_one_is_met_first() -> None:
    cores = [{0, 1, 2}, {4, 5}, {2, 3, 4}]

    def holds(parts: frozenset[int]) -> bool:
        return not any(core <= parts for core in cores)

    weights = dict.fromkeys(range(6), 1.0)
    assert smallest_core(range(6), weights, holds) == {4, 5}
    dropped, _ = cheapest_to_drop(range(6), {0: 5.0, 2: 1.0, 4: 3.0, 5: 1.5}, holds)
    assert dropped == {2, 5}
    assert cheapest_to_drop(range(6), {0: 1.0, 3: 1.0}, holds)[0] is None


@pytest.mark.parametrize("sets", [[{1, 2}, {2, 3}, {3, 4}], [{1}, {1, 2}], [], [{1, 2, 3}, {4}, {5, 1}]])
def test_the_cheapest_hitting_set_is_the_cheapest(sets: list[set[int]]) -> None:
    costs = {1: 1.0, 2: 2.5, 3: 1.5, 4: 1.0, 5: 0.5}
    every = [set(c) for size in range(6) for c in combinations(costs, size) if all(set(c) & s for s in sets)]
    best = min(sum(costs[part] for part in chosen) for chosen in every)
    assert sum(costs[part] for part in cheapest_hitting(sets, costs)) == best
