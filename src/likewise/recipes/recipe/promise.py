"""What a recipe promises: a privacy budget, and what may be known of the source without looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator

from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.recipes.private import Guarantee

WORDS = ("discover", "ignore")
"""What `domain` may say that is no path."""


def _number(value: Any) -> Any:
    """Return a number that YAML takes for a text, such as `1e-6`; all else as it is, to be judged with the rest."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


class Promise(Spec):
    """Promise (`epsilon`, `delta`)-differential privacy for a row, or for all rows of one value of the column `unit`.

    `domain` says what columns may hold: a mapping, the path of a contract, or `discover`; the recipe's `schema` if it
    is not said. `ledger` and `people` say where the budget is kept, `public` is a table that needs no protection.
    """

    epsilon: Annotated[Any, BeforeValidator(_number)]
    delta: Annotated[Any, BeforeValidator(_number)] = None
    domain: str | dict[str, Any] | None = None
    unit: str | None = None
    ledger: str | None = None
    people: str | None = None
    public: str | None = None

    def guarantee(self, located: Callable[[str], str], schema: Schema | None) -> Guarantee:
        """Return what is asked for, its places found from here; a schema stands in for a contract."""
        domain: Any = schema if self.domain is None else self.domain
        if isinstance(domain, str) and domain not in WORDS:
            domain = located(domain)
        given = {"delta": self.delta, "domain": domain, "unit": self.unit, "people": self.people}
        places = {"ledger": self.ledger, "public": self.public}
        found = {name: located(place) for name, place in places.items() if place is not None}
        guarantee = Guarantee.of(self.epsilon, **given, **found)
        assert guarantee is not None
        return guarantee
