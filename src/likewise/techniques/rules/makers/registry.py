"""The words that makers are called by, and where each is found when a document uses it."""

from __future__ import annotations

import re
from importlib import import_module

from likewise.errors import nearest
from likewise.modalities.tabular.distributions.distribution import FAMILIES
from likewise.modalities.tabular.distributions.reading import ELSEWHERE
from likewise.techniques.rules.maker import Maker, told

_HERE = "likewise.techniques.rules"

WORDS: dict[str, str] = {
    "sequence": f"{_HERE}.makers.sequence:Sequence",
    "uuid": f"{_HERE}.makers.uuid:Uuid",
    "pattern": f"{_HERE}.makers.pattern:Matching",
    "text": f"{_HERE}.makers.text:Text",
    "template": f"{_HERE}.makers.template:Template",
    "levels": f"{_HERE}.makers.levels:Levels",
    "hex": f"{_HERE}.makers.token:Hex",
    "base64": f"{_HERE}.makers.token:Base64",
    "nanoid": f"{_HERE}.makers.token:NanoId",
    "ulid": f"{_HERE}.makers.token:Ulid",
    "refers": f"{_HERE}.makers.refers:Refers",
    "formula": f"{_HERE}.makers.formula:Formula",
    "given": f"{_HERE}.makers.given:Conditional",
    "quantiles": f"{_HERE}.makers.quantiles:Quantiles",
    "empty": f"{_HERE}.makers.empty:Empty",
    **dict.fromkeys(("person", "address", "company", "payment", "vehicle", "device", "product"),
                    f"{_HERE}.makers.recorded:Recorded"),
}  # fmt: skip
"""Where the maker of each word lies; those of distributions are all made by `Drawn`."""

DRAWN = f"{_HERE}.makers.drawn:Drawn"


def words() -> tuple[str, ...]:
    """Return every word that a column can be made by."""
    return (*WORDS, *sorted(FAMILIES))


def maker_of(word: str, path: str) -> tuple[str, type[Maker]]:
    """Return the word as it is known, and its maker, however hyphens and capitals are written.

    Raises SettingsError, with the nearest word, where there is none.

    >>> maker_of("Date_Range", "$")[0]
    'date-range'
    """
    folded = {_folded(known): known for known in words()}
    known = folded.get(_folded(word))
    if known is None:
        other = ELSEWHERE.get(_folded(word)) or nearest(word, words())
        raise told(path, f"there is no maker `{word}`",
                   f"did you mean `{other}`?" if other else f"the makers are: {', '.join(words())}")  # fmt: skip
    module, _, name = WORDS.get(known, DRAWN).partition(":")
    found: type[Maker] = getattr(import_module(module), name)
    return known, found


def _folded(name: str) -> str:
    return re.sub(r"[-_\s]", "", name.lower())
