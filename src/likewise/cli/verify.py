"""`likewise verify`: does a certificate still hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_checks, print_json, progress_bar
from likewise.cli.gate import NOT_PASSED


def verify(
    certificate: Annotated[Path, typer.Argument(metavar="CERTIFICATE",
                                                help="What likewise evaluate --certificate wrote.")],
    real: Annotated[str | None, typer.Option("--real", metavar="SOURCE", help="The real rows.")] = None,
    synthetic: Annotated[str | None, typer.Option("--synthetic", metavar="SOURCE", help="The judged rows.")] = None,
    holdout: Annotated[str | None, typer.Option("--holdout", metavar="SOURCE", help="The rows held back.")] = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="FILE", help="The model file.")] = None,
    schema: options.SchemaFile = None,
    again: Annotated[bool, typer.Option("--again", help="Judge once more and compare every score.")] = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Check a certificate: its own digest, those of the files given, and with --again every score.

    Exit code 3 where anything differs. The digest finds changes; it is no signature.

    \b
    likewise verify certificate.json
    likewise verify certificate.json --real train.csv --synthetic s.csv \\
        --holdout holdout.csv --again
    """
    from likewise.recipes.certify import verify as check

    with progress_bar(silent=json) as progress:
        found = check(certificate, real=real, synthetic=synthetic, holdout=holdout, model=model, schema=schema,
                      again=again, progress=progress)  # fmt: skip
    if json:
        print_json({"agrees": found.agrees, **found.model_dump(mode="json")})
    else:
        print_checks(found)
    if not found.agrees:
        raise typer.Exit(NOT_PASSED)
