"""What a column of strings spells: numbers, dates, true and false, ids, categories or text."""

from __future__ import annotations

import json
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.formats import NumberStyle, decimal_digits, find_style, plain_texts
from likewise.core.guesses import FEW, as_identifiers, bounds_of, decimals_of, number_column
from likewise.core.keys import infer_pattern
from likewise.core.moments import candidates, kind_of_format, read_moments
from likewise.core.naming import named_id
from likewise.core.schema import Column, Kind, Pattern
from likewise.core.values import BROKEN_SHARE, INFINITIES, MARKERS, blank, finite, formats_of, typed_array

Counts = npt.NDArray[np.int64]

BOOLEANS = (("true", "false"), ("t", "f"))


class Words:
    """Hold the distinct texts of a column, how often each occurs, and which are blank."""

    __slots__ = ("blanks", "counts", "distinct", "filled", "name", "nulls", "present", "rows")

    def __init__(self, name: str, array: pa.Array) -> None:
        texts = array.cast(pa.string())
        coded = texts.dictionary_encode()
        counts = np.bincount(np.asarray(coded.indices.drop_null()), minlength=len(coded.dictionary))
        empty = np.asarray(blank(coded.dictionary))
        self.name, self.rows, self.nulls = name, len(array), array.null_count
        self.blanks = dict(zip(coded.dictionary.filter(pa.array(empty)).to_pylist(), counts[empty].tolist()))
        self.distinct, self.counts = coded.dictionary.filter(pa.array(~empty)), counts[~empty]
        self.present = coded.indices
        self.filled = int(self.counts.sum())

    @property
    def nullable(self) -> bool:
        """Whether any row is blank or null."""
        return self.filled < self.rows

    def markers(self, words: dict[str, int] | None = None) -> tuple[str, ...]:
        """List the texts that stand for missing, most frequent first; none when nulls do."""
        seen = {**self.blanks, **(words or {})}
        if self.nulls >= max(sum(seen.values()), 1):
            return tuple(w for w in sorted(words or ()) if w not in MARKERS)
        return tuple(sorted(seen, key=lambda w: (-seen[w], w))) or ("",)


def guess_words(name: str, array: pa.Array) -> Column:
    """Guess what a column of strings spells: numbers, dates, true and false, ids, categories or text."""
    words = Words(name, array)
    if words.rows == 0:
        return Column(name=name, kind="category", reason="a column of strings without rows")
    if words.filled == 0:
        return Column(name=name, kind="empty", nullable=True, missing=words.markers(), reason="all values are missing")
    if len(words.distinct) == 1 and not words.nullable:
        return Column(name=name, kind="constant", levels=tuple(words.distinct.to_pylist()),
                      reason=f"all {words.rows:,} rows hold the same value")  # fmt: skip
    if _compact_dates(words):
        return _moment(words) or _strings(words)
    return _boolean(words) or _number(words) or _moment(words) or _json(words) or _strings(words)


def _compact_dates(words: Words) -> bool:
    """Return whether all texts are eight digits that are dates of our time."""
    if len(words.distinct) < 2 or not pc.all(pc.match_substring_regex(words.distinct, "^(19|20)[0-9]{6}$")).as_py():
        return False
    return bool(read_moments(words.distinct, "%Y%m%d").valid.all())


def _json(words: Words) -> Column | None:
    """Return the guess for lists and for objects that are too unlike each other to be laid flat."""
    shaped = pc.match_substring_regex(words.distinct, r"(?s)^\s*(?:\{.*\}|\[.*\])\s*$")
    if not pc.all(shaped).as_py():
        return None
    try:
        for text in _sample(words.distinct, 200).to_pylist():
            json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Column(name=words.name, kind="json", nullable=words.nullable, missing=words.markers(),
                  reason="JSON lists or irregular objects, kept as text")  # fmt: skip


def _boolean(words: Words) -> Column | None:
    if len(words.distinct) > 12:
        return None
    seen = {w: int(n) for w, n in zip(words.distinct.to_pylist(), words.counts)}
    gone = {w: n for w, n in seen.items() if w in MARKERS}
    kept = [w for w in seen if w not in gone]
    for yes, no in BOOLEANS:
        if len(kept) not in (1, 2) or not {w.lower() for w in kept} <= {yes, no}:
            continue
        if len(kept) == 1 and yes == "t":
            continue
        shaped = {w.lower(): w for w in kept}
        like = kept[0]
        cased = [
            shaped.get(w, w.upper() if like.isupper() else w.title() if like[0].isupper() else w) for w in (yes, no)
        ]
        return Column(name=words.name, kind="boolean", nullable=words.nullable or bool(gone), format="/".join(cased),
                      missing=words.markers(gone), reason=f"only the words {cased[0]} and {cased[1]}")  # fmt: skip
    return None


