"""Summaries of who meets or pays whom: moments of the number of partners."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.techniques.agents.calibration.summaries.summary import Floats, Summary


def degree_moments(sources: Any, targets: Any, *, nodes: int | None = None) -> Summary:
    """Return moments of how many different partners there are, going out and coming in.

    `sources`, `targets`: the two ends of each link (codes or names); several links of one pair count once. `nodes`: how
    many there are in all, where some have no link. Of each direction: mean, standard deviation, skewness, the share of
    links at the busiest hundredth of nodes. Of the whole: the share of links that are answered.

    >>> degree_moments([1, 1, 1, 2], [2, 3, 4, 1]).values.round(2).tolist()
    [1.0, 1.22, 0.82, 0.75, 1.0, 0.0, 0.0, 0.25, 0.5]
    """
    ends = np.concatenate([np.asarray(sources), np.asarray(targets)])
    known, codes = np.unique(ends, return_inverse=True)
    size = len(known) if nodes is None else max(nodes, len(known))
    names = ("mean", "sd", "skewness", "share of the busiest")
    labels = (*(f"{way} {name}" for way in ("out", "in") for name in names), "answered")
    if not len(known):
        return Summary(labels, np.full(len(labels), np.nan))
    half = len(codes) // 2
    links = np.unique(codes[:half].astype(np.int64) * size + codes[half:])
    back = links % size * size + links // size
    answered = float(np.isin(back, links).mean())
    moments = [_moments(np.bincount(end, minlength=size)) for end in (links // size, links % size)]
    return Summary(labels, np.concatenate([*moments, [answered]]))


def _moments(degrees: Any) -> Floats:
    mean, spread = degrees.mean(), degrees.std()
    skewness = float((((degrees - mean) / spread) ** 3).mean()) if spread > 0 else 0.0
    top = np.sort(degrees)[::-1][: max(1, len(degrees) // 100)].sum() / degrees.sum()
    return np.array([mean, spread, skewness, top])
