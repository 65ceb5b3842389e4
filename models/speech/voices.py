"""Three synthesisers that say when they say what: espeak-ng and flite through ctypes, festival through its Scheme
prompt.

Every voice returns a ``Clip``: 16 kHz audio with the times of its phones and of its words (English) or characters
(Chinese). That truth is what lets a small model learn to listen in an hour: nothing has to be aligned.

espeak-ng 1.51 reads Chinese correctly only with the voice ``cmn-latn-pinyin``; its voice ``cmn`` spells most characters
out in English letters and digits ("men5" as "men five"), so it is not used.
"""

from __future__ import annotations

import ctypes as c
import re
import subprocess
import tempfile
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 16_000
Audio = npt.NDArray[np.float32]

_FLITE_PHONES = (
    """aa ae ah ao aw ax ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh"""
)
_ESPEAK_PHONES = "ɑː æ ʌ ɔː aʊ ə aɪ b tʃ d ð ɛ ɜː eɪ f ɡ h ɪ iː dʒ k l m n ŋ oʊ ɔɪ p ɹ s ʃ t θ ʊ uː v w j z ʒ"
ARPABET = dict(
    zip(
        _FLITE_PHONES.split(),
        _ESPEAK_PHONES.split(),
        strict=True,
    )
)


@dataclass
class Clip:
    """One spoken sentence. Times are milliseconds from the first sample."""

    language: str
    text: str
    voice: str
    audio: Audio
    phones: list[tuple[str, int, int]] = field(default_factory=list)  # symbol, start, end; silence is not listed
    words: list[tuple[int, int, int, int]] = field(default_factory=list)  # first and past-last character, start, end


def tokens_of(text: str, language: str) -> list[tuple[int, int]]:
    """Character ranges that get a time: words between spaces in English, single letters or digits in Chinese."""
    pattern = r"\S*\w\S*" if language == "en" else r"\w"
    return [found.span() for found in re.finditer(pattern, text)]


def resample(audio: Audio, rate: int) -> Audio:
    """To 16 kHz, by cutting the spectrum of the whole clip."""
    if rate == RATE:
        return audio
    length = len(audio) * RATE // rate
    spectrum = np.fft.rfft(audio)[: length // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, length) * (length / len(audio)), dtype=np.float32)


class _Id(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int), ("uid", c.c_uint), ("position", c.c_int), ("length", c.c_int), ("ms", c.c_int),
        ("sample", c.c_int), ("user", c.c_void_p), ("id", _Id),
    ]  # fmt: skip


class Espeak:
    """libespeak-ng, synchronously, with word and phoneme events. One per process: the library has global state."""

    SYNCHRONOUS, PHONEME_EVENTS, PHONEME_IPA, WORD, PHONEME = 2, 1, 2, 1, 7
    RATE, PITCH, RANGE = 1, 3, 4

    def __init__(self) -> None:
        self.lib = c.CDLL("libespeak-ng.so.1")
        self.rate = self.lib.espeak_Initialize(self.SYNCHRONOUS, 0, None, self.PHONEME_EVENTS | self.PHONEME_IPA)
        self.chunks: list[bytes] = []
        self.events: list[tuple[int, int, int, int, str]] = []
        prototype = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))
        self._callback = prototype(self._receive)  # kept, or ctypes frees it
        self.lib.espeak_SetSynthCallback(self._callback)

    def _receive(self, samples: int | None, count: int, events: Any) -> int:
        if samples and count:
            self.chunks.append(c.string_at(samples, count * 2))
        index = 0
        while events[index].type:
            event = events[index]
            name = bytes(event.id.string).decode("utf-8", "ignore") if event.type == self.PHONEME else ""
            self.events.append((event.type, event.position, event.length, event.ms, name))
            index += 1
        return 0

    def say(
        self, text: str, language: str, voice: str, *, rate: int = 175, pitch: int = 50, spread: int = 50
    ) -> Clip | None:
        """The sentence, or None where espeak's word positions do not fit the text."""
        self.chunks, self.events = [], []
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        for parameter, value in ((self.RATE, rate), (self.PITCH, pitch), (self.RANGE, spread)):
            self.lib.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        self.lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        audio = np.frombuffer(b"".join(self.chunks), np.int16).astype(np.float32) / 32768
        clip = Clip(language, text, voice, resample(audio, self.rate))
        return self._timed(clip) if len(audio) else None

    def _timed(self, clip: Clip) -> Clip | None:
        """Fill phones and words from the events. A phone lasts until the next event."""
        spoken: list[list[int]] = []  # position, length, start, end of every word event with sound
        current: list[int] | None = None
        for index, (kind, position, length, ms, name) in enumerate(self.events):
            if kind == self.WORD:
                current = [position - 1, length, -1, -1] if length else None
                if current:
                    spoken.append(current)
            elif kind == self.PHONEME and name and not name.startswith("("):
                end = self.events[index + 1][3] if index + 1 < len(self.events) else ms
                clip.phones.append((name, ms, end))
                if current:
                    current[2] = ms if current[2] < 0 else current[2]
                    current[3] = end
        return _words_from(clip, [word for word in spoken if word[2] >= 0])


