"""Membership inference: can an attacker who has the synthetic rows tell who was among the rows learned from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import auc, booster, features, filled, one_thread
from likewise.evaluation.chance import share_interval
from likewise.evaluation.distance import nearest_distances, nearest_neighbours, scale
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.privacy.tails import Tail, far_end
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

Floats = npt.NDArray[np.float64]

TARGETS = 2_000
"""Members, and as many others, that are attacked; more are sampled down."""
CELLS = 300_000
"""Cells (rows x columns) of the synthetic and the reference rows that an attacker searches."""
NEIGHBOURS = 10
ROUNDS = 30
FALSE = (0.01, 0.001)
"""Shares of false accusations that an attack is allowed; the first has a part in the verdict."""
FEWEST_FALSE = 2
"""False accusations at that share among the others needed for it to be measured."""
ISOLATED = 0.05
"""Share of the records, the most isolated ones, that are looked at apart."""
SEARCHED, WITNESSES = 20_000, 1_000
"""Rows among which the isolated ones are looked for, and reference rows that say how isolated they are."""
LEVELS = (0.0025, 0.01, 0.08)
"""Shares of the most suspected records in which members are counted."""
EXCESS = (0.03, 0.06)
"""Area under the curve beyond guessing from which an attack is fair and poor."""
FEWEST_LONELY = 20
"""Isolated records on each side below which they are not looked at apart."""
SUBGROUPS, SUBGROUP_ROWS = 12, 100
"""Subgroups that are looked at apart, and the rows on each side that one needs."""


@dataclass(frozen=True)
class Attack:
    """Hold how one attack did: area under the curve, its error, hits at each share of false accusations, its chance."""

    name: str
    auc: float
    error: float
    hits: tuple[int, ...]
    members: int
    others: int
    chance: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the area under the curve."""
        return max(0.0, self.auc - 1.96 * self.error), min(1.0, self.auc + 1.96 * self.error)

    def hit_interval(self, k: int) -> tuple[float, float]:
        """Return the exact 95 % interval of the share of members found at a share of false accusations."""
        return share_interval(self.hits[k], self.members)

    def measured(self, k: int) -> bool:
        """Say whether there are others enough for that share of false accusations."""
        return self.others * FALSE[k] >= FEWEST_FALSE


@dataclass(frozen=True)
class Membership:
    """Hold the strongest attack on all records, on the most isolated ones, and on the subgroup most exposed."""

    everyone: Attack
    isolated: Attack | None
    subgroup: Attack | None
    attacks: tuple[Attack, ...]


@dataclass(frozen=True, eq=False)
class _Suspicion:
    """Hold what attackers think of records: one array an attack, which are members, which were chosen as isolated."""

    scores: dict[str, Floats]
    member: npt.NDArray[np.bool_]
    lonely: npt.NDArray[np.bool_]
    rows: Part


