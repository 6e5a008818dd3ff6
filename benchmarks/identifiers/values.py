"""Values of each class: from Faker, python-stdnum and the generator's own records, of ten languages."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from functools import cache

import numpy as np
from faker import Faker
from stdnum import luhn, verhoeff
from stdnum.au import tfn
from stdnum.gb import nhs
from stdnum.iso7064 import mod_11_10

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR", "pl_PL", "sv_SE")
UNSEEN = ("en_IE", "en_IN", "en_NZ", "es_CO", "hr_HR", "hu_HU", "ro_RO", "sk_SK", "sl_SI", "et_EE", "lt_LT", "tr_TR")
"""Locales that nothing was fitted to: names, addresses and phones of other countries."""

_NO_NINO = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
Maker = Callable[[random.Random], str]


@cache
def faker(locale: str) -> Faker:
    """Return the Faker of a locale."""
    made = Faker(locale)
    made.seed_instance(7)
    return made


def of(locale: str, method: str) -> Maker:
    """Return a maker of one of Faker's values."""
    return lambda rng: str(getattr(faker(locale), method)())


def code(form: str) -> Maker:
    """Return a maker of codes: # a digit, ? a capital, ^ a small letter, % either of the first two."""
    signs = {"#": string.digits, "?": string.ascii_uppercase, "^": string.ascii_lowercase,
             "%": string.digits + string.ascii_uppercase}  # fmt: skip
    return lambda rng: "".join(rng.choice(signs[sign]) if sign in signs else sign for sign in form)


def _digits(rng: random.Random, count: int, first: str = string.digits) -> str:
    return rng.choice(first) + "".join(rng.choice(string.digits) for _ in range(count - 1))


def _until(valid: Callable[[str], bool], draw: Maker) -> Maker:
    def made(rng: random.Random) -> str:
        while not valid(value := draw(rng)):
            pass
        return value

    return made


def _nhs(rng: random.Random) -> str:
    whole = _until(nhs.is_valid, lambda rng: _digits(rng, 10, "467"))(rng)
    return f"{whole[:3]} {whole[3:6]} {whole[6:]}" if rng.random() < 0.5 else whole


