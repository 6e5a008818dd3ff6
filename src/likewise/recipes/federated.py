"""Fit one model over parties that may not pool their rows: one leads, each party joins from where its rows are."""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from likewise.core.faults import reading
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.state import from_bytes, to_bytes
from likewise.errors import LikewiseError, PrivacyError, SettingsError
from likewise.privacy.contract import Contract, encode
from likewise.privacy.federated import Agreement, Door, Held, Parties, Party, called, usual_threshold
from likewise.privacy.federated.faults import fault
from likewise.privacy.federated.messages import NAME
from likewise.privacy.ledger import Ledger, Reservation
from likewise.recipes.private import DELTA, raw_rows
from likewise.techniques.marginals import Marginals

Agreeing = Callable[[Agreement, tuple[str, ...]], None]
"""Hears what a party agrees to, and with whom."""


def lead(
    domain: Any, *, parties: int, at: str = "127.0.0.1:7000", epsilon: float = 1.0, delta: float = DELTA,
    target: str | None = None, mode: str = "auto", threshold: int | None = None, colluding: int = 1, overlap: int = 1,
    rows: int = 10_000_000, wait: float = 60.0, within: float = 600.0, tls: ssl.SSLContext | None = None,
    seed: int = 0, listening: Callable[[str], None] = lambda address: None, progress: Progress = quiet,
) -> Model:  # fmt: skip
    """Return a model of the rows of all parties, learned from sums with noise: (`epsilon`, `delta`)-DP.

    `domain` declares the columns (see `Contract`), and all of it is public. The leader waits `within` seconds at an
    address until `parties` have called and agreed, and `wait` seconds for each answer; it goes on as long as
    `threshold` parties are left (two thirds, where not given). Noise is enough though up to `colluding` parties share
    all they know. A person may be in the rows of up to `overlap` parties, and a party has at most `rows` rows.
    `listening` is called with the address, of a free port where it ends in `:0`. Raises PrivacyError, which says who
    does not agree.

    Use when rows may not leave where they are. Avoid where they may: one fit of all rows has less noise.

    Bonawitz et al., 2017, CCS; Kairouz, Liu and Steinke, 2021, ICML; Pentyala et al., 2024, KDD (choices by sums).
    """
    contract = Contract.of(domain)
    agreement = agreement_on(
        contract, parties=parties, epsilon=epsilon, delta=delta, threshold=threshold, colluding=colluding,
        overlap=overlap, rows=rows, wait=wait,
    )  # fmt: skip
    fields = {"epsilon": epsilon, "delta": delta, "domain": contract, "target": target, "mode": mode}
    technique = Marginals.from_dict({name: value for name, value in fields.items() if value is not None})
    door = Door(at, tls)
    listening(door.address)
    return fitted(door.parties(agreement, within=within), technique, seed=seed, progress=progress)


def agreement_on(contract: Contract, *, threshold: int | None = None, **terms: Any) -> Agreement:
    """Return what parties are to agree to: a contract, and the terms that `lead` has. Raises PrivacyError."""
    if contract.is_open:
        raise PrivacyError("privacy.undiscovered", "the contract leaves domains to be discovered",
                           hint="parties that may not pool rows have to declare all of it")  # fmt: skip
    enough = usual_threshold(terms["parties"]) if threshold is None else threshold
    declared = {"contract": contract.to_dict(), "sizes": contract.sizes, "most": contract.most}
    return Agreement.from_dict({**declared, **terms, "threshold": enough}, error=PrivacyError)


def fitted(there: Parties, technique: Marginals, *, seed: int = 0, progress: Progress = quiet) -> Model:
    """Return the model that parties' answers tell of, and send it to all of them. Raises PrivacyError, told to all."""
    try:
        model = technique.answered(
            there, most=_noise(there.agreement), seed=seed, progress=progress, notes=lambda: _notes(there)
        )
        privacy = model.card.privacy.model_copy(update={"parties": there.agreement.parties})
        model = replace(model, card=model.card.model_copy(update={"privacy": privacy}))
        there.finish(to_bytes(model))
    except PrivacyError as error:
        there.stop(error)
        raise
    finally:
        there.close()
    return model


def join(
    data: Any, *, at: str, name: str, domain: Any = None, epsilon: float = 1.0, delta: float = 1e-5,
    ledger: str | Path | None = None, people: str | None = None, within: float = 60.0, patience: float = 3600.0,
    tls: ssl.SSLContext | None = None, agreed: Agreeing = lambda agreement, names: None,
) -> Model:  # fmt: skip
    """Take part in a fit with rows that stay here, and return the model that all parties get.

    `data` is a table or the path of one, `name` what the others call this party. It refuses to take part where the
    leader asks for more than this `epsilon` and `delta`, or for another contract than `domain` where that is given, and
    answers nothing beyond what was agreed. What it costs is reserved in a `ledger` for its `people` where one is given.
    It calls for `within` seconds, and waits up to `patience` seconds for each question. `agreed` is called with what is
    agreed to and the names of all parties, before a row is counted. Raises PrivacyError.
    """
    _check_own(data, name, ledger, people)
    own = _Own(data, None if domain is None else Contract.of(domain), epsilon, delta, ledger, people, agreed)
    party = Party(name, called(at, within=within, tls=tls), own.held, patience)
    try:
        return from_bytes(party.serve(), where=at)
    finally:
        own.settle()


