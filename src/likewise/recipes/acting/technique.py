"""The technique `agents`: calibrated agents beside learned trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import BeforeValidator, Field, model_validator

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, HeldBack, Model, Synthesizer
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.modalities.sequence.entities import held_entities
from likewise.recipes.acting.events import BEFORE, OTHER, SPREAD, USUAL, beside, learned_events, usual
from likewise.recipes.acting.model import AgentsModel
from likewise.recipes.acting.table import TRAIT, Roles, Sorted, levels_of_codes
from likewise.recipes.acting.telling import Telling
from likewise.techniques.agents.habits.learning import habits_of
from likewise.techniques.agents.habits.traits import traits_of
from likewise.techniques.autoregressive import Autoregressive

BYTES_A_ROW, BYTES_A_CELL = 1_500, 200
"""Bytes that a fit takes for each event, and for each of its columns."""

OWN = (TRAIT, BEFORE, USUAL, SPREAD, OTHER)
"""How no column of a table may begin."""


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Agents(Synthesizer):
    """Learn how the entities of a table of events act, let agents act so, and learn by trees what their events hold.

    `entity` says whose an event is, `order` when it is (a date, a moment, a number). Each entity becomes a row of
    traits: how many events on how many occasions it has, from when to when, how regular and at which hours, and what
    its events mostly hold. Traits of new agents are drawn by trees. An agent then uses up what its traits allow: it
    comes, has some events, and comes again, each decision drawn from what entities of such traits decided in such a
    situation. `shared` are columns of values that it returns to, or finds as others do (shops, products, devices,
    counterparties); where none are named, columns of 50 levels or more that several entities use. All other columns are
    drawn beside that, and beside what the event before held.

    Keeps the times between events and how they hang together, bursts, hours and weekdays, days on which nobody comes,
    how many use a value and how often one returns to it, and the shapes of columns. Loses what events cause in other
    entities, and who deals with whom. `min_leaf` and `effort` are those of the trees (see `autoregressive`).

    Use for payments, orders, logins, visits, readings: rows of entities that come back. Avoid for tables whose rows are
    independent (`autoregressive`), for series of even steps (`vae`, `gan`), and where a guarantee is needed: values
    of shared columns that several entities use are real ones. Without `entity` every row is an agent that acts once,
    drawn by the trees.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> days = rng.exponential(5, (40, 10)).cumsum(axis=1).round()
    >>> visits = {"who": np.repeat(np.arange(40), 10), "day": days.ravel(), "paid": rng.integers(1, 9, 400) * 5}
    >>> model = Agents(entity="who", order="day").fit(visits)
    >>> len(set(model.sample(400)["who"])) > 20
    True

    Cost: learning 200,000 events of 4 columns and drawing as many, 80 CPU seconds. Song et al., 2010, Nature Physics 6
    (exploration and return); Mattson et al., 1970, IBM Systems Journal 9 (stack distances).
    """

    technique: ClassVar[str] = "agents"
    model_class: ClassVar[type[Model]] = AgentsModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee; no row or history is stored, but shared values, gaps and hours are real"
    )

    entity: str | None = None
    order: str | None = None
    shared: Annotated[tuple[str, ...] | None, BeforeValidator(_as_list)] = None
    effort: Literal["fast", "standard", "high"] = "standard"
    min_leaf: int = Field(default=20, ge=1)

    @model_validator(mode="after")
    def _belong_to_somebody(self) -> Self:
        if self.entity is None and (self.order is not None or self.shared is not None):
            raise ValueError("`order` and `shared` are of events of entities: say whose they are, entity=...")
        return self

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return none: it has to be told whose events are."""
        return ()

    def stricter(self) -> Agents | None:
        """Return the settings with larger leaves, as those of the trees are; None where larger ones win little."""
        trees = self._trees.stricter()
        return None if trees is None else self.model_copy(update={"min_leaf": trees.min_leaf})

    def held_back(self, table: Table, share: float, rng: np.random.Generator) -> HeldBack:
        """Return the rows of some entities, held back whole."""
        if self.entity is None:
            return super().held_back(table, share, rng)
        return held_entities(table, self.entity, self.order, share, rng)

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes."""
        return rows * (BYTES_A_ROW + BYTES_A_CELL * columns)

    @property
    def _trees(self) -> Autoregressive:
        return Autoregressive(effort=self.effort, min_leaf=self.min_leaf)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Learn traits, habits and what events hold. Raises FitError for columns that name no entities or no time."""
        plain = Table(table.columns, table.schema)
        if self.entity is None:
            events = self._trees.fit(plain, seed=seed, progress=progress)
            model = AgentsModel(events.schema, events.card, "table", events, None, None, None, {}, {})
            note = "no `entity` is named: every row is an agent that acts once, drawn by trees"
            return events.schema, *model.state(), (note, *events.card.notes)
        _check_names(plain.names)
        roles, real = Roles.of(plain, self.entity, self.order, self.shared, seed=seed)
        progress("learning habits", 0, 3)
        habits = habits_of(real.history, least=max(30, self.min_leaf), seed=seed)
        progress("learning traits", 1, 3)
        who = _traits(real, roles)
        traits = self._trees.fit(who, seed=seed)
        progress("learning events", 2, 3)
        others = self._events(real, roles, who, seed) if roles.others else None
        progress("learning events", 3, 3)
        levels = {name: levels_of_codes(real.rows.column(name)) for name in (*roles.shared, *roles.told)}
        telling = {name: Telling.of(real.history.values[j], real.levels[name], seed=seed)
                   for name, j in roles.told.items()}  # fmt: skip
        known = {c.name: c for model in (traits, others) if model is not None for c in model.schema.columns}
        fields = (known[c.name] if c.name in {*roles.fixed, *roles.others} else c for c in real.rows.schema.columns)
        schema = roles.schema(Schema(columns=tuple(fields), nested=table.schema.nested))
        made = AgentsModel(schema, traits.card, "table", others, traits, habits, roles, levels, telling)
        return schema, *made.state(), _notes(roles, real, traits, others)

    def _events(self, real: Sorted, roles: Roles, who: Table, seed: int) -> Model:
        """Learn what events hold beside what is known of them."""
        shared = {name: real.rows.column(name) for name in roles.shared}
        known = beside(real.history, roles, who, shared, real.rows.schema)
        table = learned_events(known, real.rows, roles, real.history)
        given = tuple(name for name in table.names if name not in roles.others)
        return self._trees.model_copy(update={"known": given}).fit(table, seed=seed)


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if name.startswith(OWN):
            raise FitError("fit.names", f"`{name}` is called as what agents look at is", where=name,
                           hint="give the column another name")  # fmt: skip


