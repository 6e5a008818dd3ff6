"""A CREATE TABLE that cannot be read as a whole, without the parts that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_PIECE = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|[(),]|[^'\"`(),]+|.", re.DOTALL)
_RULE = re.compile(r"\s*(?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE|KEY|INDEX|FULLTEXT|SPATIAL|PERIOD)\b", re.I)
_COLUMN = re.compile(r"\s*(?P<name>[\w]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])\s+(?P<type>\w+(?:\s*\([^()]*\))?)")


def reassembled(text: str, readable: Callable[[str], bool]) -> tuple[str | None, tuple[str, ...]]:
    """Return the statement with only its readable parts, and the others; None where no part can be read.

    Of a column that cannot be read its name and type are kept, where those can be.

    >>> reassembled("CREATE TABLE a (b int, c ???)", lambda whole: "?" not in whole)
    ('CREATE TABLE a (b int)', ('c ???',))
    """
    head, body = text.partition("(")[0], tuple(_parts(text))
    if not body or not re.match(r"\s*CREATE\s", head, re.IGNORECASE):
        return None, ()
    kept, faulty = list[str](), list[str]()
    for part in body:
        if readable(f"{head}({part})"):
            kept.append(part)
            continue
        faulty.append(" ".join(part.split()))
        column = None if _RULE.match(part) else _COLUMN.match(part)
        if column is not None and readable(f"{head}({column[0]})"):
            kept.append(column[0])
    whole = f"{head}({','.join(kept)})"
    return (whole if kept and readable(whole) else None), tuple(faulty)


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the commas of the outermost parentheses."""
    depth, part = 0, list[str]()
    for found in _PIECE.finditer(text):
        piece = found[0]
        depth += (piece == "(") - (piece == ")")
        if depth == 0 and piece == ")":
            yield "".join(part).strip()
            return
        if depth == 1 and piece in ("(", ","):
            if piece == ",":
                yield "".join(part).strip()
            if piece == "(" and not part:
                continue
            part = [*part, "("] if piece == "(" else []
        elif depth >= 1:
            part.append(piece)
