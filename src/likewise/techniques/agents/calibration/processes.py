"""Work spread over processes: what comes back does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Generic, Self, TypeVar

from likewise.errors import FitError, SettingsError

Task = TypeVar("Task")
Done = TypeVar("Done")

_WORK: Callable[[Any], Any] | None = None
"""What a worker does, told once when it starts."""


class Workers(Generic[Task, Done]):
    """Do one function on many tasks, in this process or in several.

    Where the system can fork, workers are copies of this process, so that any function will do; elsewhere it must be
    one that a new process can import. Workers end with the process that started them, however that ends.

    >>> with Workers(abs, 1) as workers:
    ...     sorted(workers.each([-2, 1]))
    [(0, 2), (1, 1)]
    """

    def __init__(self, work: Callable[[Task], Done], count: int, *, start: str | None = None) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise SettingsError("settings.workers", "`workers` is a whole number of at least 1", where="workers",
                                hint="use workers=1, or as many as there are cores")  # fmt: skip
        self.work, self.count = work, count
        self.start = start or ("fork" if sys.platform == "linux" else "spawn")
        self.pool: ProcessPoolExecutor | None = None

    def each(self, tasks: Sequence[Task]) -> Iterator[tuple[int, Done]]:
        """Yield the number of each task and what came of it, as they are done.

        Raises FitError where a worker died, and SettingsError where a new process cannot be told what to do.
        """
        if self.count == 1 or len(tasks) < 2:
            for number, task in enumerate(tasks):
                yield number, self.work(task)
            return
        waiting: dict[Future[Done], int] = {}
        try:
            waiting = {self._started().submit(_do, task): number for number, task in enumerate(tasks)}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BrokenProcessPool:
            raise FitError("fit.worker-died", "a worker ended in the middle of its work", where="workers",
                           hint="it may have run out of memory; use workers=1 to see") from None  # fmt: skip
        except (pickle.PicklingError, AttributeError) as fault:
            if not isinstance(fault, pickle.PicklingError) and "pickle" not in str(fault):
                raise
            raise SettingsError("settings.workers", "several workers need a function that another process can import",
                                where="workers",
                                hint="define it at the top of a module, or use workers=1") from None  # fmt: skip
        finally:
            for future in waiting:
                future.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self.pool is None:
            context = multiprocessing.get_context(self.start)
            self.pool = ProcessPoolExecutor(self.count, context, _begin, (self.work, os.getpid()))
        return self.pool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)


def _begin(work: Callable[[Any], Any], parent: int) -> None:
    """Make a worker ready: it leaves Ctrl-C to its parent, and ends when that is gone."""
    global _WORK
    _WORK = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _do(task: Any) -> Any:
    assert _WORK is not None
    return _WORK(task)
