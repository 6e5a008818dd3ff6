"""Measure how many events a CPU second holds where agents pay one another, each at times of its own.

    python benchmarks/ledger.py [--agents 10000 100000 1000000] [--events 2000000]

Every agent has its own Poisson clock; each payment moves part of a balance to anyone else's and leaves a row in the
ledger: time, payer, payee, amount and the payer's new balance. What is measured is the queue, the rule and the ledger;
making the world and compiling are told apart.
"""

from __future__ import annotations

import argparse
import time
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents.clocks.arrivals import next_event
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.language.chance import below, uniform
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import population
from likewise.techniques.agents.rule import queued
from likewise.techniques.agents.scenario import Floats, Ints, Scenario
from likewise.techniques.agents.simulation import Simulation
from likewise.techniques.agents.world import World

PAID = 0


@queued("accounts")
def pay(i: Any, what: Any, w: Any, now: Any) -> None:
    """Pay part of the balance to anyone, and put in the next payment."""
    accounts = w.accounts
    j = below(accounts, i, 0, len(accounts.balance))
    amount = 0.1 * uniform(accounts, i, 1) * accounts.balance[i]
    accounts.balance[i] -= amount
    accounts.balance[j] += amount
    row = note(w.log, True, i, accounts, PAID)
    w.log.payee[row] = accounts.id[j]
    w.log.amount[row] = amount
    w.log.balance[row] = accounts.balance[i]
    schedule(w.queue, i, next_event(accounts, i, 2, now, accounts.rate[i]), PAID)


class Ledger(Scenario):
    """Let agents pay one another, each at a rate of its own, a few times a day."""

    agents: int = Field(100_000, ge=2, description="accounts")

    name: ClassVar[str] = "ledger"
    rules = (pay,)
    events: ClassVar = {"paid": "accounts"}
    attributes: ClassVar = {"payee": int, "amount": float, "balance": float}
    unit: ClassVar[str] = "day"

    def world(self, seed: int) -> dict[str, Any]:
        """Return accounts whose rates and balances differ."""
        rng = generator(seed, "ledger")
        rates, balances = rng.gamma(2.0, 1.0, self.agents), rng.lognormal(7.0, 1.0, self.agents)
        return {"accounts": population(seed, "accounts", self.agents, rate=rates, balance=balances)}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Return the first payments."""
        who = np.arange(self.agents)
        return who, next_event(w.accounts, who, 2, 0.0, w.accounts.rate), np.zeros(self.agents, np.int64)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked.add_argument("--events", type=int, default=2_000_000)
    chosen = asked.parse_args()
    began = time.process_time()
    events(Simulation(Ledger(agents=100)), 1.0)
    print(f"compiled in {time.process_time() - began:.1f} CPU s")
    print("agents      events     made in   events per CPU s   balances kept to")
    for agents in chosen.agents:
        began = time.process_time()
        simulation = Simulation(Ledger(agents=agents))
        total = simulation.world.accounts.balance.sum()
        made = time.process_time() - began
        began = time.process_time()
        count = events(simulation, chosen.events / (2.0 * agents))
        passed = time.process_time() - began
        lost = abs(simulation.world.accounts.balance.sum() / total - 1.0)
        print(f"{agents:9,}  {count:9,}  {made:6.2f} s   {count / passed:16,.0f}   {lost:.0e}")


def events(simulation: Simulation, until: float) -> int:
    """Let time go on, and return how many rows the ledger has."""
    count = sum(len(block["time"]) for block in simulation.stream(until))
    return count + len(simulation.rest()["time"])


if __name__ == "__main__":
    main()
