"""How correlations are asked for, and what is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from likewise.errors import SettingsError
from likewise.modalities.tabular.copulas.dependence import GaussianCopula, StudentCopula
from likewise.techniques.sampling.declared import Declared

COLUMNS = {"a": {"normal": [0, 1]}, "b": {"lognormal": [0, 0.8]}, "c": {"poisson": 4}, "d": {"gamma": [2, 3]}}


def drawn(copula: Any, n: int = 20_000, **columns: Any) -> Any:
    copula = GaussianCopula(pairs=copula) if isinstance(copula, list) else copula
    return Declared(columns=columns or COLUMNS, copula=copula).model().sample(n, seed=2)


def test_pearson_correlations_come_out_as_asked() -> None:
    table = drawn(GaussianCopula(pairs=[("a", "b", 0.5), ("b", "c", -0.4), ("c", "d", 0.3)]))
    found = np.corrcoef([table.numbers(name) for name in "abcd"])
    assert [found[0, 1], found[1, 2], found[2, 3]] == pytest.approx([0.5, -0.4, 0.3], abs=0.02)
    assert found[0, 3] == pytest.approx(0.5 * -0.4 * 0.3, abs=0.03)  # no more than the others tie


@pytest.mark.parametrize("copula", [GaussianCopula, lambda **asked: StudentCopula(df=3, **asked)])
@pytest.mark.parametrize(("measure", "statistic"), [("spearman", spearmanr), ("kendall", kendalltau)])
def test_rank_correlations_come_out_as_asked(copula: Any, measure: str, statistic: Any) -> None:
    table = drawn(copula(measure=measure, pairs=[("a", "b", 0.5), ("b", "d", -0.4)]), 6000)
    a, b, d = (table.numbers(name) for name in "abd")
    assert statistic(a, b).statistic == pytest.approx(0.5, abs=0.03)
    assert statistic(b, d).statistic == pytest.approx(-0.4, abs=0.03)


def test_the_extremes_of_a_student_copula_come_together() -> None:
    pairs = [("a", "b", 0.3)]
    far = []
    for copula in (GaussianCopula(measure="kendall", pairs=pairs), StudentCopula(df=2, pairs=pairs)):
        table = drawn(copula)
        a, b = (table.numbers(name) > np.quantile(table.numbers(name), 0.98) for name in "ab")
        far.append((a & b).mean() / a.mean())
    assert far[1] > 1.5 * far[0]


def test_a_matrix_is_as_good_as_its_pairs() -> None:
    matrix = GaussianCopula(columns=["a", "b", "c"], matrix=[[1, 0.5, 0], [0.5, 1, -0.2], [0, -0.2, 1]])
    assert matrix.asked == (("a", "b", 0.5), ("a", "c", 0), ("b", "c", -0.2))
    assert drawn(matrix, 50) == drawn(GaussianCopula(pairs=matrix.asked), 50)


def test_contradicting_correlations_are_replaced_and_that_is_said() -> None:
    model = Declared(columns={name: {"normal": [0, 1]} for name in "abc"},
                     correlation=[("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]).model()  # fmt: skip
    (note,) = model.card.notes
    assert "nearest that there can be (alternating projections; Higham, 2002), 0.980 away" in note
    assert "0.500 instead of 0.900" in note or "-0.500 instead of -0.900" in note
    assert not Declared(columns=COLUMNS, correlation=[("a", "b", 0.5)]).model().card.notes


def test_pairs_that_are_not_named_are_tied_by_others_only() -> None:
    pairs = [("a", "b", 0.9), ("b", "d", 0.9)]
    normal = {name: {"normal": [0, 1]} for name in "abd"}
    model = Declared(columns=normal, correlation=pairs).model()
    table = model.sample(20_000)
    assert np.corrcoef(table.numbers("a"), table.numbers("d"))[0, 1] == pytest.approx(0.81, abs=0.01)
    assert not model.card.notes
    with_zero = Declared(columns=normal, correlation=[*pairs, ("a", "d", 0)]).model()
    assert "contradict" in with_zero.card.notes[0]


def test_ties_are_told_of() -> None:
    copula = GaussianCopula(measure="spearman", pairs=[("a", "c", 0.5), ("a", "b", 0.1)])
    (note,) = Declared(columns=COLUMNS, copula=copula).model().card.notes
    assert note.startswith("ranks of `c` have ties")


def test_levels_are_ranked_as_they_are_listed() -> None:
    columns = {"a": {"normal": [0, 1]}, "stage": {"categorical": {"I": 5, "II": 3, "III": 2}}}
    table = drawn(GaussianCopula(measure="spearman", pairs=[("a", "stage", 0.8)]), **columns)
    means = [table.numbers("a")[table.codes("stage") == code].mean() for code in range(3)]
    assert means[0] < means[1] - 0.5 < means[2] - 1


def test_two_levels_correlate_with_numbers_as_0_and_1() -> None:
    columns = {"sex": {"categorical": {"F": 0.6, "M": 0.4}}, "height": {"normal": [170, 9]}}
    table = drawn([["sex", "height", 0.5]], **columns)
    assert np.corrcoef(table.codes("sex"), table.numbers("height"))[0, 1] == pytest.approx(0.5, abs=0.02)


def test_being_missing_goes_with_nothing() -> None:
    columns = {"a": {"normal": [0, 1]}, "b": {"normal": [0, 1], "missing": 0.4}}
    table = drawn(GaussianCopula(pairs=[("a", "b", 0.8)]), **columns)
    gone = table.missing("b")
    assert gone.mean() == pytest.approx(0.4, abs=0.02)
    a, b = table.numbers("a"), table.numbers("b")
    assert abs(a[gone].mean() - a[~gone].mean()) < 0.05
    assert np.corrcoef(a[~gone], b[~gone])[0, 1] == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("value", [-1.0, 1.0])
def test_columns_may_be_functions_of_one_another(value: float) -> None:
    columns = {"a": {"normal": [0, 1]}, "d": {"gamma": [2, 3]}}
    table = drawn(GaussianCopula(measure="spearman", pairs=[("a", "d", value)]), 2000, **columns)
    assert spearmanr(table.numbers("a"), table.numbers("d")).statistic == pytest.approx(value, abs=1e-3)


NORMALS = {"a": {"normal": [0, 1]}, "b": {"normal": [0, 1]}}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([["a", "c", 0.5]], "not there: `c`"),
        ([["a", "b", 1.5]], r"\$\.correlation\.pairs: .* not between -1 and 1"),
        ([["a", "b", float("nan")]], "not between -1 and 1"),
        ([["a", "a", 0.5]], "of `a` and itself"),
        ([["a", "b", 0.5], ["b", "a", 0.5]], "named twice"),
        ([["a", "b"]], r"\$\.correlation\.pairs\[0\]"),
        ([[1, 0.9], [0.9, 1]], r"\$\.correlation\.pairs: a matrix says which columns it is of"),
        ([["a", "b", "much"]], "a number is wanted"),
        ({"measure": "persn"}, "measure"),
        ({"columns": ["a", "b"], "matrix": [[1, 0.5], [0.4, 1]]}, "symmetric"),
        ({"columns": ["a", "b"], "matrix": [[1, 2], [2, 1]]}, "between -1 and 1"),
        ({"columns": ["a", "b"], "matrix": [[2, 0.5], [0.5, 1]]}, "between -1 and 1"),
        ({"columns": ["a", "b"], "matrix": [[0.9, 0.5], [0.5, 1]]}, "ones on its diagonal"),
        ({"columns": ["a", "b"], "matrix": [[1, 0.5]]}, "one row and one number"),
        ({"columns": ["a", "a"], "matrix": [[1, 0.5], [0.5, 1]]}, "names a column twice"),
        ({"columns": ["a", "x"], "matrix": [[1, 0.5], [0.5, 1]]}, "not there: `x`"),
        ({"columns": ["a", "b"], "matrix": [[1, 0.5], [0.5, 1]], "pairs": [["a", "b", 0.1]]}, "not both"),
        (5, "a mapping is wanted"),
    ],
)
def test_what_is_no_correlation_is_refused(asked: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as found:
        Declared(columns=NORMALS, correlation=asked).model()
    assert found.value.where


@pytest.mark.parametrize(
    ("copula", "said"),
    [
        ("vien", "there is no copula `vien`"),
        ({"student": {"df": 3}}, "did you mean `student-t`"),
        ({"gaussian": {}, "vine": []}, "one copula is wanted"),
        (3, "one copula is wanted"),
        ({"student-t": {"pairs": [["a", "b", 0.2]]}}, r"\$\.copula\.student-t\.df: it is required"),
        ({"student-t": {"df": 0}}, "more than 0 is wanted"),
        ({"student-t": {"df": 3, "measure": "pearson"}}, "ask for kendall, spearman or scores"),
        ({"gaussian": 3}, "a mapping is wanted"),
    ],
)
def test_what_is_no_copula_is_refused(copula: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Declared(columns=NORMALS, copula=copula).model()


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"lognormal": [0, 2]}, "cannot have the correlation 0.9"),
        ({"pareto": 1.5}, "has no variance"),
        ({"constant": 3}, "has one value only"),
        ({"categorical": ["x", "y", "z"]}, "more than two categories"),
        ({"categorical": ["x", "y"]}, r"cannot have the correlation 0\.9: .* -0\.798 to 0\.798"),
        ({"pattern": {"form": "uuid"}}, "not there: `b`"),
    ],
)
def test_columns_that_cannot_correlate_so_are_told(column: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Declared(columns={"a": {"normal": [0, 1]}, "b": column}, correlation=[["a", "b", 0.9]]).model()


def test_copula_and_correlation_are_one_too_many() -> None:
    with pytest.raises(SettingsError, match="both given"):
        Declared(columns=NORMALS, correlation=[["a", "b", 0.5]], copula="gaussian")
