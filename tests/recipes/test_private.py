"""Fits under a privacy budget: nothing passes but through mechanisms, whatever the data hold; and what is refused."""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray

import likewise
from likewise.cli.main import exit_code
from likewise.constraints.holding import Constrained
from likewise.core.state import to_bytes
from likewise.errors import LikewiseError, PrivacyError, SettingsError
from likewise.privacy import mechanisms
from likewise.privacy.accountant import Account, Event, epsilon_of
from likewise.privacy.ledger import Ledger

DOMAIN: dict[str, Any] = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 120, "missing": True},
    "pay": {"kind": "number", "decimals": 1, "min": 0, "max": 1000},
    "sex": {"kind": "category", "levels": ["F", "M"]},
    "seen": {"kind": "date", "min": "2020-01-01", "max": "2024-12-31"},
    "sick": {"kind": "boolean", "role": "target"},
}


def rows(n: int = 300) -> dict[str, list[Any]]:
    return {
        "age": [20 + 7 * i % 50 for i in range(n)],
        "pay": [round(100 + 13.7 * i % 600, 1) for i in range(n)],
        "sex": ["F" if i % 3 else "M" for i in range(n)],
        "seen": [f"202{i % 5}-0{1 + i % 9}-1{i % 10}" for i in range(n)],
        "sick": [i % 4 == 0 for i in range(n)],
    }


def changed(**cells: Any) -> dict[str, list[Any]]:
    """Return the rows with one more, which differs from the first in some cells."""
    table = rows()
    return {name: [*column, cells.get(name, column[0])] for name, column in table.items()}


def fit(data: Any, **settings: Any) -> Any:
    return likewise.fit(data, **{"epsilon": 1.0, "delta": 1e-6, "domain": DOMAIN, **settings})


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let mechanisms answer without their data: noise alone, the same each time, and charged as ever."""

    def noise(counts: Any, sigma: float) -> NDArray[np.int64]:
        drawn = np.random.default_rng(len(np.ravel(counts))).normal(300, sigma, np.shape(counts))
        return np.rint(drawn).astype(np.int64)

    def gaussian(counts: Any, *, sigma: float, account: Account, sensitivity: float = 1, what: str) -> Any:
        account.charge(Event.gaussian(sigma / sensitivity, what))
        return noise(counts, sigma)

    def geometric(counts: Any, *, epsilon: float, account: Account, what: str) -> Any:
        account.charge(Event.pure(epsilon, what))
        return noise(counts, 1 / epsilon)

    def choose(scores: Any, *, epsilon: float, account: Account, what: str, **_: Any) -> int:
        account.charge(Event.choice(epsilon, what))
        return len(scores) // 2

    def thresholded(counts: Any, *, sigma: float, delta: float, account: Account, most: int = 1, what: str) -> Any:
        account.charge(Event(mechanism="threshold", mu=math.sqrt(most) / sigma, delta=delta, what=what))
        return {}

    blinded = {"gaussian": gaussian, "geometric": geometric, "choose": choose, "thresholded": thresholded}
    real = {getattr(mechanisms, name): one for name, one in blinded.items()}
    fit(rows(3))  # which loads whatever names a mechanism
    fit(rows(3), domain="discover", epsilon=20.0)
    for module in [module for name, module in sys.modules.items() if name.startswith("likewise.")]:
        for name, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__hash__", None) and value in real:
                monkeypatch.setattr(module, name, real[value])
    yield


NEIGHBOURS = {
    "one more row": changed(),
    "the first missing cell": changed(age=None),
    "a missing cell where none may be": changed(pay=None, sex=None, sick=None),
    "an unseen level": changed(sex="X"),
    "an extreme": changed(age=10**9, pay=-1e300),
    "no number": changed(age="unknown", pay="n/a"),
    "infinite": changed(pay=math.inf),
    "more decimals": changed(pay=1.23456789),
    "a date out of range": changed(seen="1066-10-14"),
    "no date": changed(seen="soon"),
    "a longer string": changed(sex="F" * 10_000, seen="9" * 400),
    "no rows at all": rows(0),
    "one row": rows(1),
    "ten times the rows": rows(3000),
    "constant columns": {name: column[:1] * 300 for name, column in rows().items()},
    "nothing but missing": {name: [None] * 300 for name in rows()},
}


def told(data: Any, folder: Path, **settings: Any) -> tuple[Any, ...]:
    """Return all that a run lets out: model file, rows, report, warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        made = likewise.synthesize(data, epsilon=1.0, **{"domain": DOMAIN, **settings})
    page = made.report.to_html() + made.report.to_markdown() + made.report.to_json()
    return to_bytes(made.model), pd.DataFrame(made.data).to_csv(), page, [str(one.message) for one in said]


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("domain", [DOMAIN, "discover"], ids=["declared", "discovered"])
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_nothing_passes_but_through_mechanisms(neighbour: dict[str, list[Any]], domain: Any, tmp_path: Path) -> None:
    assert told(_texts(neighbour), tmp_path, domain=domain) == told(_texts(rows()), tmp_path, domain=domain)


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_rules_held_around_the_technique_let_nothing_pass(neighbour: dict[str, list[Any]]) -> None:
    rules = ["age >= 25", "if sex == 'M' then pay <= 500", "seen >= '2020-06-01'"]
    held = Constrained(inner="marginals", settings={"epsilon": 1.0, "domain": DOMAIN}, constraints=rules)
    models = [held.fit(pl.DataFrame(data)) for data in (_texts(rows()), _texts(neighbour))]
    assert len({to_bytes(model) for model in models}) == 1
    assert models[0].sample(50).equals(models[1].sample(50))


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_recipes_let_nothing_pass(neighbour: dict[str, list[Any]], tmp_path: Path) -> None:
    own, other = (_ran(data, tmp_path / name) for name, data in (("own", rows()), ("other", neighbour)))
    assert own == other


