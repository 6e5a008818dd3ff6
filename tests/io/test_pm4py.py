"""Another program reads what is written as XES and OCEL 2.0, with equal content, and what it writes is read."""

from __future__ import annotations

import contextlib
import html
import io
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from likewise.io.logs import read_log, write_log
from likewise.io.source import read_source
from likewise.io.xes.reader import _in_bulk
from likewise.modalities.events.log import EventLog, Reference

with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # it greets, and warns of what it imports
    warnings.simplefilter("ignore")
    pm4py = pytest.importorskip("pm4py", reason="pm4py (AGPL, for tests alone) is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")

DAY = datetime(2024, 5, 1, 10, 30, 0, 125_000, tzinfo=UTC)
COUNT = 60
EVENTS = {
    "case": [f"c{row * 7 % 13}" for row in range(COUNT)],
    "activity": [("place", "pay & ship", 'say "hi" <now>', "ü\n€\t😀", "it's")[row % 5] for row in range(COUNT)],
    "time": pa.array([DAY + timedelta(minutes=row * row, microseconds=row) for row in range(COUNT)]),
    "agent": [("ann", "bob", None)[row % 3] for row in range(COUNT)],
    "buyer": [f"k{row % 7}" for row in range(COUNT)],
    "goods": [[f"i{row % 4}", f"i{row % 4 + 1}"][: row % 3] for row in range(COUNT)],
    "cost": [None if row % 4 == 0 else round(row * 1.1, 2) * (-1) ** row for row in range(COUNT)],
    "count": pa.array([None if row % 5 == 0 else 2**62 + row for row in range(COUNT)], pa.int64()),
    "good": [row % 2 == 0 for row in range(COUNT)],
    "due": pa.array([DAY + timedelta(days=row) for row in range(COUNT)]),
    "lifecycle:transition": ["complete"] * COUNT,
    "case:age": [row * 7 % 13 + 20 for row in range(COUNT)],
}
CUSTOMERS = {
    "id": [f"k{row}" for row in range(7)],
    "age": [30 + row for row in range(7)],
    "city": ["Köln", None] * 3 + ["x"],
}
ITEMS = {"id": ["i0", "i0", "i1", "i2"], "time": pa.array([None, DAY, None, None], pa.timestamp("us", tz="UTC")),
         "price": [1.5, 2.5, 3.25, -1.0]}  # fmt: skip
LINKS = {"source": ["k0", "i1"], "target": ["i1", "i2"], "qualifier": ["owns", "part of"]}
KEYS = {"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp", "agent": "org:resource"}


@pytest.fixture(scope="module")
def log() -> EventLog:
    tables = {"customer": pa.table(CUSTOMERS), "item": pa.table(ITEMS)}
    objects: dict[str, str | tuple[str, str]] = {"buyer": "customer", "goods": ("item", "holds")}
    return EventLog.of(pa.table(EVENTS), objects=objects, tables=tables, links=pa.table(LINKS))


