"""Events cross process borders unchanged; nonsense becomes a sentence."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import errors
from plugin_core.document import MARK_KINDS, Cue, Document, Mark, Media, Word
from plugin_core.errors import ZimuError
from plugin_core.protocol import Chunk, Event, Finished, Marked, Note, Progress, Translated, from_json, to_json, to_line

texts = st.text(max_size=30)
times = st.integers(0, 10**9)
words = st.builds(Word, times, times, texts, st.integers(0, 10_000).map(lambda n: n / 10_000))
marks = st.builds(
    Mark, texts, st.sampled_from(MARK_KINDS), times, times, texts,
    st.lists(st.tuples(texts, texts), max_size=2, unique_by=lambda pair: pair[0]).map(tuple), st.floats(0, 1),
)  # fmt: skip
events = st.one_of(
    st.builds(Progress, texts, times, times, st.none() | st.floats(0, 1e6)),
    st.builds(Note, texts, texts, st.sampled_from(["info", "warning"])),
    st.builds(Chunk, times, times, texts, st.lists(words, max_size=4).map(tuple)),
    st.builds(Marked, texts, st.lists(marks, max_size=3).map(tuple)),
    st.builds(Translated, texts, st.lists(st.tuples(texts, texts), max_size=4).map(tuple)),
)


@given(events)
def test_an_event_survives_one_ascii_json_line(event: Event) -> None:
    line = to_line(to_json(event))
    assert line.isascii()
    assert line.count("\n") == 1
    assert from_json(json.loads(line)) == event


def test_the_finished_document_survives() -> None:
    document = Document(Media("片.mp4", 9000), ("zh", "en"), (Cue("a", 0, 1000, ("你好", "Hello")),), made_by="Zimu")
    event = Finished(document, ("a.srt",))
    assert from_json(json.loads(to_line(to_json(event)))) == event


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"event": "surprise"},
        {"event": "chunk", "start": "x"},
        {"event": "progress"},
        {"event": "translated", "texts": 1},
    ],
)
def test_nonsense_is_a_sentence(value: dict[str, Any]) -> None:
    with pytest.raises(ZimuError, match="unknown"):
        from_json(value)


@pytest.mark.parametrize("kind", [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, ZimuError)])
def test_every_error_survives_json_and_pickle(kind: type[ZimuError]) -> None:
    error = kind("area.what", "It broke.", "Mend it.")
    for copy in (ZimuError.from_json(json.loads(json.dumps(error.to_json()))), pickle.loads(pickle.dumps(error))):
        assert type(copy) is kind
        assert (copy.code, copy.message, copy.hint) == ("area.what", "It broke.", "Mend it.")
        assert str(copy) == "It broke. Mend it."