def _ran(data: dict[str, list[Any]], folder: Path) -> tuple[bytes, ...]:
    """Return what a recipe writes of a file."""
    folder.mkdir()
    _texts(data).write_csv(folder / "rows.csv", null_value="NA")
    outputs = [{"write": "made.csv"}, {"report": "page.html"}, {"model": "m.likewise", "take": "learned"}]
    document = {"source": "rows.csv", "privacy": {"epsilon": 1.0, "domain": DOMAIN}, "constraints": ["age >= 25"],
                "steps": [{"fit": "auto", "as": "learned"}, {"sample": 60}], "outputs": outputs}  # fmt: skip
    (folder / "recipe.yaml").write_text(json.dumps(document))
    likewise.run(folder / "recipe.yaml")
    return tuple((folder / next(iter(output.values()))).read_bytes() for output in outputs)


def _texts(data: dict[str, list[Any]]) -> pl.DataFrame:
    texts = {name: [None if v is None else str(v) for v in column] for name, column in data.items()}
    return pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))


# -- what comes out ----------------------------------------------------------------------------------------------------
def test_rows_are_those_that_the_contract_allows_in_the_container_that_came() -> None:
    model = fit(pd.DataFrame(changed(age=10**9, sex="X", seen="soon")))
    drawn = model.sample(500)
    assert isinstance(drawn, pd.DataFrame) and list(drawn) == list(DOMAIN)
    assert drawn["age"].dropna().between(0, 120).all() and set(drawn["sex"]) <= {"F", "M"}
    assert drawn.equals(model.sample(500)) and not drawn.equals(model.sample(500, seed=1))
    assert isinstance(fit(pa.table({"sex": ["F"] * 90}), domain={"sex": DOMAIN["sex"]}).sample(3), pa.Table)


def test_the_card_tells_what_was_promised_and_bought() -> None:
    privacy = fit(rows()).card.privacy
    assert (privacy.epsilon, privacy.delta, privacy.unit) == (1.0, 1e-6, "row")
    assert epsilon_of(math.sqrt(sum(event["mu"] ** 2 for event in privacy.events)), 1e-6) <= 1.0
    assert sum(event["mu"] ** 2 for event in privacy.events) == pytest.approx((privacy.mu or 0) ** 2)


def test_rules_that_cells_can_keep_are_zeros_of_the_distribution() -> None:
    data = {"sex": ["F", "M"] * 200, "pregnant": ["yes", "no", "no", "no"] * 100}
    levels = {name: {"kind": "category", "levels": sorted({*column})} for name, column in data.items()}
    made = likewise.synthesize(data, n=900, epsilon=1.0, domain=levels,
                               constraints=["if sex == 'M' then pregnant == 'no'"])  # fmt: skip
    assert ("M", "yes") not in {*zip(made.data["sex"], made.data["pregnant"], strict=True)}
    assert any("met by all of" in note for note in made.model.card.notes)


def test_the_seed_does_not_reach_the_noise() -> None:
    assert to_bytes(fit(rows(), seed=1)) != to_bytes(fit(rows(), seed=1))


