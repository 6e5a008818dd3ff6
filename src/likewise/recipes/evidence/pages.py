"""Write the members of a pack: one page to read, print and sign, and the same as JSON and YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from likewise.core.protocol import Model
from likewise.evaluation.report.html import MARKS
from likewise.evaluation.report.model import Report
from likewise.privacy.contract import Contract
from likewise.privacy.ledger import Entry
from likewise.recipes.evidence.facts import Evidence

STATES = {"shown": ("good", "shown"), "in part": ("fair", "in part"), "missing": ("poor", "missing"),
          "controller": ("", "controller")}  # fmt: skip
"""The colour and the word of how far a heading is answered."""
MECHANISMS = {
    "gaussian": "Whole numbers that one unit changes by at most Δ in the Euclidean norm, plus Gaussian noise of "
    "standard deviation σ, are μ-GDP with μ = Δ/σ. Rounding costs nothing; that of discrete noise is accounted for.",
    "choice": "A choice by the exponential mechanism, whose odds any unit changes by at most e^ε in all, is μ-GDP with "
    "μ = 2 Φ⁻¹(1 / (1 + e^(−ε/2))).",
    "pure": "A release that is ε-DP is μ-GDP with μ = −2 Φ⁻¹(1 / (1 + e^ε)).",
    "threshold": "Noisy counts of keys, shown above a threshold: μ-GDP, but for the probability δ that a key of one "
    "unit alone passes.",
    "sampled gaussian": "Gaussian answers about random parts of the data, composed by their privacy loss distribution.",
}
"""Why each mechanism costs what it is said to cost."""


def members_of(evidence: Evidence, model: Model, report: Report | None, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Return the files of a pack by name, in the order in which they are read."""
    members = {"evidence.html": to_html(evidence), "evidence.json": evidence.model_dump_json(indent=1) + "\n"}
    if evidence.contract is not None:
        members["contract.yaml"] = Contract.of(evidence.contract).to_yaml()
    members["card.json"] = json.dumps(model.card.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    if report is not None:
        members["report.html"] = report.to_html()
        members["report.json"] = report.to_json() + "\n"
    if entries:
        members["ledger.jsonl"] = "".join(entry.line().decode() for entry in entries)
    readme = _environment().get_template("README.txt.j2").render(evidence=evidence, names=list(members))
    return {name: text.encode() for name, text in {"README.txt": readme, **members}.items()}


def to_html(evidence: Evidence) -> str:
    """Return the pack as one page without scripts, which needs no network and no second file."""
    argument = evidence.argument
    used = [] if argument is None else list(dict.fromkeys(step.mechanism for step in argument.steps))
    return (
        _environment()
        .get_template("evidence.html.j2")
        .render(
            evidence=evidence,
            argument=argument,
            mechanisms=[(name, MECHANISMS[name]) for name in used if name in MECHANISMS],
            style=Markup(_style()),
            verdict=_verdict(evidence),
            states=STATES,
        )
    )


def _verdict(evidence: Evidence) -> tuple[str, str]:
    """Return the colour and the sentence at the head of the page."""
    colour, told = _claimed(evidence)
    if not evidence.attacks:
        return colour, f"{told} No attack was run for this pack."
    judged = [attack for attack in evidence.attacks if attack.verdict != "unknown"]
    worst = [attack.title for attack in judged if attack.verdict == "poor"]
    left = len(evidence.attacks) - len(judged)
    rest = f" {left} more had too little data to tell." if left else ""
    if worst:
        return "poor", f"{told} Attacks that succeeded: {', '.join(worst)}, of {len(judged)}.{rest}"
    found = f"None of {len(judged)} attacks was a clear success." if judged else "No attack had data enough to tell."
    return colour, f"{told} {found}{rest if judged else ''}"


def _claimed(evidence: Evidence) -> tuple[str, str]:
    argument = evidence.argument
    if argument is None and evidence.declared:
        return "good", "The model was declared by hand: no row of anybody was read."
    if argument is None:
        return "fair", "The model carries no formal guarantee: all that is known is what attacks found."
    if argument.holds is False:
        return "poor", "The guarantee that the model claims does not follow from what was released."
    claim = f"({_figure(argument.epsilon)}, {_figure(argument.delta)})"
    told = f"The model is {claim}-differentially private for {_unit(argument.unit)}"
    if argument.holds is None:
        return "fair", f"{told}, as its card claims; it lists no releases to compute that from once more."
    return "good", f"{told}, computed once more from every release."


def _unit(unit: str) -> str:
    return "each row" if unit == "row" else f"all rows of one {unit}"


def _figure(value: float, digits: int = 4) -> str:
    """Write a figure as people do: 0.0123, 1.2·10⁻⁶."""
    text = f"{value:.{digits}g}"
    found = re.fullmatch(r"(.+)e([+-])0?(\d+)", text)
    if found is None:
        return text
    power = found[3].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{found[1]}·10{'⁻' if found[2] == '-' else ''}{power}"


def _percent(value: float) -> str:
    return f"{100 * value:.3g}\u00a0%"


def _prose(text: str) -> Markup:
    """Escape a sentence, and set the names that it quotes in backticks apart."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(Markup.escape(text))))


@cache
def _style() -> str:
    """Return the style of reports, and what pages of evidence have beside it."""
    parts = (("likewise.evaluation.report", "templates/report.css"), (__package__, "templates/evidence.css"))
    return "\n".join(files(package).joinpath(name).read_text(encoding="utf-8") for package, name in parts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("likewise.recipes.evidence"),
        autoescape=lambda name: name is not None and ".html" in name,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    filters: dict[str, Any] = {"figure": _figure, "percent": _percent, "prose": _prose, "unit": _unit}
    environment.filters.update(filters)
    environment.globals["MARKS"] = MARKS
    return environment
