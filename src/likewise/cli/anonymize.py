"""`likewise anonymize`: real rows made less identifying, and what they reach counted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar, talk
from likewise.errors import SettingsError

HOW = "What is asked"


def anonymize(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file, or a table of a database by its URL.")],
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="A YAML document: what is done with each "
                                                                       "column; or --profile.")] = None,
    out: Annotated[str | None, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                            help="A file, or a table of a database by its URL.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", rich_help_panel=HOW,
                                                help="hipaa (Safe Harbor), gdpr or k-anonymity: what is done is told "
                                                     "by names and kinds of columns.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", rich_help_panel=options.WRITING,
                                          help="Write the plan of the profile, to edit, and no rows.")] = False,
    quasi: Annotated[str | None, typer.Option("--quasi", metavar="COLUMNS", rich_help_panel=HOW,
                                              help="What others may know of somebody: age,sex,zip.")] = None,
    sensitive: Annotated[str | None, typer.Option("--sensitive", metavar="COLUMNS", rich_help_panel=HOW,
                                                  help="What l and t hold for.")] = None,
    k: Annotated[int | None, typer.Option("--k", metavar="N", rich_help_panel=HOW,
                                          help="Rows of each class at least (5).")] = None,
    l: Annotated[int | None, typer.Option("--l", metavar="N", rich_help_panel=HOW,  # noqa: E741 - its name
                                          help="Distinct sensitive values of each class at least.")] = None,
    t: Annotated[float | None, typer.Option("--t", metavar="SHARE", rich_help_panel=HOW,
                                            help="Distance at most of a class's sensitive values to all.")] = None,
    method: Annotated[str | None, typer.Option("--method", metavar="NAME", rich_help_panel=HOW,
                                               help="mondrian, relaxed or lattice.")] = None,
    suppress: Annotated[float | None, typer.Option("--suppress", metavar="SHARE", rich_help_panel=HOW,
                                                   help="Rows that the lattice may leave out, at most (0.05).")] = None,
    schema: options.SchemaFile = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The key of hashes, masks and moved "
                                                                           "dates.")] = None,
    new_key: Annotated[Path | None, typer.Option("--new-key", metavar="FILE", help="Make a new key and write it "
                                                                                   "there.")] = None,
    summary: Annotated[Path | None, typer.Option("--summary", metavar="FILE", rich_help_panel=options.WRITING,
                                                 help="Write what was done and reached as JSON.")] = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Make real rows less identifying: generalise, leave out, hash, mask, until k, l and t hold; then count them again.

    \b
    likewise anonymize patients.csv -o safe.csv --profile hipaa
    likewise anonymize people.csv -o safe.csv --profile k-anonymity --k 10 --quasi age,sex,zip
    likewise anonymize people.csv --profile gdpr --l 3 --sensitive illness --dry-run -o plan.yaml
    likewise anonymize people.csv plan.yaml -o safe.csv --new-key people.key
    """
    from likewise.recipes.anonymize import anonymize_to, asked_for, optional_key

    options.keep_stdout_whole(out, json)
    asked: dict[str, Any] = {"quasi": quasi, "sensitive": sensitive, "k": k, "l": l, "t": t, "method": method,
                             "suppress": suppress}  # fmt: skip
    wanted = asked_for(source, plan, profile, {name: value for name, value in asked.items() if value is not None},
                       schema)  # fmt: skip
    if dry_run:
        _write_plan(wanted.to_yaml(), out)
        return
    if out is None:
        raise SettingsError("usage", "where do the rows go?", where="likewise anonymize", hint="-o FILE, or --dry-run")
    with progress_bar(silent=json) as progress, optional_key(key, new_key, needed=wanted.needs_key) as secret:
        done = anonymize_to(source, out, wanted, secret, schema=schema, summary=summary, replace=replace,
                            progress=progress)  # fmt: skip
    if json:
        print_json(done.to_dict())
        return
    if new_key is not None:
        made = f"wrote {new_key}: keep it secret, and keep it"
        talk.print(made if wanted.needs_key else "no key was made: none is needed", markup=False)
    for line in done.said():
        talk.print(line, markup=False)
    talk.print(f"wrote {done.rows - done.left_out:,} rows: {out}", markup=False)


def _write_plan(text: str, out: str | None) -> None:
    from likewise.recipes.anonymize import write_plan

    if out is None or out == "-":
        stdout.print(text, markup=False, highlight=False, end="")
        return
    write_plan(text, out)
    talk.print(f"wrote {out}: look at it, edit it, and give it as PLAN", markup=False)
