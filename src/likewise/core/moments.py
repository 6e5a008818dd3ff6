"""How dates and times are written as text: formats found by evidence, read and written in whole columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_SHORT = "|".join(m[:3] for m in MONTHS)
_TOKENS = {
    "%Y": ("Y", "[0-9]{4}"), "%y": ("y", "[0-9]{2}"), "%m": ("m", "[0-9]{2}"), "%-m": ("m", "[0-9]{1,2}"),
    "%d": ("d", "[0-9]{2}"), "%-d": ("d", "[0-9]{1,2}"), "%b": ("b", f"(?i:{_SHORT})"),
    "%B": ("B", f"(?i:{'|'.join(MONTHS)})"), "%H": ("H", "[0-9]{2}"), "%-H": ("H", "[0-9]{1,2}"),
    "%I": ("I", "[0-9]{2}"), "%-I": ("I", "[0-9]{1,2}"), "%M": ("M", "[0-9]{2}"), "%S": ("S", "[0-9]{2}"),
    "%f": ("f", "[0-9]{6}"), "%3f": ("f", "[0-9]{3}"), "%p": ("p", "(?i:am|pm)"),
    "%z": ("z", "[+-][0-9]{4}"), "%:z": ("z", "[+-][0-9]{2}:[0-9]{2}"),
}  # fmt: skip
_TOKEN = re.compile(r"%(?:-|:|3)?[A-Za-z]")

DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y",
         "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%y", "%d%b%Y",
         "%Y%m%d")  # fmt: skip
TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%3f", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
ZONES = ("", "Z", "%z", "%:z", " UTC", " %z", " %:z")
_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
SECOND, DAY = 1_000_000, 86_400_000_000


@dataclass(frozen=True, slots=True)
class Moments:
    """Hold parsed texts: microseconds since 1970 (or midnight), which of them are valid, and their zone offsets."""

    micros: Ints
    valid: npt.NDArray[np.bool_]
    offsets: Ints | None


def candidates(text: str) -> list[str]:
    """List every known format that one text could be written in, dates, times and both."""
    found = [f for f in _loose(TIMES) if _regex(f).match(text)]
    for day in _loose(DATES):
        head = re.match(_regex(day).pattern.removesuffix("$"), text)
        if head is None:
            continue
        rest = text[head.end() :]
        if rest == "":
            found.append(day)
            continue
        found += [day + tail for tail in _tails() if _regex(tail).match(rest)]
    return found


@lru_cache(maxsize=1)
def _tails() -> tuple[str, ...]:
    return tuple(sep + time + zone for sep in (" ", "T", ", ") for time in _loose(TIMES) for zone in ZONES)


def _loose(formats: tuple[str, ...]) -> Iterator[str]:
    """Yield each format, and its form without leading zeros."""
    for written in formats:
        yield written
        loose = re.sub(r"%([dmHI])", r"%-\1", written)
        if loose != written and not written.startswith(("%Y%m%d", "%d%b%Y")):
            yield loose


@lru_cache(maxsize=2048)
def _regex(written: str) -> re.Pattern[str]:
    return re.compile(pattern_of(written))


@lru_cache(maxsize=2048)
def pattern_of(written: str) -> str:
    """Return the regular expression of a format, one named group a part.

    >>> pattern_of("%Y")
    '^(?P<Y>[0-9]{4})$'
    """
    pieces, at = [], 0
    for token in _TOKEN.finditer(written):
        name, digits = _TOKENS.get(token[0], ("", ""))
        pieces.append(re.escape(written[at : token.start()]).replace("\\ ", " ").replace("\\-", "-"))
        pieces.append(f"(?P<{name}>{digits})" if name else re.escape(token[0]))
        at = token.end()
    return "^" + "".join(pieces) + re.escape(written[at:]).replace("\\ ", " ").replace("\\-", "-") + "$"


def read_moments(texts: pa.Array, written: str) -> Moments:
    """Read texts of one format; impossible dates (31 February, year 0) are not valid."""
    count = len(texts)
    if written.removesuffix("Z") in _ISO and (quick := _read_iso(texts, written)) is not None:
        return quick
    parts = pc.extract_regex(texts, pattern_of(written))
    fits = np.asarray(parts.is_valid())
    names = [field.name for field in parts.type]
    get = {n: pc.struct_field(parts, n) for n in names}
    number = {n: _ints(get[n]) for n in names if n in "YymdHIMSf"}
    zero = np.zeros(count, dtype=np.int64)
    micros, valid = zero.copy(), fits.copy()
    if "d" in names:
        days, real = _days(number, get, zero)
        micros, valid = micros + days * DAY, valid & real
    hours = number.get("H", zero)
    if "I" in number:
        late = np.asarray(pc.fill_null(pc.equal(pc.utf8_lower(get["p"]), "pm"), False))
        valid &= (number["I"] >= 1) & (number["I"] <= 12)
        hours = number["I"] % 12 + 12 * late
    minutes, seconds = number.get("M", zero), number.get("S", zero)
    valid &= (hours < 24) & (minutes < 60) & (seconds < 60)
    fraction = number.get("f", zero) * (1000 if "%3f" in written else 1)
    micros = micros + ((hours * 60 + minutes) * 60 + seconds) * SECOND + fraction
    offsets = None
    if "z" in names:
        offsets = _offsets(get["z"])
        micros = micros - offsets * 60 * SECOND
    return Moments(np.where(valid, micros, 0), valid, offsets)


def _read_iso(texts: pa.Array, written: str) -> Moments | None:
    """Read ISO 8601 texts at once; None when any of them is not one, or is a date that does not exist."""
    if not pc.all(pc.match_substring_regex(texts, pattern_of(written)), skip_nulls=False).as_py():
        return None
    if pc.any(pc.starts_with(texts, "0000")).as_py():
        return None
    try:
        stamps = (pc.utf8_slice_codeunits(texts, 0, -1) if written.endswith("Z") else texts).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    return Moments(np.asarray(stamps.cast(pa.int64())), np.ones(len(texts), dtype=bool), None)


def _ints(texts: pa.Array) -> Ints:
    numbers: Ints = np.asarray(pc.fill_null(texts, "0").cast(pa.int64()))
    return numbers


def _days(number: Mapping[str, Ints], get: Mapping[str, Any], zero: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return days since 1970 and whether the date exists."""
    years = number["Y"] if "Y" in number else np.where(number["y"] < 69, 2000, 1900) + number["y"]
    if "m" in number:
        months = number["m"]
    else:
        name = pc.utf8_lower(get["b"] if "b" in get else get["B"])
        short = pc.utf8_slice_codeunits(name, 0, 3)
        months = np.asarray(pc.fill_null(pc.index_in(short, pa.array([m[:3] for m in MONTHS])), -1)) + 1
    days = number["d"]
    real = (years >= 1) & (months >= 1) & (months <= 12) & (days >= 1)
    base = (np.where(real, years, 1970) - 1970).astype("M8[Y]").astype("M8[M]") + np.where(real, months - 1, 0)
    first = base.astype("M8[D]").astype(np.int64)
    length = (base + 1).astype("M8[D]").astype(np.int64) - first
    real &= days <= length
    return np.where(real, first + days - 1, zero), real


