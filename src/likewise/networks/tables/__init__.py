"""Tables as what networks can learn: a symbol for every cell, and its place among the values of the symbol."""

from likewise.networks.tables.encoding import Coded, TableEncoding

__all__ = ["Coded", "TableEncoding"]
