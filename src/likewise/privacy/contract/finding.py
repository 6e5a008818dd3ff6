"""Find the domain of one column, in steps that are paid for one by one."""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from likewise.core.formats import NumberStyle
from likewise.core.moments import DAY
from likewise.privacy.accountant import Account
from likewise.privacy.contract.axis import MOST, STEPS, Floats
from likewise.privacy.contract.category import Boolean, Category
from likewise.privacy.contract.domain import Domain
from likewise.privacy.contract.forms import DECIMALS, FORMS, Form, forms_of
from likewise.privacy.contract.levels import names_in, plain_pieces, singles
from likewise.privacy.contract.moments import Date, Datetime, Time
from likewise.privacy.contract.number import Number
from likewise.privacy.contract.open import Open
from likewise.privacy.contract.outside import Id, Ignored
from likewise.privacy.contract.reading import ISO, moments_of, numbers_of
from likewise.privacy.contract.rulers import Powers, Span, Years
from likewise.privacy.contract.spans import find_span
from likewise.privacy.mechanisms import gaussian, thresholded

KIND, DIFFERENT, LEVELS = 0.15, 0.1, 0.3
"""The parts of a column's price for its kind, for how many cells are like no other, and for its levels at first."""

BOUNDS = 1 - KIND - DIFFERENT
"""The part for its bounds."""

MOSTLY = 0.9
"""The part of the cells that must be readable as a kind for the column to be of it, or all different for an id."""

FALSE = 1e-6
"""The probability that noise alone passes for a form of cells."""

SURELY = 3.0
"""Standard deviations of noise that numbers below 0 must show."""

MANY = 256
"""Levels that are kept, those of the largest noisy counts."""

LOST = 0.005
"""The part of the cells whose levels need not be found."""

PROSE = "it looks like free text"
DISTINCT = "its cells are nearly all different"
"""Why a column is not learned."""


