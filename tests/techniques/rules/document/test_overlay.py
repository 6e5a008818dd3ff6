"""What one document says of another's tables and columns holds."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.document.overlay import overlaid

BELOW: dict[str, Any] = {"likewise": 1, "tables": {"t": {"columns": {"id": {"sequence": 1}, "a": {"gamma": [2, 9]}},
                                                         "constraints": ["a > 0"]}}}  # fmt: skip


def test_columns_rows_and_constraints() -> None:
    found = overlaid(BELOW, {"seed": 3, "tables": {"t": {"rows": 5, "columns": {"a": None, "b": {"constant": 1}},
                                                         "constraints": ["b > 0"]}}})  # fmt: skip
    assert found == {"likewise": 1, "seed": 3, "tables": {"t": {
                     "columns": {"id": {"sequence": 1}, "b": {"constant": 1}},
                     "constraints": ["a > 0", "b > 0"], "rows": 5}}}  # fmt: skip
    assert "rows" not in BELOW["tables"]["t"]


def test_all_that_names_nothing_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as fault:
        overlaid(BELOW, {"tables": {"tt": {}, "t": {"row": 5, "columns": {"aa": None}}}, "sed": 3})
    for place in ("$.tables.tt", "$.tables.t.row", "$.tables.t.columns.aa", "$.sed"):
        assert place in fault.value.what
    assert fault.value.hint == "did you mean `t`?"
