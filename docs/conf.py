"""How the documentation is built: Sphinx, Markdown, no network."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

import likewise
from likewise.cli.app import app as command_line

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

CODE = r"(source|schema|settings|given|fit|model|evaluate|recipe|extra|key|privacy|evidence)\.[a-z-]+"
"""What the code of an error looks like."""

html_theme = "furo"
html_title = f"likewise {release}"
html_show_sphinx = False


def setup(app: object) -> None:
    """Write what the code says of itself before anything is read, so that the reference cannot go stale."""
    built = Path(__file__).parent / "_build"
    built.mkdir(exist_ok=True)
    write_command_line_help(built / "command-line.md")
    write_error_codes(built / "error-codes.md")


def write_command_line_help(path: Path) -> None:
    """Write what `likewise COMMAND --help` prints, for every command."""
    with path.open("w", encoding="utf-8") as page:
        for command in get_command(command_line).commands:  # in the order of `likewise --help`
            asked = [sys.executable, "-c", "from likewise.cli.main import run; run()", command, "--help"]
            plain = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
            said = subprocess.run(asked, env=plain, capture_output=True, text=True, check=True).stdout
            lines = "\n".join(line.rstrip() for line in said.strip().splitlines())
            page.write(f"## likewise {command}\n\n```text\n{lines}\n```\n\n")


def write_error_codes(path: Path) -> None:
    """Write every code that the source raises, under its family, with the words that go with it."""
    families: dict[str, dict[str, dict[str, None]]] = {}
    for file in sorted(Path(likewise.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match call:
                case ast.Call(args=[ast.Constant(value=str(code)), what, *_]) if re.fullmatch(CODE, code):
                    said = families.setdefault(code.partition(".")[0], {}).setdefault(code, {})
                    said |= dict.fromkeys(filter(None, [_words(what)]))
    with path.open("w", encoding="utf-8") as page:
        for family, codes in sorted(families.items()):
            page.write(f"## {family}\n\n| code | what it says |\n|---|---|\n")
            page.writelines(f"| `{code}` | {'<br>'.join(said)} |\n" for code, said in sorted(codes.items()))
            page.write("\n")


def _words(what: ast.expr) -> str:
    """Return the words of a message, with an ellipsis for what is filled in; nothing where all of it is."""
    parts = what.values if isinstance(what, ast.JoinedStr) else [what]
    words = "".join(str(part.value) if isinstance(part, ast.Constant) else "..." for part in parts)
    return "" if words.strip(". ") == "" else words.replace("|", "\\|").replace("\n", " ")
