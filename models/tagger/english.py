"""How English names sounds, music, deeds, speakers and states: phrases composed from the lexicons."""

from __future__ import annotations

import random

from models.tagger.drafts import Phrase, phrase, told
from models.tagger.lexicons import Lexicon, table, telling

DOUBLED: tuple[str, ...] = table("en_words")["verbs"]["doubled"]


def third(verb: str) -> str:
    """knock on -> knocks on."""
    first, _, rest = verb.partition(" ")
    if first.endswith(("s", "x", "z", "ch", "sh")):
        first += "es"
    elif first.endswith("y") and first[-2:-1] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return f"{first} {rest}".strip()


def participle(verb: str) -> str:
    """slam -> slamming."""
    first, _, rest = verb.partition(" ")
    if first in DOUBLED:
        first += first[-1]
    elif first.endswith("ie"):
        first = first[:-2] + "y"
    elif first.endswith("e") and not first.endswith(("ee", "oe", "ye")):
        first = first[:-1]
    return f"{first}ing {rest}".strip()


class English:
    """Draws phrases; *chance* decides all."""

    def __init__(self, part: str, chance: random.Random) -> None:
        self.chance = chance
        self.lexicon = Lexicon("en", part, chance)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def word(self, kind: str, name: str) -> str:
        return self.lexicon.word(kind, name)

    def sound(self) -> Phrase:
        """A sound, effect or voice, with the words that say how and from where marked."""
        return told(self._sound(), telling(self.lexicon.language))

    def _sound(self) -> Phrase:  # noqa: PLR0911  one for each way of naming
        """A sound, effect or voice: loud knocking on door, distant thunder, dog barking in the distance."""
        group = self.lexicon.group()
        if self.maybe(0.03):
            return Phrase(self.word("sound", "silence.words"))
        if self.maybe(0.06):
            return Phrase(self._voiced())
        if self.maybe(0.05):
            return phrase(
                self._named(self.lexicon.sound(group, "named") or "bang"),
                "and",
                self.lexicon.sound(self.lexicon.group(), "named") or "applause",
                glue=" ",
            )
        if self.maybe(0.12):
            return self._after(Phrase(self.lexicon.known()), 0.2)
        shape = self.chance.random()
        if shape < 0.3 or not self.lexicon.sounds[group].get("named"):
            return self._after(Phrase(self.lexicon.sound(group, "phrases")), 0.12)
        if shape < 0.55 or not self.lexicon.sounds[group].get("what"):
            return self._named(self.lexicon.sound(group, "named"))
        return self._clause(group)

    def _voiced(self) -> str:
        """A person by name and what is heard of them: JOHN COUGHS, Mary sobbing."""
        verb = self.lexicon.sound(self.chance.choice(("voice", "voice", "laughter", "crying")), "does")
        form = third(verb) if self.maybe(0.7) else participle(verb)
        return f"{self.speaker()} {form}{' ' + self.word('sound', 'manner') if self.maybe(0.1) else ''}"

    def _named(self, named: str) -> Phrase:
        parts: list[str | tuple[str, str]] = []
        if self.maybe(0.14):
            parts.append((self.word("sound", "distant"), "direction"))
        elif self.maybe(0.3):
            parts.append((self.word("sound", "adjective"), "manner"))
        elif self.maybe(0.06):
            parts.append(self.word("sound", "feelings"))
        elif self.maybe(0.06):
            parts.append(self.chance.choice(("sound of", "the sound of", "sounds of", "noise of")))
        return self._after(phrase(*parts, named, glue=" "), 0.3)

    def _clause(self, group: str) -> Phrase:
        subject, verb = self.lexicon.sound(group, "what"), self.lexicon.sound(group, "does")
        plural = subject.endswith("s") and not subject.endswith(("ss", "glass", "bus"))
        plural = plural or subject in {"people", "children", "men", "women"}
        form = self.chance.choices((participle(verb), verb if plural else third(verb), verb + "ed"), (50, 48, 2))[0]
        parts: list[str | tuple[str, str]] = []
        if self.maybe(0.06):
            parts.append((self.word("sound", "distant"), "direction"))
        elif self.maybe(0.07):
            parts.append(self.chance.choice(("a", "the", "man's", "old", "several", "two", "another")))
        parts += [subject, form] if self.maybe(0.93) else [form]
        if self.maybe(0.2):
            parts.append((self.word("sound", "manner"), "manner"))
        elif self.maybe(0.06):
            parts.append(self.word("sound", "feeling"))
        if self.maybe(0.1):
            parts.append(self.word("sound", "places"))
        return self._after(phrase(*parts, glue=" "), 0.2)

    def _after(self, core: Phrase, share: float) -> Phrase:
        """A direction or what becomes of the sound behind it."""
        if not self.maybe(share):
            return core
        if self.maybe(0.65):
            words = self.word("sound", "direction")
            if self.maybe(0.07):
                return phrase(core, phrase("(", (words, "direction"), ")"), glue=" ")
            return phrase(core, (words, "direction"), glue=" ")
        return phrase(core, self.word("sound", "verbs"), glue=" ")

    def music(self) -> Phrase:
        """Music, with the words that say how and from where marked."""
        return told(self._music(), telling(self.lexicon.language))

    def _music(self) -> Phrase:
        """Music: soft piano music playing, theme music swells, woman singing in French, rock song on radio."""
        shape = self.chance.random()
        if shape < 0.24:
            return self._playing(Phrase(self.word("music", "phrases")), 0.12)
        if shape < 0.34:
            who = self.word("music", "performer")
            return phrase(who if self.maybe(0.8) else "", self.word("music", "performs"), glue=" ")
        if shape < 0.38:
            song = f'"{self.word("music", "songs")}"'
            song = song.replace('"', self.chance.choice(('"', "'", "")))
            by = f"by {self.word('speaker', 'given')} {self.word('speaker', 'surname')}" if self.maybe(0.3) else ""
            return self._playing(phrase(song, by, glue=" "), 0.75)
        parts: list[str | tuple[str, str]] = []
        if self.maybe(0.72):
            parts.append(self.word("music", "mood"))
            if self.maybe(0.14):
                parts[-1] = f"{parts[-1]}{self.chance.choice((',', ' and', ' yet'))} {self.word('music', 'mood')}"
        if self.maybe(0.18):
            tempo = self.word("music", "tempo")
            parts.append((tempo, "direction") if tempo == "distant" else tempo)
        if self.maybe(0.45):
            parts.append(self.word("music", "instrument"))
            if self.maybe(0.08):
                parts.append(f"and {self.word('music', 'instrument')}")
        elif self.maybe(0.5):
            parts.append(self.word("music", "genre"))
        if not parts or self.maybe(0.88):
            parts.append("music" if self.maybe(0.55) else self.word("music", "head"))
        return self._playing(phrase(*parts, glue=" "), 0.48)

    def _playing(self, core: Phrase, share: float) -> Phrase:
        if not self.maybe(share):
            return core
        verb = self.word("music", "verbs")
        moves = {"fades", "swells", "fades in", "fades out", "intensifies", "crescendos", "softens", "gets louder"}
        where = [(self.word("sound", "direction"), "direction")] if self.maybe(0.1) else []
        first: str | tuple[str, str] = (verb, "direction") if verb in moves else verb
        if verb.startswith(("playing in ", "playing nearby")):
            return phrase(core, "playing", (verb.removeprefix("playing "), "direction"), glue=" ")
        return phrase(core, first, *where, glue=" ")

    def action(self, bare: bool = True) -> Phrase:
        """A deed; with a subject unless *bare*, which leaves that to chance."""
        verb = self.word("action", "verb") if self.maybe(0.5) else self._deed()
        if self.maybe(0.05):
            return Phrase(self.word("action", "camera"))
        subject = ""
        if not bare or self.maybe(0.28):
            subject = self.chance.choice((self.word("action", "subject"), self.word("speaker", "given")))
        plural = subject in {"they", "both", "soldiers", "children", "two men"}
        form = verb if plural else third(verb) if subject or self.maybe(0.66) else participle(verb)
        adverb = self.word("action", "adverb") if self.maybe(0.14) else ""
        return phrase(subject, form, adverb, glue=" ")

    def _deed(self) -> str:
        """A deed composed: pick up key, rush to the window, stare at him."""

        def one(name: str) -> str:
            return self.word("action", f"parts.{name}")

        the = self.chance.choice(("", "", "the ", "a ", "his ", "her "))
        return self.chance.choice(
            (
                f"{one('does')} {the}{one('object')}",
                f"{one('does')} {the}{one('object')}",
                f"{one('moves')} {the}{one('place')}",
                f"{one('to')} {one('person')}",
                f"hand {one('person')} {the}{one('object')}",
            )
        )

    def paragraph(self) -> Phrase:
        """What a script says is seen: one to four sentences."""
        sentences = []
        for _ in range(self.chance.choices((1, 2, 3), (55, 32, 13))[0]):
            one = self.action(bare=False).text
            if self.maybe(0.35):
                one += self.chance.choice((" and ", ", then ", ", ")) + third(self.word("action", "verb"))
            sentences.append(one[0].upper() + one[1:] + ".")
        opening = self.chance.choice(
            ("", "", "", "The room is dark. ", "Rain falls on the empty street. ", "A small, tidy apartment. ")
        )
        return Phrase(opening + " ".join(sentences))

    def heard(self) -> Phrase:
        """A sentence of a script that only tells what is heard."""
        group = self.lexicon.group()
        what, does = self.lexicon.sound(group, "what"), self.lexicon.sound(group, "does")
        if not what or not does:
            return Phrase("A gunshot rings out.")
        article = self.chance.choice(("The ", "A "))
        return phrase(f"{article}{what} {third(does)}", ".")

    def speaker(self) -> str:  # noqa: PLR0911  one for each kind of name
        """A name, a role, a numbered person, in title case."""
        shape = self.chance.random()
        if shape < 0.012:
            return (
                self.word("speaker", "given")
                + self.chance.choice((" & ", " and ", "/", " AND "))
                + self.word("speaker", "given")
            )
        if shape < 0.026:
            number = self.chance.randint(0, 12)
            letter = self.chance.choice("ABCDE")
            name = self.word("speaker", "given")
            return self.chance.choice(
                (
                    f"SPEAKER_{number:02}",
                    f"Speaker {letter}",
                    f"S{number}",
                    f"@{name.lower()}",
                    f"{name} {letter}.",
                    f"Q{number}",
                )
            )
        if shape < 0.045:
            return f"{self.word('speaker', 'kinds.words')} {self.word('speaker', 'kinds.who')}"
        if shape < 0.06:
            return f"{self.word('speaker', 'given')}'s {self.word('speaker', 'kinds.whose')}"
        if shape < 0.42:
            return self.word("speaker", "given")
        if shape < 0.54:
            return f"{self.word('speaker', 'given')} {self.word('speaker', 'surname')}"
        if shape < 0.64:
            return f"{self.word('speaker', 'title')} {self.word('speaker', 'surname')}"
        if shape < 0.88:
            return self.word("speaker", "roles")
        if shape < 0.97:
            sign = self.chance.choice(("#", "", "", "", ""))
            return f"{self.word('speaker', 'numbered')} {sign}{self.chance.randint(1, 12)}"
        return self.word("speaker", "surname")

    def state(self) -> str:
        """How or whence the words come; sometimes two."""
        one = self.word("state", "core") if self.maybe(0.3) else self.word("state", "words")
        if self.maybe(0.1):
            one += self.chance.choice((", ", ", ", " and ", "; ", "/")) + self.word("state", "words")
        elif self.maybe(0.22):
            one = self._described()
        return one

    def _described(self) -> str:
        """A state in several words: to Mary, in a deep voice, speaking Thai, over radio, from kitchen."""
        name, voice = self.word("speaker", "given"), self.word("state", "parts.voice")
        tongue, device = self.word("state", "parts.language"), self.word("state", "parts.device")
        place, tone = self.word("state", "parts.place"), self.word("state", "parts.tone")
        the = self.chance.choice(("", "", "the "))
        return self.chance.choice(
            (
                f"to {name}",
                f"in {voice} {tone}",
                f"in a {voice} {tone}",
                f"in {tongue}",
                f"speaking {tongue}",
                f"in {tongue} accent",
                f"with {tongue} accent",
                f"over {the}{device}",
                f"on {the}{device}",
                f"through {the}{device}",
                f"from {the}{place}",
                f"in {the}{place}",
                f"{voice} voice",
                f"imitating {name}",
                f"as {name}",
            )
        )

    def face(self) -> str:
        """An expression: a state beside the speaker, a deed elsewhere."""
        return self.word("state", "face.words")

    def sounding(self) -> str:
        """What a person does that is heard: a state in a speaker's mark, a sound after it."""
        return self.word("state", "sounding.words")

    def place_time(self) -> str:
        """The words of a card: a place, a time, both, or those of a sign."""
        place, when = self.word("places", "words"), self.word("places", "times")
        year = str(self.chance.randint(1200, 2080))
        count = self.chance.choice(("Two", "Three", "Five", "Ten", "Six", "20", "One", "100", "Several", "12"))
        unit = self.chance.choice(("years", "days", "weeks", "months", "hours", "minutes", "year", "day"))
        later = f"{count} {unit} {self.chance.choice(('later', 'later', 'earlier', 'ago'))}"
        glue = self.chance.choice((", ", ", ", " - ", " ", " – "))
        card = self.chance.choice(
            (later, later, when, place, place + glue + year, place + glue + when, place + glue + year)
        )
        card = self.word("places", "signs") if self.maybe(0.15) else card
        return card.upper() if self.maybe(0.4) else card

    def title(self) -> Phrase:
        """Text on the screen with its introduction and its items marked."""
        start = self.lexicon.title("introducers")
        start = start.upper() if self.maybe(0.2) else start
        start += self.chance.choice((": ", ": ", ": ", ":", " - ", "; ", " "))
        items = [self.lexicon.title("items") if self.maybe(0.8) else self.place_time() for _ in range(self.count())]
        pairs = (('"', '"'), ("'", "'"), ("“", "”"), ("", ""), ("", ""), ("", ""), ("[", "]"))
        a, b = self.chance.choice(pairs)
        if start.endswith(" ") and start[-2] not in ":-;" and not a:
            a, b = '"', '"'
        glue = self.chance.choice((" | ", " / ", ", ", " ") if a else (" | ", " / ", "｜"))
        parts: list[str | tuple[str, str]] = [start]
        for number, words in enumerate(items):
            parts += [glue if number else "", a, (words, "item"), b]
        parts.append("." if self.maybe(0.12) else "")
        return phrase(*parts)

    def count(self) -> int:
        """How many items a title has."""
        return self.chance.choices((1, 2, 3), (84, 9, 7))[0]

    def fill(self, line: str) -> str:
        """One of our own lines with its places filled."""
        values = {
            "n": str(self.chance.choice((2, 3, 5, 7, 12, 30, 99, 100, 300))),
            "name": self.word("speaker", "given"),
        }
        values |= {name: self.chance.choice(self.lexicon.words["fill"][name]) for name in ("place", "product", "book")}
        return line.format(**values)
