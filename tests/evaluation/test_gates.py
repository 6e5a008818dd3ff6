from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SettingsError, SourceError
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import KNOWN_SCORES, PROFILES, Gate, Gates
from likewise.evaluation.score import Score


def score(name: str, value: float | None, verdict: str = "good", **fields: Any) -> Score:
    family = {"c2st": "fidelity", "tstr_ratio": "utility"}.get(name, "privacy")
    usual = {"title": name, "family": family, "unit": "AUC", "ideal": 0.5, "n": 100, "meaning": "So it is."}
    return Score.model_validate({**usual, "name": name, "value": value, "verdict": verdict, **fields})


def gates(*listed: dict[str, Any]) -> Gates:
    return Gates.from_dict({"gates": list(listed)})


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_bound_lets_pass_what_keeps_it(value: float, limit: float) -> None:
    found = [score("c2st", value)]
    assert gates({"score": "c2st", "at_most": limit}).judge(found).passed == (value <= limit)
    assert gates({"score": "c2st", "at_least": limit}).judge(found).passed == (value >= limit)


def test_the_worse_end_of_an_interval_can_be_bounded() -> None:
    found = [score("c2st", 0.55, interval=(0.5, 0.62))]
    assert gates({"score": "c2st", "at_most": 0.6}).judge(found).passed
    outcome = gates({"score": "c2st", "at_most": 0.6, "of": "interval"}).judge(found)
    assert not outcome.passed and "0.62" in outcome.failed[0].reason


def test_underpowered_is_not_safe() -> None:
    found = [score("exact_copies", 0.0), score("dcr_share", None, "unknown"), score("c2st", 0.5)]
    outcome = PROFILES["share"].judge(found)
    assert not outcome.passed
    assert any("underpowered is not safe" in r.reason for r in outcome.failed)
    assert all(r.fix for r in outcome.failed)
    assert PROFILES["test"].judge(found).passed


def test_what_is_not_required_and_not_measured_is_skipped_not_passed() -> None:
    outcome = gates({"score": "tstr_ratio", "at_least": 0.9}).judge([])
    assert outcome.passed and outcome.results[0].outcome == "skipped"
    assert not gates({"score": "tstr_ratio", "at_least": 0.9, "required": True}).judge([]).passed
    assert not gates({"family": "privacy", "verdict": "good", "required": True}).judge([]).passed


def test_a_poor_score_of_a_family_fails_it_but_a_read_out_does_not() -> None:
    wanted = gates({"family": "privacy", "verdict": "fair"})
    assert wanted.judge([score("exact_copies", 1.0, "poor", readout=True), score("dcr_share", 0.5, "fair")]).passed
    assert not wanted.judge([score("exact_copies", 1.0, "poor"), score("dcr_share", 0.5)]).passed


def test_all_faults_of_a_document_are_told_together_with_their_paths(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("""gates:
  - {score: cst2, at_most: 0.6}
  - {family: privacy, at_most: 1}
  - {score: tstr, atleast: 0.9}
  - {score: c2st, verdict: perfect}
""")
    with pytest.raises(SettingsError) as fault:
        Gates.of(path)
    said = str(fault.value)
    for part in ("$.gates[0].score: ", "did you mean `c2st`", "$.gates[1]: ", "$.gates[2].atleast: ",
                 "$.gates[3].verdict: ", str(path)):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(
    "text, code",
    [("gates: [", "settings.not-yaml"), ("- 1", "settings.invalid"), ("{}", "settings.invalid"),
     ("gates: []", "settings.invalid"), ("gates: 3", "settings.invalid"), ("", "settings.invalid")],
)  # fmt: skip
def test_bad_documents_are_refused_in_words(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as fault:
        Gates.of(str(path))
    assert fault.value.code == code and fault.value.where and str(path) in fault.value.where


def test_unknown_profiles_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="share"):
        Gates.of("shar")
    with pytest.raises(SourceError):
        Gates.of(str(tmp_path / "none.yaml"))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        Gates.of(tmp_path / "bytes.yaml")


def test_a_document_is_read_and_named_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "release.yaml"
    path.write_text("gates:\n- score: c2st\n  at_most: 0.6\n  fix: Ask Ann.\n")
    outcome = Gates.of(path).judge([score("c2st", 0.7)])
    assert outcome.name == "release" and outcome.failed[0].fix.startswith("Ask Ann.")
    assert Gates.of(Gates.of(path)) == Gates.of(path)


def test_every_score_of_a_report_can_be_gated(people: Any) -> None:
    report = evaluate_tables(people(300), people(300, 1), holdout=people(300, 2), target="churn")
    assert {s.name for s in report.scores} <= set(KNOWN_SCORES)
    assert all(gate.score is None or gate.score in KNOWN_SCORES for p in PROFILES.values() for gate in p.gates)
    assert Gate(score="c2st", at_most=0.6, at_least=0.4).name == "c2st at most 0.6 and at least 0.4"
