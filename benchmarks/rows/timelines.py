"""Files, timelines, hosts and the desktop app."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rows.row import Row, load


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
    found = load("benchmarks/results/waveform.json")
    worst = max(found["scroll"], key=lambda row: row["ms"])
    yield Row(
        f"Scrolling the waveform of {found['hours']} hours, a frame (worst of five zooms; of twenty the slowest)",
        f"滚动 {found['hours']} 小时影片的波形，每帧（五种缩放中最差；二十次中最慢）",
        "< 16 ms",
        f"{worst['ms']:.1f} ms ({worst['ms_95']:.1f} ms)",
        worst["ms"] < 16,
    )
