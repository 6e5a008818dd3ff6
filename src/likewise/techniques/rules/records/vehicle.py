"""A vehicle: a VIN that says its maker and year, a model with its body and fuel, and a plate of the country."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.techniques.rules.patterns.pattern import compiled
from likewise.techniques.rules.records.chances import Chances
from likewise.techniques.rules.records.checks import rest, serial
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Bytes, Codes, Ints, Texts, coded, fixed, put


class Model(NamedTuple):
    """Say what one model is, by whom and where it is made, and how many of it are about."""

    make: str
    model: str
    maker: str
    country: str
    body: str
    fuels: str
    share: float


def _models(text: str) -> tuple[Model, ...]:
    """Read `make|maker's code|country|share|model:body:fuels,...`, a make a line."""
    found = list[Model]()
    for line in text.strip().splitlines():
        make, code, country, share, models = line.strip().split("|")
        parts = [part.split(":") for part in models.split(",")]
        found += [
            Model(make, name, code, country, body, fuels, float(share) / len(parts)) for name, body, fuels in parts
        ]
    return tuple(found)


MODELS = _models("""
Toyota|JTD|JP|10|Corolla:sedan:phg,Yaris:hatchback:ph,RAV4:SUV:ph,Prius:hatchback:h,Hilux:pickup:d
Honda|JHM|JP|6|Civic:sedan:ph,Accord:sedan:ph,CR-V:SUV:ph,Jazz:hatchback:h
Nissan|JN1|JP|4|Qashqai:SUV:ph,Leaf:hatchback:e,Micra:hatchback:p,X-Trail:SUV:ph
Mazda|JM1|JP|2|Mazda3:hatchback:p,CX-5:SUV:pd,MX-5:convertible:p
Subaru|JF1|JP|1|Forester:SUV:p,Outback:estate:p,Impreza:hatchback:p
Suzuki|JSA|JP|2|Swift:hatchback:ph,Vitara:SUV:ph
Ford|1FA|US|6|Mustang:coupe:p,Focus:hatchback:pd,Fusion:sedan:ph
Chevrolet|1G1|US|4|Malibu:sedan:p,Corvette:coupe:p,Bolt:hatchback:e
Tesla|5YJ|US|3|Model 3:sedan:e,Model Y:SUV:e,Model S:sedan:e
Jeep|1C4|US|2|Wrangler:SUV:p,Grand Cherokee:SUV:p
Volkswagen|WVW|DE|8|Golf:hatchback:pde,Passat:estate:pd,Polo:hatchback:p,Tiguan:SUV:pdh
BMW|WBA|DE|4|3 Series:sedan:pdh,5 Series:sedan:pdh,X3:SUV:pdh,1 Series:hatchback:pd
Mercedes-Benz|WDD|DE|4|C-Class:sedan:pdh,E-Class:sedan:pdh,A-Class:hatchback:pd
Audi|WAU|DE|4|A3:hatchback:pd,A4:sedan:pd,Q5:SUV:pdh,e-tron:SUV:e
Opel|W0L|DE|2|Corsa:hatchback:pe,Astra:hatchback:pd,Insignia:sedan:pd
Porsche|WP0|DE|1|911:coupe:p,Taycan:sedan:e,Panamera:sedan:ph
Renault|VF1|FR|4|Clio:hatchback:ph,Megane:hatchback:pde,Captur:SUV:ph,Zoe:hatchback:e
Peugeot|VF3|FR|4|208:hatchback:pe,308:hatchback:pd,3008:SUV:pdh
Citroën|VF7|FR|2|C3:hatchback:p,C4:hatchback:pde,Berlingo:van:de
Fiat|ZFA|IT|3|500:hatchback:pe,Panda:hatchback:ph,Tipo:sedan:pd,Ducato:van:d
Škoda|TMB|CZ|3|Octavia:estate:pd,Fabia:hatchback:p,Superb:estate:pd
SEAT|VSS|ES|2|Ibiza:hatchback:p,Leon:hatchback:pd
Volvo|YV1|SE|2|XC60:SUV:pdh,V60:estate:pdh,XC40:SUV:pe
Dacia|UU1|RO|2|Sandero:hatchback:pg,Duster:SUV:pdg
Land Rover|SAL|GB|1|Defender:SUV:pd,Discovery:SUV:d
Jaguar|SAJ|GB|1|XF:sedan:pd,F-Pace:SUV:pd
Hyundai|KMH|KR|5|i30:hatchback:pd,Tucson:SUV:pdh,Kona:SUV:pe
Kia|KNA|KR|4|Ceed:hatchback:pd,Sportage:SUV:pdh,Niro:SUV:he
Maruti Suzuki|MA3|IN|1|Alto:hatchback:pg,Baleno:hatchback:pg
Tata|MAT|IN|1|Nexon:SUV:pde,Tiago:hatchback:pg
Lada|XTA|RU|1|Granta:sedan:p,Vesta:sedan:pg
""")
"""Makes with the code that their VINs begin with (ISO 3780), where that is from, and their models."""

FUELS = {"p": "petrol", "d": "diesel", "h": "hybrid", "e": "electric", "g": "gas"}
COLOURS = Texts(["white", "black", "grey", "silver", "blue", "red", "green", "brown", "yellow", "orange"],
                [25, 21, 19, 11, 10, 7, 3, 2, 1, 1])  # fmt: skip

PLATES = dict(
    line.split(" ", 1)
    for line in """\
