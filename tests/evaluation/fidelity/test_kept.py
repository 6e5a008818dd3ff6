import numpy as np
import pytest

from likewise.constraints.kinds import Constraints
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.fidelity.kept import kept_rules, told
from likewise.evaluation.report.model import Report

random = np.random.default_rng(1)
LOW = random.integers(0, 50, 300)
REAL = Table.from_any({"low": LOW, "high": LOW + random.integers(0, 30, 300), "sex": random.choice(["F", "M"], 300)})
MADE = Table.from_any({"low": LOW[::-1], "high": (LOW + 5)[::-1] - 10 * (np.arange(300) % 10 == 0), "sex": ["F"] * 300})
RULES = Constraints.of([{"check": "low <= high", "name": "in order", "cost": 3}, "low >= 0"])


def test_rows_that_break_a_rule_are_counted_on_both_sides():
    order, least = kept_rules(RULES, REAL, MADE, {"`low >= 0`": "by construction"})
    assert (order.rows, order.violations, order.first) == (300, 30, (0, 10, 20, 30, 40))
    assert (order.real_rows, order.real_violations, order.cost) == (300, 0, 3.0)
    assert (least.violations, least.met, order.met) == (0, "by construction", "")
    assert order.label == "in order: `low <= high`"
    assert told([order, least]).startswith("2 rules are declared: 30 violations in 300 synthetic rows; 0 in 300")


def test_a_rule_that_does_not_fit_is_said():
    with pytest.raises(SettingsError, match="there is no column `lo`"):
        kept_rules(Constraints.of(["lo < high"]), REAL, MADE)


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate_tables(REAL, MADE, constraints=RULES, brief=True)


def test_the_report_shows_declared_rules(report):
    assert "2 rules are declared: 30 violations" in report.to_markdown()
    assert "in order: `low <= high`" in report.to_markdown()
    assert "<h2>Declared rules</h2>" in report.to_html()
    declared = next(score for score in report.scores if score.name == "declared_rules")
    assert (declared.value, declared.verdict) == (10.0, "poor")
    assert Report.from_json(report.to_json()) == report


def test_what_leaves_the_house_names_no_row(report):
    assert [(rule.first, rule.violations) for rule in report.releasable().rules] == [((), 30), ((), 0)]


def test_without_rules_nothing_is_said_of_them():
    plain = evaluate_tables(REAL, MADE, brief=True)
    assert plain.rules == ()
    assert "Declared rules" not in plain.to_markdown() + plain.to_html()
