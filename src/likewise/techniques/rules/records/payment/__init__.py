"""Payments: cards, accounts and the banks that keep them."""
