from __future__ import annotations

import pytest
from tests.evaluation.conftest import Split, split_of
from tests.evaluation.families import FAMILIES, findings

from likewise.core.table import Table
from likewise.evaluation.controls import CONTROLS, make_control
from likewise.evaluation.score import Family

SMALL, MIXED = ("small", 1_000), ("mixed", 3_000)

MADE_FOR = {
    "noise": (SMALL, {"c2st", "marginal_1", "marginal_2", "precision"}),
    "independent": (SMALL, {"c2st", "marginal_2", "dependence_lost", "missing_places"}),
    "mode-collapse": (SMALL, {"crowding", "coverage"}),
    "clipped-tails": (SMALL, {"tails", "atoms"}),
    "changed-scale": (SMALL, {"tails", "marginal_1"}),
    "changed-rounding": (SMALL, {"digits"}),
    "invented-levels": (SMALL, {"levels"}),
    "lost-levels": (SMALL, {"levels", "coverage"}),
    "wrong-triples": (SMALL, {"marginal_3"}),
    "moved-missingness": (SMALL, {"missing_places", "dependence_lost"}),
    "invented-correlation": (SMALL, {"dependence_invented", "marginal_2"}),
    "repeated-rows": (SMALL, {"crowding", "rules"}),
    "far-values": (SMALL, {"tails"}),
    "heaped-numbers": (SMALL, {"digits"}),
    "spread-spike": (MIXED, {"atoms"}),
    "moved-dates": (MIXED, {"tails"}),
    "swollen-level": (SMALL, {"levels"}),
    "respelled-level": (SMALL, {"levels"}),
    "filled-gaps": (SMALL, {"missing_rates"}),
    "exchanged-numbers": (SMALL, {"tails", "precision"}),
    "turned-tie": (SMALL, {"marginal_3"}),
    "shuffled-labels": (SMALL, {"tstr", "tstr_ratio", "tstr_linear", "tstr_neighbours", "trts"}),
    "flipped-labels": (SMALL, {"trts", "tstr_loss", "coefficient_overlap"}),
    "lopsided-labels": (SMALL, {"tstr", "tstr_loss", "trts"}),
    "memoriser": (SMALL, {"exact_copies", "near_copies", "membership", "membership_isolated", "membership_subgroup"}),
    "jittered-memoriser": (SMALL, {"near_copies", "attribute_inference", "singling_out", "linkability"}),
    "copies-0.5": (SMALL, {"exact_copies"}),
    "copies-1": (MIXED, {"exact_copies", "near_copies"}),
    "jittered-copies": (MIXED, {"near_copies"}),
    "outlier-copies": (MIXED, {"exact_copies", "near_copies"}),
    "repeated-secret": (MIXED, {"exact_copies"}),
    "spliced-copies": (MIXED, {"near_copies"}),
    "broken-subgroup": (SMALL, {"worst_subgroup"}),
    "drawn-as-majority": (SMALL, {"worst_subgroup", "worst_subgroup_c2st"}),
    "group-labels": (MIXED, {"fair_parity", "bias_amplification", "bias_in_data", "worst_subgroup"}),
}
"""Where each fault is large enough to be found, and the scores of its family that are there to find it: all must."""

MADE_FOR_TOO: list[tuple[str, Family, set[str]]] = [
    ("noise", "utility", {"global_utility", "global_utility_worst", "query_error", "query_error_p95"}),
    ("lost-levels", "fairness", {"representation"}),
]
"""Scores that are there for what a control of another family breaks, on the small table."""


def tables_of(name: str, shape: str, rows: int) -> tuple[Split, Table]:
    parts = split_of(shape, rows=rows, held=rows, parity=name == "wrong-triples")
    made = make_control(name, parts.train, parts.reserve, rows)
    assert made is not None
    return parts, made


@pytest.mark.parametrize("name", [name for name, control in CONTROLS.items() if control.owner])
def test_the_scores_made_for_a_fault_find_it(name: str) -> None:
    (shape, rows), wanted = MADE_FOR[name]
    owner = CONTROLS[name].owner
    assert owner is not None
    found = findings(owner, *tables_of(name, shape, rows), seed=0)
    assert wanted <= {score.name for score in found}


@pytest.mark.parametrize(("name", "family", "wanted"), MADE_FOR_TOO)
def test_the_scores_made_for_a_fault_of_another_family_find_it(name: str, family: Family, wanted: set[str]) -> None:
    assert wanted <= {score.name for score in findings(family, *tables_of(name, *SMALL), seed=0)}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("shape", "rows"), [SMALL, MIXED])
def test_nothing_is_found_in_fresh_rows(family: Family, shape: str, rows: int) -> None:
    assert findings(family, *tables_of("fresh", shape, rows), seed=0) == []
