"""Patterns that are written in other ways, as regular expressions of Python: LIKE, SIMILAR TO, POSIX, ECMAScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from likewise.errors import SettingsError, suggest

_MANY, _ANY = "[A-Za-z0-9]*", "[A-Za-z0-9]"
_POSIX = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": " ", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w",
    "print": " -~", "graph": "!-~", "cntrl": r"\t\n",
}  # fmt: skip
_UNICODE = {
    "L": "A-Za-zÀ-ÖØ-öø-ÿ", "Letter": "A-Za-zÀ-ÖØ-öø-ÿ", "Alphabetic": "A-Za-zÀ-ÖØ-öø-ÿ", "Lu": "A-ZÀ-ÖØ-Þ",
    "Ll": "a-zß-öø-ÿ", "N": "0-9", "Nd": "0-9", "Number": "0-9", "P": r"!-#%-*,-/:;?@\[-\]_{}", "S": r"$+<-> ^`|~",
    "Sc": "$", "Pd": "-", "Z": " ", "Zs": " ", "ASCII": " -~", "C": r"\x00-\x1f\x7f", "Cc": r"\x00-\x1f\x7f",
    "Latin": "A-Za-zÀ-ÖØ-öø-ÿ", "Greek": "Α-ΡΣ-Ωα-ω", "Cyrillic": "А-Яа-я", "Han": "一-鿿",
}  # fmt: skip
_ECMA = re.compile(
    r"\\(?P<p>[pP])\{(?P<of>[^}]*)\}|\\u\{(?P<code>[0-9A-Fa-f]+)\}|\\c(?P<control>[A-Za-z])|\\k<(?P<again>\w+)>"
    r"|\(\?<(?P<group>[A-Za-z_]\w*)>|(?P<nothing>\[\])|(?P<all>\[\^\])|\\(?P<sign>[^\W\d_])|(?P<other>\\.|.)",
    re.DOTALL,
)
_BOTH = frozenset("bBdDfnrsStvwWux")


def like(text: str, escape: str | None = "\\") -> str:
    """Return a regular expression whose strings are LIKE a text: `%` is any letters and digits, `_` one of them.

    More is LIKE the text than this makes (`%` may hold anything): it is to make from, not to check by.

    >>> like("A_-%")
    'A[A-Za-z0-9]\\\\-[A-Za-z0-9]*'
    """
    return "".join(
        re.escape(sign) if plain else {"%": _MANY, "_": _ANY}.get(sign, re.escape(sign))
        for sign, plain in _unescaped(text, escape)
    )


def similar(text: str, escape: str | None = "\\") -> str:
    """Return a regular expression whose strings are SIMILAR TO a text: LIKE with `|`, `*`, `+`, `?`, `{}`, `()`, `[]`.

    >>> similar("(a|b)_%.")
    '(a|b)[A-Za-z0-9][A-Za-z0-9]*\\\\.'
    """
    found, inside = "", False
    for sign, plain in _unescaped(text, escape):
        if plain or (not inside and sign in ".^$\\"):
            found += re.escape(sign)
        elif not inside and sign in "%_":
            found += _MANY if sign == "%" else _ANY
        else:
            inside = sign == "[" or (inside and sign != "]")
            found += sign
    return posix(found)


def _unescaped(text: str, escape: str | None) -> Iterator[tuple[str, bool]]:
    """Give the signs of a text, and whether each stands for itself because the escape is before it."""
    at = 0
    while at < len(text):
        plain = bool(escape) and text[at] == escape and at + 1 < len(text)
        at += plain
        yield text[at], plain
        at += 1


def posix(text: str) -> str:
    """Return a regular expression of POSIX and PostgreSQL, with its `[[:alpha:]]`, as one of Python.

    Raises SettingsError (`settings.pattern`) for a class that is not known.

    >>> posix("[[:upper:]_]{3}")
    '[A-Z_]{3}'
    """

    def named(found: re.Match[str]) -> str:
        if found[1] not in _POSIX:
            raise SettingsError("settings.pattern", f"`{text}`: there is no class `[:{found[1]}:]`",
                                hint=suggest(found[1], sorted(_POSIX), "class"))  # fmt: skip
        return _POSIX[found[1]]

    return re.sub(r"\[:(\w+):\]", named, text)


def ecma(text: str) -> str:
    """Return a regular expression of ECMAScript, as JSON Schema has them, as one of Python.

    Categories of Unicode (`\\p{L}`) become characters of Latin scripts. Raises SettingsError (`settings.pattern`) for a
    category that is not known.

    >>> ecma(r"(?<year>\\d{4})/\\p{Lu}")
    '(?P<year>[0-9]{4})/[A-ZÀ-ÖØ-Þ]'
    """
    out, inside = "", False
    for found in _ECMA.finditer(text):
        kind, own = found.lastgroup, found[0]
        if kind == "of" or (kind == "sign" and own == r"\d"):
            letters = _category(text, found["of"]) if kind == "of" else "0-9"
            opposite = found["p"] == "P"
            if inside and opposite:
                raise SettingsError("settings.pattern", f"`{text}`: `{own}` inside of a class cannot be made",
                                    hint="name the characters that are meant")  # fmt: skip
            out += letters if inside else f"[{'^' if opposite else ''}{letters}]"
        elif kind == "code":
            out += re.escape(chr(int(found["code"], 16)))
        elif kind == "control":
            out += f"\\x{ord(found['control'].upper()) - 64:02x}"
        elif kind == "again":
            out += f"(?P={found['again']})"
        elif kind == "group" and not inside:
            out += f"(?P<{found['group']}>"
        elif kind in ("nothing", "all") and not inside:
            out += r"[^\s\S]" if kind == "nothing" else r"[\s\S]"
        elif kind == "sign":
            out += own if found["sign"] in _BOTH else found["sign"]
        elif inside and own == "[":
            out += r"\["
        else:
            inside = (own == "[" or inside) and own != "]"
            out += own
    return out


def _category(text: str, name: str) -> str:
    of = name.split("=")[-1]
    if of not in _UNICODE:
        raise SettingsError("settings.pattern", f"`{text}`: the category `{name}` of Unicode is not known",
                            hint=suggest(of, sorted(_UNICODE), "category"))  # fmt: skip
    return _UNICODE[of]
