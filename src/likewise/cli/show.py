"""`likewise show`: the card of a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json


def show(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model file (*.likewise).")],
    domain: Annotated[
        bool, typer.Option("--domain", help="Print the contract of a private model, as a domain.yaml.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Show a model's card: what it was made from, what it may leak, how well it did.

    \b
    likewise show adult.model.likewise
    likewise show adult.model.likewise --domain > domain.yaml
    """
    from likewise.core.state import load

    loaded = load(model)
    if domain:
        from likewise.recipes.told import domain_yaml

        typer.echo(domain_yaml(loaded), nl=False)
        return
    if json:
        print_json({"card": loaded.card.model_dump(mode="json"), "schema": loaded.schema.to_dict()})
        return
    stdout.print(loaded.card.to_text(), markup=False, highlight=False)
    for column in loaded.schema.columns:
        stdout.print(f"column      {column.name} ({column.kind})", markup=False, highlight=False)
