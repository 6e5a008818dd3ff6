"""Designs of experiments: points spread more evenly than chance would, through any marginals and copula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from likewise.core.conditions import levels_of
from likewise.core.draw import pattern_of
from likewise.core.keys import capacity, make_keys
from likewise.core.protocol import Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular import special
from likewise.modalities.tabular.copulas.copula import OPEN, Copula, Floats
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.techniques.sampling.marginals import Line, Marginal
from likewise.techniques.sampling.spreading import correlations_reduced, halton, latin_hypercube, maximin, sobol

Kind = Literal["latin-hypercube", "sobol", "halton", "full-factorial"]

MOST_CELLS = 50_000_000
"""Points times latents of a design at most, all of which are held at once: 400 MB."""

MOST_SPREAD = 2_000
"""Points that are moved apart at most: every pair of them is looked at."""


class Design(Spec):
    """Say how the points of a design are spread.

    `latin-hypercube`: each column's values one in each of n equally likely ranges; `optimize` moves points apart
    (`maximin`) or takes chance correlations out (`correlation`). `sobol` and `halton`: low discrepancy, scrambled.
    `full-factorial`: every combination of all levels and of so many `levels` of each number column (its quantiles at
    1/2k, 3/2k, ...), one count for all or one by column.

    >>> Design(kind="full-factorial", levels={"dose": 3}).levels["dose"]
    3
    """

    kind: Kind = "latin-hypercube"
    optimize: Literal["maximin", "correlation"] | None = None
    levels: int | dict[str, int] = Field(default=2)

    @classmethod
    def of(cls, design: Any) -> Design:
        """Return a design as it is, from its kind alone or from its fields. Raises SettingsError."""
        if isinstance(design, Design):
            return design
        try:
            return cls.from_dict(design, where="design")
        except SettingsError as fault:
            hint = fault.hint or "write e.g. sobol, or {kind: full-factorial, levels: 3}"
            raise SettingsError(fault.code, fault.what, where=fault.where, hint=hint) from None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, fields: Any) -> Any:
        return {"kind": fields} if isinstance(fields, str) else fields

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        counts = self.levels.values() if isinstance(self.levels, dict) else [self.levels]
        if not all(1 <= count <= 10_000 for count in counts):
            raise ValueError("`levels` are from 1 to 10,000")
        if self.optimize is not None and self.kind != "latin-hypercube":
            raise ValueError("`optimize` is of a latin-hypercube")
        if "levels" in self.model_fields_set and self.kind != "full-factorial":
            raise ValueError("`levels` are of a full-factorial")
        return self


def points_of(design: Design, copula: Copula, n: int, rng: np.random.Generator) -> Floats:
    """Return (latents, n) uniforms of a design whose dependence is that of the copula.

    A Latin hypercube keeps its strata whatever the copula: values are drawn as they depend, and each column's strata
    are dealt out in the order of its values (Iman and Conover, 1982; Packham and Schmidt, 2010). Sobol and Halton
    points are carried through the root of the correlation matrix. Raises SettingsError for more points than are held
    at once, and for a copula that such points cannot be carried through.
    """
    if n * copula.size > MOST_CELLS:
        raise SettingsError("settings.design-size", f"a design of {n:,} points in {copula.size} columns is too large: "
                            "all its points are held at once", hint=f"at most {MOST_CELLS // copula.size:,} points; "
                            "`sample` draws any number, block by block")  # fmt: skip
    elliptical = copula if isinstance(copula, Elliptical) else None
    extra = elliptical is not None and elliptical.df is not None
    spread = _spread(design, n, copula.size + extra, rng)
    if elliptical is not None:
        dependent = _carried(elliptical, spread)
    elif design.kind == "latin-hypercube":
        dependent = copula.draw(n, rng)
    else:
        raise SettingsError("settings.design", f"{design.kind} points cannot be carried through this copula "
                            f"({copula.said()})", hint="take a latin-hypercube")  # fmt: skip
    if design.kind == "latin-hypercube":
        for latent in range(copula.size):
            dependent[latent, np.argsort(dependent[latent], kind="stable")] = np.sort(spread[:, latent])
    return np.clip(dependent, OPEN, 1 - OPEN)


def _spread(design: Design, n: int, size: int, rng: np.random.Generator) -> Floats:
    """Return (n, size) points in the unit cube."""
    if design.kind == "sobol":
        return sobol(n, size, rng)
    if design.kind == "halton":
        return halton(n, size, rng)
    points = latin_hypercube(n, size, rng)
    if design.optimize == "maximin":
        if n > MOST_SPREAD:
            raise SettingsError("settings.design-size", f"{n:,} points are too many to be moved apart",
                                hint=f"at most {MOST_SPREAD:,}, or `optimize: correlation`")  # fmt: skip
        return maximin(points, rng)
    if design.optimize == "correlation":
        if n <= size:
            raise SettingsError("settings.design", f"{n:,} points in {size} columns always correlate",
                                hint=f"ask for more than {size} points")  # fmt: skip
        return correlations_reduced(points)
    return points


def _carried(copula: Elliptical, spread: Floats) -> Floats:
    """Return (latents, n) uniforms as dependent as the copula says; a last column settles a Student-t's scale."""
    inner = np.clip(spread.T, OPEN, 1 - OPEN)
    scores = copula.root @ special.ndtri(inner[: copula.size])
    if copula.df is None:
        return np.asarray(special.ndtr(scores), dtype=np.float64)
    scale = np.sqrt(copula.df / (2 * special.gammaincinv(copula.df / 2, inner[-1])))
    return np.asarray(special.stdtr(copula.df, scores * scale), dtype=np.float64)


