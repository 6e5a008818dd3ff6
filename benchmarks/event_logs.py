"""Measure how many events a CPU second writes and reads, as XES and OCEL 2.0, beside pm4py on the same log.

    OMP_NUM_THREADS=1 python benchmarks/event_logs.py [--events 100000] [--large 1000000] [--repeats 3]

A log of orders: 12 activities, 50 clerks, a customer an event, a cost, a count and a mark; some 8 events a case, cases
mixed in time. Every step is the best of the repeats, in CPU seconds of this process. pm4py (AGPL) is left out where it
is not installed; `--large 0` leaves out the larger log, on which only `likewise` is measured, once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.io.logs import read_log, write_log
from likewise.io.source import read_source
from likewise.modalities.events.log import EventLog, Reference

Steps = dict[tuple[str, str], Callable[[], Any]]
Figures = dict[str, dict[str, float]]

RESULTS = Path(__file__).resolve().parent / "results"
FORMS = {"XES": "log.xes", "XES, gzip": "log.xes.gz", "OCEL JSON": "log.jsonocel", "OCEL SQLite": "log.ocel.sqlite"}


def made(events: int) -> EventLog:
    """Return a log of orders; the same every time."""
    rng = np.random.default_rng(0)
    case = pa.array(rng.integers(0, max(events // 8, 1), events)).cast(pa.string())
    levels = {
        "activity": [f"Do step {n}" for n in range(12)],
        "agent": [f"clerk {n}" for n in range(50)],
        "customer": [f"customer {n}" for n in range(1000)],
    }
    words = {}
    for name, own in levels.items():
        codes = pa.array(rng.integers(0, len(own), events), pa.int32())
        words[name] = pa.DictionaryArray.from_arrays(codes, pa.array(own))
    micros = np.sort(rng.integers(0, 3 * 10**13, events)) + np.datetime64("2024-01-01", "us").astype(np.int64)
    columns = {
        "case": case, "activity": words["activity"], "time": pa.array(micros, pa.timestamp("us")),
        "agent": words["agent"], "customer": words["customer"], "cost": rng.gamma(2, 50, events).round(2),
        "count": rng.integers(1, 9, events), "good": rng.random(events) < 0.9,
    }  # fmt: skip
    told = {"case": ("text", "string"), "time": ("datetime", "timestamp[us]"), "cost": ("decimal", "double"),
            "count": ("integer", "int64"), "good": ("boolean", "bool")}  # fmt: skip
    listed = []
    for name in columns:
        kind, dtype = told.get(name, ("category", "string"))
        own = tuple(levels[name]) if name in levels else None
        listed.append(Column.model_validate({"name": name, "kind": kind, "dtype": dtype, "levels": own}))
    return EventLog(
        Table(pa.table(columns), Schema(columns=tuple(listed))), {"customer": Reference("customer", "buyer")}
    )


def best(step: Callable[[], Any], repeats: int) -> float:
    """Return the least CPU seconds of a step."""
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        step()
        taken.append(time.process_time() - begun)
    return min(taken)


def own_steps(log: EventLog, folder: Path) -> Steps:
    """Return what is measured of likewise."""
    steps: Steps = {}
    for form, name in FORMS.items():
        steps[form, "write"] = lambda path=folder / name: write_log(log, path)
        steps[form, "read"] = lambda path=folder / name: read_source(path)
    steps["XES", "read, schema inferred"] = lambda: read_log(folder / "log.xes")
    steps["log", "put in order by case"] = lambda: EventLog(log.events, log.objects).traces
    steps["log", "count directly-follows pairs"] = log.traces.follows
    steps["log", "tell variants apart"] = log.traces.variants
    return steps


def peer_steps(folder: Path) -> Steps:
    """Return the same steps by pm4py, from what it reads of the files that are there."""
    import pm4py

    steps: Steps = {}
    for form, name in FORMS.items():
        read, write = (pm4py.read_ocel2, pm4py.write_ocel2) if "OCEL" in form else (pm4py.read_xes, pm4py.write_xes)
        kept = read(str(folder / name))
        steps[form, "write"] = lambda write=write, kept=kept, path=folder / f"its.{name}": write(kept, str(path))
        steps[form, "read"] = lambda read=read, path=folder / name: read(str(path))
    return steps


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    found: Figures = {}
    with tempfile.TemporaryDirectory(prefix="likewise-bench-") as place:
        folder, quiet = Path(place), io.StringIO()
        _measure(
            found, f"likewise, {asked.events:,}", own_steps(made(asked.events), folder), asked.events, asked.repeats
        )
        with contextlib.suppress(ImportError), contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            _measure(found, f"pm4py, {asked.events:,}", peer_steps(folder), asked.events, asked.repeats)
        if asked.large:
            _measure(found, f"likewise, {asked.large:,}", own_steps(made(asked.large), folder), asked.large, 1)
    heads = list(dict.fromkeys(head for row in found.values() for head in row))
    print(f"| events a CPU second | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for step, row in found.items():
        print(f"| {step} | {' | '.join(f'{row[head]:,.0f}' if head in row else '' for head in heads)} |")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "event_logs.json").write_text(json.dumps(found, indent=1) + "\n")


def _measure(found: Figures, head: str, steps: Steps, events: int, repeats: int) -> None:
    for (form, what), step in steps.items():
        found.setdefault(f"{form}: {what}", {})[head] = events / best(step, repeats)


if __name__ == "__main__":
    main()
