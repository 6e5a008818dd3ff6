"""Settings that all techniques of networks share, and how they learn a table: its rows, then the media in them."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, cast

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from likewise.core.frames import Container
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, HeldBack, Model, Synthesizer, learned_part
from likewise.core.schema import KINDS, Column, Kind, Schema
from likewise.core.seconds import seconds_of
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import PrivacyError, SettingsError
from likewise.modalities.sequence.entities import held_entities
from likewise.modalities.sequence.ordering import held_end, order_of
from likewise.modalities.sequence.panels import Panel
from likewise.networks.device import Device, device_of
from likewise.networks.frequencies import Frequencies
from likewise.networks.model import state_of
from likewise.networks.subject import Subject
from likewise.networks.training import Budget, Run, noting, recording
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, cells_of, encode, plain_domain, schema_of
from likewise.privacy.promising import promised

if TYPE_CHECKING:
    import pyarrow as pa


LEARNERS: Mapping[Kind, str] = {
    "image": "image.learning:learn_pictures",
    "audio": "audio.learning:learn_sounds",
    "video": "video.learning:learn_clips",
    "series": "sequence.learning:learn_series",
}
"""The file of a technique that learns each kind of media, and its function; imported when it is used."""

PRIVATELY = "tabular.private:learn_privately"
"""The file that learns rows under a privacy budget, and its function."""

ATTRIBUTES = 0.25
"""The share of the time that attributes may take where they are many."""


@dataclass(frozen=True)
class Effort:
    """Say with what means one network is trained: the budget, rows a step (None: what is usual), device and seed.

    `size` and `frames` bound pictures and clips (see `NetworkSynthesizer`).
    """

    budget: Budget
    batch_size: int | None
    device: Device
    seed: int
    progress: Progress
    size: int | None = None
    frames: int | None = None


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hold what was learned of rows or media: the maker, its columns as they will come back, notes for the card."""

    maker: Any
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()


UNPAID = {
    "time": "say how long to train by `epochs`: which number of steps ends in time is measured on the rows",
    "folder": "leave it out: checkpoints would tell of the rows",
    "batch_size": "say by `rate` which share of the rows a step takes: their number is private",
    "size": "leave it out: pictures are not learned under a budget",
    "frames": "leave it out: clips and sounds are not learned under a budget",
    "entity": "leave it out: series are not learned under a budget (technique='marginals': a `unit` in the domain)",
    "order": "leave it out: series are not learned under a budget",
    "season": "leave it out: series are not learned under a budget",
}
"""Settings that look at rows beside what a budget pays for, or are of what it cannot pay for."""


class _WithBudget:
    """Whether the settings ask for a guarantee; without settings, no."""

    def __get__(self, held: NetworkSynthesizer | None, owner: type[NetworkSynthesizer]) -> bool:
        return held is not None and held.epsilon is not None


def _seconds(time: Any) -> float | None:
    try:
        return None if time is None else seconds_of(time)
    except SettingsError as fault:
        raise ValueError(fault.what) from None


