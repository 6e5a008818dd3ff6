"""Say how drawn events behave beside real ones: floors, real entities held back, techniques that draw rows or entities.

    OMP_NUM_THREADS=1 python benchmarks/behaviour.py [--tables retail,labs,flights] [--made autoregressive,rows,...]
    OMP_NUM_THREADS=1 python benchmarks/behaviour.py --fresh 20        # how real entities alone come out
    OMP_NUM_THREADS=1 python benchmarks/behaviour.py --cost

Of each table half of the entities are learned from and half are held back; as many rows are drawn as were learned from.
`fresh` are the entities held back, `shuffled` real rows dealt to other entities, `rows` a bootstrap of rows, `entities`
one of whole entities, `autoregressive` the default technique, `agents` agents beside trees. A figure is a degradation
ratio: the geometric mean over the statistics of a property, then over properties; 1 is as far as two halves of the real
entities are from one another.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import likewise
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.behaviour.suite import Acted, judge_behaviour
from likewise.io.source import read_source
from likewise.recipes.acting import Agents
from likewise.techniques.bootstrap import Bootstrap

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("LIKEWISE_DATA", HERE.parents[1] / "shared" / "data"))
PARTS = ("timing", "bursts", "sharing", "velocity", "together")


@dataclass(frozen=True)
class Log:
    """Name the columns of a table of events."""

    file: str
    entity: str
    order: str
    shared: tuple[str, ...]
    amount: str

    def read(self, folder: Path) -> Table:
        """Return the named columns, without rows that lack an entity."""
        rows = read_source(folder / self.file).table
        if self.amount not in rows.column_names:
            rows = rows.append_column(self.amount, pc.multiply(rows["Quantity"].cast(pa.float64()), rows["UnitPrice"]))
        rows = rows.select([self.entity, self.order, *self.shared, self.amount])
        return Table.from_any(rows.filter(pc.is_valid(rows[self.entity])))

    def agents(self) -> Agents:
        """Return the technique of agents, told what it is to be told."""
        return Agents(entity=self.entity, order=self.order, shared=self.shared)

    def judged(self, *tables: Table, seed: int = 0) -> Acted:
        """Return how entities of the second table behave beside those of the first."""
        return judge_behaviour(tables, self.entity, self.order, shared=self.shared, amount=self.amount, seed=seed)


LOGS = {
    "retail": Log("online_retail/online_retail.parquet", "CustomerID", "InvoiceDate", ("StockCode",), "paid"),
    "labs": Log("eicu_demo_subset/lab.csv.gz", "patientunitstayid", "labresultoffset", ("labname",), "labresult"),
    "flights": Log("nycflights13/flights.parquet", "tailnum", "time_hour", ("dest",), "distance"),
}


def halves(table: Table, entity: str, seed: int = 0) -> tuple[Table, Table]:
    """Return the rows of half of the entities, and those of the others."""
    column = table.column(entity)
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = np.asarray(column.indices)
    second = generator(seed, "halves").permutation(len(column.dictionary))[codes] % 2 == 1
    return table.take(~second), table.take(second)


def shuffled(real: Table, log: Log) -> Table:
    """Return the rows dealt to other entities: all that rows hold is kept, and nothing between them."""
    place = real.columns.column_names.index(log.entity)
    other = real.columns.column(place).take(pa.array(generator(0, "shuffled").permutation(real.rows)))
    return Table(real.columns.set_column(place, log.entity, other), real.schema)


MADE: dict[str, Callable[[Table, Table, Log], Table]] = {
    "fresh": lambda real, held, log: held,
    "shuffled": lambda real, held, log: shuffled(real, log),
    "rows": lambda real, held, log: likewise.fit(real, technique="bootstrap").sample(real.rows, seed=0),
    "entities": lambda real, held, log: Bootstrap(method="cluster", entity=log.entity).fit(real).sample(real.rows),
    "autoregressive": lambda real, held, log: likewise.fit(real, technique="autoregressive").sample(real.rows, seed=0),
    "agents": lambda real, held, log: log.agents().fit(real).sample(real.rows, seed=0),
}


def compare(name: str, made: list[str], folder: Path) -> None:
    """Print the floors, and a line of ratios for each way to make events."""
    log = LOGS[name]
    real, held = halves(log.read(folder), log.entity)
    for way in made:
        begun = time.process_time()
        drawn = Table.from_any(MADE[way](real, held, log), real.schema)
        spent = time.process_time() - begun
        found = log.judged(real, drawn, held)
        assert found.summary is not None, found.notes
        if way == made[0]:
            _head(name, found, real)
        worst = max(found.summary.statistics, key=lambda row: row.ratio)
        figures = " ".join(f"{score.value:8.2f}" for score in found.scores)
        print(f"{way:16}{figures}   {worst.ratio:7.1f} {worst.title}  ({spent:.0f} CPU s)", flush=True)


def _head(name: str, found: Acted, real: Table) -> None:
    summary = found.summary
    assert summary is not None
    print(f"\n{name}: {real.rows:,} events of {summary.entities:,} entities, {summary.size:,} on a side")
    for row in summary.statistics:
        print(f"  floor {row.floor:.4f} ({row.low:.4f} to {row.high:.4f})  {row.title}: {row.real}")
    print(f"{'':16}" + " ".join(f"{part:>8}" for part in PARTS) + "   worst")


def fresh(times: int, names: list[str], folder: Path) -> None:
    """Print how real entities come out beside other real ones, over several ways to part them."""
    for name in names:
        log = LOGS[name]
        table = log.read(folder)
        runs = [log.judged(*halves(table, log.entity, seed=seed), seed=seed) for seed in range(times)]
        alarms = sum(s.verdict in ("fair", "poor") for run in runs for s in run.scores)
        print(f"\n{name}: {times} times, {alarms} verdicts that are not good")
        for place, part in enumerate(PARTS):
            values = np.array([run.scores[place].value for run in runs])
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            print(f"  {part:10} median {middle:.2f}, 5 to 95 %: {low:.2f} to {high:.2f}, most {values.max():.2f}")


def cost(folder: Path) -> None:
    """Print what half a million events a side cost."""
    log = LOGS["retail"]
    table = log.read(folder)
    again = table.take(np.arange(500_000) % table.rows)
    begun = time.process_time()
    log.judged(again, again)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    spent = time.process_time() - begun
    print(f"{again.rows:,} events a side: {spent:.1f} CPU s, peak memory of the process {peak:,.0f} MB")


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", default=",".join(LOGS))
    parser.add_argument("--made", default=",".join(MADE))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fresh", type=int, default=0, metavar="TIMES")
    parser.add_argument("--cost", action="store_true")
    asked = parser.parse_args()
    names = asked.tables.split(",")
    if asked.cost:
        cost(asked.data)
    elif asked.fresh:
        fresh(asked.fresh, names, asked.data)
    else:
        for name in names:
            compare(name, asked.made.split(","), asked.data)


if __name__ == "__main__":
    main()
