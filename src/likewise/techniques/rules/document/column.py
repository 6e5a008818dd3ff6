"""One column of the document: what makes it, and the settings that stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, SerializeAsAny

from likewise.core.schema import Kind, Role
from likewise.core.spec import Spec
from likewise.errors import SettingsError, nearest
from likewise.modalities.tabular.distributions import Distribution
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import Maker, told
from likewise.techniques.rules.makers.registry import maker_of

KINDS: tuple[Kind, ...] = ("integer", "decimal", "float", "boolean", "category", "text", "date", "datetime", "time",
                           "id", "json")  # fmt: skip
"""What `kind` may ask for."""


class Settings(Spec):
    """Hold what any column may be told beside its maker.

    `missing` is a share of the cells. With `unique` no two rows are alike. `decimals` and `kind` settle what numbers are
    rounded to and what they make, `role` what the column is for.
    """

    missing: float = Field(default=0.0, ge=0, le=1)
    unique: bool = False
    decimals: int | None = Field(default=None, ge=0, le=15)
    kind: Kind | None = None
    role: Role = "feature"


class ColumnRule(Spec):
    """Say what makes a column."""

    maker: SerializeAsAny[Maker]
    settings: Settings = Settings()

    @classmethod
    def read(cls, value: Any, path: str) -> ColumnRule:
        """Read a maker's word, alone or as a mapping beside settings. Raises SettingsError with the path."""
        if isinstance(value, Distribution):
            value = value.to_dict()
        if isinstance(value, str):
            value = {value: None}
        if not isinstance(value, Mapping) or not value:
            raise told(path, "a maker is wanted", "write e.g. {normal: [170, 10], decimals: 1}")
        written = {str(name): found for name, found in value.items()}
        word, maker = _maker(written, path)
        beside = {name: written.pop(name) for name in [*written] if name in maker.beside}
        settings = {name: written.pop(name) for name in [*written] if name in Settings.model_fields}
        settings |= {name: found for name, found in beside.items() if name in Settings.model_fields}
        own = written.pop(word[0])
        if written:
            raise _too_many(word[0], [*written], path)
        try:
            found = Settings.from_dict(settings)
        except SettingsError as fault:
            raise at(path, fault) from None
        return cls(maker=maker.read({word[1]: own, **beside} if maker.beside else own, path), settings=found)


def read_maker(value: Any, path: str) -> Maker:
    """Read what makes a part of a column: no settings of whole columns stand beside it. Raises SettingsError."""
    rule = ColumnRule.read(value, path)
    if rule.settings.missing or rule.settings.unique or rule.settings.role != "feature":
        raise told(path, "`missing`, `unique` and `role` are of whole columns", "write them beside the column's maker")
    return rule.maker


def _maker(written: Mapping[str, Any], path: str) -> tuple[tuple[str, str], type[Maker]]:
    """Return the word that a column is made by, as written and as known, and its maker."""
    others = [name for name in written if name not in Settings.model_fields]
    if not others:
        raise told(path, "a maker is wanted beside the settings", "write e.g. {normal: [170, 10], decimals: 1}")
    faults: list[SettingsError] = []
    for name in others:
        try:
            known, maker = maker_of(name, path)
        except SettingsError as fault:
            faults.append(fault)
            continue
        return (name, known), maker
    raise _unknown(others[0], faults[0], path)


def _unknown(name: str, fault: SettingsError, path: str) -> SettingsError:
    setting = nearest(name, sorted(Settings.model_fields))
    hint = f"did you mean `{setting}`?" if setting and (fault.hint or "").startswith("the makers") else fault.hint
    return SettingsError(fault.code, fault.what, where=path, hint=hint)


def _too_many(word: str, others: list[str], path: str) -> SettingsError:
    """Return the fault that something else stands beside a maker: a second one, or what is no setting."""
    for name in others:
        try:
            maker_of(name, path)
        except SettingsError:
            close = nearest(name, sorted(Settings.model_fields))
            hint = f"did you mean `{close}`?" if close else f"the settings are: {', '.join(Settings.model_fields)}"
            return told(path, f"there is no setting `{name}` beside `{word}`", hint)
    return told(path, f"`{word}` and `{others[0]}` both make the column, and one is wanted",
                "draw from several distributions with `mixture`, or by another column with `given`")  # fmt: skip
