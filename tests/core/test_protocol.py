from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest

from likewise.core.protocol import learned_part
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import FitError, SchemaError, SettingsError
from likewise.techniques.bootstrap import Bootstrap

RAW = pa.table(
    {"id": [f"A-{i:04d}" for i in range(60)], "age": [i % 9 for i in range(60)], "sex": ["f", "m", "m"] * 20}
)


def test_only_what_is_not_made_anew_is_learned() -> None:
    table = Table.from_any(RAW)
    assert learned_part(table).names == ("age", "sex")
    ignored = table.with_schema(table.schema.replace("age", role="ignore"))
    assert learned_part(ignored).names == ("sex",)
    model = Bootstrap().fit(ignored)
    assert model.schema.names == ("id", "sex") and model.sample(2).column_names == ["id", "sex"]


def test_the_card_tells_of_the_fit() -> None:
    model = Bootstrap().fit(RAW, seed=4)
    card = model.card
    assert (card.technique, card.seed, card.rows, card.columns) == ("bootstrap", 4, 60, 3)
    assert card.data_digest == Table.from_any(RAW).digest()
    judged = model.with_evaluation({"shape_error": 0.01})
    assert judged.card.evaluation == {"shape_error": 0.01} and model.card.evaluation == {}
    assert judged.sample(5, seed=1) == model.sample(5, seed=1)


def test_reasons_of_generated_columns_are_not_kept() -> None:
    assert Bootstrap().fit(RAW).schema["id"].reason == ""


def test_nothing_to_learn_from() -> None:
    with pytest.raises(FitError, match=r"fit\.no-rows"):
        Bootstrap().fit(RAW.slice(0, 0))
    with pytest.raises(SchemaError):
        Bootstrap().fit("a text")
    with pytest.raises(SettingsError):
        Bootstrap().fit(RAW, seed=-3)


def test_progress_is_told() -> None:
    from likewise.techniques.autoregressive import Autoregressive

    told: list[tuple[str, int, int]] = []
    Autoregressive().fit(RAW, progress=lambda step, done, total: told.append((step, done, total)))
    assert told[0][1] == 0 and told[-1][1] == told[-1][2] > 0


def test_nested_columns_come_back_whole() -> None:
    raw = pa.table({"who": [{"age": i % 9, "sex": "fm"[i % 2]} for i in range(60)], "n": [i % 5 for i in range(60)]})
    drawn = Bootstrap().fit(raw).sample(7)
    assert drawn.schema == raw.schema and set(drawn["who"][0].as_py()) == {"age", "sex"}


def test_a_model_shows_itself_and_escapes() -> None:
    raw = pa.table({"<b>": [1, 2, 3] * 5, "b": ["x", "y", "z"] * 5})
    model = Bootstrap().fit(Table.from_arrow(raw, Schema(columns=(Column(name="b", kind="category"),))))
    shown = model._repr_html_()
    assert shown.startswith("<table>") and "bootstrap" in shown and "<b>" not in shown


def test_importing_loads_nothing_heavy_and_core_goes_one_way() -> None:
    script = (
        "import sys, likewise.core.protocol\n"
        "print([m for m in ('pandas', 'polars', 'sklearn', 'scipy', 'duckdb') if m in sys.modules])\n"
        "print([m for m in sys.modules if m.startswith('likewise.') and m.split('.')[1] not in ('core', 'errors')])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["[]", "[]"]


@pytest.mark.parametrize(
    "module", ["conditions", "digest", "draw", "frames", "infer", "protocol", "scale", "state", "table"]
)
def test_every_core_module_can_be_imported_first(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"import likewise.core.{module}"], check=True)
