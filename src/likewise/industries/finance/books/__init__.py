"""Payments as columns, and the books that they are entered in."""
