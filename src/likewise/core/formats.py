"""How numbers are written as text: separators, currency signs, percent, brackets, zeros."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CURRENCY = "$€£¥₹₩₽₺₫₪₴₦฿"
CODES = ("USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "BRL", "ZAR",
         "US$", "A$", "C$", "R$", "kr", "zł", "Kč", "Fr.", "Rs.", "Rs")  # fmt: skip
GROUPS = (",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’")
_AFFIX = "|".join([f"[{re.escape(CURRENCY)}]", *(re.escape(c) for c in CODES)])
_SPACE = "[ \u00a0\u202f]?"
_PARTS = (
    r"^(?P<open>\()?(?P<before>[-+−]?)(?P<prefix>(?:(?:" + _AFFIX + ")" + _SPACE + r")?)(?P<inner>[-+−]?)"
    "(?P<body>[0-9](?:[0-9.,'’ \u00a0\u202f\u2009]*[0-9.,])?|[.,][0-9]+)(?P<exponent>(?:[eE][+-]?[0-9]+)?)"
    r"(?P<suffix>(?:" + _SPACE + "(?:%|‰|" + _AFFIX + r"))?)(?P<after>-?)(?P<close>\))?$"
)
PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_EXACT = float(2**53)
_ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Say how a number is written; `least` is the number of decimals that are always there."""

    prefix: str = ""
    suffix: str = ""
    group: str = ""
    decimal: str = "."
    least: int = 0
    bare: bool = False
    negative: str = "before"
    plus: bool = False
    exponent: str = ""

    @classmethod
    def from_worked(cls, worked: str | None) -> NumberStyle:
        """Read the style of a worked number: `$1,234.50` always has two decimals, `1.234,5` as many as it needs.

        >>> NumberStyle.from_worked("1.234,5").decimal
        ','
        """
        if worked is None:
            return cls()
        found = re.match(_PARTS, worked)
        if found is None:
            return cls()
        body = found["body"]
        group, point = _signs(body, bool(found["exponent"]))
        digits = body.rsplit(point, 1)[1] if point else ""
        negative = ("brackets" if found["open"] else "after" if found["after"] else
                    "inner" if found["inner"] == "-" else "before")  # fmt: skip
        return cls(found["prefix"], found["suffix"], group, point or ".", len(digits) if digits.endswith("0") else 0,
                   body.startswith((".", ",")), negative, found["before"] == "+", found["exponent"])  # fmt: skip

    def worked(self) -> str | None:
        """Write the style as a worked number, None for the plainest."""
        if self == NumberStyle():
            return None
        digits = ("5" + "0" * (self.least - 1)) if self.least > 1 else "0" if self.least else "5"
        whole = "" if self.bare else f"1{self.group}234"
        if self.exponent:
            whole = "1"
        point = "" if self.least == 0 and self.decimal == "." and not self.bare else self.decimal + digits
        body = f"{whole}{point}{self.exponent}"
        sign = "+" if self.plus else ""
        if self.negative == "brackets":
            return f"({self.prefix}{body}{self.suffix})"
        if self.negative == "after":
            return f"{self.prefix}{body}{self.suffix}-"
        if self.negative == "inner":
            return f"{self.prefix}-{body}{self.suffix}"
        return f"{sign}{self.prefix}{body}{self.suffix}"


def _signs(body: str, scientific: bool) -> tuple[str, str]:
    """Return the grouping and the decimal sign of a worked number's digits."""
    signs = re.findall("[^0-9]", body)
    if len(set(signs)) == 2:
        return signs[0], signs[-1]
    alone = re.fullmatch(r"[0-9]{1,3}(?:([^0-9])[0-9]{3})+", body)
    if alone and not scientific:
        return alone[1], ""
    return "", signs[0] if signs else ""


def plain_texts(texts: pa.Array, style: NumberStyle) -> pa.Array:
    """Rewrite styled numbers as plain ones (`-1234.50`), null where a text is no number of this style."""
    texts = pc.utf8_trim_whitespace(texts)
    if style.prefix == style.suffix == style.group == "" and style.decimal == "." and style.negative == "before":
        return pc.if_else(pc.match_substring_regex(texts, PLAIN), texts, None)
    parts = pc.extract_regex(texts, _PARTS)
    body = pc.struct_field(parts, "body")
    fits = pc.match_substring_regex(body, body_pattern(style.group, style.decimal))
    for name, allowed in (("prefix", style.prefix), ("suffix", style.suffix)):
        part = pc.struct_field(parts, name)
        fits = pc.and_(fits, pc.or_(pc.equal(part, allowed), pc.equal(part, "")))
    fits = pc.and_(fits, pc.equal(_has(parts, "open"), _has(parts, "close")))
    if style.group:
        body = pc.replace_substring(body, style.group, "")
    if style.decimal != ".":
        body = pc.replace_substring(body, style.decimal, ".")
    signs = [pc.is_in(pc.struct_field(parts, n), pa.array(["-", "−"])) for n in ("before", "inner", "after")]
    negative = pc.or_(pc.or_(signs[0], signs[1]), pc.or_(signs[2], _has(parts, "open")))
    plain = pc.binary_join_element_wise(pc.if_else(negative, "-", ""), body, pc.struct_field(parts, "exponent"), "")
    return pc.if_else(pc.fill_null(fits, False), plain, None)


