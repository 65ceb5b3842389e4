"""``zimu hosts``: shows before it does, asks, does what it showed, and one program's trouble is not another's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from typer.testing import CliRunner

from plugin_core import installing
from plugin_core.cli_hosts import app
from plugin_core.errors import HostError, SettingsError
from plugin_core.installing import Plan, Status, Verb


@dataclass
class Toy:
    """A host of the tests; *fails* is what carrying out raises."""

    id: str
    found: Status
    fails: bool = False
    did: list[tuple[Verb, bool]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.id.title()

    def status(self, *, everyone: bool = False) -> Status:
        return self.found

    def plan(self, verb: Verb, *, everyone: bool = False) -> Plan:
        there = self.found.state == "current"
        if there == (verb == "install"):
            return Plan((), lambda: None)
        return Plan((f"{verb} {self.id}",), lambda: self._do(verb, everyone), "Restart it.")

    def _do(self, verb: Verb, everyone: bool) -> None:
        if self.fails:
            raise HostError("toy.full", f"{self.id} is full.", "Empty it.")
        self.did.append((verb, everyone))


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[Toy]:
    known = [
        Toy("ape", Status("absent", programs=("Ape 1", "Ape 2"), running=True)),
        Toy("bee", Status("current", "0.1", programs=("Bee 3",), running=False)),
        Toy("cow", Status("unsuited")),
    ]
    monkeypatch.setattr(installing, "parts", lambda: tuple(known))
    return known


def run(*words: str) -> tuple[int, str, BaseException | None]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.exception


def test_the_status_names_every_copy_and_says_what_is_so(hosts: list[Toy]) -> None:
    code, said, _ = run("status")
    assert code == 0
    for words in ("ape  not installed; running now", "Ape 1", "Ape 2", "bee  installed, version 0.1; not running"):
        assert words in said
    assert "Cow is not made for this system." in said


def test_the_status_as_json_is_one_line_a_host(hosts: list[Toy]) -> None:
    lines = [json.loads(line) for line in run("status", "--json")[1].splitlines()]
    assert [(line["host"], line["state"], line["running"]) for line in lines] == [
        ("ape", "absent", True), ("bee", "current", False), ("cow", "unsuited", None),
    ]  # fmt: skip


def test_a_dry_run_shows_the_plan_and_does_nothing(hosts: list[Toy]) -> None:
    code, said, _ = run("install", "--dry-run")
    assert (code, "install ape" in said, hosts[0].did) == (0, True, [])


def test_without_names_it_goes_into_the_programs_that_are_here(hosts: list[Toy]) -> None:
    code, said, _ = run("install", "--yes")
    assert code == 0
    assert hosts[0].did == [("install", False)]
    assert "Ape: done. Restart it." in said
    assert "Bee: Zimu is there already." in said
    assert "Cow" not in said


def test_without_names_it_is_removed_from_where_it_is(hosts: list[Toy]) -> None:
    assert run("remove", "--yes", "--all-users")[0] == 0
    assert [one.did for one in hosts] == [[], [("remove", True)], []]
    hosts[1].found = Status("absent")
    assert "in no editing program" in run("remove", "--yes")[1]


def test_nobody_is_asked_where_nobody_can_answer(hosts: list[Toy]) -> None:
    _, said, error = run("install")
    assert isinstance(error, SettingsError)
    assert "--yes" in error.hint
    assert "install ape" in said  # shown before it asks
    assert hosts[0].did == []


def test_one_that_fails_does_not_keep_the_others_from_it(hosts: list[Toy]) -> None:
    hosts[1].found = Status("absent", programs=("Bee 3",))
    hosts[0].fails = True
    code, said, _ = run("install", "--yes")
    assert code == HostError.exit_code
    assert hosts[1].did == [("install", False)]
    assert "Bee: done." in said


def test_where_no_program_is_found_it_says_how_to_name_one(hosts: list[Toy]) -> None:
    hosts[:] = hosts[2:]
    error = run("install", "--yes")[2]
    assert isinstance(error, HostError)
    assert "zimu hosts install resolve" in error.hint


def test_a_name_that_nobody_knows_is_refused_with_those_that_are_known(hosts: list[Toy]) -> None:
    error = run("install", "yak", "--yes")[2]
    assert isinstance(error, SettingsError)
    assert "ape, bee, cow" in error.hint


def test_the_two_programs_are_there() -> None:
    assert [part.id for part in installing.parts()] == ["premiere", "resolve"]
