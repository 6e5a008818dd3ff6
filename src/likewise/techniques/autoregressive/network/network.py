"""The learned network: frozen arrays, and the distribution of a column given those before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.techniques.autoregressive.network.layout import Layout

Ints = npt.NDArray[np.int32]
Floats32 = npt.NDArray[np.float32]

AT_ONCE = 8192
"""Rows whose distributions are held in memory at a time."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Hold what was learned; `d` is the width, D the columns, G and M the sizes of the two digits.

    `group_in` (D, G, d) and `place_in` (D, features, d) embed a symbol, `asked` (D, d) the column that is asked for;
    each block normalises (`scale`, `shift`), widens (`wide`, `wide_bias`) and narrows (`narrow`, `narrow_bias`);
    `group_out` (D, d, G) and `member_out` (D, d, M) with their biases, (D, G) and (D, G, M), give the two digits.
    """

    group_in: Floats32
    place_in: Floats32
    asked: Floats32
    scale: Floats32
    shift: Floats32
    wide: Floats32
    wide_bias: Floats32
    narrow: Floats32
    narrow_bias: Floats32
    last_scale: Floats32
    last_shift: Floats32
    group_out: Floats32
    group_bias: Floats32
    member_out: Floats32
    member_bias: Floats32


@dataclass(frozen=True, eq=False)
class Network:
    """Tell how likely each symbol of a column is, given the symbols of the columns drawn before it.

    `columns` are the table's columns that it knows, in drawing order. The embeddings of what was drawn are summed,
    whatever their number, so that one trunk serves all columns (running sums after Larochelle and Murray, 2011,
    AISTATS 15; any order after Uria, Murray and Larochelle, 2014, ICML 31).
    """

    columns: tuple[int, ...]
    layout: Layout
    weights: Weights

    def probabilities(self, place: int, symbols: Ints) -> Floats32:
        """Return (rows, symbols of the column): how likely each is at `place` of the drawing order.

        `symbols` is (columns of the table, rows), at most `AT_ONCE` rows, of which those drawn before are read.
        """
        w, count = self.weights, int(self.layout.counts[place])
        hidden = self._trunk(self._context(place, symbols) + w.asked[place])
        group, member = self.layout.group[place, :count], self.layout.member[place, :count]
        first = _shares(hidden @ w.group_out[place] + w.group_bias[place])
        if not member.any():
            return np.ascontiguousarray(first[:, group])
        # The logit of a member is a sum of the row's part and the group's part: its share is a product of the two.
        of_row = _raised(hidden @ w.member_out[place])
        of_group = _raised(w.member_bias[place])
        per_group = first / np.maximum(of_row @ of_group.T, np.float32(1e-30))
        found: Floats32 = per_group[:, group] * of_row[:, member] * of_group[group, member]
        return found

    def _context(self, place: int, symbols: Ints) -> Floats32:
        """Return the sum of what was drawn before, scaled by the root of how much it is."""
        context = np.zeros((symbols.shape[1], self.weights.asked.shape[1]), dtype=np.float32)
        for before in range(place):
            context += self._embedded[before][symbols[self.columns[before]]]
        return context / np.float32(np.sqrt(max(place, 1)))

    @cached_property
    def _embedded(self) -> Floats32:
        """The embedding of every symbol: (columns, symbols, d)."""
        own = self.weights.group_in[np.arange(len(self.columns))[:, None], self.layout.group]
        return np.asarray(own + self.layout.features @ self.weights.place_in, dtype=np.float32)

    def _trunk(self, hidden: Floats32) -> Floats32:
        w = self.weights
        for block in range(len(w.wide)):
            inner = _normal(hidden, w.scale[block], w.shift[block]) @ w.wide[block] + w.wide_bias[block]
            hidden = hidden + _gelu(inner) @ w.narrow[block] + w.narrow_bias[block]
        return _normal(hidden, w.last_scale, w.last_shift)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return its arrays, for a model file."""
        learned = {f"weight.{f.name}": getattr(self.weights, f.name) for f in fields(Weights)}
        laid = {f"layout.{name}": array for name, array in self.layout.arrays().items()}
        return {"columns": np.array(self.columns, dtype=np.int32), **learned, **laid}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild it from a model file."""
        weights = Weights(**{f.name: arrays[f"weight.{f.name}"] for f in fields(Weights)})
        layout = Layout(**{f.name: arrays[f"layout.{f.name}"] for f in fields(Layout)})
        return cls(tuple(arrays["columns"].tolist()), layout, weights)


def _normal(values: Floats32, scale: Floats32, shift: Floats32) -> Floats32:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-5))
    normal: Floats32 = centred / spread * scale + shift
    return normal


def _gelu(values: Floats32) -> Floats32:
    """Return the Gaussian error linear unit by its tanh form (Hendrycks and Gimpel, 2016, arXiv 1606.08415)."""
    inner = np.float32(0.7978845608) * (values + np.float32(0.044715) * values * values * values)
    return np.asarray(np.float32(0.5) * values * (1 + np.tanh(inner)), dtype=np.float32)


def _raised(logits: Floats32) -> Floats32:
    """Return the exponentials of logits, the largest of each row 1."""
    return np.asarray(np.exp(logits - logits.max(axis=-1, keepdims=True)), dtype=np.float32)


def _shares(logits: Floats32) -> Floats32:
    raised = _raised(logits)
    found: Floats32 = raised / raised.sum(axis=-1, keepdims=True)
    return found