def server_tls(certificate: str | Path) -> ssl.SSLContext:
    """Return TLS for a leader by a PEM file with its certificate and key. Raises PrivacyError where it is none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    return _read(context, lambda: context.load_cert_chain(certificate), certificate)


def client_tls(authority: str | Path) -> ssl.SSLContext:
    """Return TLS for a party, who trusts what a PEM file vouches for. Raises PrivacyError where it is none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _read(context, lambda: context.load_verify_locations(authority), authority)


def _read(context: ssl.SSLContext, load: Callable[[], None], file: str | Path) -> ssl.SSLContext:
    try:
        load()
    except OSError:  # ssl.SSLError is one
        raise PrivacyError("privacy.tls", "the file holds no certificate that can be used", where=str(file)) from None
    return context


def _check_own(data: Any, name: str, ledger: str | Path | None, people: str | None) -> None:
    """Find what a party has wrong before it calls: once it has, its mistake ends the fit for all."""
    if not re.match(NAME, name):
        raise fault("name", where=name)
    if (ledger is None) != (people is None):
        raise SettingsError("settings.people", "a ledger and the people that it is asked for go together",
                            where="people", hint="--ledger FILE --people PEOPLE")  # fmt: skip
    if ledger is not None:
        Ledger.open(ledger)
    if isinstance(data, str | Path) and "://" not in str(data) and str(data) != "-":
        with reading(Path(data)), Path(data).open("rb"):
            pass


@dataclass
class _Own:
    """Hold a party's rows and its own terms."""

    data: Any
    contract: Contract | None
    epsilon: float
    delta: float
    ledger: str | Path | None
    people: str | None
    agreed: Agreeing
    _paid: tuple[Reservation, Held] | None = field(default=None, init=False)

    def held(self, agreement: Agreement, names: tuple[str, ...]) -> Held:
        """Return this party's rows in the cells of an agreement. Raises PrivacyError where it does not agree."""
        if agreement.epsilon > self.epsilon or agreement.delta > self.delta:
            asked, allowed = (f"epsilon {epsilon:g} and delta {delta:g}" for epsilon, delta in (
                (agreement.epsilon, agreement.delta), (self.epsilon, self.delta)))  # fmt: skip
            raise PrivacyError("privacy.federated-agreement",
                               f"the leader asks for {asked}, and this party allows {allowed}",
                               hint="allow more, or have the leader ask for less")  # fmt: skip
        try:
            contract = Contract.of(agreement.contract)
        except LikewiseError:
            raise fault("agreement") from None
        if self.contract is not None and contract.digest != self.contract.digest:
            raise PrivacyError("privacy.federated-agreement", "the leader has another contract than this party",
                               hint="compare the two documents")  # fmt: skip
        if contract.is_open or (contract.sizes, contract.most) != (agreement.sizes, agreement.most):
            raise fault("agreement")
        self.agreed(agreement, names)
        held = Held(encode(raw_rows(self.data, contract)[0], contract).codes, contract.sizes, agreement.account())
        if self.ledger is not None:
            account, people = held.account, self.people or ""
            reserved = Ledger.open(self.ledger).reserve(
                account.epsilon, account.delta, people=people, unit=contract.unit or "row", slack=account.slack,
                technique=Marginals.technique, what="a fit over parties", contract=contract.digest)  # fmt: skip
            self._paid = reserved, held
        return held

    def settle(self) -> None:
        """Write into the ledger what was charged, also where the fit failed."""
        if self._paid is not None:
            reserved, held = self._paid
            reserved.commit(held.account.events)


def _noise(agreement: Agreement) -> float:
    """Return the noise of a count at a price of 1, with every party there: more than what the fewest of them add."""
    return agreement.norm(1) * math.sqrt(agreement.parties / agreement.honest)


def _notes(there: Parties) -> tuple[str, ...]:
    """Return what the model's card says of the parties, by number: who they are is theirs to say."""
    terms = there.agreement
    said = (f"fitted over {terms.parties} parties that keep their rows; sums are opened by {terms.threshold} of them, "
            f"with noise enough for {terms.colluding} that collude")  # fmt: skip
    if not there.lost:
        return (said,)
    return said, f"{len(there.lost)} of the parties dropped out: later counts are of the others, scaled to all rows"
