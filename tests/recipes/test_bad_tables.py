"""Tables that do not fit one another are judged and told of, or refused in words; none is called good unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import likewise
from likewise import LikewiseError
from likewise.evaluation.report.model import Report

Columns = dict[str, list[Any]]


def rows(seed: int, n: int = 240) -> Columns:
    """Return columns of texts, as a CSV gives them."""
    draw = np.random.default_rng(seed)
    age = draw.integers(18, 80, n)
    pay = np.exp(draw.normal(8, 0.5, n))
    day = np.datetime64("2019-01-01") + draw.integers(0, 900, n)
    return {
        "age": [str(a) for a in age], "pay": [f"{p:.2f}" for p in pay], "day": [str(d) for d in day],
        "town": draw.choice(["Oslo", "Bern", "Rome"], n, p=[0.5, 0.3, 0.2]).tolist(),
        "churn": np.where(draw.random(n) < age / 100, "yes", "no").tolist(),
    }  # fmt: skip


def changed(columns: Columns, **how: Callable[[str], Any]) -> Columns:
    return {name: [how[name](v) for v in values] if name in how else values for name, values in columns.items()}


def judged(made: Any, held: Any = None, real: Any = None, **asked: Any) -> Report:
    asked = {"brief": True, "target": "churn", **asked}
    return likewise.evaluate(real or rows(0), made, holdout=rows(2) if held is None else held, **asked)


def verdicts(report: Report) -> dict[str, str]:
    return {s.name: s.verdict for s in report.scores}


def values(report: Report) -> dict[str, float | None]:
    return {s.name: s.value for s in report.scores}


@pytest.fixture(scope="module")
def plain() -> Report:
    return judged(rows(1))


def thousands(text: str) -> str:
    return f"{float(text):,.2f}"


def british(day: str) -> str:
    return "/".join(reversed(day.split("-")))


@pytest.mark.parametrize(
    "how",
    [
        {"age": lambda v: f"{v}.0", "pay": thousands, "day": british, "churn": lambda v: "1" if v == "yes" else "0"},
        {"age": lambda v: f" {v} ", "pay": lambda v: v.replace(".", ","), "day": lambda v: f"{v}T00:00:00",
         "churn": lambda v: str(v == "yes").upper()},
    ],
)  # fmt: skip
def test_another_writing_changes_no_figure_and_is_said(how: dict[str, Any], plain: Report) -> None:
    report = judged(dict(reversed(changed(rows(1), **how).items())))
    assert values(report) == values(plain)
    told = " ".join(report.notes)
    assert "`churn` is written in other words" in told
    assert "`pay` is written in another way" in told and "`day` is written in another way" in told


def test_numbers_as_numbers_are_compared_with_numbers_as_texts(plain: Report) -> None:
    typed = {**rows(1), "age": [int(v) for v in rows(1)["age"]], "pay": [float(v) for v in rows(1)["pay"]]}
    assert values(judged(pa.table(typed))) == values(plain)


@pytest.mark.parametrize("names", [("A", "B", "C"), ("OSLO", "BERN", "ROME")])
def test_renamed_levels_are_poor_and_told(names: tuple[str, ...]) -> None:
    new = dict(zip(("Oslo", "Bern", "Rome"), names))
    report = judged(changed(rows(1), town=new.__getitem__))
    assert verdicts(report)["levels"] == "poor"
    told = " ".join(report.notes)
    assert "No level of `town` in the synthetic table occurs in the real table: renamed?" in told
    assert ("in case or blanks only" in told) == (names[0] != "A")


@pytest.mark.parametrize(
    "how",
    [{"town": str.upper}, {"pay": lambda v: None}, {"age": lambda v: str(12 * int(v))}, {"day": lambda v: "unknown"}],
    ids=["renamed", "emptied", "other-unit", "unreadable"],
)
def test_a_spoilt_column_hides_no_copies(how: dict[str, Any]) -> None:
    report = judged(changed(rows(0), **how))
    assert verdicts(report)["exact_copies"] == "poor"
    assert "treat it as you would treat the real data" in report.headline


def test_nothing_in_common_is_called_neither_like_nor_private() -> None:
    report = judged({name: [f"{name} {i % 3}" for i in range(240)] for name in rows(0)})
    found = verdicts(report)
    assert {found[n] for n in ("shape_error", "c2st", "levels")} == {"poor"}
    assert {found[n] for n in ("exact_copies", "near_copies", "tstr")} == {"unknown"}
    assert "privacy could not be judged" in report.headline


def test_columns_that_are_not_there_are_told_in_the_headline() -> None:
    report = judged({name: column for name, column in rows(1).items() if name != "churn"})
    assert report.headline.startswith("Of 5 columns 1 is not in all tables: nothing is said there.")
    assert (verdicts(report)["columns_compared"], verdicts(report)["tstr"]) == ("poor", "unknown")
    assert any("`churn`, is not compared" in note for note in report.notes)
    assert not judged(rows(1)).headline.startswith("Of")


def test_the_holdout_as_synthetic_table_and_the_real_one_as_holdout_are_refused() -> None:
    shuffled = np.random.default_rng(0).permutation(240)
    for made, held, code in (
        (rows(2), rows(2), "evaluate.holdout-is-synthetic"),
        ({n: [c[i] for i in shuffled] for n, c in rows(2).items()}, rows(2), "evaluate.holdout-is-synthetic"),
        (rows(1), rows(0), "evaluate.holdout-is-real"),
        (rows(1), {n: [c[i] for i in shuffled] for n, c in rows(0).items()}, "evaluate.holdout-is-real"),
        (rows(1), {n: [*c[:72], *rows(2)[n][72:]] for n, c in rows(0).items()}, "evaluate.holdout-is-real"),
    ):
        with pytest.raises(LikewiseError) as fault:
            judged(made, held)
        assert fault.value.code == code
        assert fault.value.hint


def test_a_tenth_of_the_holdout_seen_makes_privacy_unknown() -> None:
    for made, held in (
        (rows(1), {n: [*c[:24], *rows(2)[n][24:]] for n, c in rows(0).items()}),
        ({n: [*c[:24], *rows(1)[n][24:]] for n, c in rows(2).items()}, rows(2)),
    ):
        report = judged(made, held)
        assert verdicts(report)["near_copies"] == "unknown"
        assert "privacy could not be judged" in report.headline
        assert any("cannot be trusted" in note for note in report.notes)


@pytest.mark.parametrize(
    "spoil",
    [lambda c: ["yes"] * 240, lambda c: [None] * 240, lambda c: [f"P{i:05d}" for i in range(240)]],
    ids=["one-class", "missing", "id"],
)
def test_a_target_that_tells_nothing_is_not_judged(spoil: Callable[[list[Any]], list[Any]]) -> None:
    real, made, held = ({**rows(s), "churn": spoil(rows(s)["churn"])} for s in (0, 1, 2))
    assert {v for n, v in verdicts(judged(made, held, real)).items() if n.startswith("tstr")} == {"unknown"}


def test_odd_sensitive_columns_get_a_whole_report() -> None:
    def odd(seed: int) -> Columns:
        extra = {"flat": ["x"] * 100, "none": [None] * 100, "id": [f"P{seed}{i:05d}" for i in range(100)]}
        return {**rows(seed, 100), **extra}

    odd_ones = ["age", "churn", "flat", "none", "id"]
    report = likewise.evaluate(odd(0), odd(1), target="churn", sensitive=odd_ones, quasi=[*odd(0)])
    assert "not compared: `none`, `id`." in " ".join(report.notes)
    assert report.model_validate_json(report.to_json()) == report


@pytest.mark.parametrize("kind", ["sensitive", "quasi"])
def test_named_columns_must_be_there_and_come_in_a_list(kind: str) -> None:
    with pytest.raises(LikewiseError, match="no column `twon`") as fault:
        judged(rows(1), **{kind: ["twon"]})
    assert (fault.value.where, fault.value.hint) == (kind, "did you mean `town`?")
    with pytest.raises(LikewiseError, match="a list of names") as fault:
        judged(rows(1), **{kind: "town"})


@pytest.mark.parametrize("made", [None, 3, [], {}, [1, 2], {"a": [1], "b": [1, 2]}, object(), ""])
def test_what_is_no_table_is_refused_in_words(made: Any) -> None:
    for real, other in ((rows(0), made), (made, rows(0))):
        with pytest.raises(LikewiseError) as fault:
            likewise.evaluate(real, other)
        assert fault.value.code.startswith(("schema.", "source.", "evaluate."))
        assert fault.value.hint


def test_a_column_known_in_a_single_row_gets_a_report() -> None:
    real, made, held = ({**rows(s), "rare": [*([1.5] * k), *[None] * (240 - k)]} for s, k in ((0, 1), (1, 0), (2, 1)))
    assert verdicts(judged(made, held, real))["c2st"] == "good"
