"""Where the records of a table live, and which columns settle fields of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.maker import Maker
from likewise.techniques.rules.makers.given import Conditional
from likewise.techniques.rules.makers.recorded import Recorded, record_of

TAKEN = frozenset({"sex", "birth date", "country", "state", "city", "currency"})
"""Fields that a column of the same name settles unasked, where the record does not make it."""


def makers_of(document: Document, table: str) -> Mapping[str, Maker]:
    """Return what makes the columns of a table, those of one record told the same."""
    rules = document.tables[table]
    makers = {name: rule.maker for name, rule in rules.columns.items()}
    recorded = [own for maker in makers.values() for own in _inside(maker)]
    if not recorded:
        return makers
    known: dict[tuple[str, str], dict[str, str]] = {}
    for own in recorded:
        known.setdefault((own.record, own.called), {}).update(own.known)
    for (record, called), settled in known.items():
        if not called:
            for name, maker in makers.items():
                field = name.replace("_", " ").replace("-", " ").lower()
                if field in TAKEN & set(record_of(record).fields) and not [*_inside(maker)]:
                    settled.setdefault(field, name)
    told: dict[str, Any] = {
        "locale": rules.locale or document.locale,
        "safe": document.safe if rules.safe is None else rules.safe,
    }

    others = tuple((record, tuple(sorted(own.items()))) for (record, called), own in known.items() if not called)

    def placed(own: Recorded) -> Recorded:
        settled = tuple(sorted(known[own.record, own.called].items()))
        changes = {name: value for name, value in told.items() if getattr(own, name) is None}
        return own.model_copy(update={**changes, "known": settled, "others": others, "as_of": document.as_of})

    return {name: _with(maker, placed) for name, maker in makers.items()}


def _inside(maker: Maker) -> Iterator[Recorded]:
    """Yield the fields of records that a maker takes."""
    if isinstance(maker, Recorded):
        yield maker
    elif isinstance(maker, Conditional):
        for part in maker.makers:
            yield from _inside(part)


def _with(maker: Maker, placed: Any) -> Maker:
    """Return a maker whose fields of records are told where they live."""
    if isinstance(maker, Recorded):
        found: Maker = placed(maker)
        return found
    if isinstance(maker, Conditional):
        cases = tuple((levels, _with(own, placed)) for levels, own in maker.cases)
        otherwise = None if maker.otherwise is None else _with(maker.otherwise, placed)
        return maker.model_copy(update={"cases": cases, "otherwise": otherwise})
    return maker
