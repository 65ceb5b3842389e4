"""
Values made rather than listed: what the macros of labels*.toml stand for.

``expand("<n>元", random)`` is "128元". ``#`` is a digit. Only entries with a ``<`` or ``#`` are patterns; a macro that
is not known is an error, so a typing mistake in a lexicon shows at once.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

_ZH = "零一二三四五六七八九"
_WORDS = {
    name: tuple(text.split())
    for name, text in tomllib.loads(Path(__file__).with_name("label_words.toml").read_text("utf-8")).items()
}
SURNAMES, GIVEN, FIRST, LAST = (_WORDS[name] for name in ("surnames", "given", "first", "last"))


def chinese(number: int) -> str:
    """*number* (0 to 99) in Chinese numerals: 十二, 三十, 四十五."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _ZH[ones]
    return ("" if tens == 1 else _ZH[tens]) + "十" + (_ZH[ones] if ones else "")


def english(number: int) -> str:
    """*number* (0 to 99) in English words: twelve, forty-five."""
    if number < 20:
        return _WORDS["english"][number]
    tens, ones = divmod(number, 10)
    return _WORDS["tens"][tens - 2] + (f"-{_WORDS['english'][ones]}" if ones else "")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _natural(r: random.Random) -> int:
    """A number as prices and counts have them: small ones, round ones, and ones that end in 9 or 8."""
    size = r.choice((9, 99, 99, 999, 999, 9999))
    value = r.randint(1, size)
    if value > 20 and r.random() < 0.5:
        value = value // 10 * 10 + r.choice((0, 0, 9, 8))
    return value


def _counted(r: random.Random) -> str:
    """A Chinese numeral as it stands before a measure word: 两, 十二, 四十五."""
    number = r.choice((r.randint(1, 10), r.randint(1, 99)))
    return "两" if number == 2 else chinese(number)


Maker = Callable[[random.Random], str]
MACROS: dict[str, Maker] = {
    "n": lambda r: str(_natural(r)),
    "N": lambda r: f"{r.randint(1, 2000) * r.choice((1, 10, 50, 100)) + 1000:,}",
    "f": lambda r: f"{r.randint(0, 400)}.{r.choice(('99', '90', '50', '80', '00', f'{r.randint(0, 99):02d}'))}",
    "s": lambda r: str(r.randint(1, 9)),
    "p": lambda r: str(r.randint(1, 100)),
    "z": _counted,
    "z1": lambda r: r.choice("一二三四五六七八九"),
    "w": lambda r: english(r.choice((r.randint(2, 10), r.randint(2, 20), r.randint(20, 99)))),
    "y": lambda r: str(r.choice((r.randint(1950, 2030), r.randint(2015, 2026)))),
    "yy": lambda r: f"{r.randint(0, 99):02d}",
    "zy": lambda r: "".join(_ZH[int(digit)] for digit in str(r.randint(1930, 2026))).replace("零", r.choice("零〇")),
    "m": lambda r: str(r.randint(1, 12)),
    "mm": lambda r: f"{r.randint(1, 12):02d}",
    "d": lambda r: str(r.randint(1, 28)),
    "dd": lambda r: f"{r.randint(1, 28):02d}",
    "dth": lambda r: _ordinal(r.randint(1, 31)),
    "zm": lambda r: chinese(r.randint(1, 12)),
    "zd": lambda r: chinese(r.randint(1, 30)),
    "zw": lambda r: r.choice("一二三四五六日"),
    "Mon": lambda r: r.choice(_WORDS["months"]),
    "wd": lambda r: r.choice(_WORDS["weekdays"]),
    "h": lambda r: str(r.randint(0, 23)),
    "h12": lambda r: str(r.randint(1, 12)),
    "hw": lambda r: english(r.randint(1, 12)),
    "zh12": lambda r: r.choice(("两", *(chinese(hour) for hour in range(1, 13) if hour != 2))),
    "min": lambda r: f"{r.randint(0, 59):02d}" if r.random() < 0.5 else r.choice(("00", "30", "15", "45")),
    "a": lambda r: str(r.randint(1, 95)),
    "za": lambda r: chinese(r.randint(2, 99)),
    "aw": lambda r: english(r.randint(2, 90)),
    "zten": lambda r: chinese(10 * r.randint(2, 9)),
    "fps": lambda r: r.choice(("24", "25", "30", "50", "60", "120", "29.97", "23.976", "240")),
    "A": lambda r: r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    "AA": lambda r: "".join(r.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=r.choice((2, 2, 3)))),
    "surname": lambda r: r.choice(SURNAMES),
    "given1": lambda r: r.choice(GIVEN),
    "given2": lambda r: "".join(r.sample(GIVEN, 2)),
    "first": lambda r: r.choice(FIRST),
    "last": lambda r: r.choice(LAST),
    "pysur": lambda r: r.choice(_WORDS["pinyin_surnames"]),
    "pygiv": lambda r: r.choice(_WORDS["pinyin_given"]),
    "zhroad": lambda r: r.choice(_WORDS["roads"]),
    "zhcity": lambda r: r.choice(_WORDS["cities_zh"]),
    "encity": lambda r: r.choice(_WORDS["cities_en"]),
    "zhtag": lambda r: r.choice(_WORDS["tags_zh"]),
    "tag": lambda r: r.choice(_WORDS["tags_en"]),
    "host": lambda r: r.choice(_WORDS["hosts"]),
    "user": lambda r: r.choice(_WORDS["users"]),
    "path": lambda r: r.choice(_WORDS["paths"]),
}  # fmt: skip
_PATTERN = re.compile(r"<([A-Za-z0-9]+)>|(#)")


def is_pattern(entry: str) -> bool:
    """Whether *entry* of a lexicon is made rather than taken as it stands."""
    return "#" in entry or "<" in entry


def expand(entry: str, r: random.Random) -> str:
    """*entry* with its macros and ``#`` filled in; in a hashtag (``#<tag>``) every ``#`` stays."""
    if not is_pattern(entry):
        return entry
    hashtag = entry.startswith("#<")

    def fill(found: re.Match[str]) -> str:
        if found[2]:
            return "#" if hashtag else r.choice("0123456789")
        return MACROS[found[1]](r)

    return _PATTERN.sub(fill, entry)
