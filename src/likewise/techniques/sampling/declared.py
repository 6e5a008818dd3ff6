"""A table that is declared: each column's distribution, and how columns go together, compiled into a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, field_validator, model_validator

from likewise.core.card import Card, Privacy, versions
from likewise.core.documents import read_document
from likewise.core.keys import id_column
from likewise.core.schema import Column, Pattern, Role, Schema
from likewise.core.spec import Spec, readable
from likewise.errors import LikewiseError, SettingsError, nearest
from likewise.modalities.tabular.copulas.copula import Copula
from likewise.modalities.tabular.copulas.dependence import (
    COPULAS,
    Correlated,
    GaussianCopula,
    StudentCopula,
    copula_of,
    latent_of,
    read_pairs,
)
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vines import VineCopula, vine_of
from likewise.modalities.tabular.distributions import Distribution
from likewise.modalities.tabular.distributions.reading import Part, at, family_of, parse
from likewise.modalities.tabular.drawn import GREATEST, DrawnColumn, check_drawn
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.techniques.sampling.designs import Design
from likewise.techniques.sampling.limits import Latents
from likewise.techniques.sampling.marginals import Levels, Line, Marginal, Node
from likewise.techniques.sampling.model import SamplingModel
from likewise.techniques.sampling.quantiles import Family

PRIVACY = Privacy(statement="declared by hand: no row was read, so none can leak")


class DeclaredColumn(Spec):
    """Say what one column holds.

    `of` is its distribution, rounded to `decimals`; a share of the cells is `missing`. `kind` settles what the numbers
    make (`boolean` columns are made of 0 and 1) where it is not plain. Ids are made by a `pattern` instead of `of`.
    """

    of: Part | None = None
    decimals: int | None = Field(default=None, ge=0, le=15)
    missing: float = Field(default=0.0, ge=0, le=1)
    kind: Literal["integer", "decimal", "float", "boolean"] | None = None
    role: Role = "feature"
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.of is None) == (self.pattern is None):
            raise ValueError("a column has a distribution, or a `pattern` for ids")
        if self.of is None and (self.missing or self.kind or self.decimals is not None):
            raise ValueError("ids have no `missing`, `kind` or `decimals`")
        if self.of is not None:
            check_drawn(self.of, self.decimals, self.kind)
        return self

    @property
    def drawn(self) -> DrawnColumn:
        """What is drawn, where the column is no id."""
        assert self.of is not None
        return DrawnColumn(of=self.of, decimals=self.decimals, kind=self.kind)

    @property
    def distribution(self) -> Distribution:
        """The distribution of what is drawn: rounded where the column is."""
        return self.drawn.distribution

    def column(self, name: str) -> Column:
        """Return the column of the schema."""
        if self.pattern is not None:
            return id_column(name, self.pattern, self.role)
        return self.drawn.column(name, self.role, nullable=self.missing > 0)

    def marginal(self, column: Column) -> Marginal:
        """Return what draws the column."""
        found = self.distribution
        if column.is_number:
            leaves = column.kind == "integer" and self.drawn.leaves
            ends = (-GREATEST, GREATEST) if leaves else (-np.inf, np.inf)
            return Line(column, Family(found, column, 0.0, *ends), self.missing)
        levels = found.categories or ("false", "true")
        shares = (1 - self.missing) * found.pdf(np.arange(len(levels)))
        places = np.arange(len(levels), dtype=np.int32)
        nodes = [Node(np.append(places, np.array([-1, -1], dtype=np.int32)))]
        if 0 < self.missing < 1:
            known = np.append(np.zeros(len(levels), dtype=np.int32), np.array([-1, 1], dtype=np.int32))
            nodes = [Node(known), Node(nodes[0].bins, parent=0, branch=0)]
        elif self.missing:
            nodes = [Node(np.append(np.full(len(levels), -1, dtype=np.int32), np.array([-1, 0], dtype=np.int32)))]
        return Levels(column, LevelsCodec(levels), np.append(shares, [0.0, self.missing]), tuple(nodes))

    @classmethod
    def read(cls, value: Any, path: str) -> DeclaredColumn:
        """Read a column of a document: one family beside the settings. Raises SettingsError, with the path."""
        if isinstance(value, DeclaredColumn):
            return value
        if isinstance(value, Distribution):
            return cls(of=value)
        if not isinstance(value, Mapping):
            raise SettingsError("settings.distribution", f"{path}: a distribution is wanted", where=path,
                                hint="write e.g. {normal: [170, 10], decimals: 1}")  # fmt: skip
        settings = {str(key): found for key, found in value.items() if key in cls.model_fields}
        families = [str(key) for key in value if key not in cls.model_fields]
        if len(families) > 1:
            for family in families:
                _known_family(family, path)
            raise SettingsError("settings.distribution", f"{path}: {len(families)} distributions, and one is wanted",
                                where=path, hint="draw from several with `mixture`")  # fmt: skip
        if families:
            _known_family(families[0], path)
            settings["of"] = parse({families[0]: value[families[0]]}, path)
        try:
            return cls.from_dict(settings, where=path)
        except SettingsError as fault:
            raise at(path, fault) from None


class Declared(Spec):
    """Declare a table: a distribution for each column, how columns go together, and how rows are drawn.

    `columns` maps names to distributions, alone or with `decimals`, `missing`, `kind` and `role`; `copula` (or plain
    `correlation`, Gaussian) ties them together. `n`, `seed` and `design` are what `generate` does where it is not told.

    Use when there is no data yet, or only what a paper or an expert says. Avoid when there are rows to learn from.
    Raises SettingsError with the `$.path` of every fault.

    >>> people = Declared(columns={"height": {"normal": [170, 10]}, "weight": {"lognormal": [4.2, 0.2]}},
    ...                   correlation=[("height", "weight", 0.5)])
    >>> people.model().sample(3).names
    ('height', 'weight')
    """

    likewise: Literal[1] = 1
    columns: dict[str, DeclaredColumn] = Field(min_length=1)
    copula: GaussianCopula | StudentCopula | VineCopula | None = None
    n: int = Field(default=1000, ge=0)
    seed: int = Field(default=0, ge=0)
    design: Design | None = None

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**_read(fields))
        except ValidationError as fault:
            raise readable(fault, type(self), where=None) from None

    @field_validator("columns")
    @classmethod
    def _names_are_texts(cls, columns: dict[str, DeclaredColumn]) -> dict[str, DeclaredColumn]:
        if any(not name.strip() for name in columns):
            raise ValueError("a column has a name that is not blank")
        return columns

    @classmethod
    def of(cls, spec: Any) -> Declared:
        """Return a declared table as it is, from a mapping, or from the path of a YAML document."""
        if isinstance(spec, Declared):
            return spec
        if isinstance(spec, str | Path):
            return cls.read(spec)
        if isinstance(spec, Mapping):
            return cls(**{str(name): value for name, value in spec.items()})
        raise SettingsError("settings.declared", f"`{type(spec).__name__}` is not a declared table",
                            hint="give the path of a YAML document, a mapping or a Declared")  # fmt: skip

    @classmethod
    def read(cls, path: str | Path) -> Declared:
        """Read a YAML document. Raises SourceError where there is none and SettingsError where it declares no table."""
        fields = read_document(Path(path), what="a declared table", error=SettingsError, family="settings",
                               hint="it begins with `columns:`")  # fmt: skip
        try:
            return cls(**fields)
        except SettingsError as fault:
            place = str(path) if fault.where is None else f"{path} {fault.where}"
            raise SettingsError(fault.code, fault.what, where=place, hint=fault.hint) from None

    def to_dict(self) -> dict[str, Any]:
        """Return the document, as `Declared.of` reads it."""
        columns = {}
        for name, column in self.columns.items():
            own = column.model_dump(mode="json", exclude_defaults=True, exclude={"of"})
            columns[name] = {**({} if column.of is None else column.of.to_dict()), **own}
        found: dict[str, Any] = {"likewise": 1, "columns": columns}
        if self.copula is not None:
            form = next(name for name, known in COPULAS.items() if type(self.copula) is known)
            found["copula"] = {form: self.copula.to_dict()}
        rest = self.model_dump(mode="json", exclude_defaults=True, exclude={"columns", "copula", "likewise"})
        return {**found, **rest}

    def model(self) -> SamplingModel:
        """Compile the model, which samples, conditions, streams and is saved as one that was fitted.

        Raises SettingsError for correlations that the distributions cannot have or that name no column.
        """
        columns = {name: column.column(name) for name, column in self.columns.items()}
        drawn = {name: column for name, column in columns.items() if not column.is_generated}
        marginals = tuple(self.columns[name].marginal(column) for name, column in drawn.items())
        numbering = Latents.of(marginals)
        places = {name: numbering.own(number)[-1] for number, name in enumerate(drawn)}
        copula, notes = self._copula(places, numbering.starts[-1])
        shown = {marginal.column.name: marginal.shown() for marginal in marginals}
        schema = Schema(columns=tuple(shown.get(name, column) for name, column in columns.items()))
        return SamplingModel(schema, self._card(notes), "table", marginals, copula)

    def _copula(self, places: Mapping[str, int], size: int) -> tuple[Copula, tuple[str, ...]]:
        """Return the copula of all latents, and notes on it; what settles that a cell is missing goes with nothing."""
        if isinstance(self.copula, VineCopula):
            return vine_of(self.copula, places, size), ()
        latent = latent_of(self.copula or GaussianCopula(), {name: self.columns[name].distribution for name in places})
        own, whole = [places[name] for name in latent.names], np.eye(size)
        whole[np.ix_(own, own)] = latent.matrix
        df = self.copula.df if isinstance(self.copula, StudentCopula) else None
        return Elliptical(whole, df), latent.notes

    def _card(self, notes: tuple[str, ...]) -> Card:
        document = self.to_dict()
        digest = hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()
        return Card(technique="sampling", settings=document, seed=self.seed, rows=0, columns=len(self.columns),
                    data_digest=digest, versions=versions(), privacy=PRIVACY, notes=notes)  # fmt: skip


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a document with its columns and its copula read; faults of all columns together."""
    found = dict(fields)
    if "correlation" in found:
        if found.get("copula") is not None:
            raise SettingsError(
                "settings.copula",
                "$: `correlation` and `copula` are both given",
                where="$",
                hint="put `pairs` into the copula: {student-t: {df: 4, pairs: [...]}}",
            )
        asked = found.pop("correlation")
        if not isinstance(asked, Correlated):
            asked = read_pairs(GaussianCopula, asked, "$.correlation")
        found["copula"] = asked
    found["copula"] = copula_of(found.get("copula"))
    if isinstance(found.get("columns"), Mapping):
        columns, faults = {}, list[LikewiseError]()
        for name, column in found["columns"].items():
            if name is None or isinstance(name, bool):
                raise SettingsError("settings.invalid", f"$.columns: `{name}` is no name", where="$.columns",
                                    hint='YAML takes it for a value: quote the name, as "no"')  # fmt: skip
            try:
                columns[str(name)] = DeclaredColumn.read(column, f"$.columns.{name}")
            except SettingsError as fault:
                faults.append(fault)
        if faults:
            hints = [fault.hint for fault in faults if fault.hint]
            raise SettingsError("settings.distribution", "; ".join(fault.what for fault in faults),
                                where=faults[0].where, hint=hints[0] if hints else None)  # fmt: skip
        found["columns"] = columns
    return found


def _known_family(name: str, path: str) -> None:
    """Refuse a name that is neither a family nor a setting of a column. Raises SettingsError."""
    try:
        family_of(name, path)
    except SettingsError as fault:
        setting = nearest(name, sorted(DeclaredColumn.model_fields))
        hint = f"did you mean `{setting}`?" if setting else fault.hint
        raise SettingsError(fault.code, fault.what, where=path, hint=hint) from None
