"""Measure how many events a CPU second of a declared process takes: a bank that decides on loans.

    OMP_NUM_THREADS=1 python benchmarks/processes.py [--cases 2000 20000] [--weeks 10]

Seventeen activities, six kinds of staff with hours and holidays, branches by chance and by what a case is, a loop, ways
at once, patience and batches; so many cases come in a week, and staff is busy five sixths of its time. What is measured
is time that goes on, by itself and with the events as an Arrow table, and what writing them as a log takes besides.
Compiling, which is paid once, and making the world are told apart.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from likewise.io.sink import open_sink
from likewise.techniques.agents.process.scenario import WEEK, Process
from likewise.techniques.agents.process.state import COME
from likewise.techniques.agents.run import events_of
from likewise.techniques.agents.simulation import Simulation

BUSY = 5 / 6
HOURS = {
    "clerk": "Mo-Fr 08:00-18:00; PH off", "analyst": "Mo-Fr 09:00-17:00; PH off", "lawyer": "Mo-Th 09:00-17:00",
    "manager": "Mo-Fr 10:00-16:00; PH off", "agent": "Mo-Sa 08:00-20:00", "archive": "Tu,Fr 08:00-12:00",
}  # fmt: skip
ACTIVITIES: dict[str, dict[str, Any]] = {
    "receive": {"takes": {"exponential": 2}, "needs": "clerk"},
    "check papers": {"takes": {"lognormal": [2.0, 0.5]}, "needs": "clerk"},
    "ask for papers": {"takes": 3, "needs": "clerk"},
    "look up credit": {"takes": {"uniform": [0.2, 1.5]}},
    "value house": {"takes": {"gamma": [3, 12]}, "needs": "agent", "patience": "5d", "otherwise": ["use index"]},
    "use index": {"takes": {"exponential": 4}, "needs": "analyst"},
    "verify income": {"takes": {"lognormal": [2.3, 0.6]}, "needs": "analyst"},
    "assess risk": {"takes": {"gamma": [4, 4]}, "needs": "analyst", "cost": 8},
    "review contract": {"takes": {"lognormal": [3.0, 0.4]}, "needs": "lawyer"},
    "decide": {"takes": {"exponential": 5}, "needs": "manager"},
    "decide together": {"takes": {"gamma": [4, 6]}, "needs": {"manager": 2, "analyst": 1}},
    "refuse": {"takes": 2, "needs": "clerk"},
    "offer": {"takes": {"exponential": 6}, "needs": "clerk"},
    "call": {"takes": {"exponential": 7}, "needs": "agent", "patience": "2d"},
    "sign": {"takes": {"uniform": [10, 30]}, "needs": "clerk"},
    "pay out": {"takes": 1},
    "file away": {"takes": 20, "needs": "archive", "batch": {"size": 50, "wait": 10_000}},
}
FLOW: list[Any] = [
    "receive",
    {"repeat": {"flow": ["check papers", {"choice": [
        {"share": 0.3, "flow": ["ask for papers", {"wait": {"exponential": "2d"}}]}, {"flow": []},
    ]}], "again": 0.25}},
    {"parallel": [["look up credit"], ["verify income"], [{"choice": [
        {"when": "kind == 'mortgage'", "flow": "value house"}, {"flow": []},
    ]}]]},
    "assess risk",
    {"choice": [{"when": "amount > 200000", "flow": ["review contract", "decide together"]}, {"flow": "decide"}]},
    {"choice": [{"share": 0.3, "flow": "refuse"}, {"flow": [
        "offer", {"wait": {"exponential": "4d"}},
        {"choice": [{"share": 0.4, "flow": "call"}, {"flow": []}]},
        {"choice": [{"share": 0.75, "flow": ["sign", "pay out"]}, {"flow": []}]},
    ]}]},
    "file away",
]  # fmt: skip
LOGS = ("log.parquet", "log.csv", "log.xes", "log.jsonocel", "log.ocel.sqlite")


def bank(per_week: float) -> Process:
    """Return a bank to which so many applications come, with as many staff as are busy five sixths of their time."""
    one = {name: {"capacity": 4, "hours": hours} for name, hours in HOURS.items()}
    told: dict[str, Any] = {
        "start": "2026-01-05", "country": "DE",
        "arrivals": {"per_week": per_week, "profile": {"Mo-Fr 07:00-22:00": 3, "Sa,Su 09:00-20:00": 1}},
        "cases": {"amount": {"lognormal": [11.0, 1.0]}, "kind": {"categorical": {"mortgage": 0.4, "other": 0.6}},
                  "age": {"truncated": {"of": {"normal": [42, 12]}, "low": 18, "high": 90}}},
        "activities": ACTIVITIES, "flow": FLOW,
    }  # fmt: skip
    load = Process(**told, resources=one).load()
    staff = {name: {**one[name], "capacity": max(3, math.ceil(4 * share / BUSY))} for name, share in load.items()}
    return Process(**told, resources=staff)


def main() -> None:
    """Print a line for each number of cases, then one for each kind of log that the first of them is written to."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--cases", type=int, nargs="+", default=[2000, 20_000], help="how many come in a week")
    asked.add_argument("--weeks", type=float, default=10.0)
    chosen = asked.parse_args()
    warnings.simplefilter("ignore")  # of loads, which are what they are meant to be
    compiling, _ = spent(_tables, Simulation(bank(50.0)), WEEK)
    print(f"compiled in {compiling:.1f} CPU s\n")
    print("| cases a week | staff | cases | events | world, CPU s | events a CPU second | as Arrow |\n|" + "---|" * 7)
    logs = [_measured(per_week, chosen.weeks * WEEK) for per_week in chosen.cases]
    events = sum(table.num_rows for table in logs[0])
    print(f"\n| log of {events:,} events | written a CPU second |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in LOGS:
            taken, _ = spent(_write, logs[0], Path(folder) / name)
            print(f"| {name} | {events / taken:,.0f} |", flush=True)


def _measured(per_week: int, until: float) -> list[Any]:
    """Print a line for a bank to which so many cases come, and return their events."""
    process = bank(per_week)
    making, simulation = spent(Simulation, process)
    bare, blocks = spent(_events, simulation, until)
    whole, tables = spent(_tables, Simulation(process), until)
    staff = sum(resource.capacity for resource in process.resources.values())
    events, cases = sum(len(block["time"]) for block in blocks), int(simulation.world.state.counts[COME])
    print(f"| {per_week:,} | {staff:,} | {cases:,} | {events:,} | {making:.2f} | {events / bare:,.0f} | "
          f"{events / whole:,.0f} |", flush=True)  # fmt: skip
    return tables


def spent(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """Return the CPU seconds that something takes, and what comes of it."""
    began = time.process_time()
    found = work(*given)
    return time.process_time() - began, found


def _events(simulation: Simulation, until: float) -> list[dict[str, Any]]:
    return [*simulation.stream(until), simulation.rest()]


def _tables(simulation: Simulation, until: float) -> list[Any]:
    start = datetime(2026, 1, 5)
    return [events_of(simulation.scenario, block, start) for block in _events(simulation, until)]


def _write(tables: list[Any], place: Path) -> None:
    with open_sink(str(place)) as sink:
        for table in tables:
            sink.write(table)


if __name__ == "__main__":
    main()
