"""Documents on disk: the same bytes for the same document, and never a torn or lost file."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, AudioStream, Cue, Document, Mark, Media, SubtitleStream, Word
from plugin_core.errors import DocumentError
from plugin_core.storage import (
    autosave,
    autosave_path,
    dumps,
    from_json,
    load,
    recover,
    save,
    to_json,
    write_atomic,
)

SIMPLE = Document(
    media=Media(
        "/footage/新 片.mp4",
        60_000,
        FrameRate.parse("29.97 DF"),
        start_timecode="01:00:00;00",
        width=1920,
        height=1080,
        audio=(AudioStream(1, "aac", 48_000, 2, start=-21, language="eng", default=True),),
        subtitles=(SubtitleStream(2, "mov_text"),),
    ),
    languages=("en", "zh"),
    cues=(
        Cue("a", 0, 1000, ("Hello,\nworld", "你好，世界"), (Word(0, 400, "Hello,", 0.9),), "Anna", "narrator", ("i",)),
    ),
    marks=(Mark("m", "music", 0, 5000, "piano", (("mood", "calm"),), 0.5),),
    made_by="Zimu",
)
GOLDEN = """{
"cues":[
{"end":1000,"id":"a","role":"narrator","speaker":"Anna","start":0,"tags":["i"],"texts":["Hello,\\nworld","你好，世界"],\
"words":[[0,400,"Hello,",0.9]]}
],
"languages":["en","zh"],
"made_by":"Zimu",
"marks":[
{"attributes":[["mood","calm"]],"confidence":0.5,"end":5000,"id":"m","kind":"music","start":0,"text":"piano"}
],
"media":{"audio":[{"channels":2,"codec":"aac","default":true,"index":1,"language":"eng","sample_rate":48000,\
"start":-21,"title":""}],"duration":60000,"frame_rate":"30000/1001 DF","height":1080,"path":"/footage/新 片.mp4",\
"start_timecode":"01:00:00;00","subtitles":[{"codec":"mov_text","index":2,"language":"","title":""}],\
"variable_rate":false,"width":1920},
"zimu":2
}
"""
FIRST_SCHEMA = {  # a file as schema 1 wrote it: no marks, no variable rate, no role, no tags
    "zimu": 1,
    "languages": ["zh"],
    "made_by": "Zimu 0.0",
    "media": {
        "audio": [],
        "duration": 5000,
        "frame_rate": "25/1",
        "height": 0,
        "path": "a.mov",
        "start_timecode": "",
        "subtitles": [],
        "width": 0,
    },
    "cues": [{"id": "a", "start": 0, "end": 900, "speaker": "", "texts": ["你好"], "words": [[0, 500, "你好", 1]]}],
}

times = st.integers(0, 10**9)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
words = st.builds(Word, times, times, texts, st.floats(0, 1))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    columns = draw(st.integers(0, 3))
    spans = [sorted(span) for span in draw(st.lists(st.tuples(times, times), max_size=4))]
    cues = [
        Cue(
            f"c{n}",
            start,
            end,
            tuple(draw(texts) for _ in range(columns)),
            tuple(draw(st.lists(words, max_size=3))),
            draw(texts),
            draw(texts),
            tuple(draw(st.lists(texts, max_size=2))),
        )
        for n, (start, end) in enumerate(spans)
    ]
    marks = [
        Mark(
            f"m{n}",
            draw(st.sampled_from(MARK_KINDS)),
            n,
            n + 5,
            draw(texts),
            tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
            draw(st.floats(0, 1)),
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    rate = draw(st.none() | st.sampled_from(["29.97 DF", "23.976", "25"]).map(FrameRate.parse))
    media = Media(draw(texts), draw(times), rate, draw(st.booleans()), draw(texts))
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    return Document(media, ("en", "zh", "fr")[:columns], tuple(cues), tuple(marks), draw(texts))


@given(documents())
def test_what_is_written_is_read_back_the_same(document: Document) -> None:
    assert from_json(json.loads(dumps(document))) == document
    assert from_json(to_json(document)) == document


@given(documents())
def test_reading_and_writing_again_gives_the_same_bytes(document: Document) -> None:
    content = dumps(document)
    assert dumps(from_json(json.loads(content))) == content


def test_the_file_is_as_agreed() -> None:
    assert dumps(SIMPLE).decode() == GOLDEN


def test_a_document_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "一 部 🎬.zimu"
    save(SIMPLE, path)
    assert load(path) == SIMPLE
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_file_name_that_is_not_valid_text_survives() -> None:
    document = replace(SIMPLE, media=Media(path="/footage/\udcff.mov"))
    assert from_json(json.loads(dumps(document))) == document


def test_a_confidence_that_is_no_number_does_not_make_the_file_unreadable() -> None:
    cue = Cue("a", 0, 1, ("x",), (Word(0, 1, "x", float("nan")),))
    assert from_json(json.loads(dumps(Document(languages=("en",), cues=(cue,))))).cues[0].words[0].probability == 0


def test_numpy_numbers_are_written_as_numbers() -> None:
    import numpy as np

    word: Any = Word(np.int64(3), np.int32(5), "x", np.float32(0.5))  # type: ignore[arg-type]
    row = to_json(Document(languages=("en",), cues=(Cue("a", 0, 9, ("x",), (word,)),)))["cues"][0]["words"][0]
    assert json.dumps(row) == '[3, 5, "x", 0.5]'


def test_a_file_of_the_first_schema_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "old.zimu"
    path.write_text(json.dumps(FIRST_SCHEMA), "utf-8")
    document = load(path)
    assert document.cues == (Cue("a", 0, 900, ("你好",), (Word(0, 500, "你好", 1.0),)),)
    assert document.marks == ()
    assert document.media == Media("a.mov", 5000, FrameRate.parse("25"))
    assert json.loads(dumps(document))["zimu"] == 2


def test_a_damaged_file_of_the_first_schema_is_refused_like_any_other() -> None:
    for damage in ({"cues": 5}, {"cues": [5]}, {"media": []}):
        with pytest.raises(DocumentError, match="damaged"):
            from_json({**FIRST_SCHEMA, **damage})


def test_a_file_of_a_newer_zimu_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "new.zimu"
    path.write_text('{"zimu": 99}', "utf-8")
    with pytest.raises(DocumentError, match="written by a newer Zimu") as caught:
        load(path)
    assert caught.value.code == "document.newer"
    assert "Update Zimu" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "words_of_the_reason"),
    [
        ({"surprise": 1}, "an entry 'surprise' that Zimu does not know"),
        ({"cues": [{"id": "a"}]}, "cues[0] lacks"),
        ({"cues": {}}, "cues must be a list"),
        ({"languages": ["en", 3]}, "languages[1] must be text"),
        ({"made_by": None}, "made_by must be text"),
        ({"media": {**to_json(SIMPLE)["media"], "frame_rate": "0/0"}}, "media.frame_rate must be a frame rate"),
        ({"media": {**to_json(SIMPLE)["media"], "frame_rate": "25/1 DF"}}, "media.frame_rate must be a frame rate"),
        ({"media": {**to_json(SIMPLE)["media"], "duration": True}}, "media.duration must be a whole number"),
        ({"media": {**to_json(SIMPLE)["media"], "duration": 1.5}}, "media.duration must be a whole number"),
        ({"media": {**to_json(SIMPLE)["media"], "duration": 10**300}}, "media.duration must be a whole number"),
        ({"media": {**to_json(SIMPLE)["media"], "variable_rate": 1}}, "media.variable_rate must be true or false"),
        ({"cues": [{**to_json(SIMPLE)["cues"][0], "words": [[1, 2, "x"]]}]}, "cues[0].words[0] must be a list of 4"),
        ({"cues": [{**to_json(SIMPLE)["cues"][0], "words": [[1, 2, "x", "y"]]}]}, "cues[0].words[0] must be a number"),
        ({"cues": [{**to_json(SIMPLE)["cues"][0], "texts": ["one"]}]}, "one text per language"),
        ({"cues": [{**to_json(SIMPLE)["cues"][0], "end": -1}]}, "ends before it starts"),
    ],
)
def test_a_document_with_something_wrong_is_refused_and_the_place_named(
    change: dict[str, Any], words_of_the_reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.zimu"
    path.write_text(json.dumps({**to_json(SIMPLE), **change}), "utf-8")
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert words_of_the_reason in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe{\x00}\x00",
        b"not json",
        b"[" * 100_000,
        b'{"zimu":2,"zimu":2}',
        b'{"zimu":NaN}',
        b'{"zimu":' + b"9" * 10_000 + b"}",
        b'{"zimu":true}',
        b'{"zimu":"2"}',
        b'{"zimu":0}',
        b"[]",
        b"null",
        dumps(SIMPLE)[:-20],
        dumps(SIMPLE).replace(b"0.9", b"1e999"),
        dumps(SIMPLE).replace(b"0.9", b"NaN"),
    ],
)
def test_hostile_or_truncated_files_are_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.zimu"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert caught.value.hint


@given(st.data())
def test_no_damage_to_a_file_makes_anything_but_a_document_or_a_document_error(data: st.DataObject) -> None:
    content = bytearray(dumps(SIMPLE))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(32, 126))
    with suppress(DocumentError, json.JSONDecodeError):
        assert isinstance(from_json(json.loads(content.decode(errors="replace"))), Document)


def test_a_file_larger_than_any_document_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.zimu"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    with pytest.raises(DocumentError, match="larger than any"):
        load(path)


def test_a_missing_file_and_a_folder_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        load(tmp_path / "nowhere.zimu")
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(DocumentError, match="cannot be read"):
        load(Path("nul\0.zimu"))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notepad.zimu"
    path.write_bytes(b"\xef\xbb\xbf" + dumps(SIMPLE))
    assert load(path) == SIMPLE


EDITED = replace(SIMPLE, made_by="edited")


def test_an_autosave_is_recovered_and_the_file_itself_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    before = path.read_bytes()
    autosave(EDITED, path)
    assert path.read_bytes() == before
    assert recover(path) == EDITED


def test_a_document_never_saved_is_recovered_too(tmp_path: Path) -> None:
    autosave(EDITED, tmp_path / "a.zimu")
    assert recover(tmp_path / "a.zimu") == EDITED


def test_saving_removes_the_autosave(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    autosave(EDITED, path)
    save(EDITED, path)
    assert recover(path) is None
    assert [item.name for item in tmp_path.iterdir()] == ["a.zimu"]


def test_an_autosave_that_outlived_a_save_is_not_newer_whatever_the_clock_says(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    autosave(EDITED, path)
    write_atomic(path, dumps(replace(SIMPLE, made_by="saved, and killed before the autosave was removed")))
    os.utime(autosave_path(path), (time.time() + 3600, time.time() + 3600))
    assert recover(path) is None


def test_an_autosave_of_what_was_saved_is_nothing_to_recover(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    autosave(SIMPLE, path)
    assert recover(path) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"autosave_of":""}', b'{"autosave_of":"","document":{"zimu":99}}'])
def test_a_damaged_autosave_does_not_stop_anyone_from_opening_the_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    autosave_path(path).write_bytes(content)
    assert recover(path) is None


def test_a_full_disk_is_a_sentence_and_the_old_content_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DocumentError, match="No space left") as caught:
        save(EDITED, path)
    assert caught.value.code == "document.cannot-write"
    assert load(path) == SIMPLE
    assert [item.name for item in tmp_path.iterdir()] == ["a.zimu"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs the resource limits of POSIX")
def test_a_write_cut_short_by_a_real_limit_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    program = """
import resource, signal, sys
from dataclasses import replace
from pathlib import Path
from plugin_core.errors import DocumentError
from plugin_core.storage import load, save
path = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    save(replace(load(path), made_by="x" * 5000), path)
except DocumentError as error:
    print(error.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "document.cannot-write"
    assert load(path) == SIMPLE
    assert [item.name for item in tmp_path.iterdir()] == ["a.zimu"]


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    if os.geteuid():
        tmp_path.chmod(0o555)
    else:  # permissions do not bind root

        def refuse(**_: object) -> tuple[int, str]:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(DocumentError, match="cannot be written: Permission denied"):
        save(EDITED, path)
    tmp_path.chmod(0o755)
    assert load(path) == SIMPLE


def test_a_path_that_runs_through_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DocumentError, match="cannot be written"):
        save(SIMPLE, tmp_path / "file" / "a.zimu")
    assert (tmp_path / "file").read_text() == "mine"


def test_saving_over_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.zimu").mkdir()
    with pytest.raises(DocumentError, match="cannot be written"):
        save(SIMPLE, tmp_path / "a.zimu")
    assert [item.name for item in tmp_path.iterdir()] == ["a.zimu"]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    path.chmod(0o640)
    save(EDITED, path)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("delay", [0.03, 0.07, 0.11])
def test_a_file_killed_in_the_middle_of_many_saves_is_always_whole(delay: float, tmp_path: Path) -> None:
    path = tmp_path / "a.zimu"
    save(SIMPLE, path)
    program = """
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from plugin_core.storage import autosave, load, save
path = Path(sys.argv[1])
document = load(path)
print("ready", flush=True)
for number in count():
    edited = replace(document, made_by=f"{number} " + "x" * 200_000)
    autosave(edited, path)
    save(edited, path)
"""
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
    try:
        assert process.stdout
        process.stdout.readline()
        time.sleep(delay)
    finally:
        process.kill()
        process.wait(30)
        assert process.stdout
        process.stdout.close()
    assert replace(load(path), made_by="") == replace(SIMPLE, made_by="")
    recovered = recover(path)
    assert recovered is None or replace(recovered, made_by="") == replace(SIMPLE, made_by="")
