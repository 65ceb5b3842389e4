"""Exporting: the preview is the file, the report is what really comes back, and nothing of the user's is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import exporting
from gui.export import ExportDialog
from gui.session import Session
from plugin_core import burning
from plugin_core.document import Document, Mark
from plugin_core.formats import Layout, read, to_text
from plugin_core.media import probe
from tests.media_fixtures import Recipe, VideoTrack, make


@pytest.fixture
def dialog(session: Session, qtbot: QtBot, tmp_path: Path) -> ExportDialog:
    made = ExportDialog(session)
    qtbot.addWidget(made)
    made.path.setText(str(tmp_path / "film.srt"))
    made.choose("subtitles:srt")
    qtbot.waitUntil(lambda: made.losses.topLevelItemCount() > 0)
    return made


def _said(dialog: ExportDialog) -> dict[str, str]:
    rows = (dialog.losses.topLevelItem(row) for row in range(dialog.losses.topLevelItemCount()))
    return {row.text(0): row.text(1) for row in rows if row is not None}


def test_the_preview_is_what_is_written(dialog: ExportDialog, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.exported) as exported:
        dialog.export()
    (file,) = exported.args[0]
    assert file.read_text("utf-8") == dialog.preview.toPlainText()
    assert str(file) in dialog.banner.text


def test_the_preview_follows_the_choice(dialog: ExportDialog, session: Session, qtbot: QtBot) -> None:
    dialog.choose("subtitles:vtt", layer=2)
    wanted = to_text(session.document, "vtt", Layout("single", ("en",)))
    qtbot.waitUntil(lambda: dialog.preview.toPlainText() == wanted)
    assert dialog.path.text().endswith(".en.vtt")


def test_the_preview_follows_an_edit(dialog: ExportDialog, session: Session, qtbot: QtBot) -> None:
    first = session.document.cues[0].with_text(0, "Hello there.")
    session.edit("Type", replace(session.document, cues=(first, *session.document.cues[1:])))
    qtbot.waitUntil(lambda: "Hello there." in dialog.preview.toPlainText())


def test_what_the_file_cannot_hold_is_said_before_it_is_written(dialog: ExportDialog, qtbot: QtBot) -> None:
    said = _said(dialog)
    assert said["Marks"] == "2 lost"
    assert said["Words with times"].endswith("lost")
    assert said["Subtitles"] == "5 kept"


def test_an_earlier_file_is_kept(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    target = Path(dialog.path.text())
    target.write_text("by hand")
    with qtbot.waitSignal(dialog.exported):
        dialog.export()
    kept = [path for path in target.parent.iterdir() if "earlier" in path.name]
    assert [path.read_text() for path in kept] == ["by hand"]
    assert str(kept[0]) in dialog.banner.text


def test_a_folder_that_cannot_be_is_said_and_nothing_is_written(dialog: ExportDialog, qtbot: QtBot) -> None:
    blocked = Path(dialog.path.text()).parent / "file"
    blocked.write_text("")
    dialog.path.setText(str(blocked / "film.srt"))
    with qtbot.waitSignal(dialog._work.failed):
        dialog.export()
    assert "cannot be written" in dialog.banner.text


@pytest.mark.parametrize("row", range(len(exporting.targets(Document()))))
def test_every_target_writes_a_file_and_reports_on_it(row: int, document: Document, tmp_path: Path) -> None:
    target = exporting.targets(Document())[row]
    layout = exporting.layouts(document)[2 if target.name in {"scc", "stl"} else 0]  # those know no Chinese letters
    scenes = tuple(Mark(f"s{n}", "scene", n * 10_000, n * 10_000 + 10_000, f"Scene {n}") for n in range(3))
    document = replace(document, marks=(*document.marks, *scenes))
    exporting.preview(document, target, layout)
    losses, _ = exporting.report(document, target, layout)
    assert {loss.feature for loss in losses} >= {"subtitles", "marks", "words"}
    steps = exporting.export(document, target, layout, tmp_path / f"film{target.ending}")
    written = [Path(note.message) for note in steps if getattr(note, "stage", "") == "written"]
    assert written
    assert all(path.stat().st_size for path in written)


def test_a_format_of_one_language_writes_a_file_for_each(document: Document, tmp_path: Path) -> None:
    target = next(one for one in exporting.targets(document) if one.name == "premiere-transcript")
    path = tmp_path / exporting.file_name(document, target, Layout(), "film")
    made = exporting.contents(document, target, Layout(), path)
    assert sorted(made) == ["film.en.transcript.json", "film.zh.transcript.json"]


def test_our_own_document_loses_nothing(document: Document, tmp_path: Path) -> None:
    target = next(one for one in exporting.targets(document) if one.name == "json")
    losses, _ = exporting.report(document, target, Layout())
    assert {loss.how for loss in losses} == {"kept"}
    list(exporting.export(document, target, Layout(), tmp_path / "film.zimu"))
    assert read(tmp_path / "film.zimu").cues == document.cues


def test_a_video_is_offered_only_where_there_is_a_picture(document: Document) -> None:
    assert [one.key for one in exporting.targets(document) if one.group == "video"] == ["video:burn"]
    assert not [one for one in exporting.targets(Document()) if one.group == "video"]


@pytest.fixture
def filmed(session: Session, tmp_path: Path) -> Session:
    """A session with a film of ten seconds."""
    film = make(tmp_path / "film.mp4", Recipe([], VideoTrack(250, size=(320, 180))))
    session.edit("Media", replace(session.document, media=replace(probe(film), path=str(film))))
    return session


def test_a_burned_in_film_is_seen_before_it_is_made(
    filmed: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, tuple[str, ...]]] = []

    def still(picture: bytes, at: int, document: Document, *, layout: Layout) -> bytes:
        asked.append((at, tuple(layout.shown(document))))
        return picture

    monkeypatch.setattr(burning, "still", still)
    dialog = ExportDialog(filmed, at=2000)
    qtbot.addWidget(dialog)
    dialog.choose("video:burn")
    qtbot.waitUntil(lambda: not dialog.still.image.isNull())
    assert asked == [(2000, ("en", "zh"))]
    assert (dialog.still.image.width(), dialog.still.image.height()) == (320, 180)
    with qtbot.waitSignal(dialog.still.work.finished):
        dialog.still.after.click()
    assert asked[-1][0] == 5200  # the middle of the cue after
    with qtbot.waitSignal(dialog.still.work.finished):
        dialog.still.before.click()
    assert asked[-1][0] == 2200
    dialog.choose("video:burn", layer=3)
    qtbot.waitUntil(lambda: asked[-1][1] == ("zh",))


def test_why_no_picture_can_be_drawn_stands_in_its_place(
    filmed: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burning, "engines", lambda: ())
    dialog = ExportDialog(filmed, at=2000)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.still.work.failed):
        dialog.choose("video:burn")
    assert dialog.still.picture.text().startswith("Nothing on this machine can draw subtitles into a picture.\nInstall")


def test_text_is_copied_language_below_language(document: Document) -> None:
    assert exporting.plain_text(document).endswith("Nobody was hurt.\n\nMore at ten.\n十点再会。")
    single = replace(document, languages=("en",), cues=tuple(replace(c, texts=c.texts[:1]) for c in document.cues))
    assert exporting.plain_text(single).splitlines()[3:] == ["Nobody was hurt.", "More at ten."]
