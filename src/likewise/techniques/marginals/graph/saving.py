"""A distribution as plain values and arrays, for a model file, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.fitting import Factor
from likewise.techniques.marginals.graph.grouping import Zeros
from likewise.techniques.marginals.graph.measurement import Map, Measurement

Arrays = Mapping[str, NDArray[Any]]


def packed(factors: Sequence[Factor], zeros: Zeros) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return factors and impossible cells as JSON values and a few arrays; equal maps are kept once."""
    maps: dict[bytes, int] = {}
    kept: list[NDArray[np.int64]] = []

    def number(by: Map) -> int:
        if by is None:
            return -1
        if (key := np.asarray(by, np.int64).tobytes()) not in maps:
            maps[key] = len(kept)
            kept.append(np.asarray(by, np.int64))
        return maps[key]

    known = [f.measurement for f in factors]
    values = {
        "cliques": [list(m.clique) for m in known],
        "shapes": [list(m.values.shape) for m in known],
        "sigmas": [m.sigma for m in known],
        "maps": [[number(by) for by in m.maps or (None,) * len(m.clique)] for m in known],
        "lengths": [len(by) for by in kept],
        "zeros": [{"clique": list(clique), "shape": list(mask.shape)} for clique, mask in zeros],
    }
    arrays = {
        "counts": joined([m.values for m in known], np.float64),
        "theta": joined([f.theta for f in factors], np.float32),
        "groups": joined(kept, np.int32),
        "impossible": joined([mask for _, mask in zeros], np.bool_),
    }
    return values, arrays


def unpacked(values: Mapping[str, Any], arrays: Arrays) -> tuple[tuple[Factor, ...], Zeros]:
    """Return what `packed` was given."""
    shapes = values["shapes"]
    kept: list[Map] = [by.astype(np.int64) for by in parted(arrays["groups"], [[n] for n in values["lengths"]])]
    kept.append(None)
    factors = tuple(
        Factor(Measurement(tuple(clique), counts, sigma, tuple(kept[k] for k in maps)), theta)
        for clique, counts, sigma, maps, theta in zip(
            values["cliques"],
            parted(arrays["counts"], shapes),
            values["sigmas"],
            values["maps"],
            parted(arrays["theta"], shapes),
        )
    )
    masks = parted(arrays["impossible"], [zero["shape"] for zero in values["zeros"]])
    return factors, tuple((tuple(zero["clique"]), mask) for zero, mask in zip(values["zeros"], masks))


def joined(parts: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    """Return all entries of some arrays in one."""
    return np.concatenate([np.zeros(0, kind), *(np.asarray(part, kind).reshape(-1) for part in parts)])


def parted(entries: NDArray[Any], shapes: Sequence[Sequence[int]]) -> list[NDArray[Any]]:
    """Return the arrays of the given shapes that lie one after another in one."""
    ends = np.cumsum([math.prod(shape) for shape in shapes], dtype=np.int64)
    return [part.reshape(shape) for part, shape in zip(np.split(entries, ends), shapes)]
