"""The index: what is added is found, what is removed is not; films are told by content; nothing half written counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.errors import DocumentError, SettingsError
from plugin_core.scenes import index as module
from plugin_core.scenes.index import Column, Film, Form, Index, Told

FORM = Form({"scenes": "a"}, ("mood.tense",), (Column("scene", 16, 2), Column("labels", 1)))


def unit(seed: int, count: int, parts: int = 2) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal((count, parts, 16)).astype(np.float32)
    return values / np.linalg.norm(values, axis=2, keepdims=True)


def put(index: Index, name: str, count: int, *, seed: int = 0, path: str = "", form: Form = FORM) -> Film:
    columns = {"scene": unit(seed, count), "labels": np.arange(count, dtype=np.uint8)[:, None]}
    shots = [Told(1000 * k, 1000 * k + 1000, f"{name} {k}", f"a shot of {name}") for k in range(count)]
    return index.add(form, Film(name, path or f"/{name}.mp4", 1000 * count, 0, 0), columns, shots)


def test_the_nearest_is_the_one_that_was_added(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 30, seed=1)
        put(index, "two", 40, seed=2)
        scores = index.nearest("scene", unit(2, 40)[7, 1:])
        assert int(scores.argmax()) == 37
        assert scores[37] == pytest.approx(1, abs=0.01)
        (shot,) = index.shots([37])
        assert (shot.film.path, shot.number, shot.start, shot.text) == ("/two.mp4", 8, 7000, "two 7")


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 9))
def test_int8_keeps_cosines_within_a_hundredth(count: int, queries: int, seed: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Index(Path(folder)) as index:
        put(index, "film", count, seed=seed)
        wanted = unit(seed + 100, queries, 1)[:, 0]
        exact = (unit(seed, count).reshape(-1, 16) @ wanted.T).max(1).reshape(count, 2).max(1)
        np.testing.assert_allclose(index.nearest("scene", wanted), exact, atol=0.01)


def test_it_is_there_after_it_was_closed(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 3)
    with Index(tmp_path) as index:
        assert [film.count for film in index.films()] == [3]
        assert index.form == FORM
        assert list(index.texts()) == [(k, f"one {k}", "a shot of one") for k in range(3)]


def test_an_index_of_an_earlier_zimu_is_taken_over(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 2)
        index._base.execute("ALTER TABLE shots DROP COLUMN caption")
        index._set("schema", 1)
    for _ in range(2):
        with Index(tmp_path) as index:
            assert [(one.text, one.caption) for one in index.shots([0, 1])] == [("one 0", ""), ("one 1", "")]
            assert index._about("schema", 0) == module.SCHEMA


def test_one_of_a_newer_zimu_is_left_alone(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        index._set("schema", module.SCHEMA + 1)
    with pytest.raises(SettingsError, match="newer"):
        Index(tmp_path)


def test_what_is_told_of_a_film_can_be_told_anew(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 2)
        put(index, "two", 1)
        index.tell("one", [Told(0, 1000, "", "a dog"), Told(1000, 2000, "word")])
        assert list(index.texts()) == [(0, "", "a dog"), (1, "word", ""), (2, "two 0", "a shot of two")]


def test_the_same_content_and_the_same_name_are_one_film(tmp_path: Path) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 3)
        put(index, "one", 3, path="/moved.mp4")
        assert [film.path for film in index.films()] == ["/moved.mp4"]
        put(index, "changed", 2, path="/moved.mp4")
        assert [film.fingerprint for film in index.films()] == ["changed"]
        assert index.live().tolist() == [False] * 6 + [True] * 2


def test_what_was_removed_is_not_live_and_its_space_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 5)
    with Index(tmp_path) as index:
        put(index, "one", 20, seed=1)
        put(index, "two", 6, seed=2)
        before = index.size
        index.remove(["one"])
        assert index.rows == 6
        assert index.size < before
        assert int(index.nearest("scene", unit(2, 6)[4, :1]).argmax()) == 4
        assert [shot.text for shot in index.shots([5])] == ["two 5"]
        assert index.bytes_of("labels")[:, 0].tolist() == list(range(6))


def test_a_film_that_was_half_written_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index(tmp_path) as index:
        put(index, "one", 3, seed=1)
        real, written = module._written, []

        def full(path: Path, at: int, data: bytes) -> None:
            written.append(path)
            if len(written) == 3:
                raise OSError(28, "No space left on device")
            real(path, at, data)

        monkeypatch.setattr(module, "_written", full)
        with pytest.raises(DocumentError, match="No space left"):
            put(index, "two", 5, seed=2)
        assert [film.fingerprint for film in index.films()] == ["one"]
        monkeypatch.setattr(module, "_written", real)
        put(index, "three", 4, seed=3)
        assert index.rows == 7
        assert int(index.nearest("scene", unit(3, 4)[0, :1]).argmax()) == 3


def test_films_of_other_packs_do_not_mix(tmp_path: Path) -> None:
    other = Form({"scenes": "b"}, FORM.labels, FORM.columns)
    with Index(tmp_path) as index:
        put(index, "one", 3)
        with pytest.raises(SettingsError, match="other packs"):
            put(index, "two", 3, form=other)
        index.clear()
        put(index, "two", 4, form=other)
        assert (index.form, index.rows) == (other, 4)


def test_a_damaged_index_says_so(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"nonsense" * 200)
    with pytest.raises(DocumentError, match="cannot be used"):
        Index(tmp_path)


def test_an_index_of_a_newer_zimu_is_left_alone(tmp_path: Path) -> None:
    with Index(tmp_path) as index, index._writing():
        index._set("schema", 99)
    with pytest.raises(SettingsError, match="newer"):
        Index(tmp_path)
