"""How well a model tells whether its table had one row more: about as well as is claimed, and no better."""

from __future__ import annotations

import numpy as np

from likewise.privacy.accountant import mu_for
from likewise.techniques.marginals import Marginals, MarginalsModel

FITS = 120
DOMAIN = {
    "a": {"kind": "category", "levels": ["x", "y"]},
    "b": {"kind": "category", "levels": ["x", "y"], "role": "target"},
}


def evidence(rows: int) -> float:
    """Return what a model says for the row that the neighbour has, in units that add up to the square of `mu`."""
    model = Marginals(epsilon=8.0, delta=1e-5, domain=DOMAIN).fit({"a": ["x"] * rows, "b": ["y"] * rows})
    assert isinstance(model, MarginalsModel)
    told = model.learned.total / model.learned.sigma**2
    for m in (factor.measurement for factor in model.learned.graph.factors):
        if len(m.clique) == 2:
            place = tuple(int(model.learned.bins[a].of(np.array([cell]))[0]) for a, cell in ((0, 0), (1, 1)))
            told += float(m.values[place]) / m.sigma**2
    return told


def test_one_row_more_is_told_about_as_well_as_claimed() -> None:
    """The separation's standard error is 0.13, so that six of them are missed with a probability below 1e-8."""
    with_out = np.array([[evidence(500 + more) for _ in range(FITS)] for more in (0, 1)])
    apart = float(np.diff(with_out.mean(axis=1))[0] / np.sqrt(with_out.var(axis=1, ddof=1).mean()))
    claimed = mu_for(8.0, 1e-5)
    assert 0.6 * claimed - 0.78 < apart < claimed + 0.8
