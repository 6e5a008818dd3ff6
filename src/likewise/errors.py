"""Every error that `likewise` raises on purpose.

LikewiseError
├── SourceError        a source or sink cannot be read or written     source.*
├── SchemaError        data and schema do not fit                     schema.*
├── SettingsError      a setting or an argument is out of its range   settings.* masking.* agents.*
├── ConditionError     `given` cannot be met                          given.*
├── FitError           the data cannot be learned from                fit.*
├── PrivacyError       a guarantee cannot be given as it is asked     privacy.*
├── ModelFileError     a model file is damaged or from the future     model.*
├── EvaluationError    two tables cannot be compared                  evaluate.*
├── RecipeError        a recipe cannot be run as it is written        recipe.*
└── MissingExtra       an optional package is not installed           extra.*
"""

from __future__ import annotations

from collections.abc import Sequence


class LikewiseError(Exception):
    """Say what is wrong, where it is and what to do about it.

    `code` is stable (`family.fault`), `where` is `file:line`, `table.column` or a `$.path`, `hint` is one sentence.
    Values of sensitive columns are never put in any of them.

    >>> print(LikewiseError("schema.empty", "the table has no columns", where="x.csv", hint="add a header"))
    error[schema.empty]: the table has no columns
      at x.csv
      hint: add a header
    """

    def __init__(self, code: str, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(code, what)
        self.code, self.what, self.where, self.hint = code, what, where, hint

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.what}"]
        if self.where:
            lines.append(f"  at {self.where}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, str | None]:
        """Return the fields that the command line's `--json` and the REST door send."""
        return {"code": self.code, "what": self.what, "where": self.where, "hint": self.hint}


class SourceError(LikewiseError):
    """A source or a sink cannot be read or written."""


class SchemaError(LikewiseError):
    """Data and schema do not fit."""


class SettingsError(LikewiseError):
    """A setting or an argument is out of its range."""


class ConditionError(LikewiseError):
    """The conditions of `given` cannot be met."""


class FitError(LikewiseError):
    """The data cannot be learned from."""


class PrivacyError(LikewiseError):
    """A privacy guarantee cannot be given as it is asked for; no value of the data is in the error."""


class ModelFileError(LikewiseError):
    """A model file is damaged, foreign or from a future version."""


class EvaluationError(LikewiseError):
    """Two tables cannot be compared."""


class RecipeError(LikewiseError):
    """A recipe cannot be run as it is written."""


class MissingExtra(LikewiseError):
    """An optional package is not installed."""


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that is most like `name`, or None when none is close: the only one that begins so first.

    >>> nearest("trans", ["rings", "transactions"])
    'transactions'
    """
    import difflib

    begun = [k for k in known if len(name) > 2 and k.casefold().startswith(name.casefold())]
    if len(begun) == 1:
        return begun[0]
    folded = {k.casefold(): k for k in reversed(known)}
    match = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return folded[match[0]] if match else None


def suggest(name: str, known: Sequence[str], thing: str) -> str:
    """Return the hint for a name that is not one of `known`: the nearest one, else the list.

    >>> suggest("incme", ["age", "income"], "column")
    'did you mean `income`?'
    """
    close = nearest(name, known)
    listed = ", ".join(list(known)[:12]) + (", ..." if len(known) > 12 else "")
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"did you mean `{close}`?" if close else f"the {many} are: {listed}"
