"""The patterns of SQL as regular expressions that describe the whole of a text."""

from __future__ import annotations

import re

_CLASSES = {"[:alpha:]": "A-Za-z", "[:digit:]": "0-9", "[:alnum:]": "A-Za-z0-9", "[:upper:]": "A-Z",
            "[:lower:]": "a-z", "[:space:]": r"\s", "[:punct:]": r"!-/:-@\[-`{-~",
            "[:xdigit:]": "0-9A-Fa-f"}  # fmt: skip


def like(pattern: str, *, escape: str = "\\") -> str:
    r"""Return what LIKE means: `%` any text, `_` any one character.

    >>> like("a%_"), like(r"10\%")
    ('a(?s:.*)(?s:.)', '10%')
    """
    made, place = list[str](), 0
    while place < len(pattern):
        sign = pattern[place]
        if escape and sign == escape and place + 1 < len(pattern):
            place += 1
            made.append(_plain(pattern[place]))
        else:
            made.append({"%": "(?s:.*)", "_": "(?s:.)"}.get(sign) or _plain(sign))
        place += 1
    return "".join(made)


def glob(pattern: str) -> str:
    """Return what SQLite's GLOB means: `*` any text, `?` one character, `[...]` one of some.

    >>> glob("[A-Z]*[^0-9]")
    '[A-Z](?s:.*)[^0-9]'
    """
    made, place = list[str](), 0
    while place < len(pattern):
        sign = pattern[place]
        close = pattern.find("]", place + (3 if pattern[place + 1 : place + 2] == "^" else 2))
        if sign == "[" and close > 0:
            made.append("[" + pattern[place + 1 : close].replace("\\", "\\\\").replace("[", r"\[") + "]")
            place = close
        else:
            made.append({"*": "(?s:.*)", "?": "(?s:.)"}.get(sign) or _plain(sign))
        place += 1
    return "".join(made)


def similar(pattern: str) -> str:
    """Return what SIMILAR TO means: a regular expression of the whole text, with `%` and `_` of LIKE.

    >>> similar("(a|b)%")
    '(a|b)(?s:.*)'
    """
    made, place, inside = list[str](), 0, False
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\" and place + 1 < len(pattern):
            place += 1
            made.append(_plain(pattern[place]))
        elif inside or sign in "[]()|*+?{},":
            inside = sign == "[" or (inside and sign != "]")
            made.append(sign)
        else:
            made.append({"%": "(?s:.*)", "_": "(?s:.)"}.get(sign) or _plain(sign))
        place += 1
    return _named("".join(made))


def searched(pattern: str) -> str:
    r"""Return what `~` and REGEXP mean, which find a pattern anywhere in a text.

    >>> searched("^[A-Z]{2}$"), searched("@"), searched("^a|b$")
    ('[A-Z]{2}', '(?s:.*)@(?s:.*)', '(?s:.*)(?:^a|b$)(?s:.*)')
    """
    pattern = _named(pattern).replace(r"\m", r"\b").replace(r"\M", r"\b").replace(r"\y", r"\b")
    if "|" in re.sub(r"\\.|\[[^\]]*\]|\([^()]*\)", "", pattern):  # the ends belong to one of several alternatives
        return f"(?s:.*)(?:{pattern})(?s:.*)"
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    body = pattern[1 if begins else 0 : -1 if ends else None]
    return f"{'' if begins else '(?s:.*)'}{body}{'' if ends else '(?s:.*)'}"


def _named(pattern: str) -> str:
    """Return a pattern whose POSIX classes are written out."""
    for name, meant in _CLASSES.items():
        pattern = pattern.replace(name, meant)
    return pattern


def _plain(sign: str) -> str:
    return "\\" + sign if sign in r"\.^$*+?{}[]|()" else sign