def _strays(words: Words, fits: pa.Array) -> dict[str, int] | None:
    """Return the words that stray into a column of numbers or dates, None when they are too many to be strays."""
    odd = ~np.asarray(pc.fill_null(fits, False))
    texts = dict(zip(words.distinct.filter(pa.array(odd)).to_pylist(), words.counts[odd].tolist())) if odd.any() else {}
    unknown = {w for w in texts if w.strip() not in MARKERS and w.strip() not in INFINITIES}
    fitting = int(words.counts[~odd].sum())
    if fitting == 0 or len(texts) > 60:
        return None
    few = len(unknown) <= 3 and fitting >= 0.8 * words.filled and int((~odd).sum()) >= FEW
    return texts if not unknown or few else None


def _sample(texts: pa.Array, size: int = 1000) -> pa.Array:
    if len(texts) <= size:
        return texts
    return texts.take(pa.array(np.linspace(0, len(texts) - 1, size).astype(np.int64)))


def _number(words: Words) -> Column | None:
    known = pc.is_in(pc.utf8_trim_whitespace(words.distinct), value_set=pa.array(MARKERS + INFINITIES))
    likely = words.distinct.filter(pc.invert(known))
    if len(likely) == 0 or _leading_zeros(likely):
        return None
    tried = find_style(_sample(likely))
    if tried is None:
        return None
    style = find_style(likely) or tried
    plain = plain_texts(words.distinct, style)
    strays = _strays(words, plain.is_valid())
    if strays is None:
        return None
    return _number_of(words, plain, style, strays)


def _leading_zeros(texts: pa.Array) -> bool:
    """Return whether texts are digits that start with zeros, as codes do and numbers do not."""
    zeros = pc.match_substring_regex(texts, r"^[+-]?0[0-9]")
    return bool(pc.any(pc.and_(zeros, pc.match_substring_regex(texts, r"^[+-]?[0-9]+$"))).as_py())


def _number_of(words: Words, plain: pa.Array, style: NumberStyle, strays: dict[str, int]) -> Column | None:
    numbers = finite(pc.replace_substring_regex(plain, r"^\+", "").cast(pa.float64())).drop_null()
    digits = int(pc.max(decimal_digits(plain)).as_py() or 0)
    whole = digits == 0 or bool(np.all(np.rint(np.asarray(numbers)) == np.asarray(numbers)))
    if _has_exponent(plain):
        decimals = decimals_of(numbers) if not style.exponent else None
    else:
        decimals = 0 if whole else digits if digits <= 6 else None
    if decimals == 0 and pc.max(pc.abs(numbers)).as_py() >= 2.0**63:
        return None
    probe = Column(name=words.name, kind="integer" if decimals == 0 else "float", format=style.worked())
    nullable = words.nullable or bool(strays)
    missing = words.markers({w: n for w, n in strays.items() if w.strip() not in INFINITIES})
    kept = words.distinct.filter(plain.is_valid())
    values = typed_array(kept, probe)
    if len(values) == 1 and not nullable:
        return None
    counts = words.counts[np.asarray(plain.is_valid())]
    column = _spelled_number(words, values, counts, decimals, nullable)
    more: dict[str, object] = {"missing": missing}
    if column.kind in ("integer", "decimal", "float"):
        more["format"] = style.worked()
        more["reason"] = column.reason + _told(style, strays)
    elif any(w.strip() not in MARKERS for w in strays):
        return None
    elif column.kind in ("category", "id"):
        # The texts themselves are the levels: `1.0` stays `1.0`.
        more |= {"levels": None, "pattern": infer_pattern(kept) if column.pattern else None}
    return column.model_copy(update=more)


def _has_exponent(plain: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(plain, "[eE]")).as_py())


def _spelled_number(words: Words, values: pa.Array, counts: Counts, decimals: int | None, nullable: bool) -> Column:
    """Guess numbers by their distinct values; rows are rebuilt only where order or repetition matters."""
    filled = int(counts.sum())
    if len(values) == filled:
        return number_column(words.name, values, values, decimals, nullable, words.rows)
    repeated = pa.array(np.repeat(np.arange(len(values)), counts))
    return number_column(words.name, values.take(repeated), values.unique(), decimals, nullable, words.rows)


