"""Going on after a break: what a simulation is and what it noted, kept in a folder while it runs."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather

from likewise.core.aside import aside, at_once, clear, write_aside
from likewise.core.faults import reading, writing
from likewise.errors import SettingsError, SourceError
from likewise.techniques.agents.simulation import Simulation

STATE, TOLD = "state.npz", "run.json"


class Checkpoint:
    """Keep a simulation in a folder: `run.json` says which, `state.npz` how far it is, `events-*.arrow` what
    it noted, other such files what its agents were along the way.

    Each file appears whole or not at all; `state.npz` comes last and says how many of the others belong to it, so that
    a run that is killed at any moment goes on from the last state, to the same bytes.
    """

    def __init__(self, folder: str | Path, told: dict[str, Any]) -> None:
        self.folder = Path(folder)
        self._blocks = 0
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        clear(self.folder)
        known = self.folder / TOLD
        if not known.exists():
            write_aside(known, json.dumps(told, indent=1))
        elif self._told(known) != told:
            raise SettingsError("agents.checkpoint", "the folder holds another simulation", where=str(folder),
                                hint="name another folder, or ask for the same as before")  # fmt: skip

    def _told(self, known: Path) -> Any:
        with reading(known):
            text = known.read_bytes()
        try:
            return json.loads(text)
        except ValueError:
            raise _damaged(known) from None

    def take_up(self, simulation: Simulation, until: float) -> None:
        """Bring a simulation to where it was left, if it was. Raises SettingsError where that is beyond `until`."""
        place = self.folder / STATE
        if not place.exists():
            self._forget()
            return
        with reading(place):
            content = place.read_bytes()
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as held:
                state = {name: held[name] for name in held.files}
            self._blocks = int(state.pop("blocks"))
            simulation.restore(state)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError):
            raise _damaged(place) from None
        self._forget()
        if simulation.now > until:
            raise SettingsError("agents.checkpoint", f"the folder holds a run that is at time {simulation.now:g} "
                                f"already, beyond {until:g}", where=str(self.folder),
                                hint="name another folder, or ask for a later time")  # fmt: skip

    def _forget(self) -> None:
        """Remove blocks that came after the state: time may now be cut otherwise than when they were made."""
        with writing(self.folder):
            for block in self.folder.glob("*-[0-9][0-9][0-9][0-9][0-9][0-9].arrow"):
                if int(block.stem[-6:]) >= self._blocks:
                    block.unlink()

    def add(self, name: str, rows: pa.Table) -> None:
        """Keep further rows of a table."""
        with at_once(), aside(self.folder / f"{name}-{self._blocks:06d}.arrow") as partial:
            feather.write_feather(rows, str(partial), compression="lz4")
        self._blocks += 1

    def keep(self, simulation: Simulation) -> None:
        """Keep how far a simulation is; all rows that were added before belong to it."""
        with at_once(), aside(self.folder / STATE) as partial, partial.open("wb") as stream:
            np.savez(stream, blocks=np.array(self._blocks), **simulation.state())

    def rows(self) -> Iterator[tuple[str, pa.Table]]:
        """Yield what was kept, block by block, each with the name of its table."""
        for number in range(self._blocks):
            place = next(self.folder.glob(f"*-{number:06d}.arrow"), self.folder / f"events-{number:06d}.arrow")
            try:
                with reading(place):
                    rows = feather.read_table(str(place))
            except pa.ArrowInvalid:
                raise _damaged(place) from None
            yield place.stem[:-7], rows


def _damaged(place: Path) -> SourceError:
    return SourceError("source.damaged", "this is no checkpoint, or one with damage in it", where=str(place),
                       hint="remove the folder, and begin anew")  # fmt: skip
