"""Let a release pass or fail by declared limits: built-in profiles, or a `gates.yaml` of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from likewise.core.documents import read_document
from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.evaluation.score import Family, Score, Verdict

KNOWN_SCORES = (
    "columns_compared", "shape_error", "trend_error", "c2st", "marginal_1", "marginal_2", "marginal_3", "tails",
    "atoms", "digits", "levels",
    "dependence_lost", "dependence_invented", "missing_rates", "missing_places", "precision", "coverage", "recall",
    "crowding", "rules", "declared_rules", "alpha_precision", "beta_recall", "logistic_c2st",
    "tstr", "tstr_ratio", "tstr_linear", "tstr_neighbours", "trts", "tstr_loss", "model_order", "importance_agreement",
    "coefficient_overlap", "augmentation_gain", "global_utility", "global_utility_worst", "query_error",
    "query_error_p95",
    "exact_copies", "near_copies", "dcr_share", "nndr", "membership", "membership_isolated", "membership_subgroup",
    "attribute_inference", "singling_out", "linkability",
    "k_map", "k_anonymity", "delta_presence", "rep_u", "disco", "l_diversity", "t_closeness",
    "canary_epsilon", "shadow_game",
    "fair_parity", "fair_opportunity", "fair_odds", "fair_calibration", "fair_group_auc", "bias_amplification",
    "bias_in_data", "representation", "worst_subgroup", "worst_subgroup_c2st",
    "media_frechet", "media_detail", "media_kernel", "media_precision", "media_coverage", "media_recall", "media_c2st",
    "media_loudness", "media_centroid", "media_duration", "media_frames", "media_motion", "media_autocorrelation",
    "media_cross_correlation", "media_spectrum", "media_discriminative", "media_predictive",
    "media_tstr", "media_tstr_class", "media_trts", "media_copies", "media_near_copies", "media_nearest",
    "behaviour_timing", "behaviour_bursts", "behaviour_sharing", "behaviour_velocity", "behaviour",
)  # fmt: skip
"""The names of all scores that a report may hold, so that a gate on a misspelt one is refused before any work."""

BETTER: dict[Verdict, int] = {"poor": 0, "fair": 1, "good": 2}

FIXES: dict[Family, str] = {
    "fidelity": "spend more effort on learning (`--effort high`), or give more rows; the report shows the worst "
    "columns and pairs first",
    "utility": "name the column to predict (`--target`), spend more effort on learning (`--effort high`), or race "
    "techniques for it (`--goal augment`)",
    "privacy": "learn less by heart (`--set min_leaf=80` or more), race for it (`--goal share`), and drop columns "
    "that name a person; then judge again",
    "fairness": "look at the worst group in the report, give more rows of it, or draw it balanced (`--balance`)",
    "drift": "learn again from the new rows (`likewise update`)",
}
MORE_ROWS = "hold back more rows that the generator does not see (`--holdout`), or judge more synthetic ones"


def _known(name: str) -> str:
    if name not in KNOWN_SCORES:
        raise ValueError(f"there is no score `{name}`: {suggest(name, KNOWN_SCORES, 'score')}")
    return name


class Gate(Spec):
    """Hold one limit: on a `score` by its name, or on the verdicts of a whole `family`.

    `at_most` and `at_least` bound the value, or with `of: interval` the worse end of its 95 % interval; `verdict` is
    the least that is let pass. A `required` score must be there and be judged: one of too few rows fails. `fix` is said
    where the gate fails, beside the advice of the library.
    """

    score: Annotated[str, AfterValidator(_known)] | None = None
    family: Family | None = None
    at_most: float | None = Field(default=None, allow_inf_nan=False, strict=True)
    at_least: float | None = Field(default=None, allow_inf_nan=False, strict=True)
    verdict: Literal["good", "fair"] | None = None
    of: Literal["value", "interval"] = "value"
    required: bool = False
    fix: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.score is None) == (self.family is None):
            raise ValueError("name either a `score` or a `family`")
        if self.family is not None and (self.at_most is not None or self.at_least is not None):
            raise ValueError("a family has no figure to bound: give a `verdict`, or bound one `score`")
        if self.at_most is None and self.at_least is None and self.verdict is None:
            raise ValueError("say what is let pass: `at_most`, `at_least` or `verdict`")
        if self.at_most is not None and self.at_least is not None and self.at_most < self.at_least:
            raise ValueError("nothing lies at most `at_most` and at least `at_least`")
        return self

    @property
    def name(self) -> str:
        """Say what is asked, in a few words."""
        figure = f"{'interval of ' if self.of == 'interval' else ''}{self.score or self.family}"
        asked = [f"at most {self.at_most:g}"] if self.at_most is not None else []
        asked += [f"at least {self.at_least:g}"] if self.at_least is not None else []
        asked += [f"at least {self.verdict}"] if self.verdict else []
        return f"{figure} {' and '.join(asked)}"


class GateResult(Spec):
    """Hold what became of one gate: `passed`, `failed`, or `skipped` where it is not required and was not measured."""

    gate: str
    outcome: Literal["passed", "failed", "skipped"]
    reason: str
    fix: str = ""


class GateOutcome(Spec):
    """Hold whether all gates of a document were passed, and what became of each."""

    name: str
    passed: bool
    results: tuple[GateResult, ...]

    @property
    def failed(self) -> tuple[GateResult, ...]:
        """The gates that were not passed."""
        return tuple(r for r in self.results if r.outcome == "failed")

    def said(self) -> str:
        """Say in a sentence how it went."""
        if self.passed:
            return f"The gate `{self.name}` is passed."
        return f"The gate `{self.name}` is not passed: {len(self.failed)} of {len(self.results)} limits do not hold."


class Gates(Spec):
    """List the limits that a synthetic table must keep, for a purpose.

    >>> Gates.from_dict({"name": "ours", "gates": [{"score": "c2st", "at_most": 0.6}]}).gates[0].name
    'c2st at most 0.6'
    """

    name: str = "own"
    gates: tuple[Gate, ...] = Field(min_length=1)

    @classmethod
    def of(cls, wanted: Gates | str | Path) -> Gates:
        """Return a built-in profile by its name, a document by its path, or what is one already.

        Raises SettingsError for an unknown name or a faulty document (all its faults together), and SourceError where
        there is no such file.
        """
        if isinstance(wanted, Gates):
            return wanted
        if not isinstance(wanted, str | Path) or not str(wanted):
            raise SettingsError("settings.gate", "a gate is a name, the path of a gates.yaml or a Gates", where="gate",
                                hint=suggest("", list(PROFILES), "gate"))  # fmt: skip
        if str(wanted) in PROFILES:
            return PROFILES[str(wanted)]
        if isinstance(wanted, str) and not Path(wanted).suffix and not Path(wanted).exists():
            hint = f"{suggest(wanted, list(PROFILES), 'gate')} (a file's name ends in .yaml)"
            raise SettingsError("settings.gate", f"there is no gate `{wanted}`", where="gate", hint=hint)
        return cls.read(wanted)

    @classmethod
    def read(cls, path: str | Path) -> Gates:
        """Read a `gates.yaml`: a mapping with a list `gates`, and perhaps a `name`."""
        hint = "write `gates:` and a list of limits below it, as in docs/concepts/gates.md"
        fields = read_document(Path(path), what="a gate", error=SettingsError, family="settings", hint=hint)
        named: dict[str, Any] = {"name": Path(path).stem, **fields}
        try:
            return cls.from_dict(named, where=str(path))
        except SettingsError as fault:
            raise SettingsError(fault.code, fault.what, where=fault.where, hint=fault.hint or hint) from None

    def judge(self, scores: Sequence[Score]) -> GateOutcome:
        """Hold scores against the limits. Read-outs, which have no part in any verdict, are no part of a family."""
        results = tuple(_judged(gate, scores) for gate in self.gates)
        return GateOutcome(name=self.name, passed=all(r.outcome != "failed" for r in results), results=results)


def _judged(gate: Gate, scores: Sequence[Score]) -> GateResult:
    if gate.family is not None:
        return _family_judged(gate, [s for s in scores if s.family == gate.family and not s.readout])
    # Where several columns hold media, each has scores of its own, named after it.
    own = [s for s in scores if s.name.partition(".")[0] == gate.score]
    results = [_score_judged(gate, s) for s in own] or [_score_judged(gate, None)]
    return next((r for r in results if r.outcome == "failed"), results[0])


def _score_judged(gate: Gate, score: Score | None) -> GateResult:
    if score is None or score.value is None:
        why = "it was not measured" if score is None else f"it was not measured. {score.meaning}"
        return _unmeasured(gate, why, score)
    if score.verdict == "unknown" and (gate.required or gate.verdict):
        return _unmeasured(gate, f"it is underpowered, which is not safe. {score.meaning}", score)
    broken = _bounds_broken(gate, score)
    if gate.verdict and BETTER[score.verdict] < BETTER[gate.verdict]:
        broken.append(f"it is {score.verdict}, which is less than {gate.verdict}")
    if broken:
        return _failed(gate, f"{score.title}: {'; '.join(broken)}. {score.meaning}", score.family)
    return GateResult(gate=gate.name, outcome="passed", reason=f"{score.title}: {_said(score)}, {score.verdict}.")


def _said(score: Score) -> str:
    return f"{score.value:.4g}{' %' if score.unit == '%' else ''}"


def _bounds_broken(gate: Gate, score: Score) -> list[str]:
    """Say which bounds the value does not keep, or the end of its interval that is the worse one for the bound."""
    assert score.value is not None
    low = high = score.value
    if gate.of == "interval":
        if score.interval is None:
            return ["it has no interval to hold against the limit"] if gate.required else []
        low, high = score.interval
    figure = "the upper end of its 95 % interval" if gate.of == "interval" else "it"
    broken = (
        [f"{figure} is {high:.4g}, more than {gate.at_most:g}"]
        if gate.at_most is not None and high > gate.at_most
        else []
    )
    if gate.at_least is not None and low < gate.at_least:
        broken.append(f"{figure.replace('upper', 'lower')} is {low:.4g}, less than {gate.at_least:g}")
    return broken


def _family_judged(gate: Gate, own: Sequence[Score]) -> GateResult:
    """Let a family pass where each of its scores does; where it is required, none may be left unknown."""
    assert gate.family is not None and gate.verdict is not None
    judged = [s for s in own if s.verdict != "unknown"]
    short = [s for s in judged if BETTER[s.verdict] < BETTER[gate.verdict]]
    unknown = [s for s in own if s.verdict == "unknown"]
    if short:
        said = " ".join(f"{s.title} is {s.verdict}. {s.meaning}" for s in short)
        return _failed(gate, said, gate.family)
    if gate.required and unknown:
        said = " ".join(f"{s.title} could not be judged, and underpowered is not safe. {s.meaning}" for s in unknown)
        return _failed(gate, said, gate.family, MORE_ROWS)
    if not judged:
        return _unmeasured(gate, "nothing of it was measured", own[0] if own else None)
    return GateResult(gate=gate.name, outcome="passed", reason=f"All {len(judged)} judged scores keep it.")


def _unmeasured(gate: Gate, why: str, score: Score | None) -> GateResult:
    if gate.required:
        fix = MORE_ROWS if score is not None else "judge with what it needs: rows held back, and a column to predict"
        return _failed(gate, f"It is required, and {why}", score.family if score else gate.family, fix)
    return GateResult(gate=gate.name, outcome="skipped", reason=f"It is not required, and {why}".rstrip(".") + ".")


def _failed(gate: Gate, reason: str, family: Family | None, fix: str = "") -> GateResult:
    advice = fix or (FIXES[family] if family else "")
    fixes = " ".join(part for part in (gate.fix, f"To mend it, {advice}." if advice else "") if part)
    return GateResult(gate=gate.name, outcome="failed", reason=reason.strip().rstrip(".") + ".", fix=fixes)


PROFILES = {
    "share": Gates(
        name="share",
        gates=(
            Gate(family="privacy", verdict="good", required=True),
            Gate(score="exact_copies", verdict="good", required=True),
            Gate(score="dcr_share", verdict="good", required=True),
            Gate(family="fidelity", verdict="fair", required=True,
                 fix="Rows that say nothing of the real data are no safe release, but a useless one."),
            Gate(family="utility", verdict="fair"),
            Gate(family="fairness", verdict="fair"),
        ),
    ),
    "test": Gates(
        name="test",
        gates=(
            Gate(family="fidelity", verdict="fair", required=True),
            Gate(score="exact_copies", verdict="fair", required=True),
        ),
    ),
    "augment": Gates(
        name="augment",
        gates=(
            Gate(score="tstr_ratio", at_least=0.95, required=True),
            Gate(family="utility", verdict="fair", required=True),
            Gate(score="columns_compared", verdict="good", required=True),
            Gate(score="exact_copies", verdict="fair", required=True),
        ),
    ),
}  # fmt: skip
"""The gates that come with the library, by what the rows are for."""
