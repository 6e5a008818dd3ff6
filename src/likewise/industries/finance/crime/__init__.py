"""Fraud and laundering: rings that act among ordinary payments, each step of them labelled."""
