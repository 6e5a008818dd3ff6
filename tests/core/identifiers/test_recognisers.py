"""One test a class: values that are of it, and values that only look like it."""

from __future__ import annotations

import pytest

from likewise.core.identifiers.catalogue import BY_LABEL, RECOGNISERS
from likewise.core.identifiers.recogniser import bare, folded, says, words_of

KNOWN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "email": (("jo@a.org", "maria.lopez+x@mail.co.uk"), ("jo@a", "jo a@b.org", "@jo", "a@b.c")),
    "phone": (("+44 20 7946 0958", "(212) 555-0147", "030 1234567", "06 12 34 56 78"), ("12.50", "2023", "1-2", "yes")),
    "fax": (("+49 30 123456",), ("fax",)),
    "postal address": (("12 High Street", "Hauptstraße 5a", "12, rue de la Paix", "Calle Mayor 3"), ("12", "-", "a")),
    "ip address": (("192.168.0.1", "8.8.8.8", "2001:db8::1", "fe80::1"), ("256.1.1.1", "1.2.3", "12:30:45",
                    "1.2.3.4.5")),
    "mac address": (("00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7"), ("00:1B:44:11:3A", "12:30:45")),
    "url": (("https://a.org/x?y=1", "www.a.org"), ("https://", "hello world")),
    "user name": (("@jo_doe", "jo.doe"), ("jo doe", "a")),
    "payment card": (("4111 1111 1111 1111", "378282246310005", "5555555555554444", "30569309025904"),
                     ("4111111111111112", "1234567812345670", "9999999999999995")),
    "iban": (("DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "NL91ABNA0417164300"),
             ("DE89370400440532013001", "GB82WEST1234569876543", "XX89370400440532013000")),
    "bic": (("DEUTDEFF", "NEDSZAJJXXX"), ("DEUTXXFF", "DEUTDEF", "deutdeff")),
    "bank routing number": (("021000021", "011401533"), ("021000022", "991000021")),
    "account number": (("12345678", "AB-1234 5678"), ("abc", "123")),
    "crypto wallet": (("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0x" + "a1" * 20), ("0x123", "2A1zP1eP5QGefi2DMPTfTL5S")),
    "us ssn": (("521-44-1234", "521441234"), ("521-44-123", "52-144-1234")),
    "us itin": (("912-70-1234", "912701234"), ("812-70-1234", "912-10-1234")),
    "us ein": (("12-3456789", "941234567"), ("07-3456789", "1-23456789")),
    "uk nhs number": (("943 476 5919", "9434765919"), ("943 476 5918", "12345")),
    "uk nino": (("QQ123456C".replace("QQ", "AB"), "AB 12 34 56 C"), ("QQ123456C", "GB123456A", "AB123456E")),
    "de steuer-id": (("86095742719", "65929970489"), ("86095742718", "01234567890", "12345678901")),
    "fr nir": (("255081416802538", "2 55 08 14 168 025 38"), ("255081416802539", "355081416802538")),
    "es dni": (("12345678Z", "X1234567L", "54362315-K"), ("12345678A", "X1234567A", "1234567Z")),
    "it codice fiscale": (("RSSMRA85T10A562S", "MRTMTT91D08F205J"), ("RSSMRA85T10A562T", "RSSMRA85T10A56")),
    "nl bsn": (("111222333", "1112.22.333"), ("111222334", "1112223")),
    "pl pesel": (("44051401359", "02070803628"), ("44051401358", "44131401359")),
    "se personnummer": (("811218-9876", "19811218-9876"), ("811218-9875", "811318-9876")),
    "br cpf": (("390.533.447-05", "39053344705"), ("390.533.447-06", "11111111111")),
    "br cnpj": (("16.727.230/0001-97", "16727230000197"), ("16.727.230/0001-98",)),
    "in aadhaar": (("2341 2341 2346", "234123412346"), ("234123412347", "123412341234")),
    "in pan": (("ABCPE1234F",), ("ABCXE1234F", "ABCP1234F")),
    "ca sin": (("130 692 544", "130692544"), ("130692545", "046454286")),
    "au tfn": (("123456782", "123 456 782"), ("123456783",)),
    "au medicare": (("2123 45670 1", "2123456701"), ("2123456711", "9123456701")),
    "national id": (("AB-1234567", "12345678901"), ("abc", "12")),
    "vin": (("1M8GDM9AXKP042788", "1HGCM82633A004352"), ("1M8GDM9AXKP04278O", "1M8GDM9A1KP0427")),
    "licence plate": (("B-MW 1234", "AB12 CDE", "1ABC234"), ("1234", "ABC", "-")),
    "imei": (("490154203237518", "35-209900-176148-1"), ("490154203237519", "12345")),
    "uuid": (("123e4567-e89b-42d3-a456-426614174000",), ("123e4567-e89b-02d3-a456-426614174000", "123e4567")),
    "device id": (("SN12345678", "AB-12-CD-34-EF"), ("abcdefgh", "S1")),
    "passport": (("C01X00T47", "123456789"), ("ABCDEF", "12")),
    "driving licence": (("D123-4567-8901", "B072RRE2I55"), ("ABCDE", "12")),
    "medical record number": (("MR0012345", "00482913"), ("none", "1")),
    "health plan number": (("W1234 56789", "A123456780"), ("none", "1")),
    "npi": (("1234567893", "1245319599"), ("1234567894", "3234567893")),
    "dea number": (("AB1234563", "F91234563"), ("AB1234564", "1B1234563")),
    "person name": (("Anna Schmidt", "O'Neil, Jo", "Jean-Luc", "李明"), ("A1", "12", "a/b")),
    "date of birth": (("1990-03-01", "1.3.1990", "3 mars 1990", "May 5, 1990"), ("1990", "12:30", "3.5")),
    "date of death": (("2019-11-30", "1.3.1990"), ("1", "yes", "2019")),
    "age over 89": (("90", "104"), ("88", "200")),
    "city": (("San José", "Aix-en-Provence"), ("75001",)),
    "region": (("Cook County",), ("12345",)),
    "postal code": (("90210", "SW1A 1AA", "1012 AB", "01-234"), ("1", "London")),
    "coordinates": (("52.52000, 13.40500", "-33.86880"), ("52", "1,2")),
    "photo": (("faces/jo.JPG",), ("jo",)),
    "biometric": (("AQIDBAUGBwgJCgsMDQ4PEA==",), ("thumb",)),
}  # fmt: skip


