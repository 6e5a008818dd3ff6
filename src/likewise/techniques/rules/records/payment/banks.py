"""Banks: a few real ones of each country, and invented ones whose codes are given to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from likewise.techniques.rules.records.payment.layouts import LAYOUTS, layout


@dataclass(frozen=True)
class Bank:
    """Name a bank, its BIC, and what account numbers with it begin with."""

    name: str
    bic: str
    code: str


INVENTED = (("Example Bank", "XMPL"), ("Sample Savings Bank", "SMPL"), ("Demo Credit Bank", "DEMO"),
            ("Test Trust Bank", "TEST"))  # fmt: skip

_UNGIVEN = {"BE": ("100",), "NO": ("01", "02"), "CH": ("99999", "99998"), "VA": ("",)}
"""Codes that no customer's bank has, where those of nines will not do. Belgium's 100 is its national bank."""

_REAL = {
    "AE": "Emirates NBD|EBILAEAD|026 First Abu Dhabi Bank|NBADAEAA|035",
    "AT": "Erste Bank|GIBAATWWXXX|20111 Bank Austria|BKAUATWW|12000 BAWAG|BAWAATWW|14000",
    "BE": "BNP Paribas Fortis|GEBABEBB|001 KBC Bank|KREDBEBB|400 ING|BBRUBEBB|310 Belfius|GKCCBEBB|063",
    "BG": "UniCredit Bulbank|UNCRBGSF|UNCR DSK Bank|STSABGSF|STSA",
    "BR": "Itaú|ITAUBRSP|60701190 Bradesco|BBDEBRSP|60746948",
    "CH": "UBS|UBSWCHZH80A|00240 Zürcher Kantonalbank|ZKBKCHZZ80A|00700 PostFinance|POFICHBEXXX|09000",
    "CZ": "Komerční banka|KOMBCZPP|0100 ČSOB|CEKOCZPP|0300 Česká spořitelna|GIBACZPX|0800",
    "DE": "Deutsche Bank|DEUTDEBBXXX|10070000 Commerzbank|COBADEFFXXX|50040000 Postbank|PBNKDEFFXXX|10010010 "
          "ING|INGDDEFFXXX|50010517 DKB|BYLADEM1001|12030000",
    "DK": "Danske Bank|DABADKKK|3000 Nordea|NDEADKKK|2000",
    "EE": "SEB|EEUHEE2X|10 Swedbank|HABAEE2X|22 LHV|LHVBEE22|77",
    "ES": "Banco Santander|BSCHESMMXXX|0049 BBVA|BBVAESMMXXX|0182 CaixaBank|CAIXESBBXXX|2100 "
          "Banco Sabadell|BSABESBBXXX|0081",
    "FI": "Nordea|NDEAFIHH|1 OP|OKOYFIHH|5 Danske Bank|DABAFIHH|8",
    "FR": "BNP Paribas|BNPAFRPPXXX|30004 Société Générale|SOGEFRPPXXX|30003 LCL|CRLYFRPPXXX|30002 "
          "La Banque Postale|PSSTFRPPXXX|20041 CIC|CMCIFRPPXXX|30066",
    "GB": "Barclays|BARCGB22XXX|BARC20 HSBC|HBUKGB4BXXX|HBUK40 Lloyds Bank|LOYDGB2LXXX|LOYD30 "
          "NatWest|NWBKGB2LXXX|NWBK60",
    "GR": "National Bank of Greece|ETHNGRAA|011 Alpha Bank|CRBAGRAA|014 Eurobank|ERBKGRAA|026",
    "HR": "Zagrebačka banka|ZABAHR2X|236000 Privredna banka Zagreb|PBZGHR2X|234000",
    "HU": "OTP Bank|OTPVHUHB|117 K&H Bank|OKHBHUHB|104 Erste Bank|GIBAHUHB|116",
    "IE": "AIB|AIBKIE2D|AIBK93 Bank of Ireland|BOFIIE2D|BOFI90",
    "IL": "Bank Leumi|LUMIILIT|010 Bank Hapoalim|POALILIT|012",
    "IT": "Intesa Sanpaolo|BCITITMM|03069 UniCredit|UNCRITMM|02008 BNL|BNLIITRR|01005 Banco BPM|BAPPIT21|05034",
    "LT": "Swedbank|HABALT22|73000 SEB|CBVILT2X|70440",
    "LU": "Spuerkeess|BCEELULL|001 BGL BNP Paribas|BGLLLULL|003",
    "LV": "Swedbank|HABALV22|HABA SEB|UNLALV2X|UNLA",
    "NL": "ABN AMRO|ABNANL2A|ABNA ING|INGBNL2A|INGB Rabobank|RABONL2U|RABO",
    "NO": "DNB|DNBANOKK|15 Nordea|NDEANOKK|60",
    "PL": "PKO Bank Polski|BPKOPLPW|102 Bank Pekao|PKOPPLPW|124 mBank|BREXPLPW|114 ING|INGBPLPW|105",
    "PT": "Caixa Geral de Depósitos|CGDIPTPL|0035 Millennium bcp|BCOMPTPL|0033 Santander Totta|TOTAPTPL|0018",
    "RO": "Banca Transilvania|BTRLRO22|BTRL BRD|BRDEROBU|BRDE BCR|RNCBROBU|RNCB",
    "SE": "SEB|ESSESESS|500 Handelsbanken|HANDSESS|600 Swedbank|SWEDSESS|800 Nordea|NDEASESS|300",
    "SI": "NLB|LJBASI2X|02 SKB|SKBASI2X|03",
    "SK": "Slovenská sporiteľňa|GIBASKBX|0900 VÚB|SUBASKBX|0200 Tatra banka|TATRSKBX|1100",
    "TR": "Ziraat Bankası|TCZBTR2A|00010 Garanti BBVA|TGBATRIS|00062 İş Bankası|ISBKTRIS|00064",
    "US": "JPMorgan Chase|CHASUS33|021000021 Bank of America|BOFAUS3N|026009593 Wells Fargo|WFBIUS6S|121000248 "
          "Citibank|CITIUS33|021000089",
}  # fmt: skip


@cache
def banks(country: str, *, safe: bool) -> tuple[Bank, ...]:
    """Return banks of a country; where it is to be safe, invented ones, whose BICs are marked as tests by their 0.

    >>> banks("NL", safe=True)[0]
    Bank(name='Example Bank', bic='XMPLNL20', code='XMPL')
    """
    if not safe and country in _REAL:
        return tuple(_bank(text) for text in _split(_REAL[country]))
    codes = _UNGIVEN.get(country) or _codes(country)
    return tuple(Bank(name, f"{letters}{country}20", code) for (name, letters), code in zip(INVENTED, codes))


def _split(text: str) -> list[str]:
    """Return the banks of a list, in which each ends with the only word after two bars."""
    found, rest = list[str](), text
    while rest:
        name, bic, after = rest.split("|", 2)
        code, _, rest = after.partition(" ")
        found.append(f"{name}|{bic}|{code}")
    return found


def _bank(text: str) -> Bank:
    name, bic, code = text.split("|")
    return Bank(name, bic, code)


def _codes(country: str) -> list[str]:
    if country == "US":
        return ["80"] * len(INVENTED)
    if country not in LAYOUTS:
        return [letters for _, letters in INVENTED]
    part = next(part for part in layout(country) if part.kind == "B")
    size = part.end - part.start
    if not part.letters:
        return [str(10**size - 1 - number) for number in range(len(INVENTED))]
    short = [letters if size == 4 else letters[:1] + letters[-1:] for _, letters in INVENTED]
    return [f"{letters}00" for letters in short] if country in ("GB", "IE") else short
