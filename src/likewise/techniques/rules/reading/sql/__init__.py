"""Documents from SQL: tables, keys and CHECKs, out of a script in any dialect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.techniques.rules.reading.sql.document import Reading, read_sql

__all__ = ["Reading", "read", "read_sql"]


def read(source: str | Path) -> dict[str, Any]:
    """Return the document of a file of SQL. Raises SettingsError for what cannot be read."""
    return read_sql(Path(source).read_text(encoding="utf-8-sig")).document
