"""From constraints to a document that people edit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from likewise.constraints.document.forms import FORMS, SHARED, Form, is_list
from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.within import Circle, Polygon, Within
from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Expression,
    Name,
    Negative,
    Not,
    Operation,
    Some,
    Value,
)
from likewise.constraints.language.expression import (
    Within as Among,
)
from likewise.constraints.language.writing import write_expression


def write_constraints(items: Iterable[Rule], notes: Mapping[int, str] | None = None) -> str:
    """Return a document of constraints; `notes` stand as comments beside those of their number."""
    lines = []
    for number, item in enumerate(items):
        told, note = written(item), (notes or {}).get(number)
        first, *rest = [_scalar(told)] if isinstance(told, str) else [f"{word}: {_flow(told[word])}" for word in told]
        lines += [f"- {first}" + (f"  # {note}" if note else ""), *(f"  {line}" for line in rest)]
    return "\n".join(["likewise: 1", "constraints:", *lines] if lines else ["likewise: 1", "constraints: []"]) + "\n"


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    import yaml

    if isinstance(value, str):
        return _scalar(value)
    dumped = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=True)
    return str(dumped).removesuffix("\n").removesuffix("\n...")


def _scalar(text: str) -> str:
    """Return a text as YAML on one line, in double quotes where it needs some and they do as they are."""
    import yaml

    plain = str(yaml.safe_dump([text], allow_unicode=True, width=math.inf, default_flow_style=False))
    plain = plain.removesuffix("\n").removeprefix("- ")
    return f'"{text}"' if plain.startswith("'") and not {*'"\\'} & {*text} else plain


def written(item: Rule) -> Any:
    """Return a constraint as it stands in a document: a text, or a mapping that begins with the word of its kind."""
    shared = {name: getattr(item, name) for name in SHARED if getattr(item, name) is not None}
    said = expressed(item)
    if said is not None:
        text = write_expression(said)
        return text if not shared else {"check": text, **shared}
    if isinstance(item, Total) and not item.by:
        return item.rule if not shared else {"total": item.rule, **shared}
    word, form = next((word, form) for word, form in FORMS.items() if isinstance(item, form.kind))
    return {**_fields(item, word, form), **shared}


def _fields(item: Rule, word: str, form: Form) -> dict[str, Any]:
    if isinstance(item, Within):
        return {word: [item.lat, item.lon], **_areas(item)}
    given = item.to_dict()
    subject = given.pop(form.subject)
    found = {word: subject[0] if form.many and len(subject) == 1 else subject}
    if isinstance(item, Refers) and len(item.key) == 1:
        return {**found, "to": f"{item.to}.{item.key[0]}"}
    if isinstance(item, Share):
        found["between"] = [item.low, item.high]
    if isinstance(item, Quota) and item.least == item.most:
        found["exactly"] = given.pop("least", 0)
        given.pop("most")
    for name, told in form.settings.items():
        if told in given and name not in found and not (isinstance(item, Share) and told in ("low", "high")):
            value = _number(given[told]) if isinstance(item, Gap) else given[told]
            found[name] = value[0] if is_list(form.kind, told) and len(value) == 1 else value
    return found


def _number(value: Any) -> Any:
    """Return a plain number as such: a gap of `1` is written without quotes."""
    plain = isinstance(value, str) and value.replace(".", "", 1).isdigit()
    return (float if "." in value else int)(value) if plain else value


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.replace(".", "", 1).isdigit()


def _areas(item: Within) -> dict[str, Any]:
    areas = [_area(area) for area in item.areas]
    return areas[0] if len(areas) == 1 else {"areas": areas}


def _area(area: Any) -> dict[str, Any]:
    if isinstance(area, Polygon):
        rings = [[list(place) for place in ring] for ring in area.rings]
        return {"polygon": rings[0] if len(rings) == 1 else rings}
    fields = area.model_dump(mode="json")
    return {"circle" if isinstance(area, Circle) else "box": fields}


def expressed(item: Rule) -> Expression | None:
    """Return the expression that says what a constraint says, None where there is none."""
    match item:
        case Check():
            return item.expression
        case Order(low=low, high=high):
            return Comparison("<=", Name(low), Name(high))
        case Levels(column=column, levels=levels):
            return Among(Name(column), tuple(Value(level) for level in levels))
        case Formula():
            return Comparison("==", Name(item.column), _formula(item))
        case Missing():
            return _missing(item)
        case _:
            return None


def _formula(item: Formula) -> Expression:
    first = Name(item.of[0])
    if item.form == "multiple":
        return first if item.factor == 1 else Arithmetic("*", Value(item.factor), first)
    if item.form == "years":
        return Call("age", (first, Name(item.of[1])))
    if item.form == "sum":
        found: Expression = Negative(first) if item.sign(item.of[0]) < 0 else first
        for part in item.of[1:]:
            sign: Operation = "-" if item.sign(part) < 0 else "+"
            found = Arithmetic(sign, found, Name(part))
        return found
    top: Expression = first if item.factor == 1 else Arithmetic("*", Value(item.factor), first)
    return Arithmetic("/" if item.form == "ratio" else "*", top, Name(item.of[1]))


def _missing(item: Missing) -> Expression:
    by, column = Name(item.by), Absent(Name(item.column))
    reasons: list[Expression] = []
    if item.levels:
        named = tuple(Value(level) for level in item.levels)
        reasons.append(Comparison("==", by, named[0]) if len(named) == 1 else Among(by, named))
    if item.missing:
        reasons.append(Absent(by))
    condition = reasons[0] if len(reasons) == 1 else Some(tuple(reasons))
    return Choice(condition, column, Not(column) if item.exactly else Value(True))
