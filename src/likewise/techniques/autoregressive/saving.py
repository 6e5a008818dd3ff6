"""The steps of a model as JSON values and arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.copied import Choice, Copied, Repeats
from likewise.techniques.autoregressive.ended import Ended, with_donors
from likewise.techniques.autoregressive.steps import Grown, Lookup
from likewise.techniques.autoregressive.structure import Limit
from likewise.techniques.autoregressive.trees import Tree

Step = Grown | Lookup | Boosted | Choice | Copied | Ended
Arrays = dict[str, npt.NDArray[np.generic]]


def save_steps(steps: tuple[Step, ...]) -> tuple[list[dict[str, Any]], Arrays]:
    """Return what a model file keeps of the steps."""
    metas: list[dict[str, Any]] = []
    arrays: Arrays = {}
    for step in steps:
        meta, own = _save_step(step)
        metas.append(meta)
        arrays |= own
    return metas, arrays


def load_steps(metas: list[dict[str, Any]], arrays: Arrays) -> tuple[Step, ...]:
    """Rebuild the steps from a model file."""
    return tuple(_load_step(meta, arrays) for meta in metas)


def _save_step(step: Step) -> tuple[dict[str, Any], Arrays]:
    if isinstance(step, Choice | Copied):
        meta, arrays = _save_step(step.step)
        return {**meta, "repeats": _save_repeats(step.repeats)}, {**arrays, **_arrays_of(step.repeats)}
    if isinstance(step, Ended):
        meta, arrays = _save_step(step.step)
        name = f"step.{step.column}.ways"
        own = {name: step.held} if step.donors is None else {f"{name}.donors": step.donors}
        return {**meta, "which": step.which, "ways": len(step.held)}, {**arrays, **own}
    if isinstance(step, Lookup):
        return {"column": step.column, "by": step.by}, {f"step.{step.column}.lookup": step.symbols}
    if isinstance(step, Boosted):
        meta, arrays = _save_grown(step.grown)
        own = {_boosted(step.column) + name: array for name, array in step.decisions.arrays().items()}
        return {**meta, "boosted": step.by_leaf}, {**arrays, **own}
    return _save_grown(step)


def _boosted(column: int) -> str:
    return f"step.{column}.boosted."


def _save_grown(step: Grown) -> tuple[dict[str, Any], Arrays]:
    prefix = f"step.{step.column}."
    limits = [{"by": limit.by, "upper": limit.upper} for limit in step.limits]
    arrays: Arrays = {prefix + name: array for name, array in step.tree.arrays().items()}
    arrays |= {f"{prefix}rank.{place}": ranks for place, ranks in enumerate(step.ranks) if ranks is not None}
    arrays |= {f"{prefix}limit.{place}": limit.symbols for place, limit in enumerate(step.limits)}
    meta = {"column": step.column, "count": step.count, "predictors": list(step.predictors), "limits": limits}
    return meta, arrays


def _save_repeats(repeats: Repeats) -> dict[str, Any]:
    return {"column": repeats.column, "which": repeats.which, "of": list(repeats.of), "beyond": list(repeats.beyond)}


def _arrays_of(repeats: Repeats) -> Arrays:
    prefix = f"repeats.{repeats.column}."
    lands = {f"{prefix}lands.{place}": symbols for place, symbols in enumerate(repeats.lands)}
    return {**lands, f"{prefix}common": repeats.common}


def _load_repeats(meta: dict[str, Any], arrays: dict[str, Any]) -> Repeats:
    prefix = f"repeats.{meta['column']}."
    lands = tuple(arrays[f"{prefix}lands.{place}"] for place in range(len(meta["of"])))
    of, beyond = tuple(meta["of"]), tuple(meta["beyond"])
    return Repeats(meta["column"], meta["which"], of, beyond, lands, arrays[f"{prefix}common"])


def _load_step(meta: dict[str, Any], arrays: dict[str, Any]) -> Step:
    prefix = f"step.{meta['column']}."
    if "repeats" in meta:
        inner = _load_step({name: own for name, own in meta.items() if name != "repeats"}, arrays)
        repeats = _load_repeats(meta["repeats"], arrays)
        return Choice(inner, repeats) if repeats.which == inner.column else Copied(inner, repeats)
    if "which" in meta:
        inner = _load_step({name: own for name, own in meta.items() if name not in ("which", "ways")}, arrays)
        assert isinstance(inner, Grown | Boosted)
        if prefix + "ways.donors" in arrays:
            return with_donors(inner, meta["which"], arrays[prefix + "ways.donors"], count=meta["ways"])
        return Ended(inner, meta["which"], arrays[prefix + "ways"])
    if "by" in meta:
        return Lookup(meta["column"], meta["by"], arrays[prefix + "lookup"])
    tree = Tree(**{name: arrays[prefix + name] for name in Tree.__dataclass_fields__})
    ranks = tuple(arrays.get(f"{prefix}rank.{place}") for place in range(len(meta["predictors"])))
    limits = tuple(
        Limit(limit["by"], limit["upper"], arrays[f"{prefix}limit.{place}"])
        for place, limit in enumerate(meta["limits"])
    )
    grown = Grown(meta["column"], meta["count"], tree, tuple(meta["predictors"]), ranks, limits)
    if "boosted" not in meta:
        return grown
    own = _boosted(grown.column)
    kept = {name.removeprefix(own): array for name, array in arrays.items() if name.startswith(own)}
    return Boosted(grown, Decisions.from_arrays(kept), meta["boosted"])
