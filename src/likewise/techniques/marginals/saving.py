"""What a model file holds of what was learned: noisy counts and what was fitted to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays
from likewise.techniques.marginals.graph import Graph, Measurement
from likewise.techniques.marginals.graph.fitting import Factor
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned
from likewise.techniques.marginals.select.pieces import Pieces

Part = npt.NDArray[Any]


def saved(learned: Learned) -> tuple[dict[str, Any], Arrays]:
    """Return JSON values and arrays; what was learned is built from them again by `loaded`."""
    graph = learned.graph
    meta = {
        "total": learned.total,
        "sigma": learned.sigma,
        "sizes": list(graph.sizes),
        "pieces": [len(bins.of_piece) for bins in learned.bins],
        "counted": [list(f.measurement.clique) for f in graph.factors],
        "zeros": [list(clique) for clique, _ in graph.zeros],
    }
    return meta, {
        "starts": _joined([bins.pieces.starts for bins in learned.bins]).astype(np.int64),
        "stops": _joined([bins.pieces.stops for bins in learned.bins]).astype(np.int64),
        "masses": _joined([bins.pieces.masses for bins in learned.bins]),
        "bins": _joined([bins.of_piece for bins in learned.bins]).astype(np.int64),
        "counts": _joined([f.measurement.values for f in graph.factors]),
        "sigmas": np.array([f.measurement.sigma for f in graph.factors]),
        "factors": _joined([f.theta for f in graph.factors]).astype(np.float32),
        "zeros": _joined([mask for _, mask in graph.zeros]).astype(np.uint8),
        "bounds": learned.bounds,
    }


def loaded(meta: dict[str, Any], arrays: Arrays) -> Learned:
    """Rebuild what `saved` returned."""
    sizes = tuple(meta["sizes"])
    lengths = [(length,) for length in meta["pieces"]]
    parts = zip(*(_parted(arrays[name], lengths) for name in ("starts", "stops", "masses", "bins")), strict=True)
    bins = tuple(Bins(Pieces(starts, stops, masses), of) for starts, stops, masses, of in parts)
    counted, ruled = ([tuple(clique) for clique in meta[name]] for name in ("counted", "zeros"))
    shapes = [[sizes[a] for a in clique] for clique in counted]
    told = zip(_parted(arrays["counts"], shapes), arrays["sigmas"].tolist(), _parted(arrays["factors"], shapes), strict=True)
    factors = tuple(
        Factor(Measurement(clique, values, sigma), theta) for clique, (values, sigma, theta) in zip(counted, told, strict=True)
    )
    masks = _parted(arrays["zeros"].astype(bool), [[sizes[a] for a in clique] for clique in ruled])
    graph = Graph(sizes, max(meta["total"], 1.0), factors, tuple(zip(ruled, masks, strict=True)))
    return Learned(bins, graph, meta["total"], meta["sigma"], arrays["bounds"])


def _joined(parts: Sequence[Part]) -> Part:
    return np.concatenate([np.asarray(part).reshape(-1) for part in parts]) if parts else np.empty(0)


def _parted(array: Part, shapes: Sequence[Sequence[int]]) -> list[Part]:
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = np.split(array, ends[:-1]) if len(ends) else []
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