AT (W|G|L|S|I|K)-[1-9][0-9]{3,4}[A-HJ-NPR-Z]{1,2}
AU [A-Z]{3}-[0-9]{3}
BE [12]-[A-Z]{3}-[0-9]{3}
BR [A-Z]{3}[0-9][A-J][0-9]{2}
CA [A-Z]{4} [0-9]{3}
CH (ZH|BE|VD|AG|SG|GE|LU) [1-9][0-9]{2,5}
CN [京沪粤苏浙川][A-F]·[0-9]{5}
CZ [1-9][ABCEHJKLMPSTUZ][0-9] [0-9]{4}
DE (B|M|K|F|S|HH|DD|HB|KA)-[A-Z]{1,2} [1-9][0-9]{1,3}
DK [A-Z]{2} [0-9]{2} [0-9]{3}
EE [0-9]{3} [A-Z]{3}
ES [0-9]{4} [BCDFGHJKLMNPRSTVWXYZ]{3}
FI [A-Z]{3}-[1-9][0-9]{2}
FR [A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}
GB [A-HJ-PR-Y]{2}[0-2][0-9] [A-HJ-PR-Z]{3}
GR [ABEZHIKMNOPTYX]{3}-[1-9][0-9]{3}
HR (ZG|ST|RI|OS|ZD) [0-9]{3,4}-[A-Z]{2}
HU [A-Z]{2} [A-Z]{2}-[0-9]{3}
IE (1[3-9]|2[0-5])[12]-(D|C|G|L|W)-[1-9][0-9]{2,4}
IN (MH|DL|KA|TN|GJ) [0-9]{2} [A-Z]{2} [0-9]{4}
IT [A-HJ-NPR-TV-Z]{2} [0-9]{3} [A-HJ-NPR-TV-Z]{2}
JP (品川|横浜|大阪|名古屋|札幌) [35][0-9]{2} [さすせそたちつて] [1-9][0-9]-[0-9]{2}
KR [1-9][0-9]{2}[가나다라마거너더러머] [0-9]{4}
LT [A-Z]{3} [0-9]{3}
LV [A-Z]{2}-[1-9][0-9]{3}
MX [A-Z]{3}-[0-9]{3}-[A-Z]
NL [BDFGHJKLNPRSTVXZ]{2}-[0-9]{3}-[BDFGHJKLNPRSTVXZ]
NO [A-HJ-NPR-Z]{2} [1-9][0-9]{4}
NZ [A-Z]{3}[0-9]{3}
PL (WA|KR|GD|PO|DW|LU)[0-9]{3}[A-Z]{2}
PT [A-Z]{2}-[0-9]{2}-[A-Z]{2}
RO (B [1-9][0-9]{2}|(CJ|TM|IS|BV) [0-9]{2}) [A-Z]{3}
RU [АВЕКМНОРСТУХ][0-9]{3}[АВЕКМНОРСТУХ]{2}[1-9][0-9]
SE [A-HJ-PR-UW-Z]{3} [0-9]{2}[A-HJ-NPR-UW-Z0-9]
SI (LJ|MB|CE|KR) [A-Z]{2}-[0-9]{3}
SK (BA|KE|ZA|NR)-[0-9]{3}[A-Z]{2}
TR (34|06|35|16) [A-Z]{2} [0-9]{3,4}
UA [АВЕІКМНОРСТХ]{2}[0-9]{4}[АВЕІКМНОРСТХ]{2}
US [A-Z]{3}-[0-9]{4}
""".splitlines()
)
"""What plates look like, by country; others are three letters and four digits."""

_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_LETTERS = np.frombuffer(b"ABCDEFGHJKLMNPRSTUVWXYZ", np.uint8)
_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.float32)
_COUNTS = np.zeros(256, dtype=np.float32)
for _letters, _value in (
    ("AJ", 1),
    ("BKS", 2),
    ("CLT", 3),
    ("DMU", 4),
    ("ENV", 5),
    ("FW", 6),
    ("GPX", 7),
    ("HY", 8),
    ("RZ", 9),
):
    _COUNTS[[ord(letter) for letter in _letters]] = _value
_COUNTS[ord("0") : ord("9") + 1] = np.arange(10)


class Vehicle(Record):
    """Make vehicles: makes of the country are frequent, and VIN, model, body, fuel, year and mileage go together."""

    name: ClassVar[str] = "vehicle"
    fields: ClassVar[dict[str, Field]] = {
        "vin": Field("text", "the identification number: maker, year and check digit (ISO 3779)", distinct="vin"),
        "make": Field("category", "who makes the vehicle"),
        "model": Field("category", "a model of the make"),
        "body": Field("category", "the body that the model has"),
        "fuel": Field("category", "what the model runs on"),
        "model year": Field("integer", "the year that the VIN says"),
        "colour": Field("category", "the colour, as often as on the road"),
        "mileage": Field("integer", "kilometres, more for older vehicles"),
        "plate": Field("text", "a plate as the country writes it"),
    }

    def _make(self, name: str) -> pa.Array:
        setting = self.setting
        match name:
            case "vin":
                return fixed(self._vins())
            case "model year":
                return pa.array(self._years)
            case "colour":
                return COLOURS.of(setting.random.at(name), setting.numbers)
            case "mileage":
                yearly = 4_000 + 20_000 * setting.random.at(name).uniforms(setting.numbers)
                age = np.maximum(setting.as_of.year - self._given_years, 0) + setting.random.at("part").uniforms(
                    setting.numbers
                )
                return pa.array((yearly * age).astype(np.int64))
            case "plate":
                plate = compiled(PLATES.get(setting.locale[-2:], "[A-Z]{3}-[0-9]{4}"))
                return plate.draw(setting.random.at(name), setting.numbers)
            case "fuel":
                fuels = [[FUELS[letter] for letter in model.fuels] for model in MODELS]
                most = max(map(len, fuels))
                texts = pa.array([own[place % len(own)] for own in fuels for place in range(most)]).dictionary_encode()
                places = self._models * most + setting.random.at(name).integers(setting.numbers, most)
                return coded(texts.indices.to_numpy()[places], texts.dictionary)
        texts = pa.array([getattr(model, name) for model in MODELS]).dictionary_encode()
        return coded(texts.indices.to_numpy()[self._models], texts.dictionary)

    @cached_property
    def _models(self) -> Codes:
        """The place of each row's model; makes of the country are four times as frequent as elsewhere."""
        setting = self.setting
        known = setting.known.get("make")
        shares = [model.share * (4 if model.country == setting.locale[-2:] else 1) for model in MODELS]
        if known is None:
            return Chances(shares).draw(self.random("model")).astype(np.int32)
        return _models_of(known, setting.random.at("model").integers(setting.numbers, 60))

    @cached_property
    def _years(self) -> Ints:
        """The model year of each row: half of all are younger than eight years, and electric ones are of these days."""
        share = self.setting.random.at("model year").uniforms(self.setting.numbers)
        electric = np.asarray(pc.fill_null(pc.equal(self.of("fuel").cast(pa.string()), "electric"), False))
        years: Ints = self.setting.as_of.year - (np.where(electric, 11, 25) * share**1.6).astype(np.int64)
        return years

    @cached_property
    def _given_years(self) -> Ints:
        known: Ints = np.asarray(self.of("model year").fill_null(self.setting.as_of.year), dtype=np.int64)
        return known

    def _vins(self) -> Bytes:
        setting, years = self.setting, self._given_years
        random, rows = setting.random.at("vin"), setting.numbers
        out = np.empty((len(rows), 17), dtype=np.uint8)
        makers = np.frombuffer("".join(model.maker for model in MODELS).encode(), np.uint8).reshape(-1, 3)
        out[:, :3] = makers[self._models]
        number = serial(random, rows, 10**9)
        last = rest(number, 10**6)
        put(out[:, 11:], last)
        front = number // 10**6
        out[:, 3] = _LETTERS[front // 100]
        out[:, 4] = _LETTERS[rest(front // 10, 10)]
        out[:, 5] = ord("0") + rest(front, 10)
        bits = random.at("other").bits(rows)
        letter = _LETTERS[(bits & np.uint64(15)).astype(np.int64)]
        out[:, 6] = np.where(years >= 2010, letter, ord("1") + (bits & np.uint64(7)).astype(np.int64))
        out[:, 7] = _LETTERS[((bits >> np.uint64(8)) & np.uint64(15)).astype(np.int64)]
        out[:, 9] = np.frombuffer(_YEARS.encode(), np.uint8)[(years - 1980) % 30]
        out[:, 10] = _LETTERS[((bits >> np.uint64(16)) & np.uint64(15)).astype(np.int64)]
        out[:, 8] = ord("0")
        left = rest((_COUNTS[out] @ _WEIGHTS).astype(np.int64), 11)
        out[:, 8] = np.where(left == 10, ord("X"), ord("0") + left)
        return out


def _models_of(makes: pa.Array, picked: Ints) -> Codes:
    """Return a model of each row's make; of any where the make is not known."""
    own = makes if isinstance(makes, pa.DictionaryArray) else makes.dictionary_encode()
    listed = [
        [place for place, model in enumerate(MODELS) if model.make == str(make)] for make in own.dictionary.to_pylist()
    ]
    table = np.array([[(places or range(len(MODELS)))[k % len(places or MODELS)] for k in range(60)]
                      for places in [*listed, []]], dtype=np.int32)  # fmt: skip
    found: Codes = table[own.indices.fill_null(len(listed)).to_numpy(zero_copy_only=False), picked]
    return found
