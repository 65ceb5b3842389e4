"""
What survives document -> format -> document, measured: the tables of docs/formats.md and docs/formats.zh.md.

    python -m tests.formats.roundtrip      writes both

Every format writes a document that has everything (two languages, speakers, roles, words, tags, marks of every kind
with attributes, colours and confidence) at nine frame rates and three start timecodes, and reads it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plugin_core.colours import colour_of
from plugin_core.document import Cue, Document, Mark
from plugin_core.exchange import EXCHANGES, read_text_as
from plugin_core.formats import FORMATS, read_text, split_bilingual, to_text
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.programmes import RATES, STARTS, info_of, rich_document

DOCS = {
    "en": Path(__file__).parent.parent.parent / "docs" / "formats.md",
    "zh": Path(__file__).parent.parent.parent / "docs" / "formats.zh.md",
}
COARSE = ("scc", "youtube", "ffmetadata", "matroska-chapters")  # their times are not those of the timeline's frames
TEXT_FORMATS = tuple(name for name, entry in FORMATS.items() if entry.read and entry.write)
CUES = ("languages", "cue frames", "speakers", "roles", "words", "tags", "cue ids")
MARKS = ("marks", "mark frames", "mark lengths", "names", "kinds", "details", "colours", "confidence", "mark ids")

CHINESE = {
    "Format": "格式", "yes": "全部", "languages": "语言", "cue frames": "字幕帧", "speakers": "说话人", "roles": "角色",
    "words": "逐词时间", "tags": "标签", "cue ids": "字幕编号", "marks": "标记", "mark frames": "标记帧",
    "mark lengths": "标记长度", "names": "名称", "kinds": "种类", "details": "细节", "colours": "颜色",
    "confidence": "可信度", "mark ids": "标记编号",
}  # fmt: skip
PAGE = {
    "en": """\
# What survives in each format

Measured by `python -m tests.formats.roundtrip`: a document that has everything is written and read again at
{rates} frames per second, with start timecodes {starts}.
"yes": all of it came back; a share: part of it; –: none. Times are compared in frames.

## Subtitles

{cues}

## Marks

{marks}

Wherever times are carried, the largest error over all rates and starts is 0 frames.

Not in the tables: SCC (one language that 608 has characters for, at 29.97), EBU-STL (one language, at 24,
25 or 30) and chapters (marks at seconds or milliseconds). `zimu export` says what each of them changes.
""",
    "zh": """\
# 各种格式保留哪些内容

由 `python -m tests.formats.roundtrip` 实测：把一份什么都有的文档写出再读回，帧率为
{rates}，起始时间码为 {starts}。
“全部”：全都回来了；百分比：回来了一部分；–：没有。时间按帧比较。

## 字幕

{cues}

## 标记

{marks}

凡是带时间的格式，在所有帧率和起始时间码下，最大误差都是 0 帧。

不在表里的：SCC（一种语言，限 608 字符集，29.97 帧）、EBU-STL（一种语言，24、25 或 30 帧）和章节（标记精确到秒或毫秒）。
`zimu export` 会说明每种格式改变了什么。
""",
}


@dataclass
class Tally:
    """How much of each feature came back, over all rates and starts: kept and wanted; and the largest frame errors."""

    kept: dict[str, int]
    wanted: dict[str, int]
    cue_error: int = 0
    mark_error: int = 0

    def add(self, feature: str, kept: Iterable[bool]) -> None:
        values = list(kept)
        self.kept[feature] = self.kept.get(feature, 0) + sum(values)
        self.wanted[feature] = self.wanted.get(feature, 0) + len(values)

    def cell(self, feature: str) -> str:
        kept, wanted = self.kept.get(feature, 0), self.wanted.get(feature, 0)
        if not kept or not wanted:
            return "–"
        return "yes" if kept == wanted else f"{100 * kept / wanted:.0f} %"


def measured(name: str) -> Tally:
    """One format at every rate and start."""
    tally = Tally({}, {})
    for rate in RATES:
        for start in STARTS:
            document = rich_document(rate)
            info = info_of(document, start)
            there, back = _round(name, programme_of(document, info))
            compare(there, back, info, tally)
    return tally


def _round(name: str, programme: Programme) -> tuple[Document, Document]:
    if name in EXCHANGES:
        entry = EXCHANGES[name]
        back = read_text_as(entry, entry.write(programme).decode("utf-8-sig"), programme.info.rate)
        return programme.document, _from_start(back, programme.info)
    entry_text = to_text(programme.document, name)
    return programme.document, split_bilingual(read_text(entry_text, name), ("zh", "en"))


def _from_start(back: Programme, info: TimelineInfo) -> Document:
    """Times count from the timeline's first frame, whatever offset a reader chose."""
    if back.info.offset == info.offset:
        return back.document
    by = back.info.offset - info.offset
    cues = tuple(replace(cue, start=cue.start + by, end=cue.end + by) for cue in back.document.cues)
    marks = tuple(replace(mark, start=mark.start + by, end=mark.end + by) for mark in back.document.marks)
    return replace(back.document, cues=cues, marks=marks)


