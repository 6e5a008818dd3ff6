"""The documentation speaks of all that is there, technique folders look alike, and one thing has one name."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from likewise.cli.app import app
from likewise.core.registry import technique, techniques
from likewise.techniques.noise.catalogue import OPERATIONS

HOUSE = Path(__file__).parents[1]
FOLDERS = sorted(p for p in (HOUSE / "src/likewise/techniques").iterdir() if p.is_dir() and p.name[0] != "_")
PACKAGES = ["likewise", "likewise.sklearn", "likewise.testing", *(f"likewise.techniques.{f.name}" for f in FOLDERS)]
CONSTANTS_AND_TYPES = {"PROMISES", "Promise", "Subject"}


def text(*parts: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for part in parts for path in sorted(HOUSE.glob(part)))


@pytest.mark.parametrize("package", PACKAGES)
def test_the_python_reference_lists_what_is_public(package: str) -> None:
    reference = text("docs/reference/python.md")
    public = set(importlib.import_module(package).__all__) - CONSTANTS_AND_TYPES
    assert [name for name in sorted(public) if not re.search(rf"[ .]{name}\b", reference)] == []


def test_every_page_is_reached_from_the_index() -> None:
    pages = {str(path.relative_to(HOUSE / "docs"))[:-3] for path in (HOUSE / "docs").glob("[a-z]*/[a-z0-9]*.md")}
    linked = set(re.findall(r"^[a-z-]+/[a-z-]+$", text("docs/index.md"), re.M))
    assert {page for page in pages if not page.startswith(("decisions/0", "_build"))} == linked


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_technique_folders_look_alike(folder: Path) -> None:
    pair = {"scenario.py", "simulation.py"} if folder.name == "agents" else {"model.py", "synthesizer.py"}
    assert {"README.md", "__init__.py", *pair} <= {path.name for path in folder.iterdir()}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
    named = set(re.findall(r"`([a-z_/]+\.py)`", text(f"src/likewise/techniques/{folder.name}/README.md")))
    assert {name for name in named if not any(file.endswith(name) for file in files)} == set()


def test_pages_that_list_techniques_list_all() -> None:
    for page in ("README.md", "ARCHITECTURE.md", "docs/concepts/techniques.md", "docs/guides/privacy.md"):
        assert [name for name in techniques() if name not in text(page)] == [], page


def test_the_guide_lists_every_command_in_the_order_of_the_help() -> None:
    guide = text("docs/guides/command-line.md")
    listed = re.findall(r"^likewise ([a-z]+) ", guide[: guide.index("## ")], re.M)
    named = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    named += [str(group.name) for group in app.registered_groups]
    assert sorted(listed) == sorted(named)


def test_one_thing_has_one_name_in_all_settings() -> None:
    other = {"std": "sd", "fraction": "share", "n_neighbors": "k_neighbors", "random_state": "seed"}
    for settings in (*map(technique, techniques()), *OPERATIONS.values()):
        assert not set(settings.model_fields) & set(other), settings
