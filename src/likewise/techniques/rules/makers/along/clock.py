"""Moments that go on from row to row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import SerializeAsAny

from likewise.core.moments import DAY, SECOND
from likewise.core.schema import Column
from likewise.errors import suggest
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import Runs, along_of

Unit = Literal["seconds", "minutes", "hours", "days", "weeks"]

MICROSECONDS: Mapping[Unit, int] = {
    "seconds": SECOND, "minutes": 60 * SECOND, "hours": 3600 * SECOND, "days": DAY, "weeks": 7 * DAY,
}  # fmt: skip


class Clock(Maker):
    """Count time on from row to row: `{clock: {exponential: 2}, unit: hours, start: orders.ordered, along: order_id}`.

    Behind `clock` stands what makes the time since the row before, which may depend on other columns by `given`. The
    first row of each parent is at `start`, a column or a moment.
    """

    word: ClassVar[str] = "clock"
    follows: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("along", "unit", "start")

    gap: SerializeAsAny[Maker]
    unit: Unit = "days"
    start: str
    along: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read what makes the gaps, and where the clock starts."""
        from likewise.techniques.rules.document.column import read_maker

        unit = value.get("unit", "days")
        if unit not in get_args(Unit):
            raise told(f"{path}.unit", f"there is no unit `{unit}`", suggest(str(unit), get_args(Unit), "unit"))
        start = value.get("start")
        if isinstance(start, dt.date):
            start = start.isoformat()
        if not isinstance(start, str):
            raise told(f"{path}.start", "a column or a moment is wanted", "write start: 2024-01-01")
        return cls(gap=read_maker(value["clock"], f"{path}.clock"), unit=unit, start=start,
                   along=along_of(value, "clock", path))  # fmt: skip

    @property
    def _moment(self) -> dt.datetime | None:
        """The moment at which all clocks start; None where a column says it."""
        try:
            return dt.datetime.fromisoformat(self.start)
        except ValueError:
            return None

    def needs(self) -> tuple[str, ...]:
        """Return the reference, the column of the start, and what the gaps are made from."""
        own = () if self._moment else (self.start,)
        return tuple(dict.fromkeys((f"#{self.along}", *own, *self.gap.needs())))

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column of moments. Raises SettingsError where the start or the gaps are none."""
        gap = self.gap.column(name, known)
        if gap.kind not in ("integer", "decimal", "float", "duration"):
            raise told("$", f"gaps of kind {gap.kind} do not count time", "write e.g. {clock: {exponential: 2}}")
        begun = known.get(self.start)
        if begun is not None and begun.kind not in ("date", "datetime"):
            raise told("$", f"`{self.start}` holds no moments", "start from a date or a moment")
        nullable = begun is not None and begun.nullable
        return Column(name=name, kind="datetime", dtype="timestamp[us]", nullable=nullable)

    def make(self, rows: Rows) -> pa.Array:
        """Return the moments of some rows."""
        runs = Runs.of(rows, self.along)
        gaps = self.gap.make(runs.rows)
        scale = 1 if pa.types.is_duration(gaps.type) else MICROSECONDS[self.unit]
        plain = gaps.cast(pa.int64()) if scale == 1 else gaps
        steps = np.asarray(pc.fill_null(plain.cast(pa.float64()), 0.0)) * scale
        passed = np.rint(runs.summed(np.where(runs.first, 0.0, steps)))[runs.places].astype(np.int64)
        return pc.add(self._begun(rows), pa.array(passed).cast(pa.duration("us")))

    def _begun(self, rows: Rows) -> pa.Array:
        moment = self._moment
        if moment is not None:
            return pa.repeat(pa.scalar(moment, pa.timestamp("us")), len(rows.numbers))
        return rows.column(self.start).cast(pa.timestamp("us"))
