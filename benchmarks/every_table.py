"""Run `likewise synth` over every single table of the data folder and list the outcome.

    .venv/bin/python benchmarks/every_table.py [--only adult] [--keep FOLDER] [--seconds 300]

Prints one Markdown row a table and writes them all to docs/concepts/every-table.md. Nothing is chosen by hand: no
target, no schema, no setting. Tables of SQLite files are read by URL.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "concepts" / "every-table.md"
SUFFIXES = (".csv", ".csv.gz", ".parquet")
HEADINGS = ("table", "rows x columns", "outcome", "s", "shape %", "trend %", "C2ST", "TSTR / TRTR", "DCR share",
            "copies %", "note")  # fmt: skip
INTRODUCTION = """# Every table we have

`likewise synth` was run on each single table of the project's data folder (40 public data sets, not shipped), with no
target, schema or setting chosen by hand, by `benchmarks/every_table.py` on 2 shared cores. A figure in brackets is the
floor: what real rows that were held out score. A table of under 40 rows has no holdout; one of under 50 rows gets no
verdict. `identifiers` are columns whose values are invented, so that no judgement is asked of them.

"""


def sources(data: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the path or URL of every single table."""
    for path in sorted(data.rglob("*")):
        if path.suffix == ".sqlite":
            with sqlite3.connect(path) as database:
                names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
            yield from ((f"{path.parent.name}#{name}", f"sqlite:///{path}#{name}") for (name,) in names)
        elif path.name.endswith(SUFFIXES):
            yield f"{path.parent.name}/{path.name}", str(path)


def run(name: str, source: str, folder: Path, seconds: int) -> dict[str, str]:
    """Make one synthetic table in a folder and return its row of the list."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).parent / "likewise"), "synth", source, "--json"]
    begun = time.monotonic()
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"table": name, "outcome": f"over {seconds} s"}
    took = f"{time.monotonic() - begun:.0f}"
    (folder / "stderr.txt").write_text(done.stderr)
    try:
        result = json.loads(done.stdout)
    except ValueError:
        return {"table": name, "outcome": f"exit code {done.returncode}", "s": took, "note": done.stderr[-200:]}
    if done.returncode:
        fault = result["error"]
        return {"table": name, "outcome": f"error[{fault['code']}]", "s": took, "note": fault["what"]}
    return {"table": name, "outcome": "made", "s": took, **figures(result, Path(folder, result["model"]))}


def figures(result: dict[str, Any], model: Path) -> dict[str, str]:
    """Return the cells that come from the result of a run."""
    from likewise.core.state import load

    scores = {score["name"]: score for score in result["scores"]}
    columns = load(model).schema.columns
    ids = [c.name for c in columns if c.is_generated or c.role == "key" or c.is_pseudonymous]
    return {
        "rows x columns": f"{result['rows']:,} x {len(columns)}",
        "shape %": cell(scores, "shape_error"),
        "trend %": cell(scores, "trend_error"),
        "C2ST": cell(scores, "c2st"),
        "TSTR / TRTR": cell(scores, "tstr", " / {:.3g}"),
        "DCR share": cell(scores, "dcr_share"),
        "copies %": cell(scores, "exact_copies"),
        "note": "identifiers: " + ", ".join(f"`{name}`" for name in ids) if ids else "",
    }


def cell(scores: dict[str, dict[str, Any]], name: str, floor: str = " ({:.3g})") -> str:
    """Return one figure beside its floor, as `poor` or `fair` where it is."""
    score = scores.get(name)
    if score is None or score["value"] is None:
        return ""
    beside = "" if score["floor"] is None else floor.format(score["floor"])
    said = f" {score['verdict']}" if score["verdict"] in ("fair", "poor") else ""
    return f"{score['value']:.3g}{beside}{said}"


def line(row: dict[str, str]) -> str:
    """Return a row of a Markdown table."""
    return "| " + " | ".join(row.get(name, "").replace("|", "\\|").replace("\n", " ") for name in HEADINGS) + " |"


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description="Run `likewise synth` over every single table of the data folder.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", default="", help="tables whose name holds this; nothing is written to docs then")
    parser.add_argument("--keep", type=Path, help="leave what is made in this folder")
    parser.add_argument("--seconds", type=int, default=300, help="the most that one table may take")
    chosen = parser.parse_args()
    rows = [line(dict(zip(HEADINGS, HEADINGS))), "|" + "---|" * len(HEADINGS)]
    print("\n".join(rows))
    with tempfile.TemporaryDirectory() as scratch:
        for name, source in sources(chosen.data):
            if chosen.only in name:
                place = (chosen.keep or Path(scratch)) / name.replace("/", "_").replace("#", "_")
                rows.append(line(run(name, source, place, chosen.seconds)))
                print(rows[-1], flush=True)
    if not chosen.only:
        PAGE.write_text(INTRODUCTION + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
