"""The main job under a privacy budget: rows, the model and a page of what was released; no row is held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from likewise.core.aside import open_aside, together
from likewise.core.balance import understand_balance
from likewise.core.conditions import understand
from likewise.core.draw import block_rows, check_n, stream
from likewise.core.progress import Progress
from likewise.core.protocol import Model
from likewise.core.state import to_bytes
from likewise.core.table import Table, concat
from likewise.errors import SettingsError
from likewise.evaluation.report.model import check_suffix
from likewise.evaluation.report.released import Released
from likewise.io.format import DATABASES, SUFFIXES, split_suffixes
from likewise.io.sink import check_sink
from likewise.io.source import ReadOptions, safe_name
from likewise.privacy.contract import schema_of
from likewise.recipes.files import drawing_to
from likewise.recipes.places import keep_apart
from likewise.recipes.private import Private
from likewise.recipes.proof import Proof
from likewise.recipes.released import released

PLENTY = 1_000_000
"""Rows by which shares are checked where their number is not known yet."""


@dataclass(frozen=True, eq=False)
class PrivatelyWritten:
    """Hold where the files of one run are, how many rows were drawn, and the page of what was released."""

    data: str | Path
    report_file: Path
    model_file: Path
    rows: int
    report: Released
    model: Model


def synthesize_privately(
    source: Any, planned: Private, *, n: int | None, given: Any, balance: Any, seed: int, progress: Progress
) -> tuple[Table, Released, Model]:
    """Return rows, the page of what was released, and the model; `n` is what a noisy count tells if it is not given."""
    _check_asked(planned, n=n, given=given, balance=balance)
    model = planned.fit(source, seed=seed, progress=progress)
    rows = rows_of(model) if n is None else n
    proof = Proof.of(model)
    drawn = concat(list(proof.watched(stream(model, rows, given=given, balance=balance, seed=seed))))
    proof.found()
    return drawn, released(model, drawn), model


def synthesize_privately_to_files(
    source: str | Path,
    planned: Private,
    *,
    out: str | Path | None,
    report: str | Path | None,
    model: str | Path | None,
    n: int | None,
    given: Any,
    balance: Any,
    options: ReadOptions | None,
    replace: bool,
    seed: int,
    progress: Progress,
) -> PrivatelyWritten:
    """Do the same from file to file: all three files appear together, or none does; what was spent stays spent."""
    name, suffix = _named(source)
    out = f"{name}.synthetic{suffix}" if out is None else out
    report = Path(f"{name}.report.html") if report is None else Path(report)
    model = Path(f"{name}.model.likewise") if model is None else Path(model)
    keep_apart(source, out, report, model)
    check_suffix(report)
    check_sink(out, replace=replace)
    _check_asked(planned, n=n, given=given, balance=balance)
    with together(), open_aside(report) as report_file, open_aside(model) as model_file:
        fitted = planned.fit(source, options=options, seed=seed, progress=progress)
        rows = rows_of(fitted) if n is None else n
        wanted = understand(given, fitted.schema)
        shares = understand_balance(balance, fitted.schema, rows, wanted)
        proof, first = Proof.of(fitted), list[Table]()
        with drawing_to(fitted, out, rows, given=wanted, balance=shares, seed=seed, replace=replace,
                        progress=progress) as blocks:  # fmt: skip
            for block in proof.watched(blocks):
                if sum(t.rows for t in first) < block_rows(fitted.schema):
                    first.append(block)
            proof.found()
            told = released(fitted, concat(first))
            for file, content in ((report_file, told.written_as(report).encode()), (model_file, to_bytes(fitted))):
                file.write(content)
                file.flush()
    return PrivatelyWritten(out, report, model, rows, told, fitted)


def _check_asked(planned: Private, *, n: int | None, given: Any, balance: Any) -> None:
    """Find what cannot be drawn, as far as the contract tells, before a budget is spent. Raises as drawing would."""
    if n is not None:
        check_n(n)
    if n == 0:
        raise SettingsError("settings.n", "no rows are asked for", where="n", hint="ask for one at least")
    if planned.contract.is_open:
        return
    schema = schema_of(planned.contract)
    wanted = understand(given, schema)
    if n is not None or not isinstance(balance, Mapping):
        understand_balance(balance, schema, PLENTY if n is None else n, wanted)


def rows_of(model: Model) -> int:
    """Return how many rows a private model draws where nobody says: a noisy count, at least 1."""
    return max(model.card.rows, 1)


def _named(source: str | Path) -> tuple[str, str]:
    """Return what files are called after a source, and the suffix of rows, by its name alone."""
    text = str(source)
    if text == "-":
        return "stdin", ".csv"
    if "://" in text:
        return safe_name(text.rpartition("#")[2] if "#" in text else Path(text).stem), ".csv"
    stem, suffix, compression = split_suffixes(Path(text))
    known = suffix in SUFFIXES and SUFFIXES[suffix] not in DATABASES
    return safe_name(stem), (suffix if known else ".csv") + (f".{compression}" if compression and known else "")
