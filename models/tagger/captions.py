"""The layouts of caption files and streams: SRT, WebVTT, ASS, SBV, LRC, MicroDVD, TTML; and their parts."""

from __future__ import annotations

import random
from collections.abc import Callable

from models.tagger.grammar import Writer
from models.tagger.lexicons import LANGUAGES, layouts

_TABLES = layouts()
STREAM_TIMES: list[str] = _TABLES["times"]
HEADINGS, JUNK, ROOMS = ({name: _TABLES[name][key] for name in LANGUAGES} for key in ("headings", "junk", "rooms"))
Layout = Callable[[Writer, int], None]


def clock(milliseconds: int, shape: str) -> str:
    """A time in one of the spellings of the streams."""
    seconds, part = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    fields = {
        "h": hour,
        "m": minute,
        "s": second,
        "t": part,
        "c": part // 10,
        "f": part // 40,
        "M": minutes,
        "S": seconds,
    }
    return shape.format(**fields)


class Times:
    """Times that go on, in ms."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.now = chance, chance.choice((0, 5, 60, 600, 3600)) * 1000 + chance.randint(0, 60000)

    def next(self) -> int:
        self.now += self.chance.randint(800, 9000)
        return self.now


def filled(writer: Writer, line: str) -> str:
    """A heading or line of credits with its places filled."""
    language, chance = writer.habits.language, writer.chance
    grammar = writer.source.grammars[language]
    a, b = (grammar.word("speaker", "nick" if language == "zh" else "given") for _ in "ab")
    return line.format(
        n=chance.randint(1, 40), z=chance.choice("一二三四五六七"), p=chance.choice(ROOMS[language]), a=a, b=b
    )


def junk(writer: Writer) -> None:
    writer.put(filled(writer, writer.chance.choice(JUNK[writer.habits.language])))


def part(writer: Writer, wrap: str = "") -> None:
    """Something said, heard, seen or shown, as one line of a stream or one cue."""
    shape = writer.chance.random()
    if shape < 0.3 or (writer.inline and shape < 0.5):
        writer.prefix()
    elif shape < 0.5:
        writer.words(wrap)
    elif shape < 0.76 or (writer.inline and shape > 0.945):
        writer.cue()
        if writer.maybe(0.06):
            writer.put(writer.habits.after).cue()
    elif shape < 0.86:
        writer.cue()
        writer.put(writer.habits.after)
        writer.prefix() if writer.maybe(0.6) else writer.words(wrap)
    elif shape < 0.91:
        writer.title()
    elif shape < 0.945:
        writer.notes(wrap)
    elif shape < 0.965:
        writer.labelled()
    else:
        junk(writer)


def stream(writer: Writer, count: int) -> None:
    """A short-video stream: time codes between the parts, on one line or many."""
    times, shape = Times(writer.chance), writer.chance.choice(STREAM_TIMES)
    glue = writer.chance.choice((" ", " ", "\n", "\n", "\n", "", "  ", "\n\n"))
    if not shape.startswith(("[", "(", "【", "（", "<", "{h:02}")):
        glue = "\n"  # a bare 5:22 inside a line is no time code
    timed = writer.chance.choice((1.0, 1.0, 0.8, 0.5))
    for number in range(count):
        writer.put(glue if number else "")
        writer.inline = "\n" not in glue
        if writer.maybe(timed):
            writer.inline = False
            writer.put(clock(times.next(), shape))
            if writer.maybe(0.3):
                writer.cue().put(writer.habits.after if glue != "\n" or writer.maybe(0.6) else "\n")
                writer.prefix() if writer.maybe(0.75) else writer.words()
                continue
        part(writer)
        if glue == "" and not writer.maybe(timed):
            writer.put(" ")


def plain(writer: Writer, count: int) -> None:
    """Lines without times, one part each."""
    for number in range(count):
        writer.put("\n" if number else "")
        if writer.maybe(0.04):
            writer.put("\n")
        if writer.maybe(0.06):
            cue_text(writer, "\n")
            continue
        part(writer)


def cue_text(writer: Writer, wrap: str) -> None:
    """The words of one cue of a caption file, on one or two lines."""
    shape = writer.chance.random()
    if shape < 0.13:
        dash = writer.chance.choice(("- ", "-", "– ", "— ", ">> "))
        for number in range(2):
            writer.put(wrap if number else "").put(dash)
            writer.prefix() if writer.maybe(0.3) else writer.cue() if writer.maybe(0.25) else writer.words()
    elif shape < 0.2:
        writer.cue().put(wrap)
        writer.prefix() if writer.maybe(0.4) else writer.words()
    elif shape < 0.28:
        tag = writer.chance.choice(("i", "b", "i", "font"))
        start = '<font color="#ffff00">' if tag == "font" else f"<{tag}>"
        writer.put(start)
        part(writer, wrap)
        writer.put(f"</{tag}>")
    elif shape < 0.31:
        zh, en = (writer.source.sentence(name) for name in ("zh", "en"))
        writer.draft.item("speech", zh + wrap + en if writer.maybe(0.75) else en + wrap + zh)
    elif shape < 0.34:
        writer.put(writer.chance.choice((r"{\an8}", r"{\i1}", r"{\pos(190,40)}", r"{\an8}")))
        part(writer, wrap)
    else:
        part(writer, wrap)


def srt(writer: Writer, count: int) -> None:
    times, first = Times(writer.chance), writer.chance.choice((1, 1, 1, 17, 240))
    shape = "{h:02}:{m:02}:{s:02},{t:03}"
    for number in range(count):
        writer.put("\n\n" if number else "").put(
            f"{first + number}\n{clock(times.next(), shape)} --> {clock(times.next(), shape)}\n"
        )
        cue_text(writer, "\n")


def vtt(writer: Writer, count: int) -> None:
    times, shape = Times(writer.chance), writer.chance.choice(("{h:02}:{m:02}:{s:02}.{t:03}", "{M:02}:{s:02}.{t:03}"))
    header = writer.chance.choice(
        (
            "",
            "",
            "",
            " - Captions",
            "\nKind: captions\nLanguage: en",
            "\n\nNOTE made by hand",
            "\n\nSTYLE\n::cue { color: white }",
        )
    )
    writer.put(f"WEBVTT{header}\n\n" if writer.maybe(0.7) else "")
    for number in range(count):
        writer.put("\n\n" if number else "")
        writer.put(f"{number + 1}\n" if writer.maybe(0.3) else "")
        extra = writer.chance.choice(("", "", "", " align:start position:10%", " line:90%"))
        writer.put(f"{clock(times.next(), shape)} --> {clock(times.next(), shape)}{extra}\n")
        if writer.maybe(0.3):
            writer.put(writer.chance.choice(("<v ", "<v ", "<v.loud "))).speaker(writer.name()).put(">")
            writer.words("\n").put("</v>" if writer.maybe(0.6) else "")
        else:
            cue_text(writer, "\n")


def ass(writer: Writer, count: int) -> None:
    times, shape = Times(writer.chance), "{h}:{m:02}:{s:02}.{c:02}"
    if writer.maybe(0.3):
        writer.put("[Script Info]\nTitle: Untitled\nScriptType: v4.00+\n\n" if writer.maybe(0.4) else "")
        writer.put("[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")
    for number in range(count):
        writer.put("\n" if number else "").put(
            f"Dialogue: 0,{clock(times.next(), shape)},{clock(times.next(), shape)},Default,"
        )
        if writer.maybe(0.4):
            writer.speaker(writer.name()).put(",0,0,0,,")
            writer.put(writer.chance.choice(("", "", r"{\i1}", r"{\an8}"))).words(r"\N")
        else:
            writer.put(",0,0,0,,")
            cue_text(writer, r"\N")


def cues(writer: Writer, count: int) -> None:
    """Brackets one after the other, with few words between: what tells their kinds apart."""
    glue = writer.chance.choice(("\n", "\n", " ", "\n\n"))
    writer.inline = "\n" not in glue
    for number in range(count + 3):
        writer.put(glue if number else "")
        shape = writer.chance.random()
        if shape < 0.6:
            writer.cue(writer.chance.choices(("sound", "music", "action"), (4, 3, 3))[0])
        elif shape < 0.7:
            writer.put("[").speaker(writer.name()).put("] ").draft.item("speech", brief(writer))
        elif shape < 0.8:
            writer.speaker(writer.name()).put(writer.habits.colon).draft.item("speech", brief(writer))
        elif shape < 0.9:
            writer.state_bracket(writer.grammar.state())
            writer.put(writer.habits.after).draft.item("speech", brief(writer))
        elif shape < 0.96:
            writer.title()
        else:
            writer.notes("")


def brief(writer: Writer) -> str:
    """The shortest of some sentences."""
    return min((writer.sentence(1) for _ in range(4)), key=len)


def sbv(writer: Writer, count: int) -> None:
    times, shape = Times(writer.chance), "{h}:{m:02}:{s:02}.{t:03}"
    for number in range(count):
        writer.put("\n\n" if number else "").put(f"{clock(times.next(), shape)},{clock(times.next(), shape)}\n")
        part(writer, "\n")


def lrc(writer: Writer, count: int) -> None:
    """Lyrics files, and transcripts that borrow their form."""
    times, shape = Times(writer.chance), writer.chance.choice(("[{M:02}:{s:02}.{c:02}]", "[{M:02}:{s:02}.{c:02}] "))
    writer.put("[ti:Untitled]\n[ar:Nobody]\n" if writer.maybe(0.25) else "")
    for number in range(count):
        writer.put("\n" if number else "").put(clock(times.next(), shape))
        writer.notes("") if writer.maybe(0.3) else part(writer)


def microdvd(writer: Writer, count: int) -> None:
    """Frames in braces, | between lines."""
    frame = writer.chance.randint(0, 5000)
    for number in range(count):
        start, frame = frame + writer.chance.randint(10, 90), frame + writer.chance.randint(100, 300)
        writer.put("\n" if number else "").put(f"{{{start}}}{{{frame}}}")
        cue_text(writer, "|") if writer.maybe(0.5) else part(writer)


def ttml(writer: Writer, count: int) -> None:
    """Paragraphs of TTML with their times as attributes."""
    times, shape = Times(writer.chance), "{h:02}:{m:02}:{s:02}.{t:03}"
    for number in range(count):
        writer.put("\n" if number else "").put(
            f'<p begin="{clock(times.next(), shape)}" end="{clock(times.next(), shape)}">'
        )
        part(writer, "<br/>")
        writer.put("</p>")