def _nino(rng: random.Random) -> str:
    while (front := rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")) in _NO_NINO:
        pass
    return front + _digits(rng, 6) + rng.choice("ABCD")


def _steuer(rng: random.Random) -> str:
    chosen = rng.sample(string.digits, 9)
    body = [*chosen, rng.choice(chosen)]
    rng.shuffle(body)
    if body[0] == "0":
        return _steuer(rng)
    text = "".join(body)
    return text + mod_11_10.calc_check_digit(text)


def _luhn(front: str, count: int) -> Maker:
    def made(rng: random.Random) -> str:
        text = front + _digits(rng, count - len(front) - 1)
        return text + luhn.calc_check_digit(text)

    return made


def _npi(rng: random.Random) -> str:
    text = _digits(rng, 9, "12")
    return text + luhn.calc_check_digit("80840" + text)


def _aadhaar(rng: random.Random) -> str:
    text = _digits(rng, 11, "23456789")
    whole = text + verhoeff.calc_check_digit(text)
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def _medicare(rng: random.Random) -> str:
    text = _digits(rng, 8, "23456")
    check = sum(weight * int(sign) for weight, sign in zip((1, 3, 7, 9) * 2, text, strict=True)) % 10
    return f"{text[:4]} {text[4:]}{check} {rng.randint(1, 5)}"


def _dea(rng: random.Random) -> str:
    text = _digits(rng, 6)
    check = (sum(map(int, text[::2])) + 2 * sum(map(int, text[1::2]))) % 10
    return rng.choice("ABFM") + rng.choice(string.ascii_uppercase) + text + str(check)


def _wallet(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return "0x" + "".join(rng.choice("0123456789abcdef") for _ in range(40))
    base = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return "1" + "".join(rng.choice(base) for _ in range(33))


def _born(written: str) -> Maker:
    return lambda rng: faker("en_US").date_of_birth(minimum_age=1, maximum_age=100).strftime(written)


def _place(rng: random.Random) -> str:
    return f"{rng.uniform(-89, 89):.5f}, {rng.uniform(-179, 179):.5f}"


def record(locale: str, name: str, field: str) -> Maker:
    """Return a maker of values of the generator's own records."""
    values = iter(_of_records(locale, name, field) * 50)
    return lambda rng: next(values)


@cache
def _of_records(locale: str, name: str, field: str) -> list[str]:
    from audit import Rows

    return [str(value) for value in Rows(locale, np.arange(400), safe=False).record(name).of(field).to_pylist()]


def _across(method: str, locales: tuple[str, ...] = LOCALES) -> list[Maker]:
    return [of(locale, method) for locale in locales]


def makers(*, unseen: bool = False) -> dict[str, list[Maker]]:
    """Return makers of the values of each class; one a form or a country."""
    if unseen:
        return {"email": _across("email", UNSEEN), "phone": _across("phone_number", UNSEEN),
                "postal address": _across("street_address", UNSEEN), "person name": _across("name", UNSEEN),
                "city": _across("city", UNSEEN), "postal code": _across("postcode", UNSEEN)}  # fmt: skip
    recorded = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR", "pl_PL")
    return {
        "email": [*_across("email"), *(record(locale, "person", "email") for locale in recorded)],
        "phone": [*_across("phone_number"), *(record(locale, "person", "phone") for locale in recorded)],
        "postal address": [*_across("street_address"), *(record(loc, "address", "street line") for loc in recorded)],
        "person name": [*_across("name"), *(record(locale, "person", "full name") for locale in recorded)],
        "payment card": [of("en_US", "credit_card_number"), _luhn("4", 16), _luhn("53", 16), _luhn("37", 15)],
        "iban": _across("iban", ("en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "sv_SE")),
        "bic": [of("de_DE", "swift"), of("en_GB", "swift11")],
        "bank routing number": [of("en_US", "aba")],
        "account number": [code("########"), code("##########"), code("??######")],
        "crypto wallet": [_wallet],
        "us ssn": [of("en_US", "ssn")],
        "us itin": [of("en_US", "itin")],
        "us ein": [of("en_US", "ein")],
        "uk nhs number": [_nhs],
        "uk nino": [_nino],
        "de steuer-id": [_steuer],
        "fr nir": [of("fr_FR", "ssn")],
        "es dni": [of("es_ES", "nif"), of("es_ES", "nie")],
        "it codice fiscale": [of("it_IT", "ssn")],
        "nl bsn": [of("nl_NL", "ssn")],
        "pl pesel": [of("pl_PL", "pesel")],
        "se personnummer": [of("sv_SE", "ssn")],
        "br cpf": [of("pt_BR", "cpf")],
        "br cnpj": [of("pt_BR", "cnpj")],
        "in aadhaar": [_aadhaar],
        "in pan": [lambda rng: code("???")(rng) + rng.choice("PCHF") + code("?####?")(rng)],
        "ca sin": [of("en_CA", "ssn")],
        "au tfn": [_until(tfn.is_valid, code("#########"))],
        "au medicare": [_medicare],
        "vin": [of("en_US", "vin")],
        "licence plate": _across("license_plate", LOCALES[:7]),
        "imei": [_luhn("35", 15), _luhn("86", 15)],
        "uuid": [of("en_US", "uuid4")],
        "device id": [code("SN%%%%%%%%#"), code("%%%%-%%%%-%%#%")],
        "passport": [of("en_US", "passport_number"), code("??#######"), code("C%#%%#%%%")],
        "driving licence": [code("?########"), code("D###-####-####"), code("B######%%#")],
        "medical record number": [code("########"), code("MR#######")],
        "health plan number": [code("?#########"), code("#########")],
        "npi": [_npi],
        "dea number": [_dea],
        "ip address": [of("en_US", "ipv4"), of("en_US", "ipv6"), of("en_US", "ipv4_private")],
        "mac address": [of("en_US", "mac_address")],
        "url": [of("en_US", "url"), of("de_DE", "image_url"), of("fr_FR", "uri")],
        "user name": [lambda rng: "@" + faker("en_US").user_name()],
        "date of birth": [_born("%Y-%m-%d"), _born("%d.%m.%Y"), _born("%m/%d/%Y")],
        "city": _across("city", ("en_US", "de_DE", "fr_FR", "it_IT", "pl_PL")),
        "postal code": _across("postcode", ("en_US", "en_GB", "de_DE", "fr_FR", "nl_NL", "pl_PL", "pt_BR")),
        "coordinates": [_place],
    }  # fmt: skip
