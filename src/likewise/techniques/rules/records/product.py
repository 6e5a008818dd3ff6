"""A product: a name and a price as its category has them, and numbers for the till and the bookshop."""

from __future__ import annotations

from functools import cache, cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.core.seeds import generator
from likewise.techniques.rules.records.checks import character, rest, serial, weighted
from likewise.techniques.rules.records.payment.currencies import CURRENCIES, PER_DOLLAR, WHOLE
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Bytes, Codes, Ints, Texts, coded, fixed, joined, put

Floats = npt.NDArray[np.float64]


class Thing(NamedTuple):
    """Say what is sold: its category, its usual price in dollars and its usual weight in kilograms."""

    name: str
    category: str
    price: float
    weight: float


def _things(text: str) -> tuple[Thing, ...]:
    """Read `category|name:price:weight,...`."""
    found = list[Thing]()
    for line in text.strip().splitlines():
        category, _, things = line.strip().partition("|")
        for thing in things.split(","):
            name, price, weight = thing.split(":")
            found.append(Thing(name, category, float(price), float(weight)))
    return tuple(found)


THINGS = _things("""
Electronics|Headphones:79:0.3,Keyboard:49:0.8,Mouse:25:0.1,Monitor:229:5.2
Electronics|Speaker:89:1.4,Charger:19:0.1,Webcam:59:0.2,Tablet:329:0.5
Kitchen|Kettle:39:1.2,Toaster:45:1.6,Blender:69:2.4
Kitchen|Frying Pan:34:1.1,Knife Set:55:1.3,Coffee Grinder:42:1.0,Mixing Bowl:14:0.6
Home|Table Lamp:39:1.5,Cushion:18:0.5,Blanket:35:1.0,Wall Clock:27:0.8,Storage Box:16:0.9,Curtain:29:1.1,Vase:24:1.2
Furniture|Desk:189:24,Office Chair:159:14,Bookcase:129:28,Bed Frame:299:42,Coffee Table:119:17,Wardrobe:349:65
Clothing|T-Shirt:15:0.2,Jeans:49:0.6,Jacket:89:0.9,Dress:59:0.4,Socks:9:0.1,Sweater:45:0.5,Raincoat:69:0.7
Shoes|Sneakers:75:0.8,Boots:119:1.4,Sandals:39:0.5,Running Shoes:99:0.6
Sports|Yoga Mat:29:1.1,Dumbbell:25:5.0,Tent:149:3.4
Sports|Backpack:69:1.0,Football:22:0.4,Tennis Racket:89:0.3,Water Bottle:17:0.2
Toys|Puzzle:16:0.6,Building Blocks:35:1.1,Board Game:32:0.9,Doll:21:0.3,Toy Car:12:0.2,Plush Bear:18:0.3
Garden|Spade:28:1.8,Watering Can:19:0.7,Garden Hose:34:2.9,Plant Pot:13:1.4,Lawn Mower:279:21,Seed Mix:7:0.2
Beauty|Shampoo:8:0.4,Hand Cream:6:0.1,Perfume:59:0.3,Lipstick:14:0.05,Sun Lotion:12:0.3,Soap:4:0.1
Food|Coffee:9:0.5,Olive Oil:11:0.9,Chocolate:4:0.1,Honey:8:0.5,Pasta:2.5:0.5,Green Tea:6:0.1,Muesli:5:0.7,Rice:4:1.0
Books|Novel:14:0.4,Cookbook:25:1.0,Travel Guide:19:0.4,Dictionary:29:1.2,Picture Book:12:0.4
Office|Notebook:6:0.3,Pen Set:11:0.1,Stapler:13:0.3,Desk Lamp:36:1.2,Paper:8:2.5,File Folder:4:0.2
Tools|Drill:99:2.1,Hammer:18:0.8,Screwdriver Set:24:0.7,Saw:22:0.9,Toolbox:39:2.2,Tape Measure:10:0.3
Pets|Dog Leash:15:0.2,Cat Tree:79:9.5,Dog Food:32:10,Aquarium:119:12,Bird Seed:9:1.0
Baby|Stroller:259:9.8,Baby Bottle:9:0.1,Bib:6:0.1,High Chair:109:7.5
""")
"""What is sold, by category."""

_MANNERS = ("Classic", "Pro", "Compact", "Premium", "Eco", "Deluxe", "Slim", "Ultra", "Basic", "Smart", "Light", "Max",
            "Original", "Plus", "Essential", "Active", "Urban", "Nordic", "Vintage", "Flex")  # fmt: skip
