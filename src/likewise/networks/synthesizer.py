"""Settings that all techniques of networks share, and how they learn a table: its rows, then the media in them."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field

from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import KINDS, Column, Kind, Schema
from likewise.core.seconds import seconds_of
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.networks.device import Device, device_of
from likewise.networks.frequencies import Frequencies
from likewise.networks.model import state_of
from likewise.networks.subject import Subject
from likewise.networks.training import Budget, Run, noting, recording

LEARNERS: Mapping[Kind, str] = {
    "image": "image.learning:learn_pictures",
    "audio": "audio.learning:learn_sounds",
    "video": "video.learning:learn_clips",
    "series": "sequence.learning:learn_series",
}
"""The file of a technique that learns each kind of media, and its function; imported when it is used."""

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
    clip (None: 16 and 32) or of the spectrogram of a sound (None: 64 and 128). In `folder` checkpoints, losses and
    previews of a fit are kept: when it was ended in between, the same call goes on where it was. A technique's author
    writes `learn_rows`, and in the package `home` the files that `LEARNERS` names.
    """

    kinds: ClassVar[frozenset[Kind]] = KINDS
    home: ClassVar[str]
    """The package of the technique, in which its files that learn media are."""

    epochs: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    time: Annotated[float | None, BeforeValidator(_seconds)] = None
    batch_size: int | None = Field(default=None, ge=2)
    size: int | None = Field(default=None, ge=4, le=1024)
    frames: int | None = Field(default=None, ge=1, le=256)
    device: str = "auto"
    folder: str | None = Field(default=None, exclude=True)
    """No part of what a model is: it is not told on its card."""

    @abstractmethod
    def learn_rows(self, table: Table, effort: Effort) -> Learnt:
        """Return a RowMaker of a table without media."""

    def learn_cells(self, subject: Subject, effort: Effort) -> Learnt:
        """Return a CellMaker of the media of a table, conditioned on its attributes."""
        assert subject.kind is not None
        file, _, function = LEARNERS[subject.kind].partition(":")
        module = import_module(f"{self.home}.{file}")
        learnt: Learnt = getattr(module, function)(subject, effort)
        return learnt

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
        subject = Subject.of(table)
        run = self._run()
        budget = Budget(self.epochs, self.time) if run is None else Budget(self.epochs, self.time, run.elapsed)
        device = device_of(self.device)
        effort = Effort(budget, self.batch_size, device, seed, progress, self.size, self.frames)
        with recording(run), noting() as told:
            rows, cells = self._parts(subject, effort)
        meta, arrays = state_of(*(None if learnt is None else learnt.maker for learnt in (rows, cells)))
        found = {c.name: c for learnt in (rows, cells) if learnt is not None for c in learnt.columns}
        schema = Schema(columns=tuple(found[name] for name in table.names))
        notes = [note for learnt in (rows, cells) if learnt is not None for note in learnt.notes]
        return schema, meta, arrays, (*notes, *(note for note in told if note not in notes))

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
