"""`likewise doctor`: is this machine ready?"""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from likewise.cli import options
from likewise.cli.console import out, print_json

EXTRAS = {"pandas": "pandas", "polars": "polars", "openpyxl": "excel", "duckdb": "duckdb",
          "adbc-driver-postgresql": "postgres", "torch": "deep", "pillow": "image", "soundfile": "audio",
          "av": "video"}  # fmt: skip
CORE = ("likewise", "numpy", "pyarrow", "pydantic", "safetensors", "scikit-learn", "narwhals")


def doctor(json: options.Json = False) -> None:
    """Show versions, extras, techniques and the machine, for a bug report or a first look."""
    found = examined()
    if json:
        print_json(found)
        return
    for heading, lines in found.items():
        out.print(heading, style="bold")
        for name, value in lines.items():
            out.print(f"  {name:<24} {value}", markup=False, highlight=False)


def examined() -> dict[str, dict[str, Any]]:
    """Return what `doctor` shows."""
    from likewise.core.machine import available_memory, total_memory
    from likewise.core.registry import techniques

    return {
        "versions": {"python": platform.python_version(), **{name: _version(name) or "missing" for name in CORE}},
        "extras": {
            name: _version(name) or f"not installed: pip install 'likewise[{extra}]'" for name, extra in EXTRAS.items()
        },
        "techniques": {name: point.value.partition(":")[0] for name, point in techniques().items()},
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "memory": _size(total_memory()),
            "memory available": _size(available_memory()),
        },
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _size(memory: int | None) -> str:
    from likewise.core.machine import gigabytes

    return "unknown" if memory is None else gigabytes(memory)
