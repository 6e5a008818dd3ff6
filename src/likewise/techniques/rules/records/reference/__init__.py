"""Tables of facts about countries and writing that no package holds."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    """Return the lines of a table that say something."""
    written = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in written if line and not line.startswith("#")]
