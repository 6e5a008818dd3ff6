"""Which techniques and industries are installed: ours and plug-ins', found by entry points, imported when wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from likewise.errors import SettingsError, suggest

if TYPE_CHECKING:
    from likewise.core.industry import Industry
    from likewise.core.protocol import Synthesizer
    from likewise.core.schema import Kind

GROUP = "likewise.techniques"
INDUSTRIES = "likewise.industries"
DEFAULT = "autoregressive"


@cache
def techniques() -> Mapping[str, EntryPoint]:
    """Return the installed techniques by name, not yet imported."""
    return MappingProxyType({p.name: p for p in sorted(entry_points(group=GROUP), key=lambda p: p.name)})


def technique(name: str) -> type[Synthesizer]:
    """Return the synthesizer class of a technique; `auto` is the default one. Raises SettingsError if unknown."""
    name = DEFAULT if name == "auto" else name
    if name not in techniques():
        raise SettingsError("settings.technique", f"there is no technique `{name}`",
                            hint=suggest(name, ["auto", *techniques()], "technique"))  # fmt: skip
    try:
        loaded: type[Synthesizer] = techniques()[name].load()
    except (ImportError, AttributeError) as fault:
        what = f"the technique `{name}` cannot be loaded: {fault}"
        raise SettingsError("settings.technique-broken", what, where=techniques()[name].value,
                            hint="reinstall the package that brings it") from fault  # fmt: skip
    return loaded


def synthesizer(name: str, settings: Mapping[str, Any] | None = None) -> Synthesizer:
    """Return a technique with its settings checked."""
    return technique(name).from_dict(dict(settings or {}), where=name)


def able(kind: Kind) -> list[str]:
    """Return the names of the installed techniques that can learn a kind of column; those that do not load are not."""
    found = []
    for name in techniques():
        with suppress(SettingsError):
            if kind in technique(name).kinds:
                found.append(name)
    return found


@cache
def industries() -> Mapping[str, EntryPoint]:
    """Return the installed industries by name, not yet imported."""
    return MappingProxyType({p.name: p for p in sorted(entry_points(group=INDUSTRIES), key=lambda p: p.name)})


def industry(name: str) -> type[Industry]:
    """Return the class of an industry's parameters. Raises SettingsError if there is none of that name."""
    if name not in industries():
        raise SettingsError("settings.industry", f"there is no industry `{name}`",
                            hint=suggest(name, list(industries()), "industry"))  # fmt: skip
    loaded: type[Industry] = industries()[name].load()
    return loaded
