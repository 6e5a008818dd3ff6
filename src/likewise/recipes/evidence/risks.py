"""The residual-risk statement: what may still go wrong, what was done about it, and what is left to whom."""

from __future__ import annotations

from collections.abc import Sequence

from likewise.core.card import Card
from likewise.recipes.evidence.facts import Argument, Attack, Ledgered, Release, Risk

TO_FILL = "to be filled in by the controller"


def risks_of(
    card: Card, argument: Argument | None, attacks: Sequence[Attack], ledger: Ledgered, release: Release
) -> tuple[Risk, ...]:
    """Return the risks that are left, the worst first."""
    known = [_guarantee(card, argument), _attacks(attacks)]
    if argument is not None:
        known += [_composition(ledger), _size(argument), _machine()]
    return (*known, _bias(argument), _use(release), _change(release))


def _guarantee(card: Card, argument: Argument | None) -> Risk:
    if card.is_declared:
        return Risk(
            risk="Something of a person stands in the document that was declared",
            done="No row was read.",
            left="Whoever wrote the document answers for what it says.",
        )
    if argument is None:
        return Risk(
            risk="Somebody learns from the release what is true of one person in the data",
            done=f"The technique says of itself: {card.privacy.statement}. There is no formal guarantee.",
            left="An attack that nobody has thought of may succeed. Release to named recipients, or fit anew "
            "with a privacy budget.",
        )
    if argument.holds is False:
        return Risk(
            risk="The guarantee that is claimed does not follow from the releases on the card",
            done="It was computed once more, and comes out weaker.",
            left="Do not release this model.",
        )
    return Risk(
        risk="Somebody learns from the release what is true of one person in the data",
        done=f"Whatever an attacker knows, odds change by at most a factor of {argument.factor:.3g}, but for a "
        f"probability of {argument.delta:.2g}.",
        left="What is true of many people alike can be learned, of those who are not in the data too. Whether "
        "the factor is small enough is a decision.",
    )


def _attacks(attacks: Sequence[Attack]) -> Risk:
    risk = "An attack works better than it should"
    if not attacks:
        return Risk(
            risk=risk,
            done="No attack was run for this pack.",
            left="Run `likewise audit` or `likewise evaluate` with rows held back, and make the pack again.",
        )
    found = [a.title for a in attacks if a.verdict == "poor"]
    slight = [a.title for a in attacks if a.verdict == "fair"]
    unknown = [a.title for a in attacks if a.verdict == "unknown"]
    parts = [f"Clear leaks: {', '.join(found)}." if found else "No attack was a clear success."]
    parts += [f"Slight ones: {', '.join(slight)}."] if slight else []
    parts += [f"Not known: {', '.join(unknown)}."] if unknown else []
    missed = "A leak smaller than the attack table says would have been missed, and other attacks were not tried."
    left = "Do not release before these are explained." if found else missed
    return Risk(risk=risk, done=" ".join(parts), left=left)


def _composition(ledger: Ledgered) -> Risk:
    risk = "Several releases on the same people add up to more than each of them"
    if not ledger.checked:
        return Risk(
            risk=risk,
            done="No ledger was given, so that other releases are not known here.",
            left="Keep one ledger for all releases on the same people, and say that there is no other.",
        )
    standing = ledger.standing
    told = (
        ""
        if standing is None
        else f" All releases on them come to epsilon {standing.spent:.3f}; {standing.left:.3f} is left."
    )
    return Risk(
        risk=risk,
        done=f"The release stands in a ledger that was found whole.{told}",
        left="Releases by other tools, or from a ledger of another name, are not in it.",
    )


def _size(argument: Argument) -> Risk:
    whom = "rows" if argument.unit == "row" else f"all rows of one `{argument.unit}`"
    left = (
        "Somebody with several rows is protected less: by about so many times the epsilon."
        if argument.unit == "row"
        else "People who are known by several values of that column, or families, are protected less."
    )
    return Risk(risk="What is protected is less than a person", done=f"The guarantee protects {whom}.", left=left)


def _machine() -> Risk:
    return Risk(
        risk="The machine leaks what the mathematics does not: time, memory, power, logs, backups",
        done="Noise is drawn as whole numbers from the randomness of the operating system; no seed, log or error "
        "text depends on the data.",
        left="Fit where nobody watches the machine, and tell nobody how long it took. The real rows and their "
        "copies need protection of their own.",
    )


def _bias(argument: Argument | None) -> Risk:
    noise = "Noise is the same for all counts, which is more of a small group than of a large one."
    done = "Nothing was done about it here." if argument is None else noise
    return Risk(
        risk="Small groups are drawn less faithfully than large ones, and conclusions about them are wrong",
        done=done,
        left="Judge the groups that matter with `likewise evaluate` before the data are used.",
    )


def _use(release: Release) -> Risk:
    to = ", ".join(release.recipients) or TO_FILL
    return Risk(
        risk="The data are used for what they are not made for, or joined with others",
        done=f"Purpose: {release.purpose or TO_FILL}. Recipients: {to}.",
        left="Agree with recipients not to try to identify anybody, and to report it if they do.",
    )


def _change(release: Release) -> Risk:
    return Risk(
        risk="What is safe today is not tomorrow: new attacks, new data to join",
        done=f"Expires: {release.expires or TO_FILL}. Next review: {release.review or TO_FILL}.",
        left="Review at that date, and when an attack of a new kind becomes known.",
    )