class NetworkSynthesizer(Synthesizer):
    """Hold the settings of a technique of networks.

    `epochs` are passes over the rows, `time` is how long training may take (`3m`, or seconds); where neither is given,
    training is as long as is usual for such data. `size` is the longest side in pixels at which pictures are learned
    and drawn, smaller ones as they are (None: 64 on a processor, 128 on a graphics card), `frames` the most frames of a
    clip (None: 16 and 32) or of the spectrogram of a sound (None: 64 and 128). `entity` and `order` say that the table
    is a long one: rows of an entity, as that column tells them, are one series in the order of the other; with `order`
    alone all rows are one. In `folder` checkpoints, losses and previews of a fit are kept: when it was ended in
    between, the same call goes on where it was. A technique's author writes `learn_rows`, and in the package `home` the
    files that `LEARNERS` and `PRIVATELY` name.

    With `epsilon` (and `delta`) a table without media is learned with differential privacy: `domain` declares what each
    column may hold (see `Contract`), each cell is read by that and by noisy counts, and networks see rows by private
    gradients alone. A step then takes every row with the chance `rate` (None: 0.02). What would look at rows beside
    that is refused: `time`, `folder` and `batch_size`, and a domain that leaves columns to be discovered. So are media
    and long tables.
    """

    kinds: ClassVar[frozenset[Kind]] = KINDS
    is_private: ClassVar[bool] = cast("bool", _WithBudget())
    home: ClassVar[str]
    """The package of the technique, in which its files that learn media are."""

    epochs: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    time: Annotated[float | None, BeforeValidator(_seconds)] = None
    batch_size: int | None = Field(default=None, ge=2)
    size: int | None = Field(default=None, ge=4, le=1024)
    frames: int | None = Field(default=None, ge=1, le=256)
    entity: str | None = None
    order: str | None = None
    device: str = "auto"
    folder: str | None = Field(default=None, exclude=True)
    """No part of what a model is: it is not told on its card."""
    epsilon: float | None = Field(default=None, gt=0, allow_inf_nan=False, strict=True)
    delta: float = Field(default=1e-6, gt=0, lt=1, strict=True)
    domain: Annotated[dict[str, Any] | str | None, BeforeValidator(plain_domain)] = None
    rate: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="after")
    def _is_a_whole_promise(self) -> Self:
        given = [name for name in ("domain", "rate") if getattr(self, name) is not None]
        if self.epsilon is None and given:
            raise SettingsError("settings.epsilon", f"`{given[0]}` belongs to a privacy budget, and none is given",
                                where=given[0], hint="give an epsilon too, e.g. 1.0")  # fmt: skip
        if self.epsilon is not None:
            if self.domain is None:
                raise PrivacyError("privacy.no-domain", "nothing says what may be known of the columns without looking",
                                   where="domain", hint="declare the domain of each column")  # fmt: skip
            for name, hint in UNPAID.items():
                if getattr(self, name, None) is not None:
                    raise PrivacyError("privacy.beside", f"`{name}` is not part of what a budget pays for",
                                       where=name, hint=hint)  # fmt: skip
        return self

    @abstractmethod
    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Return a RowMaker of a table without media."""

    def learn_cells(self, subject: Subject, effort: Effort) -> Learnt:
        """Return a CellMaker of the media of a table, conditioned on its attributes."""
        assert subject.kind is not None
        return self._learner(LEARNERS[subject.kind])(subject, effort)

    def _learner(self, where: str) -> Callable[..., Learnt]:
        """Return a function of a file in the package of the technique."""
        file, _, function = where.partition(":")
        found: Callable[..., Learnt] = getattr(import_module(f"{self.home}.{file}"), function)
        return found

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Model:
        """Learn from a table and return the model (see `Synthesizer`), with an `epsilon` from data as they come.

        Then any table goes, also one without rows, but for a Table whose types were inferred from all of it. Raises
        PrivacyError where the contract is faulty or open, or is not that of the data.
        """
        if self.epsilon is None:
            return super().fit(data, seed=seed, progress=progress)
        raw, container = cells_of(data, Contract.of(self.domain or {}).listed)
        return self.learned(raw, container, self.account(), seed=seed, progress=progress)

    def account(self) -> Account:
        """Return an account of the budget that is set, from which nothing is spent.

        Raises PrivacyError where the domain leaves columns to be discovered: what that costs is not known beforehand.
        """
        if Contract.of(self.domain or {}).is_open:
            raise PrivacyError("privacy.open", f"`{self.technique}` needs to know beforehand what all columns may hold",
                               where="domain", hint="declare every column, or take technique='marginals', whose model "
                                                    "tells a domain that it paid for")  # fmt: skip
        assert self.epsilon is not None
        return Account(self.epsilon, self.delta)

    def learned(
        self, raw: pa.Table, container: Container, account: Account, *, public: pa.Table | None = None, seed: int = 0,
        progress: Progress = quiet,
    ) -> Model:  # fmt: skip
        """Learn from data as they came, and charge an account that the caller keeps. Raises as `fit` does."""
        from likewise.networks.private import Protected

        generator(seed)
        contract = Contract.of(self.domain or {})
        if public is not None:
            raise PrivacyError("privacy.public", f"public rows do not help `{self.technique}`", where="public",
                               hint="leave them out, or take technique='marginals'")  # fmt: skip
        rows = Protected.of(encode(raw, contract), contract, account, epochs=self.epochs, rate=self.rate,
                            device=device_of(self.device), seed=seed, progress=progress)  # fmt: skip
        learnt = self._learner(PRIVATELY)(rows)
        card = promised(contract, account, technique=self.technique, settings=self.to_dict(), seed=seed,
                        rows=rows.told.rows, notes=(rows.note, *learnt.notes))  # fmt: skip
        return self.model_class.from_state(schema_of(contract), card, container, *state_of(learnt.maker, None))

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return none: networks take minutes where a race has seconds; who wants them asks for them by name."""
        return ()

    def for_trial(self) -> Self:
        """Return the settings for a trial, which leaves the folder of the run alone."""
        return self.model_copy(update={"folder": None})

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Learn rows, or attributes and the media beside them."""
        panel, said = self._panel(table)
        subject = Subject.of(table if panel is None else panel.gathered(table))
        run = self._run()
        budget = Budget(self.epochs, self.time) if run is None else Budget(self.epochs, self.time, run.elapsed)
        device = device_of(self.device)
        effort = Effort(budget, self.batch_size, device, seed, progress, self.size, self.frames)
        with recording(run), noting() as told:
            rows, cells = self._parts(subject, effort)
        parts = [learnt for learnt in (rows, cells) if learnt is not None]
        found = {column.name: column for learnt in parts for column in learnt.columns}
        schema = Schema(columns=tuple(found[name] for name in subject.table.names))
        panel = None if panel is None else panel.given_back(schema)
        maker, cell_maker = (None if learnt is None else learnt.maker for learnt in (rows, cells))
        meta, arrays = state_of(maker, cell_maker, panel, schema)
        notes = [*said, *(note for learnt in parts for note in learnt.notes)]
        told_too = (note for note in told if note not in notes)
        return schema if panel is None else panel.schema, meta, arrays, (*notes, *told_too)

    def _panel(self, table: Table) -> tuple[Panel | None, tuple[str, ...]]:
        """Return how a long table is gathered, and what is to be said of it; None for another."""
        if self.entity is None and self.order is None:
            return None, ()
        return Panel.of(table, self.entity, self.order)

    def held_back(self, table: Table, share: float, rng: np.random.Generator) -> HeldBack:
        """Return which rows are held back to judge by: whole entities, the end of one series, else rows at random."""
        part = learned_part(table)
        if self.entity is not None:
            return held_entities(part, self.entity, self.order, share, rng)
        if self.order is not None:
            return held_end(part, order_of(part, self.order, entities=False), share)
        return super().held_back(table, share, rng)

    def _run(self) -> Run | None:
        """Return the run that the folder is for; checkpoints of one with other settings are told by its key."""
        return None if self.folder is None else Run(self.folder, json.dumps([self.technique, self.to_dict()]))

    def _parts(self, subject: Subject, effort: Effort) -> tuple[Learnt | None, Learnt | None]:
        if subject.media is None:
            return (self.learn_rows(subject.attributes, effort) if subject.attributes.names else None), None
        rows = self._attributes(subject.attributes, effort)
        return rows, self.learn_cells(subject, replace(effort, budget=effort.budget.part(1)))

    def _attributes(self, table: Table, effort: Effort) -> Learnt | None:
        if not table.names:
            return None
        counted = Frequencies.fit(table)
        if counted is not None:
            columns = tuple(c.model_copy(update={"reason": ""}) for c in table.schema.columns)
            return Learnt(counted, columns, counted.notes)
        return self.learn_rows(table, replace(effort, budget=effort.budget.part(ATTRIBUTES)))