class Finding:
    """Find the domain of one column for a price, in squares of `mu`; `left` is what it has not spent."""

    def __init__(self, column: pa.ChunkedArray, declared: Open, price: float, delta: float, account: Account) -> None:
        self.column, self.declared, self.account = column, declared, account
        self.price, self.left, self.delta = price, price, delta
        self.about: dict[str, Any] = {"name": declared.name, "role": declared.role, "missing": declared.missing or True}
        self.levels: Counter[str] = Counter()
        self.found: Domain | None = None

    def look(self) -> None:
        """Learn the kind of the column, and what is to be known of it."""
        from scipy.special import ndtri

        counts = sum((np.bincount(forms_of(piece), minlength=len(FORMS)) for piece in plain_pieces(self.column)),
                     np.zeros(len(FORMS), np.int64))  # fmt: skip
        sigma = 1 / self._paid(KIND)
        noisy = gaussian(counts, sigma=sigma, account=self.account, what=f"{self.declared.name}: kind")
        self.shown = dict(zip(FORMS, (noisy / sigma).tolist(), strict=True))
        least = -float(ndtri(FALSE / len(FORMS)))
        self.forms = {form: int(count) for form, count in zip(FORMS, noisy, strict=True) if self.shown[form] > least}
        self.present = sum(count for form, count in self.forms.items() if form.kind != "missing")
        kind = self.declared.like or self.kind()
        if kind == "category":
            self._look_at_names()
        elif kind == "boolean":
            formats = self._best("boolean").formats
            self.found = Boolean(**self.about, format=formats[0] if formats else None)
        elif kind == "time":
            self.found = Time(**self.about)
        else:
            self.found = self._number() if kind == "number" else self._moment(kind)

    @property
    def lacking(self) -> int:
        """How many cells are of levels that were not found, as noisy counts tell; 0 where they are few."""
        if self.found is not None:
            return 0
        noise = math.sqrt(max(len(self.levels), 1) / (self.price * LEVELS))
        lost = self.present - sum(self.levels.values())
        return lost if lost > max(LOST * self.present, 2 * noise) else 0

    def find_levels(self, mu: float) -> None:
        """Add the levels that stand out where `mu` is paid."""
        kept = thresholded(self.names, sigma=1 / mu, delta=self.delta, account=self.account,
                           what=f"{self.declared.name}: levels")  # fmt: skip
        self.levels.update({level: count for level, count in kept.items() if level not in self.levels})

    def domain(self) -> Domain:
        """Return the domain, one of levels where it is no other: the levels that were found, and one for the rest."""
        if self.found is not None:
            return self.found
        levels = sorted(level for level, _ in self.levels.most_common(MANY))
        rest = "other"
        while rest in levels:
            rest = f"({rest})"
        return Category(**self.about, levels=tuple(levels or [rest]), other=rest if levels else False)

    def kind(self) -> str:
        """Return the kind that most of the cells are of; what is too little to tell is a category."""
        kinds = Counter[str]()
        for form, count in self.forms.items():
            kinds[{"datetime": "date", "prose": "text"}.get(form.kind, form.kind)] += count
        del kinds["missing"]
        best, count = max(kinds.items(), key=lambda item: item[1], default=("text", 0))
        if best == "text" or count < (1.0 if best == "boolean" else MOSTLY) * self.present:
            return "category"
        moments = self._of("datetime")
        return "datetime" if best == "date" and sum(moments.values()) >= (1 - MOSTLY) * count else best

    def _of(self, *kinds: str) -> dict[Form, int]:
        """Return the noisy counts of the forms of some kinds that stand out."""
        return {form: count for form, count in self.forms.items() if form.kind in kinds}

    def _best(self, *kinds: str) -> Form:
        """Return the most frequent form of some kinds, the plainest where none stands out."""
        counts = self._of(*kinds)
        return max(counts, key=lambda form: counts[form], default=Form(kinds[0]))  # type: ignore[arg-type]

    def _paid(self, part: float) -> float:
        """Take a part of the price, and return the `mu` that it buys."""
        self.left -= part * self.price
        return math.sqrt(part * self.price)

    @cached_property
    def names(self) -> Counter[str]:
        """How often each level is named, which is private."""
        return names_in(self.column)

    def _are_different(self, part: float) -> bool:
        """Return whether at least a part of the cells are like no other, as a noisy count tells."""
        alone = gaussian(np.array([singles(self.names)]), sigma=1 / self._paid(DIFFERENT), account=self.account,
                         what=f"{self.declared.name}: cells like no other")  # fmt: skip
        return int(alone[0]) > part * self.present > 0

    def _look_at_names(self) -> None:
        """Find out whether names are free text, ids, or levels, and find those of the levels that are frequent."""
        if self.declared.like is None and self.declared.role != "target":
            is_prose = 2 * sum(self._of("prose").values()) > self.present
            if self._are_different(0.5 if is_prose else MOSTLY):
                name = self.declared.name
                self.found = Ignored(name=name, note=PROSE) if is_prose else Id(name=name, note=DISTINCT)
                return
        self.find_levels(self._paid(LEVELS))

    # -- numbers and moments -------------------------------------------------------------------------------------------
    def _number(self) -> Domain:
        """Return numbers with bounds, decimals and the way they are written, or ids that are numbered."""
        digits, style = self._digits(), self._style()
        written = style.worked()
        parts = [numbers_of(piece, written) for piece in plain_pieces(self.column)]
        values = np.concatenate([np.empty(0), *(part[~np.isnan(part)] for part in parts)])
        span = self._span(values, Powers(0.0 if digits is None else 10.0**-digits), whole=digits == 0)
        span = span._replace(low=-span.high) if span.low >= 0 and self._goes_below(digits) else span
        if digits == 0 and self.declared.like is None and self._is_dense(span) and self._are_different(MOSTLY):
            return Id(name=self.declared.name, role=self.declared.role, note=DISTINCT)
        about = {**self.about, "format": written}
        if digits is None or max(abs(span.low), abs(span.high)) * 10**digits > STEPS:
            return Number(**about, min=span.low, max=span.high, grid=_grid(span, None))
        low = round(math.floor(span.low * 10**digits) / 10**digits, digits)
        high = round(math.ceil(span.high * 10**digits) / 10**digits, digits)
        of: dict[str, Any] = {"integer": True} if digits == 0 else {"decimals": digits}
        return Number(**about, **of, min=low, max=high, grid=_grid(span, digits))

    def _span(self, values: Floats, ruler: Powers | Years, *, whole: bool) -> Span:
        mu, rows = self._paid(BOUNDS), self.present
        return find_span(values, ruler, whole=whole, rows=rows, mu=mu, account=self.account, what=self.declared.name)

    def _is_dense(self, span: Span) -> bool:
        """Return whether whole numbers between such bounds could be row numbers: as many as cells, or a few more."""
        return MOSTLY * self.present < span.high - span.low + 1 < 4 * self.present

    def _digits(self) -> int | None:
        """Return the decimals that all but few numbers have, None for reals."""
        counts = self._of("number")
        for places in range(DECIMALS + 1):
            if sum(n for form, n in counts.items() if form.digits > places) <= 0.01 * sum(counts.values()):
                return places
        return None

    def _goes_below(self, digits: int | None) -> bool:
        """Return whether some numbers are surely below 0, although too few of one size to be found by it."""
        forms = [Form("number", digits=d, below=True) for d in range(DECIMALS + 2 if digits is None else digits + 1)]
        return bool(sum(self.shown[form] for form in forms) > SURELY * math.sqrt(len(forms)))

    def _style(self) -> NumberStyle:
        """Return how numbers are written: the plainest way, unless signs of money, percent or groups stand out."""
        counts = {form: count for form, count in self._of("number").items() if form.style != NumberStyle()}
        if not counts:
            return NumberStyle()
        best = max(counts, key=lambda form: counts[form]).style
        alike = [form for form in counts if (form.style.prefix, form.style.suffix) == (best.prefix, best.suffix)]
        group = max(form.style.group for form in alike if form.style.decimal == best.decimal)
        places = {form.digits for form in alike}
        least = places.pop() if len(places) == 1 else 0
        return NumberStyle(best.prefix, best.suffix, group, best.decimal, least)

    def _moment(self, kind: str) -> Date | Datetime:
        """Return dates, or dates and times, with bounds."""
        written = self._format(kind)
        formats = (written, *ISO) if written else ISO
        parts = [moments_of(piece, formats) for piece in plain_pieces(self.column)]
        days = np.concatenate([np.empty(0), *(micros[valid] // DAY for micros, valid in parts)]).astype(np.float64)
        span = self._span(days, Years(), whole=True)
        low, high = (str(np.datetime64(int(day), "D")) for day in (span.low, span.high))
        if kind == "datetime":
            return Datetime(**self.about, min=low, max=f"{high}T23:59:59", format=written)
        return Date(**self.about, min=low, max=high, format=written)

    def _format(self, kind: str) -> str | None:
        """Return the format that reads most of the moments, None for ISO 8601; of a few alike the shortest digits."""
        counts = Counter[str]()
        for form, count in self._of(kind).items():
            for written in form.formats:
                counts[written] += count
        if not counts or max(counts.values()) < sum(n for form, n in self._of(kind).items() if not form.formats):
            return None
        best = max(counts, key=lambda written: counts[written])
        loose = best.replace("%d", "%-d").replace("%m", "%-m")
        return loose if counts[loose] else best


def _grid(span: Span, digits: int | None) -> Literal["log"] | None:
    """Return the scale of a column: by powers of two where even cells were too wide for the values near 0."""
    width = (span.high - span.low) / MOST
    is_wide = digits is None or width * 10**digits > 1
    return "log" if is_wide and 0 < span.near < 64 * width else None
