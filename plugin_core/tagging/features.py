"""
What a character looks like among its neighbours, as numbers of rows in a table: hashed n-grams, words and shapes.

Used by the reader of labels in plain words (``engines.labelling``), in training and in use. The numbers depend on
nothing but the text: they are the same everywhere.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
ROWS = 1 << 15  # of the table of n-grams and words
LETTERS = 1 << 12  # of the table of single characters
COUNT = 15  # features of a character
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’][A-Za-z]+)*")
_DIGITS = str.maketrans("123456789", "000000000")
_GRAMS = ((-1, 0), (0, 1), (-2, 0), (-1, 1), (0, 2), (0, 3), (-3, 0))  # first and last character, from here


def features(folded: str, kinds: bytes) -> tuple[Numbers, Numbers]:
    """
    Rows of the table for every character of a text [characters, COUNT], and rows of the table of letters [characters].

    *folded* is as of ``characters.fold``, *kinds* as of ``anchors.kinds``. Case and digits do not count, but in shapes.
    A character 0 parts texts: it has only zeros, and nothing before it is seen from behind it.
    """
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    plain = np.where((codes >= 65) & (codes <= 90), codes + 32, codes)
    plain = np.where((plain >= 48) & (plain <= 57), 48, plain)
    found = [_mixed(index, *_window(plain, *span)) for index, span in enumerate(_GRAMS)]
    words, suffixes, prefixes = _words(folded, plain)
    before, after = _neighbours(words, codes)
    found += [_mixed(7, words), _mixed(8, before), _mixed(9, after)]
    found += [_mixed(10, suffixes), _mixed(11, prefixes)]
    shapes = _shapes(codes)
    found += [_mixed(12, *_window(shapes, -2, 2)), _mixed(13, *_window(shapes, -1, 4))]
    found.append(_mixed(14, np.frombuffer(kinds, np.uint8).astype(np.uint64)))
    rows = np.stack(found, axis=1) if len(codes) else np.zeros((0, COUNT), np.uint64)
    seen = (codes != 0).astype(np.int64)
    letters = (_mixed(99, codes) % np.uint64(LETTERS)).astype(np.int64)
    return (rows % np.uint64(ROWS)).astype(np.int64) * seen[:, None], letters * seen


def _mixed(seed: int, *parts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number out of several, well stirred (32 bits)."""
    mask = np.uint64(0xFFFFFFFF)
    found = np.full(len(parts[0]), (seed + 1) * 0x9E3779B1 & 0xFFFFFFFF, np.uint64)
    for part in parts:
        found = ((found ^ part) * np.uint64(0x85EBCA6B)) & mask
        found ^= found >> np.uint64(13)
    return (found * np.uint64(0xC2B2AE35) & mask) >> np.uint64(5)


def _window(codes: NDArray[np.uint64], first: int, last: int) -> list[NDArray[np.uint64]]:
    """The characters from *first* to *last* around each, 0 beyond the text."""
    padded = np.concatenate((np.zeros(8, np.uint64), codes, np.zeros(8, np.uint64)))
    return [padded[8 + at : 8 + at + len(codes)] for at in range(first, last + 1)]


def _words(folded: str, plain: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], ...]:
    """A number for the word each character is in, for its last three and its first four letters."""
    words, suffixes, prefixes = plain.copy(), plain.copy(), plain.copy()
    for match in _WORD.finditer(folded):
        word, (start, end) = match[0].lower().translate(_DIGITS), match.span()
        words[start:end] = zlib.crc32(word.encode())
        suffixes[start:end] = zlib.crc32(word[-3:].encode())
        prefixes[start:end] = zlib.crc32(word[:4].encode())
    return words, suffixes, prefixes


def _neighbours(words: NDArray[np.uint64], codes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The numbers of the words before and after that of each character, 0 where there is none."""
    begins = np.concatenate(([True], words[1:] != words[:-1]))[: len(words)] & (codes != 32)
    order = np.cumsum(begins)
    chain = np.concatenate((np.zeros(2, np.uint64), words[begins], np.zeros(1, np.uint64)))
    return chain[order], chain[order + 2]


def _shapes(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """1 space, 2 digit, 3 small letter, 4 capital, 5 Chinese, 6 other letters, 0 beyond the text, the rest its code."""
    found = codes + np.uint64(64)
    found = np.where((codes >= 0x3400) & (codes <= 0x9FFF), np.uint64(5), found)
    found = np.where((codes >= 0xC0) & (codes < 0x2000), np.uint64(6), found)
    found = np.where((codes >= 97) & (codes <= 122), np.uint64(3), found)
    found = np.where((codes >= 65) & (codes <= 90), np.uint64(4), found)
    found = np.where((codes >= 48) & (codes <= 57), np.uint64(2), found)
    found = np.where((codes == 32) | (codes == 10), np.uint64(1), found)
    return np.where(codes == 0, codes, found)
