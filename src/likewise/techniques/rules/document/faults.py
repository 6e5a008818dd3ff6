"""The faults of one document, told together, each with its path and its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from likewise.errors import LikewiseError, SettingsError, suggest

MOST = 20
"""Faults that are told of one document at once."""


@dataclass(eq=False)
class Faults:
    """Collect what is wrong with a document; `marks` says at which line and column each path lies.

    >>> faults = Faults()
    >>> with faults.caught("$.tables.orders"):
    ...     raise SettingsError("settings.rules", "no columns")
    >>> len(faults.found)
    1
    """

    source: str | None = None
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    found: list[LikewiseError] = field(default_factory=list)

    def add(self, path: str, what: str, hint: str | None = None, code: str = "settings.rules") -> None:
        """Note that something is wrong at a path."""
        self.found.append(SettingsError(code, f"{path}: {what}", where=path, hint=hint))

    def unknown(
        self, path: str, names: Iterator[str] | Mapping[str, object], known: tuple[str, ...], thing: str
    ) -> None:
        """Note the names at a path that are none of those known."""
        for name in names:
            if name not in known:
                self.add(f"{path}.{name}", f"there is no {thing} `{name}`", suggest(name, known, thing))

    @contextmanager
    def caught(self, path: str) -> Iterator[None]:
        """Note the fault that reading a part ends in, at the part's path where it does not say a closer one."""
        try:
            yield
        except LikewiseError as fault:
            at = fault.where if fault.where is not None and fault.where.startswith("$") else path
            what = fault.what if "$" in fault.what[:1] else f"{at}: {fault.what}"
            self.found.append(type(fault)(fault.code, what, where=at, hint=fault.hint))

    def end(self) -> None:
        """Raise all faults as one, if there are any."""
        if not self.found:
            return
        told = [self._told(fault) for fault in self.found[:MOST]]
        more = len(self.found) - MOST
        whats = "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])
        first = self.found[0]
        hints = list(dict.fromkeys(fault.hint for fault in self.found if fault.hint))
        raise SettingsError(first.code, whats, where=self.place(first), hint="; ".join(hints[:3]) or None)

    def _told(self, fault: LikewiseError) -> str:
        mark = self.mark(fault.where or "$")
        return fault.what if mark is None or len(self.found) == 1 else f"{fault.what} (line {mark[0]})"

    def place(self, fault: LikewiseError) -> str:
        """Return where a fault lies: file, line and column where these are known, else its path."""
        path = fault.where or "$"
        mark = self.mark(path)
        if self.source is None:
            return path
        return f"{self.source} {path}" if mark is None else f"{self.source}:{mark[0]}:{mark[1]}"

    def mark(self, path: str) -> tuple[int, int] | None:
        """Return the line and the column of a path, or of the nearest part above it that has one."""
        while path:
            if path in self.marks:
                return self.marks[path]
            path = path.rpartition(".")[0] if path.rfind(".") > path.rfind("[") else path.rpartition("[")[0]
        return None
