"""Classical disclosure measures on declared quasi-identifiers: real equivalence classes, exact definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often, share_interval
from likewise.evaluation.pairing import Array, Compared, Part
from likewise.evaluation.privacy.copies import Keys, row_keys
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict
from likewise.privacy.anonymity.measures import delta_presence, k_anonymity, k_map, l_diversity, t_closeness

K = 5
"""Class size below which a record counts as exposed, as statistical offices have it."""
GAIN = (0.005, 0.02)
"""Share of the records exposed beyond the control from which a replicated risk is fair and poor."""


@dataclass(frozen=True)
class Replicated:
    """Hold how many of `of` members, and of as many others, are exposed by synthetic rows, and the chance of that."""

    members: int
    others: int
    of: int
    chance: float

    @property
    def gain(self) -> float:
        """By how much more of the members are exposed."""
        return (self.members - self.others) / self.of


def quasi_keys(columns: Sequence[Compared], part: Part, names: Sequence[str]) -> Keys:
    """Return a key of each row's quasi-identifiers, equal where all of them are; a gap equals a gap."""
    which = [i for i, c in enumerate(columns) if c.name in names]
    return row_keys(Part(tuple(part.arrays[i] for i in which), part.rows))


def rep_u(original: Keys, released: Keys) -> npt.NDArray[np.bool_]:
    """Return which rows are unique by their quasi-identifiers in the original and in the release (repU).

    Raab et al., 2024, arXiv 2406.16826.

    >>> rep_u(np.array([1, 2, 2, 3], dtype=np.uint64), np.array([1, 3, 3], dtype=np.uint64)).tolist()
    [True, False, False, False]
    """
    return np.isin(original, _uniques(original)) & np.isin(original, _uniques(released))


def _uniques(keys: Keys) -> Keys:
    known, sizes = np.unique(keys, return_counts=True)
    found: Keys = known[sizes == 1]
    return found


def disco(original: Keys, secret: Array, released: Keys, released_secret: Array) -> npt.NDArray[np.bool_]:
    """Return which rows are disclosive in the release, correct in the original (DiSCO).

    All released rows with the row's quasi-identifiers have one secret, and it is the row's own. Raab et al., 2024.

    >>> keys = np.array([1, 2], dtype=np.uint64)
    >>> disco(keys, np.array([5, 5]), np.array([1, 1, 2, 2], dtype=np.uint64), np.array([5, 5, 5, 6])).tolist()
    [True, False]
    """
    known, first, of = np.unique(released, return_index=True, return_inverse=True)
    one = np.ones(len(known), dtype=bool)
    alone = released_secret[first]
    of = of.reshape(-1)
    differs = (released_secret != alone[of]) & ~((released_secret != released_secret) & (alone != alone)[of])
    one[of[differs]] = False
    place = np.minimum(np.searchsorted(known, original), len(known) - 1)
    told = alone[place]
    right = (told == secret) | ((told != told) & (secret != secret))
    return np.asarray((known[place] == original) & one[place] & right)


def replicated(members: npt.NDArray[np.bool_], others: npt.NDArray[np.bool_]) -> Replicated:
    """Return how many more members than others are exposed, of equal numbers of both (Fisher's exact test)."""
    hits = int(members.sum()), int(others.sum())
    return Replicated(*hits, len(members), more_often(hits[0], len(members), hits[1], len(others)))


