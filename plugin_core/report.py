"""
report.html: one self-contained page to look at before opening the files in an editor.

The waveform with the cues over it, every text with its reading speed against the profile's limit, and what the checks
found. It uses no script and loads nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from plugin_core.document import Cue, Document
from plugin_core.errors import MediaError
from plugin_core.storage import write_atomic

if TYPE_CHECKING:
    from plugin_core.audio import Peaks
    from plugin_core.checks import Problem
    from plugin_core.profiles import Profile

ROW = 30_000  # ms of one waveform row
WIDTH, HEIGHT = 1200, 96  # px of one waveform row
_LANGUAGES = {"zh": "中文", "en": "English"}


def write_report(document: Document, source: Path, target: Path, profile: Profile, cuts: Sequence[int] = ()) -> Path:
    """Write the page for *document* made from *source*; *cuts* are shot cuts in ms."""
    from plugin_core.checks import check

    problems = check(document, profile, cuts=cuts, frame_rate=document.media.frame_rate)
    body = "".join(
        (
            _header(document, source, profile, problems),
            _waveform(document, _peaks(source), cuts),
            _table(document, profile, problems),
        )
    )
    title = escape(f"{source.name} · Zimu 字幕")
    page = f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style><main>{body}</main>"
    write_atomic(target, page.encode())
    return target


def _peaks(source: Path) -> Peaks | None:
    from plugin_core.audio import peaks

    try:
        return peaks(source)
    except MediaError:
        return None  # a subtitle file has no waveform


def _header(document: Document, source: Path, profile: Profile, problems: Sequence[Problem]) -> str:
    languages = " · ".join(_LANGUAGES.get(language, language) for language in document.languages)
    duration = document.media.duration or (document.cues[-1].end if document.cues else 0)
    cards = (
        ("时长 Duration", clock(duration)),
        ("字幕 Cues", str(len(document.cues))),
        ("语言 Languages", languages),
        ("规范 Profile", profile.name),
        ("待查 To check", str(len({problem.cue_id for problem in problems}))),
    )
    tiles = "".join(f"<div class=card><b>{escape(value)}</b><span>{name}</span></div>" for name, value in cards)
    found = Counter(problem.code for problem in problems)
    counts = "".join(f"<li><code>{escape(code)}</code> {count}</li>" for code, count in found.most_common())
    starter = (
        "<p class=note>Made with starter packs: they understand simple sentences in clear synthetic voices. "
        "由入门模型生成：只听得懂清晰合成语音里的简单句子。</p>"
        if "starter-" in document.made_by
        else ""
    )
    return (
        f"<h1>{escape(source.name)}</h1><p class=made>{escape(document.made_by)}</p>{starter}"
        f"<section class=cards>{tiles}</section>" + (f"<ul class=counts>{counts}</ul>" if counts else "")
    )


def _waveform(document: Document, peaks: Peaks | None, cuts: Sequence[int]) -> str:
    duration = document.media.duration
    if peaks is None or duration <= 0:
        return ""
    rows = (_row(document, peaks, cuts, start, min(start + ROW, duration)) for start in range(0, duration, ROW))
    return f"<section><h2>波形 Waveform</h2>{''.join(rows)}</section>"


def _row(document: Document, peaks: Peaks, cuts: Sequence[int], start: int, end: int) -> str:
    """One SVG of at most ROW ms; a short last row is drawn at the same scale."""
    scale = WIDTH / ROW
    width = max(1, round((end - start) * scale))
    marks = "".join(
        f"<line class=cut x1={(cut - start) * scale:.1f} x2={(cut - start) * scale:.1f} y1=14 y2={HEIGHT} />"
        for cut in cuts
        if start <= cut < end
    )
    ticks = "".join(
        f"<text x={(tick - start) * scale + 3:.0f} y=10>{clock(tick)}</text>" for tick in range(start, end, 5_000)
    )
    boxes = "".join(
        _box(place, cue, start, scale)
        for place, cue in enumerate(document.cues, 1)
        if cue.end > start and cue.start < end
    )
    path = _path(peaks.columns(start, end, width))
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role=img aria-label='{clock(start)} to {clock(end)}'>"
        f"<path class=wave d='{path}'/>{boxes}{marks}{ticks}</svg>"
    )


def _path(columns: np.ndarray) -> str:
    """Upper and lower edge of the (width, 2) int16 minima and maxima as one closed path."""
    middle, half = 14 + (HEIGHT - 14) / 2, (HEIGHT - 14) / 2
    low = middle - columns[:, 0].astype(float) / 32768 * half
    high = middle - columns[:, 1].astype(float) / 32768 * half
    upper = " ".join(f"{x},{y:.1f}" for x, y in enumerate(high))
    lower = " ".join(f"{x},{y:.1f}" for x, y in reversed(list(enumerate(low))))
    return f"M{upper} L{lower} Z"


def _box(place: int, cue: Cue, start: int, scale: float) -> str:
    x, width = max(0.0, (cue.start - start) * scale), (cue.end - max(cue.start, start)) * scale
    title = escape("\n".join(cue.texts))
    return (
        f"<a href='#cue-{place}'><rect class=cue x={x:.1f} y=14 width={max(1.0, width):.1f} height={HEIGHT - 15} rx=3>"
        f"<title>{title}</title></rect><text class=place x={x + 4:.1f} y={HEIGHT - 5}>{place}</text></a>"
    )


def _table(document: Document, profile: Profile, problems: Sequence[Problem]) -> str:
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.cue_id, []).append(problem)
    heads = "".join(f"<th>{_LANGUAGES.get(language, escape(language))}" for language in document.languages)
    rows = "".join(
        _cue_row(place, cue, document, profile, found.get(cue.id, ())) for place, cue in enumerate(document.cues, 1)
    )
    return (
        "<section><h2>字幕 Cues</h2><table><thead><tr><th>#<th>入点 In<th>出点 Out<th>秒 s"
        f"{heads}<th>检查 Checks</thead><tbody>{rows}</tbody></table></section>"
    )


def _cue_row(place: int, cue: Cue, document: Document, profile: Profile, problems: Sequence[Problem]) -> str:
    cells = "".join(
        _text_cell(text, language, cue.duration, profile)
        for text, language in zip(cue.texts, document.languages, strict=True)
    )
    badges = "".join(f"<span class=badge title='{escape(p.message)}'>{escape(p.code)}</span>" for p in problems)
    speaker = f"<div class=speaker>{escape(cue.speaker)}</div>" if cue.speaker else ""
    return (
        f"<tr id=cue-{place}><td class=number>{place}<td class=time>{clock(cue.start)}<td class=time>{clock(cue.end)}"
        f"<td class=time>{cue.duration / 1000:.2f}{speaker}{cells}<td>{badges}"
    )


def _text_cell(text: str, language: str, duration: int, profile: Profile) -> str:
    """The text, and its reading speed as a bar against the profile's limit."""
    from plugin_core.typography import width

    limit = profile.limits(language).cps
    speed = width(text.replace("\n", ""), language) * 1000 / duration if duration else 0.0
    share = min(100.0, speed / limit * 100) if limit else 0.0
    fast = " fast" if limit and speed > limit else ""
    bar = f"<div class='speed{fast}' title='{speed:.1f} of {limit:g} characters a second'><i style='width:{share:.0f}%'></i></div>"
    words = escape(text).replace("\n", "<br>")
    return f"<td lang={escape(language)}>{words}{bar if text else ''}"


