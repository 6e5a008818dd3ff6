"""The folder of a run: checkpoints that a killed training goes on from, its losses as they come, previews."""

from __future__ import annotations

import hashlib
import json
import re
import time as clocks
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.core.aside import at_once, write_aside
from likewise.core.extras import require
from likewise.core.faults import writing
from likewise.errors import SettingsError
from likewise.networks.training.phase import Phase
from likewise.networks.training.plan import Plan

if TYPE_CHECKING:
    from torch import Tensor

VERSION = 1
"""The form of checkpoints; another one is not read."""

EVERY = 20.0
"""Seconds between two checkpoints."""

_CURRENT: ContextVar[Run | None] = ContextVar("run", default=None)


class Run:
    """Keep what the trainings of one fit write to `folder`, each in a folder of its own name.

    `key` stands for all settings that checkpoints depend on and that a training does not see. `every` is the number of
    seconds between checkpoints. Trainings within `recording(run)` use it.
    """

    def __init__(self, folder: str | Path, key: str = "", *, every: float = EVERY) -> None:
        self.folder, self.key, self.every = Path(folder), key, every
        self._names: Counter[str] = Counter()
        self._ahead = -clocks.monotonic()

    def elapsed(self) -> float:
        """Return the seconds that the run has taken, in all processes that worked on it: a clock for budgets."""
        return clocks.monotonic() + self._ahead

    def resume(self, elapsed: float) -> None:
        """Count seconds that an ended process took."""
        self._ahead += max(0.0, elapsed - self.elapsed())

    def place(self, what: str) -> Path:
        """Return the folder of a training, made if need be; a second one of the same name is numbered."""
        name = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-") or "training"
        self._names[name] += 1
        place = self.folder / (name if self._names[name] == 1 else f"{name}-{self._names[name]}")
        with writing(place):
            place.mkdir(parents=True, exist_ok=True)
        return place


@contextmanager
def recording(run: Run | None) -> Iterator[None]:
    """Let all trainings in the block write to the folder of a run, and go on from what lies there."""
    token = _CURRENT.set(run)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_run() -> Run | None:
    """Return the run that trainings write to at present."""
    return _CURRENT.get()


@dataclass(frozen=True)
class Kept:
    """Hold what a checkpoint says: its tensors by name, and all else as JSON values."""

    tensors: dict[str, Tensor]
    said: dict[str, Any]


class Keeper:
    """Write and read the files of one training. Processes but the first read only."""

    def __init__(self, run: Run, what: str, fingerprint: str, *, writes: bool) -> None:
        self.run, self.fingerprint, self.writes = run, fingerprint, writes
        self.place = run.place(what)
        self._last = clocks.monotonic()
        self._log = self.place / "losses.jsonl"

    @property
    def due(self) -> bool:
        """Whether the last checkpoint is old enough for another one."""
        return self.writes and clocks.monotonic() - self._last >= self.run.every

    def save(self, tensors: dict[str, Tensor], said: dict[str, Any]) -> None:
        """Write a checkpoint, whole or not at all: one file, with the JSON values in its header."""
        if not self.writes:
            return
        to_bytes = require("safetensors.torch", extra="deep").save
        beside = {"version": VERSION, "fingerprint": self.fingerprint, "elapsed": self.run.elapsed(),
                  "logged": self._log.stat().st_size if self._log.exists() else 0}  # fmt: skip
        with at_once():
            write_aside(self._file, to_bytes(tensors, metadata={"training": json.dumps(said | beside)}))
        self._last = clocks.monotonic()

    def found(self) -> Kept | None:
        """Return the checkpoint to go on from, None where there is none.

        Losses that were logged after it are cut off. Raises SettingsError where it is that of another training.
        """
        if not self._file.exists():
            if self.writes:
                self._log.unlink(missing_ok=True)
            return None
        safe_open = require("safetensors", extra="deep").safe_open
        fault = require("safetensors", extra="deep").SafetensorError
        try:
            with safe_open(self._file, framework="pt") as opened:
                said = json.loads(opened.metadata()["training"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        except (fault, KeyError, TypeError, ValueError):
            raise self._refused("is damaged") from None
        if said["version"] != VERSION or said["fingerprint"] != self.fingerprint:
            raise self._refused("is that of other data, settings or another seed")
        self.run.resume(said["elapsed"])
        if self.writes and self._log.exists():
            with self._log.open("r+b") as stream:
                stream.truncate(said["logged"])
        return Kept(tensors, said)

    def log(self, step: int, losses: dict[str, float]) -> None:
        """Add a line to the file of losses."""
        if self.writes:
            with writing(self._log), self._log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({"step": step, **losses}) + "\n")

    def preview(self, step: int, picture: Any) -> None:
        """Write a picture (height x width, with channels or without, uint8) of what the networks make by now."""
        from likewise.modalities.image.files import png

        if self.writes:
            with at_once():
                write_aside(self.place / f"preview-{step}.png", png(np.atleast_3d(picture)))

    @property
    def _file(self) -> Path:
        return self.place / "checkpoint.safetensors"

    def _refused(self, why: str) -> SettingsError:
        return SettingsError("settings.folder", f"the checkpoint in the folder {why}", where=str(self._file),
                             hint="name another folder, or remove this one to train anew")  # fmt: skip


def fingerprint(phases: Sequence[Phase], data: Sequence[Tensor], plan: Plan, seed: int, key: str) -> str:
    """Return a digest of all that the weights of a training depend on: data, settings, first weights, seed.

    Seconds are no part of it, for what is left of a budget differs from run to run; `key` holds those that were set.
    """
    told = {
        "key": key, "seed": seed, "steps": plan.steps, "batch": plan.batch_size, "epochs": plan.budget.epochs,
        "timed": plan.budget.seconds is not None, "patience": plan.patience, "looks": plan.looks,
        "device": plan.device.name.split(":")[0], "half": plan.device.half,
        "phases": [_settings(phase) for phase in phases],
    }  # fmt: skip
    hasher = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    tensors = [t for phase in phases for t in phase.part.state_dict().values()]
    for tensor in (*tensors, *data):
        hasher.update(f"{tensor.dtype}{tuple(tensor.shape)}".encode())
        hasher.update(memoryview(_bytes(tensor)))
    return hasher.hexdigest()


def _settings(phase: Phase) -> dict[str, Any]:
    plain = (str, int, float, tuple, type(None))
    return {name: value for name, value in vars(phase).items() if isinstance(value, plain)}


def _bytes(tensor: Tensor) -> Any:
    import torch

    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
