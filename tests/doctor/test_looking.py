"""The page: every finding has its words, problems come first, a look that fails is told and the others go on."""

from __future__ import annotations

import re

import pytest

from plugin_core.doctor import device, looking
from plugin_core.doctor.findings import Finding, found, table
from plugin_core.doctor.privacy import Person

ILL = Finding("toy.off", "problem", "It is off.", "Run `zimu hosts install resolve`.", "没有打开。", "请打开。")


@pytest.mark.parametrize("name", sorted(table()))
def test_every_finding_is_said_in_both_languages_with_the_same_facts(name: str) -> None:
    row = table()[name]
    assert row["state"] in {"ok", "note", "problem"}
    assert (row["state"] == "ok") == ("fix" not in row)
    holes = {key: {one.removesuffix("_zh") for one in re.findall(r"\{(\w+)\}", text)} for key, text in row.items()}
    for key in ("message", "fix"):
        assert holes.get(key) == holes.get(f"{key}_zh"), name
        assert re.search("[一-鿿]", row.get(f"{key}_zh", "字"))
    facts = dict.fromkeys(re.findall(r"\{(\w+)\}", "".join(row.values())), "x")
    assert "{" not in str(list(found(name, **facts).to_json().values()))


def test_problems_come_first_and_the_page_counts_them() -> None:
    page = looking.page(more=[ILL], person=Person())
    states = [one.state for one in page.findings]
    assert states == sorted(states, key=["problem", "note", "ok"].index)
    assert page.findings[0] == ILL
    assert page.to_text("en").startswith("Problems: 1. Notes: ")
    assert page.to_text("zh").startswith("1 个问题，")
    assert "没有打开。" in page.to_text("zh")
    assert page.to_json()["findings"][0]["name"] == "toy.off"


def test_a_look_that_fails_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall() -> None:
        raise ValueError("no luck")

    monkeypatch.setattr(device, "look", fall)
    page = looking.page(person=Person())
    names = [one.name for one in page.findings]
    assert "no luck" in page.findings[names.index("program.look")].message
    assert {"program.version", "packs.whole", "network.offline"} <= set(names)


@pytest.mark.parametrize(
    ("fix", "command"),
    [
        (ILL.fix, "hosts install resolve"),
        ("Run: zimu hosts remove premiere --all-users.", "hosts remove premiere --all-users"),
        ("Choose one from `zimu models list --all`, then pull it.", "models list --all"),
        ("Run: zimu hosts install premiere. Then start Premiere again.", "hosts install premiere"),
        ("Restart Resolve.", ""),
    ],
)
def test_a_finding_knows_the_command_of_ours_that_its_fix_names(fix: str, command: str) -> None:
    assert Finding("x.y", "problem", "", fix).command == command
