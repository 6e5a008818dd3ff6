"""Hold what a report shows of events to saying each figure, in a page, in Markdown and for others."""

from __future__ import annotations

import json
import re

from likewise.evaluation.report.model import Report
from likewise.evaluation.report.pictures import picture_chart


def section(page: str) -> str:
    found = re.search(r'<section id="behaviour">(.*?)</section>', page, re.DOTALL)
    assert found
    return found[1]


def test_the_page_shows_each_statistic_beside_its_floor(events: Report, adult: Report) -> None:
    shown = section(events.to_html())
    assert events.behaviour is not None and 'id="behaviour"' not in adult.to_html()
    for row in events.behaviour.statistics:
        assert row.title.split("`")[0] in shown and row.real in shown
    assert "0.040 <small>(0.030 to 0.060)</small>" in shown
    assert "899 on a side" in shown and "held back 1.1" in shown and "<code>device</code>" in shown
    widths = [float(width) for width in re.findall(r'style="width:([\d.]+)%"', shown)]
    assert max(widths) == 100 and min(widths) == 0
    assert all(f'data-chart="{place}"' in shown for place in (2, 3)) or shown.count("data-chart") == 2


def test_markdown_says_the_same(events: Report) -> None:
    text = events.to_markdown()
    assert "| **Bursts** |  |  |  |  | **250** (held back 1.1) |" in text
    assert "| Time between events | 35 days | 5 days | 0.040 (0.030 to 0.060) | 0.540 | 14 |" in text


def test_rates_are_drawn_by_their_names_and_need_no_sum(events: Report) -> None:
    assert events.behaviour is not None
    bins, rates = (picture_chart(picture) for picture in events.behaviour.pictures)
    assert bins is not None and "layer" in bins and rates is not None
    drawn = {(bar["level"], bar["of"]): bar["share"] for bar in rates["data"]["values"]}
    assert drawn["count in 24 hours", "synthetic"] == 0.2 and rates["encoding"]["x"]["axis"]["title"] is None
    assert rates["encoding"]["color"]["legend"] is None and json.dumps(rates)


def test_for_others_small_bins_and_exact_counts_go(events: Report) -> None:
    assert events.behaviour is not None
    rare = events.behaviour.pictures[0].model_copy(update={"n": 100})
    told = events.model_copy(update={"behaviour": events.behaviour.model_copy(update={"pictures": (rare,)})})
    shown = told.releasable().behaviour
    assert shown is not None and (shown.entities, shown.size) == (1_800, 900)
    assert shown.pictures[0].real == (0.5, 0.3, 0.15, 0.0) and shown.pictures[0].n == 100


def test_a_report_reads_back(events: Report) -> None:
    assert Report.from_json(events.to_json()) == events
    older = json.loads(events.to_json())
    del older["behaviour"]
    assert Report.from_json(json.dumps(older)).behaviour is None