def clock(ms: int) -> str:
    """``MM:SS.mmm``, with hours when there are any."""
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    text = f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{hours}:{text}" if hours else text


_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --dim: #68738a; --paper: #fbfbfd; --line: #dde2ec; --accent: #2f6fed;
  --soft: #2f6fed22; --warn: #b4480f; --warn-soft: #f59e0b2e; --wave: #9aa6bd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf3; --dim: #98a3ba; --paper: #14181f; --line: #2c3442;
  --accent: #7aa5ff; --soft: #7aa5ff26; --warn: #ffb06b; --warn-soft: #f59e0b33; --wave: #5c6983; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif }
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px }
h1 { font-size: 24px; margin: 0 } h2 { font-size: 15px; color: var(--dim); margin: 28px 0 8px; font-weight: 600 }
.made { color: var(--dim); margin: 4px 0 0; font-size: 13px }
.note { background: var(--warn-soft); border-left: 3px solid var(--warn); padding: 8px 12px; border-radius: 4px; margin: 14px 0 0 }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 18px }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 120px }
.card b { display: block; font-size: 20px; font-weight: 600 } .card span { color: var(--dim); font-size: 12px }
.counts { list-style: none; display: flex; flex-wrap: wrap; gap: 8px 18px; padding: 0; margin: 14px 0 0; color: var(--dim) }
code { font: 12px/1 ui-monospace, monospace }
svg { width: 100%; display: block; border: 1px solid var(--line); border-radius: 6px; margin-bottom: 6px }
svg text { font: 9px ui-monospace, monospace; fill: var(--dim) } svg .place { font-size: 10px; fill: var(--accent) }
.wave { fill: var(--wave) } .cue { fill: var(--soft); stroke: var(--accent); stroke-width: .7 }
.cut { stroke: var(--warn); stroke-dasharray: 3 3 }
table { width: 100%; border-collapse: collapse } th { text-align: left; font-size: 12px; color: var(--dim); font-weight: 600 }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top } tr:target { background: var(--soft) }
.time, .number { font: 13px/1.7 ui-monospace, monospace; white-space: nowrap; color: var(--dim) }
.speed { height: 4px; background: var(--line); border-radius: 2px; margin-top: 6px; max-width: 220px }
.speed i { display: block; height: 4px; border-radius: 2px; background: var(--accent) } .speed.fast i { background: var(--warn) }
.badge { display: inline-block; background: var(--warn-soft); color: var(--warn); border-radius: 4px; padding: 1px 7px;
  font: 12px/1.6 ui-monospace, monospace; margin: 0 4px 4px 0 }
.speaker { color: var(--dim) }
"""
