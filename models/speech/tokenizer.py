"""The vocabulary: single Chinese characters, short English pieces, bytes for the rest, and Whisper's special tokens.

faster-whisper bans a list of symbols while decoding and bans the *first* token where a symbol has several. A lone space
and the byte E2 are such first tokens, so every " x" and every dash or quote has to be one token of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

LANGUAGES = ("en", "zh")
SPECIAL = (
    "<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in LANGUAGES), "<|translate|>",
    "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
)  # fmt: skip
TIMES = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))
WHOLE = "“”‘’—…·–，。？！、：；《》（）"  # always one token each
PIECES = r"[\u3400-\u9fff，。？！、：；“”‘’《》（）—…·–]| ?\p{N}"


@dataclass(frozen=True)
class Codes:
    """Ids of the special tokens, which stand behind the text tokens in Whisper's order."""

    end: int
    start: int
    languages: dict[str, int]
    transcribe: int
    previous: int
    no_speech: int
    no_timestamps: int

    @property
    def first_time(self) -> int:
        """<|0.00|>; one step is 20 ms."""
        return self.no_timestamps + 1

    @staticmethod
    def of(tokenizer: Tokenizer) -> Codes:
        """Look them up."""
        at = {name: tokenizer.token_to_id(name) for name in SPECIAL}
        return Codes(
            at["<|endoftext|>"], at["<|startoftranscript|>"], {name: at[f"<|{name}|>"] for name in LANGUAGES},
            at["<|transcribe|>"], at["<|startofprev|>"], at["<|nospeech|>"], at["<|notimestamps|>"],
        )  # fmt: skip


def train(texts: Iterable[str], english: int = 1500) -> Tokenizer:
    """A byte-level BPE with every character of the texts whole and about ``english`` pieces of English."""
    lines = list(texts)
    characters = {character for line in lines for character in line if ord(character) > 127} | set(WHOLE)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PIECES), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    visible = [chr(code) for code in range(33, 127)]
    prefixes = {character.encode()[:2] for character in characters if len(character.encode()) > 2}
    trainer = trainers.BpeTrainer(
        vocab_size=256 + len(characters) + len(prefixes) + len(visible) + english,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # A multi-byte character needs two merges: repeated often enough, they come before the rarer English pieces.
    lines += [piece * 500 for piece in (*sorted(characters), *(f" {character}" for character in visible))]
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in SPECIAL])
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in TIMES])
    return tokenizer


def load(path: Path) -> Tokenizer:
    """The saved tokenizer.json."""
    return Tokenizer.from_file(str(path))


def pieces(tokenizer: Tokenizer, text: str, language: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Ids of a sentence and the characters (first, past-last) each stands for. English begins with a space."""
    lead = " " if language == "en" else ""
    encoded = tokenizer.encode(lead + text, add_special_tokens=False)
    spans = [(max(0, first - len(lead)), past - len(lead)) for first, past in encoded.offsets]
    return encoded.ids, [(first + (text[first:past][:1] == " "), past) for first, past in spans]
