"""Rows from a document alone: no real data is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from likewise.core.draw import stream
from likewise.core.progress import Progress, quiet
from likewise.core.table import Table, concat
from likewise.errors import SettingsError
from likewise.io.sink import open_sink
from likewise.recipes.files import as_texts, drawing_to
from likewise.recipes.places import keep_apart

if TYPE_CHECKING:
    from likewise.techniques.sampling.declared import Declared
    from likewise.techniques.sampling.designs import Design
    from likewise.techniques.sampling.model import SamplingModel


def generate(
    spec: str | Path | Mapping[str, Any] | Declared,
    *,
    n: int | None = None,
    given: Any = None,
    balance: Any = None,
    design: str | Mapping[str, Any] | Design | None = None,
    seed: int | None = None,
) -> Table:
    """Return rows of a declared table: distributions for columns, and how they go together.

    `spec` is the path of a YAML document, the mapping in it, or a `Declared`, which says what `n`, `seed` and `design`
    are where they are not told here. `given` and `balance` are those of `Model.sample`; a design takes neither. The
    same document and seed give the same rows. Raises SettingsError with the path of every fault in the document, and
    ConditionError when conditions cannot be met.

    >>> generate({"columns": {"age": {"poisson": 40}, "sex": {"categorical": ["F", "M"]}}}, n=3).rows
    3
    """
    asked = _asked(spec, n=n, given=given, balance=balance, design=design, seed=seed)
    if asked.design is not None:
        return asked.designed()
    return concat(list(stream(asked.model, asked.n, given=given, balance=balance, seed=asked.seed)))


@dataclass(frozen=True, eq=False)
class Generated:
    """Hold how many rows were written, and the model that they came from."""

    rows: int
    model: SamplingModel


def generate_to_file(
    spec: str | Path,
    out: str | Path,
    *,
    n: int | None = None,
    given: Any = None,
    balance: Any = None,
    design: str | Mapping[str, Any] | Design | None = None,
    seed: int | None = None,
    model: str | Path | None = None,
    replace: bool = False,
    progress: Progress = quiet,
) -> Generated:
    """Write the same rows to a file, a database table by URL or standard output (`-`), block by block.

    `model` is where the compiled model goes, to be sampled from again. A design is held whole; all else at the memory
    of one block. Raises SourceError when a place cannot be written.
    """
    keep_apart(spec, out, *([] if model is None else [model]))
    asked = _asked(spec, n=n, given=given, balance=balance, design=design, seed=seed)
    if asked.design is not None:
        table = asked.designed()
        with open_sink(out, replace=replace) as sink:
            sink.write(table.written() if as_texts(out, None) else table.to_arrow())
        rows = table.rows
    else:
        with drawing_to(
            asked.model, out, asked.n, given=given, balance=balance, seed=asked.seed, replace=replace, progress=progress
        ) as blocks:
            rows = sum(block.rows for block in blocks)
    if model is not None:
        asked.model.save(model)
    return Generated(rows, asked.model)


@dataclass(frozen=True, eq=False)
class _Asked:
    """Hold a compiled model, and how rows are drawn from it."""

    model: SamplingModel
    n: int
    n_told: bool
    seed: int
    design: Design | None

    def designed(self) -> Table:
        """Return the rows of the design; of a full-factorial as many as its levels make, where no number was told."""
        assert self.design is not None
        free = self.design.kind == "full-factorial" and not self.n_told
        rows: Table = self.model.design(None if free else self.n, kind=self.design, seed=self.seed)
        return rows


def _asked(
    spec: Any, *, n: int | None, given: Any, balance: Any, design: Any, seed: int | None
) -> _Asked:  # fmt: skip
    """Compile a document and settle what is asked of it. Raises SettingsError."""
    from likewise.techniques.sampling.declared import Declared
    from likewise.techniques.sampling.designs import Design

    declared = Declared.of(spec)
    wanted = Design.of(design) if design is not None else declared.design
    if wanted is not None and (given is not None or balance is not None):
        raise SettingsError("settings.design", "a design takes neither conditions nor a balance", where="design",
                            hint="leave the design out, or the conditions")  # fmt: skip
    rows = n if n is not None else declared.n
    return _Asked(declared.model(), rows, n is not None or "n" in declared.model_fields_set,
                  declared.seed if seed is None else seed, wanted)  # fmt: skip