def anonymity_scores(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part | None, *,
    quasi: Sequence[str], sensitive: Sequence[str] = (), seed: int, trouble: str = "",
) -> tuple[Score, ...]:  # fmt: skip
    """Say what the classical measures say of declared quasi-identifiers; nothing where none are declared.

    repU and DiSCO are tested against people who cannot be known; the others are for comparison, for of synthetic rows
    they say less than of masked ones.
    """
    known = [c.name for c in columns if c.name in quasi]
    secrets = [i for i, c in enumerate(columns) if c.name in sensitive and c.name not in known]
    if not known:
        return ()
    keys, made = (quasi_keys(columns, p, known) for p in (real, synthetic))
    scores = [_read_out("k_map", "Rows that mean few people", made, keys)]
    scores.append(_read_out("k_anonymity", "People in small classes", keys, keys))
    for i in secrets[:1]:
        scores.extend(_of_secret(columns[i], keys, real.arrays[i]))
    if holdout is None or not holdout.rows:
        return tuple(scores)
    held = quasi_keys(columns, holdout, known)
    low, high = delta_presence(made, keys, held)
    text = (
        f"Of the people who share a synthetic row's quasi-identifiers, members are between {100 * low:.0f} % and "
        f"{100 * high:.0f} % (delta-presence, the holdout being the rest of the population)."
    )
    scores.append(_plain("delta_presence", "Presence betrayed", high, "share", len(keys) + len(held), text))
    if synthetic.rows < FEWEST:
        trouble = trouble or f"Fewer than {FEWEST} synthetic rows are too few for a verdict."
    size = min(real.rows, holdout.rows)
    sides = [p.sample(size, seed, "anonymity", k) for k, p in enumerate((real, holdout))]
    one, other = (quasi_keys(columns, p, known) for p in sides)
    found = replicated(rep_u(one, made), rep_u(other, made))
    scores.append(_tested("rep_u", "Uniques replicated", "are unique in the original and in the synthetic rows", found,
                          trouble))  # fmt: skip
    disclosed = []
    for i in secrets:
        told = [disco(k, p.arrays[i], made, synthetic.arrays[i]) for k, p in zip((one, other), sides)]
        what = f"have quasi-identifiers for which all synthetic rows give one `{columns[i].name}`, and it is theirs"
        disclosed.append(_tested("disco", "Secrets disclosed", what, replicated(*told), trouble))
    if disclosed:  # the worst of them, its chance corrected for the choice
        worst = min(disclosed, key=lambda score: 1.0 if score.chance is None else score.chance)
        chance = None if worst.chance is None else min(1.0, worst.chance * len(disclosed))
        scores.append(worst.model_copy(update={"chance": chance}))
    return tuple(scores)


def _read_out(name: str, title: str, released: Keys, population: Keys) -> Score:
    known, sizes = np.unique(population, return_counts=True)
    place = np.minimum(np.searchsorted(known, released), len(known) - 1)
    few = (known[place] == released) & (sizes[place] < K)
    whose = "real rows" if released is population else "synthetic rows"
    least = k_anonymity(population) if released is population else k_map(released, population)
    text = (
        f"{100 * few.mean():.1f} % of the {whose} have quasi-identifiers that fewer than {K} real rows share; the "
        f"fewest is {'none' if not least else 'under 5' if least < K else '5 or more'}."
    )
    return _plain(name, title, 100 * float(few.mean()), "%", len(released), text)


def _of_secret(compared: Compared, keys: Keys, secret: Array) -> list[Score]:
    least = l_diversity(keys, secret)
    away = t_closeness(keys, secret, ordered=compared.numeric)
    diverse = (
        f"Among real rows that share their quasi-identifiers `{compared.name}` takes "
        f"{'one value only in some class' if least < 2 else 'two values at least in every class'} (l-diversity)."
    )
    close = (
        f"The distribution of `{compared.name}` in a class of real rows lies up to {away:.2f} from that of all "
        "(t-closeness, 0 to 1)."
    )
    return [
        _plain("l_diversity", "Diversity of secrets", float(least), "ratio", len(keys), diverse),
        _plain("t_closeness", "Closeness of secrets", away, "ratio", len(keys), close),
    ]


def _plain(name: str, title: str, value: float, unit: str, n: int, text: str) -> Score:
    return Score.model_validate(
        {"name": name, "title": title, "family": "privacy", "value": value, "unit": unit, "readout": True, "n": n,
         "ideal": 0.0 if name != "l_diversity" else float(K), "verdict": "unknown", "meaning": text}
    )  # fmt: skip


def _tested(name: str, title: str, what: str, found: Replicated, trouble: str) -> Score:
    low, high = share_interval(found.members, found.of)
    return Score(
        name=name,
        title=title,
        family="privacy",
        value=100 * found.members / found.of,
        unit="%",
        ideal=0.0,
        floor=100 * found.others / found.of,
        interval=(100 * low, 100 * high),
        n=found.of,
        of="members",
        chance=found.chance,
        verdict="unknown" if trouble else _verdict(found),
        meaning=f"{100 * found.members / found.of:.2f} % of the people learned from {what}; of as many others, whom "
        f"the generator cannot know, {100 * found.others / found.of:.2f} %. {trouble}".strip(),
    )


def _verdict(found: Replicated) -> Verdict:
    if found.of < FEWEST:
        return "unknown"
    if found.chance < ALARM:
        return "poor" if found.gain > GAIN[1] else "fair" if found.gain > GAIN[0] else "good"
    return "good" if found.of >= 4 * FEWEST else "unknown"
