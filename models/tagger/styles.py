"""The layouts of whole documents: streams, caption files, scripts, transcripts. Each writes some parts with a Writer."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable

from models.tagger.drafts import Draft
from models.tagger.grammar import Source, Writer
from models.tagger.lexicons import FOLDER, LANGUAGES

_TABLES = tomllib.loads((FOLDER / "layouts.toml").read_text(encoding="utf-8"))
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
    if shape < 0.3:
        writer.prefix()
    elif shape < 0.5:
        writer.words(wrap)
    elif shape < 0.76:
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
    timed = writer.chance.choice((1.0, 1.0, 0.8, 0.5))
    for number in range(count):
        writer.put(glue if number else "")
        if writer.maybe(timed):
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


def broadcast(writer: Writer, count: int) -> None:
    """Live captions: >> for a new speaker, capitals, brackets; music between notes."""
    upper = writer.maybe(0.6)
    for number in range(count):
        writer.put("\n" if number else "")
        shape = writer.chance.random()
        if shape < 0.5:
            writer.put(writer.chance.choice((">> ", ">> ", ">>", ">>> ")))
            if writer.maybe(0.5):
                writer.speaker(writer.name()).put(": ")
            if writer.maybe(0.1):
                writer.after_name()
            text = writer.sentence()
            text = text.upper() if upper and len(text.upper()) == len(text) else text
            writer.draft.item("speech", text)
        else:
            part(writer)


def netflix(writer: Writer, count: int) -> None:
    """Captions for the deaf and hard of hearing: [bracketed] names, states and sounds, dashes for two speakers."""
    for number in range(count):
        writer.put("\n" if number else "")
        dashed = writer.maybe(0.3)
        writer.put(writer.chance.choice(("- ", "-")) if dashed else "")
        shape = writer.chance.random()
        if shape < 0.3:
            writer.put("[").speaker(writer.name()).put("] ").words()
        elif shape < 0.45:
            writer.put("[").draft.item("state", writer.grammar.state())
            writer.put("] ").words()
        elif shape < 0.8:
            writer.cue()
            if writer.maybe(0.4):
                writer.put(" ").words()
        elif shape < 0.9:
            writer.notes()
        else:
            writer.words()


def bbc(writer: Writer, count: int) -> None:
    """Broadcast captions: lines of capitals are sounds, # around songs."""
    case = writer.habits.case
    for number in range(count):
        writer.put("\n" if number else "")
        shape = writer.chance.random()
        writer.habits.case = str.upper if writer.habits.language == "en" else case
        if shape < 0.32 and writer.habits.language == "en":
            kind = writer.chance.choice(("sound", "sound", "music"))
            writer.draft.item(kind, writer.event(kind))
        elif shape < 0.42:
            text = writer.sentence(1)
            writer.put("# ").draft.item("music", text)
            writer.put(writer.chance.choice((" #", " #", "")))
        elif shape < 0.65:
            writer.words()
        else:
            part(writer)
    writer.habits.case = case


def screenplay(writer: Writer, count: int) -> None:
    """English screenplays: headings, paragraphs of action, a name alone above its words."""
    writer.put(filled(writer, writer.chance.choice(HEADINGS["en"])) + "\n\n" if writer.maybe(0.7) else "")
    writer.habits.names = str.upper
    for number in range(count):
        writer.put("\n\n" if number else "")
        shape = writer.chance.random()
        if shape < 0.32:
            writer.draft.item(
                *(("sound", writer.grammar.heard()) if writer.maybe(0.12) else ("action", writer.grammar.paragraph()))
            )
        elif shape < 0.86:
            spoken(writer)
        elif shape < 0.9:
            writer.cue()
        elif shape < 0.94:
            writer.title()
        else:
            writer.put(filled(writer, writer.chance.choice(("CUT TO:", "FADE OUT.", "DISSOLVE TO:", *HEADINGS["en"]))))


