"""Certify a judgement: what was judged, by digests, with which figures and limits; and check it again later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from likewise.constraints.kinds import Constraints
from likewise.core.aside import write_aside
from likewise.core.card import Card, Privacy, versions
from likewise.core.faults import reading
from likewise.core.schema import Role
from likewise.core.spec import Spec, readable
from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.fidelity.kept import KeptRule
from likewise.evaluation.gates import GateOutcome, Gates
from likewise.evaluation.report.model import Report
from likewise.evaluation.score import Score

SAID = (
    "The digest of this certificate finds changes made by accident or in passing. It is no signature: whoever can "
    "write the file can also write a new digest. Keep it where only you can write, or sign it with a tool of your own."
)
SAME = 1e-9
"""How far, relatively, a figure taken again on another machine may lie from the certified one."""


class Recipe(Spec):
    """Say how the synthetic rows were made, where a model file came with them."""

    technique: str
    settings: dict[str, Any]
    seed: int
    learned: str
    digest: str


class Certificate(Spec):
    """Hold what was judged and what was found; equal inputs give equal bytes, for it carries no clock.

    `data` maps `real`, `synthetic` and `holdout` to the SHA-256 of their columns, values and types, whatever file they
    came in; `roles` names the columns of the real table that are more than features, as its schema says, beside those
    asked for as `target`, `sensitive` and `quasi`; `model` is the SHA-256 of the model file and `recipe` what its card
    says; `budget` the formal guarantee, if any; `rules` how many rows break each of the declared `constraints`;
    `limits` is what the `gate` held the scores against; `digest` the SHA-256 of all other fields.
    """

    format: Literal[1] = 1
    said: str = SAID
    versions: dict[str, str]
    seed: int
    target: str | None = None
    sensitive: tuple[str, ...] = ()
    quasi: tuple[str, ...] = ()
    roles: dict[str, Role] = {}
    audience: Literal["internal", "releasable"]
    data: dict[str, str]
    model: str | None = None
    recipe: Recipe | None = None
    budget: Privacy | None = None
    headline: str
    scores: tuple[Score, ...]
    limits: Gates | None = None
    gate: GateOutcome | None = None
    constraints: Constraints = Constraints()
    rules: tuple[KeptRule, ...] = ()
    digest: str = ""

    def own_digest(self) -> str:
        """Return the SHA-256 of all fields but the digest itself, as JSON with sorted names.

        Where no rules were declared they are left out, so that older certificates keep their digest.
        """
        left = {"digest"} if self.rules else {"digest", "constraints", "rules"}
        return _digest(self.model_dump(mode="json", exclude=left))

    @property
    def intact(self) -> bool:
        """Whether no field was changed after the digest was written."""
        return self.own_digest() == self.digest

    def to_json(self) -> str:
        """Return the text of the file that `save` writes and `read` reads."""
        return self.model_dump_json(indent=1) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write it as JSON. Raises SourceError where that cannot be done."""
        write_aside(path, self.to_json())
        return Path(path)

    @classmethod
    def read(cls, path: str | Path) -> Certificate:
        """Read what `save` wrote. Raises SourceError where there is no file, EvaluationError for another document."""
        where = str(path)
        try:
            with reading(Path(path)):
                return cls.model_validate_json(Path(path).read_bytes())
        except ValidationError as fault:
            found = readable(fault, cls, where=where, error=EvaluationError)
            raise EvaluationError(found.code, f"this is no certificate: {found.what}", where=where,
                                  hint="`likewise evaluate ... --certificate FILE` writes one") from None  # fmt: skip


class Check(Spec):
    """Hold one thing that was checked: it `agrees`, it `differs`, or it was `not checked` as nothing was given."""

    what: str
    outcome: Literal["agrees", "differs", "not checked"]
    said: str = ""


class Verification(Spec):
    """Hold all that was checked of a document, a certificate unless `of` says so; `agrees` where nothing differs."""

    checks: tuple[Check, ...]
    of: str = "certificate"

    @property
    def agrees(self) -> bool:
        """Whether nothing that was checked differs."""
        return all(check.outcome != "differs" for check in self.checks)

    def told(self) -> str:
        """Say in a sentence what holds and what was left unchecked."""
        left = [c.what for c in self.checks if c.outcome == "not checked"]
        rest = f" Not checked: {', '.join(left)}." if left else ""
        wrong = [c.what for c in self.checks if c.outcome == "differs"]
        if wrong:
            return (
                f"The {self.of} does not hold: {', '.join(wrong)} {'differs' if len(wrong) == 1 else 'differ'}.{rest}"
            )
        return f"What was checked agrees with the {self.of}.{rest}"


def certificate_of(
    report: Report,
    tables: Mapping[str, Table],
    *,
    seed: int,
    target: str | None = None,
    sensitive: Sequence[str] = (),
    quasi: Sequence[str] = (),
    limits: Gates | None = None,
    constraints: Constraints | None = None,
    model: bytes | None = None,
    card: Card | None = None,
) -> Certificate:
    """Return the certificate of a report on `tables` (`real`, `synthetic`, perhaps `holdout`).

    `target`, `sensitive`, `quasi`, `limits` and `constraints` are what was asked for when it was judged; `model` are
    the bytes of the model file that drew the rows and `card` what it says of itself.
    """
    plain = Certificate(
        versions=versions(),
        seed=seed,
        target=target,
        sensitive=tuple(sensitive),
        quasi=tuple(quasi),
        roles=roles_of(tables["real"]),
        audience=report.audience,
        data={name: table.digest() for name, table in tables.items()},
        model=None if model is None else hashlib.sha256(model).hexdigest(),
        recipe=None if card is None else _recipe(card),
        budget=None if card is None else card.privacy,
        headline=report.headline,
        scores=report.scores,
        limits=limits,
        gate=report.gate,
        constraints=constraints or Constraints(),
        rules=report.rules,
    )
    return plain.model_copy(update={"digest": plain.own_digest()})


