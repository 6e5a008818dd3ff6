"""`likewise evidence`: what a data protection officer needs to judge a release, in one zip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_checks, print_json, progress_bar, talk
from likewise.cli.gate import NOT_PASSED
from likewise.errors import SettingsError

RELEASE = "What only the controller knows"


def evidence(
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A model file (*.likewise).")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", rich_help_panel=options.WRITING,
                                      help="The zip.")] = Path("evidence.zip"),
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.JUDGING,
                                                help="A report of evaluate or audit (.json).")] = None,
    train: Annotated[str | None, typer.Option("--train", metavar="SOURCE", rich_help_panel=options.JUDGING,
                                              help="The rows that it was fitted to: audit it on them "
                                                   "now.")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", metavar="FILE", rich_help_panel=options.JUDGING,
                                                help="The ledger that its release stands in.")] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", rich_help_panel=options.JUDGING,
                                                help="A file of drawn rows, for its digest.")] = None,
    controller: Annotated[str, typer.Option("--controller", metavar="NAME", rich_help_panel=RELEASE,
                                            help="Who decides.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", rich_help_panel=RELEASE,
                                         help="What for.")] = "",
    recipient: Annotated[list[str] | None, typer.Option("--recipient", metavar="NAME", rich_help_panel=RELEASE,
                                                        help="Who gets it; give it as often as needed.")] = None,
    date: Annotated[str, typer.Option("--date", metavar="DATE", rich_help_panel=RELEASE,
                                      help="The date of the pack.")] = "",
    expires: Annotated[str, typer.Option("--expires", metavar="DATE", rich_help_panel=RELEASE,
                                         help="When the release ends.")] = "",
    review: Annotated[str, typer.Option("--review", metavar="DATE", rich_help_panel=RELEASE,
                                        help="When it is judged again.")] = "",
    check: Annotated[Path | None, typer.Option("--check", metavar="FILE",
                                               help="Check a pack again; MODEL and --output are compared with it "
                                                    "where they are given.")] = None,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Write all that is known of a model's release into one zip: to read, print and sign.

    The tool supplies evidence; the controller decides. With --check, exit code 3 where anything differs.

    \b
    likewise evidence adult.likewise -o evidence.zip --report audit.json \\
        --ledger ledger.jsonl --purpose research --recipient 'Univ. X'
    likewise evidence --check evidence.zip
    """
    from likewise.recipes.evidence import Release, check_evidence
    from likewise.recipes.evidence import evidence as make
    from likewise.recipes.places import keep_apart

    if check is not None:
        found = check_evidence(check, model=model, output=output)
        if json:
            print_json({"agrees": found.agrees, **found.model_dump(mode="json")})
        else:
            print_checks(found)
        if not found.agrees:
            raise typer.Exit(NOT_PASSED)
        return
    if model is None:
        raise SettingsError("settings.model", "no model is named", where="likewise evidence",
                            hint="likewise evidence MODEL -o evidence.zip")  # fmt: skip
    for read in (model, report, ledger, output, train):
        if read is not None:
            keep_apart(read, out)
    release = Release(controller=controller, purpose=purpose, recipients=tuple(recipient or ()), date=date,
                      expires=expires, review=review)  # fmt: skip
    with progress_bar(silent=json) as progress:
        make(model, out, report=report, train=train, ledger=ledger, output=output, release=release, seed=seed,
             progress=progress)  # fmt: skip
    if json:
        print_json({"evidence": str(out)})
    else:
        talk.print(f"wrote {out}: unpack it and open evidence.html", markup=False)
