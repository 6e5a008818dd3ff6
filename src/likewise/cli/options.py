"""The options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from likewise.errors import SettingsError

Source = Annotated[str, typer.Argument(help="A file (CSV, Parquet, JSON Lines, Arrow, Excel; also .gz, .zst), a SQL "
                                            "URL such as sqlite:///shop.db#orders, or - for CSV on stdin.")]  # fmt: skip
Technique = Annotated[str, typer.Option("--technique", "-t", help="How to learn; auto takes the best for tables.")]
SchemaFile = Annotated[Path | None, typer.Option("--schema", help="A schema.yaml, as `likewise inspect -o` writes it.")]
Target = Annotated[str | None, typer.Option("--target", help="The column that models are to predict.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")]
Given = Annotated[str | None, typer.Option("--given", help="Conditions such as 'sex=Female,age>=60,state=CA|NY', or "
                                                           "@FILE with partial rows to complete.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="A setting of the technique, e.g. min_leaf=50.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help="Between cells of a text file.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of a text file; found if not given.")]
Header = Annotated[bool | None, typer.Option("--header/--no-header", help="Whether line 1 names the columns.")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="The sheet of an Excel file.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace a database table that exists.")]


def settings_of(pairs: list[str] | None) -> dict[str, Any]:
    """Read `name=value` settings; values are YAML scalars."""
    import yaml

    settings: dict[str, Any] = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsError("settings.pair", "a setting is not of the form name=value", where=f"--set {pair}",
                                hint="write e.g. --set min_leaf=50")  # fmt: skip
        settings[name.strip()] = yaml.safe_load(value)
    return settings


def given_of(text: str | None) -> Any:
    """Return conditions as they are written, or the partial rows of `@FILE`."""
    if text is None or not text.startswith("@"):
        return text
    from likewise.recipes.verbs import read

    return read(text[1:])


def read_options(delimiter: str | None, encoding: str | None, header: bool | None, sheet: str | None) -> Any:
    """Return how a source is to be read."""
    from likewise.io.source import ReadOptions

    if delimiter is not None:
        delimiter = {"tab": "\t", "\\t": "\t", "space": " "}.get(delimiter, delimiter)
    return ReadOptions.from_dict({"delimiter": delimiter, "encoding": encoding, "header": header, "sheet": sheet})
