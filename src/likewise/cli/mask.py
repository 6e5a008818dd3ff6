"""`likewise mask`: real tables with their values replaced, by a key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk
from likewise.cli.subset import Refers
from likewise.errors import SettingsError


def mask(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file, a database by its URL (one table of it with "
                                                                  "#table), or a folder of files.")],
    masking: Annotated[Path, typer.Argument(metavar="MASKING", help="A YAML document: what is done with each column.")],
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file, a new database by its URL, or a new folder.")],
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The key: whoever has it can undo the "
                                                                           "masking.")] = None,
    new_key: Annotated[Path | None, typer.Option("--new-key", metavar="FILE", help="Make a new key, write it there and "
                                                                                   "mask by it.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what was there, where that can be had back.")] = False,
    refers: Refers = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Replace real values by others of the same form, the same way in every table, so that references hold.

    \b
    likewise mask sqlite:///shop.db masking.yaml -o sqlite:///masked.db --new-key shop.key
    likewise mask customers.csv masking.yaml -o masked.csv --key shop.key
    likewise mask masked.csv masking.yaml -o back.csv --key shop.key --undo
    """
    from likewise.recipes.mask import key_for, mask_to
    from likewise.recipes.places import keep_apart

    if (key is None) == (new_key is None) or (undo and key is None):
        raise SettingsError("usage", "one key is wanted", where="likewise mask",
                            hint="--key FILE, or --new-key FILE the first time")  # fmt: skip
    keep_apart(source, out, *([] if new_key is None else [new_key]))
    with progress_bar(silent=json) as progress, key_for(key, new_key) as secret:
        made = mask_to(source, out, masking, secret, backwards=undo, refers=refers or (),
                       replace=replace, progress=progress)  # fmt: skip
    if json:
        print_json({"rows": dict(made.rows), "lost": list(made.lost)})
        return
    if new_key is not None:
        talk.print(f"wrote {new_key}: keep it secret, and keep it", markup=False)
    for name in made.lost:
        talk.print(f"note: what was in `{name}` cannot be had back", markup=False)
    talk.print(f"{'put back' if undo else 'masked'} {sum(made.rows.values()):,} rows: {out}", markup=False)
