"""Annotations: the reference's form, and what CVAT, Label Studio, MovieNet and folders say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenes.data import annotations, cvat, label_studio, lists
from models.scenes.data.annotations import Annotation
from models.scenes.data.importing import importer, named
from plugin_core.errors import DocumentError
from plugin_core.scenes.labels import groups

REFERENCE = """{
"frame_id": "movie_001_0023",
"scene_type": "action_outdoor",
"audio_emotion": "tense",
"text_description": "Car chase through city streets"
}"""


def _labels() -> st.SearchStrategy[dict[str, Any]]:
    single = {
        name: st.sampled_from(group.labels)
        if not group.many
        else st.lists(st.sampled_from(group.labels), min_size=1, unique=True).map(tuple)
        for name, group in groups().items()
    }
    return st.fixed_dictionaries({}, optional=single)


films = st.from_regex(r"[A-Za-z][A-Za-z0-9_ \-]{0,12}[A-Za-z0-9]", fullmatch=True)
numbers = st.integers(0, 99_999)
some = st.lists(
    st.builds(
        lambda film, number, labels, text, more: Annotation(film, number, labels, text, number + more),
        films, numbers, _labels(), st.text(st.characters(exclude_categories=("Cs",)), max_size=30), st.integers(0, 5),
    ),
    max_size=6, unique_by=lambda one: one.frame_id,
)  # fmt: skip


def test_the_example_of_the_reference_is_read() -> None:
    (one,) = annotations.parse(REFERENCE)
    assert (one.film, one.number, one.frame_id) == ("movie_001", 23, "movie_001_0023")
    assert one.labels == {"scene_type": "action_outdoor", "emotion": "tense"}
    assert one.text == "Car chase through city streets"
    assert annotations.record(one) == json.loads(REFERENCE)


@given(found=some, suffix=st.sampled_from([".json", ".jsonl"]))
def test_what_is_written_is_read_again(
    found: list[Annotation], suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("annotations") / f"all{suffix}"
    annotations.write(path, found)
    again = annotations.read(path)
    assert [(a.frame_id, a.labels, a.text, a.end) for a in again] == [
        (a.frame_id, a.labels, a.text, a.end) for a in found
    ]


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        ('[\n {"frame_id": "a_1"},\n {"frame_id": "a_2", "scene_type": "chase"}]', 3, "scene_type"),
        ('[\n {"frame_id": "a_1"},\n\n {"frame_id": "a_2", "audio_emotion": "angry"}]', 4, "audio_emotion"),
        ('{"frame_id": "a_1"}\n{"scene_type": "titles"}', 2, "frame_id"),
        ('{"frame_id": "a_1"}\n{"frame_id": "twentythree"}', 2, "frame_id"),
        ('{"frame_id": "a_1"}\n{"frame_id": 7}', 2, "frame_id"),
        ('{"frame_id": "a_1"}\n{"frame_id": "a_1"}', 2, "frame_id"),
        ('{"frame_id": "a_1", "mode": "x"}', 1, "mode"),
        ('{"frame_id": "a_1", "text_description": 5}', 1, "text_description"),
        ('{"frame_id": "a_3", "last": 2}', 1, "last"),
        ('{"frame_id": "a_3", "place": ["indoor"]}', 1, "place"),
        ('{"frame_id": "a_3", "mood": ["tense", "bored"]}', 1, "mood"),
        ('["a_1"]', 1, "record"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(text: str, line: int, place: str) -> None:
    with pytest.raises(DocumentError) as caught:
        annotations.parse(text, "all.json")
    assert caught.value.message.startswith(f"all.json, line {line}, {place}: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[\n{"frame_id": "a_1"},\n{"frame_id" "a_2"}]', 3),
        ('[\n{"frame_id": "a_1"}\n', 3),
        ('{"frame_id": "a_1"}\n{', 2),
    ],
)
def test_what_is_not_json_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DocumentError) as caught:
        annotations.parse(text, "all.json")
    assert f"all.json, line {line}: " in caught.value.message


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(b'{"frame_id": "a_1"}\n{"frame_id": "\xff_2"}\n')
    with pytest.raises(DocumentError, match="line 2"):
        annotations.read(path)
    with pytest.raises(DocumentError, match="cannot be read"):
        annotations.read(tmp_path / "none.json")


def test_a_label_that_a_pack_does_not_have_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        annotations.parse(REFERENCE, known={"scene_type": ("indoor", "outdoor"), "emotion": ("tense",)})
    assert "'action_outdoor' is not a label of 'scene_type'" in caught.value.message
    assert "indoor, outdoor" in caught.value.hint


def test_a_class_with_one_sample_is_named() -> None:
    rows = [Annotation("a", n, {"scene_type": "titles"}, line=n + 1) for n in range(3)]
    rows.append(Annotation("a", 9, {"scene_type": "landscape"}, line=10))
    annotations.check_classes(rows[:3], "scene_type")
    with pytest.raises(DocumentError, match="line 10, scene_type: 'landscape' has only 1 sample"):
        annotations.check_classes(rows, "scene_type")


def test_missing_frames_and_films_are_named() -> None:
    rows = [Annotation("a", 3, line=1), Annotation("a", 8, last=12, line=2)]
    annotations.check_frames(rows, {"a": 13})
    with pytest.raises(DocumentError, match="line 2, frame_id: key frame 12 of 'a' is missing"):
        annotations.check_frames(rows, {"a": 12})
    with pytest.raises(DocumentError, match="line 1, frame_id: there is no film 'a'"):
        annotations.check_frames(rows, {"b": 12})


def test_an_annotation_of_a_stretch_is_one_for_each_key_frame() -> None:
    one = Annotation("a", 4, {"place": "indoor"}, last=6)
    assert [a.frame_id for a in annotations.spread([one])] == ["a_0004", "a_0005", "a_0006"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("movie_001_0023.png", ("movie_001", 23)),
        ("set/movie/frame_000012.jpg", ("movie", 12)),
        ("film7.0003.png", ("film7", 3)),
        ("poster.png", None),
    ],
)
def test_film_and_number_are_in_a_picture_s_name(name: str, expected: tuple[str, int] | None) -> None:
    assert named(name) == expected


# -- CVAT --

IMAGES = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version>
 <!-- <image name="not_1.png"/> -->
 <image id="0" name="movie_001_0023.png" width="640" height="360">
  <tag label="action_outdoor" source="manual"><attribute name="audio_emotion">tense</attribute></tag>
  <box label="car" xtl="1" ytl="2" xbr="30" ybr="40"><attribute name="time">night</attribute></box>
 </image>
 <image id="1" name="movie_001_0024.png" width="640" height="360">
  <tag label="place: indoor"></tag><tag label="mood: sad"></tag><tag label="mood: calm"></tag>
  <box label="shot"><attribute name="text_description">Two people talking</attribute></box>
 </image>
 <image id="2" name="movie_001_0025.png" width="640" height="360"></image>
</annotations>"""

