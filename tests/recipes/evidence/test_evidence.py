"""Evidence packs: what is in them, for models with and without a guarantee, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.core.protocol import Model
from likewise.errors import LikewiseError
from likewise.evaluation.report.model import Report
from likewise.privacy.contract import Contract
from likewise.privacy.ledger import Ledger
from likewise.recipes.evidence import Evidence, evidence
from likewise.techniques.sampling.declared import Declared


def members(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def told(pack: bytes) -> tuple[Evidence, str]:
    files = members(pack)
    return Evidence.from_dict(json.loads(files["evidence.json"])), files["evidence.html"].decode()


def states(found: Evidence, frame: str) -> dict[str, str]:
    return {h.heading: h.state for f in found.frames if f.name == frame for h in f.headings}


def claiming(model: Model, **privacy: Any) -> Model:
    changed = model.card.privacy.model_copy(update=privacy)
    return replace(model, card=model.card.model_copy(update={"privacy": changed}))


def test_a_model_without_a_guarantee_says_so_and_claims_nothing(plain: Model) -> None:
    found, page = told(evidence(plain))
    assert found.argument is None and "no formal guarantee" in page and "No attack was run" in page
    assert set(states(found, "nist").values()) == {"missing", "controller"}
    assert states(found, "gdpr")["Singling out"] == "missing"
    assert not found.ledger.checked and "contract.yaml" not in members(evidence(plain))
    assert [kept.keeps.startswith("nothing") for kept in found.kept] == [False, False, False, True]


def test_a_declared_model_has_nobody_in_it() -> None:
    model = Declared.from_dict({"columns": {"age": {"normal": [40, 10]}}}).model()
    found, page = told(evidence(model))
    assert found.declared and "no row of anybody was read" in page


def test_the_argument_is_computed_once_more_from_every_release(private: Model, ledger: Ledger) -> None:
    found, page = told(evidence(private, ledger=ledger))
    argument = found.argument
    assert argument is not None and argument.holds
    assert [step.what for step in argument.steps] == ["counts of age", "which pair", "levels of sex", "age x sex"]
    assert argument.mu == pytest.approx(sum(s.mu**2 for s in argument.steps) ** 0.5) and argument.failing == 1e-7
    assert argument.reached is not None and 9.8e-7 < argument.reached <= 1e-6
    assert "computed once more from every release" in page and "δ(1) = <b>" in page
    assert states(found, "nist")["Algorithms and their correctness"] == "shown"


def test_a_fit_under_a_budget_is_told_from_contract_to_ledger(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIKEWISE_STATE", str(tmp_path / "own"))
    domain = {"age": {"kind": "number", "integer": True, "min": 0, "max": 120},
              "sex": {"kind": "category", "levels": ["F", "M"]}}  # fmt: skip
    rows = {"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}
    model = likewise.fit(rows, epsilon=1.0, delta=1e-6, domain=domain, ledger=ledger.path, people="patients")
    found, page = told(evidence(model, ledger=ledger))
    assert found.argument is not None and found.argument.holds and found.ledger.checked
    assert found.ledger.standing is not None and found.ledger.standing.releases == 1
    assert [kept.name for kept in found.kept] == ["age", "sex"] and "computed once more" in page
    audited = told(evidence(model, train={"age": rows["age"] * 2, "sex": rows["sex"] * 2}))[0]
    assert {"membership", "canary_epsilon"} <= {attack.name for attack in audited.attacks}


def test_a_claim_that_does_not_follow_is_told_at_the_head(private: Model) -> None:
    found, page = told(evidence(claiming(private, epsilon=0.5)))
    assert found.argument is not None and found.argument.holds is False
    assert 'class="verdict poor"' in page and "does not follow" in page
    assert states(found, "nist")["Privacy parameters"] == "missing"


def test_a_claim_without_releases_is_told_as_a_claim(private: Model) -> None:
    found, page = told(evidence(claiming(private, events=(), ledger=None)))
    assert found.argument is not None and found.argument.holds is None and "as its card claims" in page


def test_the_contract_is_told_column_by_column_in_order(private: Model) -> None:
    found, _ = told(evidence(private))
    assert [(k.name, k.keeps) for k in found.kept] == [
        ("age", "noisy counts over 121 declared cells"), ("sex", "noisy counts over 2 declared cells"),
        ("height", "noisy counts over 121 declared cells"),
        ("patient", "nothing: values are made anew"), ("remarks", "nothing: it was not read")]  # fmt: skip
    assert found.contract is not None and Contract.of(found.contract).names == ("age", "sex", "height", "patient")


def test_the_digest_of_rows_is_told_only_where_nothing_is_promised(plain: Model, private: Model) -> None:
    assert plain.card.data_digest in told(evidence(plain))[1]
    assert [link.what for link in told(evidence(private))[0].chain] == ["the contract", "the model file"]
    assert private.card.data_digest not in told(evidence(private))[1]


def test_the_ledger_is_checked_and_its_entries_are_in_the_pack(private: Model, ledger: Ledger) -> None:
    pack = evidence(private, ledger=ledger)
    found, page = told(pack)
    assert found.ledger.checked and found.ledger.standing is not None and found.ledger.standing.releases == 1
    lines = members(pack)["ledger.jsonl"].decode().splitlines()
    assert set(lines) <= set(ledger.path.read_text().splitlines()) and len(lines) == 3
    assert "found whole" in page and states(found, "nist")["Composition over time"] == "shown"


def test_a_ledger_that_does_not_hold_the_release_is_refused(private: Model, plain: Model, tmp_path: Path) -> None:
    other = Ledger.open(tmp_path / "other.jsonl", new=True, witness=tmp_path / "state")
    for model in (private, plain):
        with pytest.raises(LikewiseError) as fault:
            evidence(model, ledger=other)
        assert fault.value.code == "privacy.ledger-receipt"


def test_attacks_are_told_with_what_they_would_have_missed(plain: Model, report: Report) -> None:
    pack = evidence(plain, report=report)
    found, page = told(pack)
    by = {attack.name: attack for attack in found.attacks}
    assert {"membership", "singling_out", "linkability", "attribute_inference", "canary_epsilon"} <= by.keys()
    assert "nndr" not in by and by["canary_epsilon"].detectable and 0 <= (by["canary_epsilon"].power or 0) <= 1
    assert re.fullmatch(r"\+0\.\d{3}", by["membership"].detectable or "")
    assert by["singling_out"].asks == "singling out" and "the drawn rows" in by["linkability"].knows
    assert 'class="verdict poor"' in page  # a bootstrap copies rows
    assert Report.from_json(members(pack)["report.json"].decode()).audience == "releasable"


def test_what_only_the_controller_knows_is_filled_in_or_left_to_fill(plain: Model) -> None:
    blank = 'class="blank"'
    assert told(evidence(plain))[1].count(blank) == 8
    release = {"controller": "Clinic <of> Bern", "purpose": "teaching", "recipients": ["A & B", "C"],
               "date": "2026-11-26", "expires": "2028", "review": "2027"}  # fmt: skip
    found, page = told(evidence(plain, release=release))
    assert page.count(blank) == 2 and "Clinic &lt;of&gt; Bern" in page and "A &amp; B, C" in page
    assert states(found, "iso")["6 Context assessment"] == "shown"
    with pytest.raises(LikewiseError) as fault:
        evidence(plain, release={"recipient": ["A"]})
    assert fault.value.code == "settings.invalid" and "recipients" in str(fault.value.hint)


def test_the_tool_does_not_decide(plain: Model, private: Model) -> None:
    for model in (plain, private):
        pack = evidence(model)
        found, page = told(pack)
        readme = members(pack)["README.txt"].decode().replace("\n", " ")
        assert "for the controller to decide" in page and "for the controller to decide" in readme
        assert states(found, "gdpr")["Whether the data are anonymous"] == "controller"


def test_the_same_inputs_give_the_same_bytes(private: Model, ledger: Ledger, report: Report, tmp_path: Path) -> None:
    private.save(tmp_path / "m.likewise")
    given: dict[str, Any] = {"ledger": ledger, "report": report, "release": {"date": "2026-11-26"}}
    first = evidence(private, **given)
    assert first == evidence(tmp_path / "m.likewise", tmp_path / "e.zip", **given) == (tmp_path / "e.zip").read_bytes()
    assert first != evidence(private, **{**given, "release": {"date": "2026-11-27"}})


def test_the_page_needs_nothing_beside_itself(private: Model, report: Report) -> None:
    page = told(evidence(private, report=report))[1]
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    for section in re.findall(r'href="#(\w+)"', page):
        assert f'id="{section}"' in page


def test_the_chain_runs_from_the_contract_to_the_rows(private: Model, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("a\n1\n")
    chain = told(evidence(private, output=tmp_path / "s.csv"))[0].chain
    assert [link.what for link in chain] == ["the contract", "the model file", "the drawn rows, s.csv"]
    before = ""
    for link in chain:
        before = hashlib.sha256(f"{before}{link.digest}".encode()).hexdigest()
        assert link.chained == before


def test_bad_input_is_told(plain: Model, report: Report, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"report": tmp_path / "x.json"}, "settings.report"),
        ({"report": tmp_path / "no.json"}, "source.no-such-file"),
        ({"report": report, "train": {"age": [1]}}, "settings.twice"),
        ({"output": tmp_path / "no.csv"}, "source.no-such-file"),
        ({"ledger": tmp_path / "no.jsonl"}, "privacy.no-ledger"),
        ({"out": tmp_path / "no" / "e.zip"}, "source.no-such-folder"),
    ]
    for given, code in cases:
        with pytest.raises(LikewiseError) as fault:
            evidence(plain, **given)
        assert fault.value.code == code, given
    with pytest.raises(LikewiseError) as fault:
        evidence(tmp_path / "x.json")
    assert fault.value.code == "model.foreign"
