"""The money of countries, by ISO 4217."""

CURRENCIES = {
    **dict.fromkeys(("AD", "AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV",
                     "MC", "ME", "MT", "NL", "PT", "SI", "SK", "SM", "VA", "XK"), "EUR"),
    "AE": "AED", "AL": "ALL", "AM": "AMD", "AO": "AOA", "AR": "ARS", "AU": "AUD", "AZ": "AZN", "BA": "BAM",
    "BD": "BDT", "BG": "EUR", "BH": "BHD", "BR": "BRL", "BY": "BYN", "CA": "CAD", "CH": "CHF", "CL": "CLP", "CN": "CNY",
    "CO": "COP", "CZ": "CZK", "DK": "DKK", "DZ": "DZD", "EG": "EGP", "FO": "DKK", "GB": "GBP", "GE": "GEL",
    "GH": "GHS", "GL": "DKK", "HK": "HKD", "HU": "HUF", "ID": "IDR", "IL": "ILS", "IN": "INR", "IQ": "IQD", "IR": "IRR",
    "IS": "ISK", "JO": "JOD", "JP": "JPY", "KE": "KES", "KR": "KRW", "KW": "KWD", "KZ": "KZT", "LB": "LBP", "LI": "CHF",
    "MA": "MAD", "MD": "MDL", "MK": "MKD", "MX": "MXN", "MY": "MYR", "NG": "NGN", "NO": "NOK", "NP": "NPR",
    "NZ": "NZD", "OM": "OMR", "PE": "PEN", "PH": "PHP", "PK": "PKR", "PL": "PLN", "PS": "ILS", "QA": "QAR", "RO": "RON",
    "RS": "RSD", "RU": "RUB", "SA": "SAR", "SE": "SEK", "SG": "SGD", "TH": "THB", "TN": "TND", "TR": "TRY", "TW": "TWD",
    "UA": "UAH", "US": "USD", "UZ": "UZS", "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
"""The currency of each country."""

PER_DOLLAR = {
    "EUR": 0.92, "GBP": 0.79, "CHF": 0.88, "JPY": 150.0, "CNY": 7.2, "INR": 83.0, "KRW": 1350.0, "BRL": 5.1,
    "MXN": 18.0, "PLN": 4.0, "CZK": 23.0, "HUF": 360.0, "SEK": 10.5, "NOK": 10.6, "DKK": 6.9, "RUB": 90.0,
    "TRY": 32.0, "CAD": 1.36, "AUD": 1.52, "NZD": 1.65, "RON": 4.6, "ISK": 138.0, "ILS": 3.7, "ZAR": 18.5,
    "IDR": 15800.0, "VND": 25000.0, "THB": 36.0, "UAH": 39.0, "RSD": 108.0, "COP": 3900.0, "CLP": 930.0,
    "ARS": 900.0, "PHP": 57.0, "TWD": 32.0, "HKD": 7.8, "IRR": 42000.0, "KZT": 450.0, "PKR": 280.0, "BDT": 110.0,
    "EGP": 48.0, "NGN": 1400.0, "KES": 130.0,
}  # fmt: skip
"""About how much of a currency a dollar is, so that prices have the size that they have there; 1 where none is said."""

WHOLE = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "IRR", "COP"})
"""Currencies that are not divided in prices."""