def spoken(writer: Writer) -> None:
    """A name on its own line, perhaps a parenthetical, then the words on one or two lines."""
    indent = writer.chance.choice(("", "", "    ", "\t\t"))
    writer.put(indent).speaker(writer.name().upper())
    if writer.maybe(0.35):
        writer.put(" (").draft.item(
            "state", writer.chance.choice(("V.O.", "O.S.", "V.O.", "O.C.", "ON PHONE", "O.S.", "whispering", "OFF"))
        )
        writer.put(")")
    elif writer.maybe(0.1):
        writer.put(" (CONT'D)")
    writer.put("\n" + indent)
    if writer.maybe(0.35):
        writer.put("(")
        shape = writer.chance.random()
        kind = "state" if shape < 0.6 else "action" if shape < 0.8 else "sound"
        heard = writer.grammar.sounding() if writer.maybe(0.75) else writer.grammar.word("sound", "silence.words")
        words = (
            writer.grammar.state() if kind == "state" else writer.grammar.action().text if kind == "action" else heard
        )
        writer.draft.item(kind, words)
        writer.put(")\n" + indent)
    text = writer.sentence()
    writer.draft.item("speech", writer.broken(text, "\n" + indent) if len(text) > 24 and writer.maybe(0.4) else text)


def drama(writer: Writer, count: int) -> None:
    """Chinese scripts: headings, △ deeds, names with states."""
    chance = writer.chance
    writer.put(filled(writer, chance.choice(HEADINGS["zh"])) + "\n" if writer.maybe(0.6) else "")
    writer.put(
        filled(writer, chance.choice(("人物：{a}、{b}", "人物：{a} {b}", "时间：夜", "地点：{p}"))) + "\n"
        if writer.maybe(0.3)
        else ""
    )
    mark = chance.choice(("△", "△ ", "▲", "△", "※", "△ ", ""))
    for number in range(count):
        writer.put("\n" if number else "")
        shape = chance.random()
        if shape < 0.3:
            kind = "sound" if writer.maybe(0.15) else "action"
            words = writer.grammar.heard() if kind == "sound" else writer.grammar.paragraph()
            writer.put(mark).draft.item(kind, words)
        elif shape < 0.82:
            writer.prefix()
        elif shape < 0.92:
            writer.cue()
        elif shape < 0.96:
            writer.title()
        else:
            writer.put(filled(writer, chance.choice(("切至：{p}", "淡出", "黑场", *HEADINGS["zh"]))))


def transcript(writer: Writer, count: int) -> None:
    """Meetings and interviews: a name with a time on its own line, the words below; or before the words."""
    times, shape = (
        Times(writer.chance),
        writer.chance.choice(("{M:02}:{s:02}", "{h:02}:{m:02}:{s:02}", "({M:02}:{s:02})", "[{h:02}:{m:02}:{s:02}]")),
    )
    below, first = writer.maybe(0.6), writer.maybe(0.2)
    blank = writer.chance.choice(("\n", "\n\n"))
    writer.habits.names = writer.chance.choice((str.title, lambda name: name, lambda name: name, str.upper))
    for number in range(count):
        writer.put(blank if number else "")
        if writer.maybe(0.12):
            writer.cue()
            continue
        time = clock(times.next(), shape)
        if first:
            writer.put(time + " ")
        writer.speaker(writer.name())
        if not first:
            writer.put(writer.chance.choice((" ", "  ", " ")) + time)
        writer.put(writer.chance.choice(("", "", ":")) if below else writer.habits.colon)
        text = writer.sentence(3)
        if below:
            while writer.maybe(0.2):
                text += "\n" + writer.sentence(1)
            writer.put("\n").draft.item(
                "speech", writer.broken(text, "\n") if len(text) > 30 and writer.maybe(0.25) else text
            )
        else:
            writer.put("" if writer.habits.colon.endswith((" ", "：")) else " ").draft.item("speech", text)


def own(writer: Writer, count: int) -> None:
    """Recognised speech, one cue a line, often without marks."""
    writer.habits.plain = writer.chance.choice(("", "bare", "lower", "bare"))
    for number in range(count):
        writer.put("\n" if number else "")
        writer.words() if writer.maybe(0.9) else writer.cue()


