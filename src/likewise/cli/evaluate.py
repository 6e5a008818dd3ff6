"""`likewise evaluate`: judge anyone's synthetic data."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar
from likewise.cli.gate import end_by, print_gate
from likewise.errors import SettingsError


def evaluate(
    real: Annotated[str, typer.Argument(metavar="REAL", help="The real rows that the generator saw.")],
    synthetic: Annotated[str, typer.Argument(metavar="SYNTHETIC", help="The rows to judge, whoever made them.")],
    holdout: Annotated[str | None, typer.Option("--holdout", metavar="SOURCE",
                                                help="Real rows that the generator did not see.")] = None,
    target: options.Target = None,
    sensitive: Annotated[list[str] | None, typer.Option("--sensitive", metavar="COLUMN",
                                                        rich_help_panel=options.JUDGING,
                                                        help="A column whose groups are to be treated alike.")] = None,
    quasi: Annotated[list[str] | None, typer.Option("--quasi", metavar="COLUMN", rich_help_panel=options.JUDGING,
                                                    help="A quasi-identifier: a column that others may know.")] = None,
    schema: options.SchemaFile = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.WRITING,
                                                help="Where a report goes (.html, .md, .json).")] = None,
    releasable: Annotated[bool, typer.Option("--releasable", rich_help_panel=options.WRITING,
                                             help="Write and print the version that holds no row, exact count or "
                                                  "rare level.")] = False,
    certificate: Annotated[Path | None, typer.Option("--certificate", metavar="FILE", rich_help_panel=options.WRITING,
                                                     help="Where a certificate goes (.json): digests, scores, "
                                                          "limits.")] = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="FILE", rich_help_panel=options.JUDGING,
                                               help="The model that drew the rows, for the certificate.")] = None,
    gate: options.Gate = None,
    constraints: Annotated[Path | None, typer.Option("--constraints", metavar="FILE", rich_help_panel=options.JUDGING,
                                                     help="A rules.yaml (likewise inspect --rules): count the rows "
                                                          "that break each.")] = None,
    entity: Annotated[str | None, typer.Option("--entity", metavar="COLUMN", rich_help_panel=options.JUDGING,
                                               help="Of a long table: whose a row is.")] = None,
    order: Annotated[str | None, typer.Option("--order", metavar="COLUMN", rich_help_panel=options.JUDGING,
                                              help="Of a long table: when a row is.")] = None,
    shared: Annotated[list[str] | None, typer.Option("--shared", metavar="COLUMN", rich_help_panel=options.JUDGING,
                                                     help="Of events: a column whose values entities have in common, "
                                                          "such as a device or a shop.")] = None,
    amount: Annotated[str | None, typer.Option("--amount", metavar="COLUMN", rich_help_panel=options.JUDGING,
                                               help="Of events: the amount.")] = None,
    counterparty: Annotated[str | None, typer.Option("--counterparty", metavar="COLUMN",
                                                     rich_help_panel=options.JUDGING,
                                                     help="Of events: whom one goes to.")] = None,
    brief: Annotated[bool, typer.Option("--brief", rich_help_panel=options.JUDGING,
                                        help="Leave out what takes minutes: attacks, subgroups, the card.")] = False,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Judge synthetic data: how alike, how useful and how safe it is.

    \b
    likewise evaluate train.csv synthetic.csv
    likewise evaluate train.csv synthetic.csv --holdout holdout.csv \\
        --target income --report report.html
    likewise evaluate train.csv synthetic.csv --holdout holdout.csv \\
        --gate share --releasable --report report.html
    likewise evaluate payments.csv synthetic.csv --entity card \\
        --order time --shared device --amount amount
    """
    from likewise.core.aside import open_aside, together
    from likewise.evaluation.report.model import check_suffix
    from likewise.recipes.certify import certify
    from likewise.recipes.places import keep_apart
    from likewise.recipes.verbs import evaluate as judge

    if report is not None:
        check_suffix(report)
    if model is not None and certificate is None:
        raise SettingsError("settings.model", "a model is named for a certificate, and none is to be written",
                            where="--model", hint="add --certificate FILE")  # fmt: skip
    if certificate is not None and brief:
        raise SettingsError("settings.brief", "a certificate is of the whole judgement", where="--certificate --brief",
                            hint="leave --brief out")  # fmt: skip
    if certificate is not None and (entity or order or shared or amount or counterparty):
        raise SettingsError("settings.entity", "a certificate is of rows one by one", where="--certificate",
                            hint="leave --entity, --order and what goes with them out")  # fmt: skip
    places = [place for place in (report, certificate) if place is not None]
    for source in (real, synthetic, holdout, model, schema, gate, constraints):
        keep_apart(source or "", *places)
    # Both files are opened before the work and appear after it, or neither does.
    with together(), ExitStack() as files, progress_bar(silent=json) as progress:
        opened = {place: files.enter_context(open_aside(place)) for place in places}
        if certificate is None:
            found = judge(
                real, synthetic, holdout=holdout, target=target, sensitive=sensitive or (), quasi=quasi or (),
                schema=schema, gate=gate, constraints=constraints, entity=entity, order=order, shared=shared or (),
                amount=amount, counterparty=counterparty, brief=brief, seed=seed, progress=progress,
            )  # fmt: skip
            found = found.releasable() if releasable else found
        else:
            found, certified = certify(
                real, synthetic, holdout=holdout, model=model, target=target, sensitive=sensitive or (),
                quasi=quasi or (), schema=schema, gate=gate, constraints=constraints, releasable=releasable,
                seed=seed, progress=progress,
            )  # fmt: skip
            opened[certificate].write(certified.to_json().encode())
        if report is not None:
            opened[report].write(found.written_as(report).encode())
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        stdout.print(found.to_markdown(), markup=False, highlight=False)
        print_gate(found.gate)
    end_by(found.gate)
