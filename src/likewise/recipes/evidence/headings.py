"""Which section of a pack answers which heading of a law, an opinion or a standard.

Each heading names the facts that answer it: all there, it is shown; some, in part; none, missing. A heading without any
is the controller's to answer. The words are ours; read the sources themselves before relying on them.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from likewise.recipes.evidence.facts import Frame, Heading, State


class _Row(NamedTuple):
    heading: str
    asks: str
    said: str
    section: str
    needs: tuple[str, ...] = ()


FRAMES = {
    ("gdpr", "GDPR, recital 26, and Opinion 05/2014 (WP216)"): (
        _Row("Singling out", "Can a person be isolated in the data?", "attacks that single out, beside people who were "
             "not learned from", "attacks", ("singling_out",)),
        _Row("Linkability", "Can two records of one person be joined?", "an attack that joins two halves of records",
             "attacks", ("linkability",)),
        _Row("Inference", "Can a value of a person be deduced?", "an attack that guesses one column from the others, "
             "and membership attacks", "attacks", ("attribute_inference", "membership")),
        _Row("Means reasonably likely to be used", "Who will hold it, and what do they know beside it?",
             "what each attacker was given; recipients", "release", ("attacks", "recipients")),
        _Row("Whether the data are anonymous", "All of this together, for those who get them", "the controller decides",
             "release"),
    ),
    ("edpb", "EDPB Opinion 28/2024 on AI models"): (
        _Row("Extraction of training data", "Is it insignificantly likely that data of a person are drawn out of the "
             "model?", "copies, canaries, membership", "attacks", ("exact_copies", "membership")),
        _Row("Obtaining data by queries", "Is it insignificantly likely that drawn rows disclose a person?",
             "the guarantee, and attacks on drawn rows", "guarantee", ("guarantee", "attacks")),
        _Row("Resistance to attacks", "Membership and attribute inference, regurgitation, inversion, reconstruction",
             "the attack table says which of them were run", "attacks",
             ("membership", "attribute_inference", "exact_copies", "canary_epsilon")),
        _Row("Design", "Sources, data minimisation, choice of a method that limits identifiability",
             "what is kept of each column; the technique", "data", ("minimised",)),
        _Row("Documentation", "What shows that measures were taken, kept and reviewed", "this pack, with its digests",
             "digests", ("digests", "review")),
        _Row("Lawful ground of the processing", "Why the real data may be processed for this", "the controller decides",
             "release"),
    ),
    ("nist", "NIST SP 800-226 (2025), from the top of its pyramid down"): (
        _Row("Privacy parameters", "Epsilon and delta, and what they mean", "the claim, and what an attacker can find "
             "under it", "guarantee", ("guarantee",)),
        _Row("Unit of privacy", "What is protected, and which neighbours are compared", "the unit; add or remove",
             "guarantee", ("guarantee", "neighbours")),
        _Row("Algorithms and their correctness", "How the guarantee follows", "each release with its cost, and their "
             "composition", "guarantee", ("recomputed",)),
        _Row("Composition over time", "What else was released on the same people", "the ledger", "guarantee",
             ("ledger",)),
        _Row("Utility and bias", "What noise does to results, and to whom", "scores at this epsilon; residual risks",
             "utility", ("utility",)),
        _Row("Floating-point arithmetic", "Is noise drawn so that its digits tell nothing?", "hazards: whole numbers",
             "guarantee", ("guarantee",)),
        _Row("Side channels", "Time, memory and errors that depend on data", "hazards; residual risks", "guarantee",
             ("guarantee",)),
        _Row("Trust model, security and access control", "Who sees the real rows", "the controller answers", "release"),
        _Row("Data collection exposure", "What becomes of the real rows", "the controller answers", "release"),
    ),
    ("iso", "ISO/IEC 27559:2022"): (
        _Row("6 Context assessment", "Recipients, threats, transparency, harms", "recipients and purpose", "release",
             ("recipients", "purpose")),
        _Row("7 Data assessment", "Data principals, attributes, properties; attack modelling", "the list of columns; "
             "what attackers know", "data", ("minimised", "attacks")),
        _Row("8.2.2 Quantifying identifiability", "A measure of how identifiable people are", "the bound on any "
             "attacker", "guarantee", ("guarantee",)),
        _Row("8.2.3 Adversarial testing", "Attacks that were tried", "the attack table", "attacks", ("attacks",)),
        _Row("8.3 Mitigation", "What was changed in the data or around them", "the technique and its protection; "
             "residual risks", "risks", ("minimised",)),
        _Row("9 De-identification governance", "Roles, policies, monitoring, incidents", "dates of expiry and review",
             "release", ("expires", "review")),
    ),
    ("hipaa", "HIPAA, 45 CFR 164.514(b)"): (
        _Row("(b)(1) Expert determination: very small risk", "A person with the knowledge finds the risk very small",
             "the bound and the attack table are for that person", "guarantee", ("guarantee", "attacks")),
        _Row("(b)(1) Methods and results documented", "How that was found", "this pack", "digests", ("digests",)),
        _Row("(b)(2) Safe harbor: 18 identifiers removed", "Names, places, dates, numbers", "columns that are made "
             "anew; whether all 18 are is to be checked by a person", "data", ("minimised", "safe harbor")),
    ),
    ("pdpc", "Singapore PDPC, Proposed Guide on Synthetic Data Generation (2024)"): (
        _Row("Know your data", "Purpose, and which columns tell of people", "purpose; the list of columns", "data",
             ("minimised", "purpose")),
        _Row("Prepare your data", "Keep what is needed, mask identifiers", "what is kept of each column", "data",
             ("minimised",)),
        _Row("Generate", "Method, and quality of what is made", "technique, settings, scores", "utility", ("utility",)),
        _Row("Assess re-identification risks", "Attacks, against a threshold that was set before", "the attack table",
             "attacks", ("attacks",)),
        _Row("Manage residual risks", "Contracts, access, review", "residual risks; dates", "risks",
             ("recipients", "review")),
    ),
}  # fmt: skip


def frames_of(facts: Set[str]) -> tuple[Frame, ...]:
    """Return all headings, each with how far the facts of a pack answer it."""
    return tuple(
        Frame(name=name, title=title, headings=tuple(
            Heading(heading=row.heading, asks=row.asks, said=row.said, section=row.section, state=_state(row, facts))
            for row in rows))
        for (name, title), rows in FRAMES.items()
    )  # fmt: skip


def _state(row: _Row, facts: Set[str]) -> State:
    if not row.needs:
        return "controller"
    there = sum(need in facts for need in row.needs)
    return "shown" if there == len(row.needs) else "in part" if there else "missing"
