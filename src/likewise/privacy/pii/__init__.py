"""What identifies persons, in the columns of a table and in running text."""

from likewise.privacy.pii.columns import Finding, find_pii
from likewise.privacy.pii.texts import Span, find_in_text

__all__ = ["Finding", "Span", "find_in_text", "find_pii"]
