"""What is heard beside words."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rows.row import Row, load, percent


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
