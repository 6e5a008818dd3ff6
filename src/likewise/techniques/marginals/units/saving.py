"""What a model file holds of tables one below another: noisy counts and what was fitted to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.core.protocol import Arrays
from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.graph import Graph
from likewise.techniques.marginals.saving import PIECES
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned
from likewise.techniques.marginals.units.conditional import Conditional
from likewise.techniques.marginals.units.learning import Branch
from likewise.techniques.marginals.units.levels import Level
from likewise.techniques.marginals.units.tree import Tree


def saved(tree: Tree) -> tuple[dict[str, Any], Arrays]:
    """Return JSON values and arrays; the same is built from them again by `loaded`."""
    tables, arrays = list[Any](), Arrays()
    parts: list[Learned | Branch] = [tree.root, *tree.branches]
    for number, part in enumerate(parts):
        values, own = (part.graph if isinstance(part, Learned) else part.rows).state()
        joined = [(b.pieces.starts, b.pieces.stops, b.pieces.masses, b.of_piece) for b in part.bins]
        own |= {name: np.concatenate(pieces) for name, pieces in zip(PIECES, zip(*joined, strict=True), strict=True)}
        tables.append({"total": part.total, "sigma": part.sigma, "pieces": [len(b.of_piece) for b in part.bins],
                       "model": values})  # fmt: skip
        arrays |= {f"{number}.{name}": array for name, array in own.items()}
    return {"tables": tables}, {**arrays, "bounds": tree.root.bounds}


def loaded(levels: Sequence[Level], meta: dict[str, Any], arrays: Arrays) -> Tree:
    """Rebuild what `saved` returned."""
    found: list[Any] = []
    for number, table in enumerate(meta["tables"]):
        prefix = f"{number}."
        own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        ends = np.cumsum(table["pieces"])[:-1]
        parts = zip(*(np.split(own[name], ends) for name in PIECES), strict=True)
        bins = tuple(Bins(Pieces(starts, stops, masses), of) for starts, stops, masses, of in parts)
        if number:
            rows = Conditional.from_state(table["model"], own)
            found.append(Branch(bins, rows, table["total"], table["sigma"]))
        else:
            graph = Graph.from_state(table["model"], own)
            found.append(Learned(bins, graph, table["total"], table["sigma"], arrays["bounds"]))
    return Tree(tuple(levels), found[0], tuple(found[1:]))
