"""Locales are found by their usual names, and names are written in Latin letters."""

from __future__ import annotations

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.records.latin import latin, local_part
from likewise.techniques.rules.records.locales import ALIASES, LOCALES, read_locale


def test_more_than_twenty_locales_are_there() -> None:
    assert len(LOCALES) >= 30 and set(ALIASES.values()) <= set(LOCALES)


@pytest.mark.parametrize(("name", "code"), [
    ("en", "en_US"), ("de", "de_DE"), ("EN-gb", "en_GB"), ("en_UK", "en_GB"), ("pl", "pl_PL"), ("nb-NO", "no_NO"),
    ("ja", "ja_JP"), ("pt_BR.UTF-8", "pt_BR"), *((code, code) for code in LOCALES),
])  # fmt: skip
def test_a_locale_is_read_in_any_usual_spelling(name: str, code: str) -> None:
    assert read_locale(name).code == code


@pytest.mark.parametrize(("name", "nearest"), [("de_XX", "de_DE"), ("enUS", "en_US"), ("fr-GB", "fr_CA")])
def test_an_unknown_locale_is_told_with_the_nearest_and_the_list(name: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_locale(name, where="$.locale")
    assert (caught.value.code, caught.value.where) == ("settings.unknown-locale", "$.locale")
    assert f"did you mean `{nearest}`?" in str(caught.value.hint) and "zh_CN" in str(caught.value.hint)


def test_where_no_locale_is_near_they_are_listed_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_locale("tlh_QQ")
    assert str(caught.value.hint).count("en_US") == 1


@pytest.mark.parametrize(("text", "language", "written"), [
    ("Jürgen Groß", "de", "juergen gross"), ("Åsa Öberg", "sv", "asa oberg"), ("Søren", "da", "soeren"),
    ("Łucja Żółć", "pl", "lucja zolc"), ("İrem Çağ", "tr", "irem cag"), ("Юлия Щукина", "ru", "yuliya shchukina"),
    ("Григорій", "uk", "hryhorii"), ("박지훈", "ko", "bakjihun"), ("王伟", "zh", "wangwei"), ("राजेश", "hi", "rajesh"),
    ("Αθήνα", "el", ""),
])  # fmt: skip
def test_names_are_written_in_latin_letters(text: str, language: str, written: str) -> None:
    assert latin(text, language) == written


def test_a_local_part_has_letters_and_digits_only() -> None:
    assert local_part("Jean-Luc d'Été") == "jeanlucdete"
