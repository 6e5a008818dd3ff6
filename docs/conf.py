"""How the documentation is built: Sphinx, Markdown, no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import likewise

project = "likewise"
author = "The likewise authors"
copyright = "the likewise authors, Apache-2.0"
release = version = likewise.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False

html_theme = "furo"
html_title = f"likewise {release}"
html_show_sphinx = False


def setup(app: object) -> None:
    """Write the command line's help before anything is read, so that the reference cannot go stale."""
    write_command_line_help(Path(__file__).parent / "_build" / "command-line.md")


def write_command_line_help(path: Path) -> None:
    """Write what `likewise COMMAND --help` prints, for every command."""
    path.parent.mkdir(exist_ok=True)
    commands = [
        "synth", "inspect", "fit", "update", "sample", "impute", "balance", "augment", "run", "plan", "evaluate",
        "audit", "verify", "frontier", "show", "doctor",
    ]  # fmt: skip
    with path.open("w", encoding="utf-8") as page:
        for command in commands:
            asked = [sys.executable, "-c", "from likewise.cli.main import run; run()", command, "--help"]
            plain = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
            said = subprocess.run(asked, env=plain, capture_output=True, text=True, check=True).stdout
            lines = "\n".join(line.rstrip() for line in said.strip().splitlines())
            page.write(f"## likewise {command}\n\n```text\n{lines}\n```\n\n")
