"""What attributes of XES are called as columns, and back."""

from __future__ import annotations

from likewise.modalities.events.log import ACTIVITY, AGENT, CASE, PLAIN, TIME

KEYS = {ACTIVITY: "concept:name", TIME: "time:timestamp", AGENT: "org:resource"}
"""The attributes of an event that have names of their own as columns."""

CASE_KEY = "concept:name"
"""The attribute of a trace that is its id."""

OF_CASE = "case:"
"""What columns of attributes of traces begin with."""

EXTENSIONS = {
    "concept": ("Concept", "http://www.xes-standard.org/concept.xesext"),
    "time": ("Time", "http://www.xes-standard.org/time.xesext"),
    "org": ("Organizational", "http://www.xes-standard.org/org.xesext"),
    "lifecycle": ("Lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "cost": ("Cost", "http://www.xes-standard.org/cost.xesext"),
    "identity": ("Identity", "http://www.xes-standard.org/identity.xesext"),
    "semantic": ("Semantic", "http://www.xes-standard.org/semantic.xesext"),
    "micro": ("Micro", "http://www.xes-standard.org/micro.xesext"),
    "swcomm": ("Software_Communication", "http://www.xes-standard.org/swcomm.xesext"),
    "swevent": ("Software_Event", "http://www.xes-standard.org/swevent.xesext"),
    "swtelemetry": ("Software_Telemetry", "http://www.xes-standard.org/swtelemetry.xesext"),
}
"""The standard's extensions by the prefix of their attributes: name and address."""

_COLUMNS = {key: column for column, key in KEYS.items()}


def column_of(key: str, *, of_trace: bool) -> str:
    """Return the name of the column of an attribute of an event, or of its trace.

    >>> column_of("org:resource", of_trace=False), column_of("age", of_trace=True), column_of("time", of_trace=False)
    ('agent', 'case:age', 'event:time')
    """
    if of_trace:
        return CASE if key == CASE_KEY else OF_CASE + key
    if key in _COLUMNS:
        return _COLUMNS[key]
    return PLAIN + key if key in KEYS or key == CASE or key.startswith(PLAIN) else key


def key_of(column: str) -> tuple[str, bool]:
    """Return the key of a column's attribute, and whether it is one of a trace; the inverse of `column_of`.

    The keys of XES themselves are understood too, as other programs name columns by them.

    >>> key_of("agent"), key_of("case:age"), key_of("event:time"), key_of("case:concept:name")
    (('org:resource', False), ('age', True), ('time', False), ('concept:name', True))
    """
    if column == CASE:
        return CASE_KEY, True
    if column.startswith(OF_CASE):
        return column.removeprefix(OF_CASE), True
    return KEYS.get(column, column.removeprefix(PLAIN)), False
