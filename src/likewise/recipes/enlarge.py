"""The verbs `balance` and `augment`: recipes of one step or two, run at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from likewise.constraints.holding.declared import DECLARED
from likewise.constraints.kinds import Constraints
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.errors import LikewiseError, RecipeError, SettingsError
from likewise.io.source import ReadOptions
from likewise.recipes.recipe.ready import Beside, ready
from likewise.recipes.recipe.run import Run, carried_out

_ARGUMENTS = {"$.outputs[0]": "out", "$.steps[1].clean.method": "clean"}
"""What arguments are called whose place in the recipe has another name."""
_STEP = re.compile(r"\$\.steps\[\d\]\.(?:(?:balance|augment)\.)?|\$\.")


def balance(
    data: Any,
    *,
    target: str,
    ratio: float = 1.0,
    technique: str = "smote",
    fair: str | None = None,
    equal_groups: bool = False,
    clean: str = "none",
    mark: str | None = None,
    weight: str | None = None,
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
) -> Run:
    """Return the real rows and after them made ones, so that every class has `ratio` times the rows of the largest.

    `data` of the result is of the kind that came in, `made` says which rows were made (so does a column called `mark`).
    `technique` is any that can be conditioned, `auto` the one whose rows help a learner most on the rows themselves.
    With `fair` every group of that sensitive column gets the same rates of each class (with `equal_groups` as many rows
    too); the result is not `representative`, and its column `weight` undoes what was added. `clean` (`enn` or `tomek`)
    then removes rows that their neighbours contradict. Rows that are made meet the `constraints`.

    Use when a class is too rare to learn. Avoid when shares of rows mean something to whoever gets them. A number as
    `target` is balanced by SMOTE alone. Raises SettingsError for what cannot be, a ratio below the present one too, and
    FitError for one class only.

    >>> rows = {"age": list(range(100)), "churn": ["no"] * 90 + ["yes"] * 10}
    >>> balance(rows, target="churn", technique="bootstrap").data["churn"].count("yes")
    90
    """
    steps = _balancing(target, ratio, technique, settings, fair, equal_groups, clean)
    beside = Beside(data, schema, target, mark=mark, weight=weight, seed=seed)
    with _said_plainly("balance"):
        return carried_out(ready(_recipe(steps, constraints), beside), progress=progress)


def augment(
    data: Any,
    *,
    n: int | None = None,
    times: float | None = None,
    technique: str = "auto",
    mark: str | None = None,
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
) -> Run:
    """Return the real rows and after them `n` new ones, or as many as make the whole `times` as large (2 by default).

    Use when there are too few rows to train on. Avoid as a way to share data: the real rows are among them, and the
    notes of the result say what the new ones may reveal. New rows meet the `constraints`.

    >>> more = augment({"age": [31, 45, 52] * 30}, n=10, technique="bootstrap")
    >>> len(more.data["age"]), int(more.made.sum())
    (100, 10)
    """
    steps = _augmenting(n, times, technique, settings)
    beside = Beside(data, schema, target, mark=mark, seed=seed)
    with _said_plainly("augment"):
        return carried_out(ready(_recipe(steps, constraints), beside), progress=progress)


def balance_to_file(
    source: str | Path,
    out: str | Path,
    *,
    target: str,
    ratio: float = 1.0,
    technique: str = "smote",
    fair: str | None = None,
    equal_groups: bool = False,
    clean: str = "none",
    mark: str | None = None,
    weight: str | None = None,
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
    options: ReadOptions | None = None,
    replace: bool = False,
) -> Run:
    """Do the same from file to file; the file appears whole or not."""
    steps = _balancing(target, ratio, technique, settings, fair, equal_groups, clean)
    beside = Beside(source, schema, target, out, mark=mark, weight=weight, seed=seed, options=options, replace=replace)
    with _said_plainly("balance"):
        return carried_out(ready(_recipe(steps, constraints), beside), progress=progress)


def augment_to_file(
    source: str | Path,
    out: str | Path,
    *,
    n: int | None = None,
    times: float | None = None,
    technique: str = "auto",
    mark: str | None = None,
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
    options: ReadOptions | None = None,
    replace: bool = False,
) -> Run:
    """Do the same from file to file; the file appears whole or not."""
    steps = _augmenting(n, times, technique, settings)
    beside = Beside(source, schema, target, out, mark=mark, seed=seed, options=options, replace=replace)
    with _said_plainly("augment"):
        return carried_out(ready(_recipe(steps, constraints), beside), progress=progress)


@contextmanager
def _said_plainly(verb: str) -> Iterator[None]:
    """Say the faults of the recipe that a verb stands for as those of its arguments; one alone as everywhere else."""
    try:
        yield
    except RecipeError as fault:
        if isinstance(fault.__cause__, LikewiseError):
            raise fault.__cause__ from None
        what = fault.what
        for place, name in _ARGUMENTS.items():
            what = what.replace(place, name)
        what = _STEP.sub("", what)
        raise SettingsError(
            "settings.invalid", what, where=verb, hint=f"`likewise {verb} --help` explains what can be said"
        ) from None


def _recipe(steps: list[dict[str, Any]], constraints: Any) -> dict[str, Any]:
    """Return the recipe of a verb, with rules that the rows which are made have to meet."""
    rules = Constraints.of(constraints).items
    return {"steps": steps, **({"constraints": DECLARED.dump_python(rules)} if rules else {})}


def _balancing(
    target: str, ratio: float, technique: str, settings: Mapping[str, Any] | None, fair: str | None, equal: bool,
    clean: str,
) -> list[dict[str, Any]]:  # fmt: skip
    asked = {"column": target, "ratio": ratio, "technique": technique, "settings": dict(settings or {}), "fair": fair,
             "equal_groups": equal}  # fmt: skip
    return [{"balance": asked}, *([] if clean == "none" else [{"clean": {"method": clean}}])]


def _augmenting(
    n: int | None, times: float | None, technique: str, settings: Mapping[str, Any] | None
) -> list[dict[str, Any]]:  # fmt: skip
    return [{"augment": {"n": n, "times": times, "technique": technique, "settings": dict(settings or {})}}]
