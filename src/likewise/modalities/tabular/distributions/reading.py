"""Distributions as documents write them: one family, and its parameters by name or by place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.distributions.distribution import FAMILIES, Distribution

ELSEWHERE = {
    "gaussian": "normal", "t": "student-t", "choice": "categorical", "nbinom": "negative-binomial",
    "expon": "exponential", "randint": "discrete-uniform", "dates": "date-range", "lognorm": "lognormal",
    "fixed": "constant", "genextreme": "gev", "bool": "bernoulli", "enum": "categorical",
}  # fmt: skip
"""What other libraries call a family, and its name here."""


_DAY = re.compile(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(value: Any, path: str = "$") -> Distribution:
    """Return the distribution that stands at a path of a document: `{normal: [170, 10]}`.

    Raises SettingsError for an unknown family or for parameters that are not its own, missing or out of their range.

    >>> parse({"truncated": {"of": {"normal": [0, 1]}, "low": 0}}).support
    (0.0, inf)
    """
    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        raise SettingsError("settings.distribution", f"{path}: one family with its parameters is wanted", where=path,
                            hint="write e.g. {normal: [170, 10]}")  # fmt: skip
    ((written, parameters),) = value.items()
    family = family_of(str(written), path)
    path = f"{path}.{written}"
    fields = family.fields_of(parameters, path)
    for name, field in family.model_fields.items():
        if _PARSED in field.metadata and name in fields:
            fields[name] = parse(fields[name], f"{path}.{name}")
        elif name in fields and _PARSED_ALL in field.metadata and isinstance(fields[name], list | tuple):
            fields[name] = tuple(parse(part, f"{path}.{name}[{i}]") for i, part in enumerate(fields[name]))
    try:
        return family(**fields)
    except SettingsError as fault:
        raise at(path, fault, fault.hint or _hint(family, fields)) from None


def at(path: str, fault: SettingsError, hint: str | None = None) -> SettingsError:
    """Return the faults of a part of a document, whose paths begin at that part, with their paths in the whole."""
    what = "; ".join(re.sub(r"^\$", path, part) for part in fault.what.split("; "))
    return SettingsError("settings.distribution" if hint else fault.code, what, where=path, hint=hint or fault.hint)


def _hint(family: type[Distribution], fields: Mapping[str, Any]) -> str:
    if any(isinstance(value, dt.date) or _DAY.match(str(value)) for value in fields.values()):
        return "for dates write {date-range: [2024-01-01, 2024-12-31]}, or {since: [2024-01-01, {...}]}"
    return f"the parameters of `{family.name}` are: {', '.join(family.model_fields)}"


def family_of(name: str, path: str = "$") -> type[Distribution]:
    """Return the family of a name, however its hyphens and capitals are written. Raises SettingsError if unknown."""
    folded = {_folded(known): known for known in FAMILIES}
    if _folded(name) in folded:
        return FAMILIES[folded[_folded(name)]]
    other = ELSEWHERE.get(_folded(name))
    hint = f"did you mean `{other}`?" if other else suggest(name, sorted(FAMILIES), "distribution")
    raise SettingsError("settings.distribution", f"{path}: there is no distribution `{name}`", where=path, hint=hint)


def _folded(name: str) -> str:
    return re.sub(r"[-_\s]", "", name.lower())


def _parsed_all(value: Any) -> Any:
    return tuple(parse(part) for part in value) if isinstance(value, list | tuple) else value


_PARSED, _PARSED_ALL = BeforeValidator(parse), BeforeValidator(_parsed_all)
Part = Annotated[Distribution, _PARSED]
"""A field that holds another distribution, given as such or as a document writes it."""
Parts = Annotated[tuple[Distribution, ...], _PARSED_ALL]
"""A field that holds several."""
