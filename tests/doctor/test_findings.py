from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any

import pytest

from plugin_core.doctor import findings as doctor_findings
from plugin_core.doctor.findings import Finding
from plugin_core.errors import HostError

WELL = Finding("toy.here", "ok", "It is here.", "", "在这里。")
ILL = Finding("toy.off", "problem", "It is off.", "Turn it on.", "没有打开。", "请打开。")


class Entry:
    def __init__(self, name: str, give: Any) -> None:
        self.name, self._give = name, give

    def load(self) -> Any:
        return self._give


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    entries: list[Entry] = []
    monkeypatch.setattr(metadata, "entry_points", lambda group: entries if group == "zimu.doctor" else [])
    return entries


def refuse(thorough: bool) -> Iterator[Finding]:
    yield WELL
    raise HostError("toy.gone", "It went away.", "Start it.")


def fall(thorough: bool) -> Iterator[Finding]:
    raise ValueError("no luck")


def test_the_findings_of_every_host_come_in_the_order_of_their_names(hosts: list[Entry]) -> None:
    hosts += [Entry("zoo", lambda thorough: [ILL]), Entry("ape", lambda thorough: [WELL])]
    assert list(doctor_findings.of_hosts(thorough=False)) == [WELL, ILL]


def test_a_host_that_cannot_be_looked_at_is_a_finding_and_the_others_are_still_told(hosts: list[Entry]) -> None:
    hosts += [Entry("a", refuse), Entry("b", fall), Entry("c", lambda thorough: [ILL])]
    found = list(doctor_findings.of_hosts(thorough=False))
    assert [(one.name, one.state) for one in found] == [
        ("toy.here", "ok"), ("a.doctor", "problem"), ("b.doctor", "note"), ("toy.off", "problem"),
    ]  # fmt: skip
    assert found[1].fix == "Start it."
    assert "no luck" in found[2].message


@pytest.mark.parametrize(("language", "fix"), [("en", "Turn it on."), ("zh", "请打开。"), ("fr", "Turn it on.")])
def test_a_fix_stands_below_its_finding_in_the_language_asked_for(language: str, fix: str) -> None:
    shown = list(doctor_findings.lines([WELL, ILL], language))
    assert len(shown) == 3
    assert shown[0].startswith("+ toy.here")
    assert shown[1].startswith("! toy.off")
    assert shown[2].strip() == fix


def test_a_finding_is_plain_json() -> None:
    assert Finding(**json.loads(json.dumps(ILL.to_json()))) == ILL


def test_problems_are_what_has_to_be_done_something_about() -> None:
    assert doctor_findings.problems([WELL, ILL]) == (ILL,)


@pytest.mark.parametrize(
    ("variables", "language"),
    [({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"), ({"LANG": "C"}, "en")],
)
def test_the_language_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert doctor_findings.language_here() == language