def factorial(design: Design, marginals: Sequence[Marginal], rng: np.random.Generator) -> Floats:
    """Return the (latents, n) uniforms of every combination of levels, those of the last column changing fastest.

    Numbers that come twice, as counts may, are taken once. Raises SettingsError for a column that is not there and for
    more combinations than are held at once.
    """
    names = [marginal.column.name for marginal in marginals]
    if isinstance(design.levels, dict):
        for name in design.levels:
            if name not in names:
                raise SettingsError("settings.design", f"`levels` names a column that is not there: `{name}`",
                                    where=name, hint=suggest(name, names, "column"))  # fmt: skip
    own = [_levels(marginal, design, rng) for marginal in marginals]
    sizes = [levels.shape[1] for levels in own]
    total, latents = int(np.prod([float(size) for size in sizes])), sum(marginal.latents for marginal in marginals)
    if total * max(latents, 1) > MOST_CELLS:
        raise SettingsError("settings.design-size", f"the levels make {total:,} combinations, too many to be held",
                            hint="ask for fewer `levels`, or a latin-hypercube")  # fmt: skip
    places = np.indices(sizes).reshape(len(sizes), -1)
    return np.concatenate([levels[:, place] for levels, place in zip(own, places, strict=True)])


def _levels(marginal: Marginal, design: Design, rng: np.random.Generator) -> Floats:
    """Return the (latents, levels) uniforms of the levels of one column; of numbers, of its middle quantiles."""
    name = marginal.column.name
    if isinstance(marginal, Line):
        count = design.levels if isinstance(design.levels, int) else design.levels.get(name, 2)
        own = (np.arange(count) + 0.5) / count
        known = 1 - marginal.missing
        found = np.stack([np.full(count, known / 2), own]) if marginal.latents == 2 else (1 - known + own * known)[None]
        values = marginal.values(found, rng)
        return found[
            :, sorted({value: place for place, value in reversed(list(enumerate(values.to_pylist())))}.values())
        ]
    column = marginal.shown()
    levels = levels_of(column)
    if not levels:
        return np.full((marginal.latents, 1), 0.5)
    typed = (pa.array([level == "true" for level in levels]) if column.kind == "boolean" else
             pa.DictionaryArray.from_arrays(np.arange(len(levels), dtype=np.int32), list(levels)))  # fmt: skip
    low, high = marginal.places(Table(pa.table({name: typed}), Schema(columns=(column,))))
    drawn = (high > low).all(axis=0) & ((low > 0) | (high < 1)).any(axis=0) if len(levels) > 1 else [True]
    return ((low + high) / 2)[:, drawn]


def with_keys(drawn: Table, model: Model, seed: int) -> Table:
    """Return drawn rows with the ids of the schema put in, the same as `sample` makes for the seed."""
    n = drawn.rows
    for column in model.schema.columns:
        if column.is_generated and n > (room := capacity(pattern_of(column))):
            raise SettingsError("settings.n", f"the pattern of `{column.name}` has {room:,} values for {n:,} rows",
                                where=column.name, hint="widen the column's pattern")  # fmt: skip
    arrays = [
        make_keys(pattern_of(column), 0, n, int(generator(seed, "key", column.name).integers(2**62)))
        if column.is_generated else drawn.column(column.name)
        for column in model.schema.columns
    ]  # fmt: skip
    return Table(pa.table(arrays, names=list(model.schema.names)), model.schema, model.container)