def show(writer: Writer, count: int) -> None:
    """Anime, games and variety shows: quotation marks, captions in every bracket, emoji."""
    chance = writer.chance
    for number in range(count):
        writer.put(chance.choice(("\n", "\n", " ")) if number else "")
        shape = chance.random()
        if shape < 0.3:
            name = writer.name()
            a, b = chance.choice(("「」", "“”", '""') if not name.isascii() else ('""', "“”"))
            writer.speaker(name).put(chance.choice(("", "：", "：") if not name.isascii() else (": ", ": ")) + a)
            writer.draft.item("speech", writer.sentence(1).replace(a, "").replace(b, ""))
            writer.put(b)
        elif shape < 0.45:
            a, b = chance.choice(("【】", "[]", "<>"[:0] + "［］"))
            writer.put(a).speaker(writer.name()).put(b + writer.habits.after).words()
        elif shape < 0.6:
            writer.title()
        else:
            part(writer)


def list_of_shots(writer: Writer, count: int) -> None:
    """Shot lists of short-video scripts: fields with labels on one line."""
    glue = writer.chance.choice((" | ", "；", "\t", " / ", "\n"))
    for number in range(count):
        writer.put("\n" if number else "")
        writer.put(
            writer.chance.choice((f"镜号{number + 1} ", f"{number + 1}. ", f"镜{number + 1} ", ""))
            if writer.habits.language == "zh"
            else f"Shot {number + 1}: "
        )
        for field in range(writer.chance.randint(1, 3)):
            writer.put(glue if field else "")
            writer.labelled() if writer.maybe(0.7) else writer.prefix()


def chat(writer: Writer, count: int) -> None:
    """Logs: a time, a name in angle or square brackets, the words."""
    times = Times(writer.chance)
    for number in range(count):
        writer.put("\n" if number else "").put(clock(times.next(), "[{M:02}:{s:02}] "))
        if writer.maybe(0.25):
            writer.cue()
        else:
            writer.speaker(writer.name()).put(writer.chance.choice((" - ", ": ", "：", " | "))).words()


LAYOUTS: dict[str, tuple[Layout, float, str]] = {
    "stream": (stream, 20, ""), "plain": (plain, 20, ""), "srt": (srt, 9, ""), "vtt": (vtt, 5, ""), "ass": (ass, 4, ""), "lrc": (lrc, 2.5, ""), "microdvd": (microdvd, 1.5, ""), "ttml": (ttml, 1.5, ""),
    "broadcast": (broadcast, 5, "en"), "netflix": (netflix, 7, ""), "bbc": (bbc, 4, "en"), "screenplay": (screenplay, 7, "en"), "drama": (drama, 10, "zh"),
    "transcript": (transcript, 7, ""), "own": (own, 3, ""), "show": (show, 7, ""), "shots": (list_of_shots, 2.5, ""),
    "cues": (cues, 16, ""),
}  # fmt: skip
UNSEEN: dict[str, tuple[Layout, float, str]] = {"sbv": (sbv, 6, ""), "chat": (chat, 6, "")}  # only in the test
COUNTS = ((1, 1, 1, 2, 2, 3, 4), (3, 4, 5, 6, 8), (8, 10, 14))


def document(source: Source, chance: random.Random, test: bool = False) -> tuple[str, Draft]:
    """The name of a layout and one document in it, without noise; *test* adds layouts that training never has."""
    layouts = LAYOUTS | UNSEEN if test else LAYOUTS
    name = chance.choices(list(layouts), [weight for _, weight, _ in layouts.values()])[0]
    layout, _, only = layouts[name]
    language = only or chance.choices(("zh", "en"), (43, 57))[0]
    writer = Writer.new(source, chance, language, mixed=chance.random() < 0.1)
    layout(writer, chance.choice(chance.choices(COUNTS, (55, 38, 7))[0]))
    return name, writer.draft.trim()