def test_rules_hold_and_are_not_looked_up_in_the_data() -> None:
    data = {"low": [i % 50 for i in range(400)], "high": [i % 50 + i % 7 for i in range(400)]}
    number = {"kind": "number", "integer": True, "min": 0, "max": 99}
    made = likewise.synthesize(data, n=700, epsilon=1.0, domain={"low": number, "high": number},
                               constraints=["low <= high"])  # fmt: skip
    assert all(low <= high for low, high in zip(made.data["low"], made.data["high"], strict=True))
    assert made.report.rules == ("`low <= high`",)
    assert not [note for note in made.model.card.notes if "set aside" in note]


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("epsilon", [0, -1, math.inf, math.nan, "one", True], ids=str)
def test_an_epsilon_is_a_finite_number_above_0(epsilon: Any) -> None:
    with pytest.raises(LikewiseError, match=r"epsilon"):
        fit(rows(), epsilon=epsilon)


@pytest.mark.parametrize("delta", [0, 1, -1e-6, "small"], ids=str)
def test_a_delta_lies_between_0_and_1(delta: Any) -> None:
    with pytest.raises(LikewiseError, match=r"delta"):
        fit(rows(), delta=delta)


def test_a_delta_of_a_row_is_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"delta 0.01 is not below one in the number of rows"):
        model = fit(rows(), delta=0.01)
    assert "give a smaller delta" in model.card.notes[0]


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"domain": None}, "privacy.no-domain"), ({"technique": "smote"}, "privacy.technique"),
     ({"technique": "nosuch"}, "settings.technique"), ({"goal": "share"}, "privacy.beside"),
     ({"time": "60s"}, "privacy.beside"), ({"schema": "schema.yaml"}, "privacy.beside"),
     ({"quarantine": "bad.csv"}, "privacy.beside"), ({"epsilon": None}, "settings.epsilon"),
     ({"people": "patients"}, "settings.ledger"), ({"ledger": "ledger.jsonl"}, "settings.people"),
     ({"domain": {"age": DOMAIN["age"]}}, "privacy.undeclared"),
     ({"domain": {**DOMAIN, "more": DOMAIN["sex"]}}, "privacy.absent"),
     ({"constraints": ["agee > 3"]}, "settings.rule"),
     ({"constraints": ["pay > 9", "pay < 8"]}, "settings.contradiction"),
     ({"target": "pai"}, "privacy.target"), ({"nosuch": 1}, "settings.invalid")],
    ids=str,
)  # fmt: skip
def test_what_does_not_go_with_a_budget_is_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as found:
        fit(rows(), **settings)
    assert found.value.code == code and found.value.hint


def test_an_error_quotes_no_value() -> None:
    secret = {**rows(), "name": ["Esmeralda Quisling"] * 300}
    with pytest.raises(PrivacyError) as found:
        fit(secret)
    assert "Esmeralda" not in str(found.value) and "300" not in str(found.value)


# -- the ledger --------------------------------------------------------------------------------------------------------
@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Ledger.open(tmp_path / "ledger.jsonl", new=True).set_budget("patients", 1.5, 1e-5)
    return tmp_path / "ledger.jsonl"


def test_fits_on_the_same_people_add_up(ledger: Path) -> None:
    first = fit(rows(), ledger=ledger, people="patients")
    left = Ledger.open(ledger).left("patients")
    assert 0.5 < left < 1.5
    assert Ledger.open(ledger).holds(first.card.privacy.ledger)
    with pytest.raises(PrivacyError, match=r"budget") as found:
        fit("no-such-file.csv", epsilon=1.4, ledger=ledger, people="patients")
    assert found.value.code == "privacy.budget-spent"  # and not that there is no such file: nothing was opened
    assert Ledger.open(ledger).left("patients") == left


def test_a_fit_that_fails_before_any_noise_costs_nothing(ledger: Path) -> None:
    with pytest.raises(PrivacyError, match=r"undeclared"):
        fit({**rows(), "name": ["x"] * 300}, ledger=ledger, people="patients")
    assert Ledger.open(ledger).left("patients") == pytest.approx(1.5, rel=1e-6)


@pytest.mark.parametrize("rules", [["agee > 3"], ["pay > 9", "pay < 8"]], ids=str)
def test_rules_that_cannot_be_held_cost_nothing(ledger: Path, rules: list[str]) -> None:
    with pytest.raises(LikewiseError):
        fit(rows(), ledger=ledger, people="patients", constraints=rules)
    assert Ledger.open(ledger).left("patients") == pytest.approx(1.5, rel=1e-6)


