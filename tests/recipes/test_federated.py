"""A fit over parties: real processes on the loopback, and what each party insists on."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from tests.privacy.federated.together import Twisted

import likewise
from likewise.core.protocol import Model
from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, encode
from likewise.privacy.federated import Channel, Held, Party, called
from likewise.privacy.ledger import Ledger
from likewise.recipes.federated import client_tls, join, lead, server_tls
from likewise.techniques.marginals import Marginals

DOMAIN: dict[str, Any] = {"columns": {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 49},
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "smokes": {"kind": "category", "levels": ["no", "yes"], "missing": True},
}}  # fmt: skip


def people(rows: int, seed: int = 0) -> pa.Table:
    """Return rows in which older people smoke less."""
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 50, rows)
    smokes = np.where(rng.random(rows) > age / 50, "yes", "no")
    return pa.table({"age": age, "sex": rng.choice(["F", "M"], rows, p=[0.7, 0.3]), "smokes": smokes})


def pairs(model: Model | None, rows: pa.Table) -> npt.NDArray[np.float64]:
    """Return the shares of age (in tens) and smoking in rows, or in as many that a model draws."""
    drawn = rows if model is None else model.sample(rows.num_rows, seed=1)
    cells = np.asarray(drawn["age"]) // 10 * 2 + (np.asarray(drawn["smokes"].to_pylist()) == "yes")
    counted: npt.NDArray[np.float64] = np.bincount(cells, minlength=10) / len(cells)
    return counted


@dataclass
class Joined:
    """Join with parties in threads as soon as the leader listens, and keep what comes of each."""

    rows: list[pa.Table]
    terms: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: dict[int, Model | LikewiseError] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)

    def __call__(self, address: str) -> None:
        self.threads = [threading.Thread(target=self._one, args=(i, address)) for i in range(len(self.rows))]
        for thread in self.threads:
            thread.start()

    def led(self, **more: Any) -> Model:
        """Return the model, when all parties have ended."""
        fields = {"parties": len(self.rows), "at": "127.0.0.1:0", "wait": 5.0, "within": 10.0, "rows": 100_000}
        try:
            return lead(**{"domain": DOMAIN, **fields, **more}, listening=self)
        finally:
            for thread in self.threads:
                thread.join(timeout=15)

    def _one(self, place: int, address: str) -> None:
        terms = {"at": address, "name": f"clinic-{place}", "epsilon": 5.0, **self.terms.get(place, {})}
        try:
            self.ended[place] = join(self.rows[place], **terms)
        except LikewiseError as error:
            self.ended[place] = error


def thirds(table: pa.Table) -> list[pa.Table]:
    return [table.take(np.arange(i, table.num_rows, 3)) for i in range(3)]


def test_processes_fit_one_model_by_the_command_line(tmp_path: Path) -> None:
    from pyarrow import csv

    (tmp_path / "domain.yaml").write_text(Contract.of(DOMAIN).to_yaml())
    rows = people(3000)
    for place, part in enumerate(thirds(rows)):
        csv.write_csv(part, tmp_path / f"{place}.csv")

    def begun(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-m", "likewise", "federate", *words], cwd=tmp_path, text=True,
                                stderr=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip

    leader = begun(
        "lead", "domain.yaml", "--parties", "3", "--listen", "127.0.0.1:0", "--epsilon", "2", "-o", "m.likewise"
    )
    assert leader.stderr is not None
    address = leader.stderr.readline().split()[2]
    joining = [
        begun("join", f"{i}.csv", "--at", address, "--name", f"clinic-{i}", "--epsilon", "2", "-o", f"{i}.likewise")
        for i in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in joining]
    assert leader.communicate(timeout=60)[1].endswith("wrote m.likewise\n")
    assert [process.returncode for process in (leader, *joining)] == [0] * 4, said
    assert all("agreed to epsilon 2 and delta 1e-06 with clinic-0, clinic-1, clinic-2" in text for text in said)
    files = [(tmp_path / name).read_bytes() for name in ("m.likewise", "0.likewise", "1.likewise", "2.likewise")]
    assert len(set(files)) == 1
    model = likewise.load(tmp_path / "m.likewise")
    assert model.card.privacy.epsilon == 2
    assert any("3 parties" in note for note in model.card.notes)
    assert model.card.privacy.parties == 3
    assert str(rows.num_rows) not in "".join(said)


def test_the_model_is_as_near_to_the_rows_as_that_of_one_place() -> None:
    """Total variation of ten shares: noise and drawing make about 0.01 of it in either case."""
    rows = people(9000)
    exact = pairs(None, rows)
    over_parties = Joined(thirds(rows)).led(epsilon=2.0, delta=1e-6, threshold=3, colluding=0)
    in_one_place = Marginals(epsilon=2.0, delta=1e-6, domain=DOMAIN).fit(rows)
    away = [np.abs(pairs(model, rows) - exact).sum() / 2 for model in (over_parties, in_one_place)]
    assert max(away) < 0.06
    alone = np.outer(exact.reshape(5, 2).sum(axis=1), exact.reshape(5, 2).sum(axis=0)).ravel()
    assert np.abs(alone - exact).sum() / 2 > 0.15  # what a model without pairs would be away


def test_the_card_says_what_was_paid_and_all_have_the_same_model() -> None:
    joined = Joined(thirds(people(900)))
    model = joined.led(epsilon=1.0)
    privacy = model.card.privacy
    assert privacy.events
    assert sum(event["mu"] ** 2 for event in privacy.events) <= privacy.mu**2 * (1 + 1e-9)  # type: ignore[operator]
    assert all(isinstance(got, Model) and got.card == model.card for got in joined.ended.values())


def test_a_fit_goes_on_without_a_party_that_drops_out_in_the_middle_of_it() -> None:
    rows, sums = people(4000), []
    parts = [rows.take(np.arange(i, 4000, 4)) for i in range(4)]

    def leaving(channel: Channel, message: bytes) -> bytes:
        sums.append(len(message))
        if len(sums) == 3:
            channel.close()
        return message

    joined = Joined(parts[:3])

    def fourth(address: str) -> None:
        own = Held(
            encode(parts[3], Contract.of(DOMAIN)).codes, Contract.of(DOMAIN).sizes, Account(2.0, 1e-6, slack=1e-12)
        )
        with pytest.raises(PrivacyError):
            Party("clinic-3", Twisted(called(address, within=5.0), "masked", leaving), lambda *_: own).serve()

    leaver = []

    def listening(address: str) -> None:
        joined(address)
        leaver.append(threading.Thread(target=fourth, args=(address,)))
        leaver[0].start()

    model = lead(DOMAIN, parties=4, at="127.0.0.1:0", epsilon=2.0, threshold=3, wait=5.0, listening=listening)
    for thread in [*joined.threads, *leaver]:
        thread.join(timeout=15)
    assert len(sums) == 3
    assert "1 of the parties dropped out: later counts are of the others, scaled to all rows" in model.card.notes
    assert abs(model.card.rows - 4000) < 500
    assert np.abs(pairs(model, rows) - pairs(None, rows)).sum() / 2 < 0.1


def refused(joined: Joined, **more: Any) -> PrivacyError:
    """Return the leader's error."""
    with pytest.raises(PrivacyError) as caught:
        joined.led(**more)
    return caught.value


