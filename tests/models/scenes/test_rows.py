"""Films as arrays, rows of shots, and batches that are the same for one process and for several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.scenes import rows, vectors  # noqa: E402
from models.scenes.model import Recogniser  # noqa: E402
from tests.models.scenes.tiny import SHORT, TINY, film, films  # noqa: E402


def test_a_row_holds_its_shots_and_what_is_true_of_them(tmp_path: Path) -> None:
    one = rows.Film(film(tmp_path / "film", 0), TINY)
    made = rows.row(one, rows.Cut(2, 4, 3, 3), 6)
    assert made["shots_mask"].tolist() == [1, 1, 1, 1, 0, 0]
    assert made["begins"].tolist() == [-1, 0, 1, 0, -1, -1]  # what was before the row is not seen
    assert made["scene"].tolist() == [1, 1, 2, 2, -1, -1]
    assert made["pictures_mask"].sum() == 12
    assert made["sounds_mask"].sum() == 8  # two seconds each
    texts = [float(bool(shot.text)) for shot in one.shots[2:6]]
    assert made["texts_mask"][:4].tolist() == texts
    place = [TINY.labels["place"].index(shot.labels["place"]) for shot in one.shots[2:6]]
    assert made["place"][:4].tolist() == place


def test_what_is_left_out_is_masked(tmp_path: Path) -> None:
    one = rows.Film(film(tmp_path / "film", 0), TINY)
    made = rows.row(one, rows.Cut(0, 4, 3, 3, missing=("sounds", "texts")))
    assert not made["sounds_mask"].any()
    assert not made["texts_mask"].any()
    assert made["pictures_mask"].any()


def test_a_label_that_there_is_not_is_named(tmp_path: Path) -> None:
    folder = film(tmp_path / "film", 0)
    text = (
        (folder / "film.json")
        .read_text("utf-8")
        .replace('"indoor"', '"under water"')
        .replace('"outdoor"', '"under water"')
    )
    (folder / "film.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="under water"):
        _ = rows.Film(folder, TINY).truth


def test_batches_are_the_same_each_time_and_cut_up_among_processes(tmp_path: Path) -> None:
    known = films(tmp_path)
    whole = next(rows.batches(known, SHORT, 7, first=3))
    again = rows.batches(known, SHORT, 7)
    for _ in range(3):
        next(again)
    parts = [next(rows.batches(known, SHORT, 7, first=3, process=place, processes=2)) for place in range(2)]
    for name, value in whole.items():
        assert torch.equal(value, torch.cat([part[name] for part in parts])), name
        assert torch.equal(value, rows.stacked([rows.sample(known, SHORT, 7, 12 + n) for n in range(4)])[name]), name
    assert torch.equal(whole["pictures"], next(again)["pictures"])
    with pytest.raises(ValueError, match="shared by 3"):
        next(rows.batches(known, SHORT, 7, processes=3))


def test_another_take_keeps_what_is_true(tmp_path: Path) -> None:
    one = films(tmp_path, 1)[0]
    made = rows.row(one, rows.Cut(0, 4, 2, 2))
    other = rows.augmented(made, np.random.default_rng(1))
    for name in ("place", "begins", "scene", "pictures_mask", "sounds_mask", "texts_mask"):
        assert np.array_equal(made[name], other[name])
    assert made["pictures"].shape == other["pictures"].shape
    assert not np.array_equal(made["pictures"], other["pictures"])
    assert not other["sounds"][other["sounds_mask"] == 0].any()
    read = other["texts"] == made["texts"]
    assert read.any()
    assert not other["texts"][~read].any()


def test_another_take_of_vectors_leaves_what_is_missing_out(tmp_path: Path) -> None:
    one = films(tmp_path, 1)[0]
    made = {name: np.ones((4, 2, 8), np.float32) for name in ("pictures", "sounds", "texts")}
    made["sounds"][2:] = 0
    taken = rows.row(one, rows.Cut(0, 4, 2, 2)) | made
    other = rows.shaken(taken, np.random.default_rng(1))
    assert not other["sounds"][2:].any()
    assert 0.05 < float(np.abs(other["pictures"] - 1).mean()) < 0.4
    assert np.array_equal(other["place"], taken["place"])


def test_rare_labels_count_more(tmp_path: Path) -> None:
    known = films(tmp_path)
    weights = rows.class_weights(known, TINY)
    truth = np.concatenate([one.truth["place"] for one in known])
    counts = np.bincount(truth, minlength=2)
    assert (weights["place"][counts.argmin()] >= weights["place"][counts.argmax()]).item()
    assert float((weights["place"].numpy() * counts).sum() / counts.sum()) == pytest.approx(1, abs=1e-5)


def test_a_class_with_one_sample_is_weighed_and_one_without_is_not(tmp_path: Path) -> None:
    one = films(tmp_path, 1)[0]
    one.truth["place"] = np.array([0, 0, 0, 0, 0, 0, 0, 1])
    one.truth["emotion"][:] = 0
    weights = rows.class_weights([one], TINY)
    assert 1 < float(weights["place"][1]) < 3
    assert weights["emotion"].tolist() == [1.0, 0.0]


def test_vectors_say_what_the_whole_network_says(tmp_path: Path) -> None:
    torch.manual_seed(0)
    one, model = films(tmp_path, 1)[0], Recogniser(TINY).eval()
    seen = vectors.seen_by(one, model)
    with torch.no_grad():
        raw = model(rows.stacked([vectors.whole(one)]))
        fused = model(rows.stacked([vectors.whole(seen)]))
    assert torch.allclose(raw.groups["place"], fused.groups["place"], atol=1e-5)
    assert torch.allclose(raw.begins, fused.begins, atol=1e-5)
