"""Every film is done once, or reported; nothing that is done is done again."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.batch import Began, Ended, Manifest, Outcome, Summary, Told, left, library, run
from plugin_core.batch.scheduling import TRIES, as_json
from plugin_core.errors import MediaError, ModelError, SettingsError, ZimuError
from plugin_core.pipeline import Job
from plugin_core.protocol import Note, Progress

JOB = Job("", formats=("srt",))
CRASH = ZimuError("worker.crashed", "It ended.")
Does = Callable[[Job, int], Outcome | ZimuError]


class Players:
    """A crew that does what it is told at once, one answer at a time."""

    def __init__(self, does: Does, hands: int = 2) -> None:
        self.hands = hands
        self.given: list[str] = []
        self._does = does
        self._waiting: deque[Told] = deque()
        self.most = 0

    def give(self, ticket: int, job: Job) -> None:
        self.given.append(Path(job.source).name)
        self._waiting.append(Told(ticket, Progress("listen", 1, 2)))
        self._waiting.append(Told(ticket, self._does(job, self.given.count(Path(job.source).name))))
        self.most = max(self.most, sum(not isinstance(told.said, Progress) for told in self._waiting))

    def heard(self, seconds: float) -> Iterator[Told]:
        if self._waiting:
            yield self._waiting.popleft()

    def close(self) -> None:
        pass


def write(job: Job, _tries: int = 1) -> Outcome:
    result = Path(job.out) / f"{Path(job.source).stem}.srt"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text("1", "utf-8")
    return Outcome((str(result),))


def fail(error: ZimuError, times: int = 99) -> Does:
    return lambda job, tries: error if tries <= times and "bad" in job.source else write(job)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.mov", "bad.mov", "deep/c.mov"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def go(folder: Path, crew: Players, job: Job = JOB) -> tuple[list[object], Summary]:
    films = library(folder).films
    with Manifest(folder) as manifest:
        todo = left(films, manifest, job)
        events = run(todo, job, crew, manifest, unchanged=len(films) - len(todo))
        said: list[object] = []
        while True:
            try:
                said.append(next(events))
            except StopIteration as stop:
                return said, stop.value


def states(folder: Path) -> dict[str, str]:
    with Manifest(folder) as manifest:
        return {name: record.state for name, record in manifest.records.items()}


def test_every_film_is_done_and_its_results_are_named(folder: Path) -> None:
    _, summary = go(folder, Players(write))
    assert (summary.total, summary.done, summary.failed) == (3, 3, ())
    with Manifest(folder) as manifest:
        assert manifest.records["deep/c.mov"].files == ("deep/c.srt",)


def test_no_more_is_begun_than_there_are_hands(folder: Path) -> None:
    crew = Players(write, hands=2)
    go(folder, crew)
    assert crew.most == 2


def test_a_second_run_does_nothing(folder: Path) -> None:
    go(folder, Players(write))
    crew = Players(write)
    _, summary = go(folder, crew)
    assert crew.given == []
    assert (summary.total, summary.unchanged, summary.done) == (3, 3, 0)


def test_a_film_that_changed_is_done_again_and_one_that_was_only_touched_is_not(folder: Path) -> None:
    go(folder, Players(write))
    (folder / "a.mov").write_bytes(b"b.mov")  # of the same size
    (folder / "bad.mov").touch()
    crew = Players(write)
    go(folder, crew)
    assert crew.given == ["a.mov"]


def test_results_that_are_gone_are_made_again(folder: Path) -> None:
    go(folder, Players(write))
    (folder / "a.srt").unlink()
    crew = Players(write)
    go(folder, crew)
    assert crew.given == ["a.mov"]


@pytest.mark.parametrize("job", [replace(JOB, sdh="netflix"), replace(JOB, fresh=True)])
def test_other_wishes_are_work_for_every_film(folder: Path, job: Job) -> None:
    go(folder, Players(write))
    crew = Players(write)
    go(folder, crew, job)
    assert len(crew.given) == 3


def test_where_it_is_done_and_by_how_many_is_no_other_wish(folder: Path) -> None:
    go(folder, Players(write))
    crew = Players(write)
    go(folder, crew, replace(JOB, device="cpu", threads=3))
    assert crew.given == []


def test_another_glossary_under_the_same_name_is_another_wish(folder: Path) -> None:
    terms = folder / "terms.csv"
    terms.write_text("a,b")
    job = replace(JOB, glossary=str(terms))
    go(folder, Players(write), job)
    terms.write_text("a,c")
    crew = Players(write)
    go(folder, crew, job)
    assert len(crew.given) == 3


def test_a_film_whose_worker_ended_is_tried_again_after_the_others(folder: Path) -> None:
    crew = Players(fail(CRASH, times=TRIES - 1), hands=1)
    said, summary = go(folder, crew)
    assert crew.given == ["a.mov", "bad.mov", "c.mov", "bad.mov", "bad.mov"]
    assert (summary.done, summary.failed) == (3, ())
    assert [event.tries for event in said if isinstance(event, Began) and event.film.name == "bad.mov"] == [1, 2, 3]


def test_a_film_that_fails_three_times_is_reported_and_the_others_are_done(folder: Path) -> None:
    crew = Players(fail(CRASH))
    _, summary = go(folder, crew)
    assert crew.given.count("bad.mov") == TRIES
    assert summary.done == 2
    assert [(one.name, one.tries, str(one.failure)) for one in summary.failed] == [("bad.mov", 3, "It ended.")]


@pytest.mark.parametrize("error", [MediaError("media.no-audio", "No sound."), ModelError("model.languages", "No.")])
def test_what_is_wrong_with_a_film_is_said_at_once(folder: Path, error: ZimuError) -> None:
    crew = Players(fail(error))
    _, summary = go(folder, crew)
    assert crew.given.count("bad.mov") == 1
    assert [type(one.failure) for one in summary.failed] == [type(error)]


def test_a_failed_film_is_tried_by_the_next_run(folder: Path) -> None:
    go(folder, Players(fail(CRASH)))
    crew = Players(write)
    go(folder, crew)
    assert crew.given == ["bad.mov"]
    assert set(states(folder).values()) == {"done"}


def test_a_node_that_does_not_see_a_film_gives_another_one_the_chance(folder: Path) -> None:
    crew = Players(fail(MediaError("batch.not-seen", "Not here."), times=1))
    _, summary = go(folder, crew)
    assert summary.done == 3


def test_an_option_that_fits_no_film_ends_the_batch(folder: Path) -> None:
    with pytest.raises(SettingsError):
        go(folder, Players(fail(SettingsError("settings.profile", "No such profile."))))


def test_results_that_are_not_seen_here_are_a_failure(folder: Path) -> None:
    _, summary = go(folder, Players(lambda job, _: Outcome(("/elsewhere/a.srt",))))
    assert {one.failure.code for one in summary.failed if one.failure} == {"batch.results-not-seen"}


def test_leaving_the_loop_leaves_what_was_begun_for_the_next_run(folder: Path) -> None:
    with Manifest(folder) as manifest:
        events = run(library(folder).films, JOB, Players(write, hands=1), manifest)
        while not isinstance(next(events), Ended):
            pass
        next(events)
        events.close()
    assert states(folder) == {"a.mov": "done", "bad.mov": "begun"}
    crew = Players(write)
    go(folder, crew)
    assert crew.given == ["bad.mov", "c.mov"]


def test_the_rest_of_the_time_is_told_once_it_can_be(folder: Path) -> None:
    said, summary = go(folder, Players(write))
    ended = [event.summary.remaining for event in said if isinstance(event, Ended)]
    assert all(one is not None for one in ended)
    assert ended == sorted(ended, reverse=True)  # type: ignore[type-var]
    assert summary.remaining == 0


def test_every_event_has_a_json_form(folder: Path) -> None:
    said, summary = go(folder, Players(fail(CRASH)))
    kinds = Counter(str(as_json(event)["event"]) for event in [*said, summary])  # type: ignore[arg-type]
    assert kinds == {"began": 5, "progress": 5, "ended": 5, "summary": 1}


@given(
    st.lists(st.lists(st.sampled_from(["ok", "crash", "film"]), min_size=3, max_size=3), min_size=1, max_size=6),
    st.integers(1, 4),
)
def test_whatever_happens_every_film_ends_once(
    tmp_path_factory: pytest.TempPathFactory, fates: list[list[str]], hands: int
) -> None:
    folder = tmp_path_factory.mktemp("films")
    for number in range(len(fates)):
        (folder / f"{number}.mov").write_bytes(b"x")

    def does(job: Job, tries: int) -> Outcome | ZimuError:
        match fates[int(Path(job.source).stem)][tries - 1]:
            case "ok":
                return write(job)
            case "crash":
                return CRASH
            case _:
                return MediaError("media.damaged", "Damaged.")

    said, summary = go(folder, Players(does, hands))
    final = [event.record.name for event in said if isinstance(event, Ended) and not event.again]
    assert sorted(final) == sorted(f"{number}.mov" for number in range(len(fates)))
    assert summary.done + len(summary.failed) == summary.total == len(fates)
    good = sum(next((f for f in fate if f != "crash"), "crash") == "ok" for fate in fates)
    assert summary.done == good


def test_notes_reach_who_watches(folder: Path) -> None:
    from plugin_core.batch import Heard

    class Talking(Players):
        def heard(self, seconds: float) -> Iterator[Told]:
            for told in super().heard(seconds):
                yield Told(told.ticket, Note("listen", "Resuming.")) if isinstance(told.said, Progress) else told

    said, _ = go(folder, Talking(write))
    assert [event.said for event in said if isinstance(event, Heard)] == [Note("listen", "Resuming.")] * 3
