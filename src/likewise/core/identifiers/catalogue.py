"""All the recognisers, the one list that columns and texts are judged by."""

from __future__ import annotations

from likewise.core.identifiers.contact import CONTACT
from likewise.core.identifiers.finance import FINANCE
from likewise.core.identifiers.national import NATIONAL
from likewise.core.identifiers.people import BIRTH, BODY, PERSON, PLACES
from likewise.core.identifiers.recogniser import Recogniser
from likewise.core.identifiers.things import THINGS

RECOGNISERS: tuple[Recogniser, ...] = (*CONTACT, *FINANCE, *NATIONAL, *THINGS, PERSON, *BIRTH, *PLACES, *BODY)

BY_LABEL = {recogniser.label: recogniser for recogniser in RECOGNISERS}

NONE = "none"
"""What a schema says of a column that is to be learned although it looks like an identifier."""
