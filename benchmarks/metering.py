"""Run one command in a process of its own, and say what it cost.

python benchmarks/metering.py COMMAND...     prints the cost as JSON; what the command says goes to standard error
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
    """Run a command on one thread and return its cost; the cost of starting Python is part of it.

    A small process stands between: Linux counts the memory of the process that starts another as that other's peak.
    """
    between = [sys.executable, "-I", "-S", __file__, *map(str, command)]
    done = subprocess.run(between, env={**os.environ, **THREADS}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailed(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout))


def main(command: Sequence[str]) -> int:
    """Start the command, wait for it, print its cost and return its exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    cpu, wall = used.ru_utime + used.ru_stime, time.perf_counter() - start
    print(json.dumps(asdict(Cost(round(cpu, 2), round(wall, 2), round(used.ru_maxrss / unit)))))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
