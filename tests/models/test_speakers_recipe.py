"""The speakers recipe: error rates of known cases, dialogues of known truth, people who stay themselves."""

from __future__ import annotations

import ctypes
import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.speakers.der import Errors, errors
from models.speakers.dialogues import activity, compose
from models.speakers.people import TEST, person

ONE = [(0, 4000, "a"), (4000, 10_000, "b")]


@pytest.mark.parametrize(
    ("hypothesis", "wanted"),
    [
        ([(0, 4000, "x"), (4000, 10_000, "y")], Errors(0, 0, 0, 10_000)),  # names do not matter
        ([], Errors(10_000, 0, 0, 10_000)),
        ([(0, 10_000, "x")], Errors(0, 0, 4000, 10_000)),  # x is b
        ([(0, 5000, "x"), (5000, 10_000, "y")], Errors(0, 0, 1000, 10_000)),
        ([(0, 4000, "x"), (4000, 12_000, "y")], Errors(0, 2000, 0, 10_000)),
        ([(0, 4000, "x"), (3000, 10_000, "y")], Errors(0, 1000, 0, 10_000)),
        ([(0, 2000, "x"), (2000, 4000, "z"), (4000, 10_000, "y")], Errors(0, 0, 2000, 10_000)),
    ],
)
def test_the_error_rate_of_known_cases(hypothesis: list[Any], wanted: Errors) -> None:
    assert errors(ONE, hypothesis) == wanted


def test_where_two_speak_both_count() -> None:
    both = [(0, 4000, "a"), (2000, 6000, "b")]
    assert errors(both, [(0, 4000, "x"), (4000, 6000, "y")]) == Errors(2000, 0, 0, 8000)
    assert errors(both, both).rate == 0


def test_a_collar_forgives_what_is_near_a_border() -> None:
    late = [(0, 4200, "x"), (4200, 10_000, "y")]
    assert errors(ONE, late).rate > 0
    assert errors(ONE, late, 250) == Errors(0, 0, 0, 10_000 - 4 * 250)
    assert errors(ONE, [(0, 4300, "x"), (4300, 10_000, "y")], 250).confused == 50


def test_without_a_reference_there_is_no_division_by_nothing() -> None:
    assert errors([], [(0, 1000, "x")]).rate == 1000
    assert errors([], []).rate == 0


