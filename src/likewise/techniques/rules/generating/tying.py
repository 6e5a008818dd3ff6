"""Columns that go together as correlations or a copula say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from likewise.modalities.tabular.copulas.copula import Copula
from likewise.modalities.tabular.copulas.dependence import StudentCopula, latent_of
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vines import VineCopula, vine_of
from likewise.techniques.rules.generating.uniqueness import groups, single
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.drawn import Drawn

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.plan import TablePlan


def tied_columns(plan: TablePlan) -> Mapping[str, int]:
    """Return the columns that a copula speaks of, with their places. Raises SettingsError for those not drawn."""
    copula = plan.rules.copula
    if isinstance(copula, VineCopula):
        asked = [name for pair in copula.pairs for name in (*pair.pair, *pair.given)]
    else:
        asked = [] if copula is None else [*(name for pair in copula.asked for name in pair[:2]), *copula.columns]
    names = list(dict.fromkeys(asked))
    # What takes the place of makers so that rows differ, or are so many, draws nothing that could be tied.
    apart = {*single(plan), *plan.settled.quotas, *(name for group in groups(plan) for name in group)}
    for name in names:
        if name in plan.makers and (not isinstance(plan.makers[name], Drawn) or name in apart):
            raise told(f"{plan.path}.correlation", f"`{name}` is not drawn by chance alone, so it goes with nothing",
                       "correlate columns of distributions that may repeat", "settings.correlation")  # fmt: skip
    return {name: place for place, name in enumerate(names)}


def copula_for(plan: TablePlan) -> Copula:
    """Return the copula of the columns that it speaks of."""
    copula, names = plan.rules.copula, plan.tied
    assert copula is not None
    if isinstance(copula, VineCopula):
        return vine_of(copula, names, len(names))
    drawn = {name: maker.distribution for name, maker in plan.makers.items() if isinstance(maker, Drawn)}
    latent = latent_of(copula, drawn)
    whole, own = np.eye(len(names)), [names[name] for name in latent.names]
    whole[np.ix_(own, own)] = latent.matrix
    return Elliptical(whole, copula.df if isinstance(copula, StudentCopula) else None)
