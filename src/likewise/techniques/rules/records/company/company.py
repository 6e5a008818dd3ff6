"""A company: a name with its legal form, domain and addresses, and the numbers that registers give it."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.techniques.rules.records.checks import iso7064, luhn, pair, serial
from likewise.techniques.rules.records.company.names import PARTS, CompanyNames, company_names, slug
from likewise.techniques.rules.records.company.taxes import TAXES, tax_numbers
from likewise.techniques.rules.records.locales import LOCALES
from likewise.techniques.rules.records.phones import plan_of
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Bytes, Codes, Texts, coded, fixed, joined, put

INDUSTRIES = Texts(
    ["Retail", "Construction", "Health Care", "Professional Services", "Manufacturing", "Hospitality", "Transport",
     "Information Technology", "Real Estate", "Education", "Finance", "Wholesale", "Agriculture", "Arts and Leisure",
     "Administrative Services", "Energy", "Water and Waste", "Telecommunications", "Media", "Insurance", "Mining",
     "Automotive", "Food and Beverage", "Pharmaceuticals", "Textiles", "Logistics"],
    [12, 10, 9, 11, 8, 8, 5, 7, 5, 3, 3, 6, 3, 3, 5, 1, 1, 1, 2, 1, 0.5, 2, 3, 1, 1, 2],
)  # fmt: skip
_REAL = {"US": ".com", "GB": ".co.uk", "JP": ".co.jp", "KR": ".co.kr", "AU": ".com.au", "NZ": ".co.nz", "BR": ".com.br",
         "TR": ".com.tr", "MX": ".com.mx", "UA": ".com.ua"}  # fmt: skip
_BOXES = Texts(["info", "contact", "office", "sales", "hello", "service"], [40, 20, 15, 10, 10, 5])


class Company(Record):
    """Make companies: domain, website and e-mail follow the name, and the numbers are those of the country.

    Safe domains end in `.example`, which nobody can own.
    """

    name: ClassVar[str] = "company"
    fields: ClassVar[dict[str, Field]] = {
        "name": Field("text", "the name, as companies of the locale are called"),
        "legal form": Field("category", "the legal form that the name says; missing where it says none"),
        "domain": Field("text", "a domain made of the name"),
        "website": Field("text", "the domain's page"),
        "email": Field("text", "a box at the domain"),
        "phone": Field("text", "a number of the area of the address beside it", ("address",)),
        "tax id": Field(
            "text", "the VAT or register number of the country, with its check digits", countries=tuple(TAXES)
        ),
        "lei": Field("text", "a legal entity identifier (ISO 17442)", distinct="lei"),
        "npi": Field("text", "a national provider identifier (United States health care)", distinct="npi"),
        "duns": Field("text", "a number of nine digits, as D-U-N-S numbers have", distinct="duns"),
        "industry": Field("category", "what the company does"),
        "employees": Field("integer", "how many work there: few in most"),
        "founded": Field("integer", "the year it was founded in"),
    }

    def _make(self, name: str) -> pa.Array:
        setting = self.setting
        random, rows = setting.random.at(name), setting.numbers
        match name:
            case "name":
                start, end = self._parts
                return joined(coded(start, self._names.starts[0]), coded(end, self._names.ends[0]))
            case "legal form":
                return self._legal_form()
            case "domain":
                return self._domain()
            case "website":
                return joined("https://www.", self.of("domain"))
            case "email":
                return joined(_BOXES.of(random, rows), "@", self.of("domain"))
            case "phone":
                plan = plan_of(setting.locale, setting.safe)
                area = setting.beside("address").of("phone area")
                return plan.written(plan.group(area, False), random.bits(rows), random.at("tail").bits(rows))
            case "tax id":
                return fixed(tax_numbers(setting.locale[-2:], random, rows))
            case "lei" | "npi" | "duns":
                return fixed(getattr(self, f"_{name}")())
            case "industry":
                return INDUSTRIES.of(random, rows)
            case "employees":
                return pa.array(np.ceil(3 * random.uniforms(rows) ** -0.9).clip(1, 400_000).astype(np.int64))
        return pa.array(setting.as_of.year - 1 - (120 * random.uniforms(rows) ** 2.2).astype(np.int64))

    @cached_property
    def _names(self) -> CompanyNames:
        return company_names(self.setting.locale)

    @cached_property
    def _parts(self) -> tuple[Codes, Codes]:
        """The places of the beginning and of the ending of each row's name, of one form."""
        bits = self.random("name")
        start = ((bits >> np.uint64(32)) * np.uint64(self._names.many * PARTS) >> np.uint64(32)).astype(np.int32)
        end = (start & np.int32(-PARTS)) + (bits & np.uint64(PARTS - 1)).astype(np.int32)
        return start, end

    def _legal_form(self) -> pa.Array:
        """Return the legal form that the ending of a name says, or else its beginning."""
        (start, end), names = self._parts, self._names
        said = pa.concat_arrays([names.starts[1], names.ends[1]])
        forms = pc.if_else(pc.equal(said, ""), pa.scalar(None, pa.string()), said).dictionary_encode()
        codes = forms.indices.fill_null(-1).to_numpy()
        own = codes.take(len(names.starts[1]) + end)
        found = np.where(own < 0, codes.take(start), own).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(found, mask=found < 0), forms.dictionary)

    def _domain(self) -> pa.Array:
        country = self.setting.locale[-2:]
        ending = ".example" if self.setting.safe else _REAL.get(country, f".{country.lower()}")
        known = self.setting.known.get("name")
        if known is not None:
            own = known if isinstance(known, pa.DictionaryArray) else known.dictionary_encode()
            slugs = [
                slug(str(name), LOCALES[self.setting.locale].language) or "company"
                for name in own.dictionary.to_pylist()
            ]
            return joined(pa.DictionaryArray.from_arrays(own.indices, pa.array(slugs, pa.string())), ending)
        start, end = self._parts
        return joined(coded(start, self._names.starts[2]), coded(end, self._names.ends[2]), ending)

    def _lei(self) -> Bytes:
        out = np.full((len(self.setting.numbers), 20), ord("0"), dtype=np.uint8)
        out[:, :4] = np.frombuffer(b"XMPL" if self.setting.safe else b"5299", np.uint8)
        put(out[:, 6:18], serial(self.setting.random.at("lei"), self.setting.numbers, 10**12))
        pair(out, 18, iso7064(out, range(4) if self.setting.safe else ()))
        return out

    def _npi(self) -> Bytes:
        out = np.empty((len(self.setting.numbers), 15), dtype=np.uint8)
        out[:, :6] = np.frombuffer(b"808401", np.uint8)
        put(out[:, 6:14], serial(self.setting.random.at("npi"), self.setting.numbers, 10**8))
        out[:, 14] = luhn(out[:, :14])
        return out[:, 5:]

    def _duns(self) -> Bytes:
        out = np.empty((len(self.setting.numbers), 9), dtype=np.uint8)
        put(out, serial(self.setting.random.at("duns"), self.setting.numbers, 10**9))
        return out
