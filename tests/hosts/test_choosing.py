"""What every host promises of the timelines of its project: listed, opened by id, never another one than was meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from plugin_core.bridge import Bridge
from plugin_core.clock import FrameRate
from plugin_core.errors import HostError
from plugin_core.host import RESOLVE, Marker, PutMarker, TimelineInfo
from premiere_cep.ticks import TICKS
from tests.hosts.fake_timeline import FakeTimeline
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost
from tests.hosts.premiere_engine import open_fake as open_premiere
from tests.hosts.resolve_channel import open_fake as open_resolve


@dataclass
class Stage:
    """A host, and what its users do: *add* a timeline (its id), *drop* it, *hold* it so that nobody else opens it."""

    bridge: Bridge
    add: Callable[[str], str]
    drop: Callable[[str], None]
    hold: Callable[[str], None]


def model() -> Stage:
    bridge = ModelBridge(ModelHost(RESOLVE), TimelineInfo(name="First", duration=2500))

    def add(name: str) -> str:
        key = f"t{len(bridge.project) + 1}"
        bridge.project[key] = ModelHost(RESOLVE), TimelineInfo(name=name, duration=100)
        return key

    return Stage(bridge, add, lambda key: void(bridge.project.pop(key)), bridge.held.add)


def resolve(**quirks: Any) -> Stage:
    bridge, program = open_resolve(**quirks)
    project = program.project_

    def find(key: str) -> FakeTimeline:
        return next(one for one in project.timelines_ if one and key in {one.GetUniqueId(), one.GetName()})

    def add(name: str) -> str:
        made = FakeTimeline(program.world_, name)
        project.timelines_.append(made)
        return made.GetUniqueId() or name

    return Stage(
        bridge, add, lambda key: project.timelines_.remove(find(key)), lambda key: setattr(find(key), "held_", True)
    )


def premiere(**quirks: Any) -> Stage:
    bridge, fake = open_premiere(**quirks)

    def add(name: str) -> str:
        key = f"sequence-{name}-{len(fake.calls)}-{len(bridge.timelines())}"
        fake.add_sequence(key, name)
        return key

    def hold(key: str) -> None:
        names = {one.id: one.name for one in bridge.timelines()}
        fake.drop_sequence(key)
        fake.add_sequence(key, names[key], held=True)

    return Stage(bridge, add, fake.drop_sequence, hold)


def void(_: object) -> None:
    """For a lambda that returns nothing."""


HOSTS = {"model": model, "resolve": resolve, "premiere": premiere}


@pytest.fixture(params=HOSTS)
def stage(request: pytest.FixtureRequest) -> Stage:
    made: Stage = HOSTS[request.param]()
    return made


def code_of(stage: Stage, key: str) -> str:
    with pytest.raises(HostError) as caught:
        stage.bridge.open_timeline(key)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def open_one(bridge: Bridge) -> list[str]:
    return [one.id for one in bridge.timelines() if one.open]


def test_the_open_timeline_is_among_those_of_the_project(stage: Stage) -> None:
    stage.add("第二集 片头")
    first, second = stage.bridge.timelines()
    assert (first.id, first.open, second.open) == (stage.bridge.where().timeline, True, False)
    info = stage.bridge.timeline()
    assert (first.name, first.rate, first.duration) == (info.name, info.rate, info.duration)
    assert (second.name, second.rate) == ("第二集 片头", info.rate)


def test_looking_at_the_timelines_opens_none_of_them(stage: Stage) -> None:
    for name in ("b", "c"):
        stage.add(name)
    here = stage.bridge.where()
    stage.bridge.timelines()
    assert stage.bridge.where() == here


def test_a_timeline_is_opened_by_its_id_and_the_verbs_are_then_about_it(stage: Stage) -> None:
    first = stage.bridge.where().timeline
    second = stage.add("第二集 片头")
    stage.bridge.open_timeline(second)
    assert (stage.bridge.where().timeline, open_one(stage.bridge)) == (second, [second])
    assert stage.bridge.timeline().name == "第二集 片头"
    stage.bridge.apply(PutMarker(Marker("", 5, 1, "here")))
    stage.bridge.open_timeline(first)
    assert stage.bridge.present().markers == ()
    stage.bridge.open_timeline(second)
    assert [marker.name for marker in stage.bridge.present().markers] == ["here"]


def test_opening_the_one_that_is_open_does_nothing(stage: Stage) -> None:
    here = stage.bridge.where()
    stage.bridge.open_timeline(here.timeline)
    assert stage.bridge.where() == here


def test_what_nobody_knows_is_not_opened(stage: Stage) -> None:
    here = stage.bridge.where()
    for key in ("", "nothing", "小美"):
        assert code_of(stage, key) == "host.unknown-timeline"
    assert stage.bridge.where() == here


def test_a_timeline_that_was_deleted_meanwhile_is_not_opened(stage: Stage) -> None:
    here, gone = stage.bridge.where(), stage.add("gone")
    assert gone in {one.id for one in stage.bridge.timelines()}
    stage.drop(gone)
    assert code_of(stage, gone) == "host.unknown-timeline"
    assert (stage.bridge.where(), open_one(stage.bridge)) == (here, [here.timeline])


def test_a_timeline_that_somebody_else_holds_is_refused_and_the_open_one_stays(stage: Stage) -> None:
    here, held = stage.bridge.where(), stage.add("held")
    stage.hold(held)
    assert code_of(stage, held) == "host.timeline-refused"
    assert stage.bridge.where() == here


def test_timelines_of_one_name_are_told_apart_by_their_ids(stage: Stage) -> None:
    twins = [stage.add("Cut"), stage.add("Cut")]
    for key in (*twins, twins[0]):
        stage.bridge.open_timeline(key)
        assert open_one(stage.bridge) == [key]


def test_two_hundred_timelines_are_listed_in_order_and_the_last_is_opened(stage: Stage) -> None:
    keys = [stage.bridge.where().timeline, *(stage.add(f"第{number}场") for number in range(199))]
    assert [one.id for one in stage.bridge.timelines()] == keys
    stage.bridge.open_timeline(keys[-1])
    assert stage.bridge.timeline().name == "第198场"


# -- Resolve ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("opens", ["silent", "late"])
def test_resolve_may_answer_nothing_or_be_slow(opens: str) -> None:
    stage = resolve(opens=opens)
    key = stage.add("B")
    stage.bridge.open_timeline(key)
    assert stage.bridge.where().timeline == key


@pytest.mark.parametrize("quirks", [{"opens": "no"}, {"opens": "lies"}, {"collaborator": True}])
def test_resolve_may_say_that_it_did_or_did_not_and_only_looking_tells(quirks: dict[str, Any]) -> None:
    stage = resolve(**quirks)
    key = stage.add("B")
    assert code_of(stage, key) == "host.timeline-refused"


def test_resolve_without_ids_tells_timelines_by_name_and_refuses_twins() -> None:
    stage = resolve(ids=False)
    stage.bridge.open_timeline(stage.add("B"))
    assert stage.bridge.where().timeline == "B"
    twins = [stage.add("Cut"), stage.add("Cut")]
    assert code_of(stage, twins[0]) == "host.timeline-refused"


def test_resolve_with_an_empty_project_lists_nothing_and_without_one_says_so() -> None:
    bridge, program = open_resolve(timeline=False)
    program.project_.timelines_.clear()
    assert bridge.timelines() == ()
    bridge, _ = open_resolve(project=False)
    with pytest.raises(HostError) as caught:
        bridge.timelines()
    assert caught.value.code == "host.no-project"


def test_resolve_opens_one_where_none_is_open_and_skips_what_is_no_longer_there() -> None:
    bridge, program = open_resolve()
    program.project_.timelines_[:] = [None, FakeTimeline(program.world_, "B")]
    (only,) = bridge.timelines()
    assert (only.name, only.open) == ("B", False)
    bridge.open_timeline(only.id)
    assert bridge.timeline().name == "B"


def test_a_rate_that_none_has_hides_no_timeline() -> None:
    bridge, program = open_resolve()
    program.timeline_.GetSetting = lambda settingName: "fast"  # type: ignore[method-assign]  # noqa: N803
    assert [(one.name, one.rate) for one in bridge.timelines()] == [("Cut 3", None)]


# -- Premiere --------------------------------------------------------------------------------------


@pytest.mark.parametrize("opens", ["late", "mumbles"])
def test_premiere_may_be_slow_or_say_no_and_do_it(opens: str) -> None:
    stage = premiere(opens=opens)
    key = stage.add("B")
    stage.bridge.open_timeline(key)
    assert stage.bridge.where().timeline == key


@pytest.mark.parametrize("opens", ["refuses", "lies"])
def test_premiere_may_say_yes_and_do_nothing(opens: str) -> None:
    stage = premiere(opens=opens)
    here, key = stage.bridge.where(), stage.add("B")
    assert code_of(stage, key) == "host.timeline-refused"
    assert stage.bridge.where() == here


def test_premiere_may_throw() -> None:
    stage = premiere(opens="throws")
    assert code_of(stage, stage.add("B")) == "host.script"


def test_premiere_opens_one_where_none_is_open() -> None:
    stage = premiere(closed=True)
    (only,) = stage.bridge.timelines()
    assert not only.open
    stage.bridge.open_timeline(only.id)
    assert stage.bridge.where().timeline == only.id


def test_premiere_after_a_change_of_projects_shows_none_as_open() -> None:
    bridge, _ = open_premiere(stale=True)
    assert bridge.timelines() == ()
    with pytest.raises(HostError) as caught:
        bridge.where()
    assert caught.value.code == "host.no-timeline"
    bridge, _ = open_premiere(noProject=True)
    with pytest.raises(HostError) as caught:
        bridge.timelines()
    assert caught.value.code == "host.no-project"


@pytest.mark.parametrize(("display", "rate"), [(102, "29.97 DF"), (103, "29.97")])
def test_premiere_tells_whether_labels_drop(display: int, rate: str) -> None:
    bridge, _ = open_premiere(timebase=TICKS * 1001 // 30_000, display=display)
    (only,) = bridge.timelines()
    assert only.rate == FrameRate.parse(rate)
    assert only.rate.fps == Fraction(30_000, 1001)


def test_an_audio_timebase_hides_no_sequence() -> None:
    bridge, _ = open_premiere(timebase=TICKS // 48_000)
    assert [(one.name, one.rate, one.duration) for one in bridge.timelines()] == [("Sequence 01", None, 0)]