def _traits(real: Sorted, roles: Roles) -> Table:
    """Return a row for each entity: its traits, what never changes of it, and what its events mostly hold."""
    columns: dict[str, pa.Array] = {}
    schema: list[Column] = []
    for name, values in traits_of(real.history).items():
        whole = values.dtype.kind == "i"
        columns[TRAIT + name] = pa.array(values, mask=None if whole else np.isnan(values))
        schema.append(Column(name=TRAIT + name, kind="integer" if whole else "float", nullable=not whole,
                             dtype="int64" if whole else "double"))  # fmt: skip
    history = real.history
    heads = real.rows.take(history.starts[history.first]).select(list(roles.fixed))
    for part in (heads, usual(real.rows, roles, history)):
        columns |= {name: part.column(name) for name in part.names}
        schema += part.schema.columns
    return Table(pa.table(columns), Schema(columns=tuple(schema)))


def _notes(roles: Roles, real: Sorted, traits: Model, events: Model | None) -> tuple[str, ...]:
    """Return what is to be said of the model beside what is said of every one."""
    entities, occasions = real.history.entities, len(real.history.who)
    said = [f"`{roles.entity}`: agents that act as {entities:,} entities did on {occasions:,} occasions are drawn with "
            "new ids; the last of every 65,536 rows is cut short"]  # fmt: skip
    if roles.shared:
        said.append(f"{', '.join(f'`{name}`' for name in roles.shared)}: real values, and invented ones for those "
                    "that few entities used, which agents return to and share as entities did")  # fmt: skip
    said += [f"`{name}`: told by `{roles.shared[j]}`, as in real rows" for name, j in roles.told.items()]
    said += [f"`{ticket.column.name}`: a new one at each occasion" for ticket in roles.tickets]
    if roles.fixed:
        said.append(f"{', '.join(f'`{name}`' for name in roles.fixed)}: the same in all events of an agent")
    own = {*roles.fixed, *roles.others}
    inner = (note for model in (traits, events) if model is not None for note in model.card.notes)
    return (*said, *(note for note in inner if any(f"`{name}`" in note for name in own)))
