"""``host.jsx`` is ECMAScript 3 in syntax and methods, and calls only what the published types of Premiere have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.hosts.premiere_engine import SCRIPT, FakePremiere
from tests.js.node import HERE, node_output

TSC = "node_modules/typescript/bin/tsc"
TYPES = [str(HERE / "shim.d.ts"), str(HERE / "node_modules/types-for-adobe/Premiere/24.0/index.d.ts")]

NEWER = {
    "let a = 1;": "syntax",
    "app.f(() => 1);": "syntax",
    "var a = { class: 1 }; app.f(a);": "syntax",
    "app.f([1].map(app.g));": "es-x/no-array-prototype-map",
    "app.f('a'.trim());": "es-x/no-string-prototype-trim",
    "app.f([1].indexOf(1));": "es-x/no-array-prototype-indexof",
    "app.f(Object.keys({}));": "es-x/no-object-keys",
    "app.f(Date.now());": "es-x/no-date-now",
    "app.f(app.g.bind(app));": "es-x/no-function-prototype-bind",
    "app.f(JSON.stringify(1));": "no-undef",
    "console.log(1);": "no-undef",
    "app.f(app.a || app.b && app.c);": "no-mixed-operators",
    "app.f(app.a ? 1 : app.b ? 2 : 3);": "no-nested-ternary",
    "eval(app.f);": "no-eval",
}
WRONG = (
    "app.project.activeSequence.captionTracks;",
    "app.project.activeSequence.markers.addMarker(1);",
    "app.project.importFiles('one');",
    "app.project.activeSequence.setPlayerPosition(5);",
)
FAKED = {  # a class of the types and one such object of the fake
    "Application": "app",
    "Project": "app.project",
    "SequenceCollection": "app.project.sequences",
    "ProjectItem": "app.project.rootItem",
    "Sequence": "app.project.activeSequence",
    "MarkerCollection": "app.project.activeSequence.markers",
    "Marker": "app.project.activeSequence.markers[0]",
    "Time": "app.project.activeSequence.markers[0].start",
    "Track": "app.project.activeSequence.audioTracks[0]",
    "TrackItem": "app.project.activeSequence.audioTracks[0].clips[0]",
}
EXTRA = {"Application": {"version"}}  # app.version is in the guide alone
WRONG_UXP = (
    'const premiere = require("premierepro");',
    "premiere.Project.getOpenProject();",
    'premiere.TickTime.createWithSeconds("1");',
    "premiere.Markers.getMarkers().then((markers) => markers.createMarker(1));",
)


def test_the_script_stays_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 300


def test_the_script_is_ascii_so_that_no_code_page_can_break_it() -> None:
    assert SCRIPT.read_bytes().isascii()


def test_the_script_has_no_newer_syntax_and_no_newer_methods() -> None:
    assert node_output("lint.mjs", str(SCRIPT)) == ""


def test_the_lint_finds_what_is_newer_or_read_wrongly(tmp_path: Path) -> None:
    for number, newer in enumerate(NEWER):
        (tmp_path / f"{number}.jsx").write_text(newer)
    said = node_output("lint.mjs", *(str(tmp_path / f"{number}.jsx") for number in range(len(NEWER))), code=1)
    for number, rule in enumerate(NEWER.values()):
        assert f"{number}.jsx:1: {rule}" in said


def test_every_name_of_the_api_is_in_the_published_types() -> None:
    assert node_output(TSC, "-p", "tsconfig.host.json") == ""


@pytest.mark.parametrize(("kind", "which"), FAKED.items())
def test_the_fake_has_only_what_the_published_types_have(kind: str, which: str) -> None:
    if not Path(TYPES[1]).is_file():
        pytest.skip("the packages of package-lock.json are not there")
    types = Path(TYPES[1]).read_text(encoding="utf-8")
    body = re.search(rf"declare class {kind} .*?\n}}", types, re.S)
    assert body
    known = set(re.findall(r"^  (?:static |readonly )*(\w+)\??[(:]", body[0], re.M)) | EXTRA.get(kind, set())
    fake = FakePremiere()
    fake.call("put_marker", start=1.0, end=2.0, name="a", comments="b", colour=0)
    fake.add_track("A1")
    fake.add_clip(0, "/m.mov", 0, 1, disabled=True)
    names = fake.evaluate(f"fakePremiere.names({which})")
    assert len(names) > 1
    assert {name for name in names if not name.startswith("_") and not name.isdigit()} <= known


def test_the_types_find_names_and_arguments_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "wrong.jsx").write_text("\n".join(WRONG))
    config = {"extends": str(HERE / "tsconfig.host.json"), "files": [*TYPES, str(tmp_path / "wrong.jsx")]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    said = node_output(TSC, "-p", str(tmp_path / "tsconfig.json"), code=2)
    assert [number for number in range(1, len(WRONG) + 1) if f"wrong.jsx({number}," not in said] == []


def test_every_name_of_the_uxp_api_is_in_adobes_types(tmp_path: Path) -> None:
    scripts = sorted(SCRIPT.parent.joinpath("uxp").glob("*.js"))
    assert scripts
    assert node_output(TSC, "-p", uxp_project(tmp_path, scripts)) == ""


def test_adobes_types_find_names_and_arguments_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "wrong.js").write_text("\n".join(WRONG_UXP))
    said = node_output(TSC, "-p", uxp_project(tmp_path, [tmp_path / "wrong.js"]), code=2)
    assert [number for number in range(2, len(WRONG_UXP) + 1) if f"wrong.js({number}," not in said] == []


def uxp_project(folder: Path, scripts: list[Path]) -> str:
    """A project of TypeScript's over *scripts* with the types of UXP."""
    files = [str(HERE / "shim.uxp.d.ts"), *map(str, scripts)]
    config = {"extends": str(HERE / "tsconfig.uxp.json"), "files": files, "include": []}
    (folder / "tsconfig.json").write_text(json.dumps(config))
    return str(folder / "tsconfig.json")


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 50
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)
