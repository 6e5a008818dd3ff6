"""Which scenarios there are: ours, plug-ins' by entry points, and those in files."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from likewise.errors import SettingsError, suggest
from likewise.techniques.agents.scenario import Scenario

GROUP = "likewise.scenarios"


@cache
def scenarios() -> dict[str, EntryPoint]:
    """Return the installed scenarios by name, not yet imported."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def scenario_of(name: str | Path) -> type[Scenario]:
    """Return a scenario by its name, or the one that a Python file defines.

    Raises SettingsError where there is none.
    """
    if Path(name).suffix == ".py":
        return _defined_in(_loaded(Path(name)), str(name))
    if str(name) not in scenarios():
        raise SettingsError("agents.scenario", f"there is no scenario `{name}`", where="scenario",
                            hint=suggest(str(name), list(scenarios()), "scenario"))  # fmt: skip
    found: type[Scenario] = scenarios()[str(name)].load()
    return found


def _loaded(path: Path) -> ModuleType:
    if not path.is_file():
        raise SettingsError("agents.scenario", "there is no such file", where=str(path),
                            hint="name a file of Python, or a scenario")  # fmt: skip
    spec = importlib.util.spec_from_file_location(f"scenario_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where annotations are looked up
    try:
        spec.loader.exec_module(module)
    except Exception as fault:  # the file is somebody else's
        raise SettingsError("agents.file", f"the file does not run: {type(fault).__name__}", where=str(path),
                            hint=f"run it by itself: python {path.name}") from fault  # fmt: skip
    return module


def _defined_in(module: ModuleType, where: str) -> type[Scenario]:
    classes = (found for _, found in inspect.getmembers(module, inspect.isclass) if found.__module__ == module.__name__)
    own = [found for found in classes if issubclass(found, Scenario) and not inspect.isabstract(found)]
    if len(own) != 1:
        raise SettingsError("agents.scenario", f"the file defines {len(own)} scenarios, not one", where=where,
                            hint="let it define one subclass of Scenario")  # fmt: skip
    return own[0]
