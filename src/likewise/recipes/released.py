"""What is told of rows made under a budget: what was promised and bought, and how near the rows are to that."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise import __version__
from likewise.constraints.holding import ConstrainedModel
from likewise.core.card import Privacy
from likewise.core.protocol import Model
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.fidelity.shape import shape_errors
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.report.model import ColumnSummary
from likewise.evaluation.report.released import Cost, Met, Released
from likewise.evaluation.report.summarise import summarise_columns
from likewise.networks.tables import TableEncoding
from likewise.privacy.accountant import mu_for
from likewise.privacy.contract import decode
from likewise.techniques.marginals import MarginalsModel

JOINED = " x "
"""What stands between the columns of one release, as the account notes it."""

FOUND = {"kind": "kinds of columns"}
"""What was discovered of single columns, where it is called otherwise in a sentence."""

SORTS = {"rows": "the number of rows", "choice": "choosing what to count",
         "autoencoder": "gradients of the autoencoder", "discriminator": "gradients of the discriminator"}  # fmt: skip
"""What other releases are called."""

DRAWN = 50_000
"""Rows that stand for what noisy counts tell of a column, and rows that are held against the counts, at most."""


def released(model: Model, drawn: Table) -> Released:
    """Return the page of a private model and of rows drawn from it; nothing in it was told by the data for free."""
    inner = model.inner if isinstance(model, ConstrainedModel) else model
    privacy = model.card.privacy
    mu = () if privacy.mu is None else (("mu of Gaussian DP", f"{privacy.mu:.4g}"),)
    facts = (
        ("epsilon", f"{privacy.epsilon:g}"), ("delta", f"{privacy.delta:g}"), *mu,
        ("neighbours", f"data with and without one {privacy.unit}"),
        ("technique", model.made_by), ("rows, as a noisy count tells", f"{model.card.rows:,}"),
        ("contract", f"sha256 {model.card.data_digest[:16]}..."), ("likewise", __version__),
    )  # fmt: skip
    some = drawn.slice(0, DRAWN)
    measured = _measured(inner)
    return Released(
        title=f"Synthetic data under a privacy budget: {len(drawn.names)} columns",
        headline=f"These rows keep {privacy.statement}.",
        notes=model.card.notes, facts=facts, costs=_costs(privacy),
        columns=() if measured is None else _columns(measured, some),
        met=_met(inner, some) if isinstance(inner, MarginalsModel) else (),
        rules=tuple(rule.said() for rule in model.constraints) if isinstance(model, ConstrainedModel) else (),
    )  # fmt: skip


def _costs(privacy: Privacy) -> tuple[Cost, ...]:
    """Return what the releases of each sort cost, in squares of mu, the dearest first.

    No mu says what answers about random parts of the data cost: that is what the others left of the budget.
    """
    whole = (privacy.mu or mu_for(privacy.epsilon or math.inf, privacy.delta or 0.0)) ** 2
    names = {*(privacy.contract or {"columns": ()})["columns"]}
    releases, shares = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for event in sorted(privacy.events, key=lambda event: event.get("rate", 1) < 1):
        key = (_sort_of(event.get("what", ""), names), event["mechanism"])
        left = max(1 - sum(shares.values()), 0.0)
        releases[key] += event.get("steps", 1)
        own: Any = left if event.get("rate", 1) < 1 else event["mu"] ** 2 / whole
        shares[key] += own
    return tuple(Cost(what=what, mechanism=mechanism, releases=releases[what, mechanism], share=float(share))
                 for (what, mechanism), share in shares.most_common())  # fmt: skip


def _sort_of(what: str, names: set[str]) -> str:
    """Return what sort of release one was, by what the account notes of it."""
    if what in names:
        return "counts of single columns"
    column, _, part = what.rpartition(": ")
    if column in names:
        return f"discovering {FOUND.get(part, part)}"
    columns = what.split(JOINED)
    if len(columns) > 1:
        return "counts of pairs of columns" if len(columns) == 2 else "counts of three columns and more"
    return SORTS.get(what, what)


def _measured(model: Model) -> Table | None:
    """Return rows each column of which is drawn by itself, by what noisy counts tell; None where they do not."""
    from likewise.networks.model import NetworkModel  # it loads scipy; public names are had without

    rng, arrays = generator(0, "measured"), []
    if isinstance(model, NetworkModel):
        encoding: TableEncoding = getattr(model.rows, "encoding")  # noqa: B009
        symbols = [rng.choice(own.cardinality, DRAWN, p=own.shares) for own in encoding.columns]
        return encoding.decode(np.stack(symbols, axis=1), rng.random((DRAWN, len(symbols))), rng)
    if not isinstance(model, MarginalsModel):
        return None
    for domain, bins in zip(model.contract.coded, model.learned.bins, strict=True):
        masses = np.maximum(bins.masses, 0) + 1e-9
        own = rng.choice(bins.count, DRAWN, p=masses / masses.sum())
        arrays.append(decode(model.contract, domain.name, bins.cells(own, rng).astype(np.int32), rng))
    return Table(pa.table(arrays, names=list(model.columns.names)), model.columns)


def _columns(measured: Table, drawn: Table) -> tuple[ColumnSummary, ...]:
    """Return what noisy counts tell of each column by itself, beside the rows drawn."""
    paired = pair_tables(measured, drawn.select(list(measured.names)), None)
    if not paired.columns:
        return ()
    errors = shape_errors(paired.columns, paired.real, paired.synthetic)
    return summarise_columns(paired, measured.names, errors, None)


def _met(model: MarginalsModel, drawn: Table) -> tuple[Met, ...]:
    """Return how far rows drawn are from the counts of several columns, the dearest first."""
    total, found = max(model.learned.total, 1.0), []
    codes = [bins.of(domain.codes(drawn.column(domain.name)))
             for domain, bins in zip(model.contract.coded, model.learned.bins, strict=True)]  # fmt: skip
    prices = Counter[str]()
    for event in model.card.privacy.events:
        prices[event.get("what", "")] += event["mu"] ** 2 / (model.card.privacy.mu or math.inf) ** 2
    for measured in (factor.measurement for factor in model.learned.graph.factors):
        if len(measured.clique) > 1 and drawn.rows:
            shares = _counted([codes[a] for a in measured.clique], measured.values.shape) / drawn.rows
            error = float(np.abs(shares - measured.values / total).sum()) / 2
            noise = measured.sigma * math.sqrt(2 / math.pi) * measured.values.size / total / 2
            names = tuple(model.contract.coded[a].name for a in measured.clique)
            found.append(Met(columns=names, share=prices[JOINED.join(names)], error=100 * error, noise=100 * noise))
    return tuple(sorted(found, key=lambda met: -met.share))


def _counted(codes: list[npt.NDArray[np.int64]], shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return how many rows fall into each cell."""
    return np.bincount(np.ravel_multi_index(codes, shape), minlength=math.prod(shape)).reshape(shape).astype(np.float64)
