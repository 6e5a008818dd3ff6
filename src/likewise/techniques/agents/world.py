"""The world of a simulation: populations, spaces, parameters, the log and the queue, each under its name."""

from __future__ import annotations

from typing import Any

from likewise.techniques.agents.population import of_columns


class World:
    """Hold the parts of a world; `view` is what rules see of it.

    >>> World({"light": 3}).view.light
    3
    """

    def __init__(self, parts: dict[str, Any]) -> None:
        self.__dict__["_parts"] = parts
        self.__dict__["_view"] = None

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_parts"][name]
        except KeyError:
            raise AttributeError(f"the world has no `{name}`") from None

    def __setattr__(self, name: str, part: Any) -> None:
        self._parts[name] = part
        self.__dict__["_view"] = None

    @property
    def parts(self) -> dict[str, Any]:
        """The parts by name."""
        return dict(self._parts)

    @property
    def view(self) -> Any:
        """The parts as rules see them."""
        if self.__dict__["_view"] is None:
            self.__dict__["_view"] = of_columns("world", self._parts)
        return self.__dict__["_view"]