def _has(parts: pa.Array, name: str) -> pa.Array:
    return pc.not_equal(pc.fill_null(pc.struct_field(parts, name), ""), "")


def body_pattern(group: str, decimal: str) -> str:
    """Return the regular expression of the digits of a number with these separators."""
    point = re.escape(decimal)
    tail = f"(?:{point}[0-9]*)?$"
    if not group:
        return f"^(?:[0-9]+{tail}|{point}[0-9]+$)"
    grouped = f"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+{tail}"
    return f"^(?:{grouped}|[0-9]{{1,3}}{tail}|[0-9]+{point}[0-9]+$|{point}[0-9]+$)"


def find_style(texts: pa.Array) -> NumberStyle | None:
    """Return the style that most of the texts are written in, None when they are no numbers.

    Give distinct texts. Separators are decided by all of them: `1,234` is grouped unless another text such as `0,5`
    shows that the comma is a decimal one.
    """
    texts = pc.utf8_trim_whitespace(texts)
    plain = pc.fill_null(pc.match_substring_regex(texts, PLAIN), False)
    count = len(texts)
    if count and pc.sum(plain).as_py() == count:
        return _with_decimals(texts, NumberStyle())
    parts = pc.extract_regex(texts, _PARTS).drop_null()
    if len(parts) == 0 or (2 * len(parts) < count and len(parts) > 3):
        return None
    separators = _separators(pc.struct_field(parts, "body"))
    if separators is None:
        return None
    affixes = []
    for name in ("prefix", "suffix"):
        seen = [v for v in pc.unique(pc.struct_field(parts, name)).to_pylist() if v]
        if len(seen) > 1:
            return None
        affixes.append(seen[0] if seen else "")
    negative = next((way for way, name in (("brackets", "open"), ("after", "after"), ("inner", "inner"))
                     if pc.any(_has(parts, name)).as_py()), "before")  # fmt: skip
    if negative == "inner" and not affixes[0]:
        negative = "before"
    style = NumberStyle(affixes[0], affixes[1], *separators, negative=negative)
    return _with_decimals(texts, style)


def _separators(bodies: pa.Array) -> tuple[str, str] | None:
    tries = [("", "."), (",", "."), ("", ","), (".", ",")]
    tries += [(g, d) for g in GROUPS[2:] for d in ".,"]
    if pc.all(pc.match_substring_regex(bodies, r"^[0-9]+$|^[0-9]*\.[0-9]*$")).as_py():
        return "", "."
    for group, decimal in tries:
        if pc.all(pc.match_substring_regex(bodies, body_pattern(group, decimal))).as_py():
            return group, decimal
    return None


def _with_decimals(texts: pa.Array, style: NumberStyle) -> NumberStyle:
    """Find the always-written decimals, plus signs and exponents of a style whose separators are known."""
    import dataclasses

    if len(texts) > _ENOUGH:
        # How zeros and signs are written shows in a part of the texts; separators were decided by all.
        texts = texts.take(pa.array(np.linspace(0, len(texts) - 1, _ENOUGH).astype(np.int64)))
    plain = plain_texts(texts, style).drop_null()
    exponent = ""
    has_exponent = pc.match_substring_regex(plain, "[eE]")
    if len(plain) and pc.all(has_exponent).as_py():
        exponent = re.search(r"[eE].*", plain[0].as_py())[0]  # type: ignore[index]
        least = int(pc.min(decimal_digits(plain)).as_py() or 0)
    else:
        least = _always_written(plain.filter(pc.invert(has_exponent)))
    bare = bool(pc.any(pc.match_substring_regex(plain, r"^[+-]?\.")).as_py())
    trimmed = pc.utf8_trim_whitespace(texts)
    plus = bool(pc.any(pc.match_substring_regex(trimmed, r"^\+")).as_py())
    return dataclasses.replace(style, least=least, exponent=exponent, bare=bare, plus=plus)


def _always_written(plain: pa.Array) -> int:
    """Return the number of decimals that are written even when they are zero: what explains most of the texts."""
    digits = np.asarray(decimal_digits(plain))
    most = int(digits.max(initial=0))
    if most == 0:
        return 0
    stripped = np.asarray(decimal_digits(pc.utf8_rtrim(plain.filter(pc.match_substring(plain, ".")), "0")))
    needed = digits.copy()
    needed[np.asarray(pc.match_substring(plain, "."))] = stripped
    if bool(np.all(digits == most)) and (most <= 6 or bool(np.any(needed < most))):
        return most
    misses = [int(np.sum(np.maximum(needed, least) != digits)) for least in range(min(most, 18) + 1)]
    return int(np.argmin(misses))


def decimal_digits(plain: pa.Array) -> pa.Array:
    """Count the digits after the decimal point of plain numbers."""
    mantissa = pc.replace_substring_regex(plain, "[eE].*$", "")
    at = pc.find_substring(mantissa, ".")
    count = pc.subtract(pc.subtract(pc.binary_length(mantissa), at), 1)
    return pc.if_else(pc.less(at, 0), 0, count)


