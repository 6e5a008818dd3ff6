"""Write what a recipe promises: rows, a report, models, all together or none."""

from __future__ import annotations

from contextlib import ExitStack

from likewise.core.aside import open_aside, together
from likewise.core.protocol import Model
from likewise.core.state import to_bytes
from likewise.evaluation.report.model import Report
from likewise.evaluation.report.released import Released
from likewise.io.format import is_database
from likewise.io.sink import open_sink
from likewise.io.sql import masked
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
    report: Report | Released | None,
) -> tuple[str, ...]:
    """Write every output and return the places; files appear when all of them are whole.

    Databases are finished last: when they take the rows in, all bytes of the files are on the disk, and when they
    refuse, no file appears.
    """
    recipe = prepared.recipe
    places = [prepared.place.located(output.place) for output in recipe.outputs]
    with together(), ExitStack() as stack:  # what is entered last is finished first
        for output, place in sorted(
            zip(recipe.outputs, places, strict=True), key=lambda pair: not is_database(pair[1])
        ):
            result = results[prepared.graph.made_by(output.take)]
            thing = rows if output.take is None and rows is not None else result.load()
            if output.report is not None:
                assert report is not None
                _write_bytes(stack, place, report.written_as(place).encode())
            elif isinstance(thing, Model):
                judged = thing.with_evaluation(figures(report)) if isinstance(report, Report) else thing
                _write_bytes(stack, place, to_bytes(judged))
            else:
                _write_rows(stack, thing, output, place, read, prepared.beside.replace)
    return tuple(masked(place) for place in places)


def _write_bytes(stack: ExitStack, place: str, content: bytes) -> None:
    file = stack.enter_context(open_aside(place))
    file.write(content)
    file.flush()


def _write_rows(stack: ExitStack, rows: Rows, output: Output, place: str, read: Opened, replace: bool) -> None:
    as_text = as_texts(place, read.format)
    columns = (rows.written if as_text else rows.to_arrow)(mark=output.mark, weight=output.weight)
    said = None if rows.representative else {"population": UNREPRESENTATIVE}
    sink = open_sink(place, format=read.format, replace=replace, metadata=said)
    stack.enter_context(sink).write(columns)
