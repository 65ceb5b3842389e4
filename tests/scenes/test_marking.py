"""Marks of shots and scenes: names, labels, what a person corrected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.modelstore import Pack, read_pack
from plugin_core.scenes.grouping import Scene, together
from plugin_core.scenes.labels import groups
from plugin_core.scenes.marking import corrected, labels_of, scene_marks, sure_of, with_scenes
from plugin_core.scenes.recognising import ShotLabels
from plugin_core.scenes.stage import Recognised
from plugin_core.shots.values import Curve, Shot, Shots
from plugin_core.tagging.marking import is_ours
from tests.scenes.packs import make_scenes_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read_pack(make_scenes_pack(tmp_path_factory.mktemp("pack")))


def labels(sure: float = 0.9, **said: str) -> ShotLabels:
    """Each group's first label, or that of *said*, has the probability *sure*."""
    told = {}
    for name, group in groups().items():
        chosen = said.get(name, group.labels[0])
        rest = 0.0 if group.many else (1 - sure) / (len(group.labels) - 1)
        told[name] = {label: sure if label == chosen else rest for label in group.labels}
    return ShotLabels(told, 0.8, np.ones(1, np.float32), ("pictures",))


def film(pack: Pack, *said: ShotLabels, apart: tuple[int, ...] = ()) -> Recognised:
    """A shot of two seconds for each of *said*; a scene begins with the first and with those of *apart*."""
    shots = tuple(Shot(50 * n, 50 * n + 49, 2000 * n, 2000 * n + 2000) for n in range(len(said)))
    firsts = (0, *apart)
    scenes = tuple(
        Scene(a, b - 1, shots[a].start, shots[b - 1].end, together(shots[a:b], said[a:b], 1.0 if a == 0 else 0.75))
        for a, b in zip(firsts, (*apart, len(said)), strict=True)
    )
    return Recognised(Shots(shots, (), Curve.empty()), said, scenes, groups(), pack)


def of(document: Document, kind: str) -> list[Mark]:
    return [mark for mark in document.marks if mark.kind == kind]


DAY, NIGHT = labels(scene_type="dialogue_indoor", time="day"), labels(scene_type="action_outdoor", time="night")


def test_scenes_are_called_by_their_labels_in_the_language_of_the_document(pack: Pack) -> None:
    done = film(pack, DAY, DAY, NIGHT, apart=(2,))
    assert [mark.text for mark in of(with_scenes(Document(), done), "scene")] == [
        "Dialogue, indoors · Day",
        "Action, outdoors · Night",
    ]
    chinese = with_scenes(Document(languages=("zh-Hant",)), done)
    assert [mark.text for mark in of(chinese, "scene")] == ["室内对话 · 白天", "室外动作 · 夜晚"]


def test_what_is_unlikely_is_not_in_the_name(pack: Pack) -> None:
    done = film(pack, labels(0.4, scene_type="crowd_indoor", time="dusk"))
    assert [mark.text for mark in scene_marks(done, "en")] == [""]


def test_titles_have_no_time_of_day(pack: Pack) -> None:
    assert scene_marks(film(pack, labels(scene_type="titles")), "en")[0].text == "Titles"


def test_marks_carry_labels_and_how_sure_they_are(pack: Pack) -> None:
    document = with_scenes(Document(), film(pack, DAY, NIGHT, NIGHT, apart=(1,)))
    scene, shot = of(document, "scene")[1], of(document, "shot")[2]
    assert dict(scene.attributes)["shots"] == "2"
    assert scene.confidence == 0.75
    assert dict(shot.attributes)["scene"] == "2"
    for mark in (scene, shot):
        assert labels_of(mark)["time"] == ("night",)
        assert labels_of(mark)["mood"] == ("tense",)
        assert sure_of(mark)["time"] == pytest.approx(0.9)
        assert set(sure_of(mark)) == set(groups())


def test_a_mood_that_is_not_likely_is_left_out(pack: Pack) -> None:
    assert "mood" not in labels_of(scene_marks(film(pack, labels(0.3)), "en")[0])


def test_a_second_run_changes_nothing(pack: Pack) -> None:
    done = film(pack, DAY, NIGHT, apart=(1,))
    once = with_scenes(Document(), done)
    assert with_scenes(once, done) == once


