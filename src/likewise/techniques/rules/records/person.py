"""A person: name, sex, title, birth date, e-mail, phone, national number and work, of one and the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.techniques.rules.records import mail
from likewise.techniques.rules.records.ages import OLDEST, Days, age_at, birthdays, calendar, days_lived
from likewise.techniques.rules.records.latin import local_part
from likewise.techniques.rules.records.locales import LOCALES, Locale, read_locale
from likewise.techniques.rules.records.names import MALE, Names, names_of, provider, weighted
from likewise.techniques.rules.records.national_ids.bearer import Bearer
from likewise.techniques.rules.records.national_ids.countries import MAKERS
from likewise.techniques.rules.records.phones import AREA_IN_MOBILE, mobile_share, plan_of
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.sexes import sexes_in
from likewise.techniques.rules.records.texts import Texts, coded, coded_again, encoded, joined

SEXES = pa.array(["female", "male"])

STATUS_UNTIL = (25, 40, 65)
STATUS = Texts.grouped([
    {"single": 0.93, "married": 0.07},
    {"single": 0.45, "married": 0.5, "divorced": 0.05},
    {"single": 0.16, "married": 0.65, "divorced": 0.17, "widowed": 0.02},
    {"single": 0.06, "married": 0.57, "divorced": 0.14, "widowed": 0.23},
])  # fmt: skip
"""Marital states of people under 25, 40 and 65, and of older ones."""

BLOOD = Texts(["O+", "A+", "B+", "AB+", "O-", "A-", "B-", "AB-"], [0.38, 0.31, 0.15, 0.05, 0.05, 0.04, 0.015, 0.005])

HEIGHT_MEAN, HEIGHT_SD = np.array([164.0, 177.0]), np.array([6.8, 7.3])
"""Of women and men, in centimetres."""

MASS_INDEX_MEAN, MASS_INDEX_SD = 25.5, 3.6


class Person(Record):
    """Hold one person a row: whatever is said of it is said of the same one.

    The first name and title tell the sex, the e-mail address and the user name are made of the name, age and birth date
    fit, the telephone number is of the area of the address beside it, and the national number says what numbers of its
    country say: sex, birth date, region or name.
    """

    name: ClassVar[str] = "person"
    fields: ClassVar[Mapping[str, Field]] = {
        "sex": Field("category", "`female` or `male`"),
        "title": Field("category", "form of address, in the language of the locale"),
        "first name": Field("category", "first name, one that only this sex bears"),
        "middle name": Field("category", "second first name; the patronymic in Russian and Ukrainian"),
        "last name": Field("category", "last name, in the form of the sex where it has one"),
        "second last name": Field("category", "the second of two last names, as in Spanish"),
        "full name": Field("text", "the name as the country writes it, in its own script"),
        "formal name": Field("text", "title and full name"),
        "latin name": Field("text", "first and last name in Latin letters without accents"),
        "initials": Field("text", "first letters of first and last name"),
        "birth date": Field("date", "date of birth"),
        "age": Field("integer", "whole years at the date of reference"),
        "email": Field("text", "e-mail address, of the name", distinct="unique email"),
        "unique email": Field("text", "e-mail address, of the name and the number of the row"),
        "user name": Field("text", "what stands before the @ of the e-mail address", distinct="unique user name"),
        "unique user name": Field("text", "what stands before the @ of the unique e-mail address"),
        "phone": Field("text", "telephone number: the mobile number or the landline", ("address",)),
        "mobile": Field("text", "mobile telephone number", ("address",)),
        "landline": Field("text", "landline number, in the area of the address", ("address",)),
        "national id": Field("text", "the number that the state gives a person", ("address",)),
        "job": Field("category", "occupation"),
        "nationality": Field("category", "nationality, in English"),
        "marital status": Field("category", "single, married, divorced or widowed, as is usual at the age"),
        "blood type": Field("category", "blood group with its Rh factor"),
        "height": Field("integer", "height in centimetres, as is usual for the sex"),
        "weight": Field("integer", "weight in kilograms, as is usual for the height"),
        "locale": Field("category", "locale of the person"),
    }

    @cached_property
    def locale(self) -> Locale:
        """The locale, with how it writes names."""
        return read_locale(self.setting.locale)

    @cached_property
    def sexes(self) -> npt.NDArray[np.intp]:
        """0 for a woman and 1 for a man, of each row: as the document says, else either."""
        drawn: npt.NDArray[np.intp] = (self.random("sex") & np.uint64(1)).astype(np.intp)
        return sexes_in(self.setting.known["sex"], drawn) if "sex" in self.setting.known else drawn

    @cached_property
    def born(self) -> Days:
        """The day of birth of each row, counted from 1970; 0 where it is missing."""
        days = pc.fill_null(self.of("birth date").cast(pa.date32()).cast(pa.int32()), 0)
        born: Days = days.to_numpy(zero_copy_only=False).astype(np.int64)
        return born

    @cached_property
    def _names(self) -> Names:
        return names_of(self.locale.code)

    def _make(self, name: str) -> pa.Array:
        return _MAKERS[name](self, name)

    def _drawn(self, name: str) -> pa.Array:
        """Return a field that is drawn from a list for each sex."""
        if name in ("first name", "last name") and "full name" in self.setting.known:
            return self._part_of_known(name)
        texts = {
            "first name": lambda: self._names.first,
            "middle name": lambda: self._names.middle,
            "last name": lambda: self._names.last,
            "second last name": lambda: self._names.last,
            "title": lambda: titles_of(self.locale.code),
            "job": lambda: jobs_of(self.locale.code),
        }[name]()
        return coded(texts.codes(self.random(name), self.sexes), texts.texts)

    def _part_of_known(self, name: str) -> pa.Array:
        """Return a part of a full name that the document made otherwise."""
        words = pc.utf8_split_whitespace(self.setting.known["full name"].cast(pa.string())).to_pylist()
        at = 0 if (name == "first name") == self.locale.name.startswith("{first}") else -1
        return pa.array([found[at] if found else None for found in words], pa.string())

    def _sex(self, _: str) -> pa.Array:
        return coded(self.sexes, SEXES)

    def _full_name(self, _: str) -> pa.Array:
        parts = re.findall(r"\{([^}]*)\}|([^{]+)", self.locale.name)
        return joined(*(self.of(f"{field} name") if field else text for field, text in parts))

    def _formal_name(self, _: str) -> pa.Array:
        if self.locale.language in ("ja", "zh", "ko"):
            return joined(self.of("full name"), self.of("title"))
        return joined(self.of("title"), " ", self.of("full name"))

    def latin(self, name: str) -> pa.DictionaryArray:
        """Return a part of the name in small Latin letters."""
        part = encoded(self.of(name))
        if name in ("first name", "last name") and not self.setting.known.keys() & {name, "full name"}:
            return coded_again(part, latin_of(self.locale.code, name))
        return coded_again(part, latin_of_each(part.dictionary, self.locale.code))

    def _latin_name(self, _: str) -> pa.Array:
        parts = [self.latin(name) for name in ("first name", "last name")]
        first, last = (coded_again(part, pc.utf8_capitalize(part.dictionary)) for part in parts)
        return joined(first, " ", last)

    def _initials(self, _: str) -> pa.Array:
        parts = [encoded(self.of(name)) for name in ("first name", "last name")]
        first, last = (coded_again(part, pc.utf8_slice_codeunits(part.dictionary, 0, 1)) for part in parts)
        return joined(first, ".", last, ".")

    def _birth_date(self, name: str) -> pa.Array:
        last, days = birthdays(self.setting.as_of)
        if "age" not in self.setting.known:
            born = last[0] - days_lived(self.setting.as_of).draw(self.random(name))
            return pa.array(born.astype(np.int32)).view(pa.date32())
        known = self.setting.known["age"].cast(pa.int64(), safe=False)
        ages = np.clip(pc.fill_null(known, 0).to_numpy(zero_copy_only=False), 0, OLDEST)
        before = ((self.random(name) >> np.uint64(32)) * days.take(ages) >> np.uint64(32)).astype(np.int64)
        missing = known.is_null().to_numpy(zero_copy_only=False)
        return pa.array((last.take(ages) - before).astype(np.int32), mask=missing).view(pa.date32())

    def _age(self, _: str) -> pa.Array:
        born = self.of("birth date")
        missing = born.is_null().to_numpy(zero_copy_only=False) if born.null_count else None
        return pa.array(age_at(self.born, self.setting.as_of), mask=missing)

    @cached_property
    def _local_parts(self) -> list[pa.DictionaryArray]:
        first, last = self.latin("first name"), self.latin("last name")
        return mail.local_parts(first, last, self.born, self.random("email"))

    @cached_property
    def _unique_parts(self) -> list[pa.Array]:
        first, last = self.latin("first name"), self.latin("last name")
        return mail.unique_parts(first, last, self.setting.numbers, self.random("email"))

    def _email(self, name: str) -> pa.Array:
        domains = mail.domains_of(self.locale.country, self.setting.safe)
        if name == "email":
            return mail.addresses(self._local_parts, self.random("email"), domains)
        return joined(*self._unique_parts, mail.at_domains(self.random("email"), domains))

    def _user_name(self, name: str) -> pa.Array:
        known = self.setting.known.get("unique email" if name.startswith("unique") else "email")
        if known is not None:
            return pc.replace_substring_regex(known.cast(pa.string()), "@.*$", "")
        return joined(*(self._unique_parts if name.startswith("unique") else self._local_parts))

    def _phone(self, name: str) -> pa.Array:
        plan = plan_of(self.locale.code, self.setting.safe)
        area = encoded(self.setting.beside("address").of("phone area"))
        group = plan.group(area, mobile=name != "landline")
        share = mobile_share(self.locale.country, self.setting.safe)
        if name == "phone" and self.locale.country not in AREA_IN_MOBILE:
            mobile = self.setting.random.at("mobile").uniforms(self.setting.numbers) < share
            group = np.where(mobile, group, plan.group(area, mobile=False))
        return plan.written(group, self.random("phone"), self.random("phone digits"))

    def _national_id(self, _: str) -> pa.Array:
        year, month, day = calendar(self.born)
        bearer = Bearer(year, month, day, self.sexes == MALE, self.setting.safe, self.setting.numbers,
                        self.setting.random.at("national id"), self._said_of_bearer)  # fmt: skip
        made = MAKERS[self.locale.country](bearer)
        born = self.of("birth date")
        return pc.if_else(born.is_valid(), made, pa.scalar(None, pa.string())) if born.null_count else made

    def _said_of_bearer(self, name: str) -> pa.Array:
        """Return what a national number is made of: parts of the name in Latin letters, or of the address."""
        return self.latin(name) if name in self.fields else self.setting.beside("address").of(name)

    def _constant(self, name: str) -> pa.Array:
        text = self.locale.code if name == "locale" else self.locale.nationality
        return coded(np.zeros(len(self.setting.numbers), np.int32), pa.array([text]))

    def _marital_status(self, name: str) -> pa.Array:
        ages = pc.fill_null(self.of("age"), 40).to_numpy(zero_copy_only=False)
        return coded(STATUS.codes(self.random(name), np.searchsorted(STATUS_UNTIL, ages, side="right")), STATUS.texts)

    def _blood_type(self, name: str) -> pa.Array:
        return coded(BLOOD.codes(self.random(name)), BLOOD.texts)

    def _bell(self, name: str) -> npt.NDArray[np.float64]:
        """Return numbers that are nearly normal: the sum of four even ones."""
        parts = self.random(name).view(np.uint16).reshape(-1, 4)
        bell: npt.NDArray[np.float64] = (parts.sum(axis=1) / 65535 - 2) * np.sqrt(3.0)
        return bell

    def _height(self, name: str) -> pa.Array:
        made = HEIGHT_MEAN.take(self.sexes) + HEIGHT_SD.take(self.sexes) * self._bell(name)
        return pa.array(np.round(made).astype(np.int64))

    def _weight(self, name: str) -> pa.Array:
        tall = pc.fill_null(self.of("height").cast(pa.float64()), 170.0).to_numpy(zero_copy_only=False) / 100
        made = (MASS_INDEX_MEAN + MASS_INDEX_SD * self._bell(name)) * tall**2
        return pa.array(np.round(made).astype(np.int64))


_MAKERS: dict[str, Callable[[Person, str], pa.Array]] = {
    **dict.fromkeys(("first name", "middle name", "last name", "second last name", "title", "job"), Person._drawn),
    "sex": Person._sex,
    "full name": Person._full_name,
    "formal name": Person._formal_name,
    "latin name": Person._latin_name,
    "initials": Person._initials,
    "birth date": Person._birth_date,
    "age": Person._age,
    **dict.fromkeys(("email", "unique email"), Person._email),
    **dict.fromkeys(("user name", "unique user name"), Person._user_name),
    **dict.fromkeys(("phone", "mobile", "landline"), Person._phone),
    "national id": Person._national_id,
    **dict.fromkeys(("locale", "nationality"), Person._constant),
    "marital status": Person._marital_status,
    "blood type": Person._blood_type,
    "height": Person._height,
    "weight": Person._weight,
}


@cache
def latin_of(code: str, name: str) -> pa.Array:
    """Return the first or last names of a locale in Latin letters."""
    names = names_of(code)
    return latin_of_each(names.first.texts if name == "first name" else names.last.texts, code)


def latin_of_each(texts: pa.Array, code: str) -> pa.Array:
    """Return names in Latin letters; `person` for one that cannot be written so."""
    known, language = names_of(code).latin, LOCALES[code].language
    return pa.array(
        [known.get(text) or local_part(text, language) or "person" for text in texts.to_pylist()], pa.string()
    )


@cache
def titles_of(code: str) -> Texts:
    """Return the titles of women and of men in a locale."""
    return Texts.grouped([dict.fromkeys(titles.split("|"), 1.0) for titles in LOCALES[code].titles])


@cache
def jobs_of(code: str) -> Texts:
    """Return the occupations of women and of men in a locale; in English where Faker lists none in its language."""
    source = provider("job", code) or provider("job", "en_US")
    both = weighted(source.jobs)
    return Texts.grouped([weighted(getattr(source, f"jobs_{sex}", ())) or both for sex in ("female", "male")])
