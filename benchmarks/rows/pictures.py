"""What is seen: shots, scenes, captions."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.rows.row import Row, load, percent
from models.captioner.table import TITLES, changed


def shots_found() -> Iterator[Row]:
    found = load("benchmarks/results/shots.json")
    f1, flashes = found["f1"], found["flashes"]
    bars = {"cut": 0.99, "dissolve": 0.95, "fade": 0.95}
    yield Row(
        f"Shots: F1 of cuts, dissolves, fades, wipes in {found['drawn_films']} drawn films; changes seen at flashes",
        f"镜头：{found['drawn_films']} 部绘制影片中切、叠化、淡变、划变的 F1；在闪光处误报",
        "≥ 99 %, 95 %, 95 %; none",
        f"{', '.join(percent(f1[kind]) for kind in ('cut', 'dissolve', 'fade', 'wipe'))}; "
        f"{flashes['found']} of {flashes['there']}",
        all(f1[kind] >= bar for kind, bar in bars.items()) and not flashes["found"],
    )
    ratios = [film["clock_ratio"] for film in found["speed"]]
    yield Row(
        "time of finding shots, our network included, against PySceneDetect alone (three films)",
        "查找镜头（含我们的网络）所用时间与单独的 PySceneDetect 之比（三部影片）",
        "≤ 1 ×",
        ", ".join(f"{ratio:.2f}" for ratio in ratios) + " ×",
        max(ratios) <= 1,
    )


def scenes() -> Iterator[Row]:
    found = load("models/scenes/results.json")
    f1 = found["pack"]["labels"]["scene_type"]["f1"]
    yield Row(
        f"Scene type, macro-F1 on {found['films']} drawn films never seen; boundaries of scenes, AP",
        f"场景类型，{found['films']} 部未见过的绘制影片上的宏平均 F1；场景边界 AP",
        "≥ 95 %",
        f"{percent(f1)}; {found['pack']['scenes']['ap']:.4f}",
        f1 >= 0.95,
    )


def scenes_speed() -> Iterator[Row]:
    found = load("benchmarks/results/scenes.json")
    yield Row(
        f"Shots and scenes of a 1080p film of {found['seconds'] / 60:.0f} minutes, 2 cores; memory",
        f"{found['seconds'] / 60:.0f} 分钟 1080p 影片的镜头与场景，2 核；内存",
        "≥ 1 × real time",
        f"{found['times_real_time']:.1f} ×; {found['memory_mb']:.0f} MB",
        found["times_real_time"] >= 1,
    )


def taught() -> Iterator[Row]:
    found = load("models/captioner/table.json")["teacher"]["words"]
    bars = {"bleu4": 25.6, "rouge_l": 54.7, "cider_d": 71.8}
    yield Row(
        "Captions: the English to Chinese teacher on MSVD-CN's test split, words, greedy: BLEU-4, ROUGE-L, CIDEr-D",
        "画面描述：英译中教师模型在 MSVD-CN 测试集上（按词，贪心）：BLEU-4、ROUGE-L、CIDEr-D",
        "≥ " + ", ".join(map(str, bars.values())),
        ", ".join(f"{found[name]:.1f}" for name in bars),
        all(found[name] >= bar for name, bar in bars.items()),
    )


def distilled() -> Iterator[Row]:
    found = load("models/captioner/table.json")
    for values, english, chinese in (
        (found, "simulated features", "模拟特征"),
        (found["drawn"], "drawn films", "绘制影片"),
    ):
        gains = {title: changed(values, kind, "cider_d") for kind, title in TITLES.items()}
        seeds = max(map(len, gains.values()))
        yield Row(
            f"what distillation adds to CIDEr-D of each student, mean of {seeds} seeds, {english}",
            f"蒸馏为各学生模型的 CIDEr-D 带来的提高，{seeds} 个种子的平均值，{chinese}",
            "> 0",
            ", ".join(f"{title} {statistics.mean(some):+.1f}" for title, some in gains.items() if some),
            all(some and statistics.mean(some) > 0 for some in gains.values()),
        )


def checked() -> Iterator[Row]:
    found = load("benchmarks/results/caption_quality.json")["MSVD-CN"]["consistency"]["characters"]
    yield Row(
        "captions of other videos found among people's captions (MSVD-CN), AUROC",
        "在人写的描述中找出属于其他视频的描述（MSVD-CN），AUROC",
        "≥ 0.985",
        f"{found['auroc']:.4f}",
        found["auroc"] >= 0.985,
    )


def described() -> Iterator[Row]:
    found = load("benchmarks/results/captions.json")
    yield Row(
        "a shot described by the starter on 2 cores; many together",
        "入门模型描述一个镜头所用时间，2 核；批量处理",
        f"≤ {found['bar_ms']:.0f} ms",
        f"{found['alone']['ms']:.0f} ms; {found['together']['shots_a_second']:.0f} a second",
        found["alone"]["ms"] <= found["bar_ms"],
    )
