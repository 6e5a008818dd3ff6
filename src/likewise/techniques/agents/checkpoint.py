"""Going on after a break: what a simulation is and what it noted, kept in a folder while it runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather

from likewise.core.aside import aside, at_once, clear, write_aside
from likewise.core.faults import reading
from likewise.errors import SettingsError
from likewise.techniques.agents.simulation import Simulation

STATE, TOLD = "state.npz", "run.json"


class Checkpoint:
    """Keep a simulation in a folder: `run.json` says which, `state.npz` how far it is, `*.arrow` what came of it.

    Each file appears whole or not at all; `state.npz` comes last and says how many of the others belong to it, so that
    a run that is killed at any moment goes on from the last state, to the same bytes.
    """

    def __init__(self, folder: str | Path, told: dict[str, Any]) -> None:
        self.folder = Path(folder)
        self._counts: Counter[str] = Counter()
        self.folder.mkdir(parents=True, exist_ok=True)
        clear(self.folder)
        known = self.folder / TOLD
        if known.exists():
            with reading(known):
                if json.loads(known.read_text()) != told:
                    raise SettingsError("agents.checkpoint", "the folder holds another simulation", where=str(folder),
                                        hint="name another folder, or ask for the same as before")  # fmt: skip
        else:
            write_aside(known, json.dumps(told, indent=1))

    def take_up(self, simulation: Simulation) -> bool:
        """Bring a simulation to where it was left; return whether there was anything."""
        place = self.folder / STATE
        if not place.exists():
            return False
        with reading(place), np.load(place, allow_pickle=False) as held:
            state = {name: held[name] for name in held.files}
        self._counts = Counter(json.loads(str(state.pop("blocks"))))
        simulation.restore(state)
        return True

    def add(self, name: str, rows: pa.Table) -> None:
        """Keep further rows of a table."""
        if rows.num_rows:
            with at_once(), aside(self._block(name, self._counts[name])) as partial:
                feather.write_feather(rows, str(partial), compression="lz4")
            self._counts[name] += 1

    def keep(self, simulation: Simulation) -> None:
        """Keep how far a simulation is; all rows that were added before belong to it."""
        with at_once(), aside(self.folder / STATE) as partial, partial.open("wb") as stream:
            np.savez(stream, blocks=np.array(json.dumps(self._counts)), **simulation.state())

    def tables(self, name: str) -> Iterator[pa.Table]:
        """Yield the rows of a table that were kept, block by block."""
        for number in range(self._counts[name]):
            yield feather.read_table(str(self._block(name, number)))

    @property
    def names(self) -> list[str]:
        """The tables of which rows were kept."""
        return sorted(self._counts)

    def _block(self, name: str, number: int) -> Path:
        return self.folder / f"{name}-{number:06d}.arrow"