@pytest.mark.parametrize(("terms", "said"), [
    ({"epsilon": 0.5}, "this party allows epsilon 0.5"), ({"delta": 1e-9}, "allows epsilon 5 and delta 1e-09"),
    ({"domain": {**DOMAIN, "rest": "ignore"}}, "another contract"),
])  # fmt: skip
def test_a_party_takes_part_on_its_own_terms_alone(terms: dict[str, Any], said: str) -> None:
    joined = Joined(thirds(people(300)), {1: terms})
    error = refused(joined, epsilon=1.0)
    assert (error.code, error.where) == ("privacy.federated-agreement", "clinic-1")
    assert said in str(joined.ended[1])
    assert "federated-agreement" in str(joined.ended[0])


def test_a_party_without_a_column_stops_all_and_the_others_learn_no_more_than_that() -> None:
    parts = thirds(people(300))
    parts[2] = parts[2].drop_columns(["smokes"])
    joined = Joined(parts)
    assert refused(joined, epsilon=1.0).where == "clinic-2"
    assert "smokes" in str(joined.ended[2])
    assert "smokes" not in str(joined.ended[0])


def test_what_is_left_to_be_discovered_cannot_be_led() -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.undiscovered"):
        lead("discover", parties=2)


def test_a_ledger_pays_for_a_party_and_refuses_when_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ledger = Ledger.open(tmp_path / "ledger.jsonl", new=True)
    ledger.set_budget("patients", 1.2, 1e-5)
    terms = {0: {"ledger": tmp_path / "ledger.jsonl", "people": "patients"}}
    Joined(thirds(people(600)), terms).led(epsilon=1.0)
    assert 0 < ledger.left("patients") < 1.0
    again = Joined(thirds(people(600)), terms)
    told = refused(again, epsilon=1.0)
    assert (told.code, told.where) == ("privacy.budget-spent", "clinic-0")
    assert isinstance(again.ended[0], PrivacyError)


