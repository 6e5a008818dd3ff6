"""Which national number each country gives, and where some of them are never issued."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from likewise.techniques.rules.records.national_ids import dated, named, numbered
from likewise.techniques.rules.records.national_ids.bearer import Bearer

MAKERS: dict[str, Callable[[Bearer], pa.Array]] = {
    "AT": dated.austria, "AU": numbered.australia, "BE": dated.belgium, "BR": numbered.brazil, "CA": numbered.canada,
    "CH": numbered.switzerland, "CN": dated.china, "CZ": dated.czechia, "DE": numbered.germany, "DK": dated.denmark,
    "ES": numbered.spain, "FI": dated.finland, "FR": dated.france, "GB": numbered.britain, "IE": numbered.ireland,
    "IN": numbered.india, "IT": named.italy, "JP": numbered.japan, "KR": dated.korea, "MX": named.mexico,
    "NL": numbered.netherlands, "NO": dated.norway, "NZ": numbered.new_zealand, "PL": dated.poland,
    "PT": numbered.portugal, "RU": numbered.russia, "SE": dated.sweden, "TR": numbered.turkey, "UA": dated.ukraine,
    "US": numbered.america,
}  # fmt: skip
"""How each country's number is written."""
