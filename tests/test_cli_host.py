"""The commands over a bridge, as a user types them; the host is the model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.cli_host import add_commands
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import HostError, ZimuError
from plugin_core.host import RESOLVE, Caption, CaptionTrack, TimelineInfo
from plugin_core.timelines import place_of
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

DOCUMENT = Document(
    languages=("zh", "en"),
    cues=(Cue("c1", 1000, 2000, ("你好。", "Hello.")),),
    marks=(Mark("m1", "sound", 1000, 1400, "bang"),),
)


@pytest.fixture
def host() -> ModelBridge:
    return ModelBridge(
        ModelHost(RESOLVE), TimelineInfo(FrameRate.parse("25"), "Cut 3", start=90_000, duration=100, mark_in=25)
    )


@pytest.fixture
def film(tmp_path: Path) -> Path:
    storage.save(DOCUMENT, tmp_path / "film.zimu")
    return tmp_path / "film.zimu"


def zimu(host: ModelBridge, *words: object) -> tuple[int, str]:
    app = typer.Typer()
    add_commands(app, lambda: host)
    result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, ZimuError):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_push_says_what_it_did_and_then_that_there_is_nothing_to_do(host: ModelBridge, film: Path) -> None:
    status, told = zimu(host, "push", film)
    assert (status, told.splitlines()) == (
        0,
        [
            "1 marker put.",
            "Track “Zimu zh” made with 1 caption.",
            "Track “Zimu en” made with 1 caption.",
            "Track “Zimu zh-en” made with 1 caption.",
        ],
    )
    assert zimu(host, "push", film)[1] == "The timeline already shows the document.\n"
    assert "There is nothing to do." in zimu(host, "status", film)[1]


def test_the_beginning_of_the_media_is_a_timecode_of_the_timeline(host: ModelBridge, film: Path) -> None:
    zimu(host, "push", film, "--at", "01:00:02:00", "--tracks", "zh", "--json")
    assert (host.host.markers[0].frame, [track.key for track in host.host.tracks]) == (75, ["zh"])


def test_pull_and_unpush(host: ModelBridge, film: Path) -> None:
    zimu(host, "push", film)
    host.host.markers[0] = replace(host.host.markers[0], name="door")
    assert zimu(host, "pull", film)[1] == "1 edit taken over into the document.\n"
    assert storage.load(film).marks[0].text == "door"
    assert "Track “Zimu zh” removed." in zimu(host, "unpush", film)[1]
    assert (host.host.markers, host.host.tracks) == ([], [])


def test_what_was_not_done_makes_the_command_fail(host: ModelBridge, film: Path) -> None:
    def refuse(operation: object) -> None:
        raise HostError("host.refused", "No.")

    host.before = refuse
    status, told = zimu(host, "push", film)
    assert status == 6
    assert "Not done: put the marker “bang” at 01:00:01:00. No." in told


def test_without_a_file_the_timeline_s_own_document_is_meant(host: ModelBridge) -> None:
    with pytest.raises(HostError, match="Nothing was made"):
        zimu(host, "push")
    storage.save(DOCUMENT, place_of(host).document)
    assert json.loads(zimu(host, "push", "--json")[1])["put"]["markers"] == 1


def test_a_timeline_is_subtitled_and_the_result_put_on_it(host: ModelBridge) -> None:
    status, told = zimu(host, "run", "--in-out", "--pack", "starter", "--to", "zh", "--events", "none", "--push")
    assert (status, told) == (0, "The timeline already shows the document.\n")  # the model's sound is silence
    place = place_of(host)
    assert {path.name for path in place.folder.iterdir()} >= {"Cut 3.wav", "Cut 3.zimu", "Cut 3.zimu.pushed"}
    storage.save(DOCUMENT, place.document)
    zimu(host, "push")
    assert host.host.markers[0].frame == 50  # the sound began at the in point


def test_a_track_of_the_user_is_translated_and_stays(host: ModelBridge) -> None:
    mine = CaptionTrack("", "Subtitle 1", (Caption(25, 50, "Thank you."), Caption(80, 10, " ")))
    host.host.tracks.append(mine)
    status, _ = zimu(host, "translate", "--from", "en", "--to", "en,zh", "--pack", "starter", "--push")
    assert status == 0
    (cue,) = storage.load(place_of(host).document).cues
    assert (cue.start, cue.end, cue.texts[0], bool(cue.texts[1])) == (1000, 3000, "Thank you.", True)
    assert host.host.tracks[0] == mine
    assert {track.key for track in host.host.tracks} == {"", "en", "zh", "en-zh"}
    with pytest.raises(HostError, match="Subtitle 1"):
        zimu(host, "translate", "--track", "Other")


@pytest.fixture
def two(host: ModelBridge) -> ModelHost:
    """A second timeline of the project, which is not open: "第二集", with the id t2."""
    other = ModelHost(RESOLVE)
    host.project["t2"] = other, TimelineInfo(FrameRate.parse("23.976"), "第二集", duration=48)
    return other


def test_the_timelines_are_listed_and_the_open_one_is_marked(host: ModelBridge, two: ModelHost) -> None:
    assert zimu(host, "timelines")[1] == "* Cut 3\t25\t00:00:04:00\tt\n  第二集\t23.976\t00:00:02:00\tt2\n"
    first, second = (json.loads(line) for line in zimu(host, "timelines", "--json")[1].splitlines())
    assert first == {"id": "t", "name": "Cut 3", "rate": "25", "frames": 100, "open": True}
    assert (second["name"], second["open"]) == ("第二集", False)


@pytest.mark.parametrize("name", ["第二集", "t2"])
def test_what_is_put_on_a_named_timeline_is_left_open(host: ModelBridge, two: ModelHost, film: Path, name: str) -> None:
    zimu(host, "push", film, "--timeline", name)
    assert (len(two.markers), host.project["t"][0].markers, host.where().timeline) == (1, [], "t2")


def test_where_a_named_timeline_was_only_looked_at_the_users_is_open_again(
    host: ModelBridge, two: ModelHost, film: Path
) -> None:
    zimu(host, "push", film, "--timeline", "t2")
    host.open_timeline("t")
    two.markers[0] = replace(two.markers[0], name="door")
    assert "1 edit" in zimu(host, "pull", film, "--timeline", "t2")[1]
    assert storage.load(film).marks[0].text == "door"
    zimu(host, "status", film, "--timeline", "t2")
    assert host.where().timeline == "t"
    with pytest.raises(HostError, match="Nothing was made"):
        zimu(host, "status", "--timeline", "t2")
    assert host.where().timeline == "t"


def test_a_named_timeline_is_subtitled_while_the_user_goes_on_with_another(host: ModelBridge, two: ModelHost) -> None:
    words = ("run", "--timeline", "第二集", "--pack", "starter", "--to", "zh", "--events", "none")
    assert zimu(host, *words)[0] == 0
    assert host.where().timeline == "t"
    assert zimu(host, *words, "--push")[0] == 0
    assert host.where().timeline == "t2"


def test_a_name_that_nothing_or_several_have_is_refused(host: ModelBridge, two: ModelHost, film: Path) -> None:
    with pytest.raises(HostError) as caught:
        zimu(host, "push", film, "--timeline", "Cut 4")
    assert (caught.value.code, "“第二集”" in caught.value.hint) == ("host.unknown-timeline", True)
    host.project |= {f"more{number}": (ModelHost(RESOLVE), TimelineInfo(name="Cut")) for number in range(12)}
    with pytest.raises(HostError) as caught:
        zimu(host, "push", film, "--timeline", "Cut")
    assert (caught.value.code, "more11" in caught.value.hint) == ("host.timeline-name", True)
    with pytest.raises(HostError, match="no timeline") as caught:
        zimu(host, "push", film, "--timeline", "Cut 4")
    assert "and 4 more" in caught.value.hint
    assert (two.markers, host.where().timeline) == ([], "t")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "--in-out"), "settings.no-range"),
        (("run", "--audio-tracks", "one"), "settings.audio-tracks"),
        (("push", "--at", "99:00:00:00"), "clock.timecode"),
        (("push", "--kinds", "smells"), "plan.kind"),
        (("push", "--conflicts", "me"), "plan.side"),
    ],
)
def test_senseless_wishes_are_refused(host: ModelBridge, film: Path, words: tuple[str, ...], code: str) -> None:
    host.info = replace(host.info, mark_in=None)
    with pytest.raises(ZimuError) as caught:
        zimu(host, *words[:1], *([film] if words[0] == "push" else []), *words[1:])
    assert caught.value.code == code
    assert host.host.calls == 0
