"""How each kind of constraint is written: the word that it begins with, and the settings that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_origin

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.running import Running
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.kinds.within import Within


@dataclass(frozen=True)
class Form:
    """Hold how a kind is written: `subject` is the field behind its word, `settings` the fields of other words.

    Where `many` the subject is a list of columns, and one of them may stand alone.
    """

    kind: type[Rule]
    subject: str
    many: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


SHARED = ("name", "cost", "table")
"""Settings that go with every kind."""

FORMS: dict[str, Form] = {
    "check": Form(Check, "rule"),
    "unique": Form(Unique, "columns", many=True, settings=_same("where")),
    "total": Form(Total, "rule", settings=_same("by")),
    "share": Form(Share, "rule", settings={"at least": "low", "at most": "high", "by": "by"}),
    "quota": Form(Quota, "columns", many=True, settings={"at least": "least", "at most": "most", "of": "of"}),
    "running": Form(Running, "rule", settings=_same("by", "order", "start", "floor")),
    "gap": Form(Gap, "column", settings={"at least": "least", "at most": "most", **_same("by", "order", "strictly")}),
    "within": Form(Within, "place", many=True, settings=_same("areas", "circle", "box", "polygon")),
    "refers": Form(Refers, "columns", many=True, settings=_same("to", "key")),
    "determined": Form(Determined, "column", settings=_same("by")),
    "part": Form(Part, "column", settings={"of": "of", "unit": "unit", "as": "form", "values": "values"}),
    "range": Form(Range, "column", settings=_same("low", "high", "above", "below")),
    "levels": Form(Levels, "column", settings={"of": "levels"}),
}
"""The words that a constraint may begin with."""


def is_list(kind: type[Rule], field: str) -> bool:
    """Return whether a field of a kind holds a list, of which one value may stand alone in a document."""
    return get_origin(kind.model_fields[field].annotation) is tuple if field in kind.model_fields else False
