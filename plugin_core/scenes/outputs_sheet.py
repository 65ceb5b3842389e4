"""
The contact sheet: one page with a picture of every shot under its scene, with its caption, labels, transition and
timecodes.

It is of the document's marks, in Chinese and English. It uses no script and loads nothing; pictures are in the page.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path, PurePath

from plugin_core.captioning import marking as captions
from plugin_core.document import Document, Mark
from plugin_core.host import TimelineInfo
from plugin_core.scenes.labels import name
from plugin_core.scenes.marking import labels_of, sure_of
from plugin_core.scenes.outputs import SILENT, Listed, captions_of, listed

DOUBT = 0.6  # a label that is less probable is shown as doubtful
BESIDE = ("scene_type", "time", "emotion", "mood", "motion")  # groups that a shot shows; a scene shows all
CHANGES = {"cut": "硬切 cut", "dissolve": "叠化 dissolve", "fade": "淡变 fade", "wipe": "划像 wipe"}
NOTE = (
    "每个标签和描述后是它的概率；虚线或灰字表示没有把握，蓝色表示由人改定。 "
    "Behind each label and caption is how probable it is; dashed or grey ones are doubtful, blue ones are a person's."
)


def sheet(document: Document, pictures: Mapping[str, bytes]) -> str:
    """The page; *pictures* are JPEGs by the ids of shot marks. A shot without one gets an empty frame."""
    info, found, told = TimelineInfo.of(document), listed(document), captions_of(document)
    film = PurePath(document.media.path.replace("\\", "/")).name or "Zimu"
    head = (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(film)} · Zimu 字幕</title><style>{_style()}</style>"
    )
    alone = len(found) == 1 and found[0].mark is None  # shots, and no scenes at all
    body = "".join(_scene(number, one, info, pictures, told) for number, one in enumerate(found, 0 if alone else 1))
    return f"{head}<main>{_header(document, film, info, found)}{body}</main>"


def _style() -> str:
    here = Path(__file__).parent
    return (here.parent / "report.css").read_text("utf-8") + (here / "contact.css").read_text("utf-8")


def _header(document: Document, film: str, info: TimelineInfo, found: Sequence[Listed]) -> str:
    shots = sum(len(one.shots) for one in found)
    cards = (
        ("场景 Scenes", str(sum(one.mark is not None for one in found))),
        ("镜头 Shots", str(shots)),
        ("时长 Duration", info.timecode(info.frame(document.media.duration)) if not info.start else _length(document)),
        ("起始时间码 Start timecode", info.start_timecode),
        ("帧率 Frame rate", info.rate.label),
        ("平均镜头 Mean shot", f"{document.media.duration / 1000 / shots:.1f} s" if shots else "-"),
    )
    tiles = "".join(f"<div class=card><b>{escape(value)}</b><span>{what}</span></div>" for what, value in cards)
    links = "".join(
        f"<a href='#scene-{number}' style='flex-grow:{_span(one)}' title='{escape(_name(one))}'>{number}</a>"
        for number, one in enumerate(found, 1)
    )
    way = f"<nav aria-label='场景 Scenes'>{links}</nav>" if len(found) > 1 else ""
    return (
        f"<h1>{escape(film)}</h1><p class=made>{escape(document.made_by)}</p><div class=cards>{tiles}</div>"
        f"<p class=filter>{NOTE}</p>{way}"
    )


def _length(document: Document) -> str:
    seconds = document.media.duration // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _span(one: Listed) -> int:
    mark = one.mark or one.shots[0]
    return max(1, mark.end - mark.start)


def _name(one: Listed) -> str:
    """Its name as the document has it, and the names of its type and time in both languages if it has none."""
    if one.mark is None:
        return "不在任何场景里 In no scene"
    return one.mark.text or "场景 Scene"


def _scene(
    number: int, one: Listed, info: TimelineInfo, pictures: Mapping[str, bytes], told: Mapping[str, Mark]
) -> str:
    mark = one.mark
    when, labels = "", ""
    if mark is not None:
        begins = f" · 起点把握 begins here {mark.confidence:.0%}" if mark.confidence < 1 else ""
        when = f"<div class=when>{_times(mark, info)} · {(mark.end - mark.start) / 1000:.1f} s{begins}</div>"
        labels = _labels(mark, tuple(labels_of(mark)))
    head = f"<h2><b>{number}</b>{escape(_name(one))}</h2>" if number else ""
    shots = "".join(_shot(shot, info, pictures.get(shot.id), told.get(shot.id)) for shot in one.shots)
    return f"<section class=scene id='scene-{number}'>{head}{when}{labels}<div class=shots>{shots}</div></section>"


def _shot(mark: Mark, info: TimelineInfo, picture: bytes | None, caption: Mark | None) -> str:
    attributes = dict(mark.attributes)
    number, kind = attributes.get("number", ""), attributes.get("transition", "")
    frames = attributes.get("transition_frames", "0")
    how = CHANGES.get(kind, escape(kind)) + (f" ({escape(frames)})" if kind and frames != "0" else "")
    data = base64.b64encode(picture).decode("ascii") if picture else ""
    image = (
        f"<img alt='镜头 Shot {escape(number)}' src='data:image/jpeg;base64,{data}'>"
        if data
        else "<div class=none></div>"
    )
    return (
        f"<figure>{image}<figcaption><span class=how>{how}</span><b>{escape(number)}</b> "
        f"<span class=long>{(mark.end - mark.start) / 1000:.1f} s</span><span class=when>{_times(mark, info)}</span>"
        f"{_caption(caption)}{_labels(mark, BESIDE)}</figcaption></figure>"
    )


def _caption(mark: Mark | None) -> str:
    """What is said of a shot, each language in its line; behind it how probable that is."""
    if mark is None:
        return ""
    sure, lines = captions.sure_of(mark), []
    for language, text in captions.texts_of(mark).items():
        value = sure.get(language)
        state = "said" if value is None else "doubt" if value < DOUBT else ""
        share = f"<i>{value:.0%}</i>" if value is not None else ""
        lines.append(f"<p class='caption {state}' lang='{escape(language)}'>{escape(text)}{share}</p>")
    return "".join(lines)


def _times(mark: Mark, info: TimelineInfo) -> str:
    return f"{info.timecode(info.frame(mark.start))} - {info.timecode(info.frame(mark.end))}"


def _labels(mark: Mark, shown: Sequence[str]) -> str:
    sure, items = sure_of(mark), []
    told = sorted(labels_of(mark).items(), key=lambda pair: pair[0] != "scene_type")  # which says most
    for group, labels in told:
        for place, label in enumerate(labels if group in shown else ()):
            if (group, label) in SILENT:
                continue
            value = sure.get(group) if place == 0 else None
            state = "said" if group not in sure else "doubt" if value is not None and value < DOUBT else ""
            share = f"<i>{value:.0%}</i>" if value is not None else ""
            both = dict.fromkeys((name(group, label, "zh"), name(group, label, "en")))
            title = f"{name(group, '', 'zh')} {name(group, '', 'en')}"
            items.append(f"<li class='{state}' title='{escape(title)}'>{escape(' '.join(both))}{share}</li>")
    return f"<ul class=labels>{''.join(items)}</ul>" if items else ""
