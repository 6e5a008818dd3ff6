"""Rules applied to boxes: what must be so where a rule is to be true, false or unknown, from the outside in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import cast

import numpy as np

from likewise.constraints.language.cells import Cells, Sort
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import (
    OPPOSITE,
    TURNED,
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Computed,
    Every,
    Expression,
    Matches,
    Name,
    Negative,
    Not,
    Sign,
    Some,
    Value,
)
from likewise.constraints.reasoning.boxes import Boxes, joined
from likewise.constraints.reasoning.functions import REACHED, narrowed_by
from likewise.constraints.reasoning.intervals import (
    Floats,
    Interval,
    Mask,
    between,
    common_step,
    decimals_of_step,
    everything,
    hull,
    left_of,
    negative,
    past,
    result,
    right_of,
)
from likewise.constraints.reasoning.scaling import half_unit, sort_of, step_of
from likewise.constraints.reasoning.truths import ALL, FALSE, HELD, NOT_TRUE, SIDES, TRUE, UNKNOWN, Truths, among
from likewise.constraints.reasoning.words import Words


@dataclass(eq=False)
class Narrowing:
    """Cut boxes down to what rules leave of them. All rules must be on one scale (`settled`).

    `sorts` are those of all columns, `known` the cells of columns whose values are settled: what is made of these alone
    is computed as it is when a table is checked. The other columns have boxes. `words` ranks texts.
    """

    rows: int
    sorts: Mapping[str, Sort]
    known: Mapping[str, Cells]
    words: Words
    _made: dict[int, tuple[Expression, Cells | None]] = field(default_factory=dict)
    _placed: dict[int, tuple[Cells, Interval]] = field(default_factory=dict)
    _tables: dict[int, tuple[Expression, tuple[str, Cells] | None]] = field(default_factory=dict)

    _texts: dict[int, tuple[Expression, bool]] = field(default_factory=dict)

    # -- what an expression may come to ------------------------------------------------------------------------------
    def reach(self, expression: Expression, boxes: Boxes) -> Interval:
        """Return what an expression may come to in each row; texts by their ranks."""
        if isinstance(expression, Value) and isinstance(expression.value, int | float | dt.date | dt.timedelta):
            return replace(self._points(cast(Cells, self.settled_cells(expression))), step=step_of(expression.value))
        if (cells := self.settled_cells(expression)) is not None:
            return self._points(cells)
        if (table := self.table(expression, boxes)) is not None:
            return self._tabled(*table, boxes)
        match expression:
            case Name():
                return boxes.of[expression.full].interval
            case Negative(of):
                return negative(self.reach(of, boxes))
            case Arithmetic(operation, left, right):
                return result(operation, self.reach(left, boxes), self.reach(right, boxes))
            case Choice(condition, then, otherwise):
                met, unmet = self.parted(condition, boxes)
                return hull([self.reach(then, met), self.reach(otherwise, unmet)], [met.dead, unmet.dead])
            case Call(function, of) if function in REACHED:
                return REACHED[function]([self.reach(part, boxes) for part in of])
            case Call():
                return everything(self.rows)
            case Computed():
                return everything(self.rows)
            case _:  # the truth of something
                return Interval(np.zeros(self.rows), np.ones(self.rows), np.ones(self.rows, dtype=bool), Fraction(1))

    def parted(self, condition: Expression, boxes: Boxes) -> tuple[Boxes, Boxes]:
        """Return what is left where a condition is true, and where it is not."""
        return self.require(condition, TRUE, boxes), self.require(condition, NOT_TRUE, boxes)

    def settled_cells(self, expression: Expression) -> Cells | None:
        """Return what an expression of known columns and values comes to; None where another column is in it."""
        found = self._made.get(id(expression))
        if found is None:
            settled = all(name in self.known for name in expression.names())
            cells = evaluate(expression, self.known.__getitem__, self.rows) if settled else None
            found = self._made[id(expression)] = (expression, cells)
        return found[1]

    def _points(self, cells: Cells) -> Interval:
        """Return settled values as intervals of one value each."""
        found = self._placed.get(id(cells))
        if found is None:
            values = self.words.ranks(cells.values) if cells.sort == "text" else np.asarray(cells.values)
            gone = np.isnan(values)
            step = None if cells.sort == "text" or cells.decimals is None else Fraction(1, 10**cells.decimals)
            points = Interval(np.where(gone, np.inf, values), np.where(gone, -np.inf, values), gone, step)
            found = self._placed[id(cells)] = (cells, points)
        return found[1]

    def table(self, expression: Expression, boxes: Boxes) -> tuple[str, Cells] | None:
        """Return what an expression of a single column with few values comes to for each of them, and for none."""
        found = self._tables.get(id(expression))
        if found is None:
            found = self._tables[id(expression)] = (expression, self._tabulated(expression, boxes))
        return found[1]

    def _tabulated(self, expression: Expression, boxes: Boxes) -> tuple[str, Cells] | None:
        names = expression.names()
        if len(names) != 1 or isinstance(expression, Name) or names[0] not in boxes.of:
            return None
        values = boxes.of[names[0]].values
        if values is None:
            return None
        sort = self.sorts[names[0]]
        column = self.words.texts_of(np.append(values, np.nan)) if sort == "text" else np.append(values, np.nan)
        own = Cells(sort, column, None if sort == "text" else decimals_of_step(boxes.of[names[0]].step))
        return names[0], evaluate(expression, lambda name: own, len(values) + 1)

    def _tabled(self, name: str, cells: Cells, boxes: Boxes) -> Interval:
        box, points = boxes.of[name], self._points(cells)
        assert box.allowed is not None
        low = np.where(box.allowed, points.low[:-1], np.inf).min(axis=1, initial=np.inf)
        high = np.where(box.allowed, points.high[:-1], -np.inf).max(axis=1, initial=-np.inf)
        gone = (box.allowed & points.absent[:-1]).any(axis=1) | (box.absent & points.absent[-1])
        beside = box.absent & ~points.absent[-1]
        low, high = (
            np.where(beside, np.minimum(low, points.low[-1]), low),
            np.where(beside, np.maximum(high, points.high[-1]), high),
        )
        return Interval(low, high, gone, points.step)

    # -- what must be so for a truth ----------------------------------------------------------------------------------
    def require(self, expression: Expression, truths: Truths, boxes: Boxes) -> Boxes:
        """Return what is left where an expression comes to one of some truths."""
        if truths == ALL:
            return boxes
        if (cells := self.settled_cells(expression)) is not None:
            return boxes.killed(~among(cells.values, truths))
        if (table := self.table(expression, boxes)) is not None:
            return self._listed(*table, boxes, lambda found: among(found.values, truths))
        match expression:
            case Not(of):
                return self.require(of, frozenset(SIDES[truth] for truth in truths), boxes)
            case Every(of):
                return self._every(of, truths, boxes)
            case Some(of):
                turned = tuple(Not(part) for part in of)
                return self._every(turned, frozenset(SIDES[truth] for truth in truths), boxes)
            case Choice(condition, then, otherwise):
                met, unmet = self.parted(condition, boxes)
                return joined([self.require(then, truths, met), self.require(otherwise, truths, unmet)])
            case Absent(of):
                if truths & TRUE and truths & FALSE:
                    return boxes
                if truths & TRUE:
                    return self.gone(of, np.ones(self.rows, dtype=bool), boxes)
                return self.known_to_be(of, boxes) if truths & FALSE else boxes.killed(np.ones(self.rows, dtype=bool))
            case Comparison(sign, left, right):
                return self._compared(sign, left, right, truths, boxes)
            case Matches(of, _):
                return self.known_to_be(of, boxes) if "unknown" not in truths else boxes
            case _:
                return self._truth(expression, truths, boxes)

    def _truth(self, expression: Expression, truths: Truths, boxes: Boxes) -> Boxes:
        """Require the truth of a column or another value that is one."""
        if truths == UNKNOWN:
            return self.gone(expression, np.ones(self.rows, dtype=bool), boxes)
        if "unknown" not in truths:
            boxes = self.known_to_be(expression, boxes)
        low = np.full(self.rows, 0.0 if truths & FALSE else 1.0)
        high = np.full(self.rows, 1.0 if truths & TRUE else 0.0)
        return self.narrow(expression, low, high, boxes)

    def _every(self, of: Sequence[Expression], truths: Truths, boxes: Boxes) -> Boxes:
        if truths in (TRUE, HELD):
            return reduce(lambda left, part: self.require(part, truths, left), of, boxes)
        if truths in (FALSE, NOT_TRUE):
            return joined([self.require(part, truths, boxes) for part in of])
        if truths == UNKNOWN:
            held = reduce(lambda left, part: self.require(part, HELD, left), of, boxes)
            return joined([self.require(part, UNKNOWN, held) for part in of])
        return joined([self._every(of, TRUE, boxes), self._every(of, FALSE, boxes)])

    def _compared(self, sign: Sign, left: Expression, right: Expression, truths: Truths, boxes: Boxes) -> Boxes:
        if self._mixed(left, right):
            return boxes
        if truths == UNKNOWN:
            first, second = self.reach(left, boxes), self.reach(right, boxes)
            boxes = self.gone(left, ~second.absent, boxes)
            return self.gone(right, ~first.absent, boxes)
        if "unknown" not in truths:
            boxes = self.known_to_be(right, self.known_to_be(left, boxes))
        if truths & TRUE and truths & FALSE:
            return boxes
        told = sign if truths & TRUE else OPPOSITE[sign]
        boxes = self._beside(told, left, right, boxes)
        return self._beside(TURNED[told], right, left, boxes)

    def _mixed(self, *of: Expression) -> bool:
        """Return whether texts stand beside numbers, which are compared only where both are known."""
        found = self._texts.get(id(of[0]))
        if found is None:
            parts = [part for side in of for part in side.walk() if isinstance(part, Arithmetic | Negative)]
            inside = any(sort_of(below, self.sorts) == "text" for part in parts for below in part.parts())
            texts = [sort_of(side, self.sorts) == "text" for side in of if not _is_missing(side)]
            found = self._texts[id(of[0])] = (of[0], inside or len(set(texts)) > 1)
        return found[1]

    def _beside(self, sign: Sign, own: Expression, other: Expression, boxes: Boxes) -> Boxes:
        """Cut one side of a comparison to what the other side leaves it, where that one cannot be missing."""
        if self.settled_cells(own) is not None and self.settled_cells(other) is not None:
            return boxes
        first, second = self.reach(own, boxes), self.reach(other, boxes)
        must = ~second.absent
        if sign == "!=":
            point = np.where(must & (second.low == second.high), second.low, np.nan)
            return self.narrow_without(own, point, boxes)
        step = common_step(first.step, second.step)
        give = self._given(own, other, boxes) if sign == "==" else 0.0
        low, high = np.full(self.rows, -np.inf), np.full(self.rows, np.inf)
        if sign in ("==", ">=", ">"):
            low = second.low - give if sign != ">" else past(second.low, step, up=True)
        if sign in ("==", "<=", "<"):
            high = second.high + give if sign != "<" else past(second.high, step, up=False)
        return self.narrow(own, np.where(must, low, -np.inf), np.where(must, high, np.inf), boxes)

    def _given(self, own: Expression, other: Expression, boxes: Boxes) -> float:
        decimals = {name: decimals_of_step(box.step) for name, box in boxes.of.items()}
        decimals |= {name: cells.decimals for name, cells in self.known.items()}
        return float(half_unit(own, other, decimals, self.sorts)) * 1.0000002

    # -- cutting the value of an expression ----------------------------------------------------------------------------
    def narrow(self, expression: Expression, low: Floats, high: Floats, boxes: Boxes) -> Boxes:
        """Return what is left where an expression lies from `low` to `high`, or is missing."""
        if (low == -np.inf).all() and (high == np.inf).all():
            return boxes
        if (cells := self.settled_cells(expression)) is not None:
            points = self._points(cells)
            return boxes.killed(~points.absent & ((points.low < low) | (points.high > high)))
        if (table := self.table(expression, boxes)) is not None:
            points = self._points(table[1])
            return self._cut_listed(table[0], points, low, high, boxes)
        match expression:
            case Name():
                return boxes.with_box(expression.full, boxes.of[expression.full].cut(low, high))
            case Negative(of):
                return self.narrow(of, -high, -low, boxes)
            case Arithmetic(operation, left, right):
                return self._narrow_reckoned(operation, left, right, low, high, boxes)
            case Choice(condition, then, otherwise):
                met, unmet = self.parted(condition, boxes)
                return joined([self.narrow(then, low, high, met), self.narrow(otherwise, low, high, unmet)])
            case Call(function, of):
                return self._narrow_called(function, of, low, high, boxes)
            case _:
                return boxes

    def _narrow_reckoned(
        self, operation: str, left: Expression, right: Expression, low: Floats, high: Floats, boxes: Boxes
    ) -> Boxes:
        first, second = self.reach(left, boxes), self.reach(right, boxes)
        whole = result(operation, first, second)
        found = Interval(np.maximum(low, whole.low), np.minimum(high, whole.high), whole.absent, whole.step)
        none = found.none
        undefined = result(operation, between(first.low, first.high), between(second.low, second.high)).absent
        for side, (least, most), other in (
            (left, left_of(operation, found, first, second), second),
            (right, right_of(operation, found, first, second), first),
        ):
            sure = ~other.absent & ~undefined
            least, most = np.where(none, np.inf, least), np.where(none, -np.inf, most)
            least = np.where(~sure | np.isnan(least), -np.inf, least)
            most = np.where(~sure | np.isnan(most), np.inf, most)
            boxes = self.narrow(side, least, most, boxes)
        return boxes

    def _narrow_called(
        self, function: str, of: tuple[Expression, ...], low: Floats, high: Floats, boxes: Boxes
    ) -> Boxes:
        reached = [self.reach(part, boxes) for part in of]
        for place, (least, most) in narrowed_by(function, reached, low, high):
            boxes = self.narrow(of[place], least, most, boxes)
        return boxes

    def narrow_without(self, expression: Expression, value: Floats, boxes: Boxes) -> Boxes:
        """Return what is left where an expression is not one value a row (NaN for none), or is missing."""
        if np.isnan(value).all():
            return boxes
        if (cells := self.settled_cells(expression)) is not None:
            return boxes.killed(self._points(cells).low == value)
        if isinstance(expression, Name):
            return boxes.with_box(expression.full, boxes.of[expression.full].without(value))
        return self.narrow_without(expression.of, -value, boxes) if isinstance(expression, Negative) else boxes

    # -- missing or not ------------------------------------------------------------------------------------------------
    def known_to_be(self, expression: Expression, boxes: Boxes) -> Boxes:
        """Return what is left where an expression is not missing."""
        if (cells := self.settled_cells(expression)) is not None:
            return boxes.killed(~cells.known())
        if (table := self.table(expression, boxes)) is not None:
            return self._listed(*table, boxes, Cells.known)
        match expression:
            case Name():
                box = boxes.of[expression.full]
                return boxes.with_box(expression.full, box.known(np.ones(self.rows, dtype=bool)))
            case Negative(of):
                return self.known_to_be(of, boxes)
            case Arithmetic(operation, left, right):
                boxes = self.known_to_be(right, self.known_to_be(left, boxes))
                return self.narrow_without(right, np.zeros(self.rows), boxes) if operation in "//%" else boxes
            case Choice(condition, then, otherwise):
                met, unmet = self.parted(condition, boxes)
                return joined([self.known_to_be(then, met), self.known_to_be(otherwise, unmet)])
            case Call("coalesce", of):
                return joined([self.known_to_be(part, boxes) for part in of])
            case Call(_, of):
                return reduce(lambda left, part: self.known_to_be(part, left), of, boxes)
            case _:
                return boxes

    def gone(self, expression: Expression, where: Mask, boxes: Boxes) -> Boxes:
        """Return what is left where an expression is missing in some rows."""
        if not where.any():
            return boxes
        if (cells := self.settled_cells(expression)) is not None:
            return boxes.killed(where & cells.known())
        if (table := self.table(expression, boxes)) is not None:
            return self._listed(*table, boxes, lambda cells: ~cells.known(), where)
        match expression:
            case Name():
                return boxes.with_box(expression.full, boxes.of[expression.full].gone(where))
            case Negative(of):
                return self.gone(of, where, boxes)
            case Arithmetic("+" | "-" | "*", left, right):
                first, second = self.reach(left, boxes), self.reach(right, boxes)
                boxes = self.gone(left, where & ~second.absent, boxes)
                return self.gone(right, where & ~first.absent, boxes)
            case _:
                return boxes

    # -- columns with few values -------------------------------------------------------------------------------------
    def _listed(
        self, name: str, cells: Cells, boxes: Boxes, kept: Callable[[Cells], Mask], where: Mask | None = None
    ) -> Boxes:
        """Keep the values of a column for which a table says so."""
        keep, box = kept(cells), boxes.of[name]
        assert box.allowed is not None
        where = np.ones(self.rows, dtype=bool) if where is None else where
        drop = where[:, None] & ~keep[:-1]
        if (box.allowed & drop).any():
            box = box.only(box.allowed & ~drop)
        return boxes.with_box(name, box if keep[-1] else box.known(where))

    def _cut_listed(self, name: str, points: Interval, low: Floats, high: Floats, boxes: Boxes) -> Boxes:
        """Keep the values of a column for which what a table says lies between two ends, or is missing."""
        box = boxes.of[name]
        assert box.allowed is not None
        inside = points.absent | ((points.low >= low[:, None]) & (points.high <= high[:, None]))
        if (box.allowed & ~inside[:, :-1]).any():
            box = box.only(box.allowed & inside[:, :-1])
        return boxes.with_box(name, box.known(~inside[:, -1]))


def _is_missing(expression: Expression) -> bool:
    return isinstance(expression, Value) and expression.value is None
