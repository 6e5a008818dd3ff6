"""Reading OCEL 2.0 from JSON, member by member, so that no more than a block of it is held as Python objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from likewise.errors import SourceError
from likewise.io.compression import opened
from likewise.io.ocel.content import Content
from likewise.io.ocel.gathering import Gathering
from likewise.io.text import to_utf8

ARRAYS = ("objectTypes", "eventTypes", "objects", "events")
"""The members of a log of OCEL 2.0."""

_BEGIN = re.compile(rb'\s*\{\s*"(?:' + "|".join(ARRAYS).encode() + rb')"\s*:\s*\[')
_LOOK = 1 << 10
_BLANK = " \t\n\r"


def is_log(path: Path) -> bool:
    """Return whether a file of JSON is a log of OCEL 2.0: one object that has its four arrays."""
    with opened(path) as stream:
        data = stream.read(_LOOK)
        if _BEGIN.match(data) is None:
            return False
        data += stream.read()
    return all(f'"{name}"'.encode() in data for name in ARRAYS)


def read_json(path: Path) -> tuple[Content, tuple[str, ...]]:
    """Return what a log holds, and what is to be said of what was left out. Raises SourceError for what is none."""
    with opened(path) as stream:
        data = stream.read()
    text = to_utf8(data, path, "utf-8")[0].decode()
    del data
    gathering, seen = Gathering(), set[str]()
    where = "$"
    try:
        for name, member in _members(text):
            where = f"$.{name}"
            if name not in ARRAYS:
                continue
            seen.add(name)
            for number, item in enumerate(member):
                where = f"$.{name}[{number}]"
                _take(gathering, name, item)
    except json.JSONDecodeError as fault:
        raise SourceError("source.json", f"this is not JSON: {fault.msg.lower()}", where=f"{path}:{fault.lineno} "
                          f"(character {fault.colno})", hint="fetch or export the log again") from None  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _odd(path, where) from None
    if not seen >= {"objects", "events"}:
        raise SourceError("source.no-event-log", f"`{path}` is JSON, but no log of OCEL 2.0", where=str(path),
                          hint=f"a log is one object with the arrays {', '.join(ARRAYS)}")  # fmt: skip
    return gathering.content(path)


def _odd(path: Path, where: str) -> SourceError:
    return SourceError("source.ocel", "this is not as OCEL 2.0 has it", where=f"{path} ({where})",
                       hint="an event has an id, a type and a time, an object an id and a type")  # fmt: skip


def _take(gathering: Gathering, name: str, item: Any) -> None:
    if name in ("objectTypes", "eventTypes"):
        types = {told["name"]: told["type"] for told in item.get("attributes") or ()}
        gathering.declare(item["name"], types, of_objects=name == "objectTypes")
        return
    values = item.get("attributes") or ()
    related = [(_word(to["objectId"]), _word(to.get("qualifier") or "")) for to in item.get("relationships") or ()]
    if name == "events":
        told = [(value["name"], value["value"]) for value in values]
        gathering.add_event(_word(item["id"]), _word(item["type"]), _word(item["time"]), told, related)
    else:
        since = [(value["name"], value["value"], value.get("time")) for value in values]
        gathering.add_object(_word(item["id"]), _word(item["type"]), since, related)


def _word(value: Any) -> str:
    """Return an id, a type or a time, which are strings, or numbers in some logs."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise TypeError


def _members(text: str) -> Iterator[tuple[str, Iterator[Any]]]:
    """Yield the members of a JSON object, those that are arrays as what yields their items one after another."""
    decoder = json.JSONDecoder()
    at = _past(text, _blank(text, 0), "{")
    while text[at : at + 1] != "}":
        name, at = decoder.raw_decode(text, at)
        at = _blank(text, _past(text, _blank(text, at), ":"))
        if text[at : at + 1] != "[":
            value, at = decoder.raw_decode(text, at)
            yield name, iter((value,))
        else:
            items = _Items(text, at, decoder)
            yield name, iter(items)
            at = items.end()
        at = _blank(text, at)
        if text[at : at + 1] == ",":
            at = _blank(text, at + 1)
        elif text[at : at + 1] != "}":
            raise json.JSONDecodeError("expecting ',' delimiter", text, at)
    if _blank(text, at + 1) != len(text):
        raise json.JSONDecodeError("extra data", text, at + 1)


class _Items:
    """Yield the items of an array in a text, and say where it ends."""

    def __init__(self, text: str, at: int, decoder: json.JSONDecoder) -> None:
        self._text, self._at, self._decoder, self._done = text, _blank(text, at + 1), decoder, False

    def __iter__(self) -> Iterator[Any]:
        text, decode = self._text, self._decoder.raw_decode
        while text[self._at : self._at + 1] != "]":
            item, at = decode(text, self._at)
            at = _blank(text, at)
            if text[at : at + 1] == ",":
                at = _blank(text, at + 1)
            elif text[at : at + 1] != "]":
                raise json.JSONDecodeError("expecting ',' delimiter", text, at)
            self._at = at
            yield item
        self._done = True

    def end(self) -> int:
        """Return the place after the array; what nobody asked for is skipped."""
        if not self._done:
            for _ in self:
                pass
        return self._at + 1


def _blank(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _BLANK:
        at += 1
    return at


def _past(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"expecting '{mark}'", text, at)
    return _blank(text, at + 1)
