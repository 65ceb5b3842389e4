"""One way down: plugin_core <- {resolve_bridge, premiere_cep, gui, models}; nothing imports sideways."""

from __future__ import annotations

import pytest
from pytest_archon import archrule

PARTS = ("resolve_bridge", "premiere_cep", "gui", "models")


def test_the_core_knows_no_other_part() -> None:
    archrule("core stands alone").match("plugin_core*").should_not_import(*(f"{part}*" for part in PARTS)).check(
        "plugin_core"
    )


def test_the_core_needs_no_qt_no_torch_no_host() -> None:
    archrule("core is light").match("plugin_core*").should_not_import(
        "PySide6*", "torch*", "transformers*", "accelerate*", "DaVinciResolveScript*"
    ).check("plugin_core", only_direct_imports=True)


@pytest.mark.parametrize("module", ["socket", "urllib.request", "http.client", "httpx", "requests", "huggingface_hub"])
def test_only_download_opens_an_outgoing_socket(module: str) -> None:
    archrule("one door").match("plugin_core*").exclude("plugin_core.download", "plugin_core.server").should_not_import(
        f"{module}*"
    ).check("plugin_core", only_direct_imports=True)


@pytest.mark.parametrize("part", ["resolve_bridge", "premiere_cep", "gui", "models"])
def test_no_part_imports_a_sibling(part: str) -> None:
    others = (f"{other}*" for other in PARTS if other != part)
    archrule("parts stand on the core").match(f"{part}*").should_not_import(*others).check(
        part, only_direct_imports=True
    )


def test_the_desktop_app_imports_no_sibling_and_no_inference() -> None:
    others = (f"{part}*" for part in PARTS if part != "gui")
    engines = ("ctranslate2*", "faster_whisper*", "onnxruntime*", "sentencepiece*", "tokenizers*")
    archrule("the app stands on the core").match("gui*").should_not_import(*others, *engines).check(
        "gui", only_direct_imports=True
    )