def _words_from(clip: Clip, spoken: list[list[int]]) -> Clip | None:
    """Give every token the time of the word events that begin in it; several tokens in one event share it evenly."""
    tokens = tokens_of(clip.text, clip.language)
    times: dict[int, list[int]] = {}
    owner = {at: number for number, (first, past) in enumerate(tokens) for at in range(first, past)}
    repeats: dict[tuple[int, int], int] = {}
    for position, length, start, end in spoken:
        inside = sorted({owner[at] for at in range(position, position + length) if at in owner})
        if not inside:
            return None
        if clip.language == "en":
            inside = inside[:1]
        elif sum(word[:2] == [position, length] for word in spoken) == len(inside):  # one event for each character
            turn = repeats.get((position, length), 0)
            repeats[position, length] = turn + 1
            inside = [inside[turn]]
        for place, number in enumerate(inside):
            one, other = (start + (end - start) * step // len(inside) for step in (place, place + 1))
            known = times.setdefault(number, [one, other])
            known[0], known[1] = min(known[0], one), max(known[1], other)
    if len(times) != len(tokens):
        return None
    clip.words = [(*tokens[number], *times[number]) for number in sorted(times)]
    ordered = all(a[2] <= b[2] for a, b in zip(clip.words, clip.words[1:], strict=False))
    return clip if clip.words and ordered else None


class _Wave(c.Structure):
    _fields_ = [("type", c.c_char_p), ("rate", c.c_int), ("count", c.c_int), ("channels", c.c_int),
                ("samples", c.POINTER(c.c_short))]  # fmt: skip


class _Voice(c.Structure):
    _fields_ = [("name", c.c_char_p), ("features", c.c_void_p)]


class Flite:
    """libflite with voices recorded from people: kal16 (diphones), awb, slt, rms (statistical)."""

    def __init__(self) -> None:
        self.lib = c.CDLL("libflite.so.1", mode=c.RTLD_GLOBAL)
        for name in ("libflite_usenglish.so.1", "libflite_cmulex.so.1"):
            c.CDLL(name, mode=c.RTLD_GLOBAL)
        pointer, text = c.c_void_p, c.c_char_p
        for name, result, arguments in (
            ("flite_synth_text", pointer, [text, pointer]), ("utt_wave", c.POINTER(_Wave), [pointer]),
            ("utt_relation", pointer, [pointer, text]), ("relation_head", pointer, [pointer]),
            ("item_next", pointer, [pointer]), ("item_as", pointer, [pointer, text]),
            ("item_parent", pointer, [pointer]),
            ("ffeature_string", text, [pointer, text]), ("ffeature_float", c.c_float, [pointer, text]),
            ("delete_utterance", None, [pointer]), ("feat_set_float", None, [pointer, text, c.c_float]),
        ):  # fmt: skip
            function = getattr(self.lib, name)
            function.restype, function.argtypes = result, arguments
        self.lib.flite_init()
        self.voices: dict[str, Any] = {}

    def _voice(self, name: str) -> Any:
        if name not in self.voices:
            register = getattr(c.CDLL(f"libflite_cmu_us_{name}.so.1", mode=c.RTLD_GLOBAL), f"register_cmu_us_{name}")
            register.restype = c.c_void_p
            self.voices[name] = register(None)
        return self.voices[name]

    def _items(self, utterance: Any, relation: bytes) -> list[Any]:
        item, items = self.lib.relation_head(self.lib.utt_relation(utterance, relation)), []
        while item:
            items.append(item)
            item = self.lib.item_next(item)
        return items

    def say(self, text: str, voice: str, stretch: float = 1.0) -> Clip | None:
        """The sentence (ASCII only), or None where its tokens are not found in the text."""
        if not text.isascii():
            return None
        pointer = self._voice(voice)
        features = c.cast(pointer, c.POINTER(_Voice)).contents.features
        self.lib.feat_set_float(features, b"duration_stretch", stretch)
        utterance = self.lib.flite_synth_text(text.encode(), pointer)
        sound = self.lib.utt_wave(utterance).contents
        audio = np.ctypeslib.as_array(sound.samples, (sound.count,)).astype(np.float32) / 32768
        clip = Clip("en", text, f"flite-{voice}", resample(audio, sound.rate))
        end = 0
        for item in self._items(utterance, b"Segment"):
            start, end = end, round(1000 * self.lib.ffeature_float(item, b"end"))
            name = self.lib.ffeature_string(item, b"name").decode()
            if name != "pau":
                clip.phones.append((ARPABET.get(name, name), start, end))
        words: dict[int, tuple[str, int, int]] = {}
        for item in self._items(utterance, b"Word"):
            token = self.lib.item_parent(self.lib.item_as(item, b"Token"))
            start = self.lib.ffeature_float(item, b"R:SylStructure.daughter1.daughter1.R:Segment.p.end")
            stop = self.lib.ffeature_float(item, b"R:SylStructure.daughtern.daughtern.R:Segment.end")
            name = self.lib.ffeature_string(item, b"R:Token.parent.name").decode()
            known = words.get(token, (name, round(1000 * start), 0))
            words[token] = (name, known[1], round(1000 * stop))
        self.lib.delete_utterance(utterance)
        return named_words(clip, list(words.values()))


FESTIVAL = """
(define (zimu_say text voice wav out)
  (eval (list voice))
  (set! u (utt.synth (eval (list 'Utterance 'Text text))))
  (utt.wave.resample u 16000)
  (utt.save.wave u wav 'riff)
  (set! f (fopen out "w"))
  (mapcar (lambda (s) (format f "P\\t%s\\t%f\\n" (item.name s) (item.feat s "segment_end")))
    (utt.relation.items u 'Segment))
  (mapcar (lambda (t) (if (not (item.parent t)) (begin (format f "T\\t%s\\n" (item.name t))
      (mapcar (lambda (w) (format f "W\\t%f\\t%f\\n" (item.feat w "R:Word.word_start") (item.feat w "R:Word.word_end")))
        (item.daughters t))))) (utt.relation.items u 'Token))
  (fclose f))
"""


def festival(sentences: list[str], voice: str) -> list[Clip]:
    """Sentences read by one festival voice (``kal_diphone``, ``ked_diphone``); those it cannot time are left out."""
    clips: list[Clip] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [FESTIVAL]
        for index, text in enumerate(sentences):
            quoted = text.replace("\\", "").replace('"', '\\"')
            lines.append(f'(zimu_say "{quoted}" \'voice_{voice} "{folder}/{index}.wav" "{folder}/{index}.txt")')
        (folder / "all.scm").write_text("\n".join(lines))
        subprocess.run(["festival", "-b", str(folder / "all.scm")], capture_output=True, check=False)
        for index, text in enumerate(sentences):
            clip = _festival_clip(text, voice, folder / f"{index}.wav", folder / f"{index}.txt")
            if clip:
                clips.append(clip)
    return clips


def _festival_clip(text: str, voice: str, sound: Path, times: Path) -> Clip | None:
    if not sound.exists() or not times.exists():
        return None
    with wave.open(str(sound)) as file:
        audio = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
        clip = Clip("en", text, f"festival-{voice}", resample(audio, file.getframerate()))
    words: list[tuple[str, int, int]] = []
    end = 0
    for kind, name, *values in (line.split("\t") for line in times.read_text().splitlines()):
        if kind == "T":
            words.append((name, -1, -1))
            continue
        if kind == "W":  # punctuation is a word without sound
            _, known, _ = words[-1]
            start, stop = round(1000 * float(name)), round(1000 * float(values[0]))
            if stop > 0:
                words[-1] = (words[-1][0], start if known < 0 else known, stop)
            continue
        start, end = end, round(1000 * float(values[0]))
        if name not in {"pau", "#"}:
            clip.phones.append((ARPABET.get(name, name), start, end))
    return named_words(clip, [word for word in words if word[2] > 0])


def named_words(clip: Clip, words: list[tuple[str, int, int]]) -> Clip | None:
    """Place (name, start, end) on the text's tokens in order; None unless every token is found."""
    tokens = tokens_of(clip.text, clip.language)
    times: dict[int, list[int]] = {}
    cursor = 0
    for name, start, end in words:
        at = clip.text.find(name, cursor)
        number = next((n for n, (first, past) in enumerate(tokens) if first <= at < past), None) if at >= 0 else None
        if number is None:
            return None
        cursor = at + len(name)
        known = times.setdefault(number, [start, end])
        known[1] = end
    if not tokens or len(times) != len(tokens):
        return None
    clip.words = [(*tokens[number], *times[number]) for number in sorted(times)]
    return clip