def _told(style: NumberStyle, strays: dict[str, int]) -> str:
    told = ""
    if style.worked() is not None and (style.prefix or style.suffix or style.group or style.decimal != "."):
        told += f", written like {style.worked()}"
    gone = [w for w in strays if w.strip() not in INFINITIES]
    if gone:
        told += f"; {', '.join(repr(w) for w in sorted(gone)[:3])} taken as missing"
    infinite = sum(n for w, n in strays.items() if w.strip() in INFINITIES)
    if infinite:
        told += f"; {infinite:,} infinite values taken as missing"
    return told


def _moment(words: Words) -> Column | None:
    known = pc.is_in(pc.utf8_trim_whitespace(words.distinct), value_set=pa.array(MARKERS))
    likely = pc.utf8_trim_whitespace(words.distinct.filter(pc.invert(known)))
    if len(likely) == 0 or not pc.any(pc.match_substring_regex(_sample(likely, 50), "[0-9]")).as_py():
        return None
    formats, told = find_formats(likely)
    if not formats:
        return None
    kind: Kind = kind_of_format(formats[0])  # type: ignore[assignment]
    probe = Column(name=words.name, kind=kind, format=" | ".join(formats))
    valid = np.zeros(len(words.distinct), dtype=bool)
    offsets: set[int] = set()
    trimmed = pc.utf8_trim_whitespace(words.distinct)
    for written in formats_of(probe):
        moments = read_moments(trimmed, written)
        valid |= moments.valid
        if moments.offsets is not None:
            offsets |= set(np.unique(moments.offsets[moments.valid]).tolist())
    odd = words.distinct.filter(pa.array(~valid)).to_pylist() if (~valid).sum() <= 60 else None
    if odd is None:
        return None
    strays = {w: n for w, n in zip(odd, words.counts[~valid].tolist()) if w.strip() in MARKERS}
    broken = int(words.counts[~valid].sum()) - sum(strays.values())
    if broken > BROKEN_SHARE * words.filled or (len(formats[0]) == 6 and len(likely) < 2):
        return None
    if broken:
        told += f"; {broken:,} impossible or unreadable values are taken as missing"
    zone, told = _zone(formats, offsets, told)
    nullable = words.nullable or bool(strays) or broken > 0
    column = probe.model_copy(update={"zone": zone, "nullable": nullable, "missing": words.markers(strays)})
    return _with_reason(column, words.distinct.filter(pa.array(valid)), told)


