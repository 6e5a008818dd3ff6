"""Which row of another table a row refers to, and how many rows refer to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from likewise.core.spec import Spec
from likewise.errors import suggest
from likewise.modalities.tabular.distributions import Constant, Distribution, Poisson
from likewise.modalities.tabular.distributions.reading import Part, parse
from likewise.techniques.rules.maker import told

FORMS = ("uniform", "fixed", "poisson", "zipf", "preferential")


class Children(Spec):
    """Say how many rows refer to each row of the other table.

    `uniform`: rows are given, and each takes any row alike. `counted`: so many as a distribution says, `of` its own for
    each row (`fixed: 3`, `poisson: 3` or any family of whole numbers). `zipf`: the row of rank r has about r**-s of all
    that there are. `preferential`: who has much gets more (the Yule distribution; Simon, 1955). `mean` is how many a
    row has on average.
    """

    form: Literal["uniform", "counted", "zipf", "preferential"] = "uniform"
    of: Part | None = None
    s: float = 1.0
    mean: float = 1.0

    @classmethod
    def read(cls, value: Any, path: str) -> Children:
        """Read a number, a word or one form with its settings. Raises SettingsError."""
        if value is None or value == "uniform":
            return cls()
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = {"fixed": value}
        if not isinstance(value, Mapping) or len(value) != 1:
            raise told(path, "one way to share out rows is wanted", f"known are {', '.join(FORMS)}")
        ((form, found),) = ((str(name), settings) for name, settings in value.items())
        if form == "uniform":
            return cls()
        if form in ("zipf", "preferential"):
            return cls._skewed(form, found, f"{path}.{form}")
        if form == "fixed":
            if not isinstance(found, int) or isinstance(found, bool) or found < 0:
                raise told(f"{path}.fixed", "a whole number of at least 0 is wanted", "write {fixed: 3}")
            return cls(form="counted", of=Constant(found), mean=found)
        distribution = parse({form: found}, path)
        return cls._counted(distribution, path)

    @classmethod
    def _skewed(cls, form: Any, found: Any, path: str) -> Children:
        settings = {"mean": found} if isinstance(found, int | float) else found
        known = ("mean", "s") if form == "zipf" else ("mean",)
        if not isinstance(settings, Mapping) or not isinstance(settings.get("mean"), int | float):
            raise told(path, "the mean number of rows is wanted", f"write {{{form}: {{mean: 3}}}}")
        for name, value in settings.items():
            if name not in known:
                raise told(f"{path}.{name}", f"there is no setting `{name}`", suggest(str(name), known, "setting"))
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e9:
                raise told(f"{path}.{name}", "a number above 0 is wanted", "write e.g. 3")
        return cls(form=form, mean=settings["mean"], s=settings.get("s", 1.0))

    @classmethod
    def _counted(cls, distribution: Distribution, path: str) -> Children:
        whole = distribution.discrete and distribution.kind == "integer" and distribution.categories is None
        if not whole or distribution.support[0] < 0:
            raise told(path, "rows are counted by whole numbers of at least 0",
                       "take e.g. {poisson: 3} or {discrete-uniform: [1, 5]}")  # fmt: skip
        return cls(form="counted", of=distribution, mean=distribution.moments()[0])

    @property
    def settles(self) -> bool:
        """Whether the number of rows follows from it."""
        return self.form != "uniform"

    @property
    def even(self) -> bool:
        """Whether, of a number of rows that is given, every row of the other table has its share by chance alone."""
        return self.form == "uniform" or isinstance(self.of, Poisson)

    def said(self) -> str:
        """Return it in a few words."""
        if self.form == "counted" and self.of is not None:
            exact = isinstance(self.of, Constant)
            return f"{self.mean:g} for each" if exact else f"{self.of.name}, {self.mean:g} for each on average"
        return {"uniform": "any row alike", "zipf": f"Zipf (s = {self.s:g}), {self.mean:g} on average",
                "preferential": f"preferential, {self.mean:g} on average"}[self.form]  # fmt: skip


class Reference(Spec):
    """Say that columns of a table hold the key of a row of another table, or of the same one.

    Of the same table a row refers to one before it (`tree`, so that there are no circles), or to any (`free`). `where`
    restricts the rows that are referred to. A share `missing` refers to none. With `alone`, no two rows refer to the
    same one.
    """

    name: str
    columns: tuple[str, ...]
    to: str
    key: tuple[str, ...]
    children: Children = Children()
    where: str | None = None
    tree: Literal["tree", "free"] = "tree"
    missing: float = 0.0
    alone: bool = False
