"""Documents of marks for the tests of the formats that carry them."""

from __future__ import annotations

from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Cue, Document, Mark, Media
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of

RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]
STARTS = ["00:00:00:00", "01:00:00:00", "10:00:00:00"]

MARKS = (
    Mark("a1", "scene", 0, 20_000, "Kitchen, morning"),
    Mark("a2", "music", 1000, 5000, "竖琴, sad", (("mood", "sad; slow"), ("key", "[C] | D")), 0.83),
    Mark("a3", "sound", 2000, 2040, '"bang" | door'),
    Mark("a4", "action", 4000, 6000, "she runs", (("colour", "Lavender"),)),
    Mark("a5", "scene", 20_000, 60_000, "厨房，早晨"),
    Mark("a6", "scene", 60_000, 90_000, "Garden = [day]"),
    Mark("a7", "note", 70_000, 71_000, '"'),
)
CUES = (Cue("c1", 400, 2100, ("你好。", "Hello."), speaker="王"), Cue("c2", 3000, 4250, ("再见", "Bye")))
DOCUMENT = Document(Media("film.mov", 90_000), ("zh", "en"), CUES, MARKS)

lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=12)
texts = st.lists(st.one_of(lines, st.sampled_from(['"', "|", " | ", "\\", ";", ",", "[x]", "music"])), max_size=5).map(
    lambda parts: " ".join("".join(parts).replace("\ufeff", "").replace("\u2060", "").split())
)


@st.composite
def marks(draw: st.DrawFn, rate: FrameRate) -> tuple[Mark, ...]:
    """Marks on frames of *rate*, with texts of one line."""
    ids = draw(st.lists(st.text("0123456789abcdef", min_size=6, max_size=6), max_size=4, unique=True))
    made = []
    for key in ids:
        first, length = draw(st.integers(0, 900_000)), draw(st.integers(1, 5000))
        pairs = draw(st.lists(st.tuples(texts.filter(bool), texts), max_size=2))
        pairs = [pair for pair in pairs if pair[0] not in {"confidence", "colour"}]
        kind, start, end = draw(st.sampled_from(MARK_KINDS)), rate.ms_at(first), rate.ms_at(first + length)
        made.append(Mark(key, kind, start, end, draw(texts), tuple(pairs), draw(st.floats(0, 1))))
    return tuple(sorted(made, key=lambda mark: (mark.start, mark.end, mark.id)))


def programme(document: Document = DOCUMENT, rate: str = "25", start: str = "01:00:00:00") -> Programme:
    return programme_of(document, TimelineInfo.of(document, rate=FrameRate.parse(rate), start=start))
