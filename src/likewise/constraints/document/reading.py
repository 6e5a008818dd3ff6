"""From a document to constraints, with all of its faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from likewise.constraints.document.forms import FORMS, SHARED, Form, is_list
from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.total import Total, aggregates_of
from likewise.constraints.kinds.union import Constraint
from likewise.constraints.language.reading import read_expression
from likewise.core.documents import parsed
from likewise.core.faults import reading
from likewise.core.spec import readable
from likewise.errors import SettingsError, suggest

HINT = "write a list of rules such as `start <= end` or `unique: [order, line]`"


def read_constraints_file(path: Path) -> tuple[Constraint, ...]:
    """Read a YAML file: a list of constraints, or a mapping with `constraints`. Raises SettingsError with lines."""
    from likewise.core.plain_yaml import places_in

    try:
        with reading(path):
            text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError("settings.not-text", "constraints are text in UTF-8, and this is not", where=str(path),
                            hint=HINT) from None  # fmt: skip
    held = parsed(text, what="constraints", where=str(path), error=SettingsError, family="settings")
    found, at = held, "$"
    if isinstance(held, Mapping):
        unknown = [str(name) for name in held if name not in ("likewise", "constraints")]
        if unknown:
            raise SettingsError("settings.invalid", f"$.{unknown[0]}: there is no such field", where=str(path),
                                hint=suggest(unknown[0], ["likewise", "constraints"], "field"))  # fmt: skip
        if held.get("likewise", 1) != 1:
            raise SettingsError("settings.invalid", "$.likewise: 1 is the only version of documents that is known",
                                where=str(path), hint="write `likewise: 1`, or update likewise")  # fmt: skip
        found, at = held.get("constraints"), "$.constraints"
    if found is None:
        return ()
    return read_constraints(found, path=at, where=str(path), places=places_in(text))


def read_constraints(
    given: Any,
    *,
    table: str | None = None,
    path: str = "$.constraints",
    where: str | None = None,
    places: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[Constraint, ...]:
    """Read a list of texts, mappings and constraints.

    `table` is the table of those that name none, `places` the line and column of each path in the file `where`. Raises
    SettingsError with all faults.
    """
    if given is None:
        return ()
    if isinstance(given, Rule):
        given = [given]
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise SettingsError("settings.invalid", f"{path}: a list of constraints is wanted", where=where, hint=HINT)
    found: list[Any] = []
    faults: list[tuple[str, SettingsError]] = []
    for number, item in enumerate(given):
        try:
            rule = read_constraint(item)
            found.append(rule if table is None or rule.table is not None else rule.model_copy(update={"table": table}))
        except SettingsError as fault:
            faults.append((f"{path}[{number}]", fault))
    if faults:
        raise _together(faults, where, places or {})
    return tuple(found)


def _together(
    faults: list[tuple[str, SettingsError]], where: str | None, places: Mapping[str, tuple[int, int]]
) -> SettingsError:
    """Return one error of all the faults, each with its path, and with its line in a file."""
    told = []
    for path, fault in faults:
        line = f" (line {places[path][0]}, column {places[path][1]})" if path in places else ""
        told.append(f"{path}{line}: {fault.what}")
    first, fault = faults[0]
    if where is not None and first in places:
        where = f"{where}:{places[first][0]}:{places[first][1]}"
    code = fault.code if len(faults) == 1 else "settings.invalid"
    hint = next((fault.hint for _, fault in faults if fault.hint), None)
    return SettingsError(code, "; ".join(told), where=where, hint=hint)


def read_constraint(item: Any) -> Rule:
    """Read one constraint: a text, a mapping that begins with the word of its kind, or a constraint as it is.

    Raises SettingsError where it is none.

    >>> read_constraint({"unique": "id", "cost": 2}).said()
    '`id` is unique'
    """
    if isinstance(item, Rule):
        return item
    if isinstance(item, str):
        many = aggregates_of(read_expression(item))
        return Total(rule=item) if many else Check(rule=item)
    if not isinstance(item, Mapping):
        raise SettingsError("settings.invalid", "a text or a mapping is wanted", hint=HINT)
    words = [str(word) for word in item if word in FORMS]
    if not words:
        asked = next(iter(map(str, item)), "")
        raise SettingsError("settings.invalid", f"`{asked}` is no kind of constraint",
                            hint=suggest(asked, sorted(FORMS), "kind"))  # fmt: skip
    form = FORMS[words[0]]
    return _built(words[0], form, {str(name): value for name, value in item.items()})


def _built(word: str, form: Form, item: Mapping[str, Any]) -> Rule:
    """Return the constraint that a mapping means."""
    known = {**form.settings, **{name: name for name in SHARED}}
    extra = {"quota": ("exactly",), "share": ("between", "exactly")}.get(word, ())
    unknown = [name for name in item if name not in known and name != word and name not in extra]
    if unknown:
        raise SettingsError("settings.invalid", f"`{word}` knows no `{unknown[0]}`",
                            hint=suggest(unknown[0], [*form.settings, *extra, *SHARED], "setting"))  # fmt: skip
    subject = item[word]
    fields: dict[str, Any] = {form.subject: _listed(subject) if form.many else subject}
    for name, value in item.items():
        if name in known:
            fields[known[name]] = _listed(value) if is_list(form.kind, known[name]) else value
    fields |= _ends(word, item)
    fields = _MADE.get(word, lambda given: given)(fields)
    try:
        return form.kind.model_validate(fields)
    except ValidationError as fault:
        found = readable(fault, form.kind, where=None)
        assert isinstance(found, SettingsError)
        raise SettingsError(found.code, _in_words(found.what, word, form), hint=found.hint) from None


def _in_words(what: str, word: str, form: Form) -> str:
    """Return what is said of fields, by the words that the document calls them."""
    for name, told in {**{told: name for name, told in form.settings.items()}, form.subject: word}.items():
        what = what.replace(f"$.{name}:", f"`{told}`:").replace(f"$.{name}[", f"`{told}`[")
    return what.removeprefix("$: ").replace("; $: ", "; ")


def _listed(value: Any) -> Any:
    """Return a list of what stands alone; texts for values such as 2020 that YAML reads as numbers."""
    values = value if isinstance(value, list | tuple) else [value]
    return [_worded(one) for one in values]


def _worded(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _ends(word: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the two ends that `exactly` or `between` mean."""
    low, high = ("low", "high") if word == "share" else ("least", "most")
    if word in ("share", "quota") and "exactly" in item:
        return {low: item["exactly"], high: item["exactly"]}
    if word == "share" and "between" in item:
        ends = item["between"]
        if not isinstance(ends, list | tuple) or len(ends) != 2:
            raise SettingsError("settings.invalid", "`between` is two shares", hint="write `between: [0.1, 0.2]`")
        return {low: ends[0], high: ends[1]}
    return {}


