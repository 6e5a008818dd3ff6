"""Which database a script of SQL was written for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from likewise.core.extras import require
from likewise.errors import SettingsError, suggest

ALIASES = {"postgresql": "postgres", "sqlserver": "tsql", "mssql": "tsql", "mariadb": "mysql"}
"""Names that people use for sqlglot's dialects."""

_HINTS: tuple[tuple[str, str, int], ...] = (
    ("mysql", r"`\w+`", 2), ("mysql", r"\bENGINE\s*=", 4), ("mysql", r"\bAUTO_INCREMENT\b", 4),
    ("mysql", r"/\*!\d", 4), ("mysql", r"\b(?:TINY|SMALL|MEDIUM|BIG)?INT(?:\(\d+\))?\s+UNSIGNED\b", 4),
    ("mysql", r"\bENUM\s*\(\s*'", 2), ("mysql", r"\bON UPDATE CURRENT_TIMESTAMP\b", 3), ("mysql", r"\bCHARSET\b", 3),
    ("sqlite", r"\bAUTOINCREMENT\b", 3), ("sqlite", r"\bWITHOUT\s+ROWID\b", 5), ("sqlite", r"\bPRAGMA\b", 4),
    ("sqlite", r"\bSTRICT\s*;", 4), ("sqlite", r"\b(?:julianday|strftime|typeof|json_valid)\s*\(", 3),
    ("sqlite", r"\bGLOB\s+'", 5), ("sqlite", r"\bINTEGER\s+(?:NOT\s+NULL\s+)?PRIMARY\s+KEY\b", 1),
    ("sqlite", r"\[\w+\]\s+(?:INTEGER|TEXT|REAL|NUMERIC|N?VARCHAR)\b", 3),
    ("sqlite", r"\bsqlite_(?:master|sequence)\b", 6), ("sqlite", r"\bDEFAULT\s*\(\s*datetime\s*\(", 4),
    ("postgres", r"\b(?:BIG|SMALL)?SERIAL\b", 4), ("postgres", r"::\s*\w", 3), ("postgres", r"\bTIMESTAMPTZ\b", 3),
    ("postgres", r"\bAS\s+ENUM\s*\(", 5), ("postgres", r"\bALTER\s+TABLE\s+ONLY\b", 5), ("postgres", r"\bJSONB\b", 3),
    ("postgres", r"\bUSING\s+(?:btree|gist|gin)\b", 5), ("postgres", r"\bcharacter\s+varying\b", 3),
    ("postgres", r"\bBYTEA\b", 3), ("postgres", r"\bCREATE\s+(?:DOMAIN|EXTENSION)\b", 4),
    ("postgres", r"!?~\*?\s*'", 3),
    ("postgres", r"\bWITH(?:OUT)?\s+TIME\s+ZONE\b", 3), ("postgres", r"\bILIKE\b", 2),
    ("postgres", r"\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY\b", 2), ("postgres", r"\w\[\]", 2),
    ("tsql", r"\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)", 5), ("tsql", r"(?m)^\s*GO\s*$", 5), ("tsql", r"\[dbo\]", 5),
    ("tsql", r"\b(?:NON)?CLUSTERED\b", 4), ("tsql", r"\bdatetime2\b", 4), ("tsql", r"\buniqueidentifier\b", 4),
    ("tsql", r"\[n?varchar\]", 5), ("oracle", r"\bN?VARCHAR2\s*\(", 6), ("oracle", r"\bNUMBER\s*\(", 3),
    ("oracle", r"\bSYSDATE\b", 3), ("snowflake", r"\bVARIANT\b", 4), ("snowflake", r"\bTIMESTAMP_(?:NTZ|LTZ|TZ)\b", 5),
    ("bigquery", r"\bINT64\b", 5), ("bigquery", r"\bSTRING\b", 1), ("duckdb", r"\b(?:U?HUGEINT|UTINYINT|UBIGINT)\b", 6),
    ("duckdb", r"\bSTRUCT\s*\(", 3), ("duckdb", r"\bINTEGER\[\d+\]", 3),
)  # fmt: skip


def dialect_of(script: str, asked: str | None = None) -> str:
    """Return sqlglot's name of the dialect a script is written in: the one asked for, else the likeliest.

    Raises SettingsError where one that is not known is asked for.

    >>> dialect_of("CREATE TABLE a (id serial PRIMARY KEY, seen timestamptz)")
    'postgres'
    """
    if asked is not None:
        known = known_dialects()
        name = ALIASES.get(asked.lower(), asked.lower())
        if name not in known:
            raise SettingsError("settings.dialect", f"there is no SQL dialect `{asked}`",
                                hint=suggest(asked, known, "dialect"))  # fmt: skip
        return name
    scores: dict[str, int] = {}
    for dialect, pattern, weight in _HINTS:
        if re.search(pattern, script, re.IGNORECASE):
            scores[dialect] = scores.get(dialect, 0) + weight
    return max(scores, key=lambda name: scores[name]) if scores else "postgres"


def known_dialects() -> Sequence[str]:
    """Return the dialects that sqlglot reads."""
    dialects = require("sqlglot.dialects.dialect", extra="rules")
    return sorted(member.value for member in dialects.Dialects if member.value)
