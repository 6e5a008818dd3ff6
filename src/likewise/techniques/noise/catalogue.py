"""Every operation by its name, as a recipe names it: `gaussian`, or `{gaussian: {sd: 0.1}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from likewise.errors import SettingsError, suggest
from likewise.techniques.noise.additive import Correlated, Gaussian, Laplace, Multiplicative, Uniform
from likewise.techniques.noise.anonymity import Anonymize
from likewise.techniques.noise.audio import SOUNDS
from likewise.techniques.noise.characters import Typos
from likewise.techniques.noise.coding import Round, TopCode
from likewise.techniques.noise.dates import Shift
from likewise.techniques.noise.exchange import Exchange
from likewise.techniques.noise.image import PICTURES
from likewise.techniques.noise.levels import Flip, Pram
from likewise.techniques.noise.microaggregation import Microaggregate
from likewise.techniques.noise.missing import Missing
from likewise.techniques.noise.operation import Operation
from likewise.techniques.noise.quantile import Quantile, Swap
from likewise.techniques.noise.series import SERIES
from likewise.techniques.noise.shuffling import Shuffle
from likewise.techniques.noise.words import TfIdf, Words

TABLES: tuple[type[Operation], ...] = (
    Gaussian, Laplace, Uniform, Multiplicative, Correlated, Quantile, Swap, Shuffle, Microaggregate, Anonymize, Round,
    TopCode, Pram, Flip, Exchange, Shift, Missing,
)  # fmt: skip
TEXTS: tuple[type[Operation], ...] = (Typos, Words, TfIdf)
OPERATIONS: Mapping[str, type[Operation]] = {
    operation.op: operation for operation in (*TABLES, *TEXTS, *PICTURES, *SOUNDS, *SERIES)
}
"""The operations by name."""


def operation_of(written: Any, where: str = "$") -> Operation:
    """Return the operation that was written: itself, its name, or its name with a mapping of its settings.

    Raises SettingsError for an unknown name, with the nearest that is one, and for bad settings.

    >>> operation_of({"gaussian": {"sd": 0.2}})
    Gaussian(columns=None, share=1.0, sd=0.2)
    """
    if isinstance(written, Operation):
        return written
    if isinstance(written, str):
        written = {written: {}}
    if not isinstance(written, Mapping) or len(written) != 1:
        raise SettingsError("settings.step", "a step is the name of an operation, alone or with its settings",
                            where=where, hint="write e.g. {gaussian: {sd: 0.1}}")  # fmt: skip
    name, fields = next(iter(written.items()))
    if name not in OPERATIONS:
        raise SettingsError("settings.unknown-operation", f"there is no operation `{name}`", where=where,
                            hint=suggest(str(name), list(OPERATIONS), "operation"))  # fmt: skip
    if not isinstance(fields, Mapping | None):
        raise SettingsError("settings.step", f"the settings of `{name}` are a mapping", where=f"{where}.{name}",
                            hint="write e.g. {gaussian: {sd: 0.1}}")  # fmt: skip
    return OPERATIONS[str(name)].from_dict(dict(fields or {}), where=f"{where}.{name}")


def named(operation: Operation) -> dict[str, Any]:
    """Return an operation as `operation_of` reads it."""
    return {operation.op: operation.to_dict()}
