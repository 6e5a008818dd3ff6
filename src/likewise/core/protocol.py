"""The contract: a synthesizer is settings, `fit` makes it a model, `sample` turns a seed into data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from likewise.core import draw, state
from likewise.core.balance import Plan
from likewise.core.card import Card, Privacy, card_for
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.impute import fill, warn
from likewise.core.machine import check_memory
from likewise.core.progress import Progress, quiet
from likewise.core.pseudonyms import pseudonymised
from likewise.core.registry import able
from likewise.core.schema import KINDS, MEDIA, Column, Kind, Schema
from likewise.core.seeds import generator
from likewise.core.show import html_table
from likewise.core.spec import Spec, Told
from likewise.core.table import Table
from likewise.errors import FitError, SchemaError

Arrays = dict[str, npt.NDArray[Any]]

COPIES = 3
"""How often a fit that keeps rows holds their images, sounds and series for a while, beside the table itself."""


@dataclass(frozen=True, eq=False)
class Model(ABC):
    """Hold what was learned: frozen, without hidden state, and able to draw any number of rows.

    A technique's author writes `draw`, `state` and `from_state`; the sampling loop in `core.draw` does blocks, seeds,
    conditions, keys and the return to the caller's types. `schema` is what `sample` gives back; it holds no value that
    the technique means to protect.
    """

    schema: Schema
    card: Card
    container: Container

    technique: ClassVar[str]
    conditions: ClassVar[Literal["native", "rejection"]] = "rejection"

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows of the learned columns (all but ids and ignored ones).

        `given` is None unless `conditions` is "native"; with partial rows it holds exactly `n` of them.
        """

    def draw_groups(
        self, groups: Sequence[Given], counts: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> Table | None:
        """Return the rows of all groups in any order; None where they are best drawn one group after another."""
        return None

    def can_draw(self, groups: Sequence[Given], rng: np.random.Generator) -> npt.NDArray[np.bool_] | None:
        """Return which groups can be drawn; None where that is best found by drawing each."""
        return None

    def glance(self, n: int, rng: np.random.Generator, given: Given | None) -> Table | None:
        """Return `n` rows that meet the conditions without what is costly to draw; None where nothing is."""
        return None

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return drawn rows with what depends on their place: the first of them is row `start` of all asked for.

        As they are by default. A series puts its times in here, which go on from block to block.
        """
        return drawn

    @property
    def finishes(self) -> bool:
        """Whether rows are known only when all of them are drawn, as something must hold for all of them together."""
        return False

    def finished(self, drawn: Table, given: Given | None, plan: Plan | None, seed: int) -> Table:
        """Return all rows of a request as they are given back, where `finishes` says that they are not yet."""
        return drawn

    @property
    def made_by(self) -> str:
        """What draws the rows, in the words of a report: the technique, and what holds it if anything does."""
        return self.technique

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return everything learned as JSON values and arrays, for a model file."""

    @classmethod
    @abstractmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""

    def sample(self, n: int, *, given: Any = None, balance: Any = None, seed: int = 0) -> Any:
        """Return `n` new rows, in the kind of object the model was fitted to (pandas for pandas, ...).

        `given` restricts rows: a mapping of values, lists, (low, high) ranges or texts such as `>=60`; a text such as
        `sex=Female,age>=60`; or a table of partial rows to complete. `balance` settles how many rows have each level of
        a category, exactly: a column for even counts, columns for even counts of the combinations that the model draws,
        or shares such as `{"income": {"no": 0.3, "yes": 0.7}}`. The same seed gives the same rows. Raises SettingsError
        for a bad `n`, seed or shares and ConditionError when the conditions cannot be met. Memory: the rows themselves;
        use `stream` for more rows than fit.

        >>> from likewise.techniques.bootstrap import Bootstrap
        >>> model = Bootstrap().fit({"paid": ["yes"] * 90 + ["no"] * 10})
        >>> model.sample(50, balance="paid")["paid"].count("no")
        25
        """
        return draw.sample(self, n, given=given, balance=balance, seed=seed).to_native()

    def stream(self, n: int, *, given: Any = None, balance: Any = None, seed: int = 0) -> Iterator[Table]:
        """Yield the same rows as `sample`, in Tables of at most 65,536 rows, at constant memory."""
        return draw.stream(self, n, given=given, balance=balance, seed=seed)

    def impute(self, data: Any, *, seed: int = 0) -> Any:
        """Return the same kind of object with every missing cell of the learned columns filled.

        Each cell is drawn given what is known of its row, so that two seeds give two plausible tables; known cells,
        other columns, their order and dtypes stay as they are. Ids and columns of which no value was learned keep
        their gaps, with a UserWarning. Raises ConditionError when the technique cannot complete rows and SchemaError
        when a column is not of its kind.

        >>> from likewise.techniques.autoregressive import Autoregressive
        >>> model = Autoregressive().fit({"age": [20, 30, 40] * 60, "grown": ["no", "yes", "yes"] * 60})
        >>> model.impute({"age": [20, 40, 20], "grown": [None, None, "yes"]})["grown"]
        ['no', 'yes', 'yes']
        """
        return warn(fill(self, data, seed=seed)).like(data)

    def save(self, path: str | Path) -> None:
        """Write the model to one file (`*.likewise`): JSON and arrays, never code."""
        state.save(self, path)

    def with_evaluation(self, scores: dict[str, float]) -> Self:
        """Return the model with its card telling how it was judged."""
        return replace(self, card=self.card.model_copy(update={"evaluation": scores}))

    def _repr_html_(self) -> str:
        rows = (line.split(maxsplit=1) for line in self.card.to_text().splitlines())
        return html_table(("model", ""), rows)


@runtime_checkable
class Updatable(Protocol):
    """Follow changing data without starting over: what a model may offer beside `Model`."""

    def update(self, data: Any, *, keep: float = 0.5, seed: int = 0, progress: Progress = quiet) -> Self:
        """Return the model after it saw `data`, beside whose rows an earlier one counts `keep`; leave itself as it is.

        Raises SchemaError when columns are not those that were learned, and FitError when there is nothing to learn.
        """


@runtime_checkable
class Perturbing(Protocol):
    """Change rows that are given: what a model may offer beside `Model`."""

    def perturb(self, data: Any, *, seed: int = 0) -> Any:
        """Return the same rows in their order, changed as the settings say, in the kind of object that was given.

        Raises SchemaError when columns are not those that were learned.
        """


@dataclass(frozen=True, eq=False)
class HeldBack:
    """Hold the numbers of rows to judge by, what is to be said of them, and how they follow one another.

    `entity` is the column that says whose a row is, `order` the one that says when, where a technique learns series.
    """

    rows: npt.NDArray[np.intp]
    said: str = ""
    entity: str | None = None
    order: str | None = None


class Synthesizer(Spec, ABC, metaclass=Told):
    """Hold the settings of one technique; equal settings are equal objects.

    A technique's author writes `learn` and names its `Model`; `fit` checks the data and fills in the card. `kinds` are
    the kinds of columns that it can learn: all but images, sounds and series where nothing else is said.

    One that `is_private` gives a formal guarantee: it has the settings `epsilon`, `delta` and `domain` (what columns
    may hold, as a contract says), writes a `fit` of its own that learns from data as it comes, and lets nothing of it
    out but through noise of the operating system. So two fits of one seed differ, a table without rows is learned like
    any other, and no verb lets it see rows that were looked at: read, inferred, raced on, held back or set aside.
    """

    technique: ClassVar[str]
    model_class: ClassVar[type[Model]]
    privacy: ClassVar[Privacy]
    kinds: ClassVar[frozenset[Kind]] = KINDS - MEDIA
    is_private: ClassVar[bool] = False

    @property
    def inside(self) -> Synthesizer:
        """The technique that draws: itself, unless it holds another one to rules."""
        return self

    @abstractmethod
    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Return the schema to give back, what was learned (see `Model.state`) and notes for the card."""

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return the settings worth trying on a table that nobody has tried yet: cheap ones first.

        Of equal cost the most faithful comes first and the most private last. `auto` with a goal races them. None, for
        a technique that cannot learn without being told something.
        """
        return () if any(field.is_required() for field in cls.model_fields.values()) else (cls(),)

    def stricter(self) -> Self | None:
        """Return settings that keep drawn rows farther from learned ones; None where there are none beyond these.

        A plain fit takes them where a trial on the table's own rows leaks.
        """
        return None

    def for_trial(self) -> Self:
        """Return the settings for a trial on some of a table's rows: these, unless they say how many rows there are."""
        return self

    def held_back(self, table: Table, share: float, rng: np.random.Generator) -> HeldBack:
        """Return which rows are kept from a fit, to judge it by: a share of them, at random.

        A technique that learns how rows follow one another holds back rows that do, so that no gaps are left.
        """
        return HeldBack(rng.permutation(table.rows)[round(table.rows * (1 - share)) :])

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes a fit takes beside the table itself; None where that is not known."""
        return None

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Model:
        """Learn from a table and return the model.

        Raises FitError when there is nothing to learn from, and when there is less memory than the fit would take;
        SchemaError when a column is of a kind that the technique cannot learn.

        A technique sees neither ids, which are made anew, nor those real ids that repeat: pseudonyms take their place.
        """
        generator(seed)
        table = Table.from_any(data)
        if not table.rows:
            raise FitError("fit.no-rows", "the table has no rows to learn from",
                           hint="give at least one row below the header")  # fmt: skip
        part = learned_part(table)
        for column in part.schema.columns:
            if column.kind not in self.kinds:
                raise _cannot_learn(self.technique, column)
        check_memory(memory_to_fit(self, part), rows=part.rows, columns=len(part.names), technique=self.technique)
        learned = pseudonymised(part, seed=seed)
        schema, meta, arrays, notes = self.learn(learned, seed=seed, progress=progress)
        kept = {c.name: c for c in schema.columns}
        generated = {c.name: c.model_copy(update={"reason": ""}) for c in table.schema.columns if c.is_generated}
        columns = tuple({**generated, **kept}[c.name] for c in table.schema.columns if c.role != "ignore")
        whole = Schema(columns=columns, nested=table.schema.nested if len(columns) == len(table.schema) else ())
        replaced = [f"`{c.name}`: identifiers are replaced by invented ones" for c in columns if c.is_pseudonymous]
        arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}  # as a file gives them back
        card = card_for(table, self.technique, self.to_dict(), seed, self.privacy, (*notes, *replaced))
        return self.model_class.from_state(whole, card, table.container, meta, arrays)


def memory_to_fit(technique: Synthesizer, part: Table) -> int | None:
    """Return about how many bytes a fit to columns takes, arrays in them too; None if that is unknown."""
    needed = technique.memory(part.rows, len(part.names))
    arrays = sum(part.columns.column(c.name).nbytes for c in part.schema.columns if c.is_media)
    return None if needed is None else needed + COPIES * arrays


def _cannot_learn(name: str, column: Column) -> SchemaError:
    others = able(column.kind)
    hint = f"fit with technique={' or '.join(repr(n) for n in others)}, or s" if others else "s"
    return SchemaError("schema.unlearnable", f"technique `{name}` cannot learn `{column.name}`, a column of kind "
                       f"{column.kind}", where=column.name, hint=f"{hint}et `role: ignore` on the column")  # fmt: skip


def learned_part(table: Table) -> Table:
    """Return the columns that a technique learns: all but generated ids and ignored ones."""
    return table.select([c.name for c in table.schema.columns if not c.is_generated and c.role != "ignore"])
