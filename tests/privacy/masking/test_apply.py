from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.privacy.masking.apply import lost, masked
from likewise.privacy.masking.document import Masking
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Replace, read_method, written

KEY = Key(bytes(range(32)))
WAYS = {
    "id": "format", "name": {"person": "full name", "by": "id"}, "born": {"shift": {"days": 30, "by": "id"}},
    "sex": "keep", "note": "blank", "seen": {"shift": {"days": 3, "by": "id"}}, "code": {"format": {"last": 2}},
}  # fmt: skip


def people() -> Table:
    return Table.from_any({
        "id": list(range(1000, 1300)), "name": ["Ann", "Bob", "Cy"] * 100, "sex": ["F", "M", None] * 100,
        "born": [f"19{50 + i % 40}-01-{1 + i % 28:02}" for i in range(300)], "note": ["so", "be it"] * 150,
        "seen": [f"2024-03-{1 + i % 28:02} 10:00:00" for i in range(300)], "code": [f"AB-{i:04}" for i in range(300)],
    })  # fmt: skip


def invented(method: Replace, numbers: np.ndarray) -> pa.Array:
    return pa.array([f"{method.field} {number % 997}" for number in numbers])


def test_a_table_is_masked_and_had_back() -> None:
    came = people()
    ways = Masking.of({"columns": WAYS}).table("people", came.names)
    there = masked(came, ways, KEY, invent=invented)
    back = masked(there, ways, KEY, invent=invented, backwards=True)
    kept = [name for name in came.names if name not in lost(ways)]
    assert lost(ways) == ("name", "note")
    assert back.select(kept).written().equals(came.select(kept).written())
    for name in ("id", "born", "seen", "code"):
        changed = np.asarray(there.column(name).cast(pa.string())) != np.asarray(came.column(name).cast(pa.string()))
        assert changed.mean() > 0.98
    assert there.column("note").null_count == 300 and there.column("sex").equals(came.column("sex"))


def test_the_time_between_two_moments_of_one_person_stays() -> None:
    days = ["2024-01-01", "2024-01-11", "2024-02-01", "2024-02-03"]
    table = Table.from_any({"id": [1, 1, 2, 2] * 60, "day": days * 60})
    found = masked(table, {"day": read_method({"shift": {"days": 300, "by": "id"}}, "$")}, KEY, invent=invented)
    moved = found.numbers("day")
    assert moved[1] - moved[0] == 10 and moved[3] - moved[2] == 2


def test_the_same_value_is_masked_alike_in_every_table() -> None:
    customers = Table.from_any({"id": list(range(100, 400))})
    orders = Table.from_any({"customer": [str(100 + i % 300) for i in range(900)], "n": list(range(900))})
    ids = masked(customers, {"id": read_method("format", "$")}, KEY, invent=invented).column("id").cast(pa.string())
    own = masked(orders, {"customer": read_method("format", "$")}, KEY, invent=invented).column("customer")
    assert own.cast(pa.string()).to_pylist()[:300] == ids.to_pylist()


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        ({"columns": {"id": "formt"}}, "masking.method", r"\$\.columns\.id.*formt"),
        (
            {"columns": {"id": {"shift": {"days": 0}}}, "tables": [1]},
            "settings.invalid",
            r"\$\.columns\.id\.days.*\$\.tables",
        ),
        ({"tables": {"a": {"cols": {}}}}, "masking.invalid", r"\$\.tables\.a\.cols"),
        ({"columns": {"id": "format"}}, "masking.forgotten", "`name`"),
        ({"columns": {"nobody": "keep"}, "others": "keep"}, "masking.unknown-column", "nobody"),
        ({"columns": {"id": {"person": "email", "by": "ident"}}, "others": "keep"}, "masking.unknown-column", "ident"),
    ],
)
def test_what_is_wrong_with_a_masking_is_said(document: dict[str, object], code: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        Masking.of(document).table("people", people().names)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("column", "way", "code"),
    [
        ("born", "format", "masking.kind"),
        ("name", {"shift": {"days": 3, "by": "id"}}, "masking.kind"),
        ("born", {"shift": {"days": 3, "by": "note"}}, "masking.by"),
    ],
)
def test_what_cannot_be_masked_so_is_refused(column: str, way: object, code: str) -> None:
    ways = Masking.of({"columns": {"note": "blank", column: way}, "others": "keep"}).table("p", people().names)
    with pytest.raises(SettingsError) as fault:
        masked(people(), ways, KEY, invent=invented)
    assert fault.value.code == code


@pytest.mark.parametrize(
    "way", [*WAYS.values(), {"blank": {"text": "x"}}, {"person": "email", "by": "id", "as": "spouse"}]
)
def test_methods_are_written_as_they_are_read(way: object) -> None:
    method = read_method(way, "$")
    assert read_method(written(method), "$") == method
