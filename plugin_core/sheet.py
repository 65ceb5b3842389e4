"""
The page of an exchange bundle: which file goes where, with a picture of the clicks, and what travels. 中文 and English.

It uses no script and loads nothing, so that it opens from a stick on a machine without a network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from plugin_core.losses import FEATURES, Loss, title
from plugin_core.timeline import Programme
from plugin_core.typography import width

_HOW = {"kept": ("✓", "kept", "保留"), "approximate": ("≈", "nearly", "近似"), "lost": ("✕", "not carried", "不保留")}
_ROW, _CHARACTER, _PAD, _ARROW = 26, 7.4, 14, 14  # px: a menu row, a half-width character, beside words, ▸


@cache
def _steps() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "steps.toml").read_text("utf-8"))


def page(programme: Programme, files: Mapping[str, Sequence[str]], losses: Mapping[str, Sequence[Loss]]) -> str:
    """The HTML of a bundle: *files* are names by target, *losses* what travels to each."""
    parts = [_header(programme)]
    for target, names in files.items():
        steps = "".join(_step(number, step, names) for number, step in enumerate(_steps()[target], 1))
        parts.append(f"<section><h2>{escape(title(target))}</h2>{steps}{_table(losses[target])}</section>")
    style = "".join((Path(__file__).parent / name).read_text("utf-8") for name in ("report.css", "sheet.css"))
    name = escape(programme.info.name)
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{name} · Zimu 字幕</title><style>{style}</style>"
    return f"{head}<main>{''.join(parts)}</main>"


def _header(programme: Programme) -> str:
    info, document = programme.info, programme.document
    cards = (
        ("起始时间码 Start timecode", info.start_timecode),
        ("帧率 Frame rate", info.rate.label),
        ("字幕 Subtitles", str(len(document.cues))),
        ("标记 Marks", str(len(document.marks))),
        ("语言 Languages", " · ".join(document.languages) or "-"),
    )
    tiles = "".join(f"<div class=card><b>{escape(value)}</b><span>{name}</span></div>" for name, value in cards)
    return (
        f"<h1>{escape(info.name)}</h1>"
        "<p class=made>How to bring these files into your editing program. 如何把这些文件导入剪辑软件。</p>"
        f"<div class=cards>{tiles}</div>"
        "<p class=note>The timeline in the editing program must have this start timecode and frame rate. "
        "剪辑软件里的时间线必须使用这里的起始时间码和帧率。</p>"
    )


def _step(number: int, step: Mapping[str, Any], names: Sequence[str]) -> str:
    fitting = [name for name in names if any(_ends(name, ending, names) for ending in step["files"])]
    if not fitting:
        return ""
    listed = " ".join(f"<code>{escape(name)}</code>" for name in fitting)
    return (
        f"<article><h3>{number}. {escape(step['en'])} · {escape(step['zh'])}</h3><p class=files>{listed}</p>"
        f"<div class=pictures>{menu(step['menu'])}{menu(step['menu_zh'])}</div>"
        f"<p>{escape(step['then'])}<br>{escape(step['then_zh'])}</p></article>"
    )


def _ends(name: str, ending: str, names: Sequence[str]) -> bool:
    """Whether *name* ends so, and not in something longer that has a step of its own (.xml, .resolve.xml)."""
    stem = min(names, key=len).split(".")[0]
    return name.endswith(ending) and (ending.count(".") > 1 or ending == ".srt" or name == stem + ending)


def menu(path: Sequence[str]) -> str:
    """A picture of a way through menus: each menu open beside the one before, the row to click in colour."""
    boxes, x, y, wide, tall = [], 1.0, 1.0, 0.0, 0.0
    for number, words in enumerate(path):
        last = number + 1 == len(path)
        across = 2 * _PAD + 2 * _CHARACTER * width(words, "zh") + (0 if last else _ARROW)
        rows = 3 if number else 1
        boxes.append(f"<g transform='translate({x:.1f} {y:.1f})'>{_box(across, rows, words, last)}</g>")
        wide, tall = max(wide, x + across), max(tall, y + rows * _ROW)
        x, y = (x + across - 6 if number else x + 18), y + _ROW
    label = escape(" ▸ ".join(path))
    return (
        f"<svg role=img aria-label='{label}' class=menu width='{wide + 2:.0f}' height='{tall + 2:.0f}' "
        f"viewBox='0 0 {wide + 2:.0f} {tall + 2:.0f}'><title>{label}</title>{''.join(boxes)}</svg>"
    )


def _box(across: float, rows: int, words: str, last: bool) -> str:
    """One open menu of one row, or of three with the row to click in the middle; the others are bars."""
    chosen = rows // 2
    bars = "".join(
        f"<rect class=bar x='{_PAD}' y='{row * _ROW + 10}' width='{(across - 2 * _PAD) * 0.65:.1f}' height='6' rx='3'/>"
        for row in range(rows)
        if row != chosen
    )
    line = chosen * _ROW + 17.5
    arrow = "" if last else f"<text class=hot x='{across - 18:.1f}' y='{line}'>▸</text>"
    return (
        f"<rect class=box width='{across:.1f}' height='{rows * _ROW}' rx='6'/>{bars}"
        f"<rect class=hit x='3' y='{chosen * _ROW + 3}' width='{across - 6:.1f}' height='{_ROW - 6}' rx='4'/>"
        f"<text class=hot x='{_PAD}' y='{line}'>{escape(words)}</text>{arrow}"
    )


def _table(losses: Sequence[Loss]) -> str:
    rows = "".join(
        f"<tr class={loss.how}><td class=how>{_HOW[loss.how][0]}</td>"
        f"<td>{FEATURES[loss.feature].en} · {FEATURES[loss.feature].zh}</td><td class=number>{loss.count}</td>"
        f"<td>{_HOW[loss.how][1]} · {_HOW[loss.how][2]}</td><td>{escape(loss.via)}</td>"
        f"<td>{escape(loss.en)}<br>{escape(loss.zh)}</td></tr>"
        for loss in losses
    )
    head = (
        "<tr><th></th><th>What 内容</th><th>Count 数量</th><th>Travels 情况</th><th>In 载体</th><th>Why 说明</th></tr>"
    )
    return f"<h3>What travels · 哪些内容能带过去</h3><table>{head}{rows}</table>"
