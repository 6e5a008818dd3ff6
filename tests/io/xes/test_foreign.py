"""Logs of other programs are read, in whatever way they are written, and what is none is refused."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.errors import SourceError
from likewise.io.source import ReadOptions, read_source
from likewise.io.xes.reader import _in_bulk

HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- made by hand --><log xes.version="1.0" xmlns="http://www.xes-standard.org/">'
TRACE = """<trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>
<date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/><int key="n" value="7"/></event></trace>"""
LIST = '<list key="l"><values><int key="x" value="1"/></values></list>'
NAMED = '<string key="concept:name" value="1"/>'
WHOLE = f"{HEAD}\n{TRACE}\n</log>\n"


def read(text: str | bytes, folder: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    path = folder / "log.xes"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = read_source(path)
    return found.table.to_pylist(), found.notes


@pytest.mark.parametrize(("old", "new"), [
    ("<trace>", "<!-- a trace --><trace>"),
    ('key="n" value="7"', "key='n' value='7'"),
    ('key="n" value="7"', 'value="7" key="n"'),
    ('value="7"/>', 'value="7"></int>'),
    ('value="7"/>', 'value="&#55;"\n/>'),
    ('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
    ("</log>", "</log><!-- end -->"),
    ("<event>", "<event  >"),
    ("</event>", "</event\n>"),
])  # fmt: skip
def test_xml_may_be_written_in_many_ways(old: str, new: str, tmp_path: Path) -> None:
    assert old in WHOLE
    assert read(WHOLE.replace(old, new), tmp_path) == read(WHOLE, tmp_path)


def test_prefixes_of_a_name_space_say_nothing(tmp_path: Path) -> None:
    text = WHOLE.replace("xmlns=", "xmlns:x=").replace("</", "</x:")
    for name in ("log ", "trace", "event", "string", "date", "int"):
        text = text.replace(f"<{name}", f"<x:{name}")
    assert read(text, tmp_path) == read(WHOLE, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = WHOLE.replace("UTF-8", declared).replace('value="a"', 'value="prüfen"')
    assert read(text.encode(encoding), tmp_path)[0][0]["activity"] == "prüfen"


def test_nearly_all_logs_are_read_in_bulk(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(WHOLE)
    with (tmp_path / "log.xes").open("rb") as stream:
        assert _in_bulk(stream) is not None


def test_values_have_the_types_that_are_said(tmp_path: Path) -> None:
    values = """<float key="f" value="1.0E10"/><float key="g" value="INF"/><boolean key="b" value="TRUE"/>
    <id key="i" value="0b51"/><int key="p" value="+3"/><date key="d" value="2024-05-01T10:00:00.123456789Z"/>"""
    row = read(WHOLE.replace('<int key="n" value="7"/>', values), tmp_path)[0][0]
    assert row["f"] == 1e10 and row["g"] == float("inf") and row["b"] is True and row["i"] == "0b51" and row["p"] == 3
    assert row["d"] == datetime(2024, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert row["time"].isoformat() == "2011-10-01T00:38:44.546000+02:00"


@pytest.mark.parametrize(("second", "back"), [
    ('<int key="n" value="many"/>', ["7", "many"]),
    ('<string key="n" value="many"/>', ["7", "many"]),
    ('<float key="n" value="0.5"/>', [7.0, 0.5]),
    ('<int key="n" value="99999999999999999999"/>', ["7", "99999999999999999999"]),
    ("", [7, None]),
    ('<int key="n" value="8"/><int key="n" value="9"/>', [7, 9]),
    ('<date key="n" value="2024-02-31"/>', ["7", "2024-02-31"]),
])  # fmt: skip
def test_a_column_of_several_types_becomes_one_that_holds_all(second: str, back: Any, tmp_path: Path) -> None:
    text = WHOLE.replace("</trace>", f'<event><string key="concept:name" value="b"/>{second}</event></trace>')
    assert [row["n"] for row in read(text, tmp_path)[0]] == back


def test_names_of_cases_and_activities_are_words_whatever_is_said(tmp_path: Path) -> None:
    text = WHOLE.replace('<string key="concept:name"', '<int key="concept:name"').replace('value="1"', 'value="007"')
    text = text.replace('value="a"', 'value="08"')
    row = read(text, tmp_path)[0][0]
    assert (row["case"], row["activity"]) == ("007", "08")


def test_moments_of_which_some_say_no_zone_are_in_utc(tmp_path: Path) -> None:
    text = WHOLE.replace("</trace>", '<event><date key="time:timestamp" value="2024-05-01T10:00:00"/></event></trace>')
    rows, _ = read(text, tmp_path)
    assert rows[1]["time"] == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert rows[1]["activity"] is None


def test_attributes_of_traces_stand_in_all_their_events_and_plain_names_do_not_clash(tmp_path: Path) -> None:
    text = WHOLE.replace("<event>", '<string key="time" value="t"/><event><string key="activity" value="own"/>')
    row = read(text, tmp_path)[0][0]
    assert (row["case:time"], row["event:activity"], row["activity"]) == ("t", "own", "a")


def test_attributes_of_a_trace_may_come_after_its_events(tmp_path: Path) -> None:
    late = WHOLE.replace(NAMED, "").replace("</trace>", NAMED + "</trace>")
    assert read(late, tmp_path) == read(WHOLE, tmp_path)


@pytest.mark.parametrize(("old", "new", "rows", "note"), [
    ("</log>", "<trace/></log>", 1, "1 traces without events left out"),
    ("</log>", '<trace><string key="concept:name" value="2"/></trace></log>', 1, "1 traces without events left out"),
    ("</log>", '<event><string key="concept:name" value="b"/></event></log>', 1, "1 events outside of traces left out"),
    ('value="7"/>', 'value="7"><string key="unit" value="g"/></int>', 1, "1 attributes inside of others left out"),
    ("</event>", f"{LIST}</event>", 1, "1 lists of attributes left out"),
    ("</log>", f"{TRACE}</log>", 2, "1 traces have the name of another, and are one case with it"),
])  # fmt: skip
def test_what_a_table_cannot_hold_is_told(old: str, new: str, rows: int, note: str, tmp_path: Path) -> None:
    text = WHOLE.replace(old, new)
    found, notes = read(text, tmp_path)
    assert len(found) == rows and note in notes
    with pytest.warns(UserWarning, match=note):
        likewise.read(tmp_path / "log.xes")


def test_events_without_attributes_are_events(tmp_path: Path) -> None:
    rows, notes = read(WHOLE.replace("</trace>", "<event/><event></event></trace>"), tmp_path)
    assert [row["activity"] for row in rows] == ["a", None, None] and not notes


def test_traces_without_a_name_are_counted(tmp_path: Path) -> None:
    other = TRACE.replace('value="1"', 'value="z"')
    text = WHOLE.replace(NAMED, "").replace("</log>", other + "</log>")
    assert [row["case"] for row in read(text, tmp_path)[0]] == ["1", "z"]


@pytest.mark.parametrize(("text", "code"), [
    (WHOLE.replace("?>", '?><!DOCTYPE log [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>', 1), "source.xml"),
    (WHOLE.replace('value="a"', 'value="a < b"'), "source.xml"),
    (WHOLE.replace('value="a"', 'value="a & b"'), "source.xml"),
    (WHOLE.replace('value="a"', 'value="&own;"'), "source.xml"),
    (WHOLE.replace('value="a"', 'value="&#0;"'), "source.xml"),
    (WHOLE.replace('value="a"', 'value="\x07"'), "source.xml"),
    (WHOLE.replace("</event>", ""), "source.xml"),
    (WHOLE.replace("</trace>", "</event>"), "source.xml"),
    (WHOLE.replace("<event>", "<event><event>"), "source.xml"),
    (WHOLE + WHOLE, "source.xml"),
    ("case,activity\n1,a\n", "source.xml"),
    ("<?xml version='1.0'?><svg/>", "source.no-event-log"),
    (WHOLE.replace('value="a"', 'value="ü"').encode("latin-1"), "source.xml"),
])  # fmt: skip
def test_what_is_no_log_is_refused(text: str | bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as fault:
        read(text, tmp_path)
    assert fault.value.code == code and fault.value.hint


def test_a_log_of_another_suffix_is_read_where_it_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "log.xml").write_text(WHOLE)
    assert read_source(tmp_path / "log.xml", options=ReadOptions(format="xes")).table.num_rows == 1
