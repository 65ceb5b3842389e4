"""The report's marks: coloured lanes under the waveform, and a table of what was heard, seen and shown."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from plugin_core.document import Mark

LANE = 17  # px of one lane
MOST = 4  # lanes a row of the waveform has at most; what would need more is only in the table
KINDS = {
    "music": "音乐 Music", "sound": "声音 Sound", "action": "动作 Action", "title": "字幕 Title", "shot": "镜头 Shot",
    "scene": "场景 Scene", "caption": "描述 Caption", "note": "备注 Note",
}  # fmt: skip
_HIDDEN = ("name", "source", "unknown")  # attributes that a column shows already


def lanes(marks: Sequence[Mark], start: int, end: int, scale: float) -> list[list[Mark]]:
    """The *marks* between *start* and *end* ms in as few lanes as leave room for every label at *scale* px a ms."""
    rows: list[list[Mark]] = []
    ends: list[float] = []
    for mark in marks:
        if mark.end < start or mark.start >= end:
            continue
        x = max(0.0, (mark.start - start) * scale)
        after = max((mark.end - start) * scale, x + label_width(mark.text)) + 4
        free = next((at for at, edge in enumerate(ends) if edge <= x), len(ends))
        if free == len(ends):
            if free == MOST:
                continue
            rows.append([])
            ends.append(0.0)
        rows[free].append(mark)
        ends[free] = after
    return rows


def drawn(rows: Sequence[Sequence[Mark]], start: int, end: int, scale: float, top: int) -> str:
    """The *rows* of ``lanes`` as SVG, the first at *top* px."""
    return "".join(_bar(mark, start, end, scale, top + at * LANE) for at, row in enumerate(rows) for mark in row)


def table(marks: Sequence[Mark]) -> str:
    """Every mark with its times, kind, words, what is known of it and how sure that is; empty without marks."""
    from plugin_core.report import clock

    if not marks:
        return ""
    rows = "".join(
        f"<tr><td class=time>{clock(mark.start)}<td class=time>{clock(mark.end)}"
        f"<td><span class='kind {mark.kind}'>{KINDS[mark.kind]}</span><td>{escape(mark.text)}"
        f"<td class=checks>{_attributes(mark)}<td class=checks>{escape(dict(mark.attributes).get('source', ''))}"
        f"<td class=time>{mark.confidence:.0%}"
        for mark in marks
    )
    return (
        "<section><h2>标记 Marks</h2><table><thead><tr><th>入点 In<th>出点 Out<th>种类 Kind<th>内容 What"
        f"<th>说明 Details<th>来源 Source<th>可信度 Sure</thead><tbody>{rows}</tbody></table></section>"
    )


def _attributes(mark: Mark) -> str:
    return escape(" · ".join(f"{name}: {value}" for name, value in mark.attributes if name not in _HIDDEN))


def _bar(mark: Mark, start: int, end: int, scale: float, y: int) -> str:
    x, after = max(0.0, (mark.start - start) * scale), (min(mark.end, end) - start) * scale
    details = escape(f"{KINDS[mark.kind]}: {mark.text}\n{mark.confidence:.0%}")
    return (
        f"<g class='mark {mark.kind}'><title>{details}</title><rect x={x:.1f} y={y + 1} width={max(3.0, after - x):.1f}"
        f" height={LANE - 3} rx=2 /><text x={x + 4:.1f} y={y + LANE - 6}>{escape(_short(mark.text))}</text></g>"
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 28 else f"{text[:27]}…"


def label_width(text: str) -> float:
    """The px of a label in 9 px type: full-width characters take about twice as much."""
    return 8 + sum(9.5 if ord(one) > 0x2E7F else 5.6 for one in _short(text))