VIDEO = """<annotations><version>1.1</version><meta><task><name>one</name></task><source>night train.mp4</source></meta>
 <track id="0" label="dialogue_indoor">
  <box frame="0" outside="0"><attribute name="emotion">calm</attribute></box>
  <box frame="50" outside="0"><attribute name="emotion">sad</attribute></box>
  <box frame="100" outside="1"><attribute name="emotion">sad</attribute></box>
 </track>
 <track id="1" label="person"><box frame="0" outside="0"/><box frame="10" outside="1"/></track>
</annotations>"""


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_cvat_s_images_are_read(tmp_path: Path) -> None:
    found = cvat.read(_file(tmp_path, "a.xml", IMAGES), importer())
    assert [(a.frame_id, a.line) for a in found] == [("movie_001_0023", 4), ("movie_001_0024", 8)]
    assert found[0].labels == {"scene_type": "action_outdoor", "emotion": "tense", "time": "night"}
    assert found[1].labels == {"place": "indoor", "mood": ("sad", "calm")}
    assert found[1].text == "Two people talking"


def test_cvat_s_tracks_are_read_in_key_frames(tmp_path: Path) -> None:
    found = cvat.read(_file(tmp_path, "a.xml", VIDEO), importer(rate=1, fps=25))
    assert [(a.film, a.number, a.end, a.labels["emotion"]) for a in found] == [
        ("night train", 0, 1, "calm"),
        ("night train", 2, 3, "sad"),
    ]
    assert {a.labels["scene_type"] for a in found} == {"dialogue_indoor"}