def roles_of(table: Table) -> dict[str, Role]:
    """Return the columns of a table that are more than features, each with its role."""
    return {column.name: column.role for column in table.schema.columns if column.role != "feature"}


def verify_certificate(
    certificate: Certificate,
    tables: Mapping[str, Table] | None = None,
    *,
    model: bytes | None = None,
    card: Card | None = None,
    again: Report | None = None,
) -> Verification:
    """Check a certificate by itself, against the `tables` and the `model` that are given, and a judgement made `again`.

    `card` is what the model says of itself, None where its file is not the one certified.
    """
    own = certificate.intact
    checks = [_told("its own digest", own, "a field was changed after it was written")]
    given = dict(tables or {})
    for name, digest in certificate.data.items():
        checks.append(_compared(f"the {name} rows", digest, given[name].digest() if name in given else None))
    for name in sorted(given.keys() - certificate.data.keys()):
        checks.append(Check(what=f"the {name} rows", outcome="differs", said="the certificate knows of none"))
    if "real" in given:
        checks.append(_roles_compared(certificate, roles_of(given["real"])))
    if certificate.model is not None or model is not None:
        found = None if model is None else hashlib.sha256(model).hexdigest()
        checks.append(_compared("the model", certificate.model or "", found))
    if card is not None:
        told = certificate.recipe == _recipe(card) and certificate.budget == card.privacy
        checks.append(_told("the recipe and the budget", told, "the model's card says something else"))
    if again is None:
        return Verification(checks=(*checks, Check(what="the scores", outcome="not checked")))
    checks.append(_scores_compared(certificate, again.scores))
    checks.append(_told("the headline", certificate.headline == again.headline, "the judgement reads otherwise now"))
    if certificate.rules or again.rules:
        same = _counts(certificate.rules) == _counts(again.rules)
        checks.append(_told("the declared rules", same, "other rows break them now"))
    if certificate.gate is not None or again.gate is not None:
        same = _outcomes(certificate.gate) == _outcomes(again.gate)
        checks.append(_told("the gate", same, "its limits let pass or stop other things now"))
    return Verification(checks=tuple(checks))


def _told(what: str, same: bool, otherwise: str) -> Check:
    return Check(what=what, outcome="agrees" if same else "differs", said="" if same else otherwise)


def _counts(rules: Sequence[KeptRule]) -> list[KeptRule]:
    """Return what was counted of rules, without how they were met, which only their maker tells."""
    return [rule.model_copy(update={"met": ""}) for rule in rules]


def _outcomes(gate: GateOutcome | None) -> list[tuple[str, str]] | None:
    return None if gate is None else [(str(gate.passed), gate.name), *((r.gate, r.outcome) for r in gate.results)]


def _roles_compared(certificate: Certificate, roles: Mapping[str, Role]) -> Check:
    known = certificate.roles
    apart = sorted(name for name in known.keys() | roles.keys() if known.get(name) != roles.get(name))
    listed = ", ".join(f"`{name}`" for name in apart)
    return _told("the roles", not apart, f"{listed}: was another --schema given when it was judged?")


def _compared(what: str, digest: str, found: str | None) -> Check:
    if found is None:
        return Check(what=what, outcome="not checked")
    if found == digest:
        return Check(what=what, outcome="agrees", said=f"sha256 {digest[:16]}...")
    return Check(what=what, outcome="differs",
                 said=f"sha256 {found[:16]}... is not the certified {digest[:16]}...")  # fmt: skip


def _scores_compared(certificate: Certificate, again: Sequence[Score]) -> Check:
    certified, found = ({s.name: s for s in listed} for listed in (certificate.scores, again))
    apart = [
        name
        for name in certified.keys() | found.keys()
        if name not in certified or name not in found or not _alike(certified[name], found[name])
    ]
    if not apart:
        return Check(what="the scores", outcome="agrees", said=f"{len(found)} figures and verdicts are the same again")
    other = [n for n, v in versions().items() if certificate.versions.get(n) != v]
    why = f"; the versions of {', '.join(other)} differ, which may be why" if other else ""
    return Check(what="the scores", outcome="differs", said=f"{', '.join(sorted(apart))}{why}")


FIGURES = ("value", "floor", "chance")


def _alike(first: Score, second: Score) -> bool:
    """Say whether two scores say the same, but for the last digits of their figures."""
    bare: dict[str, None] = dict.fromkeys((*FIGURES, "interval"))
    if first.model_copy(update=bare) != second.model_copy(update=bare):
        return False
    ends = ((None, None) if s.interval is None else s.interval for s in (first, second))
    figures = [(getattr(first, name), getattr(second, name)) for name in FIGURES]
    return all(_near(a, b) for a, b in (*figures, *zip(*ends, strict=True)))


def _near(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= SAME * max(1.0, abs(first))


def _recipe(card: Card) -> Recipe:
    plain = {"technique": card.technique, "settings": card.settings, "seed": card.seed}
    return Recipe(
        technique=card.technique,
        settings=card.settings,
        seed=card.seed,
        learned=card.data_digest,
        digest=_digest(plain),
    )


def _digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
