"""Bootstraps around a model: parametric, residual and wild."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.scale import reach
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.modalities.sequence.ordering import named_column
from likewise.modalities.tabular.covariance import root
from likewise.modalities.tabular.numbers import PLAIN
from likewise.techniques.bootstrap.design import coefficients, design, leverages
from likewise.techniques.bootstrap.drawing import Arrays, Floats, plain_columns, renumbered
from likewise.techniques.bootstrap.rows import Rows
from likewise.techniques.bootstrap.runs import Indices, draw
from likewise.techniques.bootstrap.settings import Settings

FOLDS = 5
"""Parts that a regression beyond the linear one predicts without having seen them."""

FEWEST = 3
"""Known values that a target must have."""


class Parametric(Rows):
    """Draw numbers from a normal distribution around what the levels of a real row lead to expect.

    All plain numbers of a row are drawn together, with one covariance; their means are additive in the levels (Olkin
    and Tate's general location model, 1961). Levels, moments, texts and missing cells are those of the row.
    """

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        self.names = [c.name for c in plain_columns(rows)]

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Find the means and the covariance around them."""
        columns = plain_columns(table)
        if not columns:
            raise FitError("fit.parametric", "no column holds numbers, so there is nothing normal to draw",
                           hint="use method='iid'")  # fmt: skip
        values = np.stack([table.numbers(c.name) for c in columns], axis=1)
        gone = np.isnan(values)
        scale = np.where(gone, 0, np.abs(values)).max(axis=0)
        scale[scale == 0] = 1.0
        matrix = design(table, [c for c in table.schema.columns if c.is_levels])
        fitted = np.empty_like(values)
        for place in range(len(columns)):
            known = ~gone[:, place]
            middle = float((values[known, place] / scale[place]).mean())
            around = np.where(known, values[:, place] / scale[place] - middle, 0)
            fitted[:, place] = middle + matrix @ coefficients(matrix[known], around[known])
        left = np.where(gone, 0, values / scale - fitted)
        known = ~gone
        freedom = np.maximum(known.sum(axis=0) - matrix.shape[1], 1)
        spread = np.sqrt((left**2).sum(axis=0) / freedom)
        covariance = left.T @ left / np.maximum(known.T.astype(float) @ known, 1)
        raw = np.sqrt(np.diag(covariance))
        factor = root(covariance * np.outer(_ratio(spread, raw), _ratio(spread, raw)), spread)
        return table, {"fitted": fitted, "scale": scale, "factor": factor}, (_said(matrix),)

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns of plain numbers."""
        return tuple(self.names)

    def change(self, rows: Table, picked: Indices, rng: np.random.Generator) -> Table:
        """Draw the numbers of the picked rows."""
        noise = rng.standard_normal((rows.rows, len(self.names))) @ self.arrays["factor"].T
        drawn = (self.arrays["fitted"][picked] + noise) * self.arrays["scale"]
        drawn[np.stack([rows.missing(name) for name in self.names], axis=1)] = np.nan
        ends = {name: reach(rows.schema[name]) or (-np.inf, np.inf) for name in self.names}
        return renumbered(rows, dict(zip(self.names, drawn.T, strict=True)), ends)


class Residual(Rows):
    """Keep the other columns of a real row, and give its target what is expected there plus another row's residual."""

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Fit the regression; the residuals of a linear one are scaled by their leverage."""
        name = _target(settings, table)
        values = table.numbers(name)
        known = ~np.isnan(values)
        if known.sum() < FEWEST:
            raise FitError("fit.target", f"the target `{name}` has {known.sum()} known values, too few to learn from",
                           where=name, hint="name another target")  # fmt: skip
        matrix = design(table, [c for c in table.schema.columns if c.name != name])[known]
        scale = float(np.abs(values[known]).max()) or 1.0
        scaled = values[known] / scale
        fitted = np.full(table.rows, np.nan)
        left = np.zeros(table.rows)
        fitted[known], left[known] = _regressed(settings.regressor, matrix, scaled, seed)
        explained = 1 - left[known].var() / (scaled.var() or 1.0)
        note = (
            f"`{name}` is regressed on the others ({settings.regressor}), which explain {max(explained, 0):.0%} of it"
        )
        return table, {"fitted": fitted, "residual": left, "scale": np.array([scale])}, (note,)

    @property
    def changed(self) -> tuple[str, ...]:
        """The target."""
        return (_target(self.settings, self.rows),)

    def residuals(self, picked: Indices, rng: np.random.Generator) -> Floats:
        """Return a residual for each picked row: any that is known."""
        known = self.arrays["residual"][~np.isnan(self.arrays["fitted"])]
        return np.asarray(known[draw(rng, len(known), len(picked))] - known.mean())

    def change(self, rows: Table, picked: Indices, rng: np.random.Generator) -> Table:
        """Give the target new values."""
        name = self.changed[0]
        values = (self.arrays["fitted"][picked] + self.residuals(picked, rng)) * float(self.arrays["scale"].item())
        return renumbered(rows, {name: values}, {name: reach(rows.schema[name]) or (-np.inf, np.inf)})


class Wild(Residual):
    """Give the target what is expected plus the row's own residual times a number of mean 0 and variance 1.

    So that it scatters as much here as it does there (Wu, 1986; Liu, 1988; Mammen, 1993).
    """

    def residuals(self, picked: Indices, rng: np.random.Generator) -> Floats:
        """Return the residual of each picked row, multiplied."""
        own: Floats = self.arrays["residual"][picked]
        if self.settings.multiplier == "normal":
            return own * rng.standard_normal(len(picked))
        if self.settings.multiplier == "rademacher":
            return own * (2 * draw(rng, 2, len(picked)).astype(np.float64) - 1)
        golden = (1 + 5**0.5) / 2
        return own * np.where(rng.random(len(picked)) < golden / 5**0.5, 1 - golden, golden)


def _regressed(regressor: str, matrix: Floats, values: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return fitted values and residuals that are as large as errors are."""
    if regressor == "linear" or len(values) < 2 * FOLDS:
        middle = values.mean()
        fitted = middle + matrix @ coefficients(matrix, values - middle)
        return fitted, (values - fitted) / np.sqrt(1 - leverages(matrix))
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.model_selection import KFold, cross_val_predict
    from threadpoolctl import threadpool_limits

    number = int(generator(seed, "regressor").integers(2**31))
    model = (
        RandomForestRegressor(n_estimators=100, min_samples_leaf=3, random_state=number)
        if regressor == "forest"
        else HistGradientBoostingRegressor(random_state=number)
    )
    folds = KFold(FOLDS, shuffle=True, random_state=number)
    with threadpool_limits(limits=1, user_api="openmp"):  # sums in one order; and small tables gain little from more
        fitted = np.asarray(cross_val_predict(model, matrix, values, cv=folds), dtype=np.float64)
    return fitted, values - fitted


def _target(settings: Settings, table: Table) -> str:
    name = settings.target or table.schema.target
    if name is None:
        raise FitError("fit.target", f"method '{settings.method}' needs a target, and the schema has none",
                       hint="name one: target='price'")  # fmt: skip
    column = named_column(table, name, "target")
    if column.kind not in PLAIN:
        raise FitError("fit.target", f"the target `{name}` ({column.kind}) holds no numbers", where=name,
                       hint="name a column of numbers, or use method='stratified' with strata")  # fmt: skip
    return name


def _ratio(one: Floats, other: Floats) -> Floats:
    return one / np.where(other > 0, other, 1.0)


def _said(matrix: Floats) -> str:
    return f"numbers are normal around means that {matrix.shape[1] - 1} levels shift"
