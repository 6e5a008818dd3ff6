"""Files of JSON and YAML as plain values, with faults that name line and column."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from likewise.core.documents import parsed
from likewise.core.faults import reading
from likewise.errors import SettingsError

YAML = (".yaml", ".yml")


def text_of(path: Path, what: str) -> str:
    """Return the text of a file in UTF-8. Raises SourceError, and SettingsError where it is not text."""
    try:
        with reading(path):
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError("settings.not-text", f"{what} is text in UTF-8, and this is not", where=str(path),
                            hint="save it as UTF-8") from None  # fmt: skip


def plain_values(path: Path, what: str) -> Any:
    """Return what a file of JSON, or of YAML by its suffix, holds: mappings, lists, texts, numbers, true, false, null.

    Dates of YAML are texts again, as JSON has none. Raises SourceError, and SettingsError with line and column.
    """
    text = text_of(path, what)
    if path.suffix.lower() in YAML:
        return _without_dates(parsed(text, what=what, where=str(path), error=SettingsError, family="settings"))
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        raise SettingsError("settings.not-json", f"this is not readable JSON: {fault.msg[:1].lower()}{fault.msg[1:]}",
                            where=f"{path}:{fault.lineno}:{fault.colno}",
                            hint="look for a missing comma, quote or bracket just before") from None  # fmt: skip
    except RecursionError:
        raise SettingsError("settings.not-json", "the values are nested too deep", where=str(path),
                            hint="a document of some hundred levels is read") from None  # fmt: skip


def _without_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _without_dates(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_dates(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value
