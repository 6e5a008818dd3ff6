"""Simulations in a row: each has a number, a seed of its own, and is run once."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.errors import FitError, LikewiseError, SourceError
from likewise.techniques.agents.calibration.diagnosis import told_of_failures
from likewise.techniques.agents.calibration.journal import Journal, Run
from likewise.techniques.agents.calibration.prior import Prior
from likewise.techniques.agents.calibration.processes import Workers
from likewise.techniques.agents.calibration.summaries.summary import Summary

Floats = npt.NDArray[np.float64]
Simulate = Callable[[dict[str, float], int], Any]
"""`simulate(values, seed)`: the summary statistics of one simulation, as the observed ones; NaN where it gave none."""

TRIED = 100
"""Simulations after which a simulator that gave nothing so far is given up."""
PIECES = 4
"""Pieces of work for each worker between two looks at the time."""
SEEDS = 1024
"""Seeds drawn at once."""
Task = tuple[npt.NDArray[np.int64], Floats, list[int]]
"""What a worker is given: numbers of simulations, their values, their seeds."""


class TooLong(BaseException):
    """One simulation ran longer than it may; no `except Exception` of the simulator is to take it for its own."""


@dataclass(frozen=True)
class Running:
    """Run simulations one after the other: what a worker does."""

    simulate: Simulate
    prior: Prior
    size: int
    seconds: float | None = None

    def __call__(self, task: Task) -> list[Run]:
        """Return the runs of a task."""
        return [self.one(int(n), row, seed) for n, row, seed in zip(*task, strict=True)]

    def one(self, number: int, row: Floats, seed: int) -> Run:
        """Return one run. Raises FitError where it gives another number of summaries than were observed."""
        values = tuple(row.tolist())
        try:
            with _within(self.seconds):
                given = self.simulate(self.prior.named(row), seed)
            found = summary_of(given)
        except TooLong:
            return Run(number, values, failed="too long")
        except LikewiseError as fault:
            return Run(number, values, failed=fault.code)
        except Exception as fault:  # somebody else's simulator: whatever it raises, the other runs go on
            return Run(number, values, failed=type(fault).__name__)
        if found.shape != (self.size,):
            if found.size == 1 and np.isnan(found).all():
                return Run(number, values, failed="nan")
            raise FitError("fit.summaries", f"the simulator gave an answer of shape {found.shape}, and {self.size} "
                           "summaries are observed", where="simulate",
                           hint="work the same summaries out on both")  # fmt: skip
        if not np.isfinite(found).all():
            return Run(number, values, failed="nan")
        return Run(number, values, tuple(found.tolist()))


def summary_of(given: Any) -> Floats:
    """Return what a simulator gave as one array: a Summary, a mapping or an array."""
    if isinstance(given, Summary):
        return given.values
    return np.array(list(given.values()) if isinstance(given, Mapping) else given, dtype=np.float64, ndmin=1)


class Simulations:
    """Run a simulator within a budget of runs and of time, and remember what came of it.

    Simulation k has its own seed, whoever runs it and when. `failed` counts runs that gave nothing, by why.
    """

    def __init__(
        self, simulate: Simulate, prior: Prior, observed: Summary, *, budget: int, seed: int, workers: int = 1,
        seconds: float | None = None, run_seconds: float | None = None, journal: Journal | None = None,
        progress: Progress = quiet,
    ) -> None:  # fmt: skip
        self.prior, self.observed, self.budget, self.seed = prior, observed, budget, seed
        self.workers: Workers[Task, list[Run]] = Workers(Running(simulate, prior, len(observed), run_seconds), workers)
        self.journal, self.progress, self.seconds = journal, progress, seconds
        self.done, self.failed, self.began = 0, Counter[str](), time.monotonic()
        self.pace: float | None = None

    @property
    def left(self) -> int:
        """How many simulations may still be run."""
        return self.budget - self.done

    @property
    def out_of_time(self) -> bool:
        """Whether the time is over."""
        return self.seconds is not None and time.monotonic() - self.began >= self.seconds

    def run(self, deviates: Floats) -> Floats:
        """Return the summaries of a simulation of each row of deviates, (n, summaries); rows of NaN where it gave none.

        Fewer rows where the budget or the time ends before. Raises FitError where none of the first gave anything.
        """
        values = self.prior.values(deviates[: self.left])
        found = np.full((len(values), len(self.observed)), np.nan)
        first = self.done
        while (place := self.done - first) < len(values):
            if self.out_of_time and self.done:
                break
            for run in self._runs(values[place : place + self._part()]):
                if run.failed:
                    self.failed[run.failed] += 1
                else:
                    found[run.number - first] = run.summaries
            self.progress("simulating", self.done, self.budget)
            self._check_alive()
        return found[: self.done - first]

    def _part(self) -> int:
        """Return how many simulations are run before the time is looked at again."""
        size = PIECES * self.workers.count * self._piece()
        return min(size, TRIED - self.done) if self.done < TRIED else size

    def _piece(self) -> int:
        """Return how many simulations a worker runs before it reports: about half a second of them."""
        return 10 if self.pace is None else max(1, min(500, int(0.5 / max(self.pace, 1e-6))))

    def _runs(self, values: Floats) -> list[Run]:
        """Return the runs of the next simulations: those of the journal, and others made now."""
        known = self.journal.runs if self.journal else {}
        numbers = np.arange(self.done, self.done + len(values))
        ready = [known[n] for n in numbers.tolist() if n in known]
        for run in ready:
            if run.values != tuple(values[run.number - self.done].tolist()):
                raise SourceError("source.other-calibration", f"run {run.number} of the journal had other values: it "
                                  "is of another simulator or machine", where=str(self.journal and self.journal.path),
                                  hint="give what it was begun with, or name another file")  # fmt: skip
        missing = numbers[[n not in known for n in numbers.tolist()]]
        ready += self._made(missing, values[missing - self.done])
        self.done += len(values)
        return ready

    def _made(self, numbers: npt.NDArray[np.int64], values: Floats) -> list[Run]:
        if not len(numbers):
            return []
        began, made, seeds = time.monotonic(), [], _seeds(self.seed, numbers)
        size = min(self._piece(), -(-len(numbers) // self.workers.count))
        tasks = [
            (numbers[i : i + size], values[i : i + size], seeds[i : i + size]) for i in range(0, len(numbers), size)
        ]
        for _, runs in self.workers.each(tasks):
            if self.journal:
                self.journal.add(runs)
            made += runs
        self.pace = (time.monotonic() - began) / len(numbers) * min(self.workers.count, len(tasks))
        return made

    def _check_alive(self) -> None:
        if self.failed.total() < self.done or self.done < min(TRIED, self.budget):
            return
        why = told_of_failures(self.failed)
        raise FitError("fit.no-simulation", f"none of the first {self.done} simulations gave anything{why}",
                       where="simulate", hint="call simulate(values, 0) once with values between the bounds, and look "
                       "at what it gives")  # fmt: skip


def _seeds(seed: int, numbers: npt.NDArray[np.int64]) -> list[int]:
    """Return the seed of each simulation: a whole number below 2**63 that depends on `seed` and its number alone."""
    blocks = {
        b: generator(seed, "simulations", b).integers(2**63, size=SEEDS) for b in set((numbers // SEEDS).tolist())
    }
    return [int(blocks[n // SEEDS][n % SEEDS]) for n in numbers.tolist()]


@contextmanager
def _within(seconds: float | None) -> Iterator[None]:
    """Raise TooLong in the block when it lasts longer than `seconds`; where the system and the thread allow it."""
    alarmed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if seconds is None or not alarmed:
        yield
        return

    def ring(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
