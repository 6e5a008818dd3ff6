"""Train a detector of fraud on a bank that was made, and draw its precision-recall curve.

    python examples/finance_detector.py --customers 5000 --days 120 -o curve.svg

Two detectors learn from the first 60 % of the payments: one knows which were fraud, the other only what had been
reported by then, late and not always right, as in a bank. Both are judged on the payments after that.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import likewise
from likewise.industries.finance import detected, reported_by

WIDE, HIGH, EDGE = 480, 320, 48
COLOURS = {"knows which were fraud": "#2563eb", "knows what was reported": "#dc2626"}


def main() -> None:
    """Make a bank, train, and draw."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--customers", type=int, default=5000)
    asked.add_argument("--days", type=int, default=120)
    asked.add_argument("--fraud-rate", type=float, default=0.004)
    asked.add_argument("--stealth", type=float, default=0.7)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("-o", "--out", type=Path, default=Path("precision-recall.svg"))
    told = asked.parse_args()
    bank = likewise.generate("finance", customers=told.customers, days=told.days, fraud_rate=told.fraud_rate,
                             stealth=told.stealth, tables=["transactions", "customers", "merchants"],
                             seed=told.seed)  # fmt: skip
    curves = {}
    for name, known in (
        ("knows which were fraud", None),
        ("knows what was reported", reported_by(bank["transactions"])),
    ):
        found = detected(bank.tables, known=known, seed=told.seed)
        curves[name] = curve(found.score, found.truth)
        best, area = max(found.single.items(), key=lambda pair: pair[1])
        print(f"{name}: AUC {found.boosted:.3f}, average precision {found.precision:.3f}; "
              f"best feature alone: {best}, {area:.3f}")  # fmt: skip
    told.out.write_text(drawn(curves), encoding="utf-8")
    print(f"wrote {told.out}")


def curve(score: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return recall and precision as more and more payments are looked at, the most suspicious first."""
    hits = np.cumsum(truth[np.argsort(-score, kind="stable")])
    looked = np.arange(1, len(hits) + 1)
    places = np.unique(np.searchsorted(hits, np.arange(1, int(hits[-1]) + 1)))
    return np.column_stack([hits[places] / hits[-1], hits[places] / looked[places]])


def drawn(curves: dict[str, np.ndarray]) -> str:
    """Return the curves as a picture (SVG)."""
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE + 2 * EDGE}" height="{HIGH + 2 * EDGE}" '
             'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>']  # fmt: skip
    for k in range(6):
        x, y = EDGE + WIDE * k / 5, EDGE + HIGH * (1 - k / 5)
        lines.append(f'<path d="M{x:.0f} {EDGE}V{EDGE + HIGH}M{EDGE} {y:.0f}H{EDGE + WIDE}" stroke="#e5e7eb"/>'
                     f'<text x="{x:.0f}" y="{EDGE + HIGH + 16}" text-anchor="middle">{k / 5:.1f}</text>'
                     f'<text x="{EDGE - 8}" y="{y + 4:.0f}" text-anchor="end">{k / 5:.1f}</text>')  # fmt: skip
    for number, (name, points) in enumerate(curves.items()):
        places = (f"{EDGE + WIDE * recall:.1f} {EDGE + HIGH * (1 - precision):.1f}" for recall, precision in points)
        colour, low = COLOURS[name], EDGE + HIGH - 24 + 16 * number
        lines.append(f'<path d="M{"L".join(places)}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{EDGE + 8}" y="{low}" fill="{colour}">{name}</text>')  # fmt: skip
    lines.append(f'<text x="{EDGE + WIDE / 2}" y="{HIGH + 2 * EDGE - 12}" text-anchor="middle">'
                 "recall: share of fraud that is found</text>"
                 f'<text x="{EDGE}" y="{EDGE - 16}">precision: share of alarms that are fraud</text>'
                 "</svg>\n")  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
