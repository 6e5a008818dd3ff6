"""Measure how many identifiers are found in columns and in texts, class by class, and how much else is taken for one.

    OMP_NUM_THREADS=1 python benchmarks/pii.py [--rows 120] [--texts 60] [--unseen] [--misses]

Values come from Faker, python-stdnum and the generator's own records, in ten languages; what recognises them shares no
code with what makes them. A column of each form counts once under each of its names, `field_7` where the values alone
have to tell. A text counts as found where a span of its class covers four fifths of the value. Precision: of what is
found in columns and texts of all kinds, also in those that hold no identifier, the part that is right; the same words
wrongly taken for one in many texts count once. `--unseen` takes names, addresses, phones and places of twelve other
countries, whose forms and names nobody looked at while the recognisers were made.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from identifiers.names import COLUMNS, TEXTS
from identifiers.negatives import columns as negative_columns
from identifiers.negatives import sentence
from identifiers.values import Maker, makers

from likewise.core.table import Table
from likewise.privacy.pii import find_in_text, find_pii

Tally = dict[str, Counter[str]]
Makers = dict[str, list[Maker]]
OPEN = {"unique code"}
"""What is said of ids of any kind, identifiers or not."""


def in_columns(made: Makers, rows: int, rng: random.Random, misses: bool) -> Tally:
    """Return, for each class, how many columns there were, were found, and were taken for it."""
    found: Tally = {"all": Counter(), "right": Counter(), "wrong": Counter()}
    for label, forms in made.items():
        for make in forms:
            values = [make(rng) for _ in range(rows)]
            for name in COLUMNS[label]:
                _judge(found, name, values, label, misses)
    for name_of, (names, make) in negative_columns().items():
        for name in names:
            _judge(found, name, [make(rng) for _ in range(rows)], "", misses, name_of)
    return found


def _judge(found: Tally, name: str, values: list[str], label: str, misses: bool, told: str = "") -> None:
    judged = [own.label for own in find_pii({name: values}) if own.label not in OPEN]
    got = judged[0] if judged else ""
    found["all"][label] += 1
    found["right"][label] += got == label
    found["wrong"][got] += got not in ("", label)
    if misses and got != label:
        print(f"  column {name!r} of {label or told}: {got or 'nothing'}, e.g. {values[0]}")


def in_texts(made: Makers, count: int, rng: random.Random, misses: bool) -> Tally:
    """Return the same for texts."""
    found: Tally = {"all": Counter(), "right": Counter(), "wrong": Counter()}
    wrong: set[tuple[str, str]] = set()
    for label, sentences in TEXTS.items():
        forms = made.get(label, [])
        if not forms:
            continue
        for number in range(count):
            value = forms[number % len(forms)](rng).replace("\n", " ")
            form = rng.choice(sentences)
            text, start = form.format(value), form.index("{}")
            spans = find_in_text(text)
            hit = [s for s in spans if s.label == label
                   and min(s.end, start + len(value)) - max(s.start, start) >= 0.8 * len(value)]  # fmt: skip
            found["all"][label] += 1
            found["right"][label] += bool(hit)
            wrong |= {(text[s.start : s.end], s.label) for s in spans if s not in hit}
            if misses and not (hit and len(spans) == len(hit)):
                print(f"  text {text!r}: {[(text[s.start : s.end], s.label) for s in spans]}")
    for _ in range(20 * count):
        text = sentence(rng)
        spans = find_in_text(text)
        found["all"][""] += 1
        found["right"][""] += not spans
        wrong |= {(text[s.start : s.end], s.label) for s in spans}
        if misses and spans:
            print(f"  text {text!r}: {[(text[s.start : s.end], s.label) for s in spans]}")
    found["wrong"].update(label for _, label in wrong)
    return found


def _table(columns: Tally, texts: Tally) -> None:
    print(f"{'class':24}{'columns':>9}{'recall':>8}{'precision':>11}{'texts':>8}{'recall':>8}{'precision':>11}")
    for label in (label for label in COLUMNS if columns["all"][label]):
        print(f"{label:24}{_part(columns, label, 9)}{_part(texts, label, 8)}")
    for title, own in (("columns", columns), ("texts", texts)):
        right = sum(count for label, count in own["right"].items() if label)
        wrong, every = sum(own["wrong"].values()), sum(count for label, count in own["all"].items() if label)
        least = min(own["right"][label] / own["all"][label] for label in own["all"] if label)
        bare = own["all"][""]
        print(f"{title}: recall {right / every:.3f} (least of a class {least:.3f}), "
              f"precision {right / (right + wrong):.3f}; of {bare} without identifiers {bare - own['right']['']} "
              "taken for some")  # fmt: skip


def _part(own: Tally, label: str, width: int) -> str:
    every, right, wrong = own["all"][label], own["right"][label], own["wrong"][label]
    if not every:
        return f"{'-':>{width}}{'-':>8}{'-':>11}"
    precision = f"{right / (right + wrong):.3f}" if right + wrong else "-"
    return f"{every:>{width}}{right / every:>8.3f}{precision:>11}"


def speed(rng: random.Random) -> float:
    """Return the CPU seconds that a table of 1,000,000 rows x 15 columns takes, beside reading it."""
    import numpy as np
    import pyarrow as pa

    made = makers()
    chosen = ("email", "phone", "person name", "postal address", "iban", "us ssn", "ip address", "city")
    row = np.random.default_rng(0).integers(0, 20_000, 1_000_000)
    columns = {f"{label} {i}": pa.array([made[label][0](rng) for _ in range(20_000)]).take(pa.array(row))
               for i, label in enumerate((*chosen, *chosen[:7]))}  # fmt: skip
    table = Table.from_any(pa.table(columns))
    begun = time.process_time()
    find_pii(table)
    return time.process_time() - begun


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=120)
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    rng = random.Random(0)
    begun = time.process_time()
    made = makers(unseen=options.unseen)
    _table(in_columns(made, options.rows, rng, options.misses), in_texts(made, options.texts, rng, options.misses))
    print(f"{time.process_time() - begun:.0f} CPU seconds; a table of 1,000,000 x 15: {speed(rng):.1f} CPU seconds")


if __name__ == "__main__":
    main()
