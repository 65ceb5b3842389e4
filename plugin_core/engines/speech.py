"""Whisper packs on CTranslate2, through faster-whisper: encode, detect the language, decode, align words."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from plugin_core import modelstore
from plugin_core.engines import devices
from plugin_core.engines.drafts import Draft, Heard, Listening, better, draft_of, heard_of, is_weak, parts_of
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack

Audio = npt.NDArray[np.float32]
Result = TypeVar("Result")

REQUIRED = ("model.bin", "config.json", "tokenizer.json", "preprocessor_config.json")
RATE = 16_000
LONGEST_S = 30  # what Whisper hears at once
_USUAL = Listening()


class SpeechEngine:
    """
    A loaded Whisper pack.

    *choice* says where it runs and why; *languages* are the codes it can hear; *notes* collects sentences for the user
    (a GPU that ran out of memory) until someone takes them.
    """

    def __init__(self, pack: Pack, choice: devices.Choice, threads: int = 0, *, may_move: bool = True) -> None:
        self.pack = pack
        self.choice = choice
        self.notes: list[str] = []
        self._threads = threads
        self._may_move = may_move
        self._model: Any = None
        self._tokenizers: dict[str, Any] = {}
        self._suppressed: dict[str, tuple[int, ...]] = {}
        self._load()
        self.languages = self._find_languages()

    def close(self) -> None:
        """Free the weights."""
        self._model = None
        self._tokenizers.clear()
        gc.collect()

    def detect(self, clips: Sequence[Audio], candidates: Sequence[str]) -> list[dict[str, float]]:
        """For every clip, the probability of each candidate language; they sum to 1."""
        known = [language for language in candidates if language in self.languages]
        if len(known) < 2:
            return [dict.fromkeys(known or self.languages[:1], 1.0) for _ in clips]
        found = self._guarded(self._detect, clips)
        return [_among(probabilities, known) for probabilities in found]

    def hear(self, clips: Sequence[Audio], language: str, listening: Listening = _USUAL) -> list[Heard]:
        """What is said in each clip (samples at 16 kHz, at most 30 s), all in *language*, decoded as one batch."""
        self.require(language)
        return self._guarded(lambda part: self._hear(part, language, listening), clips)

    def require(self, language: str) -> None:
        """ModelError if the pack does not know *language*."""
        if language not in self.languages:
            raise ModelError(
                "model.language",
                f"The speech pack {self.pack.id} does not know the language {language!r}.",
                f"It knows {', '.join(self.languages)}.",
            )

    # -- loading

    def _load(self) -> None:
        try:
            self._model = self._open(self.choice)
        except (RuntimeError, ValueError, OSError) as error:
            if self.choice.device != "cuda":
                raise _broken(self.pack, error) from error
            self._move_to_cpu(error)

    def _open(self, choice: devices.Choice) -> Any:
        from faster_whisper import WhisperModel

        self._tokenizers.clear()
        return WhisperModel(
            str(self.pack.folder),
            device=choice.device,
            compute_type=choice.compute_type,
            cpu_threads=self._threads,
            local_files_only=True,
        )

    def _move_to_cpu(self, error: Exception) -> None:
        because = f"the GPU failed ({_reason(error)})"
        if not self._may_move:
            raise ModelError(
                "model.gpu",
                f"{self.pack.name} cannot run on the GPU: {_reason(error)}.",
                "Close other programs that use it, take a smaller pack or batch, or run with --device cpu.",
            ) from error
        self._model = None
        gc.collect()
        self.choice = devices.on_cpu(self.pack, "auto", because)
        self.notes.append(f"Speech recognition goes on with {self.choice.reason}.")
        try:
            self._model = self._open(self.choice)
        except (RuntimeError, ValueError, OSError) as again:
            raise _broken(self.pack, again) from again

    def _guarded(self, work: Callable[[Sequence[Audio]], list[Result]], clips: Sequence[Audio]) -> list[Result]:
        """*work* on the clips; where the GPU is full, on halves of them; where that fails too, on the CPU."""
        if not clips:
            return []
        try:
            return work(clips)
        except (RuntimeError, MemoryError) as error:
            if self.choice.device != "cuda":
                raise _failed(self.pack, error) from error
            if len(clips) == 1 or "memory" not in str(error):
                self._move_to_cpu(error)
                return self._guarded(work, clips)
            half = len(clips) // 2
            return self._guarded(work, clips[:half]) + self._guarded(work, clips[half:])

    def _find_languages(self) -> tuple[str, ...]:
        """The pack's languages that have a token. (A small vocabulary is multilingual if it has an empty token.)"""
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        if not self._model.model.is_multilingual:
            return ("en",)
        known = [code for code in _LANGUAGE_CODES if self._model.hf_tokenizer.token_to_id(f"<|{code}|>") is not None]
        return tuple(code for code in self.pack.languages if code in known) or tuple(known)

    # -- inference

    def _detect(self, clips: Sequence[Audio]) -> list[dict[str, float]]:
        found = self._model.model.detect_language(self._model.encode(self._features(clips)))
        return [{token[2:-2]: float(probability) for token, probability in row} for row in found]

    def _features(self, clips: Sequence[Audio]) -> Audio:
        """Log-mel features (clips, bands, 3000), padded with zeros to 30 s as Whisper was trained."""
        from faster_whisper.audio import pad_or_trim

        extract = self._model.feature_extractor
        return np.stack([pad_or_trim(extract(clip)[..., :-1]) for clip in clips])

    def _hear(self, clips: Sequence[Audio], language: str, listening: Listening) -> list[Heard]:
        tokenizer = self._tokenizer(language)
        features = self._features(clips)
        encoded = self._model.encode(features)
        room = (
            32 + 30 * max(len(clip) for clip in clips) // RATE
        )  # tokens: no one speaks faster, and a loop ends sooner
        drafts = self._generate(encoded, tokenizer, listening, room, 0.0)
        for temperature in [t for t in listening.temperatures if t > 0]:
            weak = [n for n, draft in enumerate(drafts) if is_weak(draft, listening)]
            if not weak:
                break
            part = self._model.encode(features[weak])
            again = self._generate(part, tokenizer, listening, room, temperature)
            for n, draft in zip(weak, again, strict=True):
                drafts[n] = better(drafts[n], draft, listening)
        return self._align(drafts, clips, tokenizer, encoded)

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer
            from faster_whisper.transcribe import get_suppressed_tokens

            multilingual = self._model.model.is_multilingual
            tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)
            self._tokenizers[language] = tokenizer
            self._suppressed[language] = get_suppressed_tokens(tokenizer, [-1])
        return self._tokenizers[language]

    def _generate(
        self, encoded: Any, tokenizer: Any, listening: Listening, room: int, temperature: float
    ) -> list[Draft]:
        prompt = self._model.get_prompt(
            tokenizer,
            tokenizer.encode(f" {listening.prompt.strip()}") if listening.prompt.strip() else [],
            hotwords=", ".join(listening.hotwords) or None,
        )
        sampling: dict[str, Any] = {"beam_size": listening.beam_size}
        if temperature > 0:
            sampling = {"beam_size": 1, "num_hypotheses": 5, "sampling_topk": 0, "sampling_temperature": temperature}
            sampling["no_repeat_ngram_size"] = 5  # what comes again here is mostly a loop
        results = self._model.model.generate(
            encoded,
            [list(prompt) for _ in range(encoded.shape[0])],
            max_length=min(self._model.max_length, len(prompt) + room),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed[tokenizer.language_code],
            **sampling,
        )
        return [draft_of(result, tokenizer, temperature) for result in results]

    def _align(self, drafts: list[Draft], clips: Sequence[Audio], tokenizer: Any, encoded: Any) -> list[Heard]:
        """Word times by dynamic time warping over the cross-attention (faster-whisper's alignment)."""
        rate = self._model.frames_per_second
        frames = [min(max(2, len(clip) * rate // RATE), LONGEST_S * rate) for clip in clips]
        parts = [parts_of(draft.tokens, tokenizer, count / rate) for draft, count in zip(drafts, frames, strict=True)]
        segments: list[list[dict[str, Any]]] = [
            [{"seek": 0, "start": start, "end": end, "tokens": tokens} for start, end, tokens in part] for part in parts
        ]
        if any(draft.text for draft in drafts):
            self._model.add_word_timestamps(
                segments, tokenizer, encoded, frames, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、", 0.0
            )
        return [
            heard_of(draft, part, tokenizer.language_code, len(clip) * 1000 // RATE)
            for draft, part, clip in zip(drafts, segments, clips, strict=True)
        ]


@contextmanager
def open_speech(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[SpeechEngine]:
    """
    The engine of a speech pack, verified first. *threads* 0 leaves the number to CTranslate2 (at most 4).

    Nothing is fetched: the pack must bring every file, or ModelError says which one it lacks.
    """
    check(pack)
    choice = devices.choose(pack, device, compute)
    engine = SpeechEngine(pack, choice, threads, may_move=device == "auto")
    try:
        yield engine
    finally:
        engine.close()


def check(pack: Pack) -> None:
    """Verify checksums, and that everything faster-whisper would else fetch or guess is there; ModelError if not."""
    if pack.kind != "speech":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a speech pack.", "Choose a speech pack.")
    modelstore.verify(pack)
    listed = {file.path for file in pack.files}
    lacking = [name for name in REQUIRED if name not in listed or not (pack.folder / name).is_file()]
    if not any(name.startswith("vocabulary.") for name in listed):
        lacking.append("vocabulary.json")
    if lacking:
        raise ModelError(
            "model.incomplete",
            f"The speech pack {pack.id} lacks {', '.join(lacking)}.",
            "Without it the recogniser would go to the network or mis-hear. Pull or import the pack again.",
        )
    for name in ("config.json", "preprocessor_config.json", "tokenizer.json"):
        _read_json(pack, name)


def _read_json(pack: Pack, name: str) -> Mapping[str, Any]:
    try:
        value = json.loads((pack.folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(pack, error) from error
    if not isinstance(value, dict):
        raise _broken(pack, ValueError(f"{name} holds no object"))
    return value


def _among(probabilities: Mapping[str, float], known: Sequence[str]) -> dict[str, float]:
    kept = {language: probabilities.get(language, 0.0) for language in known}
    total = sum(kept.values()) or 1.0
    return {language: probability / total for language, probability in kept.items()}


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _failed(pack: Pack, error: Exception) -> ModelError:
    if isinstance(error, MemoryError) or "alloc" in str(error) or "memory" in str(error):
        return ModelError(
            "model.memory",
            f"There is not enough memory for {pack.name}.",
            "Close other programs, or take a smaller pack or batch.",
        )
    return _broken(pack, error)


def _broken(pack: Pack, error: Exception) -> ModelError:
    return ModelError(
        "model.broken", f"The speech pack {pack.id} cannot be used: {_reason(error)}.", "Pull or import it again."
    )
