"""What is heard, written and translated, and how fast."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rows.row import Row, load, percent


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
