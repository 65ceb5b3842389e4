"""The mess of real texts: every kind keeps the spans true and changes no reading of guideline.md."""

from __future__ import annotations

import random
import re
import string

from models.tagger.drafts import Draft
from models.tagger.lexicons import layouts

HIDDEN = "\u200b\ufeff\u200e\u2060\u200d"
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
SWAPS = {
    "[": "［【(",
    "]": "］】)",
    "(": "（[",
    ")": "）]",
    "（": "(",
    "）": ")",
    "【": "[",
    "】": "]",
    "：": ":",
    ":": "：",
    "，": ",",
    "。": ".",
    "！": "!",
    "？": "?",
}
EMOJI = "😂🤣😭🔥✨❤👍🎉😱🙏💕🌟😅🤔👏💯🥺😍🎬🐶"
GLOSSES: dict[str, list[str]] = layouts()["glosses"]
GLOSSED = 0.15  # share of the documents of training with such brackets
KEYS = "abcdefghijklmnopqrstuvwxyz"


def disturb(draft: Draft, chance: random.Random, test: bool = False) -> Draft:
    """Some of the kinds of mess, in place; six of ten documents stay clean. *test* has fewer sorts of brackets."""
    if not test and chance.random() < GLOSSED:
        gloss(draft, chance)
    if chance.random() < 0.6:
        return draft.trim()
    for change, share in CHANGES:
        if chance.random() < share:
            change(draft, chance)
    return draft.trim()


def speeches(draft: Draft) -> list[tuple[int, int]]:
    """Where somebody speaks or sings in words."""
    return [(span.start, span.end) for span in draft.spans if span.label == "speech"]


def lose_bracket(draft: Draft, chance: random.Random) -> None:
    """One bracket mark goes missing."""
    places = [m.start() for m in re.finditer(r"[\])}】）]", draft.text) if not inside(draft, m.start())]
    if places:
        at = chance.choice(places)
        draft.replace(at, at + 1, "")


def inside(draft: Draft, at: int) -> bool:
    """Whether the character at *at* belongs to an item."""
    return any(span.start <= at < span.end for span in draft.spans)


def swap_widths(draft: Draft, chance: random.Random) -> None:
    """Marks of the other width or shape: one half of a pair, or a colon."""
    for at in range(len(draft.text)):
        if draft.text[at] in SWAPS and not inside(draft, at) and chance.random() < 0.12 and not timed(draft.text, at):
            draft.replace(at, at + 1, chance.choice(SWAPS[draft.text[at]]))


def timed(text: str, at: int) -> bool:
    """Whether the mark at *at* touches a digit: then it is left alone."""
    return text[max(0, at - 1) : at].isdigit() or text[at + 1 : at + 2].isdigit()


def nest(draft: Draft, chance: random.Random) -> None:
    """Double the brackets around an item: [[门响]], 【[门响]】."""
    for span in list(draft.spans):
        if span.label in ("sound", "music") and chance.random() < 0.5:
            before, after = draft.text[span.start - 1 : span.start], draft.text[span.end : span.end + 1]
            if before in "[(（【" and before and after in "])）】" and after:
                a, b = chance.choice(("[]", "()", "（）", "【】"))
                draft.replace(span.end, span.end, b)
                draft.replace(span.start, span.start, a)
                return


def ellipses(draft: Draft, chance: random.Random) -> None:
    """Words that trail off, marks that repeat."""
    for start, end in reversed(speeches(draft)):
        if chance.random() < 0.4 and end - start > 3:
            last = draft.text[end - 1]
            new = chance.choice(("……", "...", "…", "！！！", "??", "。。。", "~", "～", "—", "--"))
            if last in "。.!！?？":
                draft.replace(end - 1, end, new) if end - start > 1 else None


def emoji(draft: Draft, chance: random.Random) -> None:
    """Emoji at the end of speech or inside it."""
    for start, end in reversed(speeches(draft)):
        if chance.random() < 0.35 and end - start > 3:
            at = chance.choice((end - 1, chance.randint(start + 1, end - 1)))
            draft.replace(at, at, chance.choice(EMOJI) * chance.choice((1, 1, 2)))


def repeat(draft: Draft, chance: random.Random) -> None:
    """Words said twice, as people do."""
    for start, end in reversed(speeches(draft)):
        words = draft.text[start:end]
        if chance.random() < 0.4 and len(words) > 5:
            if words.isascii() and " " in words:
                first = words.split(" ", 1)[0]
                draft.replace(start + 1, start + 1, f"{first[1:]} {first[:1]}")
            elif not words.isascii():
                draft.replace(start + 1, start + 1, words[1:2] + words[:1])


def drop_stops(draft: Draft, chance: random.Random) -> None:
    """No full stop at the end."""
    for start, end in reversed(speeches(draft)):
        if chance.random() < 0.6 and end - start > 2 and draft.text[end - 1] in "。.":
            draft.replace(end - 1, end, "")


def typos(draft: Draft, chance: random.Random) -> None:
    """A letter lost, doubled, swapped or wrong, in words of every kind."""
    for span in list(draft.spans):
        if span.label in ("direction", "manner", "item") or chance.random() > 0.12:
            continue
        letters = [at for at in range(span.start + 1, span.end - 1) if draft.text[at].isalpha()]
        if letters:
            at = chance.choice(letters)
            letter = draft.text[at]
            new = (
                chance.choice(("", letter * 2, chance.choice(KEYS)))
                if letter.isascii()
                else chance.choice(("", letter * 2))
            )
            draft.replace(at, at + 1, new)