_COLOURS = ("", "", "", " Black", " White", " Blue", " Red", " Green", " Grey", " Silver")
_GIVERS = {
    "AT": 900, "AU": 930, "BE": 540, "BG": 380, "BR": 789, "CA": 60, "CH": 760, "CN": 690, "CZ": 859, "DE": 400,
    "DK": 570, "EE": 474, "ES": 840, "FI": 640, "FR": 300, "GB": 500, "GR": 520, "HR": 385, "HU": 599, "IE": 539,
    "IL": 729, "IN": 890, "IT": 800, "JP": 490, "KR": 880, "LT": 477, "LV": 475, "MX": 750, "NL": 870, "NO": 700,
    "NZ": 940, "PL": 590, "PT": 560, "RO": 594, "RU": 460, "SE": 730, "SI": 383, "SK": 858, "TR": 868, "TW": 471,
    "UA": 482, "US": 10, "ZA": 600,
}  # fmt: skip
"""The first three digits of article numbers, by the country that gives them out (GS1)."""

_INTERNAL = 290
"""Numbers that shops give out themselves, and that mean nothing elsewhere, begin so."""

_LANGUAGES = {
    "en": "0", "fr": "2", "de": "3", "ja": "4", "ru": "5", "zh": "7", "cs": "80", "pl": "83", "es": "84", "pt": "85",
    "da": "87", "it": "88", "ko": "89", "nl": "90", "sv": "91", "fi": "951", "hu": "963", "tr": "975",
}  # fmt: skip
"""What books of a language have in their numbers behind 978."""


@cache
def brands() -> Texts:
    """Return invented brands, of which a few sell most."""
    rng, found = generator(0, "brands"), dict[str, None]()
    starts = ("Al", "Bel", "Cor", "Dan", "El", "Fin", "Gal", "Hel", "Il", "Jun", "Kal", "Lum", "Mar", "Nov", "Or",
              "Pal", "Quin", "Ros", "Sol", "Tal", "Ur", "Vel", "Wil", "Xan", "Yor", "Zen")  # fmt: skip
    ends = ("aro", "eka", "ion", "ova", "ista", "ulo", "enta", "iva", "ora", "ix", "ona", "ero", "ea", "isk", "yn")
    while len(found) < 240:
        found[starts[int(rng.integers(len(starts)))] + ends[int(rng.integers(len(ends)))]] = None
    return Texts(list(found), [1 / (place + 5) for place in range(len(found))])


