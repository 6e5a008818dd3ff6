"""How a column may be masked, as a document says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.privacy.masking.checks import Check

RECORDS = ("person", "address", "company", "payment", "vehicle", "device", "product")


class Keep(Spec):
    """Leave a column as it is."""

    word: ClassVar[str] = "keep"


class Blank(Spec):
    """Put one text, or nothing, in place of every value; what was there is lost."""

    word: ClassVar[str] = "blank"
    text: str | None = None


class Format(Spec):
    """Put another value of the same form in place of each: a digit for a digit, a letter for a letter.

    Equal values become equal ones, in any column and table of the same `domain`, and different ones stay different, so
    that keys still refer. The `first` and `last` characters may stay; a `check` digit (`luhn` of cards, `mod97` of
    IBANs) is right again. Whole numbers begin with 0 after as before or not at all, unless `whole` is false. UUIDs stay
    UUIDs. Undone with the key alone. Few possible values, as of a sex or a state, are guessed without it.
    """

    word: ClassVar[str] = "format"
    first: int = Field(default=0, ge=0)
    last: int = Field(default=0, ge=0)
    check: Check | None = None
    domain: str = ""
    whole: bool = True


class Shift(Spec):
    """Move dates and moments by up to so many days, all those of one `by` (a person's id) by as many.

    The time between two of them stays. Undone with the key and the masked `by`.
    """

    word: ClassVar[str] = "shift"
    days: int = Field(ge=1, le=36_525)
    by: str


class Replace(Spec):
    """Put an invented value in place of each: the field of a record, the same record for the same `by`.

    Names, e-mails and addresses of one `by` agree with one another, in all tables. What was there is lost.
    """

    word: ClassVar[str] = "replace"
    record: Literal["person", "address", "company", "payment", "vehicle", "device", "product"]
    field: str
    by: str
    locale: str = "en_US"
    alias: str = ""


Method = Keep | Blank | Format | Shift | Replace

_METHODS: Mapping[str, type[Method]] = {kind.word: kind for kind in (Keep, Blank, Format, Shift)}


def read_method(value: Any, path: str) -> Method:
    """Read how a column is masked: a word, or a word with its settings. Raises SettingsError with the path.

    >>> read_method("format", "$").word, read_method({"person": "email", "by": "id"}, "$").field
    ('format', 'email')
    """
    try:
        return _read(value)
    except SettingsError as fault:
        raise SettingsError(
            fault.code, re.sub(r"\$(?=[.:])", lambda _: path, fault.what), where=path, hint=fault.hint
        ) from None


def _read(value: Any) -> Method:
    if isinstance(value, str):
        value = {value: {}}
    if not isinstance(value, Mapping) or not value:
        raise SettingsError("masking.method", "$: a way to mask is wanted",
                            hint="write format, keep, blank, {shift: ...} or {person: email, by: id}")  # fmt: skip
    records = [str(word) for word in value if word in RECORDS]
    if records:
        rest = {str(key): setting for key, setting in value.items() if key != records[0]}
        named = {"alias" if key == "as" else key: setting for key, setting in rest.items()}
        return Replace.from_dict({"record": records[0], "field": value[records[0]], **named})
    word = str(next(iter(value)))
    if word not in _METHODS or len(value) > 1:
        known = [*_METHODS, *RECORDS]
        what = f"there is no way to mask called `{word}`" if word not in _METHODS else "one way to mask is wanted"
        raise SettingsError("masking.method", f"$: {what}", hint=suggest(word, known, "way"))
    settings = value[word]
    if word == "blank" and isinstance(settings, str):
        settings = {"text": settings}
    if not isinstance(settings, Mapping):
        raise SettingsError("masking.method", f"$: the settings of `{word}` are a mapping",
                            hint=f"write {{{word}: {{...}}}}")  # fmt: skip
    return _METHODS[word].from_dict({str(key): setting for key, setting in settings.items()})


def written(method: Method) -> Any:
    """Return a method as `read_method` reads it."""
    settings = method.to_dict()
    if isinstance(method, Replace):
        alias = {"as": settings.pop("alias")} if "alias" in settings else {}
        return {settings.pop("record"): settings.pop("field"), **settings, **alias}
    return {method.word: settings} if settings else method.word
