"""How cues are spoken."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import modelstore
from plugin_core.document import Cue, Word
from plugin_core.errors import ModelError
from plugin_core.sounds import emotion

RATE = 16_000


def voice(hertz: float, seconds: float = 2.0, level: float = 0.1, seed: int = 0) -> np.ndarray:
    """A buzz with a falling melody: a pitch a little over and under *hertz*."""
    chance = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    melody = hertz * 2 ** ((2 * np.sin(2 * np.pi * 1.3 * t + chance.uniform(0, 6)) - t) / 24)
    phase = 2 * np.pi * np.cumsum(melody) / RATE
    buzz = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (level * buzz / 2 + 1e-4 * chance.normal(size=len(t))).astype(np.float32)


def whisper(seconds: float = 2.0, level: float = 0.02) -> np.ndarray:
    return (level * np.random.default_rng(9).normal(size=int(seconds * RATE))).astype(np.float32)


def cues(sounds: list[np.ndarray], words: list[int] | None = None, speaker: str = "A") -> tuple[list[Cue], np.ndarray]:
    """One cue a sound, half a second apart; *words* of one syllable in each."""
    made, parts, at = [], [], 0
    for number, sound in enumerate(sounds):
        end = at + len(sound) * 1000 // RATE
        text = " ".join(["ba"] * (words[number] if words else 8))
        made.append(Cue(f"c{number}", at, end, (text,), speaker=speaker))
        parts += [sound, np.zeros(RATE // 2, np.float32)]
        at = end + 500
    return made, np.concatenate(parts)


PLAIN = [voice(120 * (1 + 0.01 * k), seed=k) for k in range(7)]


@pytest.mark.parametrize("hertz", [70.0, 123.0, 220.0, 410.0])
def test_the_pitch_of_a_voice_is_heard(hertz: float) -> None:
    frames = np.lib.stride_tricks.sliding_window_view(voice(hertz).astype(float), emotion.FRAME)[::320]
    found = emotion.pitch(frames)
    assert (found > 0).mean() > 0.95
    assert np.median(found) == pytest.approx(hertz, rel=0.06)


def test_noise_has_no_pitch() -> None:
    frames = np.lib.stride_tricks.sliding_window_view(whisper().astype(float), emotion.FRAME)[::320]
    assert (emotion.pitch(frames) > 0).mean() < 0.05


def test_a_cue_like_the_others_gets_no_tag() -> None:
    made, sound = cues(PLAIN)
    assert emotion.tag(made, [sound]) == made


def test_a_higher_louder_faster_cue_is_excited() -> None:
    made, sound = cues([*PLAIN, voice(185, level=0.3)], [8] * 7 + [12])
    tagged = emotion.tag(made, [sound])
    assert [emotion.of(cue) for cue in tagged] == [""] * 7 + ["excited"]


def test_a_lower_softer_slower_cue_is_subdued() -> None:
    made, sound = cues([*PLAIN, voice(95, level=0.03)], [8] * 7 + [5])
    assert emotion.of(emotion.tag(made, [sound])[-1]) == "subdued"


def test_a_cue_without_a_voice_is_whispered() -> None:
    made, sound = cues([*PLAIN, whisper()])
    assert emotion.of(emotion.tag(made, [sound])[-1]) == "whispering"


def test_one_speakers_usual_is_not_anothers() -> None:
    low, first = cues(PLAIN)
    high, second = cues([voice(230 * (1 + 0.01 * k), level=0.3, seed=k) for k in range(7)], [12] * 7, "B")
    later = low[-1].end + 500
    shifted = [Cue(f"b{k}", cue.start + later, cue.end + later, cue.texts, speaker="B") for k, cue in enumerate(high)]
    assert [emotion.of(cue) for cue in emotion.tag([*low, *shifted], [np.concatenate([first, second])])] == [""] * 14


def test_a_speaker_of_few_cues_has_no_baseline() -> None:
    made, sound = cues([*PLAIN[:3], voice(185, level=0.3)], [8, 8, 8, 14])
    assert emotion.tag(made, [sound]) == made


def test_an_old_tag_goes_and_other_tags_stay() -> None:
    made, sound = cues(PLAIN)
    old = Cue("c0", made[0].start, made[0].end, made[0].texts, speaker="A", tags=("lang:en", "emotion:excited"))
    assert emotion.tag([old, *made[1:]], [sound])[0].tags == ("lang:en",)


def test_what_a_viewer_reads() -> None:
    assert (emotion.label("excited", "zh"), emotion.label("excited", "en")) == ("[兴奋]", "[excited]")
    assert emotion.label("bored", "zh") == ""


def test_syllables_are_characters_in_chinese_and_vowels_in_english() -> None:
    def rate(text: str) -> float:
        return emotion.syllables(Cue("c", 0, 2000, (text,)))

    assert rate("我们走吧。") == 2.0
    assert rate("We came home again.") == 2.5
    assert rate("...") == 0.0


def test_the_rate_counts_words_not_pauses() -> None:
    words = (Word(0, 500, "我们"), Word(4500, 5000, "走吧"))
    assert emotion.syllables(Cue("c", 0, 5000, ("我们走吧",), words)) == 4.0


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3000)), max_size=6),
    st.lists(st.integers(0, 20_000), max_size=6),
    st.integers(0, 500),
)
def test_cutting_gives_every_cue_its_own_sound(spans: list[tuple[int, int]], sizes: list[int], start: int) -> None:
    sound = np.arange(sum(sizes), dtype=np.float32)
    edges = np.cumsum([0, *sizes])
    blocks = [sound[edges[k] : edges[k + 1]] for k in range(len(sizes))]
    made = [Cue(f"c{k}", a, a + length, ()) for k, (a, length) in enumerate(spans)]
    found = {cue.id: part for cue, part in emotion.cut(blocks, made, start)}
    assert set(found) == {cue.id for cue in made}
    for cue in made:
        first, past = ((time - start) * 16 for time in (cue.start, cue.end))
        assert found[cue.id].tolist() == sound[max(0, first) : max(0, past)].tolist()


@pytest.mark.parametrize("sound", [np.zeros(40_000, np.float32), np.zeros(0, np.float32), np.ones(3000, np.float32)])
def test_silence_and_snippets_are_not_judged(sound: np.ndarray) -> None:
    assert emotion.measure(sound, 4.0) is None


# -- packs --


def emotion_pack(folder: Path, classes: list[str]) -> modelstore.Pack:
    """Says its first class for what is louder than nothing: logits are the mean square times 10, then zeros."""
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    weights = np.zeros((1, len(classes)), np.float32)
    weights[0, 0] = 10
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("MatMul", ["mean", "w"], ["logits"]),
    ]
    made = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "n"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(classes)])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    folder.mkdir()
    onnx.save(model, folder / "net.onnx")
    about = {"id": "test-emotion", "kind": "sounds", "tier": "production", "name": "Test", "languages": []}
    table = {"backend": "emotion-waveform", "network": "net.onnx", "classes": classes}
    return modelstore.write_pack_toml(folder, {**about, "licence": "Apache-2.0", "sounds": table})


def test_a_pack_speaks_instead_of_the_prosody(tmp_path: Path) -> None:
    feel = emotion.open_pack(emotion_pack(tmp_path / "pack", ["angry", "neutral"]), threads=1)
    made, sound = cues(PLAIN[:2])
    assert [emotion.of(cue) for cue in emotion.tag(made, [sound], pack=feel)] == ["angry", "angry"]


def test_a_packs_neutral_is_no_tag(tmp_path: Path) -> None:
    feel = emotion.open_pack(emotion_pack(tmp_path / "pack", ["neutral", "angry"]), threads=1)
    made, sound = cues(PLAIN[:2])
    assert emotion.tag(made, [sound], pack=feel) == made


def test_a_pack_of_unknown_emotions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        emotion.open_pack(emotion_pack(tmp_path / "pack", ["hungry"]))