class Product(Record):
    """Make products: names and prices fit the category, and prices end as prices do in the country's money.

    Names are English. Safe article numbers are of the range that shops give out themselves.
    """

    name: ClassVar[str] = "product"
    fields: ClassVar[dict[str, Field]] = {
        "name": Field("text", "brand, manner and thing"),
        "category": Field("category", "the kind of thing"),
        "thing": Field("category", "what it is, without its brand"),
        "brand": Field("category", "an invented brand"),
        "ean": Field("text", "an EAN-13 with its check digit", distinct="ean"),
        "upc": Field("text", "a UPC-A with its check digit", distinct="upc"),
        "gtin": Field("text", "the EAN as a GTIN-14", distinct="gtin"),
        "isbn": Field("text", "an ISBN-13 of the language, without hyphens", distinct="isbn"),
        "isbn10": Field("text", "the same book's ISBN-10", distinct="isbn10"),
        "sku": Field("text", "a number of the shop's own, which begins as the category does", distinct="sku"),
        "price": Field("decimal", "a price as the thing has it, in the country's money"),
        "currency": Field("category", "the money of the country"),
        "weight": Field("decimal", "kilograms"),
    }

    @property
    def _money(self) -> str:
        return CURRENCIES.get(self.setting.locale[-2:], "USD")

    def _make(self, name: str) -> pa.Array:
        setting = self.setting
        random, rows = setting.random.at(name), setting.numbers
        match name:
            case "name":
                things = pa.array([thing.name for thing in THINGS])
                manners = pa.array([f" {manner} " for manner in _MANNERS])
                manner = coded(random.integers(rows, len(_MANNERS)), manners)
                colour = coded(random.at("colour").integers(rows, len(_COLOURS)), pa.array(_COLOURS))
                return joined(self.of("brand"), manner, coded(self._things, things), colour)
            case "category" | "thing":
                said = [thing.category if name == "category" else thing.name for thing in THINGS]
                texts = pa.array(said).dictionary_encode()
                return coded(texts.indices.to_numpy()[self._things], texts.dictionary)
            case "brand":
                return brands().of(random, rows)
            case "ean" | "gtin":
                return fixed(
                    self._ean if name == "ean" else np.hstack([np.full((len(rows), 1), ord("0"), np.uint8), self._ean])
                )
            case "upc":
                return fixed(_article(random, rows, 4 if setting.safe else 0, 1, 12))
            case "isbn" | "isbn10":
                return fixed(self._isbn(ten=name == "isbn10"))
            case "sku":
                return self._sku()
            case "currency":
                return coded(np.zeros(len(rows), np.int32), pa.array([self._money]))
            case "price":
                return pa.array(self._price())
        usual = np.array([thing.weight for thing in THINGS])[self._things]
        return pa.array(np.round(usual * (0.6 + 0.8 * random.uniforms(rows)), 2).clip(0.01))

    @cached_property
    def _things(self) -> Codes:
        """The place of each row's thing; of the category where the document makes that."""
        setting, known = self.setting, self.setting.known.get("category")
        picked = setting.random.at("thing").integers(setting.numbers, 5040)
        if known is None:
            return (picked % len(THINGS)).astype(np.int32)
        own = known if isinstance(known, pa.DictionaryArray) else known.dictionary_encode()
        listed = [
            [at for at, thing in enumerate(THINGS) if thing.category == str(name)]
            for name in own.dictionary.to_pylist()
        ]
        every = list(range(len(THINGS)))
        sizes = np.array([len(places or every) for places in [*listed, every]])
        table = np.array(
            [(places or every) + [0] * (len(every) - len(places or every)) for places in [*listed, every]], np.int32
        )
        row = own.indices.fill_null(len(listed)).to_numpy(zero_copy_only=False)
        found: Codes = table[row, picked % sizes[row]]
        return found

    @cached_property
    def _ean(self) -> Bytes:
        setting = self.setting
        first = _INTERNAL if setting.safe else _GIVERS.get(setting.locale[-2:], 10)
        return _article(setting.random.at("ean"), setting.numbers, first, 3, 13)

    def _isbn(self, *, ten: bool) -> Bytes:
        setting = self.setting
        group = _LANGUAGES.get(setting.locale.split("_")[0], "0")
        out = np.empty((len(setting.numbers), 13), dtype=np.uint8)
        out[:, : 3 + len(group)] = np.frombuffer(f"978{group}".encode(), np.uint8)
        width = 9 - len(group)
        put(out[:, 3 + len(group) : 12], serial(setting.random.at("isbn"), setting.numbers, 10**width))
        if not ten:
            out[:, 12] = character(rest(9 * weighted(out[:, :12], (1, 3) * 6), 10))
            return out
        left = rest(10 * weighted(out[:, 3:12], range(10, 1, -1)), 11)
        out[:, 12] = np.where(left == 10, ord("X"), ord("0") + left)
        return out[:, 3:]

    def _sku(self) -> pa.Array:
        number = np.empty((len(self.setting.numbers), 8), dtype=np.uint8)
        number[:, 0] = ord("-")
        put(number[:, 1:], serial(self.setting.random.at("sku"), self.setting.numbers, 10**7))
        heads = pa.array([thing.category[:3].upper() for thing in THINGS])
        return joined(coded(self._things, heads), fixed(number))

    def _price(self) -> Floats:
        """Return prices around the thing's usual one, most of which end in .99, .95, .49 or .00."""
        random, rows = self.setting.random.at("price"), self.setting.numbers
        usual = np.array([thing.price for thing in THINGS])[self._things] * PER_DOLLAR.get(self._money, 1.0)
        about = usual * (0.55 + 0.45 * (random.uniforms(rows) + random.at("more").uniforms(rows)))
        share = random.at("end").uniforms(rows)
        if self._money in WHOLE:
            step = 10.0 ** np.floor(np.log10(np.maximum(about, 100)) - 1)
            less = np.where(share < 0.6, np.minimum(step / 5, 20), 0)
            return np.asarray(np.round(np.maximum(np.round(about / step) * step - less, 1)))
        ends = np.array([0.99, 0.95, 0.49, 0.0])[np.searchsorted([0.55, 0.7, 0.8], share, side="right")]
        shown = np.floor(about) + ends
        return np.asarray(np.round(np.where(share < 0.9, np.maximum(shown, 0.49), about), 2))


def _article(random: Counted, rows: Ints, first: int, size: int, width: int) -> Bytes:
    """Return article numbers of GS1 with their check digits."""
    out = np.empty((len(rows), width), dtype=np.uint8)
    out[:, :size] = np.frombuffer(str(first).zfill(size).encode(), np.uint8)
    put(out[:, size : width - 1], serial(random, rows, 10 ** (width - 1 - size)))
    weights = [3 if (width - 1 - column) % 2 else 1 for column in range(width - 1)]
    out[:, width - 1] = character(rest(9 * weighted(out[:, :-1], weights), 10))
    return out