@pytest.mark.parametrize(
    ("old", "new", "line", "place"),
    [
        ("action_outdoor", "action_underwater", 4, "label"),
        (">tense<", ">angry<", 4, "audio_emotion"),
        ("movie_001_0024.png", "poster.png", 8, "name"),
        ("place: indoor", "place: inside", 8, "label"),
    ],
)
def test_cvat_s_errors_name_line_and_field(tmp_path: Path, old: str, new: str, line: int, place: str) -> None:
    with pytest.raises(DocumentError) as caught:
        cvat.read(_file(tmp_path, "a.xml", IMAGES.replace(old, new)), importer())
    assert caught.value.message.startswith(f"a.xml, line {line}, {place}: ")


@pytest.mark.parametrize("frame", ["x", "50"])
def test_cvat_s_frames_are_numbers_that_grow(tmp_path: Path, frame: str) -> None:
    with pytest.raises(DocumentError, match="line 2, frame"):
        cvat.read(_file(tmp_path, "a.xml", VIDEO.replace('"100"', f'"{frame}"')), importer())


def test_other_xml_is_not_taken_for_cvat_s(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="not CVAT's"):
        cvat.read(_file(tmp_path, "a.xml", "<xmeml></xmeml>"), importer())
    with pytest.raises(DocumentError):
        cvat.read(_file(tmp_path, "a.xml", "<annotations>"), importer())


# -- Label Studio --


def _result(name: str, kind: str, **value: Any) -> dict[str, Any]:
    return {"from_name": name, "to_name": "media", "type": kind, "value": value}


def _tasks(*tasks: dict[str, Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(task) for task in tasks) + "\n]"


PICTURE = {
    "id": 1,
    "data": {"image": "/data/upload/1/1a2b3c4d-movie_001_0023.png"},
    "annotations": [
        {"was_cancelled": True, "result": [_result("scene", "choices", choices=["titles"])]},
        {
            "result": [
                _result("scene", "choices", choices=["action_outdoor"]),
                _result("mood", "choices", choices=["tense", "energetic"]),
                _result("description", "textarea", text=["Car chase"]),
                _result("things", "rectanglelabels", x=1, y=2, width=3, height=4, rectanglelabels=["car"]),
            ]
        },
    ],
}
FILM = {
    "id": 2,
    "data": {"video": "https://host/local-files/?d=films/night.mp4"},
    "annotations": [
        {
            "result": [
                _result("scene_type", "timelinelabels", ranges=[{"start": 1, "end": 75}], timelinelabels=["titles"]),
                _result("time", "labels", start=3.0, end=5.0, labels=["night"]),
            ]
        }
    ],
}


def test_label_studio_s_pictures_and_films_are_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.json", _tasks(PICTURE, FILM, {"data": {"image": "x_1.png"}, "annotations": []}))
    first, second, third = label_studio.read(path, importer(fps=25))
    assert (first.frame_id, first.line, first.text) == ("movie_001_0023", 2, "Car chase")
    assert first.labels == {"scene_type": "action_outdoor", "mood": ("tense", "energetic")}
    assert (second.film, second.number, second.end) == ("night", 0, 2)
    assert (third.number, third.end, third.labels) == (3, 4, {"time": "night"})


@pytest.mark.parametrize(
    ("task", "place"),
    [
        (PICTURE | {"data": {"image": "/data/poster.png"}}, "data"),
        (PICTURE | {"data": {}}, "data"),
        (PICTURE | {"annotations": [{"result": [_result("scene", "choices", choices=["chase"])]}]}, "scene"),
        (PICTURE | {"annotations": [{"result": [_result("place", "choices", choices=["moon"])]}]}, "place"),
        (PICTURE | {"annotations": [{"result": [{"type": "choices"}]}]}, "value"),
        (FILM | {"annotations": [{"result": [_result("time", "x", ranges=[{"start": 0}])]}]}, "ranges.start"),
    ],
)
def test_label_studio_s_errors_name_line_and_field(tmp_path: Path, task: dict[str, Any], place: str) -> None:
    with pytest.raises(DocumentError) as caught:
        label_studio.read(_file(tmp_path, "a.json", _tasks(FILM, task)), importer())
    assert caught.value.message.startswith(f"a.json, line 3, {place}: ")


@pytest.mark.parametrize("text", ["[{]", '{"tasks": []}', "[1]"])
def test_what_label_studio_does_not_export_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DocumentError, match="line 1"):
        label_studio.read(_file(tmp_path, "a.json", text), importer())


