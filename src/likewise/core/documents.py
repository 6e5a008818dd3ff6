"""Read the YAML documents that people write: a mapping at the top, and errors that say where to look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.core.faults import reading
from likewise.errors import LikewiseError


def read_document(
    path: Path, *, what: str, error: type[LikewiseError], family: str, hint: str
) -> dict[str, Any]:  # fmt: skip
    """Return the mapping in a YAML file; raises SourceError where there is none, `error` where it is no mapping."""
    try:
        with reading(path):
            text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise error(f"{family}.not-text", f"{what} is text in UTF-8, and this is not", where=str(path),
                    hint=hint) from None  # fmt: skip
    fields = parsed(text, what=what, where=str(path), error=error, family=family)
    if not isinstance(fields, dict):
        found = (
            "the file is empty" if fields is None else f"this is a {'list' if isinstance(fields, list) else 'value'}"
        )
        raise error(f"{family}.invalid", f"$: {what} is a mapping, and {found}", where=str(path), hint=hint)
    return {str(name): value for name, value in fields.items()}


def parsed(text: str, *, what: str, where: str | None, error: type[LikewiseError], family: str) -> Any:
    """Return what a YAML text holds; raises `error` with the line of the fault."""
    import yaml

    from likewise.core.plain_yaml import PlainLoader, Twice

    try:
        return yaml.load(text, PlainLoader)
    except ValueError as fault:  # what is written like a date and is none
        raise error(f"{family}.not-yaml", f"this is not readable YAML: {fault}", where=where,
                    hint="look for a date that there is not, or put it in quotes") from None  # fmt: skip
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", None)
        place = where if line is None else f"{where or what}:{line + 1}"
        if isinstance(fault, Twice):
            raise error(f"{family}.twice", f"`{fault.problem}` is given twice in one place", where=place,
                        hint="keep one of the two") from None  # fmt: skip
        raise error(f"{family}.not-yaml", "this is not readable YAML", where=place,
                    hint="look for a missing colon, quote or indent") from None  # fmt: skip
