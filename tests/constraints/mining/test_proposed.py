import numpy as np

from likewise.constraints.kinds import Constraints
from likewise.constraints.mining.mine import mine
from likewise.constraints.mining.proposed import propose, shareable
from likewise.core.table import Table
from likewise.recipes.verbs import rules_yaml

N = 400
random = np.random.default_rng(3)
START = random.integers(0, 90, N)
STATUS = np.array(["single", "married", "widowed"])[random.integers(0, 3, N)]
STATUS[:3] = "secret"
TABLE = Table.from_any(
    {
        "start": START,
        "end": START + random.integers(0, 5, N),
        "share": random.permutation(N) % 101,
        "loss": random.integers(-9, 9, N),
        "status": STATUS,
        "spouse": [None if s in ("single", "secret") else str(random.integers(100, 999)) for s in STATUS],
        "code": [f"K{k:04d}-{'ab'[k % 2]}x" for k in random.integers(1000, 9999, N)],
        "lat": np.round(random.uniform(-80, 80, N), 3),
    }
)


def test_bounds_lists_and_patterns_are_proposed_without_a_real_value():
    found = [item.rule for item in propose(TABLE)]
    assert "0 <= share <= 100" in found
    assert "-90 <= lat <= 90" in found
    assert "start >= 0" in found
    assert "code matches 'K[0-9]{4}-[a-z]x'" in found
    assert not any("loss" in rule or "secret" in rule or "status" in rule for rule in found)
    exact = [item.rule for item in propose(TABLE, exact=True)]
    assert "status in ['married', 'secret', 'single', 'widowed']" in exact


def test_no_row_breaks_what_is_proposed():
    for item in propose(TABLE, exact=True):
        assert item.holds(TABLE).all()


def test_rare_levels_leave_rules_that_name_them():
    found = mine(TABLE)
    reasons = [item for item in found.items if item.kind == "missing"]
    assert [(r.levels, r.exactly) for r in reasons] == [(("secret", "single"), True)]
    public = [item for item in shareable(found, TABLE).items if item.kind == "missing"]
    assert [(r.levels, r.exactly) for r in public] == [(("single",), False)]


def test_the_rules_of_a_table_are_read_back_to_equal_ones(tmp_path):
    place = tmp_path / "rules.yaml"
    text = rules_yaml(TABLE, exact=True)
    place.write_text(text, encoding="utf-8")
    read = Constraints.read(place).settled(TABLE.schema).recognised(TABLE.schema)
    found = mine(TABLE)
    assert len(found.items) >= 2
    bare = tuple(item.model_copy(update={"support": 0}) for item in found.items)
    assert read.items[: len(bare)] == bare
    assert "- start <= end  # seen in" in text
    assert "secret" not in rules_yaml(TABLE)


def test_little_data_proposes_nothing():
    assert propose(TABLE.slice(0, 100)) == ()
