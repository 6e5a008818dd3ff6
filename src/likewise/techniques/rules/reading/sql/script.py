"""A script of SQL as its statements, each with the line it begins on; data and what clients are told are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PIECE = re.compile(
    r"(?P<comment>--[^\n]*|/\*(?!!)(?:[^*]|\*(?!/))*\*/)"
    r"|(?P<conditional>/\*!\d*|\*/)"
    r"|(?P<dollar>\$(?:[A-Za-z_]\w*)?\$)"
    r"|(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[[^\[\]'\n]*\])"
    r"|(?P<end>;)"
    r"|(?P<line>\n)"
    r"|(?P<other>[A-Za-z_0-9]+|[^\n])"
)
_ESCAPED = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_COPY = re.compile(r"COPY\s.*\sFROM\s+stdin\b", re.IGNORECASE | re.DOTALL)
_CLIENT = re.compile(r"\s*(?:\\\w.*|GO(?:\s+\d+)?|/|DELIMITER\s.*|\.\w.*)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """Hold the text of one statement without comments, and the line of the script on which it begins."""

    text: str
    line: int

    @property
    def words(self) -> tuple[str, ...]:
        """Its first five words, in upper case."""
        return tuple(re.findall(r"\w+", self.text[:300].upper())[:5])


def statements_of(script: str, *, backslashes: bool = False) -> Iterator[Statement]:
    """Yield the statements of a script: a hand-written one, a dump of pg_dump or mysqldump, or sqlite3's `.schema`.

    `backslashes` says that a backslash escapes in texts, as in MySQL. Rows behind `COPY ... FROM stdin`, lines that
    speak to a client (`\\connect`, `GO`, `/`, `DELIMITER`) and comments are left out; what MySQL runs inside `/*! */`
    stays.

    >>> [(s.text, s.line) for s in statements_of("-- one\\nCREATE TABLE a (b text DEFAULT ';');\\nSELECT 1")]
    [("CREATE TABLE a (b text DEFAULT ';')", 2), ('SELECT 1', 3)]
    """
    script = script.replace("\r\n", "\n").removeprefix("\ufeff")
    place, line, begun, parts = 0, 1, 0, list[str]()  # `begun` is 0 before the first word of a statement
    while place < len(script):
        if place == 0 or script[place - 1] == "\n":
            stop = script.find("\n", place)
            whole = script[place : stop if stop >= 0 else len(script)]
            if _CLIENT.match(whole):
                if begun and whole.strip()[:2].upper() in ("GO", "/"):
                    yield Statement("".join(parts).strip(), begun)
                    parts, begun = [], 0
                place += len(whole)
                continue
        found = _piece(script, place, backslashes)
        text = found.text
        if found.kind == "end":
            whole = "".join(parts).strip()
            if whole:
                yield Statement(whole, begun)
            parts, begun = [], 0
            if _COPY.match(whole):
                stop = script.find("\n\\.", place)
                text = script[place : stop + 3 if stop >= 0 else len(script)]
        elif found.kind in ("comment", "conditional"):
            parts.append(" ")
        else:
            begun = begun or (line if text.strip() else 0)
            parts.append(text)
        line += text.count("\n")
        place += len(text)
    if begun:
        yield Statement("".join(parts).strip(), begun)


@dataclass(frozen=True)
class _Piece:
    kind: str
    text: str


def _piece(script: str, place: int, backslashes: bool) -> _Piece:
    """Return what stands at a place of the script, as a whole where it is quoted."""
    escaped = script[place - 1 : place] in ("E", "e") and not script[place - 2 : place - 1].isalnum()
    if script[place] == "'" and (backslashes or escaped) and (text := _ESCAPED.match(script, place)):
        return _Piece("quoted", text[0])
    if backslashes and script[place] == "#":
        return _Piece("comment", script[place : script.find("\n", place)] if "\n" in script[place:] else script[place:])
    found = _PIECE.match(script, place)
    assert found is not None
    kind = str(found.lastgroup)
    if kind == "dollar":
        stop = script.find(found[0], found.end())
        return _Piece("quoted", script[place : stop + len(found[0]) if stop >= 0 else len(script)])
    return _Piece(kind, found[0])