def write_numbers(values: pa.Array, style: NumberStyle, decimals: int | None) -> pa.Array:
    """Write int64 or double numbers as texts; null stays null. `decimals` rounds to a grid, None keeps every digit.

    >>> write_numbers(pa.array([1234.5, -2.0]), NumberStyle.from_worked("$1,234.50"), 2).to_pylist()
    ['$1,234.50', '-$2.00']
    """
    if style == NumberStyle() and pa.types.is_integer(values.type):
        return values.cast(pa.string())
    coded = values.dictionary_encode()
    written = _write_distinct(coded.dictionary, style, decimals)
    return written.take(coded.indices)


def _write_distinct(values: pa.Array, style: NumberStyle, decimals: int | None) -> pa.Array:
    if style.exponent:
        bodies = _exponents(values, style)
    elif pa.types.is_integer(values.type):
        bodies = pc.abs_checked(values).cast(pa.string())
        if style.least:
            bodies = pc.binary_join_element_wise(bodies, "0" * style.least, ".")
    elif decimals is not None:
        bodies = _on_grid(values, max(decimals, style.least), style.least)
    else:
        bodies = _shortest(values, style.least)
    if style.bare:
        bodies = pc.replace_substring_regex(bodies, r"^0\.", ".")
    if style.group or style.decimal != ".":
        bodies = _separated(bodies, style)
    negative = pc.less(values, 0)
    if decimals is not None and not pa.types.is_integer(values.type):
        negative = pc.and_(negative, pc.match_substring_regex(bodies, "[1-9]"))
    before = pc.if_else(negative, "-" if style.negative == "before" else "(" if style.negative == "brackets" else "",
                        "+" if style.plus else "")  # fmt: skip
    inner = pc.if_else(negative, "-" if style.negative == "inner" else "", "")
    after = pc.if_else(negative, {"brackets": ")", "after": "-"}.get(style.negative, ""), "")
    if style.plus:
        before = pc.if_else(pc.equal(values, 0), "", before)
    return pc.binary_join_element_wise(before, style.prefix, inner, bodies, style.suffix, after, "")


def _exponents(values: pa.Array, style: NumberStyle) -> pa.Array:
    letter, width = style.exponent[0], len(style.exponent.lstrip("eE+-"))
    signed = style.exponent[1:2] in "+-"
    made = []
    for value in values.to_pylist():
        mantissa, power = _split(abs(value), style.least)
        sign = "-" if power.startswith("-") else "+" if signed else ""
        made.append(f"{mantissa}{letter}{sign}{power.lstrip('+-').lstrip('0').zfill(width)}")
    return pa.array(made, pa.string())


def _split(value: float, least: int) -> tuple[str, str]:
    """Return the shortest mantissa of at least so many decimals that gives the number back, and its power of ten."""
    mantissa, power = f"{value:.17e}".split("e")
    for digits in range(least, 17):
        if float(short := f"{value:.{digits}e}") == value:
            mantissa, power = short.split("e")
            break
    return mantissa, power


def _on_grid(values: pa.Array, decimals: int, least: int) -> pa.Array:
    numbers = np.abs(values.to_numpy(zero_copy_only=False))
    scaled = np.rint(numbers * 10.0**decimals)
    if decimals == 0 and (len(scaled) == 0 or float(scaled.max()) < _EXACT):
        return pa.array(scaled.astype(np.int64)).cast(pa.string())
    if len(scaled) and float(scaled.max()) >= _EXACT:
        return pa.array([_trimmed(f"{v:.{decimals}f}", least) for v in numbers.tolist()], pa.string())
    whole, part = np.divmod(scaled.astype(np.int64), 10**decimals)
    digits = pc.utf8_lpad(pa.array(part).cast(pa.string()), decimals, "0")
    if least < decimals:
        digits = pc.utf8_rpad(pc.utf8_rtrim(digits, "0"), least, "0") if least else pc.utf8_rtrim(digits, "0")
    point = pc.if_else(pc.equal(digits, ""), "", ".")
    return pc.binary_join_element_wise(pa.array(whole).cast(pa.string()), point, digits, "")


def _trimmed(text: str, least: int) -> str:
    whole, _, digits = text.partition(".")
    digits = digits.rstrip("0").ljust(least, "0")
    return f"{whole}.{digits}" if digits else whole


def _shortest(values: pa.Array, least: int) -> pa.Array:
    texts = []
    for value in np.abs(values.to_numpy(zero_copy_only=False)).tolist():
        text = repr(value)
        texts.append(text if "e" in text else _trimmed(text, least))
    return pa.array(texts, pa.string())


def _separated(bodies: pa.Array, style: NumberStyle) -> pa.Array:
    made = []
    for text in bodies.to_pylist():
        whole, point, digits = text.partition(".")
        if style.group:
            whole = f"{int(whole):,}".replace(",", style.group) if whole else whole
        made.append(whole + (style.decimal if point else "") + digits)
    return pa.array(made, pa.string())
