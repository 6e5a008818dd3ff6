"""The promises of techniques with a guarantee are broken by one that lets anything of the data out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from likewise.core.protocol import Model
from likewise.errors import FitError
from likewise.techniques.marginals import Marginals
from likewise.testing import Promise, Subject, check_promise, private

SETTINGS: dict[str, Any] = {"epsilon": 300.0, "mode": "fast", "domain": "ignore"}
KEPT: dict[int, Model] = {}


class Seeded(Marginals):
    """The seed decides."""

    def fit(self, data: Any, *, seed: int = 0, **others: Any) -> Model:
        return KEPT.setdefault(seed, super().fit(data, seed=seed, **others))


class Counting(Marginals):
    """The card tells how many missing cells there are."""

    def fit(self, data: Any, **others: Any) -> Model:
        model = super().fit(data, **others)
        return replace(model, card=model.card.model_copy(update={"data_digest": str(data["plan"].null_count)}))


class Proud(Marginals):
    """An empty table is refused."""

    def fit(self, data: Any, **others: Any) -> Model:
        if isinstance(data, pa.Table) and not data.num_rows:
            raise FitError("fit.no-rows", "the table has no rows", hint="give some")
        return super().fit(data, **others)


class Wordy(Marginals):
    """The contract stands on the card twice."""

    def fit(self, data: Any, **others: Any) -> Model:
        model = super().fit(data, **others)
        return replace(model, card=model.card.model_copy(update={"settings": self.to_dict()}))


class Curious(Marginals):
    """A column that can be read as numbers has another type than one that cannot."""

    def fit(self, data: Any, **others: Any) -> Model:
        model = super().fit(data, **others)
        if isinstance(data, pa.Table) and pa.types.is_integer(data["age"].type):
            return model
        return replace(model, schema=model.schema.replace("age", dtype="int32"))


class Generous(Marginals):
    """More is spent than was promised."""

    def fit(self, data: Any, **others: Any) -> Model:
        model = super().fit(data, **others)
        privacy = model.card.privacy
        dearer = tuple({**event, "mu": 2 * event["mu"]} for event in privacy.events)
        told = privacy.model_copy(update={"events": dearer})
        return replace(model, card=model.card.model_copy(update={"privacy": told}))


class Silent(Marginals):
    """A column that nobody declared is dropped."""

    def fit(self, data: Any, **others: Any) -> Model:
        known = self.domain["columns"] if isinstance(self.domain, dict) else {}
        return super().fit(data.select([n for n in data.column_names if n in known]), **others)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Seeded, private.noise_is_new_each_time),
        (Counting, private.card_tells_nothing_else),
        (Proud, private.tables_without_rows_are_learned),
        (Wordy, private.settings_rebuild_it),
        (Curious, private.the_contract_rules_not_the_data),
        (Generous, private.card_tells_the_guarantee),
        (Silent, private.the_undeclared_is_refused),
    ],
)
def test_the_suite_notices(broken: type[Marginals], promise: Promise) -> None:
    with pytest.raises(AssertionError, match=promise.__name__):
        check_promise(promise, Subject(broken.from_dict(SETTINGS), 100))
