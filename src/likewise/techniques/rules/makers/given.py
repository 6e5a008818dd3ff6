"""Columns made in one way or another, as other columns say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import SerializeAsAny

from likewise.core.schema import Column, Kind
from likewise.techniques.rules.maker import Ints, Maker, Rows, told
from likewise.techniques.rules.makers.cells import texts_of
from likewise.techniques.rules.makers.part import Part

ORDER: tuple[Kind, ...] = ("boolean", "integer", "decimal", "float", "date", "datetime")
"""Of kinds that are mixed, the later one takes the others in."""


class Conditional(Maker):
    """Make a column by the levels of others: `{given: {by: [sex], of: {F: {...}, M: {...}}, otherwise: {...}}}`.

    Behind several columns `of` goes level by level, in their order. `cases` holds a maker for each combination of
    levels, as texts; other rows are made by `otherwise`, or are missing where there is none.
    """

    word: ClassVar[str] = "given"

    by: tuple[str, ...]
    cases: tuple[tuple[tuple[str, ...], SerializeAsAny[Maker]], ...]
    otherwise: SerializeAsAny[Maker] | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Conditional:
        """Read the columns, what is made for each of their levels, and what otherwise."""
        from likewise.techniques.rules.document.column import read_maker

        at = f"{path}.given"
        if not isinstance(value, Mapping) or not {"by", "of"} <= set(value):
            raise told(at, "`by` and `of` are wanted", "write {by: [sex], of: {F: {...}, M: {...}}, otherwise: {...}}")
        for name in value:
            if name not in ("by", "of", "otherwise"):
                raise told(f"{at}.{name}", f"there is no setting `{name}`", "the settings are: by, of, otherwise")
        by = tuple(map(str, value["by"])) if isinstance(value["by"], list | tuple) else (str(value["by"]),)
        cases = tuple((levels, read_maker(own, place)) for levels, own, place in _cases(value["of"], by, f"{at}.of"))
        rest = value.get("otherwise")
        return cls(by=by, cases=cases, otherwise=None if rest is None else read_maker(rest, f"{at}.otherwise"))

    @property
    def makers(self) -> tuple[Maker, ...]:
        """Every way in which a row may be made."""
        return (*(maker for _, maker in self.cases), *(() if self.otherwise is None else (self.otherwise,)))

    @property
    def levels(self) -> tuple[str, ...] | None:
        """The levels of all ways, in their order; None where one of them makes other values."""
        return _levels(self.makers)

    def needs(self) -> tuple[str, ...]:
        """Return the columns that say how, and those that the ways need."""
        return tuple(dict.fromkeys([*self.by, *(need for maker in self.makers for need in maker.needs())]))

    def said(self) -> str:
        """Return how many ways there are."""
        return f"one of {len(self.makers)} ways, by {' and '.join(f'`{name}`' for name in self.by)}"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what all ways make together: the levels of all, and numbers of the widest kind."""
        found = [maker.column(name, known) for maker in self.makers]
        first = found[0]
        nullable = self.otherwise is None or any(column.nullable for column in found)
        if all(column.levels is not None or column.kind == "constant" for column in found):
            levels = tuple(dict.fromkeys(level for column in found for level in column.levels or ()))
            kind: Kind = "category" if len(levels) > 1 else "constant"
            return first.model_copy(update={"levels": levels, "kind": kind, "nullable": nullable})
        kinds = {column.kind for column in found}
        if len(kinds) == 1:
            places = max((column.decimals or 0 for column in found), default=0) or None
            return first.model_copy(update={"nullable": nullable, "decimals": places})
        if kinds <= {"integer", "decimal", "float"} or kinds <= {"date", "datetime"}:
            widest = max(found, key=lambda column: ORDER.index(column.kind))
            places = max(column.decimals or 0 for column in found) if widest.kind == "decimal" else None
            return widest.model_copy(update={"nullable": nullable, "decimals": places})
        if kinds <= {"category", "constant", "text", "id"}:
            return Column(name=name, kind="text", dtype="string", nullable=nullable)
        raise told("$", f"`given` makes columns of different kinds: {', '.join(sorted(kinds))}",
                   "let all ways make values of one kind")  # fmt: skip

    def make(self, rows: Rows) -> pa.Array:
        """Make each row in its own way, and put all in their order."""
        ways = self._ways(rows)
        order = np.argsort(ways, kind="stable")
        starts = np.searchsorted(ways[order], np.arange(len(self.cases) + 2))
        parts: list[pa.Array] = []
        for way, maker in enumerate((*(maker for _, maker in self.cases), self.otherwise)):
            own = order[starts[way] : starts[way + 1]]
            if len(own):
                parts.append(pa.nulls(len(own)) if maker is None else maker.make(Part(rows, own)))
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        return _joined(parts, self.levels).take(pa.array(places))

    def _ways(self, rows: Rows) -> Ints:
        """Return the number of the case of each row; the last for none of them."""
        code = np.zeros(len(rows.numbers), dtype=np.int64)
        names: list[dict[str, int]] = []
        for place, name in enumerate(self.by):
            known = {level: number for number, level in enumerate(dict.fromkeys(case[0][place] for case in self.cases))}
            texts = texts_of(rows.column(name))
            found = pc.index_in(texts.dictionary, pa.array([*known], pa.string())) if len(known) else None
            table = np.asarray(pc.fill_null(found, len(known)), dtype=np.int64)
            own = np.append(table, len(known))[np.asarray(pc.fill_null(texts.indices, len(table)))]
            code = code * (len(known) + 1) + own
            names.append(known)
        ways = np.full(int(np.prod([len(known) + 1 for known in names])), len(self.cases), dtype=np.int64)
        for way, (levels, _) in enumerate(self.cases):
            place = 0
            for known, level in zip(names, levels, strict=True):
                place = place * (len(known) + 1) + known[level]
            ways[place] = way
        return ways[code]


