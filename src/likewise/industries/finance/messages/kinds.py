"""What statements call each kind of transaction, seen from the account."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.blocks import Ints

_KINDS = {
    "transfer": ("PMNT ICDT ESCT", "PMNT RCDT ESCT", "TRF", "116", "166"),
    "direct debit": ("PMNT RDDT ESDD", "PMNT IDDT ESDD", "DDT", "105", "171"),
    "card": ("PMNT CCRD POSD", "PMNT MCRD POSP", "MSC", "106", "106"),
    "refund": ("PMNT CCRD POSD", "PMNT CCRD POSD", "MSC", "106", "106"),
    "cash": ("PMNT CCRD CWDL", "PMNT CNTR CDPT", "MSC", "083", "082"),
    "fee": ("ACMT MDOP CHRG", "ACMT MCOP CHRG", "CHG", "808", "808"),
    "interest": ("ACMT MDOP INTR", "ACMT MCOP INTR", "INT", "814", "814"),
    "other": ("PMNT MDOP OTHR", "PMNT MCOP OTHR", "MSC", "820", "820"),
}
"""Of each kind: ISO 20022's domain, family and sub-family of a debit and of a credit, SWIFT's type of field 61, and
the codes that German banks use for a debit and a credit (Geschäftsvorfallcodes)."""


def _domain(domain: str, family: str, detail: str) -> str:
    return f"<Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{detail}</SubFmlyCd></Fmly>"


_NAMES = pa.array(list(_KINDS))
_DOMAINS = pa.array([_domain(*code.split()) for kind in _KINDS.values() for code in kind[:2]])
_TYPES = pa.array([kind[2] for kind in _KINDS.values()])
_GERMAN = pa.array([code for kind in _KINDS.values() for code in kind[3:]])
_POSTINGS = pa.array([name.upper() for name in _KINDS])


class Kinds:
    """Hold the kinds of bookings, and whether each is a credit."""

    def __init__(self, kinds: pa.Array, amounts: Ints) -> None:
        own = pc.fill_null(pc.index_in(kinds, value_set=_NAMES), len(_NAMES) - 1).to_numpy().astype(np.int64)
        self._own, self._sided = pa.array(own), pa.array(2 * own + (amounts >= 0))

    def domains(self) -> pa.Array:
        """Return what stands in `Domn` of a camt.053 entry."""
        return _DOMAINS.take(self._sided)

    def types(self) -> pa.Array:
        """Return the type of field 61 of MT940."""
        return _TYPES.take(self._own)

    def german(self) -> pa.Array:
        """Return the three digits that field 86 begins with."""
        return _GERMAN.take(self._sided)

    def postings(self) -> pa.Array:
        """Return what the posting is called."""
        return _POSTINGS.take(self._own)
