"""Declared tables: from a document to a model that draws, conditions, streams and is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.modalities.tabular.distributions.examples import ALL, name_of

from likewise.core.state import load
from likewise.core.table import concat
from likewise.errors import ConditionError, SettingsError, SourceError
from likewise.modalities.tabular.distributions import Normal, Poisson
from likewise.techniques.sampling.declared import Declared, DeclaredColumn

CLINIC = """
likewise: 1
columns:
  patient: {pattern: {form: sequence, prefix: P, width: 6}, role: key}
  born: {since: {origin: 1960-06-30, of: {truncated: {of: {normal: [0, 7000]}, low: -14000, high: 15000}}}}
  sex: {categorical: {F: 0.54, M: 0.46}}
  height: {normal: [170, 10], decimals: 1}
  weight: {lognormal: [4.3, 0.2], decimals: 1, missing: 0.05}
  visits: {negative-binomial: {r: 1.5, p: 0.3}}
  cost: {zero-inflated: {share: 0.35, of: {gamma: [2, 180]}}, decimals: 2}
  smoker: {bernoulli: 0.22, missing: 0.1}
  arrival: {date-range: ["08:00", "18:00"]}
  seen: {since: [2024-01-01, {exponential: 60}, hours]}
correlation: [[height, weight, 0.5], [visits, cost, 0.6]]
n: 300
seed: 7
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Declared:
    path = tmp_path_factory.mktemp("declared") / "clinic.yaml"
    path.write_text(CLINIC)
    return Declared.of(path)


def test_columns_are_of_the_kinds_that_are_declared(clinic: Declared) -> None:
    table = clinic.model().sample(4000)
    kinds = {column.name: (column.kind, column.decimals, column.nullable) for column in table.schema.columns}
    assert kinds == {
        "patient": ("id", None, False), "born": ("date", None, False), "sex": ("category", None, False),
        "height": ("decimal", 1, False), "weight": ("decimal", 1, True), "visits": ("integer", None, False),
        "cost": ("decimal", 2, False), "smoker": ("boolean", None, True), "arrival": ("time", None, False),
        "seen": ("datetime", None, False),
    }  # fmt: skip
    types = {name: table.to_arrow().schema.field(name).type for name in ("born", "visits", "smoker", "seen", "sex")}
    assert types == {"born": pa.date32(), "visits": pa.int64(), "smoker": pa.bool_(), "seen": pa.timestamp("us"),
                     "sex": pa.string()}  # fmt: skip
    assert table.column("patient")[0].as_py() == "P000001"
    assert table.missing("weight").mean() == pytest.approx(0.05, abs=0.02)
    assert table.missing("smoker").mean() == pytest.approx(0.1, abs=0.02)
    assert (table.numbers("cost") == 0).mean() == pytest.approx(0.35, abs=0.03)
    assert (table.codes("sex") == 0).mean() == pytest.approx(0.54, abs=0.03)
    height = table.numbers("height")
    assert (np.round(height, 1) == height).all()


def test_rows_are_the_same_in_blocks_from_a_file_and_again(clinic: Declared, tmp_path: Path) -> None:
    model = clinic.model()
    whole = model.sample(70_000, seed=3)
    assert concat(list(model.stream(70_000, seed=3))) == whole
    assert clinic.model().sample(70_000, seed=3) == whole
    model.save(tmp_path / "clinic.likewise")
    loaded = load(tmp_path / "clinic.likewise")
    assert loaded.sample(70_000, seed=3) == whole
    assert loaded.card == model.card
    model.save(tmp_path / "again.likewise")
    assert (tmp_path / "again.likewise").read_bytes() == (tmp_path / "clinic.likewise").read_bytes()
    assert model.sample(500, seed=4) != model.sample(500, seed=5)
    assert model.sample(0).rows == 0
    assert model.sample(1).rows == 1


def test_conditions_hold_and_pull_their_columns_along(clinic: Declared) -> None:
    model = clinic.model()
    table = model.sample(
        500, given={"sex": "F", "height": ">=185", "born": ("1960-01-01", "1969-12-31"), "visits": [2, 3]}
    )
    assert (table.codes("sex") == 0).all()
    assert table.numbers("height").min() >= 185
    assert {*table.numbers("visits").tolist()} == {2, 3}
    assert np.nanmean(table.numbers("weight")) > np.nanmean(model.sample(500).numbers("weight")) + 5
    assert model.sample(50, given={"weight": None}).missing("weight").all()
    assert model.sample(60, balance="sex").codes("sex").sum() == 30
    with pytest.raises(ConditionError):
        model.sample(5, given={"sex": "X"})
    with pytest.raises(ConditionError):
        model.sample(5, given={"cost": "<0"})


