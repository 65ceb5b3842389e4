"""Writes the script of a film: draws scenes, their labels and what shows them in picture, sound and text.

No single sense suffices. A picture may show no place (a face before blur), then sound or script tell it; a windowless
room has no hour unless it is said; people who talk far away are only heard; some of those who move their mouths are
not. Music is what the emotion comes from, lines and music together make the mood. What misleads: windows by day, blue
grading, cars that drive past talk, quiet gunfights, calm music over chases, sunsets, fog, black and white, lines about
other places.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.scenes.films import sets, staging
from models.scenes.films.finish import STYLES
from models.scenes.films.plan import GROUPS, Cue, Effect, Film, Grade, Labels, Look, Scene, Shot, Turn
from models.scenes.films.pools import POOLS, Chance, chance_of, pick
from models.scenes.films.titles import chinese
from models.scenes.films.words import Words

OUTDOOR, INDOOR = ("street", "nature", "water", "other"), ("room", "office", "vehicle", "studio", "other")
MUSIC = {
    "action": {"tense": 0.5, "cheerful": 0.12, "calm": 0.1, "sad": 0.06, "none": 0.22},
    "dialogue": {"tense": 0.16, "cheerful": 0.13, "calm": 0.18, "sad": 0.18, "none": 0.35},
    "calm": {"tense": 0.12, "cheerful": 0.12, "calm": 0.32, "sad": 0.24, "none": 0.2},
    "crowd": {"tense": 0.14, "cheerful": 0.42, "calm": 0.1, "sad": 0.06, "none": 0.28},
    "landscape": {"tense": 0.12, "cheerful": 0.2, "calm": 0.38, "sad": 0.15, "none": 0.15},
    "titles": {"tense": 0.2, "cheerful": 0.2, "calm": 0.2, "sad": 0.2, "none": 0.2},
}
MOTION = {
    "action": {"fast": 0.84, "slow": 0.16},
    "dialogue": {"still": 0.5, "slow": 0.36, "fast": 0.14},
    "calm": {"still": 0.42, "slow": 0.43, "fast": 0.15},
    "crowd": {"still": 0.12, "slow": 0.5, "fast": 0.38},
    "landscape": {"still": 0.25, "slow": 0.55, "fast": 0.2},
    "titles": {"still": 0.65, "slow": 0.35},
}
SPEECH_RATE = {"en": 0.072, "zh": 0.25}  # s a character


@dataclass
class Draft:
    """A scene while it is being written. ``blind``: its pictures show no place."""

    kind: str
    place: str
    setting: str
    number: int
    time: str
    motion: str
    music: str
    look: Look
    act: str = ""  # of an action: chase | fight | run | blast
    blind: bool = False
    far: bool = False  # people too small for their mouths to be seen
    spoken: bool = False
    mood: str = ""  # of the lines
    people: list[int] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # labels that sound or text give away


def write(
    seed: int, pool: str = "train", *, scenes: int = 10, kinds: tuple[str, ...] | None = None, fps: int = 0,
    corpus: str = "", sound: bool | None = None, text: bool | None = None, seconds: float = 0.0,
) -> Film:  # fmt: skip
    """
    Film number *seed* of *pool*.

    *scenes* is how many; *kinds* their ``scene_type`` in order (else evenly drawn). *seconds* makes a film of about
    that length instead. *corpus* is a Tatoeba file for ordinary lines. *sound*, *text*: False leaves them out of the
    whole film, None leaves it to chance (one film in sixteen has no sound; text is missing where nobody wrote any).
    """
    chance = chance_of("film", pool, seed)
    fps = fps or int(chance.choice([24, 25, 30]))
    language = "zh" if chance.random() < 0.5 and chinese() else "en"
    words = Words(pool, language, corpus)
    heard = bool(chance.random() > 1 / 16) if sound is None else sound
    writer = _Writer(pool, fps, words, heard, text is not False, chance, _house(chance))
    order = list(kinds) if kinds else _order(chance, scenes if not seconds else max(2, round(seconds / 13)))
    for kind in order:
        writer.scene(kind)
        if seconds and writer.frame >= seconds * fps:
            break
    return Film(
        f"{pool}_{seed:05d}", seed, pool, fps, writer.frame, tuple(writer.scenes),
        tuple(staging.joined(writer.shots, fps, chance)),
        tuple(writer.cues), _grade(chance), heard, language,
    )  # fmt: skip


def _order(chance: Chance, count: int) -> list[str]:
    """Scene types, each as often as the others; now and then two of a kind in a row."""
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += [str(kind) for kind in chance.permutation(GROUPS["scene_type"])]
    return kinds[:count]


def _house(chance: Chance) -> str:
    """The style most of a film's sets are drawn in."""
    return str(STYLES[int(chance.integers(len(STYLES)))])


