"""The caption tracks of a document: the languages that each shows, and captions on whole frames that never overlap."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice
from operator import attrgetter, lt
from typing import NamedTuple

from plugin_core.document import Document
from plugin_core.errors import SettingsError
from plugin_core.formats.layout import clean
from plugin_core.host import Caption, CaptionTrack, TimelineInfo


class Row(NamedTuple):
    """A caption and the cues it shows; none for one that the user made in the host."""

    caption: Caption
    cues: tuple[str, ...] = ()

    @property
    def frame(self) -> int:
        return self.caption.frame

    @property
    def frames(self) -> int:
        return self.caption.frames

    @property
    def text(self) -> str:
        return self.caption.text


by_time = attrgetter("frame", "frames", "text")  # the order of captions


def track_keys(document: Document) -> tuple[str, ...]:
    """The tracks that show everything: each language and, of two or more, all combined, the first on top."""
    combined = ("-".join(document.languages),) if len(document.languages) > 1 else ()
    return (*document.languages, *combined)


def languages_of(document: Document, key: str) -> tuple[str, ...]:
    """The languages of track *key*, top first: "zh-en" is zh over en, "zh-Hans" one language; else SettingsError."""
    found = _split(key.split("-"), document.languages)
    if not found:
        raise SettingsError(
            "plan.track",
            f"{key!r} names no subtitle track of this document.",
            f"Use a language ({', '.join(document.languages) or 'there is none'}), or several joined by a hyphen.",
        )
    return found


def _split(parts: list[str], languages: tuple[str, ...]) -> tuple[str, ...]:
    for count in range(len(parts), 0, -1):
        first = "-".join(parts[:count])
        rest = _split(parts[count:], languages) if first in languages else ()
        if first in languages and (rest or count == len(parts)):
            return (first, *rest)
    return ()


def shown_text(text: str) -> str:
    """A text as a track holds it."""
    if text.isprintable() and text == text.strip():  # one line: most are
        return text
    for line in text.split("\n"):
        if not line.isprintable() or line != line.strip() or not line:
            return clean(text)
    return text


class CaptionLayout:
    """The captions of *document* on a timeline. *outside* are the ids of the cues that are not on it."""

    def __init__(self, document: Document, info: TimelineInfo, min_frames: int) -> None:
        self.document, self.min_frames = document, min_frames
        self.texts = {
            language: [shown_text(cue.texts[column]) for cue in document.cues]
            for column, language in enumerate(document.languages)
        }
        self.at = {cue.id: at for at, cue in enumerate(document.cues)}
        self.outside: list[str] = []
        self._languages: dict[str, tuple[str, ...]] = {}
        self._times = self._on_timeline(info)
        self._alone = [(cue.id,) for cue in document.cues]  # shared by the rows of all tracks

    def languages(self, key: str) -> tuple[str, ...]:
        """See ``languages_of``."""
        if key not in self._languages:
            self._languages[key] = languages_of(self.document, key)
        return self._languages[key]

    def _on_timeline(self, info: TimelineInfo) -> list[tuple[int, int] | None]:
        """The first frame of each cue and the first after it, cut to the timeline; None for one that is not on it."""
        end = info.duration
        times: list[tuple[int, int] | None] = []
        for cue, (frame, frames) in zip(self.document.cues, info.spans(self.document.cues), strict=True):
            after = frame + frames
            if after <= 0 or (end and frame >= end):
                self.outside.append(cue.id)
                times.append(None)
            else:
                times.append((max(0, frame), min(after, end) if end else after))
        return times

    def rows(self, key: str) -> list[Row]:
        """
        The captions of track *key*.

        Each lasts at least ``min_frames`` and ends where the next begins. Of cues that begin fewer frames apart the
        texts are put together, one over the other, from the first begin to the last end. Empty texts are left out.
        """
        columns = [self.texts[language] for language in self.languages(key)]
        texts = (
            columns[0]
            if len(columns) == 1
            else ["\n".join(filter(None, parts)) for parts in zip(*columns, strict=True)]
        )
        return _laid(zip(texts, self._times, self._alone, strict=True), self.min_frames)

    def parted(self, key: str, cue: str, text: str) -> dict[str, str] | None:
        """
        The *text* of a caption of *cue* by language; None if it cannot be told what is whose.

        Lines go as before if their number is the same, or if the lines at one end are still those of one language.
        """
        languages = self.languages(key)
        if len(languages) == 1:
            return {languages[0]: text}
        if not text:
            return dict.fromkeys(languages, "")
        old = [self.texts[language][self.at[cue]] if cue in self.at else "" for language in languages]
        lines, counts = text.split("\n"), [len(one.split("\n")) if one else 0 for one in old]
        if len(lines) != sum(counts):
            counts = _counts(lines, old) or ([1] * len(lines) if len(lines) == len(languages) and not any(old) else [])
        if not counts:
            return None
        ends = [sum(counts[: at + 1]) for at in range(len(counts))]
        parts = ("\n".join(lines[end - count : end]) for end, count in zip(ends, counts, strict=True))
        return dict(zip(languages, parts, strict=True))


def _counts(lines: list[str], old: list[str]) -> list[int]:
    """How many of *lines* belong to each of two languages of which one still has its *old* lines; [] if none does."""
    if len(old) != 2:
        return []
    upper, lower = (text.split("\n") if text else [] for text in old)
    if upper and lines[: len(upper)] == upper:
        return [len(upper), len(lines) - len(upper)]
    if lower and lines[-len(lower) :] == lower:
        return [len(lines) - len(lower), len(lower)]
    return []


def _laid(cues: Iterable[tuple[str, tuple[int, int] | None, tuple[str, ...]]], min_frames: int) -> list[Row]:
    rows: list[Row] = []
    begin, end, said = 0, 0, ""
    shown: tuple[str, ...] = ()
    for text, times, cue in cues:
        if not text or not times:
            continue
        frame, after = times
        least = frame + min_frames
        if shown and frame - begin < min_frames:
            said = said if text in said.split("\n") else f"{said}\n{text}"
            end, shown = max(end, after, least), shown + cue
            continue
        if shown:
            rows.append(Row(Caption(begin, (end if end < frame else frame) - begin, said), shown))
        begin, end, said, shown = frame, (after if after > least else least), text, cue
    if shown:
        rows.append(Row(Caption(begin, end - begin, said), shown))
    return rows


def in_order(captions: list[Caption]) -> list[Caption]:
    """*captions* by time."""
    return captions if ascending(captions) else sorted(captions, key=by_time)


def ascending(captions: Iterable[Caption]) -> bool:
    """Whether each begins after the one before: nearly always so, and told in a fraction of the time to sort them."""
    frames = [caption.frame for caption in captions]
    return all(map(lt, frames, islice(frames, 1, None)))


def spaced(captions: list[Caption], fixed: list[Caption], min_frames: int) -> list[Caption]:
    """
    *captions* by time, none overlapping another or one of *fixed*, which are the host's own and stay as they are.

    Each ends where the next begins; one that has fewer than *min_frames* before the next moves on to where it has.
    """
    result: list[Caption] = []
    walls = in_order(fixed)
    at, begun, end = 0, 0, 0  # the next wall; when the caption before begins and ends
    for caption in in_order(captions):
        frame, frames = caption.frame, caption.frames
        after, least = frame + frames, min(min_frames, frames)
        if result and end > frame:
            frame = max(frame, begun + min(end - begun, min_frames))
            result[-1] = moved(result[-1], begun, frame - begun)
        while at < len(walls) and walls[at].frame < frame + least:
            frame = max(frame, walls[at].frame + walls[at].frames)
            at += 1
        begun, end = frame, max(after, frame + least)
        end = min(end, walls[at].frame) if at < len(walls) else end
        result.append(moved(caption, begun, end - begun))
    return result


def moved(caption: Caption, frame: int, frames: int) -> Caption:
    """*caption* at another place."""
    same = caption.frame == frame and caption.frames == frames
    return caption if same else Caption(frame, frames, caption.text)


def captions_of(track: CaptionTrack) -> list[Caption]:
    """What *track* shows, by time; what has no text or no length is none of it (hosts leave such things behind)."""
    made = []
    for caption in track.captions:
        text = shown_text(caption.text)
        if text and caption.frames > 0:
            made.append(caption if text == caption.text else Caption(caption.frame, caption.frames, text))
    return in_order(made)


def digest(captions: Iterable[Caption]) -> str:
    """A short name of what a track shows."""
    content = "\0".join([f"{caption.frame} {caption.frames} {caption.text}" for caption in captions])
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
