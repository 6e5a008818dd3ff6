"""`likewise federate`: one model over parties that may not pool their rows."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, talk

if TYPE_CHECKING:
    from likewise.privacy.federated import Agreement

federate = typer.Typer(invoke_without_command=True)

AGREEING, TRAVELLING = "What is agreed", "How it travels"
ModelFile = Annotated[Path, typer.Option("-o", "--out", metavar="FILE", rich_help_panel=options.WRITING,
                                         help="Where the model goes (*.likewise).")]  # fmt: skip


@federate.callback()
def _root(context: typer.Context) -> None:
    """Fit one model over parties that may not pool their rows: one leads, the others join.

    \b
    likewise federate lead domain.yaml --parties 3 --listen 127.0.0.1:7000 --epsilon 1 -o model.likewise
    likewise federate join rows.csv --at 127.0.0.1:7000 --name hospital-a
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@federate.command("lead")
def lead(
    domain: Annotated[Path, typer.Argument(metavar="DOMAIN", help="A YAML document that declares every column: all of "
                                           "it is public.")],
    parties: Annotated[int, typer.Option("--parties", metavar="N", help="How many take part.",
                                         rich_help_panel=AGREEING)],
    out: ModelFile,
    listen: Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help="Where parties call.",
                                        rich_help_panel=TRAVELLING)] = "127.0.0.1:7000",
    epsilon: Annotated[float, typer.Option("--epsilon", metavar="NUMBER", help="What the fit may cost.",
                                           rich_help_panel=AGREEING)] = 1.0,
    delta: Annotated[float, typer.Option("--delta", metavar="NUMBER", help="The probability that this fails.",
                                         rich_help_panel=AGREEING)] = 1e-6,
    target: options.Target = None,
    threshold: Annotated[int | None, typer.Option("--threshold", metavar="N", help="How many are enough to go on when "
                                                  "others drop out: two thirds.", rich_help_panel=AGREEING)] = None,
    colluding: Annotated[int, typer.Option("--colluding", metavar="N", help="How many may share all they know, with "
                                           "the leader too.", rich_help_panel=AGREEING)] = 1,
    overlap: Annotated[int, typer.Option("--overlap", metavar="N", help="At how many parties a person may be.",
                                         rich_help_panel=AGREEING)] = 1,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", help="For each answer of a party.",
                                        rich_help_panel=TRAVELLING)] = 60.0,
    within: Annotated[float, typer.Option("--within", metavar="SECONDS", help="Until all parties have called.",
                                          rich_help_panel=TRAVELLING)] = 600.0,
    certificate: Annotated[Path | None, typer.Option("--certificate", metavar="FILE", help="TLS: a PEM file of the "
                                                     "certificate and its key.", rich_help_panel=TRAVELLING)] = None,
    seed: options.Seed = 0,
) -> None:  # fmt: skip
    """Lead a fit: see sums of all parties with noise, and no row of any of them.

    \b
    likewise federate lead domain.yaml --parties 3 --listen 127.0.0.1:7000 --epsilon 1 -o model.likewise
    likewise federate lead domain.yaml --parties 5 --threshold 4 --colluding 2 -o model.likewise
    """
    from likewise.core.aside import open_aside
    from likewise.core.state import to_bytes
    from likewise.recipes import federated

    def listening(address: str) -> None:
        talk.print(f"listening at {address} for {parties} parties", markup=False)

    with open_aside(out) as file, progress_bar() as progress:  # a place that cannot be written spends nothing
        model = federated.lead(
            domain, parties=parties, at=listen, epsilon=epsilon, delta=delta, target=target, threshold=threshold,
            colluding=colluding, overlap=overlap, wait=wait, within=within, seed=seed, listening=listening,
            tls=None if certificate is None else federated.server_tls(certificate), progress=progress,
        )  # fmt: skip
        file.write(to_bytes(model))
    talk.print(f"wrote {out}", markup=False)


@federate.command("join")
def join(
    source: options.Source,
    at: Annotated[str, typer.Option("--at", metavar="HOST:PORT", help="Where the leader listens.",
                                    rich_help_panel=TRAVELLING)],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the others call this party.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", rich_help_panel=options.WRITING,
                                             help="Where the model goes that all get (*.likewise).")] = None,
    domain: Annotated[Path | None, typer.Option("--domain", metavar="FILE", help="Take part only where this is what is "
                                                "declared.", rich_help_panel=AGREEING)] = None,
    epsilon: Annotated[float, typer.Option("--epsilon", metavar="NUMBER", help="The most that the fit may cost.",
                                           rich_help_panel=AGREEING)] = 1.0,
    delta: Annotated[float, typer.Option("--delta", metavar="NUMBER", help="The most that its delta may be.",
                                         rich_help_panel=AGREEING)] = 1e-5,
    ledger: Annotated[Path | None, typer.Option("--ledger", metavar="FILE", help="Keep to the budget of this ledger.",
                                                rich_help_panel=AGREEING)] = None,
    people: Annotated[str | None, typer.Option("--people", metavar="PEOPLE", help="Whose rows they are, in the ledger.",
                                               rich_help_panel=AGREEING)] = None,
    within: Annotated[float, typer.Option("--within", metavar="SECONDS", help="Until the leader listens.",
                                          rich_help_panel=TRAVELLING)] = 60.0,
    authority: Annotated[Path | None, typer.Option("--authority", metavar="FILE", help="TLS: a PEM file of who vouches "
                                                   "for the leader.", rich_help_panel=TRAVELLING)] = None,
) -> None:  # fmt: skip
    """Join a fit with rows that stay here.

    \b
    likewise federate join rows.csv --at 127.0.0.1:7000 --name hospital-a
    likewise federate join rows.csv --at 127.0.0.1:7000 --name hospital-a --domain domain.yaml --epsilon 0.5
    """
    from likewise.core.aside import open_aside
    from likewise.core.state import to_bytes
    from likewise.recipes import federated
    from likewise.recipes.places import keep_apart

    def agreed(agreement: Agreement, names: tuple[str, ...]) -> None:
        talk.print(f"agreed to epsilon {agreement.epsilon:g} and delta {agreement.delta:g} with {', '.join(names)}: "
                   f"agreement {agreement.digest()[:16]}", markup=False)  # fmt: skip

    if out is not None:
        keep_apart(source, out)
    with nullcontext() if out is None else open_aside(out) as file:  # a place that cannot be written spends nothing
        model = federated.join(
            source, at=at, name=name, domain=domain, epsilon=epsilon, delta=delta, ledger=ledger, people=people,
            within=within, tls=None if authority is None else federated.client_tls(authority), agreed=agreed,
        )  # fmt: skip
        if file is not None:
            file.write(to_bytes(model))
    if out is not None:
        talk.print(f"wrote {out}", markup=False)
