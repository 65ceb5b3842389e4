"""The page tells nobody's name, folder or film, however these are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugin_core.doctor.findings import Finding, found, table
from plugin_core.doctor.looking import page
from plugin_core.doctor.privacy import EVERYBODY, Person, private, without

ANNA = Person("/home/anna", "anna", "annas-mac.local")
WINDOWS = Person(r"C:\Users\Anna Müller", "anna", "EDIT-07")

NAMES = st.text(st.characters(categories=["Ll", "Lu", "Lo", "Nd"]), min_size=1, max_size=12).filter(
    lambda name: name.lower() not in EVERYBODY and len(name.lower()) == len(name)
)
HOMES = st.tuples(st.sampled_from(["/home/{}", "/Users/{}", r"C:\Users\{}", "/mnt/net homes/{}"]), NAMES).map(
    lambda pair: pair[0].format(pair[1])
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("in /home/anna/.local/share/zimu.", "in ~/.local/share/zimu."),
        ("in /HOME/anna", "in ~"),
        ("/home/annabel is another", "/home/annabel is another"),
        ("file:///home/anna/x", "file://~/x"),
        ("/media/anna/disk", "/media/USER/disk"),
        ("user=anna@annas-mac.local", "user=USER@MACHINE"),
        ("路径/home/anna的文件", "路径~的文件"),
        ("/home/anna/Films/My holiday.mp4 cannot be read", "FILE.mp4 cannot be read"),
        ("The clip “Anna, take 2.MOV” is gone", "The clip “FILE.mov” is gone"),
        ("found in /home/anna/.zimu/cache", "found in ~/.zimu/cache"),
    ],
)
def test_homes_names_and_films_are_replaced(text: str, said: str) -> None:
    assert without(text, ANNA) == said


@pytest.mark.parametrize(
    "form", [r"C:\Users\Anna Müller\zimu", r"C:\\Users\\Anna Müller\\zimu", "C:/Users/Anna Müller/zimu"]
)
def test_a_home_is_known_in_every_way_it_is_written_on_windows(form: str) -> None:
    assert without(f"in {form}.", WINDOWS) == "in ~" + re.sub(r"^.*Müller", "", form) + "."
    assert "Anna" not in without("file:///C:/Users/Anna%20M%C3%BCller/zimu", WINDOWS)


def test_names_that_tell_of_nobody_stay() -> None:
    said = "Zimu is in Resolve's menu (/root/x); run as root."
    assert without(said, Person("/root", "root", "localhost")) == "Zimu is in Resolve's menu (~/x); run as root."


def test_without_a_person_only_films_go() -> None:
    assert without("/data/a.wav and ~", Person()) == "FILE.wav and ~"


@given(HOMES, NAMES, NAMES, st.sampled_from(sorted(table())))
def test_no_finding_of_ours_lets_a_home_or_a_name_through(home: str, user: str, machine: str, name: str) -> None:
    person = Person(home, user, machine)
    facts = dict.fromkeys(re.findall(r"\{(\w+)\}", " ".join(table()[name].values())), "")
    for key in facts:
        facts[key] = f"{home}/{user}/on {machine}"
    told = private(found(name, **facts), person).to_json()
    text = "\n".join(told[key] for key in ("message", "fix", "message_zh", "fix_zh")).lower()
    for secret in (home, home.replace("\\", "/"), f"/{user}/", f" {machine} "):
        assert secret.lower() not in text


@given(st.lists(st.text(max_size=30), min_size=1, max_size=3), st.sampled_from(["mp4", "MOV", "srt", "zimu", "wav"]))
def test_no_name_of_a_film_survives(parts: list[str], ending: str) -> None:
    title = re.sub(r"""[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"“”'‘’<>|]""", "", " ".join(parts)).strip()
    assume(len(title) > 3 and not re.search(r"[\s/\\]$", title) and "." not in title)
    told = without(f"Zimu could not read {title}.{ending}: no sound", Person())
    assert title not in told
    assert told.endswith(f"FILE.{ending.lower()}: no sound")


def test_the_whole_page_of_this_machine_is_private(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    home = f"{tmp_path}/home/wilhelmine"
    monkeypatch.setenv("ZIMU_HOME", f"{home}/zimu")
    told = page(person=Person(home, "wilhelmine", "cutting-room-3"))
    for text in (told.to_text("en"), told.to_text("zh"), str(told.to_json())):
        assert "wilhelmine" not in text
        assert home not in text
        assert "~/zimu" in text


def test_a_finding_keeps_its_name_and_state() -> None:
    told = private(Finding("x.y", "problem", "/home/anna", "/home/anna"), ANNA)
    assert (told.name, told.state, told.message, told.fix) == ("x.y", "problem", "~", "~")
