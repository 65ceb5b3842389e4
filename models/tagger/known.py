"""
Write down what is known by heart of the kinds people ask for, for a tagging pack.

    python -m models.tagger.known models/starter/tagger-zh-en

The lexicons labels*.toml as ``known.json``: phrasings, words, and regular expressions for what is made (prices, dates,
numbers, names). ``--held-out`` leaves out what evaluate_labels.py measures with, and the kinds that are never trained.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from pathlib import Path
from typing import Any

from models.tagger.label_values import _WORDS, GIVEN, SURNAMES, is_pattern
from models.tagger.labels import LANGUAGES, _ancestors, kinds
from plugin_core.modelstore import write_pack_toml
from plugin_core.tagging.known import NAME

_HAN = "一二三四五六七八九十"


def _any(words: Any) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, set(words)), key=len, reverse=True)) + ")"


_ENGLISH = _any(_WORDS["english"]) + "|" + _any(_WORDS["tens"])
_COUNT = rf"(?i:(?:{_ENGLISH})(?:-(?:{_any(_WORDS['english'][1:10])}))?)"
MACROS = {
    **dict.fromkeys(("n", "a", "p"), r"\d{1,5}"),
    **dict.fromkeys(("s", "d", "m", "h", "h12"), r"\d{1,2}"),
    **dict.fromkeys(("mm", "dd", "min", "yy"), r"\d\d"),
    **dict.fromkeys(("z", "za", "zten"), rf"[{_HAN}百千万两几半]{{1,5}}"),
    **dict.fromkeys(("zm", "zd", "zh12"), rf"[{_HAN}两]{{1,3}}"),
    **dict.fromkeys(("w", "aw", "hw"), _COUNT),
    "N": r"\d{1,3}(?:,\d{3})+",
    "f": r"\d+\.\d{1,2}",
    "z1": rf"[{_HAN[:9]}]",
    "zw": "[一二三四五六日天]",
    "y": r"(?:19|20)\d\d",
    "zy": "[零〇一二三四五六七八九]{4}",
    "dth": r"\d{1,2}(?:st|nd|rd|th)",
    "Mon": _any(_WORDS["months"]),
    "wd": _any(_WORDS["weekdays"]),
    "fps": r"\d{2,3}(?:\.\d{1,3})?",
    "A": "[A-Z]",
    "AA": "[A-Z]{2,3}",
    "surname": _any(SURNAMES),
    "given1": f"[{''.join(GIVEN)}]",
    "given2": f"[{''.join(GIVEN)}]{{2}}",
    "first": _any(_WORDS["first"]),
    "last": "[A-Z][a-z]{2,14}",
    "pysur": _any(_WORDS["pinyin_surnames"]),
    "pygiv": _any(_WORDS["pinyin_given"]),
    "zhroad": r"[\u4e00-\u9fff]{2,3}",
    "zhcity": _any(_WORDS["cities_zh"]),
    "encity": "[A-Z][a-z]{2,14}",
    "zhtag": r"[\u4e00-\u9fff\w]{1,12}",
    "tag": r"\w{1,24}",
    "host": r"[a-zA-Z0-9-]{2,30}",
    "user": r"[a-zA-Z0-9_.]{2,30}",
    "path": r"[\w/=?&-]{1,60}",
}
STANDARD = {  # besides the lexicon's own examples
    "url": [r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$&'*+;=%-]{3,200}[A-Za-z0-9/]"],
    "email": [r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}"],
    "mention": [r"(?<![A-Za-z0-9.])@[\w\u3400-\u9fff]{2,30}"],
    "hashtag": [r"#[\w\u3400-\u9fff]{1,40}#?"],
    "book": ["《[^《》\n]{1,40}》"],
    "work": ["《[^《》\n]{1,40}》"],
    "film": ["《[^《》\n]{1,40}》"],
    "song": ["《[^《》\n]{1,40}》"],
}
_BARE = re.compile(r"(?:<\w+>)")  # a macro alone says too little
_ALONE = ("number",)
_CAPITALS = ("person", "shop", "school", "company", "organisation", "work")


def expression(entry: str) -> str:
    """The regular expression of a pattern, ending where words and numbers end."""
    made = ""
    for part in re.split(r"(<\w+>|#)", entry):
        if part == "#":
            made += "#" if entry.startswith("#<") else r"\d"
        elif part.startswith("<"):
            made += MACROS[part[1:-1]]
        else:
            made += re.escape(part).replace(r"\ ", " ")
    left = "" if re.match(r"[^\w<#]", entry) else r"(?<![A-Za-z0-9])(?<!\d[.,:])"
    return f"{left}{made}(?![A-Za-z0-9])(?![.,:]\\d)"


def listed(held_out: bool = False) -> dict[str, Any]:
    """Every kind with its phrasings, words, patterns and the kinds that are its own."""
    made = {}
    for kind in kinds().values():
        if kind.group == "said" or (held_out and kind.unseen):
            continue
        splits = ("train",) if held_out else ("train", "dev", "test")
        labels = [one for language in LANGUAGES for split in splits for one in kind.labels[language].get(split, ())]
        words = [one for language in LANGUAGES for split in splits for one in kind.words[language].get(split, ())]
        words = list(dict.fromkeys(words))
        patterns = [one for one in words if is_pattern(one) and (kind.name in _ALONE or not _BARE.fullmatch(one))]
        if kind.name in _CAPITALS:  # [A-Z][a-z]+ with nothing around it says too little as well
            patterns = [one for one in patterns if one not in {"<last>", "<given2>"}]
        made[kind.name] = {
            "labels": list(dict.fromkeys(labels)),
            "words": [one for one in words if not is_pattern(one)],
            "patterns": [*STANDARD.get(kind.name, ()), *(expression(one) for one in patterns)],
            "parts": sorted(
                other for other, one in kinds().items() if kind.name in _ancestors(other) and one.group != "said"
            ),
        }
    for row in made.values():
        row["parts"] = [part for part in row["parts"] if part in made]
    return made


def write(folder: Path, held_out: bool = False) -> Path:
    """``known.json`` in *folder*."""
    path = folder / NAME
    path.write_text(json.dumps(listed(held_out), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write what is known by heart into a tagging pack.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--held-out", action="store_true", help="leave out what is measured with")
    options = parser.parse_args()
    write(options.pack, options.held_out)
    table = tomllib.loads((options.pack / "pack.toml").read_text("utf-8"))
    write_pack_toml(options.pack, {name: value for name, value in table.items() if name not in {"schema", "files"}})


if __name__ == "__main__":
    main()
