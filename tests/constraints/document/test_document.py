import pytest

from likewise.constraints import kinds
from likewise.constraints.kinds import Constraints
from likewise.errors import SettingsError, SourceError

WRITTEN = """likewise: 1
constraints:
- start <= end
- 0 <= age <= 120
- status in ['single', 'married']
- check: total == quantity * price
  name: the bill adds up
  cost: 2.5
- unique: [order, line]
- unique: mail
  where: active
- orders.total == sum(items.amount)
- total: household == sum(income)
  by: home
- share: fraud
  between: [0.001, 0.005]
  by: [country, bank]
- quota: country
  at least: 10
- quota: size
  exactly: 3
  of: ['1', '2']
- running: balance == previous(balance) + amount
  by: account
  order: when
  start: 0.0
  floor: -5.0
- gap: when
  at least: 30 minutes
  at most: 2 days
  by: customer
- gap: visit
  at least: 2
- within: [lat, lon]
  circle: {at: [52.5, 13.4], km: 20.0}
- within: [lat, lon]
  areas: [{box: {south: 1.0, west: 2.0, north: 3.0, east: 4.0}}, {polygon: [[0.0, 0.0], [0.0, 9.0], [9.0, 0.0]]}]
- refers: customer_id
  to: customers.id
  table: orders
- refers: [a, b]
  to: others
  key: [x, y]
- determined: land
  by: city
- part: weekday
  of: ordered
  unit: weekday
"""


def test_a_document_is_read_and_written_to_the_same_bytes(tmp_path):
    place = tmp_path / "rules.yaml"
    place.write_text(WRITTEN, encoding="utf-8")
    rules = Constraints.read(place)
    assert rules.to_yaml() == WRITTEN
    assert Constraints.of(str(place)) == Constraints.of(rules) == rules
    assert Constraints.from_dict(rules.to_dict() | {"items": [i.model_dump(mode="json") for i in rules.items]}) == rules


def test_python_texts_and_mappings_say_the_same():
    made = Constraints.of(
        [
            kinds.check("start <= end"),
            kinds.unique("order", "line"),
            kinds.total("orders.total == sum(items.amount)"),
            kinds.share("fraud", (0.1, 0.2), by=["country"]),
            kinds.quota("country", least=10),
            kinds.running("b == previous(b) + a", by=["account"], start=0),
            kinds.gap("when", ["customer"], least="30 minutes"),
            kinds.within("lat", "lon", kinds.Circle(at=(52.5, 13.4), km=20)),
            kinds.refers("customer_id", to="customers.id"),
        ]
    )
    read = Constraints.of(
        [
            "start<=end",
            {"unique": ["order", "line"]},
            "orders.total = sum(items.amount)",
            {"share": "fraud", "between": [0.1, 0.2], "by": "country"},
            {"quota": "country", "at least": 10},
            {"running": "b == previous(b) + a", "by": "account", "start": 0},
            {"gap": "when", "by": "customer", "at least": "30 minutes"},
            {"within": ["lat", "lon"], "circle": {"at": [52.5, 13.4], "km": 20}},
            {"refers": "customer_id", "to": "customers.id"},
        ]
    )
    assert made == read
    assert Constraints.of(None) == Constraints.of([]) == Constraints()
    assert [item.table for item in Constraints.of(["a < b"], table="t").items] == ["t"]


def test_all_faults_of_a_file_are_told_with_their_lines(tmp_path):
    place = tmp_path / "rules.yaml"
    place.write_text(
        "likewise: 1\nconstraints:\n- a <\n- unqiue: a\n- a < b\n- unique: a\n  wher: b\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError) as fault:
        Constraints.read(place)
    told = fault.value
    assert told.where == f"{place}:3:3"
    assert "$.constraints[0] (line 3, column 3)" in told.what
    assert "$.constraints[1] (line 4, column 3): `unqiue` is no kind of constraint" in told.what
    assert "$.constraints[3] (line 6, column 3): `unique` knows no `wher`" in told.what
    assert "constraints[2]" not in told.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just a text", "a list of constraints is wanted"),
        ("constraint: []", "there is no such field"),
        ("likewise: 2\nconstraints: []", "only version"),
        ("- a: [", "not readable YAML"),
        ("- 3", "a text or a mapping is wanted"),
        ("- {}", "no kind of constraint"),
        ("- {check: a < b, check: c < d}", "given twice"),
        ("- {unique: a, cost: dear}", "a number is wanted"),
        ("- {within: lat, circle: {at: [1, 2], km: 3}}", "a latitude and a longitude"),
        ("- {within: [a, b], circle: 3}", "no area as it is written"),
        ("- {share: a, between: 3}", "two shares"),
        ("- {refers: a, to: b}", "names the key"),
        ("- {part: a, of: b, unit: fortnight}", "one of 'date'"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_said(tmp_path, text, said):
    place = tmp_path / "rules.yaml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        Constraints.read(place)


def test_a_list_alone_and_an_empty_file_are_documents(tmp_path):
    place = tmp_path / "rules.yaml"
    place.write_text("- a < b\n", encoding="utf-8")
    assert Constraints.read(place) == Constraints.of(["a < b"])
    place.write_text("", encoding="utf-8")
    assert Constraints.read(place) == Constraints()
    with pytest.raises(SourceError):
        Constraints.read(tmp_path / "none.yaml")
