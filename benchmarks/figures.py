"""
The table of measured figures in both READMEs, written from the results: python -m benchmarks.figures [--check]

Nothing in the table is typed by hand. --check only compares and exits with 1 if a README differs (a test runs it).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"<!-- figures -->.*?<!-- /figures -->", re.DOTALL)
SIZE = re.compile(r"<!-- size -->.*?<!-- /size -->")


@dataclass(frozen=True)
class Row:
    """One figure in both languages, its bar, the measured value, and whether that meets the bar (None: no bar)."""

    english: str
    chinese: str
    bar: str
    value: str
    met: bool | None = None


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return found


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def speech() -> Iterator[Row]:
    quality = load("models/speech/results.json")["quality"]
    wer, cer, times = quality["wer_en"], quality["cer_zh"], quality["word_time_ms_median"]
    yield Row(
        "Starter speech, English: WER, sentences and synthetic voices never trained on",
        "入门语音，英文词错率（未训练过的句子和合成声音）",
        "≤ 10 %",
        percent(wer),
        wer <= 0.10,
    )
    yield Row("the same, Chinese: CER", "同上，中文字错率", "≤ 10 %", percent(cer), cer <= 0.10)
    yield Row(
        "word times, median error against the synthesiser's",
        "词的时间，与合成器真值的中位误差",
        "≤ 100 ms",
        f"{times:.0f} ms",
        times <= 100,
    )
    flite = quality["wer_en_flite_rms"]
    yield Row(
        "English by a voice recorded from a person (flite rms, not trained on): WER",
        "真人录音合成的声音（flite rms，未训练）：词错率",
        "",
        percent(flite),
    )
    if "wer_en_people" in quality:
        people = f"{percent(quality['wer_en_people'])}, {percent(quality['cer_zh_people'])}"
        yield Row(
            "Real recordings of people (not what it is for): WER en, CER zh",
            "真人录音（并非其用途）：英文词错率、中文字错率",
            "",
            people,
        )


def translation() -> Iterator[Row]:
    found = load("models/translation/results.json")
    for pair, english, chinese in (
        ("zh-en", "Chinese to English", "中译英"),
        ("en-zh", "English to Chinese", "英译中"),
    ):
        score = found[pair]["int8"]
        value = f"{score['bleu']:.1f} (chrF {score['chrf']:.1f})"
        yield Row(
            f"Starter translation, {english}: sacreBLEU on 1,000 held-out pairs",
            f"入门翻译，{chinese}：1000 对未训练句子的 sacreBLEU",
            "≥ 15",
            value,
            score["bleu"] >= 15,
        )
    kept = [found[pair]["retention"]["bleu"] for pair in ("zh-en", "en-zh")]
    yield Row(
        "INT8 against float32, BLEU kept (zh-en, en-zh)",
        "INT8 相对 float32 保留的 BLEU",
        "≥ 98 %",
        ", ".join(map(percent, kept)),
        min(kept) >= 0.98,
    )


def int8() -> Iterator[Row]:
    for row in load("benchmarks/results/speech.json")["int8_against_float32"]:
        way, weg = (
            ("one at a time", "逐段")
            if row["batch"] == 1
            else (f"batches of {row['batch']}", f"每批 {row['batch']} 段")
        )
        kept = (row["kept_en"], row["kept_zh"])
        value = f"{percent(kept[0])}, {percent(kept[1])}; {row['speed']:g} × the speed, {row['memory']:g} × the memory"
        yield Row(
            f"INT8 against float32, speech, {way}: accuracy kept (en, zh)",
            f"INT8 相对 float32，语音，{weg}：保留的准确度（英、中）；速度与内存之比",
            "≥ 98 %",
            value,
            min(kept) >= 0.98,
        )


def overhead() -> Iterator[Row]:
    worst = max(row["overhead"] for row in load("benchmarks/results/pipeline_overhead.json")["rows"])
    yield Row(
        "What the pipeline costs over bare faster-whisper (worst case)",
        "流水线相对裸 faster-whisper 的额外开销（最差）",
        "≤ 5 %",
        percent(worst),
        worst <= 0.05,
    )


def translation_speed() -> Iterator[Row]:
    ratios = load("benchmarks/results/translation.json")["ratios"]
    ratio = min(one["speed"] for name, one in ratios.items() if name.endswith("over transformers float32"))
    yield Row(
        "Translation, tokens a second against transformers' generate in float32 (worst of batched, one by one)",
        "翻译速度与 transformers float32 之比",
        "≥ 4 ×",
        f"{ratio:.1f} ×",
        ratio >= 4,
    )


def startup() -> Iterator[Row]:
    start = load("benchmarks/results/startup.json")["seconds"]["zimu --help"]
    yield Row("`zimu --help`", "`zimu --help`", "< 0.3 s", f"{start:.2f} s", start < 0.3)


def fresh_clone() -> Iterator[Row]:
    if not (ROOT / "benchmarks/results/fresh_clone.json").exists():
        return
    found = load("benchmarks/results/fresh_clone.json")["figures"]
    times = f"{found['set_up_s'][1]:.0f} s, {found['demo_s'][1]:.0f} s"
    yield Row(
        "Fresh clone to first subtitles (`make demo`): packages and clone to download; processor time of set-up, demo",
        "从克隆到第一份字幕（`make demo`）：下载的软件包和仓库；安装与演示的处理器时间",
        "",
        f"{found['packages_mb']:.0f} + {found['clone_mb']:.0f} MB; {times}",
    )


def long_file() -> Iterator[Row]:
    rows = load("benchmarks/results/long_file.json")["rows"]
    linear = rows[-1]["cpu_seconds_per_hour"] / rows[0]["cpu_seconds_per_hour"]
    value = f"+{rows[-1]['growth_mb']:.0f} MB; {linear:.2f} × the processor time an hour of a file a third as long"
    yield Row(
        f"A file of {rows[-1]['hours']:g} hours: memory beyond the model",
        f"{rows[-1]['hours']:g} 小时的文件：模型之外的内存",
        "≤ 1 GB",
        value,
        rows[-1]["growth_mb"] <= 1000,
    )


def captions() -> Iterator[Row]:
    found = load("benchmarks/results/cueing.json")["captions"].values()
    share = min(one["within_limits_or_reported"] for one in found)
    yield Row(
        "Cues within the profile's limits or carrying the check that says why not (human captions)",
        "符合规范、或带有说明的字幕比例（人工字幕）",
        "100 %",
        percent(share),
        share == 1,
    )


def exchange_files() -> Iterator[Row]:
    exchange = load("benchmarks/results/exchange.json")
    slowest = max(exchange["rows"], key=lambda row: row["seconds"])
    growth = max(row["growth"] for row in exchange["rows"])
    sizes = f"{exchange['cues']:,} cues, {exchange['marks']:,} marks"
    yield Row(
        f"Writing {sizes}: the slowest of {len(exchange['rows'])} formats; growth for four times the size",
        f"写出 {sizes}：{len(exchange['rows'])} 种格式中最慢的一种；四倍规模时的增长",
        "≤ 2 s, 4 ×",
        f"{slowest['seconds']:.1f} s (`{slowest['format']}`), {growth:.1f} ×",
        slowest["seconds"] <= 2,
    )


def plans() -> Iterator[Row]:
    found = load("benchmarks/results/plan.json")
    first = found["seconds"]["an empty timeline"][-1]
    worst = max(times[-1] for times in found["seconds"].values())
    yield Row(
        "Planning the same for a timeline (empty; the worst of four cases)",
        "为同样规模制定推送计划（空时间线；四种情形中最差）",
        "≤ 0.5 s",
        f"{first:.2f} s; {worst:.2f} s",
        worst <= 0.5,
    )


def new_cuts() -> Iterator[Row]:
    conform = next(row for row in load("benchmarks/results/conform.json")["rows"] if row["cues"] == 20_000)
    yield Row(
        f"Following a new cut of {conform['pieces']:,} pieces with the same",
        f"同样规模跟随 {conform['pieces']:,} 个片段的新剪辑",
        "",
        f"{conform['seconds']:.1f} s",
    )


def tagging() -> Iterator[Row]:
    found = load("models/tagger/results.json")
    for name, bar, english, chinese in (
        ("generated", 0.97, "a generated set with unseen templates and words", "生成的测试集（未见过的模板和词）"),
        (
            "hand",
            0.94,
            "a hand-written set, its lines unseen by the tagger's authors",
            "手写测试集（标注器作者未看过其内容）",
        ),
    ):
        f1 = found[name]["items"]["f1"]
        yield Row(
            f"Events from text: strict span and kind F1 on {english} ({found[name]['texts']} texts)",
            f"文本事件：{chinese}上的严格 F1（{found[name]['texts']} 篇）",
            f"≥ {100 * bar:.0f} %",
            percent(f1),
            f1 >= bar,
        )
    kept = min(found["retention"].values()) if "retention" in found else None
    if kept is not None:
        yield Row("INT8 against float32, F1 kept", "INT8 相对 float32 保留的 F1", "≥ 98 %", percent(kept), kept >= 0.98)


def tagging_speed() -> Iterator[Row]:
    row = max(load("benchmarks/results/tagging.json")["rows"], key=lambda one: one["threads"])
    fast, one, memory = row["texts_per_second"], row["ms_for_one"], row["peak_mb"]
    yield Row(
        f"Events from text, {row['threads']} cores: texts of 150 characters a second; one alone; memory",
        f"文本事件，{row['threads']} 核：每秒处理的 150 字文本；单篇；内存",
        "≥ 200; < 10 ms; < 300 MB",
        f"{fast:.0f}; {one:.1f} ms; {memory:.0f} MB",
        fast >= 200 and one < 10 and memory < 300,
    )


def sounds() -> Iterator[Row]:
    found = load("models/sounds/results.json")
    right, late = found["esc10"]["accuracy"], found["quality"]["onset_ms_median"]
    yield Row("Starter sounds: ESC-10, five folds", "入门声音：ESC-10 五折", "≥ 90 %", percent(right), right >= 0.90)
    yield Row(
        "onset of events in synthetic scenes over speech and music, median error",
        "合成场景（叠加语音和音乐）中事件起点的中位误差",
        "≤ 100 ms",
        f"{late:.0f} ms",
        late <= 100,
    )
    fast = found["speed"]["times_real_time"]
    yield Row("Listening, 2 cores", "听声音，2 核", "≥ 50 × real time", f"{fast:.0f} ×", fast >= 50)


def production_sounds() -> Iterator[Row]:
    found = load("models/sounds/yamnet.results.json")
    yield Row(
        "YAMNet pack on ESC-10: by name; with a head of its own, five folds",
        "YAMNet 模型包在 ESC-10 上：按名称；加自训练的输出层，五折",
        "≥ 96 %",
        f"{percent(found['by_name'])}; {percent(found['head']['accuracy'])}",
        found["head"]["accuracy"] >= 0.96,
    )


def voices() -> Iterator[Row]:
    quality = load("models/speakers/results.json")["quality"]
    yield Row(
        "Who speaks when (starter): DER of synthetic dialogues, of people (not what it is for); the number given",
        "谁在何时说话（入门）：合成对话、真人（并非其用途）的 DER；已知人数",
        "",
        f"{percent(quality['der_synthetic'])}, {percent(quality['der_people'])}; "
        f"{percent(quality['der_synthetic_count_given'])}, {percent(quality['der_people_count_given'])}",
    )


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


def hosts() -> Iterator[Row]:
    found = load("benchmarks/results/push.json")["hosts"].values()
    first, again = max(one["first"] for one in found), max(one["again"] for one in found)
    done = max(one["operations_again"] for one in found)
    yield Row(
        "A push of 2,000 cues in two languages and 500 markers into the fake hosts; a second one",
        "把 2,000 条双语字幕和 500 个标记推入替身软件；再推一次",
        "≤ 5 s; no operation, ≤ 0.5 s",
        f"{first:.1f} s; {done} operations, {again:.2f} s",
        first <= 5 and again <= 0.5 and not done,
    )


def desktop() -> Iterator[Row]:
    if not (ROOT / "benchmarks/results/gui.json").exists():  # to be measured on a machine that does nothing else
        return
    found = load("benchmarks/results/gui.json")
    start, opened, edit, memory = found["start"], found["open"]["ms"], found["edit"], found["memory_mb"]
    yield Row(
        "Desktop app: from the call to the painted window; modules of inference imported by then",
        "桌面应用：从启动到窗口显示；此时已导入的推理模块",
        "< 1.5 s; none",
        f"{start['seconds']:.2f} s; {len(start['inference_imported']) or 'none'}",
        start["seconds"] < 1.5 and not start["inference_imported"],
    )
    cues = f"{found['cues']:,}"
    yield Row(
        f"opening a document of {cues} cues; memory of the window with it (without)",
        f"打开 {cues} 条字幕的文档；此时窗口的内存（空窗口）",
        "< 1 s",
        f"{opened / 1000:.2f} s; {memory['open']} MB ({memory['empty']} MB)",
        opened < 1000,
    )
    yield Row(
        "typing a character in it, until all is painted (of twenty the slowest); the longest pause after it",
        "在其中输入一个字符，直到全部绘制完成（二十次中最慢）；之后最长的停顿",
        "< 16 ms",
        f"{edit['ms']:.0f} ms ({edit['ms_95']:.0f} ms); {edit['pause_ms']:.0f} ms",
        edit["ms"] < 16,
    )


def waveform() -> Iterator[Row]:
    if not (ROOT / "benchmarks/results/waveform.json").exists():
        return
    found = load("benchmarks/results/waveform.json")
    worst = max(found["scroll"], key=lambda row: row["ms"])
    yield Row(
        f"Scrolling the waveform of {found['hours']} hours, a frame (worst of five zooms; of twenty the slowest)",
        f"滚动 {found['hours']} 小时影片的波形，每帧（五种缩放中最差；二十次中最慢）",
        "< 16 ms",
        f"{worst['ms']:.1f} ms ({worst['ms_95']:.1f} ms)",
        worst["ms"] < 16,
    )


PARTS = {  # what measures each
    "models.speech.evaluate": speech, "models.translation.evaluate": translation, "benchmarks.speech": int8,
    "benchmarks.pipeline_overhead": overhead, "benchmarks.translation": translation_speed,
    "benchmarks.startup": startup, "benchmarks.fresh_clone": fresh_clone,
    "benchmarks.pipeline_overhead --hours 3": long_file, "benchmarks.cueing": captions,
    "models.tagger.evaluate": tagging, "benchmarks.tagging": tagging_speed, "models.sounds.evaluate": sounds,
    "models.sounds.head": production_sounds, "models.speakers.evaluate": voices,
    "benchmarks.shots": shots_found, "models.scenes.evaluate": scenes, "benchmarks.scenes": scenes_speed,
    "benchmarks.exchange": exchange_files, "benchmarks.plan": plans, "benchmarks.conform": new_cuts,
    "benchmarks.push": hosts, "benchmarks.gui": desktop, "benchmarks.waveform": waveform,
}  # fmt: skip


def block(language: str) -> str:
    """The table in English or Chinese, between its marks."""
    about = load("benchmarks/results/speech.json")
    english = ("what", "bar", "measured", "met", "by `python -m`")
    head = english if language == "en" else ("指标", "目标", "实测", "达标", "由 `python -m`")
    words = {True: ("yes", "是"), False: ("**no**", "**否**"), None: ("", "")}
    lines = [f"| {' | '.join(head)} |", "|---|---|---|---|---|"]
    for command, row in ((command, row) for command, part in PARTS.items() for row in part()):
        met = words[row.met][language != "en"]
        what = row.english if language == "en" else row.chinese
        lines.append(f"| {what} | {row.bar} | {row.value} | {met} | `{command}` |")
    source = f"{about['machine']}, {about['date']}"
    note = (
        f"Measured on {source}; threads and settings stand in each script's result file."
        if language == "en"
        else f"测量环境：{source}；线程数与设置见各脚本的结果文件。"
    )
    return "\n".join(["<!-- figures -->", *lines, "", note, "<!-- /figures -->"])


def size() -> str:
    """Of the embedded packs together."""
    from plugin_core.modelstore import embedded, read_pack

    total = sum(read_pack(path.parent).size for path in (embedded() or ROOT).glob("*/pack.toml"))
    return f"<!-- size -->{total / 1e6:.0f} MB<!-- /size -->"


def main() -> None:
    for name, language in (("README.md", "en"), ("README.zh.md", "zh")):
        path = ROOT / name
        before = path.read_text("utf-8")
        after = SIZE.sub(size(), BLOCK.sub(lambda _, language=language: block(language), before))
        if "--check" in sys.argv:
            if after != before:
                sys.exit(f"{name} does not hold the measured figures: run python -m benchmarks.figures")
        else:
            path.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
