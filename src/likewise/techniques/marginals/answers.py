"""What a model says of counts: the best estimate, and how far it may be from the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from likewise.core.scale import from_scale
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.privacy.contract import Contract, decode, schema_of
from likewise.techniques.marginals.graph import Graph, Measurement
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned
from likewise.techniques.marginals.wide import Chain

Clique = tuple[int, ...]

MOST_SHOWN = 10**6
"""Combinations of bins that are listed, at most."""


def marginal(contract: Contract, learned: Learned, clique: Clique) -> pa.Table:
    """Return a row for each combination of bins: what they are, how many rows of the data, and the error of that.

    The standard error is that of the noisy counts that tell of these columns together, null where none do.
    """
    if math.prod(learned.graph.sizes[a] for a in clique) > MOST_SHOWN:
        raise SettingsError("settings.marginal", f"there are more than {MOST_SHOWN:,} combinations of these columns",
                            hint="ask for fewer columns")  # fmt: skip
    counts = learned.graph.marginal(clique)
    error = standard_error(learned, clique)
    places = [part.reshape(-1) for part in np.indices(counts.shape)]
    names = [contract.coded[a].name for a in clique]
    labels = [pa.array(said(contract, name, learned.bins[a])).take(pa.array(place))
              for name, a, place in zip(names, clique, places, strict=True)]  # fmt: skip
    errors = pa.array([error] * counts.size, pa.float64())
    return pa.table([*labels, pa.array(counts.reshape(-1)), errors], names=[*names, "rows", "error"])


def standard_error(learned: Learned, clique: Clique) -> float | None:
    """Return the standard deviation of the noise on a count of a clique, by all measurements that hold it together."""
    weight = 0.0
    for factor in learned.graph.factors:
        m: Measurement = factor.measurement
        if set(clique) <= set(m.clique):
            summed = math.prod(learned.graph.sizes[a] for a in m.clique if a not in clique)
            weight += 1 / (m.sigma**2 * summed)
    return weight**-0.5 if weight else None


def said(contract: Contract, name: str, bins: Bins) -> list[str]:
    """Return what each bin of a column holds: a range, a level or several."""
    domain, column = contract[name], schema_of(contract)[name]
    found = []
    for place in range(bins.count):
        own = np.flatnonzero(bins.of_piece == place)
        if domain.has_missing and bins.pieces.starts[own[0]] == domain.cells:
            found.append("(missing)")
            continue
        ends = np.stack([bins.pieces.starts[own], bins.pieces.stops[own] - 1])
        if column.is_number:
            ends = np.array([[ends.min()], [ends.max()]])
        found.append(" | ".join(_range(contract, column, low, high) for low, high in ends.T.tolist()))
    return found


def _range(contract: Contract, column: Column, low: int, high: int) -> str:
    rng = np.random.default_rng(0)
    cells = decode(contract, column.name, np.array([low, high], dtype=np.int32), rng)
    if not column.is_number:
        return str(cells.cast(pa.string())[0].as_py())
    ends = Table(pa.table([cells], names=[column.name]), schema_of(contract).select([column.name]))
    first, last = (from_scale(column, value) for value in ends.numbers(column.name).tolist())
    return first if low == high else f"{first}..{last}"


@dataclass(frozen=True)
class Combined:
    """Hold an estimate from several replicates, its standard error, and the degrees of freedom of that."""

    estimate: float
    error: float
    freedom: float

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the interval that holds the truth about so often."""
        from scipy.stats import t

        reach = float(t.ppf(0.5 + confidence / 2, self.freedom)) * self.error
        return self.estimate - reach, self.estimate + reach


def combined(estimates: Sequence[float], variances: Sequence[float]) -> Combined:
    """Combine an estimate from each of several replicates, and its usual variance, by Rubin's rules.

    Replicates (see `MarginalsModel.replicates`) differ by as much as the noise on counts leaves open, so that the
    interval allows for it, as one from a single private table does not. Raises SettingsError for fewer than two.

    >>> combined([0.50, 0.52, 0.49], [0.0001, 0.0001, 0.0001]).error > 0.01
    True

    Rubin, 1987; Räisä et al., 2023, AISTATS (for private tables).
    """
    count = len(estimates)
    if count < 2 or len(variances) != count:
        raise SettingsError("settings.replicates", "at least two estimates are combined, each with its variance",
                            hint="draw more replicates: replicates(5, n)")  # fmt: skip
    between = (1 + 1 / count) * float(np.var(estimates, ddof=1))
    within = float(np.mean(variances))
    freedom = (count - 1) * (1 + within / between) ** 2 if between > 0 else math.inf
    return Combined(float(np.mean(estimates)), math.sqrt(within + between), freedom)


def replicate(learned: Learned, rng: np.random.Generator) -> Learned:
    """Return what might as well have been learned: counts drawn anew around those measured, and a fit to them."""
    graph = learned.graph
    known = [factor.measurement for factor in graph.factors]
    drawn = [replace(m, values=m.values + rng.normal(0, m.sigma, m.values.shape)) for m in known]
    total = max(learned.total + learned.sigma * float(rng.normal()), 1.0)
    if isinstance(graph, Chain):
        again: Graph | Chain = Chain.fit(graph.sizes, drawn, total=total, zeros=graph.zeros, start=graph)
    else:
        again = Graph.fit(graph.sizes, drawn, total=total, zeros=graph.zeros, start=graph)
    return replace(learned, graph=again, total=total)
