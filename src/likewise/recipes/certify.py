"""Judge with a certificate, and check one again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from likewise.recipes.verbs import read


def certify(
    real: Any,
    synthetic: Any,
    *,
    holdout: Any = None,
    model: str | Path | None = None,
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    gate: Gates | str | Path | None = None,
    releasable: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> tuple[Report, Certificate]:
    """Judge as `evaluate` does, and certify what was judged; both are `releasable` where that is asked for.

    `model` is the file of the model that drew the rows; what its card says is certified with it.

    >>> rows = {"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}
    >>> certificate = certify(rows, rows)[1]
    >>> verify(certificate, real=rows).told()
    'What was checked agrees with the certificate. Not checked: the synthetic rows, the scores.'
    """
    limits = None if gate is None else Gates.of(gate)
    content = None if model is None else _bytes(model)
    card = None if model is None else load(model).card
    tables = _tables(real, synthetic, holdout, schema)
    found = _judged(tables, target=target, seed=seed, progress=progress)
    found = found if limits is None else found.model_copy(update={"gate": limits.judge(found.scores)})
    found = found.releasable() if releasable else found
    return found, certificate_of(found, tables, seed=seed, target=target, model=content, card=card)


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
    """Check a certificate: its own digest, those of what is given, and with `again` the scores, taken anew.

    Raises SettingsError where `again` lacks tables that were judged, EvaluationError where the file is no certificate.
    """
    known = certificate if isinstance(certificate, Certificate) else Certificate.read(certificate)
    tables = _tables(real, synthetic, holdout, schema)
    content = None if model is None else _bytes(model)
    lacking = [name for name in known.data if name not in tables]
    if again and lacking:
        raise SettingsError("settings.again", f"to take the scores again, the {' and '.join(lacking)} rows are needed",
                            where="again", hint=f"give {' '.join(f'--{name} FILE' for name in lacking)}")  # fmt: skip
    if not again:
        return verify_certificate(known, tables, model=content)
    found = _judged(tables, target=known.target, seed=known.seed, progress=progress)
    found = found.releasable() if known.audience == "releasable" else found
    return verify_certificate(known, tables, model=content, again=found.scores)


def _judged(tables: dict[str, Table], *, target: str | None, seed: int, progress: Progress) -> Report:
    schema = tables["real"].schema
    others = {name: rows_beside(table, schema) for name, table in tables.items() if name != "real"}
    return evaluate_tables(tables["real"], others["synthetic"], holdout=others.get("holdout"), target=target, seed=seed,
                           progress=progress)  # fmt: skip


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
