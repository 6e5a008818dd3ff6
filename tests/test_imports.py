"""What `import likewise` brings along: little, and nothing outside the process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = ("duckdb", "numpy", "openpyxl", "pandas", "polars", "pyarrow", "rich", "scipy", "sklearn", "typer")
MOST_MODULES = 60
"""Modules that `import likewise` may load: the standard library's importlib and typing, and itself."""

PROBE = """
import sys
before = set(sys.modules)
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args[:2])))
                 if event.startswith("socket.") or (event == "open" and set(str(args[1])) & set("wax+")) else None)
{body}
import json
print(json.dumps({{"modules": sorted(set(sys.modules) - before), "seen": seen}}))
"""


def _after(body: str, home: Path) -> dict[str, list[str]]:
    """Run `body` in a new interpreter whose home is read-only, and return what it loaded, opened and wrote."""
    home.chmod(0o500)
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROBE.format(body=body)],
        cwd=home, env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    home.chmod(0o700)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_importing_loads_nothing_heavy(tmp_path: Path) -> None:
    found = _after("import likewise", tmp_path)
    assert [m for m in found["modules"] if m.partition(".")[0] in HEAVY] == []
    assert len(found["modules"]) <= MOST_MODULES


def test_importing_writes_nothing_and_opens_no_socket(tmp_path: Path) -> None:
    found = _after("import likewise; dir(likewise)", tmp_path)
    assert found["seen"] == []
    assert list(tmp_path.iterdir()) == []


def test_every_public_name_can_be_had_without_optional_packages(tmp_path: Path) -> None:
    found = _after("import likewise; [getattr(likewise, name) for name in likewise.__all__]", tmp_path)
    optional = ("duckdb", "openpyxl", "pandas", "polars", "scipy", "sklearn")
    assert [m for m in found["modules"] if m.partition(".")[0] in optional] == []
    assert found["seen"] == []
