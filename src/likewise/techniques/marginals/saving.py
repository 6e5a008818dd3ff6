"""What a model file holds of what was learned: noisy counts and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays
from likewise.techniques.marginals.graph import Graph, Measurement
from likewise.techniques.marginals.graph.beliefs import Beliefs
from likewise.techniques.marginals.graph.grouping import Grouping
from likewise.techniques.marginals.graph.tree import Tree
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned
from likewise.techniques.marginals.select.pieces import Pieces

Shape = Sequence[int]


def saved(learned: Learned) -> tuple[dict[str, Any], Arrays]:
    """Return JSON values and arrays; what was learned is built from them again by `loaded`."""
    graph, tree = learned.graph, learned.graph.beliefs.tree
    meta = {
        "total": learned.total,
        "sigma": learned.sigma,
        "sizes": list(graph.sizes),
        "pieces": [len(bins.of_piece) for bins in learned.bins],
        "cliques": [list(clique) for clique in tree.cliques],
        "parents": list(tree.parents),
        "measured": [list(m.clique) for m in learned.measured],
    }
    beliefs = graph.beliefs
    return meta, {
        "starts": _joined([bins.pieces.starts for bins in learned.bins]).astype(np.int64),
        "stops": _joined([bins.pieces.stops for bins in learned.bins]).astype(np.int64),
        "masses": _joined([bins.pieces.masses for bins in learned.bins]),
        "bins": _joined([bins.of_piece for bins in learned.bins]).astype(np.int64),
        "values": _joined([m.values for m in learned.measured]),
        "sigmas": np.array([m.sigma for m in learned.measured]),
        "groups": _joined(beliefs.grouping.groups).astype(np.int64),
        "shares": _joined(beliefs.shares),
        "tables": _joined(beliefs.tables),
        "separators": _joined(beliefs.separators),
        "bounds": learned.bounds,
    }


def loaded(meta: dict[str, Any], arrays: Arrays) -> Learned:
    """Rebuild what `saved` returned."""
    sizes = tuple(meta["sizes"])
    flat = [(length,) for length in meta["pieces"]]
    parts = zip(*(_parted(arrays[name], flat) for name in ("starts", "stops", "masses", "bins")), strict=True)
    bins = tuple(Bins(Pieces(starts, stops, masses), of) for starts, stops, masses, of in parts)
    cells = [(size,) for size in sizes]
    grouping = Grouping(tuple(_parted(arrays["groups"], cells)))
    tree = Tree(tuple(map(tuple, meta["cliques"])), tuple(meta["parents"]))
    held = grouping.sizes
    tables = _parted(arrays["tables"], [[held[a] for a in clique] for clique in tree.cliques])
    separators = _parted(arrays["separators"], [[held[a] for a in shared] for shared in tree.separators])
    beliefs = Beliefs(tree, grouping, tuple(tables), tuple(separators), tuple(_parted(arrays["shares"], cells)))
    cliques = [tuple(clique) for clique in meta["measured"]]
    values = _parted(arrays["values"], [[sizes[a] for a in clique] for clique in cliques])
    measured = tuple(map(Measurement, cliques, values, arrays["sigmas"].tolist()))
    graph = Graph(sizes, meta["total"], (), beliefs)
    return Learned(bins, graph, measured, meta["total"], meta["sigma"], arrays["bounds"])


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate([np.asarray(part).reshape(-1) for part in parts]) if parts else np.empty(0)


def _parted(array: npt.NDArray[Any], shapes: Sequence[Shape]) -> list[npt.NDArray[Any]]:
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(array, ends[:-1]) if len(ends) else [], shapes, strict=True)]
