"""What the checks found, as JSON and as a page in English and Chinese; the page uses no script and loads nothing."""

from __future__ import annotations

import json
from collections import Counter
from html import escape
from importlib.resources import files
from typing import Any

import numpy as np

from plugin_core.captioning.quality.values import Checked, Finding

TITLES = {
    "length": ("not 5 to 25 characters", "不是 5 到 25 个汉字"),
    "script": ("other than Simplified Chinese", "含简体中文以外的字符"),
    "verb": ("no verb", "没有动词"),
    "name": ("names somebody or some place", "出现人名、地名等"),
    "typing": ("typing errors", "错别字"),
    "consistency": ("unlike the other captions of its video", "与同一视频的其他描述不符"),
}
MOST = 300  # rows of the page for each check; the JSON has all
BINS, WIDE, TALL = 40, 800, 120  # of the histogram; px


def to_json(checked: Checked) -> str:
    """All of it; scores in the order of the file, null where there is none."""
    counts = counted(checked)
    value: dict[str, Any] = {
        "version": 1,
        "file": checked.collection.name,
        "captions": len(checked.collection.captions),
        "videos": len(checked.collection.videos),
        "with_findings": checked.captions,
        "checks": {one: counts[one] for one in checked.done},
        "notes": [english for english, _ in checked.notes],
        "findings": [_row(finding) for finding in checked.findings],
        "consistency": [None if np.isnan(score) else round(float(score), 6) for score in checked.scores],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def counted(checked: Checked) -> Counter[str]:
    """How many captions each check found something in."""
    return Counter(finding.check for finding in checked.findings)


def _row(finding: Finding) -> dict[str, str]:
    caption = finding.caption
    row = {"check": finding.check, "id": caption.id, "video": caption.video, "where": caption.where}
    row |= {"language": caption.language, "text": caption.text, "detail": finding.detail}
    return row | ({"mended": finding.mended} if finding.mended else {})


def page(checked: Checked) -> str:
    """The HTML."""
    name = escape(checked.collection.name)
    style = (files("plugin_core") / "report.css").read_text("utf-8")
    notes = "".join(f"<p class=note>{escape(english)} {escape(chinese)}</p>" for english, chinese in checked.notes)
    parts = [
        _cards(checked),
        notes,
        _bars(checked),
        _histogram(checked),
        *(_table(checked, one) for one in checked.done),
    ]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{name} · Zimu 字幕</title><style>{style}</style>"
    return f"{head}<main><h1>{name}</h1>{''.join(parts)}</main></html>\n"


def _cards(checked: Checked) -> str:
    cards = (
        ("描述 captions", len(checked.collection.captions)),
        ("视频 videos", len(checked.collection.videos)),
        ("有问题 with findings", checked.captions),
    )
    tiles = "".join(f"<div class=card><b>{value:,}</b><span>{title}</span></div>" for title, value in cards)
    return f"<div class=cards>{tiles}</div>"


def _bars(checked: Checked) -> str:
    """How many captions each check found: a bar for each."""
    counts = counted(checked)
    most = max([*counts.values(), 1])
    rows = []
    for one in checked.done:
        english, chinese = TITLES[one]
        bar = f'<svg viewBox="0 0 {WIDE} 30" style="width:{WIDE // 2}px;margin:0;border:0">'
        bar += f'<rect class=wave width="{WIDE * counts[one] / most:.0f}" height="30"/></svg>'
        rows.append(f"<tr><td>{english} · {chinese}<td class=number>{counts[one]:,}<td>{bar}</tr>")
    return f"<h2>Checks · 检查</h2><table>{''.join(rows)}</table>"


def _histogram(checked: Checked) -> str:
    """How the scores of consistency lie; those with a finding in the colour of warnings."""
    scores = checked.scores[~np.isnan(checked.scores)]
    if "consistency" not in checked.done or not len(scores):
        return ""
    top = float(max(np.quantile(scores, 0.99), 1e-6))
    counts = np.histogram(np.minimum(scores, top), BINS, (0, top))[0]
    below = [float(finding.detail) for finding in checked.of("consistency")]
    low = np.histogram(np.minimum(below, top), BINS, (0, top))[0] if below else np.zeros(BINS)
    step, bars = WIDE / BINS, []
    for at, (count, found) in enumerate(zip(counts, low, strict=True)):
        for number, colour in ((count, "var(--wave)"), (found, "var(--warn)")):
            high = TALL * number / counts.max()
            box = f'x="{at * step:.1f}" y="{TALL - high:.1f}" width="{step - 1:.1f}" height="{high:.1f}"'
            bars.append(f'<rect {box} fill="{colour}"/>')
    marks = "".join(
        f'<text x="{x * (WIDE - 30):.0f}" y="{TALL + 12}">{x * top:.2f}</text>' for x in (0, 0.25, 0.5, 0.75, 1)
    )
    title = "Consistency with the other captions of the video · 与同一视频其他描述的一致性"
    return f'<h2>{title}</h2><svg viewBox="0 0 {WIDE} {TALL + 16}" role=img>{"".join(bars)}{marks}</svg>'


def _table(checked: Checked, check: str) -> str:
    found = list(checked.of(check))
    if not found:
        return ""
    if check == "consistency":
        found.sort(key=lambda finding: float(finding.detail))
    english, chinese = TITLES[check]
    rows = "".join(_line(finding) for finding in found[:MOST])
    more = f"<tr><td colspan=5>… {len(found) - MOST:,}</tr>" if len(found) > MOST else ""
    heads = "<th>位置 where<th>视频 video<th>描述 caption<th>问题 detail<th>更正 mended"
    return f"<h2>{english} · {chinese} ({len(found):,})</h2><table><tr>{heads}</tr>{rows}{more}</table>"


def _line(finding: Finding) -> str:
    caption = finding.caption
    cells = (caption.where, caption.video, caption.text, finding.detail, finding.mended)
    where, *rest = (escape(cell) for cell in cells)
    return f"<tr><td class=time>{where}<td>{'<td>'.join(rest)}</tr>"
