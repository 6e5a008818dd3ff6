"""Every fault by its name, beside fresh real rows that must pass."""

from __future__ import annotations

from dataclasses import dataclass

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import EvaluationError, suggest
from likewise.evaluation.controls.gaps import filled_gaps, moved_missingness
from likewise.evaluation.controls.groups import broken_subgroup, drawn_as_majority, group_labels
from likewise.evaluation.controls.labels import flipped_labels, lopsided_labels, shuffled_labels
from likewise.evaluation.controls.levels import invented_levels, lost_levels, respelled_level, swollen_level
from likewise.evaluation.controls.numbers import (
    clipped,
    each_number,
    far_values,
    heaped_numbers,
    moved_dates,
    rounded,
    scaled,
    spread_spike,
)
from likewise.evaluation.controls.parts import Fault
from likewise.evaluation.controls.rows import (
    fresh_rows,
    independent_columns,
    jittered_memoriser,
    memoriser,
    mode_collapse,
    noise,
    planted,
    repeated_rows,
    repeated_secret,
    spliced_copies,
)
from likewise.evaluation.controls.together import exchanged_numbers, invented_correlation, turned_tie, wrong_triples
from likewise.evaluation.score import Family


@dataclass(frozen=True)
class Control:
    """Name a fault and the family of metrics that must find it; None for fresh rows, in which nothing may be found.

    `make` takes the real table, the fresh rows to break and a generator, and returns as many rows as are fresh, or None
    where the table has no place for the fault.
    """

    name: str
    owner: Family | None
    what: str
    make: Fault


def make_control(name: str, train: Table, reserve: Table, n: int, *, seed: int = 0) -> Table | None:
    """Return `n` rows with one fault; None where the table has no place for it (no number to clip, no label to flip).

    `reserve` are real rows, `n` at least, that stand neither in `train` nor in the holdout. Raises EvaluationError for
    an unknown name or too small a reserve. The same tables, name and seed give the same rows.

    >>> rows = Table.from_any({"age": list(range(60)), "sex": ["F", "M"] * 30})
    >>> make_control("memoriser", rows.slice(0, 30), rows.slice(30), 20).rows
    20
    """
    if name not in CONTROLS:
        raise EvaluationError("evaluate.unknown-control", f"there is no control `{name}`",
                              hint=suggest(name, list(CONTROLS), "control"))  # fmt: skip
    if reserve.rows < n:
        raise EvaluationError("evaluate.small-reserve", f"{n:,} fresh rows are wanted and {reserve.rows:,} there",
                              hint="hold more rows back")  # fmt: skip
    fresh = reserve.take(generator(seed, "control", "fresh").permutation(reserve.rows)[:n])
    return CONTROLS[name].make(train, fresh, generator(seed, "control", name))


_ALL = (
    Control("fresh", None, "fresh real rows: nothing may be found", fresh_rows),
    Control("noise", "fidelity", "uniform noise over the range of each column", noise),
    Control("independent", "fidelity", "each column drawn by itself", independent_columns),
    Control("mode-collapse", "fidelity", "fifty rows over and over", mode_collapse),
    Control("clipped-tails", "fidelity", "numbers cut off at the 2nd and the 98th percentile", each_number(clipped)),
    Control("changed-scale", "fidelity", "every number a tenth larger", each_number(scaled)),
    Control("changed-rounding", "fidelity", "decimals dropped", each_number(rounded)),
    Control("invented-levels", "fidelity", "a level that is not real in 5 % of one category", invented_levels),
    Control("lost-levels", "fidelity", "one level of each category never drawn", lost_levels),
    Control("wrong-triples", "fidelity", "all pairs right, one triple wrong", wrong_triples),
    Control("moved-missingness", "fidelity", "gaps in other rows, as many", moved_missingness),
    Control("invented-correlation", "fidelity", "two unrelated columns made to go together", invented_correlation),
    Control("repeated-rows", "fidelity", "a tenth of the rows written twice", repeated_rows),
    Control("far-values", "fidelity", "2 % of one number a thousand times as large", far_values),
    Control("heaped-numbers", "fidelity", "40 % of one number written as a multiple of five", heaped_numbers),
    Control("spread-spike", "fidelity", "half of the commonest value of a number spread out", spread_spike),
    Control("moved-dates", "fidelity", "every date a year later", moved_dates),
    Control("swollen-level", "fidelity", "a rare level three times as common", swollen_level),
    Control("respelled-level", "fidelity", "a level in capitals in a tenth of its rows", respelled_level),
    Control("filled-gaps", "fidelity", "gaps filled with the middle or commonest value", filled_gaps),
    Control("exchanged-numbers", "fidelity", "two numbers exchanged in 5 % of the rows", exchanged_numbers),
    Control("turned-tie", "fidelity", "the closest tie of numbers turned round in one group", turned_tie),
    Control("shuffled-labels", "utility", "the target shuffled", shuffled_labels),
    Control("flipped-labels", "utility", "the target wrong in a fifth of the rows", flipped_labels),
    Control("lopsided-labels", "utility", "a third of the rarest class exchanged for the commonest", lopsided_labels),
    Control("memoriser", "privacy", "the real rows themselves", memoriser),
    Control("jittered-memoriser", "privacy", "the real rows, numbers moved by 1 % of the range", jittered_memoriser),
    Control("copies-0.5", "privacy", "real rows planted as 0.5 % of the rows", planted(0.005)),
    Control("copies-1", "privacy", "real rows planted as 1 % of the rows", planted(0.01)),
    Control("jittered-copies", "privacy", "1 % planted, numbers moved by 1 %", planted(0.01, jitter=0.01)),
    Control("outlier-copies", "privacy", "the outermost real rows planted as 1 %", planted(0.01, outliers=True)),
    Control("repeated-secret", "privacy", "one real row as 1 % of the rows", repeated_secret),
    Control("spliced-copies", "privacy", "half of the columns of 2 % of the rows from a real row each", spliced_copies),
    Control("broken-subgroup", "fairness", "columns shuffled within one group", broken_subgroup),
    Control("drawn-as-majority", "fairness", "rows of one group drawn as those of the others", drawn_as_majority),
    Control("group-labels", "fairness", "the target wrong in a fifth of one group", group_labels),
)

CONTROLS: dict[str, Control] = {control.name: control for control in _ALL}
"""Every control by its name."""
