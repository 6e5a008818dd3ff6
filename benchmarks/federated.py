"""Measure fits over parties on Adult: bytes moved, seconds, accuracy beside a fit in one place.

    OMP_NUM_THREADS=1 python benchmarks/federated.py [--parties 3,10] [--epsilon 1]

80 % of the rows (the split of `tables.py`) are dealt to the parties in turn, each a process of its own on the loopback;
delta is 1e-5. `opened by` of the parties can open a sum, with noise enough though `colluding` of them share all they
know: where all are wanted and nobody colludes, the noise is that of one place. `CPU s` is the leader's, `MB` what all
connections carried, both ways. `accuracy` and `TSTR` are those of `private.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
from private import DELTA, accuracy, taught, values  # noqa: E402
from pyarrow import csv  # noqa: E402
from tables import DATA, TABLES, load, split  # noqa: E402

from likewise.core.protocol import Model  # noqa: E402
from likewise.privacy.contract import Contract, schema_of  # noqa: E402
from likewise.privacy.federated import Door, Parties, usual_threshold  # noqa: E402
from likewise.recipes.federated import agreement_on, fitted  # noqa: E402
from likewise.techniques.marginals import Marginals  # noqa: E402

COLUMNS = ("parties", "opened by", "colluding", "seconds", "CPU s", "sums", "MB", "accuracy", "TSTR")
DOMAIN = HERE / "domains" / "adult.yaml"


def main() -> None:
    """Print the table, a line a fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--parties", default="3,10")
    parser.add_argument("--epsilon", type=float, default=1.0)
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    train, holdout = split(load("adult", asked.data))
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    technique = Marginals(epsilon=asked.epsilon, delta=DELTA, domain=str(DOMAIN))
    begin, busy = time.perf_counter(), time.process_time()
    model = technique.fit(train)
    cost = f"{time.perf_counter() - begin:.0f} | {time.process_time() - busy:.0f}"
    print(f"| one place | | | {cost} | | | {judged(model, train, holdout)} |", flush=True)
    for parties in map(int, asked.parties.split(",")):
        for threshold, colluding in ((parties, 0), (usual_threshold(parties), 1)):
            figures = over_parties(technique, train, holdout, parties, threshold, colluding)
            print(f"| {parties} | {threshold} | {colluding} | {figures} |", flush=True)


def over_parties(
    technique: Marginals, train: pa.Table, holdout: pa.Table, parties: int, threshold: int, colluding: int
) -> str:
    """Return the figures of one fit."""
    agreement = agreement_on(Contract.of(DOMAIN), epsilon=technique.epsilon, delta=DELTA, parties=parties,
                             threshold=threshold, colluding=colluding)  # fmt: skip
    door = Door("127.0.0.1:0")
    with joining(door.address, train, parties, technique.epsilon):
        there: Parties = door.parties(agreement, within=300.0)
        channels = list(there.channels.values())
        begin, busy = time.perf_counter(), time.process_time()
        model = fitted(there, technique)
        seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    moved = sum(channel.moved for channel in channels) / 1e6
    sums = len(model.card.privacy.events)
    return f"{seconds:.0f} | {busy:.0f} | {sums} | {moved:.1f} | {judged(model, train, holdout)}"


@contextmanager
def joining(address: str, train: pa.Table, parties: int, epsilon: float) -> Iterator[None]:
    """Let processes join with a part of the rows each, and wait for them in the end."""
    with tempfile.TemporaryDirectory() as folder:
        begun = []
        for place in range(parties):
            file = Path(folder) / f"{place}.csv"
            csv.write_csv(train.take(np.arange(place, train.num_rows, parties)), file)
            terms = ["--name", f"p{place}", "--epsilon", str(epsilon), "--delta", str(DELTA)]
            join = [sys.executable, "-m", "likewise", "federate", "join", str(file), "--at", address, *terms]
            begun.append(subprocess.Popen(join, stderr=subprocess.DEVNULL))
        yield
        if any(process.wait(timeout=60) for process in begun):
            raise SystemExit("a party failed")


def judged(model: Model, train: pa.Table, holdout: pa.Table) -> str:
    """Return accuracy and TSTR of as many rows as were learned from."""
    drawn = model.sample(train.num_rows, seed=0)
    contract = Contract.of(DOMAIN)
    texts = pa.schema([(name, pa.string()) for name in train.column_names])
    made = pa.Table.from_arrays([drawn[name].cast(pa.string()) for name in texts.names], schema=texts)
    tables = [values(table, contract) for table in (train, holdout, made)]
    numbers = [column.is_number for column in schema_of(contract).columns]
    columns, pairs = accuracy(tables[0], tables[2], numbers)
    target = contract.names.index(TABLES["adult"].target)
    return f"{(columns + pairs) / 2:.4f} | {taught(tables[2], tables[1], numbers, target):.4f}"


if __name__ == "__main__":
    main()
