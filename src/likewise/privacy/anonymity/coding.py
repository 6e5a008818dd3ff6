"""Columns of a table as codes: quasi-identifiers beside their hierarchies, sensitive columns beside their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.core.values import as_texts, decoded, one_array
from likewise.errors import PrivacyError, SettingsError
from likewise.privacy.anonymity.criteria import Secret
from likewise.privacy.anonymity.hierarchy import Hierarchy, Rung, grouped, rungs_of
from likewise.privacy.anonymity.steps import calendar_rungs, step_rungs
from likewise.privacy.anonymity.ways import Groups, Quasi

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_KINDS = {"integer": "whole", "float": "number", "decimal": "number", "date": "date", "datetime": "datetime"}


def coded(table: Table, raw: pa.Table, name: str, quasi: Quasi) -> tuple[Ints, Hierarchy]:
    """Return the codes of a quasi-identifier and what its values may be written as.

    `raw` holds the cells as they are written. Raises PrivacyError for a column that cannot be generalised and
    SettingsError where what is said of it does not fit it.
    """
    column = table.schema[name]
    if column.is_media or column.kind == "json":
        raise PrivacyError("privacy.quasi-kind", f"`{name}` ({column.kind}) cannot be generalised", where=name,
                           hint="`drop` it, or `keep` it")  # fmt: skip
    texts = as_texts(one_array(raw.column(name)))
    numbers = number_like(table, name) if quasi.prefix is None and quasi.groups is None else None
    if numbers is not None:
        return _line(numbers, texts, name, _KINDS.get(column.kind, "whole"), quasi)
    if column.kind in ("constant", "empty"):  # one value, whatever is said of it
        quasi = Quasi()
    elif quasi.steps is not None or quasi.calendar:
        raise SettingsError("settings.quasi", f"`{name}` ({column.kind}) has no steps", where=name,
                            hint="give `groups` or `prefix`")  # fmt: skip
    levels = table.column(name)
    return _levels(pc.if_else(levels.is_null(), None, pc.utf8_trim_whitespace(texts)), name, quasi,
                   tuple(column.levels or ()) if column.ordered else None)  # fmt: skip


def number_like(table: Table, name: str) -> Floats | None:
    """Return numbers, dates (in days) or moments (in microseconds); whole numbers that are levels or ids among them.

    None where a column holds none of these.
    """
    kind = table.schema[name].kind
    if kind in _KINDS:
        return table.numbers(name)
    if kind not in ("id", "constant", "category"):
        return None
    texts = decoded(table.column(name)).cast(pa.string())
    if not pc.all(pc.match_substring_regex(texts, r"^(0|-?[1-9][0-9]{0,14})$")).as_py():
        return None
    return np.asarray(pc.fill_null(texts.cast(pa.float64()), float("nan")))


def _line(values: Floats, texts: pa.Array, name: str, kind: Any, quasi: Quasi) -> tuple[Ints, Hierarchy]:
    distinct, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    gaps = int(np.isnan(distinct).sum())  # sorted last, and one where there are any
    found = len(distinct) - gaps
    codes = inverse.reshape(-1) + 1
    codes[codes > found] = 0
    labels = pa.concat_arrays([pa.nulls(1, pa.string()), texts.take(pa.array(first[:found]))])
    places = np.concatenate([[np.nan], distinct[:found]])
    rungs: tuple[Rung, ...] = ()
    if quasi.steps is not None:
        _check_nested(quasi.steps, name)
        if kind in ("date", "datetime"):
            raise SettingsError("settings.quasi", f"`{name}` holds dates, which have no steps", where=name,
                                hint="say `calendar: true`")  # fmt: skip
        rungs = rungs_of(step_rungs(places, quasi.steps, whole=kind == "whole"), places)
    if quasi.calendar:
        if kind not in ("date", "datetime"):
            raise SettingsError("settings.quasi", f"`{name}` holds no dates", where=name, hint="give `steps`")
        rungs = rungs_of(calendar_rungs(places, kind), places)
    return codes, Hierarchy(name, kind, labels, np.bincount(codes, minlength=found + 1), places, rungs)


def _check_nested(steps: tuple[float, ...], name: str) -> None:
    for narrow, wide in pairwise(steps):
        if wide <= narrow or abs(wide / narrow - round(wide / narrow)) > 1e-9:
            raise SettingsError("settings.steps", f"`{name}`: each step is a multiple of the one before", where=name,
                                hint="write e.g. [5, 10, 20]")  # fmt: skip


def _levels(texts: pa.Array, name: str, quasi: Quasi, order: tuple[str, ...] | None) -> tuple[Ints, Hierarchy]:
    """Code levels in their order, that of their groups, or from the commonest to the rarest."""
    coded = texts.dictionary_encode()
    names, own = coded.dictionary.to_pylist(), np.asarray(coded.indices.fill_null(-1)).astype(np.int64)
    rows = np.bincount(own + 1, minlength=len(names) + 1)
    ladders: Mapping[str, tuple[str, ...]] = {}
    if quasi.groups is not None:
        ladders = _ladders(quasi.groups, names, name)
    elif quasi.prefix is not None:
        ladders = {text: _prefixes(text, quasi.prefix) for text in names}
    if ladders:
        sort = sorted(range(len(names)), key=lambda i: (ladders[names[i]][::-1], names[i]))
    elif order is not None:
        place = {level: i for i, level in enumerate(order)}
        sort = sorted(range(len(names)), key=lambda i: place.get(names[i], len(place)))
    else:
        sort = sorted(range(len(names)), key=lambda i: (-rows[i + 1], names[i]))
    new = np.zeros(len(names) + 1, np.int64)
    new[np.array(sort, np.int64) + 1] = np.arange(1, len(names) + 1)
    labels = pa.array([None, *(names[i] for i in sort)], pa.string())
    codes = new[own + 1]
    count = len(names) + 1
    rungs = tuple(_rung([ladders[names[i]][height] for i in sort]) for height in range(_height(ladders)))
    rungs = tuple(r for r in rungs if len(r.labels) > 2)
    return codes, Hierarchy(name, "level", labels, np.bincount(codes, minlength=count), np.arange(float(count)), rungs)


def _height(ladders: Mapping[str, tuple[str, ...]]) -> int:
    return len(next(iter(ladders.values()))) if ladders else 0


def _rung(names: list[str]) -> Rung:
    return grouped(pa.array([None, *names], pa.string()))


def _prefixes(text: str, digits: int) -> tuple[str, ...]:
    """Return a text with ever more of its end hidden, down to so many characters."""
    lengths = range(max(len(text) - 1, 0), -1, -1) if digits == 0 else range(max(len(text) - digits, 0), -1, -digits)
    hidden = [text[:length] + "*" * (len(text) - length) for length in lengths]
    return tuple(hidden[:8] + [hidden[-1]] * (8 - len(hidden)))


def _ladders(groups: Groups, names: list[str], name: str) -> dict[str, tuple[str, ...]]:
    """Return for each level the groups above it, from the nearest on, all of one length."""
    found: dict[str, tuple[str, ...]] = {}
    for level, above in _climb(groups, ()):
        if level in found:
            raise SettingsError("settings.groups", f"`{name}`: a level stands in two groups", where=name,
                                hint="name each level once")  # fmt: skip
        found[level] = above
    unknown = sum(level not in found for level in names)
    if unknown:
        raise SettingsError("settings.groups", f"`{name}`: some levels of the column stand in no group", where=name,
                            hint="`likewise inspect` lists the levels of a column")  # fmt: skip
    height = max((len(above) for above in found.values()), default=0)
    return {level: (level,) * (height - len(above)) + above for level, above in found.items()}


def _climb(groups: Any, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(groups, Mapping):
        for group, inside in groups.items():
            yield from _climb(inside, (str(group), *above))
        return
    for level in groups:
        yield str(level), above


def secret(table: Table, name: str) -> Secret:
    """Return a sensitive column as codes; a gap is a value of its own. Raises PrivacyError for media."""
    column = table.schema[name]
    if column.is_media:
        raise PrivacyError("privacy.sensitive-kind", f"`{name}` ({column.kind}) cannot be sensitive here", where=name,
                           hint="`drop` it, or `keep` it")  # fmt: skip
    if column.is_number:
        _, codes = np.unique(table.numbers(name), return_inverse=True)
    else:
        texts = decoded(table.column(name)).cast(pa.string())
        codes = np.asarray(texts.dictionary_encode("encode").indices)
    codes = codes.reshape(-1).astype(np.int64)
    return Secret(name, codes, int(codes.max(initial=-1)) + 1, column.is_number or column.ordered)
