from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue
from plugin_core.sentences import Unit, fragments_of, sentence_starts, units


def said(*texts: str, gap: int = 100, language: str = "en", **changes: str) -> list[Unit]:
    cues = [Cue(f"c{n}", n * 2000, (n + 1) * 2000 - gap, (text,), **changes) for n, text in enumerate(texts)]
    return units([(n, cue, cue.texts[0]) for n, cue in enumerate(cues)], language, 900)


def passages(found: list[Unit]) -> list[str]:
    return [passage.text for unit in found for passage in unit.passages]


def test_a_sentence_over_two_cues_is_read_whole_and_binds_them() -> None:
    found = said("Hello there. I was", "at home yesterday.", "It rained.")
    assert passages(found) == ["Hello there.", "I was at home yesterday.", "It rained."]
    assert [[cue.id for cue in unit.cues] for unit in found] == [["c0", "c1"], ["c2"]]


def test_a_pause_ends_a_sentence() -> None:
    assert passages(said("I was", "at home.", "Yes.", gap=1000)) == ["I was", "at home.", "Yes."]


def test_chinese_cues_join_without_a_blank() -> None:
    assert passages(said("我昨天", "在家。好的。", "再见。", language="zh")) == ["我昨天在家。", "好的。", "再见。"]


def test_another_speaker_ends_a_sentence() -> None:
    cues = [Cue("a", 0, 900, ("I was",), speaker="A"), Cue("b", 1000, 1900, ("here.",), speaker="B")]
    assert passages(units([(0, cues[0], "I was"), (1, cues[1], "here.")], "en", 900)) == ["I was", "here."]


def test_cues_apart_in_the_document_share_no_sentence() -> None:
    cues = [Cue("a", 0, 900, ("I was",)), Cue("b", 1000, 1900, ("here.",))]
    assert passages(units([(0, cues[0], "I was"), (2, cues[1], "here.")], "en", 900)) == ["I was", "here."]


def test_without_any_punctuation_every_cue_is_a_sentence() -> None:
    assert passages(said("我们走吧", "天快黑了", "明天再来", language="zh")) == ["我们走吧", "天快黑了", "明天再来"]


def test_abbreviations_decimals_and_lower_case_do_not_start_sentences() -> None:
    text = 'Dr. Smith paid 3.5 dollars. "Stop!" he said. Then... nothing? Yes.'
    starts = [0, *sentence_starts(text)]
    assert [text[a:].split(maxsplit=1)[0] for a in starts] == ["Dr.", '"Stop!"', "Then...", "Yes."]


def test_two_speakers_in_a_cue_are_two_fragments_and_no_sentence_runs_through() -> None:
    found = said("- Where are you\n- At home.", "Good.")
    assert [(f.prefix, f.text) for f in found[0].fragments] == [("- ", "Where are you"), ("- ", "At home.")]
    assert passages(found) == ["Where are you", "At home.", "Good."]


def test_what_is_not_said_is_taken_off() -> None:
    cue = Cue("a", 0, 1, ("",))
    cases = {
        "{\\an8}<i>Hello</i>": ("{\\an8}<i>", "Hello", "</i>"),
        "♪ la la ♪": ("♪ ", "la la", " ♪"),
        "[door opens] JOHN: Who?": ("[door opens] JOHN: ", "Who?", ""),
        "旁白：很久以前": ("旁白：", "很久以前", ""),
        "[APPLAUSE]": ("[APPLAUSE]", "", ""),
        "-40 degrees": ("", "-40 degrees", ""),
        "10:30 at noon": ("", "10:30 at noon", ""),
        "1 < 2 and 3 > 2": ("", "1 < 2 and 3 > 2", ""),
    }
    for text, parts in cases.items():
        fragment = fragments_of(cue, text)[0]
        assert (fragment.prefix, fragment.text, fragment.suffix) == parts


def test_markup_inside_is_remembered_by_its_place() -> None:
    fragment = fragments_of(Cue("a", 0, 1, ("",)), "I <i>really</i> mean it")[0]
    assert fragment.text == "I really mean it"
    assert fragment.marks == ((2, "<i>"), (8, "</i>"))


def test_a_sentence_without_end_is_cut_between_cues_after_a_comma() -> None:
    texts = [
        "and then we went on and on and on for a very long time indeed," if n == 3 else "word " * 12 for n in range(9)
    ]
    found = said(*texts, "End.", "Yes.")
    assert all(len(text) <= 360 for text in passages(found))
    assert passages(found)[0].endswith(",")


@given(st.lists(st.text(alphabet="abc .!?我。，\n-<i>[]♪:A", max_size=12), max_size=12), st.sampled_from(["en", "zh"]))
def test_every_cue_is_in_one_unit_and_every_letter_in_one_passage(texts: list[str], language: str) -> None:
    found = said(*texts, language=language)
    assert [cue.id for unit in found for cue in unit.cues] == [f"c{n}" for n in range(len(texts))]
    for unit in found:
        parts: dict[int, str] = {}
        for passage in unit.passages:
            assert passage.parts
            assert passage.text == passage.text.strip() != ""
            for index, start, end in passage.parts:
                parts[index] = parts.get(index, "") + passage.text[start:end]
        for index, fragment in enumerate(unit.fragments):
            assert "".join(parts.get(index, "").split()) == "".join(fragment.text.split())