@pytest.mark.parametrize(("terms", "code"), [
    ({"name": "two words"}, "privacy.federated-name"), ({"people": "patients"}, "settings.people"),
    ({"ledger": "no.jsonl", "people": "patients"}, "privacy.no-ledger"), ({"data": "no.csv"}, "source.no-such-file"),
    ({"ledger": "no.jsonl"}, "settings.people"),
])  # fmt: skip
def test_a_mistake_of_a_party_is_told_before_it_calls(terms: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as found:
        join(**{"data": people(9), "name": "clinic", **terms}, at="127.0.0.1:1", within=0.1)
    assert found.value.code == code


def test_the_leader_is_told_of_a_column_that_a_party_lacks() -> None:
    with_other = [people(200), people(200), people(200).drop_columns(["sex"])]
    assert refused(Joined(with_other)).code == "privacy.absent"


def _certificate(folder: Path) -> Path:
    """Return a PEM file with a certificate for 127.0.0.1, which vouches for itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "leader")])
    local = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    begin = datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(36500)
        )
        .add_extension(local, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "leader.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + written)
    return file


def test_tls_keeps_what_is_said_from_anybody_between(tmp_path: Path) -> None:
    file = _certificate(tmp_path)
    joined = Joined(thirds(people(300)), {i: {"tls": client_tls(file)} for i in range(3)})
    joined.led(epsilon=1.0, tls=server_tls(file))
    assert all(isinstance(got, Model) for got in joined.ended.values())


def test_a_party_does_not_talk_to_a_leader_it_does_not_trust(tmp_path: Path) -> None:
    joined = Joined(thirds(people(300)), {i: {"tls": ssl.create_default_context()} for i in range(3)})
    error = refused(joined, epsilon=1.0, tls=server_tls(_certificate(tmp_path)), within=1.0)
    assert error.code == "privacy.federated-parties"
    assert {getattr(got, "code", None) for got in joined.ended.values()} == {"privacy.tls"}


@pytest.mark.parametrize("read", [server_tls, client_tls])
def test_a_file_without_a_certificate_is_refused(read: Callable[[Path], ssl.SSLContext], tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(PrivacyError, match=r"privacy\.tls"):
        read(tmp_path / "x.pem")


def test_units_of_several_rows_cost_more_noise() -> None:
    domain = {"columns": {**DOMAIN["columns"], "who": {"kind": "ignore"}}, "unit": "who", "most": 2}
    table = people(900)
    table = table.append_column("who", pa.array(np.arange(900) // 3))
    joined = Joined(thirds(table))
    model = joined.led(domain=domain, epsilon=1.0, overlap=2)
    assert model.card.privacy.unit == "who"
    assert all(isinstance(got, Model) for got in joined.ended.values())
