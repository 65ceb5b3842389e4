"""Documents that hold everything an exchange can lose, on the grids of all rates."""

from __future__ import annotations

from plugin_core.clock import FrameRate
from plugin_core.document import AudioStream, Cue, Document, Mark, Media, Word
from plugin_core.host import TimelineInfo

RATES = tuple(
    FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")
)
STARTS = ("00:00:00:00", "01:00:00:00", "10:00:00:00")


def rich_document(rate: FrameRate, *, cues: int = 12, start_timecode: str = "") -> Document:
    """Two languages, speakers, words, tags; marks of every kind with colours and attributes; all on frames."""
    at = rate.ms_at
    made = tuple(
        Cue(
            f"cue{n:05d}",
            at(n * 61 + 7),
            at(n * 61 + 55),
            (f"第{n}句：你好，世界！", f"Line {n}: hello,\nworld & <all>"),
            words=(
                Word(at(n * 61 + 7), at(n * 61 + 25), f"第{n}句：", 0.9),
                Word(at(n * 61 + 25), at(n * 61 + 40), "你好，", 0.8),
                Word(at(n * 61 + 41), at(n * 61 + 55), "世界！", 0.7),
            ),
            speaker=("李佳琦", "Anna", "")[n % 3],
            role=("", "VO")[n % 2],
            tags=("lang:zh",) if n % 4 == 0 else (),
        )
        for n in range(cues)
    )
    kinds = ("music", "sound", "action", "title", "shot", "scene", "caption", "note")
    marks = tuple(
        Mark(
            f"mark{n:05d}",
            kinds[n % 8],
            at(n * 53 + 11),
            at(n * 53 + 31),
            f"{kinds[n % 8]} {n} 琴声",
            (("mood", "sad; slow"), ("colour", "Lavender")) if n % 3 == 0 else (),
            0.5 if n % 2 else 1.0,
        )
        for n in range(cues)
    )
    media = Media(
        "/footage/day 1/拍摄 & 1.mov", at(cues * 61 + 100), rate, start_timecode=start_timecode, width=1920,
        height=1080,
        audio=(AudioStream(1, "pcm_s16le", 48_000, 2),),
    )  # fmt: skip
    return Document(media, ("zh", "en"), made, marks, "zimu tests")


def info_of(document: Document, start: str, name: str = "Reel 1") -> TimelineInfo:
    """The document's timeline starting at *start* (written without a drop-frame semicolon)."""
    return TimelineInfo.of(document, start=start, name=name)
