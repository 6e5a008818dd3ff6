"""Classes as scikit-learn's users hold them, and how many rows each of them lacks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.sklearn.features import taken
from likewise.sklearn.refusals import InvalidData, InvalidParameter

Strategy = str | float | Mapping[Any, int] | Callable[[Any], Mapping[Any, int]]
"""What `sampling_strategy` may be."""

NAMED = ("auto", "minority", "not majority", "not minority", "all")


@dataclass(frozen=True, eq=False)
class Classes:
    """Hold the class of each row as a position among the sorted labels, beside what they came as."""

    came: Any
    codes: npt.NDArray[np.int64]
    labels: list[Any]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows each label has."""
        return np.bincount(self.codes, minlength=len(self.labels))

    def followed_by(self, codes: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]) -> Any:
        """Return the `kept` classes as they came, and after them those of new rows."""
        first = np.unique(self.codes, return_index=True)[1]
        return taken(self.came, np.concatenate([kept, first[codes]]))


def read_classes(y: Any, rows: int) -> Classes:
    """Return the class of each row. One column a class, of which one holds 1 in each row, is understood too.

    Raises InvalidData for no classes, missing ones, numbers that are no classes, several labels a row, and where there
    are not as many as `rows`.
    """
    if y is None:
        raise InvalidData("fit.target", "resampling requires y to be passed, but the target y is None", where="y",
                          hint="give the class of each row")  # fmt: skip
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] > 1:
        values = _of_indicators(values)
    if values.ndim not in (1, 2) or values.size != len(values):
        raise InvalidData("fit.shape", f"y should be a 1d array, and it has {values.ndim} dimensions", where="y",
                          hint="give one class a row")  # fmt: skip
    values = values.ravel()
    if len(values) != rows:
        raise InvalidData("fit.shape", f"`X` has {rows:,} rows and `y` {len(values):,} values", where="y",
                          hint="give one class a row")  # fmt: skip
    _check_labels(values)
    try:
        labels, codes = np.unique(values, return_inverse=True)
    except TypeError:
        raise InvalidData("fit.target", "`y` mixes labels that cannot be sorted, such as texts and numbers", where="y",
                          hint="write all labels in one type") from None  # fmt: skip
    return Classes(y, codes.astype(np.int64), labels.tolist())


def rows_lacking(strategy: Strategy, classes: Classes) -> dict[Any, int]:
    """Return how many rows each class that is to be filled lacks, as imbalanced-learn understands `sampling_strategy`.

    `auto` and `not majority` bring every class to as many rows as the largest has, `minority` the smallest, `not
    minority` all but the smallest, `all` names the largest too. A number in (0, 1] is the least share of the largest
    class that every class is brought to. A mapping, or a callable of `y` that returns one, gives the rows that classes
    shall have. Raises InvalidParameter for anything else, and for what would need rows to be taken away.
    """
    have = dict(zip(classes.labels, classes.counts.tolist(), strict=True))
    if len(have) < 2:
        raise InvalidData("fit.one-class", "there is nothing to balance: `y` needs more than 1 class", where="y",
                          hint="give rows of at least two classes")  # fmt: skip
    if isinstance(strategy, str):
        return _by_name(strategy, have)
    if isinstance(strategy, int | float | np.number) and not isinstance(strategy, bool):
        return _by_share(float(strategy), have)
    wanted = strategy(classes.came) if callable(strategy) else strategy
    if isinstance(wanted, Mapping):
        return _by_count(wanted, have)
    raise _refused("it is a name, a number in (0, 1], a mapping or a callable that returns one",
                   "use e.g. 'auto', 0.5 or {'fraud': 1000}")  # fmt: skip


def _by_name(name: str, have: dict[Any, int]) -> dict[Any, int]:
    if name not in NAMED:
        why = "no rows are taken away" if name == "majority" else f"there is no `{name}`"
        raise _refused(why, f"the names are: {', '.join(NAMED)}")
    largest, smallest = max(have, key=have.__getitem__), min(have, key=have.__getitem__)
    left_out = {"not minority": [smallest], "all": []}.get(name, [largest])
    asked = [smallest] if name == "minority" else [label for label in have if label not in left_out]
    return {label: have[largest] - have[label] for label in asked}


def _by_share(share: float, have: dict[Any, int]) -> dict[Any, int]:
    if not 0 < share <= 1:
        raise _refused(f"as a number it lies in (0, 1], and it is {share:g}", "use 1.0 for classes of equal size")
    most = max(have.values())
    largest = max(have, key=have.__getitem__)
    least = math.ceil(round(share * most, 6))
    lacking = {label: max(0, least - count) for label, count in have.items() if label != largest}
    if not any(lacking.values()) and share < 1:
        present = min(have.values()) / most
        raise _refused(f"{share:g} lies below the present ratio of {present:.3g}, and no rows are taken away",
                       f"use a number above {present:.3g}")  # fmt: skip
    return lacking


def _by_count(wanted: Mapping[Any, int], have: dict[Any, int]) -> dict[Any, int]:
    lacking: dict[Any, int] = {}
    for label, count in wanted.items():
        if label not in have:
            raise _refused(f"`y` has no class {label!r}", "list classes that `y` holds")
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < have[label]:
            raise _refused(
                f"class {label!r} has {have[label]:,} rows, no rows are taken away, and {count} are asked for",
                "give whole counts, none below the present one",
            )
        lacking[label] = int(count) - have[label]
    return lacking


def _refused(why: str, hint: str) -> InvalidParameter:
    return InvalidParameter("settings.sampling-strategy", f"`sampling_strategy` cannot be met: {why}",
                            where="sampling_strategy", hint=hint)  # fmt: skip


def _of_indicators(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    whole = values.dtype.kind in "biuf" and bool(np.isin(values, (0, 1)).all())
    if not whole or not (values.sum(axis=1) == 1).all():
        raise InvalidData("fit.target", "Multilabel and multioutput targets are not supported.", where="y",
                          hint="give one class a row")  # fmt: skip
    return np.asarray(values.argmax(axis=1), dtype=np.int64)


def _check_labels(values: npt.NDArray[Any]) -> None:
    """Refuse missing labels, and numbers that measure something."""
    if values.dtype.kind == "c":
        raise InvalidData("fit.target", "Complex data not supported as classes", where="y", hint="give labels")
    if values.dtype.kind in "fO" and any(map(_is_missing, values.tolist())):
        raise InvalidData("fit.missing-class", "`y` holds missing values (None or NaN), which are no class", where="y",
                          hint="leave those rows out, or name the class")  # fmt: skip
    numbers = values[[isinstance(v, float) for v in values]].astype(float) if values.dtype == object else values
    if numbers.dtype.kind == "f" and bool((numbers != np.round(numbers)).any() or np.isinf(numbers).any()):
        raise InvalidData(
            "fit.target",
            "Unknown label type: `y` holds numbers that measure something, not classes",
            where="y",
            hint="cut them into classes, or balance the table with `likewise.balance`",
        )


def _is_missing(label: Any) -> bool:
    """Say whether a label is None, NaN or the NA of pandas, which has no truth value."""
    try:
        return label is None or bool(label != label)
    except TypeError:
        return True
