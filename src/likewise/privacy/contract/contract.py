"""What may be known of data without looking at it, as one document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.errors import PrivacyError, suggest
from likewise.privacy.contract.document import read_fields, with_domains
from likewise.privacy.contract.domain import Domain
from likewise.privacy.contract.open import Open
from likewise.privacy.contract.outside import Ignored, Outside


class Contract(Spec):
    """List what is publicly known of each column, in the order of the columns that come out.

    Everything about a private model that is not noise follows from its contract: columns, types, bounds, levels, cells.
    `unit` names the column that says whose a row is, `most` how many rows of one unit are learned from; without it
    every row is a unit of its own. `rest` says what becomes of columns that are not listed.

    >>> contract = Contract.of({"age": {"kind": "number", "integer": True, "min": 0, "max": 120}, "sex": {
    ...     "kind": "category", "levels": ["F", "M"], "missing": True}})
    >>> contract.names, contract.sizes
    (('age', 'sex'), (121, 3))
    """

    columns: tuple[Domain, ...] = ()
    unit: str | None = None
    most: int = Field(default=1, ge=1)
    rest: Literal["refuse", "discover", "ignore"] = "refuse"

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.unit is not None:
            if self.unit not in (domain.name for domain in self.columns):
                raise ValueError(f"`unit` names `{self.unit}`, which is not among the columns")
            if self[self.unit].is_coded or isinstance(self[self.unit], Open):
                raise ValueError(f"`{self.unit}` says whose a row is: declare it `kind: id` or `kind: ignore`")
        if self.rest != "discover" and all(isinstance(d, Outside) and not isinstance(d, Open) for d in self.columns):
            raise ValueError("no column is left to learn from")
        return self

    @classmethod
    def of(cls, source: Contract | Schema | Mapping[Any, Any] | str | Path) -> Contract:
        """Return the contract that a document says: a mapping, the path of a YAML file, a Schema, or `"discover"`.

        Raises PrivacyError with all faults together, and for a schema that was inferred: its bounds and levels are the
        data's own, and nothing that may be known without looking.
        """
        if isinstance(source, Contract):
            return source
        fields, where, root = read_fields(source)
        return with_domains(cls, fields, where, root)

    @classmethod
    def from_dict(cls, fields: dict[str, Any], **_: Any) -> Self:
        """Build what `to_dict` returned."""
        contract = cls.of(fields)
        assert isinstance(contract, cls)
        return contract

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        fields = self.model_dump(mode="json", exclude_defaults=True, exclude={"columns"})
        return {"columns": {domain.name: domain.to_dict() for domain in self.columns}, **fields}

    def to_yaml(self) -> str:
        """Return the document as YAML, which `Contract.of` reads from a file."""
        import yaml

        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=120)

    @property
    def digest(self) -> str:
        """The SHA-256 of what is declared: parties that hold the same contract have the same digest."""
        return hashlib.sha256(json.dumps(self.to_dict()).encode()).hexdigest()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that come out, in order."""
        return tuple(domain.name for domain in self.columns if not isinstance(domain, Ignored | Open))

    @property
    def listed(self) -> tuple[str, ...]:
        """The names of all columns, also of those that are left out; none where others beside them are to be found."""
        return () if self.rest == "discover" else tuple(domain.name for domain in self.columns)

    @property
    def coded(self) -> tuple[Domain, ...]:
        """The columns that are learned, in order: what `encode` gives codes of."""
        return tuple(domain for domain in self.columns if domain.is_coded)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of codes of each column that is learned, in order."""
        return tuple(domain.size for domain in self.coded)

    @property
    def is_open(self) -> bool:
        """Whether anything is left to discover."""
        return self.rest == "discover" or any(isinstance(domain, Open) for domain in self.columns)

    def __getitem__(self, name: str) -> Domain:
        for domain in self.columns:
            if domain.name == name:
                return domain
        raise PrivacyError("privacy.unknown-column", f"the contract has no column `{name}`",
                           hint=suggest(name, [d.name for d in self.columns], "column"))  # fmt: skip

    def public_facts(self) -> dict[str, Any]:
        """Return what a report may say of the contract: the document, its digest, and the codes of each column."""
        return {**self.to_dict(), "digest": self.digest, "codes": {d.name: d.size for d in self.coded}}


def plain_domain(domain: Any) -> Any:
    """Return what may be a contract as plain values, so that settings can be written down."""
    return Contract.of(domain).to_dict() if isinstance(domain, Contract | Schema) else domain


def schema_of(contract: Contract) -> Schema:
    """Return the schema of what is made under a contract: bounds, levels, decimals and types are those declared.

    >>> schema_of(Contract.of({"height": {"kind": "number", "decimals": 2, "min": 0, "max": 2.5}}))["height"].bounds
    (0.0, 2.5)
    """
    return Schema(columns=tuple(domain.column() for domain in contract.columns if domain.name in contract.names))
