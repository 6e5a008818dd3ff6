"""Identifiers of accounts: cards, banks and money."""

from __future__ import annotations

from likewise.core.identifiers.checking import is_iban, luhn_holds, weighs
from likewise.core.identifiers.recogniser import Recogniser

_ISSUED = (
    (
        r"(?:4(?:S?D){12}(?:(?:S?D){3}){0,2}|(?:5[1-5]|2[2-7])D(?:S?D){13}|3[47]D(?:S?D){12}|3[0689]D(?:S?D){11}"
        r"|(?:60|64|65|62|35)D(?:S?D){13}|62D(?:S?D){14,16}"
        r"|(?:50|5[6-8]|63|67)D(?:S?D){9,16}|(?:2131|1800)(?:S?D){11}|0604(?:S?D){8,15})"
    )
    .replace("S", "[ -]")
    .replace("D", r"\d")
)

_COUNTRIES = (
    "A[DELRTU]|B[AEGHR]|C[AHLNORYZ]|D[EKZ]|E[EGS]|F[IR]|G[BER]|H[KRU]|I[DELNST]|JP|K[RWZ]|L[BITUV]|M[ACTXY]|N[GLOZ]"
    "|P[EHKLT]|QA|R[OSU]|S[AEGIK]|T[HNRW]|U[ASY]|VN|ZA"
)

FINANCE = (
    Recogniser(
        "payment card", pattern=_ISSUED, strict=_ISSUED, check=luhn_holds, chance=0.05, inside="alone", hipaa="J",
        names=("card_number", "card_no", "card_num", "credit_card", "creditcard", "cc_number", "cc_num", "ccn", "pan",
               "debit_card", "kartennummer", "kreditkarte", "kreditkartennummer", "carte", "numero_carte",
               "carte_bancaire", "tarjeta", "numero_tarjeta", "tarjeta_credito", "carta_di_credito", "numero_carta",
               "creditcardnummer", "kaartnummer", "cartao", "numero_cartao", "cartao_credito", "numer_karty", "karta",
               "kortnummer", "card", "payment_card"),
        never=("order", "tracking", "expiry", "exp", "cvv", "product", "sku", "ean", "imei"),
    ),
    Recogniser(
        "iban", pattern=r"[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}", strict=r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}",
        check=is_iban, chance=0.01, inside="alone", hipaa="J",
        names=("iban", "bank_account", "bankverbindung", "kontoverbindung", "compte_bancaire", "cuenta_bancaria",
               "conto_bancario", "bankrekening", "rekeningnummer", "conta_bancaria", "numer_konta", "rachunek"),
    ),
    Recogniser(
        "bic", pattern=rf"[A-Z]{{4}}(?:{_COUNTRIES})[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?",
        names=("bic", "swift", "swift_code", "swift_bic", "bic_code", "kod_swift"), inside="near", hipaa="J",
        near=("bic", "swift"), directly=False,
    ),
    Recogniser(
        "bank routing number", pattern=r"(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}",
        strict=r"(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}", check=weighs((3, 7, 1, 3, 7, 1, 3, 7, 1), 10),
        chance=0.05, names=("aba", "routing", "routing_number", "aba_number", "routing_no", "rtn"), inside="near",
        near=("aba", "routing", "rtn"), hipaa="J", directly=False,
    ),
    Recogniser(
        "account number", pattern=r"(?=(?:.*\d){4})[A-Za-z0-9][A-Za-z0-9 ./-]{3,33}",
        names=("account_number", "account_no", "account_num", "acct", "acct_no", "acct_number", "acct_num",
               "bank_account_number", "kontonummer", "konto_nr", "numero_de_compte", "numero_compte", "no_compte",
               "numero_cuenta", "numero_de_cuenta", "numero_conto", "conto_corrente", "rekening", "numero_da_conta",
               "numero_conta", "nr_konta", "policy_number", "policy_no", "certificate_number"),
        inside="near", near=("account", "acct", "a/c", "konto", "kontonummer", "compte", "cuenta", "conto",
                             "rekening", "conta"), hipaa="J",
    ),
    Recogniser(
        "crypto wallet", pattern=r"(?:[13][a-km-zA-HJ-NP-Z1-9]{25,34}|bc1[a-z0-9]{11,71}|0x[0-9a-fA-F]{40})",
        strict=r"(?:[13](?=\w*[a-km-z])(?=\w*[A-HJ-NP-Z])[a-km-zA-HJ-NP-Z1-9]{25,34}|bc1[a-z0-9]{11,71}"
               r"|0x[0-9a-fA-F]{40})",
        chance=1e-4, inside="alone", names=("wallet", "wallet_address", "btc_address", "eth_address", "bitcoin",
                                            "ethereum", "crypto_address", "btc", "eth"), hipaa="J",
    ),
)  # fmt: skip
