"""The locales of records: how names, streets and addresses are written there, and where their lists come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from likewise.errors import SettingsError, suggest


@dataclass(frozen=True)
class Locale:
    """Say how people and addresses of one locale are written.

    `name` orders the parts of a full name; `streets` makes names of streets, from lists of Faker (`{last}`, `{first}`,
    or an attribute of its address provider) and of choices (`[Street|Road]`); `line` puts street and house number
    together, `block` writes the whole address. `number` writes a house number, each part of it at most `numbers`.
    `lists` is the locale of Faker's lists where it has another name, and `cities` the attribute of its address provider
    that tells which of a city's names is the one used there.
    """

    code: str
    country: str
    country_name: str
    nationality: str
    titles: tuple[str, str]
    streets: tuple[str, ...]
    line: str = "{street} {number}"
    block: str = "{line}\n{zip} {city}"
    unit: str = ""
    numbers: int = 200
    name: str = "{first} {last}"
    lists: str = ""
    cities: str = ""
    number: str = "{n}"

    @property
    def language(self) -> str:
        """The language, as ISO 639-1 writes it."""
        return self.code[:2]

    @property
    def source(self) -> str:
        """The locale of the lists of names."""
        return self.lists or self.code


_ENGLISH = ("Ms.|Mrs.|Miss", "Mr.")
_BRITISH = ("Ms|Mrs|Miss", "Mr")
_GERMAN = ("Frau", "Herr")
_FRENCH = ("Mme", "M.")
_SPANISH = ("Sra.|Srta.", "Sr.")
_DUTCH = ("Mevr.", "Dhr.")
_STREET = "{last} [Street|Avenue|Road|Drive|Lane|Court|Place|Way]"
_STRASSE = "{last}[straße|weg|gasse|allee|ring|platz]"
_RUE = "[rue|avenue|boulevard|chemin|impasse] {first} {last}"
_CALLE = "[Calle|Avenida|Plaza|Paseo] {first} {last}"
_STRAAT = "{first}[straat|laan|weg|plein|hof]"

_ALL = (
    Locale("en_US", "US", "United States", "American", _ENGLISH, (_STREET, "{last} [Boulevard|Circle|Terrace]"),
           "{number} {street}", "{line}\n{city}, {state code} {zip}", "Apt {n}|Suite {n}|Unit {n}", 9999),
    Locale("en_GB", "GB", "United Kingdom", "British", _BRITISH, (_STREET, "{last} [Close|Gardens|Crescent|Grove]"),
           "{number} {street}", "{line}\n{city}\n{zip}", "Flat {n}"),
    Locale("en_CA", "CA", "Canada", "Canadian", _ENGLISH, (_STREET, "{last} [Crescent|Boulevard]"),
           "{number} {street}", "{line}\n{city} {state code} {zip}", "Unit {n}|Apt {n}", 9999, lists="en_US"),
    Locale("fr_CA", "CA", "Canada", "Canadian", _FRENCH, ("[rue|avenue|boulevard|chemin] {last}",),
           "{number}, {street}", "{line}\n{city} ({state}) {zip}", "app. {n}", 9999),
    Locale("en_AU", "AU", "Australia", "Australian", _BRITISH, (_STREET, "{last} [Parade|Crescent|Terrace]"),
           "{number} {street}", "{line}\n{city} {state code} {zip}", "Unit {n}", 300, lists="en_NZ"),
    Locale("en_NZ", "NZ", "New Zealand", "New Zealander", _BRITISH, (_STREET, "{last} [Terrace|Crescent]"),
           "{number} {street}", "{line}\n{city} {zip}", "Flat {n}", 300),
    Locale("en_IE", "IE", "Ireland", "Irish", _BRITISH, (_STREET, "{last} [Park|Gardens|Terrace]"),
           "{number} {street}", "{line}\n{city}\n{zip}", "Apartment {n}"),
    Locale("en_IN", "IN", "India", "Indian", _BRITISH, ("{last} [Road|Street|Nagar|Marg|Lane|Colony]",),
           "{number}, {street}", "{line}\n{city} {zip}\n{state}", "Flat {n}", 900),
    Locale("hi_IN", "IN", "भारत", "Indian", ("श्रीमती|सुश्री", "श्री"), ("{last} [मार्ग|रोड|नगर|गली]",),
           "{number}, {street}", "{line}\n{city} {zip}", "", 900, cities="cities"),
    Locale("de_DE", "DE", "Deutschland", "German", _GERMAN, (_STRASSE, "{last}[straße|weg]"), cities="cities"),
    Locale("de_AT", "AT", "Österreich", "Austrian", _GERMAN, (_STRASSE, "{last}[gasse|straße]"), "{street} {number}",
           unit="Top {n}", cities="cities"),
    Locale("de_CH", "CH", "Schweiz", "Swiss", _GERMAN, ("{last}[strasse|weg|gasse|platz|ring]",)),
    Locale("fr_CH", "CH", "Suisse", "Swiss", _FRENCH, (_RUE,)),
    Locale("fr_FR", "FR", "France", "French", _FRENCH, (_RUE,), "{number} {street}", unit="Appt {n}"),
    Locale("fr_BE", "BE", "Belgique", "Belgian", _FRENCH, (_RUE,), unit="bte {n}"),
    Locale("nl_BE", "BE", "België", "Belgian", _DUTCH, (_STRAAT,), unit="bus {n}", cities="cities"),
    Locale("nl_NL", "NL", "Nederland", "Dutch", _DUTCH, (_STRAAT,), "{street} {number}", "{line}\n{zip}  {city}",
           cities="cities"),
    Locale("es_ES", "ES", "España", "Spanish", _SPANISH, (_CALLE,),
           "{street} {number}", "{line}\n{zip} {city}\n{state}", "{n}º A|{n}º B|{n}º C", 150,
           "{first} {last} {second last}"),
    Locale("es_MX", "MX", "México", "Mexican", _SPANISH, ("[Calle|Avenida|Boulevard|Privada] {last}",),
           "{street} {number}", "{line}\n{zip} {city}, {state code}", "Int. {n}", 999, "{first} {last} {second last}"),
    Locale("it_IT", "IT", "Italia", "Italian", ("Sig.ra", "Sig."), ("[Via|Viale|Piazza|Corso|Largo] {first} {last}",),
           "{street}, {number}", "{line}\n{zip} {city}", "Int. {n}", cities="cities"),
    Locale("pt_BR", "BR", "Brasil", "Brazilian", ("Sra.", "Sr."), ("[Rua|Avenida|Travessa|Alameda] {first} {last}",),
           "{street}, {number}", "{line}\n{city} - {state code}\n{zip}", "Apto {n}", 3000),
    Locale("pt_PT", "PT", "Portugal", "Portuguese", ("Sra.", "Sr."), ("[Rua|Avenida|Travessa|Largo] {places}",),
           "{street}, {number}", "{line}\n{zip} {city}", cities="cities"),
    Locale("sv_SE", "SE", "Sverige", "Swedish", ("Fru", "Herr"), ("{street_prefixes}[gatan|vägen|stigen|gränd]",),
           "{street} {number}", "{line}\n{zip} {city}", "lgh 1{n}", cities="cities"),
    Locale("da_DK", "DK", "Danmark", "Danish", ("Fru", "Hr."), ("{street_names}[gade|vej|stræde|allé]",),
           cities="cities"),
    Locale("no_NO", "NO", "Norge", "Norwegian", ("Fru", "Herr"), ("{last}[veien|gata|vegen|svingen|bakken]",)),
    Locale("fi_FI", "FI", "Suomi", "Finnish", ("Rouva", "Herra"), ("{street_prefixes}[tie|katu|polku|kuja]",),
           unit="as. {n}", cities="cities"),
    Locale("pl_PL", "PL", "Polska", "Polish", ("Pani", "Pan"), ("ul. {streets}",), "{street} {number}", unit="m. {n}",
           cities="cities"),
    Locale("cs_CZ", "CZ", "Česko", "Czech", ("paní", "pan"), ("{streets}",), cities="cities"),
    Locale("tr_TR", "TR", "Türkiye", "Turkish", ("Bayan", "Bay"), ("{first} [Sokağı|Caddesi|Bulvarı]",),
           "{street} No: {number}", "{line}\n{zip} {city}/{state}", "Daire {n}"),
    Locale("ru_RU", "RU", "Россия", "Russian", ("г-жа", "г-н"), ("ул. {street_titles}", "ул. {street_titles_noflex}"),
           "{street}, д. {number}", "{line}\n{city}\n{state}\n{zip}", "кв. {n}", 150, "{last} {first} {middle}",
           cities="city_names"),
    Locale("uk_UA", "UA", "Україна", "Ukrainian", ("пані", "пан"), ("вул. {street_titles}",), "{street}, буд. {number}",
           "{line}\n{city}\n{state}\n{zip}", "кв. {n}", 150, "{last} {first} {middle}", cities="city_names"),
    Locale("ja_JP", "JP", "日本", "Japanese", ("様", "様"), ("{towns}",), "{street}{number}",
           "〒{zip} {state}{city}{line}", "{n}号室", 20, "{last} {first}", number="{n}-{n}-{n}"),
    Locale("zh_CN", "CN", "中国", "Chinese", ("女士", "先生"), (
        "[中山|人民|解放|建设|和平|文化|新华|胜利|友谊|光明|长江|黄河|北京|南京|上海|学院|公园][东|西|南|北|中|][路|街|大道]",
    ), "{street}{number}号", "{zip} {state}{city}{line}", "{n}室", 400, "{last}{first}"),
    Locale("ko_KR", "KR", "대한민국", "Korean", ("씨", "씨"), ("{road_names}[로|길|대로]",), "{street} {number}",
           "{state} {city} {line}\n{zip}", "{n}호", 300, "{last}{first}"),
)  # fmt: skip

LOCALES = {locale.code: locale for locale in _ALL}
"""The locales, by their code."""

ALIASES = {"en": "en_US", "en_UK": "en_GB", "nb_NO": "no_NO", "nn_NO": "no_NO", "nb": "no_NO", "pt": "pt_PT",
           "fr": "fr_FR", "nl": "nl_NL", "de": "de_DE", "es": "es_ES"}  # fmt: skip
"""Other names of locales; of a language that stands here with one country only, its own name will do too."""


@cache
def read_locale(name: str, *, where: str | None = None) -> Locale:
    """Return a locale by its code, in any common spelling, or by its language.

    >>> read_locale("de-de").code, read_locale("pl").code
    ('de_DE', 'pl_PL')

    Raises SettingsError, with the nearest locale, for one that is not there.
    """
    language, _, country = name.replace("-", "_").split(".")[0].partition("_")
    code = f"{language.lower()}_{country.upper()}" if country else language.lower()
    code = ALIASES.get(code, code)
    alone = [known for known in LOCALES if known[:2] == code]
    if code in LOCALES or len(alone) == 1:
        return LOCALES.get(code) or LOCALES[alone[0]]
    same = [known for known in LOCALES if known[:2] == language.lower()]
    listed = ", ".join(LOCALES)
    hint = f"did you mean `{same[0]}`?" if same else suggest(name, tuple(LOCALES), "locale")
    hint = f"{hint} (there are: {listed})" if hint.startswith("did you") else f"the locales are: {listed}"
    raise SettingsError("settings.unknown-locale", f"there is no locale `{name}`", where=where, hint=hint)
