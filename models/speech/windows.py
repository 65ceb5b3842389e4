"""Windows of sound with everything the losses need, composed afresh from the shards for every step.

A window is one sentence or several with pauses, under noise, music and colour, all in the domain of mel power: sounds
add there (nearly), a filter is an offset and another voice tract is a stretched axis, so augmentation costs less than
reading. Times in a window are encoder frames of 20 ms.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.speech.library import IGNORE, Library, Mel, Sounds, stretched
from models.speech.model import POSITIONS
from models.speech.tokenizer import Codes, pieces

MARKS = ".,?!:;-'%"  # end a word without being spoken
QUIET = -9.0  # log10 mel power of digital silence, nearly


@dataclass(frozen=True)
class Stage:
    """What windows look like at one share of the training time."""

    until: float  # share of the time
    frames: int  # mel frames in a batch
    noise: float  # share of windows with noise, music or colour
    lengths: tuple[
        tuple[float, float, float], ...
    ]  # weight, shortest and longest window in seconds; 0, 0 is one sentence
    masked: float = 0.4  # share of windows without a band of frequencies
    chinese: float = 0.5  # share of sentences
    prompt: float = 0.0  # share of windows with an earlier sentence before the start token
    silence: float = 0.0  # share of windows without speech


STAGES = (
    Stage(0.60, 3200, 0.08, ((1, 0, 0),)),
    Stage(0.72, 3600, 0.06, ((25, 0, 0), (1, 3, 7)), masked=0.1, prompt=0.02, silence=0.02),
    Stage(1.01, 3600, 0.04, ((30, 0, 0), (1, 3, 7)), masked=0.05, chinese=0.7, prompt=0.02, silence=0.02),
)


@dataclass
class Window:
    """mel (2 T, 80); the tokens fed and those wanted, one step later; and where the wanted ones are spoken."""

    mel: Mel
    tokens: list[int]
    targets: list[int]
    spans: list[tuple[int, int]]  # of the targets; (0, 0) where it does not matter
    phones: npt.NDArray[np.int64]  # (T,)
    shift: int = 0  # position of the first frame


class Composer:
    """Makes windows of one stage. Not thread-safe; give every thread its own seed."""

    def __init__(self, library: Library, seed: int) -> None:
        self.library, self.codes = library, library.codes
        self.chance = np.random.default_rng(seed)
        self.sounds = Sounds.make(seed)

    def row(self, language: str) -> dict[str, Any]:
        """A random clip."""
        rows = self.library.rows[language]
        return rows[int(self.chance.integers(len(rows)))]

    def language(self, stage: Stage) -> str:
        """Which one the next sentence is in."""
        return "zh" if self.chance.random() < stage.chinese else "en"

    def clip(self, row: dict[str, Any], varied: bool) -> tuple[Mel, float]:
        """Its features, perhaps faster, slower or from another throat; and the factor for its times."""
        mel, time = self.library.mel(row), 1.0
        if varied and self.chance.random() < 0.25:
            time = float(self.chance.uniform(0.87, 1.18))
            mel = stretched(mel, time, float(self.chance.uniform(0.88, 1.14)))
        return mel + np.float32(self.chance.uniform(-1.2, 0.4)), time

    def window(self, stage: Stage) -> Window:
        """One window of the stage."""
        if self.chance.random() < stage.silence:
            return self.silent(stage)
        weights = np.array([weight for weight, _, _ in stage.lengths], float)
        _, shortest, longest = stage.lengths[int(self.chance.choice(len(weights), p=weights / weights.sum()))]
        limit = float(self.chance.uniform(shortest, longest)) if longest else 0.0
        mel, said, phones = self.speech(limit, stage)
        tokens, targets, spans = self.sequence(said, stage, len(mel) // 2)
        return Window(self.finish(mel, stage), tokens, targets, spans, phones)

    def speech(self, limit: float, stage: Stage) -> tuple[Mel, list[tuple[dict[str, Any], int, float, bool]], Any]:
        """Sentences until ``limit`` seconds (one if 0): mel, (row, first mel frame, stretch, whole), phones."""
        parts: list[Mel] = []
        said: list[tuple[dict[str, Any], int, float, bool]] = []
        labels: list[tuple[int, int, int]] = []
        at, most = 0, int(limit * 100) if limit else 3000
        mixed, language = self.chance.random() < 0.25, self.language(stage)
        lead = self.chance.random() < 0.5
        while True:
            longest = 0.4 if not limit else (1.5 if self.chance.random() < 0.3 else 0.6)
            pause = int(100 * self.chance.uniform(0.0, longest)) if lead or parts else 0
            row = self.row(self.language(stage) if mixed else language)
            mel, time = self.clip(row, stage.noise > 0)
            if parts and at + pause + len(mel) > most:
                cut = most - at - pause
                if limit > 18 and cut > 60 and self.chance.random() < 0.6:  # the window ends inside this sentence
                    parts += [np.full((pause, 80), QUIET, np.float32), mel[:cut]]
                    said.append((row, at + pause, time, False))
                break
            parts += [np.full((pause, 80), QUIET, np.float32), mel]
            said.append((row, at + pause, time, True))
            at += pause + len(mel)
            if not limit or at > most - 150:
                break
        tail = int(100 * self.chance.uniform(0, 0.4))
        parts.append(np.full((tail, 80), QUIET, np.float32))
        mel = np.concatenate(parts)[:2996]
        mel = np.pad(mel, ((0, 4 + len(mel) % 2), (0, 0)), constant_values=np.nan)  # a little of Whisper's zero padding
        phones = np.zeros(len(mel) // 2, np.int64)
        for row, start, time, _ in said:
            for phone, first, end in row["phones"]:
                labels.append((int(phone), *(round((start + ms * time / 10) / 2) for ms in (first, end))))
        for phone, first, end in labels:
            phones[first:end] = phone
        return mel, said, phones

    def finish(self, mel: Mel, stage: Stage) -> Mel:
        """Noise, music, colour and masks; then Whisper's clamp and scale. NaN marks zero padding."""
        empty = np.isnan(mel[:, 0])
        mel = np.where(np.isnan(mel), QUIET, mel)
        chance, top = self.chance, float(mel.max())
        if chance.random() < stage.noise:
            axis = np.linspace(-1, 1, 80)
            tilt = chance.uniform(-1, 0.3) * axis + chance.uniform(-0.4, 0.4) * np.cos(chance.uniform(1, 6) * axis)
            noise = self.cut(self.sounds.noise, len(mel)) + tilt + top - chance.uniform(2.2, 6.5)
            mel = np.logaddexp(mel * 2.3026, noise * 2.3026) / 2.3026
            mel = (
                mel + chance.uniform(-0.5, 0.5) * axis + chance.uniform(-0.3, 0.3) * np.cos(chance.uniform(1, 6) * axis)
            )
            if chance.random() < 0.3:
                music = self.cut(self.sounds.music, len(mel)) + top - chance.uniform(1.0, 3.5)
                mel = np.logaddexp(mel * 2.3026, music * 2.3026) / 2.3026
        mel = np.maximum(mel, mel.max() - 8.0 + (chance.uniform(0, 2) if chance.random() < 0.3 else 0))
        if stage.noise and chance.random() < stage.masked:
            first, band = int(chance.integers(0, 72)), int(chance.integers(1, 9))
            mel[:, first : first + band] = mel.mean()
        out = ((mel + 4.0) / 4.0).astype(np.float32)
        out[empty] = 0.0
        return out

    def cut(self, bank: Mel, length: int) -> Mel:
        """A random stretch of a bank."""
        first = int(self.chance.integers(0, len(bank) - length))
        return bank[first : first + length]

    def silent(self, stage: Stage) -> Window:
        """No speech: noise or music alone. The start token is followed by <|nospeech|>, the text is empty."""
        length = int(self.chance.integers(25, 150)) * 2
        mel = np.full((length, 80), QUIET, np.float32)
        if self.chance.random() < 0.4:
            mel = self.cut(self.sounds.music, length) + np.float32(self.chance.uniform(-3, 1))
        codes, language = self.codes, self.codes.languages[str(self.chance.choice(["en", "zh"]))]
        last = codes.no_timestamps if self.chance.random() < 0.5 else codes.first_time
        tokens = [codes.start, language, codes.transcribe, last]
        third = last if last == codes.first_time else IGNORE
        targets = [codes.no_speech, IGNORE, third, codes.end]
        phones = np.zeros(length // 2, np.int64)
        return Window(self.finish(mel, stage), tokens, targets, [(0, 0)] * 4, phones)

    def sequence(
        self, said: list[tuple[dict[str, Any], int, float, bool]], stage: Stage, frames: int
    ) -> tuple[list[int], list[int], list[tuple[int, int]]]:
        """Tokens, targets and spans of what was said, with or without timestamps."""
        codes, timed = self.codes, self.chance.random() < 0.6
        language = codes.languages[said[0][0]["language"]]
        whole: list[int] = [codes.start, language, codes.transcribe]
        spans: list[tuple[int, int]] = [(0, 0)] * 3
        wanted = [False, True, False]
        if not timed:
            whole, spans, wanted = [*whole, codes.no_timestamps], [*spans, (0, 0)], [*wanted, False]
        for row, start, time, complete in said:
            ids, places, first, end = self.spoken(row, start, time, frames)
            if timed:
                whole.append(codes.first_time + first)
                spans.append((max(0, first - 2), first + 2))
                wanted.append(True)
                if not complete:
                    break
            if not complete:  # without timestamps the words that fit are still heard
                kept = [n for n, (_, past) in enumerate(places) if past < frames - 4]
                ids, places = [ids[n] for n in kept], [places[n] for n in kept]
            whole, spans = whole + ids, spans + places
            wanted += [True] * len(ids)
            if timed:
                whole.append(codes.first_time + min(end, 1500))
                spans.append((end - 1, min(end + 3, frames)))
                wanted.append(True)
        last = spans[-1][1] if not timed else end
        whole.append(codes.end)
        spans.append((min(last, frames - 1), min(last + 5, frames)))
        wanted.append(True)
        before = self.before(stage, said[0][0]["language"])
        whole, spans, wanted = [*before, *whole], [(0, 0)] * len(before) + spans, [False] * len(before) + wanted
        targets = [token if keep else IGNORE for token, keep in zip(whole, wanted, strict=True)]
        return whole[:-1], targets[1:], spans[1:]

    def before(self, stage: Stage, language: str) -> list[int]:
        """Sometimes earlier text, as faster-whisper passes it."""
        if self.chance.random() >= stage.prompt:
            return []
        ids = [self.codes.previous]
        for _ in range(int(self.chance.integers(1, 8))):
            ids += pieces(self.library.tokenizer, _plain(self.row(language)["text"])[0], language)[0]
        return ids[:200]

    def spoken(
        self, row: dict[str, Any], start: int, time: float, frames: int
    ) -> tuple[list[int], list[tuple[int, int]], int, int]:
        """Tokens of a clip, the frames each is spoken in, and the first and last frame of the sentence."""
        text, moved = _plain(row["text"])
        ids, characters = pieces(self.library.tokenizer, text, row["language"])
        words = [
            (moved[a], len(text[: moved[b]].rstrip(MARKS)), *((start + ms * time / 10) / 2 for ms in (s, e)))
            for a, b, s, e in row["words"]
        ]
        places = [_place(first, past, words, frames) for first, past in characters]
        return ids, places, round(words[0][2]), min(round(words[-1][3]), frames - 1)


def _plain(text: str) -> tuple[str, list[int]]:
    """Without double quotes, which faster-whisper never lets a model write; and where each character went."""
    moved, kept = [], 0
    for character in text:
        moved.append(kept)
        kept += character != '"'
    return text.replace('"', ""), [*moved, kept]


def _place(first: int, past: int, words: Sequence[tuple[int, int, float, float]], frames: int) -> tuple[int, int]:
    """Frames of the characters [first, past): their share of the word, with a margin; a mark has the pause after it."""
    middle = (first + past) / 2
    at = max((n for n, word in enumerate(words) if word[0] <= middle), default=0)
    left, right, start, end = words[at]
    follows = words[at + 1][2] if at + 1 < len(words) else end + 8
    letters = right - left
    if middle > right:
        start, end = end, max(follows, end + 2)
    elif letters > 1:
        scale = (end - start) / letters
        start, end = max(start, start + (first - left - 0.5) * scale), min(end, start + (past - left + 0.5) * scale)
    low = min(max(0, round(start)), frames - 1)
    return low, min(max(low + 1, round(end)), frames)


@dataclass
class Share:
    """The share of the training time that has passed; the trainer writes it, the composer reads it."""

    value: float = field(default=0.0)


def batches(library: Library, share: Share, seed: int, ahead: int = 3) -> Iterator[dict[str, Tensor]]:
    """Endless batches of windows of like length, composed by a thread while the last one is trained on."""
    made: queue.Queue[dict[str, Tensor]] = queue.Queue(ahead)

    def work() -> None:
        composer = Composer(library, seed)
        while True:
            stage = next(stage for stage in STAGES if share.value < stage.until)
            for batch in pooled(composer, stage):
                made.put(batch)
            library.refresh()

    threading.Thread(target=work, daemon=True).start()
    while True:
        yield made.get()


def pooled(composer: Composer, stage: Stage, pool: int = 8) -> Iterator[dict[str, Tensor]]:
    """Compose ``pool`` batches' worth of windows, sort them by length and cut them into batches of equal cost."""
    windows: list[Window] = []
    while sum(len(window.mel) for window in windows) < pool * stage.frames:
        windows.append(composer.window(stage))
    windows.sort(key=lambda window: len(window.mel))
    groups: list[list[Window]] = [[]]
    for window in windows:
        if groups[-1] and len(window.mel) * (len(groups[-1]) + 1) > stage.frames:
            groups.append([])
        groups[-1].append(window)
    for number in composer.chance.permutation(len(groups)):
        yield collate(groups[number], composer.chance, composer.codes)


def collate(
    windows: Sequence[Window], chance: np.random.Generator, codes: Codes, stand_in: int = 8
) -> dict[str, Tensor]:
    """Pad with zero features, as Whisper does. Some batches stand at random positions of the 30 s window.

    Returns mel (B, 2 T, 80); tokens, targets and words (is the target text?), each (B, L); spans (B, L, 2);
    phones (B, T); positions (B, T); padding (B, P); bias (B, 1, 1, T + P).
    """
    frames = max(len(window.mel) for window in windows) // 2
    length = max(len(window.tokens) for window in windows)
    count = len(windows)
    room = POSITIONS - frames
    moved = chance.random() < 0.15
    mel = torch.zeros(count, 2 * frames, 80)
    tokens = torch.full((count, length), codes.end)
    targets = torch.full((count, length), IGNORE)
    spans, phones = torch.zeros(count, length, 2, dtype=torch.long), torch.zeros(count, frames, dtype=torch.long)
    positions = torch.arange(frames).repeat(count, 1)
    padding = torch.zeros(count, stand_in if room > 100 else 0, dtype=torch.long)
    bias = torch.zeros(count, 1, 1, frames + padding.shape[1])
    for number, window in enumerate(windows):
        shift = int(chance.integers(0, room + 1)) if moved else 0
        mel[number, : len(window.mel)] = torch.from_numpy(window.mel)
        for table, values in ((tokens, window.tokens), (targets, window.targets)):
            moved_values = [v + shift if v >= codes.first_time else v for v in values]
            table[number, : len(values)] = torch.tensor(moved_values).clamp(max=codes.first_time + 1500)
        spans[number, : len(window.spans)] = torch.tensor(window.spans)
        phones[number, : len(window.phones)] = torch.from_numpy(window.phones)
        positions[number] += shift
        behind = room - shift
        if padding.shape[1]:
            places = chance.integers(0, behind, padding.shape[1]) if behind else np.zeros(padding.shape[1], np.int64)
            padding[number] = torch.from_numpy(np.asarray(places)) + shift + frames if behind else 0
            bias[number, ..., frames:] = float(np.log(behind / padding.shape[1])) if behind else -1e4
    words = (targets >= 0) & (targets < codes.end)
    return {"mel": mel, "tokens": tokens, "words": words, "targets": targets, "spans": spans, "phones": phones,
            "positions": positions, "padding": padding, "bias": bias}  # fmt: skip
