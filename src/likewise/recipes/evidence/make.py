"""Make an evidence pack of a model: the verb."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from likewise.core import state
from likewise.core.aside import write_aside
from likewise.core.card import Card
from likewise.core.faults import reading
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.errors import PrivacyError, SettingsError
from likewise.evaluation.report.model import Report
from likewise.evaluation.report.releasable import releasable, rounded
from likewise.privacy.ledger import Entry, Ledger
from likewise.recipes.evidence.argument import argument_of
from likewise.recipes.evidence.attacks import attacks_of
from likewise.recipes.evidence.bundle import packed
from likewise.recipes.evidence.facts import Argument, Attack, Evidence, Ledgered, Link, Release
from likewise.recipes.evidence.headings import frames_of
from likewise.recipes.evidence.minimisation import kept_of
from likewise.recipes.evidence.pages import members_of
from likewise.recipes.evidence.risks import risks_of
from likewise.recipes.told import contract_of

JUDGED = ("utility", "fidelity")
"""Families of scores that say how good drawn rows are."""


def evidence(
    model: Model | str | Path,
    out: str | Path | None = None,
    *,
    report: Report | str | Path | None = None,
    train: Any = None,
    ledger: Ledger | str | Path | None = None,
    output: str | Path | None = None,
    release: Release | Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress = quiet,
) -> bytes:
    """Return one zip of all that is known of a model's release, and write it to `out` where that is given.

    `report` is what `evaluate` or `audit` found, as a report or its JSON file; with `train`, the rows that the model
    was fitted to, the audit is run here. `ledger` is where the release was written down: it must stand there as the
    model's card says. `output` is a file of drawn rows, for the digests; `release` holds what only the controller
    knows. The same inputs give the same bytes. Raises SettingsError for a report and rows at once, and PrivacyError
    where the ledger does not hold the release.

    Use when a model, or what it draws, is to leave the house. The pack is for those who decide: its attack table was
    computed on real rows, is no part of any guarantee, and is rounded.

    >>> from likewise import fit
    >>> pack = evidence(fit({"age": [31, 45, 52, 38] * 30}), release={"purpose": "tests"})
    >>> from likewise.recipes.evidence import check_evidence
    >>> check_evidence(pack).agrees
    True
    """
    loaded, content = _model(model)
    if report is not None and train is not None:
        raise SettingsError("settings.twice", "a report and the rows for an audit are given at once",
                            where="report, train", hint="keep one of the two")  # fmt: skip
    if train is not None:
        from likewise.recipes.audit import audit

        report = audit(loaded, train, seed=seed, progress=progress)
    told = _report(report)
    told_release = release if isinstance(release, Release) else Release.from_dict(dict(release or {}), where="release")
    ledgered, entries = _ledgered(loaded.card, ledger)
    found = _evidence(loaded, told, told_release, ledgered, _chain(loaded.card, content, output))
    pack = packed(members_of(found, loaded, told, entries))
    if out is not None:
        write_aside(out, pack)
    return pack


def _evidence(
    model: Model, report: Report | None, release: Release, ledger: Ledgered, chain: tuple[Link, ...]
) -> Evidence:
    card, argument, attacks = model.card, argument_of(model.card.privacy), attacks_of(report)
    contract = contract_of(model)
    scores = () if report is None else report.scores
    judged = {s.title: s.value for s in scores if s.family in JUDGED and s.value is not None and not s.readout}
    utility = judged or dict(card.evaluation)
    return Evidence(
        release=release,
        technique=model.made_by,
        settings=card.settings,
        statement=card.privacy.statement,
        notes=card.notes,
        declared=card.is_declared,
        kept=kept_of(model, contract),
        contract=None if contract is None else contract.to_dict(),
        argument=argument,
        ledger=ledger,
        attacks=attacks,
        attacked="" if report is None else rounded(report.title),
        utility=utility,
        risks=risks_of(card, argument, attacks, ledger, release),
        frames=frames_of(_facts(argument, attacks, ledger, release, has_utility=bool(utility))),
        chain=chain,
        versions=card.versions,
        seed=card.seed,
    )


def _facts(
    argument: Argument | None, attacks: Sequence[Attack], ledger: Ledgered, release: Release, *, has_utility: bool
) -> set[str]:
    """Return the facts that headings can ask for and that this pack holds."""
    facts = {"minimised", "digests", *(a.name for a in attacks if a.verdict != "unknown")}
    given = {"attacks": bool(attacks), "utility": has_utility, "ledger": ledger.checked,
             "guarantee": argument is not None and argument.holds is not False,
             "neighbours": argument is not None and argument.neighbours != "not said",
             "recomputed": argument is not None and argument.holds is True}  # fmt: skip
    filled = {name for name in Release.model_fields if getattr(release, name)}
    return facts | filled | {name for name, there in given.items() if there}


def _model(model: Model | str | Path) -> tuple[Model, bytes]:
    """Return a model as its file holds it, and the bytes of that file."""
    if isinstance(model, Model):
        content = state.to_bytes(model)
        return state.from_bytes(content), content
    return state.load(model), Path(model).read_bytes()


def _report(report: Report | str | Path | None) -> Report | None:
    """Return a report in the form that may leave the house."""
    if report is None or isinstance(report, Report):
        return None if report is None else releasable(report)
    with reading(Path(report)):
        text = Path(report).read_text(encoding="utf-8", errors="replace")
    try:
        return releasable(Report.from_json(text))
    except ValueError:
        raise SettingsError("settings.report", "this is no report of likewise", where=str(report),
                            hint="write one with --report FILE.json") from None  # fmt: skip


def _ledgered(card: Card, ledger: Ledger | str | Path | None) -> tuple[Ledgered, tuple[Entry, ...]]:
    receipt = card.privacy.ledger
    if ledger is None:
        return Ledgered(receipt=receipt), ()
    opened = ledger if isinstance(ledger, Ledger) else Ledger.open(ledger)
    if receipt is None or not opened.holds(receipt):
        what = (
            "the model's card names no ledger" if receipt is None else "the ledger does not hold this model's release"
        )
        raise PrivacyError("privacy.ledger-receipt", what, where=str(opened.path),
                           hint="give the ledger that the model was fitted with")  # fmt: skip
    entries = opened.history(receipt.people)
    return Ledgered(receipt=receipt, checked=True, standing=opened.spent(receipt.people), entries=len(entries)), entries


def _chain(card: Card, content: bytes, output: str | Path | None) -> tuple[Link, ...]:
    """Return the digests from what was declared to what was drawn, each chained to those before it.

    That of the rows is left out where there is a guarantee: by it anybody could tell whether a guess of them is right.
    """
    parts: list[tuple[str, str]] = []
    if card.privacy.contract:
        parts.append(("the contract", card.privacy.contract["digest"]))
    if card.data_digest and card.privacy.epsilon is None:
        parts.append(("the document" if card.is_declared else "the values of the data", card.data_digest))
        parts += [("the values of what it followed since", news.data_digest) for news in card.updates]
    parts.append(("the model file", hashlib.sha256(content).hexdigest()))
    if output is not None:
        with reading(Path(output)):
            parts.append(
                (f"the drawn rows, {Path(output).name}", hashlib.sha256(Path(output).read_bytes()).hexdigest())
            )
    return chained(parts)


def chained(parts: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    """Return links of which each holds the SHA-256 of the one before and of its own digest."""
    links: list[Link] = []
    for what, digest in parts:
        before = links[-1].chained if links else ""
        links.append(Link(what=what, digest=digest, chained=hashlib.sha256(f"{before}{digest}".encode()).hexdigest()))
    return tuple(links)
