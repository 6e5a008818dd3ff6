"""Noise on texts: characters stay whole, kept words stay, rates hold."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.errors import FitError, LikewiseError
from likewise.modalities.text.slips import NEIGHBOURS, SLIPS
from likewise.techniques.noise import Noise
from likewise.techniques.noise.characters import Typos
from likewise.techniques.noise.operation import Dice, Learned
from likewise.techniques.noise.texts import characters, pieces_of
from likewise.techniques.noise.words import Words

PARTS = [
    "naïve",
    "e\u0301te\u0301",
    "👩‍👧",
    "🇩🇪",
    "don't",
    "ABC",
    "x1",
    "…",
    "日本語",
    "שלום",
    "a\u0300\u0323b",
    "\u00a0",
    "tab\there",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join)


def edited(operation: Typos | Words, texts: list[str | None], seed: int = 0) -> list[str | None]:
    return list(operation.edited(texts, Learned(), Dice(generator(seed), 0)))


def notes(rows: int = 400) -> pd.DataFrame:
    rng = generator(1)
    said = "the order was late and we called about a refund for Anna please call again soon"
    words = np.array(said.split(" "))
    return pd.DataFrame(
        {"note": [" ".join(rng.choice(words, 9)) + f", {v}!" for v in range(rows)], "x": rng.random(rows)}
    )


@given(st.lists(TEXTS, max_size=5), st.sampled_from(sorted(SLIPS)), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_characters_stay_whole(texts: list[str], slip: str, seed: int) -> None:
    made = edited(Typos.from_dict({"rate": 0.6, "slips": [slip]}), list(texts), seed)
    assert len(made) == len(texts)
    for old, new in zip(texts, made, strict=True):
        assert new is not None
        new.encode()
        marks = [c for c in new if unicodedata.combining(c)]
        assert slip in ("repeat", "insert") or len(marks) <= len([c for c in old if unicodedata.combining(c)])
        for emoji in ("👩‍👧", "🇩🇪"):
            assert new.count(emoji) == old.count(emoji)
        assert [c for c in new if c.isspace()] == [c for c in old if c.isspace()]
        if slip == "swap":
            assert sorted(characters(new)) == sorted(characters(old))


@given(TEXTS)
def test_pieces_and_characters_make_up_the_text(text: str) -> None:
    assert "".join(pieces_of(text)) == text == "".join(characters(text))


@pytest.mark.parametrize("slip", ["drop", "repeat", "keyboard", "case"])
def test_the_rate_is_that_of_letters_and_digits(slip: str) -> None:
    text = "abcdefghij klmnopqrst" * 400
    new = edited(Typos.from_dict({"rate": 0.1, "slips": [slip]}), [text])[0] or ""
    count = {"drop": len(text) - len(new), "repeat": len(new) - len(text)}.get(slip, 0) or sum(
        a != b for a, b in zip(text, new)
    )
    assert count == pytest.approx(0.1 * 8000, rel=0.12)


def test_slips_are_those_that_fingers_eyes_and_scanners_make() -> None:
    text = "modern Clearance 0815 " * 300
    keys = edited(Typos(rate=0.3, slips=("keyboard",)), [text])[0] or ""
    assert all(b.lower() in NEIGHBOURS[a.lower()] for a, b in zip(text, keys) if a != b)
    scanned = edited(Typos(rate=0.3, slips=("ocr",)), [text])[0] or ""
    assert "modem" in scanned.replace("rn", "m") and "O8" in scanned and "0815" in scanned


def test_a_slip_that_cannot_be_is_another_that_can() -> None:
    assert edited(Typos(rate=1.0, slips=("ocr", "case")), ["kk"]) == ["KK"]
    assert edited(Typos(rate=1.0, slips=("ocr",)), ["kk"]) == ["kk"]


@pytest.mark.parametrize("op", ["typos", "words", "tfidf"])
def test_kept_words_and_missing_texts_stay(op: str) -> None:
    frame = notes()
    frame.loc[::9, "note"] = None
    new = Noise(steps=[{op: {"rate": 0.5, "keep": ["anna", "REFUND"]}}]).fit(frame).perturb(frame, seed=4)
    assert new.note.isna().equals(frame.note.isna()) and new.x.equals(frame.x)
    known = frame.note.notna()
    assert (new.note != frame.note)[known].mean() > 0.9
    for word in ("Anna", "refund"):
        assert (new.note.str.count(word) >= frame.note.str.count(word))[known].all()


def test_words_are_dropped_swapped_and_doubled_at_the_rate() -> None:
    text = " ".join(f"w{v}" for v in range(5000))
    dropped = pieces_of(edited(Words(rate=0.1, edits=("drop",)), [text])[0] or "")
    assert len(dropped) == pytest.approx(2 * 4500, rel=0.02) and "  " not in dropped
    swapped = (edited(Words(rate=0.1, edits=("swap",)), [text])[0] or "").split()
    assert (
        sorted(swapped) == sorted(text.split())
        and 0.15 < np.mean([a != b for a, b in zip(swapped, text.split())]) < 0.25
    )
    doubled = (edited(Words(rate=0.1, edits=("duplicate",)), [text])[0] or "").split()
    assert len(doubled) == pytest.approx(5500, rel=0.02)


def test_one_word_is_always_left() -> None:
    for text in ("one", "one two three", " padded "):
        assert (edited(Words(rate=1.0, edits=("drop",)), [text])[0] or "").strip()
    assert edited(Words(rate=1.0), ["", "   ", None]) == ["", "   ", None]


def test_synonyms_come_from_the_dictionary_alone_in_the_dress_of_the_word() -> None:
    synonyms = {"late": ("tardy",), "order": ("purchase",)}
    operation = Words(rate=1.0, edits=("synonym",), synonyms=synonyms)
    assert edited(operation, ["Late! the ORDER, was (late)"]) == ["Tardy! the PURCHASE, was (tardy)"]
    inserted = (edited(Words(rate=1.0, edits=("insert",), synonyms=synonyms), ["an order"])[0] or "").split()
    assert sorted(inserted) == ["an", "order", "purchase"]


def test_what_tells_a_text_is_replaced_less_and_what_few_wrote_never_comes_in() -> None:
    rng = generator(2)
    common = np.array(
        ["we", "are", "glad", "to", "hear", "from", "you", "and", "will", "write", "back", "soon", "about", "it"]
    )
    rare = [f"topic{'abcdefghij'[v % 10]}" for v in range(1000)]
    secret = [f"secret{'abcdefghij'[v % 10]}x{'abc'[v // 10]}" if v < 30 else "fine" for v in range(1000)]
    frame = pd.DataFrame({"text": [f"{' '.join(rng.choice(common, 12))} {rare[v]} {secret[v]}" for v in range(1000)]})
    new = Noise(steps=[{"tfidf": {"rate": 0.3}}]).fit(frame).perturb(frame)
    gone = np.mean([r not in n for r, n in zip(rare, new.text)])
    changed = np.mean([a != b for o, n in zip(frame.text, new.text) for a, b in zip(o.split()[:12], n.split()[:12])])
    assert gone < 0.1 < 0.2 < changed < 0.45
    strange = [w for o, n in zip(frame.text, new.text) for w in n.split() if w.startswith("secret") and w not in o]
    assert not strange


def test_bytes_and_lists_that_were_read_as_texts_are_left_alone() -> None:
    rng = generator(3)
    data = pa.table(
        {
            "b": pa.array([row.tobytes() for row in rng.integers(256, size=(300, 40), dtype=np.uint8)]),
            "y": rng.random(300),
        }
    )
    new = Noise().fit(data).perturb(data)
    assert new["b"].equals(data["b"]) and not new["y"].equals(data["y"])
    with pytest.raises(FitError):
        Noise(steps=["typos"]).fit(data)


@pytest.mark.parametrize(
    "fields",
    [
        {"typos": {"slips": ["slide"]}}, {"typos": {"slips": []}}, {"typos": {"rate": 1.1}}, {"typos": {"keep": "an"}},
        {"words": {"edits": ["synonym"]}}, {"words": {"edits": ["insert"], "synonyms": {}}},
        {"words": {"synonyms": {"a": []}}}, {"words": {"edits": ["shuffle"]}}, {"tfidf": {"rate": -1}},
    ],
)  # fmt: skip
def test_bad_settings_are_refused_at_their_place(fields: dict[str, object]) -> None:
    with pytest.raises(LikewiseError) as caught:
        Noise.from_dict({"steps": [fields]})
    assert caught.value.code == "settings.invalid" and str(caught.value.where).startswith("$.steps[0].")
