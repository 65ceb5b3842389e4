"""A verified translation pack as an engine: SentencePiece around CTranslate2, and the attention projection needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core.engines.loading import loaded
from plugin_core.engines.pieces import Encoded, Tokenizer, cut_to_fit
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack

Matrix = NDArray[np.float32]
LOOP_PENALTY = 1.3  # the usual repetition penalty; 1 is none
BATCH_TOKENS = 2048  # source tokens translated together


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One translated sentence.

    *attention* is [pieces, source_pieces]: how much each target piece looked at each source piece, prefixes and end
    tokens left out. *source_spans* and *spans* are the character ranges of the pieces in the input and in *text*.
    *score* is the mean log-probability of a piece. *alternatives* are the other hypotheses, best first.
    """

    text: str
    pieces: tuple[str, ...]
    source_pieces: tuple[str, ...]
    attention: Matrix
    score: float
    spans: tuple[tuple[int, int], ...] = ()
    source_spans: tuple[tuple[int, int], ...] = ()
    alternatives: tuple[Sentence, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """The pieces as they read in *text*: joined they are *text*."""
        return tuple(self.text[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class _Pair:
    """How one direction is driven; every field is a tuple of literal vocabulary tokens."""

    source_prefix: tuple[str, ...] = ()
    source_suffix: tuple[str, ...] = ()
    target_prefix: tuple[str, ...] = ()

    @staticmethod
    def read(table: Mapping[str, Any]) -> _Pair:
        def tokens(name: str) -> tuple[str, ...]:
            value = table.get(name) or ()
            return (value,) if isinstance(value, str) else tuple(str(token) for token in value)

        return _Pair(tokens("source_prefix"), tokens("source_suffix"), tokens("target_prefix"))


class TranslationEngine:
    """An open translation pack. Made by :func:`open_translation`; not for use by two threads at a time."""

    def __init__(self, pack: Pack, translator: Any, source: Tokenizer, target: Tokenizer, reason: str) -> None:
        options = pack.options
        self.pack = pack
        self.reason = reason
        self.placeholders: tuple[str, ...] = tuple(options.get("placeholders", ()))
        self._translator = translator
        self._source, self._target = source, target
        self._pairs = {name: _Pair.read(table) for name, table in options.get("pairs", {}).items()}
        marks = ((*pair.source_prefix, *pair.source_suffix, *pair.target_prefix) for pair in self._pairs.values())
        self._silent = frozenset(("<s>", "</s>", "<pad>", "<unk>", *(token for tokens in marks for token in tokens)))
        self._beam_size = int(options.get("beam_size", 4))
        self._length_penalty = float(options.get("length_penalty", 1.0))
        self._max_source = int(options.get("max_source_tokens", 200))
        self._max_target = int(options.get("max_target_tokens", max(2 * self._max_source, 32)))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The directions the pack declares."""
        split = (name.split("-", 1) for name in self._pairs)
        return tuple((source, target) for source, target in split)

    @property
    def compute_type(self) -> str:
        """What CTranslate2 really computes in."""
        return str(self._translator.compute_type)

    def translate(self, sentences: Sequence[str], source: str, target: str, *, hypotheses: int = 1) -> list[Sentence]:
        """
        Translate *sentences* in token-balanced batches; the result has one entry for each, in order.

        A sentence with more pieces than the pack can take is cut at punctuation and put together again. A decoding loop
        is tried once more with a repetition penalty, and cut short if it persists.
        """
        pair = self._pair(source, target)
        parts: list[Encoded] = []
        owners: list[int] = []
        for index, text in enumerate(sentences):
            for encoded in cut_to_fit(self._source.encode(text, self.placeholders), self._max_source):
                parts.append(encoded)
                owners.append(index)
        done = self._translate_parts(parts, pair, hypotheses)
        grouped: list[list[Sentence]] = [[] for _ in sentences]
        for owner, part in zip(owners, done, strict=True):
            grouped[owner].append(part)
        return [_joined(group, target) for group in grouped]

    def alternatives(self, text: str, source: str, target: str, n: int = 5) -> list[str]:
        """Up to *n* different translations of *text*, best first."""
        best = self.translate([text], source, target, hypotheses=n)[0]
        return list(dict.fromkeys(choice.text for choice in (best, *best.alternatives) if choice.text))

    def complete(self, text: str, source: str, target: str, prefix: str, n: int = 5) -> list[Sentence]:
        """
        Up to *n* different translations of *text* that begin with *prefix*, best first.

        The last piece of *prefix* may be half a word, so the decoder is bound to those before it and may choose the
        word itself; only if no choice begins with *prefix* is it bound to all of it.
        """
        pair = self._pair(source, target)
        encoded = self._source.encode(text, self.placeholders)
        typed = self._target.encode(prefix, self.placeholders).pieces if prefix.strip() else ()
        if not encoded.pieces:
            return []
        part = cut_to_fit(encoded, self._max_source)[0]
        for kept, count in ((typed[:-1], 4 * n), (typed, n)):
            found = self._continued(part, pair, kept, count)
            fitting = {one.text: one for one in reversed(found) if one.text.startswith(prefix.strip())}
            if fitting:
                return list(reversed(fitting.values()))[:n]
        return []

    def _continued(self, part: Encoded, pair: _Pair, typed: Sequence[str], count: int) -> list[Sentence]:
        """*count* translations that begin with the pieces *typed* and differ in the next one."""
        limit = min(self._max_target, 3 * len(part.pieces) + 12 + len(typed)) + len(pair.target_prefix)
        try:
            (result,) = self._translator.translate_batch(
                [[*pair.source_prefix, *part.pieces, *pair.source_suffix]],
                target_prefix=[[*pair.target_prefix, *typed]],
                beam_size=self._beam_size,
                num_hypotheses=count,
                return_alternatives=True,
                length_penalty=self._length_penalty,
                max_input_length=0,
                max_decoding_length=limit,
                return_scores=True,
                replace_unknowns=True,
            )
        except (RuntimeError, ValueError) as error:
            raise self._cannot_run(error) from error
        found = [
            self._sentence(part, pair, pieces, (), score)
            for pieces, score in zip(result.hypotheses, result.scores, strict=True)
        ]
        return sorted(found, key=lambda one: -one.score)

    def _pair(self, source: str, target: str) -> _Pair:
        for name in (f"{source}-{target}", f"{_base(source)}-{_base(target)}"):
            if name in self._pairs:
                return self._pairs[name]
        raise ModelError(
            "model.pair",
            f"The pack {self.pack.id} does not translate {source} to {target}.",
            f"It translates: {', '.join(self._pairs) or 'nothing'}. See `zimu models list`.",
        )

    def _translate_parts(self, parts: Sequence[Encoded], pair: _Pair, hypotheses: int) -> list[Sentence]:
        results: list[Sentence | None] = [None] * len(parts)
        for bucket in _buckets([len(part.pieces) for part in parts]):
            chosen = [parts[index] for index in bucket]
            for index, sentence in zip(bucket, self._decode(chosen, pair, hypotheses), strict=True):
                results[index] = sentence
        looping = [i for i, s in enumerate(results) if s is not None and _loops(s.pieces, s.source_pieces)]
        if looping:
            again = self._decode([parts[i] for i in looping], pair, hypotheses, penalty=LOOP_PENALTY, no_repeat=3)
            for index, sentence in zip(looping, again, strict=True):
                still = _loops(sentence.pieces, sentence.source_pieces)
                results[index] = _cut_loop(sentence, still) if still else sentence
        return [sentence if sentence is not None else _EMPTY for sentence in results]

    def _decode(
        self, parts: Sequence[Encoded], pair: _Pair, hypotheses: int, *, penalty: float = 1.0, no_repeat: int = 0
    ) -> list[Sentence]:
        longest = max(len(part.pieces) for part in parts)
        limit = min(self._max_target, 3 * longest + 12) + len(pair.target_prefix)
        try:
            found = self._translator.translate_batch(
                [[*pair.source_prefix, *part.pieces, *pair.source_suffix] for part in parts],
                target_prefix=[list(pair.target_prefix)] * len(parts) if pair.target_prefix else None,
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                beam_size=max(self._beam_size, hypotheses),
                num_hypotheses=hypotheses,
                length_penalty=self._length_penalty,
                repetition_penalty=penalty,
                no_repeat_ngram_size=no_repeat,
                max_input_length=0,
                max_decoding_length=limit,
                return_scores=True,
                return_attention=True,
                replace_unknowns=True,
            )
        except (RuntimeError, ValueError) as error:
            raise self._cannot_run(error) from error
        return [self._sentences(part, pair, result) for part, result in zip(parts, found, strict=True)]

    def _cannot_run(self, error: Exception) -> ModelError:
        text = str(error)
        if "out of memory" in text.lower():
            return ModelError(
                "model.memory",
                f"The device ran out of memory in {self.pack.id}.",
                "Close other programs or use the CPU.",
            )
        return ModelError(
            "model.run", f"The pack {self.pack.id} failed to translate: {text}.", "Run `zimu models verify`."
        )

    def _sentences(self, part: Encoded, pair: _Pair, result: Any) -> Sentence:
        choices = [
            self._sentence(part, pair, pieces, attention, score)
            for pieces, attention, score in zip(result.hypotheses, result.attention, result.scores, strict=True)
        ]
        return replace(choices[0], alternatives=tuple(choices[1:])) if choices else _EMPTY

    def _sentence(self, part: Encoded, pair: _Pair, pieces: list[str], attention: Any, score: float) -> Sentence:
        skip, first = len(pair.target_prefix), len(pair.source_prefix)
        kept = tuple(pieces[skip:])
        matrix = np.zeros((len(kept), len(part.pieces)), np.float32)
        if len(attention):
            seen = np.asarray(attention, np.float32)[skip : skip + len(kept), first : first + len(part.pieces)]
            matrix[: seen.shape[0], : seen.shape[1]] = np.nan_to_num(seen)
        text, spans = self._target.decode(kept, self.placeholders, self._silent)
        return Sentence(text, kept, part.pieces, matrix, float(score), spans, part.spans)


_EMPTY = Sentence("", (), (), np.zeros((0, 0), np.float32), 0.0)


@contextmanager
def open_translation(
    pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0
) -> Iterator[TranslationEngine]:
    """
    Open *pack* (verified by the caller) as an engine. *threads* 0 lets CTranslate2 choose.

    Reads the ``[translation]`` table: ``tokenizer`` ("sentencepiece"), ``source_spm`` and ``target_spm`` (files),
    ``beam_size``, ``length_penalty``, ``placeholders`` (tokens the model copies), ``max_source_tokens``,
    ``max_target_tokens``, ``model`` (a sub-folder) and ``pairs.<source>-<target>`` with ``source_prefix``,
    ``source_suffix`` and ``target_prefix`` (literal vocabulary tokens: one, or a list).
    """
    from plugin_core.engines.devices import choose

    if pack.kind != "translation":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a translation pack.")
    source, target = _tokenizers(pack)
    choice = choose(pack.compute_types, device, compute)
    translator = _load(pack, choice.device, choice.compute_type, threads)
    try:
        yield TranslationEngine(pack, translator, source, target, choice.reason)
    finally:
        translator.unload_model()


def _load(pack: Pack, device: str, compute_type: str, threads: int) -> Any:
    import ctranslate2

    options = {"device": device, "compute_type": compute_type, "intra_threads": threads}
    return loaded(pack, lambda: ctranslate2.Translator(str(_model_folder(pack)), **options))


def _model_folder(pack: Pack) -> Path:
    """Where ``model.bin`` lies: the pack's folder, the sub-folder it names, or ``model`` as Argos has it."""
    names = [str(pack.options["model"])] if "model" in pack.options else ["", "model"]
    for name in names:
        if (pack.folder / name / "model.bin").is_file():
            return pack.folder / name
    raise ModelError("model.missing-file", f"The pack {pack.id} has no model.bin.", "Pull or import it again.")


def _tokenizers(pack: Pack) -> tuple[Tokenizer, Tokenizer]:
    kind = pack.options.get("tokenizer", "sentencepiece")
    if kind != "sentencepiece":
        raise ModelError(
            "model.tokenizer", f"The pack {pack.id} uses the tokenizer {kind!r}.", "Only sentencepiece is supported."
        )
    names = [str(pack.options.get("source_spm", "sentencepiece.model"))]
    names.append(str(pack.options.get("target_spm", names[0])))
    source = Tokenizer.open(pack.folder / names[0], pack.id)
    return source, source if names[1] == names[0] else Tokenizer.open(pack.folder / names[1], pack.id)


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0]


def _buckets(lengths: Sequence[int]) -> list[list[int]]:
    """Indices grouped by length within a factor of two, longest first: a short sentence never waits for a long one."""
    groups: dict[int, list[int]] = {}
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if lengths[index]:
            groups.setdefault(max(lengths[index], 8).bit_length(), []).append(index)
    return list(groups.values())


def _joined(parts: Sequence[Sentence], target: str) -> Sentence:
    """The parts of one long sentence as one: attention block-diagonal, score the mean."""
    if not parts:
        return _EMPTY
    if len(parts) == 1:
        return parts[0]
    count = max(1 + len(part.alternatives) for part in parts)
    choices = [
        _one([(part, *part.alternatives)[min(k, len(part.alternatives))] for part in parts], target)
        for k in range(count)
    ]
    return replace(choices[0], alternatives=tuple(choices[1:]))


def _one(parts: Sequence[Sentence], target: str) -> Sentence:
    glue = "" if _base(target) in {"zh", "ja", "yue", "th"} else " "
    text, spans = "", list[tuple[int, int]]()
    for part in parts:
        start = len(text)
        text += (glue if text and part.text else "") + part.text
        shift = len(text) - len(part.text)
        moved = [(begin + shift, end + shift) for begin, end in part.spans]
        spans += [(start, moved[0][1]), *moved[1:]] if moved else []
    attention = np.zeros(
        (sum(p.attention.shape[0] for p in parts), sum(p.attention.shape[1] for p in parts)), np.float32
    )
    row = column = 0
    for part in parts:
        rows, columns = part.attention.shape
        attention[row : row + rows, column : column + columns] = part.attention
        row, column = row + rows, column + columns
    return Sentence(
        text,
        tuple(piece for part in parts for piece in part.pieces),
        tuple(piece for part in parts for piece in part.source_pieces),
        attention,
        float(np.mean([part.score for part in parts])),
        tuple(spans),
        tuple(span for part in parts for span in part.source_spans),
    )


def _loops(pieces: Sequence[str], source: Sequence[str]) -> tuple[int, int] | None:
    """(start, period) of a run of at least four equal n-grams, n <= 6, unless the source repeats itself as often."""
    times, start, period = _longest_run(pieces)
    return (start, period) if times >= 4 and times > _longest_run(source)[0] + 1 else None


def _longest_run(pieces: Sequence[str]) -> tuple[int, int, int]:
    """(times, start, period) of the n-gram repeated most often without a break."""
    best = (1, 0, 0)
    for period in range(1, 7):
        equal = 0
        for index in range(period, len(pieces)):
            equal = equal + 1 if pieces[index] == pieces[index - period] else 0
            times = 1 + equal // period
            if times > best[0]:
                best = (times, index - equal - period + 1, period)
    return best


def _cut_loop(sentence: Sentence, loop: tuple[int, int]) -> Sentence:
    """Keep the first turn of a loop and nothing after it."""
    end = loop[0] + loop[1]
    cut = sentence.spans[end - 1][1]
    return replace(
        sentence,
        text=sentence.text[:cut],
        pieces=sentence.pieces[:end],
        spans=sentence.spans[:end],
        attention=sentence.attention[:end],
    )