def _joined(parts: list[pa.Array], levels: tuple[str, ...] | None) -> pa.Array:
    """Return parts one after the other, in the type that holds all of them."""
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    if levels is not None:
        own = pa.array(levels, pa.string())
        codes = [_coded(part, own) for part in parts]
        return pa.DictionaryArray.from_arrays(pa.concat_arrays(codes), own)
    target = _target(kinds)
    return pa.concat_arrays([part.cast(target) for part in parts]) if parts else pa.array([], target)


def _levels(makers: tuple[Maker, ...]) -> tuple[str, ...] | None:
    """Return the levels of all ways, in their order, where all of them make levels."""
    found: dict[str, None] = {}
    for maker in makers:
        levels = getattr(maker, "levels", None)
        if levels is None:
            return None
        found |= dict.fromkeys(levels)
    return tuple(found)


def _coded(part: pa.Array, levels: pa.Array) -> pa.Array:
    if pa.types.is_null(part.type):
        return part.cast(pa.int32())
    return pc.index_in(part.dictionary, levels).take(part.indices)


def _target(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1 and not pa.types.is_dictionary(next(iter(kinds))):
        return next(iter(kinds))
    if all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds) and kinds:
        return pa.float64()
    if all(pa.types.is_date(kind) or pa.types.is_timestamp(kind) for kind in kinds) and kinds:
        return pa.timestamp("us")
    return pa.string()


def _cases(value: Any, by: tuple[str, ...], path: str) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """Yield the levels, the maker and the path of each case."""
    if not isinstance(value, Mapping) or not value:
        raise told(path, f"what is made for each level of `{by[0]}` is wanted", "write {F: {...}, M: {...}}")
    for level, own in value.items():
        if isinstance(level, bool):
            level = str(level).lower()
        place = f"{path}.{level}"
        if len(by) == 1:
            yield (str(level),), own, place
        else:
            yield from (((str(level), *rest), found, at) for rest, found, at in _cases(own, by[1:], place))
