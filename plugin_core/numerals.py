"""Numbers in running text: where they stand, how the other language writes or says them, and which are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from plugin_core.typography import character_based, has_han

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(rf"(?P<head>[$€£¥￥]?)(?P<digits>{DIGITS})(?P<tail>\s?[%％℃]|°[CF]?)?")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|s|am|pm|AM|PM)\b|\s?(?:a\.m\.|p\.m\.|am\b|pm\b|o'clock)")
_CALENDAR = re.compile(r"\s*[月日号點点时時分秒]")  # what is said otherwise in the other language
_EN_SIZES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ZH_SIZES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_EN_SIZE = re.compile(r"\s+(thousand|million|billion|trillion)\b", re.IGNORECASE)
_ZH_SIZE = re.compile(r"\s?(万亿|[百千万亿])")
_EN_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
             "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")  # fmt: skip
_EN_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
                "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
                "eighteenth", "nineteenth", "twentieth")  # fmt: skip
_EN_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
            "hundred": 100}  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_ZH_DIGITS = "零一二三四五六七八九"
EN_SPOKEN = re.compile(
    rf"\b(?:{'|'.join([*_EN_WORDS, *_EN_TENS])}|thousand|million|billion)(?:[ -](?:and )?"
    rf"(?:{'|'.join([*_EN_WORDS, *_EN_TENS])}|thousand|million|billion))*\b",
    re.IGNORECASE,
)
ZH_SPOKEN = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")


_EN_DATE = re.compile(
    rf"\b(?:({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{{4}}))?"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(_MONTHS)})(?:,?\s+(\d{{4}}))?)\b"
)
_ZH_DATE = re.compile(
    r"(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号號]|(1\d{3}|20\d\d)\s?年(?!前|后|間|间|多|来|級|级|代)"
)


class Numeral(NamedTuple):
    """
    A number at ``text[start:end]`` that should come out as *target*, or as one of *accepted*.

    *plain* is False for dates, clock times and ordinals: other languages say them in other words.
    """

    start: int
    end: int
    target: str
    accepted: tuple[str, ...]
    plain: bool


def numerals(text: str, source: str, target: str) -> Iterator[Numeral]:
    """The numbers written in digits, full-width ones too."""
    folded = "".join(_folded(character) for character in text)
    for match in _NUMBER.finditer(folded):
        start, end = match.span()
        digits = match.group("digits")
        if len(digits) < 16 and (size := (_ZH_SIZE if character_based(source) else _EN_SIZE).match(folded, end)):
            number, unit = _sized(digits, size.group(1).lower(), target)
            yield Numeral(start, size.end(), number + unit, (number, digits), True)
        else:
            plain = not (_ORDINAL.match(folded, end) or (has_han(folded) and _CALENDAR.match(folded, end)))
            yield Numeral(start, end, match.group(), (digits, *_said(digits, target)), plain)


def dates(text: str, source: str, target: str) -> Iterator[Numeral]:
    """Calendar dates (and Chinese years), each as a whole: 2024年3月5日 is March 5, 2024."""
    folded = "".join(_folded(character) for character in text)
    for match in (_ZH_DATE if character_based(source) else _EN_DATE).finditer(folded):
        year, month, day = _date(match)
        if character_based(source) == character_based(target) or not (month or year):
            continue
        forms = _date_forms(year, month, day, target)
        yield Numeral(*match.span(), forms[0], forms, True)


def _date(match: re.Match[str]) -> tuple[str, int, int]:
    """(year or "", month, day); month 0 for a year alone."""
    if match.re is _ZH_DATE:
        year, month, day, alone = match.groups()
        return (alone, 0, 0) if alone else (year or "", int(month) if int(month) <= 12 else 0, int(day))
    name, day, year, day_first, name_last, year_last = match.groups()
    return year or year_last or "", _MONTHS.index(name or name_last) + 1, int(day or day_first)


def _date_forms(year: str, month: int, day: int, target: str) -> tuple[str, ...]:
    """How a date may be written in *target*, the usual form first."""
    if not month:
        return (year,)
    if character_based(target):
        return tuple(f"{year}年{month}月{day}{mark}" if year else f"{month}月{day}{mark}" for mark in ("日", "号"))
    name = _MONTHS[month - 1]
    ending = "th" if day % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    after = (f", {year}", f" {year}") if year else ("",)
    return (
        *(f"{name} {day}{rest}" for rest in after),
        *(f"{form}{after[-1]}" for form in (f"{day} {name}", f"{name} {day}{ending}", f"{day}{ending} of {name}")),
    )


def _folded(character: str) -> str:
    """A full-width digit as the usual one; everything else as it is, so that places in the text stay."""
    digit = unicodedata.normalize("NFKC", character) if character.isdigit() else character
    return digit if len(digit) == 1 and digit.isascii() else character


def canonical(number: str) -> str:
    """The digits of a written number without what surrounds and groups them: what two equal numbers share."""
    found = re.search(DIGITS, unicodedata.normalize("NFKC", number))
    return found.group().replace(",", "") if found else number


def written(text: str) -> list[str]:
    """The canonical form of every number in *text*."""
    return [canonical(found.group()) for found in re.finditer(DIGITS, unicodedata.normalize("NFKC", text))]


def _sized(digits: str, size: str, target: str) -> tuple[str, str]:
    """(number, unit) of a number with a word for its size: 3 million is 300万, 1.5亿 is 150 million."""
    value = float(digits.replace(",", "")) * (_EN_SIZES.get(size) or _ZH_SIZES[size])
    if character_based(target):
        unit = next((u for u in ("亿", "万") if value >= _ZH_SIZES[u]), "")
    else:
        unit = next((f" {u}" for u in ("billion", "million") if value >= _EN_SIZES[u]), "")
    scale = _ZH_SIZES.get(unit) or _EN_SIZES.get(unit.strip()) or 1
    number = f"{value / scale:,.6f}".rstrip("0").rstrip(".") if "." in f"{value / scale:.6f}" else f"{value:,.0f}"
    number = number.replace(",", "") if character_based(target) else number
    return number, unit


def _said(digits: str, target: str) -> tuple[str, ...]:
    """How a small whole number may be said in *target*."""
    if not digits.isdigit() or len(digits) > 3 or int(digits) > 100:
        return ()
    value = int(digits)
    if character_based(target):
        tens, ones = divmod(value, 10)
        said = _ZH_DIGITS[value] if value < 10 else (_ZH_DIGITS[tens] if tens > 1 else "") + "十"
        said += _ZH_DIGITS[ones] if value > 9 and ones else ""
        return ("一百",) if value == 100 else (said, "两") if value == 2 else (said, "首") if value == 1 else (said,)
    words = [_EN_WORDS[value], _EN_ORDINALS[value]] if value <= 20 else []
    words += [_MONTHS[value - 1], _MONTHS[value - 1][:3]] if 1 <= value <= 12 else []
    tens, ones = divmod(value, 10)
    ten = next((word for word, size in _EN_TENS.items() if size == value - ones), "twenty" if tens == 2 else "")
    words += [ten if not ones else f"{ten}-{_EN_WORDS[ones]}"] if value > 20 and ten else []
    return tuple(words)
