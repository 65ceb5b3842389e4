"""The events of a job: what the texts say, what the sound holds, who speaks."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from plugin_core import events, storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.engines.bench import Bench
from plugin_core.engines.voices import VoicesEngine, open_voices
from plugin_core.errors import ModelError, SettingsError
from plugin_core.media import probe
from plugin_core.modelstore import read_pack
from plugin_core.pipeline import Job, run
from plugin_core.protocol import Finished, Marked, Note
from tests.sounds.scripted import DOG, MUSIC, engine
from tests.speakers.test_diarising import TALK, talk
from tests.voice_packs import make_voices_pack


class Packs:
    """A bench whose engines hear what a test says: a dog at 1 s, music from 6 to 10 s; voices of two colours."""

    def __init__(self, voices: VoicesEngine, missing: tuple[str, ...] = ()) -> None:
        self.real, self.voice, self.missing = Bench(), voices, missing
        self.opened: list[str] = []

    def pack(self, kind: str, wanted: str, languages: Any) -> Any:
        if kind in self.missing:
            raise ModelError("model.no-production-pack", "None.")
        if kind == "tagging":
            return self.real.pack(kind, "starter", ())
        if kind == "voices":
            return self.voice.pack
        return SimpleNamespace(id="ears", key="ears", tier="starter", limits="", name="Ears", revision="1")

    def tagging(self, *args: Any) -> Any:
        self.opened.append("tagging")
        return self.real.tagging(*args)

    def sounds(self, *args: Any) -> Any:
        self.opened.append("sounds")
        rows = np.zeros((400, 2), np.float32)
        rows[25:50, 0] = 0.9
        rows[150:250, 1] = 0.8
        ears = engine([DOG, MUSIC], rows)
        return replace(ears, pack=replace(ears.pack, limits="Hears dogs."))

    def voices(self, *args: Any) -> VoicesEngine:
        self.opened.append("voices")
        return self.voice


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoicesEngine]:
    with open_voices(read_pack(make_voices_pack(tmp_path_factory.mktemp("pack"), voices={"same": 0.9}))) as opened:
        yield opened


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((talk() * 32_000).astype("<i2").tobytes())
    return path


def document(film: Path) -> Document:
    texts = ("[狗叫声] 你好。", "王哥（画外音）：再见。", "[door slams]", "好的。")
    cues = tuple(
        Cue(f"c{n}", start, end, (text,)) for n, ((start, end, _), text) in enumerate(zip(TALK, texts, strict=True))
    )
    return Document(probe(film), ("zh",), cues)


def found(
    document: Document, film: Path | None, bench: Packs, tmp_path: Path, **job: Any
) -> tuple[Document, list[Any]]:
    asked = Job(source=str(film), languages=("zh",), **{"events": ("text", "sounds", "speakers"), **job})
    ground = events.Ground(asked, cast("Bench", bench), film, tmp_path / "film.zimu", [])
    seen: list[Any] = []
    steps = events.found(document, ground)
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def by_text(document: Document) -> dict[str, Mark]:
    return {mark.text: mark for mark in document.marks}


def test_what_the_text_says_and_the_sound_holds_become_one_mark(
    film: Path, voices: VoicesEngine, tmp_path: Path
) -> None:
    made, seen = found(document(film), film, Packs(voices), tmp_path)
    marks = by_text(made)
    dog = dict(marks["狗叫声"].attributes)
    assert dog["source"] == "text+sound"
    assert marks["狗叫声"].start == pytest.approx(1000, abs=100)  # where it is heard, not where it is written
    assert dict(marks["door slams"].attributes)["source"] == "text"
    assert dict(marks["音乐"].attributes)["source"] == "sound"
    assert marks["音乐"].kind == "music"
    assert {mark.id for event in seen if isinstance(event, Marked) for mark in event.marks} >= {marks["音乐"].id}
    assert any("Hears dogs." in note.message for note in seen if isinstance(note, Note))


def test_cues_get_their_speakers_and_a_name_of_the_text_names_the_voice(
    film: Path, voices: VoicesEngine, tmp_path: Path
) -> None:
    made, _ = found(document(film), film, Packs(voices), tmp_path)
    assert [cue.speaker for cue in made.cues] == ["说话人 1", "王哥", "说话人 1", "王哥"]
    assert made.cues[1].role == "offscreen"


def test_a_second_run_changes_nothing_and_hears_nothing_twice(film: Path, voices: VoicesEngine, tmp_path: Path) -> None:
    made, _ = found(document(film), film, Packs(voices), tmp_path)
    bench = Packs(voices)
    again, _ = found(made, film, bench, tmp_path)
    assert again == made
    assert "sounds" not in bench.opened


def test_a_mark_of_a_person_stays(film: Path, voices: VoicesEngine, tmp_path: Path) -> None:
    own = Mark("mine", "sound", 1000, 2000, "my dog")
    first, _ = found(replace(document(film), marks=(own,)), film, Packs(voices), tmp_path)
    dog = by_text(first)["狗叫声"]
    renamed = replace(dog, text="大狗")
    edited = replace(first, marks=tuple(renamed if mark == dog else mark for mark in first.marks))
    second, _ = found(edited, film, Packs(voices), tmp_path)
    assert own in second.marks
    assert renamed in second.marks
    assert "狗叫声" not in by_text(second)


def test_beats_are_marks_only_when_asked_for(
    film: Path, voices: VoicesEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = events._Heard([], [], [(6000, True), (6500, False)])

    def listened(*_: Any) -> Any:
        return heard
        yield

    monkeypatch.setattr(events, "_listened", listened)
    names = {
        beats: [
            mark.text
            for mark in found(document(film), film, Packs(voices), tmp_path, events=("sounds",), beats=beats)[0].marks
        ]
        for beats in events.BEATS
    }
    assert names == {"none": [], "bar": ["bar"], "beat": ["bar", "beat"]}
    with pytest.raises(SettingsError, match="Beats"):
        events.check(Job(source="", beats="half"))


def test_a_kind_of_event_without_a_pack_is_left_out_with_a_note(
    film: Path, voices: VoicesEngine, tmp_path: Path
) -> None:
    made, seen = found(document(film), film, Packs(voices, missing=("tagging", "sounds", "voices")), tmp_path)
    assert made == document(film)
    assert sum("left out" in event.message for event in seen if isinstance(event, Note)) == 3


def test_a_pack_that_was_named_and_is_not_there_is_an_error(film: Path, voices: VoicesEngine, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        found(document(film), film, Packs(voices, missing=("sounds",)), tmp_path, sounds_pack="ears-9")


@pytest.mark.parametrize(
    ("options", "said"),
    [({"events": ("smells",)}, "smells"), ({"speakers": "many"}, "many"), ({"sdh": "cinema"}, "cinema")],
)
def test_a_senseless_wish_is_refused_before_anything_is_heard(film: Path, options: dict[str, Any], said: str) -> None:
    with Bench() as bench, pytest.raises(SettingsError, match=said):
        next(run(Job(source=str(film), **options), bench))


def test_without_sound_only_the_text_counts(film: Path, voices: VoicesEngine, tmp_path: Path) -> None:
    bench = Packs(voices)
    made, _ = found(document(film), None, bench, tmp_path)
    assert set(by_text(made)) == {"狗叫声", "door slams"}
    assert bench.opened == ["tagging"]


def test_the_sound_of_a_document_is_found_beside_it(film: Path, tmp_path: Path) -> None:
    made = document(film)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    film.rename(moved / "film.wav")
    assert events.media_of(moved / "film.zimu", made, is_text=True) == moved / "film.wav"
    assert events.media_of(tmp_path / "film.zimu", made, is_text=True) is None
    assert events.media_of(tmp_path / "film.srt", Document(languages=("zh",)), is_text=True) is None


def test_a_job_on_subtitles_writes_marks_and_captions_for_the_deaf(tmp_path: Path) -> None:
    source = tmp_path / "talk.srt"
    source.write_text(
        "1\n00:00:01,000 --> 00:00:03,000\n小美：你好。\n\n2\n00:00:05,000 --> 00:00:06,000\n[门铃响]\n", "utf-8"
    )
    job = Job(source=str(source), out=str(tmp_path / "out"), languages=(), spoken="zh", events=("text",), sdh="netflix")
    with Bench() as bench:
        last = list(run(job, bench))[-1]
    assert isinstance(last, Finished)
    saved = storage.load(tmp_path / "out" / "talk.zimu")
    assert "门铃响" in by_text(saved)
    assert saved.cues[0].speaker == "小美"
