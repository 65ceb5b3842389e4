"""Captions that come back from a host: every correction lands on its cue, whatever shift, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import formats, storage
from plugin_core.document import Cue, Document, Word
from plugin_core.errors import DocumentError
from plugin_core.formats import premiere_transcript
from plugin_core.server import Address
from plugin_core.serving.corrections import Caption, mapped, read, shift_of
from plugin_core.timeline import programme_of
from tests.serving.clients import Panel

SAID = "rain came down on the long road home and we went to see what was left of it"
WORDS = SAID.split()


def film(count: int = 30) -> Document:
    cues = tuple(
        Cue(f"c{n}", n * 3000, n * 3000 + 2400, (f"{WORDS[n % 17]} {WORDS[(n * 5) % 17]} {n}", f"第{n}句"))
        for n in range(count)
    )
    return Document(languages=("en", "zh"), cues=cues)


def captions(document: Document, column: int = 0, shift: int = 0) -> list[Caption]:
    return [Caption(cue.start + shift, cue.end + shift, cue.texts[column]) for cue in document.cues]


@given(
    shift=st.sampled_from([0, 3_600_000, -1000, 86_400_000 - 7, 40]),
    wrong=st.sets(st.integers(0, 29), max_size=12),
    jitter=st.integers(-20, 20),
)
def test_corrections_land_on_their_cues_whatever_the_start_timecode(shift: int, wrong: set[int], jitter: int) -> None:
    document = film()
    found = captions(document, shift=shift)
    for place in wrong:
        one = found[place]
        found[place] = Caption(one.start + jitter, one.end + jitter, f"Entirely new words {place}")
    result = mapped(document, found, "en")
    assert result.texts == {f"c{place}": f"Entirely new words {place}" for place in wrong}
    assert result.unmapped == ()
    assert abs(result.shift - shift) <= 50


@given(lost=st.sets(st.integers(0, 29), max_size=25))
def test_what_was_left_as_it_was_or_deleted_changes_nothing(lost: set[int]) -> None:
    document = film()
    found = [one for place, one in enumerate(captions(document, 1)) if place not in lost]
    result = mapped(document, found, "zh")
    assert (result.texts, result.unmapped) == ({}, ())
    assert result.apply(document) is document


def test_line_breaks_of_the_host_are_no_corrections() -> None:
    document = film(5)
    found = [Caption(one.start, one.end, one.text.replace(" ", "\n")) for one in captions(document)]
    assert mapped(document, found, "en").texts == {}


def test_a_cue_that_was_cut_in_two_gets_both_texts() -> None:
    document = film(6)
    found = captions(document)
    found[2:3] = [Caption(6000, 7200, "first half"), Caption(7200, 8400, "second half")]
    assert mapped(document, found, "en").texts == {"c2": "first half second half"}


def test_two_cues_made_one_are_listed_unless_they_say_what_they_said() -> None:
    document = film(6)
    found = captions(document)
    joined = f"{found[2].text}\n{found[3].text}"
    found[2:4] = [Caption(6000, 11_400, joined)]
    assert mapped(document, found, "en").unmapped == ()
    found[2] = Caption(6000, 11_400, "something else for both")
    result = mapped(document, found, "en")
    assert (result.texts, result.unmapped) == ({}, (found[2],))


def test_a_caption_that_was_made_longer_over_its_neighbour_stays_with_its_own_cue() -> None:
    document = film(6)
    found = captions(document)
    found[2] = Caption(6000, 10_500, "longer now")
    result = mapped(document, found, "en")
    assert (result.texts, result.unmapped) == ({"c2": "longer now"}, ())


def test_a_long_segment_of_a_transcript_is_shared_out_by_its_words() -> None:
    document = film(3)
    words = [Word(n * 3000 + k * 800, n * 3000 + k * 800 + 700, f" w{n}{k}") for n in range(3) for k in range(3)]
    found = [Caption(0, 8400, "".join(word.text for word in words), tuple(words))]
    assert mapped(document, found, "en").texts == {f"c{n}": f"w{n}0 w{n}1 w{n}2" for n in range(3)}


def test_a_caption_that_was_moved_is_known_by_what_it_says_and_a_new_one_is_listed() -> None:
    document = film(12)
    found = captions(document)
    found[4] = Caption(14_450, 14_950, found[4].text + "!")
    found.append(Caption(60_000, 61_000, "Nobody said this"))
    result = mapped(document, found, "en")
    assert result.texts == {"c4": document.cues[4].texts[0] + "!"}
    assert [one.text for one in result.unmapped] == ["Nobody said this"]


def test_two_people_who_speak_at_once_keep_their_own_words() -> None:
    cues = (Cue("a", 0, 2000, ("Yes.",)), Cue("b", 0, 2000, ("No, never.",)))
    document = Document(languages=("en",), cues=cues)
    assert mapped(document, captions(document), "en").texts == {}


def test_a_shift_is_believed_only_if_several_texts_agree() -> None:
    document = film(10)
    found = captions(document)
    assert shift_of(document, [*found[:9], Caption(90_000, 91_000, found[9].text)], 0) == 0
    same = [Caption(one.start + 5000, one.end + 5000, "Yes.") for one in found]
    assert shift_of(document, same, 0) == 0


@given(texts=st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, 9000), st.text(max_size=12)), max_size=12))
def test_any_captions_at_all_give_texts_of_cues_that_exist(texts: list[tuple[int, int, str]]) -> None:
    document = film(8)
    result = mapped(document, [Caption(start, start + length, text) for start, length, text in texts], "en")
    assert result.texts.keys() <= {cue.id for cue in document.cues}
    assert len(result.apply(document).cues) == 8


def test_a_transcript_of_ours_comes_back_as_it_went(tmp_path: Path) -> None:
    document = film(8)
    text = premiere_transcript.write(programme_of(document), "en")
    file = tmp_path / "transcript.json"
    file.write_text(text.replace("home", "HOME"), encoding="utf-8")
    result = mapped(document, read(file, "en").cues, "en")
    expected = {cue.id: cue.texts[0].replace("home", "HOME") for cue in document.cues if "home" in cue.texts[0]}
    assert expected
    assert (result.texts, result.unmapped) == (expected, ())


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe\x00", b"not captions", b"{" * 100_000])
def test_files_without_captions_are_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for name in ("x.srt", "x.json"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DocumentError):
            read(tmp_path / name, "en")


def test_the_panel_imports_a_file_tells_the_others_and_can_undo(address: Address, folder: Path, path: Path) -> None:
    document = storage.load(path)
    srt = formats.to_text(document, "srt", formats.Layout("single", ("en",))).replace("Good morning 3", "Good night 3")
    srt = srt.replace("00:00:", "01:00:") + "\n9\n02:00:00,000 --> 02:00:01,000\nNobody's\n"
    (folder / "back.srt").write_text(srt, encoding="utf-8")
    wanted: dict[str, Any] = {"path": str(path), "file": str(folder / "back.srt"), "language": "en"}
    with Panel(address, panel="a") as panel, Panel(address, panel="b") as other:
        other.result("open", path=str(path))
        answer = panel.result("import", **wanted)
        assert (answer["changed"], [cue["id"] for cue in answer["cues"]]) == (1, ["c3"])
        assert [one["text"] for one in answer["unmapped"]] == ["Nobody's"]
        assert other.until("document")["cues"][0]["texts"][0] == "Good night 3"
        assert storage.load(path).cues[3].texts == ("Good night 3", "早上好3")
        panel.result("edit", path=str(path), revision=answer["revision"], edit={"verb": "undo"})
        assert storage.load(path) == document
        assert panel.error("import", **{**wanted, "language": "fr"})["code"] == "document.no-language"