def compare(there: Document, back: Document, info: TimelineInfo, tally: Tally) -> None:
    """Count what of *there* is in *back*; cues and marks are paired in the order of time."""
    pairs = list(zip(there.cues, back.cues, strict=False)) if len(there.cues) == len(back.cues) else []
    _compare_cues(pairs, there, back, info, tally)
    marks = _paired(there.marks, back.marks, info)
    tally.add("marks", (other is not None for _, other in marks))
    found = [(mark, other) for mark, other in marks if other is not None]
    same: dict[str, Callable[[Mark, Mark], bool]] = {
        "mark frames": lambda a, b: info.frame(a.start) == info.frame(b.start),
        "mark lengths": lambda a, b: info.span(a.start, a.end) == info.span(b.start, b.end),
        "names": lambda a, b: a.text == b.text,
        "kinds": lambda a, b: a.kind == b.kind,
        "details": lambda a, b: _details(a) == _details(b),
        "colours": lambda a, b: colour_of(a) == colour_of(b),
        "confidence": lambda a, b: a.confidence == b.confidence,
        "mark ids": lambda a, b: a.id == b.id,
    }
    for feature, equal in same.items():
        tally.add(feature, (equal(mark, other) for mark, other in found))
    errors = [abs(info.frame(a.start) - info.frame(b.start)) for a, b in found]
    tally.mark_error = max([tally.mark_error, *errors])


def _compare_cues(
    pairs: Sequence[tuple[Cue, Cue]], there: Document, back: Document, info: TimelineInfo, tally: Tally
) -> None:
    for column, language in enumerate(there.languages):
        at = back.languages.index(language) if language in back.languages else -1
        single = len(back.languages) == 1 and back.languages[0] in {"und", language} and len(there.languages) > 1
        tally.add("languages", (_says(a, b, column, at, single) for a, b in pairs) if pairs else [False])
    frames = [(info.frame(t), info.frame(u)) for a, b in pairs for t, u in ((a.start, b.start), (a.end, b.end))]
    tally.add("cue frames", (a == b for a, b in frames))
    tally.cue_error = max([tally.cue_error, *(abs(a - b) for a, b in frames)])
    tally.add("speakers", (a.speaker == b.speaker for a, b in pairs if a.speaker))
    tally.add("roles", (a.role == b.role for a, b in pairs if a.role))
    tally.add("words", (bool(b.words) and _same_words(a, b, info) for a, b in pairs if a.words))
    tally.add("tags", (a.tags == b.tags for a, b in pairs if a.tags))
    tally.add("cue ids", (a.id == b.id for a, b in pairs))


def _says(a: Cue, b: Cue, column: int, at: int, single: bool) -> bool:
    """Whether the text of a language came back: in its column, or alone or stacked in the only one."""
    wanted = a.texts[column]
    if at >= 0 and len(b.texts) > 1:
        return b.texts[at] == wanted
    return single and wanted in b.texts[0]


def _same_words(a: Cue, b: Cue, info: TimelineInfo) -> bool:
    """Whether every word begins where it did; a reader may have parted it further (Chinese into characters)."""
    wanted, found = _starts(a, info), _starts(b, info)
    return all(found.get(at) == frame for at, frame in wanted.items())


def _starts(cue: Cue, info: TimelineInfo) -> dict[int, int]:
    """The frame at which the word after so many characters begins."""
    at, starts = 0, {}
    for word in cue.words:
        starts[at] = info.frame(word.start)
        at += len("".join(word.text.split()))
    return starts


def _details(mark: Mark) -> dict[str, str]:
    return {name: value for name, value in mark.attributes if name != "colour"}


def _paired(there: Sequence[Mark], back: Sequence[Mark], info: TimelineInfo) -> list[tuple[Mark, Mark | None]]:
    """Marks paired by id where ids came back, else by first frame."""
    by_id = {mark.id: mark for mark in back}
    by_frame = {info.frame(mark.start): mark for mark in back}
    return [(mark, by_id.get(mark.id) or by_frame.get(info.frame(mark.start))) for mark in there]


def table(names: Sequence[str], features: Sequence[str], tallies: dict[str, Tally], language: str) -> str:
    """A table with a row for each format that keeps any of *features*."""
    said = CHINESE if language == "zh" else {}
    heads = [said.get(feature, feature) for feature in features]
    rows = [f"| {said.get('Format', 'Format')} | " + " | ".join(heads) + " |", "| --- |" + " --- |" * len(features)]
    for name in names:
        cells = [tallies[name].cell(feature) for feature in features]
        if set(cells) != {"–"}:
            rows.append(f"| `{name}` | " + " | ".join(said.get(cell, cell) for cell in cells) + " |")
    return "\n".join(rows)


def document(tallies: dict[str, Tally], language: str) -> str:
    """The text of docs/formats.md, or of its Chinese sister."""
    return PAGE[language].format(
        rates=("、" if language == "zh" else ", ").join(rate.label for rate in RATES),
        starts=("、" if language == "zh" else ", ").join(STARTS),
        cues=table(list(tallies), CUES, tallies, language),
        marks=table(list(tallies), MARKS, tallies, language),
    )


def measure_all() -> dict[str, Tally]:
    """Every format that is both written and read."""
    exchanges = [name for name, entry in EXCHANGES.items() if entry.reads and entry.writes and name not in COARSE]
    return {name: measured(name) for name in (*exchanges, *TEXT_FORMATS)}


if __name__ == "__main__":
    counted = measure_all()
    for code, path in DOCS.items():
        path.write_text(document(counted, code), "utf-8")
