"""Slips of the fingers, of the eye, and of a scanner, each at one place of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Slip = Literal["swap", "drop", "repeat", "insert", "keyboard", "ocr", "case"]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_OCR = (
    "0O", "0o", "1l", "1I", "lI", "5S", "8B", "2Z", "6b", "9g", "ce", "uv", "hb", "nm", "ij", "rn=m", "cl=d",
    "vv=w", "ii=u", "li=h",
)  # fmt: skip


def _neighbours() -> dict[str, str]:
    """Return for each letter and digit the keys around it."""
    near: dict[str, str] = {}
    rows = ("1234567890", *_ROWS)
    for level, row in enumerate(rows):
        for place, key in enumerate(row):
            around = [row[place - 1 : place], row[place + 1 : place + 2]]
            around += [rows[level - 1][place : place + 2]] if level else []
            around += [rows[level + 1][max(place - 1, 0) : place + 1]] if level + 1 < len(rows) else []
            near[key] = "".join(around)
    return near


def _confusions() -> dict[str, tuple[str, ...]]:
    """Return for each character, or pair of them, what a scanner may read in its place."""
    found: dict[str, list[str]] = {}
    for pair in _OCR:
        one, other = pair.split("=") if "=" in pair else (pair[0], pair[1])
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return {one: tuple(others) for one, others in found.items()}


NEIGHBOURS = _neighbours()
CONFUSED = _confusions()


def _swap(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    if place + 1 >= len(parts) or not parts[place + 1][:1].isalnum() or kept[place + 1]:
        return False
    parts[place], parts[place + 1] = parts[place + 1], parts[place]
    return True


def _drop(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    parts[place] = ""
    return True


def _repeat(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    parts[place] *= 2
    return True


def _insert(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    letter = parts[int(other * len(parts))]
    if len(letter) != 1 or not letter.isalpha():
        return False
    parts[place] += letter
    return True


def _keyboard(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    own = parts[place]
    near = NEIGHBOURS.get(own.lower(), "")
    if near:
        key = near[int(other * len(near))]
        parts[place] = key.upper() if own.isupper() else key
    return bool(near)


def _ocr(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    pair = "".join(parts[place : place + 2])
    if place + 1 < len(parts) and pair in CONFUSED and not any(kept[place : place + 2]):
        parts[place], parts[place + 1] = CONFUSED[pair][0], ""
        return True
    found = CONFUSED.get(parts[place], ())
    if found:
        parts[place] = found[int(other * len(found))]
    return bool(found)


def _case(parts: list[str], place: int, kept: list[bool], other: float) -> bool:
    swapped = parts[place].swapcase()
    changed = swapped != parts[place] and swapped.swapcase() == parts[place]
    if changed:
        parts[place] = swapped
    return changed


SLIPS: dict[Slip, Callable[[list[str], int, list[bool], float], bool]] = {
    "swap": _swap, "drop": _drop, "repeat": _repeat, "insert": _insert, "keyboard": _keyboard, "ocr": _ocr,
    "case": _case,
}  # fmt: skip
