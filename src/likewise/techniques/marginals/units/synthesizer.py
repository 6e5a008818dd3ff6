"""Settings of a private technique for tables in which a unit has several rows."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pyarrow as pa
from pydantic import BeforeValidator, Field

from likewise.core.card import Privacy
from likewise.core.frames import Container
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.schema import Kind, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, cells_of, discover, encode, plain_domain
from likewise.privacy.promising import promised
from likewise.techniques.marginals.synthesizer import SLACK, Marginals
from likewise.techniques.marginals.units.held import of_one_table
from likewise.techniques.marginals.units.levels import levels_of
from likewise.techniques.marginals.units.model import UnitsModel, schema_with_units
from likewise.techniques.marginals.units.tree import Tree, learn_tree

EVERY = 2**31
"""Rows of a unit that are kept: all of them, since together they never weigh more than 1."""


class Units(Synthesizer):
    """Learn units and their rows from noisy counts, under differential privacy for all rows of a unit together.

    Each row of a unit with m rows counts 1/m, so that no unit moves any count by more than 1 however many rows it has.
    What is the same in all rows of a unit (`per: unit` in the contract) is counted once a unit, as is how many rows it
    has (up to `most` of the contract). Where a column has the role `order`, rows of a unit follow one another by it,
    and each is learned given the one before. Without a unit every row is one of its own. The seed has no part in the
    noise, so that two fits differ.

    Use for histories and panels: visits of patients, orders of customers. Avoid where every unit has one row, and for
    fewer than some thousand units at an epsilon of 1; `marginals` then keeps more of single rows.

    >>> domain = {"columns": {"who": "id", "paid": {"kind": "boolean"}}, "unit": "who", "most": 3}
    >>> model = Units(epsilon=1.0, domain=domain).fit({"who": [1, 1, 2] * 200, "paid": [True, False, True] * 200})
    >>> list(model.sample(5)), model.card.privacy.unit
    (['who', 'paid'], 'who')
    """

    technique: ClassVar[str] = "units"
    model_class: ClassVar[type[Model]] = UnitsModel
    privacy: ClassVar[Privacy] = Privacy(statement="differential privacy for units, with what is set")
    is_private: ClassVar[bool] = True
    kinds: ClassVar[frozenset[Kind]] = Marginals.kinds

    epsilon: float = Field(gt=0, allow_inf_nan=False, strict=True)
    delta: float = Field(default=1e-6, gt=0, lt=1, strict=True)
    domain: Annotated[dict[str, Any] | str, BeforeValidator(plain_domain)]
    most_bytes: int = Field(default=8_000_000, ge=100_000)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Refuse: a typed table is one that was looked at."""
        raise PrivacyError("privacy.raw", "`units` learns from data as it comes, by `fit`")

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Model:
        """Learn from data and return the model; nothing about the data is said but by noisy counts.

        Raises PrivacyError where the contract is faulty or lacks a column.
        """
        raw, container = cells_of(data, Contract.of(self.domain).listed)
        return self.learned(raw, container, self.account(), seed=seed, progress=progress)

    def account(self) -> Account:
        """Return an account of the budget that is set, from which nothing is spent."""
        open_ = Contract.of(self.domain).is_open
        return Account(self.epsilon, self.delta, slack=SLACK * self.delta if open_ else 0.0)

    def learned(
        self, raw: pa.Table, container: Container, account: Account, *, public: pa.Table | None = None, seed: int = 0,
        progress: Progress = quiet,
    ) -> UnitsModel:  # fmt: skip
        """Learn from data as it came, and charge an account that the caller keeps. Raises as `fit` does."""
        generator(seed)
        if public is not None:
            raise PrivacyError("privacy.public", "public rows do not help to learn units", where="public",
                               hint="leave them out, or take technique='marginals'")  # fmt: skip
        contract = discover(raw, Contract.of(self.domain), account)
        coded = encode(raw, contract.model_copy(update={"most": EVERY}))
        levels = levels_of(contract)
        tree = learn_tree(levels, of_one_table(levels, coded), account, memory=self.most_bytes, progress=progress)
        return self._model(contract, tree, account, container=container, seed=seed)

    def _model(
        self, contract: Contract, tree: Tree, account: Account, *, container: Container, seed: int
    ) -> UnitsModel:
        """Put what was learned into a model with its card."""
        whose = "a row" if contract.unit is None else f"all rows of one `{contract.unit}`"
        card = promised(contract, account, technique=self.technique, settings=self.to_dict(), seed=seed, rows=0,
                        whose=whose)  # fmt: skip
        model = UnitsModel(schema_with_units(contract), card, container, contract, tree)
        return UnitsModel(model.schema, card.model_copy(update={"rows": model.rows}), container, contract, tree)
