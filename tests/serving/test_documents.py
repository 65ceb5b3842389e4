"""Open documents: whatever is done, the file is the document, undo gives the one before, every panel knows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from plugin_core import storage
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.profiles import find
from plugin_core.server import Address
from plugin_core.serving.checking import checked, rechecked
from plugin_core.serving.documents import Conflict, Documents, _edited
from plugin_core.serving.models import Change
from tests.serving.clients import Panel

CHANGE: TypeAdapter[Any] = TypeAdapter(Change)
_CUE = st.sampled_from(["c0", "c1", "c2", "c3", "c4", "c9"])
_CUES = st.lists(_CUE, min_size=1, max_size=3)
_MS = st.integers(0, 20_000)
CHANGES = st.one_of(
    st.fixed_dictionaries({"verb": st.just("set_text"), "cue": _CUE, "language": st.sampled_from(["en", "zh", "fr"]),
                           "text": st.text(max_size=20)}),
    st.fixed_dictionaries({"verb": st.just("split"), "cue": _CUE, "at": _MS}),
    st.fixed_dictionaries({"verb": st.just("split"), "cue": _CUE, "language": st.just("zh"),
                           "offset": st.integers(0, 5)}),
    st.fixed_dictionaries({"verb": st.sampled_from(["join", "delete"]), "cues": _CUES}),
    st.fixed_dictionaries({"verb": st.just("retime"), "cue": _CUE, "start": _MS, "end": _MS}),
    st.fixed_dictionaries({"verb": st.just("set_speaker"), "cues": _CUES, "speaker": st.sampled_from(["", "李雷"])}),
    st.fixed_dictionaries({"verb": st.sampled_from(["undo", "redo"])}),
)  # fmt: skip


def made() -> Document:
    cues = tuple(Cue(f"c{n}", n * 4000, n * 4000 + 2500, (f"Good morning {n}", f"早上好{n}")) for n in range(5))
    return Document(languages=("en", "zh"), cues=cues)


@settings(max_examples=30)  # each edit is on disk before it is answered
@given(changes=st.lists(CHANGES, max_size=12))
def test_the_file_is_the_document_and_a_panel_that_follows_the_changes_shows_it(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("d") / "film.zimu"
    storage.save(made(), path)
    documents = Documents()
    opened = documents.open(path, "netflix", None)
    shown = {cue["id"]: cue for cue in opened["cues"]}
    revision, states = opened["revision"], [made()]
    for values in changes:
        change = CHANGE.validate_python(values)
        before = documents.current(path)
        try:
            answer = documents.edit(path, revision, change, None)
        except Conflict:
            raise
        except DocumentError:
            assert documents.current(path) == before == storage.load(path)
            continue
        after = documents.current(path)
        assert storage.load(path) == after
        assert (answer["revision"] == revision) == (after == before)
        shown.update({cue["id"]: cue for cue in answer["cues"]})
        for key in answer["gone"]:
            shown.pop(key, None)
        revision = answer["revision"]
        if change.verb not in {"undo", "redo"} and after != before:
            states.append(after)
            assert documents.edit(path, revision, CHANGE.validate_python({"verb": "undo"}), None)["can_redo"]
            assert documents.current(path) == before
            revision = documents.edit(path, revision + 1, CHANGE.validate_python({"verb": "redo"}), None)["revision"]
            assert documents.current(path) == after
    again = Documents().open(path, "netflix", None)
    assert sorted(shown.values(), key=lambda cue: (cue["start"], cue["end"], cue["id"])) == again["cues"]


def test_an_edit_of_what_the_panel_does_not_know_yet_is_a_conflict_with_the_present_revision(
    address: Address, path: Path
) -> None:
    edit = {"verb": "set_text", "cue": "c1", "language": "zh", "text": "改"}
    with Panel(address, panel="a") as one, Panel(address, panel="b") as other:
        revision = one.result("open", path=str(path))["revision"]
        assert other.result("open", path=str(path))["revision"] == revision
        answer = one.result("edit", path=str(path), revision=revision, edit=edit)
        error = other.error("edit", path=str(path), revision=revision, edit={**edit, "text": "别的"})
        assert (error["code"], error["revision"]) == ("document.conflict", answer["revision"])
        told = other.until("document")
        assert told["path"] == str(path)
        assert (told["revision"], told["cues"], told["gone"]) == (answer["revision"], answer["cues"], [])
        assert [cue["texts"] for cue in told["cues"]] == [["Good morning 1", "改"]]
        assert one.result("jobs") is not None
        assert not [event for event in one.events if event["event"] == "document"]
        one.error("edit", path=str(path), revision=revision, edit=edit)
        assert storage.load(path).cues[1].texts[1] == "改"


def test_undo_and_redo_cross_panels_and_end_where_the_document_began(address: Address, path: Path) -> None:
    before = path.read_bytes()
    with Panel(address, panel="a") as one, Panel(address, panel="b") as other:
        opened = one.result("open", path=str(path))
        assert (opened["can_undo"], opened["can_redo"]) == (False, False)
        revision = opened["revision"]
        for place in range(3):
            edit = {"verb": "delete", "cues": [f"c{place}"]}
            answer = one.result("edit", path=str(path), revision=revision, edit=edit)
            revision = answer["revision"]
            assert answer["gone"] == [f"c{place}"]
        for _ in range(3):
            answer = other.result("edit", path=str(path), revision=revision, edit={"verb": "undo"})
            revision = answer["revision"]
        assert (answer["can_undo"], answer["can_redo"]) == (False, True)
        assert path.read_bytes() == before
        assert other.error("edit", path=str(path), revision=revision, edit={"verb": "undo"})["code"] == "edit.nothing"


def test_what_another_program_wrote_is_taken_over_told_and_can_be_undone(address: Address, path: Path) -> None:
    with Panel(address, panel="a") as one, Panel(address, panel="b") as other:
        revision = one.result("open", path=str(path))["revision"]
        other.result("open", path=str(path))
        document = storage.load(path)
        changed = document.cues[0].with_text(0, "From elsewhere")
        storage.save(Document(languages=document.languages, cues=(changed, *document.cues[1:])), path)
        edit = {"verb": "delete", "cues": ["c4"]}
        error = one.error("edit", path=str(path), revision=revision, edit=edit)
        assert error["code"] == "document.conflict"
        assert [cue["texts"][0] for cue in other.until("document")["cues"]] == ["From elsewhere"]
        one.result("edit", path=str(path), revision=error["revision"], edit={"verb": "undo"})
        assert storage.load(path) == document


def test_a_cue_is_shown_with_what_is_wrong_with_it_also_when_its_neighbour_was_edited(
    address: Address, path: Path
) -> None:
    with Panel(address) as panel:
        opened = panel.result("open", path=str(path))
        assert all(cue["checks"] == [] for cue in opened["cues"])
        edit = {"verb": "retime", "cue": "c0", "end": 5000}
        answer = panel.result("edit", path=str(path), revision=opened["revision"], edit=edit)
        checks = {cue["id"]: [check["code"] for check in cue["checks"]] for cue in answer["cues"]}
        assert checks == {"c0": [], "c1": ["overlap"]}
        assert panel.error("open", path=str(path), profile="nothing")["code"] == "settings.profile"


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.zimu"
    storage.save(made(), path)
    documents = Documents()
    opened = documents.open(path, "netflix", None)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    change = CHANGE.validate_python({"verb": "delete", "cues": ["c0"]})
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DocumentError, match="No space left"):
            documents.edit(path, opened["revision"], change, None)
    assert documents.current(path) == made() == storage.load(path)
    assert documents.edit(path, opened["revision"], change, None)["gone"] == ["c0"]


@given(
    texts=st.lists(st.sampled_from(["Yes.", "No", "是。", "", "A line far too long to be read in its time"]),
                   min_size=1, max_size=9),
    lengths=st.lists(st.integers(0, 6000), min_size=9, max_size=9), change=CHANGES,
)  # fmt: skip
def test_checks_done_again_where_something_changed_are_the_checks_of_the_whole(
    texts: list[str], lengths: list[int], change: dict[str, Any]
) -> None:
    cues = tuple(Cue(f"c{n}", n * 2000, n * 2000 + lengths[n], (text, "早")) for n, text in enumerate(texts))
    before, profile = Document(languages=("en", "zh"), cues=cues), find("netflix")
    value = CHANGE.validate_python(change)
    try:
        after = _edited(before, value) if value.verb not in {"undo", "redo"} else before
    except DocumentError:
        return
    assert rechecked(after, before, checked(before, profile), profile) == checked(after, profile)


def test_what_is_no_document_is_refused_in_words(address: Address, folder: Path) -> None:
    (folder / "broken.zimu").write_text('{"zimu": 2', encoding="utf-8")
    with Panel(address) as panel:
        assert panel.error("open", path=str(folder / "broken.zimu"))["code"] == "document.damaged"
        assert panel.error("open", path=str(folder / "none.zimu"))["code"] == "document.missing"


def test_subtitle_files_are_written_beside_the_document_and_earlier_ones_kept(address: Address, path: Path) -> None:
    with Panel(address) as panel:
        files = panel.result("export", path=str(path), formats=["srt"])["files"]
        names = [f"{path.stem}{ending}" for ending in (".en.srt", ".zh.srt", ".en-zh.srt")]
        assert sorted(Path(file).name for file in files) == sorted(names)
        Path(files[0]).write_text("corrected by hand", encoding="utf-8")
        panel.result("export", path=str(path), formats=["srt"])
        kept = list(path.parent.glob(f"{path.stem}*earlier*"))
        assert [one.read_text(encoding="utf-8") for one in kept] == ["corrected by hand"]
        assert panel.error("export", path=str(path), formats=["nothing"])["code"] == "settings.format"


def test_documents_nobody_shows_are_let_go_and_come_back_with_their_revision(tmp_path: Path) -> None:
    documents = Documents()
    paths = [tmp_path / f"{place}.zimu" for place in range(40)]
    for path in paths:
        storage.save(made(), path)
    first = [documents.open(path, "netflix", None)["revision"] for path in paths]
    assert len(documents._open) < 20
    assert [documents.open(path, "netflix", None)["revision"] for path in paths] == first
