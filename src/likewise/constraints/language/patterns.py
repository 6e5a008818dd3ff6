"""Regular expressions that mean the same to every reader: those that Arrow (RE2) and Python both know."""

from __future__ import annotations

import re
import warnings

import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SettingsError


def check_pattern(pattern: str) -> None:
    r"""Refuse a regular expression that is not one, or that two readers would understand differently.

    `\d`, `\w`, `\s` and `\b` mean ASCII; look-around, back references and atomic groups are not known.
    """
    compiled(pattern)
    try:
        pc.match_substring_regex(pa.array([""]), f"^(?:{pattern})$")
    except pa.ArrowInvalid:
        raise _unreadable("it uses what not every reader of regular expressions knows") from None
    if "[:" in pattern or "{," in pattern:
        raise _unreadable("readers of regular expressions differ about `[:` and `{,`")


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a regular expression as Python's, with the meaning that it has here. Raises SettingsError."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        try:
            return re.compile(pattern, re.ASCII)
        except re.error as fault:
            place = "" if fault.pos is None else f" at position {fault.pos + 1}"
            raise _unreadable(f"{fault.msg}{place}") from None
        except FutureWarning:
            raise _unreadable("readers of regular expressions differ about a `[` in brackets") from None


def _unreadable(why: str) -> SettingsError:
    return SettingsError("settings.pattern", f"the regular expression cannot be used: {why}",
                         hint="write e.g. '[A-Z]{2}[0-9]{4}'; it is matched against the whole text")  # fmt: skip
