"""What every format keeps: read(write(document)) has the texts and times of the document, whatever they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from plugin_core.formats.layout import clean, one_line, timed_parts
from tests.formats.samples import TRICKY, calm, documents, texts

ROUND_TRIP = ("srt", "vtt", "ass", "ttml", "csv", "jsonl")
BILINGUAL_FORMATS = ("vtt", "ass", "ttml", "csv", "jsonl")
KEEPS_EMPTY = ("csv", "jsonl")
KEEPS_SPEAKER = ("vtt", "ttml", "csv", "jsonl")
KEEPS_IDS = ("vtt", "ttml", "jsonl")


def centiseconds(cue: Cue) -> tuple[int, int]:
    """ASS: within 5 ms, and never without length if the cue has one."""
    start, end = (cue.start + 5) // 10 * 10, (cue.end + 5) // 10 * 10
    return start, max(end, start + 10) if cue.end > cue.start else end


def content(document: Document, name: str, *, read: bool) -> Counter[tuple[int, int, tuple[str, ...]]]:
    """(start, end, texts) of every cue with something to show, as *name* holds them."""
    rows: Counter[tuple[int, int, tuple[str, ...]]] = Counter()
    for cue in document.cues:
        shown = tuple(clean(text) for text in cue.texts)
        if any(shown) or name in KEEPS_EMPTY:
            rows[(*(centiseconds(cue) if name == "ass" and not read else (cue.start, cue.end)), shown)] += 1
    return rows


def has_text(document: Document) -> bool:
    return any(clean(text) for cue in document.cues for text in cue.texts)


def all_languages_shown(document: Document) -> bool:
    return all(any(clean(cue.texts[at]) for cue in document.cues) for at in range(len(document.languages)))


@pytest.mark.parametrize("name", ROUND_TRIP)
@given(document=documents(("zh",)))
@settings(calm, max_examples=30)
def test_reading_what_was_written_gives_the_texts_and_times(name: str, document: Document) -> None:
    assume(has_text(document))
    again = formats.read_text(formats.to_text(document, name), name, language="zh")
    assert again.languages == ("zh",)
    assert content(again, name, read=True) == content(document, name, read=False)


@pytest.mark.parametrize("name", BILINGUAL_FORMATS)
@pytest.mark.parametrize("order", ["source-over-target", "target-over-source"])
@given(document=documents())
@settings(calm, max_examples=25)
def test_both_languages_of_a_bilingual_file_come_back_apart(name: str, order: str, document: Document) -> None:
    assume(all_languages_shown(document))
    again = formats.read_text(formats.to_text(document, name, Layout(order)), name)
    assert again.languages == document.languages
    assert content(again, name, read=True) == content(document, name, read=False)


@pytest.mark.parametrize("name", ROUND_TRIP)
@given(document=documents(("zh",)))
@settings(calm, max_examples=15)
def test_the_content_decides_the_format(name: str, document: Document) -> None:
    assume(has_text(document))
    again = formats.read_text(formats.to_text(document, name), language="zh")
    assert content(again, name, read=True) == content(document, name, read=False)


@pytest.mark.parametrize("name", KEEPS_SPEAKER)
@given(speaker=texts)
@settings(calm, max_examples=25)
def test_speakers_come_back_on_one_line(name: str, speaker: str) -> None:
    document = Document(languages=("zh",), cues=(Cue("a", 0, 1000, ("你好",), speaker=speaker),))
    again = formats.read_text(formats.to_text(document, name), name)
    assert again.cues[0].speaker == one_line(speaker)


@pytest.mark.parametrize("name", KEEPS_IDS)
@given(document=documents())
@settings(calm, max_examples=25)
def test_ids_come_back(name: str, document: Document) -> None:
    assume(all_languages_shown(document))
    again = formats.read_text(formats.to_text(document, name), name)
    kept = {cue.id for cue in document.cues if name in KEEPS_EMPTY or any(clean(text) for text in cue.texts)}
    assert {cue.id for cue in again.cues} == kept


@given(document=documents())
@settings(calm, max_examples=25)
def test_json_lines_keep_everything_but_the_media(document: Document) -> None:
    again = formats.read_text(formats.to_text(document, "jsonl"), "jsonl")
    expected = tuple(
        replace(cue, texts=tuple(clean(text) for text in cue.texts), speaker=one_line(cue.speaker))
        for cue in document.cues
    )
    assert again.cues == expected


@pytest.mark.parametrize("name", ROUND_TRIP)
@given(document=documents(("zh",)))
@settings(calm, max_examples=20)
def test_a_second_round_changes_nothing(name: str, document: Document) -> None:
    assume(has_text(document))
    read = formats.read_text(formats.to_text(document, name), name, language="zh")
    assert formats.read_text(formats.to_text(read, name), name, language="zh") == read


@pytest.mark.parametrize("name", [name for name, entry in formats.FORMATS.items() if entry.read])
@given(text=st.lists(st.one_of(st.sampled_from(TRICKY), st.sampled_from("\n\n:,. 0159[]{}<>-"), st.text(max_size=5))))
@settings(calm, max_examples=30)
def test_no_text_gives_anything_but_a_document_or_a_document_error(name: str, text: list[str]) -> None:
    try:
        document = formats.read_text("".join(text), name)
    except DocumentError:
        return
    assert document.cues


@given(data=st.binary(max_size=400))
@settings(calm, max_examples=100)
def test_no_bytes_give_anything_but_text_or_a_document_error(data: bytes) -> None:
    from plugin_core.formats.encodings import decode

    try:
        text, name, _ = decode(data)
    except DocumentError:
        return
    assert isinstance(text, str)
    assert name


@given(text=texts)
@settings(calm)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(words=st.lists(st.text("ab 你好,。", min_size=1, max_size=4), max_size=6), text=texts)
@settings(calm)
def test_timed_parts_join_to_the_text(words: list[str], text: str) -> None:
    from plugin_core.document import Word

    spoken = [Word(at * 100, at * 100 + 90, word) for at, word in enumerate(words)]
    for whole in (clean(text), clean("".join(words))):
        pieces = timed_parts(whole, spoken)
        assert not pieces or "".join(piece for _, piece in pieces) == whole
