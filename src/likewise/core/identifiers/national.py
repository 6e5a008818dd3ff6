"""Numbers that states give to persons and firms."""

from __future__ import annotations

from likewise.core.identifiers.checking import (
    is_aadhaar,
    is_cnpj,
    is_codice_fiscale,
    is_cpf,
    is_dni,
    is_medicare,
    is_nhs,
    is_nir,
    is_personnummer,
    is_pesel,
    is_steuer_id,
    luhn_holds,
    weighs,
)
from likewise.core.identifiers.recogniser import Recogniser

_SSN = r"(?!000|666|9)\d{3}{S}(?!00)\d{2}{S}(?!0000)\d{4}"
_ITIN = r"9\d{2}{S}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9]){S}\d{4}"
_EIN = r"(?:0[1-6]|1[0-6]|2[0-7]|[345]\d|6[0-8]|7[1-7]|8[0-8]|9[0-589])-?\d{7}"
_NINO = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
_NIR = r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}"
_FISCALE = r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"
_PERSONNUMMER = r"(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|[6-8]\d|9[01]){S}\d{4}"
_TAX = ("tax_id", "taxid", "tax_number", "tax_no", "tin", "taxpayer_id")
_NATIONAL = ("national_id", "nationalid", "id_number", "personal_number", "citizen_id", "identity_number", "id_card")

