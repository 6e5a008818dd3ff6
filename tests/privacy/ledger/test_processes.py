"""Several real processes at one ledger, some of them killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from likewise.privacy.accountant import mu_for
from likewise.privacy.ledger import Ledger

AT_ONCE = """
import json, os, sys
from pathlib import Path
from likewise.errors import PrivacyError
from likewise.privacy.accountant import Event
from likewise.privacy.ledger import Ledger
folder = Path(sys.argv[1])
gate_out, gate_in = os.pipe()
for child in range(8):
    if os.fork() == 0:
        os.read(gate_out, 1)  # all begin together
        got = 0
        for turn in range(6):
            try:
                held = Ledger.open(folder / "ledger.jsonl", witness=folder / "state").reserve(
                    0.4, 1e-5, people="patients", what=f"process {child}")
            except PrivacyError as fault:
                assert fault.code == "privacy.budget-spent"
                continue
            got += 1
            if turn % 2:
                held.commit([])
                got -= 1
        (folder / f"got-{child}").write_text(str(got))
        os._exit(0)
os.write(gate_in, b"x" * 8)
codes = [os.wait()[1] for _ in range(8)]
sys.exit(any(codes))
"""

FOR_EVER = """
import sys
from pathlib import Path
from likewise.privacy.ledger import Ledger
folder = Path(sys.argv[1])
while True:
    held = Ledger.open(folder / "ledger.jsonl", witness=folder / "state").reserve(0.001, 1e-6, people="patients")
    print(held.entry.number, flush=True)
"""


def test_eight_processes_at_once_never_overspend(ledger: Ledger, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    got = sum(int((tmp_path / f"got-{child}").read_text()) for child in range(8))
    spent, each = ledger.spent("patients"), mu_for(0.4, 1e-5)
    assert spent.releases == spent.open == got
    assert spent.mu**2 == pytest.approx(got * each**2) and spent.spent <= 3.0
    # eight processes keep three each, which is 24 of the 46 that there is room for: none was refused for want of a lock
    assert got == 24 <= mu_for(3.0, 1e-5) ** 2 / each**2


def test_a_budget_for_five_is_given_to_five_of_eight_processes(ledger: Ledger, tmp_path: Path) -> None:
    ledger.set_budget("patients", 0.95, 1e-5)
    room = int(mu_for(0.95, 1e-5) ** 2 / mu_for(0.4, 1e-5) ** 2)
    done = subprocess.run([sys.executable, "-c", AT_ONCE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    spent = ledger.spent("patients")
    assert spent.spent <= 0.95 and spent.open <= room
    assert sum(int((tmp_path / f"got-{child}").read_text()) for child in range(8)) == spent.open == spent.releases


def test_killed_processes_lose_nothing_that_was_promised(ledger: Ledger, tmp_path: Path) -> None:
    promised = set()
    for turn in range(3):
        process = subprocess.Popen([sys.executable, "-c", FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        promised.add(int(process.stdout.readline()))
        time.sleep(0.05 + 0.03 * turn)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split("\n")
        promised |= {int(number) for number in rest[:-1] if number}
        process.wait()
        process.stdout.close()
    reserved = {entry.number for entry in ledger.history() if entry.kind == "reserve"}
    assert promised <= reserved and len(reserved - promised) <= 3
    assert ledger.spent("patients").open == len(reserved)
    assert all(json.loads(line) for line in ledger.path.read_text().splitlines())
