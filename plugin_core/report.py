"""
report.html: one self-contained page to look at before opening the files in an editor.

The waveform with the cues over it and the marks under it, every text with its reading speed against the profile's
limit, and what the checks found. It uses no script and loads nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from plugin_core import lanes
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
            lanes.table(document.marks),
            _table(document, profile, problems),
        )
    )
    title = escape(f"{source.name} · Zimu 字幕")
    style = (Path(__file__).parent / "report.css").read_text("utf-8")
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{style}</style>"
    write_atomic(target, f"{head}<main>{body}</main>".encode())
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
    named = list(dict.fromkeys(cue.speaker for cue in document.cues if cue.speaker))
    speakers = named if len(named) <= 4 else [*named[:4], f"+{len(named) - 4}"]
    cards = (
        ("时长 Duration", clock(duration)),
        ("字幕 Cues", str(len(document.cues))),
        ("语言 Languages", languages),
        *((("标记 Marks", str(len(document.marks))),) if document.marks else ()),
        *((("说话人 Speakers", ", ".join(speakers)),) if speakers else ()),
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
    rows = lanes.lanes(document.marks, start, end, scale)
    height = HEIGHT + (4 + lanes.LANE * len(rows) if rows else 0)
    return (
        f"<svg viewBox='0 0 {WIDTH} {height}' role=img aria-label='{clock(start)} to {clock(end)}'>"
        f"<path class=wave d='{path}'/>{boxes}{marks}{ticks}"
        f"{lanes.drawn(rows, start, end, scale, HEIGHT + 2)}</svg>"
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
    who = any(cue.speaker for cue in document.cues)
    heads = ("<th>说话人 Who" if who else "") + "".join(
        f"<th>{_LANGUAGES.get(language, escape(language))}" for language in document.languages
    )
    rows = "".join(
        _cue_row(place, cue, document, profile, found.get(cue.id, ()), who=who)
        for place, cue in enumerate(document.cues, 1)
    )
    return (
        "<section><h2>字幕 Cues</h2><table><thead><tr><th>#<th>入点 In<th>出点 Out<th>秒 s"
        f"{heads}<th>检查 Checks</thead><tbody>{rows}</tbody></table></section>"
    )


def _cue_row(
    place: int, cue: Cue, document: Document, profile: Profile, problems: Sequence[Problem], *, who: bool
) -> str:
    cells = "".join(
        _text_cell(text, language, cue.duration, profile)
        for text, language in zip(cue.texts, document.languages, strict=True)
    )
    badges = "".join(f"<div><span class=badge>{escape(p.code)}</span> {escape(p.message)}</div>" for p in problems)
    speaker = f"<td class=speaker>{escape(cue.speaker)}" if who else ""
    return (
        f"<tr id=cue-{place}><td class=number>{place}<td class=time>{clock(cue.start)}<td class=time>{clock(cue.end)}"
        f"<td class=time>{cue.duration / 1000:.2f}{speaker}{cells}<td class=checks>{badges}"
    )


def _text_cell(text: str, language: str, duration: int, profile: Profile) -> str:
    """The text, and its reading speed as a bar against the profile's limit."""
    from plugin_core import typography

    limit = profile.limits(language).cps
    speed = typography.speed(text, language, duration) if duration else 0.0
    share = min(100.0, speed / limit * 100) if limit else 0.0
    fast = " fast" if limit and speed > limit else ""
    bar = (
        f"<div class='speed{fast}' title='characters a second, of {limit:g}'>"
        f"<span><i style='width:{share:.0f}%'></i></span>{speed:.1f}</div>"
    )
    words = escape(text).replace("\n", "<br>")
    return f"<td lang={escape(language)}>{words}{bar if text else ''}"


def clock(ms: int) -> str:
    """``MM:SS.mmm``, with hours when there are any."""
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    text = f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{hours}:{text}" if hours else text