def test_no_budget_is_no_fit(ledger: Path) -> None:
    with pytest.raises(PrivacyError):
        fit(rows(), ledger=ledger, people="staff")


# -- files and the command line ----------------------------------------------------------------------------------------
@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(rows()).to_csv("people.csv", index=False)
    (tmp_path / "domain.yaml").write_text(json.dumps({"columns": DOMAIN}))
    return tmp_path


def test_synth_writes_rows_a_page_and_a_model(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["synth", "people.csv", "--epsilon", "2", "--domain", "domain.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["privacy"]["epsilon"] == 2 and told["rows"] == len(pd.read_csv("people.synthetic.csv"))
    page = Path("people.report.html").read_text()
    assert "(2, 1e-06)-differential privacy" in page and "measured" in page
    assert list(pd.read_csv("people.synthetic.csv")) == list(DOMAIN)
    assert exit_code(["sample", "people.model.likewise", "-n", "5", "-o", "more.csv"]) == 0


def test_fit_and_fault_on_the_command_line(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["fit", "people.csv", "-o", "m.likewise", "--epsilon", "1", "--domain", "domain.yaml"]) == 0
    assert "differential privacy" in capsys.readouterr().err
    assert exit_code(["synth", "people.csv", "--epsilon", "1"]) == 1
    assert "error[privacy.no-domain]" in capsys.readouterr().err
    assert exit_code(["synth", "people.csv", "--epsilon", "1", "--domain", "domain.yaml", "--gate", "share"]) == 1
    assert "error[privacy.beside]" in capsys.readouterr().err
    assert sorted(path.name for path in files.iterdir()) == ["domain.yaml", "m.likewise", "people.csv"]


def test_what_was_discovered_is_printed_as_a_domain(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["fit", "people.csv", "-o", "m.likewise", "--epsilon", "9", "--domain", "discover"]) == 0
    capsys.readouterr()
    assert exit_code(["show", "m.likewise", "--domain"]) == 0
    Path("found.yaml").write_text(capsys.readouterr().out)
    assert exit_code(["fit", "people.csv", "-o", "n.likewise", "--epsilon", "1", "--domain", "found.yaml"]) == 0
    likewise.fit(rows()).save("plain.likewise")
    assert exit_code(["show", "plain.likewise", "--domain"]) == 1
    assert "error[privacy.no-contract]" in capsys.readouterr().err


@pytest.mark.parametrize("words", [
    ["synth", "-o", "nowhere/rows.csv"], ["synth", "-o", "rows.unknown"], ["synth", "--given", "agee=3"],
    ["synth", "--balance", "sexe"], ["synth", "-n", "0"], ["synth", "--report", "nowhere/page.html"],
    ["fit", "-o", "nowhere/m.likewise"], ["fit", "-o", "."],
])  # fmt: skip
def test_a_mistake_that_can_be_seen_spends_nothing(words: list[str], files: Path, ledger: Path) -> None:
    asked = ["--epsilon", "1", "--domain", "domain.yaml", "--ledger", str(ledger), "--people", "patients"]
    assert exit_code([words[0], "people.csv", *asked, *words[1:]]) != 0
    assert Ledger.open(ledger).left("patients") == pytest.approx(1.5, rel=1e-6)
    assert len(Ledger.open(ledger).history()) == 2


def test_conditions_that_cannot_be_drawn_spend_nothing_in_python_either(ledger: Path) -> None:
    asked = {"epsilon": 1.0, "domain": DOMAIN, "ledger": ledger, "people": "patients"}
    with pytest.raises(LikewiseError):
        likewise.synthesize(rows(), given={"sex": "X"}, **asked)
    assert len(Ledger.open(ledger).history()) == 2


@pytest.mark.parametrize("count", [0, 1])
def test_a_noisy_count_below_one_is_no_mistake(count: int) -> None:
    asked = {"epsilon": 1.0, "domain": DOMAIN}
    assert all(len(likewise.synthesize(rows(count), **asked).data["age"]) > 0 for _ in range(6))


def test_settings_without_a_budget_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"`domain` belongs to a privacy budget"):
        likewise.fit(rows(), domain=DOMAIN)


def test_public_rows_propose_and_are_told_of() -> None:
    model = fit(rows(), public=rows(40), epsilon=0.5)
    assert any(note.startswith("40 public rows") for note in model.card.notes)
