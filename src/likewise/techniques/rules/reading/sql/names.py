"""What columns most likely hold, by their names and types: a table of rules, the first that fits.

A rule is a regular expression over the words of a name, in lower case with a space between them (`FirstName`,
`first_name` and `first name` are one), what makes such a column, and the longest text that it gives. What a name means
can hang on its table (`name` in `customers`): such rules look at `table / column`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from likewise.techniques.rules.reading.sql.words import (
    SENTENCE,
    SENTENCE_LENGTH,
    TITLE,
    TITLE_LENGTH,
)

Made = Mapping[str, Any]


@dataclass(frozen=True)
class Guess:
    """Say that columns of such a name hold something: `made` in the language of documents, `length` characters at most.

    `plain` says that the values are unique enough by themselves.
    """

    name: str
    made: Made
    length: int = 0


def _guess(name: str, made: Made, length: int = 0) -> Guess:
    return Guess(name, made, length)


_PERSON = (r"(?:actor|author|agent|artist|candidate|client|contact|customer|doctor|driver|employee|guest|instructor|"
           r"member|owner|patient|people|person|player|sales ?person|staff|student|subscriber|supervisor|teacher|user|"
           r"visitor|"
           r"kunde|mitarbeiter|empleado|cliente|employe)s?")  # fmt: skip
_FIRM = (r"(?:brand|carrier|compan(?:y|ies)|enterprise|firm|manufacturer|organi[sz]ation|shipper|shop|store|supplier|"
         r"vendor|firma)s?")  # fmt: skip

TEXTS: tuple[Guess, ...] = (
    _guess(rf"\b{_FIRM} / .*e ?mail", {"company": "email"}, 45),
    _guess(r"e ?mail|courriel|correo", {"person": "email"}, 45),
    _guess(r"e ?mail|courriel|correo", {"pattern": r"[a-z]{3,6}@example\.(com|net|org)"}, 18),
    _guess(r"(?:user|login|screen|nick) ?name|\blogin$|\bhandle$|benutzer", {"person": "user name"}, 25),
    _guess(r"(?:first|given|fore) ?name|vorname|prenom|\bfname\b", {"person": "first name"}, 20),
    _guess(r"(?:last|family|sur) ?name|nachname|apellido|\blname\b", {"person": "last name"}, 22),
    _guess(r"\bmiddle name", {"person": "middle name"}, 20),
    _guess(r"\bmiddle initial|\binitials?\b", {"pattern": "[A-Z]"}, 1),
    _guess(rf"\b(?:full|display|legal|person|{_PERSON}) ?name\b|\b(?:card ?holder|contact|owner)(?: name)?$",
           {"person": "full name"}, 35),
    _guess(rf"\b{_PERSON} / name$", {"person": "full name"}, 35),
    _guess(r"\b(?:sex|gender|geschlecht)\b", {"person": "sex"}, 6),
    _guess(r"\b(?:sex|gender|geschlecht)\b", {"categorical": {"F": 0.51, "M": 0.49}}, 1),
    _guess(r"\b(?:salutation|honorific|name prefix|title of courtesy)", {"person": "title"}, 6),
    _guess(r"\b(?:ssn|social security|national id|passport)", {"person": "national id"}, 18),
    _guess(r"\b(?:marital|civil) status\b", {"person": "marital status"}, 8),
    _guess(r"\bblood (?:type|group)\b", {"person": "blood type"}, 3),
    _guess(r"\bnationality\b", {"person": "nationality"}, 25),
    _guess(rf"\b(?:job|position|occupation|profession)\b|\b{_PERSON} / (?:contact )?title$|\bcontact title$",
           {"person": "job"}, 90),
    _guess(rf"\b{_PERSON} / title$|\bcontact title$", {"categorical": ["Agent", "Clerk", "Manager", "Owner"]}, 7),
    _guess(r"\b(?:vat|tax) ?(?:id|no|number)\b", {"company": "tax id"}, 16),
    _guess(r"\b(?:company|organi[sz]ation|employer|firm|business|supplier|vendor|carrier)(?: name)?$",
           {"company": "name"}, 45),
    _guess(rf"\b{_FIRM} / name$", {"company": "name"}, 45),
    _guess(r"\b(?:industry|branch of trade|sector)\b", {"company": "industry"}, 30),
    _guess(rf"\b{_FIRM} / .*(?:phone|telefon|\btel\b)", {"company": "phone"}, 20),
    _guess(r"\b(?:mobile|cell|handy|movil)", {"person": "mobile"}, 20),
    _guess(r"\bextension\b|\bext$", {"pattern": "[1-9][0-9]{2,3}"}, 4),
    _guess(r"\bfax\b|landline", {"person": "landline"}, 20),
    _guess(r"(?:phone|telefono|telefon|telephone|\btel\b)", {"person": "phone"}, 20),
    _guess(r"\bcity|\btown\b|\bort\b|\bstadt\b|\bville\b|\bciudad\b|\bmunicipality\b", {"address": "city"}, 25),
    _guess(r"\bcit(?:y|ies) / name$", {"address": "city"}, 25),
    _guess(r"\b(?:zip|postal|post ?code|plz)\b|postcode|zipcode", {"address": "zip"}, 10),
    _guess(r"\b(?:county|district|landkreis)\b", {"address": "county"}, 32),
    _guess(r"\bcountr(?:y|ies)\b.*\b(?:code|iso|iso 2|alpha ?2)\b|\biso ?2\b", {"address": "country code"}, 2),
    _guess(r"\b(?:country|land|pays|pais)\b|\bcountr(?:y|ies) / name$", {"address": "country"}, 20),
    _guess(r"\b(?:country|land|pays|pais)\b", {"address": "country code"}, 2),
    _guess(r"\bstate code\b", {"address": "state code"}, 5),
    _guess(r"\b(?:region|province|bundesland|provincia)\b|\baddress.* / state$|\b(?:billing|shipping|home|ship) state$",
           {"address": "state"}, 25),
    _guess(rf"\b(?:{_PERSON}|{_FIRM}|address(?:es)?|location|cit(?:y|ies)|propert(?:y|ies)|site)s? / state$",
           {"address": "state"}, 25),
    _guess(r"\b(?:region|province|state)$", {"address": "state code"}, 5),
    _guess(r"\b(?:address|addr|street)(?: line)?(?: ?2| two)\b", {"address": "unit", "missing": 0.0}, 12),
    _guess(r"(?<!ip )(?<!mac )(?<!mail )\b(?:street|address|addr|address line|strasse|rue|calle|direccion|adresse)\b",
           {"address": "street line"}, 45),
    _guess(r"\btime ?zone\b|\btz\b", {"address": "time zone"}, 30),
    _guess(r"\biban\b", {"payment": "iban"}, 34),
    _guess(r"\b(?:bic|swift)\b", {"payment": "bic"}, 11),
    _guess(r"\bbank(?: name)?$", {"payment": "bank"}, 40),
    _guess(r"\bcard ?(?:number|no|num)\b|\bpan$", {"payment": "card number"}, 19),
    _guess(r"\bcard ?(?:type|network|brand)\b", {"payment": "card network"}, 16),
    _guess(r"\b(?:card )?(?:expiry|expiration)\b", {"payment": "card expiry"}, 5),
    _guess(r"\bcurrency\b", {"payment": "currency"}, 3),
    _guess(r"\bvin\b", {"vehicle": "vin"}, 17),
    _guess(r"\b(?:license plate|number plate|plate|kennzeichen)\b", {"vehicle": "plate"}, 12),
    _guess(r"\b(?:car|vehicle|truck|fahrzeug)s? / (?:make|brand|manufacturer)$", {"vehicle": "make"}, 20),
    _guess(r"\b(?:car|vehicle|truck|fahrzeug)s? / model$", {"vehicle": "model"}, 25),
    _guess(r"\b(?:car|vehicle|truck)s? / (?:colou?r)$", {"vehicle": "colour"}, 10),
    _guess(r"\bmac\b", {"device": "mac"}, 17),
    _guess(r"\bip ?v ?6\b", {"device": "ipv6"}, 39),
    _guess(r"\bip\b|\bip ?(?:v ?4|addr(?:ess)?)\b|\bremote addr", {"device": "ipv4"}, 15),
    _guess(r"\buser ?agent\b", {"device": "user agent"}, 200),
    _guess(r"\bbrowser\b", {"device": "browser"}, 20),
    _guess(r"\b(?:device type|device)$", {"device": "device type"}, 7),
    _guess(r"\b(?:ean|gtin|barcode)\b", {"product": "ean"}, 13),
    _guess(r"\bupc\b", {"product": "upc"}, 12),
    _guess(r"\bisbn\b", {"product": "isbn"}, 13),
    _guess(r"\b(?:product|item|article|good)s? / sku$|\bsku\b", {"product": "sku"}, 20),
    _guess(r"\bproducts? name\b|\b(?:product|item|article|good|sku)s? / (?:name|title)$", {"product": "name"}, 45),
    _guess(r"\bproduct categor|\b(?:product|item|article)s? / category$", {"product": "category"}, 25),
    _guess(r"\bbrand\b", {"product": "brand"}, 20),
    _guess(rf"\b{_FIRM} / (?:.*website|url|home ?page)", {"company": "website"}, 50),
    _guess(r"\b(?:avatar|image|picture|photo|logo|thumbnail)\b",
           {"pattern": r"https://www\.example\.(com|org|net)/images/[1-9][0-9]{0,4}\.jpg"}, 42),
    _guess(r"\b(?:url|uri|website|web ?site|home ?page|link)\b", {"device": "url"}, 60),
    _guess(r"\b(?:domain|host ?name|host)\b", {"device": "hostname"}, 40),
    _guess(r"\b(?:uuid|guid)\b", {"uuid": 4}, 36),
    _guess(r"\bslug\b",
           {"pattern": "(amber|bright|calm|clear|new|open|quiet)-(bay|field|hill|lake|river|road)-[0-9]{1,4}"},
           17),
    _guess(r"\b(?:password|passwd|hash|digest|checksum|sha ?\d*|md ?5|salt)\b", {"pattern": "[0-9a-f]{32}"}, 32),
    _guess(r"\b(?:token|secret|api key|session id|session key)\b", {"pattern": "[A-Za-z0-9]{24}"}, 24),
    _guess(r"\b(?:mime|content|media) ?type\b",
           {"categorical": {"application/pdf": 2, "image/jpeg": 3, "image/png": 3, "text/html": 2}}, 15),
    _guess(r"\b(?:file ?name|file ?path|path|file)\b",
           {"pattern": r"(files|images|reports)/[a-z]{4,8}_[0-9]{1,4}\.(csv|jpg|pdf|png)"},
           30),
    _guess(r"\b(?:language|lang|locale|sprache)\b", {"categorical": {"de": 2, "en": 6, "es": 2, "fr": 2, "it": 1}}, 2),
    _guess(r"\bcolou?r\b|\bfarbe\b",
           {"categorical": ["black", "blue", "brown", "green", "grey", "orange", "red", "white", "yellow"]}, 6),
    _guess(r"\b(?:order|payment|delivery|shipping|invoice)s?\b.*\b(?:status|state)\b",
           {"categorical": {"cancelled": 1, "completed": 5, "new": 2, "pending": 2, "shipped": 3}}, 9),
    _guess(r"\b(?:status|state|estado|stato)\b",
           {"categorical": {"active": 6, "closed": 2, "inactive": 1, "pending": 2}}, 8),
    _guess(r"\b(?:payment|pay) ?(?:method|type|mode)\b",
           {"categorical": {"bank transfer": 2, "card": 5, "cash": 1, "invoice": 2}}, 13),
    _guess(r"\b(?:priority|severity)\b", {"categorical": {"high": 2, "low": 3, "medium": 5}}, 6),
    _guess(r"\b(?:role|roles)\b", {"categorical": {"admin": 1, "editor": 2, "guest": 2, "user": 6}}, 6),
    _guess(r"\bgenres?\b", {"categorical": ["Blues", "Classical", "Folk", "Jazz", "Pop", "Rock", "Soul"]}, 9),
    _guess(r"\b(?:unit|uom|einheit)\b", {"categorical": ["box", "kg", "l", "m", "pcs"]}, 3),
    _guess(r"\b(?:size|groesse)\b", {"categorical": ["L", "M", "S", "XL", "XS"]}, 2),
    _guess(r"\b(?:version|release)\b", {"pattern": r"[1-9]\.[0-9]{1,2}\.[0-9]"}, 6),
    _guess(r"\b(?:description|comment|comments|note|notes|remark|remarks|text|body|content|summary|message|bio|details|"
           r"feedback|reason|observation|beschreibung|bemerkung|descripcion|resume)\b",
           {"pattern": SENTENCE}, SENTENCE_LENGTH),
    _guess(r"\b(?:category|kind|type|group|class|segment|tier|channel|source|level|typ|tipo)$",
           {"categorical": ["alpha", "beta", "delta", "gamma"]}, 5),
    _guess(r"\b(?:code|reference|ref|number|no|num|nr|key|identifier|serial)\b", {"pattern": "[A-Z]{2}-[0-9]{5}"}, 8),
    _guess(r"\b(?:tag|tags|label|keyword)\b",
           {"pattern": "(amber|coral|delta|fern|indigo|jade|maple|olive|pearl|sage)"}, 6),
    _guess(r"\b(?:composer|author|artist|singer|director|written by|created by|updated by|approved by)\b",
           {"person": "full name"}, 35),
    _guess(r"\b(?:name|title|subject|headline|caption|label|bezeichnung|nombre|nom|titel|titulo)\b",
           {"pattern": TITLE}, TITLE_LENGTH),
)  # fmt: skip

NUMBERS: tuple[Guess, ...] = (
    _guess(r"\blatitude\b|\blat$", {"address": "latitude"}),
    _guess(r"\b(?:longitude|lng|lon)\b", {"address": "longitude"}),
    _guess(rf"\b{_PERSON} / (?:age|alter)$", {"person": "age"}),
    _guess(r"\b(?:car|vehicle|truck)s? / (?:model )?year$", {"vehicle": "model year"}),
    _guess(r"\bmileage\b|\bodometer\b", {"vehicle": "mileage"}),
    _guess(r"\b(?:product|item|article|good)s? / (?:unit |list |sale )?price$", {"product": "price"}),
    _guess(r"\bage\b|\balter\b", {"truncated": {"of": {"normal": [42, 15]}, "low": 18, "high": 95}}),
    _guess(r"\b(?:year|jahr|annee|ano|yr)\b", {"discrete-uniform": [1990, 2024]}),
    _guess(r"\bmonth\b|\bmonat\b", {"discrete-uniform": [1, 12]}),
    _guess(r"\b(?:weekday|day of week|dow)\b", {"discrete-uniform": [1, 7]}),
    _guess(r"\bday\b", {"discrete-uniform": [1, 28]}),
    _guess(r"\bhour\b", {"discrete-uniform": [0, 23]}),
    _guess(r"\b(?:salary|wage|income|gehalt|salario|salaire|pay)\b", {"lognormal": [10.8, 0.4]}),
    _guess(r"\b(?:commission|bonus)\b", {"gamma": [2, 800]}),
    _guess(r"\b(?:budget|revenue|turnover|capital|loan|credit limit|umsatz)\b", {"lognormal": [11.0, 1.0]}),
    _guess(r"\b(?:population|einwohner)\b", {"lognormal": [10.0, 1.5]}),
    _guess(r"\b(?:tax|vat|discount|rabatt)\b.*\b(?:rate|percent|pct)\b|\b(?:percent|percentage|pct|rate|ratio|share|discount|"
           r"probability|commission pct|vat)\b", {"beta": [2, 6]}),
    _guess(r"\b(?:price|cost|amount|total|subtotal|fee|charge|freight|sum|value|balance|payment|paid|unit price|tax|"
           r"list price|preis|betrag|precio|prix|montant|importe|msrp)\b", {"lognormal": [3.6, 0.9]}),
    _guess(r"\b(?:stock|inventory|on hand|in stock|on order|reorder level|reorder|views|clicks|likes|visits|"
           r"downloads|hits)\b",
           {"negative-binomial": [2, 0.04]}),
    _guess(r"\b(?:quantity|qty|menge|cantidad|quantite|units|pieces|seats|guests|count|copies|ordered)\b",
           {"geometric": 0.3}),
    _guess(r"\b(?:rating|stars|score|grade|note)\b", {"discrete-uniform": [1, 5]}),
    _guess(r"\b(?:priority|level|rank|tier|severity)\b", {"discrete-uniform": [1, 5]}),
    _guess(r"\b(?:position|sort|sort order|ordinal|line|line no|line number|seq|sequence|index|idx|order no)\b",
           {"discrete-uniform": [1, 50]}),
    _guess(r"\b(?:weight|mass|gewicht)\b", {"gamma": [3, 2]}),
    _guess(r"\b(?:height|width|depth|length|breite|hoehe|laenge|area|distance|size)\b", {"gamma": [4, 20]}),
    _guess(r"\b(?:milliseconds|ms|millis)\b", {"lognormal": [12.3, 0.4]}),
    _guess(r"\b(?:bytes|file size)\b", {"lognormal": [13.0, 1.2]}),
    _guess(r"\b(?:duration|minutes|seconds|hours|runtime|elapsed)\b", {"gamma": [4, 15]}),
    _guess(r"\bport\b", {"discrete-uniform": [1024, 65535]}),
    _guess(r"\b(?:temperature|temp)\b", {"normal": [18, 7]}),
    _guess(r"\bversion\b", {"discrete-uniform": [1, 9]}),
)  # fmt: skip

DATES: tuple[Guess, ...] = (
    _guess(r"\b(?:birth|born|dob|date of birth|birthday|geburtsdatum|nacimiento|naissance)\b",
           {"person": "birth date"}),
    _guess(r"\b(?:hire|hired|joined|employed|start date|eintritt)\b", {"date-range": ["2010-01-01", "2023-12-31"]}),
    _guess(r"\b(?:expires?|expiry|expiration|valid (?:to|until|thru)|due|deadline|ablauf)\b",
           {"date-range": ["2024-07-01", "2029-12-31"]}),
    _guess(r"\b(?:end|ended|left|finish|finished|closed|terminated|deleted|cancelled|shipped|delivered|returned|completed|"
           r"updated|modified|last update|changed|resolved|paid)\b", {"date-range": ["2022-01-01", "2024-12-31"]}),
    _guess(r"", {"date-range": ["2020-01-01", "2023-12-31"]}),
)  # fmt: skip

FLAGS: tuple[Guess, ...] = (
    _guess(r"\b(?:deleted|archived|blocked|banned|locked|hidden|disabled|spam|discontinued|cancelled|fraud|deprecated)\b",
           {"bernoulli": 0.05}),
    _guess(r"\b(?:active|enabled|visible|valid|verified|available|public|aktiv|activo|actif)\b", {"bernoulli": 0.85}),
    _guess(r"", {"bernoulli": 0.5}),
)  # fmt: skip

ORDERS: tuple[tuple[str, str], ...] = (
    (r"birth|born|dob", r"hire|hired|joined|death|died|created"),
    (r"creat(?:e|ed|ion)|inserted|registered|signed up",
     r"updat(?:e|ed)|modif(?:y|ied)|changed|last (?:login|update|seen)|deleted"),
    (r"start(?:ed|s)?|begin|began|from|since|opened|open", r"end(?:ed|s)?|finish(?:ed)?|until|to|closed|close"),
    (r"hired?|joined", r"left|terminat(?:ed|ion)|quit|released"),
    (r"order(?:ed)?", r"shipp?(?:ed)?|deliver(?:ed|y)|required|due|paid"),
    (r"rent(?:al|ed)|borrowed|loaned|issued?|invoice(?:d)?", r"return(?:ed)?|due|expir(?:es|ed|y)|paid"),
    (r"check ?in|arriv(?:al|ed)", r"check ?out|depart(?:ure|ed)"),
)  # fmt: skip
"""Dates of which the one is not after the other, by words of their names."""


ROLES = frozenset({"billing", "bill", "shipping", "ship", "delivery", "mailing", "home", "work", "office", "pickup",
                   "destination", "origin", "emergency", "spouse", "partner", "buyer", "seller", "sender", "recipient",
                   "receiver", "manager", "author", "contact", "invoice", "guardian", "parent"})  # fmt: skip
"""Words with which the names of columns begin that are of another person or place than the others of the row."""


def words_of(name: str) -> str:
    """Return the words of a name in lower case, a space between them.

    >>> words_of("CustomerID"), words_of("unit_price2")
    ('customer id', 'unit price 2')
    """
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", name)
    apart = re.sub(r"([A-Za-z])(\d)", r"\1 \2", apart)
    return " ".join(re.findall(r"[^\W_]+", apart.lower()))


def guesses_of(rules: tuple[Guess, ...], table: str, column: str) -> Iterator[Guess]:
    """Yield the rules that fit a column, the likeliest first.

    >>> next(guesses_of(TEXTS, "customers", "EMail")).made
    {'person': 'email'}
    """
    own, of = words_of(column), words_of(table)
    whole = f"{of} / {own}"
    yield from (
        rule for rule in rules if re.search(rule.name, own) or (" / " in rule.name and re.search(rule.name, whole))
    )


def role_of(column: str) -> str | None:
    """Return whose record a column is of, where its name begins with that: `billing` of `billing_city`.

    >>> role_of("ShipCity"), role_of("city")
    ('ship', None)
    """
    words = words_of(column).split()
    return words[0] if len(words) > 1 and words[0] in ROLES else None


def order_of(first: str, second: str) -> bool:
    """Return whether by their names one date is not after another.

    >>> order_of("created_at", "updated_at"), order_of("created_at", "hired_on")
    (True, False)
    """
    one, other = words_of(first), words_of(second)
    for before, after in ORDERS:
        if re.search(rf"\b(?:{before})\b", one) and re.search(rf"\b(?:{after})\b", other):
            strip = re.sub(rf"\b(?:{before})\b", "", one).split()
            return not set(strip) - {"date", "at", "on", "time", "ts", "day"} or strip == re.sub(
                rf"\b(?:{after})\b", "", other).split()  # fmt: skip
    return False
