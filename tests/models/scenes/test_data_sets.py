"""Splits, balance, augmentation, and what is extracted from films."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.scenes.data import augment, balance, extract, splits
from models.scenes.data.annotations import Annotation
from models.sounds.acoustics import RATE, tone
from plugin_core.errors import DocumentError, ZimuError

NAMES = ("action_indoor", "landscape", "titles")
rows = st.lists(
    st.builds(
        lambda film, number, name: Annotation(f"film{film}", number, {"scene_type": name}),
        st.integers(0, 25), st.integers(0, 50), st.sampled_from(NAMES),
    ),
    max_size=60,
)  # fmt: skip
shares = st.fixed_dictionaries({"train": st.floats(0.1, 1), "dev": st.floats(0.05, 0.5), "test": st.floats(0.05, 0.5)})


# -- splits --


@given(film=st.text(max_size=20), share=shares)
def test_a_film_s_part_depends_on_its_name_alone(film: str, share: dict[str, float]) -> None:
    assert splits.part_of(film, share) == splits.part_of(film, dict(share)) in share


def test_parts_are_as_large_as_asked() -> None:
    sizes = Counter(splits.part_of(f"movie_{n}", {"train": 0.7, "dev": 0.1, "test": 0.2}) for n in range(4000))
    assert abs(sizes["train"] / 4000 - 0.7) < 0.03
    assert abs(sizes["test"] / 4000 - 0.2) < 0.03


@given(first=st.integers(0, 200), share=shares)
def test_another_salt_is_another_split_and_no_share_takes_a_film(first: int, share: dict[str, float]) -> None:
    empty = {**share, "none": 0.0}
    films = [f"movie_{first}_{n}" for n in range(30)]
    assert all(splits.part_of(film, empty) != "none" for film in films)
    assert any(splits.place(film) != splits.place(film, "other") for film in films)


@given(found=rows, share=shares)
def test_no_film_is_on_both_sides_and_none_is_lost(found: list[Annotation], share: dict[str, float]) -> None:
    parts = splits.stratified(found, "scene_type", share)
    assert set(parts) == {one.film for one in found}
    assert set(parts.values()) <= set(share)
    sides = splits.parted(found, parts)
    films = [{one.film for one in side} for side in sides.values()]
    assert sum(len(side) for side in films) == len(set().union(*films))
    assert sum(len(side) for side in sides.values()) == len(found)


@given(found=rows, seed=st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_annotations_does_not_matter(found: list[Annotation], seed: object) -> None:
    turned = list(found)
    seed.shuffle(turned)  # type: ignore[attr-defined]
    assert splits.stratified(found, "scene_type") == splits.stratified(turned, "scene_type")


def test_a_rare_label_reaches_every_part_if_films_allow() -> None:
    found = [Annotation(f"film{n}", 0, {"scene_type": "landscape" if n < 6 else "titles"}) for n in range(60)]
    parts = splits.stratified(found, "scene_type", {"train": 0.5, "dev": 0.25, "test": 0.25})
    sides = splits.parted(found, parts)
    for side in sides.values():
        assert Counter(one.labels["scene_type"] for one in side)["landscape"] >= 1
    assert 25 <= len(sides["train"]) <= 35


# -- balance --


labels = st.lists(st.integers(-1, 4), min_size=1, max_size=80)


@given(found=labels)
def test_weights_make_classes_equal_and_keep_the_mean(found: list[int]) -> None:
    weights = balance.class_weights(found, 5)
    times = np.bincount([n for n in found if n >= 0], minlength=5)
    shares = (weights * times)[times > 0]
    assert np.allclose(shares, shares[0] if len(shares) else 0, rtol=1e-4)
    assert (weights[times == 0] == 0).all()
    if times.sum():
        assert np.isclose((weights * times).sum() / times.sum(), 1, rtol=1e-4)
    assert (balance.class_weights(found, 5, power=0)[times > 0] == 1).all()


def test_the_sampler_draws_rare_classes_as_often() -> None:
    found = [0] * 900 + [1] * 90 + [2] * 10 + [-1] * 50
    drawn = balance.sampled(found, 6000, seed=1)
    seen = Counter(found[n] for n in drawn)
    assert set(seen) == {0, 1, 2}
    assert all(abs(times - 2000) < 200 for times in seen.values())
    assert np.array_equal(drawn, balance.sampled(found, 6000, seed=1))


@given(found=labels, seed=st.integers(0, 99))
def test_undersampling_leaves_every_class_as_often_as_the_rarest(found: list[int], seed: int) -> None:
    kept = balance.undersampled(found, seed=seed)
    assert sorted(set(kept.tolist())) == kept.tolist()
    seen = Counter(found[n] for n in kept)
    known = Counter(n for n in found if n >= 0)
    assert set(seen) == set(known)
    assert set(seen.values()) <= {min(known.values(), default=0)}


@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(2, 12), min_size=1, max_size=4))
def test_smote_fills_classes_with_points_between_their_own(seed: int, sizes: list[int]) -> None:
    chance = np.random.default_rng(seed)
    found = np.repeat(np.arange(len(sizes)), sizes)
    vectors = (chance.standard_normal((len(found), 3)) + 100 * found[:, None]).astype(np.float32)
    made, said = balance.smote(vectors, found, seed=seed)
    assert np.array_equal(made[: len(found)], vectors)
    assert made.dtype == np.float32
    assert set(Counter(said.tolist()).values()) == {max(sizes)}
    for one in range(len(sizes)):
        own, new = vectors[found == one], made[said == one]
        assert (new >= own.min(0) - 1e-3).all()
        assert (new <= own.max(0) + 1e-3).all()


def test_smote_refuses_what_has_nothing_between() -> None:
    with pytest.raises(ZimuError, match="embeddings"):
        balance.smote(np.zeros((4, 8, 8, 3), np.float32), [0, 0, 1, 1], seed=0)
    with pytest.raises(ZimuError, match="embeddings"):
        balance.smote(np.zeros((4, 8), np.uint8), [0, 0, 1, 1], seed=0)  # type: ignore[arg-type]
    with pytest.raises(ZimuError, match="Class 1 has one sample"):
        balance.smote(np.zeros((3, 8), np.float32), [0, 0, 1], seed=0)
    with pytest.raises(ZimuError, match="4 vectors and 3 labels"):
        balance.smote(np.zeros((4, 8), np.float32), [0, 0, 1], seed=0)
    with pytest.raises(ZimuError, match="not among 2"):
        balance.class_weights([0, 2], 2)


# -- augmentation --

NOTHING = augment.Strength(0, 0, 0, 0, 0, 0, 0, 0, 0)


@given(
    seed=st.integers(0, 500),
    shape=st.sampled_from([(9, 16, 3), (4, 12, 20, 3), (2, 3, 7, 5, 3)]),
    strength=st.sampled_from([augment.Strength(), augment.Strength(crop=0.9, hue=0.5, brightness=1.0)]),
)
@settings(max_examples=40)
def test_pictures_keep_their_shape(seed: int, shape: tuple[int, ...], strength: augment.Strength) -> None:
    pytest.importorskip("cv2")
    stack = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    made = augment.pictures(stack, np.random.default_rng(seed), strength)
    assert made.shape == stack.shape
    assert made.dtype == np.uint8
    assert np.array_equal(made, augment.pictures(stack, np.random.default_rng(seed), strength))
    assert np.array_equal(augment.pictures(stack, np.random.default_rng(seed), NOTHING), stack)


@given(seed=st.integers(0, 500))
@settings(max_examples=30)
def test_another_take_of_a_sound_has_its_shape_and_keeps_silence(seed: int) -> None:
    chance = np.random.default_rng(seed)
    seconds = chance.random((3, 2, 100, 64), dtype=np.float32) * 2
    seconds[1] = 0
    made = augment.mel(seconds, np.random.default_rng(seed))
    assert made.shape == seconds.shape
    assert made.dtype == np.float32
    assert made.min() >= 0
    assert not made[1].any()
    assert np.array_equal(made, augment.mel(seconds, np.random.default_rng(seed)))
    assert (made == 0).mean() < 0.75
    assert not np.array_equal(made, seconds)


def test_pictures_of_a_shot_are_changed_alike() -> None:
    pytest.importorskip("cv2")
    one = np.random.default_rng(0).integers(0, 256, (10, 16, 3)).astype(np.uint8)
    made = augment.pictures(np.stack([one, one, one]), np.random.default_rng(5))
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(made[0], made[2])
    assert not np.array_equal(made[0], one)


def test_grey_stays_grey_when_its_hue_is_turned() -> None:
    grey = np.full((6, 8, 3), 120, np.uint8)
    made = augment.pictures(grey, np.random.default_rng(3), replace(NOTHING, hue=0.5, saturation=0.9))
    assert np.abs(made.astype(int) - 120).max() <= 1


@given(seed=st.integers(0, 100), samples=st.sampled_from([0, 100, 8000, 16_000]))
@settings(max_examples=20)
def test_sounds_keep_their_length(seed: int, samples: int) -> None:
    audio = (np.random.default_rng(seed).standard_normal(samples) * 0.1).astype(np.float32)
    made = augment.sound(audio, np.random.default_rng(seed))
    assert made.shape == audio.shape
    assert made.dtype == np.float32
    assert np.array_equal(made, augment.sound(audio, np.random.default_rng(seed)))
    assert np.array_equal(augment.sound(audio, np.random.default_rng(seed), NOTHING), audio)


@pytest.mark.parametrize("semitones", [-4, -1.5, 3])
def test_the_pitch_changes_and_the_pace_does_not(semitones: float) -> None:
    audio = (0.5 * tone(440.0, 1.0)).astype(np.float32)
    audio[: RATE // 2] = 0
    made = augment.pitched(audio, semitones)
    spectrum = np.abs(np.fft.rfft(made))
    assert abs(float(np.argmax(spectrum)) - 440 * 2 ** (semitones / 12)) < 6
    loud = np.flatnonzero(np.abs(made) > 0.1)
    assert abs(loud[0] / RATE - 0.5) < 0.06
    assert loud[-1] / RATE > 0.9


# -- extraction --


def _film(path: Path, seconds: float = 3.0, fps: int = 10, *, sound: bool = True) -> Path:
    """Frame n is grey level 5 n; a tone from the first to the second second."""
    import av

    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=fps)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        video.options = {"qscale": "2"}
        heard = out.add_stream("pcm_s16le", rate=RATE, layout="mono") if sound else None
        for number in range(round(seconds * fps)):
            picture = np.full((36, 64, 3), 5 * number, np.uint8)
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        if heard is not None:
            samples = np.zeros((1, round(seconds * RATE)), np.int16)
            samples[0, RATE : 2 * RATE] = 9000 * tone(300.0, 1.0)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
            out.mux(heard.encode(frame))
            out.mux(heard.encode(None))
        out.mux(video.encode(None))
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _film(tmp_path_factory.mktemp("film") / "night.mkv")


SRT = "1\n00:00:00,200 --> 00:00:00,900\nGood evening\n\n2\n00:00:00,950 --> 00:00:02,100\nSit down\n"


def test_picture_sound_and_text_are_of_the_same_time(film: Path, tmp_path: Path) -> None:
    text = tmp_path / "night.srt"
    text.write_text(SRT)
    found = extract.extract(film, subtitles=text)
    assert found.film == "night"
    assert found.times.tolist() == [0, 1000, 2000]
    assert np.allclose(found.pictures.reshape(3, -1).mean(1), [0, 50, 100], atol=3)
    assert found.pictures.shape == (3, 64, 112, 3)
    assert found.sound is not None
    assert found.sound.shape == (3, RATE)
    loud = np.sqrt((found.sound**2).mean(1))
    assert loud[1] > 0.1
    assert max(loud[0], loud[2]) < 0.01
    assert found.texts == ("Good evening Sit down", "Sit down", "Sit down")


@pytest.mark.parametrize("rate", [0.5, 2.0, 10.0])
def test_key_frames_are_as_close_as_asked(film: Path, rate: float) -> None:
    found = extract.extract(film, rate=rate)
    assert found.times.tolist() == [round(1000 * n / rate) for n in range(len(found))]
    assert len(found) == round(3 * rate + 0.4)
    assert found.texts is None


def test_what_a_film_does_not_have_is_missing(tmp_path: Path) -> None:
    found = extract.extract(_film(tmp_path / "mute.mkv", 1.0, sound=False))
    assert found.sound is None
    assert found.texts is None


def test_key_frames_are_kept_and_read_again(film: Path, tmp_path: Path) -> None:
    for found in (extract.extract(film), replace(extract.extract(film), sound=None, texts=("a", "", "b"))):
        extract.save(found, tmp_path / "kept")
        again = extract.load(tmp_path / "kept")
        assert np.array_equal(again.pictures, found.pictures)
        assert (again.film, again.texts, again.rate, again.times.tolist()) == (
            found.film, found.texts, found.rate, found.times.tolist(),
        )  # fmt: skip
        assert (again.sound is None) == (found.sound is None)
        if again.sound is not None and found.sound is not None:
            assert np.abs(again.sound - found.sound).max() < 1e-4
    with pytest.raises(DocumentError, match="no key frames"):
        extract.load(tmp_path)


@pytest.mark.train
def test_a_data_set_gives_labels_and_says_what_is_missing(film: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from models.scenes.data.dataset import KeyFrameSet

    extract.save(extract.extract(film), tmp_path / "night")
    found = [
        Annotation("night", 0, {"scene_type": "titles", "mood": ("sad",)}, "A card", 1),
        Annotation("night", 2, {"place": "outdoor"}),
    ]
    data = KeyFrameSet({"night": tmp_path / "night"}, found, strength=augment.Strength(), seed=3)
    assert len(data) == 3
    first, last = data[0], data[2]
    assert (first["text"], first["has_text"], first["has_sound"]) == ("A card", True, True)
    assert first["picture"].shape == (64, 112, 3)
    assert int(first["scene_type"]) == 9
    assert first["mood"].tolist() == [0, 0, 1, 0, 0]
    assert (int(last["scene_type"]), int(last["place"]), last["has_text"]) == (-1, 1, False)
    assert set(data.sampler("scene_type", count=40)) == {0, 1}
    data.epoch = 1
    assert not bool((first["picture"] == data[0]["picture"]).all()) or not bool(
        (first["sound"] == data[0]["sound"]).all()
    )
    with pytest.raises(DocumentError, match="key frame 3 of 'night' is missing"):
        KeyFrameSet({"night": tmp_path / "night"}, [Annotation("night", 3)])
