"""
The tables of what the checks of captions find, in docs/captions.md and its Chinese twin.

    python -m benchmarks.caption_figures

Made of benchmarks/results/caption_quality.json; a test holds the pages to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.caption_quality import RESULTS, ROOT
from models.training.card import fill

SETS = ("MSVD-CN", "Flickr8k-CN")
PAGES = {"en": ROOT / "docs" / "captions.md", "zh": ROOT / "docs" / "captions.zh.md"}
HEADS = {
    "en": "| planted | MSVD-CN: found | precision | others flagged | Flickr8k-CN: found | precision | others flagged |",
    "zh": "| 植入的错误 | MSVD-CN：查出 | 精确率 | 未改动而报出 | Flickr8k-CN：查出 | 精确率 | 未改动而报出 |",
}
FORMS = {
    "too short": "过短",
    "too long": "过长",
    "English words": "英文单词",
    "Traditional characters": "繁体字",
    "no verb": "没有动词",
    "names": "人名、地名、作品名",
}
SWAPPED = {
    "characters": {"en": "captions of other videos, by characters", "zh": "其他视频的描述，按字"},
    "words": {"en": "the same, by words", "zh": "同上，按词"},
}
CURVE = {"en": "area under the curve", "zh": "曲线下面积"}
TYPED = {"en": "typing errors, one in each second caption", "zh": "错别字，每两条描述一个"}
WAYS = {
    ("pack", "network"): {"en": "the starter network alone", "zh": "仅入门网络"},
    ("pack", "usage"): {"en": "what other captions write alone", "zh": "仅其他描述的用字"},
    ("pack", "both"): {"en": "both, as in the product", "zh": "两者结合（产品做法）"},
    ("trained", "network"): {"en": "a network trained on MSVD-CN's training part", "zh": "仅用 MSVD-CN 训练的网络"},
    ("trained", "both"): {"en": "that one and what other captions write", "zh": "该网络与其他描述的用字"},
}
ONE = "1% of the untouched flagged"
WAY_HEADS = {
    "en": "| typing errors mended where 1 % of the untouched captions are flagged | MSVD-CN | Flickr8k-CN |",
    "zh": "| 未改动的描述报出 1 % 时改正的错别字 | MSVD-CN | Flickr8k-CN |",
}


def tables(found: dict[str, Any], language: str) -> str:
    """Both tables in one of the languages of the pages."""
    first = [HEADS[language], "| --- " * 7 + "|", *rows(found, language)]
    second = [WAY_HEADS[language], "| --- " * 3 + "|"]
    for (pack, way), names in WAYS.items():
        cells = [cell(found[name]["typing"].get(pack, {}).get(f"{way}, {ONE}", {}).get("mended")) for name in SETS]
        second.append(f"| {names[language]} | {' | '.join(cells)} |")
    return "\n".join([*first, "", *second])


def rows(found: dict[str, Any], language: str) -> Iterator[str]:
    """A row for each kind of error."""
    for unit, names in SWAPPED.items():
        some = [found[name]["consistency"][unit] for name in SETS]
        curve = ", ".join(f"{one['auroc']:.3f}" for one in some)
        cells = [cell(one[key]) for one in some for key in ("recall", "precision", "flagged")]
        yield f"| {names[language]} ({CURVE[language]} {curve}) | {' | '.join(cells)} |"
    for form, chinese in FORMS.items():
        cells = [cell(found[name]["form"][form][key]) for name in SETS for key in ("recall", "precision", "flagged")]
        yield f"| {form if language == 'en' else chinese} | {' | '.join(cells)} |"
    keys = ("found", "precision_if_half_have_an_error", "flagged")
    cells = [cell(found[name]["typing"]["pack"]["at_the_pack's_gain"][key]) for name in SETS for key in keys]
    yield f"| {TYPED[language]} | {' | '.join(cells)} |"


def cell(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def main() -> None:
    found = json.loads(RESULTS.read_text("utf-8"))
    for language, page in PAGES.items():
        fill(page, tables(found, language))


if __name__ == "__main__":
    main()