NATIONAL = (
    Recogniser(
        "us ssn", pattern=r"\d{3}[ -]?\d{2}[ -]?\d{4}", strict=_SSN.replace("{S}", "-"), chance=0.01, inside="alone",
        names=("ssn", "social_security", "social_security_number", "social_security_no", "social", "socsec",
               "ss_number"),
        never=("media", "class", "network", "support"), hipaa="G", near=("ssn", "social security"),
    ),
    Recogniser(
        "us itin", pattern=_ITIN.replace("{S}", "[ -]?"), strict=_ITIN.replace("{S}", "-"), chance=0.005,
        inside="alone", names=("itin", "individual_taxpayer", *_TAX), near=("itin", "taxpayer"), hipaa="G",
    ),
    Recogniser(
        "us ein", pattern=_EIN, names=("ein", "fein", "employer_id", "employer_identification", *_TAX),
        inside="near", near=("ein", "fein", "employer identification", "tax id"), directly=False,
    ),
    Recogniser(
        "uk nhs number", pattern=r"\d{3}[ -]?\d{3}[ -]?\d{4}", strict=r"[4679]\d{2}[ -]?\d{3}[ -]?\d{4}", check=is_nhs,
        chance=0.04, names=("nhs", "nhs_number", "nhs_no", "nhs_num", "nhsno"), inside="near", near=("nhs",),
        never=("isbn", "book"), hipaa="H",
    ),
    Recogniser(
        "uk nino", pattern=_NINO, strict=_NINO, chance=0.01, inside="alone", hipaa="G",
        names=("nino", "ni_number", "national_insurance", "national_insurance_number", "ni_no", "insurance_no"),
    ),
    Recogniser(
        "de steuer-id", pattern=r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", strict=r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}",
        check=is_steuer_id, chance=0.04, names=("steuer_id", "steuerid", "steuernummer", "steueridentifikationsnummer",
                                                "idnr", "steuer_identifikationsnummer", "tin_de", *_TAX),
        inside="near", near=("steuer-id", "steuer", "steueridentifikationsnummer", "idnr", "identifikationsnummer"),
        hipaa="G",
    ),
    Recogniser(
        "fr nir", pattern=_NIR, strict=_NIR, check=is_nir, chance=0.002, inside="alone", hipaa="G",
        names=("nir", "numero_securite_sociale", "securite_sociale", "num_secu", "insee", "numero_insee", "no_secu",
               "numero_de_securite_sociale", "secu"),
    ),
    Recogniser(
        "es dni", pattern=r"(?:\d{8}|[XYZxyz][ -]?\d{7})[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
        strict=r"(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]", check=is_dni, chance=0.04, inside="alone", hipaa="G",
        names=("dni", "nie", "nif", "documento", "documento_identidad", "numero_dni", "nif_nie", "cedula"),
    ),
    Recogniser(
        "it codice fiscale", pattern=_FISCALE, strict=_FISCALE, check=is_codice_fiscale, chance=1e-4, inside="alone",
        names=("codice_fiscale", "cf", "cod_fiscale", "codfisc", "fiscal_code"), hipaa="G",
    ),
    Recogniser(
        "nl bsn", pattern=r"\d{4}[ .]?\d{2}[ .]?\d{3}|\d{8}", strict=r"\d{9}", inside="near", hipaa="G",
        check=lambda grid: weighs((9, 8, 7, 6, 5, 4, 3, 2, -1) if grid.shape[1] == 9 else (8, 7, 6, 5, 4, 3, 2, -1),
                                  11)(grid),
        chance=0.095, names=("bsn", "burgerservicenummer", "sofinummer", "sofi", "sofi_nummer", "bsn_nummer"),
    ),
    Recogniser(
        "pl pesel", pattern=r"\d{11}", strict=r"\d{11}", check=is_pesel, chance=0.02, inside="near",
        names=("pesel", "nr_pesel", "numer_pesel"), hipaa="G",
    ),
    Recogniser(
        "se personnummer", pattern=_PERSONNUMMER.replace("{S}", "[-+]?"), strict=_PERSONNUMMER.replace("{S}", "[-+]"),
        check=is_personnummer, chance=0.01, inside="alone", hipaa="G",
        names=("personnummer", "personnr", "pnr", "person_nr", "samordningsnummer"), near=("personnummer", "personnr"),
    ),
    Recogniser(
        "br cpf", pattern=r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", strict=r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", check=is_cpf,
        chance=0.012, names=("cpf", "numero_cpf", "nr_cpf", "cadastro_de_pessoa"), inside="alone", hipaa="G",
    ),
    Recogniser(
        "br cnpj", pattern=r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}", strict=r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}",
        check=is_cnpj, chance=0.012, names=("cnpj",), inside="alone", directly=False,
    ),
    Recogniser(
        "in aadhaar", pattern=r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}", strict=r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}",
        check=is_aadhaar, chance=0.08, names=("aadhaar", "aadhar", "aadhaar_number", "uidai", "adhaar"), inside="near",
        hipaa="G",
    ),
    Recogniser(
        "in pan", pattern=r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", strict=r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]",
        chance=0.01, names=("pan", "pan_number", "pan_no", "pan_card", *_TAX), inside="alone", hipaa="G",
    ),
    Recogniser(
        "ca sin", pattern=r"[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}", strict=r"[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}",
        check=luhn_holds, chance=0.1, names=("sin", "social_insurance", "social_insurance_number", "sin_number",
                                             "nas", "numero_assurance_sociale"), inside="near", hipaa="G",
        near=("sin", "social insurance", "nas", "assurance sociale"),
    ),
    Recogniser(
        "au tfn", pattern=r"\d{3}[ -]?\d{3}[ -]?\d{3}", strict=r"\d{3}[ -]?\d{3}[ -]?\d{3}",
        check=weighs((1, 4, 3, 7, 5, 8, 6, 9, 10), 11), chance=0.095, names=("tfn", "tax_file_number", *_TAX),
        inside="near", near=("tfn", "tax file number"), hipaa="G",
    ),
    Recogniser(
        "au medicare", pattern=r"[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?",
        strict=r"[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?", check=is_medicare, chance=0.06,
        names=("medicare", "medicare_number", "medicare_no", "medicare_card"), inside="near", hipaa="I",
    ),
    Recogniser(
        "national id", pattern=r"(?=(?:.*\d){4})[A-Za-z0-9][A-Za-z0-9 ./-]{4,19}",
        names=(*_NATIONAL, *_TAX, "ausweisnummer", "personalausweis", "personalausweisnummer",
               "sozialversicherungsnummer",
               "svnr", "ahv", "ahv_nummer", "numero_identite", "carte_identite", "cni", "carta_identita",
               "numero_identidad", "curp", "rut", "cartao_cidadao", "nif_pt", "dowod", "nr_dowodu", "nip",
               "rijksregisternummer", "cpr", "cpr_nummer", "fodselsnummer", "hetu", "henkilotunnus"), hipaa="G",
    ),
)  # fmt: skip
