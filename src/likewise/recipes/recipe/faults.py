"""What is wrong with a recipe: every fault with its path, all of them in one error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from likewise.errors import LikewiseError, RecipeError, SettingsError


@dataclass(frozen=True)
class Fault:
    """Hold what is wrong and where (`$.steps[2].balance.column`), and the error that said so, if one did."""

    path: str
    what: str
    cause: LikewiseError | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@dataclass
class Faults:
    """Collect the faults of one document, to report them together."""

    found: list[Fault] = field(default_factory=list)

    def add(self, path: str, what: str, cause: LikewiseError | None = None) -> None:
        """Note a fault; the same one once."""
        if (fault := Fault(path, what, cause)) not in self.found:
            self.found.append(fault)

    def take(self, path: str, error: LikewiseError) -> None:
        """Note what an error says at a path, with its hint."""
        hint = f" ({error.hint})" if error.hint else ""
        if isinstance(error, SettingsError) and error.code.endswith(".invalid"):
            for place, part in enumerate(parts := error.what.split("; $")):
                own = part.removeprefix("$") if place == 0 else part
                at, _, what = f"{path}{own}".partition(": ")
                self.add(at, what + (hint if place == len(parts) - 1 else ""))
            return
        self.add(path, error.what + hint, error)

    @contextmanager
    def at(self, path: str) -> Iterator[None]:
        """Note an error of ours that the block raises."""
        try:
            yield
        except LikewiseError as error:
            self.take(path, error)

    def refuse(self, where: str | None) -> None:
        """Raise all that was found, one a line where there are several, if anything was.

        The cause of the error is the one that said so, where it is one.
        """
        if not self.found:
            return
        listed = [str(fault) for fault in self.found]
        what = listed[0] if len(listed) == 1 else f"{len(listed)} faults\n  " + "\n  ".join(listed)
        hint = "docs/guides/recipes.md lists the steps and their fields"
        cause = self.found[0].cause if len(listed) == 1 else None
        raise RecipeError("recipe.invalid", what, where=where, hint=hint) from cause
