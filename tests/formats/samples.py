"""Documents for the tests of the formats: one a person would make, and any that Hypothesis can think of."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from plugin_core.document import Cue, Document, Media, Word

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines may be busy

BILINGUAL = Document(
    media=Media(path="film.mov", width=1920, height=1080),
    languages=("zh", "en"),
    cues=(
        Cue(
            "c01",
            400,
            2100,
            ("你好，欢迎来到字幕。", "Hello, and welcome to Zimu."),
            words=(Word(400, 900, "你好"), Word(1000, 1500, "欢迎"), Word(1500, 2000, "来到字幕")),
            speaker="王老师",
        ),
        Cue("c02", 2100, 4250, ("一切都在你自己的\n电脑上完成。", "Everything happens\non your own machine.")),
        Cue("c03", 4250, 5000, ('"A & B" <或> {C}', "5 < 6 & 7 > 3 --> yes \\N {\\an8}"), tags=("an8",)),
        Cue("c04", 6000, 7500, ("只有中文", "")),
        Cue("c05", 3_600_000, 3_601_999, ("一小时以后", "=An hour later")),
    ),
)

TRICKY = [
    "-->", "<b>", "</i>", "<00:00:01.000>", "{\\an8}", "\\N", "\\n", "{", "}", "\\", "&", "&amp;", "&lt;", "<",
    ">", "<br>", "1", "42", "00:00:01,000 --> 00:00:02,000", "NOTE", "STYLE", "WEBVTT", "REGION", "=1+1", "'=1",
    "'", "+", "-", "@x", ",", '"', ";", "\t", " ", "\n", "\n\n", "\r\n", "\r", "\u2028", "\x0b", "\x00", "\x07",
    "\x1b", "\ufeff", "\u2060", "\u200f", "中文", "，", "。", "שלום", "مرحبا", "😀",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "é", "e\u0301", "\u3000", "[Events]", "Dialogue: 0,",
    "{1}{2}", "]]>", "<!--", "<v Bob>", "<lang en>", "0:00:01.000,0:00:02.000", "start,end", "\ud800", "\ufffe",
    "\U0010ffff", "—>", "1:02 -> 1:03",
]  # fmt: skip

texts = st.lists(st.one_of(st.sampled_from(TRICKY), st.text(max_size=6)), max_size=6).map("".join)
times = st.tuples(st.integers(0, 35_900_000), st.integers(0, 20_000)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@st.composite
def documents(draw: st.DrawFn, languages: tuple[str, ...] = ("zh", "en")) -> Document:
    """A document of any texts and times; ids as ``new_id`` makes them."""
    ids = st.text("0123456789abcdef", min_size=12, max_size=12)
    chosen = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    cues = [
        Cue(key, *draw(times), tuple(draw(texts) for _ in languages), speaker=draw(st.one_of(st.just(""), texts)))
        for key in chosen
    ]
    return Document(languages=languages, cues=tuple(sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id))))
