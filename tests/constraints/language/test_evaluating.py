import pyarrow as pa
import pytest

from likewise.constraints.language.evaluating import evaluate, holds
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.tables import columns_of
from likewise.constraints.verifying.expressions import Exact
from likewise.constraints.verifying.values import read_back, values_of
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SettingsError

BIG = 2**53
TABLE = Table.from_any(
    {
        "big": [BIG, BIG + 1, BIG + 2, 7],
        "other": [BIG + 1, BIG + 1, BIG + 1, 7],
        "cents": [0.3, 1_000_000_000.25, 0.1, 2.5],
        "a": [0.1, 1_000_000_000.0, 0.1, 1.25],
        "b": [0.2, 0.25, 0.01, 1.26],
        "text": ["x", None, "b", "a\nb"],
        "level": ["1", "9", "16", None],
        "at": pa.array([0, 1_700_000_000_000_000, 1_700_000_000_000_001, None], pa.timestamp("us")),
        "end": pa.array([0, 1_700_000_000_000_001, 1_700_000_000_000_001, None], pa.timestamp("us")),
        "yes": ["yes", "no", "no", None],
    },
    Schema(
        columns=(
            Column(name="big", kind="integer", dtype="int64"),
            Column(name="other", kind="integer", dtype="int64"),
            Column(name="cents", kind="decimal", dtype="double", decimals=2),
            Column(name="a", kind="decimal", dtype="double", decimals=2),
            Column(name="b", kind="decimal", dtype="double", decimals=2),
            Column(name="text", kind="text", nullable=True, missing=()),
            Column(name="level", kind="category", levels=("1", "16", "9"), nullable=True),
            Column(name="at", kind="datetime", dtype="timestamp[us]", nullable=True),
            Column(name="end", kind="datetime", dtype="timestamp[us]", nullable=True),
            Column(name="yes", kind="boolean", format="yes/no", nullable=True),
        )
    ),
)

CASES = [
    ("big == other", [False, True, False, True]),
    ("big < other", [True, False, False, False]),
    (f"big > {BIG}", [False, True, True, False]),
    ("big + 1 == other + 1", [False, True, False, True]),
    ("cents == a + b", [True, True, False, False]),
    ("cents - a - b == 0", [True, True, False, False]),
    ("a * 3 == 0.3", [True, False, True, False]),
    ("b == a * 0.1", [False, False, True, False]),
    ("text == 'x'", [True, None, False, False]),
    ("text is missing", [False, True, False, False]),
    ("len(text) > 1 or text < 'c'", [False, None, True, True]),
    ("text matches '.*b'", [False, None, True, False]),
    ("level > 8", [False, True, True, None]),
    ("level + 1 == 10", [False, True, False, None]),
    ("level in [1, 16]", [True, False, True, None]),
    ("level == '9'", [False, True, False, None]),
    ("at < end", [False, True, False, None]),
    ("end - at <= 0.000001 seconds", [True, True, True, None]),
    ("yes == 'yes'", [True, False, False, None]),
    ("'NO' == yes", [False, True, True, None]),
    ("yes or text is missing", [True, True, False, None]),
    ("not yes and text == 'b'", [False, None, True, False]),
    ("if yes then a > 1", [False, True, True, True]),
    ("a / (b - b) > 0", [None, None, None, None]),
    ("sqrt(b - 1) >= 0", [None, None, None, True]),
    ("1.0 // a == 10 and 1.0 % a == 0", [True, False, True, False]),
    ("round(a + 0.005, 2) == a + 0.01", [True, True, True, True]),
    ("floor(a * 10) == 1", [True, False, True, False]),
    ("starts_with(text, 'a') or ends_with(text, 'b')", [False, None, True, True]),
    ("concat(text, level) == 'b16'", [False, None, True, None]),
    ("substring(text, 1, 1) in ['a', 'b']", [False, None, True, True]),
    ("distance(0, 0, 0, 1) between 111.1 and 111.3", [True, True, True, True]),
    ("text == missing", [None, None, None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), CASES)
def test_what_an_expression_comes_to_in_each_row(text, told):
    expression = read_expression(text)
    kept = evaluate(expression, columns_of(TABLE), TABLE.rows).floats.tolist()
    assert [None if one != one else bool(one) for one in kept] == told
    back = read_back(TABLE)
    assert Exact(lambda name: values_of(back, name), TABLE.rows).truths(expression) == told
    assert holds(expression, columns_of(TABLE), TABLE.rows).tolist() == [one is not False for one in told]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text > 3", "no numbers stand where numbers are wanted"),
        ("yes == 'perhaps'", "not one of its words"),
        ("at > 3", "a moment is compared with a number"),
        ("sum(a) > 3", "is of many rows"),
        ("previous(a) > 3", "is of many rows"),
        ("a", "a rule is true or false, and this is a number"),
    ],
)
def test_what_cannot_be_told_of_rows_is_said(text, said):
    with pytest.raises(SettingsError, match=said):
        holds(read_expression(text), columns_of(TABLE), TABLE.rows)
