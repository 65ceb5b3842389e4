from __future__ import annotations

from gui.retiming import Tapper, inserted
from plugin_core.document import Cue, Document


def film(*spans: tuple[int, int]) -> Document:
    cues = tuple(Cue(chr(97 + number), start, end, ("x",)) for number, (start, end) in enumerate(spans))
    return Document(languages=("en",), cues=cues)


ABC = film((1000, 2000), (2000, 3000), (5000, 6000))


def test_a_new_cue_has_a_text_for_every_language() -> None:
    after, name = inserted(ABC, 3200, 4000)
    assert next(cue for cue in after.cues if cue.id == name).texts == ("",)


def test_tapping_gives_cue_after_cue_its_times() -> None:
    taps = Tapper.starting(ABC, "a", 80)
    document = taps.pressed(ABC, 10_000)
    document = taps.released(document, 11_000)
    document = taps.pressed(document, 12_000)
    document = taps.released(document, 12_050)  # a short tap: the length stays
    document = taps.pressed(document, 12_500)
    assert {cue.id: (cue.start, cue.end) for cue in document.cues} == {
        "a": (10_000, 11_000),
        "b": (12_000, 12_420),
        "c": (12_500, 13_500),
    }
    assert taps.waiting == ""
    assert taps.pressed(document, 20_000) is document


def test_tapping_keeps_the_order_it_began_with_though_cues_move_past_each_other() -> None:
    taps = Tapper.starting(ABC, "b")
    document = taps.pressed(ABC, 9000)
    assert [cue.id for cue in document.cues] == ["a", "c", "b"]
    assert taps.waiting == "c"


def test_tapping_passes_over_a_cue_that_was_deleted() -> None:
    taps = Tapper.starting(ABC, "a")
    without = film((1000, 2000), (2000, 3000))
    document = taps.pressed(taps.pressed(without, 100), 200)
    taps.pressed(document, 300)
    assert taps.current == "c"
