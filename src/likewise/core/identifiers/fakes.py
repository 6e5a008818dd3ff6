"""Invented values: names, addresses and the like that nobody has, without repeats, any of them made alone."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.permutation import order_of

Fake = Literal["name", "word", "surname first", "email", "address", "url", "ip", "user name"]

_PLAIN = [c + v for c in "bdfgjklmnprstvwz" for v in "aeio"]
_RARE = ("zm", "zl", "dv", "gv", "kv", "dz", "mr", "tl", "dl", "bz", "zb", "pt", "ml", "vz", "zv", "gn")
_ODD = [c + v for c in _RARE for v in "aeio"]
"""Syllables that names seldom have, so that what is invented is hardly ever somebody's."""

_PARTS = {
    "s": _PLAIN,
    "S": [syllable.title() for syllable in _PLAIN],
    "k": _ODD,
    "d": [str(digit) for digit in range(1, 10)],
}
_FORMS: dict[Fake, tuple[str, ...]] = {
    "name": ("{S}{k} {S}{k}{s}", "{S}{k} {S}{k}{s}{s}{s}"),
    "surname first": ("{S}{k}{s}, {S}{k}", "{S}{k}{s}{s}{s}, {S}{k}"),
    "word": ("{S}{k}{s}", "{S}{k}{s}{k}", "{S}{k}{s}{k}{s}"),
    "email": ("{s}{k}.{s}{k}{s}@example.org", "{s}{k}.{s}{k}{s}{k}{s}@example.org"),
    "address": ("{d}{d} {S}{k}{s} Street", "{d}{d}{d}{d} {S}{k}{s}{k} Street"),
    "url": ("https://{s}{k}.example.org/{s}{k}{s}", "https://{s}{k}{s}.example.org/{s}{k}{s}{k}"),
    "user name": ("{s}{k}{s}", "{s}{k}{s}{k}", "{s}{k}{s}{k}{s}"),
    "ip": ("10.", "24"),
}
"""How each kind is written, the short form first; S, s and k are syllables, d is a digit but 0."""

_SPACES: dict[Fake, tuple[int, ...]] = {"ip": (2**24, 10 * 2**24)}


def fake_capacity(kind: Fake) -> int:
    """Return how many different values of a kind there are.

    >>> fake_capacity("word") > 10**9
    True
    """
    return sum(_sizes(kind))


def fakes_at(kind: Fake, places: Ints, random: Counted) -> pa.Array:
    """Return the values at some places of a kind's endless list, in any order: e-mails at example.org, and the like.

    Numbers of networks are of ranges that no host on the internet has (RFC 1918, RFC 1112).

    >>> fakes_at("email", np.array([1]), Counted(0))[0].as_py().endswith("@example.org")
    True
    """
    made = np.empty(len(places), dtype=object)
    start = 0
    for tier, size in enumerate(_sizes(kind)):
        rows = np.flatnonzero((places >= start) & (places < start + size))
        if len(rows):
            numbers = order_of(size, random.at(kind, tier)).at(places[rows] - start)
            made[rows] = _addresses(numbers, tier) if kind == "ip" else _written(_FORMS[kind][tier], numbers)
        start += size
    return pa.array(made, pa.string())


def fake_like(kind: str, values: list[str]) -> Fake:
    """Return the form of invented values that is like real ones: a name alone, a family name first, or both.

    >>> fake_like("name", ["Braun, Eva", "Doe, Jo"]), fake_like("name", ["Eva"]), fake_like("ip", ["::1"])
    ('surname first', 'word', 'ip')
    """
    if kind != "name":
        return kind  # type: ignore[return-value]
    if sum("," in value for value in values) > len(values) / 2:
        return "surname first"
    return "word" if sum(" " not in value.strip() for value in values) > len(values) / 2 else "name"


def _sizes(kind: Fake) -> tuple[int, ...]:
    own = _SPACES.get(kind)
    if own is not None:
        return own
    return tuple(int(np.prod([len(_PARTS[part]) for part in re.findall(r"{(.)}", form)])) for form in _FORMS[kind])


def _written(form: str, numbers: Ints) -> npt.NDArray[np.object_]:
    """Return the texts of one form that numbers count out, each part taking its share of the number."""
    parts = re.findall(r"{(.)}|([^{]+)", form)
    rest, columns = numbers, []
    for part, literal in parts:
        if literal:
            columns.append(np.full(len(numbers), literal, dtype=f"<U{len(literal)}"))
            continue
        own = np.array(_PARTS[part])
        rest, digit = np.divmod(rest, len(own))
        columns.append(own[digit])
    wide = np.concatenate([c.view(np.uint32).reshape(len(numbers), -1) for c in map(np.ascontiguousarray, columns)], 1)
    texts: npt.NDArray[np.object_] = np.ascontiguousarray(wide).view(f"<U{wide.shape[1]}").reshape(-1).astype(object)
    return texts


def _addresses(numbers: Ints, tier: int) -> list[str]:
    octets = [numbers >> 16 & 255, numbers >> 8 & 255, numbers & 255]
    first = np.full(len(numbers), 10) if tier == 0 else 240 + (numbers >> 24)
    return [".".join(map(str, row)) for row in np.stack([first, *octets], axis=1).tolist()]