def test_gaps_are_filled_given_what_is_known(clinic: Declared) -> None:
    model = clinic.model()
    table = model.sample(300).to_pandas()
    filled = model.impute(table)
    assert not filled[["weight", "smoker"]].isna().any().any()
    known = ~table["weight"].isna()
    assert (filled["weight"][known] == table["weight"][known]).all()


def test_the_card_says_what_was_declared(clinic: Declared) -> None:
    card = clinic.model().card
    assert card.rows == 0
    assert card.technique == "sampling"
    assert Declared.of(card.settings) == clinic
    assert "no row was read" in card.privacy.statement


@pytest.mark.parametrize("distribution", ALL, ids=name_of)
def test_a_column_of_every_distribution_is_of_it(distribution: Any) -> None:
    declared = Declared(columns={"x": distribution})
    assert Declared.of(declared.to_dict()) == declared
    table = declared.model().sample(3000, seed=1)
    column = table.schema["x"]
    values = table.numbers("x") if column.is_number else table.codes("x").astype(float)
    points = np.unique(values)
    share = np.searchsorted(np.sort(values), points, side="right") / len(values)
    assert np.abs(share - distribution.cdf(points)).max() < 1.95 / np.sqrt(len(values))
    if column.is_number and column.bounds is not None:
        assert table.to_arrow().num_rows == 3000


@pytest.mark.parametrize("missing", [0, 0.3, 1])
@pytest.mark.parametrize("distribution", [Normal(0, 1), Poisson(3), {"bernoulli": 0.5}, {"categorical": ["a", "b"]}])
def test_shares_of_missing_cells(missing: float, distribution: Any) -> None:
    written = distribution.to_dict() if not isinstance(distribution, dict) else distribution
    table = Declared(columns={"x": {**written, "missing": missing}}).model().sample(4000)
    assert table.missing("x").mean() == pytest.approx(missing, abs=0.03)


def test_decimals_and_kinds_settle_what_numbers_make() -> None:
    columns = {
        "whole": {"normal": [170, 10], "decimals": 0}, "also": {"normal": [170, 10], "kind": "integer"},
        "money": {"normal": [170, 10], "decimals": 2}, "flag": {"poisson": 3, "kind": "float"},
        "number": {"bernoulli": 0.5, "kind": "integer"}, "yes": {"binomial": [1, 0.5], "kind": "boolean"},
        "half": {"scaled": [{"poisson": 3}, 0.5], "decimals": 1}, "huge": {"pareto": 0.6, "decimals": 0},
    }  # fmt: skip
    table = Declared(columns=columns).model().sample(5000)
    kinds = {column.name: column.kind for column in table.schema.columns}
    assert kinds == {"whole": "integer", "also": "integer", "money": "decimal", "flag": "float", "number": "integer",
                     "yes": "boolean", "half": "decimal", "huge": "integer"}  # fmt: skip
    assert table.numbers("huge").min() >= 1
    assert {*table.numbers("half").tolist()} <= {k / 2 for k in range(40)}


def test_columns_may_be_written_in_python() -> None:
    made = Declared(columns={"a": Normal(0, 1), "b": DeclaredColumn(of=Poisson(3), missing=0.1)})
    assert made == Declared(columns={"a": {"normal": [0, 1]}, "b": {"poisson": 3, "missing": 0.1}})
    assert hash(made.columns["a"]) == hash(DeclaredColumn(of=Normal(0, 1)))


def test_names_may_be_numbers() -> None:
    columns = {year: {"normal": [0, 1]} for year in (2020, 2021, 2022)}
    vine = {"vine": [{"pair": [2020, 2021], "family": "frank", "tau": 0.5}]}
    assert Declared.of({"columns": columns, "correlation": [[2020, 2021, 0.5]]}).model().sample(2).names[0] == "2020"
    assert Declared.of({"columns": columns, "copula": vine}).model().sample(2).names[0] == "2020"


