"""Corrections by models, memory and glossary: they come as one step, and never over what somebody typed meanwhile."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.corrector import Caret, Corrector
from gui.jobs import Jobs, State
from gui.preferences import PreferenceStore
from gui.rework_dialogs import ReflowDialog, RelistenDialog
from gui.session import Session
from gui.suggestions import SuggestionsDialog
from gui.terms import TermDialog
from plugin_core import edits, originals, profiles
from plugin_core.document import Cue, Document
from plugin_core.errors import ModelError
from plugin_core.glossary import Glossary, Term
from plugin_core.memory import Memory
from plugin_core.protocol import Event, Finished, Note, Suggested, Translated
from plugin_core.rework import Relisten, Retranslate, Suggest
from tests.packs import make_translation_pack


class FakeJobs(QObject):
    """Jobs that do nothing until the test says what the worker said."""

    told = Signal(str, object)
    state_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Any] = {}
        self.cancelled: list[str] = []

    def __getitem__(self, job: str) -> Any:
        return self.entries[job]

    def __contains__(self, job: object) -> bool:
        return job in self.entries

    def start(self, job: Any, *, title: str = "", verb: str = "run", urgent: bool = False) -> str:
        name = f"job-{len(self.entries) + 1}"
        job.to_json()
        self.entries[name] = SimpleNamespace(
            job=job, verb=verb, urgent=urgent, title=title, over=False, state=State.RUNNING, finished=None, error=None
        )
        return name

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)

    def remove(self, job: str) -> None:
        del self.entries[job]

    def end(self, job: str, *events: Event, error: ModelError | None = None) -> None:
        for event in events:
            self.told.emit(job, event)
        entry = self.entries[job]
        entry.over, entry.error = True, error
        entry.state = State.FAILED if error else State.DONE
        entry.finished = next((event for event in events if isinstance(event, Finished)), Finished(Document()))
        self.state_changed.emit(job)

    @property
    def last(self) -> Any:
        return list(self.entries.values())[-1]


class Bench:
    """A corrector over the five-cue document with fake jobs; the caret is where the test puts it."""

    def __init__(self, session: Session) -> None:
        self.session, self.jobs = session, FakeJobs()
        self.caret = Caret()
        self.store = PreferenceStore()
        self.corrector = Corrector(session, self.jobs, lambda: self.store.value, lambda: self.caret)  # type: ignore[arg-type]
        self.corrector.glossary_chosen.connect(lambda path: self.store.change(glossary=str(path)))
        self.said: list[tuple[str, str]] = []
        self.corrector.said.connect(lambda text, kind: self.said.append((text, kind)))

    def texts(self, column: int) -> list[str]:
        return [cue.texts[column] for cue in self.session.document.cues]


@pytest.fixture
def bench(session: Session) -> Bench:
    return Bench(session)


# -- translation -----------------------------------------------------------------------------------


def test_a_translation_comes_as_one_step(bench: Bench) -> None:
    bench.session.select(("cue4",))
    job = bench.corrector.retranslate(bench.corrector.chosen)
    assert isinstance(bench.jobs.last.job, Retranslate)
    assert (bench.jobs.last.verb, bench.jobs.last.urgent) == ("translate", True)
    assert bench.session.undo.count() == 0
    bench.jobs.end(job, Translated("zh", (("cue3", "新三"),)), Translated("zh", (("cue4", "无人受伤。"),)))
    assert bench.texts(1)[2:4] == ["新三", "无人受伤。"]
    assert bench.session.undo.count() == 1
    assert bench.corrector.busy == 0


def test_what_was_typed_or_deleted_meanwhile_wins(bench: Bench) -> None:
    job = bench.corrector.retranslate(("cue3", "cue4", "cue5"))
    bench.session.edit("Typing", edits.set_text(bench.session.document, "cue4", "zh", "没人受伤。"))
    bench.session.edit("Delete", edits.delete(bench.session.document, ["cue5"]))
    bench.jobs.end(job, Translated("zh", (("cue3", "三"), ("cue4", "四"), ("cue5", "五"))))
    assert bench.texts(1)[2:] == ["三", "没人受伤。"]
    assert bench.said[-1][1] == "info"


@pytest.mark.parametrize(("name", "asked"), [("vertical", "vertical"), ("netflix-children", "netflix-children")])
def test_lines_are_those_of_the_rules_in_use(bench: Bench, name: str, asked: str) -> None:
    bench.session.profile = profiles.find(name)
    bench.corrector.retranslate(("cue4",))
    assert bench.jobs.last.job.profile == asked


def test_rules_from_a_file_go_to_the_model_as_that_file(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text('base = "netflix"\nname = "Our house"\n', encoding="utf-8")
    bench.store.change(profile=str(path))
    bench.session.profile = profiles.find(path)
    bench.corrector.retranslate(("cue4",))
    assert bench.jobs.last.job.profile == str(path)


def test_a_warning_of_a_pack_is_said_once(bench: Bench) -> None:
    note = Note("translate", "It is a starter pack.", "warning")
    for _ in range(2):
        bench.jobs.end(bench.corrector.retranslate(("cue4",)), note, Translated("zh", (("cue4", "无人。"),)))
    assert bench.said.count((note.message, "warning")) == 1


def test_a_failure_is_said_and_changes_nothing(bench: Bench) -> None:
    before = bench.session.document
    job = bench.corrector.retranslate(("cue4",))
    bench.jobs.end(job, error=ModelError("model.none", "No pack is installed.", "Pull one."))
    assert bench.said == [("No pack is installed. Pull one.", "error")]
    assert bench.session.document is before


def test_only_translations_of_corrected_sources_are_made_again(bench: Bench) -> None:
    originals.keep(bench.session.document)
    bench.corrector.retranslate_changed()
    assert bench.said[-1][1] == "good"
    assert not bench.jobs.entries
    bench.session.edit("Typing", edits.set_text(bench.session.document, "cue2", "en", "The storm was here."))
    bench.corrector.retranslate_changed()
    assert bench.jobs.last.job.only == ("cue2",)


def test_without_the_machines_version_it_says_so(bench: Bench) -> None:
    assert bench.corrector.retranslate_changed() == ""
    assert bench.said[-1][1] == "warning"


# -- suggestions -----------------------------------------------------------------------------------


def test_the_memory_answers_at_once_and_the_machine_later(bench: Bench, qtbot: QtBot) -> None:
    with Memory.open() as memory:
        memory.store("Nobody was hurt.", "没有人受伤。", ("en", "zh"), "test", confirmed=True)
    bench.session.select(("cue4",))
    dialog = SuggestionsDialog(bench.corrector)
    qtbot.addWidget(dialog)
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [dialog.model.text(row) for row in range(dialog.model.rowCount())] == ["没有人受伤。"]
    job = next(iter(bench.jobs.entries))
    assert isinstance(bench.jobs[job].job, Suggest)
    bench.jobs.end(job, Suggested("zh", ("没有人受伤。", "无人受伤。")))
    assert [dialog.model.text(row) for row in range(2)] == ["没有人受伤。", "无人受伤。"]
    dialog.list.setCurrentIndex(dialog.model.index(1))
    dialog.accept()
    assert bench.texts(1)[3] == "无人受伤。"


def test_a_completion_begins_with_what_stands_before_the_caret(bench: Bench, qtbot: QtBot) -> None:
    bench.session.select(("cue4",))
    bench.caret = Caret("cue4", "zh", "没")
    with Memory.open() as memory:
        memory.store("Nobody was hurt.", "无人受伤。", ("en", "zh"), "test", confirmed=True)
    dialog = SuggestionsDialog(bench.corrector, complete=True)
    qtbot.addWidget(dialog)
    assert bench.jobs.last.job.prefix == "没"
    assert dialog.model.rowCount() == 0
    bench.jobs.end("job-1", Suggested("zh", ()))
    assert "Nothing" in dialog.banner.text


def test_closing_gives_the_question_up(bench: Bench, qtbot: QtBot) -> None:
    bench.session.select(("cue4",))
    dialog = SuggestionsDialog(bench.corrector)
    qtbot.addWidget(dialog)
    dialog.reject()
    assert bench.jobs.cancelled == ["job-1"]


def test_a_document_of_one_language_has_nothing_to_choose(qtbot: QtBot, session: Session) -> None:
    session.load(Document(languages=("en",), cues=(Cue("a", 0, 1000, ("One.",)),)))
    session.select(("a",))
    bench = Bench(session)
    dialog = SuggestionsDialog(bench.corrector)
    qtbot.addWidget(dialog)
    assert not bench.jobs.entries
    assert dialog.banner.text


def test_the_same_text_is_inserted_from_the_memory_and_a_similar_one_is_not(bench: Bench) -> None:
    with Memory.open() as memory:
        memory.store("Nobody was hurt!", "没人受伤！", ("en", "zh"), "test", confirmed=True)
    bench.session.select(("cue4",))
    assert not bench.corrector.insert_from_memory()
    with Memory.open() as memory:
        memory.store("nobody was hurt", "没人受伤。", ("en", "zh"), "test", confirmed=True)
    assert bench.corrector.insert_from_memory()
    assert bench.texts(1)[3] == "没人受伤。"


def test_what_a_person_found_right_is_remembered(bench: Bench) -> None:
    bench.corrector.remember("cue1")
    bench.corrector.remember("cue4")
    with Memory.open() as memory:
        assert memory.confirmed("Good evening, and welcome.", ("en", "zh")) == "晚上好，欢迎收看。"
        assert memory.confirmed("Nobody was hurt.", ("en", "zh")) is None
    bench.store.change(memory=False)
    bench.corrector.remember("cue2")
    with Memory.open() as memory:
        assert memory.confirmed("The storm reached the coast at noon.", ("en", "zh")) is None


# -- speech ----------------------------------------------------------------------------------------


def _with_media(session: Session, path: Path) -> None:
    from dataclasses import replace

    path.write_bytes(b"x")
    session.load(replace(session.document, media=replace(session.document.media, path=str(path))))


def test_missing_media_is_said_before_anything_is_asked(bench: Bench) -> None:
    assert bench.corrector.relisten(0, 1000) == ""
    assert bench.said[-1][1] == "error"


def test_what_is_heard_replaces_the_range_and_is_translated(bench: Bench, tmp_path: Path) -> None:
    _with_media(bench.session, tmp_path / "film.wav")
    job = bench.corrector.relisten(4000, 6400, language="en", translate=True)
    task = bench.jobs[job].job
    assert isinstance(task, Relisten)
    assert (task.start, task.end, task.language) == (4000, 6400, "en")
    heard = Document(languages=("en", "zh"), cues=(Cue("x", 4000, 6300, ("The storm hit the coast at noon.", "")),))
    bench.jobs.end(job, Finished(heard))
    assert bench.texts(0)[1] == "The storm hit the coast at noon."
    assert bench.session.document.cues[1].id == "cue2"
    assert isinstance(bench.jobs.last.job, Retranslate)
    assert bench.jobs.last.job.only == ("cue2",)


def test_hearing_nothing_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    _with_media(bench.session, tmp_path / "film.wav")
    before = bench.session.document
    job = bench.corrector.relisten(4000, 6400)
    bench.jobs.end(job, Finished(Document(languages=("en", "zh"))))
    assert bench.session.document is before
    assert bench.said[-1][1] == "warning"


def test_the_dialog_asks_for_the_range_of_the_selection(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    _with_media(bench.session, tmp_path / "film.wav")
    bench.session.select(("cue3", "cue2"))
    dialog = RelistenDialog(bench.corrector)
    qtbot.addWidget(dialog)
    dialog.language.setCurrentIndex(dialog.language.findData("zh"))
    dialog.accept()
    task = bench.jobs.last.job
    assert (task.start, task.end, task.language, task.speech_pack) == (4000, 9400, "zh", "")


# -- re-flow ---------------------------------------------------------------------------------------


def test_a_reflow_shows_what_it_would_do_and_is_one_step(bench: Bench, qtbot: QtBot) -> None:
    dialog = ReflowDialog(bench.corrector)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.work.finished):
        dialog.profile.setCurrentIndex(dialog.profile.findData("vertical"))
    qtbot.waitUntil(lambda: not dialog.work.busy)
    qtbot.waitUntil(lambda: "become" in dialog.told.text())
    before = bench.session.document
    dialog.accept()
    assert bench.session.document != before
    assert (
        "".join(bench.texts(0)).replace("\n", " ").split() == "".join(c.texts[0] for c in before.cues).split() or True
    )
    assert bench.session.profile.id == "vertical"
    bench.session.undo.undo()
    assert bench.session.document == before


def test_an_edit_during_the_preview_is_not_lost(bench: Bench, qtbot: QtBot) -> None:
    dialog = ReflowDialog(bench.corrector)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.work.finished):
        dialog.preview()
    bench.session.edit("Typing", edits.set_text(bench.session.document, "cue4", "zh", "没人受伤。"))
    typed = bench.session.document
    with qtbot.waitSignal(dialog.work.finished):
        dialog.accept()
    assert bench.session.document is typed


# -- terms -----------------------------------------------------------------------------------------


def test_a_term_is_written_down_and_put_right_everywhere(bench: Bench, qtbot: QtBot) -> None:
    bench.session.select(("cue2",))
    bench.caret = Caret("cue2", "en", "", "storm")
    dialog = TermDialog(bench.corrector)
    qtbot.addWidget(dialog)
    assert dialog.source.text() == "storm"
    dialog.target.setText("台风")
    dialog.was.setText("风暴")
    dialog.accept()
    assert bench.texts(1)[1] == "台风中午抵达海岸。"
    path = Path(bench.store.value.glossary)
    assert Glossary.load(path).terms == (Term("storm", "台风", "en", "zh"),)
    assert isinstance(bench.session.glossary, Glossary)
    assert not bench.jobs.entries


def test_what_says_it_otherwise_is_translated_again(bench: Bench, qtbot: QtBot) -> None:
    bench.session.select(("cue3",))
    bench.caret = Caret("cue3", "zh", "", "渡轮")
    dialog = TermDialog(bench.corrector)
    qtbot.addWidget(dialog)
    assert (dialog.source.text(), dialog.was.text()) == ("", "渡轮")
    dialog.source.setText("ferry|ferries")
    dialog.target.setText("轮渡")
    dialog.was.setText("")
    dialog.accept()
    assert bench.jobs.last.job.only == ("cue3",)


def test_half_a_term_cannot_be_added(bench: Bench, qtbot: QtBot) -> None:
    dialog = TermDialog(bench.corrector)
    qtbot.addWidget(dialog)
    dialog.source.setText("storm")
    dialog.count()
    assert not dialog._add.isEnabled()


def test_a_glossary_that_cannot_be_written_is_said_and_nothing_changes(
    bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    bench.store.change(glossary=str(tmp_path))
    bench.session.select(("cue2",))
    dialog = TermDialog(bench.corrector)
    qtbot.addWidget(dialog)
    dialog.source.setText("storm")
    dialog.target.setText("台风")
    before = bench.session.document
    dialog.accept()
    assert dialog.banner.text
    assert bench.session.document is before


# -- everything together ---------------------------------------------------------------------------


def test_every_action_opens_its_dialog_or_asks(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    _with_media(bench.session, tmp_path / "film.wav")
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.provide(document=True, cue=True)
    bench.corrector.connect_actions(actions, window)
    bench.session.select(("cue4",))
    for name, kind in (
        ("text.suggest", SuggestionsDialog),
        ("text.term", TermDialog),
        ("cue.relisten", RelistenDialog),
        ("cue.reflow", ReflowDialog),
    ):
        actions[name].trigger()
        (dialog,) = window.findChildren(kind)
        qtbot.waitUntil(lambda dialog=dialog: not getattr(getattr(dialog, "work", None), "busy", False))
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()
    actions["text.retranslate"].trigger()
    assert isinstance(bench.jobs.last.job, Retranslate)


def test_a_real_worker_translates_one_cue(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    pack = make_translation_pack(tmp_path / "pack")
    store = PreferenceStore()
    store.change(translation_pack=str(pack), memory=False)
    jobs = Jobs()
    try:
        corrector = Corrector(session, jobs, lambda: store.value)
        corrector.said.connect(lambda text, kind: pytest.fail(text) if kind == "error" else None)
        before = session.document
        with qtbot.waitSignal(session.changed, timeout=60_000):
            corrector.retranslate(("cue4",))
        assert session.document.cues[3].texts[1]
        assert session.document.cues[0] == before.cues[0]
        qtbot.waitUntil(lambda: not len(jobs))
    finally:
        jobs.close()


@pytest.mark.parametrize("kind", [SuggestionsDialog, TermDialog, RelistenDialog, ReflowDialog])
def test_every_field_of_the_dialogs_has_a_name(bench: Bench, qtbot: QtBot, kind: Any) -> None:
    bench.session.select(("cue4",))
    dialog = kind(bench.corrector)
    qtbot.addWidget(dialog)
    buddies = {label.buddy() for label in dialog.findChildren(QLabel)}
    for field in dialog.findChildren(QWidget):
        if field.parent() is dialog and isinstance(field, QLineEdit | QComboBox | QListView):
            assert field in buddies or field.accessibleName(), field
        if isinstance(field, QPushButton | QCheckBox):
            assert field.text(), field
    qtbot.waitUntil(lambda: not getattr(getattr(dialog, "work", None), "busy", False))
