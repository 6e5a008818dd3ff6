"""Contracts: what may be known of data without looking at it, and data as codes by that alone."""

from likewise.privacy.contract.coding import Coded, decode, encode
from likewise.privacy.contract.contract import Contract, plain_domain, schema_of
from likewise.privacy.contract.discovering import discover
from likewise.privacy.contract.domain import Domain
from likewise.privacy.contract.frames import cells_of, texts_of_cells

__all__ = ["Coded", "Contract", "Domain", "cells_of", "decode", "discover", "encode", "plain_domain", "schema_of",
           "texts_of_cells"]  # fmt: skip