SAID = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 20), st.sampled_from("abc")).map(
        lambda row: (row[0] * 100, (row[0] + row[1]) * 100, row[2])
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(SAID, SAID, st.sampled_from([0, 250]))
def test_errors_are_never_negative_and_none_against_oneself(one: list[Any], other: list[Any], collar: int) -> None:
    found = errors(one, other, collar)
    assert min(found.missed, found.false, found.confused, found.total) >= 0
    assert found.missed + found.confused <= found.total
    assert errors(one, one, collar).rate == 0


def tone(seconds: float, pitch: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * pitch * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


def test_speech_in_a_clip_is_found_with_its_pauses() -> None:
    clip = np.concatenate(
        [tone(1, 200), np.zeros(16_000, np.float32), tone(0.5, 200), np.zeros(2000, np.float32), tone(1, 90)]
    )
    (a, b), (c, d) = activity(clip)
    assert [abs(x - y) <= 30 for x, y in zip((a, b, c, d), (0, 1000, 2000, 3625), strict=True)] == [True] * 4
    assert activity(np.zeros(0, np.float32)) == []


def test_a_dialogue_has_its_people_its_overlaps_and_the_truth() -> None:
    clips = {name: [tone(2, pitch)] * 3 for name, pitch in (("a", 150), ("b", 240), ("c", 330))}
    made = compose(clips, random.Random(5), turns=20, overlap=0.4)
    assert made.speakers == 3
    rows = sorted(made.truth)
    assert all(0 <= start < end <= len(made.audio) // 16 for start, end, _ in rows)
    assert any(one[1] > other[0] for one, other in pairwise(rows))
    apart = compose(clips, random.Random(5), turns=20, overlap=0.0)
    ordered = sorted(apart.truth)
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))
    start, end, _ = ordered[3]
    inside, pause = apart.audio[start * 16 : end * 16], apart.audio[ordered[3][1] * 16 + 500 : ordered[4][0] * 16 - 500]
    assert np.abs(inside).mean() > 20 * np.abs(pause).mean()


def test_a_person_is_the_same_tomorrow_and_no_two_are_alike() -> None:
    assert person(17) == person(17)
    assert len({person(number).variant for number in range(200)}) == 200
    assert person(TEST).name != person(0).name


def test_people_speak_both_languages_in_their_own_voice() -> None:
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        pytest.skip("espeak-ng is not installed")
    from models.speakers.people import People
    from plugin_core.speakers.features import whisper

    heard = {}
    with People() as speakers:
        for number in (3, 2):  # a high voice and a low one
            for language, text in (("en", "Where were you yesterday?"), ("zh", "你昨天在哪里？")):
                clip = speakers.say(person(number), text, language, random.Random(1))
                assert clip is not None
                assert np.abs(clip.audio).max() < 1.2
                mel = whisper(clip.audio)
                loud = mel[mel.max(axis=1) > mel.max() - 2]
                heard[number, language] = loud.mean(axis=0) - loud.mean()
    apart = np.abs(heard[3, "en"] - heard[2, "en"]).mean() + np.abs(heard[3, "zh"] - heard[2, "zh"]).mean()
    within = np.abs(heard[3, "en"] - heard[3, "zh"]).mean() + np.abs(heard[2, "en"] - heard[2, "zh"]).mean()
    assert within < apart


@pytest.mark.train
def test_the_graph_computes_what_the_network_does(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from safetensors.torch import save_file

    from models.speakers.export import export
    from models.speakers.model import Size, Voices
    from plugin_core.engines.voices import open_voices
    from plugin_core.modelstore import read_pack

    torch.manual_seed(0)
    size = Size(width=16, mixed=24, attention=8, dimension=12, classes=5)
    network = Voices(size)
    for _ in range(3):  # so that the normalisation has seen something
        network(torch.randn(4, 60, 80))
    network.eval()
    run = tmp_path / "run"
    run.mkdir()
    save_file(network.state_dict(), str(run / "weights.safetensors"))
    (run / "size.json").write_text(json.dumps(size.as_dict() | {"mean": "level"}))
    export(run, tmp_path / "pack", quality={}, tuned={"same": 0.3}, half=False)
    mel = np.random.default_rng(0).standard_normal((3, 150, 80)).astype(np.float32)
    with open_voices(read_pack(tmp_path / "pack")) as engine:
        vectors, both = engine.embed(mel)
        assert engine.same == 0.3
    low = np.maximum(mel, mel.max(axis=(1, 2), keepdims=True) - 4.5)
    with torch.no_grad():
        wanted, logits = network(torch.from_numpy(low - low.mean(axis=(1, 2), keepdims=True)))
    wanted = torch.nn.functional.normalize(wanted).numpy()
    assert np.abs(vectors - wanted).max() < 1e-3
    assert both is not None
    assert np.abs(both - torch.sigmoid(logits).numpy()).max() < 1e-3


@pytest.mark.train
def test_training_lowers_the_loss(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from models.speakers.model import Size, Voices
    from models.speakers.train import Crops, Library, losses

    random_ = np.random.default_rng(0)
    rows = []
    parts = []
    for name in range(6):
        colour = random_.standard_normal(80) * 0.5
        parts.append(random_.standard_normal((300, 80)) * 0.3 + colour + np.sin(np.arange(300) / 4)[:, None])
        rows.append({"person": name, "frame": 300 * name, "frames": 300})
    np.save(tmp_path / "0000.npy", np.concatenate(parts).astype(np.float16))
    (tmp_path / "0000.json").write_text(json.dumps(rows))
    library = Library()
    library.add(tmp_path, "person", (1.0, 1.1))
    assert len(library.clips) == 12
    crops = Crops(library, 0, pairs=8, mixed=4)
    torch.manual_seed(0)
    network = Voices(Size(width=16, mixed=24, attention=8, dimension=12, classes=12))
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    seen = []
    for _ in range(40):
        loss, numbers = losses(network, crops.batch(), 0.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen.append(float(loss.detach()))
    assert np.mean(seen[-5:]) < 0.8 * np.mean(seen[:5])
    assert set(numbers) == {"near", "who", "both", "right", "paired", "overlap_found"}


def test_the_card_tells_the_figures_of_the_results() -> None:
    from models.speakers.card import table

    part = {"der": 0.1, "missed": 0.02, "false_alarm": 0.03, "confusion": 0.05, "speech_s": 100.0}
    one = {"collar_250": part, "collar_0": part, "dialogues": 3, "overlap": {"precision": 0.5, "recall": 0.25}}
    results = {
        "date": "2026-11-21", "machine": "a machine", "tuned": {"same": 0.4},
        "eer": {"people_1.5s": {"eer": 0.123, "speakers": 5, "same_pairs": 10, "other_pairs": 20}},
        "der": {"people": {"found": one | {"count_right": 0.5}, "given": one, "minutes": 4.2, "times_real_time": 99.0}},
        "stereo_clip": {"separate": True, "speakers_by_channel": 2, "overlapped": 0.5, "mixed_to_mono": {
            how: {"der": 0.3, "speakers": 2} for how in ("found", "given")}},
    }  # fmt: skip
    text = table(results)
    assert "| recordings of people | 1.5 s | 12.3% | 5 | 10 / 20 |" in text
    assert "| found (right in 50%) | 10.0% |" in text
    assert "at least 99 times real time" in text
