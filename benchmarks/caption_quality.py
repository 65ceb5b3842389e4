"""
What the checks of captions find: errors planted into MSVD-CN, and into Flickr8k-CN, which no list was made with.

    python -m benchmarks.caption_quality CORPORA --run RUN --trained RUN

CORPORA holds ``msvd_cn`` and ``flickr8kcn``. Each error is planted into one of PLANTED captions drawn at random, seeds
apart, and a check is measured alone (those of one sentence on the first SENTENCES captions): precision counts whatever
else it finds as wrong, although some of that is (real captions have typing errors and names too), so it is a lower
bound; ``flagged`` is the share of the untouched captions that it finds. Swapped captions are measured by the area under
the curve too, for characters and words.

Typing errors are planted by the recipe's table into the test part of MSVD-CN. ``pack`` is the starter pack, which never
saw a caption; ``trained`` is the same recipe's run on MSVD-CN's training part (``--captions``), which stays where it
is: MSVD-CN has no licence. Beside both parts together there are the network alone and usage alone, each at the
threshold that flags as many untouched captions. Results go to benchmarks/results/caption_quality.json.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.captioning.quality import Caption, Collection, check, consistency, typing_errors
from plugin_core.captioning.quality.checks import THRESHOLDS, tokens
from plugin_core.engines.typos import TypoEngine, open_typos
from plugin_core.modelstore import read_pack

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "caption_quality.json"
PLANTED = 300
SEEDS = range(5)
SENTENCES = 4000  # for what looks at one sentence at a time
SHARES = (0.01, 0.02, 0.05)  # of the untouched captions that may be flagged
PICTURES = 2000  # of Flickr8k-CN


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Names of the kinds that people write. Persons are put together: a name that many videos share is taken for a word.
FAMILY = "王李陈赵周吴孙徐何宋唐冯曹彭蒋沈韩吕苏卢"
GIVEN = _words("建国 秀兰 子涵 晓峰 雨欣 国栋 丽娟 志强 雪梅 佳怡 浩然 玉珍 文博 思远 欣然 一鸣 梅梅 桂英 梓萱 振华")
PLACES = _words(
    """
    洛阳 绍兴 温州 襄阳 成都 重庆 青岛 苏州 昆明 拉萨 哈尔滨 台北 桂林 敦煌 东京 巴黎 伦敦 纽约 悉尼 曼谷 莫斯科 柏林
    罗马 芝加哥 慕尼黑 墨尔本 洛杉矶 旧金山 里约热内卢 维也纳 加拿大 埃及 挪威 黄山 泰山 长城 故宫 西湖 黄鹤楼 鼓浪屿
    埃菲尔铁塔 比萨斜塔 自由女神像 尼亚加拉瀑布 清华大学 复旦大学 哈佛大学
    """
)
WORKS = _words("《红楼梦》 《泰坦尼克号》 《茉莉花》 《西游记》 《狮子王》 《功夫》 《天鹅湖》 《小苹果》 《猫和老鼠》")
ENGLISH = _words("guitar dog kitchen car ball OK cool man baby music pizza VR")
THINGS = _words("一把椅子 一只杯子 一顶帽子 一条毛巾 一台电脑 一盏灯 两只箱子 一块石头 一个苹果 很多书 一双鞋 一束花")
WHO = _words("一个男人 一个女人 一只猫 一条狗 两个孩子 一位老人 一群人 一个小女孩")
WITH = ("和", "与", "跟")
Planter = Callable[[str, random.Random], str]


def auroc(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> float:
    """How often one of *low* is below one of *high*; equal ones count half."""
    both = np.concatenate([low, high])
    _, place, times = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]
    return float(1 - (ranks[: len(low)].sum() - len(low) * (len(low) + 1) / 2) / (len(low) * len(high)))


# -- consistency --


def swapped(captions: Sequence[Caption], seed: int) -> tuple[list[Caption], npt.NDArray[np.bool_]]:
    """PLANTED captions in a ring, each of another video, take each other's text."""
    chance = random.Random(seed)
    places: dict[str, list[int]] = {}
    for place, caption in enumerate(captions):
        places.setdefault(caption.video, []).append(place)
    ring = [chance.choice(places[video]) for video in chance.sample(sorted(places), PLANTED)]
    moved, mask = list(captions), np.zeros(len(captions), bool)
    for place, other in zip(ring, ring[1:] + ring[:1], strict=True):
        moved[place], mask[place] = replace(captions[place], text=captions[other].text), True
    return moved, mask


