"""Some rows of a table while they are made: each column when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.schema import Column
from likewise.techniques.rules.generating.bounding import bounded
from likewise.techniques.rules.generating.children import summed
from likewise.techniques.rules.generating.choosing import CHOSEN
from likewise.techniques.rules.generating.components import Component
from likewise.techniques.rules.generating.holding import held
from likewise.techniques.rules.generating.links import Contiguous, Optional
from likewise.techniques.rules.maker import Floats, Quantile, told
from likewise.techniques.rules.makers.cells import array_of, cells_of, stored_type
from likewise.techniques.rules.makers.formula import SUM
from likewise.techniques.rules.makers.refers import Refers

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.plan import TablePlan
    from likewise.techniques.rules.generating.tables import Tables

Shared = TypeVar("Shared")

LEVELS = 1000
"""Levels of a tree at most in which rows are made from those above them."""


class Block:
    """Hold some rows of one table, by their numbers, and the columns of them that were made so far.

    Rows that broke a rule are a block of their own, `Again`, which makes the columns of a component another time.
    """

    def __init__(self, tables: Tables, plan: TablePlan, numbers: Ints) -> None:
        self.tables, self.plan, self.numbers = tables, plan, numbers
        self._made: dict[str, pa.Array] = {}
        self._shared: dict[str, Any] = {}
        self._above: dict[str, _Above] = {}
        self._open: set[int] = set()
        self._held: set[int] = set()

    def column(self, name: str) -> pa.Array:
        """Return a column of these rows, or as `reference.column` one of the rows they refer to."""
        number = self.plan.component_of.get(name)
        if number is not None and number not in self._held and number not in self._open:
            self._hold(number)
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def _hold(self, number: int) -> None:
        """Make the columns of a component so that its rules are met."""
        self._open.add(number)
        found = held(self, self.plan.components[number])
        self._open.discard(number)
        self._held.add(number)
        self._made.update(found)

    def again(self, places: Ints, component: Component, attempt: int, *, bounded: bool) -> Again:
        """Return some of the rows, in which the columns of a component are made another time."""
        return Again(self, places, component, attempt, bounded=bounded)

    def other(self, plan: TablePlan, numbers: Ints) -> Block:
        """Return rows of this table, or of another one, that are wanted beside these."""
        return Block(self.tables, plan, numbers)

    def meaning(self, name: str) -> Column:
        """Return what a column means."""
        return self.tables.plan.meanings.needed(self.plan.name, name)

    def random(self, name: str) -> Counted:
        """Return the random numbers of a column."""
        return self.tables.random(self.plan.name, name)

    def _make(self, name: str) -> pa.Array:
        if name not in self.plan.makers:
            return self._seen(name)
        view = View(self, name, self.random(name))
        found = self._drawn(name, view)
        chance = self.tables.random(self.plan.name, name, "missing")
        gone = self.plan.gaps[name].where(view, chance, lambda rows: rows.drawn())
        if gone is None or isinstance(self.plan.makers[name], Refers):
            return found
        return blanked(found, gone)

    def _seen(self, name: str) -> pa.Array:
        """Return what is no column of the table: a place among others, a sum over others, a column of a parent."""
        if name.startswith("#"):
            return pa.array(self.placed(name[1:])[1])
        if name.startswith(CHOSEN):
            return pa.array(self.plan.settled.chosen[name].among(self, name))
        if name.startswith(SUM):
            return array_of(summed(self, name), self.meaning(name))
        prefix, _, column = name.partition(".")
        reference, rest = self.tables.way(self.plan.name, prefix, column)
        return self.column(rest) if reference is None else self.above(reference).column(rest)

    def _drawn(self, name: str, view: View) -> pa.Array:
        """Return a column without its gaps."""
        maker = self.tables.maker(self.plan.name, name)
        if isinstance(maker, Quantile) and name in self.plan.tied:
            return maker.typed(maker.values(self.tied()[self.plan.tied[name]]))
        return maker.make(view)

    def tied(self) -> Floats:
        """Return the uniforms (columns, rows) of the columns that a copula ties together."""
        if "tied" not in self._shared:
            assert self.plan.copula is not None
            even = np.stack([self.random(name).uniforms(self.numbers) for name in self.plan.tied])
            scale = self.random("copula").uniforms(self.numbers)
            self._shared["tied"] = self.plan.copula.tie(even, scale)
        found: Floats = self._shared["tied"]
        return found

    def above(self, reference: str) -> _Above:
        """Return the rows that these refer to."""
        if reference not in self._above:
            link = self.tables.link(self.plan.name, reference)
            target = self.tables.plan.tables[self.plan.references[reference].to]
            self._above[reference] = _Above(self, target, link.parents(self.numbers), reference)
        return self._above[reference]

    def placed(self, reference: str) -> tuple[Ints, Ints, Ints]:
        """Return the parent of each row, its place among the parent's rows, from 0, and how many these are."""
        link = self.tables.link(self.plan.name, self.tables.reference(self.plan.name, reference))
        link = link.link if isinstance(link, Optional) else link
        if not isinstance(link, Contiguous):
            raise told(f"{self.plan.path}.columns.{reference}", "the rows of one parent do not follow one another here",
                       "say how many each has with `children`", "settings.reference")  # fmt: skip
        parents, ordinals = link.placed(self.numbers)
        return parents, ordinals, link.children(parents)[1]

    def record(self, name: str) -> Counted:
        """Return the random numbers of what several columns have in common."""
        return self.tables.random(self.plan.name, "shared", name)

    def shared(self, name: str, make: Callable[[Counted], Shared]) -> Shared:
        """Return what several columns have in common."""
        if name not in self._shared:
            self._shared[name] = make(self.record(name.partition("#")[0]))
        found: Shared = self._shared[name]
        return found


