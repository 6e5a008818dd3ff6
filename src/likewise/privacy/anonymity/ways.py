"""How a column may be made less identifying, as a document says it: the ways of masking, and more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.privacy.masking.methods import RECORDS, Blank, Format, Keep, Method, Replace, Shift, read_method
from likewise.privacy.masking.methods import written as written_method

Groups = dict[str, Any]
"""A group's name beside its levels, or beside groups of its own."""


class Drop(Spec):
    """Leave a column out."""

    word: ClassVar[str] = "drop"


class Hash(Spec):
    """Put a keyed hash (HMAC-SHA256) in place of each value: equal ones stay equal, and nobody can go back.

    `length` is that of the hexadecimal text; columns of one `domain` can be joined. Who has the key can try all values.
    """

    word: ClassVar[str] = "hash"
    length: int = Field(default=32, ge=8, le=64)
    domain: str = ""


class Cap(Spec):
    """Put `90+` for every number above `most` = 89, and `<18` for every number below `least` = 18."""

    word: ClassVar[str] = "cap"
    least: float | None = Field(default=None, allow_inf_nan=False)
    most: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("`least` or `most` is wanted")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("`least` is above `most`")
        return self


class Round(Spec):
    """Put the range of width `step` that a number lies in, `20..24`."""

    word: ClassVar[str] = "round"
    step: float = Field(gt=0, allow_inf_nan=False)


class Part(Spec):
    """Keep one part of dates, their `month` or `year`; every year before `first` is written `<1935`."""

    word: ClassVar[str] = "part"
    of: Literal["month", "quarter", "year", "decade"] = "year"
    first: int | None = None


class Zip3(Spec):
    """Keep the first three digits of US ZIP codes, `000` where 20,000 people or fewer live there; others are lost."""

    word: ClassVar[str] = "zip3"


class Quasi(Spec):
    """Generalise a quasi-identifier as far as k, l and t want it.

    Numbers by ranges, of the widths in `steps` where given; dates by ranges, or by the `calendar`; levels with those
    beside them, or by `groups` of groups; codes by hiding `prefix` characters at a time from the end.
    """

    word: ClassVar[str] = "quasi"
    steps: tuple[float, ...] | None = Field(default=None, min_length=1)
    calendar: bool = False
    groups: Groups | None = None
    prefix: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum([self.steps is not None, self.calendar, self.groups is not None, self.prefix is not None]) > 1:
            raise ValueError("one of `steps`, `calendar`, `groups` and `prefix` is wanted")
        if self.steps is not None and not all(0 < step < float("inf") for step in self.steps):
            raise ValueError("a step is more than 0")
        return self


class Sensitive(Spec):
    """Keep a column as it is, and let l and t hold for it."""

    word: ClassVar[str] = "sensitive"


Way = Drop | Hash | Cap | Round | Part | Zip3 | Quasi | Sensitive | Method

_WAYS: Mapping[str, type[Spec]] = {kind.word: kind for kind in (Drop, Hash, Cap, Round, Part, Zip3, Quasi, Sensitive)}
_MASKING = (Keep.word, Blank.word, Format.word, Shift.word, *RECORDS)


def read_way(value: Any, path: str) -> Way:
    """Read what is done with a column: a word, or a word with its settings. Raises SettingsError with the path.

    >>> read_way({"cap": {"most": 89}}, "$").most, read_way("format", "$").word
    (89.0, 'format')
    """
    word = str(next(iter(value), "")) if isinstance(value, Mapping) else str(value)
    if word in _WAYS and (not isinstance(value, Mapping) or len(value) == 1):
        settings = value[word] if isinstance(value, Mapping) else {}
        return _read(word, {} if settings is None else settings, path)
    masking = isinstance(value, Mapping) and any(str(key) in RECORDS for key in value)
    if masking or word in _MASKING:
        return read_method(value, path)
    raise SettingsError("settings.way", f"{path}: there is no way called `{word}`", where=path,
                        hint=suggest(word, [*_WAYS, *_MASKING], "way"))  # fmt: skip


def _read(word: str, settings: Any, path: str) -> Way:
    if not isinstance(settings, Mapping):
        raise SettingsError("settings.way", f"{path}: the settings of `{word}` are a mapping", where=path,
                            hint=f"write {{{word}: {{...}}}}")  # fmt: skip
    try:
        found = _WAYS[word].from_dict({str(key): setting for key, setting in settings.items()})
    except SettingsError as fault:
        what = re.sub(r"\$(?=[.:])", lambda _: path, fault.what)
        raise SettingsError(fault.code, what, where=path, hint=fault.hint) from None
    return found  # type: ignore[return-value]


def written(way: Way) -> Any:
    """Return a way as `read_way` reads it."""
    if isinstance(way, Keep | Blank | Format | Shift | Replace):
        return written_method(way)
    settings = way.to_dict()
    return {way.word: settings} if settings else way.word