def consistent(captions: Sequence[Caption], unit: str) -> dict[str, Any]:
    """AUROC of swapped captions, and what the usual threshold makes of them."""
    cut = {caption.text: tokens(caption.text, unit) for caption in captions}
    rows, spent = [], 0.0
    for seed in SEEDS:
        moved, mask = swapped(captions, seed)
        began = time.process_time()
        found = consistency.scores([cut[one.text] for one in moved], [one.video for one in moved])
        spent += time.process_time() - began
        known = ~np.isnan(found)
        flagged = found < THRESHOLDS[unit]
        lowest = np.argsort(np.where(known, found, np.inf))[: len(captions) // 20]
        rows.append(
            [
                auroc(found[mask & known], found[~mask & known]), flagged[mask].mean(), flagged[~mask].mean(),
                (flagged & mask).sum() / max(1, flagged.sum()), mask[lowest].sum() / mask.sum(),
            ]
        )  # fmt: skip
    names = ("auroc", "recall", "flagged", "precision", "in_the_lowest_twentieth")
    means = dict(zip(names, np.mean(rows, 0).round(4).tolist(), strict=True))
    spread = round(float(np.std([row[0] for row in rows])), 4)
    return means | {"auroc_spread": spread, "threshold": THRESHOLDS[unit], "processor_s": round(spent / len(SEEDS), 2)}


# -- the form of a sentence --


def short(text: str, chance: random.Random) -> str:
    return text[: chance.randint(1, 4)]


def long(text: str, _: random.Random) -> str:
    return text * (30 // len(text) + 1)


def english(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(ENGLISH) + text[at:]


@cache
def _opencc() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str, _: random.Random) -> str:
    return str(_opencc().convert(text))


def thing(_: str, chance: random.Random) -> str:
    return chance.choice(WHO) + chance.choice(WITH) + chance.choice(THINGS)


def named(text: str, chance: random.Random) -> str:
    """Half are persons: instead of anybody, or beside; a third are places; the others works."""
    kind = chance.random()
    if kind > 5 / 6:
        return f"{text.rstrip('。')}看{chance.choice(WORKS)}"
    if kind > 1 / 2:
        return f"在{chance.choice(PLACES)}{text}"
    person = chance.choice(FAMILY) + chance.choice(GIVEN)
    for who in ("一个男人", "一个女人", "一个人", "一名男子", "一位女士", "一个女孩", "男人", "女人"):
        if text.startswith(who):
            return person + text[len(who) :]
    return f"{person}和{text}"


FORMS: dict[str, tuple[str, Planter]] = {
    "too short": ("length", short),
    "too long": ("length", long),
    "English words": ("script", english),
    "Traditional characters": ("script", traditional),
    "no verb": ("verb", thing),
    "names": ("name", named),
}


def formed(captions: Sequence[Caption], name: str) -> dict[str, float]:
    """What a check finds of the errors planted for it."""
    from plugin_core.tagging.known import open_known

    kind, plant = FORMS[name]
    chance = random.Random(name)
    places = [at for at in chance.sample(range(len(captions)), PLANTED) if plant(captions[at].text, chance)]
    moved, mask = list(captions), np.zeros(len(captions), bool)
    for place in places:
        text = plant(captions[place].text, chance)
        if text != captions[place].text:
            moved[place], mask[place] = replace(captions[place], text=text), True
    known = open_known(ROOT / "models" / "starter" / "tagger-zh-en")
    began = time.process_time()
    checked = check(Collection(name, tuple(moved)), checks=(kind,), known=known)
    spent = time.process_time() - began
    found = {finding.caption.place for finding in checked.findings}
    flagged = np.array([one.place in found for one in moved])
    return judged(flagged, mask) | {"processor_s": round(spent, 2)}


def judged(flagged: npt.NDArray[np.bool_], mask: npt.NDArray[np.bool_]) -> dict[str, float]:
    right = float((flagged & mask).sum())
    return {
        "precision": round(right / max(1.0, flagged.sum()), 4),
        "recall": round(right / mask.sum(), 4),
        "flagged": round(float(flagged[~mask].mean()), 4),
    }


# -- typing errors --


def mistyped(captions: Sequence[Caption], run: Path, places: Sequence[int]) -> tuple[list[Caption], dict[int, str]]:
    """One error in each of the captions at *places*; where it was planted with what was there before."""
    from models.captioner.typing_errors import Planter as Typing
    from models.captioner.typing_errors import opened

    planter, moved, truth = Typing(opened(run)[0].table, seed=11), list(captions), {}
    for place in places:
        text = captions[place].text
        typed = planter.plant(text, 1)
        if typed != text:
            moved[place], truth[place] = replace(captions[place], text=typed), text
    return moved, truth


def typed(captions: Sequence[Caption], run: Path, engine: TypoEngine, judge: Sequence[int]) -> dict[str, Any]:
    """
    What is found of errors planted into half of *judge*, places of *captions*; the other half stays.

    The best suspect of each caption counts: found is its place, mended its character too.
    """
    moved, truth = mistyped(captions, run, judge[::2])
    used = typing_errors.usage(moved)
    began = time.process_time()
    fits = dict(zip(judge, engine.fits([moved[at].text for at in judge]), strict=True))
    ways = {"both": (engine.weight, True), "network": (0.0, True), "usage": (1.0, False)}
    found: dict[str, Any] = {}
    for name, (weight, network) in ways.items():
        best = {}
        for at in judge:
            some = fits[at] if network else [replace(fit, fit=0.0, alike=np.zeros_like(fit.alike)) for fit in fits[at]]
            suspects = typing_errors.suspects(moved[at].text, some, used, weight)
            best[at] = max(suspects, key=lambda one: one.gain, default=None)
        clean = np.array([best[at].gain if best[at] else -np.inf for at in judge if at not in truth])  # type: ignore[union-attr]
        if name == "both":
            found["at_the_pack's_gain"] = at_gain(moved, truth, best, engine.gain, clean)
        for share in SHARES:
            gain = float(np.quantile(clean, 1 - share))
            found[f"{name}, {share:.0%} of the untouched flagged"] = at_gain(moved, truth, best, gain, clean)
    return found | {"processor_s": round(time.process_time() - began, 2)}


def at_gain(
    moved: Sequence[Caption], truth: dict[int, str], best: dict[int, Any], gain: float, clean: npt.NDArray[np.float64]
) -> dict[str, float]:
    """Recall of the place and of the right character, and of all found captions the share with a planted error."""
    found = {at: best[at] for at in truth if best[at] and best[at].gain > gain}
    place = sum(moved[at].text[one.place] != truth[at][one.place] for at, one in found.items())
    right = sum(typing_errors.mended(moved[at].text, [one]) == truth[at] for at, one in found.items())
    wrong = int((clean > gain).sum())
    return {
        "found": round(place / len(truth), 4),
        "mended": round(right / len(truth), 4),
        "flagged": round(wrong / len(clean), 4),
        "precision_if_half_have_an_error": round(place / max(1, wrong + len(found)), 4),
    }


@contextmanager
def engine_of(run: Path, like: Path) -> Iterator[TypoEngine]:
    """The run of a recipe as an engine, with the thresholds of another pack."""
    from models.captioner.typing_export import export

    options = read_pack(like).options
    with tempfile.TemporaryDirectory() as folder:
        pack = export(run, Path(folder) / "pack", weight=options["weight"], gain=options["gain"])
        with open_typos(pack, threads=1) as engine:
            yield engine


def main() -> None:
    from models.captioner.data import flickr8k_cn, msvd_cn
    from models.training.card import machine

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="of the starter pack: its table plants the errors")
    parser.add_argument("--trained", type=Path, help="the run of the recipe on MSVD-CN")
    parser.add_argument("--parts", default="consistency,form,typing", help="the others stay as they were measured")
    parser.add_argument("--pack", type=Path, default=ROOT / "models" / "starter" / "typos")
    arguments = parser.parse_args()
    data = msvd_cn(arguments.corpora / "msvd_cn" / "msvd_cn_captions_release_utf8.csv")
    pictures = flickr8k_cn(arguments.corpora / "flickr8kcn")
    seen = frozenset(random.Random(0).sample(pictures.videos, PICTURES))
    chinese = [one for one in pictures.captions if one.language == "zh" and one.video in seen]
    sets = {"MSVD-CN": list(data.captions), "Flickr8k-CN": chinese}
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    found |= {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "planted": PLANTED}
    parts = arguments.parts.split(",")
    for name, captions in sets.items():
        of = found.setdefault(name, {}) | {"captions": len(captions)}
        if "consistency" in parts:
            of["consistency"] = {unit: consistent(captions, unit) for unit in THRESHOLDS}
        if "form" in parts:
            of["form"] = {form: formed(captions[:SENTENCES], form) for form in FORMS}
        if "typing" in parts:
            judge = random.Random(2).sample(range(len(captions)), 8 * PLANTED)
            if name == "MSVD-CN":
                judge = [at for at, one in enumerate(captions) if data.parts[one.video] == "test"][: len(judge)]
            with open_typos(read_pack(arguments.pack), threads=1) as engine:
                of["typing"] = {"pack": typed(captions, arguments.run, engine, judge)}
            if name == "MSVD-CN" and arguments.trained:
                with engine_of(arguments.trained, arguments.pack) as engine:
                    of["typing"]["trained"] = typed(captions, arguments.run, engine, judge)
        found[name] = of
        print(json.dumps(of, indent=1), flush=True)
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