def test_another_run_replaces_what_nobody_changed(pack: Pack) -> None:
    once = with_scenes(Document(), film(pack, DAY, DAY))
    assert with_scenes(once, film(pack, NIGHT, NIGHT)) == with_scenes(Document(), film(pack, NIGHT, NIGHT))


def test_a_corrected_label_is_never_overwritten(pack: Pack) -> None:
    once = with_scenes(Document(), film(pack, DAY, NIGHT, apart=(1,)))
    theirs = corrected(of(once, "scene")[0], "time", ["dusk"])
    edited = replace(once, marks=tuple(theirs if mark.id == theirs.id else mark for mark in once.marks))
    for again in (film(pack, DAY, NIGHT, apart=(1,)), film(pack, NIGHT, DAY, apart=(1,))):
        scenes = of(with_scenes(edited, again), "scene")
        assert theirs in scenes
        assert len(scenes) == 2


def test_scenes_make_room_for_one_that_a_person_drew(pack: Pack) -> None:
    mine = Mark("mine", "scene", 0, 5000, "Opening")
    scenes = of(with_scenes(Document(marks=(mine,)), film(pack, *[DAY] * 2, *[NIGHT] * 4, apart=(2,))), "scene")
    assert [(mark.start, mark.end) for mark in scenes] == [(0, 5000), (5000, 12_000)]
    assert is_ours(scenes[1])


def test_other_marks_stay(pack: Pack) -> None:
    other = Mark("x", "music", 0, 900, "♪")
    assert other in with_scenes(Document(marks=(other,)), film(pack, DAY)).marks


def test_a_label_of_a_person_is_certain(pack: Pack) -> None:
    mark = corrected(scene_marks(film(pack, DAY), "en")[0], "mood", ["sad", "calm"])
    assert labels_of(mark)["mood"] == ("sad", "calm")
    assert "mood" not in sure_of(mark)
    assert sure_of(mark)["time"] == pytest.approx(0.9)
    assert not is_ours(mark)
    assert "place" not in labels_of(corrected(mark, "place", []))


def test_labels_in_own_words_can_be_corrected_too(pack: Pack) -> None:
    mark = corrected(scene_marks(film(pack, DAY), "en")[0], "labels", ["厨房", "car chase"])
    assert labels_of(mark)["labels"] == ("厨房", "car chase")
    assert "labels" not in sure_of(mark)


@pytest.mark.parametrize(("group", "said"), [("time", ["noon"]), ("time", ["day", "night"]), ("mood", ["funny"])])
def test_labels_that_do_not_exist_are_refused(pack: Pack, group: str, said: list[str]) -> None:
    with pytest.raises(DocumentError):
        corrected(scene_marks(film(pack, DAY), "en")[0], group, said)


times = st.integers(0, 11)


@given(st.lists(st.tuples(times, times), max_size=3))
def test_no_machine_mark_lies_under_a_person_s(pack: Pack, spans: list[tuple[int, int]]) -> None:
    mine = tuple(Mark(f"m{n}", "scene", 1000 * min(span), 1000 * max(span) + 1000, "") for n, span in enumerate(spans))
    document = with_scenes(
        Document(marks=tuple(sorted(mine, key=lambda mark: (mark.start, mark.end, mark.id)))),
        film(pack, *[DAY] * 6, apart=(2, 4)),
    )
    assert set(mine) <= set(document.marks)
    for mark in of(document, "scene"):
        if is_ours(mark):
            assert mark.start < mark.end
            assert all(min(mark.end, one.end) <= max(mark.start, one.start) for one in mine)


def test_the_marks_of_a_pack_that_knows_little(pack: Pack) -> None:
    """Groups of its own, without types of scenes."""
    told = ShotLabels({"place": {"indoor": 0.2, "outdoor": 0.8}}, 1.0, np.ones(1, np.float32), ("pictures",))
    shots = (Shot(0, 49, 0, 2000),)
    scenes = (Scene(0, 0, 0, 2000, together(shots, [told], 1.0)),)
    small = Recognised(Shots(shots, (), Curve.empty()), (told,), scenes, {"place": replace(groups()["place"])}, pack)
    assert scene_marks(small, "zh")[0].text == "室外"
