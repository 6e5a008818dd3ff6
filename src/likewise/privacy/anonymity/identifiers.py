"""Which columns say who somebody is, and which may help others to find out."""

from __future__ import annotations

import re

from likewise.core.identifiers.catalogue import BY_LABEL, NONE, RECOGNISERS
from likewise.core.identifiers.recogniser import says, words_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.privacy.pii.columns import find_pii

CODE = "unique code"
"""What is said of a column of keys or other codes, each of which is one row's or one person's."""

YEARS = ("year", "yob")
WITHIN = ("_month_", "_day_")
"""How names end of columns that hold the month or the day of a date beside its year."""

HELPING = (
    "age", "sex", "gender", "birth", "birthdate", "born", "dob", "race", "ethnicity", "religion", "nationality",
    "citizenship", "language", "marital", "marital_status", "education", "education_num", "occupation", "profession",
    "job", "employer", "workclass", "work_class", "state", "country", "region", "height", "weight", "children",
    "household", "veteran", "relationship", "death", "deathdate", "deceased",
)  # fmt: skip
"""Words of column names that tell what others may know of somebody."""

_TIMES = ("boolean", "date", "datetime", "time", "duration")
_SHARED = ("date of birth", "date of death", "age over 89", "city", "region", "postal code")
"""Classes of identifiers that many people share a value of."""


def identifiers(table: Table) -> dict[str, str]:
    """Return the class of each column that identifies: by what is found in it, else by its name alone.

    A column whose name is that of an identifier is taken for one whatever stands in it, and keys are.

    >>> identifiers(Table.from_any({"Fax": ["n/a", "see above"] * 9, "paid": [3, 5] * 9}))
    {'Fax': 'fax'}
    """
    found = {own.column: own.label for own in find_pii(table) if table.schema[own.column].kind not in ("text", "json")}
    for column in table.schema.columns:
        if found.get(column.name, CODE) != CODE or column.pii == NONE or column.kind in _TIMES:
            continue
        named = next((own.label for own in RECOGNISERS if own.label != "age over 89" and own.named(column.name)), None)
        if named is not None or column.role == "key":
            found[column.name] = named or CODE
    return found


def is_direct(label: str) -> bool:
    """Return whether values of a class identify by themselves, or nearly: those that many people share do not."""
    return label == "coordinates" or label == CODE or (label in BY_LABEL and BY_LABEL[label].directly)


def is_code(label: str) -> bool:
    """Return whether values of a class are codes, which rows may be joined by, rather than names and contacts."""
    return label in (CODE, "uuid", "medical record number")


def helps(column: Column, label: str | None) -> bool:
    """Return whether others may know a column's value of somebody: a quasi-identifier."""
    return label in _SHARED or (label is None and says(words_of(column.name), HELPING))


def is_age(column: Column) -> bool:
    """Return whether a column holds ages as numbers."""
    return BY_LABEL["age over 89"].named(column.name) and _counts(column)


def is_year(column: Column) -> bool:
    """Return whether a column holds years as numbers, which may be those of births."""
    return says(words_of(column.name), YEARS) and _counts(column)


def is_part(column: Column) -> bool:
    """Return whether a column holds months or days of dates, apart from their years.

    >>> [is_part(Column(name=name, kind="integer")) for name in ("BirthMonth", "day", "stay_days")]
    [True, True, False]
    """
    return words_of(column.name).endswith(WITHIN) and column.kind not in _TIMES


def tells_great_ages(column: Column) -> bool:
    """Return whether more than one level of a column of age groups begins at 90 or above."""
    first = (re.search(r"\d{1,9}", level) for level in column.levels or ())
    great = sum(found is not None and int(found[0]) >= 90 for found in first)
    return BY_LABEL["age over 89"].named(column.name) and great > 1


def _counts(column: Column) -> bool:
    """Return whether a column holds numbers, as such, as levels or as what looks like ids."""
    if column.levels is not None:
        return all(re.fullmatch(r"-?\d+", level) for level in column.levels)
    return column.kind in ("integer", "decimal", "float", "id")
