"""Draw how entities behave, in the style of the charts of columns."""

from __future__ import annotations

from likewise.evaluation.report.behaviour import Picture
from likewise.evaluation.report.charts import VegaLite, column_chart
from likewise.evaluation.report.model import ColumnSummary
from likewise.evaluation.report.wording import share

LABELS = 170
"""Room for the name of a rule."""


def as_column(picture: Picture) -> ColumnSummary:
    """Return a picture as the column that charts draw."""
    return ColumnSummary(name=picture.title, kind="events", role="feature", error=None, numeric=picture.numeric,
                         labels=picture.labels, real=picture.real, synthetic=picture.synthetic)  # fmt: skip


def picture_chart(picture: Picture) -> VegaLite | None:
    """Return the chart of one picture: bins in order as bars with strokes, rates as pairs of bars, each by its name."""
    column = as_column(picture)
    if picture.numeric:
        return column_chart(column)
    spec = column_chart(column, wide=True)
    if spec is None:
        return None
    encoding = spec["encoding"]
    encoding["y"]["axis"]["labelLimit"] = LABELS
    encoding["x"]["axis"].update(title=None, format=".1~%")
    encoding["color"]["legend"] = None
    return spec


def said(picture: Picture) -> str:
    """Say what a picture shows, for readers who cannot see it.

    >>> said(Picture(title="Gaps", numeric=True, labels=("short", "long"), real=(0.5, 0.5), synthetic=(0.9, 0.1), n=9))
    'Gaps. The biggest difference: short, 90.0\\xa0% synthetic and 50.0\\xa0% real.'
    """
    gaps = [abs(a - b) for a, b in zip(picture.real, picture.synthetic, strict=True)]
    at = gaps.index(max(gaps))
    real, synthetic = share(picture.real[at]), share(picture.synthetic[at])
    return f"{picture.title}. The biggest difference: {picture.labels[at]}, {synthetic} synthetic and {real} real."
