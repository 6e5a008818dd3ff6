"""Words that texts are made of where nothing better is known of them."""

from __future__ import annotations

_KIND = (
    "Amber|Bright|Calm|Clear|Early|Fair|Golden|Green|Hidden|Long|New|Northern|Old|Open|Quiet|Red|Silver|Slow|Small|Wild"
)
_THING = (
    "Bay|Bridge|Coast|Field|Forest|Garden|Harbour|Hill|House|Island|Lake|Light|Meadow|Moon|Night|River|Road|Sea|Stone"
)
_DONE = "Checked|Confirmed|Discussed|Followed up|Noted|Prepared|Reviewed|Revised|Sent|Updated"
_MATTER = "the delivery|the documents|the invoice|the last request|the open points|the order|the plan|the report"
_WHO = "by phone|with the customer|with the team|this week|as agreed|before the deadline"

TITLE = f"({_KIND}) ({_THING})"
"""Two words, such as a work or a thing may be called."""

NUMBERED = f"({_KIND}) ({_THING}) [1-9][0-9]{{0,3}}"
"""The same with a number, of which there are millions."""

SENTENCE = f"({_DONE}) ({_MATTER}) ({_WHO})\\."
"""A short sentence, such as a note or a description may be."""

SHORT = "alpha|amber|bravo|cedar|coral|delta|ember|fern|hazel|indigo|ivory|jade|lotus|maple|olive|onyx|opal|pearl|sage"
"""Single words."""

TITLE_LENGTH, NUMBERED_LENGTH, SENTENCE_LENGTH, SHORT_LENGTH = 17, 22, 51, 6
"""How many characters the longest of each has."""
