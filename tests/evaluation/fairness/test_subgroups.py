from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import COLUMNS, flipped, paired, rows_of, shuffled, swapped

from likewise.evaluation.fairness.scan import FEWEST, KINDS, judge_groups
from likewise.evaluation.fairness.subgroups import gather, scan_subgroups, subgroup_score

FIRST = ([3], "churn")


def scored(pair):
    return subgroup_score(scan_subgroups(gather(pair, *FIRST, seed=0), seed=0))


def minority(part):
    """Return the rows of men, of whom a quarter are kept, and a mask that tells them."""
    men = part.arrays[3] == 1
    kept = ~men | (np.random.default_rng(0).random(part.rows) < 0.25)
    return part.take(kept), men[kept]


@pytest.mark.parametrize("seed", range(8))
def test_a_group_of_a_hundred_rows_whose_columns_were_shuffled_is_found(seed):
    made, men = minority(rows_of(1_000, seed))
    real, held = (minority(rows_of(1_000, start + seed))[0] for start in (1_000, 2_000))
    pair = paired(shuffled(made, "age", "pay", "job", "churn", within=men))
    score = scored(type(pair)(COLUMNS, real, pair.synthetic, held, (), ()))
    assert men.sum() < 130
    assert score.verdict == "poor" and "`sex` = m" in score.meaning and "lost the ties" in score.meaning


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_a_minority_drawn_as_those_of_others_are_found(seed):
    made = rows_of(1_000, seed)
    men, rng = np.flatnonzero(made.arrays[3] == 1), np.random.default_rng(seed)
    drawn = rng.choice(np.flatnonzero(made.arrays[3] == 0), len(men))
    changed = {}
    for name, place in {"age": 0, "pay": 1, "job": 2, "churn": 4}.items():
        values = made.arrays[place].copy()
        values[men] = made.arrays[place][drawn]
        changed[name] = values
    assert scored(paired(swapped(made, **changed), rows=1_000, seed=seed)).verdict == "poor"


def test_numbers_sorted_by_another_column_within_one_group_are_found():
    made = rows_of(1_500, 0)
    women = np.flatnonzero(made.arrays[3] == 0)
    age = made.arrays[0].copy()
    half = women[: len(women) // 2]
    age[half[np.argsort(made.arrays[2][half], kind="stable")]] = np.sort(age[half])
    score = scored(paired(swapped(made, age=age)))
    assert score.verdict == "poor" and "`sex` = f" in score.meaning


def test_fault_of_two_conditions_together_is_found_where_they_meet():
    made = rows_of(4_000, 0)
    where = (made.arrays[3] == 1) & (made.arrays[2] == 1)
    pair = paired(flipped(made, where), rows=4_000)
    scan = scan_subgroups(gather(pair, *FIRST, seed=0), seed=0)
    assert "`sex` = m" in scan.groups[scan.worst].named and "`job` = nurse" in scan.groups[scan.worst].named


@pytest.mark.parametrize(("rows", "verdict"), [(120, "unknown"), (3_000, "good")])
def test_where_no_group_that_matters_is_large_enough_it_says_so(rows, verdict):
    """Columns without ties: large groups are judged by their shares, of small ones nothing could be told."""
    parts = [shuffled(rows_of(rows, seed), "age", "pay", "job", "sex", "churn") for seed in range(3)]
    pair = paired(parts[0])
    score = scored(type(pair)(COLUMNS, parts[1], parts[0], parts[2], (), ()))
    assert score.verdict == verdict
    assert ("(underpowered)" in score.meaning) == (verdict == "unknown")


def test_large_groups_of_the_target_do_not_make_up_for_small_sensitive_ones():
    rare = [(np.arange(900) % every == 0).astype(np.int32) for every in (45, 15, 15)]
    loose = [shuffled(rows_of(900, seed), "age", "pay", "job", "churn") for seed in range(3)]
    parts = [swapped(part, sex=sex) for part, sex in zip(loose, rare)]
    pair = type(paired(parts[0]))(COLUMNS, parts[1], parts[0], parts[2], (), ())
    scan = scan_subgroups(gather(pair, *FIRST, seed=0), seed=0)
    assert [scan.groups[k].named for k in np.flatnonzero(scan.asked)] == ["`sex` = f", "`sex` = m"]
    assert "1 of the 2 groups that matter most are too small" in subgroup_score(scan).meaning


def test_groups_are_tried_from_some_rows_on_either_side_on():
    gathered = gather(paired(rows_of(1_500, 0)), *FIRST, seed=0)
    made = gathered.stack.made
    few = np.concatenate([np.flatnonzero(made)[: FEWEST - 1], np.flatnonzero(~made)])
    found = judge_groups(gathered.groups, gathered.stack.take(few), gathered.first, seed=0)
    assert not found.tried.any() and (found.chances == 1).all() and (found.shift > 0).all()


def test_the_allowance_is_spent_once():
    assert sum(KINDS.values()) == pytest.approx(1)


def test_larger_groups_would_be_found_broken_at_smaller_doses():
    scan = scan_subgroups(gather(paired(rows_of(1_500, 0)), *FIRST, seed=0), seed=0)
    found = scan.found
    men, women = (next(k for k, g in enumerate(scan.groups) if g.named == f"`sex` = {sex}") for sex in "mf")
    assert found.sizes[0][men] < found.sizes[0][women]
    assert found.shift[women] < found.shift[men] < 0.3 and found.broken[women] < found.broken[men] < 0.6
