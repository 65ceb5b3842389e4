"""The container's recipe and the manifests fit the service; and the service runs as the container runs it."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from plugin_core.service.configuration import PREFIX, from_environment
from tests.conftest import ROOT
from tests.scenes.packs import make_scenes_pack

yaml = pytest.importorskip("yaml")
pytest.importorskip("prometheus_client", reason="the extra service is not installed")

DOCKERFILE = (ROOT / "installer" / "Dockerfile").read_text("utf-8")
MANIFESTS = sorted((ROOT / "installer" / "kubernetes").glob("*.yaml"))
TOKEN = "secret"


def docker(word: str) -> str:
    """What follows *word* in the last stage, continued lines joined."""
    last = DOCKERFILE.replace("\\\n", " ").rsplit("\nFROM ", 1)[1]
    return next(line.split(None, 1)[1] for line in last.splitlines() if line.startswith(f"{word} "))


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(docker("ENV")))


@pytest.fixture(scope="module")
def manifests() -> dict[str, Any]:
    found = [one for path in MANIFESTS for one in yaml.safe_load_all(path.read_text("utf-8"))]
    return {one["kind"]: one for one in found}


@pytest.fixture(scope="module")
def pod(manifests: dict[str, Any]) -> Any:
    return manifests["Deployment"]["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def paths() -> set[str]:
    from plugin_core.service.app import build
    from plugin_core.service.configuration import Configuration

    return set(build(Configuration()).openapi()["paths"])


@pytest.mark.parametrize("version", ["1.31", "1.34"])
@pytest.mark.parametrize(
    "path", [path for path in MANIFESTS if path.name != "kustomization.yaml"], ids=lambda p: p.stem
)
def test_every_manifest_is_what_kubernetes_takes(path: Path, version: str) -> None:
    validate = pytest.importorskip("kubernetes_validate")
    validate.validate(yaml.safe_load(path.read_text("utf-8")), version, strict=True)


def test_all_manifests_are_applied(manifests: dict[str, Any]) -> None:
    assert sorted(manifests["Kustomization"]["resources"]) == [
        p.name for p in MANIFESTS if p.name != "kustomization.yaml"
    ]


def test_everything_is_about_the_same_pods(manifests: dict[str, Any]) -> None:
    labels = manifests["Deployment"]["spec"]["template"]["metadata"]["labels"]
    selectors = [
        manifests["Deployment"]["spec"]["selector"]["matchLabels"],
        manifests["Service"]["spec"]["selector"],
        manifests["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        manifests["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ]
    assert all(selector == labels for selector in selectors)
    target = manifests["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", manifests["Deployment"]["metadata"]["name"])


def test_the_port_is_one_everywhere(manifests: dict[str, Any], pod: Any) -> None:
    (port,) = pod["containers"][0]["ports"]
    assert str(port["containerPort"]) == docker("EXPOSE") == environment()["ZIMU_SERVICE_PORT"]
    assert manifests["Service"]["spec"]["ports"][0]["targetPort"] == port["name"]
    assert manifests["NetworkPolicy"]["spec"]["ingress"][0]["ports"][0]["port"] == port["name"]
    annotations = manifests["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port["containerPort"])


def test_what_is_probed_exists(manifests: dict[str, Any], pod: Any, paths: set[str]) -> None:
    container = pod["containers"][0]
    probed = {container[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    annotations = manifests["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    checked = re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", DOCKERFILE)
    assert len(checked) == 1
    assert probed | {annotations["prometheus.io/path"], *checked} <= paths


def test_nothing_runs_as_root_and_nothing_leaves(manifests: dict[str, Any], pod: Any) -> None:
    assert docker("USER") == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert int(docker("USER").split(":")[0]) > 0
    inside = pod["containers"][0]["securityContext"]
    assert inside["readOnlyRootFilesystem"] is True
    assert inside["allowPrivilegeEscalation"] is False
    assert inside["capabilities"]["drop"] == ["ALL"]
    assert pod["automountServiceAccountToken"] is False
    policy = manifests["NetworkPolicy"]["spec"]
    assert "Egress" in policy["policyTypes"]
    assert policy["egress"] == []
    assert environment()["ZIMU_OFFLINE"] == "1"


def test_the_settings_are_those_of_the_service(pod: Any, tmp_path: Path) -> None:
    given = environment() | {one["name"]: one["value"] for one in pod["containers"][0]["env"]}
    mounts = {one["mountPath"]: one["name"] for one in pod["containers"][0]["volumeMounts"]}
    assert mounts[str(Path(given[f"{PREFIX}TOKEN_FILE"]).parent)] == "token"
    assert mounts["/tmp"] == "temporary"
    assert given["ZIMU_HOME"].startswith("/tmp/")
    (tmp_path / "token").write_text(TOKEN)
    settings = from_environment(given | {f"{PREFIX}TOKEN_FILE": str(tmp_path / "token")})
    ending = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"] + settings.grace
    assert pod["terminationGracePeriodSeconds"] > ending


def test_what_the_image_is_made_of_is_not_left_out_of_its_context() -> None:
    ignored = (ROOT / "installer" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    names = {name for names in copied for name in names}
    assert names == kept
    assert all((ROOT / name).exists() for name in names)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service as the container starts it, on a free port."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    pack = make_scenes_pack(tmp_path / "scenes")
    own = {"PORT": str(port), "TOKEN": TOKEN, "PACK": str(pack), "SHOTS_PACK": "none"}
    given = {name: value for name, value in environment().items() if name != "PATH"}
    given |= {PREFIX + name: value for name, value in own.items()} | {"ZIMU_HOME": str(tmp_path / "home")}
    command = [sys.executable, *json.loads(docker("CMD"))[1:]]
    process = subprocess.Popen(
        command, env=os.environ | given | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "ready"
        yield process, port
    finally:
        process.kill()
        process.communicate()


def test_it_runs_as_in_the_container_and_answers_what_it_has_begun_before_it_ends(
    served: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = served
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    asked.request("GET", "/health/ready")
    assert asked.getresponse().status == 200
    asked.close()
    body = b'--x\r\ncontent-disposition: form-data; name="text"\r\n\r\nGood morning.\r\n--x--\r\n'
    head = (
        f"POST /v1/scenes HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {TOKEN}\r\nexpect: 100-continue\r\n"
        f"content-type: multipart/form-data; boundary=x\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as begun:
        begun.sendall(head.encode())
        assert begun.recv(100).startswith(b"HTTP/1.1 100")  # it is at work on it
        process.send_signal(signal.SIGTERM)
        begun.sendall(body)
        answer = b""
        with suppress(ConnectionError):
            while piece := begun.recv(65536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 200"), answer
    said, _ = process.communicate(timeout=60)
    assert [json.loads(line)["status"] for line in said.splitlines()] == [200]
    assert process.returncode in {0, -signal.SIGTERM}
