"""How declared columns go together: correlations under a Gaussian or a Student-t copula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self, TypeVar

import numpy as np
from pydantic import ConfigDict, Field, field_validator, model_validator

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.copulas.correlation import (
    Floats,
    Measure,
    completed_correlation,
    latent_of_rank,
    matrix_of_pairs,
)
from likewise.modalities.tabular.copulas.norta import Scored, latent_of_pearson
from likewise.modalities.tabular.copulas.vines import VineCopula
from likewise.modalities.tabular.distributions import Distribution
from likewise.modalities.tabular.distributions.reading import at

TOLD = 5e-4
"""How far the nearest matrix lies from the asked one, at least, for that to be said."""

Asked = tuple[str, str, float]
Form = TypeVar("Form", bound=Spec)


class Correlated(Spec):
    """Say how strongly columns go together: some `pairs`, or a whole `matrix` in the order of `columns`.

    Pairs that are not named go together as far as the named ones tie them, and no further. `measure` says of what the
    correlations are: `pearson` of the values (of two levels the second is 1, the first 0), `spearman` or `kendall` of
    their ranks, `scores` of the normal scores behind them.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)  # YAML takes a name as 2020 for a number

    measure: Measure = "pearson"
    pairs: tuple[Asked, ...] = ()
    columns: tuple[str, ...] = ()
    matrix: tuple[tuple[float, ...], ...] = ()

    @field_validator("pairs", mode="before")
    @classmethod
    def _pairs_name_columns(cls, pairs: Any) -> Any:
        rows = pairs if isinstance(pairs, list | tuple) else ()
        square = all(isinstance(row, list | tuple) and len(row) == len(rows) for row in rows)
        if rows and square and all(row[place] == 1 for place, row in enumerate(rows)):
            raise ValueError("a matrix says which columns it is of: write {columns: [...], matrix: [...]}")
        return pairs

    @field_validator("pairs")
    @classmethod
    def _pairs_are_pairs(cls, pairs: tuple[Asked, ...]) -> tuple[Asked, ...]:
        for one, other, value in pairs:
            if one == other:
                raise ValueError(f"a pair is of two columns, and one is of `{one}` and itself")
            if not -1 <= value <= 1:
                raise ValueError(f"the correlation of `{one}` and `{other}` is not between -1 and 1")
        if len({frozenset(pair[:2]) for pair in pairs}) < len(pairs):
            raise ValueError("a pair of columns is named twice")
        return pairs

    @model_validator(mode="after")
    def _matrix_is_one(self) -> Self:
        if self.pairs and self.matrix:
            raise ValueError("give `pairs` or a `matrix`, not both")
        found = [list(row) for row in self.matrix]
        if any(len(row) != len(found) for row in found) or len(found) != len(self.columns):
            raise ValueError("`matrix` has one row and one number in it for each of `columns`")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("`columns` names a column twice")
        if not found:
            return self
        whole = np.array(found)
        if not (np.abs(whole) <= 1).all():
            raise ValueError("`matrix` holds numbers between -1 and 1")
        if not (np.allclose(whole, whole.T, atol=1e-8) and (np.diag(whole) == 1).all()):
            raise ValueError("`matrix` is symmetric, with ones on its diagonal")
        return self

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The pairs, those of a matrix too."""
        found = combinations(enumerate(self.columns), 2)
        return self.pairs + tuple((one, other, self.matrix[i][j]) for (i, one), (j, other) in found)


class GaussianCopula(Correlated):
    """Tie columns together as a normal vector is: extremes of two columns come together only by chance.

    Pearson correlations come out as they are asked for, whatever the distributions (NORTA: Cario and Nelson, 1997).

    >>> GaussianCopula(pairs=[("height", "weight", 0.6)]).asked
    (('height', 'weight', 0.6),)
    """


class StudentCopula(Correlated):
    """Tie columns together as a Student-t vector is: the fewer degrees of freedom, the more extremes come together.

    Its correlations are ranks' (Kendall's, exactly; Spearman's, nearly) or those of the scores.
    """

    measure: Measure = "kendall"
    df: float = Field(gt=0, le=1000)

    @field_validator("measure")
    @classmethod
    def _is_not_of_values(cls, measure: Measure) -> Measure:
        if measure == "pearson":
            raise ValueError("under a Student-t copula ask for kendall, spearman or scores")
        return measure


COPULAS: Mapping[str, type[GaussianCopula | StudentCopula | VineCopula]] = {
    "gaussian": GaussianCopula, "student-t": StudentCopula, "vine": VineCopula,
}  # fmt: skip
"""The copulas by their names in documents."""


@dataclass(frozen=True, eq=False)
class Latent:
    """Hold the correlation matrix of the normal scores of some columns, and what is to be said of it."""

    names: tuple[str, ...]
    matrix: Floats
    notes: tuple[str, ...] = ()


def latent_of(asked: Correlated, columns: Mapping[str, Distribution]) -> Latent:
    """Return the correlations of normal scores under which columns have the asked ones.

    Where those contradict one another the nearest valid matrix takes their place, and a note says how far it lies away.
    Raises SettingsError for columns that are not there or have nothing to correlate, and for correlations that two
    distributions cannot have.
    """
    names = tuple(dict.fromkeys(name for pair in asked.asked for name in pair[:2]))
    for name in (*names, *asked.columns):
        if name not in columns:
            raise SettingsError("settings.correlation", f"a correlation names a column that is not there: `{name}`",
                                where=name, hint=suggest(name, list(columns), "column"))  # fmt: skip
        low, high = columns[name].support
        if low == high:
            raise SettingsError("settings.correlation", f"column `{name}` has one value only, so no correlation",
                                where=name, hint="leave it out of the correlations")  # fmt: skip
    if not names:
        return Latent((), np.eye(0))
    followed = {name: _scored(name, columns[name]) for name in names} if asked.measure == "pearson" else {}
    pairs = [(one, other, _latent_of_pair(one, other, value, asked.measure, followed))
             for one, other, value in asked.asked]  # fmt: skip
    wanted, named = matrix_of_pairs(names, pairs)
    found, moved = completed_correlation(wanted, named)
    gap = np.where(named, np.abs(found - wanted), 0.0)
    notes = [_contradiction(names, wanted, found, gap, moved)] if moved > TOLD else []
    return Latent(names, found, (*notes, *_ties(asked.measure, [name for name in names if columns[name].discrete])))


def _latent_of_pair(one: str, other: str, value: float, measure: Measure, followed: Mapping[str, Scored]) -> float:
    if measure == "pearson" and value:
        return latent_of_pearson(followed[one], followed[other], value, (one, other))
    return latent_of_rank(value, measure)


def _scored(name: str, distribution: Distribution) -> Scored:
    """Follow a column along its normal scores; of two levels the second counts as 1, the first as 0."""
    if len(distribution.categories or ()) > 2:
        raise SettingsError("settings.correlation", f"column `{name}` holds more than two categories, so no Pearson "
                            "correlation", where=name,
                            hint="ask for `measure: spearman`: levels are then ranked as listed")  # fmt: skip
    return Scored.of(distribution, name)


def _contradiction(names: tuple[str, ...], wanted: Floats, found: Floats, gap: Floats, moved: float) -> str:
    i, j = (int(place) for place in np.unravel_index(gap.argmax(), gap.shape))
    return (f"the correlations contradict one another: drawn are the nearest that there can be (alternating "
            f"projections; Higham, 2002), {moved:.3f} away in all (Frobenius norm), most for `{names[i]}` and "
            f"`{names[j]}`: {found[i, j]:.3f} instead of {wanted[i, j]:.3f} of their normal scores")  # fmt: skip


def _ties(measure: Measure, tied: list[str]) -> list[str]:
    if not tied or measure not in ("spearman", "kendall"):
        return []
    return [f"ranks of {', '.join(f'`{name}`' for name in tied)} have ties: the {measure} correlations are those of "
            "the scores behind them, and come out smaller where ties are many"]  # fmt: skip


def copula_of(fields: Any) -> Any:
    """Return what a document's `copula` says, such as `{vine: [...]}`. Raises SettingsError, with the path."""
    if isinstance(fields, Correlated | VineCopula) or fields is None:
        return fields
    fields = {fields: {}} if isinstance(fields, str) else fields
    if not isinstance(fields, Mapping) or len(fields) != 1:
        raise SettingsError("settings.copula", "$.copula: one copula is wanted", where="$.copula",
                            hint="write e.g. copula: {gaussian: {pairs: [[height, weight, 0.6]]}}")  # fmt: skip
    ((name, settings),) = fields.items()
    if name not in COPULAS:
        raise SettingsError("settings.copula", f"$.copula: there is no copula `{name}`", where="$.copula",
                            hint=suggest(str(name), sorted(COPULAS), "copula"))  # fmt: skip
    return read_pairs(COPULAS[name], settings, f"$.copula.{name}")


def read_pairs(form: type[Form], fields: Any, path: str) -> Form:
    """Read a copula from its fields, or from a list of its pairs. Raises SettingsError, with the path."""
    try:
        return form.from_dict({"pairs": fields} if isinstance(fields, list | tuple) else fields or {})
    except SettingsError as fault:
        raise at(path, fault) from None