def hidden(draft: Draft, chance: random.Random) -> None:
    """Characters nobody sees."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(draft.text))
        draft.replace(at, at, chance.choice(HIDDEN))


def spaces(draft: Draft, chance: random.Random) -> None:
    """More white space than needed, of more kinds."""
    for _ in range(chance.randint(1, 4)):
        places = [m.start() for m in re.finditer(r"[ \])】）\n]", draft.text)]
        if places:
            at = chance.choice(places)
            draft.replace(at, at, chance.choice((" ", "  ", "\u3000", "\u00a0", "\t")))


def returns(draft: Draft, _: random.Random) -> None:
    """Line ends of Windows."""
    at = draft.text.rfind("\n")
    while at >= 0:
        draft.replace(at, at, "\r")
        at = draft.text.rfind("\n", 0, at) if at else -1


def markup(draft: Draft, chance: random.Random) -> None:
    """Tags around a word inside speech, entities, override tags."""
    for start, end in reversed(speeches(draft)):
        if chance.random() < 0.3 and end - start > 6:
            a = chance.randint(start + 1, end - 3)
            b = chance.randint(a + 1, end - 1)
            tag = chance.choice(("i", "b", "u", "c.yellow"))
            if draft.replace(b, b, f"</{tag.split('.')[0]}>"):
                draft.replace(a, a, f"<{tag}>")
        elif chance.random() < 0.15 and end - start > 4:
            at = chance.randint(start + 1, end - 1)
            draft.replace(at, at, chance.choice(("&nbsp;", "&amp;", "&#39;", "&quot;")))


def widen(draft: Draft, chance: random.Random) -> None:
    """Letters and digits in full width."""
    for start, end in speeches(draft):
        if chance.random() < 0.5:
            for at in range(start, end):
                if "!" <= draft.text[at] <= "~" and draft.text[at] not in "<>&;{}\\":
                    draft.replace(at, at + 1, draft.text[at].translate(WIDE))


def glue(draft: Draft, chance: random.Random) -> None:
    """A space between a bracket and the words after it goes missing."""
    places = [m.start() + 1 for m in re.finditer(r"[\])】）:：] (?=\S)", draft.text)]
    for at in reversed(places):
        if chance.random() < 0.5 and not inside(draft, at):
            draft.replace(at, at + 1, "")


def empty(draft: Draft, chance: random.Random) -> None:
    """Brackets with nothing inside, marks alone."""
    places = [m.start() for m in re.finditer(r"\n", draft.text) if not inside(draft, m.start())]
    if places:
        at = chance.choice(places)
        draft.replace(at, at, "\n" + chance.choice(("[]", "（）", "()", "【】", "---", "***", "...", "[ ]")))


def note_inside(draft: Draft, chance: random.Random) -> None:
    """Brackets inside speech that are no item: years, sic, figures, sources."""
    for start, end in reversed(speeches(draft)):
        if chance.random() < 0.3 and end - start > 8:
            zh = not draft.text[start:end].isascii()
            places = [at for at in range(start + 2, end - 2) if zh or draft.text[at] == " "]
            if places:
                new = (
                    chance.choice(
                        (
                            "（2019年）",
                            "(1998)",
                            "（图1）",
                            "[1]",
                            "（见下图）",
                            "(CPU)",
                            "（原文如此）",
                            "（即API）",
                            "（三）",
                            "（笔名）",
                            "（约5米）",
                        )
                    )
                    if zh
                    else ""
                )
                new = new or chance.choice(
                    (
                        " (2019)",
                        " [sic]",
                        " (see Fig. 2)",
                        " (1998-2004)",
                        " [3]",
                        " (USA)",
                        " (approx. 5 m)",
                        " (see above)",
                        " (e.g. cats)",
                    )
                )
                at = chance.choice(places)
                draft.replace(at, at, new)


def gloss(draft: Draft, chance: random.Random) -> None:
    """A bracket inside speech that is no item, of more sorts than the test has: a year, a gloss, an aside."""
    for start, end in reversed(speeches(draft)):
        said = draft.text[start:end]
        zh = not said.isascii()
        places = [at for at in range(start + 2, end - 2) if zh or draft.text[at] == " "]
        if places and chance.random() < 0.4 and len(said) > 8:
            words = said.split(" ") if not zh else [said[at : at + chance.randint(2, 5)] for at in range(len(said) - 5)]
            first = chance.randrange(len(words))
            year = chance.randint(1500, 2040)
            new = chance.choice(GLOSSES["zh" if zh else "en"]).format(
                y=year,
                x=year + chance.randint(1, 90),
                n=chance.randint(1, 60),
                u="".join(chance.choices(string.ascii_uppercase, k=chance.randint(2, 5))),
                w=words[first] if zh else " ".join(words[first : first + chance.randint(1, 3)]).strip(".,!?;:"),
            )
            draft.replace(at := chance.choice(places), at, new if zh else f" {new}")


CHANGES = (
    (lose_bracket, 0.07),
    (swap_widths, 0.14),
    (nest, 0.04),
    (ellipses, 0.2),
    (emoji, 0.14),
    (repeat, 0.08),
    (drop_stops, 0.2),
    (typos, 0.14),
    (hidden, 0.07),
    (spaces, 0.12),
    (markup, 0.09),
    (widen, 0.04),
    (glue, 0.08),
    (empty, 0.04),
    (note_inside, 0.13),
    (returns, 0.04),
)
