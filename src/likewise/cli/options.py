"""The options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from likewise.errors import SettingsError

READING, LEARNING, WRITING = "How the source is read", "How to learn", "What is written"
JUDGING = "How it is judged"
PRIVACY = "What is promised"


def _techniques(incomplete: str) -> list[str]:
    from likewise.core.registry import techniques

    return [name for name in ("auto", *techniques()) if name.startswith(incomplete)]


Source = Annotated[str, typer.Argument(metavar="SOURCE", help="A file (CSV, Parquet, JSON Lines, Arrow, Excel; also "
                                       ".gz, .zst), a folder of pictures, sounds or clips, a SQL URL such as "
                                       "sqlite:///shop.db#orders, or - for CSV on stdin.")]  # fmt: skip
Technique = Annotated[str, typer.Option("--technique", "-t", metavar="NAME", rich_help_panel=LEARNING,
                                        autocompletion=_techniques, help="auto takes the best for tables; "
                                        "[b]likewise doctor[/b] lists them.")]  # fmt: skip
SchemaFile = Annotated[Path | None, typer.Option("--schema", metavar="FILE", rich_help_panel=READING,
                                                 help="A schema.yaml from likewise inspect -o.")]  # fmt: skip
Target = Annotated[str | None, typer.Option("--target", metavar="COLUMN", rich_help_panel=LEARNING,
                                            help="What models are to predict.")]  # fmt: skip
Goal = Annotated[str | None, typer.Option("--goal", metavar="NAME", rich_help_panel=LEARNING,
                                          help="share, test or augment: race techniques and settings on your rows and "
                                               "take what serves it best.")]  # fmt: skip
Time = Annotated[str | None, typer.Option("--time", metavar="TIME", rich_help_panel=LEARNING,
                                          help="Take the best that is done within 60s, 2m or 1h30m.")]  # fmt: skip
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")]
Given = Annotated[str | None, typer.Option("--given", metavar="WHERE", rich_help_panel=WRITING,
                                           help="Conditions, e.g. 'sex=Female,age>=60', or @FILE with partial rows to "
                                                "complete.")]  # fmt: skip
Balance = Annotated[str | None, typer.Option("--balance", metavar="HOW", rich_help_panel=WRITING,
                                             help="Even counts of the levels of a column (income) or of several "
                                                  "(income,sex), or shares: 'income=no:0.3|yes:0.7'.")]  # fmt: skip
Constraints = Annotated[Path | None, typer.Option("--constraints", metavar="FILE", rich_help_panel=LEARNING,
                                                  help="A rules.yaml whose rules hold in every row drawn; rows that "
                                                       "break one are not learned from.")]  # fmt: skip
Quarantine = Annotated[str | None, typer.Option("--quarantine", metavar="FILE", rich_help_panel=WRITING,
                                                help="Where the rows go that break a rule of "
                                                     "--constraints.")]  # fmt: skip
Epsilon = Annotated[float | None, typer.Option("--epsilon", metavar="N", rich_help_panel=PRIVACY,
                                               help="Promise differential privacy: what the result may tell of one "
                                                    "row; 1 is strong, above 10 is little.")]  # fmt: skip
Delta = Annotated[float | None, typer.Option("--delta", metavar="N", rich_help_panel=PRIVACY,
                                             help="How likely the promise may fail; 1e-6 if not given.")]  # fmt: skip
Domain = Annotated[str | None, typer.Option("--domain", metavar="FILE", rich_help_panel=PRIVACY,
                                            help="A domain.yaml of what may be known of each column without looking, "
                                                 "or discover to pay for it.")]  # fmt: skip
Unit = Annotated[str | None, typer.Option("--unit", metavar="COLUMN", rich_help_panel=PRIVACY,
                                          help="Whose a row is: all rows of one value are protected "
                                               "together.")]  # fmt: skip
LedgerFile = Annotated[Path | None, typer.Option("--ledger", metavar="FILE", rich_help_panel=PRIVACY,
                                                 help="The ledger that remembers what was released; see likewise "
                                                      "budget.")]  # fmt: skip
People = Annotated[str | None, typer.Option("--people", metavar="NAME", rich_help_panel=PRIVACY,
                                            help="Whose data it is, as the ledger calls them.")]  # fmt: skip
Public = Annotated[str | None, typer.Option("--public", metavar="FILE", rich_help_panel=PRIVACY,
                                            help="Rows of the same columns that need no protection, and help to choose "
                                                 "what to count.")]  # fmt: skip
Gate = Annotated[str | None, typer.Option("--gate", metavar="NAME|FILE", rich_help_panel=JUDGING,
                                          help="share, test, augment or a gates.yaml: exit code 3 where a limit does "
                                               "not hold.")]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print the result, or the error, as JSON on stdout.")]
Effort = Annotated[str | None, typer.Option("--effort", metavar="LEVEL", rich_help_panel=LEARNING,
                                            help="fast, standard or high: seconds for quality.")]  # fmt: skip
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", rich_help_panel=LEARNING,
                                                    help="A setting, e.g. min_leaf=50.")]  # fmt: skip
Delimiter = Annotated[str | None, typer.Option("--delimiter", metavar="TEXT", rich_help_panel=READING,
                                               help="Between cells of a text file: ; or tab or ...")]  # fmt: skip
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", rich_help_panel=READING,
                                              help="Of a text file; found if not given.")]  # fmt: skip
Header = Annotated[bool | None, typer.Option("--header/--no-header", rich_help_panel=READING,
                                             help="Whether line 1 names the columns.")]  # fmt: skip
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", rich_help_panel=READING,
                                           help="The sheet of an Excel file.")]  # fmt: skip
Damaged = Annotated[str, typer.Option("--damaged", metavar="HOW", rich_help_panel=READING,
                                      help="refuse or skip: stop at a damaged file of a folder, or leave its row "
                                           "out.")]  # fmt: skip
Replace = Annotated[bool, typer.Option("--replace", rich_help_panel=WRITING,
                                       help="Replace a database table that exists.")]  # fmt: skip


EXAMPLES = {"--set": "write e.g. --set min_leaf=50", "-p": "write e.g. -p rate=0.2",
            "--column": "write e.g. --column agent=customer"}  # fmt: skip
"""How settings are written, by option."""


def settings_of(pairs: list[str] | None, effort: str | None = None, *, option: str = "--set") -> dict[str, Any]:
    """Read `name=value` settings of an option, whose values are YAML scalars, and the effort."""
    settings: dict[str, Any] = {} if effort is None else {"effort": effort}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsError("settings.pair", "a setting is not of the form name=value", where=f"{option} {pair}",
                                hint=EXAMPLES[option])  # fmt: skip
        if effort is not None and name.strip() == "effort":
            raise SettingsError("settings.twice", "the effort is set twice", where=f"--effort {effort} --set {pair}",
                                hint="keep one of the two")  # fmt: skip
        settings[name.strip()] = value_of(value, f"{option} {pair}")
    return settings


def value_of(text: str, where: str) -> Any:
    """Read a value, which is a YAML scalar, list or mapping. Raises SettingsError where it is none."""
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # a date that there is not is a ValueError
        raise SettingsError("settings.value", f"`{text}` cannot be read as a value", where=where,
                            hint="write it as YAML has it: 5, 2026-01-31, [1, 2], {a: 1}") from None  # fmt: skip


def given_of(text: str | None) -> Any:
    """Return conditions as they are written, or the partial rows of `@FILE`."""
    if text is None or not text.startswith("@"):
        return text
    from likewise.recipes.verbs import read

    return read(text[1:])


def read_options(
    delimiter: str | None, encoding: str | None, header: bool | None, sheet: str | None, damaged: str = "refuse"
) -> Any:  # fmt: skip
    """Return how a source is to be read."""
    from likewise.io.source import ReadOptions

    if delimiter is not None:
        delimiter = {"tab": "\t", "\\t": "\t", "space": " "}.get(delimiter, delimiter)
        if len(delimiter) != 1:
            raise SettingsError("settings.delimiter", "a delimiter is one character", where="--delimiter",
                                hint="e.g. --delimiter ';' or --delimiter tab")  # fmt: skip
    if damaged not in ("refuse", "skip"):
        raise SettingsError("settings.damaged", "damaged files are refused or skipped", where=f"--damaged {damaged}",
                            hint="say --damaged refuse or --damaged skip")  # fmt: skip
    return ReadOptions.model_validate({"delimiter": delimiter, "encoding": encoding, "header": header, "sheet": sheet,
                                       "damaged": damaged})  # fmt: skip


def keep_stdout_whole(out: str | None, json: bool) -> None:
    """Refuse rows and a JSON document on stdout at once. Raises SettingsError."""
    if json and out == "-":
        raise SettingsError("settings.stdout", "rows and --json cannot both go to stdout", where="-o - --json",
                            hint="write the rows to a file")  # fmt: skip
