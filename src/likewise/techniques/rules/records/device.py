"""A device: a user agent whose system, browser and screen agree, and the addresses that it is reached at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa

from likewise.core.counted import Bits
from likewise.techniques.rules.records.chances import Chances
from likewise.techniques.rules.records.checks import luhn, rest, serial
from likewise.techniques.rules.records.record import Field, Record
from likewise.techniques.rules.records.texts import Bytes, Codes, Texts, coded, fixed, joined, put


class Kind(NamedTuple):
    """Say what a kind of device is and how its browser names itself; `{v}` is the browser's version."""

    type: str
    maker: str
    system: str
    browser: str
    screen: str
    agent: str
    share: float
    versions: tuple[str, ...]


_CHROME, _FIREFOX = ("128", "129", "130", "131", "132", "133"), ("127", "128", "130", "131", "133", "134")
_SAFARI, _SAMSUNG = ("16.6", "17.4", "17.6", "18.1", "18.2"), ("25.0", "26.0", "27.0")
_MOZILLA = "Mozilla/5.0"
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

_TABLET = "SM-X710"

_DESKTOPS = (
    ("Windows 10", "Windows NT 10.0; Win64; x64", 34, ("1920x1080", "2560x1440", "1366x768", "1536x864"), "PC"),
    ("macOS 10.15", "Macintosh; Intel Mac OS X 10_15_7", 12, ("1440x900", "1728x1117", "2560x1440"), "Apple"),
    ("Linux", "X11; Linux x86_64", 3, ("1920x1080", "2560x1440"), "PC"),
    ("ChromeOS", "X11; CrOS x86_64 14541.0.0", 2, ("1366x768", "1920x1080"), "PC"),
)
_ANDROIDS = (
    ("Samsung", "Android 14", "SM-S921B", "360x780"), ("Samsung", "Android 13", "SM-A536B", "412x915"),
    ("Google", "Android 15", "Pixel 8", "412x915"), ("Google", "Android 14", "Pixel 7a", "412x892"),
    ("Xiaomi", "Android 13", "2201117TY", "393x873"), ("OnePlus", "Android 14", "CPH2581", "412x919"),
    ("Motorola", "Android 12", "moto g(60)", "412x1004"), ("Samsung", "Android 14", _TABLET, "800x1280"),
)  # fmt: skip
_IPHONES = (("17_6_1", "390x844"), ("18_1", "393x852"), ("16_7_10", "375x812"), ("18_2", "430x932"))


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of devices that are about."""
    return (*_desktops(), *_androids(), *_apples())


def _desktops() -> Iterator[Kind]:
    for system, name, share, screens, maker in _DESKTOPS:
        chrome = f"{_MOZILLA} ({name}) {_WEBKIT} Chrome/{{v}}.0.0.0 Safari/537.36"
        browsers: list[tuple[str, str, float, tuple[str, ...]]] = [("Chrome", chrome, 0.7, _CHROME)]
        if system != "ChromeOS":
            agent = f"{_MOZILLA} ({name}; rv:{{v}}.0) Gecko/20100101 Firefox/{{v}}.0"
            browsers.append(("Firefox", agent, 0.1, _FIREFOX))
        if system == "Windows 10":
            browsers.append(("Edge", f"{chrome} Edg/{{v}}.0.0.0", 0.2, _CHROME))
        if maker == "Apple":
            agent = f"{_MOZILLA} ({name}) {_APPLE} Version/{{v}} Safari/605.1.15"
            browsers.append(("Safari", agent, 0.6, _SAFARI))
        for screen in screens:
            for browser, agent, part, versions in browsers:
                yield Kind("desktop", maker, system, browser, screen, agent, share * part / len(screens), versions)


def _androids() -> Iterator[Kind]:
    for maker, system, model, screen in _ANDROIDS:
        kind, mobile, share = ("tablet", "", 0.6) if model == _TABLET else ("phone", " Mobile", 3.4)
        head = f"{_MOZILLA} (Linux; {system}; {model}) {_WEBKIT}"
        agent = f"{head} Chrome/{{v}}.0.0.0{mobile} Safari/537.36"
        yield Kind(kind, maker, system, "Chrome", screen, agent, share, _CHROME)
        if maker == "Samsung":
            agent = f"{head} SamsungBrowser/{{v}} Chrome/121.0.0.0{mobile} Safari/537.36"
            yield Kind(kind, maker, system, "Samsung Internet", screen, agent, share / 4, _SAMSUNG)


def _apples() -> Iterator[Kind]:
    tail = "Mobile/15E148 Safari/604.1"
    for version, screen in _IPHONES:
        system = f"iOS {version.replace('_', '.')}"
        head = f"{_MOZILLA} (iPhone; CPU iPhone OS {version} like Mac OS X) {_APPLE}"
        own = ".".join(version.split("_")[:2])
        yield Kind("phone", "Apple", system, "Safari", screen, f"{head} Version/{{v}} {tail}", 5, (own,))
        yield Kind("phone", "Apple", system, "Chrome", screen, f"{head} CriOS/{{v}}.0.0.0 {tail}", 1, _CHROME)
    head = f"{_MOZILLA} (iPad; CPU OS 17_6 like Mac OS X) {_APPLE}"
    yield Kind("tablet", "Apple", "iPadOS 17.6", "Safari", "820x1180", f"{head} Version/{{v}} {tail}", 2, ("17.6",))


@cache
def _each() -> tuple[Chances, tuple[tuple[Kind, str], ...]]:
    """Return every kind with every version of its browser, and their chances."""
    found = tuple((kind, version) for kind in kinds() for version in kind.versions)
    return Chances([kind.share / len(kind.versions) for kind, _ in found]), found


@cache
def _column(name: str) -> tuple[Codes, pa.Array]:
    """Return what a field holds for each kind and version: places in a list, and the list."""
    said = list[str]()
    for kind, version in _each()[1]:
        if name == "user agent":
            said.append(kind.agent.replace("{v}", version))
        else:
            said.append(f"{kind.browser} {version}" if name == "browser version" else str(getattr(kind, _OF[name])))
    texts = pa.array(said, pa.string()).dictionary_encode()
    return texts.indices.to_numpy(), texts.dictionary


_OF = {"device type": "type", "manufacturer": "maker", "system": "system", "browser": "browser", "screen": "screen"}
_SAFE_NETS = np.array([[192, 0, 2], [198, 51, 100], [203, 0, 113]])
_OPEN = np.array([first for first in range(1, 224) if first not in (10, 100, 127, 169, 172, 192, 198, 203)])
_MAKERS = {"Apple": "3c22fb", "Samsung": "8c79f5", "Google": "3c286d", "Xiaomi": "64cc2e", "OnePlus": "c0eefb",
           "Motorola": "60d92d", "PC": "3c58c2"}  # fmt: skip
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_PATHS = Texts(["", "about", "products", "blog", "login", "search", "cart", "help", "news", "contact", "account"],
               [20, 4, 12, 8, 6, 10, 6, 4, 6, 3, 5])  # fmt: skip
_HOSTS = ("www.example.com", "shop.example.com", "example.org", "www.example.net", "blog.example.org")
_GROUP = 2**16 - 2**12
"""Groups of four hexadecimal digits that do not begin with 0."""

_OCTETS = [str(number) for number in range(256)]


class Device(Record):
    """Make devices: what the user agent says is what the other fields say, and safe addresses are those of documents.

    Safe are IPv4 addresses of RFC 5737, IPv6 of RFC 3849, locally administered MACs, IMEIs of the test range, and hosts
    of RFC 2606.
    """

    name: ClassVar[str] = "device"
    fields: ClassVar[dict[str, Field]] = {
        "user agent": Field("text", "what the browser says of itself and the system"),
        "device type": Field("category", "desktop, phone or tablet"),
        "manufacturer": Field("category", "who makes the device"),
        "system": Field("category", "the operating system, as in the user agent"),
        "browser": Field("category", "the browser, as in the user agent"),
        "browser version": Field("category", "the browser with its version"),
        "screen": Field("category", "width and height in CSS pixels"),
        "language": Field("category", "the language of the locale, as browsers write it"),
        "ipv4": Field("text", "an address; safe ones are kept for documents"),
        "ipv6": Field("text", "an address; safe ones are kept for documents", distinct="ipv6"),
        "mac": Field("text", "a hardware address", distinct="mac"),
        "imei": Field("text", "an identity that passes Luhn's formula", distinct="imei"),
        "hostname": Field("text", "a name of the device's type", distinct="hostname"),
        "url": Field("text", "an address of a page"),
    }

    def _make(self, name: str) -> pa.Array:
        setting = self.setting
        random, rows = setting.random.at(name), setting.numbers
        match name:
            case "language":
                return coded(np.zeros(len(rows), np.int32), pa.array([setting.locale.replace("_", "-")]))
            case "ipv4":
                return self._ipv4(random.bits(rows))
            case "ipv6":
                return fixed(self._ipv6())
            case "mac":
                return fixed(self._mac(serial(random, rows, 2**32 if setting.safe else 2**24).astype(np.uint64)))
            case "imei":
                out = np.empty((len(rows), 15), dtype=np.uint8)
                types = 1_010_000 if setting.safe else 35_200_000 + random.at("type").integers(rows, 700_000)
                put(out[:, :8], np.broadcast_to(types, len(rows)))
                put(out[:, 8:14], serial(random, rows, 10**6))
                out[:, 14] = luhn(out[:, :14])
                return fixed(out)
            case "hostname":
                number = np.empty((len(rows), 7), dtype=np.uint8)
                put(number, serial(random, rows, 10**7))
                return joined(self.of("device type"), "-", fixed(number), ".example.com")
            case "url":
                hosts = [f"https://{host}/" for host in _HOSTS]
                which = random.at("host").integers(rows, len(hosts))
                return joined(coded(which, pa.array(hosts)), _PATHS.of(random, rows))
        places, texts = _column(name)
        return coded(places[self._kinds], texts)

    @cached_property
    def _kinds(self) -> Codes:
        return _each()[0].draw(self.random("kind")).astype(np.int32)

    def _ipv4(self, bits: Bits) -> pa.Array:
        numbers, last = pa.array(_OCTETS), (bits & np.uint64(255)).astype(np.int32)
        if self.setting.safe:
            nets = pa.array([".".join(map(str, net)) + "." for net in _SAFE_NETS.tolist()])
            which = ((bits >> np.uint64(32)) * np.uint64(3) >> np.uint64(32)).astype(np.int32)
            return joined(coded(which, nets), coded(last, numbers))
        first = _OPEN[((bits >> np.uint64(32)) * np.uint64(len(_OPEN)) >> np.uint64(32)).astype(np.int64)]
        others = [((bits >> np.uint64(at)) & np.uint64(255)).astype(np.int32) for at in (8, 16)]
        return joined(coded(first, numbers), ".", coded(others[0], numbers), ".", coded(others[1], numbers), ".",
                      coded(1 + last % 254, numbers))  # fmt: skip

    def _ipv6(self) -> Bytes:
        """Return addresses whose groups all have four digits, so that they are written in one way only (RFC 5952)."""
        random, rows = self.setting.random.at("ipv6"), self.setting.numbers
        head = b"2001:db8:" if self.setting.safe else b"2a02:810:"
        out = np.full((len(rows), 9 + 29), ord(":"), dtype=np.uint8)
        out[:, :9] = np.frombuffer(head, np.uint8)
        counted = serial(random, rows, _GROUP**2)
        groups = [random.at(group).integers(rows, _GROUP) for group in range(4)]
        for place, number in enumerate([*groups, counted // _GROUP, rest(counted, _GROUP)]):
            _write_hex(out[:, 9 + 5 * place : 13 + 5 * place], (number + 4096).astype(np.uint64))
        return out

    def _mac(self, numbers: Bits) -> Bytes:
        out = np.full((len(numbers), 17), ord(":"), dtype=np.uint8)
        heads = [_MAKERS.get(kind.maker, "3c58c2") if not self.setting.safe else "020000" for kind, _ in _each()[1]]
        written = np.empty((len(numbers), 12), dtype=np.uint8)
        _write_hex(written, numbers)
        own = np.frombuffer("".join(heads).encode(), np.uint8).reshape(-1, 6)[self._kinds]
        size = 4 if self.setting.safe else 6
        written[:, :size] = own[:, :size]
        for pair in range(6):
            out[:, 3 * pair : 3 * pair + 2] = written[:, 2 * pair : 2 * pair + 2]
        return out


def _write_hex(out: Bytes, numbers: Bits) -> None:
    """Write the last hexadecimal digits of numbers, as many as there are columns."""
    for place in range(out.shape[1]):
        out[:, out.shape[1] - 1 - place] = _HEX[((numbers >> np.uint64(4 * place)) & np.uint64(15)).astype(np.int64)]
