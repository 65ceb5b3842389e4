"""How what happens changes what the panel knows: its reducers, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.panel.conftest import PANEL

if TYPE_CHECKING:
    from playwright.sync_api import Page

CUES = [
    {"id": name, "start": at, "end": at + 10, "texts": [name], "checks": []}
    for name, at in (("a", 0), ("b", 20), ("c", 40))
]


@pytest.fixture
def store(page: Page) -> Page:
    page.goto("about:blank")
    page.add_script_tag(path=PANEL / "store.js")
    return page


def after(page: Page, *actions: dict[str, Any]) -> dict[str, Any]:
    """The state after *actions*; that none of them changes the state it was given is checked on the way."""
    found: dict[str, Any] = page.evaluate(
        """actions => actions.reduce((state, action) => {
            const before = JSON.stringify(state);
            const made = zimu.store.reduce(state, action);
            if (JSON.stringify(state) !== before) throw new Error(action.type + " changed the state");
            return made;
        }, zimu.store.initial())""",
        actions,
    )
    return found


def opened(revision: int = 3) -> dict[str, Any]:
    return {
        "type": "document",
        "document": {"path": "/f.zimu", "revision": revision, "languages": ["zh"], "cues": CUES, "marks": []},
    }


def event(name: str, seq: int, **values: Any) -> dict[str, Any]:
    return {"type": "event", "event": {"event": name, "job": "j", "seq": seq, **values}}


def test_an_edit_puts_cues_in_their_place_in_time(store: Page) -> None:
    moved = {"id": "a", "start": 30, "end": 35, "texts": ["A"], "checks": []}
    state = after(store, opened(), {"type": "edited", "answer": {"revision": 4, "cues": [moved], "gone": ["c"]}})
    assert [cue["id"] for cue in state["document"]["cues"]] == ["b", "a"]
    assert state["document"]["revision"] == 4
    assert not state["document"].get("stale")


def test_an_answer_that_comes_late_changes_nothing(store: Page) -> None:
    late = {"type": "edited", "answer": {"revision": 2, "cues": [], "gone": ["a", "b", "c"]}}
    assert len(after(store, opened(), late)["document"]["cues"]) == 3


def test_a_revision_that_was_missed_is_noticed(store: Page) -> None:
    assert after(store, opened(), {"type": "edited", "answer": {"revision": 5, "cues": [], "gone": []}})["document"][
        "stale"
    ]


def test_an_edit_of_another_document_is_not_ours(store: Page) -> None:
    other = {
        "type": "event",
        "event": {"event": "document", "path": "/g.zimu", "revision": 4, "cues": [], "gone": ["a"]},
    }
    assert len(after(store, opened(), other)["document"]["cues"]) == 3


def test_when_the_selected_cue_is_gone_the_one_in_its_place_is_selected(store: Page) -> None:
    select = {"type": "select", "id": "b"}
    assert (
        after(store, opened(), select, {"type": "edited", "answer": {"revision": 4, "cues": [], "gone": ["b"]}})[
            "selected"
        ]
        == "c"
    )
    gone = {"type": "edited", "answer": {"revision": 4, "cues": [], "gone": ["b", "c"]}}
    assert after(store, opened(), select, gone)["selected"] == "a"
    everything = {"type": "edited", "answer": {"revision": 4, "cues": [], "gone": ["a", "b", "c"]}}
    assert after(store, opened(), select, everything)["selected"] == ""


def test_events_that_were_seen_before_the_connection_was_lost_count_once(store: Page) -> None:
    events = [event("chunk", 1), event("chunk", 2), event("chunk", 1), event("chunk", 2), event("chunk", 3)]
    job = after(store, *events)["jobs"]["j"]
    assert (job["heard"], job["seq"], job["state"]) == (3, 3, "running")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ({"type": "Cancelled", "code": "cancelled", "message": "Stopped."}, "cancelled"),
        ({"type": "HostError", "code": "x"}, "failed"),
    ],
)
def test_a_job_that_was_stopped_has_not_failed(store: Page, error: dict[str, str], state: str) -> None:
    assert (
        after(store, event("progress", 1, stage="push", done=1, total=2), event("failed", 2, error=error))["jobs"]["j"][
            "state"
        ]
        == state
    )


def test_a_stage_is_known_by_its_first_sentence(store: Page) -> None:
    job = after(
        store,
        event("progress", 1, stage="render", done=1, total=1, remaining=0),
        event("note", 2, stage="listen", message="Loading.", level="info"),
    )["jobs"]["j"]
    assert (job["stage"], job["done"], job["total"], job["remaining"]) == ("listen", 0, 0, None)


def test_a_sentence_that_is_said_twice_is_kept_once(store: Page) -> None:
    said = [event("note", seq, stage="listen", message=text, level="info") for seq, text in enumerate("aba", 1)]
    assert [note["message"] for note in after(store, *said)["jobs"]["j"]["notes"]] == ["b", "a"]


def test_a_new_report_forgets_the_answers_to_the_old_one(store: Page) -> None:
    answer = {"type": "answer", "key": "m1", "side": "host"}
    state = after(store, event("reported", 1, report={"n": 1}), answer, event("reported", 2, report={"n": 2}))
    assert (state["report"], state["answers"]) == ({"n": 2}, {})


def test_the_filter_never_hides_the_cue_that_is_edited(store: Page) -> None:
    actions = [
        opened(),
        {"type": "edit", "editing": {"id": "b", "texts": ["b"]}},
        {"type": "filter", "filter": {"text": "c"}},
    ]
    shown = store.evaluate(
        """actions => zimu.store.shown(
            actions.reduce((state, action) => zimu.store.reduce(state, action), zimu.store.initial())
        ).map(cue => cue.id)""",
        actions,
    )
    assert shown == ["b", "c"]