# -- lists --

SHOTS = "0 24 3 12 20\n25 99 30 60 90\n100 149 110 120 140\n"
SCENES = """{"imdb_id": "tt0000001",
 "scene": [{"id": "scene_0", "shot": [0, 2], "place_tag": "kitchen", "action_tag": "talk"},
  {"id": "scene_1", "shot": [2, 3], "place_tag": "street", "action_tag": null}]}"""


def test_movienet_s_lists_are_read(tmp_path: Path) -> None:
    shots, scenes = _file(tmp_path, "tt0000001.txt", SHOTS), _file(tmp_path, "tt0000001.json", SCENES)
    words = {"street": "setting: street"}
    found = lists.movienet(shots, scenes, importer(fps=25), words=words)
    assert [(a.film, a.number, a.end, a.text) for a in found] == [
        ("tt0000001", 0, 3, "kitchen, talk"),
        ("tt0000001", 4, 5, "street"),
    ]
    assert found[1].labels == {"setting": "street"}


@pytest.mark.parametrize(
    ("shots", "scenes", "where"),
    [
        (SHOTS.replace("25 99", "20 99"), SCENES, "tt.txt, line 2, first"),
        (SHOTS.replace("100 149", "x 149"), SCENES, "tt.txt, line 3, first"),
        ("7\n", SCENES, "tt.txt, line 1, shot"),
        ("\n", SCENES, "tt.txt, line 1, shot"),
        (SHOTS, SCENES.replace("[2, 3]", "[2, 4]"), "tt.json, line 3, shot"),
        (SHOTS, SCENES.replace("[2, 3]", '"2-3"'), "tt.json, line 3, shot"),
        (SHOTS, "{}", "tt.json, line 1, scene"),
        (SHOTS, "{", "tt.json, line 1"),
    ],
)
def test_movienet_s_errors_name_line_and_field(tmp_path: Path, shots: str, scenes: str, where: str) -> None:
    with pytest.raises(DocumentError) as caught:
        lists.movienet(_file(tmp_path, "tt.txt", shots), _file(tmp_path, "tt.json", scenes), importer())
    assert caught.value.message.startswith(where)


def test_folders_are_labels(tmp_path: Path) -> None:
    for name in ("titles/a_0001.png", "titles/a_0002.PNG", "landscape/b_0007.jpg", "landscape/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = lists.folders(tmp_path, importer())
    assert [(a.frame_id, a.labels["scene_type"]) for a in found] == [
        ("b_0007", "landscape"),
        ("a_0001", "titles"),
        ("a_0002", "titles"),
    ]
    (tmp_path / "chase").mkdir()
    with pytest.raises(DocumentError, match="'chase' is not a label"):
        lists.folders(tmp_path, importer())


def test_folders_without_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no folder with pictures"):
        lists.folders(tmp_path, importer())
    with pytest.raises(DocumentError, match="cannot be read"):
        lists.folders(tmp_path / "none", importer())
