"""The recipes that are shipped with the package, by name."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from likewise.core.documents import parsed
from likewise.errors import RecipeError, suggest


def named_recipes() -> dict[str, str]:
    """Return the names of the shipped recipes, each with what it is about.

    >>> "smote-enn" in named_recipes()
    True
    """
    names = sorted(entry.name.removesuffix(".yaml") for entry in _folder().iterdir() if entry.name.endswith(".yaml"))
    return {name: str(named_fields(name).get("about", "")) for name in names}


def named_fields(name: str) -> dict[str, Any]:
    """Return the document of a shipped recipe. Raises RecipeError where there is none of that name."""
    entry = _folder() / f"{name}.yaml"
    if not name or not entry.is_file():
        known = sorted(other.name.removesuffix(".yaml") for other in _folder().iterdir())
        raise RecipeError("recipe.unknown", f"there is no recipe `{name}`", where=name,
                          hint=f"{suggest(name, known, 'recipe')} (a file's name ends in .yaml)")  # fmt: skip
    fields = parsed(entry.read_text(encoding="utf-8"), what=name, where=name, error=RecipeError, family="recipe")
    return {"name": name, **fields}


def _folder() -> Any:
    return files("likewise.recipes") / "named"
