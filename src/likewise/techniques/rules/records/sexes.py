"""How people write sex in tables: read in any common spelling, so that a person can be made to fit it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.techniques.rules.records.names import FEMALE, MALE

_SPELLINGS = {
    FEMALE: "f female woman women girl w weiblich frau femme féminin feminin fille mujer femenino femenina donna femmina "
    "feminino mulher kvinna kvinde kvinne kvinnlig nainen nő női žena zena ženské kobieta k kadın kadin kız ж жен женский "
    "женщина жінка жіноча 女 女性 女子 여 여성 여자 महिला स्त्री v vrouw vrouwelijk 2 mrs ms miss",
    MALE: "m male man men boy männlich mann herr homme masculin h garçon hombre masculino varón uomo maschio homem mand "
    "manlig mies férfi muž muz mužské mężczyzna mezczyzna erkek e bay м муж мужской мужчина чоловік чоловіча 男 男性 男子 "
    "남 남성 남자 पुरुष mannelijk 1 mr",
}

SPELLINGS = {word: sex for sex, words in _SPELLINGS.items() for word in words.split()}
"""The sex that a word, a letter or a number of ISO 5218 stands for, in lower case."""


def sexes_in(values: pa.Array, drawn: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the sex that each value tells; where it tells none (missing, `x`, `diverse`), what was drawn instead.

    >>> sexes_in(pa.array(["Female", "m", None, "x"]), np.array([1, 0, 1, 0])).tolist()
    [0, 1, 1, 0]
    """
    coded = values if isinstance(values, pa.DictionaryArray) else values.cast(pa.string()).dictionary_encode()
    told = [SPELLINGS.get(str(value).strip().rstrip(".").casefold(), -1) for value in coded.dictionary.to_pylist()]
    found = np.array([*told, -1]).take(pc.fill_null(coded.indices, len(told)).to_numpy(zero_copy_only=False))
    return np.where(found < 0, drawn, found)