@pytest.mark.parametrize("label", [own.label for own in RECOGNISERS])
def test_values_of_a_class_are_told_from_what_looks_like_them(label: str) -> None:
    own, (right, wrong) = BY_LABEL[label], KNOWN[label]
    assert own.passes(right).tolist() == [True] * len(right)
    assert not own.passes(wrong).any(), [value for value in wrong if own.passes([value])[0]]


def test_every_class_has_a_test_and_labels_are_one_each() -> None:
    assert {*KNOWN} == {*BY_LABEL} and len(BY_LABEL) == len(RECOGNISERS) >= 40


@pytest.mark.parametrize("own", RECOGNISERS, ids=lambda own: own.label)
def test_what_looks_strictly_like_a_class_looks_like_it(own) -> None:
    right = KNOWN[own.label][0]
    for value in right:
        assert not own.looks([value], strict=True)[0] or own.looks([value])[0]
    assert own.hipaa in "ABCDEFGHIJKLMNOPQR"


@pytest.mark.parametrize("own", RECOGNISERS, ids=lambda own: own.label)
def test_names_of_columns_are_written_as_they_are_looked_for(own) -> None:
    assert [name for name in own.names if folded(name) != name or name != name.strip("_")] == []


def test_names_of_columns_are_read_as_words() -> None:
    assert words_of("Prénom du Client2") == "_prenom_du_client_"
    assert says(words_of("billing-phone"), ("phone",)) and not says(words_of("phonetics"), ("phone",))
    assert BY_LABEL["email"].named("e-mail") and not BY_LABEL["email"].named("email_opt_in")
    assert bare("12.34-ab") == "1234AB"


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "900-12-3456", "521-00-1234", "521-44-0000"])
def test_numbers_that_nobody_is_given_do_not_tell_a_class_alone(number: str) -> None:
    assert not BY_LABEL["us ssn"].passes([number], strict=True)[0]