def _zone(formats: list[str], offsets: set[int], told: str) -> tuple[str | None, str]:
    if any(f.endswith(("Z", " UTC")) for f in formats):
        return "UTC", told
    if not offsets:
        return None, told
    if len(offsets) == 1:
        minutes = offsets.pop()
        sign = "-" if minutes < 0 else "+"
        return ("UTC" if minutes == 0 else f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"), told
    return "UTC", told + "; several zone offsets, kept as UTC"


def _with_reason(column: Column, distinct: pa.Array, told: str) -> Column:
    written = formats_of(column)[0]
    if column.kind == "datetime" and column.zone is None and " | " not in (column.format or ""):
        moments = read_moments(pc.utf8_trim_whitespace(distinct), written)
        at = re.search(r"[ T]%-?[HI].*$", written)
        if at and not np.any(moments.micros % 86_400_000_000) and len(distinct) > 1 and not written.endswith("%p"):
            clock = re.sub("%-H", "0", at[0])
            clock = re.sub("%H|%M|%S", "00", clock).replace("%3f", "000").replace("%f", "000000")
            column = column.model_copy(update={"kind": "date", "format": written[: at.start()] + clock})
            told += "; no time of day but midnight"
    bounds = bounds_of(typed_array(distinct, column), column)
    between = f" from {bounds[0]} to {bounds[1]}" if bounds else ""
    reason = f"{len(distinct):,} different {column.kind}s{between}, written {formats_of(column)[0]}{told}"
    return column.model_copy(update={"bounds": bounds, "reason": reason})


def find_formats(texts: pa.Array) -> tuple[list[str], str]:
    """Return the format (at most two) that distinct texts are written in, and what to say about it."""
    sample = _sample(texts, 200)
    listed = [f for text in dict.fromkeys(_sample(sample, 5).to_pylist()) for f in candidates(text)]
    tries = list(dict.fromkeys(listed))
    if not tries:
        return [], ""
    scores = {f: int(read_moments(sample, f).valid.sum()) for f in tries}
    best = max(scores.values())
    if best < 0.5 * len(sample):
        return [], ""
    ranked = sorted((f for f in tries if scores[f] >= 0.3 * len(sample)), key=lambda f: -scores[f])
    first, valid = _fullest(texts, ranked)
    mirrored = [f for f in ranked if _swapped(f, first)]
    ties = [f for f in mirrored if int(read_moments(texts, f).valid.sum()) == int(valid.sum())]
    told = ""
    if ties:
        first, told = _day_or_month([first, *ties])
    rest = ~valid
    if rest.any():
        others = texts.filter(pa.array(rest))
        listed = [f for f in candidates(others[0].as_py()) if not _swapped(f, first)]
        second = next((f for f in listed if read_moments(others, f).valid.all()), None)
        if second is not None and kind_of_format(second) == kind_of_format(first):
            return [first, second], f"; some are written {second}"
    return [first], told


def _swapped(one: str, other: str) -> bool:
    """Return whether two formats differ only in which of day and month comes first."""
    one, other = one.replace("%-", "%"), other.replace("%-", "%")
    return one != other and one.translate(str.maketrans("dm", "md")) == other


def _fullest(texts: pa.Array, ranked: list[str]) -> tuple[str, npt.NDArray[np.bool_]]:
    """Return the first format that reads all the texts, else the one that reads most."""
    best: tuple[str, npt.NDArray[np.bool_]] | None = None
    for written in ranked:
        valid = read_moments(texts, written).valid
        if best is None or valid.sum() > best[1].sum():
            best = written, valid
        if valid.all():
            break
    return best or ("", np.zeros(len(texts), dtype=bool))


def _day_or_month(formats: list[str]) -> tuple[str, str]:
    month_first = [f for f in formats if re.sub("[^dm]", "", f)[:2] == "md"]
    chosen = month_first[0] if "/" in formats[0] and month_first else formats[0]
    return chosen, "; day and month could be the other way round, no value tells"


def _usual_code(texts: pa.Array) -> Pattern | None:
    """Return the pattern of the commonest length, when nearly all texts are codes: short, with digits."""
    coded = pc.match_substring_regex(texts, r"^[0-9A-Za-z_./-]{3,24}$")
    digits = pc.match_substring_regex(texts, "[0-9]")
    if pc.mean(pc.and_(coded, digits)).as_py() < 0.95:
        return None
    lengths = pc.binary_length(texts)
    return infer_pattern(texts.filter(pc.equal(lengths, pc.mode(lengths)[0]["mode"])))


def _strings(words: Words) -> Column:
    """Guess between id, text and category."""
    count, filled = len(words.distinct), words.filled
    lengths = np.asarray(pc.utf8_length(words.distinct))
    spaces = float(np.mean(np.asarray(pc.count_substring(words.distinct, " "))))
    base = Column(name=words.name, kind="category", nullable=words.nullable, missing=words.markers())
    named = named_id(words.name, counted=True)
    unique = count == filled
    if (unique and count > 1 and (named or words.rows >= FEW)) or (count >= 0.999 * filled and filled >= 1000):
        pattern = infer_pattern(words.distinct)
        if pattern is not None and (named or words.rows >= FEW) and spaces < 3:
            role = "key" if unique and not words.nullable else "feature"
            return base.model_copy(update={"kind": "id", "role": role, "pattern": pattern,
                                           "reason": f"{count:,} texts, all different, built alike"})  # fmt: skip
    share = count / filled
    if count > 50 and share > 0.2 and not spaces and infer_pattern(words.distinct) == Pattern(form="uuid"):
        return base.model_copy(update={"kind": "id", "pattern": Pattern(form="uuid"),
                                       "reason": f"{count:,} different UUIDs in {filled:,} rows"})  # fmt: skip
    if words.rows >= FEW and ((share > 0.5 and count > 50) or (spaces >= 3 and share > 0.2 and lengths.mean() > 30)):
        alike = infer_pattern(words.distinct) or _usual_code(words.distinct)
        if named and share > 0.5 and spaces < 0.5 and (pattern := alike) is not None:
            return base.model_copy(update={"kind": "id", "pattern": pattern,
                                           "reason": f"{count:,} different codes, named like an id"})  # fmt: skip
        if unique and not spaces and (pattern := _usual_code(words.distinct)) is not None:
            role = "feature" if words.nullable else "key"
            return base.model_copy(update={"kind": "id", "role": role, "pattern": pattern,
                                           "reason": f"{count:,} codes of several shapes, all different"})  # fmt: skip
        reason = f"{count:,} different texts in {filled:,} rows, {lengths.mean():.0f} characters long on average"
        return base.model_copy(update={"kind": "text", "reason": reason})
    if words.rows < FEW and unique and (spaces >= 4 or lengths.mean() > 40):
        return base.model_copy(update={"kind": "text", "reason": "long texts, all different"})
    reason = f"{count:,} different {'text' if count == 1 else 'texts'}" + ("" if unique else f" in {filled:,} rows")
    return as_identifiers(base.model_copy(update={"reason": reason}), words.distinct)