class Raw(Block):
    """Hold rows as chance alone makes them, whether they meet the rules or not, and so those beside them."""

    def other(self, plan: TablePlan, numbers: Ints) -> Block:
        """Return rows as chance alone makes them."""
        return Raw(self.tables, plan, numbers)

    def _hold(self, number: int) -> None:
        """Leave the columns of a component as they are."""
        self._held.add(number)


class Again(Block):
    """Hold some rows of a block, of which the columns of one component are made another time."""

    def __init__(self, base: Block, places: Ints, component: Component, attempt: int, *, bounded: bool) -> None:
        super().__init__(base.tables, base.plan, base.numbers[places])
        self._base, self._places, self._component = base, pa.array(places), component
        self._attempt, self._bounded = attempt, bounded

    @property
    def component(self) -> Component:
        """The component that is made another time."""
        return self._component

    def put(self, name: str, array: pa.Array) -> None:
        """Take a column that was found otherwise; those that are computed from others are computed anew."""
        self._made = {other: made for other, made in self._made.items()
                      if other not in self._component.columns or other in self._component.open}  # fmt: skip
        self._made[name] = array

    def sort(self, chain: tuple[str, ...]) -> None:
        """Put the values of columns that are drawn alike in order, row by row: those of a chain, as chance has them."""
        arrays = [self.column(name) for name in chain]
        cells = [cells_of(array, self.meaning(name)) for array, name in zip(arrays, chain, strict=True)]
        order = np.argsort(np.stack([own.floats for own in cells]), axis=0, kind="stable")
        whole, rows = pa.concat_arrays(arrays), len(self.numbers)
        for place, name in enumerate(chain):
            self.put(name, whole.take(pa.array(order[place] * rows + np.arange(rows))))

    def is_open(self, name: str) -> bool:
        """Return whether a column is still to be drawn."""
        return name in self._component.open and name not in self._made

    def column(self, name: str) -> pa.Array:
        """Return a column: of the component made anew, any other as it was."""
        if name not in self._made:
            anew = name in self._component.columns
            self._made[name] = self._make(name) if anew else self._base.column(name).take(self._places)
        return self._made[name]

    def random(self, name: str) -> Counted:
        """Return other random numbers for the columns of the component."""
        if name not in self._component.columns:
            return super().random(name)
        return self.tables.random(self.plan.name, name, "attempt", self._attempt)

    def record(self, name: str) -> Counted:
        """Return other random numbers for the records of the component."""
        if name not in self._component.records:
            return super().record(name)
        return self.tables.random(self.plan.name, "shared", name, "attempt", self._attempt)

    def _drawn(self, name: str, view: View) -> pa.Array:
        """Return a column without its gaps, within what the rules leave of it where that is asked for."""
        maker = self.tables.maker(self.plan.name, name)
        if not self._bounded or not isinstance(maker, Quantile) or name not in self._component.open:
            return super()._drawn(name, view)
        even = self.tied()[self.plan.tied[name]] if name in self.plan.tied else view.random.uniforms(self.numbers)
        return bounded(self, name, maker, even)