def membership(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *, seed: int
) -> Membership | None:
    """Return how well an ensemble of attacks tells members from as many other records of the same source.

    The attackers see the synthetic rows and reference rows of the source, half of the holdout in turn; the other half
    are the non-members. They ask whether a record lies nearer to synthetic rows than to the reference (DCR), how dense
    the one is beside the other (nearest neighbours, and boosted trees), and what share of its neighbours is synthetic.
    None with fewer than 50 rows on a side. At most 2,000 members are attacked.

    Use when: single people may have left a mark on the model. Avoid when: fewer than some 1,000 rows were held back:
    then only gross leaks show.

    DOMIAS: van Breugel et al., 2023, AISTATS; LOGAN: Hayes et al., 2019, PoPETs; ensembles: Synth-MIA, 2025.
    """
    if min(real.rows, synthetic.rows) < FEWEST or holdout.rows < 2 * FEWEST or not columns:
        return None
    size = min(TARGETS // 2, holdout.rows // 2, real.rows // 2)
    order = np.array_split(generator(seed, "membership", "members").permutation(real.rows)[:SEARCHED], 2)
    halves = np.array_split(generator(seed, "membership", "holdout").permutation(holdout.rows), 2)
    found = []
    for k in (0, 1):
        members, others, reference = (p.take(i) for p, i in (
            (real, order[k]), (holdout, halves[k][: SEARCHED // 2]), (holdout, halves[1 - k])))  # fmt: skip
        targets = [p.take(np.arange(size)) for p in (members, others)]
        targets += _isolated(columns, members, others, reference.sample(WITNESSES, seed, "membership", "witness"))
        found.append(_attacked(columns, targets, synthetic, reference, seed + k))
    suspicion = _together(found)
    attacks = _attacks(suspicion, ~suspicion.lonely)
    enough = _both(suspicion.member[suspicion.lonely], FEWEST_LONELY)
    isolated = _strongest(_attacks(suspicion, suspicion.lonely)) if enough else None
    return Membership(_strongest(attacks), isolated, _worst_subgroup(columns, suspicion), attacks)


def _isolated(columns: Sequence[Compared], members: Part, others: Part, witnesses: Part) -> list[Part]:
    """Return the members and the others that lie farthest from rows of the source, by one threshold for both."""
    both = scale(columns, witnesses, [members, others, witnesses], robust=True)
    away = [nearest_distances(asked, both[2]) for asked in both[:2]]
    # Each side counts half, however many rows it has.
    weight = np.concatenate([np.full(len(a), 0.5 / len(a)) for a in away])
    line = np.concatenate(away)
    order = np.argsort(-line, kind="stable")
    threshold = line[order[np.searchsorted(np.cumsum(weight[order]), ISOLATED)]]
    return [p.take(a >= threshold).sample(TARGETS // 2, 0, "isolated") for p, a in zip((members, others), away)]


def _attacked(
    columns: Sequence[Compared], groups: Sequence[Part], synthetic: Part, reference: Part, seed: int
) -> _Suspicion:
    """Attack four groups of records: members, others, isolated members, isolated others."""
    targets = groups[0]
    for more in groups[1:]:
        targets = _joined(targets, more)
    most = max(FEWEST, CELLS // len(columns))
    near, beside = synthetic.sample(most, seed, "membership", "near"), reference.sample(most, seed, "membership", "by")
    asked, made, known = scale(columns, reference, [targets, near, beside], robust=True)
    k = min(NEIGHBOURS, near.rows, beside.rows)
    to_made, to_known = (nearest_neighbours(asked, rows, k)[0].astype(np.float64) for rows in (made, known))
    soft = max(1e-3, 0.05 * float(np.median(to_known[:, 0])))
    scores = {
        "nearest": np.log((to_known[:, 0] + soft) / (to_made[:, 0] + soft)),
        "density": np.log((to_known + soft) / (to_made + soft)).mean(axis=1),
        "neighbours": (to_made[:, :, None] < to_known[:, None, :]).mean(axis=(1, 2)),
        "classifier": _classified(columns, targets, near, beside, seed),
    }
    which = np.repeat(np.arange(4), [g.rows for g in groups])
    return _Suspicion(scores, which % 2 == 0, which >= 2, targets)


def _joined(first: Part, second: Part) -> Part:
    arrays = tuple(np.concatenate([a, b]) for a, b in zip(first.arrays, second.arrays, strict=True))
    return Part(arrays, first.rows + second.rows)


def _classified(columns: Sequence[Compared], targets: Part, near: Part, beside: Part, seed: int) -> Floats:
    """Return how synthetic the targets look to trees that learned to tell synthetic from reference rows."""
    size = min(near.rows, beside.rows)
    parts = [near.take(np.arange(size)), beside.take(np.arange(size)), targets]
    coded = features(columns, parts)
    if not coded.positions:
        return np.zeros(targets.rows)
    matrix = np.concatenate(coded.matrices[:2])
    model = booster("classify", coded.categorical, rows=2 * size, rounds=ROUNDS, seed=seed)
    with one_thread():
        model.fit(filled(matrix), np.arange(2 * size) < size)
        return np.asarray(model.decision_function(coded.matrices[2]), dtype=np.float64)


def _together(found: Sequence[_Suspicion]) -> _Suspicion:
    rows = found[0].rows
    for more in found[1:]:
        rows = _joined(rows, more.rows)
    scores = {name: np.concatenate([f.scores[name] for f in found]) for name in found[0].scores}
    member, lonely = (np.concatenate(masks) for masks in zip(*((f.member, f.lonely) for f in found)))
    return _Suspicion(scores, member, lonely, rows)


def _both(member: npt.NDArray[np.bool_], least: int) -> bool:
    return min(int(member.sum()), int((~member).sum())) >= least


def _attacks(suspicion: _Suspicion, among: npt.NDArray[np.bool_]) -> tuple[Attack, ...]:
    member = suspicion.member[among]
    return tuple(_attack(name, member, score[among]) for name, score in suspicion.scores.items())


def _attack(name: str, member: npt.NDArray[np.bool_], score: Floats) -> Attack:
    from scipy.stats import norm

    area, error = auc(member, score)
    yes, no = score[member], score[~member]
    # A bell is wrong where few records decide, so that the error of mere guessing is the least that is believed.
    guessing = float(np.sqrt((len(member) + 1) / (12 * len(yes) * len(no))))
    tails: list[Tail] = [far_end(yes, no, level) for level in LEVELS]
    chances = [float(norm.sf((area - 0.5) / max(error, guessing))), *(t.chance for t in tails)]
    line = np.sort(no)
    # No more others than allowed lie above the threshold, none where not even one is allowed.
    hits = tuple(int((yes > line[-1 - int(share * len(no))]).sum()) for share in FALSE)
    return Attack(name, area, error, hits, len(yes), len(no), min(1.0, len(chances) * min(chances)))


def _strongest(attacks: Sequence[Attack]) -> Attack:
    """Return the attack least likely by chance, its chance allowing for how many were tried (Bonferroni)."""
    best = min(attacks, key=lambda a: (a.chance, -a.auc))
    return Attack(best.name, best.auc, best.error, best.hits, best.members, best.others,
                  min(1.0, len(attacks) * best.chance))  # fmt: skip


def _worst_subgroup(columns: Sequence[Compared], suspicion: _Suspicion) -> Attack | None:
    """Return the strongest attack on one level of one column, named by the column alone."""
    tried: list[Attack] = []
    for compared, values in zip(columns, suspicion.rows.arrays, strict=True):
        if compared.numeric or not 2 <= len(compared.levels) <= SUBGROUPS:
            continue
        for code in range(len(compared.levels)):
            among = (values == code) & ~suspicion.lonely
            if _both(suspicion.member[among], SUBGROUP_ROWS):
                best = _strongest(_attacks(suspicion, among))
                tried.append(Attack(compared.name, best.auc, best.error, best.hits, best.members, best.others,
                                    best.chance))  # fmt: skip
    return _strongest(tried) if tried else None


def membership_scores(found: Membership | None, *, trouble: str = "") -> tuple[Score, ...]:
    """Say how well members are told, of all records and of the most isolated ones."""
    if found is None:
        text = trouble or f"Underpowered: attacks need {2 * FEWEST} rows held back at least."
        return (Score(name="membership", title="Membership attack", family="privacy", value=None, unit="AUC", ideal=0.5,
                      n=0, verdict="unknown", meaning=text),)  # fmt: skip
    scores = [_score("membership", "Membership attack", "records", found.everyone, trouble)]
    if found.isolated is not None:
        scores.append(_score("membership_isolated", "Membership attack on isolated records",
                             "the most isolated records", found.isolated, trouble))  # fmt: skip
    if found.subgroup is not None:
        group = f"the records of the most exposed group by `{found.subgroup.name}`"
        scores.append(_score("membership_subgroup", "Membership attack on the most exposed group", group,
                             found.subgroup, trouble))  # fmt: skip
    return tuple(scores)


def _score(name: str, title: str, whom: str, attack: Attack, trouble: str) -> Score:
    smallest = 0.5 + 3.3 * float(np.sqrt(1 / (6 * min(attack.members, attack.others))))
    return Score(
        name=name,
        title=title,
        family="privacy",
        value=attack.auc,
        unit="AUC",
        ideal=0.5,
        floor=0.5,
        interval=attack.interval,
        n=attack.members,
        of="members",
        chance=attack.chance,
        verdict="unknown" if trouble else _verdict(attack, smallest),
        meaning=f"The strongest of several attacks that guess which of {whom} were learned from scores "
        f"{attack.auc:.2f} (0.50 is guessing, 1.00 always right; from {smallest:.2f} on it would surely be noticed)."
        f" {_found(attack)} {trouble}".strip(),
    )


def _found(attack: Attack) -> str:
    """Say how many members are found at few false accusations, as far as the others allow."""
    shares = []
    for k, false in enumerate(FALSE):
        if attack.measured(k):
            low, high = attack.hit_interval(k)
            share = 100 * attack.hits[k] / attack.members
            shares.append(f"at {100 * false:g} % false accusations {share:.1f} % of the members are found "
                          f"(95 % interval {100 * low:.1f} to {100 * high:.1f} %)")  # fmt: skip
        else:
            shares.append(f"a rate of {100 * false:g} % cannot be measured with {attack.others:,} others")
            break
    said = "; ".join(shares)
    return f"{said[0].upper()}{said[1:]}." if attack.measured(0) else f"Underpowered: {said}."


def _verdict(attack: Attack, smallest: float) -> Verdict:
    """Return the verdict: an attack counts that is no accident and finds many, or a few of whom it is sure."""
    if attack.chance < ALARM:
        sure = attack.measured(0) and attack.hit_interval(0)[0] > 1.5 * FALSE[0]
        return "poor" if attack.auc > 0.5 + EXCESS[1] or sure else "fair" if attack.auc > 0.5 + EXCESS[0] else "good"
    return "good" if smallest <= 0.5 + 2 * EXCESS[1] else "unknown"
