"""Texts in Latin letters without accents, as people write their names in e-mail addresses."""

from __future__ import annotations

import unicodedata
from functools import cache

from likewise.techniques.rules.records.reference import lines


def _split(written: str) -> list[str]:
    return written.split(" ")


_OWN = {
    "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
    "da": {"ø": "oe", "å": "aa"},
    "no": {"ø": "oe", "å": "aa"},
    "uk": {"г": "h", "и": "y", "і": "i", "ї": "i", "й": "i", "є": "ie", "ґ": "g", "х": "kh", "щ": "shch", "ь": ""},
}
"""What a language writes otherwise than the rest."""

_LETTERS = {
    "æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
    "अ": "a", "आ": "aa", "इ": "i", "ई": "ee", "उ": "u", "ऊ": "oo", "ऋ": "ri", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au",
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ri", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ॉ": "o",
    "ं": "n", "ँ": "n", "ः": "h", "़": "", "्": "",
}  # fmt: skip
_DEVANAGARI = dict(zip(
    "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    _split("k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h"),
    strict=True,
))  # fmt: skip
_LEAD = _split("g kk n d tt r m b pp s ss  j jj ch k t p h")
_VOWEL = _split("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_TAIL = _split(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t")


@cache
def _chinese() -> dict[str, str]:
    """Return the syllable of each character that stands in names."""
    read: dict[str, str] = {}
    for group in lines("pinyin.txt"):
        syllable = "".join(c for c in group if c.isascii())
        for character in group[len(syllable) :]:
            read.setdefault(character, syllable)
    return read


def latin(text: str, language: str = "en") -> str:
    """Return a text in the letters a to z, digits and other ASCII, in lower case; signs it cannot write fall away.

    >>> latin("Müller", "de"), latin("Müller", "sv"), latin("Щербакова", "ru"), latin("김서연", "ko")
    ('mueller', 'muller', 'shcherbakova', 'gimseoyeon')
    """
    own, made = _OWN.get(language, {}), []
    lowered = unicodedata.normalize("NFC", text.lower())
    for place, sign in enumerate(lowered):
        after = lowered[place + 1 : place + 2]
        if sign in own:
            made.append(own[sign])
        elif "가" <= sign <= "힣":
            at = ord(sign) - ord("가")
            made.append(_LEAD[at // 588] + _VOWEL[at % 588 // 28] + _TAIL[at % 28])
        elif sign in _DEVANAGARI:
            bare = not after or after in "ािीुूृेैोौॉ्" or after.isspace()
            made.append(_DEVANAGARI[sign] + ("" if bare else "a"))
        elif sign in _LETTERS:
            made.append(_LETTERS[sign])
        elif sign.isascii():
            made.append(sign)
        else:
            made.append(_chinese().get(sign, ""))
            made.append("".join(c for c in unicodedata.normalize("NFKD", sign) if c.isascii()))
    return "".join(made)


def local_part(text: str, language: str = "en") -> str:
    """Return a name as it stands before the @ of an address: letters and digits only.

    >>> local_part("O'Neill-Núñez")
    'oneillnunez'
    """
    return "".join(sign for sign in latin(text, language) if sign.isalnum())
