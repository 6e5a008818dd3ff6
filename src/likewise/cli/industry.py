"""`likewise generate INDUSTRY`: the parameters of an industry as options of its own."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk
from likewise.errors import SettingsError

if TYPE_CHECKING:
    from likewise.core.industry import Industry

SHOWN = {int: "N", float: "NUMBER"}
"""What stands for the values of options, by their types."""


class ByIndustry(TyperCommand):
    """Take another command where the first argument names an industry: that of its parameters."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the command that is to run."""
        from likewise.recipes.industries import is_industry

        if args and is_industry(args[0]):
            command = command_of(args[0])
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


def command_of(name: str) -> Any:
    """Return the command that makes an industry's tables, with an option for each parameter."""
    from likewise.core.registry import industry

    kind = industry(name)

    def generate(**said: Any) -> None:
        _generate(name, kind, said)

    generate.__doc__ = _help(kind)
    own = [_option(field, told) for field, told in kind.model_fields.items()]
    shared = inspect.signature(_written, eval_str=True).parameters.values()
    parameters = [*own, *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in shared)]
    generate.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    generate.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    alone = typer.Typer(rich_markup_mode="rich", add_completion=False,
                        context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip
    alone.command(name)(generate)
    return typer.main.get_command(alone)


def _written(
    out: Annotated[str, typer.Option("-o", "--out", metavar="FOLDER", rich_help_panel=options.WRITING,
                                     help="A new folder: a file for each table, and a data card.")],
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", rich_help_panel=options.WRITING,
                                               help="Of the files: csv, parquet, jsonl, ...")] = None,
    tables: Annotated[str | None, typer.Option("--tables", metavar="NAMES", rich_help_panel=options.WRITING,
                                               help="Write these tables only: customers,accounts.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")] = 0,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Hold the options that all industries have."""


def _option(field: str, told: Any) -> inspect.Parameter:
    """Return a parameter as an option whose values are YAML scalars, or YAML mappings."""
    default = told.get_default(call_default_factory=True)
    usual = f" \\[{default}]" if default or default == 0 else ""
    kind = told.annotation
    shown = SHOWN.get(kind, getattr(kind, "__name__", "YAML").upper() if isinstance(kind, type) else "YAML")
    option = typer.Option(_flag(field), metavar=shown, show_default=False,
                          help=f"{(told.description or field).capitalize()}.{usual}")  # fmt: skip
    return inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=None,
                             annotation=Annotated[str | None, option])  # fmt: skip


def _flag(field: str) -> str:
    """Return the option of a parameter."""
    return f"--{field.replace('_', '-')}"


def _help(kind: type[Industry]) -> str:
    """Return what an industry makes, and examples."""
    about = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
    return "\n\n".join([about[0], *([" ".join(about[1].split())] if len(about) > 1 else []),
                        "\b\n" + "\n".join(kind.examples)])  # fmt: skip


def _generate(name: str, kind: type[Industry], said: dict[str, Any]) -> None:
    from likewise.recipes.industries import industry_to_files

    chosen = {field: options.value_of(said[field], f"{_flag(field)} {said[field]}")
              for field in kind.model_fields if said[field] is not None}  # fmt: skip
    tables = said["tables"]
    wanted = None if tables is None else tuple(part.strip() for part in tables.split(",") if part.strip())
    with progress_bar(silent=said["json"]) as progress:
        try:
            made = industry_to_files(name, said["out"], format=said["format"], tables=wanted, seed=said["seed"],
                                     progress=progress, **chosen)  # fmt: skip
        except SettingsError as fault:
            fault.hint = fault.hint or f"`likewise generate {name} --help` says what each setting may be"
            raise
    if said["json"]:
        print_json({"out": said["out"], "tables": dict(made.tables), "notes": list(made.notes)})
        return
    for note in made.notes:
        talk.print(f"note: {note}", markup=False)
    rows = sum(made.tables.values())
    talk.print(f"wrote {rows:,} rows of {len(made.tables)} tables to {said['out']}", markup=False)
