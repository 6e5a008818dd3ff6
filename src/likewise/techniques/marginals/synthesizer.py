"""Settings of a private technique: it buys noisy counts, and learns from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import pyarrow as pa
from pydantic import BeforeValidator, Field

from likewise.constraints.holding.declared import Declared
from likewise.core.card import Privacy
from likewise.core.frames import Container
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, Model, Synthesizer
from likewise.core.schema import KINDS, MEDIA, Kind, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import PrivacyError, suggest
from likewise.privacy.accountant import Account
from likewise.privacy.answers import Answers
from likewise.privacy.contract import Coded, Contract, cells_of, discover, encode, plain_domain, schema_of
from likewise.privacy.contract.outside import Outside
from likewise.privacy.promising import promised
from likewise.techniques.marginals.model import MarginalsModel
from likewise.techniques.marginals.saving import saved
from likewise.techniques.marginals.select.learning import Learned, learn
from likewise.techniques.marginals.select.plan import Mode
from likewise.techniques.marginals.select.summed import Summed
from likewise.techniques.marginals.select.teller import Teller
from likewise.techniques.marginals.zeros import ruled

SLACK = 0.1
"""Part of delta that is kept for levels which a single person has and which are found all the same."""


Notes = tuple[str, ...]


class Marginals(Synthesizer):
    """Learn from noisy counts of columns, pairs and triples of columns, under differential privacy.

    Everything that is learned has passed a mechanism that charged the account: (`epsilon`, `delta`)-differential
    privacy for the coming or going of one row, or of one unit's rows where the contract names a unit. What a column
    may hold is declared (`domain`, see `Contract`) or discovered at a price, never looked up. `target` is the column
    that others are to predict: each of them is counted beside it. `constraints` are rules of one row that no drawn row
    breaks. `mode` is `fast` (a tree of pairs), `standard` (pairs chosen round after round, while the tables of the
    model stay below `most_bytes`), `wide` (pairs that no such tables hold) or `auto`. The seed has no part in the
    noise, so that two fits differ.

    Use when data on people is to be shared with a guarantee. Avoid for few rows (below some thousands at an epsilon of
    1), and for texts, images and series.

    >>> domain = {"age": {"kind": "number", "integer": True, "min": 0, "max": 99}, "sex": {"kind": "category",
    ...     "levels": ["F", "M"]}}
    >>> model = Marginals(epsilon=2.0, domain=domain).fit({"age": [30, 41, 52, 64] * 250, "sex": ["F", "M"] * 500})
    >>> sorted(set(model.sample(100)["sex"])), model.card.privacy.epsilon
    (['F', 'M'], 2.0)

    McKenna, Miklau and Sheldon, 2021, JPC 11; McKenna et al., 2022, VLDB 15.
    """

    technique: ClassVar[str] = "marginals"
    model_class: ClassVar[type[Model]] = MarginalsModel
    privacy: ClassVar[Privacy] = Privacy(statement="differential privacy, with what is set")
    kinds: ClassVar[frozenset[Kind]] = KINDS - MEDIA - {"text", "json", "empty"}
    is_private: ClassVar[bool] = True

    epsilon: float = Field(gt=0, allow_inf_nan=False, strict=True)
    delta: float = Field(default=1e-6, gt=0, lt=1, strict=True)
    domain: Annotated[dict[str, Any] | str, BeforeValidator(plain_domain)]
    mode: Mode = "auto"
    target: str | None = None
    constraints: Declared = ()
    most_bytes: int = Field(default=16_000_000, ge=100_000)

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Refuse: a typed table is one that was looked at."""
        raise PrivacyError("privacy.raw", "`marginals` learns from data as it comes, by `fit`")

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet, public: Any = None) -> Model:
        """Learn from data and return the model; nothing about the data is said but by noisy counts.

        Any table goes, also one without rows, but for a Table whose types were inferred from all of it. `public` is a
        table of the same columns that needs no protection, and no row of which is in `data`: it proposes which pairs to
        count and stands in for counts that are not bought. Raises PrivacyError where the contract is faulty or lacks a
        column, and for rules that cells cannot keep.
        """
        names = Contract.of(self.domain).listed
        raw, container = cells_of(data, names)
        known = None if public is None else cells_of(public, names)[0]
        return self.learned(raw, container, self.account(), public=known, seed=seed, progress=progress)

    def account(self) -> Account:
        """Return an account of the budget that is set, from which nothing is spent."""
        open_ = Contract.of(self.domain).is_open
        return Account(self.epsilon, self.delta, slack=SLACK * self.delta if open_ else 0.0)

    def learned(
        self, raw: pa.Table, container: Container, account: Account, *, public: pa.Table | None = None, seed: int = 0,
        progress: Progress = quiet,
    ) -> MarginalsModel:  # fmt: skip
        """Learn from data as it came, and charge an account that the caller keeps."""
        generator(seed)
        contract = discover(raw, Contract.of(self.domain), account)
        target, rules = self._target(contract), ruled(self.constraints, contract)
        shown = None if public is None else encode(public, contract)
        teller = Teller(encode(raw, contract), account, contract.most)
        learned = learn(
            teller, contract.coded, target=target, mode=self.mode, memory=self.most_bytes, rules=rules, public=shown,
            progress=progress,
        )  # fmt: skip
        notes = (*_outside(contract), *_said_of(shown))
        return self._model(contract, learned, account, container=container, seed=seed, notes=notes)

    def answered(
        self, answers: Answers, *, most: float, seed: int = 0, progress: Progress = quiet,
        notes: Callable[[], tuple[str, ...]] = tuple,
    ) -> Model:  # fmt: skip
        """Return the model that answers tell of, where the rows are elsewhere.

        `most` is the noise of a count at a price of 1. What `notes` gives in the end stands on the model's card. Raises
        PrivacyError where the answers do.
        """
        generator(seed)
        contract = Contract.of(self.domain)
        target, rules = self._target(contract), ruled(self.constraints, contract)
        teller = Summed(answers, [domain.name for domain in contract.coded], most)
        learned = learn(
            teller, contract.coded, target=target, mode=self.mode, memory=self.most_bytes, rules=rules, public=None,
            progress=progress,
        )  # fmt: skip
        return self._model(contract, learned, answers.account, container="arrow", seed=seed, notes=notes())

    def _target(self, contract: Contract) -> int | None:
        """Return the place of the target among the columns that are learned: the one set, or of that role."""
        names = [domain.name for domain in contract.coded]
        if self.target is not None and self.target not in names:
            what = f"`target` names `{self.target}`, which is not a column that is learned"
            raise PrivacyError("privacy.target", what, where=self.target, hint=suggest(self.target, names, "column"))
        named = [domain.name for domain in contract.coded if domain.role == "target"]
        chosen = self.target or (named[0] if named else None)
        return None if chosen is None else names.index(chosen)

    def _model(
        self, contract: Contract, learned: Learned, account: Account, *, container: Container, seed: int, notes: Notes
    ) -> MarginalsModel:
        """Put what was learned into a model with its card."""
        card = promised(contract, account, technique=self.technique, settings=self.to_dict(), seed=seed,
                        rows=learned.total, notes=notes)  # fmt: skip
        return MarginalsModel.from_state(schema_of(contract), card, container, *saved(contract, learned))


def _outside(contract: Contract) -> Notes:
    """Return what the card says of columns that were found to be none to learn from."""
    made = dict.fromkeys(contract.names, "made anew")
    return tuple(f"`{domain.name}`: {domain.note}: {made.get(domain.name, 'left out')}"
                 for domain in contract.columns if isinstance(domain, Outside) and domain.note)  # fmt: skip


def _said_of(public: Coded | None) -> Notes:
    """Return what the card says of public rows, which nothing protects."""
    if public is None:
        return ()
    return (f"{public.rows:,} public rows, which nothing protects, proposed pairs and stood in for counts",)