def test_ten_thousand_levels_and_many_columns() -> None:
    levels = {f"level {k}": 1.0 / (k + 1) for k in range(10_000)}
    columns = {"x": {"categorical": levels}, **{f"c{k}": {"normal": [k, 1]} for k in range(60)}}
    pairs = [[f"c{k}", f"c{k + 1}", 0.5] for k in range(59)]
    table = Declared(columns=columns, correlation=pairs).model().sample(2000)
    assert (table.codes("x") == 0).mean() == pytest.approx(1 / 9.79, abs=0.03)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, r"\$\.columns: it is required"),
        ({"columns": {}}, r"\$\.columns: at least one is wanted"),
        ({"columns": [1]}, r"\$\.columns: a mapping is wanted"),
        ({"colums": {"a": {"normal": [0, 1]}}}, "did you mean `columns`"),
        ({"columns": {"a": 3}}, r"\$\.columns\.a: a distribution is wanted"),
        ({"columns": {"a": None}}, r"\$\.columns\.a: a distribution is wanted"),
        ({"columns": {"a": {}}}, "has a distribution, or a `pattern`"),
        ({"columns": {" ": {"normal": [0, 1]}}}, "not blank"),
        ({"columns": {None: {"normal": [0, 1]}}}, 'quote the name, as "no"'),
        ({"columns": {False: {"normal": [0, 1]}}}, "`False` is no name"),
        ({"columns": {"a": {"normal": [0, -1]}}}, r"\$\.columns\.a\.normal\.sd"),
        (
            {"columns": {"a": {"norml": [0, 1]}, "b": {"gama": [1, 1]}}},
            r"columns\.a: .*norml.*; \$\.columns\.b: .*gama",
        ),
        ({"columns": {"a": {"normal": [0, 1], "poisson": 3}}}, "2 distributions, and one is wanted"),
        ({"columns": {"a": {"normal": [0, 1], "decimal": 1}}}, "did you mean `decimals`"),
        ({"columns": {"a": {"normal": [0, 1], "decimals": -1}}}, r"\$\.columns\.a\.decimals"),
        ({"columns": {"a": {"normal": [0, 1], "missing": 1.5}}}, r"\$\.columns\.a\.missing"),
        ({"columns": {"a": {"normal": [0, 1], "kind": "boolean"}}}, "made of 0 and 1"),
        ({"columns": {"a": {"normal": [0, 1], "kind": "text"}}}, "kind"),
        ({"columns": {"a": {"normal": [0, 1], "role": "boss"}}}, "role"),
        ({"columns": {"a": {"poisson": 2, "kind": "integer", "decimals": 2}}}, "has no decimals"),
        ({"columns": {"a": {"categorical": ["a", "b"], "decimals": 1}}}, "are of numbers"),
        ({"columns": {"a": {"date-range": ["2024-01-01", "2024-01-02"], "kind": "integer"}}}, "are of numbers"),
        ({"columns": {"a": {"pattern": {"form": "uuid"}, "missing": 0.1}}}, "ids have no"),
        ({"columns": {"a": {"pattern": {"form": "uid"}}}}, r"\$\.columns\.a\.pattern\.form"),
        ({"columns": {"a": {"normal": [0, 1], "pattern": {"form": "uuid"}}}}, "has a distribution, or a `pattern`"),
        ({"columns": {"a": {"lognormal": [700, 100]}}}, "leave the numbers"),
        ({"columns": {"a": {"normal": [0, 1]}}, "n": -1}, r"\$\.n"),
        ({"columns": {"a": {"normal": [0, 1]}}, "seed": "x"}, r"\$\.seed"),
        ({"columns": {"a": {"normal": [0, 1]}}, "likewise": 2}, r"\$\.likewise"),
        ({"columns": {"a": {"normal": [0, 1]}}, "design": "lhs"}, r"\$\.design\.kind"),
        ({"columns": {"a": {"normal": [0, 1]}}, "tables": {}}, r"\$\.tables: there is no such field"),
        (3, "`int` is not a declared table"),
    ],
)
def test_what_declares_no_table_is_refused_with_its_path(document: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Declared.of(document)


def test_files_that_declare_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source\.no-such-file"):
        Declared.of(tmp_path / "none.yaml")
    bad = tmp_path / "bad.yaml"
    for text, said in (("a: [", "not readable YAML"), ("", "the file is empty"), ("- a", "this is a list")):
        bad.write_text(text)
        with pytest.raises(SettingsError, match=said):
            Declared.of(bad)
    bad.write_text("columns: {a: {norml: [0, 1]}}")
    with pytest.raises(SettingsError, match=r"at .*bad\.yaml \$\.columns\.a"):
        Declared.of(bad)
    bad.write_bytes(b"columns: \xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        Declared.of(bad)
