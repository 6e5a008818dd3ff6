"""Where results go: never over what was read, never two to one place."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from likewise.errors import SettingsError
from likewise.io.sql import masked, parse_url


def keep_apart(source: str | Path, *outputs: str | Path) -> None:
    """Check that no output is the source itself and no two outputs are one place. Raises SettingsError.

    Links are followed, and a database is known however its URL is written; devices, pipes and standard input and
    output may be named as often as one likes.

    >>> keep_apart("adult.csv", "adult.synthetic.csv", "adult.report.html")
    """
    seen = {_place(source)} - {None}
    for output in outputs:
        place = _place(output)
        if place is not None and place in seen:
            what = "the source itself" if place == _place(source) else "where another result goes"
            shown = masked(str(output))
            raise SettingsError("settings.same-place", f"`{shown}` is {what}", where=shown,
                                hint="name another file: nothing that was read is ever written over")  # fmt: skip
        seen.add(place)


def _place(path: str | Path) -> str | None:
    """Return what tells one place from another, or None where that does not matter."""
    if str(path) in ("-", ""):
        return None
    if isinstance(path, str) and "://" in path:
        return _database(path)
    real = Path(os.path.realpath(Path(path).expanduser()))
    return str(real) if real.is_file() or not real.exists() else None


def _database(url: str) -> str:
    """Return what tells one database, and the table of it that is named, from another, however its URL is written."""
    found = parse_url(url)
    if found.dialect != "postgresql":
        return f"{os.path.realpath(found.place)}#{found.fragment}" if found.fragment else os.path.realpath(found.place)
    server = urlsplit(found.place)
    try:
        port = server.port or 5432
    except ValueError:
        port = 5432
    host = {None: "localhost", "127.0.0.1": "localhost", "[::1]": "localhost"}.get(server.hostname, server.hostname)
    return f"{host}:{port}{server.path}?{server.query}#{found.fragment}"
