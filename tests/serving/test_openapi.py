"""The description of the server is complete, committed, and true, whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from plugin_core.server import Address
from plugin_core.serving.app import description
from plugin_core.serving.verbs import VERBS
from tests.serving.conftest import QUICK, served

ROOT = Path(__file__).parent.parent.parent
CHECKS = [
    not_a_server_error, content_type_conformance, ignored_auth, negative_data_rejection, response_headers_conformance,
    response_schema_conformance, status_code_conformance, unsupported_method,
]  # fmt: skip


@pytest.fixture(scope="module")
def address(home: Path, folder: Path) -> Iterator[Address]:
    """One that bears the many wrong tokens of this module without slowing down."""
    with served(folders=[folder], limits=replace(QUICK, failures=1_000_000)) as found:
        yield found


@pytest.fixture(scope="module")
def api(address: Address) -> Any:
    base = f"http://127.0.0.1:{address.port}"
    return schemathesis.openapi.from_url(
        f"{base}/openapi.json",
        headers={"Authorization": f"Bearer {address.token}", "Host": base.removeprefix("http://")},
    )


OPERATIONS = [("/health", "GET"), *((verb.path, "POST") for verb in VERBS.values() if not verb.direct)]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_the_description_promises_holds(
    api: Any, address: Address, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    """Not by the plugin of schemathesis 4.32, which does not work with pytest 9.2."""
    headers = {"Authorization": f"Bearer {address.token}"}

    @settings(max_examples=8, suppress_health_check=list(HealthCheck), database=None)
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    holds()


def test_the_committed_description_is_the_servers() -> None:
    """To renew it: python -m plugin_core.serving > docs/openapi.json"""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == description()


def test_every_verb_is_described_with_its_arguments_result_and_errors() -> None:
    table = json.loads(description())
    paths = table["paths"]
    assert set(paths) == {verb.path for verb in VERBS.values() if not verb.direct} | {"/health"}
    for path, methods in paths.items():
        for one in methods.values():
            assert one["summary"].endswith("."), path
            assert {"200", "401", "403"} <= set(one["responses"])
            assert one["security"]
            content = one["responses"]["200"]["content"]["application/json"]["schema"]
            assert content, path
    for name, model in table["components"]["schemas"].items():
        assert model.get("additionalProperties") is False or "required" in model or name in {"Done"}, name
        assert model.get("description"), name
