"""The document of an anonymisation: what is done with each column, and what the classes have to meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_serializer

from likewise.core.documents import read_document
from likewise.core.spec import Spec
from likewise.errors import SettingsError, suggest
from likewise.privacy.anonymity.criteria import Criteria, Diversity
from likewise.privacy.anonymity.ways import Hash, Quasi, Sensitive, Way, read_way, written
from likewise.privacy.masking.methods import Format, Replace, Shift

SearchMethod = Literal["mondrian", "relaxed", "lattice"]


class Anonymizing(Spec):
    """Say what is done with every column, and what each class of rows has to meet.

    A column that is not named is refused, so that none is forgotten; with `others: keep` it stays as it is. `order:
    sorted` orders the rows by what is written in them, so that nothing of their old order is left. Raises SettingsError
    with the path of every fault.

    >>> plan = Anonymizing.of({"k": 3, "columns": {"name": "drop", "age": "quasi", "illness": "sensitive"}})
    >>> plan.quasi, plan.sensitive, plan.criteria.k
    (('age',), ('illness',), 3)
    """

    likewise: Literal[1] = 1
    profile: Literal["hipaa", "gdpr", "k-anonymity"] | None = None
    criteria: Criteria = Criteria()
    method: SearchMethod = "mondrian"
    suppress: float = Field(default=0.05, ge=0, lt=1)
    order: Literal["kept", "sorted"] = "kept"
    others: Literal["refuse", "keep", "drop"] = "refuse"
    columns: dict[str, Any] = Field(min_length=1)

    @field_serializer("columns")
    def _columns_as_written(self, columns: dict[str, Way]) -> dict[str, Any]:
        return {name: written(way) for name, way in columns.items()}

    @classmethod
    def of(cls, plan: Any) -> Anonymizing:
        """Return a plan as it is, from a mapping, or from the path of a YAML document."""
        if isinstance(plan, Anonymizing):
            return plan
        if isinstance(plan, Mapping):
            return cls._from_fields({str(name): value for name, value in plan.items()}, None)
        fields = read_document(Path(plan), what="a plan", error=SettingsError, family="settings",
                               hint="`likewise anonymize FILE --dry-run -o plan.yaml` writes one")  # fmt: skip
        return cls._from_fields(fields, str(plan))

    @classmethod
    def _from_fields(cls, fields: dict[str, Any], where: str | None) -> Anonymizing:
        """Read the fields of a document; the faults of all columns are reported together."""
        found = dict(fields)
        listed = found.pop("columns", None)
        if not isinstance(listed, Mapping):
            raise SettingsError("settings.invalid", "$.columns: a mapping of column names is wanted", where=where,
                                hint="name each column and what is done with it")  # fmt: skip
        columns: dict[str, Way] = {}
        faults: list[SettingsError] = []
        for name, value in listed.items():
            try:
                columns[str(name)] = read_way(value, f"$.columns.{name}")
            except SettingsError as fault:
                faults.append(fault)
        if faults:
            raise SettingsError(faults[0].code, "; ".join(fault.what for fault in faults), where=where,
                                hint=faults[0].hint)  # fmt: skip
        criteria: dict[str, Any] = {key: found.pop(key) for key in ("k", "l", "t") if key in found}
        if criteria:
            found["criteria"] = Criteria.from_dict(criteria, where=where)
        return cls.from_dict({**found, "columns": columns}, where=where)

    @property
    def quasi(self) -> tuple[str, ...]:
        """The columns that are generalised together."""
        return tuple(name for name, way in self.columns.items() if isinstance(way, Quasi))

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The columns that l and t are to hold for."""
        return tuple(name for name, way in self.columns.items() if isinstance(way, Sensitive))

    @property
    def needs_quasi(self) -> bool:
        """Whether k, l or t are asked for, which hold for quasi-identifiers alone."""
        return self.profile in ("gdpr", "k-anonymity") or "criteria" in self.model_fields_set

    @property
    def needs_key(self) -> bool:
        """Whether a column is masked or hashed by a key."""
        return any(isinstance(way, Hash | Format | Shift | Replace) for way in self.columns.values())

    def table(self, columns: Iterable[str]) -> dict[str, Way]:
        """Return what is done with the columns of a table. Raises SettingsError where one is unknown or forgotten."""
        known = list(columns)
        for name in self.columns:
            if name not in known:
                raise SettingsError("settings.unknown-column", f"there is no column `{name}`", where=name,
                                    hint=suggest(name, known, "column"))  # fmt: skip
        forgotten = [name for name in known if name not in self.columns]
        if forgotten and self.others == "refuse":
            listed = ", ".join(f"`{name}`" for name in forgotten[:12]) + (", ..." if len(forgotten) > 12 else "")
            raise SettingsError("settings.forgotten", f"nothing is said of {listed}",
                                hint="say `keep` where a column may stay as it is, or `others: keep`")  # fmt: skip
        rest = read_way("keep" if self.others == "keep" else "drop", "$.others")
        return {name: self.columns.get(name, rest) for name in known}

    def to_yaml(self) -> str:
        """Return the plan as YAML that can be edited."""
        import yaml

        fields: dict[str, Any] = {"likewise": 1}
        if self.profile:
            fields["profile"] = self.profile
        if self.quasi:
            asked = self.criteria
            fields["k"] = asked.k
            if asked.l != Diversity():
                plain = asked.l == Diversity(distinct=asked.l.distinct)
                fields["l"] = asked.l.distinct if plain else asked.l.to_dict()
            if asked.t is not None:
                fields["t"] = asked.t
            fields |= {"method": self.method, "suppress": self.suppress}
        fields |= {name: value for name, value in (("order", self.order), ("others", self.others))
                   if value not in ("kept", "refuse")}  # fmt: skip
        fields["columns"] = {name: written(way) for name, way in self.columns.items()}
        return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)