def _grade(chance: Chance) -> Grade:
    return Grade(
        monochrome=1.0 if chance.random() < 0.08 else 0.0,
        warmth=float(chance.normal(0, 0.45)) if chance.random() < 0.6 else 0.0,
        contrast=float(chance.uniform(0.8, 1.3)),
        saturation=float(chance.uniform(0.45, 1.35)),
        grain=float(chance.choice([0, 0, 3, 6, 10])),
        softness=float(chance.choice([0, 0, 0.004, 0.008])),
        levels=int(chance.choice([0] * 12 + [6])),
        quality=int(chance.choice([0, 0, 85, 60, 35])),
        bars=float(chance.choice([0, 0, 0, 0.08, 0.12])),
    )


class _Writer:
    """Writes scene after scene."""

    def __init__(
        self, pool: str, fps: int, words: Words, heard: bool, texted: bool, chance: Chance, style: str
    ) -> None:
        self.pool, self.fps, self.words, self.heard, self.texted = POOLS[pool], fps, words, heard, texted
        self.chance, self.style, self.frame = chance, style, 0
        self.scenes: list[Scene] = []
        self.shots: list[Shot] = []
        self.cues: list[Cue] = []
        self.used: list[tuple[str, str, int]] = []

    def scene(self, scene_type: str) -> None:
        """One more scene of that type."""
        draft = self._draft(scene_type)
        first = self.frame
        shots = staging.shots(draft, len(self.scenes), first, self.fps, self.pool, self.words, self.chance)
        self.frame = shots[-1].last + 1
        start, end = first / self.fps, self.frame / self.fps
        self._talk(draft, start, end)
        self._noise(draft, shots, start, end)
        self._tell(draft, start, end)
        self.shots += shots
        self.cues += draft.cues
        labels = self._labels(draft, scene_type)
        self.scenes.append(
            Scene(
                first,
                self.frame - 1,
                labels,
                draft.setting,
                draft.number,
                draft.look,
                self._ambience(draft),
                float(self.chance.uniform(-22, -8)),
                "" if draft.music == "none" else draft.music,
                self.pool.number(self.chance),
                tuple(draft.turns),
                tuple(draft.effects),
            )
        )

    # -- what it is --

    def _draft(self, scene_type: str) -> Draft:
        chance, (kind, _, place) = self.chance, scene_type.partition("_")
        place = place or ("outdoor" if kind == "landscape" else "indoor")
        setting = self._setting(kind, place)
        number = self.pool.number(chance)
        if self.used and chance.random() < 0.08:
            again = [use for use in self.used if use[0] == place and use[1] == setting]
            number = again[int(chance.integers(len(again)))][2] if again else number
        self.used.append((place, setting, number))
        time = pick(chance, day=0.45, night=0.33, dusk=0.22)
        blue = place == "outdoor" and time == "night" and chance.random() < 0.2
        style = self.style if chance.random() < 0.7 else _house(chance)
        dark = float(chance.uniform(0.75, 1.0)) if chance.random() < 0.2 else 1.0
        weather = pick(chance, clear=0.8, fog=0.07, rain=0.08, snow=0.05) if place == "outdoor" else "clear"
        look = Look(time, style, "" if weather == "clear" else weather, blue, dark, burned=bool(chance.random() < 0.08))
        draft = Draft(
            kind, place, setting, number, time, pick(chance, **MOTION[kind]), pick(chance, **MUSIC[kind]), look
        )
        draft.blind = kind in {"dialogue", "calm"} and (self.heard or self.texted) and chance.random() < 0.12
        draft.spoken = kind == "dialogue" and self.heard and chance.random() < 0.9
        draft.far = draft.spoken and not draft.blind and chance.random() < 0.2
        if kind == "action":
            draft.act = self._act(place)
        draft.people = [self.pool.person(chance) for _ in range(int(chance.integers(2, 4)))]
        return draft

    def _setting(self, kind: str, place: str) -> str:
        chance = self.chance
        if kind == "landscape":
            return pick(chance, nature=0.4, water=0.3, street=0.15, other=0.15)
        if place == "outdoor":
            return pick(chance, street=0.4 if kind in {"action", "crowd"} else 0.28, nature=0.26, water=0.2, other=0.2)
        if kind == "crowd":
            return pick(chance, other=0.5, studio=0.3, room=0.2)
        return pick(chance, room=0.3, office=0.2, vehicle=0.2 if kind != "action" else 0.08, studio=0.12, other=0.2)

    def _act(self, place: str) -> str:
        if place == "indoor":
            return pick(self.chance, fight=0.55, run=0.25, blast=0.2)
        return pick(self.chance, chase=0.35, fight=0.2, run=0.25, blast=0.2)

    # -- what is said --

    def _talk(self, draft: Draft, start: float, end: float) -> None:
        chance = self.chance
        narrated = draft.kind == "landscape" and self.heard and chance.random() < 0.2
        if draft.kind != "dialogue" and not narrated:
            return
        subtitled = self.texted and (chance.random() < (0.75 if draft.spoken else 0.95) or draft.blind)
        draft.mood = pick(chance, neutral=0.4, tense=0.15, cheerful=0.15, sad=0.15, calm=0.15)
        if narrated:
            draft.mood = "neutral"
        telling = self._telling(draft, subtitled)
        now, number = start + chance.uniform(0.1, 0.5), 0
        while now < end - 0.8:
            text = self._line(draft, "story" if narrated else "", telling)
            length = max(0.7, len(text) * SPEECH_RATE[self.words.language])
            until = min(now + length, end - 0.05)
            person = -1 if narrated else draft.people[number % 2]
            voice = draft.people[0] if narrated else person
            if draft.spoken or narrated:
                draft.turns.append(Turn(now, until, person, voice, text, self.words.language))
            else:  # a silent film: mouths move
                draft.turns.append(Turn(now, until, person, -1, text, self.words.language))
            if subtitled:
                draft.cues.append(Cue(now, until, text, self.words.language, "subtitle"))
            now, number = until + chance.uniform(0.12, 0.7), number + int(chance.random() < 0.8)
        if draft.mood != "neutral" and not (subtitled and draft.cues):
            draft.mood = "neutral"  # nobody can know what was said: espeak's voice has no feeling

    def _telling(self, draft: Draft, subtitled: bool) -> list[str]:
        """Kinds of lines that give the place or the hour away, where pictures do not."""
        if not subtitled:
            return []
        hidden = draft.blind or not sets.windowed(draft.place, draft.setting, draft.number)
        lines = (["place"] if draft.blind else []) + (["time"] if hidden and self.chance.random() < 0.5 else [])
        draft.told |= set(lines)
        return lines

    def _line(self, draft: Draft, kind: str, telling: list[str]) -> str:
        chance, words = self.chance, self.words
        if telling:
            return words.line(chance, telling.pop(), draft.place, draft.setting, draft.time)
        if kind:
            return words.line(chance, kind)
        if draft.mood != "neutral" and chance.random() < 0.75:
            return words.line(chance, draft.mood)
        if not draft.blind and chance.random() < 0.12:
            elsewhere = "outdoor" if draft.place == "indoor" else "indoor"
            other = str(chance.choice(OUTDOOR if elsewhere == "outdoor" else INDOOR))
            return words.line(chance, "absent", elsewhere, other, draft.time)
        return words.line(chance, "neutral")

    def _tell(self, draft: Draft, start: float, end: float) -> None:
        """A line of the script, where there is one or where nothing else would tell."""
        chance = self.chance
        if draft.kind == "titles" or not self.texted:
            return
        hidden = draft.blind and "place" not in draft.told
        hourless = self._hourless(draft) and "time" not in draft.told and chance.random() < 0.6
        if not (hidden or hourless or chance.random() < 0.28):
            return
        act = {
            "action": ("action", draft.act), "crowd": ("crowd", "crowd"), "dialogue": ("talk", "talk"),
            "calm": ("quiet", "quiet"), "landscape": ("view", "view"),
        }[draft.kind]  # fmt: skip
        told = hidden or hourless or chance.random() < 0.5
        text = (
            self.words.slug(chance, draft.place, draft.setting, draft.time)
            if told
            else self.words.described(chance, draft.place, draft.setting, draft.time, act)
        )
        draft.told |= {"place", "time"} if told else set()
        draft.cues.append(Cue(start, end, text, self.words.language, "script"))

    def _hourless(self, draft: Draft) -> bool:
        return draft.blind or not sets.windowed(draft.place, draft.setting, draft.number)

    # -- what is heard --

    def _noise(self, draft: Draft, shots: list[Shot], start: float, end: float) -> None:
        chance = self.chance
        if draft.kind == "action" and (chance.random() < 0.8 or draft.motion == "slow") and self.heard:
            draft.effects += staging.noises(draft.act, shots, self.fps, start, end, chance)
        elif draft.kind in {"calm", "dialogue"} and chance.random() < 0.25:
            name = str(
                chance.choice(
                    ["footsteps", "knock", "phone", "doorbell", "keyboard", "slam"]
                    if draft.place == "indoor"
                    else ["footsteps", "birds", "bell", "horn", "whistle"]
                )
            )
            draft.effects.append(Effect(name, float(chance.uniform(start, end)), int(chance.integers(1 << 20)), -8.0))

    def _ambience(self, draft: Draft) -> str:
        """What the place sounds like."""
        if draft.kind == "crowd":
            return f"crowd_{draft.place}" if self.chance.random() < 0.85 else draft.place
        if draft.kind == "titles":
            return ""
        if not draft.blind and self.chance.random() < 0.2:
            return ""
        if draft.setting == "other":
            return draft.place
        return f"{draft.setting}_night" if draft.setting == "nature" and draft.time == "night" else draft.setting

    # -- what is true --

    def _labels(self, draft: Draft, scene_type: str) -> Labels:
        moods = set()
        if self.heard and draft.music != "none":
            moods.add(draft.music)
        if draft.mood not in {"", "neutral"}:
            moods.add(draft.mood)
        if draft.kind == "action" or (draft.kind == "crowd" and draft.motion == "fast"):
            moods.add("energetic")
        if draft.kind in {"calm", "landscape"} and not moods and draft.motion != "fast":
            moods.add("calm")
        emotion = draft.music if self.heard else None
        mood = tuple(name for name in GROUPS["mood"] if name in moods)
        if draft.kind == "titles":
            return Labels(scene_type, None, None, None, "other", draft.motion, emotion, mood)
        time = draft.time if not self._hourless(draft) or "time" in draft.told else None
        setting = draft.setting if not draft.blind or "place" in draft.told else None
        activity = {"landscape": "other"}.get(draft.kind, draft.kind)
        return Labels(scene_type, draft.place, setting, time, activity, draft.motion, emotion, mood)
