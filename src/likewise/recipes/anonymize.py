"""Real tables made less identifying, with what they reach counted from the rows that are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args

import pyarrow as pa

from likewise.core.aside import open_aside, together
from likewise.core.frames import to_container, to_raw
from likewise.core.infer import infer_schema_of
from likewise.core.nested import flatten
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.io.sink import open_sink
from likewise.io.source import read_source
from likewise.privacy.anonymity.anonymise import INEXACT, Anonymised, Summary, anonymised
from likewise.privacy.anonymity.criteria import Criteria
from likewise.privacy.anonymity.document import Anonymizing, SearchMethod
from likewise.privacy.anonymity.profiles import Profile, plan_of
from likewise.privacy.masking.key import Key
from likewise.recipes.files import as_texts
from likewise.recipes.mask import invented, key_for
from likewise.recipes.places import keep_apart
from likewise.recipes.verbs import read, settled

Plan = Anonymizing | str | Path | Mapping[str, Any]


def anonymize(
    data: Any, plan: Plan, key: Key | str | Path | None = None, *, schema: Schema | str | Path | None = None
) -> tuple[Any, Summary]:  # fmt: skip
    """Return a table with its rows made less identifying, in the kind of object that was given, and what it reaches.

    `plan` says what is done with each column (see `Anonymizing`); the `key` is wanted where columns are hashed, masked
    or moved in time. The same data, plan and key give the same rows. Use where real records are asked for and the
    recipients are known; where anybody may get them, synthetic data with an `epsilon` holds against more. Raises
    PrivacyError where what is asked cannot be reached. Cost: about 20 s for a million rows of 8 quasi-identifiers.

    >>> people = {"name": list("abcdefgh"), "age": [31, 35, 38, 44, 47, 52, 55, 58], "ill": ["flu", "none"] * 4}
    >>> plan = {"k": 3, "columns": {"name": "drop", "age": "quasi", "ill": "keep"}}
    >>> rows, summary = anonymize(people, plan)
    >>> sorted(set(rows["age"])), summary.reached.k
    (['31..44', '47..58'], 4)
    """
    wanted, secret = settled(schema), None if key is None else Key.of(key)
    asked = Anonymizing.of(plan)
    if isinstance(data, str | Path):
        made = _flat(read_source(data).table, wanted, asked, secret)
        return _table(made), made.summary
    if isinstance(data, Table):
        made = _flat(data.written(), wanted or data.schema, asked, secret)
        return _table(made), made.summary
    raw, natives, container = to_raw(data)
    made = _flat(raw, wanted, asked, secret)
    typed = {field.name for field in made.rows.schema if field.name in raw.column_names
             and field.type == raw.schema.field(field.name).type}  # fmt: skip
    kept = {name: native for name, native in natives.items() if name in typed}
    return to_container(made.rows, infer_schema_of(made.rows, kept), container), made.summary


def anonymize_to(
    source: str | Path,
    out: str | Path,
    plan: Plan,
    key: Key | str | Path | None = None,
    *,
    schema: Schema | str | Path | None = None,
    summary: str | Path | None = None,
    replace: bool = False,
    progress: Progress = quiet,
) -> Summary:
    """Write a file, or a table of a database by URL, made less identifying to another place; whole or not at all.

    What was done and reached goes as JSON to the file `summary`, if one is named. Raises SourceError when a place
    cannot be read or written.
    """
    keep_apart(source, out, *([] if summary is None else [summary]))
    progress("reading", 0, 3)
    came = read_source(source)
    progress("generalising", 1, 3)
    made = _flat(came.table, settled(schema), Anonymizing.of(plan), None if key is None else Key.of(key))
    progress("writing", 2, 3)
    is_typed = came.format.form == "csv" and not as_texts(out, came.format)
    rows = _table(made).to_arrow() if is_typed else made.rows
    with together(), open_sink(out, format=came.format, replace=replace) as sink:
        sink.write(rows)
        if summary is not None:
            _write(json.dumps(made.summary.to_dict(), indent=2, ensure_ascii=False) + "\n", summary)
    return made.summary


def asked_for(
    source: str | Path, plan: Plan | None, profile: str | None, asked: Mapping[str, Any],
    schema: Schema | str | Path | None = None,
) -> Anonymizing:  # fmt: skip
    """Return the plan that is given, or that of a profile with what is asked for beside it.

    `asked` may hold `quasi` and `sensitive` (names joined by commas), `k`, `l`, `t`, `method` and `suppress`. Raises
    SettingsError where both or neither are given, or a setting is out of its range.
    """
    if (plan is None) == (profile is None) or (plan is not None and asked):
        raise SettingsError("usage", "a plan or a profile is wanted", where="likewise anonymize",
                            hint="PLAN, which says all by itself, or --profile hipaa, gdpr or k-anonymity")  # fmt: skip
    if plan is not None:
        return Anonymizing.of(plan)
    if profile not in get_args(Profile):
        raise SettingsError("settings.profile", f"there is no profile `{profile}`", where="--profile",
                            hint=suggest(str(profile), get_args(Profile), "profile"))  # fmt: skip
    if asked.get("method", "mondrian") not in get_args(SearchMethod):
        raise SettingsError("settings.method", f"there is no method `{asked['method']}`", where="--method",
                            hint=suggest(str(asked["method"]), get_args(SearchMethod), "method"))  # fmt: skip
    criteria = Criteria.from_dict({name: asked[name] for name in ("k", "l", "t") if name in asked})
    names = {role: [name.strip() for name in asked.get(role, "").split(",") if name.strip()]
             for role in ("quasi", "sensitive")}  # fmt: skip
    rest: dict[str, Any] = {name: asked[name] for name in ("method", "suppress") if name in asked}
    return plan_for(source, cast(Profile, profile), quasi=names["quasi"], sensitive=names["sensitive"],
                    criteria=criteria, schema=schema, **rest)  # fmt: skip


@contextmanager
def optional_key(
    path: str | Path | None, new: str | Path | None, *, needed: bool = True
) -> Iterator[Key | None]:  # fmt: skip
    """Yield the key of a file, a new one that is written to `new`, or none. Raises SourceError and SettingsError.

    None is written where none is `needed`: a secret that hides nothing would be kept for nothing.
    """
    if path is None and (new is None or not needed):
        yield None
        return
    if path is not None and new is not None:
        raise SettingsError("usage", "one key is wanted", where="--key --new-key", hint="keep one of the two")
    with key_for(path, new) as key:
        yield key


def write_plan(text: str, path: str | Path) -> None:
    """Write a plan to a file, whole or not at all. Raises SourceError."""
    _write(text, path)


def _write(text: str, path: str | Path) -> None:
    with open_aside(Path(path)) as file:
        file.write(text.encode("utf-8"))


def plan_for(
    data: Any,
    profile: Profile,
    *,
    quasi: Sequence[str] = (),
    sensitive: Sequence[str] = (),
    criteria: Any = None,
    method: SearchMethod = "mondrian",
    suppress: float = 0.05,
    schema: Schema | str | Path | None = None,
    year: int | None = None,
) -> Anonymizing:
    """Return the plan of a profile for a table, to be looked at, edited and given to `anonymize`.

    `hipaa` is the Safe Harbor (`year` is the present one, if not given), `gdpr` hashes ids and generalises
    quasi-identifiers, `k-anonymity` only generalises them. Raises PrivacyError where there are none.

    >>> plan_for({"name": ["Ann", "Bob"], "age": [31, 95]}, "hipaa").to_yaml().splitlines()[-4:]
    ['  name: drop', '  age:', '    cap:', '      most: 89.0']
    """
    table = read(flatten(read_source(data).table)[0] if isinstance(data, str | Path) else data, schema=schema)
    now = datetime.now(UTC).year if year is None else year
    return plan_of(table, profile, quasi=quasi, sensitive=sensitive, criteria=criteria, method=method,
                   suppress=suppress, year=now)  # fmt: skip


def _table(made: Anonymised) -> Table:
    """Return the rows as a table, in which a month stays a text: as a date it would seem to be told to the day."""
    inexact = [name for name in made.rows.column_names if made.summary.columns[name] in INEXACT]
    levels = tuple(Column(name=name, kind="category") for name in inexact)
    return Table.from_arrow(made.rows, Schema(columns=levels))


def _flat(raw: pa.Table, schema: Schema | None, plan: Anonymizing, key: Key | None) -> Anonymised:
    """Return the rows of a table made less identifying; fields of records are columns, such as `address.city`."""
    return anonymised(flatten(raw)[0], schema, plan, key, invented)
