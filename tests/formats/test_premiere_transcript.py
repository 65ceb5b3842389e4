"""Premiere's transcript: valid by Adobe's schema, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from plugin_core.document import Cue, Document, Word
from plugin_core.errors import DocumentError
from plugin_core.formats import premiere_transcript as transcript
from plugin_core.formats.layout import one_line
from plugin_core.timeline import programme_of
from tests.formats.marks import programme
from tests.formats.samples import BILINGUAL, calm, documents

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"
SPOKEN = Document(
    languages=("en", "zh"),
    cues=(
        Cue(
            "a",
            1740,
            5530,
            ('"Don\'t," she said (3.5 times). Go!', "「别动」，她说。走！"),
            words=(
                Word(1740, 2000, " Don't", 0.95),
                Word(2100, 2300, " she", 0.5),
                Word(2300, 2500, " said", 0.75),
                Word(2600, 3000, " 3.5", 1.0),
                Word(3000, 3400, " times.", 0.875),
                Word(5000, 5400, " Go!", 1.0),
            ),
            speaker="Jane Doe",
        ),
        Cue("b", 6000, 7000, ("One - two\nthree...", "一——二")),
        Cue("c", 7000, 8000, ("", "只有中文")),
    ),
)


def _schema_check(text: str, shared: Path) -> None:
    import jsonschema

    schema = json.loads((shared / "schemas" / "premiere_transcript.schema.json").read_text("utf-8"))
    checker = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    checker.validate(json.loads(text))


@pytest.mark.shared
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_written_is_valid_by_adobes_schema(language: str, shared: Path) -> None:
    for document in (SPOKEN, BILINGUAL):
        _schema_check(transcript.write(programme(document), language), shared)


@pytest.mark.shared
@settings(calm, max_examples=25, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_any_document_gives_a_valid_transcript_(shared: Path, document: Document) -> None:
    said = any(one_line(cue.texts[1]).strip() for cue in document.cues)
    if not said:
        return
    text = transcript.write(programme(document), "en")
    _schema_check(text, shared)
    assert len(transcript.read(text).document.cues) <= len(document.cues)


@pytest.mark.shared
def test_adobes_own_example_is_read(shared: Path) -> None:
    schema = json.loads((shared / "schemas" / "premiere_transcript.schema.json").read_text("utf-8"))
    read = transcript.read(json.dumps(schema["examples"][0]))
    cue = read.document.cues[0]
    assert read.document.languages == ("en",)
    assert (cue.start, cue.end, cue.texts, cue.speaker) == (1740, 5530, ("Hello world.",), "Jane Doe")
    assert [(word.start, word.end, word.text, word.probability) for word in cue.words] == [
        (1740, 2370, "Hello", 1.0),
        (2370, 2790, " world.", 0.95),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_transcript_is_the_golden_one(language: str) -> None:
    text = transcript.write(programme(SPOKEN), language)
    assert text == (GOLDEN / f"transcript.{language}.json").read_text("utf-8")


def test_words_keep_their_times_and_marks_follow_them() -> None:
    words = json.loads(transcript.write(programme(SPOKEN), "en"))["segments"][0]["words"]
    assert [(word["text"], word["type"], word["start"], word["eos"]) for word in words] == [
        ("\"Don't", "word", 1.74, False),
        (",", "punctuation", 2.0, False),
        ('"', "punctuation", 2.0, False),
        ("she", "word", 2.1, False),
        ("said", "word", 2.3, False),
        ("(3.5", "word", 2.6, False),
        ("times", "word", 3.0, False),
        (")", "punctuation", 3.4, False),
        (".", "punctuation", 3.4, True),
        ("Go", "word", 5.0, False),
        ("!", "punctuation", 5.4, True),
    ]
    assert [word["confidence"] for word in words[3:5]] == [0.5, 0.75]


def test_texts_times_words_and_speakers_come_back() -> None:
    for language in ("en", "zh"):
        column = SPOKEN.column(language)
        read = transcript.read(transcript.write(programme(SPOKEN), language)).document
        sent = [cue for cue in SPOKEN.cues if cue.texts[column]]
        assert read.languages == (language,)
        assert [(cue.start, cue.end, cue.texts[0], cue.speaker) for cue in read.cues] == [
            (cue.start, cue.end, cue.texts[column].replace("\n", " "), cue.speaker) for cue in sent
        ]
        for cue in read.cues:
            assert "".join(word.text for word in cue.words) == cue.texts[0]
            assert all(cue.start <= word.start <= word.end <= cue.end for word in cue.words)


def test_a_cue_without_word_times_is_shared_out_evenly_and_noted() -> None:
    document = Document(languages=("en",), cues=(Cue("x", 0, 1000, ("ab cd, efgh.",)),))
    words = json.loads(transcript.write(programme(document)))["segments"][0]["words"]
    assert [(word["text"], word["start"], word["duration"]) for word in words] == [
        ("ab", 0.0, 0.25), ("cd", 0.25, 0.25), (",", 0.5, 0.0), ("efgh", 0.5, 0.5), (".", 1.0, 0.0),
    ]  # fmt: skip
    assert "1 × cue without word times" in transcript.notes(programme(document))[0]
    assert transcript.notes(programme(SPOKEN), "en") == (
        "1 × cue without word times: its words share its time evenly.",
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("zh", "cmn-hans"), ("zh-Hant", "cmn-hant"), ("zh_TW", "cmn-hant"), ("en", "en-us"), ("en-GB", "en-gb"),
     ("yue", "zh-hk"), ("ja", "ja-jp"), ("pt", "pt-br"), ("fr-CA", "fr-fr"), ("und", "??-??"), ("xx", "??-??")],
)  # fmt: skip
def test_languages_have_premieres_codes(ours: str, theirs: str) -> None:
    assert transcript.language_code(ours) == theirs
    assert theirs in transcript.LANGUAGES


def test_a_speaker_has_one_id_of_version_4_for_ever() -> None:
    assert transcript.speaker_id("王老师") == transcript.speaker_id("王老师") != transcript.speaker_id("Jane")
    assert UUID(transcript.speaker_id("Jane")).version == 4


@pytest.mark.parametrize(
    "bad",
    ["", "{}", "[]", "null", '{"segments": 5}', '{"segments": [{"words": [{"text": "x", "start": "soon"}]}]}',
     '{"segments": [{"words": [{"text": "x", "start": NaN}]}]}', '{"segments": []}', b"\xff\xfe\x00", "[" * 100_000,
     '{"segments": [{"start": true, "words": [{"text": "a"}]}]}'],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_transcript_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        transcript.read(bad)


def test_a_document_without_words_in_the_language_is_refused() -> None:
    with pytest.raises(DocumentError, match="de"):
        transcript.write(programme(SPOKEN), "de")
    with pytest.raises(DocumentError, match="empty transcript"):
        transcript.write(programme_of(Document(languages=("en",))))


@pytest.mark.parametrize("text", ["cafe\u0301, re\u0301sume\u0301.", "हिन्दी में।", "ภาษาไทย ครับ", "が\u3099ギ"])
def test_a_mark_that_belongs_to_a_letter_stays_with_it(text: str) -> None:
    sent = programme(Document(languages=("hi",), cues=(Cue("x", 0, 1000, (text,)),)))
    words = json.loads(transcript.write(sent))["segments"][0]["words"]
    assert all(word["type"] == "punctuation" or word["text"][0].isalnum() for word in words)
    assert {word["text"] for word in words if word["type"] == "punctuation"} <= {",", ".", "।"}
    assert transcript.read(transcript.write(sent)).document.cues[0].texts == (text,)
