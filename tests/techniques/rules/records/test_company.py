"""Companies, as outside judges see them."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pyarrow as pa
import pytest
from stdnum import lei, luhn
from stdnum.eu import vat
from tests.techniques.rules.records.made import record, texts

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.records.address import Address
from likewise.techniques.rules.records.company.company import Company
from likewise.techniques.rules.records.company.names import slug
from likewise.techniques.rules.records.company.taxes import TAXES, tax_numbers
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.texts import fixed

JUDGES = {
    "AU": "au.abn", "BR": "br.cnpj", "CA": "ca.bn", "CH": "ch.vat", "CN": "cn.uscc", "GB": "gb.vat", "IN": "in_.gstin",
    "JP": "jp.cn", "KR": "kr.brn", "MX": "mx.rfc", "NO": "no.mva", "NZ": "nz.ird", "RU": "ru.inn", "TR": "tr.vkn",
    "UA": "ua.edrpou", "US": "us.ein",
}  # fmt: skip
"""Who judges the numbers of a country; those of the European Union are judged as VAT numbers."""


@pytest.mark.parametrize("country", sorted(TAXES))
def test_tax_numbers_of_every_country_are_valid(country: str) -> None:
    judge = import_module(f"stdnum.{JUDGES[country]}") if country in JUDGES else vat
    found = texts(fixed(tax_numbers(country, Counted(4, "tax"), np.arange(2000))))
    assert [number for number in found if not judge.is_valid(number)] == []
    assert len(set(found)) > 1990


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_companies_of_every_locale(locale: str) -> None:
    made = record(Company, locale, 200)
    names, domains, forms = (texts(made.of(name)) for name in ("name", "domain", "legal form"))
    assert len(set(names)) > 60
    assert all(name == name.strip() and "{" not in name for name in names)
    assert all(form in name for form, name in zip(forms, names, strict=True) if form is not None)
    assert any(form is not None for form in forms)
    assert all(domain.endswith(".example") and slug(domain.removesuffix(".example"), "en") for domain in domains)
    assert locale[-2:] in TAXES


def test_the_domain_follows_the_name() -> None:
    made = record(Company, "de_DE")
    for name, domain, mail in zip(*(texts(made.of(each)) for each in ("name", "domain", "email")), strict=True):
        assert domain == f"{slug(name, 'de')}.example"
        assert mail.endswith(f"@{domain}")
    named = record(Company, known={"name": pa.array(["Blue Whale & Co.", None, "Ärger"])}, rows=3)
    assert texts(named.of("domain")) == ["blue-whale-co.example", None, "arger.example"]


def test_plausible_domains_are_of_the_country() -> None:
    assert {text.rsplit("k.", 1)[0] != "" for text in texts(record(Company, "en_GB", safe=False).of("domain"))} == {
        True
    }
    assert all(text.endswith(".co.uk") for text in texts(record(Company, "en_GB", safe=False).of("website")))


@pytest.mark.parametrize("safe", [True, False])
def test_register_numbers(safe: bool) -> None:
    made = record(Company, safe=safe)
    assert all(lei.is_valid(number) for number in texts(made.of("lei")))
    npis = texts(made.of("npi"))
    assert all(luhn.is_valid(f"80840{number}") and len(number) == 10 and number[0] in "12" for number in npis)
    for name in ("lei", "npi", "duns"):
        assert len(set(texts(made.of(name)))) == 2000


def test_most_companies_are_small() -> None:
    sizes = np.array(record(Company).of("employees").to_pylist())
    assert 4 <= np.median(sizes) <= 8 and sizes.max() > 500 and sizes.min() >= 1
    assert max(record(Company).of("founded").to_pylist()) == 2025


def test_the_phone_is_of_the_area_of_the_address() -> None:
    beside = {"address": Address}
    phones = texts(record(Company, rows=200, others=beside).of("phone"))
    areas = texts(record(Address, rows=200).of("phone area"))
    assert all(area in phone for area, phone in zip(areas, phones, strict=True) if area)


def test_a_country_without_a_register_is_refused() -> None:
    with pytest.raises(SettingsError, match="tax numbers of LI"):
        record(Company, "de_LI").of("tax id")


def test_a_row_is_made_alone_as_among_others() -> None:
    whole, alone = record(Company, "it_IT"), record(Company, "it_IT", numbers=[777])
    for name in ("name", "legal form", "domain", "email", "tax id", "lei", "industry", "employees"):
        assert alone.of(name).to_pylist() == [whole.of(name).to_pylist()[777]], name
