"""Corrections of shots and scenes: what they change, that each is one step, and that they outlast another search."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui import shot_edits
from gui.actions import Actions
from gui.session import Session
from gui.shot_correcting import ShotCorrecting
from gui.shot_labels import LabelDialog
from gui.shot_rows import labels_of, rows
from plugin_core.document import Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.tagging.marking import is_ours
from tests.gui.shot_films import EACH, film_document

DOCUMENT = film_document()
SHOTS = [row.mark for row in rows(DOCUMENT) if not row.scene]
SCENES = [row.mark for row in rows(DOCUMENT) if row.scene]


def spans(document: Document, kind: str) -> list[tuple[int, int]]:
    """Begin and end of each, in numbers of the shots there were at first."""
    return [(row.start // EACH, row.end // EACH) for row in rows(document) if row.mark.kind == kind]


def whole(document: Document) -> bool:
    """Whether the shots follow one another without a gap, from the beginning to the end of the film."""
    shots = [row for row in rows(document) if not row.scene]
    edges = [(shot.end, later.start) for shot, later in pairwise(shots)]
    return shots[0].start == 0 and shots[-1].end == 12 * EACH and all(end == start for end, start in edges)


def test_a_false_cut_is_merged_into_the_shot_before_it() -> None:
    after = shot_edits.merged(DOCUMENT, SHOTS[3].id)
    assert spans(after, "shot")[2:4] == [(2, 4), (4, 5)]
    assert whole(after)
    with pytest.raises(DocumentError, match="first shot"):
        shot_edits.merged(DOCUMENT, SHOTS[0].id)


def test_a_shot_is_split_where_the_film_stands_and_both_keep_its_labels() -> None:
    after = shot_edits.split(DOCUMENT, SHOTS[2].id, 2 * EACH + 500)
    shots = [row for row in rows(after) if not row.scene]
    assert [(row.start, row.end) for row in shots[2:4]] == [(4000, 4500), (4500, 6000)]
    assert shots[3].labels == shots[2].labels == labels_of(SHOTS[2])
    assert shots[3].transition == "cut"
    for ms in (4000, 6000, 9000):
        with pytest.raises(DocumentError, match="playhead"):
            shot_edits.split(DOCUMENT, SHOTS[2].id, ms)


def test_a_boundary_moves_for_both_shots() -> None:
    after = shot_edits.begun_at(DOCUMENT, SHOTS[2].id, 3 * EACH - 40)
    shots = [row for row in rows(after) if not row.scene]
    assert [(row.start, row.end) for row in shots[1:3]] == [(2000, 5960), (5960, 6000)]
    with pytest.raises(DocumentError, match="beyond"):
        shot_edits.begun_at(DOCUMENT, SHOTS[2].id, 3 * EACH)


def test_scenes_are_parted_before_a_shot_and_joined_again() -> None:
    parted = shot_edits.scene_begun(DOCUMENT, SHOTS[3].id)
    assert spans(parted, "scene") == [(0, 3), (3, 6), (6, 12)]
    joined = shot_edits.scene_joined(parted, SHOTS[4].id)
    assert spans(joined, "scene") == [(0, 6), (6, 12)]
    with pytest.raises(DocumentError, match="already"):
        shot_edits.scene_begun(DOCUMENT, SHOTS[6].id)
    with pytest.raises(DocumentError, match="first scene"):
        shot_edits.scene_joined(DOCUMENT, SHOTS[0].id)


def test_a_scene_may_begin_where_there_was_none() -> None:
    bare = shot_edits._with(DOCUMENT, SHOTS)
    first = shot_edits.scene_begun(bare, SHOTS[4].id)
    assert spans(first, "scene") == [(4, 12)]
    assert spans(shot_edits.scene_begun(first, SHOTS[0].id), "scene") == [(0, 4), (4, 12)]


def test_what_was_corrected_outlasts_another_recognition() -> None:
    mark = shot_edits.with_marks(DOCUMENT, [_labelled(SHOTS[1], "outdoor")])
    parted = shot_edits.scene_begun(shot_edits.merged(mark, SHOTS[5].id), SHOTS[3].id)
    again = shot_edits.recognised(parted, DOCUMENT)
    assert spans(again, "shot") == spans(parted, "shot")
    assert dict(rows(again)[2].mark.attributes)["place"] == "outdoor"
    assert not is_ours(rows(again)[2].mark)
    assert spans(again, "scene") == [(0, 3), (3, 6), (6, 12)]


def _labelled(mark: Mark, place: str) -> Mark:
    from plugin_core.scenes.marking import corrected

    return corrected(mark, "place", (place,))


def _done(verb: str, document: Document, mark: str, ms: int) -> Document:
    if verb == "split":
        return shot_edits.split(document, mark, ms)
    if verb == "move":
        return shot_edits.begun_at(document, mark, ms)
    verbs = {"merge": shot_edits.merged, "begin": shot_edits.scene_begun, "join": shot_edits.scene_joined}
    return verbs[verb](document, mark)


script = st.lists(st.tuples(st.sampled_from(("merge", "split", "move", "begin", "join")), st.integers(0, 11),
                            st.integers(0, 12 * EACH)), max_size=10)  # fmt: skip


@given(script)
def test_whatever_is_done_the_shots_cover_the_film(steps: list[tuple[str, int, int]]) -> None:
    document = DOCUMENT
    for verb, which, ms in steps:
        shots = [row.mark.id for row in rows(document) if not row.scene]
        mark, when = shots[which % len(shots)], ms if which % len(shots) else 0
        try:
            document = _done(verb, document, mark, when)
        except DocumentError:
            continue
        assert whole(document)
    assert shot_edits.recognised(shot_edits.recognised(document, DOCUMENT), DOCUMENT) == shot_edits.recognised(
        document, DOCUMENT
    )


class Player:
    path: Path | None = None
    position = 5000

    def seek(self, ms: int) -> None:
        self.position = ms


class Desk:
    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.window, self.player = session, QWidget(), Player()
        qtbot.addWidget(self.window)
        session.load(film_document())
        self.actions = Actions(self.window)
        self.actions.provide(document=True, media=True, shot=True)
        self.correcting = ShotCorrecting(session, self.player, self.actions, self.window)
        self.refused: list[str] = []
        self.correcting.refused.connect(self.refused.append)


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Desk:
    return Desk(session, qtbot)


def test_every_action_is_one_step_and_says_why_it_cannot_be_done(desk: Desk) -> None:
    before = desk.session.document
    desk.session.select((SHOTS[2].id,))
    for count, name in enumerate(("split", "begin-here", "merge", "scene-begin"), 1):
        desk.session.select((SHOTS[3 if name == "scene-begin" else 2].id,))
        desk.player.position = 5000 if name == "split" else 4500
        desk.actions[f"shot.{name}"].trigger()
        assert desk.session.undo.count() == count, name
    desk.session.select((SHOTS[0].id,))
    desk.actions["shot.merge"].trigger()
    assert desk.refused[-1].startswith("This is the first shot")
    desk.session.undo.setIndex(0)
    assert desk.session.document == before


def test_after_a_merge_the_shot_that_goes_on_is_chosen(desk: Desk) -> None:
    desk.session.select((SHOTS[3].id,))
    desk.actions["shot.merge"].trigger()
    assert desk.session.current == SHOTS[2].id


def test_labels_are_corrected_in_a_dialog_as_one_step(desk: Desk) -> None:
    desk.session.select((SHOTS[0].id,))
    dialog = desk.correcting.label()
    assert isinstance(dialog, LabelDialog)
    assert dialog.boxes["place"].currentText() == "Indoors"
    dialog.boxes["place"].setCurrentIndex(dialog.boxes["place"].findData("outdoor"))
    dialog.checks["mood"]["sad"].setChecked(False)
    dialog.go.click()
    mark = desk.session.mark(SHOTS[0].id)
    assert mark is not None
    assert labels_of(mark) == (("place", "outdoor"), ("mood", "tense"))
    assert not is_ours(mark)
    desk.session.undo.undo()
    assert desk.session.document == film_document()


def test_several_shots_keep_what_is_not_touched(desk: Desk) -> None:
    desk.session.select((SHOTS[0].id, SHOTS[7].id))
    dialog = desk.correcting.label()
    assert dialog is not None
    assert dialog.boxes["place"].currentText() == "As they are"
    assert dialog.changed() == ()
    dialog.boxes["time"].setCurrentIndex(dialog.boxes["time"].findData("dusk"))
    dialog.go.click()
    found = [dict(desk.session.mark(mark.id).attributes) for mark in (SHOTS[0], SHOTS[7])]  # type: ignore[union-attr]
    assert [(one["place"], one["time"]) for one in found] == [("indoor", "dusk"), ("outdoor", "dusk")]
    assert found[0]["mood"] == "tense, sad"


def test_the_scene_around_a_shot_is_named_and_labelled(desk: Desk) -> None:
    desk.session.select((SHOTS[8].id,))
    dialog = desk.correcting.label_scene()
    assert dialog is not None
    dialog.title.setText("The harbour")
    dialog.go.click()
    assert desk.session.mark(SCENES[1].id).text == "The harbour"  # type: ignore[union-attr]
