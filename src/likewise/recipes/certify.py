"""Judge with a certificate, and check one again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

from likewise.constraints.kinds import Constraints
from likewise.core.alike import rows_beside
from likewise.core.faults import reading
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.core.state import load
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.evaluation.certificate import Certificate, Verification, certificate_of, verify_certificate
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import Gates
from likewise.evaluation.report.model import Report
from likewise.recipes.proof import Proof
from likewise.recipes.verbs import read


class Asked(TypedDict):
    """What was asked for when tables were judged: a certificate keeps it, to judge by it again."""

    target: str | None
    sensitive: tuple[str, ...]
    quasi: tuple[str, ...]
    limits: Gates | None
    constraints: Constraints | None
    seed: int


def certify(
    real: Any,
    synthetic: Any,
    *,
    holdout: Any = None,
    model: str | Path | None = None,
    target: str | None = None,
    sensitive: Sequence[str] = (),
    quasi: Sequence[str] = (),
    schema: Schema | str | Path | None = None,
    gate: Gates | str | Path | None = None,
    constraints: Any = None,
    releasable: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> tuple[Report, Certificate]:
    """Judge as `evaluate` does, and certify what was judged; both are `releasable` where that is asked for.

    `model` is the file of the model that drew the rows; what its card says is certified with it, and the rules that it
    holds are counted where no `constraints` are given.

    >>> rows = {"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}
    >>> certificate = certify(rows, rows)[1]
    >>> verify(certificate, real=rows).told()
    'What was checked agrees with the certificate. Not checked: the synthetic rows, the scores.'
    """
    limits = None if gate is None else Gates.of(gate)
    content = None if model is None else _bytes(model)
    loaded = None if model is None else load(model)
    card = None if loaded is None else loaded.card
    tables = _tables(real, synthetic, holdout, schema)
    asked = Asked(target=target, sensitive=tuple(sensitive), quasi=tuple(quasi), limits=limits, seed=seed,
                  constraints=None if constraints is None else Constraints.of(constraints))  # fmt: skip
    if loaded is not None:
        proof = Proof.of(loaded)
        asked["constraints"] = asked["constraints"] or proof.declared(tables["real"], tables["synthetic"])
    found = _judged(tables, asked, progress)
    found = proof.told(found) if loaded is not None else found
    found = found.releasable() if releasable else found
    return found, certificate_of(found, tables, **asked, model=content, card=card)


def verify(
    certificate: Certificate | str | Path,
    *,
    real: Any = None,
    synthetic: Any = None,
    holdout: Any = None,
    model: str | Path | None = None,
    schema: Schema | str | Path | None = None,
    again: bool = False,
    progress: Progress = quiet,
) -> Verification:
    """Check a certificate: its own digest, those of what is given, and with `again` the judgement, made anew.

    A certificate that was changed is not judged again, for what it asks for may be changed as well.
    Raises SettingsError where `again` lacks tables that were judged, EvaluationError where the file is no certificate.
    """
    known = certificate if isinstance(certificate, Certificate) else Certificate.read(certificate)
    tables = _tables(real, synthetic, holdout, schema)
    content = None if model is None else _bytes(model)
    lacking = [name for name in known.data if name not in tables]
    if again and lacking:
        raise SettingsError("settings.again", f"to take the scores again, the {' and '.join(lacking)} rows are needed",
                            where="again", hint=f"give {' '.join(f'--{name} FILE' for name in lacking)}")  # fmt: skip
    same = content is not None and hashlib.sha256(content).hexdigest() == known.model
    card = load(model).card if same and model is not None else None
    if not again or not known.intact:
        return verify_certificate(known, tables, model=content, card=card)
    asked = Asked(target=known.target, sensitive=known.sensitive, quasi=known.quasi, limits=known.limits,
                  constraints=known.constraints, seed=known.seed)  # fmt: skip
    found = _judged(tables, asked, progress)
    found = found.releasable() if known.audience == "releasable" else found
    return verify_certificate(known, tables, model=content, card=card, again=found)


def _judged(tables: dict[str, Table], asked: Asked, progress: Progress) -> Report:
    schema, limits = tables["real"].schema, asked["limits"]
    others = {name: rows_beside(table, schema) for name, table in tables.items() if name != "real"}
    found = evaluate_tables(tables["real"], others["synthetic"], holdout=others.get("holdout"), target=asked["target"],
                            sensitive=asked["sensitive"], quasi=asked["quasi"], seed=asked["seed"],
                            constraints=asked["constraints"], progress=progress)  # fmt: skip
    return found if limits is None else found.model_copy(update={"gate": limits.judge(found.scores)})


def _tables(real: Any, synthetic: Any, holdout: Any, schema: Schema | str | Path | None) -> dict[str, Table]:
    """Read what is given, each by itself, so that a digest does not depend on the other tables."""
    given = {"real": real, "synthetic": synthetic, "holdout": holdout}
    return {
        name: read(source, schema=schema if name == "real" else None)
        for name, source in given.items()
        if source is not None
    }


def _bytes(path: str | Path) -> bytes:
    with reading(Path(path)):
        return Path(path).read_bytes()