def plain(value: Any) -> Any:
    """Return a value of a frame as a Python value, None where it is missing; all whole numbers as one type."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or value != value:  # NaN and NaT
        return None
    return (
        value.to_pydatetime() if hasattr(value, "to_pydatetime") else float(value) if isinstance(value, int) else value
    )


def rows_of(frame: Any, names: list[str]) -> list[list[Any]]:
    return [[plain(value) for value in row] for row in frame[names].astype(object).to_numpy().tolist()]


@pytest.mark.parametrize("variant", ["chunk_regex", "iterparse", "iterparse_20"])
@pytest.mark.parametrize("ending", [".xes", ".xes.gz"])
def test_it_reads_xes_with_equal_content(log: EventLog, variant: str, ending: str, tmp_path: Path) -> None:
    write_log(log, tmp_path / f"log{ending}")
    frame = pm4py.read_xes(str(tmp_path / f"log{ending}"), variant=variant)
    names = [name for name in EVENTS if name != "goods"]
    mine = read_source(tmp_path / f"log{ending}").table.select(names).to_pylist()
    expected = [[plain(value) for value in row.values()] for row in mine]
    found = rows_of(frame, [KEYS.get(name, name) for name in names])
    if variant == "chunk_regex":  # it leaves the references to tabs and line breaks as they are
        found = [[html.unescape(value) if isinstance(value, str) else value for value in row] for row in found]
    assert found == expected
    first = {case: place for place, case in reversed(list(enumerate(EVENTS["case"])))}
    order = sorted(range(COUNT), key=lambda row: first[EVENTS["case"][row]])
    whole = pa.table(EVENTS).select(names).take(order).to_pylist()
    assert expected == [[plain(value) for value in row.values()] for row in whole]


def test_it_sees_what_the_head_says(log: EventLog, tmp_path: Path) -> None:
    write_log(log, tmp_path / "log.xes")
    read = pm4py.read_xes(str(tmp_path / "log.xes"), variant="iterparse", return_legacy_log_object=True)
    assert sorted(read.extensions) == ["Concept", "Lifecycle", "Organizational", "Time"]
    assert read.classifiers["Activity"] == ["concept:name"]
    assert read.omni_present["trace"] == {"concept:name": "UNKNOWN"}
    assert {"concept:name", "time:timestamp", "good", "due", "buyer"} <= set(read.omni_present["event"])
    assert {"cost", "count", "org:resource"}.isdisjoint(read.omni_present["event"])
    assert [trace.attributes["age"] for trace in read[:2]] == [20, 27]


def test_it_counts_the_same_pairs_and_variants(log: EventLog, tmp_path: Path) -> None:
    write_log(log, tmp_path / "log.xes")
    frame = pm4py.read_xes(str(tmp_path / "log.xes"))
    pairs, starts, ends = pm4py.discover_dfg(frame)
    follows, names = log.traces.follows(), log.activities
    found = zip(follows.before, follows.after, follows.counts, strict=True)
    assert {(names[a], names[b]): int(n) for a, b, n in found} == dict(pairs)
    assert {name: int(n) for name, n in zip(names, follows.starts, strict=True) if n} == starts
    assert {name: int(n) for name, n in zip(names, follows.ends, strict=True) if n} == ends
    variants = log.traces.variants()
    counts = {variants.sequence(v): int(n) for v, n in enumerate(variants.counts)}
    assert counts == {
        key: value if isinstance(value, int) else len(value) for key, value in pm4py.get_variants(frame).items()
    }


def test_a_log_replays_on_the_model_it_was_made_by(tmp_path: Path) -> None:
    steps = ["register", "check", "decide", "inform"]
    log = EventLog.of({"case": [str(case) for case in range(50) for _ in steps], "activity": steps * 50,
                       "time": [DAY + timedelta(minutes=row) for row in range(200)]})  # fmt: skip
    write_log(log, tmp_path / "log.xes")
    frame = pm4py.read_xes(str(tmp_path / "log.xes"))
    fitness = pm4py.fitness_token_based_replay(frame, *pm4py.discover_petri_net_inductive(frame))
    assert fitness["log_fitness"] == 1.0


@pytest.mark.parametrize("variant", ["LINE_BY_LINE", "ETREE"])
def test_what_it_writes_as_xes_is_read(variant: str, log: EventLog, tmp_path: Path) -> None:
    from pm4py.objects.log.exporter.xes import exporter

    write_log(log, tmp_path / "mine.xes")
    kept = pm4py.read_xes(str(tmp_path / "mine.xes"), variant="iterparse", return_legacy_log_object=True)
    exporter.apply(kept, str(tmp_path / "its.xes"), variant=getattr(exporter.Variants, variant))
    mine, its = (read_source(tmp_path / f"{who}.xes").table for who in ("mine", "its"))
    assert its.select(mine.column_names).equals(mine)


def test_what_it_writes_is_read_in_bulk(tmp_path: Path) -> None:
    write_log(EventLog.of({"case": ["a", "b"], "activity": ["x", "y"], "time": [DAY, DAY]}), tmp_path / "mine.xes")
    pm4py.write_xes(pm4py.read_xes(str(tmp_path / "mine.xes")), str(tmp_path / "its.xes"))
    with (tmp_path / "its.xes").open("rb") as stream:
        assert _in_bulk(stream) is not None


@pytest.mark.parametrize("name", ["log.jsonocel", "log.jsonocel.gz", "log.ocel.sqlite"])
def test_it_reads_ocel_with_equal_content(name: str, log: EventLog, tmp_path: Path) -> None:
    write_log(log, tmp_path / name)
    read = pm4py.read_ocel2(str(tmp_path / name))
    events = read.events.sort_values("ocel:timestamp")
    names = ["activity", "time", "agent", "cost", "good", "due", "lifecycle:transition", "case:age"]
    expected = [[plain(value) for value in row.values()] for row in pa.table(EVENTS).select(names).to_pylist()]
    found = events.assign(good=events["good"].astype(bool), due=[_moment(value) for value in events["due"]])
    assert (
        rows_of(found, [{"activity": "ocel:activity", "time": "ocel:timestamp"}.get(n, n) for n in names]) == expected
    )
    assert events["ocel:eid"].tolist() == [f"e{row + 1}" for row in range(COUNT)]
    related = set(zip(*(read.relations[f"ocel:{key}"] for key in ("eid", "type", "oid", "qualifier")), strict=True))
    wanted = {(f"e{row + 1}", kind, id, qualifier) for row in range(COUNT) for kind, qualifier, ids in (
        ("case", "case", [EVENTS["case"][row]]), ("customer", "buyer", [EVENTS["buyer"][row]]),
        ("item", "holds", EVENTS["goods"][row])) for id in ids}  # fmt: skip
    assert related == wanted
    objects = {row["ocel:oid"]: row for row in read.objects.to_dict("records")}
    assert {id: (plain(objects[id]["age"]), plain(objects[id]["city"])) for id in CUSTOMERS["id"]} == {
        id: (float(age), city) for id, age, city in zip(*CUSTOMERS.values(), strict=True)}  # fmt: skip
    assert [plain(objects[id]["price"]) for id in ("i0", "i1", "i2")] == [1.5, 3.25, -1.0]
    changes = read.object_changes
    assert changes[["ocel:oid", "ocel:field", "price"]].to_numpy().tolist() == [["i0", "price", 2.5]]
    assert _moment(changes["ocel:timestamp"].iloc[0]) == DAY
    assert sorted(map(tuple, read.o2o[["ocel:oid", "ocel:oid_2", "ocel:qualifier"]].to_numpy().tolist())) == sorted(
        zip(*LINKS.values(), strict=True))  # fmt: skip


def _moment(value: Any) -> Any:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def test_a_database_keeps_to_all_rules_of_the_standard(log: EventLog, tmp_path: Path) -> None:
    from pm4py.objects.ocel.validation import ocel20_rel_validation

    odd = EventLog.of({"case": ["a", "b", "c"], "activity": ["object", "map_type", "Map Type"], "time": [DAY] * 3})
    for number, one in enumerate((log, odd)):
        write_log(one, tmp_path / f"{number}.ocel.sqlite")
        kept, broken = ocel20_rel_validation.apply(str(tmp_path / f"{number}.ocel.sqlite"))
        assert broken == [] and len(kept) == 24


@pytest.mark.parametrize("name", ["its.jsonocel", "its.sqlite"])
def test_what_it_writes_as_ocel_is_read(name: str, log: EventLog, tmp_path: Path) -> None:
    write_log(log, tmp_path / "mine.jsonocel")
    pm4py.write_ocel2(pm4py.read_ocel2(str(tmp_path / "mine.jsonocel")), str(tmp_path / name))
    again = read_log(tmp_path / name)
    assert dict(again.objects) == {"buyer": Reference("customer", "buyer"), "holds": Reference("item", "holds"),
                                   "case": Reference("case", "case")}  # fmt: skip
    order = sorted(range(COUNT), key=lambda row: again.times[row])
    kept = 1_000_000 if name == "its.jsonocel" else 1  # it writes whole seconds there
    assert [again.times[row] // kept for row in order] == (log.times // kept).tolist()
    assert [again.activities[again.codes[row]] for row in order] == EVENTS["activity"]
    for column in ("buyer", "case"):
        assert [again.events.texts(column)[row].as_py() for row in order] == EVENTS[column]
    costs = again.events.to_arrow()["cost"].to_pylist()
    assert [costs[row] for row in order] == EVENTS["cost"]
    assert again.tables["customer"].to_arrow()["age"].to_pylist() == CUSTOMERS["age"]
    assert again.tables["item"].rows == 6 and again.links is not None and again.links.rows == 2
