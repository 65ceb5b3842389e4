"""The layouts of whole documents: those of captions.py, broadcast captions, scripts, transcripts, shows."""

from __future__ import annotations

import random
from collections.abc import Callable

from models.tagger.captions import (
    HEADINGS,
    Times,
    ass,
    clock,
    cues,
    filled,
    junk,
    lrc,
    microdvd,
    part,
    plain,
    sbv,
    srt,
    stream,
    ttml,
    vtt,
)
from models.tagger.drafts import Draft
from models.tagger.grammar import Writer
from models.tagger.invented import invented
from models.tagger.source import Source

Layout = Callable[[Writer, int], None]


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
        glue = chance.choice(("\n", "\n", " "))
        writer.put(glue if number else "").inline = glue == " "
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


def nothing(writer: Writer, count: int) -> None:
    """Headings, credits, numbers and marks: what holds no item, with hardly anything between."""
    language, chance = writer.habits.language, writer.chance
    marks = ("……", "---", "***", "[]", "（）", "( )", "...", "12", "00:00:12,000 --> 00:00:14,000", "[00:01:22]", "#")
    for number in range(count):
        writer.put("\n" if number else "")
        shape = chance.random()
        if shape < 0.5:
            junk(writer)
        elif shape < 0.72:
            writer.put(filled(writer, chance.choice(HEADINGS[language])))
        elif shape < 0.82:
            writer.put(chance.choice(marks))
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
    "stream": (stream, 20, ""),
    "plain": (plain, 20, ""),
    "srt": (srt, 9, ""),
    "vtt": (vtt, 5, ""),
    "ass": (ass, 4, ""),
    "lrc": (lrc, 2.5, ""),
    "microdvd": (microdvd, 1.5, ""),
    "ttml": (ttml, 1.5, ""),
    "broadcast": (broadcast, 5, "en"),
    "netflix": (netflix, 7, ""),
    "bbc": (bbc, 4, "en"),
    "screenplay": (screenplay, 7, "en"),
    "drama": (drama, 10, "zh"),
    "transcript": (transcript, 7, ""),
    "own": (own, 3, ""),
    "show": (show, 7, ""),
    "shots": (list_of_shots, 2.5, ""),
    "cues": (cues, 16, ""),
    "nothing": (nothing, 5, ""),
}
UNSEEN: dict[str, tuple[Layout, float, str]] = {"sbv": (sbv, 6, ""), "chat": (chat, 6, "")}  # only in the test
INVENTED: dict[str, tuple[Layout, float, str]] = {"invented": (invented, 8, "")}  # never in the test
COUNTS = ((1, 1, 1, 2, 2, 3, 4), (3, 4, 5, 6, 8), (8, 10, 14))


def document(source: Source, chance: random.Random, test: bool = False) -> tuple[str, Draft]:
    """The name of a layout and one document in it, without noise; *test* has layouts that training never has."""
    layouts = LAYOUTS | (UNSEEN if test else INVENTED)
    name = chance.choices(list(layouts), [weight for _, weight, _ in layouts.values()])[0]
    layout, _, only = layouts[name]
    language = only or chance.choices(("zh", "en"), (43, 57))[0]
    writer = Writer.new(source, chance, language, mixed=chance.random() < 0.1)
    layout(writer, chance.choice(chance.choices(COUNTS, (55, 38, 7))[0]))
    return name, writer.draft.trim()
