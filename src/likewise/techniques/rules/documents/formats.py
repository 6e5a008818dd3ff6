"""Texts in the formats that JSON Schema names, ones that reach nobody real."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from likewise.techniques.rules.documents.draws import Draws

WORDS = (
    "amber", "anchor", "autumn", "basin", "beacon", "birch", "bridge", "canyon", "cedar", "cinder", "cobalt", "copper",
    "coral", "crystal", "delta", "dune", "ember", "falcon", "fern", "field", "forest", "garnet", "glacier", "granite",
    "harbor", "hazel", "heron", "horizon", "indigo", "island", "ivory", "jasper", "juniper", "lantern", "laurel",
    "linen", "lotus", "maple", "marble", "meadow", "meridian", "mirror", "mosaic", "nectar", "north", "oak", "ocean",
    "olive", "onyx", "orchid", "pebble", "pine", "prairie", "quartz", "raven", "reef", "ridge", "river", "saffron",
    "sage", "shadow", "silver", "slate", "spruce", "summit", "thistle", "timber", "topaz", "umber", "valley", "velvet",
    "violet", "walnut", "willow", "winter", "zephyr",
)  # fmt: skip
"""What free texts and invented names are made of."""

EARLIEST, LATEST = dt.date(2015, 1, 1).toordinal(), dt.date(2025, 12, 31).toordinal()
DOMAINS = ("example.com", "example.org", "example.net")


def word(draws: Draws) -> str:
    """Return one word."""
    return draws.pick(WORDS)


def words(draws: Draws, least: int = 1, most: int = 3) -> str:
    """Return a few words."""
    return " ".join(word(draws) for _ in range(draws.between(least, most)))


def _date(draws: Draws) -> str:
    return dt.date.fromordinal(draws.between(EARLIEST, LATEST)).isoformat()


def _clock(draws: Draws) -> str:
    seconds = draws.below(86_400)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _duration(draws: Draws) -> str:
    return draws.pick((f"P{draws.between(1, 30)}D", f"PT{draws.between(1, 23)}H{draws.between(0, 59)}M",
                       f"P{draws.between(1, 11)}M", f"P{draws.between(1, 52)}W", f"PT{draws.between(1, 59)}M",
                       f"P{draws.between(1, 9)}Y"))  # fmt: skip


def _host(draws: Draws) -> str:
    return f"{word(draws)}.{draws.pick(DOMAINS)}"


def _email(draws: Draws) -> str:
    return f"{word(draws)}.{word(draws)}@{draws.pick(DOMAINS)}"


def _path(draws: Draws) -> str:
    return "/".join(word(draws) for _ in range(draws.between(1, 3)))


def _uri(draws: Draws) -> str:
    return f"https://{_host(draws)}/{_path(draws)}"


def _ipv4(draws: Draws) -> str:
    return f"{draws.pick(('192.0.2', '198.51.100', '203.0.113'))}.{draws.below(256)}"


def _ipv6(draws: Draws) -> str:
    return "2001:db8:" + ":".join(f"{draws.below(65_536):x}" for _ in range(6))


def _uuid(draws: Draws, version: int = 4) -> str:
    return str(uuid.UUID(int=(draws.bits() << 64) | draws.bits(), version=version))


def _regex(draws: Draws) -> str:
    return draws.pick((f"^{word(draws)}$", "^[a-z]+$", f"{word(draws)}|{word(draws)}", "^[0-9]{3}-[0-9]{4}$",
                       f"^{word(draws)}-\\d+$"))  # fmt: skip


def _pointer(draws: Draws) -> str:
    return "".join(
        f"/{word(draws)}" if draws.chance(0.7) else f"/{draws.below(10)}" for _ in range(draws.between(1, 3))
    )


def _idn(draws: Draws) -> str:
    return f"{draws.pick(('bücher', 'münchen', 'café', 'faß', 'straße', 'niño', 'ελλάδα'))}-{word(draws)}.example"


def _bytes(draws: Draws) -> str:
    return base64.b64encode(b"".join(draws.bits().to_bytes(8) for _ in range(draws.between(1, 4)))).decode()


FORMATS: Mapping[str, Callable[[Draws], str]] = {
    "date": _date,
    "time": lambda draws: _clock(draws) + "Z",
    "date-time": lambda draws: f"{_date(draws)}T{_clock(draws)}Z",
    "duration": _duration,
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _idn,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": _uri,
    "uri-reference": lambda draws: _uri(draws) if draws.chance(0.5) else "/" + _path(draws),
    "iri": lambda draws: f"https://{_idn(draws)}/{_path(draws)}",
    "iri-reference": lambda draws: f"/{_idn(draws)}/{_path(draws)}",
    "uri-template": lambda draws: f"https://{_host(draws)}/{word(draws)}/{{{word(draws)}}}",
    "uuid": _uuid,
    "regex": _regex,
    "json-pointer": _pointer,
    "relative-json-pointer": lambda draws: f"{draws.below(4)}{_pointer(draws)}",
    # formats of OpenAPI and of Python models
    "url": _uri,
    "ip-address": _ipv4,
    "host-name": _host,
    "byte": _bytes,
    "base64": _bytes,
    "binary": lambda draws: words(draws, 1, 3),
    "password": lambda draws: f"{word(draws)}-{word(draws)}-{draws.below(10_000):04}",
    "uuid1": lambda draws: _uuid(draws, 1),
    "uuid3": lambda draws: _uuid(draws, 3),
    "uuid4": _uuid,
    "uuid5": lambda draws: _uuid(draws, 5),
    "ipv4network": lambda draws: draws.pick(("192.0.2.0/24", "198.51.100.0/25", "203.0.113.0/26")),
    "ipv6network": lambda draws: f"2001:db8:{draws.below(65_536):x}::/48",
    "ipv4interface": lambda draws: _ipv4(draws) + "/24",
    "ipv6interface": lambda draws: _ipv6(draws) + "/48",
    "ipvanyaddress": _ipv4,
    "ipvanynetwork": lambda draws: "192.0.2.0/24",
    "ipvanyinterface": lambda draws: _ipv4(draws) + "/24",
    "path": lambda draws: "/" + _path(draws),
    "file-path": lambda draws: "/" + _path(draws),
    "directory-path": lambda draws: "/" + _path(draws),
    "json-string": lambda draws: f'{{"{word(draws)}": {draws.below(100)}}}',
    "color": lambda draws: f"#{draws.below(1 << 24):06x}",
    "decimal": lambda draws: f"{draws.below(100_000) / 100:.2f}",
    "currency": lambda draws: draws.pick(("EUR", "USD", "GBP", "JPY", "CHF")),
}
"""What makes a text of each format."""

WIDE: Mapping[str, Callable[[int], str]] = {
    "email": lambda width: f"{'a' * max(width - 12, 1)}@example.com",
    "uri": lambda width: f"https://example.com/{'a' * max(width - 20, 0)}",
    "hostname": lambda width: ".".join(["a" * 50] * (width // 51)) + ".example.com",
    "json-pointer": lambda width: "/" + "a" * (width - 1) if width else "",
    "uri-reference": lambda width: "/" + "a" * (width - 1) if width else "",
}
"""How a text of a format is made that has at least a width."""

NARROW: Mapping[str, Callable[[Draws], str]] = {
    "email": lambda draws: f"{chr(97 + draws.below(26))}@b.co",
    "uri": lambda draws: f"a:{chr(97 + draws.below(26))}",
    "hostname": lambda draws: chr(97 + draws.below(26)),
    "idn-hostname": lambda draws: chr(97 + draws.below(26)),
    "ipv4": lambda draws: f"10.0.0.{draws.below(10)}",
    "ipv6": lambda draws: f"::{draws.below(10)}",
    "json-pointer": lambda draws: "",
    "uri-reference": lambda draws: "",
    "regex": lambda draws: chr(97 + draws.below(26)),
    "duration": lambda draws: f"P{draws.between(1, 9)}D",
}
"""How a short text of a format is made."""