def _offsets(texts: pa.Array) -> Ints:
    """Return zone offsets in minutes."""
    digits = pc.replace_substring_regex(pc.fill_null(texts, "+0000"), "[+:-]", "")
    number: Ints = np.asarray(digits.cast(pa.int64()))
    minutes = number // 100 * 60 + number % 100
    return np.where(np.asarray(pc.fill_null(pc.starts_with(texts, "-"), False)), -minutes, minutes)


def write_moments(micros: Ints, written: str, offset: int = 0) -> pa.Array:
    """Write microseconds since 1970 (or midnight) in a format; `offset` is the zone's, in minutes.

    >>> write_moments(np.array([0]), "%d.%m.%Y").to_pylist()
    ['01.01.1970']
    """
    local = micros + offset * 60 * SECOND
    days, within = np.divmod(local, DAY)
    pieces: list[Any] = []
    at = 0
    for token in _TOKEN.finditer(written):
        if token.start() > at:
            pieces.append(written[at : token.start()])
        pieces.append(_piece(token[0], days, within, offset))
        at = token.end()
    if at < len(written):
        pieces.append(written[at:])
    if len(micros) == 0:
        return pa.array([], pa.string())
    if not any(isinstance(p, pa.Array) for p in pieces):
        pieces.append(pa.array([""] * len(micros), pa.string()))
    return pc.binary_join_element_wise(*pieces, "")


def _piece(token: str, days: Ints, within: Ints, offset: int) -> Any:
    if token in ("%z", "%:z"):
        sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
        return f"{sign}{minutes // 60:02d}{':' if ':' in token else ''}{minutes % 60:02d}"
    if token[-1] in "YymdbB":
        return _date_piece(token, days)
    hours = within // (3600 * SECOND)
    if token == "%p":
        return pc.if_else(pa.array(hours >= 12), "PM", "AM")
    number = {
        "H": hours, "I": (hours + 11) % 12 + 1, "M": within // (60 * SECOND) % 60, "S": within // SECOND % 60,
        "f": within % SECOND // (1000 if token == "%3f" else 1),
    }.get(token[-1])  # fmt: skip
    if number is None:
        return token
    width = {"f": 3 if token == "%3f" else 6}.get(token[-1], 2)
    return _padded(number, 1 if token.startswith("%-") else width)


def _date_piece(token: str, days: Ints) -> pa.Array:
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    if token == "%Y":
        return _padded(dates.astype("M8[Y]").astype(np.int64) + 1970, 4)
    if token == "%y":
        return _padded((dates.astype("M8[Y]").astype(np.int64) + 1970) % 100, 2)
    if token[-1] == "d":
        return _padded((dates - months.astype("M8[D]")).astype(np.int64) + 1, 1 if token == "%-d" else 2)
    month = months.astype(np.int64) % 12
    if token[-1] == "m":
        return _padded(month + 1, 1 if token == "%-m" else 2)
    names = pa.array([m.title() if token == "%B" else m.title()[:3] for m in MONTHS])
    return names.take(pa.array(month))


def _padded(numbers: Ints, width: int) -> pa.Array:
    texts = pa.array(numbers).cast(pa.string())
    return pc.utf8_lpad(texts, width, "0") if width > 1 else texts


def offset_of(zone: str | None) -> int:
    """Return the minutes of a fixed zone such as `+02:00`; UTC and named zones give 0."""
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", zone or "")
    if found is None:
        return 0
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def kind_of_format(written: str) -> str:
    """Return `date`, `time` or `datetime`: what a format writes."""
    tokens = {t[-1] for t in _TOKEN.findall(written)}
    has_day, has_clock = bool(tokens & set("dYy")), bool(tokens & set("HIMSf"))
    return "datetime" if has_day and has_clock else "date" if has_day else "time"
