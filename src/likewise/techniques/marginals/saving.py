"""What a model file holds of what was learned: noisy counts and what was fitted to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.core.protocol import Arrays
from likewise.privacy.contract import Contract
from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.graph import Graph
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned
from likewise.techniques.marginals.wide import Chain

PIECES = ("starts", "stops", "masses", "bins")


def saved(contract: Contract, learned: Learned) -> tuple[dict[str, Any], Arrays]:
    """Return JSON values and arrays; the same is built from them again by `loaded`.

    Columns of the contract are listed, since a file's mappings do not keep their order.
    """
    fields = contract.to_dict()
    graph, arrays = learned.graph.state()
    meta = {
        "contract": {**fields, "columns": list(map(list, fields["columns"].items()))},
        "total": learned.total,
        "sigma": learned.sigma,
        "pieces": [len(bins.of_piece) for bins in learned.bins],
        "model": "chain" if isinstance(learned.graph, Chain) else "graph",
        "graph": graph,
    }
    parts = [(bins.pieces.starts, bins.pieces.stops, bins.pieces.masses, bins.of_piece) for bins in learned.bins]
    joined = {name: np.concatenate(own) for name, own in zip(PIECES, zip(*parts, strict=True), strict=True)}
    return meta, {**joined, "bounds": learned.bounds, **{f"graph.{name}": array for name, array in arrays.items()}}


def loaded(meta: dict[str, Any], arrays: Arrays) -> tuple[Contract, Learned]:
    """Rebuild what `saved` returned."""
    contract = Contract.from_dict({**meta["contract"], "columns": dict(meta["contract"]["columns"])})
    ends = np.cumsum(meta["pieces"])[:-1]
    parts = zip(*(np.split(arrays[name], ends) for name in PIECES), strict=True)
    bins = tuple(Bins(Pieces(starts, stops, masses), of) for starts, stops, masses, of in parts)
    model = Chain if meta["model"] == "chain" else Graph
    graph = model.from_state(
        meta["graph"], {n.removeprefix("graph."): a for n, a in arrays.items() if n.startswith("graph.")}
    )
    return contract, Learned(bins, graph, meta["total"], meta["sigma"], arrays["bounds"])
