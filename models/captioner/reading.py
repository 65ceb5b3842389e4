"""What a Chinese caption of the grammar of ``phrases`` says, and whether that is true of a shot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from models.captioner import phrases


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """What is done, and how a Chinese caption says it."""
    found = []
    for forms in (phrases.ZH_THERE, phrases.ZH_ALONE):
        for doing, texts in forms.items():
            for text in texts:
                pattern = re.escape(text).replace(r"\{w\}", ".*?").replace(r"\{p\}", ".+?")
                found.append((doing, re.compile(f"(^|，){pattern}($|，)")))
    for doing, texts in phrases.ZH_TITLES.items():
        found += [(doing, re.compile(f"^{re.escape(text)}$")) for text in texts]
    return found


def doings(text: str) -> set[str]:
    """All that a caption may say is done; "view" where it says nothing of the kind."""
    return {doing for doing, pattern in patterns() if pattern.search(text)} or {"view"}


def named(text: str, *tables: phrases.Forms) -> set[str]:
    """The entries of tables one of whose words stands in the text, the longest ones first: 几个人 is not 个人."""
    words = sorted({word for table in tables for forms in table.values() for word in forms}, key=len, reverse=True)
    for word in words:
        if word in text:
            return {name for table in tables for name, forms in table.items() if word in forms}
    return set()


def right(text: str, row: Mapping[str, Any]) -> dict[str, bool]:
    """What of a Chinese caption is right; of a place or number that is not named nothing is said."""
    found = {"doing": row["doing"] in doings(text)}
    if places := named(text, phrases.ZH_PLACES, phrases.ZH_VIEWS):
        found["place"] = row["place"] in places
    if who := named(text, phrases.ZH_COUNTS) or ({"one"} if "的人" in text else set()):
        found["who"] = row["who"] in who
    if times := named(text, phrases.ZH_TIMES, phrases.ZH_OF_TIME):
        found["time"] = row["time"] in times
    return found


def wholly(text: str, row: Mapping[str, Any]) -> bool:
    """Whether nothing of doing, place and number is wrong."""
    return all(value for name, value in right(text, row).items() if name != "time")
