"""Run one command in a process of its own, and say what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")


@dataclass(frozen=True)
class Cost:
    """Hold CPU seconds (user and system, of the process and those it waited for), wall seconds and peak RSS in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float


class CommandFailed(RuntimeError):
    """A measured command ended with an error."""


def metered(command: Sequence[str | Path]) -> Cost:
    """Run a command on one thread and return its cost; the cost of starting Python is part of it."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(c) for c in command], env={**os.environ, **THREADS}, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise CommandFailed(f"{' '.join(map(str, command))}\n{said.read().decode(errors='replace')[-2000:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(round(used.ru_utime + used.ru_stime, 2), round(time.perf_counter() - start, 2),
                round(used.ru_maxrss / unit))  # fmt: skip
