"""What an evidence pack says, before anybody draws it: the document that goes into it as `evidence.json`."""

from __future__ import annotations

from typing import Any, Literal

from likewise.core.card import Receipt
from likewise.core.spec import Spec
from likewise.evaluation.score import Verdict
from likewise.privacy.ledger import Standing

SAID = (
    "This pack supplies evidence. Whether the release is lawful, and whether the data are anonymous for those who get "
    "them, is for the controller to decide: no tool can know who will hold the data, and what else they know."
)

State = Literal["shown", "in part", "missing", "controller"]


class Release(Spec):
    """Hold what only the controller knows of a release; what is empty stands in the pack as a field to fill in.

    `date`, `expires` and `review` are written as they are given.
    """

    controller: str = ""
    purpose: str = ""
    recipients: tuple[str, ...] = ()
    date: str = ""
    expires: str = ""
    review: str = ""


class Kept(Spec):
    """Say what the model keeps of one column, and where that was known from."""

    name: str
    kind: str
    role: str
    keeps: str
    known: str


class Step(Spec):
    """Hold releases of one price: what was asked, by which mechanism, how often, and what each of them costs.

    Where `rate` is below 1 each is `answers` of them about random parts of the data, with that share of it.
    """

    what: str
    mechanism: str
    times: int
    mu: float
    delta: float
    rate: float = 1.0
    answers: int = 1


class Argument(Spec):
    """Hold how a guarantee follows.

    `mu` is the root of the sum of the squares over `steps`, None where some are about random parts of the data;
    `failing` the sum of their deltas, `reached` the delta that these come to at the claimed epsilon, `comes_to` the
    epsilon at the claimed delta, and `holds` whether that is no more than the claimed one: None where the card lists no
    steps to compute it from. `found` maps false accusations to the share of people that any attacker can find at most.
    `parties` is how many kept their rows to themselves, None where whoever fitted saw all of them.
    """

    epsilon: float
    delta: float
    unit: str
    neighbours: str
    parties: int | None = None
    steps: tuple[Step, ...] = ()
    mu: float | None = None
    failing: float = 0.0
    reached: float | None = None
    comes_to: float | None = None
    holds: bool | None = None
    factor: float
    found: dict[str, float]


class Ledgered(Spec):
    """Hold what a ledger says of the release and of the people in it."""

    receipt: Receipt | None = None
    checked: bool = False
    standing: Standing | None = None
    entries: int = 0


class Attack(Spec):
    """Hold one line of the attack table.

    `detectable` is the smallest leak that would be found four times of five, `power` the chance to find one of the size
    `size`; both are None where the figure has no spread to tell them by.
    """

    name: str
    title: str
    asks: str
    knows: str
    value: str
    floor: str
    interval: str
    n: int
    of: str
    verdict: Verdict
    detectable: str | None = None
    power: float | None = None
    size: str = ""
    meaning: str


class Risk(Spec):
    """Hold what may still go wrong, what was done about it, and what is left to whom."""

    risk: str
    done: str
    left: str


class Heading(Spec):
    """Map a heading of a law, an opinion or a standard to what the pack holds on it."""

    heading: str
    asks: str
    said: str
    section: str
    state: State


class Frame(Spec):
    """Hold the headings of one law, opinion or standard."""

    name: str
    title: str
    headings: tuple[Heading, ...]


class Link(Spec):
    """Hold one link of the chain from what went in to what came out; `chained` is the SHA-256 of all up to it."""

    what: str
    digest: str
    chained: str


class Evidence(Spec):
    """Hold all that a pack says."""

    format: Literal[1] = 1
    said: str = SAID
    release: Release
    technique: str
    settings: dict[str, Any]
    statement: str
    notes: tuple[str, ...]
    declared: bool
    kept: tuple[Kept, ...]
    contract: dict[str, Any] | None
    argument: Argument | None
    ledger: Ledgered
    attacks: tuple[Attack, ...]
    attacked: str
    utility: dict[str, float]
    risks: tuple[Risk, ...]
    frames: tuple[Frame, ...]
    chain: tuple[Link, ...]
    versions: dict[str, str]
    seed: int
