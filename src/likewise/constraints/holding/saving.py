"""What a model file keeps of the steps by which rules are met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from likewise.constraints.holding.isolating import isolated
from likewise.constraints.holding.rule import RowRule
from likewise.constraints.holding.steps import Computed, Decided, Emptied, Step
from likewise.constraints.kinds import Formula, Missing, Part
from likewise.constraints.language.expression import Comparison
from likewise.core.packing import streamed, unstreamed
from likewise.core.protocol import Arrays

DECIDED = "decided."
"""Before the name of the array that holds what a column decides."""


def save_steps(steps: Sequence[Step]) -> tuple[list[dict[str, Any]], Arrays]:
    """Return the steps as JSON values and arrays."""
    metas, arrays = list[dict[str, Any]](), Arrays()
    for place, step in enumerate(steps):
        meta: dict[str, Any] = {"column": step.column, "rule": step.rule, "which": step.which}
        if isinstance(step, Computed):
            meta |= {"form": "computed", "left_out": step.left_out}
        elif isinstance(step, Decided):
            meta |= {"form": "decided", "by": step.by}
            arrays[f"{DECIDED}{place}"] = streamed(pa.table({"known": step.known, "values": step.values}))
        else:
            meta |= {"form": "emptied"}
        metas.append(meta)
    return metas, arrays


def load_steps(metas: Sequence[dict[str, Any]], arrays: Arrays, rules: Sequence[RowRule]) -> tuple[Step, ...]:
    """Return the steps that `save_steps` told of; what they compute is read from the rules again."""
    by_place = {rule.place: rule for rule in rules}
    return tuple(_step(place, meta, arrays, by_place.get(meta["rule"])) for place, meta in enumerate(metas))


def _step(place: int, meta: dict[str, Any], arrays: Arrays, rule: RowRule | None) -> Step:
    own = meta["column"], meta["rule"], meta["which"]
    if meta["form"] == "decided":
        kept = unstreamed(arrays[f"{DECIDED}{place}"]).combine_chunks()
        known, values = (kept.column(name).combine_chunks() for name in ("known", "values"))
        return Decided(*own, meta["by"], known, values)
    assert rule is not None
    constraint = rule.constraint
    if isinstance(constraint, Formula | Part):
        return Computed(*own, constraint, None, meta["left_out"])
    if isinstance(constraint, Missing):
        return Emptied(*own, None, constraint)
    demand = rule.demands[meta["which"]]
    if meta["form"] == "emptied":
        return Emptied(*own, demand)
    assert isinstance(demand.what, Comparison)
    of = isolated(demand.what, meta["column"])
    assert of is not None
    return Computed(*own, of, demand if demand.conditions else None, meta["left_out"])
