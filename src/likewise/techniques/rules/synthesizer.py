"""Learn a document of rules from a sample of data."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.card import Privacy
from likewise.core.progress import Progress
from likewise.core.protocol import Arrays, Synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.fitting import ROW, column_rule, rules_of
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables
from likewise.techniques.rules.model import ENDLESS, RulesModel

TRIED = 2000
"""Rows that are made to see whether the rules can be held."""


class Rules(Synthesizer):
    """Learn a document that can be read and edited: what each column is drawn from, and the rules between them.

    Keeps the shape of every column, roughly, with its missing values; with `rules` orders of columns and formulas
    between them hold in every row. Loses how columns go together otherwise. What stands in the document is rounded:
    values are the means of `min_count` rows at least, levels are those of so many rows, rarer ones are invented.

    Use when a sample of data should become test data that anybody may read and change, or when next to nothing should
    be told of the sample. Avoid when columns should go together as they do: take `sampling` or `autoregressive`.

    >>> model = Rules().fit({"age": [20, 30, 40] * 60, "grown": ["no", "yes", "yes"] * 60})
    >>> [*model.document.to_dict()["columns"]]
    ['age', 'grown']

    Cost: rows times columns, and with `rules` that of the search for them. Patki, Wedge and Veeramachaneni, 2016, DSAA
    (documents of marginals as a base of comparison).
    """

    technique: ClassVar[str] = "rules"
    model_class: ClassVar[type[RulesModel]] = RulesModel
    privacy: ClassVar[Privacy] = Privacy(
        statement="no formal guarantee; rare levels and extremes are not told, values are rounded means of several rows"
    )

    rules: bool = True
    min_count: int = Field(default=10, ge=1)

    def memory(self, rows: int, columns: int) -> int:
        """Return about how many bytes a fit takes beside the table itself."""
        return 30_000_000 + 40 * rows * columns

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Return the schema to give back, the document, and notes on what was left out."""
        k = self.min_count
        columns: dict[str, Any] = {}
        shown = []
        for number, column in enumerate(table.schema.columns):
            progress("learning columns", number, len(table.names))
            columns[column.name], own = column_rule(table, column, k=k, seed=seed)
            shown.append(own)
        document: dict[str, Any] = {"likewise": 1, "columns": columns or {ROW: "sequence"}}
        notes = [f"values and levels that fewer than {k} rows hold are not repeated"]
        if self.rules:
            rules = [told for item, told in rules_of(table)]
            document, more = _held(document, rules)
            notes += more
        progress("learning columns", len(table.names), len(table.names))
        return Schema(columns=tuple(shown)), {"document": document}, {}, tuple(notes)


def _held(document: dict[str, Any], rules: list[Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a document with the rules that can be held together, those that cannot left out and told."""
    kept: list[Any] = []
    left: list[str] = []
    for rule in rules:
        if _holds({**document, "constraints": [*kept, rule]}):
            kept.append(rule)
        else:
            left.append(f"a rule that was found is not held: {rule}")
    return ({**document, "constraints": kept} if kept else document), left


def _holds(document: dict[str, Any]) -> bool:
    """Return whether rows can be made that meet the rules of a document."""
    try:
        tables = Tables(Plan.of(Document.of(document)), seed=0, fixed={"table": ENDLESS})
        tables.at("table", np.arange(TRIED))
    except LikewiseError:
        return False
    return True
