"""Write what a recipe promises: rows, a report, models, all together or none."""

from __future__ import annotations

from contextlib import ExitStack

from likewise.core.aside import open_aside
from likewise.core.protocol import Model
from likewise.core.state import to_bytes
from likewise.evaluation.report.model import Report
from likewise.io.sink import open_sink
from likewise.recipes.files import as_texts
from likewise.recipes.recipe.document import Output
from likewise.recipes.recipe.opened import Opened
from likewise.recipes.recipe.ready import Ready
from likewise.recipes.recipe.store import Result
from likewise.recipes.rows import UNREPRESENTATIVE, Rows
from likewise.recipes.synth import figures


def write_outputs(
    prepared: Ready,
    read: Opened,
    results: dict[int, Result],
    rows: Rows | None,
    report: Report | None,
    *,
    replace: bool,
) -> tuple[str, ...]:
    """Write every output and return the places; they appear when all of them are whole."""
    places: list[str] = []
    with ExitStack() as stack:
        for output in prepared.recipe.outputs:
            place = prepared.place.located(output.place)
            places.append(place)
            if output.report is not None:
                assert report is not None
                stack.enter_context(open_aside(place)).write(report.written_as(place).encode())
                continue
            result = results[prepared.graph.made_by(output.take)]
            thing = rows if output.take is None and rows is not None else result.load()
            if isinstance(thing, Model):
                judged = thing if report is None else thing.with_evaluation(figures(report))
                stack.enter_context(open_aside(place)).write(to_bytes(judged))
            else:
                _write_rows(stack, thing, output, place, read, replace)
    return tuple(places)


def _write_rows(stack: ExitStack, rows: Rows, output: Output, place: str, read: Opened, replace: bool) -> None:
    as_text = as_texts(place, read.format)
    columns = (rows.written if as_text else rows.to_arrow)(mark=output.mark, weight=output.weight)
    said = None if rows.representative else {"population": UNREPRESENTATIVE}
    sink = open_sink(place, format=read.format, replace=replace, metadata=said)
    stack.enter_context(sink).write(columns)