class _Above:
    """Hold the rows that others refer to, each once, and spread their columns over those."""

    def __init__(self, below: Block, plan: TablePlan, parents: Ints, reference: str) -> None:
        self._below, self._plan, self._parents, self._reference = below, plan, parents, reference
        self._places: pa.Array | None = None
        self._known = bool((parents >= 0).all())
        self._climbed: set[str] = set()

    @cached_property
    def block(self) -> Block:
        """The rows that are referred to."""
        distinct, places = np.unique(self._parents, return_inverse=True)
        gone = None
        if not self._known:
            gone, places, distinct = self._parents < 0, places - 1, distinct[1:]
        self._places = pa.array(places, mask=gone)
        return self._below.other(self._plan, distinct)

    def column(self, name: str) -> pa.Array:
        """Return a column of the parent of each row; missing where there is none."""
        tables = self._below.tables
        if self._known and name in self._plan.makers and tables.maker(self._plan.name, name).placed:
            return self._below.other(self._plan, self._parents).column(name)
        if not len(self.block.numbers):  # the top of a tree, above which nothing is to be made
            meaning = tables.plan.meanings.needed(self._plan.name, name)
            return pa.nulls(len(self._parents), stored_type(meaning))
        if self._plan is self._below.plan and name not in self._climbed:
            self._climb(name)
        return self.block.column(name).take(self._places)

    def _climb(self, name: str) -> None:
        """Make a column of a tree from the top, so that no row waits for more than the one above it."""
        levels: list[_Above] = [self]
        while len(levels[-1].block.numbers):
            if len(levels) > LEVELS:
                raise told(f"{self._plan.path}.columns.{self._reference}", f"rows are made from those above them, and "
                           f"there are more than {LEVELS:,} levels", "give each row more rows below it, or the table "
                           "fewer rows", "settings.reference")  # fmt: skip
            levels.append(levels[-1].block.above(self._reference))
        for level in levels[-2::-1]:
            level._climbed.add(name)
            level.block.column(name)


class View:
    """Show a maker the rows of a block, with the random numbers of its column."""

    __slots__ = ("_block", "name", "random")

    def __init__(self, block: Block, name: str, random: Counted) -> None:
        self._block, self.name, self.random = block, name, random

    @property
    def numbers(self) -> Ints:
        """The numbers of the rows."""
        return self._block.numbers

    def column(self, name: str) -> pa.Array:
        """Return another column."""
        return self._block.column(name)

    def meaning(self, name: str) -> Column:
        """Return what another column means."""
        return self._block.meaning(name)

    def shared(self, name: str, make: Callable[[Counted], Shared]) -> Shared:
        """Return what several columns have in common."""
        return self._block.shared(name, make)

    @property
    def count(self) -> int:
        """The number of rows of the table."""
        return self._block.tables.rows(self._block.plan.name)

    def placed(self, reference: str) -> tuple[Ints, Ints, Ints]:
        """Return the parents of the rows, their places among those of one parent, and how many these are."""
        return self._block.placed(reference)

    def at(self, numbers: Ints) -> View:
        """Return other rows of the table."""
        return View(self._block.other(self._block.plan, numbers), self.name, self.random)

    def probed(self, numbers: Ints) -> View:
        """Return rows of the table as they are before rules are met that this column is in."""
        kind = Raw if self.name in self._block.plan.component_of else Block
        return View(kind(self._block.tables, self._block.plan, numbers), self.name, self.random)

    def drawn(self) -> pa.Array:
        """Return the column itself, without its gaps."""
        return self._block._drawn(self.name, self)

    def kept(self, name: str, find: Callable[[], Shared]) -> Shared:
        """Return what is found out once, of the column as a whole."""
        return self._block.tables.kept((self._block.plan.name, self.name, name), find)


def blanked(array: pa.Array, gone: npt.NDArray[np.bool_]) -> pa.Array:
    """Return a column with some cells missing."""
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        return pa.DictionaryArray.from_arrays(pc.if_else(pa.array(gone), None, array.indices), array.dictionary)
    return pc.if_else(pa.array(gone), pa.scalar(None, array.type), array)
