"""The document checks itself once; everything later may rely on it."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from plugin_core.document import MARK_KINDS, Cue, Document, Mark, new_id
from plugin_core.errors import DocumentError

ONE = Cue("a", 0, 1000, ("one", "一"))
TWO = Cue("b", 1000, 2000, ("two", "二"))


def document(*cues: Cue, marks: tuple[Mark, ...] = ()) -> Document:
    return Document(languages=("en", "zh"), cues=cues, marks=marks)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: document(Cue("a", 0, 1, ("only one",))), "document.columns"),
        (lambda: document(Cue("a", -1, 1, ("", ""))), "document.cue-times"),
        (lambda: document(Cue("a", 2, 1, ("", ""))), "document.cue-times"),
        (lambda: document(TWO, ONE), "document.order"),
        (lambda: document(ONE, ONE), "document.order"),
        (lambda: document(ONE, Cue("a", 5, 6, ("", ""))), "document.ids"),
        (lambda: document(ONE, marks=(Mark("a", "note", 0, 0, ""),)), "document.ids"),
        (lambda: document(marks=(Mark("m", "smell", 0, 0, ""),)), "document.mark-kind"),
        (lambda: document(marks=(Mark("m", "note", 5, 4, ""),)), "document.mark-times"),
        (lambda: document(marks=(Mark("m", "note", -5, 4, ""),)), "document.mark-times"),
    ],
)
def test_a_document_that_breaks_an_invariant_cannot_be_made(build: Callable[[], Document], code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        build()
    assert caught.value.code == code


def test_a_cue_may_have_no_duration_and_cues_may_overlap_or_begin_together() -> None:
    flat = Cue("flat", 0, 0, ("", ""))
    assert document(flat, ONE, Cue("z", 0, 1000, ("", ""))).cues[0] is flat


@pytest.mark.parametrize("kind", MARK_KINDS)
def test_every_kind_of_mark_is_allowed(kind: str) -> None:
    assert document(marks=(Mark("m", kind, 0, 10, "text"),)).marks[0].kind == kind


def test_a_language_names_its_column() -> None:
    assert document(ONE).column("zh") == 1
    with pytest.raises(DocumentError, match="It has: en, zh"):
        document(ONE).column("fr")


def test_a_text_is_changed_in_its_own_column_only() -> None:
    assert ONE.with_text(1, "壹").texts == ("one", "壹")
    assert ONE.texts == ("one", "一")


def test_a_document_survives_pickle() -> None:
    whole = document(ONE, TWO, marks=(Mark("m", "note", 0, 10, "text", (("a", "b"),)),))
    assert pickle.loads(pickle.dumps(whole)) == whole


def test_fresh_ids_differ() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
