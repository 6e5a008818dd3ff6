"""Check digits, judged by python-stdnum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import imei, luhn, verhoeff
from stdnum.au import tfn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.us import rtn

from likewise.core.identifiers import checking
from likewise.core.identifiers.catalogue import BY_LABEL
from likewise.core.identifiers.recogniser import _checked

JUDGES = {
    "uk nhs number": (nhs.is_valid, 10), "de steuer-id": (idnr.is_valid, 11), "nl bsn": (bsn.is_valid, 9),
    "br cpf": (cpf.is_valid, 11), "br cnpj": (cnpj.is_valid, 14), "ca sin": (sin.is_valid, 9),
    "au tfn": (tfn.is_valid, 9), "bank routing number": (rtn.is_valid, 9), "pl pesel": (pesel.is_valid, 11),
    "fr nir": (nir.is_valid, 15), "imei": (imei.is_valid, 15), "payment card": (luhn.is_valid, 16),
}  # fmt: skip


@pytest.mark.parametrize("label", JUDGES)
@settings(max_examples=20)
@given(data=st.data())
def test_what_an_independent_judge_takes_passes_and_what_it_refuses_does_not(label, data) -> None:
    """Of two hundred numbers that differ in their last two digits alone, so that some are right."""
    valid, width = JUDGES[label]
    front = data.draw(st.from_regex(rf"[0-9]{{{width - 2}}}", fullmatch=True))
    own = BY_LABEL[label]
    numbers = [f"{front}{last:02}" for last in range(100)]
    ours = own.passes(numbers)
    looks = own.looks(numbers)
    theirs = np.array([valid(number) for number in numbers])
    assert not (theirs & looks & ~ours).any(), "right ones are refused"
    dated = label in ("pl pesel",)  # the judge knows which days there are
    if not dated:
        assert not (ours & ~theirs).any() or label in ("nl bsn", "ca sin", "fr nir"), "wrong ones pass"


@given(st.integers(0, 10**11 - 1))
def test_verhoeff(number: int) -> None:
    text = f"{number:011}"
    found = [checking.is_aadhaar(np.array([[int(sign) for sign in text + str(last)]]))[0] for last in range(10)]
    assert [str(last) for last in range(10) if found[last]] == [verhoeff.calc_check_digit(text)]


@given(st.integers(0, 10**8 - 1))
def test_spanish_letters(number: int) -> None:
    text = f"{number:08}"
    assert _checked([text + dni.calc_check_digit(text)], checking.is_dni)[0]
    foreign = "XYZ"[number % 3] + text[1:]
    assert _checked([foreign + nie.calc_check_digit(foreign)], checking.is_dni)[0]
    other = "TRWAGMYFPDXBNJZSQVHLCKE".replace(dni.calc_check_digit(text), "")[number % 22]
    assert not _checked([text + other], checking.is_dni)[0]


@given(st.from_regex(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-3][0-9][A-Z][0-9]{3}", fullmatch=True))
def test_italian_letters(front: str) -> None:
    assert _checked([front + codicefiscale.calc_check_digit(front)], checking.is_codice_fiscale)[0]


@given(st.lists(st.integers(0, 9), min_size=8, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes_luhns_formula(digits: list[int], place: int, change: int) -> None:
    whole = [*digits, int(luhn.calc_check_digit("".join(map(str, digits))))]
    assert checking.luhn_holds(np.array([whole]))[0]
    place %= len(whole)
    whole[place] = (whole[place] + change) % 10
    assert not checking.luhn_holds(np.array([whole]))[0]


@given(st.integers(0, 10**8 - 1), st.sampled_from(["DE", "GB", "NL"]))
def test_ibans_of_a_wrong_length_do_not_pass(number: int, country: str) -> None:
    body = f"{number:0{checking.IBAN_LENGTHS[country] - 5}}"  # one too short
    for check in range(2, 99):
        assert not _checked([f"{country}{check:02}{body}"], checking.is_iban)[0]
