"""Agent, fake and Blackmagic's API (as the type stubs on PyPI have it) speak of the same functions."""

from __future__ import annotations

import ast
import inspect
from importlib import metadata
from pathlib import Path

import pytest

from resolve_bridge import agent
from tests.hosts import fake_resolve, fake_timeline
from tests.hosts.fake_remote import Remote

FAKES: dict[str, type[Remote]] = {
    "Resolve": fake_resolve.FakeResolve,
    "ProjectManager": fake_resolve.FakeProjectManager,
    "Project": fake_resolve.FakeProject,
    "MediaPool": fake_resolve.FakeMediaPool,
    "Folder": fake_resolve.FakeFolder,
    "MediaPoolItem": fake_timeline.FakeMediaPoolItem,
    "Timeline": fake_timeline.FakeTimeline,
    "TimelineItem": fake_timeline.FakeTimelineItem,
}
FUSION = {"FusionComp": {"GetToolList"}, "Tool": {"SetInput"}}  # documented in the Fusion 8 scripting guide, no stubs
NAMES = {  # what the agent calls its objects
    "resolve": "Resolve", "manager": "ProjectManager", "project": "Project", "pool": "MediaPool", "folder": "Folder",
    "root": "Folder", "below": "Folder", "clip": "MediaPoolItem", "timeline": "Timeline", "item": "TimelineItem",
    "items": "TimelineItem",
    "comp": "FusionComp", "tools": "Tool", "thing": "TimelineItem",
}  # fmt: skip
STANDARD = {"argparse", "machinery", "os"}
STUDIO = {  # README, "Studio and AI Scripting APIs", and what was seen to open the dialog
    "CreateSubtitlesFromAudio", "TranscribeAudio", "ClearTranscription", "PerformAudioClassification",
    "ClearAudioClassification", "RemoveMotionBlur", "AnalyzeForIntellisearch", "AnalyzeForSlate", "GenerateSpeech",
    "AnalyzeDolbyVision", "CreateMagicMask", "RegenerateMagicMask", "Stabilize", "SmartReframe", "DetectSceneCuts",
    "SetVoiceIsolationState", "ResetIntellisearchAnalysis",
}  # fmt: skip
SOURCE = Path(agent.__file__).read_text("utf-8")


@pytest.fixture(scope="module")
def stubs() -> dict[str, dict[str, list[list[str]]]]:
    """Class and function -> the parameters of each of its forms."""
    files = metadata.files("fusionscript-stubs") or []
    path = next(file.locate() for file in files if file.name == "fusionscript.pyi")
    found: dict[str, dict[str, list[list[str]]]] = {}
    for top in ast.parse(Path(str(path)).read_text("utf-8")).body:
        if isinstance(top, ast.ClassDef):
            forms = found.setdefault(top.name, {})
            for part in top.body:
                if isinstance(part, ast.FunctionDef):
                    forms.setdefault(part.name, []).append([one.arg for one in part.args.args[1:]])
    return found


def _functions(kind: type[Remote]) -> dict[str, inspect.Signature]:
    return {name: inspect.signature(value) for name, value in vars(kind).items() if name[0].isupper()}


@pytest.mark.parametrize("name", FAKES)
def test_the_fake_has_the_signatures_of_the_api(name: str, stubs: dict[str, dict[str, list[list[str]]]]) -> None:
    for function, signature in _functions(FAKES[name]).items():
        parameters = list(signature.parameters)[1:]
        assert parameters in stubs[name][function], f"{name}.{function}{parameters}"


def _calls() -> set[tuple[str, str]]:
    """(what it is called on, function) of every function of Resolve that the agent names."""
    found = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Attribute) and node.attr[0].isupper():
            on = node.value
            while isinstance(on, ast.Subscript):
                on = on.value
            found.add(
                (on.attr if isinstance(on, ast.Attribute) else on.id if isinstance(on, ast.Name) else "?", node.attr)
            )
    return found


def test_every_function_that_the_agent_calls_is_in_the_api_and_in_the_fake(
    stubs: dict[str, dict[str, list[list[str]]]],
) -> None:
    calls = {(on, function) for on, function in _calls() if on not in STANDARD}
    assert len(calls) > 60
    for on, function in calls:
        kind = NAMES[on]
        if kind in FUSION:
            assert function in FUSION[kind]
        else:
            assert function in stubs[kind], f"{kind}.{function} is not in the API"
            assert function in _functions(FAKES[kind]), f"{kind}.{function} is not in the fake"


def test_the_agent_calls_nothing_that_needs_studio_or_more_than_it_owns() -> None:
    named = {function for _, function in _calls()}
    assert not named & STUDIO
    assert not named & {"DeleteAllRenderJobs", "DeleteMarkersByColor", "DeleteRenderJobByIndex", "DeleteTimelines",
                        "SaveProject", "Quit", "DeleteFolders"}  # fmt: skip


def test_functions_are_looked_for_with_dir_because_hasattr_is_always_true() -> None:
    named = {node.id for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Name)}
    asked = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    ]
    assert "dir" in named
    assert asked == ["hasattr(os, 'add_dll_directory')"]


def test_the_agent_is_one_file_for_python_3_6_and_the_standard_library() -> None:
    import sys

    tree = ast.parse(SOURCE, feature_version=(3, 6))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names - {"__future__", "dataclasses"}
    newer = {"removeprefix", "removesuffix", "capture_output", "is_relative_to", "fromisoformat", "walk_packages"}
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & newer
    for node in ast.walk(tree):  # annotations are evaluated there: no list[int], no int | None
        if isinstance(node, ast.FunctionDef):
            for part in [one.annotation for one in node.args.args] + [node.returns]:
                inner = [] if part is None else list(ast.walk(part))
                assert not any(isinstance(one, ast.BinOp) for one in inner)
                heads = {
                    one.value.id for one in inner if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name)
                }
                assert not heads & {"list", "dict", "tuple", "set", "type"}
