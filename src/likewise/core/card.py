"""What a model says of itself: the one thing that the command line, the studio and a compliance officer print."""

from __future__ import annotations

import platform
from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from likewise.core.spec import Spec
from likewise.core.table import Table


class Receipt(Spec):
    """Say where a ledger wrote a release down: the ledger's own name, the people, the entry's number and its hash."""

    ledger: str
    people: str
    number: int
    hash: str


class Privacy(Spec):
    """Say what formal guarantee a model carries; epsilon is None where there is none.

    `unit` is what is protected: a row, or all rows that share a value of the named column. Where there is a guarantee,
    `neighbours` says which data are compared, `events` what each release cost as the accountant charged it, `mu` what
    they come to in Gaussian DP, `contract` what was declared, and `ledger` where the release was written down.
    """

    unit: str = "row"
    epsilon: float | None = None
    delta: float | None = None
    statement: str
    neighbours: Literal["add or remove"] | None = None
    mu: float | None = None
    events: tuple[dict[str, Any], ...] = ()
    contract: dict[str, Any] | None = None
    ledger: Receipt | None = None

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave the later fields out where they say nothing: what was written before keeps its bytes and its digest."""
        fields: dict[str, Any] = write(self)
        return {name: value for name, value in fields.items() if name in _FIRST or value}


_FIRST = frozenset({"unit", "epsilon", "delta", "statement"})
"""The fields of `Privacy` that were always written."""


class Update(Spec):
    """Say what a model followed after it was fitted: so many rows, beside which an earlier row counts `keep`."""

    rows: int
    data_digest: str
    keep: float
    seed: int


class Card(Spec):
    """Describe a fitted model: where it came from, how it was made, what it may leak and how well it did.

    `rows` and `columns` count the data it was fitted to, `data_digest` is the SHA-256 of that data; a model that was
    declared has no rows, and the digest of its document. `evaluation` maps score names to values, filled in when the
    model was judged on a holdout. `updates` lists what it followed since, in turn. It carries no clock, so that the
    same seed gives the same file.
    """

    technique: str
    settings: dict[str, Any]
    seed: int
    rows: int
    columns: int
    data_digest: str
    versions: dict[str, str]
    privacy: Privacy
    notes: tuple[str, ...] = ()
    evaluation: dict[str, float] = {}
    updates: tuple[Update, ...] = ()

    @property
    def is_declared(self) -> bool:
        """Whether no row was read; a model with a guarantee may keep for itself how many were."""
        return not self.rows and self.privacy.epsilon is None

    @property
    def weight(self) -> float:
        """How many rows what was learned weighs: all of the latest ones, and of earlier ones what was kept."""
        weight = float(self.rows)
        for news in self.updates:
            weight = weight * news.keep + news.rows
        return weight

    def to_text(self) -> str:
        """Return the card as lines of `label: value`, for a terminal."""
        origin = f"sha256 {self.data_digest[:16]}..., seed {self.seed}"
        rows = f"{self.rows:,} rows" if self.rows else "rows"
        fitted = "declared   " if self.is_declared else f"fitted on   {rows} x"
        lines = [
            f"technique   {self.technique}",
            f"settings    {self.settings or 'defaults'}",
            f"{fitted} {self.columns} columns, {origin}",
            f"privacy     {self.privacy.statement}",
            f"versions    {', '.join(f'{k} {v}' for k, v in self.versions.items())}",
        ]
        lines += [
            f"followed    {f.rows:,} rows, sha256 {f.data_digest[:16]}..., seed {f.seed}, keep {f.keep:g}"
            for f in self.updates
        ]
        lines += [f"judged      {name} {value:.4g}" for name, value in self.evaluation.items()]
        return "\n".join(lines + [f"note        {note}" for note in self.notes])


def versions() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    import numpy as np
    import pyarrow as pa

    import likewise

    return {
        "likewise": likewise.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pyarrow": pa.__version__,
    }


def card_for(
    table: Table, technique: str, settings: dict[str, Any], seed: int, privacy: Privacy, notes: tuple[str, ...]
) -> Card:
    """Fill in the card of a model that was just fitted to `table`."""
    return Card(
        technique=technique,
        settings=settings,
        seed=int(seed),
        rows=table.rows,
        columns=len(table.names),
        data_digest=table.digest(),
        versions=versions(),
        privacy=privacy,
        notes=notes,
    )
