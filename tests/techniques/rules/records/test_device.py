"""Devices, as outside judges see them."""

from __future__ import annotations

import ipaddress

import pytest
from stdnum import imei, mac
from tests.techniques.rules.records.made import record, texts

from likewise.techniques.rules.records.device import Device

TEST_NETS = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def test_user_agents_say_what_the_other_fields_say() -> None:
    made = record(Device)
    fields = ("user agent", "system", "browser", "browser version", "device type", "manufacturer")
    marks = {"Safari": "Version/", "Firefox": "Firefox/", "Edge": "Edg/", "Samsung Internet": "SamsungBrowser/"}
    for agent, system, browser, version, kind, maker in zip(*(texts(made.of(name)) for name in fields), strict=True):
        mark = marks.get(browser, "CriOS/" if system.startswith("iOS") else "Chrome/")
        assert f"{mark}{version.removeprefix(browser).strip()}" in agent
        assert ("Mobile" in agent) >= (kind == "phone") and (kind == "desktop") == (
            "Mobile" not in agent and "SM-X" not in agent
        )
        assert (maker == "Apple") == ("Mac OS X" in agent)
        assert system.startswith("Android") == ("Android" in agent) and system.startswith("Windows") == (
            "Windows" in agent
        )


def test_safe_addresses_are_those_of_documents() -> None:
    made = record(Device)
    for name in ("ipv4", "ipv6"):
        for text in texts(made.of(name)):
            address = ipaddress.ip_address(text)
            assert str(address) == text
            assert any(address in net for net in TEST_NETS if net.version == address.version)
    assert all(int(text[:2], 16) & 2 for text in texts(made.of("mac")))
    assert all(text.startswith("0101") for text in texts(made.of("imei")))
    assert all(".example.com" in text for text in texts(made.of("hostname")))


def test_plausible_addresses_are_public() -> None:
    made = record(Device, safe=False)
    for name in ("ipv4", "ipv6"):
        assert all(ipaddress.ip_address(text).is_global for text in texts(made.of(name)))
    assert all(not int(text[:2], 16) & 2 for text in texts(made.of("mac")))


@pytest.mark.parametrize("safe", [True, False])
def test_numbers_are_valid_and_differ(safe: bool) -> None:
    made = record(Device, safe=safe)
    assert all(imei.is_valid(text) for text in texts(made.of("imei")))
    assert all(mac.is_valid(text, validate_manufacturer=False) for text in texts(made.of("mac")))
    for name, field in Device.fields.items():
        assert field.distinct is None or len(set(texts(made.of(name)))) == 2000, name


def test_a_row_is_made_alone_as_among_others() -> None:
    whole, alone = record(Device, "de_DE", safe=False), record(Device, "de_DE", safe=False, numbers=[42])
    for name in Device.fields:
        assert alone.of(name).to_pylist() == [whole.of(name).to_pylist()[42]], name