def _within(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a geofence: a place of two columns, and areas of three forms."""
    place = fields.pop("place")
    if len(place) != 2:
        raise SettingsError("settings.invalid", "`within` names a latitude and a longitude",
                            hint="write `within: [lat, lon]`")  # fmt: skip
    areas = list(fields.pop("areas", []))
    areas += [{word: fields.pop(word)} for word in ("circle", "box", "polygon") if word in fields]
    return {**fields, "lat": place[0], "lon": place[1], "areas": [_area(area) for area in areas]}


def _area(area: Any) -> Any:
    """Return the fields of an area that is written behind the word of its form."""
    if not isinstance(area, Mapping) or len(area) != 1:
        raise SettingsError("settings.invalid", "an area is a circle, a box or a polygon",
                            hint="write `circle: {at: [52.5, 13.4], km: 20}`")  # fmt: skip
    (word, value), *_ = area.items()
    if word == "polygon" and isinstance(value, list | tuple):
        flat = bool(value) and isinstance(value[0], list | tuple) and not isinstance(value[0][0], list | tuple)
        return {"rings": [value] if flat else value}
    if word not in ("circle", "box", "polygon") or not isinstance(value, Mapping):
        raise SettingsError("settings.invalid", f"`{word}` is no area as it is written",
                            hint="write `circle: {at: [52.5, 13.4], km: 20}`")  # fmt: skip
    return dict(value)


def _refers(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a reference whose `to` may name the key as `table.column`."""
    to = fields.get("to")
    if isinstance(to, str) and "key" not in fields:
        table, _, column = to.partition(".")
        if not column:
            raise SettingsError("settings.invalid", f"`to` names the key of `{to}` too",
                                hint=f"write `to: {to}.id`, or `key:` beside it")  # fmt: skip
        return {**fields, "to": table, "key": [column]}
    return fields


_MADE = {"within": _within, "refers": _refers}
