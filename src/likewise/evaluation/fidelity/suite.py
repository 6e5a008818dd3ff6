"""Run the fidelity metrics beyond shape, trend and detection, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from likewise.core.progress import Progress, quiet
from likewise.evaluation.fidelity.atoms import atoms, atoms_score
from likewise.evaluation.fidelity.coverage import coverage, coverage_scores
from likewise.evaluation.fidelity.crowding import crowding, crowding_score
from likewise.evaluation.fidelity.dependence import dependence, dependence_scores
from likewise.evaluation.fidelity.digits import digits, digits_score
from likewise.evaluation.fidelity.found_rules import found_rules
from likewise.evaluation.fidelity.levels import levels, levels_score
from likewise.evaluation.fidelity.marginals import marginals, marginals_score
from likewise.evaluation.fidelity.missingness import missing_places, missing_rates, missingness_scores
from likewise.evaluation.fidelity.readouts import readout_scores
from likewise.evaluation.fidelity.rules import Rule, rules_score
from likewise.evaluation.fidelity.sides import Sides, take_sides
from likewise.evaluation.fidelity.tails import tails, tails_score
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import Score

Step = Callable[[], Sequence[Score]]


def fidelity_scores(
    paired: Paired, *, seed: int, progress: Progress = quiet, brief: bool = False, rules: Sequence[Rule] = ()
) -> tuple[Score, ...]:  # fmt: skip
    """Return the scores of all fidelity metrics but shape, trend and detection; with `brief`, of the cheap ones only.

    Cheap is what takes under 1.5 CPU seconds for 40,000 rows of 15 columns. `rules` are declared ones, judged apart
    from those that are found in the real rows. No metric needs a holdout; each says where evidence is weaker for it.
    """
    sides = take_sides(paired, seed=seed)
    steps = [*_cheap(sides, paired, seed), *([] if brief else _dear(sides, paired, seed))]
    if rules:
        steps.append(("declared rules", lambda: [_declared(rules, sides)]))
    scores: list[Score] = []
    for done, (name, step) in enumerate(steps):
        progress(f"evaluate: {name}", done, len(steps))
        scores.extend(step())
    return tuple(scores)


def _cheap(sides: Sides, paired: Paired, seed: int) -> list[tuple[str, Step]]:
    return [
        ("single columns", lambda: [marginals_score(marginals(sides, 1, seed=seed), sides, 1)]),
        ("pairs of columns", lambda: [marginals_score(marginals(sides, 2, seed=seed), sides, 2)]),
        ("tails", lambda: [tails_score(tails(sides), sides)]),
        ("spikes", lambda: [atoms_score(atoms(sides), sides)]),
        ("digits", lambda: [digits_score(digits(sides), sides)]),
        ("levels", lambda: [levels_score(levels(sides, paired, seed=seed), sides)]),
        ("dependence", lambda: dependence_scores(dependence(sides, seed=seed), sides)),
        ("missing values", lambda: missingness_scores(missing_rates(sides), missing_places(sides, seed=seed), sides)),
    ]  # fmt: skip


def _dear(sides: Sides, paired: Paired, seed: int) -> list[tuple[str, Step]]:
    return [
        ("triples of columns", lambda: [marginals_score(marginals(sides, 3, seed=seed), sides, 3)]),
        ("coverage", lambda: coverage_scores(coverage(paired, seed=seed))),
        ("crowding", lambda: [crowding_score(crowding(sides, seed=seed), sides)]),
        ("rules", lambda: _found(sides)),
        ("read-outs", lambda: readout_scores(paired, seed=seed)),
    ]


def _found(sides: Sides) -> list[Score]:
    """Return the score of the rules found, none where the real rows keep no rule."""
    rules, tried = found_rules(sides)
    return [rules_score(rules, sides, tried=tried)] if rules else []


def _declared(rules: Sequence[Rule], sides: Sides) -> Score:
    return rules_score(rules, sides).model_copy(update={"name": "declared_rules", "title": "Declared rules kept"})
