"""The user's own corrected texts: every form in which the program hands them out comes back as training data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tagger import documents
from models.tagger.drafts import Draft, Span
from plugin_core import formats, storage
from plugin_core.document import Document
from plugin_core.tagging import marking
from plugin_core.tagging.tags import Item, Tags

TEXT = "小美（低声）：走吧。[门响由远及近]"
ITEMS: list[dict[str, Any]] = [
    {"kind": "speech", "span": [7, 10], "speaker": "小美", "state": "低声"},
    {"kind": "sound", "span": [11, 17], "direction": "由远及近"},
]
EXPECTED = {
    ("speech", "走吧。"),
    ("speaker", "小美"),
    ("state", "低声"),
    ("sound", "门响由远及近"),
    ("direction", "由远及近"),
}
SRT = f"1\n00:00:01,000 --> 00:00:02,000\n{TEXT}\n\n2\n00:00:05,000 --> 00:00:07,000\n好的，\n我来了。\n"


def spans_of(draft: Draft) -> set[tuple[str, str]]:
    return {(span.label, draft.text[span.start : span.end]) for span in draft.spans}


def tagged() -> Document:
    """SRT as a document that the tagger has marked."""
    document = formats.read_text(SRT, "srt", language="zh")
    stream = marking.stream_of(document)
    at = stream.text.index(TEXT)
    second = stream.text.index("好的")
    items = [
        Item(kind, TEXT[a:b], (at + a, at + b), **{name: value for name, value in rest.items() if name != "span"})
        for kind, (a, b), rest in (
            (one["kind"], one["span"], {name: value for name, value in one.items() if name != "kind"}) for one in ITEMS
        )
    ]
    items.append(Item("speech", "好的，\n我来了。", (second, second + 8)))
    return marking.mark_cues(document, stream, Tags(tuple(items)))


def test_corrected_lines_become_drafts(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps({"text": TEXT, "items": ITEMS}) + "\n\n", encoding="utf-8")
    (draft,) = documents.read_folder(tmp_path)
    assert spans_of(draft) == EXPECTED


def test_corrected_tags_are_read_with_the_file_they_were_made_of(tmp_path: Path) -> None:
    (tmp_path / "film.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "film.tags.json").write_text(json.dumps({"version": 1, "items": ITEMS}), encoding="utf-8")
    (draft,) = documents.read_folder(tmp_path)
    assert spans_of(draft) == EXPECTED


def test_a_tagged_document_says_what_in_its_cues_is_what(tmp_path: Path) -> None:
    storage.save(tagged(), tmp_path / "film.zimu")
    (draft,) = documents.read_folder(tmp_path)
    assert spans_of(draft) == EXPECTED | {("speech", "好的，\n我来了。")}


def test_what_the_user_corrected_on_the_timeline_is_what_is_learned(tmp_path: Path) -> None:
    document = tagged()
    (mark,) = document.marks
    storage.save(replace(document, marks=(replace(mark, kind="music"),)), tmp_path / "film.zimu")
    (draft,) = documents.read_folder(tmp_path)
    assert ("music", "门响由远及近") in spans_of(draft)
    assert ("sound", "门响由远及近") not in spans_of(draft)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("mine.jsonl", '{"text": "a", "items": [{"kind": "sound", "span": [0, 9]}]}', r"mine\.jsonl, line 1"),
        ("mine.jsonl", '{"text": "a", "items": [{"kind": "noise", "span": [0, 1]}]}', r"mine\.jsonl, line 1.*noise"),
        ("mine.jsonl", "nothing", r"mine\.jsonl, line 1"),
        ("mine.jsonl", '{"text": "a"}', r"mine\.jsonl, line 1"),
        ("film.tags.json", '{"version": 1, "items": []}', r"film\.tags\.json: beside it"),
        ("film.zimu", "{}", r"film\.zimu"),
    ],
)
def test_what_is_no_corrected_text_is_named(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        documents.read_folder(tmp_path)


def test_a_document_nobody_tagged_teaches_nothing(tmp_path: Path) -> None:
    storage.save(formats.read_text(SRT, "srt", language="zh"), tmp_path / "film.zimu")
    with pytest.raises(ValueError, match="nothing in it was tagged"):
        documents.read_folder(tmp_path)


@given(st.lists(st.text("ab \n", max_size=30), max_size=12), st.integers(8, 40))
def test_pieces_fit_a_row_and_lose_no_item_that_does(lines: list[str], limit: int) -> None:
    draft = Draft()
    for line in lines:
        draft.put("[").item("sound", "c").put("]" + line + "\n\n")
    found = list(documents.pieces(draft.trim(), limit))
    assert all(0 < len(piece.text) <= limit for piece in found)
    assert all(isinstance(span, Span) and span.end <= len(piece.text) for piece in found for span in piece.spans)
    assert sum(len(piece.spans) for piece in found) == len(lines)
