"""Industries by name: related tables from a few parameters, in memory or in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from likewise.core.dataset import Dataset
from likewise.core.industry import Written
from likewise.core.progress import Progress, quiet
from likewise.core.registry import industries, industry
from likewise.errors import SettingsError


def is_industry(spec: Any) -> bool:
    """Return whether something is the name of an industry, and not of a file that is there."""
    return isinstance(spec, str) and spec in industries() and not Path(spec).exists()


def generated(
    name: str, parameters: Mapping[str, Any], *, tables: Sequence[str] | None = None, seed: int | None = None
) -> Dataset:  # fmt: skip
    """Return the tables of an industry with these parameters. Raises SettingsError."""
    made = industry(name).from_dict(dict(parameters), where=name)
    return made.generate(tables=tables, seed=seed or 0)


def industry_to_files(
    name: str,
    place: str | Path,
    *,
    format: str | None = None,
    tables: Sequence[str] | None = None,
    seed: int | None = None,
    progress: Progress = quiet,
    **parameters: Any,
) -> Written:
    """Write the tables of an industry with these parameters into a new folder. Raises SettingsError and SourceError."""
    made = industry(name).from_dict(dict(parameters), where=name)
    return made.write(place, format=format, tables=tables, seed=seed or 0, progress=progress)


def check_none(spec: Any, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters of an industry where a document is generated from. Raises SettingsError."""
    if not parameters:
        return
    if isinstance(spec, str) and spec.isidentifier() and not Path(spec).exists():
        industry(spec)
    raise SettingsError("settings.parameter", f"`{next(iter(parameters))}` is no parameter of documents",
                        where="generate", hint=f"industries have parameters: {', '.join(industries())}")  # fmt: skip


def check_by_itself(asked: Mapping[str, Any]) -> None:
    """Refuse what is said of documents where an industry is generated. Raises SettingsError."""
    said = [name for name, value in asked.items() if value is not None]
    if said:
        raise SettingsError("settings.industry", f"`{said[0]}` is for documents, not for an industry", where=said[0],
                            hint="leave it out; `likewise generate NAME --help` lists what there is")  # fmt: skip
