"""What became of the films survives a kill at any byte, and a second batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.batch.manifest import NAME, Manifest, Record, read
from plugin_core.errors import DocumentError, SettingsError

names = st.text(max_size=12)
records = st.builds(
    Record,
    names,
    st.sampled_from(["begun", "done", "failed"]),
    st.integers(0, 1 << 50),
    st.integers(0, 1 << 62),
    names,
    names,
    st.lists(names, max_size=3).map(tuple),
    st.none() | st.fixed_dictionaries({"type": st.just("MediaError"), "code": names, "message": names, "hint": names}),
    st.integers(1, 3),
    st.floats(0, 1e6),
)


@given(records)
def test_a_record_returns_as_it_was(record: Record) -> None:
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


@given(st.lists(records, min_size=1, max_size=6), st.data())
def test_after_a_kill_at_any_byte_whole_lines_are_read_and_the_next_goes_on(
    tmp_path_factory: pytest.TempPathFactory, some: list[Record], data: Any
) -> None:
    folder = tmp_path_factory.mktemp("batch")
    with Manifest(folder) as manifest:
        for record in some:
            manifest.add(record)
    whole = (folder / NAME).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    (folder / NAME).write_bytes(whole[:cut])
    kept = max(0, whole[:cut].count(b"\n") - 1)
    complete = whole[:cut].splitlines()[-1:] == whole.splitlines()[kept + 1 : kept + 2]  # only the line's end is lost
    with Manifest(folder) as manifest:
        assert dict(manifest.records) == {one.name: one for one in some[: kept + complete]}
        manifest.add(some[0])
    assert read(folder / NAME)[0][some[0].name] == some[0]
    assert not read(folder / NAME)[2]


def test_the_last_record_of_a_film_counts(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add(Record("a.mov", "begun"))
        manifest.add(Record("a.mov", "done"))
        assert manifest.records["a.mov"].state == "done"


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        for number in range(400):
            manifest.add(Record("a.mov", "begun", size=number))
    with Manifest(tmp_path) as manifest:
        assert len((tmp_path / NAME).read_bytes().splitlines()) == 2
        assert manifest.records["a.mov"].size == 399


def test_two_batches_on_one_folder_exclude_each_other(tmp_path: Path) -> None:
    with Manifest(tmp_path), pytest.raises(SettingsError, match="Another batch is at work"):
        Manifest(tmp_path).__enter__()
    with Manifest(tmp_path):
        pass


@pytest.mark.parametrize("content", [b"my shopping list\n", b'{"title": "other"}\n', b'{"zimu-batch":99}\n'])
def test_a_file_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(DocumentError, match=r"is not the manifest|newer Zimu"):
        Manifest(tmp_path).__enter__()
    assert (tmp_path / NAME).read_bytes() == content
    with pytest.raises(DocumentError):  # and it is not held
        Manifest(tmp_path).__enter__()


def test_a_damaged_line_in_the_middle_costs_that_line(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add(Record("a.mov", "done"))
        manifest.add(Record("b.mov", "done"))
    lines = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
    (tmp_path / NAME).write_bytes(lines[0] + b"\x00\xff[[\n" + lines[2])
    assert set(read(tmp_path / NAME)[0]) == {"b.mov"}


def test_results_are_named_from_the_manifest_so_that_the_folder_may_move(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "here")
    assert manifest.relative(tmp_path / "here" / "day 1" / "a.zimu") == "day 1/a.zimu"
    assert Manifest(tmp_path / "there").absolute("day 1/a.zimu") == tmp_path / "there" / "day 1" / "a.zimu"
